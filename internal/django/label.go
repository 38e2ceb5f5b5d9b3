package django

import (
	"path"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// A Label says what a settings module is for.
type Label uint8

const (
	// Deployable modules configure a server that visitors use: production, staging, or the only settings of a project.
	Deployable Label = iota
	// Base modules are only there to be imported by others, or choose between others.
	Base
	// Local modules are for a developer's machine.
	Local
	// Test modules are for test runs, CI included.
	Test
	// Docs modules build documentation.
	Docs
	// Example modules belong to a demonstration, a template or a sandbox of a library.
	Example
	// Unreferenced modules look like settings and nothing uses them.
	Unreferenced
)

func (l Label) String() string {
	return [...]string{"deployable", "base", "local", "test", "docs", "example", "unreferenced"}[l]
}

var (
	testWords    = py.WordSet("test tests testing pytest ci unittest unittests e2e cypress travis circleci circle github gitlab jenkins tox selenium playwright functional integration qa")
	testFolders  = py.WordSet("test tests testing testapp testproject testsite unittests e2e fixtures testdata")
	localWords   = py.WordSet("local dev devel develop development developer debug localhost vagrant devcontainer codespaces mac runserver laptop home static collectstatic build")
	deployWords  = py.WordSet("prod production live staging stage stg heroku deploy deployment deployed release aws gae server docker render railway fly azure gcp kubernetes k8s uat preprod preview review demo beta canary")
	baseWords    = py.WordSet("base common default defaults shared global core main generic components component")
	docsFolders  = py.WordSet("doc docs documentation")
	exampleNames = py.WordSet("example examples demo demos sandbox sample samples tutorial tutorials playground cookbook benchmark benchmarks testbed")
	exampleFiles = py.WordSet("example sample dist template skeleton")
)

// folderLabel judges a path by the folders above it: Test, Docs or Example, and Deployable where they say nothing.
func folderLabel(p string) Label {
	label := Deployable
	for _, seg := range strings.Split(path.Dir(p), "/") {
		lower := strings.ToLower(seg)
		switch {
		case strings.Contains(seg, "{{") || lower == "project_template" || lower == "project_name" || lower == "app_template" ||
			lower == "skeleton" || lower == "templates" && strings.HasSuffix(p, ".py") || strings.Contains(lower, "cookiecutter"):
			return Example
		case lower == "test_project" || lower == "test_site" || lower == "test_app" || anyWord(seg, testFolders):
			return Test
		case docsFolders[lower]:
			return Docs
		case exampleNames[lower] || anyWord(seg, exampleNames):
			label = Example
		}
	}
	return label
}

// A nameClass is what the name of a settings module says about it.
type nameClass uint8

const (
	neutralName nameClass = iota
	deployName
	baseName
	localName
	testClass
	docsName
	exampleName
)

// classifyName judges the name of a settings module: the file, and the folders between the settings package and it.
func classifyName(p string) nameClass {
	p = strings.TrimSuffix(p, ".py")
	segs := strings.Split(p, "/")
	last := segs[len(segs)-1]
	if last == "__init__" {
		segs = segs[:len(segs)-1]
		if len(segs) == 0 {
			return neutralName
		}
		last = segs[len(segs)-1]
	}
	// settings/production/common.py is judged by "production" too.
	name := last
	for i := len(segs) - 2; i >= 0 && i >= len(segs)-3; i-- {
		if isSettingsFolder(segs[i]) {
			name = strings.Join(segs[i+1:], "_")
			break
		}
	}
	name = strings.ReplaceAll(name, "settings", "_settings_")
	switch {
	case anyWord(name, testWords):
		return testClass
	case anyWord(name, localWords):
		return localName
	case anyWord(name, exampleFiles):
		return exampleName
	case anyWord(name, deployWords):
		return deployName
	case anyWord(last, docsFolders):
		return docsName
	case anyWord(last, baseWords):
		return baseName
	}
	return neutralName
}

// isSettingsFolder reports whether a folder is a package of settings modules.
func isSettingsFolder(seg string) bool {
	switch strings.ToLower(seg) {
	case "settings", "setting", "conf", "config", "configs", "configuration", "configurations", "envs", "environments", "env":
		return true
	}
	return strings.HasSuffix(seg, "_settings") || strings.HasPrefix(seg, "settings_")
}

// label decides what a module is for, from its place, its name and who refers to it.
func (p *Project) label(m *SettingsModule) (Label, string) {
	server, manage, tests, docs := m.refCount(refServer), m.refCount(refManage), m.refCount(refTest), m.refCount(refDocs)
	folder := folderLabel(m.File.Path)
	if folder != Deployable {
		// A site that happens to be called demo is still a site; a library's sandbox is not.
		if !(folder == Example && !p.library && m.hasOutsideRef() && !strings.Contains(m.File.Path, "{{")) {
			return folder, "its folder is for " + folderPurpose[folder]
		}
	}
	class := classifyName(m.File.Path)
	switch class {
	case testClass:
		return Test, "its name is that of test settings"
	case localName:
		return Local, "its name is that of settings for development"
	case docsName:
		return Docs, "its name is that of settings for documentation"
	case exampleName:
		if !m.part {
			return Example, "its name is that of an example"
		}
	}
	switch {
	case m.selector:
		return Base, "it chooses between other settings modules"
	case m.part:
		return Base, "other settings modules include it"
	case class == deployName && server+manage == 0 && m.wrapped():
		return Base, "the settings that a server loads import everything from it"
	case class == deployName:
		return Deployable, "its name is that of settings for production"
	case class == baseName && len(m.importers) > 0 && (server+manage == 0 || m.importedBy(Deployable)):
		return Base, "other settings modules import everything from it"
	case class == neutralName && server == 0 && m.importedBy(Deployable):
		return Base, "settings for production import everything from it"
	case server > 0:
		return Deployable, "a server loads it"
	case manage > 0:
		return Deployable, "manage.py loads it"
	case len(m.importers) > 0:
		return Base, "other settings modules import everything from it"
	case tests > 0:
		return Test, "only test configuration refers to it"
	case docs > 0:
		return Docs, "only documentation refers to it"
	case p.hasEntry(m.File.Path) && !p.rootHasOther(m):
		return Deployable, "no other settings of its project are for production"
	}
	return Unreferenced, "nothing refers to it"
}

var folderPurpose = map[Label]string{Test: "tests", Docs: "documentation", Example: "examples and templates"}

// importedBy reports whether a module with a label by name imports everything from m.
func (m *SettingsModule) importedBy(l Label) bool {
	for _, i := range m.importers {
		if l == Deployable && folderLabel(i.File.Path) == Deployable && (classifyName(i.File.Path) == deployName || i.refCount(refServer)+i.refCount(refManage) > 0) {
			return true
		}
	}
	return false
}

// wrapped reports whether the module that a server or manage.py loads imports everything from m: its settings are those of
// m and more.
func (m *SettingsModule) wrapped() bool {
	for _, i := range m.importers {
		if !i.selector && classifyName(i.File.Path) == neutralName && i.refCount(refServer)+i.refCount(refManage) > 0 {
			return true
		}
	}
	return false
}

// hasOutsideRef reports whether a file outside folders for tests and examples loads the module.
func (m *SettingsModule) hasOutsideRef() bool {
	for _, r := range m.refs {
		if (r.kind == refServer || r.kind == refManage) && folderLabel(r.place.File.Path) == Deployable {
			return true
		}
	}
	return false
}

func (m *SettingsModule) refCount(k refKind) int {
	n := 0
	for _, r := range m.refs {
		if r.kind == k {
			n++
		}
	}
	return n
}

// anyWord reports whether a word of name, or that word without a number behind it, is in set.
func anyWord(name string, set map[string]bool) bool {
	for _, w := range py.Words(name) {
		if set[w] || set[strings.TrimRight(w, "0123456789")] {
			return true
		}
	}
	return false
}
