package sessflow

import "github.com/sesslint/sesslint/internal/py"

// A thing is an object of a library, known by what it is: what its attributes, methods and items are.
type thing struct {
	attrs   map[string]yields
	methods map[string]yields
	index   func(i py.Expr) yields
	// toFile are methods that return nothing when they are told where to write.
	toFile map[string]bool
}

// writes reports whether a method call writes to a file that its first argument names.
func (t thing) writes(method string, args arguments) bool {
	if !t.toFile[method] || len(args.pos) == 0 {
		return false
	}
	k, ok := args.pos[0].Constant()
	return !ok || k.Kind != py.NoneConst
}

// yields says what an operation yields: something with a shape and a tag. The zero value stands for something unknown.
type yields struct {
	class SizeClass
	bytes int
	what  string
	tag   string
	// same is set where the result is as large as the object itself, and of the same kind if there is no tag.
	same bool
}

// yield returns what an operation on o yields.
func (a *analysis) yield(y yields, n py.Node, o *Object) Value {
	switch {
	case y == yields{}:
		return unknown
	case y.same && y.tag == "":
		return a.opaqueSized(n, o.Shape, o.Dotted)
	case y.same:
		return a.opaqueSized(n, o.Shape, y.tag)
	case y.class == Small:
		return a.opaque(n, sized(y.bytes), y.tag)
	}
	return a.large(n, y.class, y.bytes, y.what, y.tag)
}

var (
	alike     = yields{same: true}
	short     = yields{class: Small, bytes: 100}
	field     = yields{class: Small, bytes: fieldValue, tag: "field"}
	postField = yields{class: Small, bytes: fieldValue, tag: PostField}
	form      = yields{UnboundedUser, maxBody, "the whole submitted form", jsonTag, false}
	body      = yields{UnboundedUser, maxBody, "the whole request body", textTag, false}
	upload    = yields{ObjectGraph, fileBytes, "an uploaded file", "upload", false}
	rawFile   = yields{ObjectGraph, fileBytes, "the bytes of a file", "bytes", false}
	fileText  = yields{Large, fileBytes, "the contents of a file", textTag, false}
	rawReply  = yields{ObjectGraph, replyBytes, "the bytes of an HTTP response", "bytes of a reply", false}
	reply     = yields{Large, replyBytes, ReplyBody, textTag, false}
	replyJSON = yields{Large, replyBytes, ReplyBody, jsonTag, false}
	response  = yields{tag: "http response"}
	page      = yields{Large, pageBytes, "a rendered page", textTag, false}
	rawPage   = yields{ObjectGraph, pageBytes, "the bytes of a rendered page", "bytes of a page", false}
	dataFrame = yields{ObjectGraph, fileBytes, "a data frame", "data frame", false}
	frameText = yields{Large, fileBytes, "a whole data frame", jsonTag, false}
	figure    = yields{Large, 3 << 20, "a rendered figure", textTag, false}
	rowsData  = yields{UnboundedRows, nominalRows * 200, "a serialized entry for every row of a queryset", jsonTag, false}
)

func always(y yields) func(py.Expr) yields { return func(py.Expr) yields { return y } }

// methods gives the same result to several names.
func methods(y yields, names ...string) map[string]yields {
	m := map[string]yields{}
	for _, n := range names {
		m[n] = y
	}
	return m
}

