package saveeveryrequest

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/ruletest/pyrule"
)

func Test(t *testing.T) { pyrule.Test(t, Analyzer) }

const middlewareList = `MIDDLEWARE = [
    "django.middleware.cache.UpdateCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
]
INSTALLED_APPS = ["django.contrib.sessions", "shop"]
ROOT_URLCONF = "urls"
`

// TestRelated are the other places that a finding shows.
func TestRelated(t *testing.T) {
	tests := []struct {
		name, project string
		want          []string
	}{
		{"nothing to add", "-- settings.py --\n" + middlewareList + "SESSION_SAVE_EVERY_REQUEST = True  # bad\n", nil},
		{
			"who pays",
			"-- settings.py --\n" + middlewareList + "SESSION_SAVE_EVERY_REQUEST = True  # bad\n" + `-- urls.py --
from django.conf import settings
from django.urls import path, re_path
from django.views.static import serve

from shop import views

urlpatterns = [
    path("healthz", views.home),
    path("", views.home),
    re_path("^media/(?P<path>.*)$", serve, {"document_root": "/srv/media"}),
]
if settings.DEBUG:
    urlpatterns += [re_path("^static/(?P<path>.*)$", serve, {"document_root": "/srv/static"})]
`,
			[]string{
				"urls.py:8 this health check pays for it: a page that polls it saves its session each time",
				"urls.py:10 this route pays for it: the session is saved with each file that Django serves",
			},
		},
		{
			"the story of the value",
			"-- config/settings/base.py --\n" + middlewareList + `SESSION_SAVE_EVERY_REQUEST = False
-- config/settings/production.py --
from .base import *

SESSION_SAVE_EVERY_REQUEST = True  # bad

try:
    from .secrets import *
except ImportError:
    pass
`,
			[]string{
				"config/settings/base.py:7 set here",
				"config/settings/production.py:5 may be overridden by .secrets, which is not in the repository",
			},
		},
		{
			"what is saved by the setting alone",
			"-- settings.py --\n" + middlewareList + "SESSION_SAVE_EVERY_REQUEST = True  # bad\n" + `-- shop/views.py --
from django.http import HttpResponse
from django.shortcuts import render


def add(request, name):
    request.session["cart"].append(name)
    visits = request.session.setdefault("visits", [])
    visits.append(name)
    request.session.get("notes", {})["last"] = name
    return HttpResponse("added")


def show(request):
    profile = request.session["profile"]
    profile["shown"] = "just now"
    return render(request, "profile.html", profile)
`,
			[]string{
				"shop/views.py:6 this change of request.session[\"cart\"] is saved only because of the setting",
				"shop/views.py:8 this change of request.session[\"visits\"] is saved only because of the setting",
			},
		},
		{
			"the cache that stores the cookie",
			"-- requirements.txt --\nDjango==5.2.13\n-- settings.py --\n" + middlewareList + "SESSION_SAVE_EVERY_REQUEST = True  # bad\n",
			[]string{"settings.py:1 UpdateCacheMiddleware stores pages together with the session cookie they set"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			meta := Meta
			meta.Doc = "## Example\n\n```python\n" + tt.project + "```\n"
			findings, _, err := pyrule.Example(&py.Analyzer{Meta: &meta, Requires: Analyzer.Requires, Run: Analyzer.Run})
			if err != nil || len(findings) != 1 {
				t.Fatalf("%d findings, %v; want 1", len(findings), err)
			}
			var got []string
			for _, r := range findings[0].Related {
				got = append(got, fmt.Sprintf("%s:%d %s", r.At.Path, r.At.Line, r.Message))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("related places (-want +got):\n%s", diff)
			}
		})
	}
}
