package treesitter

import (
	"slices"
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

// block lowers the block below node i.
func (l *lowerer) block(i uint32) []py.Stmt {
	for c, k := range l.children(i) {
		if k == kBlock {
			return l.body(c)
		}
	}
	return nil
}

// endOf returns where a compound statement ends: behind the last statement of its last block. The node itself may go on
// over comments.
func endOf(span py.Span, blocks ...[]py.Stmt) int {
	for _, b := range slices.Backward(blocks) {
		if len(b) > 0 {
			return b[len(b)-1].Range().End
		}
	}
	return span.End
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
		arm.End = endOf(arm.Span, arm.Body, arm.Else)
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
	s := &py.For{Span: l.span(i)}
	for c, k := range l.children(i) {
		switch {
		case k == kTokenAsync:
			s.Async = true
		case k == kBlock:
			s.Body = l.body(c)
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
	s.End = endOf(s.Span, s.Body, s.Else)
	return s
}

func (l *lowerer) while(i uint32) py.Stmt {
	s := &py.While{Span: l.span(i), Test: l.test(i), Body: l.block(i), Else: l.otherwise(i)}
	s.End = endOf(s.Span, s.Body, s.Else)
	return s
}

func (l *lowerer) try(i uint32) py.Stmt {
	s := &py.Try{Span: l.span(i)}
	for c, k := range l.children(i) {
		switch k {
		case kBlock:
			s.Body = l.body(c)
		case kExcept, kExceptGroup:
			s.Handlers = append(s.Handlers, l.handler(c, k == kExceptGroup))
		case kElse:
			s.Else = l.block(c)
		case kFinally:
			s.Finally = l.block(c)
		}
	}
	s.End = endOf(s.Span, s.Body, s.Else, s.Finally)
	if len(s.Else)+len(s.Finally) == 0 && len(s.Handlers) > 0 {
		s.End = s.Handlers[len(s.Handlers)-1].End
	}
	return s
}

func (l *lowerer) handler(i uint32, star bool) py.Handler {
	h := py.Handler{Span: l.span(i), Star: star}
	comma := false
	for c, k := range l.children(i) {
		switch {
		case k == kBlock:
			h.Body = l.body(c)
		case k == kTokenComma:
			comma = true
		case k >= kTokenComma:
		case h.Type == nil && k == kAsPattern:
			h.Type, h.Name = l.asName(c)
		case h.Type == nil:
			h.Type = l.expr(c)
		case !comma || python2Name(l.source(c)):
			h.Name, _ = l.expr(c).(*py.Name)
		default:
			// PEP 758: except A, B means except (A, B).
			second := l.expr(c)
			h.Type = &py.Tuple{
				Span: py.Span{Start: h.Type.Range().Start, End: second.Range().End},
				Elts: []py.Expr{h.Type, second},
			}
		}
	}
	h.End = endOf(h.Span, h.Body)
	return h
}

// python2Name tells whether s in "except A, s" is the variable of Python 2 rather than a second class (PEP 758): a plain
// name that does not start like a class.
func python2Name(s string) bool {
	for i, r := range s {
		if !(unicode.IsLetter(r) || r == '_' || i > 0 && unicode.IsDigit(r)) {
			return false
		}
	}
	first, _ := utf8.DecodeRuneInString(s)
	return !unicode.IsUpper(first)
}

// asName lowers "X as name" where the target can only be a name.
func (l *lowerer) asName(i uint32) (x py.Expr, name *py.Name) {
	x, target := l.asPattern(i)
	name, _ = target.(*py.Name)
	return x, name
}

// asPattern lowers "X as target".
func (l *lowerer) asPattern(i uint32) (x, target py.Expr) {
	for c, k := range l.children(i) {
		switch {
		case k >= kTokenComma:
		case x == nil:
			x = l.expr(c)
		default:
			target = l.expr(c)
		}
	}
	if x == nil {
		x = l.badExpr(l.span(i))
	}
	return x, target
}

func (l *lowerer) with(i uint32) py.Stmt {
	s := &py.With{Span: l.span(i)}
	for c, k := range l.children(i) {
		switch k {
		case kTokenAsync:
			s.Async = true
		case kBlock:
			s.Body = l.body(c)
		case kWithClause:
			for c, k := range l.children(c) {
				if k == kWithItem {
					s.Items = l.withItems(s.Items, c)
				}
			}
		}
	}
	s.End = endOf(s.Span, s.Body)
	return s
}

// withItems appends the items at node i: one, or several where the parentheses around all of them were read as a tuple.
func (l *lowerer) withItems(items []py.WithItem, i uint32) []py.WithItem {
	c, ok := l.operand(i)
	if !ok {
		return append(items, py.WithItem{X: l.badExpr(l.span(i))})
	}
	switch l.kind(c) {
	case kAsPattern:
		x, target := l.asPattern(c)
		return append(items, py.WithItem{X: x, Target: target})
	case kTuple, kParenthesized:
		if l.containsAs(c) {
			for c, k := range l.children(c) {
				switch {
				case k == kAsPattern:
					x, target := l.asPattern(c)
					items = append(items, py.WithItem{X: x, Target: target})
				case k < kTokenComma:
					items = append(items, py.WithItem{X: l.expr(c)})
				}
			}
			return items
		}
	}
	return append(items, py.WithItem{X: l.expr(c)})
}

func (l *lowerer) containsAs(i uint32) bool {
	for _, k := range l.children(i) {
		if k == kAsPattern {
			return true
		}
	}
	return false
}

func (l *lowerer) decorated(i uint32) py.Stmt {
	var decorators []py.Expr
	start := int(l.nodes[i].start)
	for c, k := range l.children(i) {
		switch k {
		case kDecorator:
			decorators = append(decorators, l.only(c))
		case kFunction:
			return l.function(c, decorators, start)
		case kClass:
			return l.class(c, decorators, start)
		}
	}
	return l.badStmt(l.span(i))
}

// function lowers a def. With decorators, start is where the first of them starts.
func (l *lowerer) function(i uint32, decorators []py.Expr, start int) py.Stmt {
	s := &py.FunctionDef{Span: l.span(i), Decorators: decorators, Def: int(l.nodes[i].start)}
	if decorators != nil {
		s.Start = start
	}
	for c, k := range l.children(i) {
		switch k {
		case kTokenAsync:
			s.Async = true
		case kIdentifier:
			s.Name = l.ident(c)
		case kParameters:
			s.Params = l.params(c)
		case kType:
			s.Returns = l.expr(c)
		case kBlock:
			s.Body = l.body(c)
		}
	}
	s.End = endOf(s.Span, s.Body)
	return s
}

func (l *lowerer) class(i uint32, decorators []py.Expr, start int) py.Stmt {
	s := &py.ClassDef{Span: l.span(i), Decorators: decorators, Def: int(l.nodes[i].start)}
	if decorators != nil {
		s.Start = start
	}
	for c, k := range l.children(i) {
		switch k {
		case kIdentifier:
			s.Name = l.ident(c)
		case kArgumentList:
			s.Args = l.args(c)
		case kBlock:
			s.Body = l.body(c)
		}
	}
	s.End = endOf(s.Span, s.Body)
	return s
}

// params lowers the parameters of a def or lambda.
func (l *lowerer) params(i uint32) []*py.Param {
	var out []*py.Param
	keywordOnly := false
	for c, k := range l.children(i) {
		p := &py.Param{Span: l.span(c), KeywordOnly: keywordOnly}
		switch k {
		case kIdentifier:
			p.Name = l.ident(c)
		case kPositionalSeparator:
			for _, before := range out {
				before.PositionalOnly = true
			}
			continue
		case kKeywordSeparator:
			keywordOnly = true
			p.KeywordOnly = false
			p.Star = 1
		case kListSplatPattern, kDictionarySplatPattern:
			l.paramName(c, p)
			keywordOnly = true
			p.KeywordOnly = false
		case kTypedParameter, kDefaultParameter, kTypedDefaultParameter:
			afterEqual := false
			for c, k := range l.children(c) {
				switch {
				case k == kTokenEqual:
					afterEqual = true
				case k >= kTokenComma:
				case afterEqual:
					p.Default = l.expr(c)
				case k == kType:
					p.Annotation = l.expr(c)
				default:
					l.paramName(c, p)
				}
			}
			if p.Star > 0 {
				keywordOnly = true
				p.KeywordOnly = false
			}
		case kTuplePattern:
			// Python 2: def f(a, (b, c)). It has a place but no name.
		default:
			continue
		}
		out = append(out, p)
	}
	return out
}

// paramName sets the name and the stars of a parameter.
func (l *lowerer) paramName(i uint32, p *py.Param) {
	switch l.kind(i) {
	case kListSplatPattern:
		p.Star = 1
	case kDictionarySplatPattern:
		p.Star = 2
	default:
		p.Name = l.ident(i)
		return
	}
	if c, ok := l.operand(i); ok {
		p.Name = l.ident(c)
	}
}
