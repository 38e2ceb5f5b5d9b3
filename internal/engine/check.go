package engine

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/python"
	"github.com/sesslint/sesslint/internal/suppress"
	"github.com/sesslint/sesslint/rule"
)

// A Report is the result of a run.
type Report struct {
	Findings []finding.Finding // in the order of finding.Sort
	Problems []finding.Problem // in the order of finding.SortProblems
	// Files is the number of files that were checked, Suppressed the number of findings that comments hid.
	Files, Suppressed int
	// Failing is true if a finding is at least as severe as the run or its configuration allows.
	Failing bool
}

// Unread reports whether a file or rule was left out as a whole.
func (r *Report) Unread() bool {
	return slices.ContainsFunc(r.Problems, func(p finding.Problem) bool { return p.Kind == finding.Unread })
}

// Check runs the selected rules.
func (p *Plan) Check() *Report {
	r := &Report{Problems: slices.Clone(p.problems)}
	for _, t := range p.targets {
		p.checkTarget(t, r)
	}
	finding.Sort(r.Findings)
	finding.SortProblems(r.Problems)
	r.Problems = slices.Compact(r.Problems)
	unread := make(map[string]bool)
	for _, x := range r.Problems {
		unread[x.At.Path] = unread[x.At.Path] || x.Kind == finding.Unread
	}
	for _, path := range p.Files() {
		if !unread[path] {
			r.Files++
		}
	}
	return r
}

func (p *Plan) checkTarget(t *target, r *Report) {
	var analyzers []*py.Analyzer
	for _, a := range p.options.Analyzers {
		if t.selected(a.Meta) {
			analyzers = append(analyzers, a)
		}
	}
	result := t.tree.Run(analyzers)
	mine := func(shown string) bool { return p.owns(t, p.absolute(shown)) }

	for _, x := range result.FileProblems {
		if mine(x.At.Path) {
			r.Problems = append(r.Problems, x)
		}
	}
	r.Problems = append(r.Problems, result.ProgramProblems...)

	all := result.Findings
	finding.Sort(all)
	files := make(map[string]*file)
	for _, f := range result.Program.Files {
		shown := t.tree.Shown(f.Path)
		files[shown] = newFile(shown, f.Module)
	}
	for i := range all {
		if path := all[i].At.Path; files[path] == nil {
			files[path] = newFile(path, t.tree.Module(path))
			files[path].src = t.tree.Bytes(path)
		}
	}
	home := func(f *finding.Finding) string { return t.tree.HomePath(f.At.Path) }
	finding.SetFingerprints(all, home, func(f *finding.Finding) string { return files[f.At.Path].statement(f.At.Start) })

	judge := suppress.Judge{
		Known:  p.rules.IDs(),
		Locate: t.tree.Span,
		Ran: func(id, path string) bool {
			return !result.Failed[id] && slices.ContainsFunc(p.metas, func(m *rule.Meta) bool {
				return m.ID == id && m.Wing == rule.Python && t.selected(m) && !t.ignoredIn(m, p.absolute(path))
			})
		},
	}
	keep := func(f finding.Finding) {
		if f.Pedantic && !p.options.Pedantic && !t.config.Pedantic {
			return
		}
		failOn := t.config.FailOn
		if p.options.FailOn != 0 {
			failOn = p.options.FailOn
		}
		r.Failing = r.Failing || f.Severity >= failOn
		r.Findings = append(r.Findings, f)
	}
	for _, f := range all {
		switch {
		case !mine(f.At.Path) || t.ignoredIn(f.Rule, p.absolute(f.At.Path)):
		case files[f.At.Path].suppressions.Suppressed(&f):
			if !f.Pedantic || p.options.Pedantic || t.config.Pedantic {
				r.Suppressed++
			}
		default:
			keep(f)
		}
	}
	for shown, f := range files {
		if !mine(shown) {
			continue
		}
		about, hidden := f.suppressions.Findings(judge)
		finding.Sort(about)
		finding.SetFingerprints(about, home, func(x *finding.Finding) string { return f.text(x.At) })
		r.Suppressed += hidden
		for _, x := range about {
			x.Message, x.Help, x.Symbol = t.tree.Legible(shown, x.Message), t.tree.Legible(shown, x.Help), t.tree.Legible(shown, x.Symbol)
			keep(x)
		}
	}
}

// A file is what judging findings needs of one file.
type file struct {
	src          []byte
	module       *py.Module // nil if the file is not Python
	suppressions *suppress.File
	statements   []py.Span
}

func newFile(path string, m *py.Module) *file {
	if m == nil {
		m = &py.Module{} // comments of other languages suppress nothing
		return &file{suppressions: suppress.NewFile(path, m)}
	}
	return &file{src: m.Src, module: m, suppressions: suppress.NewFile(path, m)}
}

// statement returns the source of the innermost statement, without the body of a compound one, that holds an offset; the
// line of the offset where there is none.
func (f *file) statement(offset int) string {
	if f.statements == nil && f.module != nil {
		f.statements = suppress.Statements(f.module)
	}
	best := py.Span{Start: bytes.LastIndexByte(f.src[:offset], '\n') + 1, End: len(f.src)}
	if i := bytes.IndexByte(f.src[offset:], '\n'); i >= 0 {
		best.End = offset + i
	}
	for _, s := range f.statements {
		if s.Start <= offset && offset < s.End {
			best = s
		}
	}
	return string(f.src[best.Start:best.End])
}

func (f *file) text(at finding.Span) string { return string(f.src[at.Start:at.End]) }

// Settings returns what the run starts from, for each root: its configuration, and what is known of the project.
func (p *Plan) Settings() ([]finding.Facts, []finding.Problem) {
	var out []finding.Facts
	problems := slices.Clone(p.problems)
	for _, t := range p.targets {
		out = append(out, p.configuration(t))
		facts, more := t.tree.Settings()
		out = append(out, facts...)
		problems = append(problems, more...)
	}
	finding.SortProblems(problems)
	return out, problems
}

func (p *Plan) configuration(t *target) finding.Facts {
	c := t.config
	out := finding.Facts{Title: "configuration of " + p.display(t.dir) + ": defaults"}
	if c.File != "" {
		out.Title = "configuration of " + p.display(t.dir) + ": " + p.display(c.File)
	}
	var rules []string
	for _, m := range p.metas {
		if t.selected(m) {
			rules = append(rules, m.ID)
		}
	}
	failOn := c.FailOn
	if p.options.FailOn != 0 {
		failOn = p.options.FailOn
	}
	out.Facts = []finding.Fact{
		{Name: "rules", Text: strings.Join(slices.Compact(rules), ", ")},
		{Name: "exclude", Text: fmt.Sprintf("%q", c.Exclude)},
		{Name: "max-file-size", Text: fmt.Sprintf("%d bytes", c.MaxFileSize)},
		{Name: "fail-on", Text: failOn.String()},
		{Name: "pedantic", Text: fmt.Sprint(c.Pedantic || p.options.Pedantic)},
	}
	return out
}

// Timings add up where the time of all runs of the plan went.
func (p *Plan) Timings() []python.Timings {
	var out []python.Timings
	for _, t := range p.targets {
		out = append(out, t.tree.Timings())
	}
	return out
}
