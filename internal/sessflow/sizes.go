package sessflow

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// The estimates below are JSON sizes. Where a client decides, the bound is DATA_UPLOAD_MAX_MEMORY_SIZE, 2.5 MB by default
// (django/conf/global_settings.py).
const (
	maxBody   = 2621440
	fileBytes = 1 << 20
)

// notJSON tags objects that the JSON serializer refuses.
const notJSON = "not JSON"

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
		return o.Dotted == "model" || o.Dotted == notJSON
	case Fresh:
		for _, e := range o.Elem.Objs {
			if depth < 3 && refusedByJSON(e, depth+1) {
				return true
			}
		}
	}
	return false
}

// large describes an opaque value that is large by its nature.
func (a *analysis) large(n py.Node, class SizeClass, bytes int, what, tag string) Value {
	return a.opaque(n, Shape{Class: class, Bytes: bytes, What: what, At: n, File: a.top().fn.File}, tag)
}

// requestShape is the shape of an attribute of a request as a value of its own.
func requestShape(name string) Shape {
	switch name {
	case "path", "path_info", "method", "scheme", "content_type", "encoding":
		return sized(200)
	case "POST":
		return Shape{Class: UnboundedUser, Bytes: maxBody, What: "the whole submitted form"}
	case "body":
		return Shape{Class: UnboundedUser, Bytes: maxBody, What: "the whole request body"}
	case "FILES":
		return Shape{Class: ObjectGraph, Bytes: fileBytes, What: "uploaded files"}
	}
	return Shape{}
}

// opaqueAttr is an attribute of a value that is known by a tag only.
func (a *analysis) opaqueAttr(o *Object, e *py.Attribute, name string) Value {
	switch o.Dotted {
	case "http response":
		switch name {
		case "text", "content":
			return a.large(e, Large, 50<<10, "the body of an HTTP response", "blob")
		}
	case "serializer of rows":
		if name == "data" {
			return a.large(e, UnboundedRows, nominalRows*200, "a serialized entry for every row of a queryset", "blob")
		}
	case "model":
		switch name {
		case "pk", "id", "slug", "name", "email", "username":
			return a.opaque(e, sized(40), "")
		case "__dict__":
			return a.large(e, ObjectGraph, 0, "the attributes of a model instance", "")
		}
		return a.opaque(e, Shape{}, "model."+name)
	case "data frame":
		if name == "values" || name == "T" || name == "loc" || name == "iloc" {
			return a.large(e, ObjectGraph, fileBytes, "a data frame", "data frame")
		}
	}
	if name == "request" {
		return one(a.requestObject())
	}
	if strings.HasPrefix(o.Dotted, "model.") && name == "objects" {
		return a.manager(e, o.Dotted)
	}
	return unknown
}

// opaqueIndex is x[i] of a value known by a tag only.
func (a *analysis) opaqueIndex(o *Object, e *py.Subscript) Value {
	switch o.Dotted {
	case "request.FILES":
		return a.large(e, ObjectGraph, fileBytes, "an uploaded file", "file")
	case "request.POST", "request.GET", "request.COOKIES", "request.META", "request.headers":
		return a.opaque(e, sized(60), "field")
	}
	return unknown
}

// opaqueMethod is x.m(...) of a value known by a tag, or of a container for methods that do not change it.
func (a *analysis) opaqueMethod(o *Object, name string, c *py.Call, args arguments) Value {
	switch o.Dotted {
	case "request.POST", "request.GET":
		switch name {
		case "dict", "copy", "lists", "items":
			if o.Dotted == "request.POST" {
				return a.large(c, UnboundedUser, maxBody, "the whole submitted form", "blob")
			}
			return a.opaque(c, sized(800), "query string")
		case "get", "getlist", "pop":
			return a.opaque(c, sized(60), "field")
		case "urlencode":
			return a.opaque(c, Shape{}, "str")
		}
	case "request.FILES":
		if name == "get" {
			return a.large(c, ObjectGraph, fileBytes, "an uploaded file", "file")
		}
	case "request.body":
		if name == "decode" {
			return a.large(c, UnboundedUser, maxBody, "the whole request body", "blob")
		}
	case "file":
		switch name {
		case "read", "readlines", "read_text", "read_bytes", "getvalue":
			return a.large(c, Large, fileBytes, "the contents of a file", "blob")
		}
	case "blob":
		switch name {
		case "decode", "encode", "strip", "replace", "copy", "tolist":
			return one(o)
		case "splitlines", "split":
			return one(o)
		}
		return a.opaque(c, Shape{}, "")
	case "http response":
		if name == "json" {
			return a.large(c, Large, 50<<10, "the body of an HTTP response", "blob")
		}
	case "data frame":
		switch name {
		case "to_dict", "to_json", "to_csv", "to_html", "to_records", "tolist", "to_string":
			return a.large(c, Large, fileBytes, "a whole data frame", "blob")
		case "head", "tail", "sample":
			return a.opaque(c, Shape{}, "some rows")
		}
		return one(o)
	case "model":
		return unknown
	}
	return a.opaqueCall(c, args, name)
}

