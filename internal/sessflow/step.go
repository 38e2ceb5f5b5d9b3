package sessflow

import "github.com/sesslint/sesslint/internal/py"

// step interprets one node of a control-flow graph.
func (a *analysis) step(n py.Node, w *world) {
	switch n := n.(type) {
	case *py.Assign:
		a.assignAll(n.Targets, n.Value, w)
	case *py.AnnAssign:
		if n.Value != nil {
			a.assignAll([]py.Expr{n.Target}, n.Value, w)
		}
	case *py.AugAssign:
		a.augment(n, w)
	case *py.ExprStmt:
		a.eval(n.X, w)
	case *py.Return:
		v := one(a.heap.constant(py.Constant{Kind: py.NoneConst}))
		if n.Value != nil {
			v = a.eval(n.Value, w)
		}
		w.env.set(a.top().ret, v)
	case *py.Delete:
		for _, t := range n.Targets {
			a.deleteTarget(t, w)
		}
	case *py.Raise:
		a.evalAll(w, n.Exc, n.Cause)
	case *py.Assert:
		a.evalAll(w, n.Test, n.Msg)
		a.recordingOff(func() { a.assume(w, n.Test, true) })
	case *py.FunctionDef:
		a.defineFunction(n, w)
	case *py.ClassDef:
		if b := a.bindingOf(n.Name.Name, n); b != nil {
			if c := a.top().fn.file.classes[n]; c != nil {
				w.assign(b, one(a.classObject(c)))
			}
		}
	case *py.Print:
		for _, x := range n.Args {
			a.eval(x, w)
		}
	case *py.For:
		v, ok := a.top().vals[n.Iter]
		if !ok {
			v = a.eval(n.Iter, w)
		}
		rows := a.elements(v, n.Iter)
		if hasBreak(n.Body) {
			rows = notEach(rows)
		}
		a.assign(n.Target, rows, w)
	case *py.WithEnter:
		v := a.eval(n.Item.X, w)
		if n.Item.Target != nil {
			a.assign(n.Item.Target, Value{Open: true}, w)
			if len(v.Objs) > 0 && !v.any(Import) {
				a.assign(n.Item.Target, v, w)
			}
		}
	case *py.CaseBind:
		for _, c := range n.Case.Captures {
			w.assign(a.scopes().Binding(c), unknown)
		}
	case *py.HandlerBind:
		if n.Handler.Name != nil {
			w.assign(a.scopes().Binding(n.Handler.Name), unknown)
		}
	case py.Expr:
		fr := a.top()
		fr.vals[n] = join(fr.vals[n], a.eval(n, w))
	}
}

// hasBreak reports whether a loop body may end the loop early, so that it need not see every row.
func hasBreak(body []py.Stmt) bool {
	found := false
	for _, s := range body {
		py.Inspect(s, func(n py.Node) bool {
			_, isBreak := n.(*py.Break)
			found = found || isBreak
			return !found
		})
	}
	return found
}

func (a *analysis) evalAll(w *world, xs ...py.Expr) {
	for _, x := range xs {
		if x != nil {
			a.eval(x, w)
		}
	}
}

// bindingOf returns the binding that a def or class statement binds.
func (a *analysis) bindingOf(name string, n py.Node) *py.Binding {
	for s := a.scopes().Of(a.top().fn.Def); s != nil; s = s.Parent {
		b := s.Bindings[name]
		if b == nil {
			continue
		}
		for _, d := range b.Defs {
			if d.Node == n {
				return b
			}
		}
	}
	return nil
}

func (a *analysis) defineFunction(n *py.FunctionDef, w *world) {
	f := a.top().fn.file.byDef[n]
	b := a.bindingOf(n.Name.Name, n)
	if f == nil || b == nil {
		return
	}
	o := a.heap.intern(objectID{kind: Function, site: n}, func(o *Object) { o.Func = f })
	a.capture(f, &w.env)
	w.assign(b, one(o))
}

// assignAll is targets[0] = targets[1] = ... = value.
func (a *analysis) assignAll(targets []py.Expr, value py.Expr, w *world) {
	if len(targets) == 1 {
		if lhs, rhs := displayElts(targets[0]), displayElts(value); lhs != nil && len(lhs) == len(rhs) && !hasStar(lhs) && !hasStar(rhs) {
			vals := make([]Value, len(rhs))
			for i, x := range rhs {
				vals[i] = a.eval(x, w)
			}
			for i, t := range lhs {
				a.assignFrom(t, vals[i], rhs[i], w)
			}
			return
		}
	}
	v := a.eval(value, w)
	for _, t := range targets {
		a.assignFrom(t, v, value, w)
	}
}

func displayElts(e py.Expr) []py.Expr {
	switch e := e.(type) {
	case *py.Tuple:
		return e.Elts
	case *py.List:
		return e.Elts
	}
	return nil
}

func hasStar(xs []py.Expr) bool {
	for _, x := range xs {
		if _, ok := x.(*py.Starred); ok {
			return true
		}
	}
	return false
}

// assign stores a value whose expression is not at hand.
func (a *analysis) assign(target py.Expr, v Value, w *world) { a.assignFrom(target, v, nil, w) }

