package treesitter

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sesslint/sesslint/internal/py"
)

// test lowers the first expression below node i: the condition of an if or while.
func (l *lowerer) test(i uint32) py.Expr {
	for c, k := range l.children(i) {
		switch {
		case k == kBlock:
			return l.badExpr(py.Span{Start: int(l.nodes[i].start), End: int(l.nodes[c].start)})
		case k < kTokenComma:
			return l.expr(c)
		}
	}
	return l.badExpr(l.span(i))
}

// block lowers the block below node i. Where there is none the colon becomes a hole.
func (l *lowerer) block(i uint32) []py.Stmt {
	colon := l.span(i)
	for c, k := range l.children(i) {
		switch k {
		case kTokenColon:
			colon = l.span(c)
			l.crosses(py.Span{Start: int(l.nodes[i].start), End: colon.End})
		case kBlock:
			if body := l.body(c); len(body) > 0 {
				return body
			}
		}
	}
	l.hole(colon)
	return nil
}

// endOf returns where a compound statement ends: behind the last statement of its last block. The node itself may go on
// over comments.
func (l *lowerer) endOf(span py.Span, blocks ...[]py.Stmt) int {
	for _, b := range slices.Backward(blocks) {
		if len(b) > 0 {
			return l.semicolon(b[len(b)-1].Range().End)
		}
	}
	return span.End
}

// semicolon returns the offset behind a semicolon at end, or end if there is none: for CPython it belongs to the block.
func (l *lowerer) semicolon(end int) int {
	i := end
	for i < len(l.src) && (l.src[i] == ' ' || l.src[i] == '\t') {
		i++
	}
	if i < len(l.src) && l.src[i] == ';' {
		return i + 1
	}
	return end
}

func (l *lowerer) ifStmt(i uint32) py.Stmt {
	first := &py.If{Span: l.span(i), Test: l.test(i), Body: l.block(i)}
	arms := []*py.If{first}
	depth := l.depth
	var last []py.Stmt // the else of the last arm
	for c, k := range l.children(i) {
		switch k {
		case kElif:
			l.depth++
			if l.depth > maxDepth {
				last = []py.Stmt{l.badStmt(py.Span{Start: int(l.nodes[c].start), End: first.End})}
				break
			}
			arms = append(arms, &py.If{Span: l.span(c), Elif: true, Test: l.test(c), Body: l.block(c)})
			continue
		case kElse:
			last = l.block(c)
		default:
			continue
		}
		break
	}
	l.depth = depth
	for _, arm := range slices.Backward(arms) {
		arm.Else = last
		arm.End = l.endOf(arm.Span, arm.Body, arm.Else)
		last = []py.Stmt{arm}
	}
	return first
}

// otherwise lowers the else clause below node i.
func (l *lowerer) otherwise(i uint32) []py.Stmt {
	for c, k := range l.children(i) {
		if k == kElse {
			return l.block(c)
		}
	}
	return nil
}

func (l *lowerer) forStmt(i uint32) py.Stmt {
	s := &py.For{Span: l.span(i), Body: l.block(i)}
	for c, k := range l.children(i) {
		switch {
		case k == kTokenAsync:
			s.Async = true
		case k == kBlock:
		case k == kElse:
			s.Else = l.block(c)
		case k >= kTokenComma:
		case s.Target == nil:
			s.Target = l.expr(c)
		default:
			s.Iter = l.expr(c)
		}
	}
	at := py.Span{Start: s.Start, End: s.Start}
	if s.Target == nil {
		s.Target = l.badExpr(at)
	}
	if s.Iter == nil {
		s.Iter = l.badExpr(at)
	}
	s.End = l.endOf(s.Span, s.Body, s.Else)
	return s
}

func (l *lowerer) while(i uint32) py.Stmt {
	s := &py.While{Span: l.span(i), Test: l.test(i), Body: l.block(i), Else: l.otherwise(i)}
	s.End = l.endOf(s.Span, s.Body, s.Else)
	return s
}

