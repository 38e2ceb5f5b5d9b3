// Package django knows what a Django project is configured to do: its settings modules and what each setting is at run
// time, the Django version, the URLconf, the middleware, and whether anything clears expired sessions.
//
// It interprets settings in the abstract and never runs code. What it cannot follow it calls unknown, with the reason.
// Sessions in views and models are not its business; see internal/sessflow.
package django

import (
	"slices"
	"sync"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/pyproject"
)

// Engine computes the facts about the Django projects of a program. Its result is a *Project.
var Engine = &py.Engine{
	Name:     "django",
	Requires: []*py.Engine{pyproject.Engine},
	Run: func(prog *py.Program, resultOf map[*py.Engine]any) any {
		return New(prog, resultOf[pyproject.Engine].(*pyproject.Graph))
	},
}

// Of returns the facts that a rule asked for in its Requires.
func Of(pass *py.Pass) *Project { return pass.ResultOf[Engine].(*Project) }

// A Project holds the facts. Settings and version are computed by New, the rest when it is first asked for. It may be used
// by several goroutines.
type Project struct {
	prog  *py.Program
	graph *pyproject.Graph
	eval  *evaluator

	modules    []*SettingsModule
	byPath     map[string]*SettingsModule
	entries    []string // manage.py, wsgi.py and asgi.py outside tests and examples
	library    bool     // the repository is packaged for others to install
	artefacts  []*artefact
	deployment []string
	version    VersionRange
	versionAt  []Place
	required   map[string]bool

	cleanup func() []CleanupPlace
	urls    func() *urlconf
	roles   func() *roleIndex
	caching func() []PageCache
}

// New finds and evaluates the settings modules of a program. Settings modules that are named and missing are recorded with
// prog.Problem.
func New(prog *py.Program, graph *pyproject.Graph) *Project {
	p := &Project{prog: prog, graph: graph, eval: newEvaluator(prog, graph), byPath: make(map[string]*SettingsModule)}
	p.artefacts, p.deployment = scanArtefacts(prog, false, needles)
	p.library = p.isLibrary()
	p.readRequirements()
	p.discover()
	for _, m := range p.modules {
		m.scope = p.eval.module(m.File.Path)
		if m.scope == nil {
			m.scope = newNamespace(nil)
			m.scope.open = "the file cannot be read"
		}
		m.finish()
		p.byPath[m.File.Path] = m
	}
	for _, m := range p.modules {
		if m.Label == Deployable && m.empty() {
			m.Label, m.Why = Unreferenced, "it assigns no settings"
		}
	}
	p.cleanup = sync.OnceValue(p.findCleanup)
	p.urls = sync.OnceValue(p.readURLs)
	p.roles = sync.OnceValue(p.indexRoles)
	p.caching = sync.OnceValue(p.findPageCaches)
	return p
}

// Settings returns all settings modules, sorted by path.
func (p *Project) Settings() []*SettingsModule { return slices.Clone(p.modules) }

// Deployable returns the settings modules that servers run with, sorted by path. It is empty for a library.
func (p *Project) Deployable() []*SettingsModule {
	var out []*SettingsModule
	for _, m := range p.modules {
		if m.Label == Deployable {
			out = append(out, m)
		}
	}
	return out
}

// IsDeployable reports whether the program is a site that can be run: there is a manage.py, wsgi.py or asgi.py and a
// deployable settings module.
func (p *Project) IsDeployable() bool { return len(p.entries) > 0 && len(p.Deployable()) > 0 }

// DeploymentFiles returns the paths of the files that show how the project is deployed (Dockerfile, compose, Procfile,
// Kubernetes, Ansible, hosting platforms, crontabs), sorted. Without any, schedules may live elsewhere.
func (p *Project) DeploymentFiles() []string { return slices.Clone(p.deployment) }

// ModuleOf returns the settings module that a file is, nil if it is none.
func (p *Project) ModuleOf(f *py.File) *SettingsModule { return p.byPath[f.Path] }
