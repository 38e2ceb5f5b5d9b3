//go:build unix

package python

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWalkPipe(t *testing.T) {
	dir := lay(t, map[string]string{"a.py": ""})
	for _, name := range []string{"pipe.py", "pipe.txt"} {
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("pipe.py", filepath.Join(dir, "link.py")); err != nil {
		t.Fatal(err)
	}
	want := []string{"pipe.py: not a regular file, so it was not read", "link.py: not a regular file, so it was not read"}
	checked, others, problems := walkIn(dir, ".")
	if diff := cmp.Diff([]string{"a.py"}, checked); diff != "" || len(others) > 0 {
		t.Errorf("checked %v, others %v", checked, others)
	}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if _, _, problems := walkIn(dir, "pipe.py"); len(problems) != 1 || problems[0] != want[0] {
		t.Errorf("problems of the named pipe: %v", problems)
	}
}
