package treesitter

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// stringExpr lowers one literal or several adjacent ones.
func (l *lowerer) stringExpr(i uint32) py.Expr {
	w := stringBuilder{l: l, span: l.span(i)}
	if l.kind(i) == kString {
		w.literal(i)
	} else {
		for c, k := range l.children(i) {
			if k == kString {
				w.literal(c)
			}
		}
	}
	return w.finish()
}

// A stringBuilder joins the parts of adjacent literals.
type stringBuilder struct {
	l     *lowerer
	span  py.Span
	parts []py.Expr // what lies before text; nil while there are no fields
	text  string
	at    py.Span // of text
	bytes bool
	field bool
	bad   bool
}

func (w *stringBuilder) literal(i uint32) {
	l := w.l
	var prefix literalPrefix
	pos, quote := 0, 0
	for c, k := range l.children(i) {
		switch k {
		case kStringStart:
			prefix = parsePrefix(l.source(c))
			if prefix.backtick {
				w.bad = true
				return
			}
			w.bytes = w.bytes || prefix.bytes
			pos = int(l.nodes[c].end)
			quote = 1
			if strings.HasSuffix(l.source(c), `"""`) || strings.HasSuffix(l.source(c), "'''") {
				quote = 3
			}
		case kInterpolation:
			w.addText(pos, int(l.nodes[c].start), prefix)
			w.interpolation(c)
			pos = int(l.nodes[c].end)
		case kStringEnd:
			// The token may start early: the scanner takes the backslashes at the end of a raw literal into it.
			w.addText(pos, int(l.nodes[c].end)-quote, prefix)
		}
	}
}

// addText appends the decoded text of src[start:end].
func (w *stringBuilder) addText(start, end int, prefix literalPrefix) {
	if start >= end {
		return
	}
	s := decode(w.l.text[start:end], prefix)
	if w.text == "" {
		w.at.Start = start
		w.text = s
	} else {
		w.text += s
	}
	w.at.End = end
}

// flush turns the text so far into a part.
func (w *stringBuilder) flush() {
	if w.text != "" {
		s := w.l.strings.alloc()
		*s = py.String{Span: w.at, Value: w.text}
		w.parts = append(w.parts, s)
		w.text = ""
	}
}

// interpolation adds a replacement field.
func (w *stringBuilder) interpolation(i uint32) {
	l := w.l
	w.field = true
	base := len(l.exprs)
	for c, k := range l.children(i) {
		switch {
		case k == kTokenEqual:
			// {x=} shows its own source first.
			end := int(l.nodes[c].end)
			for end < len(l.src) && byteClass[l.src[end]] >= byteNewline && strings.IndexByte(" \t\f\r\n", l.src[end]) >= 0 {
				end++
			}
			w.addText(int(l.nodes[i].start)+1, end, literalPrefix{raw: true})
			for _, e := range l.takeExprs(base) {
				w.flush()
				w.parts = append(w.parts, e)
			}
		case k == kFormatSpecifier:
			for _, e := range l.takeExprs(base) {
				w.flush()
				w.parts = append(w.parts, e)
			}
			for c, k := range l.children(c) {
				if k == kFormatExpression {
					w.interpolation(c)
				}
			}
		case k == kTypeConversion || k >= kTokenComma:
		default:
			e := l.expr(c)
			l.exprs = append(l.exprs, e)
		}
	}
	for _, e := range l.takeExprs(base) {
		w.flush()
		w.parts = append(w.parts, e)
	}
}

func (w *stringBuilder) finish() py.Expr {
	if w.bad {
		return w.l.badExpr(w.span)
	}
	if w.field {
		w.flush()
		return &py.FString{Span: w.span, Parts: w.parts}
	}
	s := w.l.strings.alloc()
	*s = py.String{Span: w.span, Value: w.text, Bytes: w.bytes}
	return s
}
