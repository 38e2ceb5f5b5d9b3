package purgeinrequest

import (
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/django"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
)

// A place is a call in a function through which a purge is reached while a request is answered, or the purge itself.
type place struct {
	fn   *sessflow.Func
	node py.Node
	stmt py.Stmt
	role django.Role
}

// places lists where requests reach a purge.
func places(project *django.Project, e *sessflow.Event) []place {
	var out []place
	add := func(fn *sessflow.Func, node py.Node, stmt py.Stmt) {
		if fn == nil {
			return
		}
		role := project.RoleOf(fn.File, fn.Def)
		if answersRequests(role, fn) {
			out = append(out, place{fn, node, stmt, role})
		}
	}
	add(e.Func, e.Node, e.Stmt)
	for _, c := range e.Callers {
		add(c.Func, c.Call, c.Stmt)
	}
	return out
}

// innermost leaves out the places that call a function with a place of its own: there is the call that has to go.
func innermost(all []place) []place {
	return slices.DeleteFunc(slices.Clone(all), func(p place) bool {
		return slices.ContainsFunc(all, func(q place) bool { return q.fn != p.fn && calls(p.node, q.fn) })
	})
}

// calls reports whether a call names a function.
func calls(n py.Node, f *sessflow.Func) bool {
	c, ok := n.(*py.Call)
	return ok && py.LastName(c.Func) == f.Def.Name.Name
}

// answersRequests reports whether a function runs while a visitor waits.
func answersRequests(role django.Role, f *sessflow.Func) bool {
	if forScheduler(f) {
		return false
	}
	switch role {
	case django.View, django.EveryRequest, django.Admin:
		return true
	case django.Signal:
		return !startsWithProcess(f)
	case django.Unknown:
		return f.TakesRequest() || isHook(f)
	}
	return false
}

// forScheduler reports whether a function says that a scheduler calls it, such as a view behind the cron service of a hosting
// platform.
func forScheduler(f *sessflow.Func) bool {
	names := []string{f.Def.Name.Name}
	if f.Class != nil {
		names = append(names, f.Class.Def.Name.Name)
		for _, b := range f.Class.Def.Args {
			names = append(names, py.LastName(b.Value))
		}
	}
	for _, d := range f.Def.Decorators {
		names = append(names, py.Source(f.File.Module, d))
	}
	return slices.ContainsFunc(names, func(n string) bool {
		return slices.ContainsFunc(py.Words(n), func(w string) bool { return w == "cron" || w == "cronjob" || w == "scheduler" })
	})
}

// processSignals are sent when a process or a task starts, or by a command, and not while a request is answered.
var processSignals = []string{"migrate", "worker", "beat", "celeryd", "task_", "class_prepared", "setting_changed", "import_finished", "connection_created"}

// startsWithProcess reports whether a receiver is connected to such a signal.
func startsWithProcess(f *sessflow.Func) bool {
	text := ""
	for _, d := range f.Def.Decorators {
		text += py.Source(f.File.Module, d) + " "
	}
	if text == "" {
		py.Inspect(f.File.Module, func(n py.Node) bool {
			if c, ok := n.(*py.Call); ok && py.LastName(c.Func) == "connect" && len(c.Args) > 0 && py.LastName(c.Args[0].Value) == f.Def.Name.Name {
				text += py.Source(f.File.Module, c.Func)
			}
			return true
		})
	}
	for _, s := range processSignals {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

// hooks are methods that run while a request is answered, by the last word of the name of the class or of one of its bases.
var hooks = map[string][]string{
	"model":      {"save", "delete", "clean", "full_clean"},
	"form":       {"save", "clean", "is_valid"},
	"serializer": {"save", "create", "update", "validate"},
	"backend":    {"authenticate", "get_user"},
	"mixin":      {"get_context_data", "form_valid", "get_queryset"},
}

// isHook reports whether a method is one that models, forms and the like run as part of a request.
func isHook(f *sessflow.Func) bool {
	if f.Class == nil {
		return false
	}
	names := []string{f.Class.Def.Name.Name}
	for _, b := range f.Class.Def.Args {
		if b.Name.Name == "" {
			names = append(names, py.LastName(b.Value))
		}
	}
	return slices.ContainsFunc(names, func(n string) bool {
		words := py.Words(n)
		return len(words) > 0 && slices.Contains(hooks[words[len(words)-1]], f.Def.Name.Name)
	})
}
