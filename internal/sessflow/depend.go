package sessflow

import (
	"slices"

	"github.com/sesslint/sesslint/internal/py"
)

// Code often marks the session only if it changed something: if len(cart) < before, if changed, if cart.pop(k, None). Whether
// such a condition is true depends on the change itself, so the path on which the change happened and the condition failed
// may not exist. Mutations are not held against it.

// forgive drops the pending mutations that the condition of a branch depends on, if the other side of the branch marks the
// session.
func (a *analysis) forgive(fr *frame, w *world, cond py.Expr, taken bool) {
	if len(w.pending) == 0 || len(fr.marks) == 0 {
		return
	}
	arm, ok := fr.flow.otherArm(cond, taken)
	if !ok || !marksIn(fr.marks, arm) && !marksIn(fr.marks, fr.afterArm(cond, taken)) {
		return
	}
	var kept []*Mutation
	for _, m := range w.pending {
		if !fr.dependsOn(cond, m) {
			kept = append(kept, m)
		}
	}
	w.pending = kept
}

// marksIn reports whether one of the places where the session was marked stands in one of the statements.
func marksIn(marks map[py.Node]bool, body []py.Stmt) bool {
	for n := range marks {
		for _, s := range body {
			if s.Range().Contains(n.Range()) {
				return true
			}
		}
	}
	return false
}

// otherArm returns the statements that run where a condition of an if has the other outcome.
func (g *flow) otherArm(cond py.Expr, taken bool) ([]py.Stmt, bool) {
	s := g.ifs[cond]
	if s == nil {
		return nil, false
	}
	// The condition may be negated or a part of and/or, so that its outcome does not tell the arm: either may be meant.
	if s.Test == cond {
		if taken {
			return s.Else, true
		}
		return s.Body, true
	}
	return append(append([]py.Stmt(nil), s.Body...), s.Else...), true
}

// afterArm returns what follows the if statement of a condition, where the arm that the outcome leads to leaves the block:
// that runs only where the condition has the other outcome.
func (fr *frame) afterArm(cond py.Expr, taken bool) []py.Stmt {
	s := fr.flow.ifs[cond]
	if s == nil || s.Test == cond && !taken {
		return nil
	}
	if len(s.Body) == 0 || !endsFlow(s.Body[len(s.Body)-1]) {
		return nil
	}
	at, block := statementAt(fr.fn.File.Module.PathTo(s.Start))
	if i := slices.Index(block, at); i >= 0 {
		return block[i+1:]
	}
	return nil
}

// indexIfs maps the atomic conditions of if statements to them.
func indexIfs(cfg *py.CFG, body []py.Stmt) map[py.Expr]*py.If {
	conds := map[py.Expr]bool{}
	for _, b := range cfg.Blocks {
		for _, e := range b.Succs {
			if e.Cond != nil {
				conds[e.Cond] = true
			}
		}
	}
	out := map[py.Expr]*py.If{}
	for _, s := range body {
		py.Inspect(s, func(n py.Node) bool {
			if f, ok := n.(*py.If); ok {
				py.Inspect(f.Test, func(n py.Node) bool {
					if x, ok := n.(py.Expr); ok && conds[x] {
						out[x] = f
					}
					return true
				})
			}
			return true
		})
	}
	return out
}

// dependsOn reports whether a condition can depend on a mutation: it contains it, or reads the changed object, a variable
// set beside the change, or something computed from these.
func (fr *frame) dependsOn(cond py.Expr, m *Mutation) bool {
	if cond.Range().Contains(m.At.Range()) {
		return true
	}
	if m.Func != fr.fn {
		return true // changed in a helper: its result and all it was given may tell
	}
	names := fr.related[m]
	if names == nil {
		names = relatedNames(m)
		if fr.related == nil {
			fr.related = map[*Mutation]map[string]bool{}
		}
		fr.related[m] = names
	}
	return readsAny(fr.fn, cond, names)
}

// relatedNames are the texts of the variables and attributes whose values tell of a mutation.
func relatedNames(m *Mutation) map[string]bool {
	u := localUses{fn: m.Func, names: map[string]bool{}}
	u.add(m.Target)
	for u.spread() {
	}
	names := u.names
	names["modified"] = true
	// What is set in the same block.
	if _, block := statementAt(m.File.Module.PathTo(m.At.Range().Start)); block != nil {
		for _, s := range block {
			for _, x := range written(s) {
				names[py.Source(m.File.Module, x)] = true
			}
		}
	}
	// What is computed from these, before or after.
	for changed := true; changed; {
		changed = false
		py.Inspect(m.Func.Def, func(n py.Node) bool {
			s, ok := n.(*py.Assign)
			if !ok || !(s.Value.Range().Contains(m.At.Range()) || readsAny(m.Func, s.Value, names)) {
				return true
			}
			for _, t := range s.Targets {
				if n, ok := t.(*py.Name); ok && !names[n.ID] {
					names[n.ID] = true
					changed = true
				}
			}
			return true
		})
	}
	return names
}

// written are the variables that a simple statement sets, or changes by calling a method of theirs.
func written(s py.Stmt) []py.Expr {
	switch s := s.(type) {
	case *py.Assign:
		return s.Targets
	case *py.AugAssign:
		return []py.Expr{s.Target}
	case *py.AnnAssign:
		return []py.Expr{s.Target}
	case *py.ExprStmt:
		if c, ok := s.X.(*py.Call); ok {
			if at, ok := c.Func.(*py.Attribute); ok && isChain(at.X) {
				return []py.Expr{at.X}
			}
		}
	}
	return nil
}

// readsAny reports whether an expression reads one of the variables or attributes, or S.modified.
func readsAny(fn *Func, e py.Expr, names map[string]bool) bool {
	found := false
	py.Inspect(e, func(n py.Node) bool {
		switch n := n.(type) {
		case *py.Name:
			found = found || names[n.ID]
		case *py.Attribute:
			found = found || n.Attr.Name == "modified" && names["modified"] || names[py.Source(fn.File.Module, n)]
		case *py.Subscript: // request.session['cart'], where that is what was changed
			found = found || names[py.Source(fn.File.Module, n)]
		}
		return !found
	})
	return found
}
