// Package pyproject links the Python files of a program: which file a dotted module name is, and in which file a name is
// defined. It knows the layouts that real projects have (packages with and without __init__.py, src folders, a project
// below the root of the repository, several projects in one repository) and nothing about Django.
//
// Only files of the program count. A name that leads to an installed package does not resolve.
package pyproject

import (
	"path"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// Engine builds the module graph of a program. Its result is a *Graph.
var Engine = &py.Engine{
	Name: "pyproject",
	Run:  func(prog *py.Program, _ map[*py.Engine]any) any { return New(prog) },
}

// Of returns the module graph that a rule asked for in its Requires.
func Of(pass *py.Pass) *Graph { return pass.ResultOf[Engine].(*Graph) }

// A Graph answers which file of the program a dotted name means. It does not change after New and may be used by several
// goroutines.
type Graph struct {
	prog *py.Program
	// modules are the paths of all Python files.
	modules map[string]bool
	// dirs are the folders that hold a Python file, directly or further down.
	dirs map[string]bool
	// roots are the folders that are on sys.path when the project runs, as far as the layout tells: the root of the
	// program, and each folder with a manage.py or the metadata of a distribution, and their src folders. Longest first.
	roots  []string
	isRoot map[string]bool
	// tops maps the first part of a module name to the folders outside any package that hold such a module, sorted.
	tops map[string][]string
}

// rootMarkers are files that stand at the top of an import path: Django's and the packaging tools' starting points.
var rootMarkers = []string{"manage.py", "setup.py", "setup.cfg", "pyproject.toml"}

// New returns the graph of the files in prog.Paths. It reads no file.
func New(prog *py.Program) *Graph {
	g := &Graph{
		prog:    prog,
		modules: make(map[string]bool),
		dirs:    map[string]bool{"": true},
		isRoot:  map[string]bool{"": true},
		tops:    make(map[string][]string),
	}
	for _, p := range prog.Paths {
		dir, base := split(p)
		if slices.Contains(rootMarkers, base) {
			g.isRoot[dir] = true
		}
		if !strings.HasSuffix(base, ".py") {
			continue
		}
		g.modules[p] = true
		for d := dir; !g.dirs[d]; d = parent(d) {
			g.dirs[d] = true
		}
	}
	for dir := range g.dirs {
		if path.Base(dir) == "src" && g.isRoot[parent(dir)] && !g.isPackage(dir) {
			g.isRoot[dir] = true
		}
	}
	for dir := range g.isRoot {
		g.roots = append(g.roots, dir)
	}
	slices.SortFunc(g.roots, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	g.indexTops()
	return g
}

func (g *Graph) indexTops() {
	add := func(name, dir string) {
		if !g.isPackage(dir) {
			g.tops[name] = append(g.tops[name], dir)
		}
	}
	for p := range g.modules {
		dir, base := split(p)
		if name := strings.TrimSuffix(base, ".py"); name != "__init__" {
			add(name, dir)
		} else if dir != "" {
			add(path.Base(dir), parent(dir))
		}
	}
	for name, dirs := range g.tops {
		slices.Sort(dirs)
		g.tops[name] = slices.Compact(dirs)
	}
}

// Roots returns the import roots of the program, the longest path first; the root of the program is "" and always last.
func (g *Graph) Roots() []string { return slices.Clone(g.roots) }

// RootOf returns the import root that a file belongs to: the nearest one above it.
func (g *Graph) RootOf(file string) string {
	for dir, _ := split(file); ; dir = parent(dir) {
		if g.isRoot[dir] {
			return dir
		}
	}
}

// ModuleName returns the dotted name under which the program imports the Python file at a path: "shop.models" for
// backend/shop/models.py where backend holds manage.py, "shop" for backend/shop/__init__.py. It is empty for a file that
// cannot be imported by such a name.
func (g *Graph) ModuleName(file string) string {
	name, ok := strings.CutSuffix(file, ".py")
	if !ok {
		return ""
	}
	if root := g.RootOf(file); root != "" {
		name = strings.TrimPrefix(name, root+"/")
	}
	name = strings.TrimSuffix(name, "/__init__")
	if name == "__init__" || strings.Contains(name, ".") {
		return ""
	}
	return strings.ReplaceAll(name, "/", ".")
}

// isPackage reports whether a folder has an __init__.py.
func (g *Graph) isPackage(dir string) bool {
	return dir != "" && g.modules[dir+"/__init__.py"]
}

// split returns folder and base name of a path; the folder of a file at the top is "".
func split(p string) (dir, base string) {
	i := strings.LastIndexByte(p, '/')
	if i < 0 {
		return "", p
	}
	return p[:i], p[i+1:]
}

// parent returns the folder above dir, "" for a folder at the top and for "" itself.
func parent(dir string) string {
	d, _ := split(dir)
	return d
}

// join appends slash-separated parts to a folder that may be "".
func join(dir string, parts []string) string {
	p := strings.Join(parts, "/")
	switch {
	case dir == "":
		return p
	case p == "":
		return dir
	}
	return dir + "/" + p
}

// Has reports whether the program has a Python file at a path.
func (g *Graph) Has(p string) bool { return g.modules[p] }
