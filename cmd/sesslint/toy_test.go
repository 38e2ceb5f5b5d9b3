package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/rule"
)

// A word is a place where a toy rule found its word.
type word struct {
	pass *py.Pass
	file *py.File
	at   py.Span
}

func (w word) text() string { return string(w.file.Module.Src[w.at.Start:w.at.End]) }

func (w word) report(message string, fixes ...py.Fix) {
	w.pass.Report(py.Diagnostic{File: w.file, At: w.at, Message: message, Help: "write something else", Fixes: fixes})
}

func (w word) replace(text string) py.Edit { return py.Edit{File: w.file, At: w.at, New: text} }

// toy makes a rule that calls f for each match of a pattern outside of comments.
func toy(id string, category rule.Category, severity rule.Severity, pattern string, f func(word)) *py.Analyzer {
	exp := regexp.MustCompile(`\b(?:` + pattern + `)\b`)
	return &py.Analyzer{
		Meta: &rule.Meta{
			ID: id, Wing: rule.Python, Category: category, Severity: severity, Confidence: rule.High,
			Summary: "finds the word " + strings.TrimPrefix(id, "toy-"), Doc: "# " + id + "\n\nWhat it does.\n",
			Fixes: []rule.FixMeta{{Title: "rename", Applicability: rule.Safe}},
		},
		Run: func(pass *py.Pass) {
			for _, file := range pass.Program.Files {
				src := bytes.Clone(file.Module.Src)
				for _, c := range file.Module.Comments {
					for i := c.Start; i < c.End; i++ {
						src[i] = ' '
					}
				}
				for _, m := range exp.FindAllIndex(src, -1) {
					f(word{pass, file, py.Span{Start: m[0], End: m[1]}})
				}
			}
		},
	}
}

func safe(edits ...py.Edit) py.Fix {
	return py.Fix{Title: "rename", Applicability: rule.Safe, Edits: edits}
}

// toys are rules about words, for trying everything around rules.
var toys = []*py.Analyzer{
	toy("toy-bad", rule.Correctness, rule.Warning, "session_bad", func(w word) {
		w.report("session_bad is bad, so nothing works", safe(w.replace("session_good")))
	}),
	toy("toy-size", rule.Size, rule.Error, "session_size", func(w word) {
		w.report("session_size is large, so it is slow",
			py.Fix{Title: "shrink", Applicability: rule.Unsafe, Edits: []py.Edit{w.replace("session_small")}})
	}),
	toy("toy-note", rule.Lifetime, rule.Info, "session_note", func(w word) {
		d := py.Diagnostic{File: w.file, At: w.at, Message: "session_note is noteworthy"}
		for _, f := range w.pass.Program.Files {
			if i := bytes.Index(f.Module.Src, []byte("session_origin")); i >= 0 {
				d.Related = append(d.Related, py.Related{File: f, At: py.Span{Start: i, End: i + 14}, Message: "comes from here"})
			}
		}
		w.pass.Report(d)
	}),
	toy("toy-pedantic", rule.Exposure, rule.Warning, "session_pedantic", func(w word) {
		w.pass.Report(py.Diagnostic{File: w.file, At: w.at, Message: "session_pedantic is pedantic", Pedantic: true})
	}),
	toy("toy-import", rule.Backend, rule.Warning, "session_import", func(w word) {
		w.report("session_import is not imported", safe(py.Edit{File: w.file, New: "import toy\n"}, w.replace("toy.session")))
	}),
	// The fix covers the whole line, so that those of two on a line overlap.
	toy("toy-line", rule.Race, rule.Warning, "session_line", func(w word) {
		src := w.file.Module.Src
		start := bytes.LastIndexByte(src[:w.at.Start], '\n') + 1
		end := w.at.End + bytes.IndexByte(append(src[w.at.End:len(src):len(src)], '\n'), '\n')
		line := string(src[start:w.at.Start]) + "session_ok" + string(src[w.at.End:end])
		w.report("session_line is in the line", safe(py.Edit{File: w.file, At: py.Span{Start: start, End: end}, New: line}))
	}),
	toy("toy-multi", rule.Cleanup, rule.Warning, "session_multi", func(w word) {
		edits := []py.Edit{w.replace("session_one")}
		if log := w.pass.Program.Open("log_session.py"); log != nil {
			end := len(log.Module.Src)
			edits = append(edits, py.Edit{File: log, At: py.Span{Start: end, End: end}, New: "fixed = True\n"})
		}
		w.report("session_multi is in two files", safe(edits...))
	}),
	toy("toy-accent", rule.Settings, rule.Warning, "session_accent", func(w word) {
		w.report("session_accent has no accent", safe(w.replace("sessión")))
	}),
	toy("toy-broken", rule.Async, rule.Warning, "session_broken", func(w word) {
		w.report("session_broken has a fix that breaks the file", safe(w.replace("((")))
	}),
	toy("toy-endless", rule.Fixation, rule.Warning, "session_endless_*", func(w word) {
		w.report("session_endless can be longer", safe(w.replace(w.text()+"_")))
	}),
	// It writes to the disk while the file is checked, as an editor may. The path works where the scripts call it.
	toy("toy-tamper", rule.Race, rule.Info, "session_tamper", func(w word) {
		if err := os.WriteFile(filepath.Join("tamper", w.file.Path), []byte("tampered\n"), 0o666); err != nil {
			panic(err)
		}
	}),
	toy("toy-crash", rule.WriteAmplification, rule.Warning, "session_crash", func(word) {
		panic("session_crash crashes")
	}),
	{
		Meta: &rule.Meta{ID: "toy-test", Wing: rule.Python, Category: rule.LostWrite, Severity: rule.Warning, Confidence: rule.Low},
		Run: func(pass *py.Pass) {
			for _, path := range pass.Program.Paths {
				if f := pass.Program.Open(path); f != nil && f.Test && bytes.Contains(f.Module.Src, []byte("session_test")) {
					pass.Report(py.Diagnostic{File: f, Message: "session_test is in a test"})
				}
			}
		},
	},
}
