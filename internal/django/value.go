package django

import (
	"slices"
	"strings"
)

// A Kind says how well a value is known.
type Kind uint8

const (
	// KindAbsent is a setting that the project does not assign: Django's default applies.
	KindAbsent Kind = iota
	// KindConst is one known value.
	KindConst
	// KindOneOf is one of several values, depending on a condition that is not known.
	KindOneOf
	// KindEnv is read from the environment; the value with an empty environment may be known.
	KindEnv
	// KindUnknown is anything else.
	KindUnknown
)

// A Value is what a setting may be at run time, with the story of how it came about. A Value never changes; the zero Value
// is an absent one without a default.
type Value struct {
	kind   Kind
	c      Const
	alts   []Alt
	env    *Env
	reason string
	steps  []Step
	reads  []Read
	// override is set where a module that the repository does not hold may assign the name again later.
	override *Step
	// django is Django's default for an absent value.
	django *Const
}

// An Alt is one possibility of a KindOneOf value.
type Alt struct {
	Value Value
	// Cond is the condition under which it is taken, as written in the source, such as "not DEBUG".
	Cond string
	// ByDefault tells whether it is taken with an empty environment.
	ByDefault Tri
}

// Env is a value that is read from the environment.
type Env struct {
	// Names are the variables, sorted.
	Names []string
	// Type is the Python type of the value where the variable is set: "str", "bool", "int", "float", "list", "dict",
	// "timedelta", or "" if it is not known.
	Type string
	// Text is true where the variable's text reaches the value as it is, or decides it by being empty or not
	// (bool(os.environ["X"])): the text "False" is then true.
	Text bool
	// Attr is true where the source is an attribute or key of a configuration object that the source does not show; Names
	// then holds the expression, such as "config.SESSION_AGE".
	Attr bool
	// Default is the value with the variable unset, nil where that is an error at start-up.
	Default *Value
}

// A Read is a name that went into a value, with what it was at that time.
type Read struct {
	Name  string
	Value Value
}

func constant(v any) Value { return Value{kind: KindConst, c: Const{v}} }

func unknown(reason string) Value { return Value{kind: KindUnknown, reason: reason} }

// Kind says how well the value is known.
func (v Value) Kind() Kind { return v.kind }

// Set reports whether the project assigns the setting, on some path at least.
func (v Value) Set() bool { return v.kind != KindAbsent }

// Const returns the value if it is one known value; an absent value that has a default in Django is that default.
func (v Value) Const() (Const, bool) {
	switch {
	case v.kind == KindConst:
		return v.c, true
	case v.kind == KindAbsent && v.django != nil:
		return *v.django, true
	}
	return Const{}, false
}

// Bool returns a known bool.
func (v Value) Bool() (value, known bool) {
	c, ok := v.Const()
	if !ok {
		return false, false
	}
	return c.Bool()
}

// Int returns a known int.
func (v Value) Int() (value int64, known bool) {
	c, ok := v.Const()
	if !ok {
		return 0, false
	}
	return c.Int()
}

// Str returns a known string.
func (v Value) Str() (value string, known bool) {
	c, ok := v.Const()
	if !ok {
		return "", false
	}
	return c.Str()
}

// List returns a known list or tuple; its elements may be unknown in part.
func (v Value) List() (*List, bool) {
	c, ok := v.Const()
	if !ok {
		return nil, false
	}
	return c.List()
}

// Dict returns a known dict; its values may be unknown in part.
func (v Value) Dict() (*Dict, bool) {
	c, ok := v.Const()
	if !ok {
		return nil, false
	}
	return c.Dict()
}

// Alts returns the possibilities of a KindOneOf value.
func (v Value) Alts() []Alt { return slices.Clone(v.alts) }

// Env returns how the value is read from the environment, nil if it is not KindEnv.
func (v Value) Env() *Env { return v.env }

// Reason says why a KindUnknown value is not known.
func (v Value) Reason() string { return v.reason }

// Steps returns the places that made the value, in the order of execution: the last one is where it got its final value.
// It is empty for an absent value.
func (v Value) Steps() []Step { return slices.Clone(v.steps) }

// At returns the place where the value was assigned last. The second result is false for an absent value.
func (v Value) At() (Step, bool) {
	if len(v.steps) == 0 {
		return Step{}, false
	}
	return v.steps[len(v.steps)-1], true
}

// Reads returns the names of the module that the value was computed from, with their values at that time: DEBUG and its
// value for SESSION_COOKIE_SECURE = not DEBUG.
func (v Value) Reads() []Read { return slices.Clone(v.reads) }

