//go:build cgo

package treesitter

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sesslint/sesslint/internal/py"
)

func TestComments(t *testing.T) {
	tests := []struct {
		src  string
		want []string // with a leading "|" for those on a line of their own
	}{
		{"# a\n", []string{"|# a"}},
		{"a # b\n  # c", []string{"# b", "|# c"}},
		{"#!/bin/sh\n#\n", []string{"|#!/bin/sh", "|#"}},
		{"a(# b\n  # c\n  d) # e\n", []string{"# b", "|# c", "# e"}},
		{"'# a' \"# b\" '''\n# c\n''' # d\n", []string{"# d"}},
		{"r'\\' # a' # b\n", []string{"# b"}},
		{"f'{a}# b' # c\n", []string{"# c"}},
		{"f'{a['#']}' # b\n", []string{"# b"}},
		{"f'''{\na # b\n# c\n}''' # d\n", []string{"# b", "|# c", "# d"}},
		{"f'{a # b\n# c\n", []string{"|# c"}},
		{"f\"\"\"{a # b\n\"\"\" # c\n", []string{"# c"}},
		{"a # b\r\n# c\r\n", []string{"# b", "|# c"}},
		{"a # b\r# c\r", []string{"# b", "|# c"}},
		{"\ufeff# a\n", []string{"|# a"}},
		{"\t \f# a\n", []string{"|# a"}},
		{"if a: # b\n  # c\n  d\n# e\n", []string{"# b", "|# c", "|# e"}},
		{"a b # c\nd(\n# e\n", []string{"# c", "|# e"}},
		{"class A[B # c\n]: d # e\n", []string{"# c", "# e"}},
		{"  def f():\n    x = (\n# a\n 1 # b\n) # c\n", []string{"|# a", "# b", "# c"}},
		{"a \\\n# b\n", []string{"|# b"}},
		{"# \xe9\xe8 x\n", []string{"|# \xe9\xe8 x"}},
	}
	for _, test := range tests {
		mod := parse(t, test.src)
		var got []string
		for _, c := range mod.Comments {
			text := string(mod.Src[c.Start:c.End])
			if c.OwnLine {
				text = "|" + text
			}
			got = append(got, text)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("comments of %q (-want +got):\n%s", test.src, diff)
		}
	}
}

// TestBytes covers encodings, line ends and indentation.
func TestBytes(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"empty", "", ""},
		{"no line break at the end", "a", "(ExprStmt@0:1 (Name@0:1 a))"},
		{"blank", " \n\t\n\f\n", ""},
		{"byte order mark", "\ufeffa = 1\n", "(Assign@3:8 [(Name@3:4 a)] (Number@7:8 1))"},
		{"CRLF", "if a:\r\n  b\r\nc\r\n", "(If@0:10 (Name@3:4 a) {(ExprStmt@9:10 (Name@9:10 b))} {})\n(ExprStmt@12:13 (Name@12:13 c))"},
		{"CR", "if a:\r  b\rc\r", "(If@0:9 (Name@3:4 a) {(ExprStmt@8:9 (Name@8:9 b))} {})\n(ExprStmt@10:11 (Name@10:11 c))"},
		{"UTF-8", "é = 'ü€'\n", `(Assign@0:12 [(Name@0:2 é)] (String@5:12 "\u00fc\u20ac"))`},
		{"ISO 8859-1", "# coding: latin-1\na = '\xe9' + \"\xfc\xe4\"\n",
			`(Assign@18:32 [(Name@18:19 a)] (BinOp@22:32 + (String@22:25 "\u00e9") (String@28:32 "\u00fc\u00e4")))`},
		{"ISO 8859-1 name", "\xe9t\xe9 = 1\n", "(Assign@0:7 [(Name@0:3 \xe9t\xe9)] (Number@6:7 1))"},
		{"bytes of Python 2", "b'\xc3\xa9'", `(ExprStmt@0:5 (String@0:5 bytes "\u00c3\u00a9"))`},
		{"form feed", "a\n\f\nif b:\n\f  c\n", "(ExprStmt@0:1 (Name@0:1 a))\n(If@4:14 (Name@7:8 b) {(ExprStmt@13:14 (Name@13:14 c))} {})"},
		{"tabs count to the next stop", "if a:\n    if b:\n\tc\n    d\n",
			"(If@0:24 (Name@3:4 a) {(If@10:18 (Name@13:14 b) {(ExprStmt@17:18 (Name@17:18 c))} {}) (ExprStmt@23:24 (Name@23:24 d))} {})"},
		{"blanks in front of a tab do not count", "if a:\n  \tb\n\tc\n",
			"(If@0:13 (Name@3:4 a) {(ExprStmt@9:10 (Name@9:10 b)) (ExprStmt@12:13 (Name@12:13 c))} {})"},
		{"a line break in brackets", "if a:\n    b(c +\nd)\n    e\n",
			"(If@0:24 (Name@3:4 a) {(ExprStmt@10:18 (Call@10:18 (Name@10:11 b) [(BinOp@12:17 + (Name@12:13 c) (Name@16:17 d))])) (ExprStmt@23:24 (Name@23:24 e))} {})"},
		{"a comment in brackets", "if a:\n    b(c + # (\nd)\n    e\n",
			"(If@0:28 (Name@3:4 a) {(ExprStmt@10:22 (Call@10:22 (Name@10:11 b) [(BinOp@12:21 + (Name@12:13 c) (Name@20:21 d))])) (ExprStmt@27:28 (Name@27:28 e))} {})"},
		{"continued at the start", "\\\na = \\\n 1\n", "(Assign@2:10 [(Name@2:3 a)] (Number@9:10 1))"},
		{"continued at the end", "a \\\n", "(ExprStmt@0:1 (Name@0:1 a))"},
	}
	for _, test := range tests {
		mod := parse(t, test.src)
		got := strings.TrimSuffix(py.DumpStmts(mod.Body, true), "\n")
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", test.name, test.src, diff)
		}
		if len(mod.Holes) > 0 {
			t.Errorf("%s: %q has holes: %q", test.name, test.src, holes(mod))
		}
		if string(mod.Src) != test.src {
			t.Errorf("%s: source of the module is %q, want %q", test.name, mod.Src, test.src)
		}
	}
}

