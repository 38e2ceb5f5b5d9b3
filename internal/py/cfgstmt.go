package py

func (b *cfgBuilder) stmts(list []Stmt) {
	for _, s := range list {
		if b.cur == nil {
			return
		}
		b.stmt(s)
	}
}

// stmt adds a statement. There is a current block.
func (b *cfgBuilder) stmt(s Stmt) {
	switch s := s.(type) {
	case *If:
		b.ifStmt(s)
	case *While:
		b.while(s)
	case *For:
		b.forStmt(s)
	case *With:
		b.withStmt(s, 0)
	case *Match:
		b.match(s)
	case *Try:
		b.try(s)
	case *Return:
		b.place(s)
		b.jump(b.leave(b.frame, byReturn))
	case *Break:
		b.place(s)
		b.jump(b.leave(b.frame, byBreak))
	case *Continue:
		b.place(s)
		b.jump(b.leave(b.frame, byContinue))
	case *Raise:
		b.place(s)
		b.raise(b.cur)
		b.cur = nil
	case *ExprStmt:
		switch noReturn(s.X) {
		case raisesExit:
			b.place(s)
			b.raise(b.cur)
			b.cur = nil
		case endsProcess:
			b.place(s)
			link(b.cur, Edge{To: b.g.RaiseExit, Exc: true})
			b.cur = nil
		default:
			b.add(s)
		}
	default:
		b.add(s)
	}
}

func (b *cfgBuilder) ifStmt(s *If) {
	then, after := new(Block), new(Block)
	other := after
	if len(s.Else) > 0 {
		other = new(Block)
	}
	b.cond(s.Test, then, other)
	b.start(then)
	b.stmts(s.Body)
	link(b.cur, Edge{To: after})
	if other != after {
		b.start(other)
		b.stmts(s.Else)
		link(b.cur, Edge{To: after})
	}
	b.start(after)
}

func (b *cfgBuilder) while(s *While) {
	header, body, other, after := &Block{header: true}, new(Block), new(Block), new(Block)
	b.jump(header)
	b.start(header)
	b.cond(s.Test, body, other)
	b.push(&frame{kind: loopFrame, after: after, again: header})
	b.start(body)
	b.stmts(s.Body)
	link(b.cur, Edge{To: header})
	b.pop()
	b.start(other)
	b.stmts(s.Else)
	link(b.cur, Edge{To: after})
	b.start(after)
}

func (b *cfgBuilder) forStmt(s *For) {
	header, body, other, after := &Block{header: true}, new(Block), new(Block), new(Block)
	b.add(s.Iter)
	b.jump(header)
	b.start(header)
	b.place(s)
	link(b.cur, Edge{To: body, Taken: true})
	link(b.cur, Edge{To: other})
	b.push(&frame{kind: loopFrame, after: after, again: header})
	b.start(body)
	b.stmts(s.Body)
	link(b.cur, Edge{To: header})
	b.pop()
	b.start(other)
	b.stmts(s.Else)
	link(b.cur, Edge{To: after})
	b.start(after)
}

// withStmt adds a with statement from its item i on.
func (b *cfgBuilder) withStmt(s *With, i int) {
	if i == len(s.Items) {
		b.stmts(s.Body)
		return
	}
	item := s.Items[i]
	b.add(&WithEnter{With: s, Item: item})
	f := &frame{kind: withFrame, with: s, item: item}
	if suppresses(item.X) {
		f.after = new(Block)
		f.watched = true
	}
	b.push(f)
	b.withStmt(s, i+1)
	b.pop()
	if b.cur != nil {
		b.add(&WithExit{With: s, Item: item})
	}
	if f.after != nil {
		link(b.cur, Edge{To: f.after})
		b.start(f.after)
	}
}

func (b *cfgBuilder) match(s *Match) {
	b.place(s.Subject)
	after := new(Block)
	test := b.cur // where it is decided which of the remaining cases matches
	for i := range s.Cases {
		if test == nil {
			break
		}
		c := &s.Cases[i]
		head, miss := new(Block), new(Block)
		link(test, Edge{To: head})
		b.start(head)
		b.add(&CaseBind{c})
		if c.Guard != nil {
			body := new(Block)
			b.cond(c.Guard, body, miss)
			b.start(body)
		}
		b.stmts(c.Body)
		link(b.cur, Edge{To: after})
		switch {
		case c.Irrefutable:
			test = nil
		case len(miss.Preds) > 0:
			link(test, Edge{To: miss})
			test = miss
		}
	}
	link(test, Edge{To: after})
	b.start(after)
}

func (b *cfgBuilder) try(s *Try) {
	var final *frame
	if len(s.Finally) > 0 {
		final = b.push(&frame{kind: finallyFrame, watched: true, final: s.Finally, nested: b.nested, shared: b.nested >= maxFinally})
	}
	after := new(Block)
	var heads []*Block
	if len(s.Handlers) > 0 {
		f := &frame{kind: handlersFrame, watched: true}
		for i := range s.Handlers {
			f.heads = append(f.heads, new(Block))
			f.catchAll = f.catchAll || catches(s.Handlers[i].Type, "Exception", "BaseException")
		}
		heads = f.heads
		b.push(f)
	}
	b.next()
	entry := b.cur // stays empty
	b.next()
	b.stmts(s.Body)
	if len(heads) > 0 {
		if len(heads[0].Preds) == 0 {
			// Nothing in the body seems to raise, but its author knows better: a name that is not defined, an interrupt.
			b.raise(entry)
		}
		b.pop()
	}
	b.stmts(s.Else)
	link(b.cur, Edge{To: after})
	b.handlers(s, heads, after)
	b.start(after)
	if final == nil {
		return
	}
	b.pop()
	switch {
	case b.cur == nil:
	case final.shared:
		cur := b.cur
		b.share(final, normally)
		link(cur, Edge{To: final.copies[normally]})
		if b.cur = final.sharedEnd; b.cur != nil {
			b.next()
		}
	default:
		b.final(final)
	}
}

