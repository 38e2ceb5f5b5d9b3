package django

import (
	"math"
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

// A List is a list, tuple or set in source order.
type List struct {
	Items []Item
	// Tuple is true for a tuple; += and append differ, nothing else does.
	Tuple bool
}

// An Item is an element of a List.
type Item struct {
	Value Value
	// Splice is true where Value is not one element but a run of unknown length: [*EXTRA, "x"].
	Splice bool
	// Cond is the condition under which the element is there, as written in the source; empty if it always is.
	Cond string
	// ByDefault tells, for an element with a Cond, whether it is there with an empty environment.
	ByDefault Tri
}

// A Dict is a dict in order of insertion.
type Dict struct {
	Entries []Entry
	// Open is true if the dict may hold keys that are not among Entries.
	Open bool
}

// An Entry is one key of a Dict.
type Entry struct {
	Key   Const
	Value Value
	// Cond is the condition under which the key is there; empty if it always is.
	Cond string
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

// maxTextItems bounds how many elements of a list or dict Text shows.
const maxTextItems = 40

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

func (l *List) write(b *strings.Builder, depth int) {
	left, right := byte('['), byte(']')
	if l.Tuple {
		left, right = '(', ')'
	}
	b.WriteByte(left)
	for i, it := range l.Items {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == maxTextItems || depth > 3 {
			b.WriteString("...")
			break
		}
		if it.Splice {
			b.WriteByte('*')
		}
		it.Value.write(b, depth+1)
		if it.Cond != "" {
			b.WriteString(" if " + it.Cond)
		}
	}
	if l.Tuple && len(l.Items) == 1 {
		b.WriteByte(',')
	}
	b.WriteByte(right)
}

func (d *Dict) write(b *strings.Builder, depth int) {
	b.WriteByte('{')
	for i, e := range d.Entries {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == maxTextItems || depth > 3 {
			b.WriteString("...}")
			return
		}
		e.Key.write(b, depth+1)
		b.WriteString(": ")
		e.Value.write(b, depth+1)
		if e.Cond != "" {
			b.WriteString(" if " + e.Cond)
		}
	}
	if d.Open {
		if len(d.Entries) > 0 {
			b.WriteString(", ")
		}
		b.WriteString("...")
	}
	b.WriteByte('}')
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

// equal tells whether two constants are equal in Python's sense.
func (c Const) equal(o Const) Tri {
	if a, ok := c.Number(); ok {
		b, ok := o.Number()
		return triOf(ok && a == b)
	}
	switch a := c.v.(type) {
	case nil:
		_, opaque := o.v.(object)
		if opaque {
			return Maybe
		}
		return triOf(o.v == nil)
	case string:
		if _, opaque := o.v.(object); opaque {
			return Maybe
		}
		return triOf(c.v == o.v)
	case byteString, time.Duration:
		return triOf(c.v == o.v)
	case *List:
		b, ok := o.v.(*List)
		if !ok || a.Tuple != b.Tuple {
			return No
		}
		if len(a.Items) != len(b.Items) || !a.definite() || !b.definite() {
			if a.definite() && b.definite() {
				return No
			}
			return Maybe
		}
		all := Yes
		for i := range a.Items {
			x, xok := a.Items[i].Value.Const()
			y, yok := b.Items[i].Value.Const()
			if !xok || !yok {
				all = Maybe
				continue
			}
			switch x.equal(y) {
			case No:
				return No
			case Maybe:
				all = Maybe
			}
		}
		return all
	}
	return Maybe
}

// definite reports whether the number of elements is known.
func (l *List) definite() bool {
	for _, it := range l.Items {
		if it.Splice || it.Cond != "" {
			return false
		}
	}
	return true
}

// Has tells whether the list contains a string.
func (l *List) Has(s string) Tri {
	found := No
	for _, it := range l.Items {
		c, ok := it.Value.Const()
		if !ok || it.Splice {
			found = Maybe
			continue
		}
		if str, ok := c.Str(); ok && str == s {
			if it.Cond == "" {
				return Yes
			}
			found = Maybe
		}
	}
	return found
}

// Strings returns the elements that are known strings, in order, conditional ones included.
func (l *List) Strings() []string {
	var out []string
	for _, it := range l.Items {
		if s, ok := it.Value.Str(); ok && !it.Splice {
			out = append(out, s)
		}
	}
	return out
}

// Get returns the value of a string key. It is Absent if the dict has no such key, and Unknown if it may have one.
func (d *Dict) Get(key string) Value {
	return d.get(Const{key})
}

func (d *Dict) get(key Const) Value {
	for _, e := range d.Entries {
		if e.Key.equal(key) == Yes {
			if e.Cond != "" {
				return join(e.Value, Value{}, e.Cond, Maybe)
			}
			return e.Value
		}
	}
	if d.Open {
		return unknown("the dict may hold more keys than are known")
	}
	return Value{}
}

// set returns a copy with one key changed.
func (d *Dict) set(key Const, v Value) *Dict {
	out := &Dict{Entries: append([]Entry(nil), d.Entries...), Open: d.Open}
	for i, e := range out.Entries {
		if e.Key.equal(key) == Yes {
			out.Entries[i] = Entry{Key: e.Key, Value: v}
			return out
		}
	}
	out.Entries = append(out.Entries, Entry{Key: key, Value: v})
	return out
}

// merge returns d updated with o.
func (d *Dict) merge(o *Dict) *Dict {
	out := d
	for _, e := range o.Entries {
		v := e.Value
		if e.Cond != "" {
			v = join(v, out.get(e.Key), e.Cond, Maybe)
		}
		out = out.set(e.Key, v)
	}
	if o.Open && !out.Open {
		out = &Dict{Entries: out.Entries, Open: true}
	}
	if o.Open {
		// Any key may have been replaced by one that is not known.
		entries := make([]Entry, len(out.Entries))
		for i, e := range out.Entries {
			entries[i] = e
			known := false
			for _, oe := range o.Entries {
				known = known || oe.Key.equal(e.Key) == Yes
			}
			if !known {
				entries[i].Value = unknown("an unknown dict is merged over this key")
			}
		}
		out = &Dict{Entries: entries, Open: true}
	}
	return out
}

// parseNumber reads a Python int or float literal. Ints beyond 64 bits and imaginary numbers are not known.
func parseNumber(text string) (Const, bool) {
	t := strings.ReplaceAll(strings.ToLower(text), "_", "")
	if n, err := strconv.ParseInt(strings.TrimSuffix(t, "l"), 0, 64); err == nil {
		return Const{n}, true
	}
	if len(t) > 1 && t[0] == '0' && strings.Trim(t, "01234567") == "" {
		// Python 2's octal form.
		if n, err := strconv.ParseInt(t, 8, 64); err == nil {
			return Const{n}, true
		}
	}
	if strings.HasPrefix(t, "0x") {
		return Const{}, false
	}
	if f, err := strconv.ParseFloat(t, 64); err == nil && !math.IsInf(f, 0) {
		return Const{f}, true
	}
	return Const{}, false
}
