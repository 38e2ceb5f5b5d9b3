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
}

func (t *traits) merge(o traits) {
	t.session = t.session || o.session
	t.request = t.request || o.request
	t.direct = t.direct || o.direct
}

// touches reports whether the function can do something to a session.
func (t traits) touches() bool { return t.direct || t.session && t.request }

// scan notes in one pass over the file which names are called, and the traits of its functions.
func (m *fileModel) scan() {
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
			switch n := n.(type) {
			case *py.FunctionDef:
				return n == f.Def // a nested function has traits of its own
			case *py.Call:
				m.noteCall(n)
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
					x, ok := n.X.(*py.Name)
					t.direct = t.direct || ok && x.ID == "session"
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
}

func (m *fileModel) noteCall(c *py.Call) {
	switch fn := c.Func.(type) {
	case *py.Name:
		m.called[fn.ID] = true
	case *py.Attribute:
		m.called[fn.Attr.Name] = true
	}
}

// interesting returns the functions that can touch a session: those whose own text shows it, the methods of a class whose
// methods show it together, and whoever calls one of these by name.
func (m *fileModel) interesting() map[*Func]bool {
	out := map[*Func]bool{}
	names := map[string]bool{}
	add := func(f *Func) {
		out[f] = true
		if f.Class != nil {
			names[f.Class.Def.Name.Name] = true
		}
		names[f.Def.Name.Name] = true
	}
	classes := map[*ClassInfo]*traits{}
	for _, f := range m.funcs {
		if f.Class == nil {
			continue
		}
		if classes[f.Class] == nil {
			classes[f.Class] = &traits{}
		}
		classes[f.Class].merge(*m.traits[f])
	}
	for _, f := range m.funcs {
		if m.traits[f].touches() || f.Class != nil && classes[f.Class].touches() {
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
