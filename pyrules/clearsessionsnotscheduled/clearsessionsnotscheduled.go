// Package clearsessionsnotscheduled finds projects whose expired sessions are never removed.
package clearsessionsnotscheduled

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/django"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/rule"
)

//go:embed rule.md
var doc string

// Meta describes the rule.
var Meta = rule.Meta{
	ID:         "clearsessions-not-scheduled",
	Wing:       rule.Python,
	Summary:    "nothing in the project removes expired sessions",
	Category:   rule.Cleanup,
	Severity:   rule.Warning,
	Confidence: rule.Medium,
	Doc:        doc,
}

// Analyzer is the rule.
var Analyzer = &py.Analyzer{
	Meta:     &Meta,
	Requires: []*py.Engine{django.Engine},
	Run:      run,
}

func run(pass *py.Pass) {
	project := django.Of(pass)
	if !project.IsDeployable() || project.Cleared() {
		return
	}
	for _, m := range project.Deployable() {
		engine := m.SessionEngine()
		at, ok := anchor(m)
		if !ok || !engine.Kind.NeedsCleanup() || !usesSessions(project, m) {
			continue
		}
		d := py.Diagnostic{
			File: at.File, At: at.At,
			Message: "nothing in this project removes expired sessions on a schedule, so " + growth(engine),
			Help:    "run `python manage.py clearsessions` once a day: from cron, celery beat or the scheduler of the platform",
		}
		if _, replaced := engine.Value.Override(); replaced || engine.Value.Set() && !engine.Certain {
			d.Confidence = rule.Low // the server may choose another engine
		}
		if len(project.DeploymentFiles()) == 0 || project.SchedulesInDatabase() {
			// The schedule may be kept where the servers are, or in the database.
			d.Severity, d.Confidence = rule.Info, rule.Low
		}
		if project.SchedulesInDatabase() {
			d.Message = "nothing in this project removes expired sessions on a schedule, so unless one that is kept in the database does, " + growth(engine)
		}
		for _, p := range project.Cleanup() {
			// Somebody thought of it, and may have set up the schedule by hand.
			d.Severity, d.Confidence = rule.Info, rule.Low
			d.Message = "nothing in this project schedules what removes expired sessions, so unless a server does, " + growth(engine)
			d.Related = append(d.Related, py.Related{File: p.File, At: p.At, Message: p.Note})
		}
		pass.Report(d)
		return // one finding for the project
	}
}

// usesSessions reports whether the module installs the session middleware, Django's or one made from it.
func usesSessions(p *django.Project, m *django.SettingsModule) bool {
	return slices.ContainsFunc(p.MiddlewareClasses(), func(c django.MiddlewareClass) bool {
		return c.Module == m && strings.HasSuffix(c.Dotted, "SessionMiddleware")
	})
}

// anchor is where SESSION_ENGINE is assigned, else where MIDDLEWARE is: at the last of its assignments that names the session
// middleware, if there is one, as later ones often add what is only for developers.
func anchor(m *django.SettingsModule) (django.Step, bool) {
	if at, ok := m.Get("SESSION_ENGINE").At(); ok {
		return at, true
	}
	v := m.Middleware()
	for _, s := range slices.Backward(v.Steps()) {
		if strings.Contains(py.Source(s.File.Module, s.At), "SessionMiddleware") {
			return s, true
		}
	}
	return v.At()
}

// growth says what keeps growing and why.
func growth(engine django.SessionEngine) string {
	switch {
	case engine.Kind == django.EngineFile:
		return "the session folder grows for ever: set_expiry() and SESSION_COOKIE_AGE delete no file of a visitor who stays away, " +
			"clearsessions does"
	case engine.Custom:
		return "the session table grows for ever: set_expiry() and SESSION_COOKIE_AGE only hide a row, and clearsessions deletes it"
	}
	return "the table django_session grows for ever: set_expiry() and SESSION_COOKIE_AGE only hide a row, and clearsessions deletes it"
}
