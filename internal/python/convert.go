package python

import (
	"strings"
	"unicode/utf8"

	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/source"
	"github.com/sesslint/sesslint/rule"
)

// finding turns what a rule reports into a finding.
func (t *Tree) finding(meta *rule.Meta, d py.Diagnostic) finding.Finding {
	e := t.byPath[d.File.Path]
	f := finding.Finding{
		Rule:       meta,
		Severity:   d.Severity,
		Confidence: d.Confidence,
		Pedantic:   d.Pedantic,
		Message:    t.legible(e, d.Message),
		Help:       t.legible(e, d.Help),
		At:         t.span(e, d.At),
	}
	if d.File.Scopes != nil { // nil for a file that is not Python
		f.Symbol = t.legible(e, d.File.Scopes.Symbol(d.At.Start))
	}
	if f.Severity == 0 {
		f.Severity = meta.Severity
	}
	if f.Confidence == 0 {
		f.Confidence = meta.Confidence
	}
	for _, r := range d.Related {
		other := t.byPath[r.File.Path]
		f.Related = append(f.Related, finding.Related{At: t.span(other, r.At), Message: t.legible(other, r.Message)})
	}
	for _, x := range d.Fixes {
		fix := finding.Fix{Title: t.legible(e, x.Title), Applicability: x.Applicability}
		for _, edit := range x.Edits {
			fix.Edits = append(fix.Edits, finding.Edit{
				Path: t.byPath[edit.File.Path].shown, Start: edit.At.Start, End: edit.At.End, New: edit.New,
			})
		}
		f.Fixes = append(f.Fixes, fix)
	}
	return f
}

// legible is Legible for a file of the tree.
func (t *Tree) legible(e *entry, text string) string {
	if utf8.ValidString(text) { // nearly always, and then the file need not be looked at
		return text
	}
	return legible(text, t.text(e).Codec() == source.SingleByte)
}

// legible makes a text valid UTF-8. What is valid stays, because a rule may quote bytes of a file within words of its own.
func legible(text string, singleByte bool) string {
	if utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for i, c := range text { // each byte that is no UTF-8 yields utf8.RuneError once
		if c == utf8.RuneError && singleByte && !strings.HasPrefix(text[i:], string(utf8.RuneError)) {
			c = rune(text[i])
		}
		b.WriteRune(c)
	}
	return b.String()
}

// span turns byte offsets into a place for people.
func (t *Tree) span(e *entry, at py.Span) finding.Span {
	return spanIn(t.text(e), at)
}

func spanIn(f *source.File, at py.Span) finding.Span {
	size := len(f.Data())
	at.Start = min(max(at.Start, 0), size)
	at.End = min(max(at.End, at.Start), size)
	s := finding.Span{Path: f.Path, Start: at.Start, End: at.End}
	s.Line, s.Column = f.Position(at.Start)
	s.EndLine, s.EndColumn = f.Position(at.End)
	return s
}
