package pyrule

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sesslint/sesslint/internal/ruletest/replay"
	"github.com/sesslint/sesslint/sessionstore"
)

const (
	badProgram = `from django.http import HttpResponse


def view(request):
    request.session["bad"] = 1  # bad
    return HttpResponse("ok")
`
	goodProgram = `from django.http import HttpResponse


def view(request):
    return HttpResponse("ok")
`
)

func countRows(p *replay.Project) (Table, error) {
	site, err := p.NewSite(sessionstore.V61)
	if err != nil {
		return nil, err
	}
	resp := site.Do(&replay.Client{}, replay.Request{View: "view"})
	return Table{{"rows after one visit", site.Table.Rows()}, {"status", resp.Status}}, nil
}

// TestMeasure runs Measure on a rule folder, first writing the table and then comparing it.
func TestMeasure(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"evidence/bad.py": badProgram, "evidence/good.py": goodProgram, "rule.md": toyDoc}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Join(dir, "evidence"))
	e := Evidence{Bad: "bad.py", Good: "good.py", Measure: countRows}
	*update = true
	defer func() { *update = false }()
	Measure(t, toy(), e)
	*update = false
	Measure(t, toy(), e)
	doc, err := os.ReadFile("../rule.md")
	if err != nil {
		t.Fatal(err)
	}
	want, err := withTable([]byte(toyDoc), `| Measured on the reference session store | reported code | good code |
|---|---|---|
| rows after one visit | 1 | 0 |
| status | 200 | 200 |
`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(doc)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEvidenceDefects(t *testing.T) {
	tests := []struct {
		name, program string
		bad           bool
		measure       func(*replay.Project) (Table, error)
		want          string
	}{
		{"nothing wrong", badProgram, true, countRows, ""},
		{"bad without mark", goodProgram, true, countRows, "no line ends in # bad"},
		{"good with mark", badProgram, false, countRows, "the good program has a line marked bad"},
		{"bad is not reported", "def view(request):\n    return HttpResponse(\"ok\")  # bad\nfrom django.http import HttpResponse\n", true, countRows, "missing: shop/views.py:2"},
		{"unmodelled", "def view(request):\n    request.session[\"bad\"] = unknown()  # bad\n", true, countRows, "the name unknown is used"},
		{"syntax", "def view(request):\n    request.session[\"bad\"] = = 1  # bad\n", true, countRows, "syntax errors"},
		{"archive", "-- settings.py --\nMIDDLEWARE = []\n-- shop/views.py --\n" + badProgram, true, countRows, "MIDDLEWARE is not a list that holds"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "program.py")
			if err := os.WriteFile(file, []byte(tt.program), 0o644); err != nil {
				t.Fatal(err)
			}
			_, wrong := Evidence{Measure: tt.measure}.run(toy(), file, tt.bad)
			complains(t, wrong, tt.want)
		})
	}
}

func TestCompareDefects(t *testing.T) {
	one := Table{{"rows", 1}}
	for _, tt := range []struct {
		name      string
		bad, good Table
		want      string
	}{
		{"differs", one, Table{{"rows", 2}}, ""},
		{"same", one, Table{{"rows", 1}}, "there is no evidence"},
		{"other rows", one, Table{{"writes", 1}}, "measured in different rows"},
		{"nothing", nil, nil, "nothing was measured"},
	} {
		_, wrong := compare(tt.bad, tt.good)
		complains(t, wrong, tt.want)
	}
	if _, err := withTable([]byte("<!-- /evidence --><!-- evidence -->"), ""); err == nil {
		t.Error("markers in the wrong order are taken")
	}
}
