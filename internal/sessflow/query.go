package sessflow

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// A queryState is what is known about a manager or queryset.
type queryState struct {
	// rows says what a row is: a model instance, a dict (values) or a tuple or scalar (values_list).
	rows rowKind
	// limit bounds the number of rows; 0 is no bound.
	limit int
	// filters are the names of the keyword arguments given to filter, such as expire_date__lt.
	filters string
	// all is true where nothing narrows the rows.
	all bool
	// fields is the number of columns named in values(); 0 means all.
	fields int
}

type rowKind uint8

const (
	instances rowKind = iota
	dicts
	tuples
	scalars
)

const (
	// nominalRows stands for the number of rows where there is no bound.
	nominalRows = 1000
	// rowBytes is the JSON of one column of a row with its name.
	fieldBytes = 24
	// allFields stands for the number of columns of a model.
	allFields = 8
)

func (q *queryState) rowBytes() int {
	n := q.fields
	if n == 0 {
		n = allFields
	}
	if q.rows == scalars {
		return 7
	}
	return n * fieldBytes
}

// manager is Model.objects.
func (a *analysis) manager(site py.Node, model string) Value {
	return one(a.query(site, model, &queryState{all: true}))
}

func (a *analysis) query(site py.Node, model string, q *queryState) *Object {
	return a.heap.intern(objectID{kind: Query, site: site, text: model}, func(o *Object) {
		o.Dotted, o.Query = model, q
		o.Shape = Shape{Class: ObjectGraph, What: "a queryset", At: site, File: a.top().fn.File}
		if q.limit > 0 && q.limit <= 20 {
			o.Shape = Shape{}
		}
	})
}

// listOf is the shape of the rows of a query as a list.
func (a *analysis) listOf(o *Object, site py.Node) Shape {
	q := o.Query
	if q.rows == instances {
		if q.limit > 0 && q.limit <= 20 {
			return Shape{}
		}
		return Shape{Class: ObjectGraph, What: "a list of model instances", At: site, File: a.top().fn.File}
	}
	if q.limit > 0 {
		return sized(q.limit * q.rowBytes())
	}
	what := "every row that " + strings.TrimSuffix(o.Dotted, ".objects") + " returns, without a limit"
	if q.rows == scalars {
		what = "one value of every row that " + o.Dotted + " returns, without a limit"
	}
	return Shape{Class: UnboundedRows, Bytes: nominalRows * q.rowBytes(), What: what, At: site, File: a.top().fn.File}
}

// row is one row of a query.
func (a *analysis) row(o *Object, site py.Node) Value {
	if o.Query.rows == instances {
		return a.opaque(site, Shape{}, "model")
	}
	return one(a.heap.intern(objectID{kind: Fresh, site: site, text: "row"}, func(r *Object) { r.Shape = sized(o.Query.rowBytes()) }))
}

// rowsOf tells how many times a comprehension over v runs: the shape of a list of its rows, where these come from a table.
func (a *analysis) rowsOf(v Value) Shape {
	for _, o := range v.Objs {
		if o.Kind == Query && o.Query.limit == 0 {
			return Shape{Class: UnboundedRows}
		}
		if o.Kind == Fresh && o.Shape.Class == UnboundedRows {
			return Shape{Class: UnboundedRows}
		}
	}
	return Shape{}
}

// compShape is the shape of a comprehension over rows with elements of shape elt.
func (a *analysis) compShape(e *py.Comp, rows, elt Shape) Shape {
	if e.Kind == "generator" {
		return Shape{}
	}
	if rows.Class == UnboundedRows {
		switch e.Elt.(type) {
		case *py.Dict, *py.Tuple, *py.List, *py.Attribute, *py.Subscript, *py.FString:
		case *py.Name:
			if elt.Class == Unsized {
				return Shape{Class: ObjectGraph, What: "a list of model instances", At: e, File: a.top().fn.File}
			}
		case *py.Call:
		default:
			if e.Kind != "dict" {
				return Shape{}
			}
		}
		bytes := max(elt.Bytes, 2*fieldBytes)
		return Shape{Class: UnboundedRows, Bytes: nominalRows * bytes, What: "an entry for every row of a table", At: e, File: a.top().fn.File}
	}
	if elt.Class >= Large {
		return elt
	}
	return Shape{}
}

// queryCall is a method call on a manager or queryset (django/db/models/query.py).
func (a *analysis) queryCall(o *Object, name string, c *py.Call, args arguments) Value {
	q := *o.Query
	same := func() Value { return one(a.query(c, o.Dotted, &q)) }
	switch name {
	case "all", "order_by", "select_related", "prefetch_related", "annotate", "distinct", "using", "only", "defer", "reverse",
		"get_queryset", "select_for_update", "iterator", "alias", "extra", "union":
		return same()
	case "filter", "exclude", "complex_filter":
		q.all = false
		for n := range args.named {
			if strings.HasPrefix(n, "expire_date__l") {
				q.filters = n
			}
		}
		return same()
	case "values":
		q.rows, q.fields = dicts, len(c.Args)
		return same()
	case "values_list":
		q.rows, q.fields = tuples, len(c.Args)
		if v, ok := args.named["flat"]; ok {
			if t, known := v.truth(); known && t {
				q.rows = scalars
			}
		}
		return same()
	case "none":
		return one(a.fresh(c, sized(2)))
	case "first", "last", "get", "earliest", "latest", "create", "get_or_create", "update_or_create", "aget", "afirst", "alast":
		if q.rows != instances {
			return one(a.fresh(c, sized(q.rowBytes())))
		}
		return a.opaque(c, Shape{}, "model")
	case "count", "exists", "aggregate", "update", "acount", "aexists":
		return a.opaque(c, sized(40), "number")
	case "delete", "adelete":
		if isSessionModel(o.Dotted) && (q.filters != "" || q.all) {
			a.event(&Event{Kind: Purge, Node: c})
		}
		return a.opaque(c, sized(40), "number")
	}
	if o.Dotted == haystack {
		return same() // narrow, facet, models and so on
	}
	return unknown
}

