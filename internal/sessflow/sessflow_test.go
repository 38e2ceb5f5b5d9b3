package sessflow_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/py/treesitter"
	"github.com/sesslint/sesslint/internal/pyproject"
	"github.com/sesslint/sesslint/internal/sessflow"
)

// analyze runs the engine over one file of a Django project.
func analyze(t *testing.T, src string) *sessflow.Result {
	t.Helper()
	m, err := treesitter.Parse([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Holes) > 0 {
		t.Fatalf("source does not parse at %v", m.Holes)
	}
	f := &py.File{Path: "shop/views.py", Module: m, Scopes: py.Resolve(m)}
	prog := &py.Program{Files: []*py.File{f}, Paths: []string{"manage.py", "shop/views.py"}}
	return sessflow.Analyze(prog, pyproject.New(prog))
}

// lostLines returns the lines at which mutations are lost, as they stand.
func lostLines(r *sessflow.Result) []string {
	var out []string
	for _, l := range r.Lost {
		src := string(l.File.Module.Src)
		start := l.At.Range().Start
		begin := strings.LastIndexByte(src[:start], '\n') + 1
		end := start + strings.IndexByte(src[start:]+"\n", '\n')
		line := strings.TrimSpace(src[begin:end])
		if l.LocalUse {
			line += " (local)"
		}
		out = append(out, line)
	}
	return out
}

// TestShapes holds the 21 recorded shapes: which of them survive to the next request on every engine of Django 3.2 to 6.1.
func TestShapes(t *testing.T) {
	tests := []struct {
		name, body string
		lost       bool
	}{
		{"alias", `cart = s["cart"]; cart["b"] = 2`, true},
		{"alias_reassign", `cart = s["cart"]; cart["b"] = 2; s["cart"] = cart`, false},
		{"get_default", `s.get("cart", {})["b"] = 2`, true},
		{"setdefault", `s.setdefault("cart", {})["b"] = 2`, true},
		{"iadd_list", `s["l"] += [2]`, false},
		{"append", `s["l"].append(2)`, true},
		{"iadd_num", `s["n"] += 1`, false},
		{"del_nested", `del s["cart"]["a"]`, true},
		{"pop_nested", `s["cart"].pop("a")`, true},
		{"update_nested", `s["cart"].update(b=2)`, true},
		{"update_top", `s.update({"b": 2})`, false},
		{"nested_plus_other_key", `s["cart"]["b"] = 2; s["other"] = 1`, false},
		{"other_key_then_nested", `s["other"] = 1; s["cart"]["b"] = 2`, false},
		{"nested_modified", `s["cart"]["b"] = 2; s.modified = True`, false},
		{"nested_save", `s["cart"]["b"] = 2; s.save()`, false},
		{"save_then_nested", `s.save(); s["cart"]["b"] = 2`, true},
		{"typo", `s["cart"]["b"] = 2; s.modifed = True`, true},
		{"is_modified", `s["cart"]["b"] = 2; s.is_modified = True`, true},
		{"dict_or", `s["cart"] |= {"b": 2}`, false},
		{"values_loop", "for v in s.values():\n        if isinstance(v, dict): v['b'] = 2", true},
		{"read", `s["cart"]["b"]`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src := "from django.http import HttpResponse\n\ndef view(request):\n    s = request.session\n    " + tt.body +
				"\n    return HttpResponse('ok')\n"
			got := len(analyze(t, src).Lost) > 0
			if got != tt.lost {
				t.Errorf("lost = %v, want %v\n%s", got, tt.lost, src)
			}
		})
	}
}

