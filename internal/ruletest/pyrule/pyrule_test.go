package pyrule

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/rule"
)

func TestGoodRulePasses(t *testing.T) {
	t.Chdir("testdata/toyrule")
	Test(t, toy())
}

// view is the smallest archive with a finding.
const view = `-- shop/views.py --
def view(request):
    request.session["bad"] = 1  # want "bad"
`

// TestDefectsAreFound breaks the rule or its case in one way at a time.
func TestDefectsAreFound(t *testing.T) {
	// edit changes what the rule reports.
	edit := func(change func(d *py.Diagnostic)) *py.Analyzer {
		a := toy()
		run := a.Run
		a.Run = func(pass *py.Pass) {
			report := pass.Report
			pass.Report = func(d py.Diagnostic) { change(&d); report(d) }
			run(pass)
		}
		return a
	}
	fixTo := func(text string) *py.Analyzer {
		return edit(func(d *py.Diagnostic) { d.Fixes[0].Edits[0].New = text })
	}
	golden := "-- fixed/shop/views.py --\ndef view(request):\n    request.session[\"good\"] = 1\n"
	tests := []struct {
		name    string
		rule    *py.Analyzer
		archive string
		want    string // part of the first complaint; empty for none
	}{
		{"nothing wrong", toy(), view + golden, ""},
		{"missing", nothing(toy()), view, `missing: shop/views.py:2 "bad"`},
		{"unexpected", toy(), strings.Replace(view, `  # want "bad"`, "", 1), "unexpected: shop/views.py:2: warning"},
		{"other message", toy(), strings.Replace(view, `want "bad"`, `want "worse"`, 1), `missing: shop/views.py:2 "worse"; there is warning/high`},
		{"other severity", toy(), strings.Replace(view, "want", "want error", 1), "missing: shop/views.py:2 error"},
		{"other confidence", toy(), strings.Replace(view, "want", "want low", 1), "missing: shop/views.py:2 low"},
		{"not pedantic", toy(), strings.Replace(view, "want", "want pedantic", 1), "missing: shop/views.py:2 pedantic"},
		{"other line", edit(func(d *py.Diagnostic) { d.At = d.File.Module.Body[0].Range() }), view, "missing: shop/views.py:2"},
		{"one wanted twice", toy(), strings.Replace(view, `want "bad"`, `want "bad" "bad"`, 1), "missing: shop/views.py:2"},
		{"syntax error", toy(), "-- shop/views.py --\ndef view(request):\n    x = = 1\n", "syntax errors at shop/views.py:2"},
		{"reported twice", func() *py.Analyzer {
			a := toy()
			run := a.Run
			a.Run = func(pass *py.Pass) { run(pass); run(pass) }
			return a
		}(), view, "problem: reported twice"},
		{"problem", func() *py.Analyzer {
			a := toy()
			a.Run = func(pass *py.Pass) { pass.Program.Problem("settings.py", py.Span{}, "is odd") }
			return a
		}(), "-- shop/views.py --\n# session\n", "problem: settings.py: is odd"},
		{"problem wanted", toy(), "problem: odd\n" + view, `missing problem: "odd"`},

		{"golden differs", toy(), view + strings.Replace(golden, "good", "fine", 1), "fixed shop/views.py is not as in the archive"},
		{"golden absent", toy(), view, "the archive has no fixed/shop/views.py"},
		{"fix not declared", edit(func(d *py.Diagnostic) { d.Fixes[0].Title = "another" }), view, "safe fix is not declared in Meta"},
		{"fix of another kind", edit(func(d *py.Diagnostic) { d.Fixes[0].Applicability = rule.Unsafe }), view, "unsafe fix is not declared in Meta"},
		{"fix without edits", edit(func(d *py.Diagnostic) { d.Fixes[0].Edits = nil }), view, "has no edits"},
		{"fix out of range", edit(func(d *py.Diagnostic) { d.Fixes[0].Edits[0].At.End = 1000 }), view, "edit of bytes"},
		{"fix without file", edit(func(d *py.Diagnostic) { d.Fixes[0].Edits[0].File = nil }), view, "an edit names no file"},
		{"fix of an unknown file", edit(func(d *py.Diagnostic) { d.Fixes[0].Edits[0].File = &py.File{Path: "x.py"} }), view, "x.py is not a file of the project"},
		{"fix overlaps itself", edit(func(d *py.Diagnostic) {
			e := d.Fixes[0].Edits[0]
			e.At.End--
			d.Fixes[0].Edits = append(d.Fixes[0].Edits, e)
		}), view, "overlap"},
		{"fix breaks the syntax", fixTo(`"good`), view, "the result does not parse"},
		{"fix leaves the finding", fixTo(`"bad"`), view, "the result has the finding"},
		{"fix brings a finding", fixTo("\"good\"] = 1\n    request.session[\"bad2\""), view, "the result has the finding"},
		{"CRLF changes the findings", edit(func(d *py.Diagnostic) {
			if strings.Contains(string(d.File.Module.Src), "\r") {
				d.Message += " indeed"
			}
		}), view + golden, "with CRLF line ends the findings are"},
		{"CRLF changes the fix", edit(func(d *py.Diagnostic) {
			if strings.Contains(string(d.File.Module.Src), "\r") {
				d.Fixes[0].Edits[0].New = `"fine"`
			}
		}), view + golden, "with CRLF line ends the fixed shop/views.py"},
		{"fix moves on for ever", func() *py.Analyzer {
			n := 0
			return edit(func(d *py.Diagnostic) { n++; d.Fixes[0].Edits[0].New = fmt.Sprintf(`"bad%d"`, n) })
		}(), view, "the result has the finding"},

		{"place is empty", edit(func(d *py.Diagnostic) { d.At.End = d.At.Start }), view + golden, "the place of the finding is not a piece of a file"},
		{"label without place", edit(func(d *py.Diagnostic) { d.Related = []py.Related{{Message: "here"}} }), view + golden, "its place is not a piece"},
		{"no help", edit(func(d *py.Diagnostic) { d.Help = "" }), view + golden, "help is empty"},
		{"message style", edit(func(d *py.Diagnostic) { d.Message = "Bad things" }), strings.Replace(view, `want "bad"`, `want "Bad"`, 1) + golden, "starts with a capital"},
		{"panic", func() *py.Analyzer {
			a := toy()
			a.Run = func(pass *py.Pass) {
				for _, f := range pass.Program.Files {
					if f.Path == "shop/views.py" && len(f.Module.Src) < 40 {
						panic("too short")
					}
				}
			}
			return a
		}(), "-- shop/views.py --\n# session\ndef view(request):\n    return None\n", "after shop/views.py was cut: the rule toy-rule crashed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := readArchive("case.txtar", []byte(tt.archive))
			if err != nil {
				t.Fatal(err)
			}
			wrong := c.check(tt.rule)
			if wrong == nil {
				wrong = append(wrong, c.checkFixes(tt.rule, map[string]bool{})...)
				wrong = append(wrong, c.checkWording(tt.rule)...)
				wrong = append(wrong, c.checkBroken(tt.rule)...)
			}
			complains(t, wrong, tt.want)
		})
	}
}

