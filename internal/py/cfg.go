package py

import (
	"fmt"
	"slices"
	"strings"
)

// A CFG is the control-flow graph of one function body, or of the top level of a module or class.
//
// The nodes of a block are what is evaluated, in order: simple statements; *FunctionDef and *ClassDef as statements that define a
// name; the condition Expr of an if or while as the last node of its block; the iterable of a for, once, in front of the loop, and
// *For itself in the loop header, where it takes the next item and binds the target; *WithEnter and *WithExit; the subject of a
// match and *CaseBind at the head of each case; *HandlerBind at the head of each except clause.
//
// The state at the end of a block is what its successors start from, over Exc edges too. So that a handler sees the state from
// before and from after each statement of a try, such a statement stands alone in its block if it can raise, and the block in
// front of it, which may be empty, has Exc edges as well.
//
// A CFG never changes once it is built.
type CFG struct {
	// Blocks are the blocks that can be reached, in reverse postorder, so that a block comes before its successors except over the
	// back edges of loops. Entry is the first; Exit and RaiseExit are always the last two.
	Blocks []*Block
	Entry  *Block
	// Exit is reached by return and by falling off the end, RaiseExit by an exception that leaves the body. They are empty.
	Exit, RaiseExit *Block
}

// A Block is a sequence of nodes that run one after the other.
type Block struct {
	// Index is the position in CFG.Blocks.
	Index int
	Nodes []Node
	// Succs holds the ordinary edges first, then the Exc ones.
	Succs []Edge
	Preds []*Block

	// While the graph is built:
	catcher *frame // whose targets the Exc edges lead to; nil if there are none yet
	raises  bool   // it has its Exc edges
	header  bool   // edges back to it may still come
}

// An Edge leads from a block to one of those that run next.
type Edge struct {
	To *Block
	// Cond is the last node of the block where the edge depends on its truth; it is free of and, or and not at its top. Nil if the
	// edge depends on no condition.
	Cond Expr
	// Taken marks the edge on which Cond is true and, from the header of a for loop, the edge into its body.
	Taken bool
	// Exc marks an edge that is taken when something raised.
	Exc bool
}

// WithEnter evaluates the item of a with statement, enters it and binds its target.
type WithEnter struct {
	With *With
	Item WithItem
}

// WithExit leaves the item of a with statement.
type WithExit struct {
	With *With
	Item WithItem
	// Raised is true where an exception is on its way out.
	Raised bool
}

// HandlerBind is the head of an except clause: its type is evaluated, its name bound.
type HandlerBind struct{ *Handler }

// CaseBind is the head of a case: its pattern has matched, its captures are bound. The guard comes behind it.
type CaseBind struct{ Case *MatchCase }

// Range returns the span of the item.
func (w *WithEnter) Range() Span { return w.Item.span() }

// Range returns the span of the item.
func (w *WithExit) Range() Span { return w.Item.span() }

// Range returns the span of the pattern.
func (c *CaseBind) Range() Span { return c.Case.Pattern }

func (w *WithItem) span() Span {
	s := w.X.Range()
	if w.Target != nil {
		s.End = w.Target.Range().End
	}
	return s
}

// BuildCFG returns the control-flow graph of body.
//
// Branches on constants (while True, if 0) have only the edge that is taken, and code that cannot be reached is left out. A
// finally body is there once for each way of leaving its try: normally, by exception, return, break and continue; inside of
// more than two other finally bodies it is there once for all. Code outside of any try has no Exc edges, but raise and
// sys.exit lead to RaiseExit. The with statement passes exceptions on unless its item is a call of contextlib.suppress.
func BuildCFG(body []Stmt) *CFG {
	g := &CFG{Entry: new(Block), Exit: new(Block), RaiseExit: new(Block)}
	b := &cfgBuilder{g: g, cur: g.Entry}
	b.stmts(body)
	link(b.cur, Edge{To: g.Exit})
	g.finish()
	return g
}

// finish drops what is not needed, orders the blocks and fills in their predecessors.
func (g *CFG) finish() {
	g.skipEmpty()
	g.setPreds(g.order())
	for _, b := range g.order() {
		g.absorb(b)
	}
	g.Blocks = g.order()
	g.setPreds(g.Blocks)
	for i, b := range g.Blocks {
		b.Index = i
		b.catcher = nil
	}
}

// setPreds fills in the predecessors of blocks.
func (g *CFG) setPreds(blocks []*Block) {
	for _, b := range blocks {
		b.Preds = nil
	}
	for _, b := range blocks {
		for _, e := range b.Succs {
			// Several edges from b make it one predecessor.
			if n := len(e.To.Preds); n == 0 || e.To.Preds[n-1] != b {
				e.To.Preds = append(e.To.Preds, b)
			}
		}
	}
}

