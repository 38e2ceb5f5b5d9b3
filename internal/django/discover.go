package django

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// A refKind says what a file that names a settings module runs.
type refKind uint8

const (
	refManage refKind = iota // manage.py
	refServer                // wsgi.py, asgi.py, a worker, a container, a hosting platform
	refTest                  // a test run
	refDocs                  // documentation
	refLocal                 // a developer's machine
	refScript                // anything else
)

// A reference is a place that names a settings module.
type reference struct {
	place  Place
	module string
	kind   refKind
	// certain is false where the name is one of several, or the default of a variable.
	certain bool
}

var (
	// pythonRef matches os.environ.setdefault("DJANGO_SETTINGS_MODULE", "x"), os.environ["..."] = "x" and the like.
	pythonRef = regexp.MustCompile(`DJANGO_SETTINGS_MODULE["']\s*(?:,|\]\s*=)\s*\(?\s*[rbu]?["']([^"'{}%]*)["']\s*\)?\s*([.%+]?)`)
	// textRef matches environment files, Dockerfiles, shell, YAML and ini.
	textRef = regexp.MustCompile(`DJANGO_SETTINGS_MODULE["']?\s*(?::-|[=:]|\s|,)\s*(?:\n\s*value:\s*)?["']?([A-Za-z_][\w]*(?:\.\w+)*)`)
	// optionRef matches manage.py --settings=x and pytest --ds=x.
	optionRef = regexp.MustCompile(`--(?:settings|ds)[= ]["']?([A-Za-z_][\w]*(?:\.\w+)+)`)
)

// entryFiles are the Python files that start a Django process, by base name.
var entryFiles = map[string]refKind{
	"manage.py": refManage, "wsgi.py": refServer, "asgi.py": refServer, "celery.py": refServer, "celery_app.py": refServer,
	"celeryapp.py": refServer, "passenger_wsgi.py": refServer, "application.py": refServer, "index.py": refServer,
	"conftest.py": refTest, "runtests.py": refTest, "run_tests.py": refTest, "noxfile.py": refTest, "conf.py": refDocs,
}

// references finds the places that name a settings module.
func (p *Project) references() []reference {
	var refs []reference
	for _, f := range p.prog.Paths {
		base := path.Base(f)
		kind, ok := entryFiles[base]
		if !ok && strings.HasSuffix(base, ".py") && (strings.Contains(base, "wsgi") || strings.Contains(base, "asgi")) {
			kind, ok = refServer, true
		}
		if !ok {
			continue
		}
		if base == "manage.py" || strings.HasSuffix(base, "wsgi.py") || strings.HasSuffix(base, "asgi.py") {
			if folderLabel(f) == Deployable {
				p.entries = append(p.entries, f)
			}
		}
		src := p.prog.Read(f)
		if !bytes.Contains(src, []byte(settingsVariable)) {
			continue
		}
		refs = append(refs, p.pythonRefs(f, src, kind)...)
	}
	for _, a := range p.artefacts {
		kind := a.refKind()
		if a.kind == docFile || kind == refScript {
			continue
		}
		for _, re := range []*regexp.Regexp{textRef, optionRef} {
			for _, m := range re.FindAllSubmatchIndex(a.code, -1) {
				refs = append(refs, reference{
					place:   Place{a.file(), py.Span{Start: m[2], End: m[3]}},
					module:  string(a.code[m[2]:m[3]]),
					kind:    kind,
					certain: false,
				})
			}
		}
	}
	return refs
}

// refKind tells what an artefact runs.
func (a *artefact) refKind() refKind {
	base := path.Base(a.path)
	words := strings.TrimSuffix(base, path.Ext(base))
	switch {
	case folderLabel(a.path) == Test || anyWord(words, testWords):
		return refTest
	case folderLabel(a.path) == Docs:
		return refDocs
	case folderLabel(a.path) == Example:
		return refScript
	case anyWord(words, localWords) || strings.Contains(a.path, ".devcontainer") || strings.Contains(a.path, ".vscode") ||
		strings.Contains(a.path, ".local"):
		return refLocal
	}
	switch a.kind {
	case testConfig, workflowFile:
		return refTest
	case dockerfile, composeFile, procfile, platformFile, systemdFile, supervisorFile, ansibleFile, crontabFile:
		return refServer
	case yamlFile:
		if isManifest(a.src) {
			return refServer
		}
	case envFile:
		if anyWord(base, deployWords) || strings.Contains(a.path, "production") {
			return refServer
		}
		return refLocal
	case makefile:
		return refLocal
	}
	return refScript
}