func complains(t *testing.T, wrong []string, want string) {
	t.Helper()
	switch {
	case want == "" && len(wrong) > 0:
		t.Errorf("unexpected complaints:\n%s", strings.Join(wrong, "\n"))
	case want != "" && (len(wrong) == 0 || !strings.Contains(wrong[0], want)):
		t.Errorf("complaints %q, want the first to say %q", wrong, want)
	}
}

func TestArchiveErrors(t *testing.T) {
	tests := []struct{ name, archive, want string }{
		{"empty", "", "the archive holds no files"},
		{"twice", "-- a.py --\n-- a.py --\n", "a.py stands in the archive twice"},
		{"bad regexp", "-- a.py --\nx = 1  # want \"(\"\n", "a.py:1: error parsing regexp"},
		{"bad word", "-- a.py --\nx = 1  # want fatal \"x\"\n", `"fatal": want one of error`},
		{"misspelt marker", "-- a.py --\nx = 1  # want x\n", "a.py:1: the marker"},
		{"fence marker", "-- a.py --\nx = 1  # bad\n", "a.py:1: the marker"},
		{"want line", "-- a.py --\n-- want --\na.py 1\n", "write path:line: regexp"},
		{"want of no file", "-- a.py --\n-- want --\nb.py:1: x\n", "the archive has no b.py"},
		{"golden of no file", "-- a.py --\n-- fixed/b.py --\n", "the archive has no b.py"},
		{"flags", "flags: --all\n-- a.py --\n", "the only flag is --pedantic"},
		{"bool", "bare: maybe\n-- a.py --\n", "write true or false"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readArchive("case.txtar", []byte(tt.archive))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error that says %q", err, tt.want)
			}
		})
	}
}

