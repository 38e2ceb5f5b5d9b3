package py_test

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/py/treesitter"
)

func parse(t *testing.T, src string) *py.Module {
	t.Helper()
	m, err := treesitter.Parse([]byte(src))
	if err != nil {
		t.Fatalf("parse: %v\n%s", err, src)
	}
	return m
}

// parseWhole is parse for sources that must not have holes.
func parseWhole(t *testing.T, src string) *py.Module {
	t.Helper()
	m := parse(t, src)
	if len(m.Holes) > 0 {
		t.Fatalf("holes %v in\n%s", m.Holes, src)
	}
	return m
}

// find returns the nodes of type T in source order.
func find[T py.Node](root py.Node) []T {
	var out []T
	py.Inspect(root, func(n py.Node) bool {
		if x, ok := n.(T); ok {
			out = append(out, x)
		}
		return true
	})
	return out
}

func scopeName(sc *py.Scope) string {
	switch n := sc.Node.(type) {
	case *py.ClassDef:
		return "class " + n.Name.Name
	case *py.FunctionDef:
		return "def " + n.Name.Name
	case *py.Lambda:
		return "lambda"
	case *py.Comp:
		return n.Kind
	}
	return "module"
}

var defKinds = map[py.DefKind]string{
	py.AssignDef: "assign", py.AugDef: "aug", py.ParamDef: "param", py.ImportDef: "import", py.FuncDef: "def",
	py.ClassDefn: "class", py.DelDef: "del", py.UnknownDef: "unknown", py.AnnDef: "annotation",
}

// dumpScopes prints each scope with its bindings, and then each name that is used with the line of the use and the scope that
// binds it.
func dumpScopes(m *py.Module) string {
	s := py.Resolve(m)
	scopes := []*py.Scope{s.Module}
	py.Inspect(m, func(n py.Node) bool {
		if sc := s.Of(n); sc != nil && sc != s.Module {
			scopes = append(scopes, sc)
		}
		return true
	})
	line := func(offset int) int { return 1 + bytes.Count(m.Src[:offset], []byte("\n")) }
	var w strings.Builder
	for _, sc := range scopes {
		fmt.Fprintf(&w, "%s:", scopeName(sc))
		names := make([]string, 0, len(sc.Bindings))
		for name := range sc.Bindings {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			var defs []string
			for _, d := range sc.Bindings[name].Defs {
				text := defKinds[d.Kind]
				if d.Target != "" {
					text += " " + d.Target
				}
				if d.Value != nil {
					text += "=" + py.Source(m, d.Value)
				}
				defs = append(defs, text)
			}
			fmt.Fprintf(&w, " %s(%s)", name, strings.Join(defs, ", "))
		}
		w.WriteByte('\n')
	}
	names := find[*py.Name](m)
	slices.SortStableFunc(names, func(a, b *py.Name) int { return cmp.Compare(a.Start, b.Start) })
	for _, n := range names {
		where := "?"
		if b := s.Binding(n); b != nil {
			where = scopeName(b.Scope)
		}
		fmt.Fprintf(&w, "%d %s -> %s\n", line(n.Start), n.ID, where)
	}
	return w.String()
}

