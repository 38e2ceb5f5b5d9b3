package django

import (
	"slices"

	"github.com/sesslint/sesslint/internal/py"
)

// fork returns a frame for a branch.
func (f *frame) fork() *frame {
	out := *f
	out.ns = f.ns.fork()
	out.conds, out.taken = slices.Clip(f.conds), slices.Clip(f.taken)
	return &out
}

// branch runs two bodies of which one is taken, and joins what they did.
func (f *frame) branch(cond string, byDefault Tri, then, els func(*frame)) {
	a, b := f.fork(), f.fork()
	a.conds = append(a.conds, cond)
	b.conds = append(b.conds, negate(cond))
	mark := f.returnMark()
	then(a)
	f.condition(mark, cond, byDefault)
	mark = f.returnMark()
	els(b)
	f.condition(mark, negate(cond), byDefault.not())
	switch {
	case a.stopped && b.stopped:
		f.stopped = true
	case a.stopped:
		f.ns.adopt(b.ns)
	case b.stopped:
		f.ns.adopt(a.ns)
	default:
		f.ns.merge(a.ns, b.ns, cond, byDefault)
	}
}

func (f *frame) returnMark() int {
	if f.returns == nil {
		return 0
	}
	return len(*f.returns)
}

// condition adds a condition to the returns since mark.
func (f *frame) condition(mark int, cond string, byDefault Tri) {
	if f.returns == nil {
		return
	}
	for i := mark; i < len(*f.returns); i++ {
		r := &(*f.returns)[i]
		if r.cond == "" {
			r.cond, r.byDefault = cond, byDefault
		} else {
			r.cond, r.byDefault = conj(cond, r.cond), andTri(byDefault, r.byDefault)
		}
	}
}

func (f *frame) ifStmt(s *py.If) {
	t, byDefault := f.truth(s.Test)
	cond := f.src(s.Test)
	switch t {
	case Yes:
		f.skipBody(s.Else, negate(cond))
		f.known(cond, s.Body)
	case No:
		f.skipBody(s.Body, cond)
		f.known(negate(cond), s.Else)
	default:
		f.branch(cond, byDefault, func(a *frame) { a.body(s.Body) }, func(b *frame) { b.body(s.Else) })
	}
}

// known runs the branch of a condition that is known to hold.
func (f *frame) known(cond string, body []py.Stmt) {
	n := len(f.taken)
	f.taken = append(slices.Clip(f.taken), cond)
	f.body(body)
	f.taken = f.taken[:n]
}

// skipBody records the assignments of a branch that is not taken.
func (f *frame) skipBody(body []py.Stmt, cond string) {
	for name, at := range assignedNames(body) {
		if isSettingName(name) {
			f.ns.skip(name, f.step(at, "not reached: only if "+cond, nil))
		}
	}
}

// forget makes every name that body may assign unknown. A list that body only extends keeps what it has.
func (f *frame) forget(body []py.Stmt, at py.Span, reason string) {
	names := assignedNames(body)
	extended := onlyExtended(body)
	for _, name := range sortedNames(names) {
		v := unknown(reason)
		if old, ok := f.ns.own(name); ok && extended[name] {
			if l, ok := listConst(old); ok {
				v = extend(l, unknown(reason))
			}
		}
		f.assign(name, v, names[name], nil, "")
	}
	if assignsNamespace(body) {
		f.openUp(at, "settings are assigned in a loop, by names that are not known")
	}
}

// match joins all cases: patterns are not evaluated.
func (f *frame) match(s *py.Match) {
	subject := f.src(s.Subject)
	var run func(f *frame, cases []py.MatchCase)
	run = func(f *frame, cases []py.MatchCase) {
		if len(cases) == 0 {
			return
		}
		c := cases[0]
		if c.Irrefutable {
			f.body(c.Body)
			return
		}
		cond := subject + " matches " + f.src(c.Pattern)
		f.branch(cond, Maybe, func(a *frame) {
			for _, n := range c.Captures {
				a.ns.set(n.ID, unknown("it is bound by a pattern"))
			}
			a.body(c.Body)
		}, func(b *frame) { run(b, cases[1:]) })
	}
	run(f, s.Cases)
}

// forStmt unrolls a loop over a known list or dict.
func (f *frame) forStmt(s *py.For) {
	items, ok := f.elements(f.eval(s.Iter))
	if !ok || len(items) > maxLoop || hasJump(s.Body) {
		f.forget(append(slices.Clip(s.Body), s.Else...), s.Span, "it is set in a loop")
		f.forgetTarget(s.Target)
		return
	}
	for _, it := range items {
		f.store(s.Target, it, s.Span, nil)
		f.body(s.Body)
		if f.stopped {
			return
		}
	}
	f.body(s.Else)
}

func (f *frame) forgetTarget(t py.Expr) {
	switch t := t.(type) {
	case *py.Name:
		f.ns.set(t.ID, unknown("it is a loop variable"))
	case *py.Tuple:
		for _, e := range t.Elts {
			f.forgetTarget(e)
		}
	}
}

// hasJump reports whether a loop body may leave the loop early.
func hasJump(body []py.Stmt) bool {
	found := false
	walkStmts(body, func(s py.Stmt) bool {
		switch s.(type) {
		case *py.Break, *py.Continue:
			found = true
		case *py.FunctionDef, *py.ClassDef:
			return false
		}
		return !found
	})
	return found
}
