package django

import (
	"path"
	"strings"
	"sync"

	"github.com/sesslint/sesslint/internal/py"
)

// A Role says when a function runs.
type Role uint8

const (
	Unknown Role = iota
	View
	// EveryRequest is middleware in MIDDLEWARE, a context processor in TEMPLATES, a class that Django REST framework calls for
	// each request, a hook of a base view that three or more routed views inherit, or a receiver of request_started.
	EveryRequest
	Task
	Command
	TestCode
	Signal
	Admin
	Migration
	SettingsCode
)

func (r Role) String() string {
	return [...]string{"unknown", "view", "every request", "task", "command", "test", "signal", "admin", "migration", "settings"}[r]
}

// roleIndex holds what roles are looked up in.
type roleIndex struct {
	everyRequest map[string]bool // symbolKey of classes and functions that each request runs
	// baseViews returns the symbolKeys of the classes that three or more routed views derive from. It parses every module of
	// views, so it is not asked without need.
	baseViews func() map[string]bool
	mu        sync.Mutex
	receivers map[*py.File]map[string]string // functions that are connected to a signal, with its name
}

// minRouted is how many routed subclasses make a base view's hooks run on practically every request.
const minRouted = 3

func (p *Project) indexRoles() *roleIndex {
	idx := &roleIndex{everyRequest: make(map[string]bool), receivers: make(map[*py.File]map[string]string)}
	idx.baseViews = sync.OnceValue(p.findBaseViews)
	for _, c := range p.MiddlewareClasses() {
		if c.File != nil {
			idx.everyRequest[symbolKey(c.File, c.Name)] = true
		}
	}
	mark := func(m *SettingsModule, dotted string) {
		if f, name, ok := p.graph.ResolveName(m.File, dotted); ok && name != "" {
			idx.everyRequest[symbolKey(f, name)] = true
		}
	}
	for _, m := range p.effective() {
		for _, processor := range m.ContextProcessors() {
			mark(m, processor)
		}
		if d, ok := m.Get("REST_FRAMEWORK").Dict(); ok {
			for _, key := range []string{"DEFAULT_AUTHENTICATION_CLASSES", "DEFAULT_PERMISSION_CLASSES", "DEFAULT_THROTTLE_CLASSES"} {
				eachString(d.Get(key), func(s, _ string) { mark(m, s) })
			}
		}
	}
	return idx
}

func (p *Project) findBaseViews() map[string]bool {
	subclasses := make(map[string]map[string]bool)
	for _, r := range p.Routes() {
		if r.ViewFile == nil || strings.Contains(r.ViewName, ".") {
			continue
		}
		if def := classDef(r.ViewFile, r.ViewName); def != nil {
			view := symbolKey(r.ViewFile, r.ViewName)
			p.eachBase(r.ViewFile, def, 0, func(f *py.File, name string) {
				key := symbolKey(f, name)
				if subclasses[key] == nil {
					subclasses[key] = make(map[string]bool)
				}
				subclasses[key][view] = true
			})
		}
	}
	out := make(map[string]bool)
	for key, views := range subclasses {
		if len(views) >= minRouted {
			out[key] = true
		}
	}
	return out
}

// taskDecorators are the last parts of decorators that make a function a background task.
var taskDecorators = py.WordSet(`task shared_task periodic_task db_task db_periodic_task lock_task tenant_task actor job rq_job
	background scheduled_job cron on_after_configure on_after_finalize signal_task procrastinate_task`)

// RoleOf tells when a function runs. It goes by the strongest evidence: the path of the file, then decorators, then what
// the settings and the URLconf refer to, then base classes and the first parameter.
func (p *Project) RoleOf(file *py.File, fn *py.FunctionDef) Role {
	if r := p.roleOfFile(file); r != Unknown && r != Admin {
		return r
	}
	around := enclosing(file, fn)
	var class *py.ClassDef
	for _, n := range around {
		if c, ok := n.(*py.ClassDef); ok {
			class = c
		}
	}
	for _, n := range append([]py.Node{fn}, around...) {
		if def, ok := n.(*py.FunctionDef); ok {
			if r := p.roleByDecorator(file, def); r != Unknown {
				return r
			}
		}
	}
	outer := fn.Name.Name
	if len(around) > 0 {
		switch n := around[0].(type) {
		case *py.ClassDef:
			outer = n.Name.Name
		case *py.FunctionDef:
			outer = n.Name.Name
		}
	}
	idx := p.roles()
	key := symbolKey(file, outer)
	switch {
	case idx.everyRequest[key]:
		return EveryRequest
	case class != nil && viewHooks[fn.Name.Name] && idx.baseViews()[symbolKey(file, class.Name.Name)]:
		return EveryRequest
	}
	if class != nil {
		if r := p.roleByBases(file, class, fn); r != Unknown {
			return r
		}
	} else if signal, ok := p.connected(file, fn.Name.Name); ok {
		return signalRole(signal)
	}
	if p.Routed(file, outer) {
		return View
	}
	if path.Base(file.Path) == "admin.py" {
		return Admin
	}
	if class == nil && isViewModule(file.Path) && len(fn.Params) > 0 && fn.Params[0].Name.Name == "request" {
		return View
	}
	return Unknown
}

