package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sesslint/sesslint/internal/gen/drift"
)

func root(t *testing.T) string {
	t.Helper()
	dir, err := drift.Root()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestGenerated(t *testing.T) {
	dir := root(t)
	set, err := lists(dir)
	if err != nil {
		t.Fatal(err)
	}
	stale, err := set.Sync(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	if len(stale) > 0 {
		t.Errorf("out of date: %s; run make gen", strings.Join(stale, ", "))
	}
}

func TestLists(t *testing.T) {
	dir := t.TempDir()
	write := func(name string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	list := func() string {
		t.Helper()
		set, err := lists(dir)
		if err != nil {
			t.Fatal(err)
		}
		return string(set.Files["pyrules/pyrules_gen.go"])
	}
	if got := list(); !strings.Contains(got, "var All = []*py.Analyzer{}") {
		t.Errorf("without rules the list is\n%s", got)
	}
	for _, name := range []string{"two/two.go", "two/rule.md", "one/one.go", "one/rule.md", "nopage/nopage.go"} {
		write("pyrules/" + name)
	}
	write("pyrules/norule/other.go")
	write("pyrules/file.go")
	got := list()
	one, two := strings.Index(got, "\tone.Analyzer,\n"), strings.Index(got, "\ttwo.Analyzer,\n")
	if one < 0 || two < one || strings.Contains(got, "norule") || strings.Contains(got, "nopage") {
		t.Errorf("with the rules one and two the list is\n%s", got)
	}
}

func TestScaffold(t *testing.T) {
	dir := t.TempDir()
	written, err := scaffold(dir, "some-rule-name")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(written)
	want := []string{
		"pyrules/somerulename/evidence/bad.py",
		"pyrules/somerulename/evidence/evidence_test.go",
		"pyrules/somerulename/evidence/good.py",
		"pyrules/somerulename/rule.md",
		"pyrules/somerulename/somerulename.go",
		"pyrules/somerulename/somerulename_test.go",
		"pyrules/somerulename/testdata/basic.txtar",
	}
	if diff := cmp.Diff(want, written); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := scaffold(dir, "some-rule-name"); err == nil || !strings.Contains(err.Error(), "exists") {
		t.Errorf("a second time: %v", err)
	}
	for _, id := range []string{"", "rule", "Some-rule", "some_rule", "some-rule-2", "-some-rule"} {
		if _, err := scaffold(dir, id); err == nil {
			t.Errorf("the id %q is taken", id)
		}
	}
}

// TestScaffoldFails builds the tests of a new rule as if it stood in the module, and runs them: they have to say what is
// missing.
func TestScaffoldFails(t *testing.T) {
	dir, scratch := root(t), t.TempDir()
	written, err := scaffold(scratch, "a-scaffold-probe")
	if err != nil {
		t.Fatal(err)
	}
	overlay := map[string]map[string]string{"Replace": {}}
	for _, name := range written {
		overlay["Replace"][filepath.Join(dir, filepath.FromSlash(name))] = filepath.Join(scratch, filepath.FromSlash(name))
	}
	data, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(scratch, "overlay.json")
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{
		"pyrules/ascaffoldprobe":          {"summary is empty", `section "What it does" of rule.md is empty`, "missing: shop/views.py:2", "want at least 3"},
		"pyrules/ascaffoldprobe/evidence": {"bad.py: missing: shop/views.py:5"},
	} {
		binary := filepath.Join(scratch, "probe.test")
		build := exec.Command("go", "test", "-c", "-vet=off", "-overlay", file, "-o", binary, "./"+name)
		build.Dir = dir
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%s does not compile: %v\n%s", name, err, out)
		}
		cmd := exec.Command(binary)
		cmd.Dir = filepath.Join(scratch, filepath.FromSlash(name))
		out, err := cmd.CombinedOutput()
		if err == nil {
			t.Errorf("the tests of %s pass:\n%s", name, out)
		}
		for _, w := range want {
			if !strings.Contains(string(out), w) {
				t.Errorf("the tests of %s do not say %q:\n%s", name, w, out)
			}
		}
	}
}
