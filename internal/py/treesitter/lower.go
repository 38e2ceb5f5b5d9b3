package treesitter

import (
	"iter"
	"slices"
	"unsafe"

	"github.com/sesslint/sesslint/internal/py"
)

// maxDepth is how many levels deep the tree may get. What lies deeper becomes a hole, so that whoever walks the tree can
// recurse.
const maxDepth = 4000

// A lowerer turns the flat nodes of one file into a py.Module.
type lowerer struct {
	nodes []node
	kinds *kindTable
	src   []byte
	text  string // src, as a string that shares its bytes
	depth int
	holes []py.Span
	// lineEnds are the ends of the logical lines, crossing the statements that reach behind that of their line.
	lineEnds []int
	line     int // where crosses found the last span in lineEnds
	crossing []py.Span
	// placeholders are the spans that were taken out of the text, by the offset of what stands for them.
	placeholders map[int]py.Span
	// keyword is set where a keyword was read as a name, so that the statement makes no sense.
	keyword bool

	// Stacks from which finished lists are copied out.
	exprs []py.Expr
	stmts []py.Stmt

	names      slab[py.Name]
	attributes slab[py.Attribute]
	calls      slab[py.Call]
	strings    slab[py.String]
}

// A slab hands out pointers to values that were allocated many at a time.
type slab[T any] struct{ free []T }

func (s *slab[T]) alloc() *T {
	if len(s.free) == 0 {
		s.free = make([]T, 64)
	}
	p := &s.free[0]
	s.free = s.free[1:]
	return p
}

// lowerModule lowers the nodes of a file. It also returns the spans of statements that the grammar made of several logical
// lines, so that the tree is wrong there: to the grammar a line break is white space where no statement can end.
func lowerModule(src []byte, nodes []node, kinds *kindTable, r *repairer) (mod *py.Module, crossing []py.Span) {
	l := &lowerer{
		nodes: nodes, kinds: kinds, src: src, text: unsafe.String(unsafe.SliceData(src), len(src)), lineEnds: r.lineEnds,
	}
	l.holes = append(l.holes, r.gone...)
	if len(r.placeholders) > 0 {
		l.placeholders = make(map[int]py.Span, len(r.placeholders))
		for _, p := range r.placeholders {
			l.placeholders[p.at] = p.span
			l.hole(p.span)
		}
	}
	mod = &py.Module{Span: py.Span{Start: 0, End: len(src)}, Src: src, Comments: r.comments}
	mod.Body = l.body(0)
	mod.Holes = mergeSpans(l.holes)
	return mod, mergeSpans(l.crossing)
}

// crosses tells whether span reaches behind the logical line it starts in, and keeps it in mind if it does.
func (l *lowerer) crosses(span py.Span) bool {
	n := l.line
	if n >= len(l.lineEnds) || n > 0 && l.lineEnds[n-1] > span.Start {
		n, _ = slices.BinarySearch(l.lineEnds, span.Start)
	}
	for n < len(l.lineEnds) && l.lineEnds[n] <= span.Start {
		n++
	}
	l.line = n
	if n == len(l.lineEnds) || span.End <= l.lineEnds[n] {
		return false
	}
	l.crossing = append(l.crossing, span)
	return true
}

// mergeSpans sorts spans and merges those that touch.
func mergeSpans(spans []py.Span) []py.Span {
	slices.SortFunc(spans, func(a, b py.Span) int { return a.Start - b.Start })
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && s.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

func (l *lowerer) span(i uint32) py.Span {
	n := &l.nodes[i]
	return py.Span{Start: int(n.start), End: int(n.end)}
}

func (l *lowerer) kind(i uint32) kind { return l.kinds[l.nodes[i].symbol] }

func (l *lowerer) source(i uint32) string {
	n := &l.nodes[i]
	return l.text[n.start:n.end]
}

// children yields the children of node i that are not comments or line continuations, tokens included.
func (l *lowerer) children(i uint32) iter.Seq2[uint32, kind] {
	return func(yield func(uint32, kind) bool) {
		end := l.nodes[i].next
		for c := i + 1; c < end; c = l.nodes[c].next {
			k := l.kinds[l.nodes[c].symbol]
			if k == kComment || k == kLineContinuation {
				continue
			}
			if k == kError {
				l.hole(l.span(c))
				continue
			}
			if !yield(c, k) {
				return
			}
		}
	}
}

// operand returns the first child of node i that is an expression, and whether there is one.
func (l *lowerer) operand(i uint32) (uint32, bool) {
	for c, k := range l.children(i) {
		if k < kTokenComma {
			return c, true
		}
	}
	return 0, false
}

func (l *lowerer) hasError(i uint32) bool { return l.nodes[i].flags&flagHasError != 0 }

// hole records a region that could not be read.
func (l *lowerer) hole(s py.Span) { l.holes = append(l.holes, s) }

func (l *lowerer) badExpr(s py.Span) py.Expr {
	l.hole(s)
	return &py.BadExpr{Span: s}
}

func (l *lowerer) badStmt(s py.Span) py.Stmt {
	l.hole(s)
	return &py.BadStmt{Span: s}
}

func (l *lowerer) ident(i uint32) py.Ident {
	id := py.Ident{Span: l.span(i), Name: l.source(i)}
	if isReserved(id.Name) {
		l.misread(id.Span)
	}
	return id
}

func (l *lowerer) name(i uint32) *py.Name {
	n := l.names.alloc()
	n.Span, n.ID = l.span(i), l.source(i)
	if isReserved(n.ID) {
		l.misread(n.Span)
	}
	return n
}

// misread records that the grammar took a keyword for a name, as it does with an else that has no if.
func (l *lowerer) misread(s py.Span) {
	l.hole(s)
	l.keyword = true
}

// isReserved tells whether s is a keyword in all versions of Python. The grammar has tokens of their own for the constants.
func isReserved(s string) bool {
	if len(s) < 2 || len(s) > 8 || s[0] < 'a' || s[0] > 'y' {
		return false
	}
	switch s {
	case "and", "as", "assert", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally", "for",
		"from", "global", "if", "import", "in", "is", "lambda", "not", "or", "pass", "raise", "return", "try", "while",
		"with", "yield":
		return true
	}
	return false
}

// takeExprs copies the expressions above base off the stack.
func (l *lowerer) takeExprs(base int) []py.Expr {
	out := slices.Clone(l.exprs[base:])
	l.exprs = l.exprs[:base]
	return out
}

func (l *lowerer) takeStmts(base int) []py.Stmt {
	out := slices.Clone(l.stmts[base:])
	l.stmts = l.stmts[:base]
	return out
}
