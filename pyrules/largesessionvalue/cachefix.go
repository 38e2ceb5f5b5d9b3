package largesessionvalue

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
	"github.com/sesslint/sesslint/rule"
)

// cacheFix moves a value from the session into the cache. It is offered where that is complete: the statement stores the
// result of a function of the user, and nothing else in the project speaks of the key, apart from reads further down in the
// same block.
func cacheFix(pass *py.Pass, flow *sessflow.Result, e *sessflow.Event) (py.Fix, bool) {
	w, ok := ofUser(e)
	if !ok || mentionedElsewhere(pass.Program, flow, w) {
		return py.Fix{}, false
	}
	edits, ok := w.importCache()
	if !ok {
		return py.Fix{}, false
	}
	reads, ok := w.reads()
	if !ok {
		return py.Fix{}, false
	}
	m := e.File.Module
	edits = append(edits, py.Edit{
		File: e.File, At: w.stmt.Span,
		New: w.key + ` = cache.get_or_set(f"` + w.key + `:{` + w.request + `.user.pk}", lambda: ` + py.Source(m, w.call) + `, 900)`,
	})
	for _, r := range reads {
		edits = append(edits, py.Edit{File: e.File, At: r.Range(), New: w.key})
	}
	return py.Fix{Title: title, Applicability: rule.Unsafe, Edits: edits}, true
}

// A userWrite is request.session['key'] = call(request.user).
type userWrite struct {
	event   *sessflow.Event
	stmt    *py.Assign
	call    *py.Call
	key     string // also the variable that takes its place
	request string
}

var identifier = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

// ofUser takes an event apart; false if it is not such a statement.
func ofUser(e *sessflow.Event) (userWrite, bool) {
	stmt, ok := e.Stmt.(*py.Assign)
	if !ok || len(stmt.Targets) != 1 || e.Func == nil || e.Func.Def.Async || !e.Key.Known || !identifier.MatchString(e.Key.Text) {
		return userWrite{}, false
	}
	target, ok := stmt.Targets[0].(*py.Subscript)
	if !ok || py.Node(target) != e.Node {
		return userWrite{}, false
	}
	session, ok := target.X.(*py.Attribute)
	if !ok || session.Attr.Name != "session" {
		return userWrite{}, false
	}
	request, ok := session.X.(*py.Name)
	call, isCall := stmt.Value.(*py.Call)
	if !ok || !isCall || !isFunction(e.File, call.Func) {
		return userWrite{}, false
	}
	users := 0
	for _, a := range call.Args {
		switch v := a.Value.(type) {
		case *py.Attribute:
			if x, ok := v.X.(*py.Name); !ok || x.ID != request.ID || v.Attr.Name != "user" {
				return userWrite{}, false
			}
			users++
		case *py.String, *py.Number, *py.Singleton:
		default:
			return userWrite{}, false
		}
	}
	w := userWrite{e, stmt, call, e.Key.Text, request.ID}
	return w, users == 1 && !w.taken(w.key)
}

// isFunction reports whether an expression names a function of the module or an imported one.
func isFunction(f *py.File, e py.Expr) bool {
	n, ok := e.(*py.Name)
	if !ok {
		return f.Scopes.Qualified(e) != ""
	}
	b := f.Scopes.Binding(n)
	return b == nil || b.Scope.Kind == py.ModuleScope
}

// taken reports whether a name already means something where the statement stands.
func (w userWrite) taken(name string) bool {
	found := false
	py.Inspect(w.event.Func.Def, func(n py.Node) bool {
		switch n := n.(type) {
		case *py.Name:
			found = found || n.ID == name
		case *py.Param:
			found = found || n.Name.Name == name
		}
		return !found
	})
	return found || pythonWords[name]
}

var pythonWords = py.WordSet(`and as assert async await break class continue def del elif else except finally for from global if import in is
	lambda match nonlocal not or pass raise return try type while with yield list dict set str int len map filter print`)

