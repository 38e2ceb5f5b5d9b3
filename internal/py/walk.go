package py

// Source returns the source text of a node.
func Source(m *Module, n Node) string {
	s := n.Range()
	if s.Start < 0 || s.End > len(m.Src) || s.Start > s.End {
		return ""
	}
	return string(m.Src[s.Start:s.End])
}

// Inspect calls f for n and everything below it in source order; where f returns false, what is below is left out. Control-flow
// nodes (WithEnter, CaseBind, HandlerBind) are visited as what they evaluate.
func Inspect(n Node, f func(Node) bool) {
	if n == nil || !f(n) {
		return
	}
	expr := func(xs ...Expr) {
		for _, x := range xs {
			if x != nil {
				Inspect(x, f)
			}
		}
	}
	stmts := func(list []Stmt) {
		for _, s := range list {
			Inspect(s, f)
		}
	}
	params := func(list []*Param) {
		for _, p := range list {
			if f(p) {
				expr(p.Annotation, p.Default)
			}
		}
	}
	args := func(list []Arg) {
		for i := range list {
			expr(list[i].Value)
		}
	}
	switch n := n.(type) {
	case *Module:
		stmts(n.Body)
	case *FString:
		expr(n.Parts...)
	case *Attribute:
		expr(n.X)
	case *Subscript:
		expr(n.X, n.Index)
	case *Slice:
		expr(n.Lower, n.Upper, n.Step)
	case *Call:
		expr(n.Func)
		args(n.Args)
	case *BinOp:
		expr(n.Left, n.Right)
	case *BoolOp:
		expr(n.Left, n.Right)
	case *UnaryOp:
		expr(n.X)
	case *Compare:
		expr(n.Left)
		expr(n.Rights...)
	case *IfExp:
		expr(n.Then, n.Test, n.Else)
	case *Lambda:
		params(n.Params)
		expr(n.Body)
	case *Tuple:
		expr(n.Elts...)
	case *List:
		expr(n.Elts...)
	case *Set:
		expr(n.Elts...)
	case *Dict:
		for _, it := range n.Items {
			expr(it.Key, it.Value)
		}
	case *Comp:
		expr(n.Elt, n.Value)
		for _, c := range n.Clauses {
			expr(c.Target, c.Iter)
			expr(c.Ifs...)
		}
	case *Await:
		expr(n.X)
	case *Yield:
		expr(n.X)
	case *NamedExpr:
		if n.Target != nil {
			expr(n.Target)
		}
		expr(n.Value)
	case *Starred:
		expr(n.X)
	case *FunctionDef:
		expr(n.Decorators...)
		params(n.Params)
		expr(n.Returns)
		stmts(n.Body)
	case *ClassDef:
		expr(n.Decorators...)
		args(n.Args)
		stmts(n.Body)
	case *Return:
		expr(n.Value)
	case *Delete:
		expr(n.Targets...)
	case *Assign:
		expr(n.Targets...)
		expr(n.Value)
	case *AugAssign:
		expr(n.Target, n.Value)
	case *AnnAssign:
		expr(n.Target, n.Annotation, n.Value)
	case *For:
		expr(n.Target, n.Iter)
		stmts(n.Body)
		stmts(n.Else)
	case *While:
		expr(n.Test)
		stmts(n.Body)
		stmts(n.Else)
	case *If:
		expr(n.Test)
		stmts(n.Body)
		stmts(n.Else)
	case *With:
		for _, it := range n.Items {
			expr(it.X, it.Target)
		}
		stmts(n.Body)
	case *Match:
		expr(n.Subject)
		for _, c := range n.Cases {
			for _, name := range c.Captures {
				expr(name)
			}
			expr(c.Guard)
			stmts(c.Body)
		}
	case *Raise:
		expr(n.Exc, n.Cause)
	case *Try:
		stmts(n.Body)
		for _, h := range n.Handlers {
			expr(h.Type)
			if h.Name != nil {
				expr(h.Name)
			}
			stmts(h.Body)
		}
		stmts(n.Else)
		stmts(n.Finally)
	case *Assert:
		expr(n.Test, n.Msg)
	case *ExprStmt:
		expr(n.X)
	case *TypeAlias:
		expr(n.Value)
	case *Print:
		expr(n.Args...)
	case *WithEnter:
		expr(n.Item.X, n.Item.Target)
	}
}