// assignFrom stores v, which from evaluates to, into a target.
func (a *analysis) assignFrom(target py.Expr, v Value, from py.Expr, w *world) {
	switch t := target.(type) {
	case *py.Name:
		w.assign(a.scopes().Binding(t), v)
	case *py.Starred:
		a.assign(t.X, a.container(t, v), w)
	case *py.Tuple:
		for _, x := range t.Elts {
			a.assign(x, a.elements(v, x), w)
		}
	case *py.List:
		for _, x := range t.Elts {
			a.assign(x, a.elements(v, x), w)
		}
	case *py.Attribute:
		a.storeAttr(t, v, from, w)
	case *py.Subscript:
		base := a.eval(t.X, w)
		a.eval(t.Index, w)
		a.storeItem(t, base, v, from, w)
	}
}

func (a *analysis) storeAttr(t *py.Attribute, v Value, from py.Expr, w *world) {
	base := a.eval(t.X, w)
	for _, o := range base.Objs {
		switch o.Kind {
		case Session:
			if t.Attr.Name != "modified" || o.Source != FromRequest {
				continue
			}
			if val, known := v.truth(); known && !val {
				continue // S.modified = False takes the mark back; what then happens is left alone
			}
			a.event(&Event{Kind: MarkModified, Node: t, Source: o.Source, Expr: o.Expr, ValueNode: from, Value: v})
			w.setMark(marked)
		case Request:
			if t.Attr.Name == "session" {
				w.setMark(escaped) // another object stands for the session from here on
			}
		case Instance:
			a.setAttr(o, t.Attr.Name, v)
		}
	}
}

// storeItem is base[index] = v.
func (a *analysis) storeItem(t *py.Subscript, base, v Value, from py.Expr, w *world) {
	for _, o := range base.Objs {
		switch o.Kind {
		case Session:
			key := a.key(t.Index, w)
			a.event(&Event{Kind: Write, Node: t, Source: o.Source, Expr: o.Expr, Key: key, KeyNode: t.Index, ValueNode: from, Value: v})
			if o.Source == FromRequest {
				w.setMark(marked)
				w.facts.set(presence(key), true)
			}
		case Item:
			a.mutate(o, t.X, transient(v), w)
			a.nestedWrite(o, t, from, v)
		case Fresh:
			a.grow(&o.Elem, v)
		}
	}
}

// augment is target op= value.
func (a *analysis) augment(n *py.AugAssign, w *world) {
	v := a.eval(n.Value, w)
	switch t := n.Target.(type) {
	case *py.Name:
		old := a.eval(t, w)
		inPlace := isContainerExpr(n.Value) || v.any(Fresh) || v.any(Item)
		kept := Value{Open: true}
		for _, o := range old.Objs {
			switch {
			case o.Kind == Session && n.Op == "|":
				a.sessionMark(o, Write, n, w)
				kept = old
			case o.Kind == Item && inPlace && (n.Op == "+" || n.Op == "|"):
				a.mutate(o, t, false, w)
				kept = old
			case o.Kind == Fresh:
				a.grow(&o.Elem, a.elements(v, n.Value))
				kept = old
			}
		}
		if c, ok := a.fold(n, old, v); ok {
			kept = one(a.heap.constant(c))
		}
		w.assign(a.scopes().Binding(t), kept)
	case *py.Subscript:
		base := a.eval(t.X, w)
		old := a.eval(t, w)
		a.storeItem(t, base, join(old, v), nil, w)
	case *py.Attribute:
		if t.Attr.Name == "modified" {
			a.storeAttr(t, v, nil, w)
			return
		}
		base := a.eval(t, w)
		for _, o := range base.Objs {
			switch {
			case o.Kind == Session && n.Op == "|":
				a.sessionMark(o, Write, n, w) // request.session |= {...}
			case o.Kind == Item && (isContainerExpr(n.Value) || v.any(Fresh)):
				a.mutate(o, t, false, w)
			}
		}
	}
}

// isContainerExpr reports whether an expression certainly makes a list, dict or set.
func isContainerExpr(e py.Expr) bool {
	switch e := e.(type) {
	case *py.List, *py.Dict, *py.Set:
		return true
	case *py.Comp:
		return e.Kind != "generator"
	}
	return false
}

func (a *analysis) deleteTarget(target py.Expr, w *world) {
	switch t := target.(type) {
	case *py.Tuple:
		for _, x := range t.Elts {
			a.deleteTarget(x, w)
		}
	case *py.Name:
		w.assign(a.scopes().Binding(t), unknown)
	case *py.Subscript:
		base := a.eval(t.X, w)
		a.eval(t.Index, w)
		for _, o := range base.Objs {
			switch o.Kind {
			case Session:
				key := a.key(t.Index, w)
				a.event(&Event{Kind: Delete, Node: t, Source: o.Source, Expr: o.Expr, Key: key, KeyNode: t.Index})
				if o.Source == FromRequest {
					w.setMark(marked)
					w.facts.set(presence(key), false)
				}
			case Item:
				a.mutate(o, t.X, false, w)
			}
		}
	}
}
