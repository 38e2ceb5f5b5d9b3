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
	more  strings.Builder // text with what follows it, if there is more than one piece
	at    py.Span         // of text
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
			if l.src[l.nodes[c].start] == '`' {
				w.bad = true // a backtick without a second one in its line
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
	switch {
	case w.text == "":
		w.at.Start = start
		w.text = s
	case w.more.Len() == 0:
		w.more.WriteString(w.text)
		fallthrough
	default:
		w.more.WriteString(s)
	}
	w.at.End = end
}

// take returns the text so far and starts anew.
func (w *stringBuilder) take() string {
	s := w.text
	if w.more.Len() > 0 {
		s = w.more.String()
		w.more.Reset()
	}
	w.text = ""
	return s
}

// flush turns the text so far into a part.
func (w *stringBuilder) flush() {
	if w.text != "" {
		s := w.l.strings.alloc()
		*s = py.String{Span: w.at, Value: w.take()}
		w.parts = append(w.parts, s)
	}
}

// interpolation adds a replacement field: its expression, then those in its format specification.
func (w *stringBuilder) interpolation(i uint32) {
	l := w.l
	w.field = true
	l.depth++
	defer func() { l.depth-- }()
	if l.depth > maxDepth {
		w.flush()
		w.parts = append(w.parts, l.badExpr(l.span(i)))
		return
	}
	var value py.Expr
	add := func() {
		if value != nil {
			w.flush()
			w.parts = append(w.parts, value)
			value = nil
		}
	}
	for c, k := range l.children(i) {
		switch {
		case k == kTokenEqual:
			// {x=} shows its own source first.
			end := int(l.nodes[c].end)
			for end < len(l.src) && strings.IndexByte(" \t\f\r\n", l.src[end]) >= 0 {
				end++
			}
			w.addText(int(l.nodes[i].start)+1, end, literalPrefix{raw: true})
		case k == kFormatSpecifier:
			add()
			for c, k := range l.children(c) {
				if k == kFormatExpression {
					w.interpolation(c)
				}
			}
		case k == kTypeConversion || k >= kTokenComma:
		default:
			value = l.expr(c)
		}
	}
	add()
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
	*s = py.String{Span: w.span, Value: w.take(), Bytes: w.bytes}
	return s
}