// haystack stands for the index of django-haystack, whose SearchQuerySet is chained like a queryset and keeps the results
// it has fetched.
const haystack = "haystack"

// isSessionModel reports whether a dotted name is the model of the db engine.
func isSessionModel(dotted string) bool {
	return dotted == "django.contrib.sessions.models.Session" || dotted == "django.contrib.sessions.backends.db.Session"
}

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
	out := Value{Open: base.Open}
	for _, o := range base.Objs {
		switch o.Kind {
		case Query:
			q := *o.Query
			if s.Upper != nil {
				q.limit = max(n, 1) // a bound that is not known is still a bound
			}
			out = join(out, one(a.query(e, o.Dotted, &q)))
		case Item, Fresh:
			f := a.fresh(e, boundedShape(o.Shape, s, n))
			a.grow(&f.Elem, a.elements(one(o), e))
			out = join(out, one(f))
		default:
			if s.Upper != nil {
				out = join(out, a.opaque(e, sized(min(max(n, 1), 900)), "slice"))
			} else {
				out = join(out, a.opaque(e, o.Shape, o.Dotted))
			}
		}
	}
	if base.Open {
		out = join(out, a.opaque(e, Shape{}, "slice"))
	}
	return out
}

func boundedShape(s Shape, sl *py.Slice, n int) Shape {
	if sl.Upper == nil && n == 0 {
		return s
	}
	if n == 0 || s.Class == UnboundedRows && n <= 200 {
		return Shape{}
	}
	return s
}

// evalDisplay is a list, tuple, set or dict display.
func (a *analysis) evalDisplay(e py.Expr, w *world) Value {
	bytes, elem := 2, Value{}
	var inner Shape
	add := func(x py.Expr) {
		v := a.eval(x, w)
		elem = join(elem, v)
		s := v.Shape()
		bytes += s.Bytes + 2
		if s.Class >= Large {
			inner = worst(inner, s)
		}
	}
	switch e := e.(type) {
	case *py.Tuple:
		for _, x := range e.Elts {
			add(x)
		}
	case *py.List:
		for _, x := range e.Elts {
			add(x)
		}
	case *py.Set:
		for _, x := range e.Elts {
			add(x)
		}
	case *py.Dict:
		for _, it := range e.Items {
			if it.Key != nil {
				add(it.Key)
			}
			add(it.Value)
		}
	}
	s := sized(bytes)
	if inner.Class >= Large {
		s = inner
	} else if s.Class == Large {
		s.What = "a literal of that size"
		s.At, s.File = e, a.top().fn.File
	}
	o := a.fresh(e, s)
	a.grow(&o.Elem, elem)
	return one(o)
}

// listShape is the shape of list(x), sorted(x) and so on.
func (a *analysis) listShape(dotted string, c *py.Call, args arguments) Shape {
	if len(args.pos) == 0 {
		return sized(2)
	}
	switch dotted {
	case "builtins.list", "builtins.tuple", "builtins.set", "builtins.sorted", "builtins.frozenset":
	default:
		return Shape{}
	}
	s := Shape{}
	for _, o := range args.pos[0].Objs {
		if o.Kind == Query {
			s = worst(s, a.listOf(o, c))
		} else {
			s = worst(s, o.Shape)
		}
	}
	return s
}

// repeatShape is the shape of l op r where it is not a constant: concatenation, and 'x' * n.
func (a *analysis) repeatShape(e *py.BinOp, l, r Value) Shape {
	ls, rs := l.Shape(), r.Shape()
	switch e.Op {
	case "*":
		for _, pair := range [][2]Value{{l, r}, {r, l}} {
			n, ok := pair[1].Constant()
			if !ok || n.Kind != py.IntConst || n.Int <= 0 {
				continue
			}
			isText := false
			if c, ok := pair[0].Constant(); ok && (c.Kind == py.StrConst || c.Kind == py.BytesConst) {
				isText = true
			}
			if !isText && !pair[0].any(Fresh) {
				continue
			}
			s := sized(int(min(n.Int, 1<<30)) * max(pair[0].Shape().Bytes-2, 1))
			if s.Class == Large {
				s.What, s.At, s.File = "a literal repeated to that size", e, a.top().fn.File
			}
			return s
		}
		return Shape{}
	case "+":
		return worst(ls, rs)
	}
	return Shape{}
}
