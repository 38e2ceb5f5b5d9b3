// Package pyrule is the test harness of Python rules. A rule's test calls Test, which runs the rule on the fences of its page
// and on its txtar archives, applies its fixes, checks its metadata and the wording of what it says, and proves that all of
// these checks can fail. Evidence measures the harm that a rule claims.
//
// Run a rule's tests with -update to write the fixed files and measured tables that the tests compare.
package pyrule

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sesslint/sesslint/internal/py"
)

var update = flag.Bool("update", false, "write golden files and measured tables instead of comparing them")

// Each rule brings at least this many cases that must be reported, and as many that must not.
const minCases = 3

// Test tests the rule whose folder is the working directory.
func Test(t *testing.T, a *py.Analyzer) {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	cases, err := readCases(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("meta", func(t *testing.T) {
		fail(t, checkMeta(a.Meta, filepath.Base(dir)))
		fail(t, checkDoc(a.Meta.Doc))
	})
	titles := map[string]bool{}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			fail(t, c.check(a))
			fail(t, c.checkFixes(a, titles))
			fail(t, c.checkWording(a))
			fail(t, c.checkBroken(a))
			fail(t, c.checkRepeat(a))
		})
	}
	t.Run("coverage", func(t *testing.T) {
		fail(t, checkCount(cases))
		for _, f := range a.Meta.Fixes {
			if !titles[f.Title] {
				t.Errorf("no case shows the fix %q", f.Title)
			}
		}
		fail(t, checkSections(cases))
		fail(t, checkEvidence(dir))
		fail(t, checkBase(a))
	})
	t.Run("can fail", func(t *testing.T) { fail(t, checkCanFail(a, cases)) })
}

func fail(t *testing.T, wrong []string) {
	t.Helper()
	for _, w := range wrong {
		t.Error(w)
	}
}

// readCases reads rule.md and testdata/*.txtar of a rule's folder.
func readCases(dir string) ([]*testCase, error) {
	doc, err := os.ReadFile(filepath.Join(dir, "rule.md"))
	if err != nil {
		return nil, err
	}
	cases, err := fences(doc)
	if err != nil {
		return nil, err
	}
	archives, err := filepath.Glob(filepath.Join(dir, "testdata", "*.txtar"))
	if err != nil {
		return nil, err
	}
	for _, file := range archives {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		c, err := readArchive(file, data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

func checkCount(cases []*testCase) []string {
	positive := 0
	for _, c := range cases {
		if c.positive() {
			positive++
		}
	}
	var wrong []string
	if positive < minCases {
		wrong = append(wrong, fmt.Sprintf("%d cases with a finding, want at least %d", positive, minCases))
	}
	if n := len(cases) - positive; n < minCases {
		wrong = append(wrong, fmt.Sprintf("%d cases without a finding, want at least %d", n, minCases))
	}
	return wrong
}

// checkSections requires a bad example, and advice that the rule itself does not report.
func checkSections(cases []*testCase) []string {
	var wrong []string
	example, instead := false, false
	for _, c := range cases {
		switch c.section {
		case "Example":
			example = example || c.positive()
		case "Use instead":
			instead = true
			if c.positive() {
				wrong = append(wrong, c.name+": a fence under Use instead has a line marked bad")
			}
		}
	}
	if !example {
		wrong = append(wrong, "no python fence under Example has a line marked bad")
	}
	if !instead {
		wrong = append(wrong, "no python fence under Use instead")
	}
	return wrong
}

// checkEvidence requires a measurement of a bad and a good program.
func checkEvidence(dir string) []string {
	var wrong []string
	for _, want := range []string{"bad.*", "good.*", "evidence_test.go"} {
		if found, err := filepath.Glob(filepath.Join(dir, "evidence", want)); err != nil || len(found) == 0 {
			wrong = append(wrong, "no evidence/"+want)
		}
	}
	return wrong
}

// checkCanFail replaces the rule by one that reports nothing and by one that reports everything: every case that expects a
// finding must fail with the first, every case that expects none with the second. A case that passes both tests nothing.
func checkCanFail(a *py.Analyzer, cases []*testCase) []string {
	var wrong []string
	for _, c := range cases {
		mutant, what := nothing(a), "reports nothing"
		if !c.positive() {
			mutant, what = everything(a, c), "reports every statement"
		}
		if len(c.check(mutant)) == 0 {
			wrong = append(wrong, fmt.Sprintf("%s passes with a rule that %s", c.name, what))
		}
	}
	return wrong
}

func nothing(a *py.Analyzer) *py.Analyzer {
	return &py.Analyzer{Meta: a.Meta, Run: func(*py.Pass) {}}
}

func everything(a *py.Analyzer, c *testCase) *py.Analyzer {
	return &py.Analyzer{Meta: a.Meta, Run: func(pass *py.Pass) {
		for _, name := range names(c.files) {
			if !c.own[name] || !strings.HasSuffix(name, ".py") {
				continue
			}
			if f := pass.Program.Open(name); f != nil {
				for _, s := range f.Module.Body {
					pass.Report(py.Diagnostic{File: f, At: s.Range(), Message: "reported by a mutant"})
				}
			}
		}
	}}
}

// checkBroken runs the rule on the case with each of its files cut: it may say what it likes, but not panic.
func (c *testCase) checkBroken(a *py.Analyzer) []string {
	var wrong []string
	for _, name := range names(c.files) {
		if !c.own[name] {
			continue
		}
		for _, part := range []int{4, 2} {
			r := run(a, c.with(name, c.files[name][:len(c.files[name])*(part-1)/part]))
			for _, crash := range r.crashes {
				wrong = append(wrong, fmt.Sprintf("after %s was cut: %s", name, crash))
			}
		}
	}
	return wrong
}

// checkRepeat requires the same findings on every run: rules run in parallel, and maps are walked in no order.
func (c *testCase) checkRepeat(a *py.Analyzer) []string {
	first := strings.Join(lines(run(a, c.files).findings), "\n\t")
	for range 3 {
		if again := strings.Join(lines(run(a, c.files).findings), "\n\t"); again != first {
			return []string{fmt.Sprintf("another run gives other findings:\n\t%s\nbefore:\n\t%s", again, first)}
		}
	}
	return nil
}

// checkBase requires silence on the base project, which is the background of the cases.
func checkBase(a *py.Analyzer) []string {
	files := map[string][]byte{}
	addBase(files)
	var wrong []string
	for _, f := range run(a, files).findings {
		wrong = append(wrong, "on the base project: "+f.String())
	}
	return wrong
}

func (c *testCase) with(name string, data []byte) map[string][]byte {
	files := maps.Clone(c.files)
	files[name] = data
	return files
}