func TestFenceErrors(t *testing.T) {
	tests := []struct{ name, doc, want string }{
		{"open", "```python\nx = 1\n", "rule.md:1: this fence is not closed"},
		{"word", "```python strict\n```\n", `may say pedantic, not "strict"`},
		{"misspelt marker", "```python\nx = 1  # Bad\n```\n", "shop/views.py:1: the marker"},
		{"marker not last", "```python\nx = 1  # bad really\n```\n", "shop/views.py:1: the marker"},
		{"text before files", "```python\nx = 1\n-- a.py --\n```\n", "text before the first file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := fences([]byte(tt.doc))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error that says %q", err, tt.want)
			}
		})
	}
}

func TestUnstableRuleIsFound(t *testing.T) {
	a, n := toy(), 0
	a.Run = func(pass *py.Pass) {
		n++
		for _, f := range pass.Program.Files {
			pass.Report(py.Diagnostic{File: f, At: f.Module.Body[0].Range(), Message: fmt.Sprint("run ", n)})
		}
	}
	c, err := readArchive("case.txtar", []byte(view))
	if err != nil {
		t.Fatal(err)
	}
	complains(t, c.checkRepeat(a), "another run gives other findings")
	complains(t, checkBase(a), "on the base project: manage.py:2: warning: run")
	complains(t, c.checkRepeat(toy()), "")
	complains(t, checkBase(toy()), "")
}

// TestCanFail shows that a case that tests nothing is found, and that too few cases are.
func TestCanFail(t *testing.T) {
	// No statement in its own file: a rule that reports everything passes it.
	c, err := readArchive("vain.txtar", []byte("-- shop/views.py --\n# session\n"))
	if err != nil {
		t.Fatal(err)
	}
	complains(t, checkCanFail(toy(), []*testCase{c}), "vain passes with a rule that reports every statement")
	complains(t, checkCount([]*testCase{c, c, c}), "0 cases with a finding")
	c.want = []expectation{{path: "shop/views.py", line: 1}}
	complains(t, checkCount([]*testCase{c, c, c}), "0 cases without a finding")
	complains(t, checkSections([]*testCase{c}), "no python fence under Example")
	c.section = "Use instead"
	complains(t, checkSections([]*testCase{c}), "a fence under Use instead has a line marked bad")
	complains(t, checkEvidence(t.TempDir()), "no evidence/bad.*")
}

