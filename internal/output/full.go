package output

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/source"
)

// A label is one underlined range of the excerpt.
type label struct {
	at      finding.Span
	message string
	primary bool
}

// maxWidth is how many columns of a source line are shown.
const maxWidth = 160

func (p *printer) full(f *finding.Finding) {
	c := p.c
	labels := []label{{f.At, "", true}}
	var elsewhere []label
	for _, r := range f.Related {
		if l := (label{r.At, r.Message, false}); r.At.Path == f.At.Path {
			labels = append(labels, l)
		} else {
			elsewhere = append(elsewhere, l)
		}
	}
	width := 0
	for _, l := range slices.Concat(labels, elsewhere) {
		width = max(width, len(strconv.Itoa(l.at.Line)))
	}
	indent := strings.Repeat(" ", width)
	colour := c.severity[f.Severity]

	p.printf("%s%s[%s]%s%s: %s%s\n", colour, f.Severity, f.Rule.ID, c.reset, c.bold, clean(f.Message), c.reset)
	p.printf("%s%s-->%s %s\n", indent, c.gutter, c.reset, place(f.At))
	p.excerpt(indent, colour, labels)
	slices.SortStableFunc(elsewhere, func(a, b label) int {
		return cmp.Or(cmp.Compare(a.at.Path, b.at.Path), cmp.Compare(a.at.Line, b.at.Line), cmp.Compare(a.at.Column, b.at.Column))
	})
	for len(elsewhere) > 0 {
		n := 1
		for n < len(elsewhere) && elsewhere[n].at.Path == elsewhere[0].at.Path {
			n++
		}
		p.printf("%s%s:::%s %s\n", indent, c.gutter, c.reset, place(elsewhere[0].at))
		p.excerpt(indent, colour, elsewhere[:n])
		elsewhere = elsewhere[n:]
	}
	if f.Help != "" {
		p.note(indent, "help", f.Help)
	}
	for _, x := range f.Fixes {
		p.note(indent, fmt.Sprintf("fix available (%s)", x.Applicability), x.Title)
	}
	if f.Pedantic {
		p.note(indent, "note", "shown because of --pedantic")
	}
	p.printf("\n")
}

func (p *printer) note(indent, kind, text string) {
	p.printf("%s %s=%s %s%s:%s %s\n", indent, p.c.gutter, p.c.reset, p.c.bold, kind, p.c.reset, clean(text))
}

// excerpt shows the lines of the labels, each with its labels below it.
func (p *printer) excerpt(indent, colour string, labels []label) {
	file := p.r.Source(labels[0].at.Path)
	slices.SortStableFunc(labels, func(a, b label) int {
		return cmp.Or(cmp.Compare(a.at.Line, b.at.Line), cmp.Compare(a.at.Column, b.at.Column))
	})
	p.printf("%s %s|%s\n", indent, p.c.gutter, p.c.reset)
	for len(labels) > 0 {
		n := 1
		for n < len(labels) && labels[n].at.Line == labels[0].at.Line {
			n++
		}
		text := sourceLine(file, labels[0].at.Line)
		from := windowStart(text, labels[0].at.Column)
		shown := window(text, from)
		if shown != "" {
			shown = " " + shown
		}
		p.printf("%s%*d |%s%s\n", p.c.gutter, len(indent), labels[0].at.Line, p.c.reset, shown)
		for _, l := range labels[:n] {
			p.underline(indent, colour, text, from, l)
		}
		labels = labels[n:]
	}
}

// underline marks the part of a line that a label is about. Where the label goes on behind the line, so does the mark to
// the end of the line.
func (p *printer) underline(indent, colour string, line []rune, from int, l label) {
	mark, markColour := "-", p.c.label
	if l.primary {
		mark, markColour = "^", colour
	}
	end := l.at.EndColumn
	if l.at.EndLine > l.at.Line {
		end = len(line) + 1
	}
	end = min(max(end, l.at.Column+1), max(from+maxWidth, l.at.Column+1))
	before := expandedWidth(line, from, l.at.Column)
	length := max(1, expandedWidth(line, from, end)-before)
	if from > 1 {
		before += len(ellipsis)
	}
	text := strings.Repeat(mark, length)
	if l.message != "" {
		text += " " + clean(l.message)
	}
	p.printf("%s %s|%s %s%s%s%s\n", indent, p.c.gutter, p.c.reset, strings.Repeat(" ", before), markColour, text, p.c.reset)
}

const (
	ellipsis = "..."
	tabWidth = 4
)

// sourceLine returns a line as code points, one for each column of a position. Bytes of a declared encoding are shown as
// those of ISO 8859-1, which most others are close to.
func sourceLine(f *source.File, line int) []rune {
	if f == nil {
		return nil
	}
	text := f.Line(line)
	if f.Encoding() == source.Declared {
		out := make([]rune, len(text))
		for i, c := range text {
			out[i] = rune(c)
		}
		return out
	}
	if line == 1 {
		text = bytes.TrimPrefix(text, []byte("\ufeff"))
	}
	return []rune(string(text))
}

// windowStart returns the first column to show of a line so that a column can be seen.
func windowStart(line []rune, column int) int {
	if len(line) <= maxWidth || column <= maxWidth/2 {
		return 1
	}
	return column - maxWidth/4
}

// window returns the part of a line that is shown.
func window(line []rune, from int) string {
	var b strings.Builder
	if from > 1 {
		b.WriteString(ellipsis)
	}
	end := min(len(line), from-1+maxWidth)
	if from-1 < end {
		for _, c := range line[from-1 : end] {
			if c == '\t' {
				b.WriteString(strings.Repeat(" ", tabWidth))
			} else {
				b.WriteString(clean(string(c)))
			}
		}
	}
	if end < len(line) {
		b.WriteString(ellipsis)
	}
	return strings.TrimRight(b.String(), " ")
}

// expandedWidth returns how wide the columns [from, to) of a line are when tabs are expanded.
func expandedWidth(line []rune, from, to int) int {
	width := 0
	for column := from; column < to; column++ {
		if column-1 < len(line) && line[column-1] == '\t' {
			width += tabWidth
		} else {
			width++
		}
	}
	return width
}
