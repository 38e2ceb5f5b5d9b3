package django

import (
	"maps"
	"slices"

	"github.com/sesslint/sesslint/internal/py"
)

// assignedNames returns the names that statements may bind, nested blocks included, with the place of the first binding.
func assignedNames(body []py.Stmt) map[string]py.Span {
	names := make(map[string]py.Span)
	var target func(e py.Expr, at py.Span)
	target = func(e py.Expr, at py.Span) {
		switch e := e.(type) {
		case *py.Name:
			if _, ok := names[e.ID]; !ok {
				names[e.ID] = at
			}
		case *py.Tuple:
			for _, x := range e.Elts {
				target(x, at)
			}
		case *py.List:
			for _, x := range e.Elts {
				target(x, at)
			}
		case *py.Starred:
			target(e.X, at)
		case *py.Subscript:
			target(e.X, at)
		}
	}
	walkStmts(body, func(s py.Stmt) bool {
		switch s := s.(type) {
		case *py.Assign:
			for _, t := range s.Targets {
				target(t, s.Span)
			}
		case *py.AnnAssign:
			if s.Value != nil {
				target(s.Target, s.Span)
			}
		case *py.AugAssign:
			target(s.Target, s.Span)
		case *py.For:
			target(s.Target, s.Span)
		case *py.ExprStmt:
			// X.append(...) and the like change X.
			if call, ok := s.X.(*py.Call); ok {
				if attr, ok := call.Func.(*py.Attribute); ok && mutators[attr.Attr.Name] {
					target(attr.X, s.Span)
				}
			}
		case *py.FunctionDef, *py.ClassDef:
			return false
		}
		return true
	})
	return names
}

// onlyExtended returns the names that statements change by +=, append() and extend() alone.
func onlyExtended(body []py.Stmt) map[string]bool {
	out := make(map[string]bool)
	other := make(map[string]bool)
	walkStmts(body, func(s py.Stmt) bool {
		switch s := s.(type) {
		case *py.AugAssign:
			if n, ok := s.Target.(*py.Name); ok && s.Op == "+" {
				out[n.ID] = true
				return true
			}
		case *py.ExprStmt:
			if call, ok := s.X.(*py.Call); ok {
				if a, ok := call.Func.(*py.Attribute); ok && (a.Attr.Name == "append" || a.Attr.Name == "extend") {
					if n, ok := a.X.(*py.Name); ok {
						out[n.ID] = true
						return true
					}
				}
			}
		}
		for name := range assignedNames([]py.Stmt{flat(s)}) {
			other[name] = true
		}
		return true
	})
	for name := range other {
		delete(out, name)
	}
	return out
}

// flat returns a statement without the blocks inside it, which walkStmts visits by themselves.
func flat(s py.Stmt) py.Stmt {
	if f, ok := s.(*py.For); ok {
		return &py.For{Span: f.Span, Target: f.Target, Iter: f.Iter}
	}
	if len(py.Bodies(s)) > 0 {
		return &py.PassStmt{}
	}
	return s
}

// assignsNamespace reports whether statements assign names through globals() and the like.
func assignsNamespace(body []py.Stmt) bool {
	found := false
	walkStmts(body, func(s py.Stmt) bool {
		if _, ok := s.(*py.FunctionDef); ok {
			return false
		}
		if len(py.Bodies(s)) > 0 {
			return true
		}
		py.Inspect(s, func(n py.Node) bool {
			if call, ok := n.(*py.Call); ok {
				switch calleeName(call.Func) {
				case "globals", "locals", "vars", "setattr", "exec":
					found = true
				}
			}
			return !found
		})
		return !found
	})
	return found
}

func sortedNames(m map[string]py.Span) []string { return slices.Sorted(maps.Keys(m)) }

// walkStmts calls visit for each statement in source order, and for those inside it unless visit returns false.
func walkStmts(body []py.Stmt, visit func(py.Stmt) bool) {
	for _, s := range body {
		if !visit(s) {
			continue
		}
		for _, b := range py.Bodies(s) {
			walkStmts(b, visit)
		}
	}
}
