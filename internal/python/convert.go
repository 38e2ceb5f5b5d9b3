package python

import (
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
		Message:    d.Message,
		Help:       d.Help,
		At:         t.span(e, d.At),
	}
	if d.File.Scopes != nil { // nil for a file that is not Python
		f.Symbol = d.File.Scopes.Symbol(d.At.Start)
	}
	if f.Severity == 0 {
		f.Severity = meta.Severity
	}
	if f.Confidence == 0 {
		f.Confidence = meta.Confidence
	}
	for _, r := range d.Related {
		f.Related = append(f.Related, finding.Related{At: t.span(t.byPath[r.File.Path], r.At), Message: r.Message})
	}
	for _, x := range d.Fixes {
		fix := finding.Fix{Title: x.Title, Applicability: x.Applicability}
		for _, edit := range x.Edits {
			fix.Edits = append(fix.Edits, finding.Edit{
				Path: t.byPath[edit.File.Path].shown, Start: edit.At.Start, End: edit.At.End, New: edit.New,
			})
		}
		f.Fixes = append(f.Fixes, fix)
	}
	return f
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