// viewHooks are methods of a base view that run for each request to a view below it.
var viewHooks = py.WordSet("dispatch get_context_data initial setup initialize_request")

func (p *Project) roleOfFile(file *py.File) Role {
	base := path.Base(file.Path)
	switch {
	case file.Test || folderLabel(file.Path) == Test || base == "conftest.py" || strings.HasPrefix(base, "test_") ||
		base == "tests.py" || strings.HasSuffix(base, "_test.py"):
		return TestCode
	case isMigration(file.Path):
		return Migration
	case commandName(file.Path) != "":
		return Command
	case p.byPath[file.Path] != nil:
		return SettingsCode
	case base == "admin.py":
		return Admin
	}
	return Unknown
}

// isMigration reports whether a file is a database migration.
func isMigration(p string) bool {
	return strings.HasSuffix(path.Base(path.Dir(p)), "migrations")
}

func (p *Project) roleByDecorator(file *py.File, fn *py.FunctionDef) Role {
	for _, d := range fn.Decorators {
		if call, ok := d.(*py.Call); ok {
			if py.LastName(call.Func) == "receiver" && len(call.Args) > 0 {
				return signalRole(py.LastName(call.Args[0].Value))
			}
			d = call.Func
		}
		if name := py.LastName(d); taskDecorators[name] || strings.HasSuffix(name, "_task") {
			return Task
		}
	}
	return Unknown
}

func signalRole(signal string) Role {
	if signal == "request_started" || signal == "request_finished" {
		return EveryRequest
	}
	return Signal
}

func (p *Project) roleByBases(file *py.File, class *py.ClassDef, fn *py.FunctionDef) Role {
	for _, b := range p.baseNames(file, class) {
		switch {
		case b == "TestCase" || strings.HasSuffix(b, "TestCase"):
			return TestCode
		case b == "BaseCommand" || b == "NoArgsCommand":
			return Command
		case b == "ModelAdmin" || strings.HasSuffix(b, "ModelAdmin"):
			return Admin
		case b == "Task" || b == "CronJobBase" || b == "BaseJob" || b == "JobRunner":
			return Task
		case b == "View" || strings.HasSuffix(b, "View") || strings.HasSuffix(b, "ViewSet") || strings.HasSuffix(b, "ViewSetMixin"):
			return View
		}
	}
	return Unknown
}

// isViewModule reports whether a file is one of views by its name.
func isViewModule(p string) bool {
	p = strings.TrimSuffix(p, ".py")
	for _, seg := range strings.Split(p, "/") {
		switch seg {
		case "views", "api", "viewsets", "view":
			return true
		}
	}
	return strings.HasSuffix(p, "_views")
}

// connected returns the signal that a function of a file is connected to by signal.connect(function).
func (p *Project) connected(file *py.File, name string) (string, bool) {
	idx := p.roles()
	idx.mu.Lock()
	defer idx.mu.Unlock()
	m, ok := idx.receivers[file]
	if !ok {
		m = make(map[string]string)
		py.Inspect(file.Module, func(n py.Node) bool {
			if call, ok := n.(*py.Call); ok && len(call.Args) > 0 {
				if a, ok := call.Func.(*py.Attribute); ok && a.Attr.Name == "connect" {
					if fn, ok := call.Args[0].Value.(*py.Name); ok {
						m[fn.ID] = py.LastName(a.X)
					}
				}
			}
			return true
		})
		idx.receivers[file] = m
	}
	s, ok := m[name]
	return s, ok
}
