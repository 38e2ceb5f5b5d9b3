package django

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

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
			if !ok || py.LastName(call.Func) != u.name {
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
