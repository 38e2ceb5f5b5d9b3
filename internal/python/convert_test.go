package python

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/rule"
)

// TestLegible checks that what rules quote from files that are not UTF-8 comes out as valid UTF-8, and that the bytes of
// edits, which are written into the file, stay.
func TestLegible(t *testing.T) {
	dir := lay(t, map[string]string{
		"latin.py":   "# coding: latin-1\nsession['caf\xe9'] = '\xfc'\n",
		"gbk.py":     "# coding: gbk\nsession['\xb0\xa1'] = 1\n",
		"nope.py":    "# coding: nope\nsession['\xe9'] = 1\n",
		"invalid.py": "session['\xe9'] = 1\n",
		"utf8.py":    "session['é\ufffd'] = 1\n",
	})
	key := func(f *py.File) string {
		_, rest, _ := strings.Cut(string(f.Module.Src), "['")
		name, _, _ := strings.Cut(rest, "']")
		return name
	}
	quote := &py.Analyzer{Meta: meta("quote"), Run: func(pass *py.Pass) {
		latin := pass.Program.Open("latin.py")
		for _, f := range pass.Program.Files {
			pass.Program.Problem(f.Path, py.Span{}, "what is "+key(f))
			pass.Report(py.Diagnostic{
				File: f, Message: "“" + key(f) + "” is bad", Help: "drop " + key(f),
				Related: []py.Related{{File: latin, Message: "not " + key(latin)}},
				Fixes:   []py.Fix{{Title: "drop " + key(f), Applicability: rule.Safe, Edits: []py.Edit{{File: f, New: key(f)}}}},
			})
		}
		pass.Program.Problem("", py.Span{}, "no \xe9")
	}}
	r := tree(dir).Run([]*py.Analyzer{quote})
	type texts struct{ Message, Help, Related, Title, Edit string }
	got := make(map[string]texts)
	for _, f := range r.Findings {
		got[f.At.Path] = texts{f.Message, f.Help, f.Related[0].Message, f.Fixes[0].Title, f.Fixes[0].Edits[0].New}
	}
	const bad = "\ufffd"
	want := map[string]texts{
		"latin.py":   {"“café” is bad", "drop café", "not café", "drop café", "caf\xe9"},
		"gbk.py":     {"“" + bad + bad + "” is bad", "drop " + bad + bad, "not café", "drop " + bad + bad, "\xb0\xa1"},
		"nope.py":    {"“" + bad + "” is bad", "drop " + bad, "not café", "drop " + bad, "\xe9"},
		"invalid.py": {"“" + bad + "” is bad", "drop " + bad, "not café", "drop " + bad, "\xe9"},
		"utf8.py":    {"“é" + bad + "” is bad", "drop é" + bad, "not café", "drop é" + bad, "é" + bad},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	wantProblems := []string{
		".:0:0 partial no " + bad,
		"gbk.py:1:1 partial what is " + bad + bad,
		"invalid.py:1:1 partial what is " + bad,
		"latin.py:1:1 partial what is café",
		"nope.py:1:1 partial what is " + bad,
		"utf8.py:1:1 partial what is é" + bad,
	}
	if diff := cmp.Diff(wantProblems, lines(r.ProgramProblems)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// TestLegibleSettings checks the values that --show-settings quotes.
func TestLegibleSettings(t *testing.T) {
	tree := tree(lay(t, map[string]string{
		"manage.py":        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n",
		"site/__init__.py": "",
		"site/settings.py": "# coding: latin-1\nSECRET_KEY = 'x'\nINSTALLED_APPS = []\nSESSION_COOKIE_NAME = 'caf\xe9'\nSESSION_COOKIE_PATH = fa\xe7ade()\n",
	}))
	facts, _ := tree.Settings()
	var all strings.Builder
	for _, f := range facts {
		for _, x := range f.Facts {
			all.WriteString(x.Text + "\n")
			for _, p := range x.Places {
				all.WriteString(p.Message + "\n")
			}
		}
	}
	if got := all.String(); !strings.Contains(got, "café") || !strings.Contains(got, "façade is not set") || strings.ToValidUTF8(got, "") != got {
		t.Errorf("facts: %q", got)
	}
}
