package py

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBoundIn(t *testing.T) {
	tests := []struct{ src, want string }{
		{"x = 1", "x"},
		{"a, b.c, d[0], e() = f", "a"},
		{"a += 1; b **= 2", "a b"},
		{"f(x=1) y", ""},
		{"z == 1, z != 2, z <= 3", ""},
		{"f(a, (b := c))", "b"},
		{"for a, (b, c.d) in e, f", "a b"},
		{"import a, b.c, d as e", "a b d e"},
		{"from x import (a,\n b as c\n)\nd", "a b c"},
		{"def f(a, b=1):", "f"},
		{"class C(B):", "C"},
		{"with a as b, c as (d, e)", "b"},
		{"except A, b:", "b"},
		{"global a, b\nc", "a b"},
		{"del a, b.c", "a"},
		{"case [a, B(c), d.e]", "a c"},
		{"'x = 1' \"\"\"y\n= 2\"\"\" # z = 3\nw", ""},
		{"rb'x' = y", ""},
		{"a \\\n = 1", "a"},
		{"été = 1", "été"},
		{"a = 'not closed\nb = 1", "a b"},
		{"None = 1", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(strings.Fields(tt.want), append([]string{}, boundIn(tt.src)...)); diff != "" {
			t.Errorf("boundIn(%q) (-want +got):\n%s", tt.src, diff)
		}
	}
}

// Cutting a source anywhere must not make the scanner run over its end.
func TestScanPrefixes(t *testing.T) {
	const src = "x\\\n = rb'a\\'b' + \"\"\"c\\\"\"\"\" # d\r\ny := été1 <= 0x1f\\"
	for i := range len(src) + 1 {
		boundIn(src[:i])
		boundIn(src[i:])
	}
}

// A hole that no node of the tree stands for belongs to the function around it.
func TestHoleWithoutNode(t *testing.T) {
	const src = "def f():\n    x = 1\n"
	f := &FunctionDef{Span: Span{0, len(src)}, Name: Ident{Name: "f"}}
	m := &Module{Span: Span{0, len(src)}, Src: []byte(src), Body: []Stmt{f}, Holes: []Span{{13, 18}}}
	s := Resolve(m)
	b := s.Of(f).Bindings["x"]
	if b == nil || len(b.Defs) != 1 || b.Defs[0].Kind != UnknownDef {
		t.Errorf("the binding of x is %+v", b)
	}
	if s.Module.Bindings["x"] != nil {
		t.Error("x is bound in the module")
	}
}
