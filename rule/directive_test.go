package rule

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func names(d Directive, comment string) []string {
	var out []string
	for _, r := range d.Rules {
		if comment[r.Start:r.End] != r.Name {
			out = append(out, "offsets of "+r.Name+" hold "+comment[r.Start:r.End])
		}
		out = append(out, r.Name)
	}
	return out
}

type wantDirective struct {
	Text   string // between Start and End
	Names  []string
	Reason string
	Err    string
}

func TestParsePythonDirectives(t *testing.T) {
	form := ": write `# sesslint: ignore[rule] reason`"
	tests := map[string][]wantDirective{
		"":                            nil,
		"#":                           nil,
		"# plain":                     nil,
		"# sesslint finds bugs":       nil,
		"# see sesslint: ignore[a]":   nil, // not directly behind the number sign
		"# sesslints: x":              nil,
		"# sesslint":                  nil,
		"# sesslint: ignore[a] why":   {{"# sesslint: ignore[a] why", []string{"a"}, "why", ""}},
		"#sesslint:ignore[a]":         {{"#sesslint:ignore[a]", []string{"a"}, "", ""}},
		"#:  sesslint: ignore[a]":     nil,
		"# \tsesslint:\tignore[a-b] ": {{"# \tsesslint:\tignore[a-b]", []string{"a-b"}, "", ""}},
		"# sesslint: ignore[ a ,b_1,  c ]  a reason ": {{"# sesslint: ignore[ a ,b_1,  c ]  a reason", []string{"a", "b_1", "c"}, "a reason", ""}},
		"# noqa: E501  # sesslint: ignore[a] why  # type: ignore[x]": {
			{"# sesslint: ignore[a] why", []string{"a"}, "why", ""}},
		"# sesslint: ignore[a] # sesslint: ignore[b]": {
			{"# sesslint: ignore[a]", []string{"a"}, "", ""}, {"# sesslint: ignore[b]", []string{"b"}, "", ""}},
		"## sesslint: ignore[a]":       {{"# sesslint: ignore[a]", []string{"a"}, "", ""}},
		"# sesslint: ignore[a] — why":  {{"# sesslint: ignore[a] — why", []string{"a"}, "— why", ""}},
		"# sesslint: ignore":           {{"# sesslint: ignore", nil, "", "a suppression must name its rules" + form}},
		"# sesslint: ignore a":         {{"# sesslint: ignore a", nil, "", "a suppression must name its rules" + form}},
		"# sesslint: ignore []":        {{"# sesslint: ignore []", nil, "", "a suppression must name its rules" + form}},
		"# sesslint: ignore[]":         {{"# sesslint: ignore[]", nil, "", "a suppression must name its rules" + form}},
		"# sesslint: ignore[ ]":        {{"# sesslint: ignore[ ]", nil, "", "a suppression must name its rules" + form}},
		"# sesslint: ignore[a":         {{"# sesslint: ignore[a", nil, "", "no closing bracket after the rule names" + form}},
		"# sesslint: ignore[a,]":       {{"# sesslint: ignore[a,]", nil, "", "empty rule name" + form}},
		"# sesslint: ignore[a b]":      {{"# sesslint: ignore[a b]", nil, "", "`a b` is not a rule name" + form}},
		"# sesslint: ignore[a:python]": {{"# sesslint: ignore[a:python]", nil, "", "`a:python` is not a rule name" + form}},
		"# sesslint: disable[a]":       {{"# sesslint: disable[a]", nil, "", "unknown directive `disable`" + form}},
		"# sesslint: ignores[a]":       {{"# sesslint: ignores[a]", nil, "", "unknown directive `ignores`" + form}},
		"# sesslint:":                  {{"# sesslint:", nil, "", "no directive after sesslint" + form}},
		"# Sesslint: ignore[a]":        {{"# Sesslint: ignore[a]", nil, "", "directives are lower case" + form}},
		"# sesslint: Ignore[a]":        {{"# sesslint: Ignore[a]", nil, "", "directives are lower case" + form}},
		"# sesslint ignore[a]":         {{"# sesslint ignore[a]", nil, "", "a colon must follow sesslint directly" + form}},
		"# sesslint-ignore[a]":         {{"# sesslint-ignore[a]", nil, "", "a colon must follow sesslint directly" + form}},
		"# sesslint : ignore[a]":       {{"# sesslint : ignore[a]", nil, "", "a colon must follow sesslint directly" + form}},
	}
	for comment, want := range tests {
		var got []wantDirective
		for _, d := range ParsePythonDirectives(comment) {
			got = append(got, wantDirective{comment[d.Start:d.End], names(d, comment), d.Reason, d.Err})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", comment, diff)
		}
	}
}

