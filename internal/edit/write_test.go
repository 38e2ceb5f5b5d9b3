//go:build unix

package edit

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func put(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// content reads all files of a folder by name; a symbolic link shows where it leads.
func content(t *testing.T, dir string) map[string]string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for _, e := range list {
		path := filepath.Join(dir, e.Name())
		if e.Type()&fs.ModeSymlink != 0 {
			target, err := os.Readlink(path)
			if err != nil {
				t.Fatal(err)
			}
			out[e.Name()] = "-> " + target
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(text)
	}
	return out
}

func change(path, before, after string) Change {
	return Change{Path: path, Name: filepath.Base(path), Before: []byte(before), After: []byte(after)}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	a, b := put(t, filepath.Join(dir, "a.py"), "1"), put(t, filepath.Join(dir, "b.py"), "2")
	if err := os.Symlink("b.py", filepath.Join(dir, "link.py")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(a, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := Write([]Change{change(a, "1", "one"), change(filepath.Join(dir, "link.py"), "2", "two")}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"a.py": "one", "b.py": "two", "link.py": "-> b.py"}
	if diff := cmp.Diff(want, content(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for path, want := range map[string]fs.FileMode{a: 0o750, b: 0o644} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
		}
	}
}

func TestWriteKeepsOwner(t *testing.T) {
	path := put(t, filepath.Join(t.TempDir(), "a.py"), "1")
	uid, gid := os.Getuid(), os.Getgid()
	if uid == 0 { // only root may give a file away
		uid, gid = 12345, 23456
	}
	if err := os.Chown(path, uid, gid); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o755|fs.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	if err := Write([]Change{change(path, "1", "2")}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	stat := info.Sys().(*syscall.Stat_t)
	if int(stat.Uid) != uid || int(stat.Gid) != gid || info.Mode() != 0o755|fs.ModeSetuid {
		t.Errorf("owner %d, group %d, mode %v", stat.Uid, stat.Gid, info.Mode())
	}
}

func TestWriteHardLink(t *testing.T) {
	dir := t.TempDir()
	a := put(t, filepath.Join(dir, "a.py"), "1")
	if err := os.Link(a, filepath.Join(dir, "b.py")); err != nil {
		t.Fatal(err)
	}
	if err := Write([]Change{change(a, "1", "2")}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"a.py": "2", "b.py": "2"}, content(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// TestWriteNothing checks that no file changes, and none is left behind, where one of several cannot be written.
func TestWriteNothing(t *testing.T) {
	type test struct {
		spoil func(t *testing.T, dir string)
		want  string // in the error
	}
	tests := map[string]test{
		"changed meanwhile": {func(t *testing.T, dir string) { put(t, filepath.Join(dir, "b.py"), "3") }, "b.py: " + ErrChanged.Error()},
		"removed":           {func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, "b.py"))) }, "no such file"},
		"a folder now": {func(t *testing.T, dir string) {
			must(t, os.Remove(filepath.Join(dir, "b.py")))
			must(t, os.Mkdir(filepath.Join(dir, "b.py"), 0o777))
		}, "not a regular file"},
		"a pipe now": {func(t *testing.T, dir string) {
			must(t, os.Remove(filepath.Join(dir, "b.py")))
			must(t, syscall.Mkfifo(filepath.Join(dir, "b.py"), 0o666))
		}, "not a regular file"},
		// The second change finds the file of the first, which was renamed into its place by then.
		"fails after the first was written": {func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, "a.py"), "2")
			must(t, os.Remove(filepath.Join(dir, "b.py")))
			must(t, os.Symlink("a.py", filepath.Join(dir, "b.py")))
		}, "b.py: " + ErrChanged.Error()},
	}
	if os.Getuid() != 0 { // root may write everything
		tests["read-only"] = test{func(t *testing.T, dir string) { must(t, os.Chmod(filepath.Join(dir, "b.py"), 0o444)) }, "permission denied"}
		tests["no new files"] = test{func(t *testing.T, dir string) { must(t, os.Chmod(dir, 0o555)) }, "permission denied"}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			a, b := put(t, filepath.Join(dir, "a.py"), "2"), put(t, filepath.Join(dir, "b.py"), "2")
			test.spoil(t, dir)
			before := listing(t, dir)
			err := Write([]Change{change(a, "2", "A"), change(b, "2", "B")})
			must(t, os.Chmod(dir, 0o755)) // so that it can be removed
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want one with %q", err, test.want)
			}
			if strings.Contains(test.want, ErrChanged.Error()) && !errors.Is(err, ErrChanged) {
				t.Error("the error is not ErrChanged")
			}
			if diff := cmp.Diff(before, listing(t, dir)); diff != "" {
				t.Errorf("files (-before +after):\n%s", diff)
			}
		})
	}
}

// listing is content without reading what is no regular file.
func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	list, err := os.ReadDir(dir)
	must(t, err)
	out := make(map[string]string)
	for _, e := range list {
		out[e.Name()] = e.Type().String()
		if e.Type().IsRegular() {
			text, err := os.ReadFile(filepath.Join(dir, e.Name()))
			must(t, err)
			out[e.Name()] = string(text)
		}
	}
	return out
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
