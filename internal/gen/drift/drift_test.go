package drift

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSync(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("docs/same.md", "same")
	write("docs/old.md", "old")
	write("docs/left.md", "left over")
	write("other/left.md", "not ours")

	set := Set{
		Files: map[string][]byte{"docs/same.md": []byte("same"), "docs/old.md": []byte("new"), "new/a.md": []byte("a")},
		Own:   []string{"docs", "absent"},
	}
	want := []string{"docs/left.md", "docs/old.md", "new/a.md"}
	for _, check := range []bool{true, true, false} {
		stale, err := set.Sync(root, check)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, stale); diff != "" {
			t.Errorf("check=%t (-want +got):\n%s", check, diff)
		}
	}
	if stale, err := set.Sync(root, true); err != nil || len(stale) > 0 {
		t.Errorf("after writing: %v, %v", stale, err)
	}
	if data, err := os.ReadFile(filepath.Join(root, "docs", "old.md")); err != nil || string(data) != "new" {
		t.Errorf("docs/old.md: %q, %v", data, err)
	}
	if _, err := os.Stat(filepath.Join(root, "docs", "left.md")); !os.IsNotExist(err) {
		t.Error("docs/left.md is still there")
	}
	if _, err := os.Stat(filepath.Join(root, "other", "left.md")); err != nil {
		t.Error(err)
	}
}

func TestRoot(t *testing.T) {
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "internal", "gen", "drift")); err != nil {
		t.Error(err)
	}
	t.Chdir(t.TempDir())
	if root, err := Root(); err == nil {
		t.Errorf("found %s above a folder outside of any module", root)
	}
}
