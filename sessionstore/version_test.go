package sessionstore

import (
	"testing"
	"time"
)

func TestParseVersion(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"3.2", "3.2.0"},
		{"5.2.18", "5.2.18"},
		{"10.0.1", "10.0.1"},
		{"3.1.14", ""},
		{"2.2", ""},
		{"5", ""},
		{"5.2.1.1", ""},
		{"5.x", ""},
		{"-5.2", ""},
		{"5.+2", ""},
		{"", ""},
		{"5.99999999", ""},
	} {
		got := ""
		if v, err := ParseVersion(tt.text); err == nil {
			got = v.String()
		}
		if got != tt.want {
			t.Errorf("ParseVersion(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestVersionCompare(t *testing.T) {
	ordered := []Version{{3, 2, 0}, V32, {4, 0, 10}, V42, V52, {6, 0, 5}, V61}
	for i, v := range ordered {
		for j, w := range ordered {
			if got := v.Compare(w); (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("%v.Compare(%v) = %d", v, w, got)
			}
		}
	}
	if (Version{}).Compare(V61) != 0 || (Version{}).String() != "6.1.1" {
		t.Error("the zero Version is not V61")
	}
}

func TestVersionSwitches(t *testing.T) {
	for _, tt := range []struct {
		version                 string
		saves503, vary, iso, is bool
	}{
		{"3.2", true, false, false, false},
		{"4.0.10", true, false, false, false},
		{"4.1", true, false, true, false},
		{"4.2", false, false, true, false},
		{"5.2.13", false, false, true, false},
		{"5.2.14", false, true, true, false},
		{"6.0.4", false, false, true, false},
		{"6.0.5", false, true, true, false},
		{"6.1", false, true, true, true},
	} {
		v, err := ParseVersion(tt.version)
		must(t, err)
		if v.savesOn(503) != tt.saves503 || v.variesOnSetCookie() != tt.vary || v.storesExpiryAsText() != tt.iso || v.hasBool() != tt.is {
			t.Errorf("%v: saves on 503 %v, varies %v, text %v, bool %v", v, v.savesOn(503), v.variesOnSetCookie(), v.storesExpiryAsText(), v.hasBool())
		}
		if v.savesOn(500) || !v.savesOn(404) {
			t.Errorf("%v: saves on 500 %v, on 404 %v; want false, true", v, v.savesOn(500), v.savesOn(404))
		}
	}
	if !(Version{}).variesOnSetCookie() {
		t.Error("the zero Version does not behave as V61")
	}
}

func TestVirtualClock(t *testing.T) {
	c := NewVirtualClock(time.Date(2026, 1, 1, 12, 0, 0, 1999, time.FixedZone("", 3600)))
	first := c.Now()
	if want := time.Date(2026, 1, 1, 11, 0, 0, 1000, time.UTC); !first.Equal(want) || first.Location() != time.UTC {
		t.Errorf("first reading %v, want %v", first, want)
	}
	c.Advance(time.Hour)
	if d := c.Now().Sub(first); d != time.Hour+time.Microsecond {
		t.Errorf("second reading %v later, want an hour and a microsecond", d)
	}
	c.Advance(-2 * time.Hour)
	if !c.Now().Before(first) {
		t.Error("the clock cannot be set back")
	}
}
