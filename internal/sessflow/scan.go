package sessflow

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// traits are what the text of a function says about its dealings with sessions, before anything is interpreted.
type traits struct {
	session bool // it names a session
	request bool // it names something that a request's session can be reached from
	direct  bool // it deals with session stores, the session table, or logging in and out
	// dispatch is set where it calls methods of self by names that are made at run time.
	dispatch bool
}

// dispatches reports whether a call is getattr(self, name) with a name that is not a literal.
func dispatches(c *py.Call) bool {
	fn, ok := c.Func.(*py.Name)
	if !ok || fn.ID != "getattr" || len(c.Args) < 2 {
		return false
	}
	self, ok := c.Args[0].Value.(*py.Name)
	_, literal := c.Args[1].Value.(*py.String)
	return ok && self.ID == "self" && !literal
}

func (t *traits) merge(o traits) {
	t.session = t.session || o.session
	t.request = t.request || o.request
	t.direct = t.direct || o.direct
	t.dispatch = t.dispatch || o.dispatch
}

// touches reports whether the function can do something to a session.
func (t traits) touches() bool { return t.direct || t.session && t.request }

// routing are functions that take a view to call it with requests.
var routing = map[string]bool{"path": true, "re_path": true, "url": true, "register": true, "method_decorator": true}

// notePassed notes the names that are handed on as values, so that somebody else may call them.
func (m *fileModel) notePassed(n py.Node) {
	note := func(xs ...py.Expr) {
		for _, x := range xs {
			name, ok := x.(*py.Name)
			if !ok {
				continue
			}
			if b := m.file.Scopes.Binding(name); b != nil && b.Scope.Kind == py.ModuleScope { // no local variable of that name
				m.passed[name.ID] = true
			}
		}
	}
	switch n := n.(type) {
	case *py.Call:
		switch fn := n.Func.(type) {
		case *py.Name:
			if routing[fn.ID] {
				return
			}
		case *py.Attribute:
			if routing[fn.Attr.Name] || fn.Attr.Name == "connect" {
				return
			}
		}
		for _, x := range n.Args {
			note(x.Value)
		}
	case *py.Dict:
		for _, it := range n.Items {
			note(it.Value)
		}
	case *py.List:
		note(n.Elts...)
	case *py.Tuple:
		note(n.Elts...)
	case *py.Assign:
		note(n.Value)
	case *py.Return:
		note(n.Value)
	}
}

// scan notes in one pass over the file which names are called or handed on, and the traits of its functions. It reports
// whether the file uses a session as only Django's can be used.
func (m *fileModel) scan() (usesAPI bool) {
	scopes := m.file.Scopes
	m.traits = map[*Func]*traits{}
	for _, f := range m.funcs {
		t := &traits{}
		m.traits[f] = t
		for _, p := range f.Def.Params {
			t.request = t.request || isRequestParam(m, p)
			if p.Annotation != nil {
				_, last := cutLast(scopes.Qualified(p.Annotation))
				t.direct = t.direct || last == "SessionBase" || last == "SessionStore"
			}
		}
		py.Inspect(f.Def, func(n py.Node) bool {
			m.notePassed(n)
			switch n := n.(type) {
			case *py.Nonlocal:
				for _, id := range n.Names {
					m.shared[id.Name] = true
				}
			case *py.FunctionDef:
				return n == f.Def // a nested function has traits of its own
			case *py.Call:
				m.noteCall(n)
				t.dispatch = t.dispatch || dispatches(n)
				t.direct = t.direct || strings.HasPrefix(scopes.Qualified(n.Func), "django.contrib.auth.log")
			case *py.Attribute:
				switch name := n.Attr.Name; {
				case name == "session":
					t.session = true
				case name == "request" || name == "_request" || name == "context":
					t.request = true
				case name == "clear_expired":
					t.direct = true
				case sessionOnly[name]:
					switch x := n.X.(type) {
					case *py.Name:
						t.direct = t.direct || x.ID == "session"
					case *py.Attribute:
						usesAPI = usesAPI || x.Attr.Name == "session" && m.fromRequest(x.X)
					}
				}
			case *py.Name:
				switch {
				case requestNames[n.ID]:
					t.request = true
				case n.ID == "Session" || n.ID == "SessionStore":
					t.direct = t.direct || strings.HasPrefix(scopes.Qualified(n), "django.contrib.sessions.")
				}
			case *py.String:
				switch n.Value {
				case "session":
					t.session = true
				case "request":
					t.request = true
				case "clearsessions":
					t.direct = true
				}
			}
			return true
		})
	}
	for _, s := range m.file.Module.Body {
		switch s.(type) {
		case *py.FunctionDef, *py.ClassDef:
			continue
		}
		py.Inspect(s, func(n py.Node) bool {
			m.notePassed(n)
			if c, ok := n.(*py.Call); ok {
				m.noteCall(c)
			}
			return true
		})
	}
	// A nested function sees what the one around it names.
	for _, f := range m.funcs {
		if f.Parent != nil {
			m.traits[f.Parent].merge(*m.traits[f])
			if m.traits[f].session {
				m.traits[f].request = m.traits[f].request || m.traits[f.Parent].request
			}
		}
	}
	return usesAPI
}

