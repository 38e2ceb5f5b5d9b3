package py_test

import (
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/sesslint/sesslint/internal/py"
)

// lastValue resolves src and returns the value of the assignment that it ends with.
func lastValue(t *testing.T, src string) (*py.Scopes, py.Expr) {
	t.Helper()
	m := parseWhole(t, src)
	all := find[*py.Assign](m)
	if len(all) == 0 {
		t.Fatalf("no assignment in %q", src)
	}
	return py.Resolve(m), all[len(all)-1].Value
}

func none() py.Constant            { return py.Constant{Kind: py.NoneConst} }
func boolc(b bool) py.Constant     { return py.Constant{Kind: py.BoolConst, Bool: b} }
func intc(i int64) py.Constant     { return py.Constant{Kind: py.IntConst, Int: i} }
func floatc(f float64) py.Constant { return py.Constant{Kind: py.FloatConst, Float: f} }
func strc(s string) py.Constant    { return py.Constant{Kind: py.StrConst, Str: s} }
func bytesc(s string) py.Constant  { return py.Constant{Kind: py.BytesConst, Str: s} }

// unknown is what Fold returns for what is not a constant.
var unknown = py.Constant{}

func TestFold(t *testing.T) {
	tests := []struct {
		expr string
		want py.Constant
	}{
		// Literals.
		{"None", none()},
		{"True", boolc(true)},
		{"...", unknown},
		{"60", intc(60)},
		{"1_209_600", intc(1209600)},
		{"0x1F", intc(31)},
		{"0o17", intc(15)},
		{"0b11", intc(3)},
		{"00", intc(0)},
		{"9223372036854775807", intc(9223372036854775807)},
		{"9223372036854775808", unknown},
		{"1.5", floatc(1.5)},
		{"1e3", floatc(1000)},
		{"1e999", unknown},
		{"2j", unknown},
		{"'a' 'b'", strc("ab")},
		{"b'a\\x00'", bytesc("a\x00")},
		{"[1]", unknown},
		{"(1, 2)", unknown},

		// Arithmetic.
		{"60 * 60 * 24 * 14", intc(1209600)},
		{"1 - 2", intc(-1)},
		{"7 / 2", floatc(3.5)},
		{"7 // 2", intc(3)},
		{"-7 // 2", intc(-4)},
		{"7 // -2", intc(-4)},
		{"-7 % 3", intc(2)},
		{"7 % -3", intc(-2)},
		{"6 // -3", intc(-2)},
		{"6 % -3", intc(0)},
		{"-7.5 // 2", floatc(-4)},
		{"-7.5 % 2", floatc(0.5)},
		{"2 ** 10", intc(1024)},
		{"2 ** -1", floatc(0.5)},
		{"2 ** 62", intc(1 << 62)},
		{"2 ** 63", unknown},
		{"10 ** 1000000000", unknown},
		{"(-1) ** 1000000001", intc(-1)},
		{"0 ** -1", unknown},
		{"1 << 40", intc(1 << 40)},
		{"1 << 63", unknown},
		{"1 << 1000000000000", unknown},
		{"-1 >> 100", intc(-1)},
		{"6 & 3 | 8 ^ 1", intc(11)},
		{"True & False", boolc(false)},
		{"True + True", intc(2)},
		{"9223372036854775807 + 1", unknown},
		{"-9223372036854775807 - 2", unknown},
		{"4611686018427387904 * 2", unknown},
		{"1 / 0", unknown},
		{"1 // 0", unknown},
		{"1 % 0", unknown},
		{"1.0 / 0", unknown},
		{"1e308 * 10", unknown},
		{"(-8) ** 0.5", unknown},
		{"-5", intc(-5)},
		{"+True", intc(1)},
		{"~5", intc(-6)},
		{"-1.5", floatc(-1.5)},
		{"~1.5", unknown},
		{"1 + 'a'", unknown},
		{"1 @ 2", unknown},

		// Text.
		{"'cart' + '_' + 'items'", strc("cart_items")},
		{"'a' + b'b'", unknown},
		{"'-' * 3", strc("---")},
		{"3 * b'x'", bytesc("xxx")},
		{"'x' * -1", strc("")},
		{"'' * 9223372036854775807", strc("")},
		{"'x' * 65536", strc(strings.Repeat("x", 65536))},
		{"'x' * 65537", unknown},
		{"'x' * 65536 + 'y'", unknown},
		{"'x' - 'y'", unknown},

		// Logic and comparison.
		{"not 0", boolc(true)},
		{"0 or 'a'", strc("a")},
		{"1 or unknown", intc(1)},
		{"unknown or 1", unknown},
		{"'' and unknown", strc("")},
		{"1 and unknown", unknown},
		{"1 if True else unknown", intc(1)},
		{"unknown if '' else 2", intc(2)},
		{"3 if unknown else 3", intc(3)},
		{"3 if unknown else 3.0", unknown},
		{"1 < 2 <= 2", boolc(true)},
		{"1 < 2 > 3", boolc(false)},
		{"1 == 1.0 == True", boolc(true)},
		{"1 == '1'", boolc(false)},
		{"None == None", boolc(true)},
		{"None < None", unknown},
		{"1 < 'a'", unknown},
		{"'a' < 'b'", boolc(true)},
		{"9007199254740993 == 9007199254740992.0", unknown},
		{"'a' in 'cart'", boolc(true)},
		{"'x' not in 'cart'", boolc(true)},
		{"1 in 'a'", unknown},
		{"2 in (1, 2, unknown)", boolc(true)},
		{"3 in (1, 2, unknown)", unknown},
		{"3 not in [1, 2]", boolc(true)},
		{"None is None", boolc(true)},
		{"1 is None", boolc(false)},
		{"1 is not None", boolc(true)},
		{"True is True", boolc(true)},
		{"'a' is 'a'", unknown},
		{"(x := 5) + 1", intc(6)},

		// Conversions.
		{"int('42')", intc(42)},
		{"int(' -4_2\\n')", intc(-42)},
		{"int('4__2')", unknown},
		{"int('1.5')", unknown},
		{"int(-3.9)", intc(-3)},
		{"int(1e30)", unknown},
		{"int('ff', 16)", unknown},
		{"int()", intc(0)},
		{"int(None)", unknown},
		{"float('1e3')", floatc(1000)},
		{"float('nan')", unknown},
		{"float('0x1p4')", unknown},
		{"bool('')", boolc(false)},
		{"bool([])", unknown},
		{"str(5)", strc("5")},
		{"str(None)", strc("None")},
		{"str(1.0)", strc("1.0")},
		{"str(1e16)", strc("1e+16")},
		{"str(0.00001)", strc("1e-05")},
		{"str(True)", strc("True")},
		{"str(b'a')", unknown},
		{"str(*a)", unknown},
		{"str(object=1)", unknown},
		{"timedelta(days=1)", unknown},
		{"'a'.encode()", unknown},

		// Formatting.
		{"f'cart_{1}_{\"a\"}'", strc("cart_1_a")},
		{"f'{{{1}}}'", strc("{1}")},
		{"f'{1!s}{1:}'", strc("11")},
		{"f'{1!r}'", unknown},
		{"f'{1:02d}'", unknown},
		{"f'{1=}'", unknown},
		{"f'{\"a\":{5}}'", unknown},
		{"f'{unknown}'", unknown},
		{"'%s_%d%%' % ('a', 3)", strc("a_3%")},
		{"'%s' % 1.5", strc("1.5")},
		{"'%(k)s' % {'j': 1, 'k': 'v'}", strc("v")},
		{"'%(k)s' % {'k': 'v', **other}", unknown},
		{"'%05d' % 3", unknown},
		{"'%s' % ('a', 'b')", unknown},
		{"'%s %s' % ('a',)", unknown},
		{"'a' % 'b'", unknown},
		{"'%q' % 1", unknown},
		{"'%' % 1", unknown},
		{"'%d' % 'a'", unknown},
		{"'%d' % 3.7", unknown},
		{"'{}_{}'.format('a', 1)", strc("a_1")},
		{"'{1}{0}{k}{{}}'.format('a', 'b', k='c')", strc("bac{}")},
		{"'{!s}'.format('a')", strc("a")},
		{"'{!r}'.format('a')", unknown},
		{"'{:>4}'.format('a')", unknown},
		{"'{0.x}'.format('a')", unknown},
		{"'{}'.format()", unknown},
		{"'{'.format(1)", unknown},
		{"'}'.format(1)", unknown},
		{"'{}{}'.format(1, *rest)", unknown},
		{"'{}'.format(**kw)", unknown},
		{"'_'.join(['a', 'b'])", strc("a_b")},
		{"'_'.join(['a', 1])", unknown},
		{"'_'.join(parts)", unknown},
		{"' Cart '.strip().lower()", strc("cart")},
		{"'xax'.strip('x')", strc("a")},
		{"'xax'.lstrip('x').upper()", strc("AX")},
		{"' a '.rstrip()", strc(" a")},
		{"'ß'.upper()", unknown},
		{"' a'.strip(unknown)", unknown},
		{"unknown.strip()", unknown},
	}
	for _, tt := range tests {
		s, e := lastValue(t, "VALUE = "+tt.expr+"\n")
		got, ok := s.Fold(e, nil)
		if !ok {
			got = unknown
		}
		if diff := gocmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.expr, diff)
		}
	}
}

