package treesitter

import (
	"slices"

	"github.com/sesslint/sesslint/internal/py"
)

// This file holds what the grammar groups otherwise than Python does: it gives "^" a higher precedence than "&", "await" a
// lower one than "**", ":=" and "as" a higher one than "if"; "*" in front of an argument takes the first name only; and in an
// annotation "|" may group to the right.

// operator returns the operator of binary node i, or "".
func (l *lowerer) operator(i uint32) string {
	for c, k := range l.children(i) {
		if k >= kTokenComma {
			return l.source(c)
		}
	}
	return ""
}

// sides returns the operands of binary node i; ok is false if there are not two.
func (l *lowerer) sides(i uint32) (left, right uint32, ok bool) {
	n := 0
	for c, k := range l.children(i) {
		if k >= kTokenComma {
			continue
		}
		if n++; n == 1 {
			left = c
		} else {
			right = c
		}
	}
	return left, right, n == 2
}

// binary lowers a binary operator. With pure it is known that no "^" is grouped below a chain of "&" here.
func (l *lowerer) binary(i uint32, pure bool) py.Expr {
	op := l.operator(i)
	if op == "&" && !pure {
		if l.mixesXor(i) {
			return l.xor(i)
		}
		pure = true
	}
	left, right, ok := l.sides(i)
	if !ok {
		return l.badExpr(l.span(i))
	}
	e := &py.BinOp{Span: l.span(i), Op: op}
	if pure && l.isBinary(left, "&") {
		l.depth++
		if l.depth > maxDepth {
			e.Left = l.badExpr(l.span(left))
		} else {
			e.Left = l.binary(left, true)
		}
		l.depth--
	} else {
		e.Left = l.expr(left)
	}
	e.Right = l.expr(right)
	return l.hoist(e, &e.Span, &e.Left)
}

// isBinary tells whether node i is a binary operator op, without parentheses.
func (l *lowerer) isBinary(i uint32, op string) bool {
	return l.kind(i) == kBinaryOperator && l.operator(i) == op
}

// chain returns the operands of op below node i, which group to the left, in source order.
func (l *lowerer) chain(i uint32, op string) []uint32 {
	var out []uint32
	for l.isBinary(i, op) {
		left, right, ok := l.sides(i)
		if !ok {
			break
		}
		out = append(out, right)
		i = left
	}
	out = append(out, i)
	slices.Reverse(out)
	return out
}

// mixesXor tells whether an operand in the chain of "&" at node i is a "^".
func (l *lowerer) mixesXor(i uint32) bool {
	for l.isBinary(i, "&") {
		left, right, ok := l.sides(i)
		if !ok {
			return false
		}
		if l.isBinary(right, "^") {
			return true
		}
		i = left
	}
	return l.isBinary(i, "^")
}

// xor lowers a chain of "&" with "^" in its operands: what the grammar reads as a & (b ^ c) & d is (a & b) ^ (c & d).
func (l *lowerer) xor(i uint32) py.Expr {
	var sum, product py.Expr
	join := func(op string, left py.Expr, right py.Expr, start, end int) py.Expr {
		if left == nil {
			return right
		}
		return &py.BinOp{Span: py.Span{Start: start, End: end}, Op: op, Left: left, Right: right}
	}
	factors := l.chain(i, "&")
	depth := l.depth
	defer func() { l.depth = depth }()
	start, productStart := int(l.nodes[i].start), int(l.nodes[i].start)
	end := start
	for _, factor := range factors {
		terms := l.chain(factor, "^")
		// An operand may come to lie below all that follow it.
		if l.depth += len(terms); l.depth > maxDepth {
			return l.badExpr(l.span(i))
		}
	}
	for _, factor := range factors {
		for n, c := range l.chain(factor, "^") {
			operand := l.expr(c)
			if n > 0 {
				// A "^" before this operand ends the product.
				sum = join("^", sum, product, start, end)
				product = nil
			}
			if product == nil {
				productStart = int(l.nodes[c].start)
			}
			end = int(l.nodes[c].end)
			product = join("&", product, operand, productStart, end)
		}
	}
	return join("^", sum, product, start, end)
}

// await lowers "await x", and "await x ** y" as (await x) ** y.
func (l *lowerer) await(i uint32) py.Expr {
	span := l.span(i)
	c, ok := l.operand(i)
	if !ok {
		return l.badExpr(span)
	}
	if left, right, ok := l.sides(c); ok && l.isBinary(c, "**") {
		base := &py.Await{Span: py.Span{Start: span.Start, End: int(l.nodes[left].end)}, X: l.expr(left)}
		return &py.BinOp{Span: span, Op: "**", Left: base, Right: l.expr(right)}
	}
	return &py.Await{Span: span, X: l.expr(c)}
}

