package sessflow

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// evalCall interprets a call.
func (a *analysis) evalCall(c *py.Call, w *world) Value {
	if attr, ok := c.Func.(*py.Attribute); ok && !a.isImportChain(attr, w) {
		return a.evalMethodCall(c, attr, w)
	}
	fn := a.eval(c.Func, w)
	args := a.evalArgs(c, w)
	if len(fn.Objs) == 0 {
		a.unknownCall(c, args, w)
		return a.opaqueCall(c, args, "")
	}
	out := Value{Open: fn.Open}
	for _, o := range fn.Objs {
		out = join(out, a.apply(o, c, args, w))
	}
	return out
}

// isImportChain reports whether an attribute chain is rooted at an import, so that it names a function and not a method of
// a value.
func (a *analysis) isImportChain(attr *py.Attribute, w *world) bool {
	q := a.scopes().Qualified(attr)
	if q == "" || strings.Contains(q, ".objects.") {
		return false
	}
	x := attr.X
	for {
		at, ok := x.(*py.Attribute)
		if !ok {
			break
		}
		x = at.X
	}
	n, ok := x.(*py.Name)
	return ok && a.unboundHere(n, w)
}

// arguments are the values of a call's arguments.
type arguments struct {
	pos   []Value
	named map[string]Value
	// rest is the join of what * and ** pass.
	rest Value
	star bool
}

func (a *analysis) evalArgs(c *py.Call, w *world) arguments {
	args := arguments{named: map[string]Value{}}
	for _, x := range c.Args {
		v := a.eval(x.Value, w)
		switch {
		case x.Star > 0:
			args.rest = join(args.rest, a.elements(v, x.Value))
			args.rest.Open = true
			args.star = true
		case x.Name.Name != "":
			args.named[x.Name.Name] = v
		default:
			args.pos = append(args.pos, v)
		}
	}
	return args
}

// all returns every value passed.
func (g arguments) all() []Value {
	out := append([]Value(nil), g.pos...)
	for _, v := range g.named {
		out = append(out, v)
	}
	return append(out, g.rest)
}

// arg returns a positional or named argument.
func (g arguments) arg(i int, name string) (Value, bool) {
	if i < len(g.pos) {
		return g.pos[i], true
	}
	v, ok := g.named[name]
	return v, ok
}

// apply calls one object.
func (a *analysis) apply(o *Object, c *py.Call, args arguments, w *world) Value {
	switch o.Kind {
	case Function:
		return a.invokeArgs(o, c, args, w)
	case Class:
		return a.instantiate(o.Class, c, args, w)
	case Import:
		return a.importCall(o.Dotted, c, args, w)
	}
	a.unknownCall(c, args, w)
	return a.opaqueCall(c, args, "")
}

// invoke calls a function object without arguments other than self.
func (a *analysis) invoke(o *Object, c *py.Call, w *world) Value {
	return a.invokeArgs(o, c, arguments{named: map[string]Value{}}, w)
}

// invokeArgs calls a known function and applies its summary to the world.
func (a *analysis) invokeArgs(o *Object, c *py.Call, args arguments, w *world) Value {
	f := o.Func
	params := a.bindParams(f, o.Self, args)
	s := a.call(f, o.Self, params, a.captures[f], c)
	if s == nil {
		if carries(args) || o.Self != nil {
			w.setMark(escaped)
		}
		return unknown
	}
	if s.imprecise {
		a.top().imprecise = true
	}
	return a.applySummary(s, w)
}

