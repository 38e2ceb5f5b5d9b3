// Package setdefaultmutationlost finds changes to what session.setdefault() or session.get() with a default returned, which
// are saved at most once.
package setdefaultmutationlost

import (
	_ "embed"

	"github.com/sesslint/sesslint/internal/django"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
	"github.com/sesslint/sesslint/rule"
)

//go:embed rule.md
var doc string

const (
	markTitle  = "mark the session as modified"
	storeTitle = "store the changed value in the session"
)

// Meta describes the rule.
var Meta = rule.Meta{
	ID:         "setdefault-mutation-lost",
	Wing:       rule.Python,
	Summary:    "what setdefault() or get() with a default returned is changed, and the change is never saved",
	Category:   rule.LostWrite,
	Severity:   rule.Error,
	Confidence: rule.High,
	Fixes: []rule.FixMeta{
		{Title: markTitle, Applicability: rule.Safe},
		{Title: storeTitle, Applicability: rule.Safe},
	},
	Doc: doc,
}

// Analyzer is the rule.
var Analyzer = &py.Analyzer{
	Meta:     &Meta,
	Requires: []*py.Engine{sessflow.Engine, django.Engine},
	Run:      run,
}

func run(pass *py.Pass) {
	every := django.Of(pass).SavesEveryRequest()
	flow := sessflow.Of(pass)
	for _, l := range flow.Lost {
		switch {
		case l.Origin == sessflow.BySetDefault && !every:
			pass.Report(complete(flow, l, added(flow, l)))
		case l.Origin == sessflow.ByGetDefault:
			pass.Report(complete(flow, l, thrownAway(flow, l, every)))
		}
	}
}

// complete fills in what both kinds of findings have in common.
func complete(flow *sessflow.Result, l *sessflow.Lost, d py.Diagnostic) py.Diagnostic {
	d.File, d.At, d.Related = l.File, l.At.Range(), origin(flow, l)
	if l.LocalUse {
		// To save what was meant for this response would be a new bug.
		d.Severity, d.Pedantic, d.Fixes = rule.Info, true, nil
		d.Help = "change a copy if the change is for this response only; otherwise " + d.Help
	}
	return d
}

// added is about a change to what setdefault() returned.
func added(flow *sessflow.Result, l *sessflow.Lost) py.Diagnostic {
	d := py.Diagnostic{
		Message: "setdefault() marks the session as modified only when it adds " + l.Key.String() +
			", so the first change is saved and every later one is lost after the response",
		Help: "add " + l.Mark() + " after the change",
	}
	if e, ok := flow.MarkEdit(l); ok {
		d.Fixes = []py.Fix{{Title: markTitle, Applicability: rule.Safe, Edits: []py.Edit{e}}}
	}
	return d
}

// thrownAway is about a change to what get() with a default returned. It may be saved in spite of that where every session
// is, but not the first time.
func thrownAway(flow *sessflow.Result, l *sessflow.Lost, every bool) py.Diagnostic {
	d := py.Diagnostic{
		Message: "get() with a default stores nothing in the session, so this change to " + l.Key.String() +
			" is lost after the response, whether the key was there or not",
		Help: "assign the changed value to " + l.Slot() + " again",
	}
	if every {
		d.Message = "get() with a default stores nothing in the session, so this change is lost whenever " + l.Key.String() +
			" is missing, even with SESSION_SAVE_EVERY_REQUEST"
	}
	if edits, ok := flow.KeepEdits(l); ok {
		d.Fixes = []py.Fix{{Title: storeTitle, Applicability: rule.Safe, Edits: edits}}
	}
	return d
}
