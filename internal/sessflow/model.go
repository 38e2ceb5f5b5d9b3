package sessflow

import (
	"strings"
	"sync"

	"github.com/sesslint/sesslint/internal/py"
)

// A Func is a function or method of a file that is looked at.
type Func struct {
	File *py.File
	Def  *py.FunctionDef
	// Class is the class a method belongs to; nil for plain functions.
	Class *ClassInfo
	// Parent is the function that this one is nested in.
	Parent *Func

	file *fileModel
	once sync.Once
	flow *flow
}

// Name returns the dotted name of the function inside its file.
func (f *Func) Name() string {
	switch {
	case f.Class != nil:
		return f.Class.Def.Name.Name + "." + f.Def.Name.Name
	case f.Parent != nil:
		return f.Parent.Name() + "." + f.Def.Name.Name
	}
	return f.Def.Name.Name
}

// A ClassInfo is a class of a file that is looked at.
type ClassInfo struct {
	File    *py.File
	Def     *py.ClassDef
	Methods map[string]*Func

	file   *fileModel
	once   sync.Once
	known  []*ClassInfo
	dotted []string
}

// A fileModel holds the functions and classes of one file. It does not change after it was built.
type fileModel struct {
	prog    *program
	file    *py.File
	text    string  // the source
	funcs   []*Func // in source order
	byDef   map[*py.FunctionDef]*Func
	classes map[*py.ClassDef]*ClassInfo
	traits  map[*Func]*traits
	// imported are the dotted names of what is called and not a library's.
	imported map[string]bool
	once     sync.Once
	touching map[*Func]bool // see interesting
	// called are the names of functions and classes that are called: f(x), and m.f(x) of an imported m. selfCalled are the
	// methods called on self and cls, attrCalled those called on anything but super().
	called, selfCalled, attrCalled map[string]bool
	// shared are the names that a nested function declares nonlocal: a call may change them.
	shared map[string]bool
	// passed are the names of this file that are handed on as values, other than to a URLconf.
	passed map[string]bool
	// django is true where request.session means Django's: see isDjango.
	django bool
}

func newFileModel(p *program, f *py.File, project bool) *fileModel {
	m := &fileModel{
		prog:    p,
		file:    f,
		text:    string(f.Module.Src),
		byDef:   map[*py.FunctionDef]*Func{},
		classes: map[*py.ClassDef]*ClassInfo{},
		called:  map[string]bool{}, selfCalled: map[string]bool{}, attrCalled: map[string]bool{},
		imported: map[string]bool{},
		passed:   map[string]bool{}, shared: map[string]bool{},
	}
	m.collect(f.Module.Body, nil, nil)
	django, other := frameworks(f)
	usesAPI := m.scan()
	m.django = django || !other && (project || usesAPI)
	return m
}

// collect finds functions and classes in statements, also in branches of if, try and with.
func (m *fileModel) collect(body []py.Stmt, class *ClassInfo, parent *Func) {
	for _, s := range body {
		switch s := s.(type) {
		case *py.FunctionDef:
			f := &Func{File: m.file, Def: s, Class: class, Parent: parent, file: m}
			m.funcs = append(m.funcs, f)
			m.byDef[s] = f
			if class != nil {
				class.Methods[s.Name.Name] = f
			}
			m.collect(s.Body, nil, f)
		case *py.ClassDef:
			c := &ClassInfo{File: m.file, Def: s, Methods: map[string]*Func{}, file: m}
			m.classes[s] = c
			m.collect(s.Body, c, parent)
		default:
			for _, b := range innerBodies(s) {
				m.collect(b, class, parent)
			}
		}
	}
}

// innerBodies returns the statement lists of a compound statement that opens no scope.
func innerBodies(s py.Stmt) [][]py.Stmt {
	switch s.(type) {
	case *py.FunctionDef, *py.ClassDef:
		return nil
	}
	return py.Bodies(s)
}

// otherFrameworks have a request.session of their own, with semantics of their own: a plain dict, or none that is saved by
// django.contrib.sessions.
var otherFrameworks = map[string]bool{
	"flask": true, "quart": true, "starlette": true, "fastapi": true, "pyramid": true, "sanic": true, "aiohttp": true,
	"tornado": true, "bottle": true, "falcon": true, "cherrypy": true, "web": true, "litestar": true, "masonite": true,
	"odoo": true, "openerp": true, "frappe": true, "streamlit": true, "nicegui": true, "aiohttp_session": true,
}

