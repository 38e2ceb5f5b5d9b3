package django

import (
	"strings"
)

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

// maxTextItems bounds how many elements of a list or dict Text shows.
const maxTextItems = 40

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
