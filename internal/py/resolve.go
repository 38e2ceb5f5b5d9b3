package py

import (
	"cmp"
	"slices"
	"strings"
)

// Resolve builds the scopes of m and resolves its names. It takes time in proportion to the size of m.
func Resolve(m *Module) *Scopes {
	s := &Scopes{of: make(map[Node]*Scope), names: make(map[*Name]*Binding, len(m.Src)/24)}
	r := &resolver{s: s, src: m.Src}
	r.open(ModuleScope, m, func() {
		s.Module = r.scope
		r.stmts(m.Body)
	})
	r.holes(m)
	r.bindAll()
	r.resolveAll()
	return s
}

// A resolver walks a module once, gathers what binds and what uses names, and puts them together at the end: only then is it
// known which names each scope binds.
type resolver struct {
	s     *Scopes
	src   []byte
	scope *Scope
	arm   *arm
	defs  []pendingDef
	uses  []use
	bad   []scopedSpan
}

type pendingDef struct {
	scope *Scope
	name  string
	def   Def
}

type use struct {
	name  *Name
	scope *Scope
	store bool
}

// A scopedSpan is a region that could not be parsed and the scope that it stands in.
type scopedSpan struct {
	Span
	scope *Scope
}

// An arm is one of several alternatives of which one run takes one: the body and the handlers of a try around imports, the
// two branches of an if on a version.
type arm struct {
	parent *arm
	of     Stmt
	index  int
}

// open runs body in a new scope.
func (r *resolver) open(kind ScopeKind, n Node, body func()) {
	outer, arm := r.scope, r.arm
	r.scope = &Scope{Kind: kind, Node: n, Parent: outer}
	r.s.of[n] = r.scope
	if kind != CompScope && kind != LambdaScope {
		r.arm = nil
	}
	body()
	r.scope, r.arm = outer, arm
}

func (r *resolver) def(sc *Scope, name string, d Def) {
	if name == "" {
		return
	}
	d.arm = r.arm
	r.defs = append(r.defs, pendingDef{sc, name, d})
}

func (r *resolver) declare(names []Ident, d declaration) {
	if r.scope.declared == nil {
		r.scope.declared = make(map[string]declaration)
	}
	for _, n := range names {
		r.scope.declared[n.Name] = d
	}
}

func (r *resolver) stmts(list []Stmt) {
	for _, s := range list {
		r.stmt(s)
	}
}

func (r *resolver) stmt(s Stmt) {
	switch s := s.(type) {
	case *FunctionDef:
		r.exprs(s.Decorators)
		r.params(s.Params)
		r.expr(s.Returns)
		r.def(r.scope, s.Name.Name, Def{Kind: FuncDef, Node: s, after: s.End})
		r.open(FunctionScope, s, func() {
			r.bindParams(s.Params)
			r.stmts(s.Body)
		})
	case *ClassDef:
		r.exprs(s.Decorators)
		r.args(s.Args)
		r.def(r.scope, s.Name.Name, Def{Kind: ClassDefn, Node: s, after: s.End})
		r.open(ClassScope, s, func() { r.stmts(s.Body) })
	case *Return:
		r.expr(s.Value)
	case *Delete:
		for _, t := range s.Targets {
			r.target(t, Def{Kind: DelDef, after: s.End})
		}
	case *Assign:
		r.expr(s.Value)
		for _, t := range s.Targets {
			r.target(t, Def{Value: s.Value, after: s.End})
		}
	case *AugAssign:
		r.expr(s.Value)
		r.target(s.Target, Def{Kind: AugDef, after: s.End})
	case *AnnAssign:
		r.expr(s.Annotation)
		r.expr(s.Value)
		d := Def{Value: s.Value, after: s.End}
		if s.Value == nil {
			d.Kind = AnnDef
		}
		r.target(s.Target, d)
	case *For:
		r.expr(s.Iter)
		r.target(s.Target, Def{after: s.Target.Range().End})
		r.stmts(s.Body)
		r.stmts(s.Else)
	case *While:
		r.expr(s.Test)
		r.stmts(s.Body)
		r.stmts(s.Else)
	case *If:
		r.ifStmt(s)
	case *With:
		for _, item := range s.Items {
			r.expr(item.X)
			if item.Target != nil {
				r.target(item.Target, Def{after: item.Target.Range().End})
			}
		}
		r.stmts(s.Body)
	case *Match:
		r.expr(s.Subject)
		for i := range s.Cases {
			c := &s.Cases[i]
			for _, n := range c.Captures {
				r.target(n, Def{after: c.Pattern.End})
			}
			r.expr(c.Guard)
			r.stmts(c.Body)
		}
	case *Raise:
		r.expr(s.Exc)
		r.expr(s.Cause)
	case *Try:
		r.try(s)
	case *Assert:
		r.expr(s.Test)
		r.expr(s.Msg)
	case *Import:
		r.importStmt(s)
	case *ImportFrom:
		r.importFrom(s)
	case *Global:
		r.declare(s.Names, declaredGlobal)
	case *Nonlocal:
		r.declare(s.Names, declaredNonlocal)
	case *ExprStmt:
		r.expr(s.X)
	case *TypeAlias:
		r.expr(s.Value)
		r.def(r.scope, s.Name.Name, Def{Node: s, after: s.End})
	case *Print:
		r.exprs(s.Args)
	case *BadStmt:
		r.bad = append(r.bad, scopedSpan{s.Span, r.scope})
	}
}

