// Package incidents checks two Django projects in which something went wrong, and their repaired twins, with all rules: what
// the rules say about them, and that it depends on what the code does and not on how its authors named things.
package incidents

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sesslint/sesslint/internal/engine"
	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/output"
	"github.com/sesslint/sesslint/internal/py/treesitter"
	"github.com/sesslint/sesslint/pyrules"
)

var update = flag.Bool("update", false, "write the golden reports instead of comparing them")

var (
	broken   = []string{"stale-sessions", "refused-writes"}
	repaired = []string{"stale-sessions-fixed", "refused-writes-fixed"}
)

// home is the folder of the projects.
func home(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", "testdata", "incidents"))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// plan prepares what `sesslint check project` does in the folder dir.
func plan(t *testing.T, dir, project string, options ...func(*engine.Options)) *engine.Plan {
	t.Helper()
	o := engine.Options{Dir: dir, Paths: []string{project}, Analyzers: pyrules.All, Parse: treesitter.ParseTimed}
	for _, set := range options {
		set(&o)
	}
	p, err := engine.NewPlan(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func pedantic(o *engine.Options) { o.Pedantic = true }

// check returns the findings, and fails the test if anything could not be read.
func check(t *testing.T, dir, project string) []finding.Finding {
	t.Helper()
	report := plan(t, dir, project).Check()
	for _, p := range report.Problems {
		t.Errorf("%s:%d: %s", p.At.Path, p.At.Line, p.Message)
	}
	return report.Findings
}

// TestReports compares what the command prints with the golden reports. It works on a copy in a repository of its own, so that
// the fingerprints are the same where these sources are no git repository.
func TestReports(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(home(t))); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, project := range slices.Concat(broken, repaired) {
		t.Run(project, func(t *testing.T) {
			p := plan(t, dir, project)
			report := p.Check()
			out := &output.Report{
				Version: "test", Findings: report.Findings, Problems: report.Problems,
				Files: report.Files, Suppressed: report.Suppressed, Source: p.Source,
			}
			for format, ext := range map[output.Format]string{output.Full: ".txt", output.JSON: ".json"} {
				var b bytes.Buffer
				if err := output.Write(&b, out, format, false); err != nil {
					t.Fatal(err)
				}
				golden(t, project+ext, b.Bytes())
			}
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got, write it with -update):\n%s", name, diff)
	}
}

// TestRepaired: the repaired projects have nothing to report, not even on request.
func TestRepaired(t *testing.T) {
	for _, project := range repaired {
		for _, f := range plan(t, home(t), project, pedantic).Check().Findings {
			t.Errorf("%s:%d: %s: %s", f.At.Path, f.At.Line, f.Rule.ID, f.Message)
		}
	}
}
