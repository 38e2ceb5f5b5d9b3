package suppress

import (
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sesslint/sesslint/internal/edit"
	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/py/treesitter"
	"github.com/sesslint/sesslint/rule"
)

func parse(t *testing.T, src string) *py.Module {
	t.Helper()
	m, _, _, err := treesitter.ParseTimed([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var marked = &rule.Meta{ID: "marked", Wing: rule.Python}

// marks returns a finding of the rule "marked" at each MARK in src.
func marks(src string) []finding.Finding {
	var out []finding.Finding
	for from := 0; ; {
		i := strings.Index(src[from:], "MARK")
		if i < 0 {
			return out
		}
		from += i
		line := strings.Count(src[:from], "\n") + 1
		out = append(out, finding.Finding{Rule: marked, At: finding.Span{Path: "a.py", Start: from, End: from + 4, Line: line}})
		from += 4
	}
}

func judge(src string) Judge {
	return Judge{
		Known: []string{"marked", "other", "unselected", Unused.ID, Invalid.ID},
		Ran:   func(id, _ string) bool { return id != "unselected" },
		Locate: func(path string, start, end int) finding.Span {
			return finding.Span{Path: path, Start: start, End: end, Line: strings.Count(src[:start], "\n") + 1}
		},
	}
}

// TestCover checks which marks a comment suppresses: each MARK stands for a finding, and those that remain must be the ones
// written MARK!.
func TestCover(t *testing.T) {
	const ignore = "# sesslint: ignore[marked]"
	tests := map[string]string{
		"end of line":              "MARK()  # I\nMARK!()\n",
		"line before":              "# I\nMARK()\nMARK!()\n",
		"lines before":             "# I why\n# more of it\n\nMARK()\nMARK!()\n",
		"first line of several":    "MARK(  # I\n    MARK,\n    MARK)\nMARK!()\n",
		"middle line of several":   "MARK(\n    MARK,  # I\n    MARK)\nMARK!()\n",
		"last line of several":     "MARK!()\nMARK(\n    MARK,\n    MARK)  # I\nMARK!()\n",
		"own line inside":          "MARK!()\nMARK(\n    # I\n    MARK,\n    MARK)\nMARK!()\n",
		"backslash":                "x = MARK + \\\n    MARK  # I\nMARK!()\n",
		"triple-quoted":            "x = MARK('''\n# no\n''')  # I\nMARK!()\n",
		"two on a line":            "MARK(); MARK()  # I\nMARK!()\n",
		"header, not body":         "if MARK:  # I\n    MARK!()\n",
		"header over lines":        "if (MARK and\n        MARK):  # I\n    MARK!()\n",
		"own line, header":         "# I\nif MARK:\n    MARK!()\nMARK!()\n",
		"first in the body":        "if MARK!:\n    # I\n    MARK()\n    MARK!()\n",
		"behind the header's line": "if MARK!:  # plain\n    # I\n    MARK()\n",
		"body on the line":         "if MARK: MARK()  # I\nMARK!()\n",
		"def and decorators":       "@MARK\n@MARK(1)\ndef f(a=MARK):  # I\n    MARK!()\n",
		"above decorators":         "# I\n@MARK\ndef f(a=MARK):\n    MARK!()\n",
		"between decorators":       "@MARK\n# I\n@MARK(1)\ndef f(a=MARK):\n    MARK!()\n",
		"class":                    "class A(MARK):  # I\n    x = MARK!\n",
		"elif":                     "if MARK!:\n    pass\nelif MARK:  # I\n    MARK!()\nelse:\n    MARK!()\n",
		"else":                     "if MARK!:\n    pass\nelse:  # I\n    MARK!()\n",
		"except":                   "try:\n    MARK!()\nexcept MARK:  # I\n    MARK!()\nexcept MARK!:\n    pass\nfinally:\n    MARK!()\n",
		"for, with, while":         "for a in MARK:  # I\n    with MARK as b:  # I\n        while MARK:  # I\n            MARK!()\n",
		"match":                    "match MARK:  # I\n    case 1 if MARK:  # I\n        MARK!()\n    case 2 if MARK!:\n        MARK()  # I\n",
		"in a string":              "x = '# I'; MARK!()\ny = '''\n# I\n'''\nMARK!()\n",
		"behind another comment":   "MARK()  # noqa: E501 # I why # type: ignore\n",
		"other rule":               "MARK!()  # sesslint: ignore[other]\n",
		"several rules":            "MARK()  # sesslint: ignore[other, marked] why\n",
		"malformed":                "MARK!()  # sesslint: ignore marked\n",
		"end of the file":          "MARK!()\n# I",
		"end of a block":           "def f():\n    MARK!()\n    # I\n\nMARK()\nMARK!()\n",
		"crlf":                     "MARK(\r\n    MARK)  # I\r\nMARK!()\r\n",
		"in a lambda":              "f(lambda: MARK,\n  MARK)  # I\n",
		"tabs":                     "if MARK!:\n\t# I\n\tMARK()\n",
		"dangling":                 "# I\n",
	}
	for name, src := range tests {
		t.Run(name, func(t *testing.T) {
			src := strings.ReplaceAll(src, "# I", ignore)
			var want []int
			for i := 0; ; i++ {
				at := strings.Index(src, "MARK!")
				if at < 0 {
					break
				}
				want = append(want, at)
				src = src[:at+4] + src[at+5:]
			}
			f := NewFile("a.py", parse(t, src))
			var got []int
			for _, x := range marks(src) {
				if !f.Suppressed(&x) {
					got = append(got, x.At.Start)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("not suppressed (-want +got):\n%s\n%s", diff, src)
			}
		})
	}
}

func TestFindings(t *testing.T) {
	tests := map[string]struct {
		src        string
		want       []string
		suppressed int
		fixed      string
	}{
		"used": {src: "MARK()  # sesslint: ignore[marked]\n"},
		"unused": {
			src:   "x()  # sesslint: ignore[marked] why\n",
			want:  []string{"1 unused-suppression no finding of marked here, so the suppression hides nothing [# sesslint: ignore[marked] why]"},
			fixed: "x()\n",
		},
		"unused, own line": {
			src:   "if x:\r\n    # sesslint: ignore[marked] why\r\n    x()\r\n",
			want:  []string{"2 unused-suppression no finding of marked here, so the suppression hides nothing [# sesslint: ignore[marked] why]"},
			fixed: "if x:\r\n    x()\r\n",
		},
		"unused, last line": {
			src:   "x()\n# sesslint: ignore[marked]",
			want:  []string{"2 unused-suppression no finding of marked here, so the suppression hides nothing [# sesslint: ignore[marked]]"},
			fixed: "x()\n",
		},
		"unused among others": {
			src:   "MARK()  # sesslint: ignore[other, marked, other] why\n",
			want:  []string{"1 unused-suppression no finding of other here, so the suppression hides nothing [# sesslint: ignore[other, marked, other] why]"},
			fixed: "MARK()  # sesslint: ignore[marked] why\n",
		},
		"named twice": {
			src:   "MARK()  # sesslint: ignore[marked, marked]\n",
			want:  []string{"1 unused-suppression no finding of marked here, so the suppression hides nothing [# sesslint: ignore[marked, marked]]"},
			fixed: "MARK()  # sesslint: ignore[marked]\n",
		},
		"unused behind another comment": {
			src:   "x()  # noqa # sesslint: ignore[marked]\n",
			want:  []string{"1 unused-suppression no finding of marked here, so the suppression hides nothing [# sesslint: ignore[marked]]"},
			fixed: "x()  # noqa\n",
		},
		"unused before another comment": {
			src:   "x()  # sesslint: ignore[marked] why # noqa\n",
			want:  []string{"1 unused-suppression no finding of marked here, so the suppression hides nothing [# sesslint: ignore[marked] why]"},
			fixed: "x()  # noqa\n",
		},
		"rule did not run": {src: "x()  # sesslint: ignore[unselected]\n"},
		"rule did not run, other unused": {
			src:   "x()  # sesslint: ignore[unselected, marked]\n",
			want:  []string{"1 unused-suppression no finding of marked here, so the suppression hides nothing [# sesslint: ignore[unselected, marked]]"},
			fixed: "x()  # sesslint: ignore[unselected]\n",
		},
		"file with holes": {src: "x()  # sesslint: ignore[marked]\nx = = 1\n"},
		"unknown": {
			src:  "x()  # sesslint: ignore[market]\ny()  # sesslint: ignore[zzz]\n",
			want: []string{`1 invalid-suppression there is no rule "market", so the comment does not suppress it [market]`, `2 invalid-suppression there is no rule "zzz", so the comment does not suppress it [zzz]`},
		},
		"malformed": {
			src:  "x()  # sesslint: ignore\n",
			want: []string{"1 invalid-suppression the suppression is malformed, so it suppresses nothing [# sesslint: ignore]"},
		},
		"suppressed themselves": {
			src:        "x()  # sesslint: ignore[other, unused-suppression] generated\ny()  # sesslint: ignore[zzz, invalid-suppression] generated\n",
			suppressed: 2,
		},
		"nothing to suppress themselves": {
			src:   "x()  # sesslint: ignore[unused-suppression]\n",
			want:  []string{"1 unused-suppression no finding of unused-suppression here, so the suppression hides nothing [# sesslint: ignore[unused-suppression]]"},
			fixed: "x()\n",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := NewFile("a.py", parse(t, test.src))
			for _, x := range marks(test.src) {
				f.Suppressed(&x)
			}
			found, suppressed := f.Findings(judge(test.src))
			var got []string
			var edits []edit.Edit
			for _, x := range found {
				got = append(got, fmt.Sprintf("%d %s %s [%s]", x.At.Line, x.Rule.ID, x.Message, test.src[x.At.Start:x.At.End]))
				for _, fix := range x.Fixes {
					if fix.Applicability != rule.Safe || fix.Title != x.Rule.Fixes[0].Title {
						t.Errorf("fix %+v is not declared", fix)
					}
					for _, e := range fix.Edits {
						edits = append(edits, edit.Edit(e))
					}
				}
			}
			sort.Strings(got)
			if diff := cmp.Diff(test.want, got); diff != "" || suppressed != test.suppressed {
				t.Errorf("%d suppressed, want %d; findings (-want +got):\n%s", suppressed, test.suppressed, diff)
			}
			if test.fixed == "" {
				test.fixed = test.src
			}
			fixed, err := edit.Apply([]byte(test.src), edits)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.fixed, string(fixed)); diff != "" {
				t.Errorf("fixed (-want +got):\n%s", diff)
			}
			// What is left has nothing to fix.
			again := NewFile("a.py", parse(t, string(fixed)))
			for _, x := range marks(string(fixed)) {
				again.Suppressed(&x)
			}
			if left, _ := again.Findings(judge(string(fixed))); len(edits) > 0 && len(left) > 0 {
				t.Errorf("left after the fix: %v", left)
			}
		})
	}
}
