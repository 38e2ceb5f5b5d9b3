package sessflow

import "github.com/sesslint/sesslint/internal/py"

// usedLocally reports whether the object that a mutation reached through a variable or attribute, or a container that holds
// it, is used as data of this request afterwards: returned, yielded, passed to other code, put into a display or a text.
// What was changed for that need not last.
func usedLocally(m *Mutation) bool {
	if !m.Alias || m.Helper {
		return false
	}
	u := localUses{fn: m.Func, names: map[string]bool{}, after: m.At.Range().Start}
	if !u.add(m.Target) {
		return false
	}
	for u.spread() {
	}
	return u.found()
}

// localUses looks for uses of a group of variables and attributes that hold parts of one object.
type localUses struct {
	fn    *Func
	names map[string]bool // source texts: cart, self.cart
	after int             // byte offset of the mutation
}

// add takes up the variable or attribute that an expression starts from, as in cart['items'].values().
func (u *localUses) add(e py.Expr) bool {
	for {
		switch x := e.(type) {
		case *py.Subscript:
			e = x.X
			continue
		case *py.Call:
			if at, ok := x.Func.(*py.Attribute); ok {
				e = at.X
				continue
			}
			if fn, ok := x.Func.(*py.Name); ok && plainReaders[fn.ID] && len(x.Args) > 0 { // list(cart.values()), enumerate(cart)
				e = x.Args[0].Value
				continue
			}
		case *py.Name, *py.Attribute:
			if at, ok := e.(*py.Attribute); !isChain(e) || ok && at.Attr.Name == "session" {
				return false
			}
			text := py.Source(u.fn.File.Module, e)
			if u.names[text] {
				return false
			}
			u.names[text] = true
			return true
		}
		return false
	}
}

// spread takes up what the group's members were taken from: the iterable of a loop, the container of an element. It reports
// whether the group grew.
func (u *localUses) spread() bool {
	grew := false
	from := func(target, value py.Expr) {
		if value == nil || !u.binds(target) {
			return
		}
		grew = u.add(value) || grew
	}
	py.Inspect(u.fn.Def, func(n py.Node) bool {
		switch n := n.(type) {
		case *py.For:
			from(n.Target, n.Iter)
		case *py.Assign:
			for _, t := range n.Targets {
				from(t, n.Value)
			}
		}
		return true
	})
	return grew
}

// binds reports whether an assignment target binds a member of the group.
func (u *localUses) binds(target py.Expr) bool {
	switch t := target.(type) {
	case *py.Tuple:
		return anyExpr(t.Elts, u.binds)
	case *py.List:
		return anyExpr(t.Elts, u.binds)
	}
	return u.names[py.Source(u.fn.File.Module, target)]
}

// is reports whether an expression behind the mutation is a member of the group, or a view or copy of one.
func (u *localUses) is(e py.Expr) bool {
	switch x := e.(type) {
	case *py.Name, *py.Attribute:
		return e.Range().Start > u.after && isChain(e) && u.names[py.Source(u.fn.File.Module, e)]
	case *py.Call:
		if at, ok := x.Func.(*py.Attribute); ok {
			switch at.Attr.Name {
			case "values", "items", "copy":
				return u.is(at.X)
			}
			return false
		}
		if fn, ok := x.Func.(*py.Name); ok && (fn.ID == "list" || fn.ID == "dict" || fn.ID == "sorted" || fn.ID == "tuple") {
			return len(x.Args) > 0 && u.is(x.Args[0].Value)
		}
	case *py.Await:
		return u.is(x.X)
	}
	return false
}

// found looks for a use as data.
func (u *localUses) found() bool {
	used := false
	py.Inspect(u.fn.Def, func(n py.Node) bool {
		switch n := n.(type) {
		case *py.Return:
			used = used || n.Value != nil && u.is(n.Value)
		case *py.Yield:
			used = used || n.X != nil && u.is(n.X)
		case *py.Call:
			if fn, ok := n.Func.(*py.Name); ok && plainReaders[fn.ID] {
				return true
			}
			for _, x := range n.Args {
				used = used || u.is(x.Value)
			}
		case *py.Dict:
			for _, it := range n.Items {
				used = used || u.is(it.Value)
			}
		case *py.Tuple:
			used = used || anyExpr(n.Elts, u.is)
		case *py.List:
			used = used || anyExpr(n.Elts, u.is)
		case *py.FString:
			used = used || anyExpr(n.Parts, u.is)
		}
		return !used
	})
	return used
}

func anyExpr(xs []py.Expr, f func(py.Expr) bool) bool {
	for _, x := range xs {
		if f(x) {
			return true
		}
	}
	return false
}

// plainReaders are builtins that look at a value without keeping or showing it, or whose result is judged where it is used.
var plainReaders = map[string]bool{
	"len": true, "isinstance": true, "print": true, "bool": true, "sum": true, "any": true, "all": true, "type": true, "id": true,
	"min": true, "max": true, "range": true, "enumerate": true, "list": true, "dict": true, "sorted": true, "tuple": true,
	"set": true, "iter": true, "reversed": true, "zip": true,
}
