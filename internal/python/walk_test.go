package python

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lay writes files below a new folder and returns it. A text that starts with "-> " makes a symbolic link.
func lay(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for path, text := range files {
		abs := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(abs), 0o777); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, ok := strings.CutPrefix(text, "-> "); ok {
			err = os.Symlink(strings.ReplaceAll(target, "ROOT", dir), abs)
		} else {
			err = os.WriteFile(abs, []byte(text), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// walkIn walks starts below dir, given by slash paths ("." for dir itself).
func walkIn(dir string, starts ...string) (checked, others, problems []string) {
	o := Options{Dir: dir, Display: func(abs string) string {
		rel, _ := filepath.Rel(dir, abs)
		return filepath.ToSlash(rel)
	}}
	for _, s := range starts {
		o.Starts = append(o.Starts, filepath.Join(dir, filepath.FromSlash(s)))
	}
	entries, list := walk(o)
	for _, e := range entries {
		if e.role == checkedRole {
			checked = append(checked, e.path)
		} else {
			others = append(others, e.path)
		}
	}
	for _, p := range list {
		problems = append(problems, p.At.Path+": "+p.Message)
	}
	return checked, others, problems
}

func TestWalk(t *testing.T) {
	tests := map[string]struct {
		files                     map[string]string
		starts                    []string
		checked, others, problems []string
	}{
		"roles": {
			files: map[string]string{
				"a.py": "", "z/b.py": "", "tests/a.py": "", "app/test/x.py": "", "testing/x.py": "", "test_a.py": "", "a_test.py": "",
				"tests.py": "", "conftest.py": "", "app/migrations/0001.py": "", "app/migrations/deep/x.py": "", "testable.py": "",
				"crontab": "", "page.html": "", "attest/latest.py": "",
			},
			checked: []string{"a.py", "app/migrations/deep/x.py", "attest/latest.py", "testable.py", "z/b.py"},
			others: []string{
				"a_test.py", "app/migrations/0001.py", "app/test/x.py", "conftest.py", "crontab", "page.html",
				"test_a.py", "testing/x.py", "tests.py", "tests/a.py",
			},
		},
		"installed packages": {
			files: map[string]string{
				"a.py": "", ".venv/a.py": "", "venv/a.py": "", "node_modules/a.py": "", "__pycache__/a.py": "", ".git/a.py": "",
				"env/pyvenv.cfg": "", "env/lib/a.py": "", "libs/six.py": "", "libs/six-1.dist-info/METADATA": "", "libs/a/b.py": "",
				"environment/a.py": "",
			},
			checked: []string{"a.py", "environment/a.py"},
		},
		"a named folder is walked whatever it is": {
			files:   map[string]string{"venv/pyvenv.cfg": "", "venv/tests/a.py": "", "venv/b.py": "", "c.py": ""},
			starts:  []string{"venv"},
			checked: []string{"venv/b.py"},
			others:  []string{"venv/pyvenv.cfg", "venv/tests/a.py"},
		},
		"a named folder of tests is no test": {
			files:   map[string]string{"tests/a.py": "", "tests/sub/tests/b.py": "", "tests/migrations/c.py": "", "d.py": ""},
			starts:  []string{"tests"},
			checked: []string{"tests/a.py"},
			others:  []string{"tests/migrations/c.py", "tests/sub/tests/b.py"},
		},
		"named inside of a named folder": {
			files:   map[string]string{"tests/a.py": "", "b.py": "", ".venv/c.py": "", "app/migrations/0001.py": ""},
			starts:  []string{".", "tests", ".venv", "app/migrations/0001.py"},
			checked: []string{".venv/c.py", "app/migrations/0001.py", "b.py", "tests/a.py"},
		},
		"named files": {
			files:    map[string]string{".gitignore": "*", "a.py": "", "script": "", "win.pyw": "", "README.md": "", "test_x.py": ""},
			starts:   []string{"a.py", "script", "win.pyw", "README.md", "test_x.py", "no.py"},
			checked:  []string{"a.py", "script", "test_x.py", "win.pyw"},
			problems: []string{"README.md: not a Python file, so it was not checked", "no.py: cannot be read: no such file or directory"},
		},
		"named below an ignored folder": {
			files:   map[string]string{".git/HEAD": "", ".gitignore": "out/\n*.gen.py\n", "out/a.py": "", "out/sub/b.gen.py": ""},
			starts:  []string{"out/sub"},
			checked: []string{"out/sub/b.gen.py"},
		},
		"ignored by a folder above, in a repository": {
			files:   map[string]string{".git/HEAD": "", ".gitignore": "*.gen.py\n", "out/a.py": "", "out/b.gen.py": ""},
			starts:  []string{"out"},
			checked: []string{"out/a.py"},
		},
		"ignored by a folder above, without a repository": {
			files:   map[string]string{".gitignore": "*.gen.py\n", "out/a.py": "", "out/b.gen.py": ""},
			starts:  []string{"out"},
			checked: []string{"out/a.py", "out/b.gen.py"},
		},
		"links": {
			files: map[string]string{
				"real.py": "", "again.py": "-> real.py", "loop/up": "-> ..", "loop/self": "-> self", "dir": "-> sub", "sub/x.py": "",
				"node_modules/hidden.py": "", "found.py": "-> node_modules/hidden.py", "twice.py": "-> found.py",
				"out.py": "-> /etc/hostname", "abs.py": "-> ROOT/.venv/y.py", ".venv/y.py": "",
				".#real.py": "-> user@host.1234", "dead.py": "-> nowhere.py", "dead.txt": "-> nowhere", "self.py": "-> self.py",
			},
			checked: []string{"abs.py", "found.py", "real.py", "sub/x.py"},
			problems: []string{
				"dead.py: symbolic link leads nowhere, so nothing was checked",
				"self.py: symbolic link leads nowhere, so nothing was checked",
			},
		},
		"a named link and what it leads to": {
			files:   map[string]string{"a.py": "", "b.py": "-> a.py"},
			starts:  []string{"a.py", "b.py"},
			checked: []string{"a.py"},
		},
		"a folder with the name of a file": {
			files:   map[string]string{"x.py/y.py": ""},
			checked: []string{"x.py/y.py"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := lay(t, test.files)
			if test.starts == nil {
				test.starts = []string{"."}
			}
			checked, others, problems := walkIn(dir, test.starts...)
			others = slices.DeleteFunc(others, func(p string) bool { return filepath.Base(p) == ".gitignore" })
			if diff := cmp.Diff(test.checked, checked); diff != "" {
				t.Errorf("checked (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.others, others); diff != "" && len(test.others)+len(others) > 0 {
				t.Errorf("others (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.problems, problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFindRoot(t *testing.T) {
	dir := lay(t, map[string]string{"p/.git": "gitdir: x", "p/shop/manage.py": "", "p/shop/app/views.py": "", "p/lib/x.py": "", "p/lib/sub/setup.cfg": ""})
	for file, want := range map[string]string{
		"p/shop/app/views.py": "p/shop", "p/lib/x.py": "p", "p/lib/sub/setup.cfg": "p/lib/sub",
	} {
		got, found := FindRoot(filepath.Join(dir, file))
		if !found || got != filepath.Join(dir, want) {
			t.Errorf("FindRoot(%s) = %s, %v; want %s", file, got, found, want)
		}
	}
}

// TestGitDirOfWorktree checks that info/exclude of the main repository holds in a further worktree and in a submodule.
func TestGitDirOfWorktree(t *testing.T) {
	dir := lay(t, map[string]string{
		"main/.git/info/exclude": "secret.py\n", "main/.git/worktrees/two/commondir": "../..\n",
		"two/.git": "gitdir: ROOT", "two/secret.py": "", "two/open.py": "",
		"main/.git/modules/sub/info/exclude": "open.py\n", "main/sub/.git": "gitdir: ../.git/modules/sub\n", "main/sub/open.py": "", "main/sub/b.py": "",
	})
	if err := os.WriteFile(filepath.Join(dir, "two/.git"), []byte("gitdir: "+filepath.Join(dir, "main/.git/worktrees/two")+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for start, want := range map[string]string{"two": "two/open.py", "main": "main/sub/b.py"} {
		checked, _, _ := walkIn(dir, start)
		if !slices.Equal(checked, []string{want}) {
			t.Errorf("checked in %s: %v, want %s", start, checked, want)
		}
	}
}

func TestBelow(t *testing.T) {
	for _, test := range []struct {
		path, dir string
		want      bool
	}{
		{"/a/b", "/a/b", true}, {"/a/b/c", "/a/b", true}, {"/a/bc", "/a/b", false}, {"/a", "/a/b", false}, {"/a/b", "/", true}, {"/", "/", true}, {"/", "/a", false},
	} {
		if got := below(filepath.FromSlash(test.path), filepath.FromSlash(test.dir)); got != test.want {
			t.Errorf("below(%s, %s) = %v", test.path, test.dir, got)
		}
	}
}
