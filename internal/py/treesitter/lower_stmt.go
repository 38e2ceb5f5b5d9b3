package treesitter

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// body lowers the statements below node i.
func (l *lowerer) body(i uint32) []py.Stmt {
	base := len(l.stmts)
	end := l.nodes[i].next
	for c := i + 1; c < end; c = l.nodes[c].next {
		k := l.kind(c)
		switch {
		case k == kComment || k == kLineContinuation || k >= kTokenComma:
		case k == kError:
			l.stmts = append(l.stmts, l.badStmt(l.span(c)))
		default:
			s := l.stmt(c)
			l.stmts = append(l.stmts, s)
		}
	}
	return l.takeStmts(base)
}

func (l *lowerer) stmt(i uint32) py.Stmt {
	if l.depth >= maxDepth {
		return l.badStmt(l.span(i))
	}
	l.depth++
	s := l.stmtAt(i)
	l.depth--
	return s
}

func (l *lowerer) stmtAt(i uint32) py.Stmt {
	switch l.kind(i) {
	case kIf:
		return l.ifStmt(i)
	case kFor:
		return l.forStmt(i)
	case kWhile:
		return l.while(i)
	case kTry:
		return l.try(i)
	case kWith:
		return l.with(i)
	case kFunction:
		return l.function(i, nil, 0)
	case kClass:
		return l.class(i, nil, 0)
	case kDecorated:
		return l.decorated(i)
	case kMatch:
		return l.match(i)
	}
	span := l.span(i)
	if l.hasError(i) || l.crosses(span) {
		return l.badStmt(span)
	}
	l.keyword = false
	s := l.simple(i, span)
	if l.keyword {
		return l.badStmt(span)
	}
	return s
}

// simple lowers a statement without a block.
func (l *lowerer) simple(i uint32, span py.Span) py.Stmt {
	switch l.kind(i) {
	case kExpressionStatement:
		return l.expressionStmt(i)
	case kImport:
		return &py.Import{Span: span, Names: l.aliases(i)}
	case kImportFrom, kFutureImport:
		return l.importFrom(i)
	case kPrint:
		return &py.Print{Span: span, Args: l.operands(i)}
	case kAssert:
		s := &py.Assert{Span: span}
		for n, e := range l.operands(i) {
			if n == 0 {
				s.Test = e
			} else {
				s.Msg = e
			}
		}
		return s
	case kReturn:
		s := &py.Return{Span: span}
		if c, ok := l.operand(i); ok {
			s.Value = l.expr(c)
		}
		return s
	case kDelete:
		var operands []py.Expr
		if c, ok := l.operand(i); ok {
			if l.kind(c) == kExpressionList {
				operands = l.operands(c)
			} else {
				operands = []py.Expr{l.expr(c)}
			}
		}
		if l.src[span.Start] == 'e' {
			return &py.Print{Span: span, Args: execOperands(operands)}
		}
		return &py.Delete{Span: span, Targets: operands}
	case kRaise:
		s := &py.Raise{Span: span}
		from := false
		for c, k := range l.children(i) {
			switch {
			case k == kTokenFrom:
				from = true
			case k >= kTokenComma:
			case from:
				s.Cause = l.expr(c)
			default:
				s.Exc = l.expr(c)
			}
		}
		return s
	case kPass:
		return &py.PassStmt{Span: span}
	case kBreak:
		return &py.Break{Span: span}
	case kContinue:
		return &py.Continue{Span: span}
	case kGlobal:
		return &py.Global{Span: span, Names: l.idents(i)}
	case kNonlocal:
		return &py.Nonlocal{Span: span, Names: l.idents(i)}
	case kTypeAlias:
		return l.typeAlias(i)
	}
	return l.badStmt(span)
}

// execOperands splits "code in globals" in the operands of an exec statement, which the scanner made a del statement of.
func execOperands(operands []py.Expr) []py.Expr {
	if len(operands) > 0 {
		if cmp, ok := operands[0].(*py.Compare); ok && len(cmp.Ops) == 1 && cmp.Ops[0] == "in" {
			return append([]py.Expr{cmp.Left, cmp.Rights[0]}, operands[1:]...)
		}
	}
	return operands
}

func (l *lowerer) idents(i uint32) []py.Ident {
	var out []py.Ident
	for c, k := range l.children(i) {
		if k == kIdentifier {
			out = append(out, l.ident(c))
		}
	}
	return out
}

