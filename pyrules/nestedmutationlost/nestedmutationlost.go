// Package nestedmutationlost finds changes to objects inside the session that Django never saves.
package nestedmutationlost

import (
	_ "embed"

	"github.com/sesslint/sesslint/internal/django"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
	"github.com/sesslint/sesslint/rule"
)

//go:embed rule.md
var doc string

const title = "mark the session as modified"

// Meta describes the rule.
var Meta = rule.Meta{
	ID:         "nested-mutation-lost",
	Wing:       rule.Python,
	Summary:    "an object inside the session is changed in place and the change is never saved",
	Category:   rule.LostWrite,
	Severity:   rule.Error,
	Confidence: rule.High,
	Fixes:      []rule.FixMeta{{Title: title, Applicability: rule.Safe}},
	Doc:        doc,
}

// Analyzer is the rule.
var Analyzer = &py.Analyzer{
	Meta:     &Meta,
	Requires: []*py.Engine{sessflow.Engine, django.Engine},
	Run:      run,
}

func run(pass *py.Pass) {
	if django.Of(pass).SavesEveryRequest() {
		return // saved because of that setting, whose own finding lists these
	}
	flow := sessflow.Of(pass)
	for _, l := range flow.Lost {
		// Changes to what a default was given for are explained by setdefault-mutation-lost.
		if l.Origin == sessflow.ByKey {
			pass.Report(diagnose(flow, l))
		}
	}
}

func diagnose(flow *sessflow.Result, l *sessflow.Lost) py.Diagnostic {
	d := py.Diagnostic{
		File:    l.File,
		At:      l.At.Range(),
		Message: l.Subject() + " is changed in place, but Django only notices assignments to the session itself, so the change is lost after the response",
		Help:    "add " + l.Mark() + " after the change",
		Related: story(flow, l),
	}
	if l.Alias {
		d.Confidence = rule.Medium
	}
	if l.LocalUse {
		// To save what was meant for this response would be a new bug.
		d.Severity, d.Pedantic = rule.Info, true
		d.Help = "change a copy if the change is for this response only; otherwise " + d.Help
		return d
	}
	if e, ok := flow.MarkEdit(l); ok {
		d.Fixes = []py.Fix{{Title: title, Applicability: rule.Safe, Edits: []py.Edit{e}}}
	}
	return d
}