func merge(ms ...map[string]yields) map[string]yields {
	out := map[string]yields{}
	for _, m := range ms {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

// bytesThing are bytes that become text of another description when they are decoded.
func bytesThing(text yields) thing {
	return thing{methods: map[string]yields{"decode": text, "hex": text, "strip": alike, "replace": alike}}
}

// things are the objects with a tag whose operations are known.
var things = map[string]thing{
	"request.POST": {
		methods: merge(methods(form, "dict", "copy", "lists", "items", "urlencode", "values"), methods(postField, "get", "pop", "getlist")),
		index:   always(postField),
	},
	"request.data": {
		methods: merge(methods(form, "dict", "copy", "lists", "items", "values"), methods(postField, "get", "pop", "getlist")),
		index:   always(postField),
	},
	"request.GET": {
		methods: merge(methods(yields{class: Small, bytes: 800}, "dict", "copy", "lists", "items", "urlencode"), methods(field, "get", "pop", "getlist")),
		index:   always(field),
	},
	"request.COOKIES": {methods: methods(field, "get"), index: always(field)},
	"request.META":    {methods: methods(field, "get"), index: always(field)},
	"request.headers": {methods: methods(field, "get"), index: always(field)},
	"request.body":    bytesThing(body),
	"request.FILES": {
		methods: map[string]yields{"get": upload, "getlist": {ObjectGraph, fileBytes, "uploaded files", notJSON, false}},
		index:   always(upload),
	},
	"upload": {
		attrs:   merge(methods(short, "name", "size", "content_type", "charset"), methods(alike, "file")),
		methods: merge(methods(rawFile, "read", "readlines", "getvalue", "readline"), methods(alike, "open")),
	},
	"text file": {
		attrs:   methods(short, "name", "path", "url", "size", "suffix", "stem"),
		methods: merge(methods(fileText, "read", "readlines", "read_text", "getvalue"), methods(rawFile, "read_bytes"), methods(alike, "open", "resolve")),
	},
	"binary file": {
		attrs:   methods(short, "name", "path", "url", "size"),
		methods: methods(rawFile, "read", "readlines", "getvalue", "getbuffer"),
	},
	"bytes":            bytesThing(fileText),
	"bytes of a reply": bytesThing(reply),
	"bytes of a page":  bytesThing(page),
	"http response": {
		attrs:   map[string]yields{"text": reply, "content": rawReply, "status_code": short, "reason": short, "url": short, "ok": short},
		methods: map[string]yields{"json": replyJSON, "read": rawReply},
	},
	"http session": {methods: methods(response, "get", "post", "put", "patch", "delete", "request", "send")},
	"s3 client":    {methods: methods(yields{tag: "s3 object"}, "get_object")},
	"s3 object": {index: func(i py.Expr) yields {
		if s, ok := i.(*py.String); ok && s.Value == "Body" {
			return yields{tag: "binary file"}
		}
		return yields{}
	}},
	"template":           {methods: methods(page, "render")},
	"page":               {attrs: map[string]yields{"content": rawPage, "rendered_content": page}, methods: methods(alike, "render")},
	"soup":               {methods: methods(page, "prettify", "get_text", "decode")},
	"serializer of rows": {attrs: map[string]yields{"data": rowsData}},
	"document":           {methods: methods(rawFile, "write_pdf")},
	"figure":             {methods: methods(figure, "to_html", "to_json", "to_dict", "to_plotly_json")},
	"data frame": {
		attrs: methods(alike, "values", "T"),
		methods: merge(
			methods(alike, "copy", "dropna", "fillna", "merge", "join", "sort_values", "sort_index", "reset_index", "set_index",
				"rename", "drop", "astype", "drop_duplicates", "assign", "apply", "replace", "round", "pivot_table", "melt",
				"transpose", "to_numpy", "reindex", "map"),
			methods(frameText, "to_dict", "to_json", "to_csv", "to_html", "to_records", "tolist", "to_list", "to_string"),
		),
		index: func(i py.Expr) yields {
			switch i.(type) {
			case *py.String, *py.List:
				return alike // columns; anything else selects rows
			}
			return yields{}
		},
		toFile: map[string]bool{"to_json": true, "to_csv": true, "to_html": true, "to_string": true},
	},
	"chat reply":  {methods: methods(yields{Large, replyBytes, "a reply of a language model", jsonTag, false}, "model_dump", "to_dict", "model_dump_json", "to_dict_recursive")},
	"chat client": {attrs: methods(alike, "chat", "completions", "responses", "messages"), methods: methods(yields{tag: "chat reply"}, "create")},
}
