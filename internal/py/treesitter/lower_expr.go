package treesitter

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// expr lowers the expression at node i.
func (l *lowerer) expr(i uint32) py.Expr {
	if l.depth >= maxDepth {
		return l.badExpr(l.span(i))
	}
	l.depth++
	e := l.exprAt(i)
	l.depth--
	return e
}

func (l *lowerer) exprAt(i uint32) py.Expr {
	switch l.kind(i) {
	case kIdentifier, kToken, kTokenUnderscore:
		return l.name(i)
	case kInteger, kFloat:
		if span, ok := l.placeholders[int(l.nodes[i].start)]; ok {
			return &py.BadExpr{Span: span}
		}
		return &py.Number{Span: l.span(i), Text: l.source(i)}
	case kTrue, kFalse, kNone:
		return &py.Singleton{Span: l.span(i), Kind: l.source(i)}
	case kEllipsis:
		return &py.Singleton{Span: l.span(i), Kind: "Ellipsis"}
	case kString, kConcatenatedString:
		return l.stringExpr(i)
	case kAttribute, kMemberType:
		return l.attribute(i)
	case kSubscript, kGenericType:
		return l.subscript(i)
	case kSlice, kConstrainedType:
		return l.slice(i)
	case kCall:
		return l.call(i)
	case kListSplat, kListSplatPattern, kSplatType, kDictionarySplat, kDictionarySplatPattern:
		return &py.Starred{Span: l.span(i), X: l.only(i)}
	case kBinaryOperator:
		return l.binary(i, false)
	case kUnionType:
		return l.union(i)
	case kBooleanOperator:
		left, op, right := l.infix(i)
		e := &py.BoolOp{Span: l.span(i), Op: op, Left: left, Right: right}
		return l.hoist(e, &e.Span, &e.Left)
	case kUnaryOperator, kNotOperator:
		op := l.source(i + 1)
		return &py.UnaryOp{Span: l.span(i), Op: op, X: l.only(i)}
	case kComparisonOperator:
		return l.compare(i)
	case kConditional:
		return l.conditional(i)
	case kNamedExpression:
		return l.namedExpr(i)
	case kLambda:
		return l.lambda(i)
	case kAwait:
		return l.await(i)
	case kYield:
		return l.yield(i)
	case kParenthesized:
		if l.src[l.nodes[i].start] == '`' {
			return &py.FString{Span: l.span(i), Parts: []py.Expr{l.only(i)}}
		}
		return l.only(i)
	case kType, kAsPatternTarget, kWithItem, kChevron, kDecorator, kIfClause:
		return l.only(i)
	case kTuple, kTuplePattern, kExpressionList, kPatternList:
		return l.tuple(i)
	case kList, kListPattern:
		return &py.List{Span: l.span(i), Elts: l.operands(i)}
	case kSet:
		return &py.Set{Span: l.span(i), Elts: l.operands(i)}
	case kDictionary:
		return l.dict(i)
	case kListComprehension:
		return l.comprehension(i, "list")
	case kSetComprehension:
		return l.comprehension(i, "set")
	case kDictionaryComprehension:
		return l.comprehension(i, "dict")
	case kGenerator:
		return l.comprehension(i, "generator")
	}
	return l.badExpr(l.span(i))
}

// only lowers the one expression below node i.
func (l *lowerer) only(i uint32) py.Expr {
	if c, ok := l.operand(i); ok {
		return l.expr(c)
	}
	return l.badExpr(l.span(i))
}

// operands lowers the expressions below node i.
func (l *lowerer) operands(i uint32) []py.Expr {
	base := len(l.exprs)
	for c, k := range l.children(i) {
		if k < kTokenComma {
			e := l.expr(c)
			l.exprs = append(l.exprs, e)
		}
	}
	return l.takeExprs(base)
}

func (l *lowerer) attribute(i uint32) py.Expr {
	a := l.attributes.alloc()
	a.Span = l.span(i)
	for c, k := range l.children(i) {
		switch {
		case k >= kTokenComma:
		case a.X == nil:
			a.X = l.expr(c)
		default:
			a.Attr = l.ident(c)
		}
	}
	if a.X == nil {
		return l.badExpr(a.Span)
	}
	return l.hoist(a, &a.Span, &a.X)
}

func (l *lowerer) subscript(i uint32) py.Expr {
	s := &py.Subscript{Span: l.span(i)}
	base := len(l.exprs)
	commas := 0
	inner := py.Span{}
	index := func(c uint32, k kind) {
		switch k {
		case kTokenLbrack, kTokenRbrack:
		case kTokenComma:
			commas++
			inner.End = int(l.nodes[c].end)
		default:
			e := l.expr(c)
			if len(l.exprs) == base {
				inner.Start = int(l.nodes[c].start)
			}
			inner.End = int(l.nodes[c].end)
			l.exprs = append(l.exprs, e)
		}
	}
	for c, k := range l.children(i) {
		switch {
		case s.X == nil:
			s.X = l.expr(c)
		case k == kTypeParameter:
			for c, k := range l.children(c) {
				index(c, k)
			}
		default:
			index(c, k)
		}
	}
	elts := l.takeExprs(base)
	switch {
	case s.X == nil || len(elts) == 0:
		return l.badExpr(s.Span)
	case commas == 0:
		s.Index = elts[0]
		if star, ok := elts[0].(*py.Starred); ok {
			s.Index = &py.Tuple{Span: star.Span, Elts: elts}
		}
	default:
		s.Index = &py.Tuple{Span: inner, Elts: elts}
	}
	return l.hoist(s, &s.Span, &s.X)
}