func TestResolve(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{
			name: "assignments",
			src: `
a = b = 1
c: int = 2
d: int
e += 1
f, (g, *h) = x
i, j = 1, 2
del a
z.attr = z[k] = 3
`,
			want: `
module: a(assign=1, del) b(assign=1) c(assign=2) d(annotation) e(aug) f(assign) g(assign) h(assign) i(assign=1) j(assign=2)
2 a -> module
2 b -> module
3 c -> module
3 int -> ?
4 d -> module
4 int -> ?
5 e -> module
6 f -> module
6 g -> module
6 h -> module
6 x -> ?
7 i -> module
7 j -> module
8 a -> module
9 z -> ?
9 z -> ?
9 k -> ?
`,
		},
		{
			name: "statements that bind",
			src: `
for a, b in c: pass
with d as e, f as (g, h): pass
try: pass
except X as i: pass
match j:
    case [k, *l] if m: pass
    case {"x": n, **o}: pass
    case P(q, r=s) as u: pass
type v = w
`,
			want: `
module: a(assign) b(assign) e(assign) g(assign) h(assign) i(assign) k(assign) l(assign) n(assign) o(assign) q(assign) s(assign) u(assign) v(assign)
2 a -> module
2 b -> module
2 c -> ?
3 d -> ?
3 e -> module
3 f -> ?
3 g -> module
3 h -> module
5 X -> ?
5 i -> module
6 j -> ?
7 k -> module
7 l -> module
7 m -> ?
8 n -> module
8 o -> module
9 q -> module
9 s -> module
9 u -> module
10 w -> ?
`,
		},
		{
			name: "imports",
			src: `
import a.b
import c.d as e
from f.g import h, i as j
from . import k
from ..l import m
from n import *
from .o import *
`,
			want: `
module: a(import a) e(import c.d) h(import f.g.h) j(import f.g.i) k(import .k) m(import ..l.m)
`,
		},
		{
			name: "functions",
			src: `
@deco
def f(a: T, b=a, /, *args, c, **kw) -> R:
    global g
    g = a
    local = b
    def inner():
        nonlocal local
        local = c
        return inner, g
`,
			want: `
module: f(def) g(assign=a)
def f: a(param) args(param) b(param) c(param) inner(def) kw(param) local(assign=b, assign=c)
def inner:
2 deco -> ?
3 T -> ?
3 a -> ?
3 R -> ?
5 g -> module
5 a -> def f
6 local -> def f
6 b -> def f
9 local -> def f
9 c -> def f
10 inner -> def f
10 g -> module
`,
		},
		{
			name: "class scopes are not seen from inside",
			src: `
x = 0
class C(Base, metaclass=M):
    x = 1
    y = x
    z = [x for _ in x]
    def f(self, d=x):
        return x, C
    g = lambda self, d=x: x
`,
			want: `
module: C(class) x(assign=0)
class C: f(def) g(assign=lambda self, d=x: x) x(assign=1) y(assign=x) z(assign=[x for _ in x])
list: _(assign)
def f: d(param) self(param)
lambda: d(param) self(param)
2 x -> module
3 Base -> ?
3 M -> ?
4 x -> class C
5 y -> class C
5 x -> class C
6 z -> class C
6 x -> module
6 _ -> list
6 x -> class C
7 x -> class C
8 x -> module
8 C -> module
9 g -> class C
9 x -> class C
9 x -> module
`,
		},
		{
			name: "a class body sees the global name until it binds its own",
			src: `
x = 0
class C:
    x = x
    y = x
def f(x):
    class D:
        x = x
`,
			want: `
module: C(class) f(def) x(assign=0)
class C: x(assign=x) y(assign=x)
def f: D(class) x(param)
class D: x(assign=x)
2 x -> module
4 x -> class C
4 x -> module
5 y -> class C
5 x -> class C
8 x -> class D
8 x -> module
`,
		},
		{
			name: "comprehensions and walrus",
			src: `
def f(rows):
    r = {k: (last := v) for k, v in rows if k for w in v}
    g = (rows for rows in rows)
    if (n := len(r)) > 1: pass
    return last, n
`,
			want: `
module: f(def)
def f: g(assign=(rows for rows in rows)) last(assign=v) n(assign=len(r)) r(assign={k: (last := v) for k, v in rows if k for w in v}) rows(param)
dict: k(assign) v(assign) w(assign)
generator: rows(assign)
3 r -> def f
3 k -> dict
3 last -> def f
3 v -> dict
3 k -> dict
3 v -> dict
3 rows -> def f
3 k -> dict
3 w -> dict
3 v -> dict
4 g -> def f
4 rows -> generator
4 rows -> generator
4 rows -> def f
5 n -> def f
5 len -> ?
5 r -> def f
6 last -> def f
6 n -> def f
`,
		},
		{
			name: "walrus under global, and in nested comprehensions",
			src: `
def f():
    global total
    [[total := x for x in y] for y in z]
`,
			want: `
module: f(def) total(assign=x)
def f:
list: y(assign)
list: x(assign)
4 total -> module
4 x -> list
4 x -> list
4 y -> list
4 y -> list
4 z -> ?
`,
		},
		{
			name: "a global statement holds for the functions inside",
			src: `
def f(x):
    def g():
        global x
        def h():
            return x
        return x
    return x
x = 1
`,
			want: `
module: f(def) x(assign=1)
def f: g(def) x(param)
def g: h(def)
def h:
6 x -> module
7 x -> module
8 x -> def f
9 x -> module
`,
		},
		{
			name: "global in a class, nonlocal through a class",
			src: `
def f():
    n = 1
    class C:
        global g
        g = 1
        nonlocal n
        n = 2
    return n
`,
			want: `
module: f(def) g(assign=1)
def f: C(class) n(assign=1, assign=2)
class C:
3 n -> def f
6 g -> module
8 n -> def f
9 n -> def f
`,
		},
		{
			name: "star imports in functions bind nothing that is known",
			src: `
def f():
    from os import *
    return path
`,
			want: `
module: f(def)
def f:
4 path -> ?
`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := dumpScopes(parseWhole(t, tt.src))
			if diff := gocmp.Diff(strings.TrimPrefix(tt.want, "\n"), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestResolveHoles(t *testing.T) {
	tests := []struct {
		name, src string
		unknown   []string // names with a def of unknown kind, and their scope
	}{
		{"target", "x = = 1\n", []string{"module x"}},
		{"several targets", "a, b.c, d[0] = = 1\n", []string{"module a"}},
		{"loop", "for i, j in in x:\n    pass\n", []string{"module i", "module j"}},
		{"import", "from x import (a, b as c,, d)\n", []string{"module a", "module b", "module c", "module d"}},
		{"string and comment", "'x = 1' = = # y = 2\n", nil},
		{"function", "def f(request):\n    request = = 1\n    return request\n", []string{"def f request"}},
		{"tuple parameter", "def f(a, (b, c)):\n    return b\n", []string{"def f b", "def f c"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, tt.src)
			if len(m.Holes) == 0 && tt.name != "tuple parameter" {
				t.Fatal("no hole")
			}
			s := py.Resolve(m)
			var got []string
			collect := func(sc *py.Scope) {
				for name, b := range sc.Bindings {
					if slices.ContainsFunc(b.Defs, func(d py.Def) bool { return d.Kind == py.UnknownDef }) {
						got = append(got, scopeName(sc)+" "+name)
					}
				}
			}
			collect(s.Module)
			for _, f := range find[*py.FunctionDef](m) {
				collect(s.Of(f))
			}
			slices.Sort(got)
			if diff := gocmp.Diff(tt.unknown, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestQualified(t *testing.T) {
	const imports = `
import django.contrib.auth
import os.path as osp
from django.contrib import auth, messages as msg
from .models import Cart
from .. import pkg
from ..other import thing
from . import *
from ..base.settings import *
try:
    import simplejson as json
except ImportError:
    import json
try:
    from redis import Redis
except (ImportError, AttributeError):
    Redis = None
try:
    import cPickle as pickle
except ImportError:
    try:
        import pickle
    except ImportError:
        pickle = None
try:
    import caught
except ValueError:
    caught = None
try:
    import tried
    tried = tried.x
except ImportError:
    pass
if django.VERSION >= (2, 0):
    from django.urls import reverse
else:
    from django.core.urlresolvers import reverse
if flag:
    from a import chosen
else:
    from b import chosen
if TYPE_CHECKING:
    from typing import Any as T
else:
    T = object
import rebound
rebound = wrap(rebound)
import same
import same
import gone
del gone
annotated: int
import annotated
def local(param):
    from inner import name
    return name
`
	tests := []struct{ expr, want string }{
		{"django.contrib.auth.login", "django.contrib.auth.login"},
		{"osp.join", "os.path.join"},
		{"auth.login", "django.contrib.auth.login"},
		{"msg", "django.contrib.messages"},
		{"Cart.objects.get", ".models.Cart.objects.get"},
		{"pkg.x", "..pkg.x"},
		{"thing", "..other.thing"},
		{"json.dumps", "simplejson.dumps"},
		{"Redis", "redis.Redis"},
		{"pickle.loads", "cPickle.loads"},
		{"caught", ""},
		{"tried", ""},
		{"reverse", "django.urls.reverse"},
		{"chosen", ""},
		{"T", ""},
		{"rebound", ""},
		{"same.x", "same.x"},
		{"gone.x", "gone.x"},
		{"annotated.x", "annotated.x"},
		{"local", ""},
		{"dict", "builtins.dict"},
		{"str.lower", "builtins.str.lower"},
		{"nothing.at.all", ""},
		{"f().x", ""},
		{"(lambda dict: dict)", ""},
		{"1", ""},
	}
	for _, tt := range tests {
		m := parseWhole(t, imports+"WANTED = "+tt.expr+"\n")
		s := py.Resolve(m)
		e := m.Body[len(m.Body)-1].(*py.Assign).Value
		if got := s.Qualified(e); got != tt.want {
			t.Errorf("Qualified(%s) = %q, want %q", tt.expr, got, tt.want)
		}
	}
	m := parseWhole(t, imports)
	s := py.Resolve(m)
	if diff := gocmp.Diff([]string{".", "..base.settings"}, s.Stars()); diff != "" {
		t.Errorf("Stars (-want +got):\n%s", diff)
	}
	ret := find[*py.Return](m)[0]
	if got := s.Qualified(ret.Value); got != "inner.name" {
		t.Errorf("Qualified of an import in a function = %q", got)
	}
	// A parameter hides the builtin.
	m = parseWhole(t, "def f(dict):\n    return dict\n")
	if got := py.Resolve(m).Qualified(find[*py.Return](m)[0].Value); got != "" {
		t.Errorf("Qualified of a parameter = %q", got)
	}
}

func TestSymbol(t *testing.T) {
	const src = `x = 1
@deco
class Cart(Base):
    y = 2
    @property
    def add(self):
        if z:
            def inner(): return w
        try: pass
        except E: v
after = 1
`
	m := parseWhole(t, src)
	s := py.Resolve(m)
	tests := []struct{ at, want string }{
		{"x = 1", ""},
		{"deco", "Cart"},
		{"Base", "Cart"},
		{"y = 2", "Cart"},
		{"property", "Cart.add"},
		{"z:", "Cart.add"},
		{"return w", "Cart.add.inner"},
		{"E: v", "Cart.add"},
		{"v\n", "Cart.add"},
		{"after", ""},
	}
	for _, tt := range tests {
		offset := strings.Index(src, tt.at)
		if got := s.Symbol(offset); got != tt.want {
			t.Errorf("Symbol at %q = %q, want %q", tt.at, got, tt.want)
		}
		if got := len(s.Enclosing(offset)); tt.want != "" && got != 1+strings.Count(tt.want, ".") {
			t.Errorf("Enclosing at %q has %d nodes", tt.at, got)
		}
	}
	for _, offset := range []int{-1, len(src), len(src) + 5} {
		if got := s.Symbol(offset); got != "" {
			t.Errorf("Symbol(%d) = %q", offset, got)
		}
	}
}