func TestMetaDefects(t *testing.T) {
	tests := []struct {
		name   string
		change func(*rule.Meta)
		folder string
		want   string
	}{
		{"nothing wrong", func(*rule.Meta) {}, "toyrule", ""},
		{"id", func(m *rule.Meta) { m.ID = "Toy" }, "Toy", "want at least two lower-case words"},
		{"folder", func(*rule.Meta) {}, "toy", "belongs in folder toyrule"},
		{"wing", func(m *rule.Meta) { m.Wing = rule.Go }, "toyrule", "wing is"},
		{"category", func(m *rule.Meta) { m.Category = "misc" }, "toyrule", `category "misc"`},
		{"severity", func(m *rule.Meta) { m.Severity = 0 }, "toyrule", "severity is not set"},
		{"confidence", func(m *rule.Meta) { m.Confidence = 0 }, "toyrule", "confidence is not set"},
		{"summary", func(m *rule.Meta) { m.Summary = strings.Repeat("long ", 20) + "x" }, "toyrule", "summary has 101 characters"},
		{"fix title", func(m *rule.Meta) { m.Fixes[0].Title = "rename." }, "toyrule", "ends in a full stop"},
		{"fix twice", func(m *rule.Meta) { m.Fixes[1].Title = m.Fixes[0].Title }, "toyrule", "is declared twice"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := toy().Meta
			tt.change(m)
			complains(t, checkMeta(m, tt.folder), tt.want)
		})
	}
}

func TestStyle(t *testing.T) {
	tests := []struct{ text, want string }{
		{"session is saved, so it costs", ""},
		{"SESSION_SAVE_EVERY_REQUEST writes", ""},
		{"SessionMiddleware is absent", ""},
		{"`Cart` is changed", ""},
		{"'Cart' is changed", ""},
		{"Session.save() fails", ""},
		{"", "is empty"},
		{"The session is saved", "starts with a capital"},
		{"Sessions_are saved", ""},
		{"a session. ", "is not one trimmed line"},
		{"a session\nand more", "is not one trimmed line"},
		{"saved.", "ends in a full stop"},
		{"consider saving", `says "consider"`},
		{"Consider saving", "starts with a capital"},
	}
	for _, tt := range tests {
		complains(t, checkStyle("message", tt.text), tt.want)
	}
}

func TestDocDefects(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"nothing wrong", "", "", ""},
		{"section absent", "## Options\n\nThis rule has no options.\n\n", "", "rule.md has the sections"},
		{"section empty", "This rule has no options.\n", "", `section "Options" of rule.md is empty`},
		{"last section empty", "None.\n", "", `section "References" of rule.md is empty`},
		{"title", "## What it does", "# Toy\n\n## What it does", "rule.md has a title"},
		{"text first", "## What it does", "Toy.\n\n## What it does", "text before its first section"},
		{"no evidence", "<!-- evidence -->\n", "", "no evidence table"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			complains(t, checkDoc(strings.Replace(toyDoc, tt.old, tt.new, 1)), tt.want)
		})
	}
}

func TestBaseProject(t *testing.T) {
	c, err := readArchive("case.txtar", []byte("-- shop/views.py --\ndef one(request):\n    pass\n\ndef _helper(x):\n    pass\n\nclass Two(View):\n    pass\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"manage.py", "settings.py", "urls.py", "crontab", "shop/__init__.py"} {
		if c.files[name] == nil || c.own[name] {
			t.Errorf("%s is not supplied", name)
		}
	}
	urls := string(c.files["urls.py"])
	if !strings.Contains(urls, "views.one)") || !strings.Contains(urls, "views.Two.as_view())") || strings.Contains(urls, "_helper") {
		t.Errorf("urls.py does not route the views:\n%s", urls)
	}
	for _, own := range []string{"manage.py", "settings.py", "conf/settings.py", "conf/settings/base.py"} {
		c, err := readArchive("case.txtar", []byte("-- "+own+" --\nDEBUG = True\n"))
		if err != nil {
			t.Fatal(err)
		}
		if len(c.files) != 1 {
			t.Errorf("an archive with %s got files of the base project: %v", own, names(c.files))
		}
	}
	cases, err := fences([]byte("```python\n-- conf/settings.py --\nDEBUG = True\n```\n"))
	if err != nil {
		t.Fatal(err)
	}
	files := cases[0].files
	if files["settings.py"] != nil || !strings.Contains(string(files["manage.py"]), `"conf.settings"`) {
		t.Errorf("a fence with conf/settings.py: manage.py is\n%s", files["manage.py"])
	}
}
