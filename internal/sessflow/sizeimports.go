package sessflow

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// importedThings are functions and classes of libraries whose result is of a known kind.
var importedThings = map[string]yields{
	"django.template.loader.render_to_string":         page,
	"django.template.loader.get_template":             {tag: "template"},
	"django.template.loader.select_template":          {tag: "template"},
	"django.shortcuts.render":                         {tag: "page"},
	"django.template.response.TemplateResponse":       {tag: "page"},
	"django.template.response.SimpleTemplateResponse": {tag: "page"},
	"django.core.files.storage.default_storage.open":  {tag: "binary file"},
	"django.core.files.storage.DefaultStorage.open":   {tag: "binary file"},
	"django.utils.timezone.now":                       {tag: notJSON},
	"datetime.datetime.now":                           {tag: notJSON},
	"datetime.date.today":                             {tag: notJSON},
	"decimal.Decimal":                                 {tag: notJSON},
	"uuid.uuid4":                                      {tag: notJSON},
	"builtins.bytes":                                  {tag: notJSON},
	"pickle.dumps":                                    {tag: notJSON},
	"django.shortcuts.get_object_or_404":              {tag: modelTag},
	"django.shortcuts.get_list_or_404":                {ObjectGraph, 0, instanceList, notJSON, false},
	"django.contrib.auth.get_user":                    {tag: modelTag},
	"urllib.request.urlopen":                          {tag: "http response"},
	"urllib2.urlopen":                                 {tag: "http response"},
	"requests.Session":                                {tag: "http session"},
	"requests.session":                                {tag: "http session"},
	"httpx.Client":                                    {tag: "http session"},
	"httpx.AsyncClient":                               {tag: "http session"},
	"boto3.client":                                    {tag: "s3 client"},
	"openai.OpenAI":                                   {tag: "chat client"},
	"openai.AsyncOpenAI":                              {tag: "chat client"},
	"openai.ChatCompletion.create":                    {tag: "chat reply"},
	"anthropic.Anthropic":                             {tag: "chat client"},
	"io.BytesIO":                                      {tag: "binary file"},
	"io.StringIO":                                     {tag: "text file"},
	"pathlib.Path":                                    {tag: "text file"},
	"csv.reader":                                      {Large, fileBytes, "every line of a file", notJSON, false},
	"csv.DictReader":                                  {Large, fileBytes, "every line of a file", notJSON, false},
	"bs4.BeautifulSoup":                               {tag: "soup"},
	"pandas.DataFrame":                                dataFrame,
	"pandas.DataFrame.from_dict":                      dataFrame,
	"pandas.DataFrame.from_records":                   dataFrame,
	"pandas.concat":                                   dataFrame,
	"pandas.merge":                                    dataFrame,
	"numpy.load":                                      dataFrame,
	"numpy.loadtxt":                                   dataFrame,
	"numpy.genfromtxt":                                dataFrame,
	"plotly.io.to_html":                               figure,
	"plotly.io.to_json":                               figure,
	"plotly.offline.plot":                             figure,
	"plotly.graph_objects.Figure":                     {tag: "figure"},
	"plotly.graph_objs.Figure":                        {tag: "figure"},
	"mpld3.fig_to_html":                               figure,
	"weasyprint.HTML":                                 {tag: "document"},
	"pdfkit.from_string":                              rawFile,
	"pdfkit.from_url":                                 rawFile,
	"pdfkit.from_file":                                rawFile,
}

// readers are prefixes of functions that read a whole data frame, and clients that return HTTP responses.
var readers = map[string]yields{
	"pandas.read_": dataFrame, "polars.read_": dataFrame, "plotly.express.": {tag: "figure"},
	"requests.": response, "httpx.": response,
}

// passOn are functions whose result is about as large as their first argument, with the growth in percent.
var passOn = map[string]struct {
	percent int
	tag     string
}{
	"json.dumps": {110, textTag}, "simplejson.dumps": {110, textTag}, "ujson.dumps": {110, textTag},
	"jsonpickle.encode": {130, textTag}, "json.loads": {100, jsonTag}, "simplejson.loads": {100, jsonTag}, "ujson.loads": {100, jsonTag},
	"orjson.loads": {100, jsonTag}, "base64.b64encode": {134, ""}, "base64.urlsafe_b64encode": {134, ""},
	"base64.standard_b64encode": {134, ""}, "html.escape": {100, textTag}, "django.utils.html.escape": {100, textTag},
	"django.utils.safestring.mark_safe": {100, textTag}, "django.utils.encoding.force_str": {100, textTag},
	"django.utils.encoding.smart_str": {100, textTag}, "markdown.markdown": {110, textTag}, "bleach.clean": {100, textTag},
}

// decodes tells what the bytes with a tag hold once they are decoded.
var decodes = map[string]yields{
	"request.body": body, "bytes": fileText, "bytes of a reply": reply, "bytes of a page": page,
}