func (r *resolver) ifStmt(s *If) {
	r.expr(s.Test)
	outer := r.arm
	if testsVersion(s.Test) {
		r.arm = &arm{outer, s, 0}
		r.stmts(s.Body)
		r.arm = &arm{outer, s, 1}
		r.stmts(s.Else)
	} else {
		r.stmts(s.Body)
		r.stmts(s.Else)
	}
	r.arm = outer
}

func (r *resolver) try(s *Try) {
	outer := r.arm
	r.arm = &arm{outer, s, 0}
	r.stmts(s.Body)
	for i := range s.Handlers {
		h := &s.Handlers[i]
		r.arm = outer
		r.expr(h.Type)
		if h.Name != nil {
			r.target(h.Name, Def{after: h.Name.End})
		}
		if catches(h.Type, "ImportError", "ModuleNotFoundError", "Exception", "BaseException") {
			r.arm = &arm{outer, s, i + 1}
		}
		r.stmts(h.Body)
	}
	r.arm = outer
	r.stmts(s.Else)
	r.stmts(s.Finally)
}

func (r *resolver) importStmt(s *Import) {
	for _, a := range s.Names {
		d := Def{Kind: ImportDef, Node: s, Target: a.Name, after: s.End}
		name := a.AsName
		if name == "" {
			name, _, _ = strings.Cut(a.Name, ".")
			d.Target = name
		}
		r.def(r.scope, name, d)
	}
}

func (r *resolver) importFrom(s *ImportFrom) {
	from := strings.Repeat(".", s.Level) + s.Module
	if s.Star {
		if r.scope.Kind == ModuleScope {
			r.s.stars = append(r.s.stars, from)
			r.s.lastStar = s.End
		}
		return
	}
	if s.Module != "" {
		from += "."
	}
	for _, a := range s.Names {
		name := a.AsName
		if name == "" {
			name = a.Name
		}
		r.def(r.scope, name, Def{Kind: ImportDef, Node: s, Target: from + a.Name, after: s.End})
	}
}

// target walks what is assigned to; d says how its names are bound.
func (r *resolver) target(e Expr, d Def) {
	switch e := e.(type) {
	case nil:
	case *Name:
		r.store(r.scope, e, d)
	case *Tuple:
		r.targets(e.Elts, d)
	case *List:
		r.targets(e.Elts, d)
	case *Starred:
		d.Value = nil
		r.target(e.X, d)
	default:
		r.expr(e)
	}
}

func (r *resolver) store(sc *Scope, n *Name, d Def) {
	d.Node = n
	r.uses = append(r.uses, use{n, sc, true})
	r.def(sc, n.ID, d)
}

// targets walks the elements of a tuple or list that is assigned to. Where the value is a display of the same length, each
// element has a value of its own.
func (r *resolver) targets(elts []Expr, d Def) {
	values := displayed(d.Value)
	if len(values) != len(elts) || slices.ContainsFunc(elts, isStarred) || slices.ContainsFunc(values, isStarred) {
		values = nil
	}
	for i, e := range elts {
		d.Value = nil
		if values != nil {
			d.Value = values[i]
		}
		r.target(e, d)
	}
}

// displayed returns the elements of a tuple or list display.
func displayed(e Expr) []Expr {
	switch e := e.(type) {
	case *Tuple:
		return e.Elts
	case *List:
		return e.Elts
	}
	return nil
}

func isStarred(e Expr) bool {
	_, ok := e.(*Starred)
	return ok
}

// bindAll puts what binds names into the scopes. Names under a global statement go to the module, those under nonlocal to the
// next function outside that binds them.
func (r *resolver) bindAll() {
	slices.SortStableFunc(r.defs, func(a, b pendingDef) int {
		return cmp.Compare(a.def.Node.Range().Start, b.def.Node.Range().Start)
	})
	for _, d := range r.defs {
		switch d.scope.declared[d.name] {
		case declaredGlobal:
			r.s.Module.bind(d.name, d.def)
		case undeclared:
			d.scope.bind(d.name, d.def)
		}
	}
	changed := make(map[*Binding]bool)
	for _, d := range r.defs {
		if d.scope.declared[d.name] == declaredNonlocal {
			b := d.scope.nonlocal(d.name)
			b.Defs = append(b.Defs, d.def)
			changed[b] = true
		}
	}
	for b := range changed {
		slices.SortStableFunc(b.Defs, func(a, b Def) int {
			return cmp.Compare(a.Node.Range().Start, b.Node.Range().Start)
		})
	}
}

// nonlocal returns the binding that a nonlocal statement in sc means. Without one, which is a syntax error in Python, sc gets
// its own.
func (sc *Scope) nonlocal(name string) *Binding {
	for at := sc.Parent; at != nil; at = at.Parent {
		if at.Kind == FunctionScope || at.Kind == LambdaScope {
			if b := at.Bindings[name]; b != nil {
				return b
			}
		}
	}
	return sc.binding(name)
}

func (r *resolver) resolveAll() {
	for _, u := range r.uses {
		b := u.scope.lookup(u.name.ID)
		if b != nil && b.Scope == u.scope && u.scope.Kind == ClassScope && !u.store && !b.boundBefore(u.name.Start) {
			// Until a class body has bound a name, the name means the global one.
			b = r.s.Module.Bindings[u.name.ID]
		}
		if b != nil {
			r.s.names[u.name] = b
		}
	}
}
