package django

import (
	"strconv"
	"strings"
	"time"
)

// A Const is a Python value that is known as far as it goes: a number, a string, None, a timedelta, a list or dict whose
// elements may in turn be unknown, or an object of which only the kind is known (a function, a path).
//
// A Const never changes. The zero Const is None.
type Const struct {
	// v is nil, bool, int64, float64, string, byteString, time.Duration (a timedelta), *List, *Dict or object.
	v any
}

// byteString is a bytes literal, one byte per char.
type byteString string

// An object is a value whose content does not matter to settings.
type object interface {
	// text shows the object to a reader.
	text() string
}

// IsNone reports whether the value is None.
func (c Const) IsNone() bool { return c.v == nil }

// Bool returns the value of a bool. Other types are no bool here; see Truthy.
func (c Const) Bool() (value, ok bool) { value, ok = c.v.(bool); return }

// Int returns an int. As in Python, True is 1 and False is 0.
func (c Const) Int() (int64, bool) {
	switch v := c.v.(type) {
	case int64:
		return v, true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// Number returns an int, a bool or a float.
func (c Const) Number() (float64, bool) {
	if f, ok := c.v.(float64); ok {
		return f, true
	}
	n, ok := c.Int()
	return float64(n), ok
}

// Str returns a str.
func (c Const) Str() (string, bool) { s, ok := c.v.(string); return s, ok }

// Duration returns a datetime.timedelta.
func (c Const) Duration() (time.Duration, bool) { d, ok := c.v.(time.Duration); return d, ok }

// List returns a list, tuple or set.
func (c Const) List() (*List, bool) { l, ok := c.v.(*List); return l, ok }

// Dict returns a dict.
func (c Const) Dict() (*Dict, bool) { d, ok := c.v.(*Dict); return d, ok }

// TypeName returns the Python type: "NoneType", "bool", "int", "float", "str", "bytes", "timedelta", "list", "tuple",
// "dict" or "object".
func (c Const) TypeName() string {
	switch v := c.v.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case int64:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case byteString:
		return "bytes"
	case time.Duration:
		return "timedelta"
	case *List:
		if v.Tuple {
			return "tuple"
		}
		return "list"
	case *Dict:
		return "dict"
	}
	return "object"
}

// Truthy tells what bool(value) is in Python.
func (c Const) Truthy() Tri {
	switch v := c.v.(type) {
	case nil:
		return No
	case bool:
		return triOf(v)
	case int64:
		return triOf(v != 0)
	case float64:
		return triOf(v != 0)
	case string:
		return triOf(v != "")
	case byteString:
		return triOf(v != "")
	case time.Duration:
		return triOf(v != 0)
	case *List:
		for _, it := range v.Items {
			if !it.Splice && it.Cond == "" {
				return Yes
			}
		}
		if len(v.Items) == 0 {
			return No
		}
		return Maybe
	case *Dict:
		for _, e := range v.Entries {
			if e.Cond == "" {
				return Yes
			}
		}
		if len(v.Entries) == 0 && !v.Open {
			return No
		}
		return Maybe
	}
	return Yes
}

// Text returns the value as Python would write it, shortened where a list or dict is long.
func (c Const) Text() string {
	var b strings.Builder
	c.write(&b, 0)
	return b.String()
}

func (c Const) write(b *strings.Builder, depth int) {
	switch v := c.v.(type) {
	case nil:
		b.WriteString("None")
	case bool:
		if v {
			b.WriteString("True")
		} else {
			b.WriteString("False")
		}
	case int64:
		b.WriteString(strconv.FormatInt(v, 10))
	case float64:
		s := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(s, ".eIN") {
			s += ".0"
		}
		b.WriteString(s)
	case string:
		writeQuoted(b, v)
	case byteString:
		b.WriteByte('b')
		writeQuoted(b, string(v))
	case time.Duration:
		b.WriteString("timedelta(seconds=")
		b.WriteString(strconv.FormatFloat(v.Seconds(), 'g', -1, 64))
		b.WriteByte(')')
	case *List:
		v.write(b, depth)
	case *Dict:
		v.write(b, depth)
	case object:
		b.WriteString(v.text())
	}
}

// writeQuoted writes s the way Python's repr does for printable text.
func writeQuoted(b *strings.Builder, s string) {
	quote := byte('\'')
	if strings.ContainsRune(s, '\'') && !strings.ContainsRune(s, '"') {
		quote = '"'
	}
	b.WriteByte(quote)
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\\' || r == rune(quote):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte(quote)
}
