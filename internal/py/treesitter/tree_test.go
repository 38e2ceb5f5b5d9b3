//go:build cgo

package treesitter

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sesslint/sesslint/internal/py"
)

// checkTrees parses the first string of each pair and compares the tree, one statement to a line, with the second. There must
// be no holes.
func checkTrees(t *testing.T, tests [][2]string) {
	t.Helper()
	for _, test := range tests {
		checkTree(t, test[0], test[1], nil)
	}
}

// A repairTest is source with the tree it must give and the source of its holes.
type repairTest struct {
	src, want string
	holes     []string
}

func checkRepairs(t *testing.T, tests []repairTest) {
	t.Helper()
	for _, test := range tests {
		checkTree(t, test.src, test.want, test.holes)
	}
}

func checkTree(t *testing.T, src, want string, wantHoles []string) {
	t.Helper()
	mod := parse(t, src)
	got := strings.TrimSuffix(py.DumpStmts(mod.Body, false), "\n")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tree of\n%s\n(-want +got):\n%s", src, diff)
	}
	if diff := cmp.Diff(wantHoles, holes(mod)); diff != "" {
		t.Errorf("holes of\n%s\n(-want +got):\n%s", src, diff)
	}
}

func parse(t *testing.T, src string) *py.Module {
	t.Helper()
	mod, err := Parse([]byte(src))
	if err != nil {
		t.Fatalf("parsing %.200q: %v", src, err)
	}
	return mod
}

// holes returns the source of the holes of a module.
func holes(mod *py.Module) []string {
	var out []string
	for _, hole := range mod.Holes {
		out = append(out, string(mod.Src[hole.Start:hole.End]))
	}
	return out
}
