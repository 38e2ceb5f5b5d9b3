package incidents

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// TestRenamed gives everything in the projects that is not Django's a name without a meaning: packages, modules, functions,
// classes, variables, model fields, session keys. The same findings must come out, at the same lines.
func TestRenamed(t *testing.T) {
	for _, project := range slices.Concat(broken, repaired) {
		t.Run(project, func(t *testing.T) {
			original := read(t, filepath.Join(home(t), project))
			r := newRenamer(t, original)
			if len(r.names) < 20 {
				t.Fatalf("only %d names were found: %v", len(r.names), slices.Sorted(maps.Keys(r.names)))
			}
			got := r.back(summaries(t, r.rename(t, original), true))
			if diff := gocmp.Diff(summaries(t, original, true), got); diff != "" {
				t.Errorf("after renaming (-original +renamed):\n%s", diff)
			}
		})
	}
}

// TestReordered turns the order of the functions of each file and of the methods of each class around.
func TestReordered(t *testing.T) {
	for _, project := range slices.Concat(broken, repaired) {
		t.Run(project, func(t *testing.T) {
			original := read(t, filepath.Join(home(t), project))
			turned := reorder(t, original)
			if gocmp.Equal(original, turned) {
				t.Fatal("no file changed")
			}
			if diff := gocmp.Diff(summaries(t, original, false), summaries(t, turned, false)); diff != "" {
				t.Errorf("after reordering (-original +reordered):\n%s", diff)
			}
		})
	}
}

// TestRenamedAndReordered does both, to show that nothing is found by a name that merely stands nearby.
func TestRenamedAndReordered(t *testing.T) {
	for _, project := range slices.Concat(broken, repaired) {
		t.Run(project, func(t *testing.T) {
			original := read(t, filepath.Join(home(t), project))
			r := newRenamer(t, original)
			got := r.back(summaries(t, reorder(t, r.rename(t, original)), false))
			if diff := gocmp.Diff(summaries(t, original, false), got); diff != "" {
				t.Errorf("after renaming and reordering (-original +changed):\n%s", diff)
			}
		})
	}
}

// summaries checks a project and returns a line for each finding and each place that it shows besides.
func summaries(t *testing.T, files map[string]string, lines bool) []string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, "project", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	place := func(path string, line int) string {
		if lines {
			return fmt.Sprintf("%s:%d", path, line)
		}
		return path
	}
	var out []string
	for _, f := range check(t, dir, "project") {
		out = append(out, fmt.Sprintf("%s %s %s[%s] %s", place(f.At.Path, f.At.Line), f.Severity, f.Confidence, f.Rule.ID, f.Message))
		for _, r := range f.Related {
			out = append(out, fmt.Sprintf("%s of %s: %s", place(r.At.Path, r.At.Line), f.Rule.ID, r.Message))
		}
	}
	slices.Sort(out)
	return out
}

// back gives the names in summaries their old form.
func (r *renamer) back(lines []string) []string {
	old := make(map[string]string)
	for was, is := range r.names {
		old[is] = was
	}
	var out []string
	for _, line := range lines {
		out = append(out, word.ReplaceAllStringFunc(line, func(w string) string { return cmp.Or(old[w], w) }))
	}
	slices.Sort(out)
	return out
}

// unrenamedFiles are called by Django, by its tools or by convention what they are called.
var unrenamedFiles = []string{
	"manage", "wsgi", "asgi", "models", "apps", "admin", "tests", "migrations", "management", "commands", "templates", "registration",
	"__init__", "deploy", "docs",
}

// renamePath renames the folders and Python modules of a path.
func (r *renamer) renamePath(name string) string {
	segments := strings.Split(name, "/")
	for i, s := range segments {
		base := strings.TrimSuffix(s, path.Ext(s))
		if i < len(segments)-1 || path.Ext(s) == ".py" {
			segments[i] = r.name(base) + path.Ext(s)
		}
	}
	return strings.Join(segments, "/")
}
