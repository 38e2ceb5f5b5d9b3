package sessflow

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// eval interprets an expression: it returns what it may yield and applies its effects to the world.
func (a *analysis) eval(e py.Expr, w *world) Value {
	switch e := e.(type) {
	case *py.Name:
		return a.evalName(e, w)
	case *py.Attribute:
		return a.evalAttr(e, w)
	case *py.Subscript:
		return a.evalSubscript(e, w)
	case *py.Call:
		return a.evalCall(e, w)
	case *py.Number, *py.Singleton, *py.String:
		if c, ok := a.scopes().Fold(e, nil); ok {
			return one(a.heap.constant(c))
		}
		return unknown
	case *py.FString:
		return a.evalFString(e, w)
	case *py.BinOp:
		l, r := a.eval(e.Left, w), a.eval(e.Right, w)
		return a.evalBinOp(e, l, r)
	case *py.BoolOp:
		return a.evalBoolOp(e, w)
	case *py.UnaryOp:
		v := a.eval(e.X, w)
		if t, known := v.truth(); e.Op == "not" && known {
			return one(a.heap.constant(py.Constant{Kind: py.BoolConst, Bool: !t}))
		}
		if c, ok := a.scopes().Fold(e, nil); ok {
			return one(a.heap.constant(c))
		}
		return a.opaque(e, sized(5), "")
	case *py.Compare:
		a.eval(e.Left, w)
		for i, r := range e.Rights {
			v := a.eval(r, w)
			if e.Ops[i] == "in" || e.Ops[i] == "not in" {
				a.readKey(e, v, e.Left, w)
			}
		}
		return a.opaque(e, sized(5), "bool")
	case *py.IfExp:
		return a.evalIfExp(e, w)
	case *py.Tuple, *py.List, *py.Set, *py.Dict:
		return a.evalDisplay(e, w)
	case *py.Comp:
		return a.evalComp(e, w)
	case *py.NamedExpr:
		v := a.eval(e.Value, w)
		w.assign(a.scopes().Binding(e.Target), v)
		return v
	case *py.Await:
		return a.eval(e.X, w)
	case *py.Yield:
		fr := a.top()
		fr.gen = true
		if e.X != nil {
			v := a.eval(e.X, w)
			if e.From {
				v = a.elements(v, e)
			}
			a.grow(&fr.yield, v)
		}
		return unknown
	case *py.Starred:
		return a.eval(e.X, w)
	case *py.Lambda:
		return a.evalLambda(e, w)
	case *py.Slice:
		a.evalAll(w, e.Lower, e.Upper, e.Step)
	}
	return unknown
}

// opaque returns an object about which only the shape and a tag are known.
func (a *analysis) opaque(site py.Node, s Shape, tag string) Value {
	return one(a.heap.intern(objectID{kind: Opaque, site: site, text: tag}, func(o *Object) {
		o.Shape, o.Dotted = s, tag
		if o.Shape.Class >= Large && o.Shape.At == nil {
			o.Shape.At, o.Shape.File = site, a.top().fn.File
		}
	}))
}

// fresh returns a new container made at site.
func (a *analysis) fresh(site py.Node, s Shape) *Object {
	return a.heap.intern(objectID{kind: Fresh, site: site}, func(o *Object) { o.Shape = s })
}

// container returns a new container that holds v.
func (a *analysis) container(site py.Node, v Value) Value {
	o := a.fresh(site, Shape{})
	a.grow(&o.Elem, v)
	return one(o)
}

func (a *analysis) evalAttr(e *py.Attribute, w *world) Value {
	if q := a.scopes().Qualified(e); q != "" && !strings.HasPrefix(q, "builtins.") {
		if _, isName := e.X.(*py.Name); !isName || a.unboundHere(e.X.(*py.Name), w) {
			return a.importAttr(e, q)
		}
	}
	base := a.eval(e.X, w)
	out := Value{}
	name := e.Attr.Name
	for _, o := range base.Objs {
		out = join(out, a.attrOf(o, e, name, w))
	}
	if base.Open || len(base.Objs) == 0 {
		switch {
		case name == "request", name == "context" && isInfo(e.X):
			out = join(out, one(a.requestObject()))
		case name == "objects" || name == "_default_manager":
			out = join(out, a.manager(e, a.source(e.X)))
		default:
			out.Open = true
		}
	}
	return out
}

// isInfo reports whether an expression is the info argument of a GraphQL resolver, whose context is the request
// (graphene-django).
func isInfo(e py.Expr) bool {
	n, ok := e.(*py.Name)
	return ok && n.ID == "info"
}

// unboundHere reports whether a name has no value of its own in this world, so that an import decides what it means.
func (a *analysis) unboundHere(n *py.Name, w *world) bool {
	_, ok := w.env.get(a.scopes().Binding(n))
	return !ok
}

