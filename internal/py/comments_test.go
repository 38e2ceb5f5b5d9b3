package py_test

import (
	"fmt"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/sesslint/sesslint/internal/py"
)

// stmtWith returns the innermost statement at the first occurrence of text.
func stmtWith(t *testing.T, m *py.Module, text string) py.Stmt {
	t.Helper()
	i := strings.Index(string(m.Src), text)
	if i < 0 {
		t.Fatalf("%q does not occur", text)
	}
	s, _ := m.StmtAt(i)
	if s == nil {
		t.Fatalf("no statement at %q", text)
	}
	return s
}

func TestTrailingComment(t *testing.T) {
	const src = `a = 1  # first
# own line
b = [  # opens
    2,  # inside
]
c = [
    3,
]  # closes
d = 4; e = 5  # both
f = '# no comment'
if g:  # header
    h = 6
i = """
# text
"""
j = 7 # last`
	m := parseWhole(t, src)
	tests := []struct{ stmt, want string }{
		{"a = 1", "# first"},
		{"b = [", "# opens"},
		{"c = [", "# closes"},
		{"d = 4", "# both"},
		{"e = 5", "# both"},
		{"f =", ""},
		{"if g", "# header"},
		{"h = 6", ""},
		{"i =", ""},
		{"j = 7", "# last"},
	}
	for _, tt := range tests {
		c, ok := m.TrailingComment(stmtWith(t, m, tt.stmt).Range())
		got := ""
		if ok {
			got = src[c.Start:c.End]
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.stmt, got, tt.want)
		}
	}
}

func TestCommentAbove(t *testing.T) {
	const src = `# one
# two

# three
a = 1
b = 2  # trailing
c = 3
def f():
    # four
      # five
    return 1
# six

d = 4`
	for _, newline := range []string{"\n", "\r\n"} {
		src := strings.ReplaceAll(src, "\n", newline)
		m := parseWhole(t, src)
		tests := []struct {
			stmt string
			want []string
		}{
			{"a = 1", []string{"# three"}},
			{"b = 2", nil},
			{"c = 3", nil},
			{"return", []string{"# four", "# five"}},
			{"d = 4", nil},
		}
		for _, tt := range tests {
			var got []string
			for _, c := range m.CommentAbove(stmtWith(t, m, tt.stmt).Range().Start) {
				got = append(got, src[c.Start:c.End])
			}
			if diff := gocmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%q with line break %q (-want +got):\n%s", tt.stmt, newline, diff)
			}
		}
	}
}

