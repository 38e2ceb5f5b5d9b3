package django

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// settingsBindings tells which of the names that make a settings module a scope assigns.
func assignsSettings(sc *py.Scope) bool {
	has := func(name string) bool {
		b := sc.Bindings[name]
		return b != nil && slices.ContainsFunc(b.Defs, func(d py.Def) bool { return d.Kind == py.AssignDef || d.Kind == py.AugDef })
	}
	return has("INSTALLED_APPS") || has("ROOT_URLCONF") ||
		(has("MIDDLEWARE") || has("MIDDLEWARE_CLASSES") || has("SESSION_ENGINE")) && has("SECRET_KEY")
}

// isSettings reports whether a file looks like a settings module by what it assigns.
func isSettings(f *py.File) bool {
	if f == nil || f.Module == nil || f.Scopes == nil || f.Scopes.Module == nil {
		return false
	}
	if assignsSettings(f.Scopes.Module) {
		return true
	}
	for _, s := range f.Module.Body {
		if c, ok := s.(*py.ClassDef); ok && !strings.HasPrefix(c.Name.Name, "Test") {
			if sc := f.Scopes.Of(c); sc != nil && assignsSettings(sc) {
				return true
			}
		}
	}
	return false
}

// discover finds all settings modules and labels them.
func (p *Project) discover() {
	refs := p.references()
	byPath := make(map[string]*SettingsModule)
	add := func(f *py.File) *SettingsModule {
		if m := byPath[f.Path]; m != nil {
			return m
		}
		m := &SettingsModule{File: f, Name: p.graph.ModuleName(f.Path), project: p}
		byPath[f.Path] = m
		return m
	}
	for _, f := range p.prog.Files {
		if isSettings(f) {
			add(f)
		}
	}
	var missing []reference
	for _, r := range refs {
		from := r.place.File
		file, ok := p.graph.ResolveModule(from, r.module)
		if !ok {
			missing = append(missing, r)
			continue
		}
		f := p.prog.Open(file)
		if f == nil || f.Module == nil {
			continue
		}
		m := add(f)
		m.refs = append(m.refs, r)
	}
	p.siblings(byPath, add)
	for _, m := range byPath {
		p.modules = append(p.modules, m)
	}
	slices.SortFunc(p.modules, func(a, b *SettingsModule) int { return strings.Compare(a.File.Path, b.File.Path) })
	for _, m := range p.modules {
		for _, star := range m.File.Scopes.Stars() {
			if target := byPath[p.starTarget(m.File, star)]; target != nil && target != m {
				target.importers = append(target.importers, m)
				m.imports = append(m.imports, target)
			}
		}
		for _, included := range p.included(m.File) {
			if target := byPath[included]; target != nil && target != m {
				target.part = true
			}
		}
	}
	for _, m := range p.modules {
		m.selector = m.selects()
	}
	for _, m := range p.modules {
		m.Label, m.Why = p.label(m)
	}
	p.reportMissing(missing)
}

// starTarget returns the path of a star-imported module, "" if it is not in the program.
func (p *Project) starTarget(from *py.File, dotted string) string {
	t, _ := p.eval.starModule(from, dotted)
	return t
}

// siblings adds modules beside known ones that import everything from them: production.py may be two lines.
func (p *Project) siblings(byPath map[string]*SettingsModule, add func(*py.File) *SettingsModule) {
	dirs := make(map[string]bool)
	for file := range byPath {
		if folderLabel(file) == Deployable {
			dirs[path.Dir(file)] = true
			if d := path.Dir(file); isSettingsFolder(path.Base(path.Dir(d))) {
				dirs[path.Dir(d)] = true
			}
		}
	}
	var candidates []*py.File
	for _, f := range p.prog.Paths {
		if !strings.HasSuffix(f, ".py") || byPath[f] != nil {
			continue
		}
		dir := path.Dir(f)
		base := strings.TrimSuffix(path.Base(f), ".py")
		if !dirs[dir] && !(dirs[path.Dir(dir)] && isSettingsFolder(path.Base(path.Dir(dir)))) {
			continue
		}
		if !isSettingsFolder(path.Base(dir)) && !isSettingsFolder(path.Base(path.Dir(dir))) && classifyName(f) == neutralName &&
			!strings.Contains(base, "settings") && !strings.Contains(base, "conf") {
			continue
		}
		if src := p.prog.Read(f); !bytes.Contains(src, []byte("import *")) || len(src) > maxArtefact {
			continue
		}
		if file := p.prog.Open(f); file != nil && file.Scopes != nil {
			candidates = append(candidates, file)
		}
	}
	for changed := true; changed; {
		changed = false
		for _, f := range candidates {
			if byPath[f.Path] != nil {
				continue
			}
			for _, star := range f.Scopes.Stars() {
				if byPath[p.starTarget(f, star)] != nil {
					add(f)
					changed = true
					break
				}
			}
		}
	}
}

