package py

// params walks what is evaluated where a function is defined.
func (r *resolver) params(params []*Param) {
	for _, p := range params {
		r.expr(p.Annotation)
		r.expr(p.Default)
	}
}

// bindParams binds parameters in the scope of their function.
func (r *resolver) bindParams(params []*Param) {
	for _, p := range params {
		if p.Name.Name == "" && p.Star == 0 {
			// A tuple of names, in Python 2.
			for _, name := range identifiers(text(r.src, p.Span)) {
				r.def(r.scope, name, Def{Kind: UnknownDef, Node: p.Span, after: p.End})
			}
		}
		r.def(r.scope, p.Name.Name, Def{Kind: ParamDef, Node: p, after: p.End})
	}
}

func (r *resolver) args(args []Arg) {
	for i := range args {
		r.expr(args[i].Value)
	}
}

func (r *resolver) exprs(list []Expr) {
	for _, e := range list {
		r.expr(e)
	}
}

func (r *resolver) expr(e Expr) {
	switch e := e.(type) {
	case *Name:
		r.uses = append(r.uses, use{e, r.scope, false})
	case *FString:
		r.exprs(e.Parts)
	case *Attribute:
		r.expr(e.X)
	case *Subscript:
		r.expr(e.X)
		r.expr(e.Index)
	case *Slice:
		r.expr(e.Lower)
		r.expr(e.Upper)
		r.expr(e.Step)
	case *Call:
		r.expr(e.Func)
		r.args(e.Args)
	case *BinOp:
		r.expr(e.Left)
		r.expr(e.Right)
	case *BoolOp:
		r.expr(e.Left)
		r.expr(e.Right)
	case *UnaryOp:
		r.expr(e.X)
	case *Compare:
		r.expr(e.Left)
		r.exprs(e.Rights)
	case *IfExp:
		r.expr(e.Test)
		r.expr(e.Then)
		r.expr(e.Else)
	case *Lambda:
		r.params(e.Params)
		r.open(LambdaScope, e, func() {
			r.bindParams(e.Params)
			r.expr(e.Body)
		})
	case *Tuple:
		r.exprs(e.Elts)
	case *List:
		r.exprs(e.Elts)
	case *Set:
		r.exprs(e.Elts)
	case *Dict:
		for _, item := range e.Items {
			r.expr(item.Key)
			r.expr(item.Value)
		}
	case *Comp:
		r.comp(e)
	case *Await:
		r.expr(e.X)
	case *Yield:
		r.expr(e.X)
	case *NamedExpr:
		r.expr(e.Value)
		// A walrus in a comprehension binds outside of it (PEP 572).
		sc := r.scope
		for sc.Kind == CompScope {
			sc = sc.Parent
		}
		if e.Target != nil {
			r.store(sc, e.Target, Def{Value: e.Value, after: e.End})
		}
	case *Starred:
		r.expr(e.X)
	case *BadExpr:
		r.bad = append(r.bad, scopedSpan{e.Span, r.scope})
	}
}

func (r *resolver) comp(e *Comp) {
	if len(e.Clauses) > 0 {
		r.expr(e.Clauses[0].Iter)
	}
	r.open(CompScope, e, func() {
		for i, c := range e.Clauses {
			if i > 0 {
				r.expr(c.Iter)
			}
			r.target(c.Target, Def{after: e.Start})
			r.exprs(c.Ifs)
		}
		r.expr(e.Elt)
		r.expr(e.Value)
	})
}
