package archtest

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// own makes a package of this module.
func own(path string, imports ...string) *pkg {
	p := &pkg{ImportPath: module + "/" + path, GoFiles: []string{"x.go"}, Module: &struct{ Path, Dir string }{Path: module}}
	for _, imp := range imports {
		if !strings.Contains(imp, ".") && strings.Contains(imp, "/") || imp == "rule" || imp == "pyrules" || imp == "sessionstore" {
			imp = module + "/" + imp
		}
		p.Imports = append(p.Imports, imp)
	}
	return p
}

func TestImportViolationsAreFound(t *testing.T) {
	cgo := own("internal/django")
	cgo.CgoFiles = []string{"fast.go"}
	foreignCgo := &pkg{ImportPath: "example.org/driver", CgoFiles: []string{"driver.go"}}
	deep := own("internal/engine", "internal/python")
	deep.Deps = []string{module + "/internal/python", module + "/internal/py/treesitter"}
	shipped := own("cmd/sesslint")
	shipped.Deps = []string{module + "/sessionstore"}
	tested := own("pyrules/one")
	tested.TestImports = []string{module + "/pyrules/two"}
	replayed := own("pyrules/one/evidence")
	replayed.GoFiles = nil
	replayed.XTestImports = []string{module + "/internal/config"}

	tests := []struct {
		name string
		pkg  *pkg
		want string // a part of the only complaint; empty for none
	}{
		{"upwards", own("internal/py", "internal/django"), "internal/py imports internal/django"},
		{"sideways", own("internal/sessflow", "internal/django"), "internal/sessflow imports internal/django"},
		{"rule imports rule", own("pyrules/one", "pyrules/two"), "pyrules/one imports pyrules/two"},
		{"rule reads files", own("pyrules/one", "internal/source"), "pyrules/one imports internal/source"},
		{"store outside tests", own("pyrules/one", "sessionstore"), "pyrules/one imports sessionstore"},
		{"foreign library", own("rule", "github.com/google/go-cmp/cmp"), "rule imports github.com/google/go-cmp/cmp"},
		{"no place", own("internal/utils"), "internal/utils has no place in the table"},
		{"cgo", cgo, "internal/django uses cgo (fast.go)"},
		{"cgo of a dependency", foreignCgo, "example.org/driver uses cgo"},
		{"cgo reached", deep, "internal/engine reaches internal/py/treesitter"},
		{"store shipped", shipped, "cmd/sesslint reaches sessionstore"},
		{"rule test imports rule", tested, "pyrules/one imports pyrules/two in a test"},
		{"evidence test imports config", replayed, "pyrules/one/evidence imports internal/config in a test"},
		{"rule as it should be", own("pyrules/one", "rule", "internal/py", "internal/sessflow", "internal/django", "strings"), ""},
		{"parser as it should be", own("internal/py/treesitter", "C", "internal/py", "github.com/smacker/go-tree-sitter"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			std := &pkg{ImportPath: "strings", Standard: true}
			one(t, checkImports([]*pkg{std, tt.pkg}), tt.want)
		})
	}
}

func TestWordViolationsAreFound(t *testing.T) {
	tests := []struct {
		name, path, body, want string
	}{
		{"exit", "internal/engine", `func f() { os.Exit(1) }`, "os.Exit"},
		{"renamed import", "internal/engine", `func f() { std.Exit(1) }`, "os.Exit"},
		{"exit in a command", "cmd/sesslint", `func f() { os.Exit(1) }`, ""},
		{"fatal", "internal/config", `func f() { log.Fatalf("x") }`, "log.Fatalf"},
		{"stdout", "internal/python", `var w = os.Stdout`, "os.Stdout"},
		{"stdout in output", "internal/output", `var w = os.Stdout`, ""},
		{"print", "pyrules/one", `func f() { fmt.Println("here") }`, "fmt.Println"},
		{"builtin", "internal/gen", `func f() { println("here") }`, "println"},
		{"init", "pyrules/one", `func init() {}`, "func init"},
		{"init method", "pyrules/one", `type t int; func (t) init() {}`, ""},
		{"panic", "pyrules/one", `func f() { panic("no") }`, "panic"},
		{"stderr", "internal/engine", `var w = os.Stderr`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fset := token.NewFileSet()
			src := "package x\nimport (\"fmt\"; \"log\"; \"os\"; std \"os\")\n" + tt.body
			file, err := parser.ParseFile(fset, "x.go", src, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			one(t, checkWords(fset, module+"/"+tt.path, file), tt.want)
		})
	}
}

func TestEveryRowHasAReason(t *testing.T) {
	for _, s := range append(append([]stair{}, stairs...), testStairs...) {
		if s.reason == "" {
			t.Errorf("%s: no reason", s.packages)
		}
	}
	for _, b := range bans {
		if b.reason == "" {
			t.Errorf("%s: no reason", b.packages)
		}
	}
	for _, w := range words {
		if w.reason == "" {
			t.Errorf("%s: no reason", w.name)
		}
	}
}

func one(t *testing.T, got []string, want string) {
	t.Helper()
	switch {
	case want == "" && len(got) > 0:
		t.Errorf("unexpected: %s", strings.Join(got, "; "))
	case want != "" && (len(got) != 1 || !strings.Contains(got[0], want)):
		t.Errorf("got %q, want one complaint that says %q", got, want)
	}
}
