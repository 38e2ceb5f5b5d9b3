package pyrule

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/py/treesitter"
	"github.com/sesslint/sesslint/internal/python"
)

// A report is what one run of one rule says about one project.
type report struct {
	findings []found
	problems []string
	crashes  []string // those of the problems that are panics
	holes    []string // path:line of regions that could not be parsed
}

// A found is one finding with its defaults filled in.
type found struct {
	py.Diagnostic
	path string
	line int
}

func (f found) String() string {
	return fmt.Sprintf("%s:%d: %s: %s", f.path, f.line, f.Severity, f.Message)
}

// maxFileSize is far above any case, in bytes.
const maxFileSize = 16 << 20

// run lets a rule look at a project through the Python wing, as the command does.
func run(a *py.Analyzer, files map[string][]byte) *report {
	r, err := runIn(a, files)
	if err != nil {
		return &report{problems: []string{err.Error()}}
	}
	return r
}

func runIn(a *py.Analyzer, files map[string][]byte) (*report, error) {
	dir, err := write(files)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	r := &report{}
	watched := &py.Analyzer{Meta: a.Meta, Requires: a.Requires, Run: func(pass *py.Pass) {
		watch := *pass
		watch.Report = func(d py.Diagnostic) { r.add(a, d) }
		a.Run(&watch)
	}}
	result := discover(dir).Run([]*py.Analyzer{watched})
	for _, p := range result.ProgramProblems {
		r.problems = append(r.problems, p.At.Path+": "+p.Message)
		if p.Kind == finding.Unread {
			r.crashes = append(r.crashes, p.Message)
		}
	}
	for _, p := range result.FileProblems {
		if p.Kind == finding.Unread {
			r.problems = append(r.problems, p.At.Path+": "+p.Message)
		}
	}
	// Files that mean nothing to the rule are not parsed for it, and must be free of errors like the others.
	for _, name := range names(files) {
		if f := result.Program.Open(name); f != nil {
			for _, hole := range f.Module.Holes {
				r.holes = append(r.holes, fmt.Sprintf("%s:%d", name, lineOf(f.Module.Src, hole.Start)))
			}
		}
	}
	slices.SortStableFunc(r.findings, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.At.Start, b.At.Start), cmp.Compare(a.Message, b.Message))
	})
	return r, nil
}

// write puts a project into a new folder, which the caller removes.
func write(files map[string][]byte) (dir string, err error) {
	if dir, err = os.MkdirTemp("", "pyrule"); err != nil {
		return "", err
	}
	for name, data := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err = os.MkdirAll(filepath.Dir(file), 0o777); err == nil {
			err = os.WriteFile(file, data, 0o666)
		}
		if err != nil {
			return "", errors.Join(err, os.RemoveAll(dir))
		}
	}
	return dir, nil
}

func discover(dir string) *python.Tree {
	return python.Discover(python.Options{
		Dir: dir, Starts: []string{dir}, MaxFileSize: maxFileSize, Parse: treesitter.ParseTimed,
		Display: func(abs string) string {
			if rel, err := filepath.Rel(dir, abs); err == nil {
				return filepath.ToSlash(rel)
			}
			return abs
		},
	})
}

// add notes what the rule reports.
func (r *report) add(a *py.Analyzer, d py.Diagnostic) {
	if d.Severity == 0 {
		d.Severity = a.Meta.Severity
	}
	if d.Confidence == 0 {
		d.Confidence = a.Meta.Confidence
	}
	f := found{Diagnostic: d}
	if d.File != nil {
		f.path, f.line = d.File.Path, lineOf(d.File.Module.Src, d.At.Start)
	}
	for _, old := range r.findings {
		if old.path == f.path && old.At == f.At && old.Message == f.Message {
			r.problems = append(r.problems, "reported twice: "+f.String())
			return
		}
	}
	r.findings = append(r.findings, f)
}

// lineOf returns the 1-based line of a byte offset.
func lineOf(src []byte, offset int) int {
	return 1 + bytes.Count(src[:min(max(offset, 0), len(src))], []byte("\n"))
}

// visible returns the findings that the case asks to see.
func (c *testCase) visible(r *report) []found {
	return slices.DeleteFunc(slices.Clone(r.findings), func(f found) bool { return f.Pedantic && !c.pedantic })
}

// check runs the rule on the case and returns everything that is not as the case says.
func (c *testCase) check(a *py.Analyzer) []string {
	r := run(a, c.files)
	wrong := c.checkProgram(r)
	findings := c.visible(r)

	taken := make([]bool, len(findings))
	for _, e := range c.want {
		hit := false
		for i, f := range findings {
			if (e.message == nil || !taken[i]) && !hit && e.matches(f) {
				hit, taken[i] = true, true
			}
			// A bare "bad" speaks about everything on its line.
			if e.message == nil && f.path == e.path && f.line == e.line {
				taken[i] = true
			}
		}
		if !hit {
			wrong = append(wrong, fmt.Sprintf("missing: %s%s", e, onLine(findings, e)))
		}
	}
	for i, f := range findings {
		if !taken[i] {
			wrong = append(wrong, "unexpected: "+f.String())
		}
	}
	return wrong
}

func (c *testCase) checkProgram(r *report) []string {
	var wrong []string
	if len(r.holes) > 0 && !c.holes {
		wrong = append(wrong, "syntax errors at "+strings.Join(r.holes, ", "))
	}
	matched := false
	for _, p := range r.problems {
		if c.problem != nil && c.problem.MatchString(p) {
			matched = true
			continue
		}
		wrong = append(wrong, "problem: "+p)
	}
	if c.problem != nil && !matched {
		wrong = append(wrong, fmt.Sprintf("missing problem: %q", c.problem))
	}
	return wrong
}

func (e expectation) matches(f found) bool {
	if f.path != e.path || f.line != e.line || e.message != nil && !e.message.MatchString(f.Message) {
		return false
	}
	for _, w := range e.words {
		if w != f.Severity.String() && w != f.Confidence.String() && !(w == "pedantic" && f.Pedantic) {
			return false
		}
	}
	return true
}

// onLine says what was found instead.
func onLine(findings []found, e expectation) string {
	for _, f := range findings {
		if f.path == e.path && f.line == e.line {
			return fmt.Sprintf("; there is %s/%s pedantic=%t: %s", f.Severity, f.Confidence, f.Pedantic, f.Message)
		}
	}
	return ""
}