// handlers adds the except clauses of s, which go on at after.
func (b *cfgBuilder) handlers(s *Try, heads []*Block, after *Block) {
	var rest *Block // where an exception group goes of which earlier clauses took a part
	for i, head := range heads {
		link(rest, Edge{To: head})
		if b.start(head); b.cur == nil {
			continue
		}
		b.add(&HandlerBind{&s.Handlers[i]})
		b.stmts(s.Handlers[i].Body)
		link(b.cur, Edge{To: after})
		if s.Handlers[i].Star {
			next := new(Block)
			link(rest, Edge{To: next})
			link(b.cur, Edge{To: next})
			rest = nil
			if len(next.Preds) > 0 {
				rest = next
			}
		}
	}
	if rest != nil {
		for _, t := range b.targets(b.frame) {
			link(rest, Edge{To: t, Exc: true})
		}
	}
}

// catches tells whether an except clause for typ catches one of the named classes. Without a type it catches everything.
func catches(typ Expr, names ...string) bool {
	switch typ := typ.(type) {
	case nil:
		return true
	case *Name:
		for _, n := range names {
			if typ.ID == n {
				return true
			}
		}
	case *Attribute:
		if x, ok := typ.X.(*Name); ok && (x.ID == "builtins" || x.ID == "exceptions") {
			return catches(&Name{ID: typ.Attr.Name}, names...)
		}
	case *Tuple:
		for _, e := range typ.Elts {
			if e != nil && catches(e, names...) {
				return true
			}
		}
	}
	return false
}

// suppresses tells whether a context manager is contextlib.suppress(...).
func suppresses(e Expr) bool {
	call, ok := e.(*Call)
	if !ok {
		return false
	}
	switch f := call.Func.(type) {
	case *Name:
		return f.ID == "suppress"
	case *Attribute:
		return f.Attr.Name == "suppress"
	}
	return false
}

// A noReturnKind says how a call that does not return ends.
type noReturnKind uint8

const (
	returns     noReturnKind = iota
	raisesExit               // sys.exit raises SystemExit
	endsProcess              // os._exit and os.abort run no finally
)

func noReturn(e Expr) noReturnKind {
	if call, ok := e.(*Call); ok {
		if f, ok := call.Func.(*Attribute); ok {
			if x, ok := f.X.(*Name); ok {
				switch {
				case x.ID == "sys" && f.Attr.Name == "exit":
					return raisesExit
				case x.ID == "os" && (f.Attr.Name == "_exit" || f.Attr.Name == "abort"):
					return endsProcess
				}
			}
		}
	}
	return returns
}

// canRaise tells whether evaluating n may raise an exception, apart from one for a name that is not defined.
func canRaise(n Node) bool {
	switch n := n.(type) {
	case *PassStmt, *Break, *Continue, *Global, *Nonlocal, *TypeAlias, *HandlerBind:
		return false
	case *ExprStmt:
		return canRaise(n.X)
	case *Return:
		return n.Value != nil && canRaise(n.Value)
	case *Assign:
		return canRaise(n.Value) || anyRaises(n.Targets)
	case *AnnAssign:
		return n.Value != nil && canRaise(n.Value) || canRaise(n.Target)
	case *Delete:
		return anyRaises(n.Targets)
	case *FunctionDef:
		return len(n.Decorators) > 0 || defaultsRaise(n.Params)
	case *Lambda:
		return defaultsRaise(n.Params)
	case *CaseBind:
		return false
	case *Name, *Number, *String, *Singleton:
		return false
	case *Tuple:
		return anyRaises(n.Elts)
	case *List:
		return anyRaises(n.Elts)
	case *Set:
		return anyRaises(n.Elts)
	case *Dict:
		for _, item := range n.Items {
			if item.Key == nil || canRaise(item.Key) || canRaise(item.Value) {
				return true
			}
		}
		return false
	case *NamedExpr:
		return canRaise(n.Value)
	case *BoolOp:
		return canRaise(n.Left) || canRaise(n.Right)
	case *UnaryOp:
		if _, number := n.X.(*Number); number {
			return false
		}
		return n.Op != "not" || canRaise(n.X)
	case *IfExp:
		return canRaise(n.Test) || canRaise(n.Then) || canRaise(n.Else)
	case *Compare:
		for _, op := range n.Ops {
			switch op {
			case "is", "is not", "==", "!=":
			default:
				return true
			}
		}
		return canRaise(n.Left) || anyRaises(n.Rights)
	}
	return true
}

func anyRaises(list []Expr) bool {
	for _, e := range list {
		if canRaise(e) {
			return true
		}
	}
	return false
}

func defaultsRaise(params []*Param) bool {
	for _, p := range params {
		if p.Default != nil && canRaise(p.Default) {
			return true
		}
	}
	return false
}
