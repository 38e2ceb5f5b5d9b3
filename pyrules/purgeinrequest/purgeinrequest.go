// Package purgeinrequest finds requests that remove everybody's expired sessions while their own visitor waits.
package purgeinrequest

import (
	_ "embed"

	"github.com/sesslint/sesslint/internal/django"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/pyproject"
	"github.com/sesslint/sesslint/internal/sessflow"
	"github.com/sesslint/sesslint/rule"
)

//go:embed rule.md
var doc string

const title = "remove the purge from the request"

// Meta describes the rule.
var Meta = rule.Meta{
	ID:         "purge-in-request",
	Wing:       rule.Python,
	Summary:    "expired sessions are deleted while a request is answered",
	Category:   rule.Cleanup,
	Severity:   rule.Warning,
	Confidence: rule.High,
	Fixes:      []rule.FixMeta{{Title: title, Applicability: rule.Unsafe}},
	Doc:        doc,
}

// Analyzer is the rule.
var Analyzer = &py.Analyzer{
	Meta:     &Meta,
	Requires: []*py.Engine{sessflow.Engine, django.Engine, pyproject.Engine},
	Run:      run,
}

func run(pass *py.Pass) {
	project := django.Of(pass)
	slow := slowDelete(pass.Program, project.SessionEngine().Kind)
	reported := map[py.Node]bool{}
	for _, e := range sessflow.Of(pass).Events {
		if e.Kind != sessflow.Purge || doesNothing(e, project.SessionEngine().Kind) {
			continue
		}
		for _, p := range innermost(places(project, e)) {
			if !reported[p.node] { // it may reach another purge too
				reported[p.node] = true
				pass.Report(diagnostic(project, e, p, slow))
			}
		}
	}
	byName(pass, project)
}

// doesNothing reports whether the engine has nothing to clear: expired entries of a cache vanish by themselves, and signed
// cookies are not stored (clear_expired in backends/cache.py and backends/signed_cookies.py).
func doesNothing(e *sessflow.Event, engine django.EngineKind) bool {
	c, ok := e.Node.(*py.Call)
	return ok && !isDelete(c) && (engine == django.EngineCache || engine == django.EngineSignedCookies)
}

// isDelete reports whether a purge is a delete() of rows rather than what the engine does to clear up.
func isDelete(c *py.Call) bool {
	a, ok := c.Func.(*py.Attribute)
	return ok && (a.Attr.Name == "delete" || a.Attr.Name == "adelete" || a.Attr.Name == "_raw_delete")
}

func diagnostic(project *django.Project, e *sessflow.Event, p place, slow *py.Related) py.Diagnostic {
	what, who := "expired sessions are deleted", "this visitor waits for "
	if e.PurgesAll() {
		what = "all sessions are deleted"
	}
	if p.role == django.EveryRequest {
		what, who = what+" on every request", "every visitor waits for "
	} else {
		what += " while a request is answered"
	}
	d := py.Diagnostic{
		File: p.fn.File, At: p.node.Range(),
		Help: "remove the call and run `python manage.py clearsessions` from a scheduler, once a day",
	}
	switch {
	case e.PurgesAll():
		d.Message = what + ", so " + who + "a DELETE of the whole session table and everybody is logged out"
		d.Help = "end the session of this visitor with flush(), and those of all others in a management command"
	case slow != nil:
		d.Message = what + ", so " + who + "every expired row to be loaded into memory and deleted, and nothing is deleted when traffic stops"
	case project.SessionEngine().Kind == django.EngineFile:
		d.Message = what + ", so " + who + "every session file to be read, and nothing is deleted when traffic stops"
	default:
		d.Message = what + ", so " + who + "a DELETE over the whole session table, and nothing is deleted when traffic stops"
	}
	if p.role == django.Admin {
		d.Severity = rule.Info
	}
	if p.node != e.Node {
		d.Related = append(d.Related, py.Related{File: e.File, At: e.Node.Range(), Message: "the sessions are deleted here"})
	}
	if slow != nil {
		d.Related = append(d.Related, *slow)
		if p.role != django.Admin {
			d.Severity = rule.Error
		}
	}
	if f := removal(p); f != nil && !e.PurgesAll() {
		d.Fixes = []py.Fix{*f}
	}
	return d
}

// removal deletes the statement, if it is one of its own.
func removal(p place) *py.Fix {
	s, ok := p.stmt.(*py.ExprStmt)
	if !ok {
		return nil
	}
	x := s.X
	if a, ok := x.(*py.Await); ok {
		x = a.X
	}
	if x != p.node {
		return nil
	}
	at, filler, ok := p.fn.File.Module.Removal(s)
	if !ok {
		return nil
	}
	return &py.Fix{Title: title, Applicability: rule.Unsafe, Edits: []py.Edit{{File: p.fn.File, At: at, New: filler}}}
}
