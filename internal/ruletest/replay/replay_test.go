package replay

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sesslint/sesslint/internal/py/treesitter"
	"github.com/sesslint/sesslint/sessionstore"
)

const testSettings = `
import os
SECRET_KEY = os.environ["SECRET_KEY"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
`

// project makes a project of views and, after a line "-- settings --", further settings.
func project(t *testing.T, text string) *Project {
	t.Helper()
	views, settings, _ := strings.Cut(text, "-- settings --\n")
	p, err := Load(map[string][]byte{
		"settings.py":      []byte(testSettings + settings),
		"shop/__init__.py": nil,
		"shop/views.py":    []byte(views),
		"shop/tools.py":    []byte("LIMIT = 3\n\n\ndef double(n):\n    return n * 2\n"),
		"crontab":          []byte("# 0 0 * * * x clearsessions\n30 3 * * * shop python manage.py clearsessions\n"),
	}, treesitter.Parse)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func site(t *testing.T, text string) *Site {
	t.Helper()
	s, err := project(t, text).NewSite(sessionstore.V61)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestLanguage runs expressions and statements whose result is known from Python.
func TestLanguage(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"arithmetic", `return HttpResponse(str(7 // 2 + 7 % 4 - -3 * 2 + int(5 / 2)))`, "14"},
		{"floor and modulo of negatives", `return HttpResponse(f"{-7 // 2} {-7 % 3}")`, "-4 2"},
		{"text", `return HttpResponse("a" + "b" * 3 + "-%s-%d" % ("x", 2) + ",".join(["p", "q"]).upper())`, "abbb-x-2P,Q"},
		{"f-string", `n = 3` + "\n    " + `return HttpResponse(f"n is {n}{'!'}")`, "n is 3!"},
		{"compare", `return HttpResponse(str(1 < 2 <= 2 != 3 and not "" and "b" in "abc" and 1 in [1] and None is None and True is not False))`, "True"},
		{"chained compare stops", `return HttpResponse(str(1 < 1 < [] ))`, "False"},
		{"or keeps its value", `return HttpResponse(str(0 or "x"))`, "x"},
		{"and keeps its value", `return HttpResponse(str([] and 1 == 1 or None))`, "None"},
		{"if else", `return HttpResponse("a" if len([1, 2]) > 2 else "b")`, "b"},
		{"alias", `a = {"n": []}` + "\n    " + `b = a["n"]` + "\n    " + `b.append(1); b += [2, 3]` + "\n    " + `return HttpResponse(str(len(a["n"])))`, "3"},
		{"plus makes a new list", `a = [1]` + "\n    " + `b = a + [2]` + "\n    " + `return HttpResponse(str(len(a)))`, "1"},
		{"dict merge in place", `a = {"x": 1}` + "\n    " + `b = a` + "\n    " + `a |= {"y": 2}` + "\n    " + `return HttpResponse(",".join(b))`, "x,y"},
		{"dict methods", `d = {"a": 1, **{"b": 2}}` + "\n    " + `d.setdefault("c", 3); d.update(e=5); d.pop("a")` + "\n    " + `return HttpResponse(",".join(sorted(d.keys())) + str(d.get("z", 9)) + str(d.pop("z", 8)))`, "b,c,e98"},
		{"list methods", `l = [3, 1]` + "\n    " + `l.extend([5]); l.insert(0, 9); l.remove(1)` + "\n    " + `return HttpResponse(f"{l.pop()}{l[-1]}{len(l[1:])}{sum(l)}")`, "53112"},
		{"unpack", `a, b = 1, [2, 3]` + "\n    " + `c, d = b` + "\n    " + `return HttpResponse(f"{a}{c}{d}")`, "123"},
		{"for", `n = 0` + "\n    for i in range(10):\n        if i == 2:\n            continue\n        if i == 5:\n            break\n        n += i\n    return HttpResponse(str(n))", "8"},
		{"items", `out = ""` + "\n    for k, v in {\"b\": 2, \"a\": 1}.items():\n        out += f\"{k}{v}\"\n    return HttpResponse(out)", "a1b2"},
		{"comprehensions", `return HttpResponse(str(len([x for x in range(9) if x % 2])) + str(sum(v for v in {f"k{i}": i for i in range(4)}.values())))`, "46"},
		{"comprehension has a scope", "x = 1\n    [x for x in range(9)]\n    return HttpResponse(str(x))", "1"},
		{"walrus", "if (n := len([1])) == 1:\n        return HttpResponse(str(n))", "1"},
		{"try", "try:\n        {}[\"k\"]\n    except (ValueError, KeyError):\n        return HttpResponse(\"caught\")", "caught"},
		{"try else", "try:\n        pass\n    except KeyError:\n        pass\n    else:\n        return HttpResponse(\"else\")", "else"},
		{"imports", "from .tools import LIMIT\n    from shop.tools import double as d\n    return HttpResponse(str(d(n=LIMIT)))", "6"},
		{"closure", "n = 1\n    def inner(m, k=10):\n        return n + m + k\n    return HttpResponse(str(inner(2) + inner(2, k=0)))", "16"},
		{"class", "cart = Cart(request)\n    cart.add(\"x\")\n    return HttpResponse(str(cart.total()) + str(Cart.kind == \"c\") if False else str(cart.total()) + cart.kind)", "1c"},
		{"settings", "return HttpResponse(f\"{settings.SESSION_COOKIE_AGE} {settings.SHOP}\")", "1209600 7"},
		{"request", `return HttpResponse(request.method + request.GET["q"] + request.POST.get("none", "-"))`, "GETfind-"},
		{"user", "return HttpResponse(f\"{request.user.is_authenticated} {request.user.id}\")", "False None"},
		{"annotated", "n: int = 4\n    return HttpResponse(str(n))", "4"},
		{"delete", "d = {\"a\": [1, 2]}\n    del d[\"a\"][0]\n    return HttpResponse(str(d[\"a\"][0]))", "2"},
		{"time", "d = timezone.now() + timedelta(hours=1) - timezone.now()\n    return HttpResponse(str(timedelta(minutes=59) < d < timedelta(hours=1)))", "True"},
		{"cache", "cache.set(\"k\", [1], 60)\n    cache.get(\"k\").append(2)\n    return HttpResponse(str(len(cache.get(\"k\"))) + str(cache.get(\"z\", 5)) + str(cache.get_or_set(\"f\", lazy, 5)))", "1542"},
		{"json", "return JsonResponse({\"a\": 1})", ""},
		{"host", "return HttpResponse(str(Row.objects.values(5)))", "10"},
	}
	const head = `from datetime import timedelta
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from shop.models import Row


class Cart:
    """A cart."""

    kind = "c"

    def __init__(self, request):
        self.items = request.session.setdefault("cart", {})

    def add(self, name):
        self.items[name] = self.items.get(name, 0) + 1

    def total(self):
        return sum(self.items.values())


def lazy():
    return 42


def view(request):
    `
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := site(t, head+tt.body+"\n-- settings --\nSHOP = 7\n")
			s.project.Host["shop.models.Row.objects.values"] = func(_ *Site, args []any, _ map[string]any) (any, error) {
				return args[0].(int) * 2, nil
			}
			resp := s.Do(&Client{}, Request{View: "view", GET: map[string]string{"q": "find"}})
			if resp.Err != nil || resp.Status != 200 || resp.Body != tt.want {
				t.Errorf("got %d %q, %v; want %q", resp.Status, resp.Body, resp.Err, tt.want)
			}
			if err := s.project.Err(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestExceptions are errors that Python would raise: the answer is 500 and the measurement goes on.
func TestExceptions(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"dict", `return {}["k"]`, "KeyError"},
		{"list", `return [1][4]`, "IndexError"},
		{"session", `return request.session["k"]`, "KeyError"},
		{"pop", `return request.session.pop("k")`, "KeyError"},
		{"division", `return 1 / 0`, "ZeroDivisionError"},
		{"int", `return int("x")`, "ValueError"},
		{"unpack", `a, b = [1]`, "ValueError"},
		{"other handler", "try:\n        {}[\"k\"]\n    except ValueError:\n        pass", "KeyError"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := site(t, "def view(request):\n    "+tt.body+"\n")
			resp := s.Do(&Client{}, Request{View: "view"})
			var e *sessionstore.Exception
			if resp.Status != 500 || !errors.As(resp.Err, &e) || e.Type != tt.want {
				t.Errorf("got %d, %v; want %s", resp.Status, resp.Err, tt.want)
			}
			if err := s.project.Err(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestUnmodelled shows that nothing unknown is guessed at.
func TestUnmodelled(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"name", "def view(request):\n    return undefined\n", "shop/views.py:2: the name undefined is used"},
		{"import", "from somewhere import thing\ndef view(request):\n    return thing.more(1)\n", "shop/views.py:3: somewhere.thing.more is called"},
		{"star import", "from somewhere import *\ndef view(request):\n    return 1\n", "view is bound in more than one way"},
		{"conditional", "def view(request):\n    return X\nX = 1\nif X:\n    X = 2\n", "X is bound in more than one way"},
		{"decorator", "@cached\ndef view(request):\n    return 1\n", "view is async or decorated"},
		{"async", "async def view(request):\n    return 1\n", "view is async or decorated"},
		{"base class", "class C(B):\n    pass\ndef view(request):\n    C()\n", "class C has bases"},
		{"while", "def view(request):\n    while True:\n        pass\n", "this statement stands here"},
		{"lambda", "def view(request):\n    lambda: 1\n", "this expression stands here"},
		{"format", "def view(request):\n    return f\"{1:>5}\"\n", "a replacement field has a format"},
		{"conversion", "def view(request):\n    return f\"{1!r}\"\n", "a replacement field has a format"},
		{"int key", "def view(request):\n    return {1: 2}\n", "an int is a key"},
		{"int key of the session", "def view(request):\n    request.session[1] = 2\n", "an int is a key"},
		{"set", "def view(request):\n    return {1, 2}\n", "this expression stands here"},
		{"session attribute", "def view(request):\n    return request.session.backend\n", "session.backend is used"},
		{"request attribute", "def view(request):\n    return request.META\n", "request.META is used"},
		{"stored request", "def view(request):\n    request.session[\"r\"] = request\n", "the request is stored in the session"},
		{"stored deep", "def view(request):\n    request.session[\"r\"] = {\"a\": [request.user]}\n", "a user is stored in the session"},
		{"global", "N = 1\ndef view(request):\n    global N\n    N = 2\n", "this statement stands here"},
		{"no response", "def view(request):\n    return 1\n", "shop.views.view returned an int"},
		{"too big", "def view(request):\n    return \"x\" * 1_000_000_000\n", "a str * an int is asked for"},
		{"inexact", "def view(request):\n    return 9007199254740993 * 3\n", "an int * an int is asked for"},
		{"recursion", "def f():\n    return f()\ndef view(request):\n    return f()\n", "f is nested too deeply"},
		{"arguments", "def f(a):\n    return a\ndef view(request):\n    return f(1, 2)\n", "too many arguments"},
		{"keyword", "def f(a):\n    return a\ndef view(request):\n    return f(b=2)\n", "other arguments than it has parameters"},
		{"named exception", "def view(request):\n    try:\n        {}[\"k\"]\n    except KeyError as e:\n        pass\n", "the exception is given a name"},
		{"other filter", "from django.contrib.sessions.models import Session\ndef view(request):\n    Session.objects.filter(session_key=\"x\")\n", "filter is called with the argument session_key"},
		{"unknown setting", "from django.conf import settings\ndef view(request):\n    return settings.CACHES\n", "settings.CACHES is used"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := site(t, tt.text)
			s.Do(&Client{}, Request{View: "view"})
			err := s.project.Err()
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestEndlessLoopEnds(t *testing.T) {
	s := site(t, "def view(request):\n    for a in range(10000):\n        for b in range(10000):\n            pass\n")
	s.Do(&Client{}, Request{View: "view"})
	if err := s.project.Err(); err == nil || !strings.Contains(err.Error(), "steps were taken") {
		t.Errorf("got %v", err)
	}
}

func TestSettings(t *testing.T) {
	tests := []struct{ name, settings, want string }{
		{"engine", `SESSION_ENGINE = "django.contrib.sessions.backends.file"`, `engine "django.contrib.sessions.backends.file" is not modelled`},
		{"type", `SESSION_COOKIE_AGE = "1 hour"`, "SESSION_COOKIE_AGE is a str"},
		{"no middleware", `MIDDLEWARE = []`, "MIDDLEWARE is not a list that holds"},
		{"unknown middleware", `MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware", "other.middleware.M"]`, "the project has no module other.middleware"},
		{"middleware above", `MIDDLEWARE = ["shop.views.m", "django.contrib.sessions.middleware.SessionMiddleware"]`, "stands above the session middleware"},
		{"conditional", "if True:\n    SESSION_COOKIE_AGE = 1", "SESSION_COOKIE_AGE is bound in more than one way"},
		{"computed", "SESSION_COOKIE_AGE = 60 * 60", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := project(t, "\n-- settings --\n"+tt.settings+"\n").NewSite(sessionstore.V61)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// TestMutationShapes runs the ways to change a nested value that Django was observed to keep or to lose (db engine).
func TestMutationShapes(t *testing.T) {
	shapes := []struct {
		name, code string
		kept       bool
	}{
		{"alias", `cart = s["cart"]; cart["b"] = 2`, false},
		{"alias_reassign", `cart = s["cart"]; cart["b"] = 2; s["cart"] = cart`, true},
		{"get_default_present", `s.get("cart", {})["b"] = 2`, false},
		{"get_default_absent", `s.get("cart2", {})["b"] = 2`, false},
		{"setdefault_present", `s.setdefault("cart", {})["b"] = 2`, false},
		{"setdefault_absent", `s.setdefault("cart2", {})["b"] = 2`, true},
		{"iadd_list", `s["l"] += [2]`, true},
		{"append", `s["l"].append(2)`, false},
		{"iadd_num", `s["n"] += 1`, true},
		{"del_nested", `del s["cart"]["a"]`, false},
		{"pop_nested", `s["cart"].pop("a")`, false},
		{"update_nested", `s["cart"].update(b=2)`, false},
		{"update_top", `s.update({"b": 2})`, true},
		{"nested_plus_other_key", `s["cart"]["b"] = 2; s["other"] = 1`, true},
		{"other_key_then_nested", `s["other"] = 1; s["cart"]["b"] = 2`, true},
		{"nested_modified", `s["cart"]["b"] = 2; s.modified = True`, true},
		{"nested_save", `s["cart"]["b"] = 2; s.save()`, true},
		{"typo", `s["cart"]["b"] = 2; s.modifed = True`, false},
		{"is_modified", `s["cart"]["b"] = 2; s.is_modified = True`, false},
		{"dict_or", `s["cart"] |= {"b": 2}`, true},
	}
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			s := site(t, `from django.http import HttpResponse

def start(request):
    s = request.session
    s["cart"] = {"a": 1}; s["l"] = [1]; s["n"] = 0
    return HttpResponse("ok")

def change(request):
    s = request.session
    `+shape.code+`
    return HttpResponse("ok")
`)
			c := &Client{}
			s.Do(c, Request{View: "start"})
			before, ok := s.Table.Row(c.Cookie)
			if !ok {
				t.Fatal("no row")
			}
			s.Do(c, Request{View: "change"})
			if err := s.project.Err(); err != nil {
				t.Fatal(err)
			}
			after, _ := s.Table.Row(c.Cookie)
			if kept := string(before.Data) != string(after.Data); kept != shape.kept {
				t.Errorf("kept %t, want %t: %s", kept, shape.kept, after.Data)
			}
		})
	}
}

const counter = `from django.http import HttpResponse

def count(request):
    request.session["n"] = request.session.get("n", 0) + 1
    return HttpResponse(str(request.session["n"]))

def read(request):
    return HttpResponse(str(request.session.get("n", 0)))
`

func TestClientKeepsItsCookie(t *testing.T) {
	s := site(t, counter)
	a, b := &Client{}, &Client{}
	var got []string
	for _, c := range []*Client{a, a, b, a} {
		got = append(got, s.Do(c, Request{View: "count"}).Body)
	}
	if diff := cmp.Diff([]string{"1", "2", "1", "3"}, got); diff != "" {
		t.Error(diff)
	}
	a.CloseBrowser()
	if body := s.Do(a, Request{View: "read"}).Body; body != "3" {
		t.Errorf("a cookie with an age is gone with the browser: %s", body)
	}
	if err := s.Advance(15 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	s.Do(a, Request{View: "read"})
	if a.Cookie != "" {
		t.Error("the cookie outlived its age")
	}
	if n := s.Table.Rows(); n != 0 {
		t.Errorf("%d rows after the nightly clearsessions, want none", n)
	}
}

func TestBrowserSession(t *testing.T) {
	s := site(t, counter+"-- settings --\nSESSION_EXPIRE_AT_BROWSER_CLOSE = True\n")
	c := &Client{}
	s.Do(c, Request{View: "count"})
	if c.Cookie == "" {
		t.Fatal("no cookie")
	}
	c.CloseBrowser()
	if c.Cookie != "" {
		t.Error("the cookie outlived the browser")
	}
}

func TestOverlappingRequests(t *testing.T) {
	s := site(t, counter)
	c := &Client{}
	s.Do(c, Request{View: "count"})
	first, second := s.Begin(c, Request{View: "count"}), s.Begin(c, Request{View: "count"})
	first.Run()
	second.Run()
	first.Finish()
	second.Finish()
	if body := s.Do(c, Request{View: "read"}).Body; body != "2" {
		t.Errorf("three visits, two of them at once, counted %s", body)
	}
	if n := s.Table.Counters().LostUpdates; n != 1 {
		t.Errorf("%d lost updates, want 1", n)
	}
}

func TestLoginAndMiddleware(t *testing.T) {
	s := site(t, `from django.contrib.auth import authenticate, login, logout
from django.http import HttpResponse

def who(request):
    return HttpResponse(str(request.user.pk))

def enter(request):
    user = authenticate(request, username=request.POST["name"], password="x")
    if user is None:
        return HttpResponse("no", status=403)
    login(request, user)
    return HttpResponse("yes")

def leave(request):
    logout(request)
    return HttpResponse("bye")

def count_visits(get_response):
    def middleware(request):
        request.session["visits"] = request.session.get("visits", 0) + 1
        return get_response(request)
    return middleware

class Stamp:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response["X-Visits"] = str(request.session.get("visits"))
        return response
-- settings --
MIDDLEWARE = MIDDLEWARE_BASE + ["shop.views.count_visits", "django.contrib.auth.middleware.AuthenticationMiddleware", "shop.views.Stamp"]
MIDDLEWARE_BASE = ["django.contrib.sessions.middleware.SessionMiddleware"]
`)
	s.AddUser("7")
	c := &Client{}
	var got []string
	for _, r := range []Request{
		{View: "who"}, {View: "enter", POST: map[string]string{"name": "8"}}, {View: "enter", POST: map[string]string{"name": "7"}},
		{View: "who"}, {View: "leave"}, {View: "who"},
	} {
		resp := s.Do(c, r)
		if resp.Err != nil {
			t.Fatal(resp.Err)
		}
		got = append(got, resp.Body)
	}
	if diff := cmp.Diff([]string{"None", "no", "yes", "7", "bye", "None"}, got); diff != "" {
		t.Error(diff)
	}
	d := &Client{}
	s.Login(d, "7")
	if body := s.Do(d, Request{View: "who"}).Body; body != "7" {
		t.Errorf("after Site.Login the user is %s", body)
	}
	if err := s.project.Err(); err != nil {
		t.Fatal(err)
	}
}

func TestCron(t *testing.T) {
	at := func(text string) time.Time {
		tm, err := time.Parse("2006-01-02 15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return tm
	}
	list, err := schedules(map[string][]byte{"deploy/crontab": []byte("30 3 * * * a clearsessions\n0 * * * 1 b clearsessions\n* * * * * c backup\n")})
	if err != nil {
		t.Fatal(err)
	}
	// 2025-03-03 is a Monday.
	got := runs(list, at("2025-03-03 01:30"), at("2025-03-03 04:00"))
	want := []time.Time{at("2025-03-03 02:00"), at("2025-03-03 03:00"), at("2025-03-03 03:30"), at("2025-03-03 04:00")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := schedules(map[string][]byte{"crontab": []byte("*/5 * * * * a clearsessions\n")}); err == nil {
		t.Error("a step is taken for something else")
	}
}