// conditional lowers "then if test else other", and "(x := then if test else other)" with all of it as the value.
func (l *lowerer) conditional(i uint32) py.Expr {
	parts := l.operands(i)
	if len(parts) != 3 {
		return l.badExpr(l.span(i))
	}
	e := &py.IfExp{Span: l.span(i), Then: parts[0], Test: parts[1], Else: parts[2]}
	if first, _ := l.operand(i); l.kind(first) == kNamedExpression {
		if named, ok := e.Then.(*py.NamedExpr); ok {
			value := l.valueOf(first)
			e.Then = named.Value
			e.Start = int(l.nodes[value].start)
			return &py.NamedExpr{Span: l.span(i), Target: named.Target, Value: e}
		}
	}
	return l.hoist(e, &e.Span, &e.Then)
}

// valueOf returns the last operand of node i.
func (l *lowerer) valueOf(i uint32) uint32 {
	last := i
	for c, k := range l.children(i) {
		if k < kTokenComma {
			last = c
		}
	}
	return last
}

// hoist makes *(a.b) of (*a).b: where the first operand of e is starred without parentheses, the star belongs to all of e.
func (l *lowerer) hoist(e py.Expr, span *py.Span, first *py.Expr) py.Expr {
	star, ok := (*first).(*py.Starred)
	if !ok || star.Start != span.Start {
		return e
	}
	whole := *span
	*first = star.X
	span.Start++
	for span.Start < span.End && byteClass[l.src[span.Start]] >= byteNewline && l.src[span.Start] != '`' {
		if l.src[span.Start] == '#' {
			break
		}
		span.Start++
	}
	return &py.Starred{Span: whole, X: e}
}

// union lowers "A | B" in an annotation. Where B is itself an unparenthesised A | B, all of it groups to the left.
func (l *lowerer) union(i uint32) py.Expr {
	// The operands in source order, found without recursion: a long chain groups to the left.
	var operands []uint32
	for stack := []uint32{i}; len(stack) > 0; {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for l.kind(i) == kType {
			c, ok := l.operand(i)
			if !ok {
				break
			}
			i = c
		}
		if left, right, ok := l.sides(i); ok && (l.kind(i) == kUnionType || l.isBinary(i, "|")) {
			stack = append(stack, right, left)
		} else {
			operands = append(operands, i)
		}
	}
	depth := l.depth
	defer func() { l.depth = depth }()
	if l.depth += len(operands); l.depth > maxDepth {
		return l.badExpr(l.span(i))
	}
	var out py.Expr
	for _, c := range operands {
		operand := l.expr(c)
		if out != nil {
			operand = &py.BinOp{
				Span: py.Span{Start: int(l.nodes[i].start), End: int(l.nodes[c].end)}, Op: "|", Left: out, Right: operand,
			}
		}
		out = operand
	}
	return out
}

// tuple lowers a tuple, or what stands in parentheses without a comma: the grammar makes a tuple of the latter where it is a
// target.
func (l *lowerer) tuple(i uint32) py.Expr {
	commas := 0
	for _, k := range l.children(i) {
		if k == kTokenComma {
			commas++
		}
	}
	backtick := l.src[l.nodes[i].start] == '`'
	if l.kind(i) == kTuplePattern && commas == 0 {
		if c, ok := l.operand(i); ok && !backtick {
			return l.expr(c)
		}
	}
	elts := l.operands(i)
	if backtick {
		return &py.FString{Span: l.span(i), Parts: elts}
	}
	return &py.Tuple{Span: l.span(i), Elts: elts}
}

// lastAs returns the "X as target" that ends the unparenthesised expression at node i, or 0.
func (l *lowerer) lastAs(i uint32) uint32 {
	for {
		switch l.kind(i) {
		case kAsPattern:
			return i
		case kConditional, kBooleanOperator, kNotOperator, kComparisonOperator, kLambda, kNamedExpression, kAwait,
			kBinaryOperator, kUnaryOperator:
			last := l.valueOf(i)
			if last == i {
				return 0
			}
			i = last
		default:
			return 0
		}
	}
}

// liftAs takes "as target" out of the end of the expression at node i, where the grammar makes "a if b else (c as d)" of
// "(a if b else c) as d", and returns the target.
func (l *lowerer) liftAs(i uint32) (target uint32, ok bool) {
	as := l.lastAs(i)
	if as == 0 {
		return 0, false
	}
	x, ok := l.operand(as)
	target = l.valueOf(as)
	if !ok || target == x {
		return 0, false
	}
	end := l.nodes[x].end
	l.nodes[as].symbol = passSymbol
	for i != as {
		l.nodes[i].end = end
		i = l.valueOf(i)
	}
	l.nodes[as].end = end
	return target, true
}
