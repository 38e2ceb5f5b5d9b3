package sessflow_test

import (
	"bytes"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/py/treesitter"
	"github.com/sesslint/sesslint/internal/pyproject"
	"github.com/sesslint/sesslint/internal/sessflow"
)

// analyzeProject runs the engine over the files of an archive; as in a run, only files that mention a session are looked at
// unless a name leads to another.
func analyzeProject(t *testing.T, archive string) *sessflow.Result {
	t.Helper()
	src := map[string][]byte{"manage.py": nil}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		src[f.Name] = f.Data
	}
	prog := &py.Program{}
	parsed := map[string]*py.File{}
	prog.Read = func(path string) []byte { return src[path] }
	prog.Open = func(path string) *py.File {
		if parsed[path] == nil {
			m, err := treesitter.Parse(src[path])
			if err != nil {
				t.Fatal(err)
			}
			if len(m.Holes) > 0 {
				t.Fatalf("%s does not parse at %v", path, m.Holes)
			}
			parsed[path] = &py.File{Path: path, Module: m, Scopes: py.Resolve(m), Test: strings.HasPrefix(path, "tests/")}
		}
		return parsed[path]
	}
	for path := range src {
		prog.Paths = append(prog.Paths, path)
	}
	sort.Strings(prog.Paths)
	for _, path := range prog.Paths {
		if bytes.Contains(bytes.ToLower(src[path]), []byte("session")) {
			prog.Files = append(prog.Files, prog.Open(path))
		}
	}
	return sessflow.Analyze(prog, pyproject.New(prog))
}

const cartPy = `
-- shop/__init__.py --
-- shop/cart.py --
class Cart:
    def __init__(self, request):
        self.session = request.session
        cart = self.session.get('cart')
        if not cart:
            cart = self.session['cart'] = {}
        self.cart = cart
    def add(self, k):
        self.cart[k] = 1
    def save(self):
        self.session.modified = True
`

func TestAcrossFiles(t *testing.T) {
	tests := []struct {
		name, archive string
		want          []string
	}{
		{"helper of another file marks", `
-- shop/__init__.py --
-- shop/utils.py --
def keep(request):
    request.session.modified = True
-- shop/views.py --
from django.shortcuts import redirect
from .utils import keep
def view(request, k):
    request.session['cart'][k] = 1
    keep(request)
    return redirect('/')
`, nil},
		{"helper of another file mutates, caller forgets", `
-- shop/__init__.py --
-- shop/utils.py --
def put(request, k):
    request.session['cart'][k] = 1
-- shop/views.py --
from django.shortcuts import redirect
from shop import utils
def view(request, k):
    utils.put(request, k)
    x = request.session
    return redirect('/')
`, []string{"request.session['cart'][k] = 1"}},
		{"helper of another file mutates, every caller marks", `
-- shop/__init__.py --
-- shop/utils.py --
def put(request, k):
    request.session['cart'][k] = 1
-- shop/views.py --
from django.shortcuts import redirect
from shop.utils import put
def view(request, k):
    put(request, k)
    request.session.modified = True
    return redirect('/')
`, nil},
		{"wrapper, its caller without a session saves", cartPy + `
-- shop/views.py --
from django.shortcuts import redirect
from .cart import Cart
def view(request, k):
    cart = Cart(request)
    cart.add(k)
    cart.save()
    return redirect('/')
`, nil},
		{"wrapper, its caller without a session forgets", cartPy + `
-- shop/views.py --
from django.shortcuts import redirect
from .cart import Cart
def view(request, k):
    cart = Cart(request)
    cart.add(k)
    return redirect('/')
`, []string{"self.cart[k] = 1"}},
		{"wrapper that only tests use", cartPy + `
-- tests/test_cart.py --
from shop.cart import Cart
def test(request):
    Cart(request).save()
`, []string{"self.cart[k] = 1"}},
		{"wrapper whose method nobody calls", cartPy + `
-- shop/views.py --
from django.shortcuts import redirect
from .cart import Cart
def view(request, k):
    cart = Cart(request)
    return redirect('/')
`, nil},
		{"only routed elsewhere", `
-- shop/__init__.py --
-- shop/views.py --
def put(request, k):
    request.session['cart'][k] = 1
-- shop/urls.py --
from django.urls import path
from . import views
urlpatterns = [path('put', views.put)]
`, []string{"request.session['cart'][k] = 1"}},
		{"class that another file derives from", cartPy + `
-- shop/other.py --
from .cart import Cart
class Saving(Cart):
    def add(self, k):
        super().add(k)
        self.save()
`, nil},
		{"base class of another file", `
-- shop/__init__.py --
-- shop/base.py --
class Base:
    def dispatch(self, request):
        request.session.modified = True
-- shop/views.py --
from .base import Base
class V(Base):
    def post(self, request, k):
        request.session['cart'][k] = 1
`, nil},
		{"name passed on by a package", `
-- shop/__init__.py --
-- shop/lib/__init__.py --
from .keep import keep
-- shop/lib/keep.py --
def keep(request):
    request.session.modified = True
-- shop/views.py --
from django.shortcuts import redirect
from shop.lib import keep
def view(request, k):
    request.session['cart'][k] = 1
    keep(request)
    return redirect('/')
`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, lostLines(analyzeProject(t, tt.archive))); diff != "" {
				t.Errorf("lost lines (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSizeAcrossFiles: a value is as large as what the function of another file returns, also where that file has nothing
// to do with sessions.
func TestSizeAcrossFiles(t *testing.T) {
	const archive = `
-- shop/__init__.py --
-- shop/data.py --
from .models import Hit
def rows(user):
    hits = Hit.objects.filter(user=user)
    return list(hits.values('a', 'b'))
def few(user):
    return list(Hit.objects.values_list('pk', flat=True)[:5])
-- shop/views.py --
from .data import rows, few
def view(request):
    data = rows(request.user)
    request.session['a'] = data
    request.session['b'] = few(request.user)
`
	got := map[string]sessflow.SizeClass{}
	for _, e := range analyzeProject(t, archive).Events {
		got[e.Key.Text] = e.Value.Shape().Class
	}
	want := map[string]sessflow.SizeClass{"a": sessflow.UnboundedRows, "b": sessflow.Unsized}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("size classes (-want +got):\n%s", diff)
	}
}
