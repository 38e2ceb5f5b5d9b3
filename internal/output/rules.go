package output

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/rule"
)

// Rules writes the list of rules, one line each.
func Rules(w io.Writer, metas []*rule.Meta) error {
	width := 0
	for _, m := range metas {
		width = max(width, len(m.ID))
	}
	b := bufio.NewWriter(w)
	for _, m := range metas {
		fmt.Fprintf(b, "%-*s  %-6s  %-19s  %-7s  %s\n", width, m.ID, m.Wing, m.Category, m.Severity, m.Summary)
	}
	return b.Flush()
}

type jsonRule struct {
	ID         string        `json:"id"`
	Wing       string        `json:"wing"`
	Summary    string        `json:"summary"`
	Category   string        `json:"category"`
	Severity   string        `json:"severity"`
	Confidence string        `json:"confidence"`
	Fixes      []jsonRuleFix `json:"fixes"`
}

type jsonRuleFix struct {
	Title         string `json:"title"`
	Applicability string `json:"applicability"`
}

// RulesJSON writes the list of rules as a JSON array.
func RulesJSON(w io.Writer, metas []*rule.Meta) error {
	out := []jsonRule{}
	for _, m := range metas {
		r := jsonRule{
			ID: m.ID, Wing: string(m.Wing), Summary: m.Summary, Category: string(m.Category),
			Severity: m.Severity.String(), Confidence: m.Confidence.String(), Fixes: []jsonRuleFix{},
		}
		for _, f := range m.Fixes {
			r.Fixes = append(r.Fixes, jsonRuleFix{f.Title, f.Applicability.String()})
		}
		out = append(out, r)
	}
	return encode(w, out)
}

// Explain writes what there is to know about a rule.
func Explain(w io.Writer, m *rule.Meta) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s (%s): %s\n", m.ID, m.Wing, m.Summary)
	fmt.Fprintf(b, "category %s, severity %s, confidence %s\n", m.Category, m.Severity, m.Confidence)
	for _, f := range m.Fixes {
		fmt.Fprintf(b, "fix (%s): %s\n", f.Applicability, f.Title)
	}
	fmt.Fprintf(b, "\n%s\n", strings.TrimSpace(m.Doc))
	return b.Flush()
}

// Statistics writes the number of findings of each rule, the most frequent first, instead of the findings.
func Statistics(w io.Writer, r *Report, colour bool) error {
	type row struct {
		meta     *rule.Meta
		severity rule.Severity
		count    int
	}
	var rows []row
	for i := range r.Findings {
		f := &r.Findings[i]
		at := slices.IndexFunc(rows, func(x row) bool { return x.meta == f.Rule && x.severity == f.Severity })
		if at < 0 {
			at = len(rows)
			rows = append(rows, row{meta: f.Rule, severity: f.Severity})
		}
		rows[at].count++
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.meta.ID, b.meta.ID), cmp.Compare(b.severity, a.severity))
	})
	width := 0
	for _, x := range rows {
		width = max(width, len(x.meta.ID))
	}
	p := &printer{w: bufio.NewWriter(w), r: r, c: palette(colour)}
	for _, x := range rows {
		p.printf("%6d  %s%-7s%s  %-*s  %s\n", x.count, p.c.severity[x.severity], x.severity, p.c.reset, width, x.meta.ID, x.meta.Summary)
	}
	for _, x := range r.Problems {
		p.problem(x)
	}
	p.summary()
	return p.w.Flush()
}

// Problems writes problems alone.
func Problems(w io.Writer, problems []finding.Problem, colour bool) error {
	p := &printer{w: bufio.NewWriter(w), c: palette(colour)}
	for _, x := range problems {
		p.problem(x)
	}
	return p.w.Flush()
}