// shapeOfImport is the result of an imported function.
func (a *analysis) shapeOfImport(dotted string, c *py.Call, args arguments) Value {
	if p, ok := passOn[dotted]; ok && len(args.pos) > 0 {
		if v, ok := a.passedOn(args.pos[0], c, p.percent, p.tag); ok {
			return v
		}
	}
	switch dotted {
	case "haystack.query.SearchQuerySet", "haystack.query.EmptySearchQuerySet":
		return a.manager(c, haystack)
	case "builtins.str", "builtins.repr":
		return a.textOf(c, args)
	case "json.load":
		if len(args.pos) > 0 {
			return a.loadedFrom(c, args.pos[0])
		}
	case "django.core.serializers.serialize":
		if v, ok := args.arg(1, "queryset"); ok && a.rowsOf(v).Class == UnboundedRows {
			return a.large(c, UnboundedRows, nominalRows*260, "a serialized entry for every row of a queryset", textTag)
		}
		return a.opaque(c, Shape{}, "")
	case "django.forms.models.model_to_dict":
		return a.opaque(c, Shape{Class: Medium, Bytes: allFields * fieldBytes}, "dict of a model")
	case "builtins.vars":
		return a.opaque(c, Shape{}, notJSON)
	case "builtins.range":
		return a.rangeOf(c, args)
	case "builtins.open", "io.open", "codecs.open":
		return a.opened(c, args)
	case "django.template.loader.render_to_string":
		if v, ok := args.arg(0, "template_name"); ok && isPlainText(v) {
			return a.opaque(c, Shape{}, textTag) // a subject or the body of a mail
		}
	case "mimetypes.guess_type", "requests.exceptions", "requests.utils.quote", "httpx.URL", "httpx.Timeout", "requests.Request":
		return a.callResult(c)
	}
	if a.serializesMany(args) {
		return a.opaque(c, Shape{}, "serializer of rows")
	}
	if y, ok := importedThings[dotted]; ok {
		return a.yield(y, c, nil)
	}
	for prefix, y := range readers {
		if rest, ok := strings.CutPrefix(dotted, prefix); ok && !strings.Contains(rest, ".") && isLower(rest) {
			return a.yield(y, c, nil)
		}
	}
	return a.callResult(c)
}

// isLower reports whether a name is that of a function rather than of a class.
func isLower(name string) bool { return name != "" && name[0] >= 'a' && name[0] <= 'z' }

// isPlainText reports whether the name of a template is that of a text and not of a page.
func isPlainText(template Value) bool {
	k, ok := template.Constant()
	return ok && k.Kind == py.StrConst && strings.HasSuffix(k.Str, ".txt")
}

// passedOn is the result of a function whose result is as large as its argument; false if nothing is known about that.
func (a *analysis) passedOn(v Value, c *py.Call, percent int, tag string) (Value, bool) {
	for _, o := range v.Objs {
		y, isBytes := decodes[o.Dotted]
		switch {
		case o.Kind != Opaque || !isBytes:
		case tag == "": // base64 of bytes is bytes
			s := o.Shape
			s.Bytes = s.Bytes * percent / 100
			return a.opaqueSized(c, s, o.Dotted), true
		default:
			y.tag = tag
			return a.yield(y, c, o), true
		}
	}
	s := asText(v.Stored())
	if s.Class < Large {
		return Value{}, false
	}
	s.Bytes = s.Bytes * percent / 100
	if tag == "" {
		tag = textTag
	}
	return a.opaqueSized(c, s, tag), true
}

// textOf is str(x): of bytes with an encoding their text, of a text itself, of anything else a short description.
func (a *analysis) textOf(c *py.Call, args arguments) Value {
	if len(args.pos) == 0 {
		return a.opaque(c, sized(2), "str")
	}
	for _, o := range args.pos[0].Objs {
		y, isBytes := decodes[o.Dotted]
		switch {
		case isBytes && len(c.Args) > 1:
			return a.yield(y, c, o)
		case o.Dotted == "soup":
			return a.yield(page, c, o)
		case strings.HasPrefix(o.Dotted, eachTag):
			return a.opaque(c, Shape{Bytes: o.Shape.Bytes, At: o.Shape.At, File: o.Shape.File}, eachTag+"str")
		case o.Dotted == notJSON, o.Kind == Const:
			return a.opaque(c, sized(40), "str")
		}
	}
	if s := asText(args.pos[0].Stored()); s.Class >= Large {
		return a.opaqueSized(c, s, textTag)
	}
	return a.opaque(c, Shape{}, "str")
}

// loadedFrom is json.load(f).
func (a *analysis) loadedFrom(c *py.Call, f Value) Value {
	for _, o := range f.Objs {
		switch o.Dotted {
		case "http response":
			return a.yield(replyJSON, c, o)
		case "text file", "binary file", "upload":
			y := fileText
			y.tag = jsonTag
			return a.yield(y, c, o)
		}
	}
	return unknown
}

// rangeOf is range(n).
func (a *analysis) rangeOf(c *py.Call, args arguments) Value {
	if len(args.pos) == 1 {
		if k, ok := args.pos[0].Constant(); ok && k.Kind == py.IntConst {
			return a.opaqueSized(c, literal(int(min(max(k.Int, 0), 1<<26))*6, c, a.top().fn.File), "range")
		}
	}
	return a.opaque(c, Shape{}, "range")
}

// opened is open(path, mode).
func (a *analysis) opened(c *py.Call, args arguments) Value {
	if v, ok := args.arg(1, "mode"); ok {
		k, ok := v.Constant()
		switch {
		case !ok || strings.ContainsAny(k.Str, "wax"):
			return a.opaque(c, Shape{}, notJSON)
		case strings.Contains(k.Str, "b"):
			return a.opaque(c, Shape{}, "binary file")
		}
	}
	return a.opaque(c, Shape{}, "text file")
}
