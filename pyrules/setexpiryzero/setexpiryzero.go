// Package setexpiryzero finds session.set_expiry(0) that is taken for "never" or for "now", or that is the policy for every
// visitor. It makes a browser-session cookie, and the stored session lives on.
package setexpiryzero

import (
	_ "embed"
	"time"

	"github.com/sesslint/sesslint/internal/django"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
	"github.com/sesslint/sesslint/rule"
)

//go:embed rule.md
var doc string

const (
	policyTitle = "use the global session lifetime"
	flushTitle  = "remove the session"
)

// Meta describes the rule.
var Meta = rule.Meta{
	ID:         "set-expiry-zero",
	Wing:       rule.Python,
	Summary:    "set_expiry(0) makes a browser-session cookie; it means neither never nor now",
	Category:   rule.Lifetime,
	Severity:   rule.Warning,
	Confidence: rule.High,
	Fixes: []rule.FixMeta{
		{Title: policyTitle, Applicability: rule.Unsafe},
		{Title: flushTitle, Applicability: rule.Unsafe},
	},
	Doc: doc,
}

// Analyzer is the rule.
var Analyzer = &py.Analyzer{
	Meta:     &Meta,
	Requires: []*py.Engine{sessflow.Engine, django.Engine},
	Run:      run,
}

// shortAge is a SESSION_COOKIE_AGE up to which stored sessions do not outlive their visitors by much.
const shortAge = 24 * time.Hour

func run(pass *py.Pass) {
	lifetime := django.Of(pass).SessionLifetime()
	flow := sessflow.Of(pass)
	for _, e := range flow.Events {
		if e.Kind != sessflow.SetExpiry || e.Source != sessflow.FromRequest || !mayBeZero(e.Value) {
			continue
		}
		u := newUse(e, flow)
		d := py.Diagnostic{File: e.File, At: e.Node.Range()}
		switch {
		case u.invertsRemember():
			d.Message = u.call() + " where " + u.remember + " is true forgets the visitor when the browser closes, and remembers those " +
				"who did not ask for it"
			d.Help = "swap the two sides: 0 belongs where " + u.remember + " is false"
		case u.meansBrowserClose():
			pedantic(&d, u, lifetime)
		case u.meansNever():
			d.Message = u.call() + " does not mean never: the cookie ends with the browser, and " + lifetime.Ends()
			d.Help = "call " + u.method() + "(None) for the lifetime of SESSION_COOKIE_AGE, or pass " + otherLifetime(lifetime)
			d.Fixes = u.policyFix()
		case u.meansLogout():
			d.Message = u.call() + " does not end the session: only the cookie ends, and only when the browser closes; " + lifetime.Lives()
			d.Help = "call logout(request) or flush(), which remove the session at once"
			d.Fixes = u.flushFix()
		case u.isChoice() || lifetime.BrowserClose || lifetime.Age > 0 && lifetime.Age <= shortAge:
			pedantic(&d, u, lifetime)
		default:
			d.Message = u.call() + " makes a cookie that ends with the browser, but " + lifetime.Lives()
			d.Help = "pass " + otherLifetime(lifetime) + ", or shorten SESSION_COOKIE_AGE and set SESSION_EXPIRE_AT_BROWSER_CLOSE = True"
		}
		pass.Report(d)
	}
}

// pedantic fills in what is only said on request.
func pedantic(d *py.Diagnostic, u *use, l django.Lifetime) {
	d.Severity, d.Pedantic = rule.Info, true
	d.Message = u.call() + " makes a browser-session cookie; " + l.Lives()
	d.Help = "shorten SESSION_COOKIE_AGE if sessions must not outlive the browser for that long"
	if l.Engine.NeedsCleanup() {
		d.Help = "run clearsessions regularly: closing the browser removes nothing from the store"
	}
}

// otherLifetime is what can be passed instead. The file engine never expires a session with a number of seconds
// (backends/file.py, _expiry_date).
func otherLifetime(l django.Lifetime) string {
	if l.Engine == django.EngineFile {
		return "a timedelta (Django 4.1 and later; with a number of seconds the file engine never expires a session)"
	}
	return "a number of seconds"
}

// mayBeZero reports whether one of the known values of an argument is 0 or False, which Django treats alike
// (SessionBase.get_expire_at_browser_close: the custom expiry equals 0).
func mayBeZero(v sessflow.Value) bool {
	for _, o := range v.Objs {
		if isZero(o) {
			return true
		}
	}
	return false
}

func isZero(o *sessflow.Object) bool { return o.Kind == sessflow.Const && zeroConst(o.Const) }

func zeroConst(c py.Constant) bool {
	switch c.Kind {
	case py.IntConst:
		return c.Int == 0
	case py.BoolConst:
		return !c.Bool
	case py.FloatConst:
		return c.Float == 0
	}
	return false
}
