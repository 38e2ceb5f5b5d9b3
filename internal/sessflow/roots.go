package sessflow

import (
	"bytes"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// analyzeFile interprets the roots of one file.
func analyzeFile(p *program, m *fileModel) *Result {
	interesting := m.interesting()
	return analyzeRoots(p, m, func(f *Func) bool { return interesting[f] })
}

// analyzeRoots interprets those roots of a file for which keep holds.
func analyzeRoots(p *program, m *fileModel, keep func(*Func) bool) *Result {
	a := newAnalysis(p)
	r := &Result{}
	lost := map[*Mutation]*Lost{}
	for _, f := range m.funcs {
		if !keep(f) || !m.isRoot(f) {
			continue
		}
		a.calls = 0
		self := a.selfOf(f)
		params := a.rootParams(f, self)
		a.recording = true
		s := a.call(f, self, params, a.captures[f], nil)
		a.recording = false
		if s == nil || s.imprecise || a.coveredHere(f, self) {
			continue
		}
		for _, o := range s.outcomes {
			if o.mark != unmarked {
				continue
			}
			for _, mu := range o.pending {
				if lost[mu] == nil {
					lost[mu] = &Lost{Mutation: mu, Root: f}
					r.Lost = append(r.Lost, lost[mu])
				}
			}
		}
	}
	for _, l := range r.Lost {
		l.LocalUse = l.LocalUse || usedLocally(l.Mutation) || isGenerator(l.Func)
	}
	r.Events = a.eventSeq
	return r
}

// interesting returns the functions that can touch a session: those that name one, the methods of a class in which one of
// the methods does, and whoever calls one of these by name.
func (m *fileModel) interesting() map[*Func]bool {
	out := map[*Func]bool{}
	names := map[string]bool{}
	add := func(f *Func) {
		if out[f] {
			return
		}
		out[f] = true
		if f.Class != nil {
			names[f.Class.Def.Name.Name] = true
		}
		names[f.Def.Name.Name] = true
	}
	classes := map[*ClassInfo]bool{}
	for _, f := range m.funcs {
		if touchesSession(f) {
			add(f)
			if f.Class != nil {
				classes[f.Class] = true
			}
		}
	}
	for _, f := range m.funcs {
		if f.Class != nil && classes[f.Class] {
			add(f)
		}
	}
	for changed := true; changed; {
		changed = false
		for _, f := range m.funcs {
			if !out[f] && callsAny(f, names) {
				add(f)
				changed = true
			}
		}
	}
	return out
}

// touchesSession reports whether a function names a session, something that removes sessions, or logs in or out.
func touchesSession(f *Func) bool {
	found := false
	scopes := f.file.file.Scopes
	py.Inspect(f.Def, func(n py.Node) bool {
		switch n := n.(type) {
		case *py.Call:
			found = found || strings.HasPrefix(scopes.Qualified(n.Func), "django.contrib.auth.")
		case *py.Attribute:
			found = found || n.Attr.Name == "session" || n.Attr.Name == "clear_expired"
		case *py.Name:
			found = found || n.ID == "session" || n.ID == "Session" || n.ID == "SessionStore"
		case *py.String:
			found = found || n.Value == "session" || n.Value == "clearsessions"
		}
		return !found
	})
	return found
}

func callsAny(f *Func, names map[string]bool) bool {
	found := false
	py.Inspect(f.Def, func(n py.Node) bool {
		if c, ok := n.(*py.Call); ok {
			switch fn := c.Func.(type) {
			case *py.Name:
				found = found || names[fn.ID]
			case *py.Attribute:
				if x, ok := fn.X.(*py.Name); ok && (x.ID == "self" || x.ID == "cls") {
					found = found || names[fn.Attr.Name]
				}
			}
		}
		return !found
	})
	return found
}

// lifecycle are methods that Django and rest_framework call by themselves.
var lifecycle = map[string]bool{
	"get": true, "post": true, "put": true, "patch": true, "delete": true, "head": true, "options": true, "dispatch": true, "setup": true,
	"get_context_data": true, "get_queryset": true, "get_object": true, "form_valid": true, "form_invalid": true,
	"get_success_url": true, "get_redirect_url": true, "list": true, "create": true, "retrieve": true, "update": true,
	"partial_update": true, "destroy": true, "initial": true, "perform_create": true, "perform_update": true, "__call__": true,
	"process_request": true, "process_response": true, "process_view": true, "process_exception": true,
	"process_template_response": true, "get_form_kwargs": true, "get_initial": true, "done": true, "save_model": true,
	"changelist_view": true, "change_view": true, "add_view": true, "response_change": true, "response_add": true, "render": true,
	"test_func": true, "has_permission": true, "authenticate": true, "get_template_names": true,
}

// isRoot reports whether a function is analysed on its own: a framework calls it, or nothing in this file does.
func (m *fileModel) isRoot(f *Func) bool {
	name := f.Def.Name.Name
	if f.Class != nil {
		return lifecycle[name] || !m.called[name]
	}
	return !m.called[name] || f.ViewLike()
}

// responses are calls whose result is an HTTP response.
var responses = map[string]bool{
	"render": true, "redirect": true, "HttpResponse": true, "JsonResponse": true, "HttpResponseRedirect": true, "Response": true,
	"TemplateResponse": true, "render_to_response": true, "HttpResponseBadRequest": true, "HttpResponseForbidden": true,
	"HttpResponseNotFound": true, "FileResponse": true, "StreamingHttpResponse": true, "HttpResponsePermanentRedirect": true,
	"HttpResponseNotAllowed": true, "HttpResponseServerError": true, "direct_to_template": true,
}

// ViewLike reports whether the function looks like something that answers a request itself: it has a request and returns a
// response, or it is a method that Django calls on a view or middleware.
func (f *Func) ViewLike() bool {
	if f.Class != nil && lifecycle[f.Def.Name.Name] {
		return true
	}
	if !f.TakesRequest() {
		return false
	}
	found := false
	py.Inspect(f.Def, func(n py.Node) bool {
		if r, ok := n.(*py.Return); ok && r.Value != nil {
			if c, ok := r.Value.(*py.Call); ok {
				switch fn := c.Func.(type) {
				case *py.Name:
					found = found || responses[fn.ID]
				case *py.Attribute:
					found = found || responses[fn.Attr.Name]
				}
			}
		}
		return !found
	})
	return found
}

// TakesRequest reports whether a parameter of the function is a request.
func (f *Func) TakesRequest() bool {
	for _, p := range f.Def.Params {
		if isRequestParam(f.file, p) {
			return true
		}
	}
	return false
}

// requestNames are the names that parameters for a request go by.
var requestNames = map[string]bool{"request": true, "req": true, "_request": true, "http_request": true, "django_request": true}

func isRequestParam(m *fileModel, p *py.Param) bool {
	return requestNames[p.Name.Name] || isRequestAnnotation(m.file.Scopes, p.Annotation)
}

func isRequestAnnotation(s *py.Scopes, e py.Expr) bool {
	if e == nil {
		return false
	}
	q := s.Qualified(e)
	if q == "rest_framework.request.Request" {
		return true
	}
	_, last := cutLast(q)
	switch e := e.(type) {
	case *py.String: // a forward reference
		_, last = cutLast(e.Value)
	case *py.Name:
		if q == "" {
			last = e.ID
		}
	}
	return strings.HasSuffix(last, "HttpRequest") || last == "WSGIRequest" || last == "ASGIRequest"
}

func cutLast(dotted string) (before, last string) {
	i := strings.LastIndexByte(dotted, '.')
	if i < 0 {
		return "", dotted
	}
	return dotted[:i], dotted[i+1:]
}

// paramValue returns what a parameter holds when the caller is not known.
func (a *analysis) paramValue(f *Func, p *py.Param) Value {
	scopes := f.file.file.Scopes
	if isRequestParam(f.file, p) {
		return one(a.requestObject())
	}
	if p.Annotation != nil {
		_, last := cutLast(scopes.Qualified(p.Annotation))
		if last == "SessionBase" || last == "SessionStore" && strings.HasPrefix(scopes.Qualified(p.Annotation), "django.") {
			return one(a.paramSession(f, p))
		}
		return unknown
	}
	if p.Name.Name == "session" && f.file.django && usesSessionAPI(f, p.Name.Name) {
		return one(a.paramSession(f, p))
	}
	return unknown
}

// paramSession is a session that a parameter holds.
func (a *analysis) paramSession(f *Func, p *py.Param) *Object {
	return a.heap.intern(objectID{kind: Session, text: p.Name.Name, fn: f}, func(o *Object) { o.Expr, o.Func = p.Name.Name, f })
}

// sessionOnly are attributes that only Django's SessionBase has.
var sessionOnly = map[string]bool{
	"modified": true, "accessed": true, "session_key": true, "set_expiry": true, "cycle_key": true, "set_test_cookie": true,
	"get_expiry_age": true, "get_expiry_date": true, "test_cookie_worked": true, "delete_test_cookie": true,
}

// usesSessionAPI reports whether a function uses a variable as only a Django session can be used.
func usesSessionAPI(f *Func, name string) bool {
	found := false
	py.Inspect(f.Def, func(n py.Node) bool {
		if at, ok := n.(*py.Attribute); ok && sessionOnly[at.Attr.Name] {
			if x, ok := at.X.(*py.Name); ok && x.ID == name {
				found = true
			}
		}
		return !found
	})
	return found
}

// rootParams gives the parameters of a root what an unknown caller passes.
func (a *analysis) rootParams(f *Func, self *Object) map[*py.Binding]Value {
	scope := f.file.file.Scopes.Of(f.Def)
	params := map[*py.Binding]Value{}
	if scope == nil {
		return params
	}
	for i, p := range f.Def.Params {
		b := scope.Bindings[p.Name.Name]
		switch {
		case b == nil:
		case i == 0 && self != nil:
			params[b] = one(self)
		default:
			params[b] = a.paramValue(f, p)
		}
	}
	return params
}

// selfOf returns the instance on which a method is analysed as a root, with the attributes that the methods of the class
// give it.
func (a *analysis) selfOf(f *Func) *Object {
	if f.Class == nil {
		return nil
	}
	if static, class := f.static(); static || class {
		return nil
	}
	self := a.heap.intern(objectID{kind: Instance, site: f.Class.Def, text: "self"}, func(o *Object) { o.Class = f.Class })
	if self.attrs != nil {
		return self
	}
	self.attrs = map[string]Value{}
	for _, m := range setters(f.Class, 0) {
		if static, class := m.static(); !static && !class {
			a.call(m, self, a.rootParams(m, self), a.captures[m], nil)
		}
	}
	return self
}

// setters returns the methods of a class and its known bases that assign attributes of self, __init__ first.
func setters(c *ClassInfo, depth int) []*Func {
	var out []*Func
	if depth > 5 {
		return nil
	}
	known, _ := c.bases()
	for _, b := range known {
		out = append(out, setters(b, depth+1)...)
	}
	if init := c.Methods["__init__"]; init != nil {
		out = append(out, init)
	}
	for _, f := range c.file.funcs {
		if f.Class == c && f.Def.Name.Name != "__init__" && assignsSelf(f) {
			out = append(out, f)
		}
	}
	return out
}

func assignsSelf(f *Func) bool {
	if len(f.Def.Params) == 0 {
		return false
	}
	self := f.Def.Params[0].Name.Name
	found := false
	py.Inspect(f.Def, func(n py.Node) bool {
		if s, ok := n.(*py.Assign); ok {
			for _, t := range s.Targets {
				if at, ok := t.(*py.Attribute); ok {
					if x, ok := at.X.(*py.Name); ok && x.ID == self {
						found = true
					}
				}
			}
		}
		return !found
	})
	return found
}

// coveredHere reports whether something around the function may mark the session for it: a decorator, a lifecycle method of
// its class or a base that is not known, the signal it receives, or a middleware.
func (a *analysis) coveredHere(f *Func, self *Object) bool {
	if a.prog.marksAlways || f.receivesAuthSignal() {
		return true
	}
	for _, d := range f.Def.Decorators {
		if a.decoratorMarks(f, d) {
			return true
		}
	}
	if f.Class == nil {
		return false
	}
	for _, d := range f.Class.Def.Decorators {
		if a.decoratorMarks(f, d) {
			return true
		}
	}
	if !f.Class.closed() {
		return true
	}
	for _, name := range []string{"dispatch", "setup", "initial", "initialize_request", "finalize_response", "__call__", "process_response"} {
		if m := f.Class.method(name); m != nil && m != f && a.alwaysMarks(m, self) {
			return true
		}
	}
	return false
}

// receivesAuthSignal reports whether the function is a receiver of user_logged_in or user_logged_out: login() has marked the
// session before it sends the one, and logout() flushes it after the other (django/contrib/auth/__init__.py).
func (f *Func) receivesAuthSignal() bool {
	scopes := f.file.file.Scopes
	auth := func(e py.Expr) bool {
		return strings.HasPrefix(scopes.Qualified(e), "django.contrib.auth.signals.")
	}
	for _, d := range f.Def.Decorators {
		if c, ok := d.(*py.Call); ok {
			for _, x := range c.Args {
				if auth(x.Value) {
					return true
				}
			}
		}
	}
	connected := false
	py.Inspect(f.File.Module, func(n py.Node) bool {
		c, ok := n.(*py.Call)
		if !ok || connected {
			return !connected
		}
		if at, ok := c.Func.(*py.Attribute); ok && at.Attr.Name == "connect" && auth(at.X) {
			for _, x := range c.Args {
				n, ok := x.Value.(*py.Name)
				connected = connected || ok && n.ID == f.Def.Name.Name
			}
		}
		return true
	})
	return connected
}

// alwaysMarks reports whether a method leaves no path unmarked.
func (a *analysis) alwaysMarks(m *Func, self *Object) bool {
	s := a.call(m, self, a.rootParams(m, self), a.captures[m], nil)
	if s == nil {
		return true
	}
	for _, o := range s.outcomes {
		if o.mark == unmarked {
			return false
		}
	}
	return len(s.outcomes) > 0
}

// decoratorMarks reports whether a decorator may mark the session: one of this file that touches a session, or one of
// another file of the project that may. What is passed to a decorator counts as one too: method_decorator(saved).
func (a *analysis) decoratorMarks(f *Func, d py.Expr) bool {
	if c, ok := d.(*py.Call); ok {
		for _, x := range c.Args {
			if a.decoratorMarks(f, x.Value) {
				return true
			}
		}
		d = c.Func
	}
	if l, ok := d.(*py.List); ok {
		return anyExpr(l.Elts, func(x py.Expr) bool { return a.decoratorMarks(f, x) })
	}
	scopes := f.file.file.Scopes
	if n, ok := d.(*py.Name); ok {
		if b := scopes.Binding(n); b != nil && len(b.Defs) == 1 {
			switch def := b.Defs[0].Node.(type) {
			case *py.FunctionDef, *py.ClassDef:
				r := def.Range()
				return mentionsSession(f.File.Module.Src[r.Start:r.End])
			}
		}
	}
	q := scopes.Qualified(d)
	if q == "" || isLibrary(q) {
		return false
	}
	_, last := cutLast(q)
	return a.prog.definedElsewhere(f.file, last)
}

// findMarkingMiddleware looks for a middleware that marks the session of every request on all paths.
func (p *program) findMarkingMiddleware() bool {
	for _, m := range p.files {
		if !bytes.Contains(m.file.Module.Src, []byte("get_response")) && !bytes.Contains(m.file.Module.Src, []byte("MiddlewareMixin")) {
			continue
		}
		for _, f := range m.funcs {
			if !f.isMiddleware() || !touchesSession(f) {
				continue
			}
			a := newAnalysis(p)
			if s := a.call(f, a.selfOf(f), a.rootParams(f, a.selfOf(f)), nil, nil); s != nil && s.always(marked) {
				return true
			}
		}
	}
	return false
}

// isMiddleware reports whether the function is one that Django runs for each request: a hook of a middleware class, or the
// inner function of def middleware(get_response).
func (f *Func) isMiddleware() bool {
	if f.Class != nil {
		switch f.Def.Name.Name {
		case "__call__", "process_request", "process_response", "process_view":
			return true
		}
		return false
	}
	if f.Parent == nil {
		return false
	}
	ps := f.Parent.Def.Params
	return len(ps) == 1 && ps[0].Name.Name == "get_response"
}

// always reports whether every way through a call leaves the session with a mark.
func (s *summary) always(m mark) bool {
	for _, o := range s.outcomes {
		if o.mark != m {
			return false
		}
	}
	return len(s.outcomes) > 0
}

// mentionsBytes reports whether source text holds a name as a whole word.
func mentionsBytes(src []byte, name string) bool {
	for from := 0; ; {
		i := bytes.Index(src[from:], []byte(name))
		if i < 0 {
			return false
		}
		i += from
		end := i + len(name)
		if (i == 0 || !isWord(src[i-1])) && (end == len(src) || !isWord(src[end])) {
			return true
		}
		from = end
	}
}

// definedElsewhere reports whether another file that deals with sessions defines a function or class of that name.
func (p *program) definedElsewhere(from *fileModel, name string) bool {
	for _, m := range p.files {
		if m == from || !bytes.Contains(m.file.Module.Src, []byte(name)) {
			continue
		}
		for _, f := range m.funcs {
			if f.Def.Name.Name == name {
				return true
			}
		}
		for d := range m.classes {
			if d.Name.Name == name {
				return true
			}
		}
	}
	return false
}

// usedLocally reports whether the object that a mutation reached through a variable is used as data afterwards.
func usedLocally(m *Mutation) bool {
	if !m.Alias || m.Helper {
		return false
	}
	n := aliasName(m.Target)
	if n == nil {
		return false
	}
	scopes := m.File.Scopes
	b := scopes.Binding(n)
	return b != nil && localUse(m.Func, scopes, b, m.At.Range().Start)
}

// isGenerator reports whether a function yields: what it changes on the way is decoration of what it hands out.
func isGenerator(f *Func) bool {
	found := false
	py.Inspect(f.Def, func(n py.Node) bool {
		if _, ok := n.(*py.Yield); ok {
			found = true
		}
		return !found
	})
	return found
}
