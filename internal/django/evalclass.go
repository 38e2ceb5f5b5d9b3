package django

import (
	"maps"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// maxBases bounds the depth of a class hierarchy that is followed.
const maxBases = 8

// classBody returns the names that a class body binds.
func (f *frame) classBody(c *class) *namespace {
	if ns, ok := f.ev.classes[c.def]; ok {
		return ns
	}
	ns := newNamespace(c.ns)
	f.ev.classes[c.def] = ns
	inner := &frame{ev: f.ev, file: c.file, ns: ns, inFunction: true, depth: f.depth + 1}
	inner.body(c.def.Body)
	return ns
}

// bases returns the bases of a class that are classes of the project, and the dotted names of the others.
func (f *frame) bases(c *class) (project []*class, installed []string, known bool) {
	inner := &frame{ev: f.ev, file: c.file, ns: c.ns, depth: f.depth + 1}
	known = true
	for _, a := range c.def.Args {
		if a.Name.Name != "" {
			known = known && a.Name.Name != "metaclass"
			continue
		}
		v := inner.eval(a.Value)
		if v.kind != KindConst {
			known = false
			continue
		}
		switch o := v.c.v.(type) {
		case *class:
			project = append(project, o)
		case external:
			installed = append(installed, strings.TrimPrefix(o.dotted, "builtins."))
		default:
			known = false
		}
	}
	return project, installed, known
}

// mro returns a class and its bases in the project, in the order in which attributes are looked up, and whether all bases
// were seen. It goes depth first; classes that differ from Python's order have diamonds, which settings do not.
func (f *frame) mro(c *class) (order []*class, complete bool) {
	seen := make(map[*py.ClassDef]bool)
	complete = true
	var visit func(c *class, depth int)
	visit = func(c *class, depth int) {
		if seen[c.def] {
			return
		}
		seen[c.def] = true
		order = append(order, c)
		if depth > maxBases || len(c.def.Decorators) > 0 {
			complete = false
			return
		}
		project, installed, known := f.bases(c)
		complete = complete && known
		for _, b := range installed {
			complete = complete && b == "object"
		}
		for _, b := range project {
			visit(b, depth+1)
		}
	}
	visit(c, 0)
	return order, complete
}

// find returns an attribute of a class or of its bases.
func (f *frame) find(c *class, name string) (Value, bool) {
	order, _ := f.mro(c)
	return f.findIn(order, name)
}

func (f *frame) findIn(order []*class, name string) (Value, bool) {
	for _, c := range order {
		if v, ok := f.classBody(c).own(name); ok && v.kind != KindAbsent {
			return f.resolveLazy(v), true
		}
	}
	return Value{}, false
}

// classAttr evaluates C.name.
func (f *frame) classAttr(c *class, name string) Value {
	v, found := f.find(c, name)
	if !found {
		return unknown("the attribute " + name + " is not followed")
	}
	if f.derives(c, "enum.", 0) {
		return unknown("members of an enum are not followed")
	}
	return v
}

// derives reports whether a base of the class is an installed one whose dotted name has the prefix.
func (f *frame) derives(c *class, prefix string, depth int) bool {
	if depth > maxBases {
		return false
	}
	project, installed, _ := f.bases(c)
	for _, b := range installed {
		if strings.HasPrefix(b, prefix) {
			return true
		}
	}
	for _, b := range project {
		if f.derives(b, prefix, depth+1) {
			return true
		}
	}
	return false
}

// construct evaluates C(...).
func (f *frame) construct(c *class, e *py.Call) Value {
	f.passNamespace(e)
	return constant(&instance{of: c})
}

// instanceAttr evaluates an attribute of an object. Fields of a pydantic settings class are read from the environment;
// attributes of other objects may be set anywhere and are not known.
func (f *frame) instanceAttr(o *instance, name string) Value {
	if o.settings {
		order, _ := f.mro(o.of)
		if v, ok := f.member(o, order, name); ok {
			return v
		}
		return unknown("the attribute " + name + " is not followed")
	}
	for _, base := range []string{"pydantic_settings.", "pydantic.BaseSettings", "pydantic.env_settings."} {
		if !f.derives(o.of, base, 0) {
			continue
		}
		v, found := f.find(o.of, name)
		if c, ok := v.Const(); found && ok {
			if _, opaque := c.v.(object); !opaque {
				return configured(o.of.def.Name.Name+"."+name, v)
			}
		}
		break
	}
	return unknown("the attribute " + name + " is not followed")
}

// member returns an attribute of an object whose class holds settings: a class attribute, or what a property returns.
func (f *frame) member(self *instance, order []*class, name string) (Value, bool) {
	v, ok := f.findIn(order, name)
	if !ok || v.kind != KindConst {
		return v, ok
	}
	fn, ok := v.c.v.(*function)
	if !ok {
		return v, true
	}
	if len(fn.def.Decorators) != 1 || f.depth >= maxProperties {
		return unknown("the method " + name + " is not followed"), true
	}
	if d := py.LastName(fn.def.Decorators[0]); d != "property" && d != "cached_property" {
		return unknown("the method " + name + " is not followed"), true
	}
	object := constant(self)
	out := f.run(fn.def.Params, fn.def.Body, fn.file, fn.ns, []Value{object}, nil, maxPropertyStatements)
	out.steps = []Step{{Place: Place{fn.file, fn.def.Span}, Note: "computed here"}}
	return out, true
}

const (
	// maxProperties bounds how deep properties that read properties are followed.
	maxProperties = 12
	// maxPropertyStatements bounds the size of a property.
	maxPropertyStatements = 80
)

// superRef is super() in a method of a class with settings: the classes behind the one that defines the method.
type superRef struct {
	self *instance
	rest []*class
}

func (o *superRef) text() string { return "<super>" }

// superCall evaluates super() and super(C, self) in a method.
func (f *frame) superCall() Value {
	v, ok := f.ns.root().own("self")
	if !ok || v.kind != KindConst {
		return unknown("super() is not followed")
	}
	self, ok := v.c.v.(*instance)
	if !ok || !self.settings || f.method == nil {
		return unknown("super() is not followed")
	}
	order, _ := f.mro(self.of)
	for i, c := range order {
		for _, s := range c.def.Body {
			if s == py.Stmt(f.method) {
				return constant(&superRef{self, order[i+1:]})
			}
		}
	}
	return unknown("super() is not followed")
}

// loadClass assigns the attributes of a class whose method turns them into settings: Production.load_settings(__name__). It
// reports whether the call is of that kind.
func (f *frame) loadClass(e *py.Call) bool {
	attr, ok := e.Func.(*py.Attribute)
	if !ok || f.inFunction {
		return false
	}
	v := f.evalQuiet(attr.X)
	if v.kind != KindConst {
		return false
	}
	c, ok := v.c.v.(*class)
	if !ok {
		return false
	}
	order, complete := f.mro(c)
	self := &instance{of: c, settings: true}
	names := make(map[string]bool)
	for _, c := range order {
		body := f.classBody(c)
		for _, name := range body.names() {
			if isSettingName(name) {
				names[name] = true
			}
		}
		if body.open != "" {
			complete = false
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if v, ok := f.member(self, order, name); ok && v.kind != KindAbsent {
			f.reads = nil
			f.ns.set(name, v)
		}
	}
	if !complete {
		f.openUp(e.Span, "a base of "+c.def.Name.Name+" is not followed")
	}
	return true
}
