package pyproject

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// maxReexports bounds how many imports a name is followed through. Real packages need three or four.
const maxReexports = 8

// ResolveModule returns the path of the file that dotted means in an import statement of from. Leading dots make the name
// relative to the package of from, as in Python. The second result is false for a module outside the program and for a
// namespace package, which is no file.
//
// An absolute name is looked up the way sys.path would: in the import roots above from, nearest first; then in folders
// above it that are no package; then anywhere in the program, provided that there is one such place only.
func (g *Graph) ResolveModule(from *py.File, dotted string) (path string, ok bool) {
	level := 0
	for level < len(dotted) && dotted[level] == '.' {
		level++
	}
	var parts []string
	if dotted[level:] != "" {
		parts = strings.Split(dotted[level:], ".")
	}
	if level > 0 {
		dir, _ := split(from.Path)
		for range level - 1 {
			if dir == "" {
				return "", false
			}
			dir = parent(dir)
		}
		return g.moduleIn(dir, parts)
	}
	if len(parts) == 0 {
		return "", false
	}
	return g.absolute(from.Path, parts)
}

// moduleIn returns the file of the module parts below dir. A package wins over a module of the same name, as in Python.
func (g *Graph) moduleIn(dir string, parts []string) (string, bool) {
	p := join(dir, parts)
	init := join(p, []string{"__init__.py"})
	if g.modules[init] {
		return init, true
	}
	if p != dir && g.modules[p+".py"] {
		return p + ".py", true
	}
	return "", false
}

func (g *Graph) absolute(from string, parts []string) (string, bool) {
	try := func(dir string) (string, bool) {
		p, ok := g.moduleIn(dir, parts)
		// A file never means itself by an absolute name: celery.py importing celery wants the library.
		return p, ok && p != from
	}
	start, _ := split(from)
	var above []string
	for dir := start; ; dir = parent(dir) {
		if g.isRoot[dir] {
			above = append(above, dir)
		}
		if dir == "" {
			break
		}
	}
	for dir := start; dir != ""; dir = parent(dir) {
		if !g.isPackage(dir) && !g.isRoot[dir] {
			above = append(above, dir)
		}
	}
	for _, dir := range above {
		if p, ok := try(dir); ok {
			return p, true
		}
		if p, ok := g.moduleIn(dir, parts[:1]); ok && p != from && len(parts) > 1 {
			// The first package of that name hides all others.
			return "", false
		}
	}
	found := ""
	for _, dir := range g.tops[parts[0]] {
		p, ok := try(dir)
		switch {
		case !ok:
			continue
		case len(parts) == 1 && !strings.HasSuffix(p, "/__init__.py") && !g.isRoot[dir]:
			// A lone module somewhere in the tree is more likely a namesake of an installed one.
			continue
		case found != "":
			return "", false
		}
		found = p
	}
	return found, found != ""
}

// Sibling returns the file of a module in the folder of from: what Python 2 takes an absolute import for.
func (g *Graph) Sibling(from *py.File, dotted string) (path string, ok bool) {
	dir, _ := split(from.Path)
	p, ok := g.moduleIn(dir, strings.Split(dotted, "."))
	return p, ok && p != from.Path
}

// ResolveName returns the file that defines a qualified name as from uses it ("shop.models.Cart", ".models.Cart"), and
// the name in that file ("Cart", or "Cart.total" for an attribute of a class). The name is empty if the qualified name is a
// module. Names that a file only imports are followed to where they are defined, star imports included.
//
// The second file may be parsed for this; a file that cannot be read does not resolve.
func (g *Graph) ResolveName(from *py.File, qualified string) (file *py.File, name string, ok bool) {
	return g.resolveName(from, qualified, 0)
}

func (g *Graph) resolveName(from *py.File, qualified string, depth int) (*py.File, string, bool) {
	if depth > maxReexports {
		return nil, "", false
	}
	rest := strings.TrimLeft(qualified, ".")
	dots := qualified[:len(qualified)-len(rest)]
	var parts []string
	if rest != "" {
		parts = strings.Split(rest, ".")
	}
	for n := len(parts); n >= 0; n-- {
		p, ok := g.ResolveModule(from, dots+strings.Join(parts[:n], "."))
		if !ok {
			continue
		}
		file := g.prog.Open(p)
		if file == nil {
			return nil, "", false
		}
		if n == len(parts) {
			return file, "", true
		}
		return g.member(file, parts[n:], depth+1)
	}
	return nil, "", false
}

// Member returns where a dotted name of a module is defined: in file itself, or where file imports it from.
func (g *Graph) Member(file *py.File, name string) (*py.File, string, bool) {
	return g.member(file, strings.Split(name, "."), 0)
}

func (g *Graph) member(file *py.File, parts []string, depth int) (*py.File, string, bool) {
	if depth > maxReexports || file.Scopes == nil {
		return nil, "", false
	}
	if b := file.Scopes.Module.Bindings[parts[0]]; b != nil {
		imported := false
		for i := len(b.Defs) - 1; i >= 0; i-- {
			switch d := b.Defs[i]; d.Kind {
			case py.ImportDef:
				imported = true
				target := strings.Join(append([]string{d.Target}, parts[1:]...), ".")
				if strings.Trim(d.Target, ".") == "" {
					target = d.Target + strings.Join(parts[1:], ".")
				}
				if f, name, ok := g.resolveName(file, target, depth+1); ok && !(f == file && name == parts[0]) {
					return f, name, true
				}
			case py.DelDef, py.UnknownDef, py.AnnDef:
			default:
				return file, strings.Join(parts, "."), true
			}
		}
		if imported {
			return nil, "", false
		}
	}
	stars := file.Scopes.Stars()
	for i := len(stars) - 1; i >= 0; i-- {
		p, ok := g.ResolveModule(file, stars[i])
		if !ok || p == file.Path {
			continue
		}
		if next := g.prog.Open(p); next != nil {
			if f, name, ok := g.member(next, parts, depth+1); ok {
				return f, name, true
			}
		}
	}
	return nil, "", false
}