// applySummary takes over what a call did to the session and returns its value.
func (a *analysis) applySummary(s *summary, w *world) Value {
	if len(s.outcomes) == 0 {
		w.dead = true // it never returns
		return Value{}
	}
	if w.mark != unmarked {
		return s.ret
	}
	var plain *outcome
	strongest := unmarked
	for i, o := range s.outcomes {
		if o.mark == unmarked {
			plain = &s.outcomes[i]
		} else {
			strongest = o.mark
		}
	}
	switch {
	case plain == nil:
		w.setMark(strongest)
		return s.ret
	case strongest == unmarked:
		w.pending = unionPending(w.pending, plain.pending)
		return plain.ret
	}
	if w.fork == nil {
		w.fork = &fork{mark: strongest}
	}
	w.fork.pending = unionPending(w.fork.pending, plain.pending)
	// On the paths that go on unmarked the call returned what its unmarked paths return; of the others only what is
	// not part of the session can matter.
	ret := plain.ret
	for _, o := range s.ret.Objs {
		if o.Kind != Item {
			ret = join(ret, one(o))
		}
	}
	return ret
}

// bindParams assigns arguments to parameters.
func (a *analysis) bindParams(f *Func, self *Object, args arguments) map[*py.Binding]Value {
	scope := f.file.file.Scopes.Of(f.Def)
	params := map[*py.Binding]Value{}
	if scope == nil {
		return params
	}
	pos := args.pos
	static, class := f.static()
	if f.Class != nil && !static {
		first := unknown
		switch {
		case class:
			first = one(a.classObject(f.Class))
		case self != nil:
			first = one(self)
		}
		if self != nil || class {
			pos = append([]Value{first}, pos...)
		}
	}
	i := 0
	for _, p := range f.Def.Params {
		b := scope.Bindings[p.Name.Name]
		if b == nil {
			continue
		}
		switch {
		case p.Star == 1:
			rest := Value{}
			for ; i < len(pos); i++ {
				rest = join(rest, pos[i])
			}
			params[b] = a.container(p, join(rest, args.rest))
		case p.Star == 2:
			params[b] = unknown
		case i < len(pos) && !p.KeywordOnly:
			params[b] = pos[i]
			i++
		default:
			v, ok := args.named[p.Name.Name]
			switch {
			case ok:
			case args.star:
				v = args.rest
			case p.Default != nil:
				v = a.defaultOf(f, p)
			default:
				v = unknown
			}
			params[b] = v
		}
		if v := params[b]; len(v.Objs) == 0 && v.Open {
			params[b] = a.paramValue(f, p)
		}
	}
	return params
}

// defaultOf returns the value of a parameter's default where it is a constant.
func (a *analysis) defaultOf(f *Func, p *py.Param) Value {
	if c, ok := f.file.file.Scopes.Fold(p.Default, nil); ok {
		return one(a.heap.constant(c))
	}
	return unknown
}

// instantiate makes an instance of a known class and runs its __init__.
func (a *analysis) instantiate(class *ClassInfo, c *py.Call, args arguments, w *world) Value {
	inst := a.heap.intern(objectID{kind: Instance, site: c, text: class.Def.Name.Name}, func(o *Object) { o.Class = class })
	if init := class.method("__init__"); init != nil {
		a.invokeArgs(a.functionObject(init, inst), c, args, w)
	} else if carries(args) && !class.closed() {
		w.setMark(escaped)
	}
	return one(inst)
}

// carries reports whether any argument lets the callee reach the session.
func carries(args arguments) bool {
	for _, v := range args.all() {
		if reaches(v, 0) {
			return true
		}
	}
	return false
}

// reaches reports whether a value gives access to the session itself (an item of it does not: whoever gets only an item
// cannot mark the session).
func reaches(v Value, depth int) bool {
	if depth > 3 {
		return false
	}
	for _, o := range v.Objs {
		switch o.Kind {
		case Request:
			return true
		case Session:
			if o.Source == FromRequest {
				return true
			}
		case Fresh:
			if reaches(o.Elem, depth+1) {
				return true
			}
		case Instance:
			for _, at := range o.attrs {
				if reaches(at, depth+1) {
					return true
				}
			}
		case Function:
			if o.Self != nil && reaches(one(o.Self), depth+1) {
				return true
			}
			if o.Func.Parent != nil && o.Func.file.traits[o.Func].session {
				return true // a nested function that sees the session
			}
		}
	}
	return false
}

