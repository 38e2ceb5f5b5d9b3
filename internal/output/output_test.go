package output

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/source"
	"github.com/sesslint/sesslint/rule"
)

var meta = &rule.Meta{ID: "toy", Wing: rule.Python, Category: rule.Size, Severity: rule.Warning, Confidence: rule.High, Summary: "finds toys"}

// span returns the place of the n-th occurrence (from 0) of text in src.
func span(path, src, text string, n int) finding.Span {
	start := 0
	for ; n > 0; n-- {
		start += strings.Index(src[start:], text) + 1
	}
	start += strings.Index(src[start:], text)
	f := source.New(path, []byte(src))
	s := finding.Span{Path: path, Start: start, End: start + len(text)}
	s.Line, s.Column = f.Position(s.Start)
	s.EndLine, s.EndColumn = f.Position(s.End)
	return s
}

func report(sources map[string]string, findings ...finding.Finding) *Report {
	for i := range findings {
		findings[i].Rule = meta
		if findings[i].Severity == 0 {
			findings[i].Severity, findings[i].Confidence = rule.Warning, rule.High
		}
		if findings[i].Message == "" {
			findings[i].Message = "message"
		}
	}
	return &Report{Version: "1.2.3", Findings: findings, Files: len(sources), Source: func(path string) *source.File {
		if text, ok := sources[path]; ok {
			return source.New(path, []byte(text))
		}
		return nil
	}}
}

func write(t *testing.T, r *Report, format Format, colour bool) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, format, colour); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// excerptOf returns the lines between the place and the empty line.
func excerptOf(t *testing.T, text string) string {
	t.Helper()
	_, rest, _ := strings.Cut(text, "--> ")
	_, rest, _ = strings.Cut(rest, "\n")
	rest, _, _ = strings.Cut(rest, "\n\n")
	return rest
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("a", 300) + " bad " + strings.Repeat("b", 300)
	tests := map[string]struct {
		src     string
		text    string
		related []string // text = label
		want    string
	}{
		"one line":         {"x\nbad\n", "bad", nil, "  |\n2 | bad\n  | ^^^"},
		"code points":      {"é = 'ß€' + bad\n", "bad", nil, "  |\n1 | é = 'ß€' + bad\n  |            ^^^"},
		"tabs":             {"\tif\tbad: \n", "bad", nil, "  |\n1 |     if    bad:\n  |           ^^^"},
		"a tab inside":     {"x(\tbad\t)\n", "\tbad\t", nil, "  |\n1 | x(    bad    )\n  |   ^^^^^^^^^^^"},
		"several lines":    {"x = (bad,\n  1)\ny\n", "bad,\n  1", nil, "  |\n1 | x = (bad,\n  |      ^^^^"},
		"nothing":          {"ab\n", "", nil, "  |\n1 | ab\n  | ^"},
		"end of file":      {"ab", "b", nil, "  |\n1 | ab\n  |  ^"},
		"old mac":          {"x\rbad\r", "bad", nil, "  |\n2 | bad\n  | ^^^"},
		"crlf":             {"x\r\nbad\r\n", "bad", nil, "  |\n2 | bad\n  | ^^^"},
		"byte order mark":  {"\ufeffbad\n", "bad", nil, "  |\n1 | bad\n  | ^^^"},
		"latin-1":          {"# coding: latin-1\n'\xe9' bad\n", "bad", nil, "  |\n2 | 'é' bad\n  |     ^^^"},
		"not UTF-8":        {"'\xe9' bad\n", "bad", nil, "  |\n1 | '\ufffd' bad\n  |     ^^^"},
		"control":          {"'\x1b[31m' bad\n", "bad", nil, "  |\n1 | '\ufffd[31m' bad\n  |         ^^^"},
		"long line":        {long + "\n", "bad", nil, "  |\n1 | ..." + strings.Repeat("a", 39) + " bad " + strings.Repeat("b", 116) + "...\n  | " + strings.Repeat(" ", 43) + "^^^"},
		"long span":        {"bad" + strings.Repeat("!", 500) + "\n", "bad" + strings.Repeat("!", 500), nil, "  |\n1 | bad" + strings.Repeat("!", 157) + "...\n  | " + strings.Repeat("^", 160)},
		"related before":   {"one\nx\nbad\n", "bad", []string{"one = first"}, "  |\n1 | one\n  | --- first\n3 | bad\n  | ^^^"},
		"related behind":   {"bad\n" + strings.Repeat("\n", 8) + "one\n", "bad", []string{"one = last"}, "   |\n 1 | bad\n   | ^^^\n10 | one\n   | --- last"},
		"related on line":  {"one = bad\n", "bad", []string{"one = here"}, "  |\n1 | one = bad\n  | --- here\n  |       ^^^"},
		"related, no text": {"one\nbad\n", "bad", []string{"one = "}, "  |\n1 | one\n  | ---\n2 | bad\n  | ^^^"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := finding.Finding{At: span("a.py", test.src, test.text, 0)}
			for _, r := range test.related {
				text, label, _ := strings.Cut(r, " = ")
				f.Related = append(f.Related, finding.Related{At: span("a.py", test.src, text, 0), Message: label})
			}
			got := excerptOf(t, write(t, report(map[string]string{"a.py": test.src}, f), Full, false))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("excerpt (-want +got):\n%s", diff)
			}
		})
	}
}