// reads returns the places further down in the block of the statement that read the key; false if it is read in another way.
func (w userWrite) reads() ([]py.Expr, bool) {
	_, block := w.event.File.Module.StmtAt(w.stmt.Start)
	var out []py.Expr
	own := 0
	py.Inspect(w.event.Func.Def, func(n py.Node) bool {
		if s, ok := n.(*py.String); ok && s.Value == w.key {
			own++
		}
		sub, ok := n.(*py.Subscript)
		if !ok || sub.Start < w.stmt.End || !w.isSlot(sub) {
			return true
		}
		if slices.ContainsFunc(block, func(s py.Stmt) bool { return s.Range().Contains(sub.Span) }) {
			out = append(out, sub)
		}
		return true
	})
	return out, own == len(out)+1
}

func (w userWrite) isSlot(sub *py.Subscript) bool {
	s, ok := sub.Index.(*py.String)
	a, isAttr := sub.X.(*py.Attribute)
	if !ok || !isAttr || s.Value != w.key || a.Attr.Name != "session" {
		return false
	}
	x, ok := a.X.(*py.Name)
	return ok && x.ID == w.request
}

// importCache returns the edit that imports the cache, if it is needed; false where the name means something else.
func (w userWrite) importCache() ([]py.Edit, bool) {
	f := w.event.File
	if b := f.Scopes.Module.Bindings["cache"]; b != nil {
		return nil, len(b.Defs) == 1 && b.Defs[0].Target == "django.core.cache.cache"
	}
	if w.taken("cache") {
		return nil, false
	}
	newline := "\n"
	if bytes.Contains(f.Module.Src, []byte("\r\n")) {
		newline = "\r\n"
	}
	const line = "from django.core.cache import cache"
	at := -1
	if s := lastImport(f); s != nil {
		at = s.Range().End
	}
	if at >= 0 {
		for at < len(f.Module.Src) && f.Module.Src[at] != '\n' && f.Module.Src[at] != '\r' {
			at++ // behind a comment
		}
		return []py.Edit{{File: f, At: py.Span{Start: at, End: at}, New: newline + line}}, true
	}
	first := f.Module.Body[0].Range().Start
	if py.Docstring(f.Module.Body) != "" || !f.Module.OwnLines(f.Module.Body[0]) {
		return nil, false
	}
	return []py.Edit{{File: f, At: py.Span{Start: first, End: first}, New: line + newline + newline + newline}}, true
}

// lastImport returns the import at the top of a module behind which one of Django belongs: the last one of Django, else the
// last one.
func lastImport(f *py.File) py.Stmt {
	var last, django py.Stmt
	for _, s := range f.Module.Body {
		switch i := s.(type) {
		case *py.ExprStmt:
			continue // a docstring
		case *py.Import:
		case *py.ImportFrom:
			if f.Module.OwnLines(s) && (i.Module == "django" || strings.HasPrefix(i.Module, "django.")) {
				django = s
			}
		default:
			if django != nil {
				return django
			}
			return last
		}
		if f.Module.OwnLines(s) {
			last = s
		}
	}
	if django != nil {
		return django
	}
	return last
}

// searched are the kinds of files in which a key may be named.
var searched = []string{".py", ".html", ".txt", ".jinja", ".jinja2", ".j2", ".djhtml", ".mako", ".js", ".xml"}

// mentionedElsewhere reports whether anything but the function itself may use the key: another event, an access with a key
// that is not known, or a file that holds the word.
func mentionedElsewhere(prog *py.Program, flow *sessflow.Result, w userWrite) bool {
	for _, e := range flow.Events {
		switch e.Kind {
		case sessflow.Read, sessflow.Write, sessflow.Delete:
			if e.Func != w.event.Func && (!e.Key.Known || e.Key.Text == w.key) {
				return true
			}
		}
	}
	word := regexp.MustCompile(`\b` + w.key + `\b`)
	def := w.event.Func.Def.Span
	for _, p := range prog.Paths {
		if !slices.Contains(searched, path.Ext(p)) {
			continue
		}
		src := prog.Read(p)
		if p != w.event.File.Path {
			if word.Match(src) {
				return true
			}
			continue
		}
		src = w.event.File.Module.Src
		if word.Match(src[:def.Start]) || word.Match(src[def.End:]) {
			return true
		}
	}
	return false
}
