package python

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/py/treesitter"
	"github.com/sesslint/sesslint/rule"
)

// tree discovers the files below dir.
func tree(dir string) *Tree {
	return Discover(Options{
		Dir: dir, Starts: []string{dir}, MaxFileSize: 1 << 12, Parse: treesitter.ParseTimed,
		Display: func(abs string) string {
			rel, _ := filepath.Rel(dir, abs)
			return filepath.ToSlash(rel)
		},
	})
}

func lines(problems []finding.Problem) []string {
	var out []string
	for _, p := range problems {
		out = append(out, fmt.Sprintf("%s:%d:%d %s %s", p.At.Path, p.At.Line, p.At.Column, p.Kind, p.Message))
	}
	return out
}

func paths(files []*py.File) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.Path)
	}
	return out
}

func TestProgram(t *testing.T) {
	dir := lay(t, map[string]string{
		"views.py":     "request.session['a'] = 1\n",
		"plain.py":     "x = 1\n",
		"settings.py":  "SECRET_KEY = 'x'\n",
		"tests/t.py":   "session = 1\n",
		"crontab":      "0 0 * * * manage.py clearsessions\n",
		"empty.py":     "",
		"._views.py":   "\x00\x05\x16\x07\x00 session",
		"._odd.py":     "session = 1\n",
		"big.txt":      strings.Repeat("x", 5000),
		"nul_plain.py": "x = '\x00'\n",
		"big.py":       strings.Repeat("#", 5000),
	})
	tree := tree(dir)
	result := tree.Run(nil)
	if diff := cmp.Diff([]string{"._odd.py", "settings.py", "views.py"}, paths(result.Program.Files)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	want := []string{
		"big.py:0:0 unread file is 4.9 KiB large, more than max-file-size (4 KiB), so it was not checked",
		"nul_plain.py:0:0 unread file contains NUL bytes, so Python cannot read it and it was not checked",
	}
	if diff := cmp.Diff(want, lines(result.FileProblems)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	program := result.Program
	for path, want := range map[string]struct{ open, read, test bool }{
		"views.py": {true, true, false}, "plain.py": {true, true, false}, "tests/t.py": {true, true, true}, "crontab": {false, true, false},
		"empty.py": {true, true, false}, "._views.py": {false, true, false}, "big.txt": {}, "big.py": {}, "nul_plain.py": {}, "no.py": {},
	} {
		f, src := program.Open(path), program.Read(path)
		if (f != nil) != want.open || (src != nil) != want.read {
			t.Errorf("%s: open %v, read %v; want %+v", path, f != nil, src != nil, want)
		}
		if f != nil && (f.Test != want.test || f.Scopes == nil || f != program.Open(path)) {
			t.Errorf("%s: test %v, scopes %v, same file when opened twice %v", path, f.Test, f.Scopes, f == program.Open(path))
		}
	}
	if got := string(program.Read("crontab")); got != "0 0 * * * manage.py clearsessions\n" {
		t.Errorf("crontab reads %q", got)
	}
}

// TestOpenConcurrently is of use with the race detector.
func TestOpenConcurrently(t *testing.T) {
	files := make(map[string]string)
	for i := range 50 {
		files[fmt.Sprintf("f%02d.py", i)] = "x = 1\n"
	}
	program := tree(lay(t, files)).Run(nil).Program
	var all [8][]*py.File
	var wait sync.WaitGroup
	for i := range all {
		wait.Go(func() {
			for _, path := range program.Paths {
				all[i] = append(all[i], program.Open(path))
				program.Problem(path, py.Span{}, "same")
			}
		})
	}
	wait.Wait()
	for i := range all {
		for j, f := range all[i] {
			if f == nil || f != all[0][j] {
				t.Fatalf("file %d is %p for one and %p for another", j, f, all[0][j])
			}
		}
	}
}

func meta(id string) *rule.Meta {
	return &rule.Meta{ID: id, Wing: rule.Python, Category: rule.Correctness, Severity: rule.Warning, Confidence: rule.High}
}

func TestRun(t *testing.T) {
	dir := lay(t, map[string]string{
		"views.py": "class Cart:\n    def add(self):\n        x = 'é'; self.session['a'] = 1\n",
		"other.py": "session = 1\n",
	})
	var ran []string
	base := &py.Engine{Name: "base", Run: func(p *py.Program, _ map[*py.Engine]any) any {
		ran = append(ran, "base")
		p.Problem("other.py", py.Span{Start: 10, End: 11}, "settings module is named and missing")
		p.Problem("other.py", py.Span{Start: 10, End: 11}, "settings module is named and missing")
		p.Problem("", py.Span{}, "no settings module")
		return 7
	}}
	top := &py.Engine{Name: "top", Requires: []*py.Engine{base}, Run: func(_ *py.Program, results map[*py.Engine]any) any {
		ran = append(ran, "top")
		return results[base].(int) * 6
	}}
	broken := &py.Engine{Name: "broken", Run: func(*py.Program, map[*py.Engine]any) any {
		var m map[string]int
		m["x"] = 1
		return nil
	}}
	above := &py.Engine{Name: "above", Requires: []*py.Engine{broken}, Run: func(*py.Program, map[*py.Engine]any) any {
		ran = append(ran, "above")
		return nil
	}}
	a := &py.Analyzer{Meta: meta("finds"), Requires: []*py.Engine{top, base}, Run: func(pass *py.Pass) {
		f := pass.Program.Open("views.py")
		start := strings.Index(string(f.Module.Src), "self.session")
		pass.Report(py.Diagnostic{
			File: f, At: py.Span{Start: start, End: start + 17}, Message: fmt.Sprint(pass.ResultOf[top]), Help: "do it",
			Severity: rule.Info, Pedantic: true,
			Related: []py.Related{{File: pass.Program.Open("other.py"), At: py.Span{Start: 0, End: 11}, Message: "here"}},
			Fixes: []py.Fix{{Title: "t", Applicability: rule.Unsafe, Edits: []py.Edit{
				{File: pass.Program.Open("other.py"), At: py.Span{Start: 10, End: 11}, New: "2"}}}},
		})
		pass.Report(py.Diagnostic{File: f, At: py.Span{Start: -5, End: 1 << 30}, Message: "all"})
	}}
	crash := &py.Analyzer{Meta: meta("crashes"), Run: func(pass *py.Pass) {
		pass.Report(py.Diagnostic{File: pass.Program.Open("other.py"), Message: "lost"})
		panic(errors.New("boom"))
	}}
	nowhere := &py.Analyzer{Meta: meta("nowhere"), Run: func(pass *py.Pass) { pass.Report(py.Diagnostic{Message: "no file"}) }}
	needs := &py.Analyzer{Meta: meta("needs"), Requires: []*py.Engine{above}, Run: func(*py.Pass) { ran = append(ran, "needs") }}

	r := tree(dir).Run([]*py.Analyzer{a, crash, needs, nowhere})
	if diff := cmp.Diff([]string{"base", "top"}, ran); diff != "" {
		t.Errorf("ran (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]bool{"crashes": true, "needs": true, "nowhere": true}, r.Failed); diff != "" {
		t.Errorf("failed (-want +got):\n%s", diff)
	}
	wantProblems := []string{
		".:0:0 partial no settings module",
		".:0:0 unread the analysis broken crashed, so the rules needs did not run (a defect of sesslint, please report it): " +
			"assignment to entry in nil map in internal/python.TestRun.func3",
		".:0:0 unread the rule crashes crashed, so it reports nothing (a defect of sesslint, please report it): " +
			"boom in internal/python.TestRun.func6",
		".:0:0 unread the rule nowhere crashed, so it reports nothing (a defect of sesslint, please report it): " +
			"runtime error: invalid memory address or nil pointer dereference in internal/python.(*Tree).finding",
		"other.py:1:11 partial settings module is named and missing",
	}
	if diff := cmp.Diff(wantProblems, lines(r.ProgramProblems)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	want := []finding.Finding{
		{
			Rule: a.Meta, Severity: rule.Info, Confidence: rule.High, Pedantic: true, Message: "42", Help: "do it", Symbol: "Cart.add",
			At:      finding.Span{Path: "views.py", Start: 49, End: 66, Line: 3, Column: 18, EndLine: 3, EndColumn: 35},
			Related: []finding.Related{{At: finding.Span{Path: "other.py", End: 11, Line: 1, Column: 1, EndLine: 1, EndColumn: 12}, Message: "here"}},
			Fixes:   []finding.Fix{{Title: "t", Applicability: rule.Unsafe, Edits: []finding.Edit{{Path: "other.py", Start: 10, End: 11, New: "2"}}}},
		},
		{
			Rule: a.Meta, Severity: rule.Warning, Confidence: rule.High, Message: "all",
			At: finding.Span{Path: "views.py", End: 71, Line: 1, Column: 1, EndLine: 4, EndColumn: 1},
		},
	}
	if diff := cmp.Diff(want, r.Findings); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestParserFails(t *testing.T) {
	tree := tree(lay(t, map[string]string{"a.py": "session = 1\n", "b.py": "session = 2\n"}))
	tree.options.Parse = func(src []byte) (*py.Module, time.Duration, time.Duration, error) {
		if strings.Contains(string(src), "1") {
			panic("boom")
		}
		return nil, 0, 0, errors.New("parsing was given up")
	}
	want := []string{
		"a.py:0:0 unread reading the syntax of the file crashed, so it was not checked (a defect of sesslint, please report it): " +
			"boom in internal/python.TestParserFails.func1",
		"b.py:0:0 unread file was not checked: parsing was given up",
	}
	if diff := cmp.Diff(want, lines(tree.Run(nil).FileProblems)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// TestReplace checks that a file that is replaced is seen anew everywhere, and that nothing else is read or parsed again.
func TestReplace(t *testing.T) {
	dir := lay(t, map[string]string{"a.py": "session = 1\n", "b.py": "session = 2\n"})
	tree := tree(dir)
	before := tree.Run(nil).Program
	if err := os.Remove(filepath.Join(dir, "b.py")); err != nil {
		t.Fatal(err)
	}
	tree.Replace("a.py", []byte("x = (\n"))
	after := tree.Run(nil)
	if got := string(after.Program.Files[0].Module.Src); got != "x = (\n" {
		t.Errorf("a.py holds %q", got)
	}
	if got := string(after.Program.Read("a.py")); got != "x = (\n" {
		t.Errorf("a.py reads %q", got)
	}
	if before.Files[1] != after.Program.Files[1] {
		t.Error("b.py was parsed again")
	}
	if len(after.FileProblems) != 1 || after.FileProblems[0].At.Path != "a.py" {
		t.Errorf("problems: %v", lines(after.FileProblems))
	}
	tree.Replace("a.py", []byte("session = 3\n"))
	if problems := tree.Run(nil).FileProblems; len(problems) > 0 {
		t.Errorf("problems of old bytes are left: %v", lines(problems))
	}
}
