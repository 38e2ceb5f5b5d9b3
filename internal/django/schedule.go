package django

import (
	"path"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// maxCallers bounds how far a function that clears sessions is followed to the tasks and commands that call it.
const maxCallers = 3

// scheduleWords mark code and files that run something again and again.
var scheduleWords = py.WordSet(`crontab cron cronjob cronjobs beat schedule schedules scheduled scheduler periodic period interval rrule every
	recurring repeat timer daily hourly weekly nightly midnight enqueue_at`)

// A unit is a function, class, command or script whose run clears expired sessions.
type unit struct {
	file *py.File
	at   py.Span
	what string
	// name is the function or class, "" for a script.
	name string
	// names are what schedules call it: dotted names, task names, the name of a command, the file name of a script.
	names []string
	// runnable is true for what a scheduler can run: a task, a command, a script.
	runnable bool
}

// pythonCleanups follows the places that clear sessions to what runs them.
func (p *Project) pythonCleanups() []CleanupPlace {
	var out []CleanupPlace
	var units []unit
	seen := make(map[string]bool)
	var add func(f *py.File, at py.Span, what string, depth int)
	add = func(f *py.File, at py.Span, what string, depth int) {
		u, kind := p.unitAt(f, at, what)
		switch kind {
		case CleanupScheduled:
			out = append(out, CleanupPlace{Place{f, at}, kind, what + ", on a schedule"})
			return
		case NoCleanup:
			return
		}
		key := symbolKey(f, u.name)
		if seen[key] {
			return
		}
		seen[key] = true
		if !u.runnable && depth < maxCallers {
			// A helper counts by what calls it.
			if callers := p.callers(u); len(callers) > 0 {
				for _, c := range callers {
					add(c.file, c.at, what, depth+1)
				}
				return
			}
		}
		units = append(units, u)
	}
	for _, f := range p.prog.Files {
		if f.Module == nil || f.Scopes == nil || p.ignoredForCleanup(f) {
			continue
		}
		for _, site := range p.purgesOf(f) {
			add(site.file, site.at, site.what, 0)
		}
		out = append(out, p.directSchedules(f)...)
	}
	for _, u := range units {
		if at, note, ok := p.scheduleOf(u); ok {
			out = append(out, CleanupPlace{at, CleanupScheduled, note})
			continue
		}
		if u.runnable && commandName(u.file.Path) == "" && p.SchedulesInDatabase() {
			out = append(out, CleanupPlace{Place{u.file, u.at}, CleanupScheduled, "a task " + u.what + "; schedules are kept in the database"})
			continue
		}
		if !u.runnable {
			continue // a function that nothing runs clears nothing
		}
		out = append(out, CleanupPlace{Place{u.file, u.at}, CleanupDefined, u.what + ", and nothing in the repository runs it"})
	}
	return out
}

// ignoredForCleanup reports whether a file cannot clear sessions in production.
func (p *Project) ignoredForCleanup(f *py.File) bool {
	label := folderLabel(f.Path)
	return f.Test || label == Test || label == Docs || label == Example || p.roleOfFile(f) == TestCode
}

// SchedulesInDatabase reports whether an installed app keeps schedules in the database (django-celery-beat, django-q and the
// like), where they may run commands that the repository does not mention.
func (p *Project) SchedulesInDatabase() bool {
	for _, m := range p.effective() {
		for _, app := range databaseSchedulers {
			if m.HasApp(app) != No && m.Get("INSTALLED_APPS").Set() && has(m.Get("INSTALLED_APPS"), app) == Yes {
				return true
			}
		}
	}
	return false
}

// unitAt returns what runs the code at a place. The kind is CleanupScheduled if it schedules itself, NoCleanup if it is on
// the path of a request, in a migration or in the session store itself, CleanupDefined otherwise.
func (p *Project) unitAt(f *py.File, at py.Span, what string) (unit, CleanupKind) {
	u := unit{file: f, at: at, what: what}
	around := f.Scopes.Enclosing(at.Start)
	if cmd := commandName(f.Path); cmd != "" {
		u.name, u.names, u.runnable = "Command", []string{cmd}, true
		return u, CleanupDefined
	}
	if isMigration(f.Path) {
		return u, NoCleanup
	}
	module := p.graph.ModuleName(f.Path)
	if len(around) == 0 {
		if p.byPath[f.Path] != nil {
			return u, NoCleanup
		}
		u.names, u.runnable = []string{path.Base(f.Path)}, true
		return u, CleanupDefined
	}
	if inPeriodic(f, at.Start) {
		return u, CleanupScheduled
	}
	switch n := around[0].(type) {
	case *py.FunctionDef:
		u.name = n.Name.Name
		switch role := p.RoleOf(f, n); role {
		case View, EveryRequest, Signal, Admin, TestCode, Migration:
			return u, NoCleanup
		case Task:
			u.runnable = true
			u.names = append(u.names, taskNames(n)...)
		default:
			if len(n.Params) > 0 && n.Params[0].Name.Name == "request" {
				return u, NoCleanup
			}
		}
	case *py.ClassDef:
		u.name = n.Name.Name
		bases := p.baseNames(f, n)
		for _, b := range bases {
			switch {
			case strings.HasSuffix(b, "SessionStore") || b == "SessionBase", b == "MiddlewareMixin", b == "Model", b == "AbstractBaseSession",
				strings.HasSuffix(b, "View"), strings.HasSuffix(b, "ViewSet"), strings.HasSuffix(b, "Admin"):
				return u, NoCleanup
			}
		}
		if strings.HasSuffix(u.name, "Middleware") {
			return u, NoCleanup
		}
		for _, b := range append(bases, u.name) {
			if anyWord(b, jobWords) {
				u.runnable = true
			}
		}
		if fn := innermostFunction(around); fn != nil && anyWord(fn.Name.Name, py.WordSet("ready")) {
			u.runnable = true
		}
	}
	u.names = append(u.names, u.name)
	if module != "" {
		u.names = append(u.names, module+"."+u.name)
	}
	return u, CleanupDefined
}

var jobWords = py.WordSet("job jobs task tasks cron command worker runner")

func innermostFunction(around []py.Node) *py.FunctionDef {
	for i := len(around) - 1; i >= 0; i-- {
		if fn, ok := around[i].(*py.FunctionDef); ok {
			return fn
		}
	}
	return nil
}

// taskNames returns the names that a task is registered under: name="..." of its decorators.
func taskNames(fn *py.FunctionDef) []string {
	var out []string
	for _, d := range fn.Decorators {
		call, ok := d.(*py.Call)
		if !ok {
			continue
		}
		for i, a := range call.Args {
			if s, ok := a.Value.(*py.String); ok && (a.Name.Name == "name" || a.Name.Name == "" && i == 0) {
				out = append(out, s.Value)
			}
		}
	}
	return out
}

// isPeriodic reports whether a decorator makes what it decorates run on a schedule.
func isPeriodic(f *py.File, decorators []py.Expr) bool {
	return slices.ContainsFunc(decorators, func(d py.Expr) bool { return anyWord(py.Source(f.Module, d), scheduleWords) })
}

// schedulesItself reports whether a class carries its schedule: run_every of Celery's PeriodicTask, schedule of django-cron.
func schedulesItself(f *py.File, c *py.ClassDef) bool {
	for _, s := range c.Body {
		a, ok := s.(*py.Assign)
		if !ok {
			continue
		}
		for _, t := range a.Targets {
			if n, ok := t.(*py.Name); ok && anyWord(n.ID, scheduleWords) {
				return true
			}
		}
	}
	return false
}
