package django

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const routed = `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
-- config/__init__.py --
-- config/settings.py --
ROOT_URLCONF = "config.urls"
INSTALLED_APPS = []
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shop.middleware.Cart",
    "shop.middleware.simple",
    "django.middleware.cache.UpdateCacheMiddleware",
]
TEMPLATES = [{"OPTIONS": {"context_processors": ["django.template.context_processors.request", "shop.context.cart"]}}]
REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["shop.api.TokenAuth"]}
-- config/urls.py --
from django.urls import include, path, re_path
from django.conf.urls.i18n import i18n_patterns
from django.views.static import serve
from django.contrib.auth.decorators import login_required
from django.views.decorators.cache import cache_page
from django.views.generic import TemplateView
from shop import views
from shop.views import Detail as Product
import shop.urls

legacy = [path("old/", views.old)]

urlpatterns = [
    path("", views.home, name="home"),
    path("product/<int:pk>/", Product.as_view(), name="product"),
    re_path(r"^cached/$", cache_page(60)(login_required(views.cached))),
    path("shop/", include("shop.urls")),
    path("again/", include((shop.urls, "again"), namespace="again")),
    path("legacy/", include(legacy)),
    path("inline/", include([path("x/", views.x)])),
    path("about/", TemplateView.as_view(template_name="a.html")),
    re_path(r"^media/(?P<path>.*)$", serve),
    path("lambda/", lambda request: None),
]
urlpatterns += i18n_patterns(path("fr/", views.fr))
if True:
    urlpatterns.append(path("debug/", views.debug))
-- shop/__init__.py --
-- shop/urls.py --
from django.conf.urls import url
from . import views
from .views import Base, Status
urlpatterns = [
    url(r"^list/$", views.listing, name="list"),
    url(r"^a/$", views.A.as_view()), url(r"^b/$", views.B.as_view()), url(r"^c/$", views.C.as_view()),
    url(r"^healthz$", views.probe),
    url(r"^status$", Status.as_view()),
]
-- shop/views.py --
from functools import partial
from django.views import View
def home(request):
    def inner(): pass
def old(request): pass
def cached(request): pass
def x(request): pass
def fr(request): pass
def debug(request): pass
def listing(request): pass
def probe(request): pass
def unrouted(request): pass
def helper(cart): pass
class Detail(View):
    def get(self, request): pass
class Base(View):
    def dispatch(self, request): pass
class A(Base): pass
class B(Base): pass
class C(Base): pass
class Status(View): pass
class Plain:
    def method(self): pass
-- shop/middleware.py --
class Cart:
    def __call__(self, request): pass
class Unused:
    def __call__(self, request): pass
def simple(get_response):
    def middleware(request): pass
    return middleware
-- shop/context.py --
def cart(request): pass
def other(request): pass
-- shop/api.py --
class TokenAuth:
    def authenticate(self, request): pass
-- shop/tasks.py --
@shared_task
def task(): pass
@app.task(bind=True)
def task2(self): pass
@notask
def plain(): pass
-- shop/signals.py --
@receiver(user_logged_in)
def received(sender, **kw): pass
@receiver(request_started)
def started(sender, **kw): pass
def connected(sender, **kw): pass
post_save.connect(connected)
-- shop/admin.py --
class CartAdmin(admin.ModelAdmin):
    def action(self, request): pass
def free(): pass
-- shop/management/commands/purge.py --
class Command(BaseCommand):
    def handle(self): pass
-- shop/migrations/0001_initial.py --
def forwards(apps, editor): pass
-- shop/test_views.py --
def check(): pass
-- shop/cached_views.py --
from django.views.decorators.cache import cache_page
# session
@cache_page(60)
def page(request): pass
`

func TestRoutes(t *testing.T) {
	fx := load(t, routed)
	var got []string
	for _, r := range fx.Routes() {
		view := r.Qualified
		if r.ViewFile != nil {
			view = r.ViewFile.Path + ":" + r.ViewName
		}
		got = append(got, fmt.Sprintf("%q %s %s", r.Pattern, view, r.Name))
	}
	want := []string{
		`"" shop/views.py:home home`,
		`"product/<int:pk>/" shop/views.py:Detail product`,
		`"cached/" shop/views.py:cached `,
		`"shop/list/" shop/views.py:listing list`,
		`"shop/a/" shop/views.py:A `,
		`"shop/b/" shop/views.py:B `,
		`"shop/c/" shop/views.py:C `,
		`"shop/healthz" shop/views.py:probe `,
		`"shop/status" shop/views.py:Status `,
		`"again/list/" shop/views.py:listing list`,
		`"again/a/" shop/views.py:A `,
		`"again/b/" shop/views.py:B `,
		`"again/c/" shop/views.py:C `,
		`"again/healthz" shop/views.py:probe `,
		`"again/status" shop/views.py:Status `,
		`"legacy/old/" shop/views.py:old `,
		`"inline/x/" shop/views.py:x `,
		`"about/" django.views.generic.TemplateView `,
		`"media/(?P<path>.*)" django.views.static.serve `,
		`"lambda/"  `,
		`"fr/" shop/views.py:fr `,
		`"debug/" shop/views.py:debug `,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	views := fx.prog.Open("shop/views.py")
	for name, want := range map[string]bool{"home": true, "Detail": true, "probe": true, "unrouted": false, "Base": false, "inner": false} {
		if got := fx.Routed(views, name); got != want {
			t.Errorf("Routed(%s) = %v", name, got)
		}
	}
	if fx.Routed(fx.prog.Open("shop/context.py"), "home") {
		t.Error("a function of the same name in another file is not routed")
	}
	patterns := func(routes []Route) []string {
		var out []string
		for _, r := range routes {
			out = append(out, r.Pattern)
		}
		return out
	}
	if diff := cmp.Diff([]string{"shop/healthz", "again/healthz"}, patterns(fx.HealthChecks())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"media/(?P<path>.*)"}, patterns(fx.StaticRoutes())); diff != "" {
		t.Error(diff)
	}
}