func (l *lowerer) try(i uint32) py.Stmt {
	s := &py.Try{Span: l.span(i), Body: l.block(i)}
	for c, k := range l.children(i) {
		switch k {
		case kExcept, kExceptGroup:
			s.Handlers = append(s.Handlers, l.handler(c, k == kExceptGroup))
		case kElse:
			s.Else = l.block(c)
		case kFinally:
			s.Finally = l.block(c)
		}
	}
	s.End = l.endOf(s.Span, s.Body, s.Else, s.Finally)
	if len(s.Else)+len(s.Finally) == 0 && len(s.Handlers) > 0 {
		s.End = s.Handlers[len(s.Handlers)-1].End
	}
	return s
}

func (l *lowerer) handler(i uint32, star bool) py.Handler {
	h := py.Handler{Span: l.span(i), Star: star, Body: l.block(i)}
	comma := false
	for c, k := range l.children(i) {
		switch {
		case k == kBlock:
		case k == kTokenComma:
			comma = true
		case k >= kTokenComma:
		case h.Type == nil:
			target, ok := l.liftAs(c)
			h.Type = l.expr(c)
			if ok {
				h.Name, _ = l.expr(target).(*py.Name)
			}
		default:
			h.Type, h.Name = l.exceptTypes(h.Type, l.expr(c), comma)
		}
	}
	if types := l.commas(h.Type); len(types) > 1 {
		h.Type = &py.Tuple{Span: h.Type.Range(), Elts: types}
	}
	h.End = l.endOf(h.Span, h.Body)
	return h
}

// exceptTypes tells what the second operand of an except clause is: behind a comma either the variable of Python 2 or one
// more class (PEP 758), else the target of "as".
func (l *lowerer) exceptTypes(first, second py.Expr, comma bool) (py.Expr, *py.Name) {
	name, _ := second.(*py.Name)
	switch {
	case !comma, name != nil && !startsLikeClass(name.ID):
		return first, name
	case name == nil && !isClassRef(second):
		// Python 2 takes any target here.
		return first, nil
	}
	return &py.Tuple{
		Span: py.Span{Start: first.Range().Start, End: second.Range().End},
		Elts: []py.Expr{first, second},
	}, nil
}

// commas returns the operands of the "|" that stand for commas (scanner.except).
func (l *lowerer) commas(e py.Expr) []py.Expr {
	var out []py.Expr
	for {
		or, ok := e.(*py.BinOp)
		if !ok || or.Op != "," {
			break
		}
		out = append(out, or.Right)
		e = or.Left
	}
	out = append(out, e)
	slices.Reverse(out)
	return out
}

// startsLikeClass tells whether a name starts with an upper-case letter, as the names of exception classes do and those of
// variables do not.
func startsLikeClass(name string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(name, "_"))
	return unicode.IsUpper(first)
}

// isClassRef tells whether e can name an exception class: a dotted name.
func isClassRef(e py.Expr) bool {
	_, ok := e.(*py.Attribute)
	return ok
}

func (l *lowerer) with(i uint32) py.Stmt {
	s := &py.With{Span: l.span(i), Body: l.block(i)}
	for c, k := range l.children(i) {
		switch k {
		case kTokenAsync:
			s.Async = true
		case kWithClause:
			for c, k := range l.children(c) {
				if k == kWithItem {
					s.Items = l.withItems(s.Items, c)
				}
			}
		}
	}
	s.End = l.endOf(s.Span, s.Body)
	return s
}

// withItems appends the items at node i: one, or several where the parentheses around all of them were read as a tuple.
func (l *lowerer) withItems(items []py.WithItem, i uint32) []py.WithItem {
	c, ok := l.operand(i)
	if !ok {
		return append(items, py.WithItem{X: l.badExpr(l.span(i))})
	}
	switch l.kind(c) {
	case kTuple, kParenthesized:
		if l.containsAs(c) {
			for c, k := range l.children(c) {
				if k < kTokenComma {
					items = l.withItem(items, c)
				}
			}
			return items
		}
	}
	return l.withItem(items, c)
}

// withItem appends the one item at node i.
func (l *lowerer) withItem(items []py.WithItem, i uint32) []py.WithItem {
	target, ok := l.liftAs(i)
	item := py.WithItem{X: l.expr(i)}
	if ok {
		item.Target = l.expr(target)
	}
	return append(items, item)
}

func (l *lowerer) containsAs(i uint32) bool {
	for c, k := range l.children(i) {
		if k < kTokenComma && l.lastAs(c) != 0 {
			return true
		}
	}
	return false
}
