package pyrule

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/py/treesitter"
	"github.com/sesslint/sesslint/internal/ruletest/replay"
)

const (
	evidenceBegin = "<!-- evidence -->"
	evidenceEnd   = "<!-- /evidence -->"
)

// Evidence is how the harm that a rule claims is shown: a program that the rule reports and one that does the same job
// without a finding are run on the reference session store, and what was measured stands in rule.md.
type Evidence struct {
	// Bad and Good are files in the working directory: a .py file stands as shop/views.py in the base project, a .txtar
	// archive replaces files of the base project. Lines that the rule has to report end in "# bad".
	Bad, Good string
	// Measure runs one of the programs. Both runs must give the same rows in the same order, with at least one difference.
	Measure func(*replay.Project) (Table, error)
}

// A Table is what was measured, row by row.
type Table []Row

// A Row is one measured value.
type Row struct {
	What  string // what was measured, with its unit
	Value any    // shown as fmt.Sprint does
}

// Measure checks that the rule reports the bad program and not the good one, runs both, and compares what Evidence.Measure
// returns with the table in rule.md of the folder above. With -update it writes the table.
func Measure(t *testing.T, a *py.Analyzer, e Evidence) {
	t.Helper()
	bad, wrong := e.run(a, e.Bad, true)
	fail(t, wrong)
	good, wrong := e.run(a, e.Good, false)
	fail(t, wrong)
	if t.Failed() {
		return
	}
	table, wrong := compare(bad, good)
	fail(t, wrong)
	if t.Failed() {
		return
	}
	file := filepath.Join("..", "rule.md")
	doc, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want, err := withTable(doc, table)
	switch {
	case err != nil:
		t.Fatal(err)
	case bytes.Equal(doc, want):
	case *update:
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("the evidence table in rule.md is not what was measured (run make gen to write it):\n%s", table)
	}
}

// run lints and measures one program.
func (e Evidence) run(a *py.Analyzer, file string, bad bool) (Table, []string) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, []string{err.Error()}
	}
	c := &testCase{name: file}
	if err := c.fillFence(string(text)); err != nil {
		return nil, []string{fmt.Sprintf("%s: %v", file, err)}
	}
	var wrong []string
	for _, w := range c.check(a) {
		wrong = append(wrong, file+": "+w)
	}
	if bad && !c.positive() {
		wrong = append(wrong, file+": no line ends in # bad")
	}
	if !bad && c.positive() {
		wrong = append(wrong, file+": the good program has a line marked bad")
	}
	project, err := replay.Load(c.files, treesitter.Parse)
	if err != nil {
		return nil, append(wrong, err.Error())
	}
	table, err := e.Measure(project)
	if err == nil {
		err = project.Err()
	}
	if err != nil {
		wrong = append(wrong, fmt.Sprintf("%s: %v", file, err))
	}
	return table, wrong
}

// compare lays both tables side by side as Markdown.
func compare(bad, good Table) (string, []string) {
	what := func(r Row) string { return r.What }
	if !slices.EqualFunc(bad, good, func(a, b Row) bool { return what(a) == what(b) }) {
		return "", []string{fmt.Sprintf("the programs were measured in different rows: %v and %v", bad, good)}
	}
	if len(bad) == 0 {
		return "", []string{"nothing was measured"}
	}
	var b strings.Builder
	b.WriteString("| Measured on the reference session store | reported code | good code |\n|---|---|---|\n")
	differs := false
	for i := range bad {
		x, y := fmt.Sprint(bad[i].Value), fmt.Sprint(good[i].Value)
		differs = differs || x != y
		fmt.Fprintf(&b, "| %s | %s | %s |\n", bad[i].What, x, y)
	}
	if !differs {
		return "", []string{"both programs gave the same values, so there is no evidence:\n" + b.String()}
	}
	return b.String(), nil
}

// withTable returns a rule page with the table between its markers.
func withTable(doc []byte, table string) ([]byte, error) {
	begin := bytes.Index(doc, []byte(evidenceBegin))
	end := bytes.Index(doc, []byte(evidenceEnd))
	if begin < 0 || end < begin {
		return nil, fmt.Errorf("rule.md has no place for a table between %s and %s", evidenceBegin, evidenceEnd)
	}
	return slices.Concat(doc[:begin+len(evidenceBegin)], []byte("\n\n"+table+"\n"), doc[end:]), nil
}
