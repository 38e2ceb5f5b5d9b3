//go:build cgo

package treesitter

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sesslint/sesslint/internal/py"
)

// TestNesting parses what is nested or chained far beyond reason. Nothing may overflow or take quadratic time, the tree stays
// below its depth limit, and the statement behind survives.
func TestNesting(t *testing.T) {
	nested := func(open, middle, closing string) func(int) string {
		return func(n int) string { return "x = " + strings.Repeat(open, n) + middle + strings.Repeat(closing, n) }
	}
	tests := []struct {
		name   string
		source func(n int) string
		hole   bool // whether something is too deep
	}{
		{"parentheses", nested("(", "1", ")"), true},
		{"open parentheses", nested("(", "", ""), true},
		{"closing parentheses", nested("", "", ")"), true},
		{"lists", nested("[", "", "]"), true},
		{"dicts", nested("{1:", "1", "}"), true},
		{"calls", nested("f(", "", ")"), true},
		{"comprehensions", nested("[a for a in ", "b", "]"), true},
		{"not", nested("not ", "a", ""), true},
		{"minus", nested("-", "1", ""), true},
		{"await", nested("await ", "a", ""), true},
		{"lambda", nested("lambda: ", "a", ""), true},
		{"conditionals", nested("a if b else ", "c", ""), true},
		{"stars", nested("*", "a", ""), true},
		{"walrus", func(n int) string { return "(" + strings.Repeat("a := ", n) + "b)" }, true},
		{"attributes", nested("", "a", ".b"), true},
		{"subscripts", nested("", "a", "[0]"), true},
		{"call chain", nested("", "a", "()"), true},
		{"sum of strings", nested("'a' + ", "'b'", ""), true},
		{"powers", nested("a ** ", "b", ""), true},
		{"and, or", nested("a and b or ", "c", ""), true},
		{"mixed & and ^", nested("a & b ^ ", "c", ""), true},
		{"unions", func(n int) string { return "x: a[b]" + strings.Repeat(" | c[d]", n) }, true},
		{"f-strings", nested("f'{", "a", "}'"), true},
		{"format specifications", func(n int) string { return "f'" + strings.Repeat("{a:", n) + strings.Repeat("}", n) + "'" }, true},
		{"patterns", func(n int) string {
			return "match a:\n  case " + strings.Repeat("[", n) + strings.Repeat("]", n) + ": b"
		}, true},
		{"elif", func(n int) string { return "if a: b\n" + strings.Repeat("elif a: b\n", n) }, true},
		{"if in a line", func(n int) string { return strings.Repeat("if a: ", n/10) + "b" }, true},
		{"else", func(n int) string { return strings.Repeat("else:\n", n/2) }, true},
		{"comparisons", nested("a < ", "b", ""), false},
		{"assignments", nested("a = ", "b", ""), false},
		{"adjacent strings", nested("'a' ", "'b'", ""), false},
		{"adjacent f-strings", nested("f'a{b}' ", "'c'", ""), false},
		{"tuple", nested("a, ", "b", ""), false},
		{"statements in a line", nested("a; ", "b", ""), false},
		{"statements", nested("a\n", "b", ""), false},
		{"decorators", func(n int) string { return strings.Repeat("@a\n", n) + "def f(): b" }, false},
		{"handlers", func(n int) string { return "try: a\n" + strings.Repeat("except b: c\n", n) }, false},
		{"names in an import", func(n int) string { return "from a import " + strings.Repeat("b, ", n) + "c" }, false},
		{"comments", nested("\\\n", "a", "\n#"), false},
		{"continued lines", func(n int) string { return strings.Repeat("\\\n", n) + "a" }, false},
	}
	for _, test := range tests {
		for _, n := range []int{2000, 10000} {
			src := test.source(n) + "\ny = 1\n"
			begin := time.Now()
			mod := parse(t, src)
			if took := time.Since(begin); took > Timeout {
				t.Errorf("%s: %d levels took %v", test.name, n, took)
			}
			if err := checkInvariants(mod); err != nil {
				t.Errorf("%s: %d levels: %v", test.name, n, err)
			}
			last := mod.Body[len(mod.Body)-1]
			if _, ok := last.(*py.Assign); !ok && test.name != "open parentheses" {
				t.Errorf("%s: %d levels: the last statement is %T, want *py.Assign", test.name, n, last)
			}
			if got := len(mod.Holes) > 0; got != test.hole && (n > 2000 || got) && !(test.hole && n <= maxDepth) {
				t.Errorf("%s: %d levels: %d holes", test.name, n, len(mod.Holes))
			}
		}
	}
}

// TestRepetition parses what could make the scanner or the repair of bad lines take quadratic time.
func TestRepetition(t *testing.T) {
	const n = 2000
	for _, line := range []string{
		"?\n", "a b\n", "f\"{\n", "'''\n", "'\n", "def f[\n", "type A[\n", "match a:\n", "except A,\n", "print `\n", "foo(\n", ")\n",
		"{% a %}\n", "@\n", "class A:\n  def f(:\n    a\n", "if a b:\n  c\n", "\\\n", "\f\t \n", "`", "f'{'", "{", "\r", "\ufeff", "\xff",
	} {
		src := strings.Repeat(line, n)
		begin := time.Now()
		mod, err := Parse([]byte(src))
		if took := time.Since(begin); took > Timeout {
			t.Errorf("%d times %q took %v", n, line, took)
		}
		if err != nil {
			if !errors.Is(err, ErrTimeout) {
				t.Errorf("%d times %q: %v", n, line, err)
			}
			continue
		}
		if err := checkInvariants(mod); err != nil {
			t.Errorf("%d times %q: %v", n, line, err)
		}
	}
}

func TestTimeout(t *testing.T) {
	text := []byte(strings.Repeat("a = b(c)\n", 100000))
	_, err := withTree(text, time.Millisecond, func([]node) { t.Error("the file was parsed in a millisecond") })
	if !errors.Is(err, ErrTimeout) {
		t.Errorf("withTree = %v, want ErrTimeout", err)
	}
	for _, timeout := range []time.Duration{time.Millisecond, 0, -1} {
		r := newRepairer(text, time.Now().Add(timeout))
		err := r.parse(func([]node) []py.Span {
			t.Errorf("with %v left, the file was parsed", timeout)
			return nil
		})
		if !errors.Is(err, ErrTimeout) {
			t.Errorf("with %v left, the error is %v, want ErrTimeout", timeout, err)
		}
	}
}

// TestBrackets covers the limit of CPython for brackets inside each other, also where the file has other errors.
func TestBrackets(t *testing.T) {
	source := func(n int) string { return "x = " + strings.Repeat("[", n) + strings.Repeat("]", n) + "\n" }
	if got := holes(parse(t, source(maxBrackets))); got != nil {
		t.Errorf("%d brackets make holes: %q", maxBrackets, got)
	}
	src := source(maxBrackets + 1)
	for _, more := range []string{"a\n", "a\n  b c\n", "if a:\n\tb\n        c\n"} {
		mod := parse(t, src+more)
		want := []string{strings.TrimSuffix(src, "\n")}
		if strings.Contains(more, "b c") {
			want = append(want, "b c")
		}
		if diff := cmp.Diff(want, holes(mod)); diff != "" {
			t.Errorf("holes of %d brackets and %q (-want +got):\n%s", maxBrackets+1, more, diff)
		}
		if _, ok := mod.Body[0].(*py.BadStmt); !ok {
			t.Errorf("%d brackets make a %T, want a *py.BadStmt", maxBrackets+1, mod.Body[0])
		}
	}
}