// valueOf returns the value of a variable in this world.
func (a *analysis) valueOf(n *py.Name, w *world) Value {
	v, _ := w.env.get(a.scopes().Binding(n))
	return v
}

func (a *analysis) importAttr(e *py.Attribute, q string) Value {
	if model, ok := strings.CutSuffix(q, ".objects"); ok {
		return a.manager(e, model)
	}
	return one(a.imported(q))
}

// attrOf is o.name.
func (a *analysis) attrOf(o *Object, e *py.Attribute, name string, w *world) Value {
	switch o.Kind {
	case Request:
		return a.requestAttr(e, name)
	case Session:
		return a.opaque(e, sized(40), "session."+name)
	case Import:
		return a.importAttr(e, o.Dotted+"."+name)
	case Class:
		if name == "objects" {
			return a.manager(e, o.Class.Def.Name.Name)
		}
		if f := o.Class.method(name); f != nil {
			return one(a.functionObject(f, nil))
		}
		if c, ok := a.classConstant(o.Class, name); ok {
			return one(a.heap.constant(c))
		}
	case Instance:
		return a.instanceAttr(o, e, name, w)
	case Query:
		return unknown
	case Opaque:
		return a.opaqueAttr(o, e, name)
	case Item:
		return unknown
	}
	if name == "request" {
		return one(a.requestObject())
	}
	return unknown
}

func (a *analysis) requestAttr(e *py.Attribute, name string) Value {
	switch name {
	case "session":
		if !a.top().fn.file.django {
			return unknown
		}
		return one(a.sessionObject(e))
	case "_request", "request":
		return one(a.requestObject())
	}
	return a.opaque(e, requestShape(name), "request."+name)
}

// instanceAttr is an attribute of an instance of a known class: what was assigned to it, a property, a method, a constant.
func (a *analysis) instanceAttr(o *Object, e *py.Attribute, name string, w *world) Value {
	if v, ok := o.attrs[name]; ok {
		return v
	}
	if f := o.Class.method(name); f != nil {
		if f.property() {
			return a.invoke(a.functionObject(f, o), nil, w)
		}
		return one(a.functionObject(f, o))
	}
	if c, ok := a.classConstant(o.Class, name); ok {
		return one(a.heap.constant(c))
	}
	if name == "request" {
		return one(a.requestObject())
	}
	return unknown
}

func (a *analysis) evalSubscript(e *py.Subscript, w *world) Value {
	base := a.eval(e.X, w)
	if s, ok := e.Index.(*py.Slice); ok {
		return a.evalSlice(e, base, s, w)
	}
	idx := a.eval(e.Index, w)
	out := Value{Open: base.Open || len(base.Objs) == 0}
	for _, o := range base.Objs {
		switch o.Kind {
		case Session:
			key := a.key(e.Index, w)
			a.event(&Event{Kind: Read, Node: e, Source: o.Source, Expr: o.Expr, Key: key, KeyNode: e.Index})
			if o.Source == FromRequest {
				if has, known := w.facts.get(presence(key)); known && !has {
					continue // KeyError: the path ends, or another one holds the key
				}
			}
			out = join(out, one(a.itemObject(o, key, e.Index, ByKey)))
		case Item:
			out = join(out, one(a.itemObject(o, o.Key, nil, o.Origin)))
		case Fresh:
			out = join(out, o.Elem)
			out.Open = true
		case Query:
			out = join(out, a.row(o, e))
		default:
			out = join(out, a.opaqueIndex(o, e))
		}
	}
	if c, ok := idx.Constant(); ok && c.Kind == py.StrConst && c.Str == "request" && base.Open {
		return one(a.requestObject()) // context["request"], as template tags and serializers get it
	}
	return out
}

func (a *analysis) evalBoolOp(e *py.BoolOp, w *world) Value {
	l := a.eval(e.Left, w)
	if t, known := l.truth(); known {
		if t == (e.Op == "or") {
			return l
		}
		return a.eval(e.Right, w)
	}
	// The right operand runs on some paths only: a mark it makes is conditional.
	r := a.maybe(w, func(w *world) Value {
		a.recordingAware(func() { a.assume(w, e.Left, e.Op == "and") })
		return a.eval(e.Right, w)
	})
	if e.Op == "or" {
		kept := Value{Open: l.Open}
		for _, o := range l.Objs {
			if o.Kind != Const || constTruth(o.Const) {
				kept.Objs = append(kept.Objs, o)
			}
		}
		l = kept
	}
	return join(l, r)
}

// recordingAware narrows without recording the condition's events twice.
func (a *analysis) recordingAware(f func()) { a.recordingOff(f) }

