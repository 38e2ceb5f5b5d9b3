package py

// A way is how control leaves a statement.
type way uint8

const (
	normally way = iota
	byException
	byReturn
	byBreak
	byContinue
	ways
)

// A frameKind says what a frame stands for.
type frameKind uint8

const (
	loopFrame frameKind = iota
	handlersFrame
	finallyFrame
	withFrame
)

// A frame is a statement around the current one that control passes on its way out.
type frame struct {
	kind   frameKind
	parent *frame
	// watched is true where it makes a difference at which statement an exception came up.
	watched bool

	// after is where a loop goes on after break, and a with statement that suppresses exceptions after one.
	after *Block
	// again is where a loop goes on after continue.
	again *Block

	// heads are the except clauses; catchAll tells that one of them catches whatever is raised.
	heads    []*Block
	catchAll bool

	// final is a finally body; item is what a with statement leaves. Both are copied for each way that is used. A shared final is
	// there once, and ends in the block sharedEnd.
	final     []Stmt
	nested    int // how many other finally bodies it stands in
	shared    bool
	sharedEnd *Block
	with      *With
	item      WithItem
	copies    [ways]*Block

	// targets is where an exception goes.
	targets []*Block
}

const (
	// maxFinally is how many finally bodies may nest in each other before they are shared.
	maxFinally = 2
	// maxTargets is how many Exc edges a block may have before they go through a block of their own.
	maxTargets = 32
)

// A cfgBuilder builds one graph.
type cfgBuilder struct {
	g     *CFG
	cur   *Block // where the next node goes; nil if that cannot be reached
	frame *frame
	// nested is how many finally bodies the current statement stands in.
	nested int
}

// link adds an edge, unless there is nothing that it could come from.
func link(from *Block, e Edge) {
	if from == nil {
		return
	}
	from.Succs = append(from.Succs, e)
	e.To.Preds = append(e.To.Preds, from)
}

// jump ends the current block with an edge to another.
func (b *cfgBuilder) jump(to *Block) {
	link(b.cur, Edge{To: to})
	b.cur = nil
}

// start goes on in a block to which all edges are there, or at least one.
func (b *cfgBuilder) start(to *Block) {
	b.cur = to
	if len(to.Preds) == 0 {
		b.cur = nil
	}
}

// next goes on in a new block.
func (b *cfgBuilder) next() {
	to := new(Block)
	link(b.cur, Edge{To: to})
	b.cur = to
}

// push adds a frame around what comes next.
func (b *cfgBuilder) push(f *frame) *frame {
	f.parent = b.frame
	f.watched = f.watched || b.frame != nil && b.frame.watched
	b.frame = f
	return f
}

// pop removes the innermost frame.
func (b *cfgBuilder) pop() { b.frame = b.frame.parent }

// catcher returns the innermost frame that decides where an exception goes.
func (f *frame) catcher() *frame {
	for f != nil && f.kind == loopFrame {
		f = f.parent
	}
	return f
}

// raise adds the Exc edges of blk.
func (b *cfgBuilder) raise(blk *Block) {
	if blk.raises {
		return
	}
	blk.raises = true
	blk.catcher = b.frame.catcher()
	for _, t := range b.targets(b.frame) {
		link(blk, Edge{To: t, Exc: true})
	}
}

// targets returns where an exception goes that comes up inside of f.
func (b *cfgBuilder) targets(f *frame) []*Block {
	f = f.catcher()
	if f == nil {
		return []*Block{b.g.RaiseExit}
	}
	if f.targets != nil {
		return f.targets
	}
	switch f.kind {
	case handlersFrame:
		targets := append([]*Block(nil), f.heads...)
		if !f.catchAll {
			targets = append(targets, b.targets(f.parent)...)
		}
		if len(targets) > maxTargets {
			gather := new(Block)
			for _, t := range targets {
				link(gather, Edge{To: t, Exc: true})
			}
			targets = []*Block{gather}
		}
		f.targets = targets
	default:
		f.targets = []*Block{b.leave(f, byException)}
	}
	return f.targets
}

// leave returns the block to go to in order to leave f and, unless it is a loop that ends there, what is around it.
func (b *cfgBuilder) leave(f *frame, w way) *Block {
	for f != nil && f.kind == handlersFrame || f != nil && f.kind == loopFrame && w == byReturn {
		f = f.parent
	}
	switch {
	case f == nil:
		return b.g.Exit
	case f.kind == loopFrame && w == byBreak:
		return f.after
	case f.kind == loopFrame:
		return f.again
	}
	if f.copies[w] == nil {
		b.copy(f, w)
	}
	return f.copies[w]
}