// absorb joins b with the blocks that can only run directly behind it. Of Preds, it needs and keeps the length only. One that raises stays alone, so that the state before it
// can be told from the state behind it.
func (g *CFG) absorb(b *Block) {
	for len(b.Succs) == 1 {
		e := b.Succs[0]
		if e.Exc || e.Taken || e.Cond != nil || len(e.To.Preds) != 1 || e.To == g.Exit || e.To == g.RaiseExit || e.To == b {
			return
		}
		if e.To.raises && len(b.Nodes) > 0 {
			return
		}
		b.Nodes = append(b.Nodes, e.To.Nodes...)
		b.Succs = e.To.Succs
		b.raises = e.To.raises
		e.To.Nodes, e.To.Succs = nil, nil
	}
}

// skipEmpty makes edges go past blocks that do nothing and have one successor.
func (g *CFG) skipEmpty() {
	past := func(b *Block) *Block {
		start := b
		for len(b.Nodes) == 0 && len(b.Succs) == 1 && !b.Succs[0].Exc && b.Succs[0].To != start {
			b = b.Succs[0].To
		}
		// What was found serves the next one that comes along.
		for start != b && start.Succs[0].To != b {
			start, start.Succs[0].To = start.Succs[0].To, b
		}
		return b
	}
	seen := map[*Block]bool{g.Entry: true}
	todo := []*Block{g.Entry}
	for len(todo) > 0 {
		b := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for i := range b.Succs {
			b.Succs[i].To = past(b.Succs[i].To)
		}
		b.Succs = ordinaryFirst(b.Succs)
		for _, e := range b.Succs {
			if !seen[e.To] {
				seen[e.To] = true
				todo = append(todo, e.To)
			}
		}
	}
}

// ordinaryFirst returns edges, each once, with the Exc edges last.
func ordinaryFirst(edges []Edge) []Edge {
	if len(edges) < 2 {
		return edges
	}
	out := make([]Edge, 0, len(edges))
	seen := make(map[Edge]bool, len(edges))
	for _, exc := range []bool{false, true} {
		for _, e := range edges {
			if e.Exc == exc && !seen[e] {
				seen[e] = true
				out = append(out, e)
			}
		}
	}
	return out
}

// order returns the blocks in reverse postorder, the exits last.
func (g *CFG) order() []*Block {
	type visit struct {
		b    *Block
		next int // successors that are still to come, counted from the end
	}
	seen := map[*Block]bool{g.Entry: true, g.Exit: true, g.RaiseExit: true}
	blocks := []*Block{g.RaiseExit, g.Exit}
	stack := []visit{{g.Entry, len(g.Entry.Succs)}}
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if top.next == 0 {
			blocks = append(blocks, top.b)
			stack = stack[:len(stack)-1]
			continue
		}
		top.next--
		if to := top.b.Succs[top.next].To; !seen[to] {
			seen[to] = true
			stack = append(stack, visit{to, len(to.Succs)})
		}
	}
	slices.Reverse(blocks)
	return blocks
}

// Dump prints the graph for tests and for debugging. A node is the first line of its source, or its type and span where src is
// nil. Edges follow: "->" with their condition, "=>" those of an exception.
func (g *CFG) Dump(src []byte) string {
	var w strings.Builder
	for _, b := range g.Blocks {
		fmt.Fprintf(&w, "%s:\n", g.name(b))
		for _, n := range b.Nodes {
			fmt.Fprintf(&w, "\t%s\n", nodeText(n, src))
		}
		for _, e := range b.Succs {
			arrow := "->"
			if e.Exc {
				arrow = "=>"
			}
			fmt.Fprintf(&w, "\t%s %s", arrow, g.name(e.To))
			switch {
			case e.Cond != nil && e.Taken:
				w.WriteString(" if " + nodeText(e.Cond, src))
			case e.Cond != nil:
				w.WriteString(" unless " + nodeText(e.Cond, src))
			case e.Taken:
				w.WriteString(" next")
			}
			w.WriteByte('\n')
		}
	}
	return w.String()
}

// String is Dump without the source.
func (g *CFG) String() string { return g.Dump(nil) }

func (g *CFG) name(b *Block) string {
	switch b {
	case g.Exit:
		return "exit"
	case g.RaiseExit:
		return "raise"
	}
	return fmt.Sprintf("b%d", b.Index)
}

func nodeText(n Node, src []byte) string {
	at := n.Range()
	line := func(s Span) string {
		t, _, _ := strings.Cut(text(src, s), "\n")
		return strings.TrimRight(t, "\r")
	}
	if src == nil {
		return fmt.Sprintf("%s@%d:%d", strings.TrimPrefix(fmt.Sprintf("%T", n), "*py."), at.Start, at.End)
	}
	switch n := n.(type) {
	case *For:
		return "for " + line(n.Target.Range())
	case *WithEnter:
		return "enter " + line(at)
	case *WithExit:
		if n.Raised {
			return "exit raised " + line(n.Item.X.Range())
		}
		return "exit " + line(n.Item.X.Range())
	case *HandlerBind, *CaseBind:
		return line(Span{n.Range().Start, len(src)})
	}
	return line(at)
}
