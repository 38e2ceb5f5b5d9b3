package sessflow_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
)

// eventLines renders events as "kind key" with what else tells them apart.
func eventLines(r *sessflow.Result) []string {
	names := map[sessflow.EventKind]string{
		sessflow.Read: "read", sessflow.Write: "write", sessflow.Delete: "delete", sessflow.MarkModified: "modified",
		sessflow.Save: "save", sessflow.Create: "create", sessflow.SetExpiry: "expiry", sessflow.CycleKey: "cycle",
		sessflow.Flush: "flush", sessflow.Clear: "clear", sessflow.TestCookie: "testcookie", sessflow.Login: "login",
		sessflow.Logout: "logout", sessflow.Purge: "purge",
	}
	var out []string
	for _, e := range r.Events {
		s := names[e.Kind]
		if e.Key.Text != "" {
			s += " " + e.Key.String()
		}
		if e.Nested {
			s += " nested"
		}
		for _, g := range e.Guards {
			s += fmt.Sprintf(" [%s=%v]", py.Source(e.File.Module, g.Cond), g.Taken)
		}
		for _, c := range e.Callers {
			s += " <" + c.Func.Name()
		}
		out = append(out, s)
	}
	return out
}

func TestEvents(t *testing.T) {
	tests := []struct {
		name, src string
		want      []string
	}{
		{"keys", `
KEY = 'cart'
class V:
    KEY = 'own'
    def get(self, request, k):
        request.session[KEY] = 1
        request.session[self.KEY]
        request.session[k] = 2
        request.session[f'{KEY}_x'] = 3
        del request.session['gone']
        'a' in request.session
`, []string{"write 'cart'", "read 'own'", "write k", "write 'cart_x'", "delete 'gone'", "read 'a'"}},
		{"methods", `
def view(request):
    s = request.session
    s.update({'a': 1, 'b': 2})
    s.pop('c', None)
    s.setdefault('d', 1)
    s.cycle_key()
    s.create()
    s.save()
    s.set_expiry(300)
    s.set_test_cookie()
    s.clear()
    s.flush()
    s.modified = True
`, []string{"write 'a'", "write 'b'", "delete 'c'", "write 'd'", "cycle", "create", "save", "expiry", "testcookie", "clear", "flush", "modified"}},
		{"auth", `
from django.contrib import auth
from django.contrib.auth import login, logout as leave
def view(request, user):
    login(request, user)
    auth.logout(request)
    leave(request)
`, []string{"login", "logout", "logout"}},
		{"guards", `
def view(request, form, remember):
    if not form.is_valid():
        return
    if remember:
        request.session.set_expiry(100)
    else:
        request.session.set_expiry(0)
`, []string{"expiry [form.is_valid()=true] [remember=true]", "expiry [form.is_valid()=true] [remember=false]"}},
		{"callers", `
from django.contrib.sessions.models import Session
from django.core.management import call_command
def purge():
    Session.objects.filter(expire_date__lt=now()).delete()
def also():
    call_command('clearsessions')
def view(request):
    purge()
    also()
    Session.objects.filter(pk=request.session.session_key).delete()
    Session.objects.all().delete()
`, []string{"purge <view", "purge <view", "purge"}},
		{"two callers of one helper", `
def sweep():
    Session.objects.filter(expire_date__lt=now()).delete()
def first(request):
    sweep()
def second(request):
    sweep()
from django.contrib.sessions.models import Session
`, []string{"purge <first <second"}},
		{"receivers", `
def a(context):
    context['request'].session['a'] = 1
def b(info):
    info.context.session['b'] = 1
class C:
    def go(self):
        self.context['request'].session['c'] = 1
        self.request.session['d'] = 1
        self.basket.request.session['e'] = 1
def f(s: HttpRequest, t: SessionBase):
    s.session['f'] = 1
    t['g'] = 1
def g(session):
    session['h'] = 1
    session.modified = True
def h(request):
    getattr(request, 'session')['i'] = 1
`, []string{"write 'a'", "write 'b'", "write 'c'", "write 'd'", "write 'e'", "write 'f'", "write 'g'", "write 'h'", "modified", "write 'i'"}},
		{"not sessions", `
import requests, boto3
def a(session):
    session['x'] = 1
def b(db):
    with db.Session() as session:
        session.add(1)
        session['y'] = 1
def c():
    s = requests.Session()
    s.headers['z'] = 1
    boto3.session['w'] = 1
class D:
    def __init__(self, session):
        self.session = session
    def go(self):
        self.session['q'] = 1
`, nil},
		{"nested write", `
def view(request, big):
    request.session['a']['b'] = big
`, []string{"read 'a'", "write 'a' nested"}},
		{"store of its own", `
from django.contrib.sessions.backends.db import SessionStore
def job(key):
    s = SessionStore(session_key=key)
    s['a'] = 1
    s.save()
    SessionStore.clear_expired()
`, []string{"write 'a'", "save", "purge"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src := "from django.http import HttpRequest\nfrom django.contrib.sessions.backends.base import SessionBase\n" + tt.src
			if diff := cmp.Diff(tt.want, eventLines(analyze(t, src))); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTerminates feeds shapes that could make a careless interpreter run for ever or explode.
func TestTerminates(t *testing.T) {
	var many strings.Builder
	many.WriteString("def view(request, a):\n")
	for i := range 200 {
		fmt.Fprintf(&many, "    if a.f%d:\n        request.session['c']['k'] = %d\n    if a.f%d:\n        x%d = a\n", i, i, i, i)
	}
	var chain strings.Builder
	for i := range 60 {
		fmt.Fprintf(&chain, "def f%d(request):\n    f%d(request)\n    f%d(request)\n    request.session['a']['b'] = 1\n", i, i+1, i+2)
	}
	for name, src := range map[string]string{
		"recursion":        "def f(request):\n    request.session['a']['b'] = 1\n    return f(request)\n",
		"mutual recursion": "def f(request):\n    g(request)\ndef g(request):\n    f(request)\n    request.session['a']['b'] = 1\n",
		"many branches":    many.String(),
		"call chain":       chain.String(),
		"growing list":     "def f(request):\n    x = []\n    while g():\n        x = [x]\n        y = x\n        x.append(y)\n        request.session['a'] = x\n",
		"self reference":   "class A:\n    def __init__(self, request):\n        self.a = self\n        self.s = request.session\n    def go(self):\n        self.a.a.a.s['x']['y'] = 1\n        self.go()\n",
		"base of itself":   "class A(A):\n    def get(self, request):\n        request.session['x']['y'] = 1\n",
	} {
		t.Run(name, func(t *testing.T) { analyze(t, src) })
	}
}

// TestOverflowIsSilent: where paths are too many to be told apart, no mutation is called lost.
func TestOverflowIsSilent(t *testing.T) {
	var b strings.Builder
	b.WriteString("from django.shortcuts import redirect\ndef view(request, a):\n    request.session['c']['k'] = 1\n")
	for i := range 10 {
		fmt.Fprintf(&b, "    if a.f%d:\n        a.g()\n", i)
	}
	for i := range 10 {
		fmt.Fprintf(&b, "    if a.f%d:\n        request.session.modified = True\n", i)
	}
	b.WriteString("    return redirect('/')\n")
	if got := lostLines(analyze(t, b.String())); len(got) > 0 {
		t.Errorf("lost = %q, want none: the analysis overflowed", got)
	}
}
