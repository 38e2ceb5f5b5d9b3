package django

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// maxCallers bounds how far a function that clears sessions is followed to the tasks and commands that call it.
const maxCallers = 3

// scheduleWords mark code and files that run something again and again.
var scheduleWords = wordSet(`crontab cron cronjob cronjobs beat schedule schedules scheduled scheduler periodic period interval rrule every
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
		if u.runnable && commandName(u.file.Path) == "" && p.hasDatabaseScheduler() {
			out = append(out, CleanupPlace{Place{u.file, u.at}, CleanupScheduled, "a task " + u.what + "; schedules are kept in the database"})
			continue
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

func (p *Project) hasDatabaseScheduler() bool {
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
		if fn := innermostFunction(around); fn != nil && anyWord(fn.Name.Name, wordSet("ready")) {
			u.runnable = true
		}
	}
	u.names = append(u.names, u.name)
	if module != "" {
		u.names = append(u.names, module+"."+u.name)
	}
	return u, CleanupDefined
}

var jobWords = wordSet("job jobs task tasks cron command worker runner")

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

// directSchedules returns schedule entries of a Python file that name clearsessions itself: an entry of
// CELERY_BEAT_SCHEDULE, CRONJOBS = [("0 3 * * *", "django.core.management.call_command", ["clearsessions"])].
func (p *Project) directSchedules(f *py.File) []CleanupPlace {
	if !bytes.Contains(f.Module.Src, []byte("clearsessions")) {
		return nil
	}
	var out []CleanupPlace
	py.Inspect(f.Module, func(n py.Node) bool {
		if s, ok := n.(*py.String); ok && len(out) == 0 && directCleanup.MatchString(s.Value) && inSchedule(f, s.Start) && !isDocstring(f, s) {
			out = append(out, CleanupPlace{Place{f, s.Span}, CleanupScheduled, "a schedule runs clearsessions"})
		}
		return true
	})
	return out
}

func isDocstring(f *py.File, s *py.String) bool {
	stmt, _ := f.Module.StmtAt(s.Start)
	e, ok := stmt.(*py.ExprStmt)
	return ok && e.X == py.Expr(s)
}

// inSchedule reports whether the statement at an offset sets up a schedule, by its words.
func inSchedule(f *py.File, offset int) bool {
	stmt, _ := f.Module.StmtAt(offset)
	switch s := stmt.(type) {
	case nil:
		return false
	case *py.FunctionDef, *py.ClassDef:
		return false
	case *py.Assign:
		for _, t := range s.Targets {
			if name := py.Source(f.Module, t); anyWord(name, scheduleWords) {
				return true
			}
		}
	case *py.If, *py.Try, *py.With, *py.For, *py.While:
		return false
	}
	return scheduleCall.MatchString(py.Source(f.Module, stmt))
}

// scheduleCall matches the calls and arguments that schedulers take.
var scheduleCall = regexp.MustCompile(`(?i)\b(?:crontab|add_periodic_task|periodictask|add_job|schedule|cron|every|rrule|run_every|repeat_every|scheduled_job|enqueue_in|register_periodic\w*|schedule_type|interval\w*)\s*[(.=]|['"]cron['"]|['"]interval['"]|Schedule\.`)

// callers returns the calls of a function of the project outside tests.
func (p *Project) callers(u unit) []purge {
	var out []purge
	needle := []byte(u.name)
	for _, f := range p.prog.Files {
		if f.Module == nil || f.Scopes == nil || p.ignoredForCleanup(f) || !bytes.Contains(f.Module.Src, needle) {
			continue
		}
		py.Inspect(f.Module, func(n py.Node) bool {
			call, ok := n.(*py.Call)
			if !ok || last(call.Func) != u.name {
				return true
			}
			if file, name, ok := p.resolveExpr(f, call.Func); ok && file == u.file && name == u.name {
				out = append(out, purge{file: f, at: call.Span, what: u.what})
			}
			return true
		})
	}
	return out
}

// scheduleFile matches the base names of Python files that hold schedules.
var scheduleFile = regexp.MustCompile(`(?i)celery|beat|schedul|cron|task|job|periodic|settings|config|apps|worker|huey|queue|__init__`)

// scheduleOf returns the place that runs a unit again and again: a schedule in Python, a crontab, a container.
func (p *Project) scheduleOf(u unit) (Place, string, bool) {
	names := slices.DeleteFunc(slices.Clone(u.names), func(n string) bool { return len(n) < 4 })
	if len(names) == 0 {
		return Place{}, "", false
	}
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = regexp.QuoteMeta(n)
	}
	re := regexp.MustCompile(`(?:^|[^\w])(?:` + strings.Join(parts, "|") + `)(?:$|[^\w])`)
	if u.runnable || commandName(u.file.Path) != "" {
		wanted := make([][]byte, len(names))
		for i, n := range names {
			wanted[i] = []byte(n)
		}
		hits, _ := scanArtefacts(p.prog, false, wanted)
		for _, a := range hits {
			for _, c := range a.cleanups(re, "runs "+names[0]+", which "+u.what) {
				if c.Kind == CleanupScheduled {
					return c.Place, c.Note, true
				}
			}
		}
	}
	for _, file := range p.prog.Paths {
		if !strings.HasSuffix(file, ".py") {
			continue
		}
		migration := isMigration(file)
		if !migration && !scheduleFile.MatchString(path.Base(file)) && p.byPath[file] == nil && !strings.Contains(file, "/settings/") {
			continue
		}
		src := p.prog.Read(file)
		if !slices.ContainsFunc(names, func(n string) bool { return bytes.Contains(src, []byte(n)) }) {
			continue
		}
		f := p.prog.Open(file)
		if f == nil || f.Module == nil || f.Scopes == nil || folderLabel(file) != Deployable || f.Test {
			continue
		}
		if at, ok := p.scheduledIn(f, u, re, migration); ok {
			return at, "a schedule runs " + names[0] + ", which " + u.what, true
		}
	}
	return Place{}, "", false
}

// scheduledIn looks for a unit in the schedules of a file: by its name in a string, or by the function itself. A migration
// that makes a schedule names the two in different statements.
func (p *Project) scheduledIn(f *py.File, u unit, re *regexp.Regexp, migration bool) (Place, bool) {
	var at Place
	found := false
	py.Inspect(f.Module, func(n py.Node) bool {
		if found {
			return false
		}
		var span py.Span
		switch n := n.(type) {
		case *py.String:
			if !re.MatchString(n.Value) || isDocstring(f, n) {
				return true
			}
			span = n.Span
		case *py.Name:
			if n.ID != u.name || f == u.file && definesOrCalls(f, n) {
				return true
			}
			span = n.Span
		case *py.Attribute:
			if n.Attr.Name != u.name {
				return true
			}
			span = n.Span
		default:
			return true
		}
		if inSchedule(f, span.Start) || inPeriodic(f, span.Start) || migration && anyWord(functionSource(f, span.Start), scheduleWords) {
			at, found = Place{f, span}, true
		}
		return true
	})
	return at, found
}

// inPeriodic reports whether an offset is in a function or class that runs on a schedule by itself.
func inPeriodic(f *py.File, offset int) bool {
	for _, n := range f.Scopes.Enclosing(offset) {
		switch n := n.(type) {
		case *py.FunctionDef:
			if isPeriodic(f, n.Decorators) {
				return true
			}
		case *py.ClassDef:
			if isPeriodic(f, n.Decorators) || schedulesItself(f, n) {
				return true
			}
		}
	}
	return false
}

// definesOrCalls reports whether a name stands where its function is called, not handed to a scheduler.
func definesOrCalls(f *py.File, n *py.Name) bool {
	stmt, _ := f.Module.StmtAt(n.Start)
	e, ok := stmt.(*py.ExprStmt)
	if !ok {
		return false
	}
	call, ok := e.X.(*py.Call)
	return ok && call.Func == py.Expr(n)
}

// functionSource returns the source of the outermost function around an offset, or of the whole file.
func functionSource(f *py.File, offset int) string {
	around := f.Scopes.Enclosing(offset)
	if len(around) == 0 {
		return string(f.Module.Src)
	}
	return py.Source(f.Module, around[0])
}
