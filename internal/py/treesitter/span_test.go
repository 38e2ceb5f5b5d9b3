//go:build cgo

package treesitter

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sesslint/sesslint/internal/py"
)

// nodeSources lists type and source of all nodes below the module, in the order of py.Inspect.
func nodeSources(mod *py.Module) []string {
	var out []string
	py.Inspect(mod, func(n py.Node) bool {
		if n != py.Node(mod) {
			out = append(out, strings.TrimPrefix(fmt.Sprintf("%T: ", n), "*py.")+py.Source(mod, n))
		}
		return true
	})
	return out
}

// TestSpans covers the spans that are not simply all that belongs to a node; they are those of CPython's ast module.
func TestSpans(t *testing.T) {
	tests := []struct {
		name, src string
		want      []string
	}{
		{"parentheses do not belong to an expression", "x = (a) + ((b))", []string{
			"Assign: x = (a) + ((b))", "Name: x", "BinOp: (a) + ((b))", "Name: a", "Name: b"}},
		{"parentheses belong to a tuple", "(a, b), c", []string{
			"ExprStmt: (a, b), c", "Tuple: (a, b), c", "Tuple: (a, b)", "Name: a", "Name: b", "Name: c"}},
		{"a comma at the end belongs to a tuple", "x[a,], b,", []string{
			"ExprStmt: x[a,], b,", "Tuple: x[a,], b,", "Subscript: x[a,]", "Name: x", "Tuple: a,", "Name: a", "Name: b"}},
		{"parentheses belong to a generator", "f(a for a in b)", []string{
			"ExprStmt: f(a for a in b)", "Call: f(a for a in b)", "Name: f", "Comp: (a for a in b)", "Name: a", "Name: a", "Name: b"}},
		{"semicolons do not belong to a statement", "a ; b ;", []string{
			"ExprStmt: a", "Name: a", "ExprStmt: b", "Name: b"}},
		{"a semicolon belongs to the block it ends", "if a: b ;\nc", []string{
			"If: if a: b ;", "Name: a", "ExprStmt: b", "Name: b", "ExprStmt: c", "Name: c"}},
		{"comments do not belong to a block", "if a:\n  b # c\n  # d\n\n# e\nf", []string{
			"If: if a:\n  b", "Name: a", "ExprStmt: b", "Name: b", "ExprStmt: f", "Name: f"}},
		{"an elif goes to the end", "if a: b\nelif c: d\nelse: e # f\n", []string{
			"If: if a: b\nelif c: d\nelse: e", "Name: a", "ExprStmt: b", "Name: b",
			"If: elif c: d\nelse: e", "Name: c", "ExprStmt: d", "Name: d", "ExprStmt: e", "Name: e"}},
		{"decorators belong to a function", "@a\n# b\ndef f(): c", []string{
			"FunctionDef: @a\n# b\ndef f(): c", "Name: a", "ExprStmt: c", "Name: c"}},
		{"parameters have stars and defaults", "def f(a: b = c, *d, **e): g", []string{
			"FunctionDef: def f(a: b = c, *d, **e): g", "Param: a: b = c", "Name: b", "Name: c", "Param: *d", "Param: **e",
			"ExprStmt: g", "Name: g"}},
		{"adjacent literals are one", "x = ('a'\n 'b')", []string{
			"Assign: x = ('a'\n 'b')", "Name: x", "String: 'a'\n 'b'"}},
		{"parts of an f-string are text", "f'a{{b{c!r:>{d}}e' 'f'", []string{
			"ExprStmt: f'a{{b{c!r:>{d}}e' 'f'", "FString: f'a{{b{c!r:>{d}}e' 'f'", "String: a{{b", "Name: c", "Name: d", "String: e' 'f"}},
		{"a star belongs to all behind it", "f(*a.b)", []string{
			"ExprStmt: f(*a.b)", "Call: f(*a.b)", "Name: f", "Attribute: a.b", "Name: a"}},
		{"a star in a display", "[*a.b()]", []string{
			"ExprStmt: [*a.b()]", "List: [*a.b()]", "Starred: *a.b()", "Call: a.b()", "Attribute: a.b", "Name: a"}},
		{"regrouped operators", "a & b ^ c", []string{
			"ExprStmt: a & b ^ c", "BinOp: a & b ^ c", "BinOp: a & b", "Name: a", "Name: b", "Name: c"}},
		{"regrouped await", "await a ** b", []string{
			"ExprStmt: await a ** b", "BinOp: await a ** b", "Await: await a", "Name: a", "Name: b"}},
		{"regrouped walrus", "(a := b if c else d)", []string{
			"ExprStmt: (a := b if c else d)", "NamedExpr: a := b if c else d", "Name: a", "IfExp: b if c else d", "Name: b", "Name: c",
			"Name: d"}},
		{"regrouped as", "with a if b else c as d: e", []string{
			"With: with a if b else c as d: e", "IfExp: a if b else c", "Name: a", "Name: b", "Name: c", "Name: d", "ExprStmt: e", "Name: e"}},
		{"except without parentheses", "try: a\nexcept A, B, C: b", []string{
			"Try: try: a\nexcept A, B, C: b", "ExprStmt: a", "Name: a", "Tuple: A, B, C", "Name: A", "Name: B", "Name: C", "ExprStmt: b", "Name: b"}},
		{"taken out", "a b\nif c d: # e\n  f", []string{
			"BadStmt: a b", "If: if c d: # e\n  f", "BadExpr:  c d", "ExprStmt: f", "Name: f"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, nodeSources(parse(t, test.src))); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", test.name, test.src, diff)
		}
	}
}

// TestOffsets covers the offsets that are not spans of nodes.
func TestOffsets(t *testing.T) {
	mod := parse(t, "@a\nasync def f(): g(h) \n@b\nclass C(D, e=F): i\nimport j.k as l, m\n")
	f := mod.Body[0].(*py.FunctionDef)
	call := f.Body[0].(*py.ExprStmt).X.(*py.Call)
	class := mod.Body[1].(*py.ClassDef)
	imported := mod.Body[2].(*py.Import)
	source := func(s py.Span) string { return string(mod.Src[s.Start:s.End]) }
	rest := func(offset int) string { line, _, _ := strings.Cut(string(mod.Src[offset:]), "\n"); return line }
	for _, test := range []struct{ what, got, want string }{
		{"def", rest(f.Def), "async def f(): g(h) "},
		{"name of the function", source(f.Name.Span), "f"},
		{"closing parenthesis", rest(call.Rparen), ") "},
		{"class", rest(class.Def), "class C(D, e=F): i"},
		{"argument", source(class.Args[1].Span), "e=F"},
		{"name of an argument", source(class.Args[1].Name.Span), "e"},
		{"alias", source(imported.Names[0].Span), "j.k as l"},
		{"import without alias", source(imported.Names[1].Span), "m"},
	} {
		if test.got != test.want {
			t.Errorf("%s is %q, want %q", test.what, test.got, test.want)
		}
	}
}

func TestMatchSpans(t *testing.T) {
	mod := parse(t, "match a:\n  case [b, *c] as d if e: f # g\n  case h, i: j\n")
	var got []string
	for _, c := range mod.Body[0].(*py.Match).Cases {
		got = append(got, string(mod.Src[c.Start:c.End]), string(mod.Src[c.Pattern.Start:c.Pattern.End]))
		for _, name := range c.Captures {
			got = append(got, string(mod.Src[name.Start:name.End]))
		}
	}
	want := []string{"case [b, *c] as d if e: f", "[b, *c] as d", "b", "c", "d", "case h, i: j", "h, i", "h", "i"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
