package setexpiryzero

import (
	"slices"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
)

// invertsRemember reports whether 0 is what a visitor gets who asked to be remembered.
func (u *use) invertsRemember() bool {
	m := u.event.File.Module
	for _, g := range u.event.Guards {
		if u.saysRemember(m, g.Cond, g.Taken) {
			return true
		}
	}
	found := false
	u.eachCallerGuard(func(m *py.Module, g sessflow.Guard) { found = found || u.saysRemember(m, g.Cond, g.Taken) })
	return found || u.event.ValueNode != nil && u.zeroUnder(u.event.ValueNode, 0)
}

// zeroUnder reports whether an expression is 0 under a condition that says "remember": 0 if remember else AGE, or a variable
// that is set so.
func (u *use) zeroUnder(e py.Expr, depth int) bool {
	f := u.event.File
	switch e := e.(type) {
	case *py.IfExp:
		return u.isZeroExpr(e.Then) && u.saysRemember(f.Module, e.Test, true) ||
			u.isZeroExpr(e.Else) && u.saysRemember(f.Module, e.Test, false)
	case *py.Name:
		b := f.Scopes.Binding(e)
		if b == nil || depth > 0 {
			return false
		}
		for _, d := range b.Defs {
			if d.Kind != py.AssignDef || d.Value == nil {
				continue
			}
			if u.zeroUnder(d.Value, depth+1) || u.isZeroExpr(d.Value) && u.branchSaysRemember(d.Value) {
				return true
			}
		}
	}
	return false
}

func (u *use) isZeroExpr(e py.Expr) bool {
	c, ok := u.event.File.Scopes.Fold(e, nil)
	return ok && zeroConst(c)
}

// branchSaysRemember reports whether an expression stands on the "remember" side of an if statement.
func (u *use) branchSaysRemember(e py.Expr) bool {
	m := u.event.File.Module
	for _, n := range m.PathTo(e.Range().Start) {
		s, ok := n.(*py.If)
		if !ok {
			continue
		}
		then := slices.ContainsFunc(s.Body, func(b py.Stmt) bool { return b.Range().Contains(e.Range()) })
		if u.saysRemember(m, s.Test, then) {
			return true
		}
	}
	return false
}

var (
	keepWords  = py.WordSet("keep stay")
	loginWords = py.WordSet("logged signed login signin me in")
	negations  = py.WordSet("not no dont forget never non disable expire close temporary public short")
)

// saysRemember reports whether a condition with that outcome shows that the visitor asked to be remembered, and notes it.
func (u *use) saysRemember(m *py.Module, cond py.Expr, taken bool) bool {
	switch c := cond.(type) {
	case *py.UnaryOp:
		return c.Op == "not" && u.saysRemember(m, c.X, !taken)
	case *py.BoolOp:
		// Both operands of a true "and" hold, and none of a false "or".
		return (c.Op == "and") == taken && (u.saysRemember(m, c.Left, taken) || u.saysRemember(m, c.Right, taken))
	case *py.Compare:
		if len(c.Ops) != 1 {
			return false
		}
		if same, ok := comparesWithTrue(c); ok {
			return u.saysRemember(m, c.Left, taken == same)
		}
		if s, ok := c.Left.(*py.String); ok && (c.Ops[0] == "in" || c.Ops[0] == "not in") {
			return u.namesRemember(s.Value, taken == (c.Ops[0] == "in"), py.Source(m, cond))
		}
		return false
	case *py.Name, *py.Attribute, *py.Subscript, *py.Call:
		return isPlain(cond) && u.namesRemember(py.Source(m, cond), taken, py.Source(m, cond))
	}
	return false
}

// namesRemember reports whether a name that is true or not says "remember".
func (u *use) namesRemember(name string, truth bool, source string) bool {
	words := py.Words(name)
	has := func(set map[string]bool) bool {
		return slices.ContainsFunc(words, func(w string) bool { return set[w] })
	}
	if !slices.Contains(words, "remember") && !slices.Contains(words, "rememberme") && !(has(keepWords) && has(loginWords)) {
		return false
	}
	if truth == has(negations) {
		return false
	}
	u.remember = source
	return true
}

// comparesWithTrue reports whether a comparison asks for the truth of its left side, and whether it holds where that is true.
func comparesWithTrue(c *py.Compare) (same, ok bool) {
	equal := c.Ops[0] == "==" || c.Ops[0] == "is"
	if !equal && c.Ops[0] != "!=" && c.Ops[0] != "is not" {
		return false, false
	}
	switch r := c.Rights[0].(type) {
	case *py.Singleton:
		return equal == (r.Kind == "True"), true
	case *py.String:
		switch r.Value {
		case "on", "1", "true", "True", "yes", "y", "checked":
			return equal, true
		case "off", "0", "false", "False", "no", "n", "":
			return !equal, true
		}
	}
	return false, false
}

// isPlain reports whether an expression is a value as it is: remember, form.cleaned_data['remember'],
// request.POST.get('remember').
func isPlain(e py.Expr) bool {
	switch e := e.(type) {
	case *py.Name:
		return true
	case *py.Attribute:
		return isPlain(e.X)
	case *py.Subscript:
		return isPlain(e.X)
	case *py.Call:
		a, ok := e.Func.(*py.Attribute)
		return ok && a.Attr.Name == "get" && isPlain(a.X)
	}
	return false
}
