package sessflow

import (
	"fmt"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// The estimates of this package are JSON sizes in bytes. Where a client decides, the bound is DATA_UPLOAD_MAX_MEMORY_SIZE,
// 2.5 MB by default (django/conf/global_settings.py).
const (
	maxBody   = 2621440
	fileBytes = 1 << 20
	pageBytes = 20 << 10
	// replyBytes stands for the body of an HTTP response.
	replyBytes = 50 << 10
	// fieldValue stands for what is typed into one field of a form.
	fieldValue = 60
)

// Tags of opaque objects that more than one place speaks of; those of library objects are in things.go.
const (
	// notJSON objects are refused by the JSON serializer.
	notJSON = "not JSON"
	// modelTag is a model instance, with ".name" behind it one of its attributes.
	modelTag = "model"
	// eachTag stands before the tag of what a loop over all rows of a table takes from them.
	eachTag = "each "
	// textTag is a str of some size, jsonTag what json.loads makes of one.
	textTag = "text"
	jsonTag = "json"
	// PostField is the value of one field of a submitted form.
	PostField = "field of request.POST"
)

// ReplyBody describes, as What of a Shape, what another server has answered.
const ReplyBody = "the body of an HTTP response"

// transient reports whether a value certainly cannot be stored as JSON, so that putting it into an object of the session is
// meant for this request only.
func transient(v Value) bool {
	if v.Open || len(v.Objs) == 0 {
		return false
	}
	for _, o := range v.Objs {
		if !refusedByJSON(o, 0) {
			return false
		}
	}
	return true
}

// refusedByJSON reports whether an object is, or a container holds, something that JSON cannot express.
func refusedByJSON(o *Object, depth int) bool {
	switch o.Kind {
	case Query, Instance:
		return true
	case Opaque:
		tag := strings.TrimPrefix(o.Dotted, eachTag)
		return tag == modelTag || tag == notJSON
	case Fresh:
		for _, e := range o.Elem.Objs {
			if depth < maxNesting && refusedByJSON(e, depth+1) {
				return true
			}
		}
	}
	return false
}

// maxNesting is how deep containers are looked into.
const maxNesting = 3

// Stored returns the most expensive shape of what the session holds when the value is put into it: that of the value itself
// or of anything in it.
func (v Value) Stored() Shape {
	var s Shape
	for _, o := range v.Objs {
		s = worst(s, o.stored(0))
	}
	if s.Class == Large && s.What == "" {
		s.What = literalName(s.Bytes)
	}
	return s
}

func (o *Object) stored(depth int) Shape {
	s := o.Shape
	if o.Kind != Fresh || depth > maxNesting {
		return s
	}
	if s.Class == Small && o.wasEmpty() && (o.Elem.Open || len(o.Elem.Objs) > 0) {
		s = Shape{} // filled afterwards, nobody knows how often
	}
	if o.displayed() {
		return s // that of its items
	}
	for _, e := range o.Elem.Objs {
		if part := e.stored(depth + 1); part.Class >= Large {
			s = worst(s, part)
		}
	}
	return worst(s, o.gathered())
}

// allLarge reports whether everything that the value may be is large.
func (v Value) allLarge() bool {
	for _, o := range v.Objs {
		if o.stored(0).Class < Large {
			return false
		}
	}
	return true
}

// displayed reports whether a container was made by a display with items.
func (o *Object) displayed() bool {
	switch o.id.site.(type) {
	case *py.List, *py.Tuple, *py.Set, *py.Dict:
		return !o.wasEmpty()
	}
	return false
}

// wasEmpty reports whether a container was made without contents: [], {}, list().
func (o *Object) wasEmpty() bool {
	switch site := o.id.site.(type) {
	case *py.List:
		return len(site.Elts) == 0
	case *py.Dict:
		return len(site.Items) == 0
	case *py.Call:
		return len(site.Args) == 0
	}
	return false
}

// gathered is the shape of a list that was empty when it was made and got something from every row of a table in a loop.
func (o *Object) gathered() Shape {
	if _, isDict := o.id.site.(*py.Dict); isDict || !o.wasEmpty() {
		return Shape{} // what a loop puts into a dict may go to the same key each time
	}
	for _, e := range o.Elem.Objs {
		from, fields := e.fromEach()
		if from == nil {
			continue
		}
		s := Shape{
			Class: UnboundedRows, Bytes: from.Shape.Bytes, What: "an entry for every row of a queryset",
			At: from.Shape.At, File: from.Shape.File,
		}
		if fields > 1 {
			s.Bytes = nominalRows * fields * fieldBytes
		}
		if strings.TrimPrefix(e.Dotted, eachTag) == modelTag {
			s.Class, s.What = ObjectGraph, instanceList
		}
		return s
	}
	return Shape{}
}

// notEach makes the rows of a loop that may end early those of any loop.
func notEach(v Value) Value {
	out := Value{Open: v.Open}
	for _, o := range v.Objs {
		if strings.HasPrefix(o.Dotted, eachTag) {
			out.Open = true
		} else {
			out.Objs = append(out.Objs, o)
		}
	}
	return out
}

// fromEach returns the object that shows that o was made from a row in a loop over all of them, and how many values o holds.
func (o *Object) fromEach() (from *Object, fields int) {
	if strings.HasPrefix(o.Dotted, eachTag) {
		return o, 1
	}
	if o.Kind != Fresh {
		return nil, 0
	}
	for _, e := range o.Elem.Objs {
		if e.Kind == Const {
			continue
		}
		fields++
		if strings.HasPrefix(e.Dotted, eachTag) {
			from = e
		}
	}
	return from, fields
}

// opaqueSized returns an opaque object whose shape is the worst of what was said about the place.
func (a *analysis) opaqueSized(n py.Node, s Shape, tag string) Value {
	if s.Class >= Large && s.At == nil {
		s.At, s.File = n, a.top().fn.File
	}
	v := a.opaque(n, s, tag)
	v.Objs[0].Shape = worst(v.Objs[0].Shape, s)
	return v
}

// large describes an opaque value that is large by its nature.
func (a *analysis) large(n py.Node, class SizeClass, bytes int, what, tag string) Value {
	return a.opaqueSized(n, Shape{Class: class, Bytes: bytes, What: what}, tag)
}

// literal is the shape of JSON of a known size.
func literal(bytes int, n py.Node, f *py.File) Shape {
	s := sized(bytes)
	if s.Class == Large {
		s.What, s.At, s.File = literalName(bytes), n, f
	}
	return s
}

func literalName(bytes int) string { return fmt.Sprintf("a literal of %d kB", bytes>>10) }

// asText is the shape of a value of shape s turned into text. What JSON cannot hold becomes its short description.
func asText(s Shape) Shape {
	if s.Class == ObjectGraph {
		return Shape{}
	}
	return s
}

// requestShape is the shape of an attribute of a request as a value of its own.
func requestShape(name string) Shape {
	switch name {
	case "path", "path_info", "method", "scheme", "content_type", "encoding":
		return sized(200)
	case "GET", "headers", "META", "COOKIES":
		return Shape{}
	case "POST":
		return Shape{Class: UnboundedUser, Bytes: maxBody, What: "the whole submitted form"}
	case "data":
		return Shape{Class: UnboundedUser, Bytes: maxBody, What: "the whole parsed request body"}
	case "body":
		return Shape{Class: ObjectGraph, Bytes: maxBody, What: "the bytes of the request body"}
	case "FILES":
		return Shape{Class: ObjectGraph, Bytes: fileBytes, What: "uploaded files"}
	}
	return Shape{}
}

// opaqueAttr is an attribute of a value that is known by a tag only.
func (a *analysis) opaqueAttr(o *Object, e *py.Attribute, name string) Value {
	tag, each := strings.CutPrefix(o.Dotted, eachTag)
	switch {
	case name == "request":
		return one(a.requestObject())
	case name == "SessionStore" && o.Call != nil:
		// import_module(settings.SESSION_ENGINE).SessionStore
		return one(a.importObject("django.contrib.sessions.backends.SessionStore"))
	}
	if t, ok := things[tag]; ok {
		return a.yield(t.attrs[name], e, o)
	}
	switch {
	case tag == modelTag || tag == "request.user":
		return a.modelAttr(o, e, name, each)
	case strings.HasPrefix(tag, modelTag+".") && name == "objects":
		return a.manager(e, tag)
	case strings.HasPrefix(tag, modelTag+"."):
		switch name {
		case "url", "name", "path", "size", "pk", "id":
			return a.opaque(e, sized(100), "") // of a file field or a related object
		}
		return a.opaque(e, Shape{}, tag+"."+name)
	}
	return unknown
}

// modelAttr is an attribute of a model instance.
func (a *analysis) modelAttr(o *Object, e *py.Attribute, name string, each bool) Value {
	s, tag := Shape{}, modelTag+"."+name
	switch name {
	case "pk", "id":
		s, tag = sized(idBytes), ""
	case "slug", "name", "email", "username":
		s, tag = sized(40), ""
	case "__dict__":
		return a.opaque(e, Shape{Class: Medium}, notJSON)
	}
	if !each {
		return a.opaque(e, s, tag)
	}
	return a.opaque(e, Shape{Bytes: o.Shape.Bytes, At: o.Shape.At, File: o.Shape.File}, eachTag+tag)
}

// opaqueIndex is x[i] of a value known by a tag only.
func (a *analysis) opaqueIndex(o *Object, e *py.Subscript) Value {
	if t, ok := things[o.Dotted]; ok && t.index != nil {
		return a.yield(t.index(e.Index), e, o)
	}
	return unknown
}

// opaqueMethod is x.m(...) of a value known by a tag, or of a container for methods that do not change it.
func (a *analysis) opaqueMethod(o *Object, name string, c *py.Call, args arguments) Value {
	if o.Kind == Const && name == "join" && len(args.pos) == 1 {
		return a.opaqueSized(c, asText(args.pos[0].Stored()), textTag)
	}
	tag := strings.TrimPrefix(o.Dotted, eachTag)
	if t, ok := things[tag]; ok {
		if m, ok := t.methods[name]; ok {
			if t.writes(name, args) || (name == "read" || name == "readline") && len(args.pos) > 0 {
				return unknown // or as much as the argument says
			}
			return a.yield(m, c, o)
		}
		return unknown
	}
	switch {
	case o.Kind == Request && name == "read":
		return a.opaqueSized(c, requestShape("body"), "request.body")
	case tag == textTag || tag == jsonTag:
		switch name {
		case "strip", "replace", "copy", "lower", "upper", "title", "rstrip", "lstrip", "expandtabs", "splitlines", "split":
			return one(o)
		case "encode":
			return a.opaqueSized(c, Shape{Class: ObjectGraph, Bytes: o.Shape.Bytes, What: "bytes"}, "bytes")
		}
		return a.opaque(c, Shape{}, "")
	case strings.HasPrefix(tag, modelTag+".") && name == "read":
		return a.yield(rawFile, c, o) // only file fields have it
	case strings.HasPrefix(tag, modelTag+".") && relatedMethods[name]:
		// order.items.all(): the other side of a relation.
		return a.queryCall(&Object{Kind: Query, Dotted: tag, Query: &queryState{}}, name, c, args)
	}
	return a.opaqueCall(c, args, name)
}

// relatedMethods are methods that, called on an attribute of a model instance, show that it is the manager of a relation.
var relatedMethods = map[string]bool{
	"all": true, "filter": true, "exclude": true, "order_by": true, "values_list": true, "select_related": true,
	"prefetch_related": true, "annotate": true,
}

// opaqueCall is the result of a call of something that nothing is known about but the name of a method.
func (a *analysis) opaqueCall(c *py.Call, args arguments, name string) Value {
	switch {
	case a.serializesMany(args):
		return a.opaque(c, Shape{}, "serializer of rows")
	case name == "to_dict" && asksForRecords(args):
		return a.yield(frameText, c, nil) // only data frames have that argument
	case (name == "values_list" || name == "values" && len(args.pos) > 0) && isRelation(c):
		// dict.values() takes no arguments: this is the other side of a relation, such as user.orders.
		return a.queryCall(&Object{Kind: Query, Dotted: "the queryset", Query: &queryState{}}, name, c, args)
	}
	return unknown
}

// isRelation reports whether a method is called on a plain attribute, which no slice has bounded; the rows of a page are
// called object_list.
func isRelation(c *py.Call) bool {
	at, ok := c.Func.(*py.Attribute)
	if !ok {
		return false
	}
	x, ok := at.X.(*py.Attribute)
	return ok && isChain(x) && x.Attr.Name != "object_list"
}

// asksForRecords reports whether the arguments of to_dict are those of a data frame: 'records', or orient=.
func asksForRecords(args arguments) bool {
	if _, ok := args.named["orient"]; ok {
		return true
	}
	if len(args.pos) != 1 {
		return false
	}
	k, ok := args.pos[0].Constant()
	return ok && k.Kind == py.StrConst && k.Str == "records"
}

// serializesMany reports whether a call is Serializer(rows, many=True) over an unlimited queryset.
func (a *analysis) serializesMany(args arguments) bool {
	many, ok := args.named["many"]
	if !ok {
		return false
	}
	if t, known := many.truth(); !known || !t {
		return false
	}
	v, ok := args.arg(0, "instance")
	return ok && a.rowsOf(v).Class == UnboundedRows
}
