package django

import (
	"testing"
	"time"
)

func boolean(b bool) func(Const) bool {
	return func(c Const) bool { v, ok := c.Bool(); return ok && v == b }
}

func envOf(name string, def any) Value {
	d := constant(def)
	return envValue(name, "bool", false, &d)
}

func TestQueries(t *testing.T) {
	absent := Value{django: &Const{false}}
	tests := []struct {
		name                    string
		v                       Value
		must, may, def          bool // whether it is True
		mustNot, mayNot, defNot bool // whether it is False
	}{
		{"constant", constant(true), true, true, true, false, false, false},
		{"absent", absent, false, false, false, true, true, true},
		{"absent without a default", Value{}, false, false, false, false, false, false},
		{"unknown", unknown("x"), false, false, false, false, false, false},
		{"variable", envOf("A", true), false, true, true, false, false, false},
		{"required variable", envValue("A", "bool", false, nil), false, false, false, false, false, false},
		{"one of", join(constant(true), constant(false), "c", Maybe), false, true, false, false, true, false},
		{"one of, default known", join(constant(true), constant(false), "c", Yes), false, true, true, false, true, false},
		{"one of, other default", join(constant(true), constant(false), "c", No), false, true, false, false, true, true},
		{"one of and unknown", join(constant(true), unknown("x"), "c", Maybe), false, true, false, false, false, false},
		{"one of and Django's default", join(constant(true), absent, "c", No), false, true, false, false, true, true},
		{"one of equal ones", join(constant(true), constant(true), "c", Maybe), true, true, true, false, false, false},
		{"variable in a branch", join(envOf("A", true), constant(false), "c", Yes), false, true, true, false, true, false},
	}
	for _, tt := range tests {
		v := tt.v
		if v.Must(boolean(true)) != tt.must || v.May(boolean(true)) != tt.may || v.Default(boolean(true)) != tt.def {
			t.Errorf("%s: must %v, may %v, default %v be True", tt.name, v.Must(boolean(true)), v.May(boolean(true)), v.Default(boolean(true)))
		}
		if v.Must(boolean(false)) != tt.mustNot || v.May(boolean(false)) != tt.mayNot || v.Default(boolean(false)) != tt.defNot {
			t.Errorf("%s: must %v, may %v, default %v be False", tt.name, v.Must(boolean(false)), v.May(boolean(false)), v.Default(boolean(false)))
		}
	}
}

func TestConst(t *testing.T) {
	list := &List{Items: []Item{{Value: constant("a")}, {Value: constant("b"), Cond: "c"}, {Value: unknown("x"), Splice: true}}}
	tests := []struct {
		v      any
		typ    string
		text   string
		truthy Tri
	}{
		{nil, "NoneType", "None", No},
		{true, "bool", "True", Yes},
		{int64(0), "int", "0", No},
		{1.5, "float", "1.5", Yes},
		{2.0, "float", "2.0", Yes},
		{"", "str", "''", No},
		{"it's\n", "str", `"it's\n"`, Yes},
		{`a'b"c\`, "str", `'a\'b"c\\'`, Yes},
		{byteString("x"), "bytes", "b'x'", Yes},
		{90 * time.Minute, "timedelta", "timedelta(seconds=5400)", Yes},
		{time.Duration(0), "timedelta", "timedelta(seconds=0)", No},
		{list, "list", "['a', 'b' if c, *unknown: x]", Yes},
		{&List{}, "list", "[]", No},
		{&List{Items: list.Items[:1], Tuple: true}, "tuple", "('a',)", Yes},
		{&List{Items: list.Items[1:]}, "list", "['b' if c, *unknown: x]", Maybe},
		{&Dict{}, "dict", "{}", No},
		{&Dict{Open: true}, "dict", "{...}", Maybe},
		{&Dict{Entries: []Entry{{Key: Const{"a"}, Value: constant(int64(1))}}}, "dict", "{'a': 1}", Yes},
		{&opaque{"<path>"}, "object", "<path>", Yes},
	}
	for _, tt := range tests {
		c := Const{tt.v}
		if c.TypeName() != tt.typ || c.Text() != tt.text || c.Truthy() != tt.truthy {
			t.Errorf("%v: %s %s %v; want %s %s %v", tt.v, c.TypeName(), c.Text(), c.Truthy(), tt.typ, tt.text, tt.truthy)
		}
	}
	if n, ok := (Const{true}).Int(); n != 1 || !ok {
		t.Error("True is 1")
	}
	if _, ok := (Const{int64(1)}).Bool(); ok {
		t.Error("1 is no bool")
	}
	if n, ok := (Const{"3600"}).Number(); ok {
		t.Errorf("a string is no number, got %v", n)
	}
	if list.Has("a") != Yes || list.Has("b") != Maybe || list.Has("z") != Maybe || (&List{}).Has("z") != No {
		t.Error("List.Has")
	}
	if s := list.Strings(); len(s) != 2 {
		t.Errorf("Strings() = %q", s)
	}
}

func TestDictGet(t *testing.T) {
	d := &Dict{Entries: []Entry{{Key: Const{"a"}, Value: constant(int64(1))}, {Key: Const{"b"}, Value: constant(int64(2)), Cond: "c"}}}
	for key, want := range map[string]string{"a": "1", "b": "2 if c, not set if not c", "z": "not set"} {
		if got := d.Get(key).Text(); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
	open := &Dict{Entries: d.Entries, Open: true}
	if open.Get("z").Kind() != KindUnknown || open.Get("a").Text() != "1" {
		t.Error("an open dict may have more keys")
	}
}

// Values are handed out; what a caller does to a slice must not change them.
func TestImmutable(t *testing.T) {
	m := settingsOf(t, "X = 1\nX = 2\nif c():\n    X = 3", "")
	m.Get("X").Steps()[0].Note = "changed"
	m.Get("X").Alts()[0].Cond = "changed"
	if got := m.Get("X").Steps()[0].Note; got != "set here" {
		t.Errorf("note %q", got)
	}
	if got := m.Get("X").Alts()[0].Cond; got != "c()" {
		t.Errorf("condition %q", got)
	}
	// A list that a later module extends stays what it was in the module that made it.
	fx := load(t, site+`
-- config/base.py --
INSTALLED_APPS = ["a"]
-- config/settings.py --
from .base import *
INSTALLED_APPS += ["b"]
INSTALLED_APPS.append("c")
`)
	if got := fx.module(t, "config/base.py").Get("INSTALLED_APPS").Text(); got != "['a']" {
		t.Errorf("base: %s", got)
	}
	if got := fx.module(t, "config/settings.py").Get("INSTALLED_APPS").Text(); got != "['a', 'b', 'c']" {
		t.Errorf("settings: %s", got)
	}
}