func (l *lowerer) slice(i uint32) py.Expr {
	s := &py.Slice{Span: l.span(i)}
	part := 0
	for c, k := range l.children(i) {
		if k == kTokenColon {
			part++
			continue
		}
		switch part {
		case 0:
			s.Lower = l.expr(c)
		case 1:
			s.Upper = l.expr(c)
		default:
			s.Step = l.expr(c)
		}
	}
	return s
}

func (l *lowerer) call(i uint32) py.Expr {
	call := l.calls.alloc()
	call.Span = l.span(i)
	call.Rparen = call.End - 1
	for c, k := range l.children(i) {
		switch {
		case call.Func == nil:
			call.Func = l.expr(c)
		case k == kGenerator:
			call.Args = []py.Arg{{Span: l.span(c), Value: l.expr(c)}}
		case k == kArgumentList:
			call.Args = l.args(c)
		}
	}
	if call.Func == nil {
		return l.badExpr(call.Span)
	}
	return l.hoist(call, &call.Span, &call.Func)
}

// args lowers an argument list.
func (l *lowerer) args(i uint32) []py.Arg {
	n := 0
	for _, k := range l.children(i) {
		if k < kTokenComma {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	out := make([]py.Arg, 0, n)
	for c, k := range l.children(i) {
		if k >= kTokenComma {
			continue
		}
		arg := py.Arg{Span: l.span(c)}
		switch k {
		case kKeywordArgument:
			for c, k := range l.children(c) {
				switch {
				case k == kTokenEqual:
				case arg.Name.Name == "":
					arg.Name = l.ident(c)
				default:
					arg.Value = l.expr(c)
				}
			}
			if arg.Value == nil {
				arg.Value = l.badExpr(arg.Span)
			}
		case kListSplat:
			arg.Star, arg.Value = 1, l.only(c)
		case kDictionarySplat:
			arg.Star, arg.Value = 2, l.only(c)
		default:
			arg.Value = l.expr(c)
			if s, ok := arg.Value.(*py.Starred); ok {
				arg.Star, arg.Value = 1, s.X
			}
		}
		out = append(out, arg)
	}
	return out
}

// infix lowers the operands of a binary node.
func (l *lowerer) infix(i uint32) (left py.Expr, op string, right py.Expr) {
	for c, k := range l.children(i) {
		switch {
		case left == nil:
			left = l.expr(c)
		case k >= kTokenComma:
			op = l.source(c)
		default:
			right = l.expr(c)
		}
	}
	if left == nil {
		left = l.badExpr(l.span(i))
	}
	if right == nil {
		right = l.badExpr(py.Span{Start: left.Range().End, End: int(l.nodes[i].end)})
	}
	return left, op, right
}

func (l *lowerer) compare(i uint32) py.Expr {
	cmp := &py.Compare{Span: l.span(i)}
	base := len(l.exprs)
	for c, k := range l.children(i) {
		switch {
		case k >= kTokenComma:
			op := l.source(c)
			if strings.HasPrefix(op, "not") {
				op = "not in"
			} else if len(op) > 2 {
				op = "is not"
			}
			cmp.Ops = append(cmp.Ops, op)
		case cmp.Left == nil:
			cmp.Left = l.expr(c)
		default:
			e := l.expr(c)
			l.exprs = append(l.exprs, e)
		}
	}
	cmp.Rights = l.takeExprs(base)
	if cmp.Left == nil || len(cmp.Ops) != len(cmp.Rights) || len(cmp.Ops) == 0 {
		return l.badExpr(cmp.Span)
	}
	return l.hoist(cmp, &cmp.Span, &cmp.Left)
}

func (l *lowerer) namedExpr(i uint32) py.Expr {
	e := &py.NamedExpr{Span: l.span(i)}
	for c, k := range l.children(i) {
		switch {
		case k >= kTokenComma:
		case e.Target == nil:
			e.Target = l.name(c)
		default:
			e.Value = l.expr(c)
		}
	}
	if e.Target == nil || e.Value == nil {
		return l.badExpr(e.Span)
	}
	return e
}

func (l *lowerer) lambda(i uint32) py.Expr {
	e := &py.Lambda{Span: l.span(i)}
	for c, k := range l.children(i) {
		switch {
		case k == kLambdaParameters:
			e.Params = l.params(c)
		case k < kTokenComma:
			e.Body = l.expr(c)
		}
	}
	if e.Body == nil {
		return l.badExpr(e.Span)
	}
	return e
}

func (l *lowerer) yield(i uint32) py.Expr {
	e := &py.Yield{Span: l.span(i)}
	for c, k := range l.children(i) {
		switch {
		case k == kTokenFrom:
			e.From = true
		case k < kTokenComma:
			e.X = l.expr(c)
		}
	}
	return e
}
