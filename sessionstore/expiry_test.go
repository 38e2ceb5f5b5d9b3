package sessionstore

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

// observedExpiry is what Django 4.2.28 and 6.1.1 did alike with unusual arguments of set_expiry, through the middleware (age is
// Max-Age; exception is its text) and in a direct save() of a new session (saved is the expiry from the start of the test to the
// minute, or the type of the exception; the store refuses to save NaN and infinity, which Django takes until timedelta does not).
var observedExpiry = []struct {
	name      string
	argument  any
	age       int64
	browser   bool
	exception string
	saved     string
}{
	{name: "10**10", argument: 10000000000, age: 10000000000, saved: "2343-10-11 02:46"},
	{name: "10**11", argument: 100000000000, age: 100000000000, saved: "5195-10-05 18:46"},
	{name: "10**12", argument: 1000000000000, exception: "ValueError: year 33715 is out of range", saved: "OverflowError"},
	{name: "10**15", argument: 1000000000000000, exception: "ValueError: year 31690765 is out of range", saved: "OverflowError"},
	{name: "-10**11", argument: -100000000000, exception: "ValueError: year -1142 is out of range", saved: "OverflowError"},
	{name: "-10**12", argument: -1000000000000, exception: "ValueError: year -29662 is out of range", saved: "OverflowError"},
	{name: "1e300", argument: 1e300, exception: "OverflowError: timestamp out of range for platform time_t", saved: "OverflowError"},
	{name: "inf", argument: math.Inf(1), exception: "OverflowError: timestamp out of range for platform time_t", saved: errNotFinite.Error()},
	{name: "nan", argument: math.NaN(), exception: "ValueError: Invalid value NaN (not a number)", saved: errNotFinite.Error()},
	{name: "''", argument: "", exception: "ValueError: Invalid isoformat string: ''", saved: "ValueError"},
	{name: "[]", argument: NewList(), age: 1209600, saved: "2026-12-04 09:00"},
	{name: "[1]", argument: NewList(1), exception: "TypeError: unsupported operand type(s) for +: 'float' and 'list'", saved: "TypeError"},
	{name: "{}", argument: map[string]any{}, age: 1209600, saved: "2026-12-04 09:00"},
	{name: "{'a': 1}", argument: map[string]any{"a": 1}, exception: "TypeError: unsupported operand type(s) for +: 'float' and 'dict'", saved: "TypeError"},
	{name: "b'x'", argument: []byte("x"), exception: "TypeError: unsupported operand type(s) for +: 'float' and 'bytes'", saved: "TypeError"},
	{name: "0.0", argument: 0.0, browser: true, saved: "2026-12-04 09:00"},
	{name: "0.4", argument: 0.4, age: 0, saved: "2026-11-20 09:00"},
	{name: "-0.4", argument: -0.4, age: 0, saved: "2026-11-20 08:59"},
	{name: "date", argument: "2030-01-01", exception: "TypeError: can't subtract offset-naive and offset-aware datetimes", saved: "2030-01-01 00:00"},
	{name: "naive text", argument: "2030-01-01T00:00:00", exception: "TypeError: can't subtract offset-naive and offset-aware datetimes", saved: "2030-01-01 00:00"},
	{name: "naive", argument: NaiveTime{time.Date(2030, 1, 1, 0, 0, 0, 0, time.FixedZone("", 7200))}, exception: "TypeError: can't subtract offset-naive and offset-aware datetimes", saved: "2030-01-01 00:00"},
	{name: "aware text", argument: "2030-01-01T00:00:00+00:00", age: 98290800, saved: "2030-01-01 00:00"},
	{name: "aware text with offset and blank", argument: "2030-01-01 00:00:00+02:00", age: 98283600, saved: "2029-12-31 22:00"},
	{name: "basic form", argument: "20300101T000000Z", age: 98290800, saved: "2030-01-01 00:00"},
	{name: "aware with offset", argument: time.Date(2030, 1, 1, 0, 0, 0, 0, time.FixedZone("", 7200)), age: 98283600, saved: "2029-12-31 22:00"},
}

func TestUnusualExpiry(t *testing.T) {
	for _, tt := range observedExpiry {
		t.Run(tt.name, func(t *testing.T) {
			p := newProject(Defaults())
			resp := p.Handle(Request{}, func(r *Request) Response {
				r.Session.Set("x", 1)
				return raise(r.Session.SetExpiry(tt.argument))
			})
			if tt.exception != "" {
				if resp.Status != 500 || resp.Err == nil || resp.Err.Error() != tt.exception {
					t.Errorf("status %d, error %v; want 500, %s", resp.Status, resp.Err, tt.exception)
				}
				if n := p.db.Rows(); n != 0 {
					t.Errorf("%d rows after an exception, want none", n)
				}
			} else if resp.Err != nil || resp.SetCookie.MaxAge != tt.age || resp.SetCookie.BrowserSession != tt.browser {
				t.Errorf("error %v, cookie %+v; want Max-Age %d, browser session %v", resp.Err, resp.SetCookie, tt.age, tt.browser)
			}

			s := p.Session("")
			s.Set("x", 1)
			must(t, s.SetExpiry(tt.argument))
			err := s.Save(false)
			var got string
			var exc *Exception
			if errors.As(err, &exc) {
				got = exc.Type
			} else if err != nil {
				got = err.Error()
			} else {
				row, _ := p.db.Row(s.Key())
				got = row.Expire.Format("2006-01-02 15:04")
			}
			if got != tt.saved {
				t.Errorf("direct save gives %s, want %s", got, tt.saved)
			}
		})
	}
}

