package django

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// eachBase calls fn for each base of a class that is a class of the project, bases of bases included.
func (p *Project) eachBase(file *py.File, def *py.ClassDef, depth int, fn func(f *py.File, name string)) {
	if depth > maxBases {
		return
	}
	for _, a := range def.Args {
		if a.Name.Name != "" {
			continue
		}
		f, name, ok := p.resolveExpr(file, a.Value)
		if !ok || name == "" || f == file && name == def.Name.Name {
			continue
		}
		fn(f, name)
		if base := classDef(f, name); base != nil {
			p.eachBase(f, base, depth+1, fn)
		}
	}
}

// derives reports whether a class has a base of an installed package by its dotted name, directly or through classes of the
// project.
func (p *Project) derives(file *py.File, def *py.ClassDef, dotted string, depth int) bool {
	if depth > maxBases {
		return false
	}
	for _, a := range def.Args {
		if a.Name.Name != "" {
			continue
		}
		if file.Scopes.Qualified(a.Value) == dotted {
			return true
		}
		f, name, ok := p.resolveExpr(file, a.Value)
		if !ok || f == file && name == def.Name.Name {
			continue
		}
		if base := classDef(f, name); base != nil && p.derives(f, base, dotted, depth+1) {
			return true
		}
	}
	return false
}

// baseNames returns the last parts of the names of all bases of a class, of the project and installed.
func (p *Project) baseNames(file *py.File, def *py.ClassDef) []string {
	var out []string
	add := func(f *py.File, d *py.ClassDef) {
		for _, a := range d.Args {
			if a.Name.Name == "" {
				if t := dottedText(a.Value); t != "" {
					out = append(out, t[strings.LastIndexByte(t, '.')+1:])
				}
			}
		}
	}
	add(file, def)
	p.eachBase(file, def, 0, func(f *py.File, name string) {
		out = append(out, name)
		if d := classDef(f, name); d != nil {
			add(f, d)
		}
	})
	return out
}

// enclosing returns the classes and functions around a function, outermost first.
func enclosing(file *py.File, fn *py.FunctionDef) []py.Node {
	var out []py.Node
	for _, n := range file.Scopes.Enclosing(fn.Def) {
		if n != py.Node(fn) {
			out = append(out, n)
		}
	}
	return out
}

// classDef returns the class of a module by its name, nil if there is none at module level.
func classDef(f *py.File, name string) *py.ClassDef {
	var out *py.ClassDef
	walkStmts(f.Module.Body, func(s py.Stmt) bool {
		switch s := s.(type) {
		case *py.ClassDef:
			if s.Name.Name == name {
				out = s
			}
			return false
		case *py.FunctionDef:
			return false
		}
		return true
	})
	return out
}

// resolveExpr returns where the class, function or module that an expression names is defined in the project, looking at
// the names of the file itself first.
func (p *Project) resolveExpr(file *py.File, e py.Expr) (*py.File, string, bool) {
	if q := file.Scopes.Qualified(e); q != "" {
		return p.graph.ResolveName(file, q)
	}
	name := dottedText(e)
	if name == "" {
		return nil, "", false
	}
	return p.graph.Member(file, name)
}

// dottedText returns a name or chain of attributes as written, "" for anything else.
func dottedText(e py.Expr) string {
	switch e := e.(type) {
	case *py.Name:
		return e.ID
	case *py.Attribute:
		if x := dottedText(e.X); x != "" {
			return x + "." + e.Attr.Name
		}
	}
	return ""
}