// included returns the files that a module includes with split_settings, as far as the names are literal.
func (p *Project) included(f *py.File) []string {
	if !bytes.Contains(f.Module.Src, []byte("split_settings")) {
		return nil
	}
	fr := &frame{ev: p.eval, file: f, ns: newNamespace(nil)}
	var out []string
	walkStmts(f.Module.Body, func(s py.Stmt) bool {
		es, ok := s.(*py.ExprStmt)
		if !ok {
			return true
		}
		call, ok := es.X.(*py.Call)
		if !ok || f.Scopes.Qualified(call.Func) != "split_settings.tools.include" {
			return true
		}
		for _, a := range call.Args {
			e := a.Value
			if inner, ok := e.(*py.Call); ok && len(inner.Args) == 1 {
				e = inner.Args[0].Value
			}
			if lit, ok := e.(*py.String); ok && a.Name.Name == "" {
				out = append(out, fr.glob(lit.Value)...)
			}
		}
		return true
	})
	return out
}

// selects reports whether a module imports everything from settings for production in one case and from others in another.
func (m *SettingsModule) selects() bool {
	classes := make(map[nameClass]bool)
	for _, t := range m.imports {
		classes[classifyName(t.File.Path)] = true
	}
	return classes[deployName] && (classes[localName] || classes[testClass])
}

// reportMissing records the settings modules that a server or manage.py names and that are not in the program. Those of a
// developer's machine are often not in the repository, and not missed where others are.
func (p *Project) reportMissing(refs []reference) {
	if p.prog.Problem == nil {
		return
	}
	seen := make(map[string]bool)
	for _, r := range refs {
		if r.kind != refManage && r.kind != refServer || !strings.HasSuffix(r.place.File.Path, ".py") || !r.certain ||
			folderLabel(r.place.File.Path) != Deployable || r.module == "" || seen[r.module] {
			continue
		}
		seen[r.module] = true
		switch classifyName(strings.ReplaceAll(r.module, ".", "/") + ".py") {
		case localName, testClass:
			if len(p.Deployable()) > 0 {
				continue
			}
		}
		if p.isFolder(strings.ReplaceAll(r.module, ".", "/")) {
			continue // a package without __init__.py, whose modules are looked at by themselves
		}
		p.prog.Problem(r.place.File.Path, r.place.At,
			"settings module "+r.module+" is named here and is not in the project, so its settings are not checked")
	}
}

// hasEntry reports whether a manage.py, wsgi.py or asgi.py belongs to the same import root as a file.
func (p *Project) hasEntry(file string) bool {
	root := p.graph.RootOf(file)
	return slices.ContainsFunc(p.entries, func(e string) bool { return p.graph.RootOf(e) == root || root == "" })
}

// rootHasOther reports whether another module of the same import root is certainly for production: a server or manage.py
// loads it, or its name says so.
func (p *Project) rootHasOther(m *SettingsModule) bool {
	root := p.graph.RootOf(m.File.Path)
	return slices.ContainsFunc(p.modules, func(o *SettingsModule) bool {
		if o == m || p.graph.RootOf(o.File.Path) != root || folderLabel(o.File.Path) != Deployable || o.part || o.selector {
			return false
		}
		switch classifyName(o.File.Path) {
		case deployName:
			return true
		case neutralName, baseName:
			return o.refCount(refServer)+o.refCount(refManage) > 0
		}
		return false
	})
}

// isFolder reports whether the program has files below a folder of that path, seen from any import root.
func (p *Project) isFolder(dir string) bool {
	return slices.ContainsFunc(p.prog.Paths, func(path string) bool {
		return strings.HasPrefix(path, dir+"/") || strings.Contains(path, "/"+dir+"/")
	})
}
