package treesitter

import "github.com/sesslint/sesslint/internal/py"

func (l *lowerer) decorated(i uint32) py.Stmt {
	var decorators []py.Expr
	start := int(l.nodes[i].start)
	for c, k := range l.children(i) {
		switch k {
		case kDecorator:
			d := l.only(c)
			l.crosses(py.Span{Start: int(l.nodes[c].start), End: d.Range().End})
			decorators = append(decorators, d)
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
	s := &py.FunctionDef{Span: l.span(i), Decorators: decorators, Body: l.block(i), Def: int(l.nodes[i].start)}
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
		}
	}
	s.End = l.endOf(s.Span, s.Body)
	return s
}

func (l *lowerer) class(i uint32, decorators []py.Expr, start int) py.Stmt {
	s := &py.ClassDef{Span: l.span(i), Decorators: decorators, Body: l.block(i), Def: int(l.nodes[i].start)}
	if decorators != nil {
		s.Start = start
	}
	for c, k := range l.children(i) {
		switch k {
		case kIdentifier:
			s.Name = l.ident(c)
		case kArgumentList:
			s.Args = l.args(c)
		}
	}
	s.End = l.endOf(s.Span, s.Body)
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
			// Python 2: def f(a, (b, c)). It has no name.
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
	case kTuplePattern:
		return // Python 2: def f(a, (b, c)=d). It has no name.
	default:
		p.Name = l.ident(i)
		return
	}
	if c, ok := l.operand(i); ok {
		p.Name = l.ident(c)
	}
}
