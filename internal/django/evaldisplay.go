package django

import (
	"github.com/sesslint/sesslint/internal/py"
)

func (f *frame) slice(x Value, s *py.Slice) Value {
	bound := func(e py.Expr, otherwise int64) (int64, bool) {
		if e == nil {
			return otherwise, true
		}
		return f.eval(e).Int()
	}
	if s.Step != nil {
		return unknown("a slice with a step is not followed")
	}
	return combine([]Value{x}, "", true, func(c []Const) (Const, bool) {
		n := int64(0)
		l, isList := c[0].List()
		str, isStr := c[0].Str()
		switch {
		case isList && l.definite():
			n = int64(len(l.Items))
		case isStr:
			n = int64(len([]rune(str)))
		default:
			return Const{}, false
		}
		lo, ok1 := bound(s.Lower, 0)
		hi, ok2 := bound(s.Upper, n)
		if !ok1 || !ok2 {
			return Const{}, false
		}
		if lo < 0 {
			lo += n
		}
		if hi < 0 {
			hi += n
		}
		lo, hi = min(max(lo, 0), n), min(max(hi, 0), n)
		hi = max(lo, hi)
		if isStr {
			return Const{string([]rune(str)[lo:hi])}, true
		}
		return Const{&List{Items: l.Items[lo:hi:hi], Tuple: l.Tuple}}, true
	})
}

// display evaluates a list, tuple or set display.
func (f *frame) display(elts []py.Expr, tuple bool) Value {
	l := &List{Tuple: tuple}
	for _, e := range elts {
		if s, ok := e.(*py.Starred); ok {
			ext := extend(l, f.eval(s.X))
			l, _ = ext.List()
			continue
		}
		l.Items = append(l.Items, Item{Value: f.eval(e)})
	}
	return Value{kind: KindConst, c: Const{l}}
}

func (f *frame) dict(e *py.Dict) Value {
	d := &Dict{}
	seen := make(map[string]bool)
	for _, it := range e.Items {
		v := f.eval(it.Value)
		if it.Key == nil {
			o, ok := v.Dict()
			if !ok || v.kind != KindConst {
				o = &Dict{Open: true}
			}
			d = d.merge(o)
			for _, entry := range o.Entries {
				if s, ok := entry.Key.Str(); ok {
					seen[s] = true
				}
			}
			continue
		}
		k := f.eval(it.Key)
		kc, ok := k.Const()
		if !ok {
			d = &Dict{Entries: d.Entries, Open: true}
			continue
		}
		if s, ok := kc.Str(); ok && !seen[s] {
			// The usual case, without a copy of what is there already: d is not shared yet.
			seen[s] = true
			d.Entries = append(d.Entries, Entry{Key: kc, Value: v})
			continue
		}
		d = d.set(kc, v)
	}
	return Value{kind: KindConst, c: Const{d}}
}

// comprehension evaluates one with a single loop over a known list.
func (f *frame) comprehension(e *py.Comp) Value {
	const reason = "the comprehension is not followed"
	if len(e.Clauses) != 1 {
		return unknown(reason)
	}
	cl := e.Clauses[0]
	iter := f.eval(cl.Iter)
	if iter.kind == KindEnv || iter.kind == KindOneOf {
		return mapConst(iter, func(c Const) Value { return f.overItems(e, Value{kind: KindConst, c: c}) })
	}
	return f.overItems(e, iter)
}

// overItems evaluates a comprehension over a known list. Elements under a condition stay so; a run of unknown length
// stays one where the comprehension only filters.
func (f *frame) overItems(e *py.Comp, iter Value) Value {
	const reason = "the comprehension is not followed"
	cl := e.Clauses[0]
	var items []Item
	if l, ok := listConst(iter); ok {
		items = l.Items
	} else if vals, ok := f.elements(iter); ok {
		for _, v := range vals {
			items = append(items, Item{Value: v})
		}
	} else {
		return unknown(reason)
	}
	if len(items) > maxLoop*8 {
		return unknown(reason)
	}
	elt, _ := e.Elt.(*py.Name)
	target, _ := cl.Target.(*py.Name)
	filters := elt != nil && target != nil && elt.ID == target.ID && e.Kind != "dict"
	inner := f.fork()
	out := &List{}
	d := &Dict{}
	for _, it := range items {
		if it.Splice {
			if !filters {
				return unknown(reason)
			}
			out.Items = append(out.Items, it)
			continue
		}
		inner.store(cl.Target, it.Value, e.Span, nil)
		keep := Yes
		for _, cond := range cl.Ifs {
			t, _ := inner.truth(cond)
			keep = andTri(keep, t)
		}
		if keep == No {
			continue
		}
		v := inner.eval(e.Elt)
		if e.Kind == "dict" {
			k, ok := v.Const()
			if !ok || keep == Maybe || it.Cond != "" {
				return unknown(reason)
			}
			d = d.set(k, inner.eval(e.Value))
			continue
		}
		item := Item{Value: r0(v), Cond: it.Cond, ByDefault: it.ByDefault}
		if keep == Maybe {
			item.Cond, item.ByDefault = conj(it.Cond, inner.src(cl.Ifs[0])), Maybe
		}
		out.Items = append(out.Items, item)
	}
	if e.Kind == "dict" {
		return Value{kind: KindConst, c: Const{d}}
	}
	return Value{kind: KindConst, c: Const{out}}
}

// elements returns what iterating over a value yields.
func (f *frame) elements(v Value) ([]Value, bool) {
	if v.kind != KindConst {
		return nil, false
	}
	if l, ok := v.List(); ok {
		if !l.definite() {
			return nil, false
		}
		out := make([]Value, len(l.Items))
		for i, it := range l.Items {
			out[i] = it.Value
		}
		return out, true
	}
	if d, ok := v.Dict(); ok && !d.Open {
		out := make([]Value, len(d.Entries))
		for i, e := range d.Entries {
			if e.Cond != "" {
				return nil, false
			}
			out[i] = Value{kind: KindConst, c: e.Key}
		}
		return out, true
	}
	return nil, false
}
