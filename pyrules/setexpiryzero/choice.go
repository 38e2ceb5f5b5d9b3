package setexpiryzero

import (
	"regexp"
	"slices"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
)

var (
	// lifetimeWords make a condition one about how long a session lasts, visitorWords one about who the visitor is.
	lifetimeWords = py.WordSet(`remember remembered rememberme keep stay persist persistent permanent browser device trusted trust session
		sessions expire expires expiry expiration lifetime duration age timeout forget public shared cookie cookies long short
		recordar recordarme recuerda recuerdame recordame mantener lembrar lembrarme lembre manter ricorda ricordami souvenir souviens
		merken angemeldet onthouden zapamietaj zapamatovat`)
	visitorWords = py.WordSet("staff superuser admin group groups role roles kiosk guest mobile ip internal impersonate demo tenant")
)

// isChoice reports whether the call is one side of a choice of lifetimes: the argument has other values or comes from the
// caller, a condition speaks of the lifetime or of the kind of visitor, or the same function or its caller sets another
// expiry as well.
func (u *use) isChoice() bool {
	v := u.event.Value
	return v.Open || slices.ContainsFunc(v.Objs, func(o *sessflow.Object) bool { return !isZero(o) }) ||
		u.fromParameter() || slices.ContainsFunc(u.conditions(), isAboutLifetime) || u.setsAnother()
}

// dataAccess matches the session where a condition asks for what it holds rather than for the session itself.
var dataAccess = regexp.MustCompile(`(\w+\.)*\bsession(\.a?get\(|\[|\.a?test_cookie_worked)|\bin (\w+\.)*session\b`)

func isAboutLifetime(condition string) bool {
	condition = dataAccess.ReplaceAllString(condition, " ")
	return slices.ContainsFunc(py.Words(condition), func(w string) bool { return lifetimeWords[w] || visitorWords[w] })
}

// fromParameter reports whether the argument is a parameter of the function, so that callers choose.
func (u *use) fromParameter() bool {
	n, ok := u.event.ValueNode.(*py.Name)
	if !ok {
		return false
	}
	b := u.event.File.Scopes.Binding(n)
	return b != nil && slices.ContainsFunc(b.Defs, func(d py.Def) bool { return d.Kind == py.ParamDef })
}

// conditions are the texts of what decides whether the call happens, here and in the functions that lead to it: the
// conditions on every path to it, and the statements around it.
func (u *use) conditions() []string {
	e := u.event
	var out []string
	for _, g := range e.Guards {
		out = append(out, py.Source(e.File.Module, g.Cond))
	}
	out = append(out, around(e.File.Module, e.Node.Range().Start)...)
	for _, c := range e.Callers {
		out = append(out, around(c.Func.File.Module, c.Call.Start)...)
	}
	u.eachCallerGuard(func(m *py.Module, g sessflow.Guard) { out = append(out, py.Source(m, g.Cond)) })
	return out
}

// eachCallerGuard calls f for the conditions under which the function is called, with the module that each stands in.
func (u *use) eachCallerGuard(f func(m *py.Module, g sessflow.Guard)) {
	for _, g := range u.event.CallerGuards {
		for _, c := range u.event.Callers {
			if c.Func.Def.Contains(g.Cond.Range()) {
				f(c.Func.File.Module, g)
				break
			}
		}
	}
}

// around returns what the compound statements around an offset look at.
func around(m *py.Module, offset int) []string {
	var out []string
	path := m.PathTo(offset)
	for i, n := range path {
		switch n := n.(type) {
		case *py.If:
			out = append(out, py.Source(m, n.Test))
		case *py.While:
			out = append(out, py.Source(m, n.Test))
		case *py.Match:
			out = append(out, py.Source(m, n.Subject))
		case *py.MatchCase:
			out = append(out, string(m.Src[n.Pattern.Start:n.Pattern.End]))
		case *py.Try:
			if i+1 < len(path) {
				if _, handler := path[i+1].(*py.Handler); handler {
					for _, s := range n.Body { // except KeyError: there was no "remember"
						out = append(out, py.Source(m, s))
					}
				}
			}
		}
	}
	return out
}

// setsAnother reports whether the function or one that calls it gives sessions another expiry too.
func (u *use) setsAnother() bool {
	functions := func(e *sessflow.Event) []*sessflow.Func {
		out := []*sessflow.Func{e.Func}
		for _, c := range e.Callers {
			out = append(out, c.Func)
		}
		return out
	}
	mine := functions(u.event)
	for _, e := range u.flow.Events {
		if e.Kind != sessflow.SetExpiry || e == u.event || onlyZero(e.Value) {
			continue
		}
		for _, f := range functions(e) {
			if f != nil && slices.Contains(mine, f) {
				return true
			}
		}
	}
	return false
}

func onlyZero(v sessflow.Value) bool {
	return !v.Open && !slices.ContainsFunc(v.Objs, func(o *sessflow.Object) bool { return !isZero(o) })
}