// maybe evaluates something that only some of the paths of this world do.
func (a *analysis) maybe(w *world, f func(*world) Value) Value {
	branch := w.clone()
	v := f(branch)
	if branch.dead {
		return Value{}
	}
	if w.mark == unmarked {
		switch {
		case branch.mark != unmarked:
			w.mayMark("", true, true)
			if w.fork != nil {
				w.fork.mark = branch.mark
			}
		case branch.fork != nil:
			w.fork = branch.fork
		}
		w.pending = unionPending(w.pending, branch.pending)
	}
	for _, e := range branch.env.entries {
		if old, ok := w.env.get(e.key); !ok || !join(old, e.val).equal(old) {
			w.env.set(e.key, join(old, e.val))
		}
	}
	return v
}

func (a *analysis) evalIfExp(e *py.IfExp, w *world) Value {
	t := a.eval(e.Test, w)
	if val, known := t.truth(); known {
		if val {
			return a.eval(e.Then, w)
		}
		return a.eval(e.Else, w)
	}
	arm := func(x py.Expr, taken bool) Value {
		return a.maybe(w, func(w *world) Value {
			a.recordingAware(func() { a.assume(w, e.Test, taken) })
			if w.dead {
				return Value{}
			}
			return a.eval(x, w)
		})
	}
	return join(arm(e.Then, true), arm(e.Else, false))
}

func (a *analysis) evalComp(e *py.Comp, w *world) Value {
	inner := w.clone()
	rows := Shape{}
	for _, c := range e.Clauses {
		v := a.eval(c.Iter, inner)
		rows = worst(rows, a.rowsOf(v))
		a.assign(c.Target, a.elements(v, c.Iter), inner)
		for _, x := range c.Ifs {
			a.eval(x, inner)
		}
	}
	elt := a.eval(e.Elt, inner)
	shape := elt.Shape()
	if e.Value != nil {
		v := a.eval(e.Value, inner)
		shape = worst(shape, v.Shape())
		elt = join(elt, v)
	}
	// Effects of the element happen once per item, perhaps never.
	a.maybe(w, func(w *world) Value {
		w.mark, w.fork, w.pending = inner.mark, inner.fork, inner.pending
		return Value{}
	})
	o := a.fresh(e, a.compShape(e, rows, shape))
	a.grow(&o.Elem, elt)
	return one(o)
}

// evalLambda makes a container of what the lambda captures: whoever gets it can get at that.
func (a *analysis) evalLambda(e *py.Lambda, w *world) Value {
	captured := unknown
	py.Inspect(e.Body, func(n py.Node) bool {
		if x, ok := n.(*py.Name); ok {
			captured = join(captured, a.valueOf(x, w))
		}
		return true
	})
	return a.container(e, captured)
}

func (a *analysis) evalFString(e *py.FString, w *world) Value {
	s := Shape{}
	for _, p := range e.Parts {
		if part := a.eval(p, w).Shape(); part.Class != ObjectGraph { // str() of these is short: <QuerySet [...]>
			s = worst(s, part)
		}
	}
	if c, ok := a.foldIn(e, w); ok {
		return one(a.heap.constant(c))
	}
	return a.opaque(e, s, "str")
}

func (a *analysis) evalBinOp(e *py.BinOp, l, r Value) Value {
	if c, ok := a.fold(e, l, r); ok {
		return one(a.heap.constant(c))
	}
	if (e.Op == "+" || e.Op == "|") && (l.any(Fresh) || r.any(Fresh) || isContainerExpr(e.Left) || isContainerExpr(e.Right)) {
		o := a.fresh(e, worst(l.Shape(), r.Shape()))
		a.grow(&o.Elem, join(a.elements(l, e), a.elements(r, e)))
		return one(o)
	}
	return a.opaque(e, a.repeatShape(e, l, r), "")
}

// fold folds an operator whose operands are values.
func (a *analysis) fold(n py.Node, l, r Value) (py.Constant, bool) {
	lc, lok := l.Constant()
	rc, rok := r.Constant()
	if !lok || !rok {
		return py.Constant{}, false
	}
	var left, right py.Expr = &py.Name{ID: "left"}, &py.Name{ID: "right"}
	op := ""
	switch n := n.(type) {
	case *py.BinOp:
		op = n.Op
	case *py.AugAssign:
		op = n.Op
	}
	return a.scopes().Fold(&py.BinOp{Op: op, Left: left, Right: right}, func(x py.Expr) (py.Constant, bool) {
		switch x {
		case left:
			return lc, true
		case right:
			return rc, true
		}
		return py.Constant{}, false
	})
}

// elements returns what iterating over a value yields.
func (a *analysis) elements(v Value, site py.Node) Value {
	out := Value{Open: v.Open}
	for _, o := range v.Objs {
		switch o.Kind {
		case Item:
			out = join(out, one(a.itemObject(o, o.Key, nil, o.Origin)))
		case Fresh:
			out = join(out, o.Elem)
			if len(o.Elem.Objs) == 0 {
				out.Open = true
			}
		case Query:
			out = join(out, a.row(o, site))
		default:
			out.Open = true
		}
	}
	return out
}