// shapeOfImport is the result of an imported function.
func (a *analysis) shapeOfImport(dotted string, c *py.Call, args arguments) Value {
	if s, ok := importedShapes[dotted]; ok {
		return a.large(c, s.class, s.bytes, s.what, s.tag)
	}
	switch dotted {
	case "haystack.query.SearchQuerySet", "haystack.query.EmptySearchQuerySet":
		return a.manager(c, haystack)
	case "decimal.Decimal", "builtins.bytes", "uuid.uuid4", "datetime.datetime.now", "django.utils.timezone.now":
		return a.opaque(c, Shape{}, notJSON)
	case "builtins.str", "builtins.repr":
		if len(args.pos) > 0 {
			if s := args.pos[0].Shape(); s.Class >= Large && s.Class != ObjectGraph {
				return a.opaque(c, s, "blob")
			}
		}
		return a.opaque(c, Shape{}, "str")
	case "json.dumps", "json.loads", "base64.b64encode", "base64.urlsafe_b64encode", "base64.b64decode", "django.core.serializers.json.dumps":
		if len(args.pos) > 0 {
			return a.opaque(c, args.pos[0].Shape(), "blob")
		}
	case "django.core.serializers.serialize":
		if len(args.pos) > 1 && args.pos[1].any(Query) {
			return a.large(c, UnboundedRows, nominalRows*260, "a serialized entry for every row of a queryset", "blob")
		}
	case "django.shortcuts.get_object_or_404":
		return a.opaque(c, Shape{}, "model")
	case "django.shortcuts.get_list_or_404":
		return a.large(c, ObjectGraph, 0, "a list of model instances", "")
	case "builtins.range":
		if len(args.pos) == 1 {
			if k, ok := args.pos[0].Constant(); ok && k.Kind == py.IntConst {
				return a.opaque(c, sized(int(min(max(k.Int, 0), 1<<26))*6), "range")
			}
		}
	case "builtins.open":
		return a.opaque(c, Shape{Class: ObjectGraph, What: "an open file", At: c, File: a.top().fn.File}, "file")
	case "pathlib.Path":
		return a.opaque(c, sized(120), "file")
	}
	if a.serializesMany(c, args) {
		return a.opaque(c, Shape{}, "serializer of rows")
	}
	return a.callResult(c)
}

// importedShapes are functions whose result is large by its nature.
var importedShapes = map[string]struct {
	class SizeClass
	bytes int
	what  string
	tag   string
}{
	"django.template.loader.render_to_string": {Large, 20 << 10, "a rendered page", "blob"},
	"requests.get":      {Unsized, 0, "", "http response"},
	"requests.post":     {Unsized, 0, "", "http response"},
	"requests.put":      {Unsized, 0, "", "http response"},
	"requests.request":  {Unsized, 0, "", "http response"},
	"httpx.get":         {Unsized, 0, "", "http response"},
	"httpx.post":        {Unsized, 0, "", "http response"},
	"pandas.read_csv":   {ObjectGraph, fileBytes, "a data frame", "data frame"},
	"pandas.read_excel": {ObjectGraph, fileBytes, "a data frame", "data frame"},
	"pandas.read_json":  {ObjectGraph, fileBytes, "a data frame", "data frame"},
	"pandas.read_sql":   {ObjectGraph, fileBytes, "a data frame", "data frame"},
	"pandas.DataFrame":  {ObjectGraph, fileBytes, "a data frame", "data frame"},
	"io.BytesIO":        {Unsized, 0, "", "file"},
	"io.StringIO":       {Unsized, 0, "", "file"},
}

// serializesMany reports whether a call is Serializer(queryset, many=True) over an unlimited queryset.
func (a *analysis) serializesMany(_ *py.Call, args arguments) bool {
	many, ok := args.named["many"]
	if !ok {
		return false
	}
	if t, known := many.truth(); !known || !t {
		return false
	}
	v, ok := args.arg(0, "instance")
	if !ok {
		return false
	}
	for _, o := range v.Objs {
		if o.Kind == Query && o.Query.limit == 0 {
			return true
		}
	}
	return false
}

// opaqueCall is the result of a call that nothing is known about; the name of what was called is kept, since a name is
// (weak) evidence of its own.
func (a *analysis) opaqueCall(c *py.Call, args arguments, _ string) Value {
	if a.serializesMany(c, args) {
		return a.opaque(c, Shape{}, "serializer of rows")
	}
	return Value{Open: true}
}