func TestHealthChecks(t *testing.T) {
	for route, want := range map[string]bool{
		`path("healthz", v.a)`:                       true,
		`path("health/", v.a)`:                       true,
		`path("api/health/", v.a)`:                   true,
		`path("health-check/", v.a)`:                 true,
		`path("-/ready", v.a)`:                       true,
		`path("ping/", v.a)`:                         true,
		`path("x/", v.liveness)`:                     true,
		`path("x/", v.a, name="heartbeat")`:          true,
		`path("status", v.a)`:                        true,
		`path("status/", v.a)`:                       true,
		`re_path(r"^readyz/?$", v.a)`:                true,
		`path("order/status/", v.a)`:                 false,
		`path("health/records/", v.a)`:               false,
		`path("live/streams/", v.a)`:                 false,
		`path("shipping/", v.a)`:                     false,
		`path("already/", v.a)`:                      false,
		`path("healthy-food/", v.healthy_food_list)`: false,
	} {
		fx := load(t, site+"-- config/settings.py --\nROOT_URLCONF = 'config.urls'\n-- config/urls.py --\nfrom django.urls import path, re_path\nfrom . import v\nurlpatterns = ["+route+"]\n-- config/v.py --\n")
		if got := len(fx.HealthChecks()) == 1; got != want {
			t.Errorf("%s: %v", route, got)
		}
	}
}

// Modules that include each other, or themselves, end.
func TestIncludeCycle(t *testing.T) {
	fx := load(t, site+`
-- config/settings.py --
ROOT_URLCONF = "config.urls"
-- config/urls.py --
from django.urls import include, path
from . import v
urlpatterns = [path("a/", include("config.other")), path("b/", include("config.urls")), path("c/", v.c)]
urlpatterns += urlpatterns
-- config/other.py --
from django.urls import include, path
urlpatterns = [path("d/", include("config.urls"))]
-- config/v.py --
def c(request): pass
`)
	if n := len(fx.Routes()); n != 1 {
		t.Errorf("%d routes", n)
	}
}

func TestRoles(t *testing.T) {
	fx := load(t, routed)
	for _, tt := range []struct {
		path, name string
		want       Role
	}{
		{"shop/views.py", "home", View},
		{"shop/views.py", "inner", View},
		{"shop/views.py", "unrouted", View}, // a request comes first, in a module of views
		{"shop/views.py", "helper", Unknown},
		{"shop/views.py", "get", View},
		{"shop/views.py", "dispatch", EveryRequest},
		{"shop/views.py", "method", Unknown},
		{"shop/middleware.py", "middleware", EveryRequest},
		{"shop/context.py", "cart", EveryRequest},
		{"shop/context.py", "other", Unknown},
		{"shop/api.py", "authenticate", EveryRequest},
		{"shop/tasks.py", "task", Task},
		{"shop/tasks.py", "task2", Task},
		{"shop/tasks.py", "plain", Unknown},
		{"shop/signals.py", "received", Signal},
		{"shop/signals.py", "started", EveryRequest},
		{"shop/signals.py", "connected", Signal},
		{"shop/admin.py", "action", Admin},
		{"shop/admin.py", "free", Admin},
		{"shop/management/commands/purge.py", "handle", Command},
		{"shop/migrations/0001_initial.py", "forwards", Migration},
		{"shop/test_views.py", "check", TestCode},
	} {
		f, fn := fx.function(t, tt.path, tt.name)
		if got := fx.RoleOf(f, fn); got != tt.want {
			t.Errorf("%s in %s is %s, want %s", tt.name, tt.path, got, tt.want)
		}
	}
	f := fx.prog.Open("shop/middleware.py")
	for _, fn := range functionsIn(f.Module) {
		want := EveryRequest
		if f.Scopes.Symbol(fn.Def) == "Unused.__call__" {
			want = Unknown // in no MIDDLEWARE
		}
		if got := fx.RoleOf(f, fn); got != want {
			t.Errorf("%s is %s, want %s", f.Scopes.Symbol(fn.Def), got, want)
		}
	}
	config := fx.prog.Open("config/settings.py")
	if r := fx.roleOfFile(config); r != SettingsCode {
		t.Errorf("settings have the role %s", r)
	}
}

func TestMiddlewareClasses(t *testing.T) {
	fx := load(t, routed)
	var got []string
	for _, c := range fx.MiddlewareClasses() {
		s := c.Dotted
		if c.File != nil {
			s += " " + c.File.Path + ":" + c.Name
		}
		got = append(got, s)
	}
	want := []string{
		"django.contrib.sessions.middleware.SessionMiddleware", "shop.middleware.Cart shop/middleware.py:Cart",
		"shop.middleware.simple shop/middleware.py:simple", "django.middleware.cache.UpdateCacheMiddleware",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPageCaching(t *testing.T) {
	fx := load(t, routed)
	var got []string
	for _, c := range fx.PageCaching() {
		got = append(got, fmt.Sprintf("%s:%d %v", c.File.Path, c.Line(), c.SiteWide))
	}
	want := []string{"config/settings.py:3 true", "shop/cached_views.py:3 false", "config/urls.py:16 false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