// frameworks reports whether a file imports Django, and whether it imports another framework with sessions. The sessions of a
// file are Django's if it imports Django, or if it imports no other framework and stands in a Django project or uses what
// only Django's sessions have.
func frameworks(f *py.File) (django, other bool) {
	note := func(name string) {
		root, _, _ := strings.Cut(name, ".")
		switch {
		case root == "django" || root == "rest_framework" || strings.HasPrefix(root, "django_"):
			django = true
		case otherFrameworks[root]:
			other = true
		}
	}
	for _, b := range f.Scopes.Module.Bindings {
		for _, d := range b.Defs {
			if d.Kind == py.ImportDef {
				note(d.Target)
			}
		}
	}
	for _, star := range f.Scopes.Stars() {
		note(star)
	}
	return django, other
}

// bases returns the base classes that are known code, and the dotted names of the others ("" where even that is not known).
func (c *ClassInfo) bases() (known []*ClassInfo, dotted []string) {
	c.once.Do(c.findBases)
	return c.known, c.dotted
}

func (c *ClassInfo) findBases() {
	for _, a := range c.Def.Args {
		if a.Name.Name != "" || a.Star != 0 {
			continue
		}
		if n, ok := a.Value.(*py.Name); ok {
			if b := c.file.file.Scopes.Binding(n); b != nil && len(b.Defs) == 1 {
				if d, ok := b.Defs[0].Node.(*py.ClassDef); ok && c.file.classes[d] != nil && d != c.Def {
					c.known = append(c.known, c.file.classes[d])
					continue
				}
			}
		}
		q := c.file.file.Scopes.Qualified(a.Value)
		if t, ok := c.file.prog.lookup(c.file, q, false); ok && t.class != nil && t.class != c {
			c.known = append(c.known, t.class)
			continue
		}
		c.dotted = append(c.dotted, q)
	}
}

// method looks a method up in the class and its bases as far as they are known.
func (c *ClassInfo) method(name string) *Func {
	return c.methodDepth(name, 0)
}

func (c *ClassInfo) methodDepth(name string, depth int) *Func {
	if f := c.Methods[name]; f != nil {
		return f
	}
	if depth > 10 {
		return nil
	}
	known, _ := c.bases()
	for _, b := range known {
		if f := b.methodDepth(name, depth+1); f != nil {
			return f
		}
	}
	return nil
}

// closed reports whether every ancestor is known code or a class that leaves the session alone: those of Django and of other
// libraries do, except where their names say otherwise.
func (c *ClassInfo) closed() bool { return c.closedDepth(0) }

func (c *ClassInfo) closedDepth(depth int) bool {
	if depth > 10 {
		return false
	}
	known, dotted := c.bases()
	for _, d := range dotted {
		if !c.file.prog.harmlessBase(c.file, d) {
			return false
		}
	}
	for _, b := range known {
		if !b.closedDepth(depth + 1) {
			return false
		}
	}
	return true
}

// sessionWords are words in the name of a class or module that deals with sessions itself.
var sessionWords = []string{"login", "logout", "password", "session", "wizard", "auth", "cart", "basket", "checkout", "account", "two_factor"}

// harmlessBase reports whether a base class that is not among the files with sessions leaves them alone.
func (p *program) harmlessBase(from *fileModel, dotted string) bool {
	switch {
	case dotted == "":
		return false
	case dotted == "builtins.object", dotted == "django.contrib.auth.mixins.LoginRequiredMixin",
		dotted == "django.contrib.auth.mixins.UserPassesTestMixin", dotted == "django.contrib.auth.mixins.PermissionRequiredMixin":
		return true
	}
	if p.graph != nil && !isLibrary(dotted) {
		module, _ := cutLast(dotted)
		if _, ok := p.graph.ResolveModule(from.file, module); ok {
			return !p.leadsToSession(from, dotted)
		}
	}
	lower := strings.ToLower(dotted)
	for _, w := range sessionWords {
		if strings.Contains(lower, w) {
			return strings.Contains(lower, "loginrequired")
		}
	}
	return !strings.HasPrefix(dotted, ".")
}

// property reports whether a method is read as an attribute.
func (f *Func) property() bool {
	for _, d := range f.Def.Decorators {
		if c, ok := d.(*py.Call); ok {
			d = c.Func
		}
		switch d := d.(type) {
		case *py.Name:
			if d.ID == "property" || d.ID == "cached_property" {
				return true
			}
		case *py.Attribute:
			if d.Attr.Name == "cached_property" || d.Attr.Name == "getter" {
				return true
			}
		}
	}
	return false
}

// static reports whether a method takes no self; class whether it takes the class.
func (f *Func) static() (static, class bool) {
	for _, d := range f.Def.Decorators {
		if n, ok := d.(*py.Name); ok {
			switch n.ID {
			case "staticmethod":
				return true, false
			case "classmethod":
				return false, true
			}
		}
	}
	return false, false
}
