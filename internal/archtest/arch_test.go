package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/sesslint/sesslint"

// pkg is what go list says about a package.
type pkg struct {
	Dir          string
	ImportPath   string
	Standard     bool
	Module       *struct{ Path, Dir string }
	GoFiles      []string
	CgoFiles     []string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Deps         []string
}

func (p *pkg) own() bool { return p.Module != nil && p.Module.Path == module }

func TestStairs(t *testing.T) {
	for _, complaint := range checkImports(list(t)) {
		t.Error(complaint)
	}
}

func TestWords(t *testing.T) {
	for _, p := range list(t) {
		if !p.own() {
			continue
		}
		fset := token.NewFileSet()
		for _, name := range slices.Concat(p.GoFiles, p.CgoFiles) {
			// Reading the file through the os package also tells the test cache that this test depends on it.
			src, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			file, err := parser.ParseFile(fset, filepath.Join(rel(p.ImportPath), name), src, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, complaint := range checkWords(fset, p.ImportPath, file) {
				t.Error(complaint)
			}
		}
	}
}

// list runs go list once over the module and its dependencies.
func list(t *testing.T) []*pkg {
	t.Helper()
	touchTree(t)
	cmd := exec.Command("go", "list", "-deps", "-json=Dir,ImportPath,Standard,Module,GoFiles,CgoFiles,Imports,TestImports,XTestImports,Deps", module+"/...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	var pkgs []*pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(pkg)
		if err := dec.Decode(p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
	own := slices.ContainsFunc(pkgs, func(p *pkg) bool { return p.ImportPath == module+"/rule" })
	if !own {
		t.Fatalf("go list found %d packages and %s/rule is not among them", len(pkgs), module)
	}
	return pkgs
}

// touchTree opens every folder and Go file of the module, so that go test does not reuse the result of an earlier run after
// one of them changed: it cannot see what the go list child process reads.
func touchTree(t *testing.T) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) == ".go" {
			_, err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// checkImports holds packages against stairs, testStairs and bans.
func checkImports(pkgs []*pkg) []string {
	standard := map[string]bool{"unsafe": true, "C": true}
	for _, p := range pkgs {
		if p.Standard {
			standard[p.ImportPath] = true
		}
	}
	var complaints []string
	complain := func(format string, args ...any) { complaints = append(complaints, fmt.Sprintf(format, args...)) }

	for _, p := range pkgs {
		name := rel(p.ImportPath)
		switch {
		case p.Standard:
			continue
		case !p.own():
			if len(p.CgoFiles) > 0 && !match("github.com/smacker/go-tree-sitter/...", p.ImportPath) {
				complain("%s uses cgo: only tree-sitter may, so that every other package builds without a C compiler", p.ImportPath)
			}
			continue
		}
		if len(p.CgoFiles) > 0 && name != "internal/py/treesitter" {
			complain("%s uses cgo (%s): only internal/py/treesitter may", name, strings.Join(p.CgoFiles, ", "))
		}

		s := find(stairs, name)
		if s == nil && len(p.GoFiles)+len(p.CgoFiles) == 0 {
			s = &stair{packages: name, reason: "has tests only"}
		}
		if s == nil {
			complain("%s has no place in the table: add a stair for it in internal/archtest/table_test.go", name)
			continue
		}
		for _, imp := range p.Imports {
			if !standard[imp] && !matchAny(s.imports, rel(imp)) {
				complain("%s imports %s: %s", name, rel(imp), s.reason)
			}
		}
		ts := find(testStairs, name)
		for _, imp := range slices.Concat(p.TestImports, p.XTestImports) {
			// Packages of the standard library that only tests import are not in the list; their first element has no dot.
			std := standard[imp] || !strings.HasPrefix(imp, module+"/") && !strings.Contains(strings.Split(imp, "/")[0], ".")
			if !std && imp != p.ImportPath && !matchAny(s.imports, rel(imp)) && !matchAny(ts.imports, rel(imp)) {
				complain("%s imports %s in a test: %s", name, rel(imp), ts.reason)
			}
		}
		for _, b := range bans {
			if !match(b.packages, name) || matchAny(b.except, name) {
				continue
			}
			for _, dep := range p.Deps {
				if matchAny(b.banned, rel(dep)) {
					complain("%s reaches %s: %s", name, rel(dep), b.reason)
				}
			}
		}
	}
	return complaints
}

// checkWords holds one file against words.
func checkWords(fset *token.FileSet, importPath string, file *ast.File) []string {
	imports := map[string]string{} // local name -> path
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		local := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			local = spec.Name.Name
		}
		imports[local] = path
	}
	var complaints []string
	said := func(name string, at token.Pos) {
		for _, w := range words {
			if w.name == name && !matchAny(w.except, rel(importPath)) {
				complaints = append(complaints, fmt.Sprintf("%s: %s: %s", fset.Position(at), name, w.reason))
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				said("func init", n.Pos())
			}
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok {
				said(id.Name, n.Pos())
			}
		case *ast.SelectorExpr:
			if id, ok := n.X.(*ast.Ident); ok && imports[id.Name] != "" {
				said(imports[id.Name]+"."+n.Sel.Name, n.Pos())
			}
		}
		return true
	})
	return complaints
}

func find(table []stair, name string) *stair {
	for i := range table {
		if match(table[i].packages, name) {
			return &table[i]
		}
	}
	return nil
}

func matchAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return match(p, name) })
}

// match reports whether a package path matches a pattern of the table.
func match(pattern, name string) bool {
	if pattern == "..." {
		return true
	}
	if prefix, ok := strings.CutSuffix(pattern, "/..."); ok {
		return name == prefix || strings.HasPrefix(name, prefix+"/")
	}
	p, n := strings.Split(pattern, "/"), strings.Split(name, "/")
	if len(p) != len(n) {
		return false
	}
	for i := range p {
		if p[i] != "*" && p[i] != n[i] {
			return false
		}
	}
	return true
}

// rel returns the path of a package from the root of this module; other modules' packages keep their import path.
func rel(importPath string) string {
	if importPath == module {
		return "."
	}
	return strings.TrimPrefix(importPath, module+"/")
}