func TestFoldNames(t *testing.T) {
	tests := []struct {
		name, src string
		want      py.Constant
	}{
		{"module constant", "A = 60\nB = A * 2\nx = B + A\n", intc(180)},
		{"annotated", "A: int\nA: int = 5\nx = A\n", intc(5)},
		{"only annotated", "A: int\nx = A\n", unknown},
		{"unpacked", "A, B = 1, 2\nx = B\n", intc(2)},
		{"unpacked from a call", "A, B = f()\nx = B\n", unknown},
		{"class constant in its body", "class C:\n    A = 3\n    x = A\n", intc(3)},
		{"class constant is not seen in a method", "A = 1\nclass C:\n    A = 3\n    def f(self):\n        x = A\n", intc(1)},
		{"from a function", "A = 'k'\ndef f():\n    x = A\n", strc("k")},
		{"local", "def f():\n    a = 'k'\n    x = a\n", strc("k")},
		{"parameter", "A = 1\ndef f(A):\n    x = A\n", unknown},
		{"bound twice", "A = 1\nA = 2\nx = A\n", unknown},
		{"augmented", "A = 1\nA += 2\nx = A\n", unknown},
		{"deleted", "A = 1\ndel A\nx = A\n", unknown},
		{"set by a function", "A = 1\ndef f():\n    global A\n    A = 2\nx = A\n", unknown},
		{"set by an inner function", "def f():\n    a = 1\n    def g():\n        nonlocal a\n        a = 2\n    x = a\n", unknown},
		{"loop variable", "for A in [1]:\n    x = A\n", unknown},
		{"defined in a branch", "if y:\n    A = 1\nx = A\n", intc(1)},
		{"itself", "A = A + 1\nx = A\n", unknown},
		{"each other", "A = B\nB = A\nx = A\n", unknown},
		{"before a star import", "A = 1\nfrom m import *\nx = A\n", unknown},
		{"after a star import", "from m import *\nA = 1\nx = A\n", intc(1)},
		{"builtin hidden", "def str(v): return v\nx = str(1)\n", unknown},
		{"attribute", "class C:\n    A = 1\nx = C.A\n", unknown},
	}
	for _, tt := range tests {
		s, e := lastValue(t, tt.src)
		got, ok := s.Fold(e, nil)
		if !ok {
			got = unknown
		}
		if diff := gocmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestFoldHole(t *testing.T) {
	m := parse(t, "A = 1\nA = = 2\nx = A\n")
	all := find[*py.Assign](m)
	if c, ok := py.Resolve(m).Fold(all[len(all)-1].Value, nil); ok {
		t.Errorf("a name that a hole may bind folds to %v", c)
	}
}

func TestFoldEnv(t *testing.T) {
	const src = "A = 1\nx = A + settings.B + f(2) + int('3')\n"
	m := parseWhole(t, src)
	s := py.Resolve(m)
	all := find[*py.Assign](m)
	var asked []string
	env := func(e py.Expr) (py.Constant, bool) {
		text := py.Source(m, e)
		asked = append(asked, text)
		switch text {
		case "A":
			return intc(10), true
		case "settings.B":
			return intc(200), true
		case "f(2)":
			return intc(3000), true
		}
		return py.Constant{}, false
	}
	got, ok := s.Fold(all[1].Value, env)
	if !ok || got != intc(3213) {
		t.Errorf("Fold = %v, %v", got, ok)
	}
	if diff := gocmp.Diff([]string{"A", "settings.B", "f(2)", "int('3')"}, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

// What grows without bound is given up, in little time.
func TestFoldLimits(t *testing.T) {
	var doubling, chain strings.Builder
	doubling.WriteString("a0 = 'x'\n")
	chain.WriteString("a0 = 1\n")
	name := func(i int) string { return "a" + strings.Repeat("_", i) }
	doubling.WriteString(name(1) + " = a0\n")
	chain.WriteString(name(1) + " = a0\n")
	for i := 1; i < 80; i++ {
		doubling.WriteString(name(i+1) + " = " + name(i) + " + " + name(i) + "\n")
		chain.WriteString(name(i+1) + " = " + name(i) + " - " + name(i) + "\n")
	}
	s, e := lastValue(t, doubling.String()+"x = "+name(80)+"\n")
	if c, ok := s.Fold(e, nil); ok {
		t.Errorf("folded a text of %d bytes", len(c.Str))
	}
	s, e = lastValue(t, chain.String()+"x = "+name(80)+"\n")
	if c, ok := s.Fold(e, nil); !ok || c != intc(0) {
		t.Errorf("Fold = %v, %v", c, ok)
	}
	s, e = lastValue(t, "x = "+strings.Repeat("not ", 3000)+"1\n")
	if _, ok := s.Fold(e, nil); ok {
		t.Error("folded what is nested 3000 deep")
	}
	s, e = lastValue(t, "x = "+strings.Repeat("'a' + ", 2000)+"'b'\n")
	if c, ok := s.Fold(e, nil); !ok || c.Str != strings.Repeat("a", 2000)+"b" {
		t.Errorf("a sum of 2001 strings is not folded")
	}
}

func TestFoldPattern(t *testing.T) {
	tests := []struct {
		expr, prefix, suffix string
		exact                bool
	}{
		{"'cart'", "cart", "cart", true},
		{"''", "", "", true},
		{"1", "", "", false},
		{"x", "", "", false},
		{"f'cart_{x}'", "cart_", "", false},
		{"f'{x}_cart'", "", "_cart", false},
		{"f'a{x}b{1}c'", "a", "b1c", false},
		{"f'a{1}b'", "a1b", "a1b", true},
		{"f'a{x:{w}}b'", "a", "b", false},
		{"f'a{x!r}b'", "a", "b", false},
		{"f'{x=}b'", "x=", "b", false},
		{"f'a{f\"b{x}c\"}d'", "ab", "cd", false},
		{"f\"a{'b'}{x}\"", "ab", "", false},
		{"f'{a, b}c'", "", "c", false},
		{"'a' f'{x}' 'b'", "a", "b", false},
		{"'cart_%s' % x", "cart_", "", false},
		{"'%s_cart' % (x,)", "", "_cart", false},
		{"'a%sb%sc' % (x, 'y')", "a", "byc", false},
		{"'a%%%(k)sb' % params", "a%", "b", false},
		{"'a%sb' % (x, y)", "", "", false},
		{"'a%*db' % (w, x)", "a", "b", false},
		{"'a_{}'.format(x)", "a_", "", false},
		{"'a_{}_{k}'.format(x, k='z')", "a_", "_z", false},
		{"'{0}_{0}'.format(x)", "", "", false},
		{"'a{}b{'.format(x)", "", "", false},
		{"'cart_' + x", "cart_", "", false},
		{"x + '_cart'", "", "_cart", false},
		{"'a' + x + 'b' + 'c'", "a", "bc", false},
		{"'a' + str(1) + str(x)", "a1", "", false},
		{"str(f'a{x}')", "a", "", false},
		{"'_'.join(['a', x, 'b'])", "a_", "_b", false},
		{"'cart_a' if x else 'cart_b'", "cart_", "", false},
		{"'a_cart' if x else f'{y}_cart'", "", "_cart", false},
		{"'same' if x else 'same'", "same", "same", true},
		{"'é' if x else 'è'", "", "", false},
		{"'é' if x else 'ĩ'", "", "", false},
		{"f'Cart_{x}_É'.lower()", "cart_", "", false},
		{"f'É_{x}_Cart'.upper()", "", "_CART", false},
		{"f'  a {x} b '.strip()", "a", "b", false},
		{"f'a {x} b'.lstrip()", "a ", "b", false},
		{"(y := f'a{x}')", "a", "", false},
		{"KEY", "key_", "_end", false},
		{"KEY + 'er'", "key_", "_ender", false},
		{"TWICE", "", "", false},
		{"LOOP", "a", "", false},
	}
	for _, tt := range tests {
		s, e := lastValue(t, "KEY = f'key_{z}_end'\nTWICE = f'a{z}'\nTWICE = 1\nLOOP = 'a' + LOOP\nVALUE = "+tt.expr+"\n")
		got, ok := s.FoldPattern(e, nil)
		want := py.Pattern{Prefix: tt.prefix, Suffix: tt.suffix, Exact: tt.exact}
		if got != want {
			t.Errorf("%s: %+v, want %+v", tt.expr, got, want)
		}
		if ok != (want != py.Pattern{}) {
			t.Errorf("%s: ok is %v", tt.expr, ok)
		}
	}
}

func TestFoldPatternEnv(t *testing.T) {
	s, e := lastValue(t, "VALUE = f'{prefix()}_{self.kind}_{x}'\n")
	got, _ := s.FoldPattern(e, func(e py.Expr) (py.Constant, bool) {
		switch e.(type) {
		case *py.Call:
			return strc("p"), true
		case *py.Attribute:
			return intc(7), true
		}
		return py.Constant{}, false
	})
	if want := (py.Pattern{Prefix: "p_7_"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// FoldPattern keeps within its limits too, and what it still says is true.
func TestFoldPatternLimits(t *testing.T) {
	long := "'" + strings.Repeat("x", 60000) + "'"
	s, e := lastValue(t, "A = "+long+"\nx = 'a' + y + A + A + 'end'\n")
	got, ok := s.FoldPattern(e, nil)
	if !ok || got.Exact || got.Prefix != "a" || !strings.HasSuffix(got.Suffix, "end") || len(got.Suffix) > 70000 {
		t.Errorf("prefix %.20q, suffix of %d bytes, exact %v", got.Prefix, len(got.Suffix), got.Exact)
	}
}

func TestTruth(t *testing.T) {
	tests := []struct {
		c    py.Constant
		want bool
	}{
		{none(), false}, {boolc(true), true}, {boolc(false), false}, {intc(0), false}, {intc(-1), true},
		{floatc(0), false}, {floatc(0.1), true}, {strc(""), false}, {strc("0"), true}, {bytesc(""), false}, {bytesc("a"), true},
	}
	for _, tt := range tests {
		if got := tt.c.Truth(); got != tt.want {
			t.Errorf("Truth of %+v = %v", tt.c, got)
		}
	}
}