// copy builds what runs when control leaves f in the way w: a copy of the finally body, or the exit of the with item.
func (b *cfgBuilder) copy(f *frame, w way) {
	cur, outer := b.cur, b.frame
	b.frame = f.parent
	switch {
	case f.kind == withFrame:
		f.copies[w] = new(Block)
		b.cur = f.copies[w]
		exit := &WithExit{With: f.with, Item: f.item, Raised: w == byException}
		if exit.Raised {
			// It goes where exceptions go anyway.
			b.cur.Nodes = append(b.cur.Nodes, exit)
		} else {
			b.add(exit)
		}
	case f.shared:
		b.share(f, w)
		b.cur = f.sharedEnd
	default:
		f.copies[w] = new(Block)
		b.cur = f.copies[w]
		b.final(f)
	}
	if b.cur != nil {
		if w == byException {
			if f.after != nil {
				link(b.cur, Edge{To: f.after})
			}
			for _, t := range b.targets(f.parent) {
				link(b.cur, Edge{To: t, Exc: true})
			}
		} else {
			link(b.cur, Edge{To: b.leave(f.parent, w)})
		}
	}
	b.cur, b.frame = cur, outer
}

// share makes the one copy of a shared finally body serve w too.
func (b *cfgBuilder) share(f *frame, w way) {
	for _, c := range f.copies {
		if c != nil {
			f.copies[w] = c
			return
		}
	}
	f.copies[w] = new(Block)
	b.cur = f.copies[w]
	b.final(f)
	if b.cur != nil {
		b.next()
	}
	f.sharedEnd = b.cur
}

// final builds a finally body in the current block.
func (b *cfgBuilder) final(f *frame) {
	outer := b.nested
	b.nested = f.nested + 1
	b.stmts(f.final)
	b.nested = outer
}

// add evaluates n in the current block and goes on behind it.
func (b *cfgBuilder) add(n Node) {
	if b.place(n) {
		b.next()
	}
}

// place evaluates n as the last node of the current block, and tells whether it had to be alone there because it can raise.
func (b *cfgBuilder) place(n Node) bool {
	alone := b.frame != nil && b.frame.watched && canRaise(n)
	if alone {
		b.watch()
	}
	b.cur.Nodes = append(b.cur.Nodes, n)
	if alone {
		b.raise(b.cur)
	}
	return alone
}

// watch makes sure that the current state reaches the handlers, and goes on in a block that is empty.
func (b *cfgBuilder) watch() {
	if len(b.cur.Nodes) == 0 && !b.cur.raises && !b.cur.header && len(b.cur.Preds) > 0 {
		covered := true
		for _, p := range b.cur.Preds {
			covered = covered && p.raises && p.catcher == b.frame.catcher()
		}
		if covered {
			return
		}
	}
	b.raise(b.cur)
	b.next()
}

// cond evaluates a condition and goes to one of two blocks.
func (b *cfgBuilder) cond(e Expr, yes, no *Block) {
	switch e := e.(type) {
	case *UnaryOp:
		if e.Op == "not" {
			b.cond(e.X, no, yes)
			return
		}
	case *BoolOp:
		right := new(Block)
		if e.Op == "and" {
			b.cond(e.Left, right, no)
		} else {
			b.cond(e.Left, yes, right)
		}
		if b.start(right); b.cur != nil {
			b.cond(e.Right, yes, no)
		}
		return
	}
	b.place(e)
	if truth, ok := literalTruth(e); ok {
		if truth {
			b.jump(yes)
		} else {
			b.jump(no)
		}
		return
	}
	link(b.cur, Edge{To: yes, Cond: e, Taken: true})
	link(b.cur, Edge{To: no, Cond: e})
	b.cur = nil
}

// literalTruth returns the truth of a literal.
func literalTruth(e Expr) (truth, ok bool) {
	switch e := e.(type) {
	case *Singleton:
		return e.Kind == "True" || e.Kind == "Ellipsis", true
	case *String:
		return e.Value != "", true
	case *Number:
		c, ok := parseNumber(e.Text)
		return c.Truth(), ok
	}
	return false, false
}
