// Package largesessionvalue finds values that are too large for a session.
package largesessionvalue

import (
	_ "embed"
	"slices"

	"github.com/sesslint/sesslint/internal/django"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
	"github.com/sesslint/sesslint/rule"
)

//go:embed rule.md
var doc string

const title = "keep the value in the cache"

// Meta describes the rule.
var Meta = rule.Meta{
	ID:         "large-session-value",
	Wing:       rule.Python,
	Summary:    "a large or unbounded value is stored in the session",
	Category:   rule.Size,
	Severity:   rule.Warning,
	Confidence: rule.Medium,
	Fixes:      []rule.FixMeta{{Title: title, Applicability: rule.Unsafe}},
	Doc:        doc,
}

// Analyzer is the rule.
var Analyzer = &py.Analyzer{
	Meta:     &Meta,
	Requires: []*py.Engine{sessflow.Engine, django.Engine},
	Run:      run,
}

const (
	// cookieBudget is what fits into a signed cookie besides its name, attributes and signature; browsers drop cookies
	// over 4096 bytes (RFC 6265, section 6.1).
	cookieBudget = 3 << 10
	// memcachedBudget is what fits into an item of memcached, 1 MB by default, besides its own overhead.
	memcachedBudget = 900 << 10
	// fewBytes is how much the ids come to that a filter leaves: mostly those of one visitor.
	fewBytes = 1 << 10
)

// compressed is how long JSON is in a signed cookie, which is compressed and then written as base64: about a third for data,
// more for ids and digests.
func compressed(bytes int) int { return bytes / 3 }

// A store is what is known about where sessions are kept.
type store struct {
	cookies, memcached, json bool
}

func run(pass *py.Pass) {
	project := django.Of(pass)
	s := store{
		cookies:   project.SessionEngine().Kind == django.EngineSignedCookies,
		memcached: project.SessionsInMemcached(),
		json:      project.SerializesAsJSON(),
	}
	flow := sessflow.Of(pass)
	for _, e := range flow.Events {
		if e.Kind != sessflow.Write || takenOut(flow, e) {
			continue
		}
		d := py.Diagnostic{
			File: e.File, At: e.Node.Range(),
			Help: "keep an id or a small summary in the session, and the data in the cache (with a timeout) or in a model",
		}
		shape := e.Value.Stored()
		switch {
		case shape.Class >= sessflow.Large && (mayBeSmallPart(e) || isShortReply(e, shape)):
			continue
		case shape.Class >= sessflow.Large:
			s.judge(&d, e, shape)
			d.Related = source(e, shape)
		case s.cookies && compressed(shape.Bytes) > cookieBudget:
			d.Message = slot(e) + " gets more than fits into one cookie of 4096 bytes, so the browser drops it and the visitor loses the session"
			d.Severity = rule.Error
		case shape.Class == sessflow.Unsized && !e.Nested:
			if !named(&d, e, suggestsSize(e)) {
				continue
			}
		case isLongField(e):
			d.Message = slot(e) + " gets a text of a form, which may be as long as the client likes" + costs
			d.Severity, d.Confidence, d.Pedantic = rule.Info, rule.Low, true
		default:
			continue
		}
		if fix, ok := cacheFix(pass, flow, e); ok && !d.Pedantic {
			d.Fixes = []py.Fix{fix}
		}
		pass.Report(d)
	}
}

// judge says what a value of a known shape costs in this store.
func (s store) judge(d *py.Diagnostic, e *sessflow.Event, shape sessflow.Shape) {
	what := slot(e) + " gets " + shape.What
	unbounded := shape.Class == sessflow.UnboundedRows || shape.Class == sessflow.UnboundedUser
	switch {
	case shape.Class == sessflow.ObjectGraph && s.json:
		d.Message = what + ", which JSON cannot hold, so saving the session raises TypeError and the visitor gets a 500"
		d.Severity, d.Confidence = rule.Error, rule.High
	case s.cookies && (unbounded || compressed(shape.Bytes) > cookieBudget):
		d.Message = what + about(shape) + " in a session that has to fit into one cookie of 4096 bytes, so the browser drops the cookie " +
			"and the visitor loses the session"
		d.Severity = rule.Error
	case s.memcached && shape.Bytes > memcachedBudget:
		d.Message = what + about(shape) + " in a session that lives in memcached, which refuses items over 1 MB, so the request ends with " +
			"a 500 and the visitor is logged out"
		d.Severity = rule.Error
	default:
		d.Message = what + about(shape) + costs
		if shape.Class == sessflow.UnboundedRows && shape.Bytes < fewBytes {
			d.Severity, d.Confidence, d.Pedantic = rule.Info, rule.Low, true
		}
	}
}

// named words what only names suggest, and reports whether they do.
func named(d *py.Diagnostic, e *sessflow.Event, names int) bool {
	d.Message = slot(e) + " gets what its name says is large" + costs
	switch names {
	case 0:
		return false
	case 1:
		d.Severity, d.Confidence, d.Pedantic = rule.Info, rule.Low, true
	}
	return true
}

// source shows where the value comes from, unless that is plain from the line itself.
func source(e *sessflow.Event, shape sessflow.Shape) []py.Related {
	if shape.At == nil || shape.File == nil {
		return nil
	}
	at := shape.At.Range()
	if shape.File == e.File && (e.Node.Range().Contains(at) || e.Stmt != nil && e.Stmt.Range().Contains(at)) {
		return nil
	}
	return []py.Related{{File: shape.File, At: at, Message: "the value comes from here"}}
}

// takenOut reports whether the same function removes the key again further down, on every path that stored it.
func takenOut(flow *sessflow.Result, w *sessflow.Event) bool {
	for _, e := range flow.Events {
		if e.Kind == sessflow.Delete && e.Func == w.Func && e.Key == w.Key && e.Key.Known && e.Node.Range().Start > w.Node.Range().End &&
			!slices.ContainsFunc(e.Guards, func(g sessflow.Guard) bool { return !slices.Contains(w.Guards, g) }) {
			return true
		}
	}
	return false
}
