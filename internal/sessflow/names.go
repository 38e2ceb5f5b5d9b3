package sessflow

import (
	"github.com/sesslint/sesslint/internal/py"
)

func (a *analysis) evalName(n *py.Name, w *world) Value {
	scopes := a.scopes()
	b := scopes.Binding(n)
	if b == nil {
		if q := scopes.Qualified(n); q != "" {
			return one(a.importObject(q))
		}
		return unknown
	}
	if v, ok := w.env.get(b); ok {
		if a.top().fn.file.shared[n.ID] && !v.any(Session) && !v.any(Item) {
			return unknown
		}
		return v
	}
	for i := len(a.stack) - 1; i >= 0; i-- {
		if v, ok := a.stack[i].closure[b]; ok {
			return v
		}
		if a.stack[i].call == nil {
			break
		}
	}
	return a.global(n, b)
}

// global returns the value of a name that is bound outside the current function: a function, a class, an import, a constant.
func (a *analysis) global(n *py.Name, b *py.Binding) Value {
	file := a.top().fn.file
	if len(b.Defs) == 1 {
		switch d := b.Defs[0]; d.Kind {
		case py.FuncDef:
			if f := file.byDef[d.Node.(*py.FunctionDef)]; f != nil {
				return one(a.functionObject(f, nil))
			}
		case py.ClassDefn:
			if c := file.classes[d.Node.(*py.ClassDef)]; c != nil {
				return one(a.classObject(c))
			}
		case py.ParamDef:
			// A variable of an enclosing function that was not captured.
			if p, ok := d.Node.(*py.Param); ok && isRequestParam(a.top().fn.file, p) {
				return one(a.requestObject())
			}
		}
	}
	if q := a.scopes().Qualified(n); q != "" {
		return one(a.imported(q))
	}
	if c, ok := a.scopes().Fold(n, nil); ok {
		return one(a.heap.constant(c))
	}
	return unknown
}

func (a *analysis) functionObject(f *Func, self *Object) *Object {
	return a.heap.intern(objectID{kind: Function, site: f.Def, owner: self}, func(o *Object) { o.Func, o.Self = f, self })
}

func (a *analysis) classObject(c *ClassInfo) *Object {
	return a.heap.intern(objectID{kind: Class, site: c.Def}, func(o *Object) { o.Class = c })
}

func (a *analysis) importObject(dotted string) *Object {
	return a.heap.intern(objectID{kind: Import, text: dotted}, func(o *Object) { o.Dotted = dotted })
}

// imported returns what a dotted name means in the current file: a function or class of another file with sessions, or
// something that is only known by its name.
func (a *analysis) imported(dotted string) *Object {
	if t, ok := a.prog.lookup(a.top().fn.file, dotted, false); ok {
		if t.fn != nil {
			return a.functionObject(t.fn, nil)
		}
		return a.classObject(t.class)
	}
	return a.importObject(dotted)
}

// requestObject is the request that is being answered. There is one per root: code that handles two is not modelled.
func (a *analysis) requestObject() *Object {
	return a.heap.intern(objectID{kind: Request}, func(*Object) {})
}

// sessionObject is the session of the request as reached by an expression of the current function.
func (a *analysis) sessionObject(e py.Expr) *Object {
	text := ""
	if isChain(e) {
		text = a.source(e)
	}
	fn := a.top().fn
	return a.heap.intern(objectID{kind: Session, text: text, fn: fn}, func(o *Object) { o.Expr, o.Func = text, fn })
}

// isChain reports whether an expression is a name followed by attributes, so that it can be written again elsewhere.
func isChain(e py.Expr) bool {
	for {
		switch x := e.(type) {
		case *py.Name:
			return true
		case *py.Attribute:
			e = x.X
		default:
			return false
		}
	}
}

// itemObject is what the session holds under a key, as written in node, or a part of an Item.
func (a *analysis) itemObject(parent *Object, key Key, node py.Expr, origin Origin) *Object {
	fn := a.top().fn
	id := objectID{kind: Item, owner: parent, text: key.Text, n: int(origin), fn: fn}
	if parent.Kind == Item {
		if parent.Depth > 0 {
			return parent // deeper parts are not told apart
		}
		id.text = ""
	}
	return a.heap.intern(id, func(o *Object) {
		o.Func = fn
		if parent.Kind == Item {
			o.Session, o.Key, o.Depth, o.Origin = parent.Session, parent.Key, parent.Depth+1, parent.Origin
			return
		}
		o.Session, o.Key, o.KeyNode, o.Origin = parent, key, node, origin
	})
}

// key folds a key expression.
func (a *analysis) key(e py.Expr, w *world) Key {
	if c, ok := a.foldIn(e, w); ok {
		return Key{Text: constText(c), Known: c.Kind == py.StrConst}
	}
	return Key{Text: a.source(e)}
}

// foldIn folds an expression with the constants that variables have in this world.
func (a *analysis) foldIn(e py.Expr, w *world) (py.Constant, bool) {
	return a.scopes().Fold(e, func(x py.Expr) (py.Constant, bool) {
		switch x := x.(type) {
		case *py.Name:
			if b := a.scopes().Binding(x); b != nil {
				if v, ok := w.env.get(b); ok {
					return v.Constant()
				}
			}
		case *py.Attribute:
			return a.attrConstant(x, w)
		}
		return py.Constant{}, false
	})
}

// attrConstant folds self.KEY and Cart.KEY.
func (a *analysis) attrConstant(x *py.Attribute, w *world) (py.Constant, bool) {
	root, ok := x.X.(*py.Name)
	if !ok {
		return py.Constant{}, false
	}
	b := a.scopes().Binding(root)
	if b == nil {
		return py.Constant{}, false
	}
	v, ok := w.env.get(b)
	if !ok {
		v = a.global(root, b)
	}
	o := v.Only()
	if o == nil || o.Class == nil {
		return py.Constant{}, false
	}
	if at, ok := o.attrs[x.Attr.Name]; ok {
		return at.Constant()
	}
	if v, ok := a.classConstant(o.Class, x.Attr.Name); ok {
		return v, true
	}
	return py.Constant{}, false
}

// classConstant folds an attribute assigned once in a class body.
func (a *analysis) classConstant(c *ClassInfo, name string) (py.Constant, bool) {
	scopes := c.file.file.Scopes
	s := scopes.Of(c.Def)
	if s == nil || s.Bindings[name] == nil {
		return py.Constant{}, false
	}
	d := s.Bindings[name].Defs
	if len(d) != 1 || d[0].Value == nil {
		return py.Constant{}, false
	}
	return scopes.Fold(d[0].Value, nil)
}
