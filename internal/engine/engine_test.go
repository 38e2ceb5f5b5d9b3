package engine

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/py/treesitter"
	"github.com/sesslint/sesslint/rule"
)

// lay writes files below a new folder and returns it.
func lay(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for path, text := range files {
		abs := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(abs), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(abs, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// swap is a rule that finds one word and replaces it by another.
func swap(id, old, replacement string) *py.Analyzer {
	return &py.Analyzer{
		Meta: &rule.Meta{ID: id, Wing: rule.Python, Category: rule.Size, Severity: rule.Warning, Confidence: rule.High},
		Run: func(pass *py.Pass) {
			for _, f := range pass.Program.Files {
				for from := 0; ; {
					i := bytes.Index(f.Module.Src[from:], []byte(old))
					if i < 0 {
						break
					}
					at := py.Span{Start: from + i, End: from + i + len(old)}
					from = at.End
					pass.Report(py.Diagnostic{File: f, At: at, Message: old, Fixes: []py.Fix{{
						Title: "swap", Edits: []py.Edit{{File: f, At: at, New: replacement}},
					}}})
				}
			}
		},
	}
}

func plan(t *testing.T, o Options) *Plan {
	t.Helper()
	o.Parse = treesitter.ParseTimed
	if o.Paths == nil {
		o.Paths = []string{"."}
	}
	p, err := NewPlan(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func lines(r *Report) []string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, fmt.Sprintf("%s:%d %s", f.At.Path, f.At.Line, f.Rule.ID))
	}
	return out
}

// TestNestedConfigurations checks that of two named folders, one in the other, each reports on its own files with its own
// configuration, that fixes of both come together, and that order and names do not depend on how the paths are written.
func TestNestedConfigurations(t *testing.T) {
	dir := lay(t, map[string]string{
		"sesslint.toml":       "select = ['outer']\n",
		"a.py":                "session_outer, session_inner\n",
		"inner/sesslint.toml": "select = ['inner']\nfail-on = 'error'\n",
		"inner/b.py":          "session_outer, session_inner\n",
	})
	rules := []*py.Analyzer{swap("outer", "session_outer", "o"), swap("inner", "session_inner", "i")}
	for _, paths := range [][]string{{".", "inner"}, {"inner", "."}, {dir, "inner/../inner", "."}, {".", "inner/b.py"}} {
		p := plan(t, Options{Dir: dir, Paths: paths, Analyzers: rules})
		r := p.Check()
		if diff := cmp.Diff([]string{"a.py:1 outer", "inner/b.py:1 inner"}, lines(r)); diff != "" {
			t.Errorf("%v: findings (-want +got):\n%s", paths, diff)
		}
		if r.Files != 2 {
			t.Errorf("%v: %d files, want 2", paths, r.Files)
		}
		fixes, err := p.Fix(false)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, c := range fixes.Changes {
			got[c.Name] = string(c.After)
		}
		want := map[string]string{"a.py": "o, session_inner\n", "inner/b.py": "session_outer, i\n"}
		if diff := cmp.Diff(want, got); diff != "" || fixes.Applied != 2 || len(fixes.Report.Findings) != 0 {
			t.Errorf("%v: %d applied, %v left; changes (-want +got):\n%s", paths, fixes.Applied, lines(fixes.Report), diff)
		}
	}
	// The finding in inner is below its fail-on, the other one is not.
	if r := plan(t, Options{Dir: dir, Paths: []string{"inner"}, Analyzers: rules}).Check(); r.Failing || len(r.Findings) != 1 {
		t.Errorf("inner alone: failing %v, findings %v", r.Failing, lines(r))
	}
	if r := plan(t, Options{Dir: dir, Paths: []string{"inner"}, Analyzers: rules, FailOn: rule.Warning}).Check(); !r.Failing {
		t.Error("inner alone, --fail-on warning: not failing")
	}
	if r := plan(t, Options{Dir: dir, Analyzers: rules}).Check(); !r.Failing {
		t.Error("all: not failing")
	}
}

// TestNamedFiles checks that files of one project are one root, of which only they are reported on.
func TestNamedFiles(t *testing.T) {
	dir := lay(t, map[string]string{
		"one/manage.py": "", "one/a.py": "session_x\n", "one/b.py": "session_x\n", "one/c.py": "session_x\n",
		"two/setup.py": "", "two/a.py": "session_x\n", "two/tests/test_a.py": "session_x\n",
	})
	roots := 0
	rules := []*py.Analyzer{swap("x", "session_x", "x"), {
		Meta: &rule.Meta{ID: "count", Wing: rule.Python, Category: rule.Size},
		Run:  func(pass *py.Pass) { roots++ },
	}}
	r := plan(t, Options{Dir: dir, Paths: []string{"one/b.py", "two/tests/test_a.py", "one/a.py", "one/b.py"}, Analyzers: rules}).Check()
	if diff := cmp.Diff([]string{"one/a.py:1 x", "one/b.py:1 x", "two/tests/test_a.py:1 x"}, lines(r)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if roots != 2 || r.Files != 3 {
		t.Errorf("%d roots, want 2; %d files, want 3", roots, r.Files)
	}
}

// TestOtherFiles checks findings and fixes in files that are not Python, for which engines make up a py.File.
func TestOtherFiles(t *testing.T) {
	dir := lay(t, map[string]string{"a.py": "session = 1\n", "requirements.txt": "# é\nDjango==3.2\nDjango==3.2\n"})
	pins := &py.Analyzer{
		Meta: &rule.Meta{ID: "pin", Wing: rule.Python, Category: rule.Settings, Severity: rule.Error, Confidence: rule.High},
		Run: func(pass *py.Pass) {
			src := pass.Program.Read("requirements.txt")
			f := &py.File{Path: "requirements.txt", Module: &py.Module{Src: src}}
			for i := range len(src) {
				if bytes.HasPrefix(src[i:], []byte("==3.2")) {
					at := py.Span{Start: i, End: i + 5}
					pass.Report(py.Diagnostic{File: f, At: at, Message: "old", Fixes: []py.Fix{{
						Title: "raise", Edits: []py.Edit{{File: f, At: at, New: ">=5.2"}},
					}}})
				}
			}
		},
	}
	p := plan(t, Options{Dir: dir, Analyzers: []*py.Analyzer{pins}})
	r := p.Check()
	if diff := cmp.Diff([]string{"requirements.txt:2 pin", "requirements.txt:3 pin"}, lines(r)); diff != "" {
		t.Fatalf("findings (-want +got):\n%s", diff)
	}
	if r.Findings[0].Fingerprint == r.Findings[1].Fingerprint {
		t.Error("equal lines have one fingerprint")
	}
	fixes, err := p.Fix(false)
	if err != nil {
		t.Fatal(err)
	}
	if err := fixes.Write(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "requirements.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "# é\nDjango>=5.2\nDjango>=5.2\n"; string(got) != want {
		t.Errorf("requirements.txt holds %q, want %q", got, want)
	}
}

// TestFingerprints checks that a fingerprint stays when other code changes.
func TestFingerprints(t *testing.T) {
	prints := func(src string) []string {
		dir := lay(t, map[string]string{"a.py": src})
		var out []string
		for _, f := range plan(t, Options{Dir: dir, Analyzers: []*py.Analyzer{swap("x", "session_x", "x")}}).Check().Findings {
			out = append(out, f.Fingerprint)
		}
		return out
	}
	before := prints("def f():\n    session_x = 1\n    session_x = 1\ndef g():\n    session_x = 1\n    if session_x:\n        pass\n")
	after := prints("import os\n\n\ndef f():\n    y = 2\n    session_x  =  1  # why\n    z = 3\n    session_x = (1)\ndef g():\n  session_x = 1\n  if session_x:\n    return 5\n")
	if len(before) != 4 || len(after) != 4 {
		t.Fatalf("%d and %d findings, want 4 each", len(before), len(after))
	}
	var same []bool
	for i := range before {
		same = append(same, before[i] == after[i])
	}
	if diff := cmp.Diff([]bool{true, false, true, true}, same); diff != "" {
		t.Errorf("fingerprints that stay (-want +got):\n%s", diff)
	}
	slices.Sort(before)
	if len(slices.Compact(before)) != 4 {
		t.Errorf("fingerprints are not unique: %v", before)
	}
}

// TestFixRounds checks that fixes that bring each other about are applied one after the other.
func TestFixRounds(t *testing.T) {
	var chain []*py.Analyzer
	for i := range maxRounds {
		chain = append(chain, swap(fmt.Sprintf("r%02d", i), fmt.Sprintf("session_%02d", i), fmt.Sprintf("session_%02d", i+1)))
	}
	dir := lay(t, map[string]string{"a.py": "session_00\n"})
	fixes, err := plan(t, Options{Dir: dir, Analyzers: chain}).Fix(false)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(fixes.Changes[0].After); got != "session_20\n" || fixes.Applied != maxRounds {
		t.Errorf("%q after %d fixes", got, fixes.Applied)
	}
	chain = append(chain, swap("last", "session_20", "session_00"))
	if _, err := plan(t, Options{Dir: dir, Analyzers: chain}).Fix(false); err == nil || !strings.Contains(err.Error(), "after 20 rounds") {
		t.Errorf("a circle of fixes: error %v", err)
	}
	// Two that undo each other leave the file as it was, and nothing is to be written.
	back := []*py.Analyzer{swap("there", "session_00", "session_aa"), swap("not-back", "session_bb", "session_00")}
	fixes, err = plan(t, Options{Dir: dir, Analyzers: back, Ignore: []string{"there"}}).Fix(false)
	if err != nil || len(fixes.Changes) != 0 {
		t.Errorf("nothing to do: %v, %v", fixes, err)
	}
}

// TestUnusableFixes checks that fixes that make no sense are told and change nothing.
func TestUnusableFixes(t *testing.T) {
	dir := lay(t, map[string]string{"a.py": "session = 1\n", "big.py": strings.Repeat("#", 100), "sesslint.toml": "max-file-size = 90\n"})
	fix := func(title string, edits func(f *py.File) []py.Edit) *py.Analyzer {
		return &py.Analyzer{
			Meta: &rule.Meta{ID: title, Wing: rule.Python, Category: rule.Size, Severity: rule.Info, Confidence: rule.Low},
			Run: func(pass *py.Pass) {
				f := pass.Program.Open("a.py")
				pass.Report(py.Diagnostic{File: f, At: py.Span{Start: 0, End: 7}, Message: "m", Fixes: []py.Fix{{Title: title, Edits: edits(f)}}})
			},
		}
	}
	p := plan(t, Options{Dir: dir, Paths: []string{"a.py", "."}, Analyzers: []*py.Analyzer{
		fix("empty", func(*py.File) []py.Edit { return nil }),
		fix("outside", func(f *py.File) []py.Edit { return []py.Edit{{File: f, At: py.Span{Start: 5, End: 99}}} }),
		fix("overlap", func(f *py.File) []py.Edit {
			return []py.Edit{{File: f, At: py.Span{Start: 0, End: 5}}, {File: f, At: py.Span{Start: 3, End: 7}}}
		}),
		fix("unread", func(*py.File) []py.Edit { return []py.Edit{{File: &py.File{Path: "big.py"}}} }),
	}})
	fixes, err := p.Fix(true)
	if err != nil {
		t.Fatal(err)
	}
	if fixes.Applied != 0 || len(fixes.Changes) != 0 || len(fixes.Report.Findings) != 4 {
		t.Errorf("%d applied, %d changes, %d findings left", fixes.Applied, len(fixes.Changes), len(fixes.Report.Findings))
	}
	var got []string
	for _, x := range fixes.Report.Problems {
		got = append(got, x.Message)
	}
	const defect = " (a defect of sesslint, please report it)"
	want := []string{
		`fix "empty" of empty was not applied: it has no edits` + defect,
		`fix "outside" of outside was not applied: edit of bytes 5 to 99 lies outside of the file, which has 12` + defect,
		`fix "overlap" of overlap was not applied: edits overlap at byte 3` + defect,
		`fix "unread" of unread was not applied: big.py was not read`,
		`file is 100 bytes large, more than max-file-size (90 bytes), so it was not checked`,
	}
	if diff := cmp.Diff(want, got, cmpopts.SortSlices(func(a, b string) bool { return a < b })); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// TestDeterministic runs one check often: rules and files run in parallel, and nothing of that may show.
func TestDeterministic(t *testing.T) {
	files := map[string]string{}
	for i := range 40 {
		files[fmt.Sprintf("d%d/f%02d.py", i%7, i)] = "session_a, session_b, session_a\nx = = 1\n# sesslint: ignore[nonsense]\n"
	}
	dir := lay(t, files)
	rules := []*py.Analyzer{swap("b", "session_b", "b"), swap("a", "session_a", "a")}
	var first *Report
	for range 10 {
		r := plan(t, Options{Dir: dir, Analyzers: rules}).Check()
		if first == nil {
			first = r
			if len(r.Findings) != 160 || len(r.Problems) != 40 {
				t.Fatalf("%d findings, %d problems", len(r.Findings), len(r.Problems))
			}
		}
		if diff := cmp.Diff(first, r); diff != "" {
			t.Fatalf("another run (-first +other):\n%s", diff)
		}
	}
}

// TestFingerprintsFromAnywhere checks that a finding has one fingerprint from every working directory and however its file
// was named, also where comments are what is found.
func TestFingerprintsFromAnywhere(t *testing.T) {
	dir := lay(t, map[string]string{
		"repo/.git/HEAD":     "",
		"repo/manage.py":     "",
		"repo/shop/a.py":     "session_x = 1\nsession_x = 1\n# sesslint: ignore[nonsense]\n",
		"repo/sub/.git/HEAD": "",
		"repo/sub/shop/a.py": "session_x = 1\n",
	})
	prints := func(from, path string) []string {
		var out []string
		rules := []*py.Analyzer{swap("x", "session_x", "x")}
		for _, f := range plan(t, Options{Dir: filepath.Join(dir, from), Paths: []string{path}, Analyzers: rules}).Check().Findings {
			if !strings.Contains(f.At.Path, "sub/") {
				out = append(out, f.Fingerprint)
			}
		}
		return out
	}
	want := prints("repo", ".")
	if len(want) != 3 || want[0] == want[1] {
		t.Fatalf("fingerprints %v, want 3 different ones", want)
	}
	for _, way := range [][2]string{{"repo", "shop"}, {"repo", "shop/a.py"}, {"repo/shop", "."}, {"repo/shop", "a.py"}, {"", "repo"}, {"repo/sub", "../shop"}} {
		if diff := cmp.Diff(want, prints(way[0], way[1])); diff != "" {
			t.Errorf("%s from %q (-want +got):\n%s", way[1], way[0], diff)
		}
	}
}

// TestNamesakes checks that of files with one name, each in a repository of its own, the fix in one may be impossible and the
// same in the other not.
func TestNamesakes(t *testing.T) {
	dir := lay(t, map[string]string{
		"one/.git/HEAD": "", "one/a.py": "# coding: latin-1\nsession_x\n",
		"two/.git/HEAD": "", "two/a.py": "session_x\n",
	})
	fixes, err := plan(t, Options{Dir: dir, Analyzers: []*py.Analyzer{swap("x", "session_x", "é")}}).Fix(false)
	if err != nil {
		t.Fatal(err)
	}
	if len(fixes.Changes) != 1 || fixes.Changes[0].Name != "two/a.py" {
		t.Errorf("changes: %v, want one of two/a.py", fixes.Changes)
	}
	if diff := cmp.Diff([]string{"one/a.py:2 x"}, lines(fixes.Report)); diff != "" {
		t.Errorf("findings that are left (-want +got):\n%s", diff)
	}
}

// TestLegibleSuppressions checks that what is quoted from a comment in another encoding is valid UTF-8.
func TestLegibleSuppressions(t *testing.T) {
	dir := lay(t, map[string]string{"a.py": "# coding: latin-1\nx = 1  # sesslint: ignore[caf\xe9]\n"})
	r := plan(t, Options{Dir: dir}).Check()
	if len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Help, "café") {
		t.Errorf("findings: %+v", r.Findings)
	}
}
