package django

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// harmlessStars are modules of installed packages whose star import brings no setting that sessions depend on: Django's
// own defaults, and packages that only define settings with a prefix of their own.
var harmlessStars = map[string]bool{
	"django.conf.global_settings": true,
	"oscar.defaults":              true,
	"machina.settings":            true,
	"typing":                      true,
	"os":                          true,
	"os.path":                     true,
	"pathlib":                     true,
	"datetime":                    true,
	"split_settings.tools":        true,
	"decouple":                    true,
	"environ":                     true,
	"environs":                    true,
}

func (f *frame) importStmt(s *py.Import) {
	for _, a := range s.Names {
		top, rest, dotted := strings.Cut(a.Name, ".")
		name, module := top, top
		if a.AsName != "" {
			name, module = a.AsName, a.Name
		}
		if p, ok := f.ev.graph.ResolveModule(f.file, module); ok {
			f.ns.set(name, constant(moduleRef{p}))
			if f.imports != nil && f.imports.present == "" {
				f.imports.present = a.Name
			}
			continue
		}
		if dotted && rest != "" && a.AsName == "" {
			if _, ok := f.ev.graph.ResolveModule(f.file, a.Name); ok {
				// A namespace package holds the module: the name is looked up by its full path.
				f.ns.set(name, constant(external{top}))
				continue
			}
		}
		f.noteImport(a.Name, 0)
		f.ns.set(name, constant(external{module}))
	}
}

// noteImport records an import that leads outside the program in the log of the try statement around it.
func (f *frame) noteImport(module string, level int) {
	if f.imports == nil {
		return
	}
	if level > 0 || f.shouldExist(module) {
		if f.imports.missing == "" {
			f.imports.missing = strings.Repeat(".", level) + module
		}
	} else if f.imports.external == "" {
		f.imports.external = module
	}
}

// shouldExist reports whether a module that does not resolve belongs to the project, not to an installed package.
func (f *frame) shouldExist(module string) bool {
	top, _, dotted := strings.Cut(module, ".")
	if dotted {
		_, ok := f.ev.graph.ResolveModule(f.file, top)
		return ok
	}
	return isLocalName(module) || strings.Contains(module, "settings") && !settingsPackages[module]
}

// settingsPackages are installed packages whose name is like that of a settings module.
var settingsPackages = py.WordSet("pydantic_settings split_settings django_settings_export django_split_settings typed_settings")

func (f *frame) importFrom(s *py.ImportFrom) {
	dotted := strings.Repeat(".", s.Level) + s.Module
	p, ok := f.ev.graph.ResolveModule(f.file, dotted)
	if s.Star {
		p, ok = f.ev.starModule(f.file, dotted)
	}
	switch {
	case s.Star && ok:
		f.star(s, p)
	case s.Star:
		f.missingStar(s, dotted)
	default:
		for _, a := range s.Names {
			f.importName(s, a, dotted, p, ok)
		}
	}
}

// starModule returns the file that a star import of a settings module brings in. Python 2 looks into the folder of the
// importing file first; a module there that holds settings is what the author meant.
func (ev *evaluator) starModule(from *py.File, dotted string) (string, bool) {
	p, ok := ev.graph.ResolveModule(from, dotted)
	if strings.HasPrefix(dotted, ".") {
		return p, ok
	}
	if s, found := ev.graph.Sibling(from, dotted); found && s != p && (!ok || isSettings(ev.prog.Open(s))) {
		return s, true
	}
	return p, ok
}

func (f *frame) importName(s *py.ImportFrom, a py.Alias, dotted, p string, ok bool) {
	name := a.AsName
	if name == "" {
		name = a.Name
	}
	full := dotted + "." + a.Name
	if strings.HasSuffix(dotted, ".") {
		full = dotted + a.Name
	}
	sub, isModule := f.ev.graph.ResolveModule(f.file, full)
	switch {
	case ok:
		// The package may define the name; a module of that name is tried after it.
		f.ns.set(name, constant(lazy{p, a.Name}))
	case isModule:
		f.ns.set(name, constant(moduleRef{sub}))
	case s.Level > 0 || f.shouldExist(s.Module):
		f.noteImport(s.Module, s.Level)
		f.assign(name, unknown(dotted+" is not in the repository"), s.Span, nil, "")
		return
	default:
		f.noteImport(s.Module, 0)
		f.ns.set(name, constant(external{full}))
		return
	}
	if f.imports != nil && f.imports.present == "" {
		f.imports.present = dotted
	}
}