// pythonRefs returns the settings modules that a Python file names. Names that are computed are found by interpreting
// the file.
func (p *Project) pythonRefs(file string, src []byte, kind refKind) []reference {
	code := blankComments(shellFile, src)
	matches := pythonRef.FindAllSubmatchIndex(code, -1)
	computed := len(matches) == 0
	var refs []reference
	holder := textFile(file, src)
	for _, m := range matches {
		if m[4] != m[5] {
			computed = true // "settings.%s" % x
			continue
		}
		refs = append(refs, reference{
			place:   Place{holder, py.Span{Start: m[2], End: m[3]}},
			module:  string(code[m[2]:m[3]]),
			kind:    kind,
			certain: true,
		})
	}
	if !computed || kind != refManage && kind != refServer {
		return refs
	}
	f := p.prog.Open(file)
	if f == nil || f.Module == nil {
		return refs
	}
	p.eval.settingsModule = func(at Place, v Value) {
		if s, ok := v.Str(); ok {
			refs = append(refs, reference{place: at, module: s, kind: kind, certain: true})
			return
		}
		for _, a := range v.alts {
			if s, ok := a.Value.Str(); ok {
				refs = append(refs, reference{place: at, module: s, kind: kind})
			}
		}
		if u, ok := v.Unset(); ok && v.kind == KindEnv {
			if s, ok := u.Str(); ok {
				refs = append(refs, reference{place: at, module: s, kind: kind})
			}
		}
	}
	defer func() { p.eval.settingsModule = nil }()
	ns := newNamespace(nil)
	fr := &frame{ev: p.eval, file: f, ns: ns}
	fr.body(f.Module.Body)
	for _, s := range f.Module.Body {
		if def, ok := s.(*py.FunctionDef); ok {
			inner := &frame{ev: p.eval, file: f, ns: newNamespace(ns), inFunction: true, depth: 1}
			inner.body(def.Body)
		}
	}
	return refs
}

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
	missing := make(map[string]bool)
	for _, r := range refs {
		from := r.place.File
		file, ok := p.graph.ResolveModule(from, r.module)
		if !ok {
			p.missingModule(r, missing)
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

// missingModule records a settings module that a server or manage.py names and that is not in the program.
func (p *Project) missingModule(r reference, seen map[string]bool) {
	if r.kind != refManage && r.kind != refServer || !strings.HasSuffix(r.place.File.Path, ".py") || !r.certain ||
		folderLabel(r.place.File.Path) != Deployable || r.module == "" || seen[r.module] {
		return
	}
	seen[r.module] = true
	if p.prog.Problem != nil {
		p.prog.Problem(r.place.File.Path, r.place.At, "settings module "+r.module+" is named here and is not in the project, so its settings are not checked")
	}
}

// hasEntry reports whether a manage.py, wsgi.py or asgi.py belongs to the same import root as a file.
func (p *Project) hasEntry(file string) bool {
	root := p.graph.RootOf(file)
	return slices.ContainsFunc(p.entries, func(e string) bool { return p.graph.RootOf(e) == root || root == "" })
}

// rootHasReferred reports whether another module of the same import root is loaded by a server or by manage.py.
func (p *Project) rootHasReferred(m *SettingsModule) bool {
	root := p.graph.RootOf(m.File.Path)
	return slices.ContainsFunc(p.modules, func(o *SettingsModule) bool {
		return o != m && p.graph.RootOf(o.File.Path) == root && (o.refCount(refServer)+o.refCount(refManage) > 0 || classifyName(o.File.Path) == deployName)
	})
}
