package sessflow

import "github.com/sesslint/sesslint/internal/py"

// evalSlice is x[lower:upper].
func (a *analysis) evalSlice(e *py.Subscript, base Value, s *py.Slice, w *world) Value {
	a.evalAll(w, s.Lower, s.Upper, s.Step)
	n := 0
	if s.Upper != nil {
		if c, ok := a.foldIn(s.Upper, w); ok && c.Kind == py.IntConst && c.Int > 0 {
			n = int(min(c.Int, 1<<20))
		}
	} else if u, ok := s.Lower.(*py.UnaryOp); ok && u.Op == "-" {
		if c, ok := a.foldIn(u.X, w); ok && c.Kind == py.IntConst {
			n = int(min(c.Int, 1<<20)) // x[-n:]
		}
	}
	bounded := s.Upper != nil || n > 0
	out := Value{Open: base.Open}
	for _, o := range base.Objs {
		switch {
		case o.Kind == Query:
			q := *o.Query
			if bounded {
				q.limit = max(n, 1) // a bound that is not known is still a bound
			}
			out = join(out, one(a.query(e, o.Dotted, &q)))
		case o.Kind == Item, o.Kind == Fresh:
			f := a.fresh(e, boundedShape(o.Shape, bounded, n))
			a.grow(&f.Elem, a.elements(one(o), e))
			out = join(out, one(f))
		case bounded:
			out = join(out, a.opaque(e, sized(min(max(n, 1), 900)), "slice"))
		default:
			out = join(out, a.opaque(e, o.Shape, o.Dotted))
		}
	}
	if base.Open {
		out = join(out, a.opaque(e, Shape{}, "slice"))
	}
	return out
}

// manyEntries is a bound above which a list of rows is as good as unbounded.
const manyEntries = 200

func boundedShape(s Shape, bounded bool, n int) Shape {
	if bounded && n <= manyEntries {
		return Shape{}
	}
	return s
}

// evalDisplay is a list, tuple, set or dict display.
func (a *analysis) evalDisplay(e py.Expr, w *world) Value {
	bytes, elem, keys := 2, Value{}, Value{}
	var inner Shape
	size := func(v Value) {
		s := v.Stored()
		if s.Class >= Large && !v.allLarge() {
			s = Shape{} // perhaps a small part of something that holds a large one
		}
		bytes += s.Bytes + 2
		if s.Class >= Large {
			inner = worst(inner, s)
		}
	}
	add := func(x py.Expr) {
		v := a.eval(x, w)
		elem = join(elem, v)
		size(v)
	}
	addAll := func(xs []py.Expr) {
		for _, x := range xs {
			add(x)
		}
	}
	switch e := e.(type) {
	case *py.Tuple:
		addAll(e.Elts)
	case *py.List:
		addAll(e.Elts)
	case *py.Set:
		addAll(e.Elts)
	case *py.Dict:
		for _, it := range e.Items {
			if it.Key != nil {
				k := a.eval(it.Key, w)
				keys = join(keys, k)
				size(k)
			}
			add(it.Value)
		}
	}
	s := literal(bytes, e, a.top().fn.File)
	if inner.Class >= Large {
		s = inner
	}
	o := a.fresh(e, s)
	o.Shape = worst(o.Shape, s)
	a.grow(&o.Elem, join(elem, keys))
	return one(o)
}

// listShape is the shape of list(x), sorted(x) and so on.
func (a *analysis) listShape(dotted string, c *py.Call, args arguments) Shape {
	if len(args.pos) == 0 {
		return sized(2)
	}
	switch dotted {
	case "builtins.list", "builtins.tuple", "builtins.set", "builtins.sorted", "builtins.frozenset", "itertools.chain":
	default:
		return Shape{}
	}
	s := Shape{}
	for _, v := range args.pos {
		for _, o := range v.Objs {
			switch {
			case o.Kind == Query:
				s = worst(s, a.listOf(o, c))
			case o.Dotted == "text file" || o.Dotted == "binary file" || o.Dotted == "upload":
				s = worst(s, Shape{Class: Large, Bytes: fileBytes, What: "every line of a file", At: c, File: a.top().fn.File})
			case o.Kind != Session:
				s = worst(s, o.stored(0))
			}
		}
	}
	return s
}

// repeatShape is the shape of l op r where it is not a constant: concatenation, formatting, and 'x' * n.
func (a *analysis) repeatShape(e *py.BinOp, l, r Value) Shape {
	switch e.Op {
	case "+", "|":
		return worst(l.Stored(), r.Stored())
	case "%":
		if c, ok := l.Constant(); ok && c.Kind == py.StrConst {
			return asText(r.Stored())
		}
	case "*":
		if s, ok := a.timesShape(e, l, r); ok {
			return s
		}
		s, _ := a.timesShape(e, r, l)
		return s
	}
	return Shape{}
}

// timesShape is the shape of x * n.
func (a *analysis) timesShape(e *py.BinOp, x, n Value) (Shape, bool) {
	k, ok := n.Constant()
	if !ok || k.Kind != py.IntConst || k.Int <= 0 {
		return Shape{}, false
	}
	c, ok := x.Constant()
	isText := ok && (c.Kind == py.StrConst || c.Kind == py.BytesConst)
	if !isText && !x.any(Fresh) {
		return Shape{}, false
	}
	return literal(int(min(k.Int, 1<<30))*max(x.Shape().Bytes-2, 1), e, a.top().fn.File), true
}