// TestIndentation covers more columns than the grammar can count.
func TestIndentation(t *testing.T) {
	for _, unit := range []string{" ", "\t", strings.Repeat(" ", 40)} {
		var b strings.Builder
		for level := range 90 {
			b.WriteString(strings.Repeat(unit, level) + "if a:\n")
		}
		b.WriteString(strings.Repeat(unit, 90) + "b\n" + strings.Repeat(unit, 45) + "c\nd\n")
		mod := parse(t, b.String())
		if len(mod.Body) != 2 || len(mod.Holes) != 0 {
			t.Fatalf("%q: %d statements and %d holes at the top, want 2 and none", unit, len(mod.Body), len(mod.Holes))
		}
		level := 0
		for body := mod.Body; ; level++ {
			nested, ok := body[0].(*py.If)
			if want := 1; level == 45 {
				want = 2 // with the statement that ends level 45
				if len(body) != want {
					t.Errorf("%q: level %d has %d statements, want %d", unit, level, len(body), want)
				}
			} else if level > 0 && len(body) != want {
				t.Errorf("%q: level %d has %d statements, want %d", unit, level, len(body), want)
			}
			if !ok {
				break
			}
			body = nested.Body
		}
		if level != 90 {
			t.Errorf("%q: %d levels, want 90", unit, level)
		}
	}
}

// TestTooManyLevels covers deeper indentation than CPython allows: it becomes a hole, the rest survives.
func TestTooManyLevels(t *testing.T) {
	var b strings.Builder
	for level := range 110 {
		b.WriteString(strings.Repeat(" ", level) + "if a:\n")
	}
	brackets := strings.Repeat("(", maxBrackets+1) + strings.Repeat(")", maxBrackets+1)
	b.WriteString(strings.Repeat(" ", 110) + brackets + "\nc\n")
	mod := parse(t, b.String())
	if len(mod.Body) != 2 {
		t.Errorf("%d statements at the top, want 2", len(mod.Body))
	}
	if len(mod.Holes) != 1 {
		t.Errorf("holes: %q, want one", holes(mod))
	}
}

func TestNUL(t *testing.T) {
	mod, err := Parse([]byte("a = 1\n\x00"))
	if !errors.Is(err, ErrNUL) || mod != nil {
		t.Errorf("Parse = %v, %v, want nil and ErrNUL", mod, err)
	}
	if want := "contains NUL bytes, so Python does not read it as source (the first at byte 6)"; err.Error() != want {
		t.Errorf("error is %q, want %q", err, want)
	}
}

func TestConcurrentUse(t *testing.T) {
	src := strings.Repeat(seeds[1]+seeds[4]+seeds[10], 20)
	want := py.DumpStmts(parse(t, src).Body, true)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 4 {
				mod, err := Parse([]byte(src))
				if err != nil {
					t.Error(err)
				} else if got := py.DumpStmts(mod.Body, true); got != want {
					t.Error("the tree differs from that of the first parse")
				}
			}
		})
	}
	wg.Wait()
}

func TestParseTimed(t *testing.T) {
	mod, parse, rest, err := ParseTimed([]byte("a = 1\n"))
	if err != nil || len(mod.Body) != 1 || parse <= 0 || rest <= 0 {
		t.Errorf("ParseTimed = %v, %v, %v, %v", mod, parse, rest, err)
	}
}
