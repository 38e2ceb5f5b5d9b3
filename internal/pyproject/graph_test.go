package pyproject

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/py/treesitter"
	"golang.org/x/tools/txtar"
)

// program makes a program of the files of a txtar archive.
func program(t *testing.T, archive string) *py.Program {
	t.Helper()
	files := make(map[string]*py.File)
	prog := &py.Program{}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		prog.Paths = append(prog.Paths, f.Name)
		if !strings.HasSuffix(f.Name, ".py") {
			continue
		}
		m, err := treesitter.Parse(f.Data)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = &py.File{Path: f.Name, Module: m, Scopes: py.Resolve(m)}
		prog.Files = append(prog.Files, files[f.Name])
	}
	slices.Sort(prog.Paths)
	prog.Open = func(path string) *py.File { return files[path] }
	prog.Read = func(string) []byte { t.Fatal("the graph reads no file"); return nil }
	return prog
}

const backend = `
-- README.md --
-- backend/manage.py --
-- backend/config/__init__.py --
-- backend/config/celery.py --
-- backend/config/settings/__init__.py --
-- backend/config/settings/base.py --
-- backend/apps/shop/__init__.py --
-- backend/apps/shop/models.py --
-- backend/apps/shop/views.py --
-- backend/apps/redis.py --
-- tools/manage.py --
-- tools/config/__init__.py --
-- tools/report/run.py --
`

func TestResolveModule(t *testing.T) {
	prog := program(t, backend)
	g := New(prog)
	tests := []struct{ from, dotted, want string }{
		{"backend/manage.py", "config.settings.base", "backend/config/settings/base.py"},
		{"backend/manage.py", "config.settings", "backend/config/settings/__init__.py"},
		{"backend/config/settings/base.py", "config", "backend/config/__init__.py"},
		{"tools/manage.py", "config", "tools/config/__init__.py"},
		{"tools/manage.py", "config.settings", ""},
		{"README.md", "config", ""}, // two of them, and neither is nearer
		{"backend/config/settings/base.py", ".", "backend/config/settings/__init__.py"},
		{"backend/config/settings/base.py", "..celery", "backend/config/celery.py"},
		{"backend/config/settings/__init__.py", ".base", "backend/config/settings/base.py"},
		{"backend/config/settings/base.py", "......x", ""},
		{"backend/config/celery.py", "celery", ""}, // the library, not itself
		{"backend/config/celery.py", "celery.schedules", ""},
		// A folder without __init__.py is a namespace package; apps that it holds are often put on sys.path.
		{"backend/config/settings/base.py", "apps.shop.models", "backend/apps/shop/models.py"},
		{"backend/config/settings/base.py", "shop.models", "backend/apps/shop/models.py"},
		{"backend/apps/shop/views.py", "shop.models", "backend/apps/shop/models.py"},
		{"backend/config/settings/base.py", "apps", ""}, // no file
		{"backend/config/settings/base.py", "redis", ""},
		{"tools/report/run.py", "django.conf", ""},
		{"tools/report/run.py", "", ""},
	}
	for _, tt := range tests {
		got, ok := g.ResolveModule(&py.File{Path: tt.from}, tt.dotted)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("ResolveModule(%s, %q) = %q, %v; want %q", tt.from, tt.dotted, got, ok, tt.want)
		}
	}
}

func TestRoots(t *testing.T) {
	g := New(program(t, backend+`
-- lib/pyproject.toml --
-- lib/src/pkg/__init__.py --
-- lib/src/pkg/a.py --
-- lib/src/pkg/v1.2/b.py --
`))
	if diff := cmp.Diff([]string{"backend", "lib/src", "tools", "lib", ""}, g.Roots()); diff != "" {
		t.Error(diff)
	}
	for file, want := range map[string]string{
		"backend/config/settings/base.py":     "config.settings.base",
		"backend/config/settings/__init__.py": "config.settings",
		"lib/src/pkg/a.py":                    "pkg.a",
		"lib/src/pkg/v1.2/b.py":               "",
		"README.md":                           "",
		"top.py":                              "top",
		"__init__.py":                         "",
	} {
		if got := g.ModuleName(file); got != want {
			t.Errorf("ModuleName(%s) = %q, want %q", file, got, want)
		}
	}
	if got := g.RootOf("lib/src/pkg/a.py"); got != "lib/src" {
		t.Errorf("RootOf = %q", got)
	}
	if !g.Has("lib/src/pkg/a.py") || g.Has("README.md") {
		t.Error("Has does not tell Python files from others")
	}
}

func TestSibling(t *testing.T) {
	g := New(program(t, backend))
	from := &py.File{Path: "backend/config/settings/__init__.py"}
	if got, ok := g.Sibling(from, "base"); !ok || got != "backend/config/settings/base.py" {
		t.Errorf("Sibling(base) = %q, %v", got, ok)
	}
	if got, ok := g.Sibling(&py.File{Path: "backend/config/celery.py"}, "celery"); ok {
		t.Errorf("a file is no sibling of itself, got %q", got)
	}
}

func TestResolveName(t *testing.T) {
	prog := program(t, `
-- manage.py --
-- shop/__init__.py --
from .models import Cart
from . import views
import os
-- shop/models/__init__.py --
from .cart import *
from .order import Order as PlacedOrder
try:
    from shop.fast import total
except ImportError:
    from shop.slow import total
def local(): pass
-- shop/models/cart.py --
class Cart:
    def total(self): pass
class _Hidden: pass
-- shop/models/order.py --
class Order: pass
-- shop/slow.py --
def total(): pass
-- shop/views.py --
from .models import Cart as C
from shop import loop
def home(request): pass
-- shop/loop.py --
from .pool import X
-- shop/pool.py --
from .loop import X
`)
	g := New(prog)
	tests := []struct{ from, qualified, file, name string }{
		{"shop/views.py", "shop.Cart", "shop/models/cart.py", "Cart"},
		{"shop/views.py", ".models.Cart", "shop/models/cart.py", "Cart"},
		{"shop/views.py", "shop.models.Cart.total", "shop/models/cart.py", "Cart.total"},
		{"manage.py", "shop.models.PlacedOrder", "shop/models/order.py", "Order"},
		{"manage.py", "shop.models.total", "shop/slow.py", "total"},
		{"manage.py", "shop.models.local", "shop/models/__init__.py", "local"},
		{"manage.py", "shop.views", "shop/views.py", ""},
		{"manage.py", "shop.views.home", "shop/views.py", "home"},
		{"manage.py", "shop.os", "", ""},
		{"manage.py", "shop.nothing", "", ""},
		{"manage.py", "django.contrib.auth", "", ""},
		{"manage.py", "shop.loop.X", "", ""}, // two modules that import it from each other
	}
	for _, tt := range tests {
		f, name, ok := g.ResolveName(prog.Open(tt.from), tt.qualified)
		path := ""
		if f != nil {
			path = f.Path
		}
		if path != tt.file || name != tt.name || ok != (tt.file != "") {
			t.Errorf("ResolveName(%s, %q) = %q, %q, %v; want %q, %q", tt.from, tt.qualified, path, name, ok, tt.file, tt.name)
		}
	}
}
