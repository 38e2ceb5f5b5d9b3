package treesitter

import "github.com/sesslint/sesslint/internal/py"

func (l *lowerer) dict(i uint32) py.Expr {
	d := &py.Dict{Span: l.span(i)}
	for c, k := range l.children(i) {
		switch k {
		case kPair:
			key, value := l.pair(c)
			d.Items = append(d.Items, py.DictItem{Key: key, Value: value})
		case kDictionarySplat:
			d.Items = append(d.Items, py.DictItem{Value: l.only(c)})
		}
	}
	return d
}

func (l *lowerer) pair(i uint32) (key, value py.Expr) {
	for c, k := range l.children(i) {
		switch {
		case k >= kTokenComma:
		case key == nil:
			key = l.expr(c)
		default:
			value = l.expr(c)
		}
	}
	if key == nil {
		key = l.badExpr(l.span(i))
	}
	if value == nil {
		value = l.badExpr(py.Span{Start: key.Range().End, End: int(l.nodes[i].end)})
	}
	return key, value
}

func (l *lowerer) comprehension(i uint32, kind string) py.Expr {
	e := &py.Comp{Span: l.span(i), Kind: kind}
	for c, k := range l.children(i) {
		switch {
		case k == kForInClause:
			e.Clauses = append(e.Clauses, l.forIn(c))
		case k == kIfClause:
			if n := len(e.Clauses); n > 0 {
				e.Clauses[n-1].Ifs = append(e.Clauses[n-1].Ifs, l.only(c))
			}
		case k == kPair:
			e.Elt, e.Value = l.pair(c)
		case k < kTokenComma:
			e.Elt = l.expr(c)
		}
	}
	if e.Elt == nil || len(e.Clauses) == 0 {
		return l.badExpr(e.Span)
	}
	return e
}

func (l *lowerer) forIn(i uint32) py.CompClause {
	var clause py.CompClause
	base := len(l.exprs)
	iterable := py.Span{}
	comma := false
	for c, k := range l.children(i) {
		switch {
		case k == kTokenAsync:
			clause.Async = true
		case k == kTokenComma:
			comma = true
		case k >= kTokenComma:
		case clause.Target == nil:
			clause.Target = l.expr(c)
		default:
			if len(l.exprs) == base {
				iterable.Start = int(l.nodes[c].start)
			}
			iterable.End = int(l.nodes[c].end)
			e := l.expr(c)
			l.exprs = append(l.exprs, e)
		}
	}
	elts := l.takeExprs(base)
	switch {
	case len(elts) == 0:
		clause.Iter = l.badExpr(py.Span{Start: int(l.nodes[i].end), End: int(l.nodes[i].end)})
	case comma:
		clause.Iter = &py.Tuple{Span: iterable, Elts: elts}
	default:
		clause.Iter = elts[0]
	}
	if clause.Target == nil {
		clause.Target = l.badExpr(py.Span{Start: int(l.nodes[i].start), End: int(l.nodes[i].start)})
	}
	return clause
}
