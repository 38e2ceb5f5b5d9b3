package output

import (
	"encoding/json"
	"io"

	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/rule"
)

// The types below are the JSON format; docs/report.schema.json describes it for others.
type (
	jsonReport struct {
		Version  string        `json:"version"`
		Findings []jsonFinding `json:"findings"`
		Problems []jsonProblem `json:"problems"`
		Summary  jsonSummary   `json:"summary"`
	}
	jsonFinding struct {
		Rule        string        `json:"rule"`
		Wing        string        `json:"wing"`
		Category    string        `json:"category"`
		Severity    string        `json:"severity"`
		Confidence  string        `json:"confidence"`
		Pedantic    bool          `json:"pedantic"`
		Message     string        `json:"message"`
		Help        string        `json:"help"`
		Path        string        `json:"path"`
		Line        int           `json:"line"`
		Column      int           `json:"column"`
		EndLine     int           `json:"endLine"`
		EndColumn   int           `json:"endColumn"`
		Related     []jsonRelated `json:"related"`
		Fixes       []jsonFix     `json:"fixes"`
		Fingerprint string        `json:"fingerprint"`
	}
	jsonRelated struct {
		Path      string `json:"path"`
		Line      int    `json:"line"`
		Column    int    `json:"column"`
		EndLine   int    `json:"endLine"`
		EndColumn int    `json:"endColumn"`
		Message   string `json:"message"`
	}
	jsonFix struct {
		Title         string     `json:"title"`
		Applicability string     `json:"applicability"`
		Edits         []jsonEdit `json:"edits"`
	}
	jsonEdit struct {
		Path      string `json:"path"`
		StartByte int    `json:"startByte"`
		EndByte   int    `json:"endByte"`
		NewText   string `json:"newText"`
	}
	jsonProblem struct {
		Kind    string `json:"kind"`
		Path    string `json:"path"`
		Line    int    `json:"line"`
		Column  int    `json:"column"`
		Message string `json:"message"`
	}
	jsonSummary struct {
		Files      int          `json:"files"`
		Findings   jsonSeverity `json:"findings"`
		Problems   int          `json:"problems"`
		Suppressed int          `json:"suppressed"`
	}
	jsonSeverity struct {
		Error   int `json:"error"`
		Warning int `json:"warning"`
		Info    int `json:"info"`
	}
)

func writeJSON(w io.Writer, r *Report) error {
	n := counts(r.Findings)
	out := jsonReport{
		Version:  r.Version,
		Findings: []jsonFinding{},
		Problems: []jsonProblem{},
		Summary: jsonSummary{
			Files:      r.Files,
			Findings:   jsonSeverity{n[rule.Error], n[rule.Warning], n[rule.Info]},
			Problems:   len(r.Problems),
			Suppressed: r.Suppressed,
		},
	}
	for i := range r.Findings {
		out.Findings = append(out.Findings, toJSON(&r.Findings[i]))
	}
	for _, p := range r.Problems {
		out.Problems = append(out.Problems, jsonProblem{p.Kind.String(), p.At.Path, p.At.Line, p.At.Column, p.Message})
	}
	return encode(w, out)
}

func toJSON(f *finding.Finding) jsonFinding {
	out := jsonFinding{
		Rule: f.Rule.ID, Wing: string(f.Rule.Wing), Category: string(f.Rule.Category),
		Severity: f.Severity.String(), Confidence: f.Confidence.String(), Pedantic: f.Pedantic,
		Message: f.Message, Help: f.Help,
		Path: f.At.Path, Line: f.At.Line, Column: f.At.Column, EndLine: f.At.EndLine, EndColumn: f.At.EndColumn,
		Related: []jsonRelated{}, Fixes: []jsonFix{}, Fingerprint: f.Fingerprint,
	}
	for _, x := range f.Related {
		out.Related = append(out.Related, jsonRelated{x.At.Path, x.At.Line, x.At.Column, x.At.EndLine, x.At.EndColumn, x.Message})
	}
	for _, x := range f.Fixes {
		fix := jsonFix{Title: x.Title, Applicability: x.Applicability.String(), Edits: []jsonEdit{}}
		for _, e := range x.Edits {
			fix.Edits = append(fix.Edits, jsonEdit{e.Path, e.Start, e.End, e.New})
		}
		out.Fixes = append(out.Fixes, fix)
	}
	return out
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
