//go:build cgo

package treesitter

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/sesslint/sesslint/internal/py"
)

// checkInvariants returns the first thing that is wrong with a module whatever its source is.
func checkInvariants(mod *py.Module) error {
	if want := (py.Span{Start: 0, End: len(mod.Src)}); mod.Span != want {
		return fmt.Errorf("span of the module is %v, want %v", mod.Span, want)
	}
	for i, hole := range mod.Holes {
		if !mod.Contains(hole) || hole.Start > hole.End {
			return fmt.Errorf("hole %v lies outside of the file", hole)
		}
		if i > 0 && hole.Start <= mod.Holes[i-1].End {
			return fmt.Errorf("hole %v does not lie behind hole %v", hole, mod.Holes[i-1])
		}
	}
	for i, c := range mod.Comments {
		if !mod.Contains(c.Span) || c.Start >= c.End || mod.Src[c.Start] != '#' || bytes.ContainsAny(mod.Src[c.Start:c.End], "\r\n") {
			return fmt.Errorf("comment %v is none", c.Span)
		}
		if i > 0 && c.Start < mod.Comments[i-1].End {
			return fmt.Errorf("comment %v does not lie behind comment %v", c.Span, mod.Comments[i-1].Span)
		}
	}
	last := 0
	for _, s := range mod.Body {
		if s.Range().Start < last {
			return fmt.Errorf("%T %v overlaps the statement before it", s, s.Range())
		}
		last = s.Range().End
		if err := checkNode(mod, mod, s, 1); err != nil {
			return err
		}
	}
	return nil
}

func checkNode(mod *py.Module, parent, n py.Node, depth int) error {
	span := n.Range()
	if span.Start > span.End || !parent.Range().Contains(span) {
		return fmt.Errorf("%T %v lies outside of its parent %T %v", n, span, parent, parent.Range())
	}
	if depth > maxDepth+10 {
		return fmt.Errorf("%T %v lies %d levels deep", n, span, depth)
	}
	switch n := n.(type) {
	case *py.Name:
		if text := py.Source(mod, n); n.ID != text || text == "" {
			return fmt.Errorf("name %q stands for %q", n.ID, text)
		}
	case *py.Number:
		if text := py.Source(mod, n); n.Text != text {
			return fmt.Errorf("number %q stands for %q", n.Text, text)
		}
	case *py.Attribute:
		if got := string(mod.Src[n.Attr.Start:n.Attr.End]); got != n.Attr.Name || !span.Contains(n.Attr.Span) {
			return fmt.Errorf("attribute %q stands for %q", n.Attr.Name, got)
		}
	case *py.Call:
		if n.Rparen < span.Start || n.Rparen >= span.End {
			return fmt.Errorf("parenthesis at %d of call %v", n.Rparen, span)
		}
	case *py.FunctionDef:
		if got := string(mod.Src[n.Name.Start:n.Name.End]); got != n.Name.Name || !span.Contains(n.Name.Span) {
			return fmt.Errorf("function %q stands for %q", n.Name.Name, got)
		}
		if n.Def < span.Start || n.Def > span.End {
			return fmt.Errorf("def at %d of function %v", n.Def, span)
		}
	case *py.BadExpr, *py.BadStmt:
		if !inHole(mod, span) {
			return fmt.Errorf("%T %v is not in a hole", n, span)
		}
	}
	var err error
	last := span.Start
	py.Inspect(n, func(c py.Node) bool {
		if c == n {
			return true
		}
		if err == nil {
			err = checkNode(mod, n, c, depth+1)
		}
		if err == nil && c.Range().Start < last {
			err = fmt.Errorf("%T %v starts in front of the sibling before it", c, c.Range())
		}
		last = c.Range().Start
		return false
	})
	return err
}

func inHole(mod *py.Module, span py.Span) bool {
	for _, hole := range mod.Holes {
		if hole.Contains(span) {
			return true
		}
	}
	return false
}

// FuzzParse checks that no input makes Parse panic, and that what it returns is sound.
func FuzzParse(f *testing.F) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 1<<16 {
			t.Skip()
		}
		mod, err := Parse(src)
		if err != nil {
			if !errors.Is(err, ErrNUL) && !errors.Is(err, ErrTimeout) {
				t.Fatal(err)
			}
			return
		}
		if err := checkInvariants(mod); err != nil {
			t.Fatal(err)
		}
	})
}

// seeds are small files with much in them.
var seeds = []string{
	"import a, b.c as d\nfrom .e import (f as g, h,)\nfrom i import *\n",
	"@a.b(c)\nasync def f(a, /, b: int = 1, *c, d=2, **e) -> g[h]:\n\t'doc'\n\tawait x ** 2; return\n",
	"class A[T](B, metaclass=C):\n  x: list[int] | None = None # c\n  type(x).y = 1\n",
	"try:\n a\nexcept A, b: c\nexcept (A, B) as d: e\nelse: f\nfinally: g\n",
	"try: a\nexcept *A, B, C: b\n",
	"match a:\n case {'k': [b, *c], **d} | E(f=g) as h if i: j\n case _: k\n",
	"with (a as b, c if d else e as f): g\nfor a, in *b, c: d\nelse: e\nwhile a: break\n",
	"x = f'{a!r:>{b}}{c=}{{' 'd' rf'''{e['f']}\n''' '\\N{DASH}'\n",
	"print 'a' % b, c\nprint >>f, `g`\nexec a in b, c\nraise A, b\nx = 0777L <> ur'a'\n",
	"(a := b if c else d) & e ^ f(*g or h, **i)[j:k:l, *m]\n",
	"{% if a %}\nb = [\n{{ c }}\n]\n{% endif %}\ndef f(:\n  a b\n",
	"if a:\n\tb\n        c\nelif d: e\nelse:\n    f(\ng)\n",
	"\ufeff# -*- coding: latin-1 -*-\r\nx = '\xe9'\r\ry = 1\f\r\n",
	"a = (1,\\\n 2) \\\n + 3; del b, (c); global d\nassert e, f\n",
	"type A[B: (int, str)] = C\nlambda *a, b=1: (yield from c)\nt'{x}'\n",
}

// TestSeeds runs the seeds, and each prefix and suffix of them, through the checks of FuzzParse.
func TestSeeds(t *testing.T) {
	for _, seed := range seeds {
		for i := 0; i <= len(seed); i++ {
			for _, src := range []string{seed[:i], seed[i:]} {
				if err := checkInvariants(parse(t, src)); err != nil {
					t.Errorf("%q: %v", src, err)
				}
			}
		}
	}
}

// TestUnrepaired lowers the trees that tree-sitter makes of broken source, which Parse does only where repair fails.
func TestUnrepaired(t *testing.T) {
	for _, seed := range seeds {
		for i := 0; i <= len(seed); i++ {
			for _, src := range []string{seed[:i], seed[i:]} {
				r := newRepairer(readable([]byte(src)), time.Now().Add(Timeout))
				err := r.withTree(r.out, func(nodes []node) {
					mod, _ := lowerModule([]byte(src), nodes, kindOf, r)
					if err := checkInvariants(mod); err != nil {
						t.Errorf("%q: %v", src, err)
					}
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