// star runs from p import *.
func (f *frame) star(s *py.ImportFrom, p string) {
	if f.imports != nil && f.imports.present == "" {
		f.imports.present = strings.Repeat(".", s.Level) + s.Module
	}
	target := f.ev.module(p)
	if target == nil {
		f.openUp(s.Span, p+" cannot be read")
		return
	}
	if target.open != "" {
		f.openUp(s.Span, target.open)
	}
	export := func(string) bool { return true }
	if all, ok := target.own("__all__"); ok {
		if l, ok := all.List(); ok && all.kind == KindConst && l.definite() {
			listed := make(map[string]bool)
			for _, name := range l.Strings() {
				listed[name] = true
			}
			export = func(name string) bool { return listed[name] }
		}
	} else {
		export = func(name string) bool { return !strings.HasPrefix(name, "_") }
	}
	for _, name := range target.names() {
		if !export(name) {
			continue
		}
		v, _ := target.own(name)
		if v.kind == KindAbsent {
			continue
		}
		if old, ok := f.ns.own(name); ok && len(v.steps) > 0 {
			v.steps = mergeSteps(old.steps, v.steps)
		}
		if when := f.when(); when != "" && len(v.steps) > 0 && isSettingName(name) {
			v.steps = append(v.steps[:len(v.steps):len(v.steps)], Step{
				Place: v.steps[len(v.steps)-1].Place,
				Note:  "imported by " + f.file.Path + when,
				Expr:  v.steps[len(v.steps)-1].Expr,
			})
		}
		f.ns.set(name, v)
	}
	for name, steps := range target.skipped {
		for _, st := range steps {
			f.ns.skip(name, st)
		}
	}
	if target.override != nil {
		f.ns.mayOverride(*target.override)
	}
}

// missingStar runs a star import of a module that is not in the program.
func (f *frame) missingStar(s *py.ImportFrom, dotted string) {
	if harmlessStars[dotted] {
		return
	}
	local := s.Level > 0 || f.shouldExist(s.Module)
	f.noteImport(s.Module, s.Level)
	if isLocalName(s.Module) {
		// Each installation writes this file for itself: what stands here is what it starts from.
		f.ns.mayOverride(f.step(s.Span, "may be overridden by "+dotted+", which is not in the repository", nil))
		return
	}
	if local {
		f.openUp(s.Span, "it may be set in "+dotted+", which is not in the repository")
		return
	}
	f.openUp(s.Span, "it may be set in the installed package "+dotted)
}

// force looks up what a lazily imported name is.
func (f *frame) force(l lazy) Value {
	if strings.HasSuffix(l.path, "/__init__.py") {
		// A submodule is an attribute of its package unless the package binds the name itself.
		dir := strings.TrimSuffix(l.path, "__init__.py")
		for _, p := range []string{dir + l.name + "/__init__.py", dir + l.name + ".py"} {
			if f.ev.graph.Has(p) {
				if ns := f.ev.module(l.path); ns != nil {
					// from . import x in the package itself binds the module.
					if v, ok := ns.own(l.name); ok && v.kind != KindAbsent && v.c.v != any(l) {
						return f.resolveLazy(v)
					}
				}
				return constant(moduleRef{p})
			}
		}
	}
	return f.moduleAttr(l.path, l.name)
}

// moduleAttr returns a name of a module of the project.
func (f *frame) moduleAttr(p, name string) Value {
	ns := f.ev.module(p)
	if ns == nil {
		return unknown(p + " cannot be read")
	}
	v, ok := ns.own(name)
	switch {
	case ok:
		return f.resolveLazy(v)
	case ns.open != "":
		return unknown(ns.open)
	case strings.HasSuffix(p, "/__init__.py"):
		dir := strings.TrimSuffix(p, "__init__.py")
		for _, sub := range []string{dir + name + "/__init__.py", dir + name + ".py"} {
			if f.ev.graph.Has(sub) {
				return constant(moduleRef{sub})
			}
		}
	}
	return unknown(name + " is not found in " + p)
}

// resolveLazy follows names that were imported and not looked at.
func (f *frame) resolveLazy(v Value) Value {
	if v.kind != KindConst {
		return v
	}
	l, ok := v.c.v.(lazy)
	if !ok {
		return v
	}
	if f.imported > maxImports {
		return unknown("it is imported through too many modules")
	}
	inner := *f
	inner.imported++
	return inner.force(l)
}