// unknownCall is a call of code that is not at hand: if it can reach the session, it may mark it.
func (a *analysis) unknownCall(_ *py.Call, args arguments, w *world) {
	if carries(args) {
		w.setMark(escaped)
	}
}

// quietMethods are methods of objects outside this code that take a request or a session without touching it: logging.
var quietMethods = map[string]bool{
	"debug": true, "info": true, "warning": true, "warn": true, "error": true, "exception": true, "critical": true, "log": true,
	"append": true, "format": true, "join": true, "get_current": true, "is_valid": true, "add_message": true,
	"has_permission": true, "has_object_permission": true, "build_absolute_uri": true,
}

// evalMethodCall is x.m(...).
func (a *analysis) evalMethodCall(c *py.Call, attr *py.Attribute, w *world) Value {
	if sup, ok := attr.X.(*py.Call); ok {
		if n, ok := sup.Func.(*py.Name); ok && n.ID == "super" {
			return a.superCall(c, attr.Attr.Name, w)
		}
	}
	base := a.eval(attr.X, w)
	args := a.evalArgs(c, w)
	name := attr.Attr.Name
	out := Value{}
	handled := false
	for _, o := range base.Objs {
		switch o.Kind {
		case Session:
			out = join(out, a.sessionCall(o, name, c, args, w))
		case Item:
			out = join(out, a.itemCall(o, name, c, attr.X, args, w))
		case Fresh:
			out = join(out, a.freshCall(o, name, c, args))
		case Query:
			out = join(out, a.queryCall(o, name, c, args))
		case Instance, Class:
			out = join(out, a.memberCall(o, name, c, attr, args, w))
		case Import:
			out = join(out, a.importCall(o.Dotted+"."+name, c, args, w))
		case Function:
			out = join(out, unknown)
		default:
			if carries(args) && !quietMethods[name] {
				w.setMark(escaped)
			}
			out = join(out, a.opaqueMethod(o, name, c, args))
		}
		handled = true
	}
	if base.Open || !handled {
		if carries(args) && !quietMethods[name] {
			w.setMark(escaped)
		}
		out = join(out, a.opaqueCall(c, args, name))
	}
	return out
}

// memberCall is a method call on an instance or class of this project.
func (a *analysis) memberCall(o *Object, name string, c *py.Call, attr *py.Attribute, args arguments, w *world) Value {
	if o.Kind == Instance {
		if v, ok := o.attrs[name]; ok {
			out := Value{Open: v.Open}
			for _, f := range v.Objs {
				out = join(out, a.apply(f, c, args, w))
			}
			return out
		}
	}
	if f := o.Class.method(name); f != nil {
		self := o
		if o.Kind == Class {
			self = nil
		}
		return a.invokeArgs(a.functionObject(f, self), c, args, w)
	}
	if name == "objects" {
		return a.manager(attr, o.Class.Def.Name.Name)
	}
	if !o.Class.closed() && (carries(args) || reaches(one(o), 0)) {
		w.setMark(escaped)
	}
	return a.opaqueCall(c, args, name)
}

// superCall is super().m(...): a method of a known base, or of Django's classes, which leave the session alone unless they
// log in or out.
func (a *analysis) superCall(c *py.Call, name string, w *world) Value {
	args := a.evalArgs(c, w)
	fr := a.top()
	if fr.fn.Class == nil {
		a.unknownCall(c, args, w)
		return unknown
	}
	known, _ := fr.fn.Class.bases()
	for _, b := range known {
		if f := b.method(name); f != nil {
			return a.invokeArgs(a.functionObject(f, fr.self), c, args, w)
		}
	}
	if !fr.fn.Class.closed() {
		w.setMark(escaped)
	} else if name == "dispatch" || name == "__call__" {
		// Runs the other methods of this class, which may mark the session: nothing is claimed about what was changed so far.
		w.pending = nil
	}
	return unknown
}
