package finding

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sesslint/sesslint/rule"
)

var a, b = &rule.Meta{ID: "a", Wing: rule.Python}, &rule.Meta{ID: "b", Wing: rule.Python}

func at(path string, start int) Span {
	return Span{Path: path, Start: start, End: start + 1, Line: 1, Column: start + 1}
}

func TestSort(t *testing.T) {
	want := []Finding{
		{Rule: b, At: at("x.py", 1), Message: "m"},
		{Rule: a, At: at("x.py", 2), Message: "m"},
		{Rule: a, At: at("x.py", 2), Message: "n"},
		{Rule: b, At: at("x.py", 2), Message: "l"},
		{Rule: a, At: at("x.py", 10), Message: "m"},
		{Rule: a, At: at("x/y.py", 0), Message: "m"},
		{Rule: a, At: at("y.py", 0), Message: "m"},
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		got := slices.Clone(want)
		random.Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
		Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("order (-want +got):\n%s", diff)
		}
	}
}

func TestSortProblems(t *testing.T) {
	want := []Problem{
		{At: Span{Path: "x.py"}, Message: "a"},
		{At: Span{Path: "x.py"}, Message: "b"},
		{At: Span{Path: "x.py", Line: 2, Column: 3}, Message: "a"},
		{At: Span{Path: "x.py", Line: 2, Column: 10}, Message: "a"},
		{At: Span{Path: "x.py", Line: 10, Column: 1}, Message: "a"},
		{At: Span{Path: "y.py"}, Message: "a"},
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	SortProblems(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("order (-want +got):\n%s", diff)
	}
}

func TestSetFingerprints(t *testing.T) {
	prints := func(snippet string, findings ...Finding) []string {
		path := func(f *Finding) string { return strings.TrimPrefix(f.At.Path, "/home/") }
		SetFingerprints(findings, path, func(*Finding) string { return snippet })
		var out []string
		for _, f := range findings {
			if len(f.Fingerprint) != 32 {
				t.Errorf("fingerprint %q", f.Fingerprint)
			}
			out = append(out, f.Fingerprint)
		}
		return out
	}
	base := prints("x = 1", Finding{Rule: a, At: at("x.py", 5), Symbol: "f"})[0]
	for name, same := range map[string]string{
		"elsewhere":            prints("x = 1", Finding{Rule: a, At: at("/home/x.py", 5), Symbol: "f"})[0],
		"behind its namesake":  prints("x = 1", Finding{Rule: a, At: at("/home/x.py", 5), Symbol: "f"}, Finding{Rule: a, At: at("x.py", 5), Symbol: "f"})[1],
		"moved":                prints("x = 1", Finding{Rule: a, At: at("x.py", 500), Symbol: "f"})[0],
		"reindented":           prints("\tx  =\n    1 ", Finding{Rule: a, At: at("x.py", 5), Symbol: "f"})[0],
		"reworded":             prints("x = 1", Finding{Rule: a, At: at("x.py", 5), Symbol: "f", Message: "m", Severity: rule.Error})[0],
		"others in other code": prints("x = 1", Finding{Rule: b, At: at("x.py", 1), Symbol: "f"}, Finding{Rule: a, At: at("x.py", 5), Symbol: "f"})[1],
	} {
		if same != base {
			t.Errorf("%s: the fingerprint changes", name)
		}
	}
	for name, other := range map[string]string{
		"rule":         prints("x = 1", Finding{Rule: b, At: at("x.py", 5), Symbol: "f"})[0],
		"wing":         prints("x = 1", Finding{Rule: &rule.Meta{ID: "a", Wing: rule.Go}, At: at("x.py", 5), Symbol: "f"})[0],
		"path":         prints("x = 1", Finding{Rule: a, At: at("y.py", 5), Symbol: "f"})[0],
		"symbol":       prints("x = 1", Finding{Rule: a, At: at("x.py", 5), Symbol: "g"})[0],
		"code":         prints("x = 2", Finding{Rule: a, At: at("x.py", 5), Symbol: "f"})[0],
		"second equal": prints("x = 1", Finding{Rule: a, At: at("x.py", 1), Symbol: "f"}, Finding{Rule: a, At: at("x.py", 5), Symbol: "f"})[1],
	} {
		if other == base {
			t.Errorf("%s: the fingerprint does not change", name)
		}
	}
}