// TestExcerptAnywhere tries spans that do not fit their file: nothing may crash.
func TestExcerptAnywhere(t *testing.T) {
	for _, src := range []string{"", "a", "a\n", "\tb\r\n\r\nc"} {
		for line := range 6 {
			for column := range 5 {
				for end := range 5 {
					f := finding.Finding{At: finding.Span{Path: "a.py", Line: line, Column: column, EndLine: line, EndColumn: end}}
					write(t, report(map[string]string{"a.py": src}, f), Full, false)
					f.At.Path = "none.py"
					write(t, report(map[string]string{"a.py": src}, f), Full, false)
				}
			}
		}
	}
}

func TestRelatedElsewhere(t *testing.T) {
	a, b := "bad\n", "x\none\ntwo\n"
	r := report(map[string]string{"a.py": a, "b.py": b}, finding.Finding{
		At: span("a.py", a, "bad", 0), Help: "help",
		Related: []finding.Related{
			{At: span("b.py", b, "two", 0), Message: "second"}, {At: span("c.py", "x", "x", 0), Message: "gone"}, {At: span("b.py", b, "one", 0), Message: "first"},
		},
		Fixes: []finding.Fix{{Title: "one"}, {Title: "other", Applicability: rule.Unsafe}},
	})
	want := `warning[toy]: message
 --> a.py:1:1
  |
1 | bad
  | ^^^
 ::: b.py:2:1
  |
2 | one
  | --- first
3 | two
  | --- second
 ::: c.py:1:1
  |
1 |
  | - gone
  = help: help
  = fix available (safe): one
  = fix available (unsafe): other

1 finding (1 warning) in 2 files
1 can be fixed with --fix
`
	if diff := cmp.Diff(want, write(t, r, Full, false)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestColour(t *testing.T) {
	src := "bad one\n"
	f := finding.Finding{
		At: span("a.py", src, "bad", 0), Help: "help", Severity: rule.Error, Confidence: rule.Low,
		Related: []finding.Related{{At: span("a.py", src, "one", 0), Message: "label"}},
	}
	r := report(map[string]string{"a.py": src}, f)
	r.Problems = []finding.Problem{{At: finding.Span{Path: "b.py"}, Message: "m"}}
	for _, format := range []Format{Full, Concise} {
		coloured, plain := write(t, r, format, true), write(t, r, format, false)
		if !strings.Contains(coloured, "\x1b[1;31merror") || strings.Contains(plain, "\x1b") {
			t.Errorf("%s: coloured %q, plain %q", format, coloured, plain)
		}
		for _, code := range []string{"\x1b[1;31m", "\x1b[1;34m", "\x1b[1m", "\x1b[0m"} {
			coloured = strings.ReplaceAll(coloured, code, "")
		}
		if diff := cmp.Diff(plain, coloured); diff != "" {
			t.Errorf("%s: colour changes the text (-plain +coloured):\n%s", format, diff)
		}
		if write(t, r, JSON, true) != write(t, r, JSON, false) {
			t.Error("JSON has colour")
		}
	}
}

func TestJSON(t *testing.T) {
	src := "bad one\n"
	r := report(map[string]string{"a.py": src}, finding.Finding{
		At: span("a.py", src, "bad", 0), Message: "a < b & \"c\" \u2028", Help: "h", Pedantic: true, Fingerprint: "0123", Symbol: "f",
		Related: []finding.Related{{At: span("a.py", src, "one", 0), Message: "label"}},
		Fixes:   []finding.Fix{{Title: "t", Applicability: rule.Unsafe, Edits: []finding.Edit{{Path: "a.py", Start: 1, End: 2, New: "n\n"}}}},
	}, finding.Finding{At: span("a.py", src, "one", 0), Severity: rule.Info, Confidence: rule.Medium})
	r.Problems = []finding.Problem{{Kind: finding.Unread, At: finding.Span{Path: "b.py"}, Message: "m"}}
	r.Suppressed = 4
	want := `{
  "version": "1.2.3",
  "findings": [
    {
      "rule": "toy",
      "wing": "python",
      "category": "size",
      "severity": "warning",
      "confidence": "high",
      "pedantic": true,
      "message": "a < b & \"c\" \u2028",
      "help": "h",
      "path": "a.py",
      "line": 1,
      "column": 1,
      "endLine": 1,
      "endColumn": 4,
      "related": [
        {
          "path": "a.py",
          "line": 1,
          "column": 5,
          "endLine": 1,
          "endColumn": 8,
          "message": "label"
        }
      ],
      "fixes": [
        {
          "title": "t",
          "applicability": "unsafe",
          "edits": [
            {
              "path": "a.py",
              "startByte": 1,
              "endByte": 2,
              "newText": "n\n"
            }
          ]
        }
      ],
      "fingerprint": "0123"
    },
    {
      "rule": "toy",
      "wing": "python",
      "category": "size",
      "severity": "info",
      "confidence": "medium",
      "pedantic": false,
      "message": "message",
      "help": "",
      "path": "a.py",
      "line": 1,
      "column": 5,
      "endLine": 1,
      "endColumn": 8,
      "related": [],
      "fixes": [],
      "fingerprint": ""
    }
  ],
  "problems": [
    {
      "kind": "unread",
      "path": "b.py",
      "line": 0,
      "column": 0,
      "message": "m"
    }
  ],
  "summary": {
    "files": 1,
    "findings": {
      "error": 0,
      "warning": 1,
      "info": 1
    },
    "problems": 1,
    "suppressed": 4
  }
}
`
	if diff := cmp.Diff(want, write(t, r, JSON, false)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	empty := write(t, &Report{Version: "1"}, JSON, false)
	if !strings.Contains(empty, `"findings": [],`) || !strings.Contains(empty, `"problems": [],`) {
		t.Errorf("empty report: %s", empty)
	}
}

func TestSummary(t *testing.T) {
	at := finding.Span{Path: "a.py", Line: 1, Column: 1, EndLine: 1, EndColumn: 2}
	of := func(s rule.Severity, fixes ...rule.Applicability) finding.Finding {
		f := finding.Finding{At: at, Severity: s, Confidence: rule.High}
		for _, a := range fixes {
			f.Fixes = append(f.Fixes, finding.Fix{Applicability: a})
		}
		return f
	}
	problem := finding.Problem{At: at, Message: "m"}
	tests := map[string]struct {
		report Report
		want   string
	}{
		"nothing checked": {Report{}, "no Python files were checked\n"},
		"clean":           {Report{Files: 1}, "no findings in 1 file\n"},
		"clean, many":     {Report{Files: 12, Suppressed: 2, Problems: []finding.Problem{problem}}, "no findings in 12 files, 2 suppressed, 1 problem\n"},
		"fixed all":       {Report{Files: 2, FixMode: true, Fixed: 3, FixedFiles: 1}, "fixed 3 findings in 1 file\nno findings left in 2 files\n"},
		"all severities": {Report{Files: 3, Findings: []finding.Finding{of(rule.Error), of(rule.Info), of(rule.Warning), of(rule.Warning), of(rule.Info)}},
			"5 findings (1 error, 2 warnings, 2 info) in 3 files\n"},
		"fixable": {Report{Files: 3, Findings: []finding.Finding{of(rule.Error, rule.Safe, rule.Unsafe), of(rule.Error, rule.Unsafe), of(rule.Error)}},
			"3 findings (3 errors) in 3 files\n1 can be fixed with --fix\n1 can be fixed with --fix --unsafe-fixes\n"},
		"left after fixing": {Report{Files: 1, FixMode: true, Findings: []finding.Finding{of(rule.Error, rule.Safe), of(rule.Error, rule.Unsafe)}},
			"fixed 0 findings in 0 files\n2 findings (2 errors) in 1 file\n1 can be fixed with --fix --unsafe-fixes\n"},
	}
	for name, test := range tests {
		for i := range test.report.Findings {
			test.report.Findings[i].Rule = meta
		}
		lines := strings.SplitAfter(write(t, &test.report, Concise, false), "\n")
		got := strings.Join(lines[len(test.report.Findings)+len(test.report.Problems):], "")
		if got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"plain é": "plain é", "a\x1b[0mb": "a\ufffd[0mb", "a\nb\r": "a\ufffdb\ufffd", "\u202ex\u2066": "\ufffdx\ufffd", "\xff": "\ufffd", "\u0085\u2028": "\ufffd\ufffd",
	} {
		if got := clean(text); got != want {
			t.Errorf("clean(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestDiff(t *testing.T) {
	tests := map[string]struct{ before, after, want string }{
		"same":                  {"a\n", "a\n", ""},
		"change":                {"a\nb\n", "a\nc\n", "--- x.py\n+++ x.py\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"},
		"no newline at the end": {"a", "b", "--- x.py\n+++ x.py\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"},
		"crlf":                  {"a\r\n", "b\r\n", "--- x.py\n+++ x.py\n@@ -1 +1 @@\n-a\r\n+b\r\n"},
		"latin-1":               {"\xe9\na\n", "\xe9\nb\n", "--- x.py\n+++ x.py\n@@ -1,2 +1,2 @@\n \xe9\n-a\n+b\n"},
	}
	for name, test := range tests {
		var b bytes.Buffer
		if err := Diff(&b, "x.py", []byte(test.before), []byte(test.after)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, b.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