func TestPaths(t *testing.T) {
	tests := []struct {
		name, src string
		want      []string
	}{
		{"conditional store, then mutation", `
def view(request):
    if 'cart' not in request.session:
        request.session['cart'] = []
    request.session['cart'].append(1)
    return redirect('/')
`, []string{"request.session['cart'].append(1)"}},
		{"flag", `
def view(request):
    changed = False
    cart = request.session['cart']
    for k in list(cart):
        if cart[k] == 0:
            del cart[k]
            changed = True
    if changed:
        request.session.modified = True
    return redirect('/')
`, nil},
		{"same condition twice", `
def view(request, qty):
    if qty:
        request.session['cart']['x'] = qty
    log(qty)
    if qty:
        request.session.modified = True
    return redirect('/')
`, nil},
		{"mark in one branch only", `
def view(request, qty, other):
    request.session['cart']['x'] = qty
    if other:
        request.session.modified = True
    return redirect('/')
`, []string{"request.session['cart']['x'] = qty"}},
		{"pop marks only if the key was there", `
def view(request):
    request.session.pop('coupon', None)
    request.session['cart'].append(1)
    return redirect('/')
`, []string{"request.session['cart'].append(1)"}},
		{"pop without default always marks", `
def view(request):
    request.session.pop('coupon')
    request.session['cart'].append(1)
    return redirect('/')
`, nil},
		{"set_expiry(None) marks only if there was one", `
def view(request):
    request.session.set_expiry(None)
    request.session['cart'].append(1)
    return redirect('/')
`, []string{"request.session['cart'].append(1)"}},
		{"login marks", `
from django.contrib.auth import login
def view(request, user):
    request.session['cart'].append(1)
    login(request, user)
    return redirect('/')
`, nil},
		{"try, except KeyError", `
def view(request, k):
    try:
        request.session['cart'][k] += 1
    except KeyError:
        request.session['cart'] = {k: 1}
    return redirect('/')
`, []string{"request.session['cart'][k] += 1"}},
		{"get, then store if missing", `
def view(request, k):
    cart = request.session.get('cart')
    if not cart:
        cart = request.session['cart'] = {}
    cart[k] = 1
    return redirect('/')
`, []string{"cart[k] = 1"}},
		{"walrus", `
def view(request, k):
    if (cart := request.session.get('cart')) is not None:
        cart[k] = 1
    return redirect('/')
`, []string{"cart[k] = 1"}},
		{"tuple targets", `
def view(request, k):
    cart, n = request.session['cart'], 1
    cart[k] = n
    return redirect('/')
`, []string{"cart[k] = n"}},
		{"helper that marks", `
def keep(request):
    request.session.modified = True
def view(request, k):
    request.session['cart'][k] = 1
    keep(request)
    return redirect('/')
`, nil},
		{"helper that mutates an item", `
def put(cart, k):
    cart[k] = 1
def view(request, k):
    put(request.session['cart'], k)
    return redirect('/')
`, []string{"put(request.session['cart'], k)"}},
		{"helper whose caller marks", `
def put(request, k):
    request.session['cart'][k] = 1
def view(request, k):
    put(request, k)
    request.session.modified = True
    return redirect('/')
`, nil},
		{"helper that returns the item", `
def get_cart(request):
    if 'cart' not in request.session:
        request.session['cart'] = {}
    return request.session['cart']
def view(request, k):
    cart = get_cart(request)
    cart[k] = 1
    return redirect('/')
`, []string{"cart[k] = 1"}},
		{"wrapper class that saves", `
class Cart:
    def __init__(self, request):
        self.session = request.session
        cart = self.session.get('cart')
        if not cart:
            cart = self.session['cart'] = {}
        self.cart = cart
    def add(self, k):
        self.cart[k] = 1
        self.save()
    def save(self):
        self.session.modified = True
`, nil},
		{"wrapper class that forgets", `
class Cart:
    def __init__(self, request):
        self.session = request.session
        cart = self.session.get('cart')
        if not cart:
            cart = self.session['cart'] = {}
        self.cart = cart
    def add(self, k):
        self.cart[k] = 1
        self.save()
    def remove(self, k):
        del self.cart[k]
    def save(self):
        self.session.modified = True
`, []string{"del self.cart[k]"}},
		{"class-based view", `
from django.views import View
class CartView(View):
    def post(self, request, k):
        self.request.session['cart'][k] = 1
        return redirect('/')
`, []string{"self.request.session['cart'][k] = 1"}},
		{"property that marks", `
class Storage:
    def __init__(self, request):
        self.request = request
    def _get(self):
        self.request.session.modified = True
        return self.request.session['wizard']
    data = property(_get)
    @property
    def other(self):
        self.request.session.modified = True
        return self.request.session['other']
    def put(self, k):
        self.other[k] = 1
`, nil},
		{"copies are not the session", `
def view(request, k):
    a = dict(request.session['cart'])
    a[k] = 1
    b = request.session['cart'].copy()
    b[k] = 1
    c = [x for x in request.session['list']]
    c.append(k)
    return redirect('/')
`, nil},
		{"unknown callee may mark", `
from shop.utils import keep
def view(request, k):
    request.session['cart'][k] = 1
    keep(request)
    return redirect('/')
`, nil},
		{"early return", `
def view(request, k):
    cart = request.session['cart']
    if k in cart:
        cart[k] += 1
        return redirect('/')
    request.session['cart'] = {k: 1}
    return redirect('/')
`, []string{"cart[k] += 1"}},
		{"decorator that marks", `
def keeps(view):
    def inner(request, *args):
        response = view(request, *args)
        request.session.modified = True
        return response
    return inner
@keeps
def view(request, k):
    request.session['cart'][k] = 1
    return redirect('/')
`, nil},
		{"method decorator that marks", `
def saved(view):
    def inner(request, *args, **kwargs):
        request.session.modified = True
        return view(request, *args, **kwargs)
    return inner
from django.views import View
@method_decorator(saved, name='dispatch')
class V(View):
    def post(self, request, k):
        request.session['cart'][k] = 1
class W(View):
    @method_decorator([saved])
    def post(self, request, k):
        request.session['cart'][k] = 1
`, nil},
		{"middleware that marks", `
class Seen:
    def __init__(self, get_response):
        self.get_response = get_response
    def __call__(self, request):
        request.session['seen'] = 1
        return self.get_response(request)
def view(request, k):
    request.session['cart'][k] = 1
    return redirect('/')
`, nil},
		{"middleware that marks at times", `
class Seen:
    def __init__(self, get_response):
        self.get_response = get_response
    def __call__(self, request):
        if request.path == '/':
            request.session['seen'] = 1
        return self.get_response(request)
def view(request, k):
    request.session['cart'][k] = 1
    return redirect('/')
`, []string{"request.session['cart'][k] = 1"}},
		{"receiver of a login", `
from django.contrib.auth.signals import user_logged_in
@receiver(user_logged_in)
def f(sender, request, user, **kwargs):
    request.session['log'].append(1)
def g(sender, request, user, **kwargs):
    request.session['log'].append(1)
user_logged_in.connect(g)
`, nil},
		{"unknown base", `
from formtools.wizard.views import SessionWizardView
class V(SessionWizardView):
    def done(self, forms):
        self.request.session['cart']['k'] = 1
        return redirect('/')
`, nil},
		{"one statement, one finding", `
def view(request, k):
    request.session['cart'].setdefault('items', []).append(k)
    c = request.session['list']
    c[0], c[1] = c[1], c[0]
    return redirect('/')
`, []string{"request.session['cart'].setdefault('items', []).append(k)", "c[0], c[1] = c[1], c[0]"}},
		{"annotated", `
def view(rq: HttpRequest, k):
    rq.session['cart'][k] = 1
    return redirect('/')
def other(rq: 'http.HttpRequest', k):
    rq.session['cart'][k] = 2
    return redirect('/')
`, []string{"rq.session['cart'][k] = 1", "rq.session['cart'][k] = 2"}},
		{"display of what is shown", `
def view(request):
    cart = request.session.get('cart', {})
    for pid, item in cart.items():
        item['total'] = item['price'] * item['qty']
    return render(request, 'cart.html', {'cart': cart})
`, []string{"item['total'] = item['price'] * item['qty'] (local)"}},
		{"closures carry the request", `
def a(request, run):
    request.session['cart'].append(1)
    run(lambda: setattr(request.session, 'modified', True))
    return redirect('/')
def b(request, run):
    request.session['cart'].append(1)
    def later():
        request.session.save()
    run(later)
    return redirect('/')
def c(request, mark):
    from functools import partial
    f = partial(mark, request)
    request.session['cart'].append(1)
    f()
    return redirect('/')
`, nil},
		{"functions handed on", `
def add(request):
    request.session['cart'].append(1)
HANDLERS = {'add': add}
class V(View):
    def post(self, request, action):
        getattr(self, 'do_' + action)()
        request.session.modified = True
        return redirect('/')
    def do_add(self):
        self.request.session['cart'].append(1)
`, nil},
		{"names of methods and of views", `
class Basket:
    def __init__(self, session):
        self.items = session['cart']
    def add(self, name):
        self.items.append(name)
def add(request, name):
    Basket(request.session).add(name)
    return redirect('/')
def remove(request, pid):
    request.session['recent'].remove(pid)
    return redirect('/')
class Wishes:
    def __init__(self, request):
        self.session = request.session
        self.wishes = self.session['wishes']
    def clear(self):
        del self.wishes[0]
    def other(self):
        x = []
        x.clear()
`, []string{"self.items.append(name)", "request.session['recent'].remove(pid)", "del self.wishes[0]"}},
		{"a dispatch that marks at times", `
from django.views import View
class V(View):
    def dispatch(self, request, *args):
        if 'cart' not in request.session:
            request.session['cart'] = {}
        return super().dispatch(request, *args)
    def post(self, request, k):
        request.session['cart'][k] = 1
        return redirect('/')
`, []string{"request.session['cart'][k] = 1"}},
		{"lambda for a harmless function", `
from django.db import transaction
def view(request, k):
    request.session['cart'][k] = 1
    transaction.on_commit(lambda: request.session.save())
    return redirect('/')
`, nil},
		{"a mark that depends on the change", `
import copy
def a(request):
    cart = request.session['cart']
    before = copy.deepcopy(cart)
    cart.pop('x', None)
    if cart != before:
        request.session['cart'] = cart
    return redirect('/')
def clean(cart):
    changed = False
    for k in list(cart):
        if not cart[k]:
            del cart[k]
            changed = True
    return changed
def b(request):
    if clean(request.session['cart']):
        request.session.modified = True
    return redirect('/')
def c(request):
    cart, changes = request.session['cart'], []
    if 'x' in cart:
        del cart['x']
        changes.append('x')
    if changes:
        request.session['cart'] = cart
    return redirect('/')
def d(request):
    if request.session.get('c', {}).pop('a', None) is not None:
        request.session.modified = True
    return redirect('/')
def e(request):
    c = request.session['c']
    had = 'a' in c
    c.pop('a', None)
    if had:
        request.session['c'] = c
    return redirect('/')
def f(request):
    cart = request.session['cart']
    removed = [cart.pop(k, None) for k in ('a', 'b')]
    if any(removed):
        request.session.modified = True
    return redirect('/')
def g(request):
    cart = request.session.get('cart', {})
    cart.pop('x', None)
    if not cart:
        request.session.pop('cart', None)
    else:
        request.session['cart'] = cart
    return redirect('/')
def h(request):
    dirty = False
    def mark():
        nonlocal dirty
        dirty = True
    request.session['a'].append(1)
    mark()
    if dirty:
        request.session.modified = True
    return redirect('/')
def i(request):
    request.session['cart']['x'] = 1
    if not request.session.modified:
        request.session.modified = True
    return redirect('/')
def j(request):
    request.session['cart']['x'] = 1
    request.session.modified |= True
    return redirect('/')
def k(request):
    request.session['cart']['x'] = 1
    getattr(request.session, 'save')()
    return redirect('/')
`, nil},
		{"a return that depends on the change", `
def a(request):
    c = request.session.get('c', {})
    if c.setdefault('x', 1) != 1:
        return redirect('/')
    request.session['c'] = c
    return redirect('/')
`, nil},
		{"many independent marks", `
def a(request, y):
    cart = request.session['cart']
    cart['x'] = 1
    if y.a:
        request.session['a'] = 1
    if y.b:
        request.session['b'] = 1
    if y.c:
        request.session['c'] = 1
    if y.d:
        request.session['d'] = 1
    if y.e:
        request.session['e'] = 1
    if y.f:
        request.session['f'] = 1
    if y.g:
        request.session['g'] = 1
    return redirect('/')
`, []string{"cart['x'] = 1"}},
		{"a condition that has nothing to do with it", `
def a(request, k, other):
    cart = request.session['cart']
    cart[k] = 1
    if other:
        request.session['cart'] = cart
    return redirect('/')
def b(request, k):
    cart = request.session['cart']
    cart[k] = 1
    if len(cart) > 10:
        return redirect('/full')
    return redirect('/')
`, []string{"cart[k] = 1", "cart[k] = 1"}},
		{"a local variable of the function's name", `
def recent(request, pid):
    recent = request.session['recent']
    recent.append(pid)
    print(recent)
    x = [recent]
def seen(request, pid):
    seen = len(request.session['seen'])
    other(seen)
    request.session['seen'].append(pid)
`, []string{"recent.append(pid) (local)", "request.session['seen'].append(pid)"}},
		{"a view that a view returns", `
def step(request, k):
    request.session['cart'][k] = 1
    return render(request, 'x.html')
def main(request, k):
    request.session['x'] = 1
    return step(request, k)
def other(r: HttpRequest | None, k):
    r.session['cart'][k] = 2
`, []string{"r.session['cart'][k] = 2"}},
		{"match", `
def view(request, k):
    match k:
        case 'add':
            request.session['cart'].append(k)
        case 'clear':
            request.session['cart'] = []
    return redirect('/')
`, []string{"request.session['cart'].append(k)"}},
		{"with", `
def view(request, k):
    with lock:
        request.session['cart'].append(k)
        request.session.modified = True
    return redirect('/')
`, nil},
		{"comprehension with an effect", `
def view(request, ks):
    [request.session['cart'].append(k) for k in ks]
    return redirect('/')
`, []string{"[request.session['cart'].append(k) for k in ks]"}},
		{"another framework", `
from flask import session, request
def view(request, k):
    request.session['cart'][k] = 1
    return redirect('/')
`, nil},
		{"other sessions", `
import requests
def fetch(session):
    session.headers['a'] = 1
    session.cookies['x']['y'] = 2
    s = requests.Session()
    s.headers.update({'a': 1})
`, nil},
		{"context", `
from django import template
def tag(context, k):
    context['request'].session['cart'][k] = 1
`, []string{"context['request'].session['cart'][k] = 1"}},
		{"async", `
async def view(request, k):
    cart = await request.session.aget('cart')
    cart[k] = 1
    return redirect('/')
async def good(request, k):
    cart = await request.session.aget('cart')
    cart[k] = 1
    await request.session.aset('cart', cart)
    return redirect('/')
`, []string{"cart[k] = 1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, lostLines(analyze(t, "from django.shortcuts import redirect, render\n"+tt.src))); diff != "" {
				if !strings.Contains(tt.src, "flask") {
					t.Errorf("lost lines (-want +got):\n%s", diff)
				} else if got := lostLines(analyze(t, tt.src)); len(got) > 0 {
					t.Errorf("lost lines in another framework: %q", got)
				}
			}
		})
	}
}