// expressionStmt lowers an expression, an assignment or an augmented assignment used as a statement.
func (l *lowerer) expressionStmt(i uint32) py.Stmt {
	span := l.span(i)
	comma := false
	base := len(l.exprs)
	for c, k := range l.children(i) {
		switch {
		case k == kAssignment:
			return l.assignment(c)
		case k == kAugmentedAssignment:
			return l.augAssign(c)
		case k == kTokenComma:
			comma = true
		case k < kTokenComma:
			e := l.expr(c)
			l.exprs = append(l.exprs, e)
		}
	}
	elts := l.takeExprs(base)
	switch {
	case len(elts) == 0:
		return l.badStmt(span)
	case comma:
		return &py.ExprStmt{Span: span, X: &py.Tuple{Span: span, Elts: elts}}
	}
	if bad, ok := elts[0].(*py.BadExpr); ok {
		if hole, ok := l.placeholders[span.Start]; ok && hole == bad.Span {
			return &py.BadStmt{Span: hole}
		}
	}
	return &py.ExprStmt{Span: span, X: elts[0]}
}

func (l *lowerer) assignment(i uint32) py.Stmt {
	s := &py.Assign{Span: l.span(i)}
	var annotation py.Expr
	// a = b = c is nested to the right.
	for i != 0 {
		next := uint32(0)
		var target py.Expr
		for c, k := range l.children(i) {
			switch {
			case k >= kTokenComma:
			case target == nil:
				target = l.expr(c)
			case k == kType:
				annotation = l.expr(c)
			case k == kAssignment:
				next = c
			case k == kAugmentedAssignment:
				s.Value = l.badExpr(l.span(c))
			default:
				s.Value = l.expr(c)
			}
		}
		if target == nil {
			return l.badStmt(s.Span)
		}
		s.Targets = append(s.Targets, target)
		i = next
	}
	switch {
	case annotation != nil && len(s.Targets) == 1:
		return &py.AnnAssign{Span: s.Span, Target: s.Targets[0], Annotation: annotation, Value: s.Value}
	case annotation != nil || s.Value == nil:
		return l.badStmt(s.Span)
	}
	return s
}

func (l *lowerer) augAssign(i uint32) py.Stmt {
	s := &py.AugAssign{Span: l.span(i)}
	for c, k := range l.children(i) {
		switch {
		case k >= kTokenComma:
			s.Op = strings.TrimSuffix(l.source(c), "=")
		case s.Target == nil:
			s.Target = l.expr(c)
		case k == kAssignment || k == kAugmentedAssignment:
			s.Value = l.badExpr(l.span(c))
		default:
			s.Value = l.expr(c)
		}
	}
	if s.Target == nil || s.Value == nil {
		return l.badStmt(s.Span)
	}
	return s
}

func (l *lowerer) typeAlias(i uint32) py.Stmt {
	s := &py.TypeAlias{Span: l.span(i)}
	for c, k := range l.children(i) {
		switch {
		case k != kType:
		case s.Name.Name == "":
			if name, ok := l.expr(c).(*py.Name); ok {
				s.Name = py.Ident{Span: name.Span, Name: name.ID}
			}
		default:
			s.Value = l.expr(c)
		}
	}
	if s.Value == nil || s.Name.Name == "" {
		return l.badStmt(s.Span)
	}
	return s
}

// dotted returns a dotted name without white space.
func (l *lowerer) dotted(i uint32) string {
	s := l.source(i)
	if !strings.ContainsAny(s, " \t\f\r\n\\") {
		return s
	}
	var b strings.Builder
	for c, k := range l.children(i) {
		if k == kIdentifier {
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(l.source(c))
		}
	}
	return b.String()
}

// aliases lowers the names of an import list.
func (l *lowerer) aliases(i uint32) []py.Alias {
	var out []py.Alias
	first := true
	from := l.kind(i) == kImportFrom
	for c, k := range l.children(i) {
		switch k {
		case kRelativeImport:
			first = false
		case kDottedName:
			if from && first {
				first = false
				continue
			}
			out = append(out, py.Alias{Span: l.span(c), Name: l.dotted(c)})
		case kAliasedImport:
			alias := py.Alias{Span: l.span(c)}
			for c, k := range l.children(c) {
				switch k {
				case kDottedName:
					alias.Name = l.dotted(c)
				case kIdentifier:
					alias.AsName = l.source(c)
				}
			}
			out = append(out, alias)
		}
	}
	return out
}

func (l *lowerer) importFrom(i uint32) py.Stmt {
	s := &py.ImportFrom{Span: l.span(i), Names: l.aliases(i)}
	if l.kind(i) == kFutureImport {
		s.Module = "__future__"
		return s
	}
	module := true
	for c, k := range l.children(i) {
		switch k {
		case kRelativeImport:
			module = false
			for c, k := range l.children(c) {
				switch k {
				case kImportPrefix:
					s.Level = strings.Count(l.source(c), ".")
				case kDottedName:
					s.Module = l.dotted(c)
				}
			}
		case kDottedName:
			if module {
				s.Module = l.dotted(c)
				module = false
			}
		case kWildcardImport:
			s.Star = true
		}
	}
	return s
}
