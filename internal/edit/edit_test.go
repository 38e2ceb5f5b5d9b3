package edit

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func ed(start, end int, text string) Edit { return Edit{Path: "a", Start: start, End: end, New: text} }

func TestApply(t *testing.T) {
	tests := map[string]struct {
		src   string
		edits []Edit
		want  string
		err   string
	}{
		"none":                     {"abc", nil, "abc", ""},
		"replace":                  {"abc", []Edit{ed(1, 2, "XY")}, "aXYc", ""},
		"delete":                   {"abc", []Edit{ed(0, 2, "")}, "c", ""},
		"insert":                   {"abc", []Edit{ed(0, 0, "<"), ed(3, 3, ">")}, "<abc>", ""},
		"empty file":               {"", []Edit{ed(0, 0, "x\n")}, "x\n", ""},
		"any order":                {"abcdef", []Edit{ed(4, 5, "5"), ed(0, 1, "1"), ed(2, 3, "3")}, "1b3d5f", ""},
		"touching":                 {"abcd", []Edit{ed(0, 2, "x"), ed(2, 4, "y")}, "xy", ""},
		"insert where one starts":  {"abcd", []Edit{ed(1, 2, "x"), ed(1, 1, "+")}, "a+xcd", ""},
		"insert where one ends":    {"abcd", []Edit{ed(2, 2, "+"), ed(1, 2, "x")}, "ax+cd", ""},
		"equal ones once":          {"abcd", []Edit{ed(1, 1, "+"), ed(1, 1, "+"), ed(2, 3, "C"), ed(2, 3, "C")}, "a+bCd", ""},
		"inserts keep their order": {"ab", []Edit{ed(1, 1, "2"), ed(1, 1, "1")}, "a21b", ""},
		"overlap":                  {"abcd", []Edit{ed(0, 3, "x"), ed(2, 4, "y")}, "", "edits overlap at byte 2"},
		"insert inside":            {"abcd", []Edit{ed(0, 3, "x"), ed(2, 2, "y")}, "", "edits overlap at byte 2"},
		"behind the end":           {"abcd", []Edit{ed(3, 5, "x")}, "", "edit of bytes 3 to 5 lies outside of the file, which has 4"},
		"backwards":                {"abcd", []Edit{ed(3, 2, "x")}, "", "edit of bytes 3 to 2 lies outside of the file, which has 4"},
		"negative":                 {"abcd", []Edit{ed(-1, 2, "x")}, "", "edit of bytes -1 to 2 lies outside of the file, which has 4"},
		"crlf":                     {"a\r\nb\r\n", []Edit{ed(3, 3, "x\ny\r\n")}, "a\r\nx\r\ny\r\nb\r\n", ""},
		"old mac":                  {"a\rb\r", []Edit{ed(2, 2, "x\n")}, "a\rx\rb\r", ""},
		"mostly lf":                {"a\nb\nc\r\n", []Edit{ed(2, 2, "x\n")}, "a\nx\nb\nc\r\n", ""},
		"no newline at the end":    {"a\r\nb", []Edit{ed(4, 4, "\nc\n")}, "a\r\nb\r\nc\r\n", ""},
		"byte order mark":          {"\ufeffabc", []Edit{ed(0, 0, "x"), ed(3, 4, "A")}, "\ufeffxAbc", ""},
		"over a byte order mark":   {"\ufeffabc", []Edit{ed(0, 4, "x")}, "\ufeffxbc", ""},
		"latin-1":                  {"# \xe9\nx = '\xe9'\n", []Edit{ed(4, 5, "yy")}, "# \xe9\nyy = '\xe9'\n", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := Apply([]byte(test.src), test.edits)
			message := ""
			if err != nil {
				message = err.Error()
			}
			if string(got) != test.want || message != test.err {
				t.Errorf("got %q, error %q; want %q, error %q", got, message, test.want, test.err)
			}
		})
	}
}

func TestApplyKeepsInput(t *testing.T) {
	src, edits := []byte("abcdef"), []Edit{ed(4, 5, "5"), ed(0, 1, "1")}
	if _, err := Apply(src, edits); err != nil {
		t.Fatal(err)
	}
	if string(src) != "abcdef" || edits[0].Start != 4 {
		t.Errorf("Apply changed its input: %q, %v", src, edits)
	}
}

func TestChoose(t *testing.T) {
	other := Edit{Path: "b", Start: 0, End: 4, New: "x"}
	tests := map[string]struct {
		fixes []Fix
		want  []int
	}{
		"apart":                      {[]Fix{{ed(0, 1, "x")}, {ed(2, 3, "y")}}, []int{0, 1}},
		"the first wins":             {[]Fix{{ed(0, 3, "x")}, {ed(2, 4, "y")}, {ed(3, 4, "z")}}, []int{0, 2}},
		"touching":                   {[]Fix{{ed(0, 2, "x")}, {ed(2, 4, "y")}}, []int{0, 1}},
		"other files do not matter":  {[]Fix{{ed(0, 4, "x")}, {other}}, []int{0, 1}},
		"all or nothing":             {[]Fix{{ed(0, 1, "x")}, {ed(5, 6, "y"), ed(0, 1, "z")}, {ed(5, 6, "w")}}, []int{0, 2}},
		"all or nothing, two files":  {[]Fix{{other}, {ed(0, 1, "x"), {Path: "b", Start: 1, End: 2}}, {ed(0, 1, "y")}}, []int{0, 2}},
		"shared insert":              {[]Fix{{ed(0, 0, "import a\n"), ed(5, 6, "y")}, {ed(0, 0, "import a\n"), ed(7, 8, "z")}}, []int{0, 1}},
		"shared replacement":         {[]Fix{{ed(1, 2, "a")}, {ed(1, 2, "a"), ed(7, 8, "z")}}, []int{0, 1}},
		"different inserts":          {[]Fix{{ed(0, 0, "import a\n")}, {ed(0, 0, "import b\n")}}, []int{0}},
		"insert into what goes":      {[]Fix{{ed(0, 4, "")}, {ed(2, 2, "x")}}, []int{0}},
		"insert at the edge of that": {[]Fix{{ed(0, 4, "")}, {ed(0, 0, "x")}, {ed(4, 4, "y")}}, []int{0, 1, 2}},
		"different replacements":     {[]Fix{{ed(1, 2, "a")}, {ed(1, 2, "b")}}, []int{0}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := Choose(test.fixes)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("chosen (-want +got):\n%s", diff)
			}
			// What is chosen can be applied.
			var edits []Edit
			for _, i := range got {
				for _, e := range test.fixes[i] {
					if e.Path == "a" {
						edits = append(edits, e)
					}
				}
			}
			if _, err := Apply([]byte(strings.Repeat(".", 10)), edits); err != nil {
				t.Error(err)
			}
		})
	}
}
