package sessflow

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// coveredHere reports whether something around the function may mark the session for it: a decorator, a lifecycle method of
// its class or a base that is not known, the signal it receives, or a middleware.
func (a *analysis) coveredHere(f *Func, self *Object) bool {
	if a.prog.marksAlways || f.receivesAuthSignal() || f.hasUnseenCallers() {
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

// hasUnseenCallers reports whether the function is handed on as a value or called by a name made at run time, so that
// whoever calls it may mark the session. Functions that answer requests are meant to be handed on.
func (f *Func) hasUnseenCallers() bool {
	if f.ViewLike() {
		return false
	}
	if f.Class == nil {
		return f.Parent == nil && f.file.passed[f.Def.Name.Name]
	}
	for _, m := range f.Class.Methods {
		if f.file.traits[m].dispatch {
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
		if !strings.Contains(m.text, "get_response") && !strings.Contains(m.text, "MiddlewareMixin") {
			continue
		}
		for _, f := range m.funcs {
			if !f.isMiddleware() || !m.traits[f].touches() {
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

// definedElsewhere reports whether another file that deals with sessions defines a function or class of that name.
func (p *program) definedElsewhere(from *fileModel, name string) bool {
	for _, m := range p.files {
		if m == from || !strings.Contains(m.text, name) {
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