// Override tells whether a module that the repository does not hold (an optional local_settings.py) may replace the
// value, and where that module is loaded.
func (v Value) Override() (Step, bool) {
	if v.override == nil {
		return Step{}, false
	}
	return *v.override, true
}

// Must reports whether the value satisfies pred whatever the environment and the conditions are.
func (v Value) Must(pred func(Const) bool) bool {
	switch v.kind {
	case KindAbsent, KindConst:
		c, ok := v.Const()
		return ok && pred(c)
	case KindOneOf:
		for _, a := range v.alts {
			if !a.Value.Must(pred) {
				return false
			}
		}
		return true
	}
	return false
}

// May reports whether a value that the source shows satisfies pred: the one value, some alternative, or the default of an
// environment variable. What a set variable may bring does not count.
func (v Value) May(pred func(Const) bool) bool {
	switch v.kind {
	case KindAbsent, KindConst:
		c, ok := v.Const()
		return ok && pred(c)
	case KindOneOf:
		return slices.ContainsFunc(v.alts, func(a Alt) bool { return a.Value.May(pred) })
	case KindEnv:
		return v.env.Default != nil && v.env.Default.May(pred)
	}
	return false
}

// Default reports whether the value satisfies pred with an empty environment.
func (v Value) Default(pred func(Const) bool) bool {
	d, ok := v.Unset()
	return ok && d.Must(pred)
}

// Unset returns the value with an empty environment. The second result is false if that is an error or not known.
func (v Value) Unset() (Value, bool) {
	switch v.kind {
	case KindAbsent, KindConst:
		return v, true
	case KindEnv:
		if v.env.Default == nil {
			return Value{}, false
		}
		return v.env.Default.Unset()
	case KindOneOf:
		for _, a := range v.alts {
			if a.ByDefault == Yes {
				return a.Value.Unset()
			}
		}
		var rest []Alt
		for _, a := range v.alts {
			if a.ByDefault == No {
				continue
			}
			u, ok := a.Value.Unset()
			if !ok {
				return Value{}, false
			}
			rest = append(rest, Alt{Value: u, Cond: a.Cond})
		}
		switch len(rest) {
		case 0:
			return Value{}, false
		case 1:
			return rest[0].Value, true
		}
		out := v
		out.alts = rest
		return out, true
	}
	return Value{}, false
}

// Truthy tells what the value is in a condition, whatever the environment is.
func (v Value) Truthy() Tri {
	switch v.kind {
	case KindAbsent, KindConst:
		c, ok := v.Const()
		if !ok {
			return Maybe
		}
		return c.Truthy()
	case KindOneOf:
		t := v.alts[0].Value.Truthy()
		for _, a := range v.alts[1:] {
			if a.Value.Truthy() != t {
				return Maybe
			}
		}
		return t
	}
	return Maybe
}

// Text shows the value to a reader: as Python, with conditions and environment variables in words.
func (v Value) Text() string {
	var b strings.Builder
	v.write(&b, 0)
	return b.String()
}

func (v Value) write(b *strings.Builder, depth int) {
	switch v.kind {
	case KindAbsent:
		if v.django == nil {
			b.WriteString("not set")
			return
		}
		v.django.write(b, depth)
	case KindConst:
		v.c.write(b, depth)
	case KindOneOf:
		for i, a := range v.alts {
			if i > 0 {
				b.WriteString(", ")
			}
			a.Value.write(b, depth+1)
			if a.Cond != "" {
				b.WriteString(" if " + a.Cond)
			}
		}
	case KindEnv:
		if v.env.Default == nil {
			b.WriteString("from " + v.env.source())
			return
		}
		v.env.Default.write(b, depth+1)
		b.WriteString(" unless " + v.env.source() + " says otherwise")
	case KindUnknown:
		b.WriteString("unknown: " + v.reason)
	}
}

// same reports whether two values are the same to a reader, apart from their stories.
func (v Value) same(o Value) bool {
	if v.kind != o.kind {
		return false
	}
	if v.kind == KindAbsent {
		return true
	}
	if v.kind == KindConst {
		switch a := v.c.v.(type) {
		case object:
			b, ok := o.c.v.(object)
			return ok && a == b
		case *List:
			b, ok := o.c.v.(*List)
			if !ok || a == b {
				return ok
			}
		case *Dict:
			b, ok := o.c.v.(*Dict)
			if !ok || a == b {
				return ok
			}
		default:
			return v.c.v == o.c.v
		}
	}
	return v.Text() == o.Text()
}