func TestExpiryBefore41(t *testing.T) {
	config := Defaults()
	config.Version = V32
	for _, tt := range []struct {
		name      string
		argument  any
		exception string
	}{
		{"text", "2030-01-01T00:00:00+00:00", "TypeError: unsupported type for timedelta seconds component: str"},
		{"aware", startOfTests.Add(time.Hour), "TypeError: Object of type datetime is not JSON serializable"},
		{"naive", NaiveTime{startOfTests}, "TypeError: Object of type datetime is not JSON serializable"},
		{"duration", time.Hour, "TypeError: Object of type datetime is not JSON serializable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newProject(config).Session("")
			must(t, s.SetExpiry(tt.argument))
			if err := s.Save(false); err == nil || err.Error() != tt.exception {
				t.Errorf("save gives %v, want %s", err, tt.exception)
			}
		})
	}
	// Empty text is false in Python, so both ages fall back to the setting.
	p := newProject(config)
	s := p.Session("")
	must(t, s.SetExpiry(""))
	must(t, s.Save(false))
	row, _ := p.db.Row(s.Key())
	if got := row.Expire.Format(time.DateTime); got != "2026-12-04 09:00:00" {
		t.Errorf("row expires %s, want 2026-12-04 09:00:00", got)
	}
}

func TestSetExpiryNoneMarksOnlyWhatItRemoves(t *testing.T) {
	p := newProject(Defaults())
	s := p.Session("")
	must(t, s.SetExpiry(nil))
	if s.Modified() {
		t.Error("set_expiry(None) on a session without an expiry marks it modified")
	}
	s.Set("a", 1)
	must(t, s.SetExpiry(300))
	must(t, s.Save(false))
	s = p.Session(s.Key())
	must(t, s.SetExpiry(nil))
	if !s.Modified() || s.Has(expiryKey) {
		t.Error("set_expiry(None) does not remove the expiry of a session that has one")
	}
}

func TestExpiryAgeIsNotTimeLeft(t *testing.T) {
	p := newProject(Defaults())
	s := p.Session("")
	s.Set("a", 1)
	must(t, s.SetExpiry(3600))
	must(t, s.Save(false))
	p.clock.Advance(3000 * time.Second)
	s = p.Session(s.Key())
	if age, err := s.GetExpiryAge(); err != nil || age != 3600 {
		t.Errorf("GetExpiryAge = %v, %v; want 3600", age, err)
	}
	row, _ := p.db.Row(s.Key())
	if left := row.Expire.Sub(p.clock.Now()).Round(time.Second); left != 600*time.Second {
		t.Errorf("%v left, want 10m", left)
	}
}

func TestReadsDoNotExtend(t *testing.T) {
	p := newProject(Defaults())
	s := p.Session("")
	s.Set("a", 1)
	must(t, s.Save(false))
	key := s.Key()
	for _, tt := range []struct {
		hours int
		live  bool
	}{{3 * 24, true}, {6 * 24, true}, {12 * 24, true}, {14*24 - 1, true}, {14*24 + 1, false}} {
		p.clock = NewVirtualClock(startOfTests.Add(time.Duration(tt.hours) * time.Hour))
		p.db.clock = p.clock
		p.Store = New(Defaults(), p.db, p.clock)
		if got := p.Session(key).Get("a") == 1; got != tt.live {
			t.Errorf("after %d hours loadable = %v, want %v", tt.hours, got, tt.live)
		}
	}
}

func TestExpireAtBrowserCloseSetting(t *testing.T) {
	config := Defaults()
	config.ExpireAtBrowserClose = true
	p := newProject(config)
	set := func(f func(*Session) error) *SetCookie {
		return p.Handle(Request{}, func(r *Request) Response {
			r.Session.Set("x", 1)
			return raise(f(r.Session))
		}).SetCookie
	}
	if c := set(func(*Session) error { return nil }); !c.BrowserSession {
		t.Errorf("cookie %+v, want one for the browser session", c)
	}
	c := set(func(s *Session) error { return s.SetExpiry(60) })
	want := startOfTests.Add(60 * time.Second)
	if c.BrowserSession || c.MaxAge != 60 || !c.Expires.Equal(want) {
		t.Errorf("cookie %+v, want Max-Age 60, Expires %v", c, want)
	}
}

func TestSetExpiryPastYear9999(t *testing.T) {
	clock := NewVirtualClock(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC))
	s := New(Defaults(), NewMemory(clock), clock).Session("")
	if err := s.SetExpiry(48 * time.Hour); err == nil || err.Error() != "OverflowError: date value out of range" {
		t.Errorf("error %v, want an OverflowError", err)
	}
}

func TestFromISOFormat(t *testing.T) {
	for _, tt := range []struct {
		text string
		want string // RFC 3339, "naive " and a time, or "" for an error
	}{
		{"2026-11-20T09:51:15.489398+00:00", "2026-11-20T09:51:15.489398Z"},
		{"2026-11-20 09:51:15-05:30", "2026-11-20T15:21:15Z"},
		{"2026-11-20T09:51Z", "2026-11-20T09:51:00Z"},
		{"2026-11-20T09", "naive 2026-11-20T09:00:00Z"},
		{"20261120", "naive 2026-11-20T00:00:00Z"},
		{"2026-11-20", "naive 2026-11-20T00:00:00Z"},
		{"2026-11-20T9:51:15", ""},
		{"2026-11-20T", ""},
		{"2026-11-20Z", ""},
		{"2026-13-20", ""},
		{"3600", ""},
		{"", ""},
		{"2026-11-20Té", ""},
	} {
		got := ""
		when, form, err := fromISOFormat(tt.text)
		if err == nil {
			got = when.UTC().Format(time.RFC3339Nano)
			if form == naive {
				got = "naive " + got
			}
		} else if !strings.HasPrefix(err.Error(), "ValueError: Invalid isoformat string: '") {
			t.Errorf("%q: error %v", tt.text, err)
		}
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}
