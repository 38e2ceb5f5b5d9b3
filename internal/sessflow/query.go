package sessflow

import (
	"fmt"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// A queryState is what is known about a manager or queryset.
type queryState struct {
	// rows says what a row is: a model instance, a dict (values) or a tuple or scalar (values_list).
	rows rowKind
	// limit bounds the number of rows; 0 is no bound.
	limit int
	// expired is set where a condition on expire_date picks the rows that are past it.
	expired bool
	// all is true where nothing narrows the rows.
	all bool
	// one is set where a condition on anything but expire_date picks rows.
	one bool
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
	// nominalRows stands for the number of rows of a table, narrowedRows for that of those that a filter leaves.
	nominalRows  = 1000
	narrowedRows = 100
	// fieldBytes is the JSON of one column of a row with its name, idBytes that of an id alone.
	fieldBytes = 24
	idBytes    = 7
	// allFields stands for the number of columns of a model.
	allFields = 8
	// fewRows is a limit below which rows are no matter.
	fewRows = 20

	instanceList = "a list of model instances"
)

func (q *queryState) rowBytes() int {
	switch {
	case q.rows == scalars:
		return idBytes
	case q.fields == 0:
		return allFields * fieldBytes
	}
	return q.fields * fieldBytes
}

// bytes is the size of all rows. Single values are counted for as many rows as a filter may leave: lists of ids are only
// large if the table is.
func (q *queryState) bytes() int {
	if q.rows == scalars {
		return q.count() * idBytes
	}
	return nominalRows * q.rowBytes()
}

// manager is Model.objects.
func (a *analysis) manager(site py.Node, model string) Value {
	return one(a.query(site, model, &queryState{all: true}))
}

func (a *analysis) query(site py.Node, model string, q *queryState) *Object {
	return a.heap.intern(objectID{kind: Query, site: site, text: model}, func(o *Object) {
		o.Dotted, o.Query = model, q
		o.Shape = Shape{Class: ObjectGraph, What: "a queryset", At: site, File: a.top().fn.File}
		if q.limit > 0 && q.limit <= fewRows {
			o.Shape = Shape{}
		}
	})
}

// listOf is the shape of the rows of a query as a list.
func (a *analysis) listOf(o *Object, site py.Node) Shape {
	q := o.Query
	switch {
	case q.limit > 0 && q.rows == instances:
		return Shape{}
	case q.limit > 0:
		s := sized(q.limit * q.rowBytes())
		if s.Class == Large {
			s.What, s.At, s.File = fmt.Sprintf("up to %d rows that %s returns", q.limit, queryName(o.Dotted)), site, a.top().fn.File
		}
		return s
	}
	s := Shape{Class: UnboundedRows, Bytes: q.bytes(), At: site, File: a.top().fn.File}
	switch model := queryName(o.Dotted); q.rows {
	case instances:
		s.Class, s.Bytes, s.What = ObjectGraph, 0, instanceList
	case scalars:
		s.What = "a value of every row that " + model + " returns, without a limit"
	default:
		s.What = "every row that " + model + " returns, without a limit"
	}
	return s
}

// queryName names what a query starts from.
func queryName(dotted string) string {
	dotted = strings.TrimSuffix(dotted, ".objects")
	if rest, ok := strings.CutPrefix(dotted, modelTag+"."); ok {
		return "." + rest
	}
	_, last := cutLast(dotted)
	return last
}

// count is the number of rows that single values of them are counted for.
func (q *queryState) count() int {
	if q.all {
		return nominalRows
	}
	return narrowedRows
}

// row is one row of a query: that at an index, or in a loop each of them.
func (a *analysis) row(o *Object, site py.Node) Value {
	q, s, prefix := o.Query, Shape{}, ""
	if _, index := site.(*py.Subscript); !index && q.limit == 0 {
		s, prefix = Shape{Bytes: q.count() * idBytes, At: site, File: a.top().fn.File}, eachTag
	}
	switch q.rows {
	case instances:
		return a.opaque(site, s, prefix+modelTag)
	case scalars:
		return a.opaque(site, s, prefix+"value")
	}
	row := a.heap.intern(objectID{kind: Fresh, site: site, text: "row"}, func(r *Object) { r.Shape = sized(q.rowBytes()) })
	a.grow(&row.Elem, a.opaque(site, s, prefix+"value"))
	return one(row)
}

// rowsOf tells what a comprehension over v goes through: the shape of a list with one value for each row of a table, or that
// of a form; the zero Shape for anything else.
func (a *analysis) rowsOf(v Value) Shape {
	for _, o := range v.Objs {
		switch {
		case o.Kind == Query && o.Query.limit == 0:
			s := Shape{Class: UnboundedRows, Bytes: o.Query.count() * idBytes}
			if o.Query.rows == instances {
				s.What = instanceList
			}
			return s
		case o.Kind == Fresh && o.stored(0).Class == UnboundedRows:
			return Shape{Class: UnboundedRows, Bytes: nominalRows * idBytes}
		case o.Kind == Opaque && o.Shape.Class == UnboundedUser:
			return o.Shape
		}
	}
	return Shape{}
}

// compShape is the shape of a comprehension over rows with elements of shape elt.
func (a *analysis) compShape(e *py.Comp, rows, elt Shape) Shape {
	switch {
	case e.Kind == "generator":
		return Shape{}
	case rows.Class == UnboundedUser:
		return rows
	case rows.Class == UnboundedRows:
		return a.eachEntry(e, rows, elt)
	case elt.Class >= Large:
		return elt
	}
	return Shape{}
}

// eachEntry is the shape of a comprehension over all rows of a table.
func (a *analysis) eachEntry(e *py.Comp, rows, elt Shape) Shape {
	s := Shape{Class: UnboundedRows, What: "an entry for every row of a queryset", At: e, File: a.top().fn.File}
	entry := e.Elt
	if e.Value != nil {
		entry = e.Value
	}
	switch x := entry.(type) {
	case *py.Name:
		s.Bytes = rows.Bytes
		switch {
		case elt.Class == Small:
			s.Bytes = nominalRows * elt.Bytes // a row of values()
		case elt.Bytes > 0 && rows.What == instanceList:
			s.Class, s.What = ObjectGraph, instanceList
		}
	case *py.Dict:
		s.Bytes = nominalRows * len(x.Items) * fieldBytes
	case *py.Tuple:
		s.Bytes = nominalRows * len(x.Elts) * fieldBytes
	case *py.List:
		s.Bytes = nominalRows * len(x.Elts) * fieldBytes
	case *py.Call:
		s.Bytes = nominalRows * max(elt.Bytes, 2*fieldBytes)
	default: // one value of the row, or made from it
		s.Bytes = rows.Bytes
	}
	return s
}

// queryCall is a method call on a manager or queryset (django/db/models/query.py).
func (a *analysis) queryCall(o *Object, name string, c *py.Call, args arguments) Value {
	q := *o.Query
	same := func() Value { return one(a.query(c, o.Dotted, &q)) }
	switch name {
	case "all", "order_by", "select_related", "prefetch_related", "annotate", "distinct", "using", "only", "defer", "reverse",
		"get_queryset", "select_for_update", "iterator", "aiterator", "alias", "extra", "union", "intersection", "difference", "raw",
		"dates", "datetimes":
		return same()
	case "filter", "exclude", "complex_filter":
		q.narrow(name == "exclude", c, a)
		return same()
	case "values", "values_list":
		q.rows, q.fields = dicts, len(c.Args)
		if name == "values_list" {
			q.rows = tuples
			if t, known := args.named["flat"].truth(); known && t {
				q.rows = scalars
			}
		}
		return same()
	case "none":
		return one(a.fresh(c, sized(2)))
	case "in_bulk":
		return a.large(c, ObjectGraph, 0, "a dict of model instances", notJSON)
	case "first", "last", "get", "earliest", "latest", "create", "get_or_create", "update_or_create", "aget", "afirst", "alast",
		"acreate", "alatest", "aearliest":
		if q.rows != instances {
			return one(a.fresh(c, sized(q.rowBytes())))
		}
		return a.opaque(c, Shape{}, modelTag)
	case "count", "exists", "aggregate", "update", "acount", "aexists", "aaggregate", "aupdate", "contains":
		return a.opaque(c, sized(40), "number")
	case "delete", "adelete", "_raw_delete":
		if isSessionModel(o.Dotted) && !q.one && (q.expired || q.all) {
			a.event(&Event{Kind: Purge, Node: c, Value: one(o)})
		}
		return a.opaque(c, sized(40), "number")
	}
	if o.Dotted == haystack {
		return same() // narrow, facet, models and so on
	}
	return unknown
}

// narrow notes the conditions of filter() or exclude().
func (q *queryState) narrow(exclude bool, c *py.Call, a *analysis) {
	for _, arg := range c.Args {
		name := arg.Name.Name
		text := name
		if name == "" {
			text = a.source(arg.Value) // Q(expire_date__lt=now)
		}
		switch {
		case strings.Contains(text, "expire_date__lt"), exclude && strings.Contains(text, "expire_date__gt"),
			strings.Contains(text, "expire_date__range"), strings.Contains(text, "expire_date__date__lt"):
			q.expired, q.all = true, false
		case !exclude && strings.HasPrefix(name, "expire_date__gt"):
			continue // the sessions that are in use: as good as all
		case !exclude:
			q.one = true // those of a key, or of a user
			q.pick(name)
		}
		q.all = false
	}
}

// pick bounds the rows by a condition on the primary key: one, or as many as a list names.
func (q *queryState) pick(condition string) {
	switch condition {
	case "pk", "id":
		q.limit = 1
	case "pk__in", "id__in":
		q.limit = fewRows
	}
}

// PurgesAll reports whether a Purge removes all sessions, not only the expired ones.
func (e *Event) PurgesAll() bool {
	for _, o := range e.Value.Objs {
		if o.Kind == Query && !o.Query.expired {
			return true
		}
	}
	return false
}

// haystack stands for the index of django-haystack, whose SearchQuerySet is chained like a queryset and keeps the results
// it has fetched.
const haystack = "haystack"

// isSessionModel reports whether a dotted name is the model of the db engine.
func isSessionModel(dotted string) bool {
	dotted = strings.TrimSuffix(dotted, ".objects")
	return dotted == "django.contrib.sessions.models.Session" || dotted == "django.contrib.sessions.backends.db.Session"
}
