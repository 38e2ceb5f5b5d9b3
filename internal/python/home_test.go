package python

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHomePath(t *testing.T) {
	dir := lay(t, map[string]string{
		"plain/a.py":            "",
		"project/manage.py":     "",
		"project/app/b.py":      "",
		"git/.git/HEAD":         "",
		"git/c.py":              "",
		"git/site/manage.py":    "",
		"git/site/app/d.py":     "",
		"git/module/.git":       "gitdir: ../.git/modules/module\n",
		"git/module/setup.py":   "",
		"git/module/src/x/e.py": "",
	})
	if err := os.Symlink(filepath.Join(dir, "git", "site"), filepath.Join(dir, "link")); err != nil {
		t.Skip(err)
	}
	want := map[string]string{
		"plain/a.py":            "plain/a.py",
		"project/manage.py":     "manage.py",
		"project/app/b.py":      "app/b.py",
		"git/c.py":              "c.py",
		"git/site/manage.py":    "site/manage.py",
		"git/site/app/d.py":     "site/app/d.py",
		"git/module/.git":       ".git",
		"git/module/setup.py":   "setup.py",
		"git/module/src/x/e.py": "src/x/e.py",
	}
	paths := func(root string) map[string]string {
		tree := tree(filepath.Join(dir, root))
		got := make(map[string]string)
		for _, e := range tree.entries {
			got[filepath.ToSlash(filepath.Join(root, e.path))] = tree.HomePath(e.shown)
		}
		return got
	}
	if diff := cmp.Diff(want, paths("")); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
	for root, want := range map[string]map[string]string{
		"git/site/app": {"git/site/app/d.py": "site/app/d.py"},
		"link":         {"link/manage.py": "site/manage.py", "link/app/d.py": "site/app/d.py"},
		"project/app":  {"project/app/b.py": "app/b.py"},
		"plain":        {"plain/a.py": "a.py"},
	} {
		if diff := cmp.Diff(want, paths(root)); diff != "" {
			t.Errorf("paths from %s (-want +got):\n%s", root, diff)
		}
	}
}
