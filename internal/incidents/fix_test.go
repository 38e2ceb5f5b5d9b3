package incidents

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sesslint/sesslint/internal/py/treesitter"
)

// TestFixes applies everything that can be fixed to copies of the projects.
func TestFixes(t *testing.T) {
	for _, project := range broken {
		t.Run(project, func(t *testing.T) {
			dir := t.TempDir()
			copyTree(t, filepath.Join(home(t), project), filepath.Join(dir, project))
			before := read(t, dir)

			fixes, err := plan(t, dir, project).Fix(true)
			if err != nil {
				t.Fatal(err)
			}
			if fixes.Applied == 0 {
				t.Error("nothing was fixed")
			}
			if err := fixes.Write(); err != nil {
				t.Fatal(err)
			}
			after := read(t, dir)
			if cmp.Equal(before, after) {
				t.Error("no file changed")
			}
			parses(t, before, after)
			for _, f := range check(t, dir, project) {
				if len(f.Fixes) > 0 {
					t.Errorf("%s:%d: %s is left and can be fixed: %s", f.At.Path, f.At.Line, f.Rule.ID, f.Message)
				}
			}

			again, err := plan(t, dir, project).Fix(true)
			if err != nil {
				t.Fatal(err)
			}
			if err := again.Write(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(after, read(t, dir)); diff != "" || again.Applied != 0 {
				t.Errorf("a second run fixes %d findings (-first +second):\n%s", again.Applied, diff)
			}
		})
	}
}

// TestFixedViews: with the changes marked, the views of the handbook are those of its repaired twin.
func TestFixedViews(t *testing.T) {
	dir := t.TempDir()
	copyTree(t, filepath.Join(home(t), "refused-writes"), filepath.Join(dir, "refused-writes"))
	fixes, err := plan(t, dir, "refused-writes").Fix(true)
	if err != nil {
		t.Fatal(err)
	}
	if err := fixes.Write(); err != nil {
		t.Fatal(err)
	}
	const views = "articles/views.py"
	want := read(t, filepath.Join(home(t), "refused-writes-fixed"))[views]
	if diff := cmp.Diff(want, read(t, dir)["refused-writes/"+views]); diff != "" {
		t.Errorf("%s (-repaired +fixed):\n%s", views, diff)
	}
}

// parses requires that no Python file has a syntax error that it did not have before.
func parses(t *testing.T, before, after map[string]string) {
	t.Helper()
	for name, src := range after {
		if !strings.HasSuffix(name, ".py") || src == before[name] {
			continue
		}
		m, err := treesitter.Parse([]byte(src))
		if err != nil || len(m.Holes) > 0 {
			t.Errorf("%s does not parse (%v, %d holes):\n%s", name, err, len(m.Holes), src)
		}
	}
}

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// read returns all files below a folder.
func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path) // path is below dir
		files[filepath.ToSlash(rel)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