func TestParseGoDirective(t *testing.T) {
	form := ": write `//sesslint:ignore rule -- reason`"
	tests := map[string]*wantDirective{
		"":                                nil,
		"//":                              nil,
		"// sesslint finds bugs":          nil,
		"/*sesslint:ignore a*/":           nil,
		"//nolint:sesslint":               nil,
		"//sesslint:ignore a":             {"//sesslint:ignore a", []string{"a"}, "", ""},
		"//sesslint:ignore a -- why ":     {"//sesslint:ignore a -- why", []string{"a"}, "why", ""},
		"//sesslint:ignore a,b-c -- x--y": {"//sesslint:ignore a,b-c -- x--y", []string{"a", "b-c"}, "x--y", ""},
		"//sesslint:ignore a , b":         {"//sesslint:ignore a , b", []string{"a", "b"}, "", ""},
		"//sesslint:ignore a--b":          {"//sesslint:ignore a--b", []string{"a--b"}, "", ""},
		"//sesslint:ignore":               {"//sesslint:ignore", nil, "", "a suppression must name its rules" + form},
		"//sesslint:ignore -- why":        {"//sesslint:ignore -- why", nil, "why", "a suppression must name its rules" + form},
		"//sesslint:ignore a b":           {"//sesslint:ignore a b", nil, "", "`a b` is not a rule name" + form},
		"//sesslint:ignore[a]":            {"//sesslint:ignore[a]", nil, "", "a space must stand before the rule names" + form},
		"//sesslint:disable a":            {"//sesslint:disable a", nil, "", "unknown directive `disable`" + form},
		"// sesslint:ignore a":            {"// sesslint:ignore a", nil, "", "no space may stand before sesslint" + form},
	}
	for comment, want := range tests {
		var got *wantDirective
		if d, ok := ParseGoDirective(comment); ok {
			got = &wantDirective{comment[d.Start:d.End], names(d, comment), d.Reason, d.Err}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", comment, diff)
		}
	}
}

func FuzzParsePythonDirectives(f *testing.F) {
	f.Add("# noqa # sesslint: ignore[a, b] why")
	f.Fuzz(func(t *testing.T, text string) {
		comment := "#" + text
		end := 0
		for _, d := range ParsePythonDirectives(comment) {
			if d.Start < end || d.End < d.Start || d.End > len(comment) || comment[d.Start] != '#' {
				t.Fatalf("%q: directive at %d to %d", comment, d.Start, d.End)
			}
			end = d.End
			if (d.Err == "") != (len(d.Rules) > 0) {
				t.Fatalf("%q: %+v", comment, d)
			}
			for _, r := range d.Rules {
				if comment[r.Start:r.End] != r.Name {
					t.Fatalf("%q: %+v", comment, r)
				}
			}
		}
	})
}

func TestNearest(t *testing.T) {
	all := []string{"excessive-lifetime", "ignore", "lifetime", "select", "set-expiry-zero", "size"}
	for name, want := range map[string]string{
		"set-expiry-zeros": "set-expiry-zero", "set_expiry_zero": "set-expiry-zero", "selcet": "select", "lifetim": "lifetime", "sise": "size",
		"ignored": "ignore", "xyz": "", "": "", "completely-different": "", "set-expiry": "", "excesive-lifetime": "excessive-lifetime",
	} {
		if got := Nearest(name, all); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}
