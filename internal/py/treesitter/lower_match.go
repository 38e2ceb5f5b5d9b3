package treesitter

import "github.com/sesslint/sesslint/internal/py"

func (l *lowerer) match(i uint32) py.Stmt {
	s := &py.Match{Span: l.span(i)}
	base := len(l.exprs)
	comma := false
	subject := py.Span{}
	for c, k := range l.children(i) {
		switch {
		case k == kBlock:
			for c, k := range l.children(c) {
				if k == kCase {
					s.Cases = append(s.Cases, l.matchCase(c))
				}
			}
		case k == kTokenComma:
			comma = true
			subject.End = int(l.nodes[c].end)
		case k < kTokenComma:
			if len(l.exprs) == base {
				subject.Start = int(l.nodes[c].start)
			}
			subject.End = int(l.nodes[c].end)
			e := l.expr(c)
			l.exprs = append(l.exprs, e)
		}
	}
	elts := l.takeExprs(base)
	switch {
	case len(elts) == 0:
		s.Subject = l.badExpr(py.Span{Start: s.Start, End: s.Start})
	case comma:
		s.Subject = &py.Tuple{Span: subject, Elts: elts}
	default:
		s.Subject = elts[0]
	}
	if n := len(s.Cases); n > 0 {
		s.End = s.Cases[n-1].End
	}
	return s
}

func (l *lowerer) matchCase(i uint32) py.MatchCase {
	mc := py.MatchCase{Span: l.span(i), Body: l.block(i)}
	patterns, comma := 0, false
	bare := false
	for c, k := range l.children(i) {
		switch k {
		case kCasePattern:
			if patterns == 0 {
				mc.Pattern = l.span(c)
				bare = l.isBare(c)
			}
			mc.Pattern.End = int(l.nodes[c].end)
			patterns++
			mc.Captures = l.captures(mc.Captures, c)
		case kTokenComma:
			comma = true
		case kIfClause:
			mc.Guard = l.only(c)
		}
	}
	mc.End = l.endOf(mc.Span, mc.Body)
	mc.Irrefutable = bare && patterns == 1 && !comma && mc.Guard == nil
	return mc
}

// isBare tells whether the pattern at node i is "_" or a name alone.
func (l *lowerer) isBare(i uint32) bool {
	for c, k := range l.children(i) {
		switch k {
		case kDottedName:
			return l.nodes[c].next == c+2
		case kTokenUnderscore:
			return true
		case kTuplePattern:
			// (x) is x, (x,) is not.
			inner, n := uint32(0), 0
			for c, k := range l.children(c) {
				switch k {
				case kCasePattern:
					inner = c
					n++
				case kTokenComma:
					return false
				}
			}
			return n == 1 && l.isBare(inner)
		}
	}
	return false
}

// captures appends the names that the pattern at node i binds.
func (l *lowerer) captures(names []*py.Name, i uint32) []*py.Name {
	l.depth++
	defer func() { l.depth-- }()
	if l.depth > maxDepth {
		l.hole(l.span(i))
		return names
	}
	first := true
	for c, k := range l.children(i) {
		switch k {
		case kDottedName:
			if l.nodes[c].next == c+2 && !(first && l.kind(i) == kClassPattern) {
				names = append(names, l.name(c))
			}
		case kIdentifier:
			// The name of a keyword pattern is an attribute; other identifiers are targets of "as" or behind a star.
			if l.kind(i) != kKeywordPattern {
				names = append(names, l.name(c))
			}
		default:
			if k < kTokenComma && k != kString && k != kConcatenatedString {
				names = l.captures(names, c)
			}
		}
		first = false
	}
	return names
}