// fromRequest reports whether an expression is a request by its name: request, self.request.
func (m *fileModel) fromRequest(e py.Expr) bool {
	switch x := e.(type) {
	case *py.Name:
		return requestNames[x.ID]
	case *py.Attribute:
		return x.Attr.Name == "request"
	}
	return false
}

func (m *fileModel) noteCall(c *py.Call) {
	switch fn := c.Func.(type) {
	case *py.Name:
		m.called[fn.ID] = true
		m.noteImported(fn)
	case *py.Attribute:
		name := fn.Attr.Name
		m.noteImported(fn)
		switch x := fn.X.(type) {
		case *py.Name:
			if x.ID == "self" || x.ID == "cls" {
				m.selfCalled[name] = true
			}
			if m.file.Scopes.Qualified(fn) != "" {
				m.called[name] = true
			}
		case *py.Call:
			if n, ok := x.Func.(*py.Name); ok && n.ID == "super" {
				return
			}
		}
		m.attrCalled[name] = true
	}
}

// noteImported notes the dotted name of something that is called, if an import binds it and it is not a library's.
func (m *fileModel) noteImported(fn py.Expr) {
	if q := m.file.Scopes.Qualified(fn); q != "" && !isLibrary(q) {
		m.imported[q] = true
	}
}

// calls reports whether code of this file calls a function of it. A method of a class that is not instantiated here is
// called on self only: x.add() may well be the add of a set.
func (m *fileModel) calls(f *Func) bool {
	name := f.Def.Name.Name
	if f.Class == nil {
		return m.called[name]
	}
	return m.selfCalled[name] || m.attrCalled[name] && m.called[f.Class.Def.Name.Name]
}

// interesting returns the functions that can touch a session: those whose own text shows it, the methods of a class whose
// methods and bases show it together, and whoever calls one of these by name, in this file or another.
func (m *fileModel) interesting() map[*Func]bool {
	m.once.Do(func() { m.touching = m.findInteresting() })
	return m.touching
}

func (m *fileModel) findInteresting() map[*Func]bool {
	out := map[*Func]bool{}
	names := map[string]bool{}
	add := func(f *Func) {
		out[f] = true
		if f.Class != nil {
			names[f.Class.Def.Name.Name] = true
		}
		names[f.Def.Name.Name] = true
	}
	for _, f := range m.funcs {
		if m.traits[f].touches() || f.Class != nil && f.Class.traits(0).touches() {
			add(f)
		}
	}
	for q := range m.imported {
		if t, ok := m.prog.lookup(m, q, false); ok && t.touches() {
			_, last := cutLast(q)
			names[last] = true
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

// touches reports whether the function or class can do something to a session by its own text.
func (t target) touches() bool {
	if t.fn != nil {
		return t.fn.file.traits[t.fn].touches()
	}
	return t.class.traits(0).touches()
}

// traits joins those of the methods of a class and its known bases.
func (c *ClassInfo) traits(depth int) traits {
	var t traits
	for _, f := range c.Methods {
		t.merge(*c.file.traits[f])
	}
	if known, _ := c.bases(); depth < 5 {
		for _, b := range known {
			t.merge(b.traits(depth + 1))
		}
	}
	return t
}