func TestDocstring(t *testing.T) {
	tests := []struct{ src, want string }{
		{"'''Hello\nyou'''\nx = 1\n", "Hello\nyou"},
		{"'a' 'b'\n", "ab"},
		{"b'bytes'\n", ""},
		{"f'{x}'\n", ""},
		{"x = 1\n'later'\n", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := py.Docstring(parseWhole(t, tt.src).Body); got != tt.want {
			t.Errorf("Docstring(%q) = %q, want %q", tt.src, got, tt.want)
		}
	}
}

func TestIndentAndOwnLines(t *testing.T) {
	const src = "a = 1\n" +
		"b = 2; c = 3\n" +
		"d = 4;  # comment\n" +
		"if e: f = 5\n" +
		"if g:\n" +
		"\t h = (6,\n" +
		"7)\n" +
		"\t i = 8\\\n" +
		"+ 9\n" +
		"if j: \\\n" +
		"  k = 10\n" +
		"# comment \\\n" +
		"l = 11\n" +
		"class M:\n" +
		"    @n\n" +
		"    def o(self): pass\n" +
		"for p in q:\n" +
		"  r; u\n" +
		"t = 12"
	tests := []struct {
		stmt, indent string
		own          bool
	}{
		{"a = 1", "", true},
		{"b = 2", "", false},
		{"c = 3", "", false},
		{"d = 4", "", true},
		{"if e", "", true},
		{"f = 5", "", false},
		{"h = (", "\t ", true},
		{"i = 8", "\t ", true},
		{"if j", "", true},
		{"k = 10", "  ", false},
		{"l = 11", "", true},
		{"n\n", "    ", true},
		{"pass", "    ", false},
		{"for p", "", true},
		{"r;", "  ", false},
		{"u\n", "  ", false},
		{"t = 12", "", true},
	}
	for _, prefix := range []string{"", "\ufeff"} {
		for _, newline := range []string{"\n", "\r\n"} {
			m := parseWhole(t, prefix+strings.ReplaceAll(src, "\n", newline))
			for _, tt := range tests {
				s := stmtWith(t, m, strings.ReplaceAll(tt.stmt, "\n", newline))
				if got := m.Indent(s); got != tt.indent {
					t.Errorf("Indent of %q with line break %q = %q, want %q", tt.stmt, newline, got, tt.indent)
				}
				if got := m.OwnLines(s); got != tt.own {
					t.Errorf("OwnLines of %q with line break %q = %v, want %v", tt.stmt, newline, got, tt.own)
				}
			}
		}
	}
}

func TestPathTo(t *testing.T) {
	const src = `import a
class B:
    def c(self):
        try:
            d()
        except E as f:
            g()
        else:
            h()
        finally:
            i()
match j:
    case K() if l:
        m()
while n: o()
else: p()
`
	m := parseWhole(t, src)
	tests := []struct{ at, want, list string }{
		{"import", "Module Import", "Import ClassDef Match While"},
		{"B:", "Module ClassDef", "Import ClassDef Match While"},
		{"self", "Module ClassDef FunctionDef", "FunctionDef"},
		{"d()", "Module ClassDef FunctionDef Try ExprStmt", "ExprStmt"},
		{"E as", "Module ClassDef FunctionDef Try Handler", "Try"},
		{"g()", "Module ClassDef FunctionDef Try Handler ExprStmt", "ExprStmt"},
		{"h()", "Module ClassDef FunctionDef Try ExprStmt", "ExprStmt"},
		{"i()", "Module ClassDef FunctionDef Try ExprStmt", "ExprStmt"},
		{"j:", "Module Match", "Import ClassDef Match While"},
		{"l:", "Module Match MatchCase", "Import ClassDef Match While"},
		{"m()", "Module Match MatchCase ExprStmt", "ExprStmt"},
		{"o()", "Module While ExprStmt", "ExprStmt"},
		{"p()", "Module While ExprStmt", "ExprStmt"},
	}
	names := func(list []string, n any) []string {
		return append(list, strings.TrimPrefix(fmt.Sprintf("%T", n), "*py."))
	}
	for _, tt := range tests {
		offset := strings.Index(src, tt.at)
		var path []string
		var last py.Stmt
		for _, n := range m.PathTo(offset) {
			path = names(path, n)
			if s, ok := n.(py.Stmt); ok {
				last = s
			}
		}
		if got := strings.Join(path, " "); got != tt.want {
			t.Errorf("PathTo %q = %s, want %s", tt.at, got, tt.want)
		}
		stmt, list := m.StmtAt(offset)
		if stmt != last {
			t.Errorf("StmtAt %q = %T, but the path ends with %T", tt.at, stmt, last)
		}
		var in []string
		for _, s := range list {
			in = names(in, s)
		}
		if got := strings.Join(in, " "); got != tt.list {
			t.Errorf("the list of %q is %s, want %s", tt.at, got, tt.list)
		}
	}
	if path := m.PathTo(len(src) + 1); path != nil {
		t.Errorf("an offset behind the file has the path %v", path)
	}
	if path := m.PathTo(strings.Index(src, "\nclass")); len(path) != 1 {
		t.Errorf("between statements the path is %v", path)
	}
	if s, list := m.StmtAt(-1); s != nil || list != nil {
		t.Errorf("StmtAt(-1) = %v, %v", s, list)
	}
}
