package purgeinrequest

import (
	"slices"

	"github.com/sesslint/sesslint/internal/django"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/pyproject"
	"github.com/sesslint/sesslint/internal/sessflow"
	"github.com/sesslint/sesslint/rule"
)

// byName reports calls of functions that are not in the project and purge sessions by their name: delete_stale_sessions().
// Where the function also uses Django's session, two things agree; otherwise the name is all there is.
func byName(pass *py.Pass, project *django.Project) {
	uses := map[*py.FunctionDef]bool{}
	for _, e := range sessflow.Of(pass).Events {
		if e.Func != nil && e.Kind != sessflow.Purge {
			uses[e.Func.Def] = true
		}
	}
	graph := pyproject.Of(pass)
	for _, f := range pass.Program.Files {
		if f.Test {
			continue
		}
		var walk func(body []py.Stmt, fn *py.FunctionDef)
		walk = func(body []py.Stmt, fn *py.FunctionDef) {
			for _, s := range body {
				inner := fn
				if def, ok := s.(*py.FunctionDef); ok {
					inner = def
				}
				if x, ok := s.(*py.ExprStmt); ok && fn != nil {
					if c, ok := x.X.(*py.Call); ok && saysPurge(c) && !defined(graph, f, c) && takesRequest(project, f, fn) {
						pass.Report(named(f, c, s, uses[fn]))
					}
				}
				for _, b := range py.Bodies(s) {
					walk(b, inner)
				}
			}
		}
		walk(f.Module.Body, nil)
	}
}

func named(f *py.File, c *py.Call, s py.Stmt, agrees bool) py.Diagnostic {
	d := py.Diagnostic{
		File: f, At: c.Span, Confidence: rule.Low,
		Message: py.LastName(c.Func) + "() by its name deletes everybody's expired sessions while a request is answered, so this visitor " +
			"waits for a DELETE over the whole session table, and nothing is deleted when traffic stops",
		Help: "remove the call and run `python manage.py clearsessions` from a scheduler, once a day",
	}
	if !agrees {
		d.Severity = rule.Info
	}
	if at, filler, ok := f.Module.Removal(s); ok {
		d.Fixes = []py.Fix{{Title: title, Applicability: rule.Unsafe, Edits: []py.Edit{{File: f, At: at, New: filler}}}}
	}
	return d
}

var (
	purgeVerbs = []string{"delete", "clear", "clean", "cleanup", "purge", "remove", "prune"}
	oldWords   = []string{"stale", "old", "expired", "dead", "outdated"}
	fillers    = []string{"up", "all", "the", "user", "users", "django", "db", "database", "out"}
)

// saysPurge reports whether the name of what is called is a verb, a word for old, and "sessions", in that order with nothing
// of another kind between, and nobody's session in particular is passed on.
func saysPurge(c *py.Call) bool {
	words := py.Words(py.LastName(c.Func))
	if len(words) < 3 || len(c.Args) > 0 || !slices.Contains(purgeVerbs, words[0]) || words[len(words)-1] != "sessions" {
		return false
	}
	old := false
	for _, w := range words[1 : len(words)-1] {
		switch {
		case slices.Contains(oldWords, w):
			old = true
		case !slices.Contains(fillers, w):
			return false
		}
	}
	return old
}

// defined reports whether what is called is code of the project, which is judged by what it does.
func defined(g *pyproject.Graph, f *py.File, c *py.Call) bool {
	if q := f.Scopes.Qualified(c.Func); q != "" {
		_, _, ok := g.ResolveName(f, q)
		return ok
	}
	switch fn := c.Func.(type) {
	case *py.Name:
		return f.Scopes.Binding(fn) != nil
	case *py.Attribute:
		return true // a method of something
	}
	return true
}

func takesRequest(project *django.Project, f *py.File, fn *py.FunctionDef) bool {
	switch project.RoleOf(f, fn) {
	case django.View, django.EveryRequest:
		return true
	case django.Unknown:
		return slices.ContainsFunc(fn.Params, func(p *py.Param) bool { return p.Name.Name == "request" || p.Name.Name == "_request" })
	}
	return false
}
