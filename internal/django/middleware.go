package django

import (
	"github.com/sesslint/sesslint/internal/py"
)

// A MiddlewareClass is one entry of MIDDLEWARE.
type MiddlewareClass struct {
	// Dotted is the entry as written.
	Dotted string
	// Cond is the condition under which it is installed; empty if it always is.
	Cond string
	// File and Name are where the class or factory function is defined, nil and "" if it is not in the project.
	File *py.File
	Name string
	// Module is the settings module that lists it.
	Module *SettingsModule
}

// MiddlewareClasses returns the entries of MIDDLEWARE of the deployable settings modules, in order, conditional ones included;
// of all settings modules if none is deployable.
func (p *Project) MiddlewareClasses() []MiddlewareClass {
	var out []MiddlewareClass
	for _, m := range p.effective() {
		seen := make(map[string]bool)
		eachString(m.Middleware(), func(s, cond string) {
			if seen[s] {
				return
			}
			seen[s] = true
			c := MiddlewareClass{Dotted: s, Cond: cond, Module: m}
			if f, name, ok := p.graph.ResolveName(m.File, s); ok && name != "" {
				c.File, c.Name = f, name
			}
			out = append(out, c)
		})
	}
	return out
}

// effective returns the settings modules that tell which code runs: the deployable ones, or all if there are none.
func (p *Project) effective() []*SettingsModule {
	if d := p.Deployable(); len(d) > 0 {
		return d
	}
	return p.modules
}

// ContextProcessors returns the dotted names of the context processors of all template engines.
func (m *SettingsModule) ContextProcessors() []string {
	var out []string
	engines, _ := m.Get("TEMPLATES").List()
	if engines != nil {
		for _, it := range engines.Items {
			d, ok := it.Value.Dict()
			if !ok {
				continue
			}
			if options, ok := d.Get("OPTIONS").Dict(); ok {
				eachString(options.Get("context_processors"), func(s, _ string) { out = append(out, s) })
			}
		}
	}
	eachString(m.Get("TEMPLATE_CONTEXT_PROCESSORS"), func(s, _ string) { out = append(out, s) })
	return out
}
