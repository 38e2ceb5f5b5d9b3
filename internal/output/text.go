package output

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/rule"
)

// Text is written by these rules: lower case, no final stop, what is wrong and so what happens; the variable or setting is
// named; labels stand in the order of the lines; colour comes from structure, never from searching the text.

// A palette holds the escape sequences for each part of the text; all are empty without colour.
type colours struct {
	bold, gutter, label, reset string
	severity                   map[rule.Severity]string
}

func palette(on bool) colours {
	if !on {
		return colours{}
	}
	return colours{
		bold: "\x1b[1m", gutter: "\x1b[1;34m", label: "\x1b[1;34m", reset: "\x1b[0m",
		severity: map[rule.Severity]string{rule.Error: "\x1b[1;31m", rule.Warning: "\x1b[1;33m", rule.Info: "\x1b[1;36m"},
	}
}

type printer struct {
	w *bufio.Writer
	r *Report
	c colours
}

func writeText(w io.Writer, r *Report, c colours, one func(*printer, *finding.Finding)) error {
	p := &printer{w: bufio.NewWriter(w), r: r, c: c}
	for i := range r.Findings {
		one(p, &r.Findings[i])
	}
	for _, x := range r.Problems {
		p.problem(x)
	}
	p.summary()
	return p.w.Flush()
}

func (p *printer) printf(format string, args ...any) { fmt.Fprintf(p.w, format, args...) }

// place writes path:line:column, or the path alone where the whole file is meant.
func place(at finding.Span) string {
	if at.Line == 0 {
		return clean(at.Path)
	}
	return fmt.Sprintf("%s:%d:%d", clean(at.Path), at.Line, at.Column)
}

func (p *printer) concise(f *finding.Finding) {
	p.printf("%s: %s%s%s[%s] %s\n", place(f.At), p.c.severity[f.Severity], f.Severity, p.c.reset, f.Rule.ID, clean(f.Message))
}

func (p *printer) problem(x finding.Problem) {
	p.printf("%s: %sproblem%s[%s] %s\n", place(x.At), p.c.severity[rule.Error], p.c.reset, x.Kind, clean(x.Message))
}

func (p *printer) summary() {
	r := p.r
	if r.FixMode {
		p.printf("fixed %s in %s\n", Plural(r.Fixed, "finding"), Plural(r.FixedFiles, "file"))
	}
	var line string
	n := counts(r.Findings)
	switch {
	case r.Files == 0 && len(r.Findings) == 0:
		line = "no Python files were checked"
	case len(r.Findings) == 0 && r.FixMode:
		line = "no findings left in " + Plural(r.Files, "file")
	case len(r.Findings) == 0:
		line = "no findings in " + Plural(r.Files, "file")
	default:
		var parts []string
		for _, s := range []rule.Severity{rule.Error, rule.Warning, rule.Info} {
			if n[s] > 0 {
				word := s.String()
				if s == rule.Info {
					parts = append(parts, fmt.Sprintf("%d %s", n[s], word)) // it has no plural
				} else {
					parts = append(parts, Plural(n[s], word))
				}
			}
		}
		line = fmt.Sprintf("%s (%s) in %s", Plural(len(r.Findings), "finding"), strings.Join(parts, ", "), Plural(r.Files, "file"))
	}
	if r.Suppressed > 0 {
		line += fmt.Sprintf(", %d suppressed", r.Suppressed)
	}
	if len(r.Problems) > 0 {
		line += ", " + Plural(len(r.Problems), "problem")
	}
	p.printf("%s%s%s\n", p.c.bold, line, p.c.reset)
	safe, unsafe := 0, 0
	for i := range r.Findings {
		switch has := fixable(&r.Findings[i]); {
		case has[rule.Safe]:
			safe++
		case has[rule.Unsafe]:
			unsafe++
		}
	}
	if safe > 0 && !r.FixMode {
		p.printf("%d can be fixed with --fix\n", safe)
	}
	if unsafe > 0 {
		p.printf("%d can be fixed with --fix --unsafe-fixes\n", unsafe)
	}
}

func fixable(f *finding.Finding) map[rule.Applicability]bool {
	has := make(map[rule.Applicability]bool)
	for _, x := range f.Fixes {
		has[x.Applicability] = true
	}
	return has
}

// Plural writes a number with the word for what it counts, in the plural with an s where it is not 1.
func Plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// clean replaces what could change how a terminal shows the text around it: control characters, those that reverse the
// direction of writing, and bytes that are no text.
func clean(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) || c == '\u2028' || c == '\u2029' {
			return unicode.ReplacementChar
		}
		return c
	}, s)
}
