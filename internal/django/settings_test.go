package django

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDefaults(t *testing.T) {
	m := settingsOf(t, "", "")
	for name, want := range map[string]string{
		"SESSION_ENGINE":                  "'django.contrib.sessions.backends.db'",
		"SESSION_COOKIE_AGE":              "1209600",
		"SESSION_COOKIE_SAMESITE":         "'Lax'",
		"SESSION_COOKIE_HTTPONLY":         "True",
		"SESSION_COOKIE_SECURE":           "False",
		"SESSION_SAVE_EVERY_REQUEST":      "False",
		"SESSION_EXPIRE_AT_BROWSER_CLOSE": "False",
		"SESSION_FILE_PATH":               "None",
		"SESSION_CACHE_ALIAS":             "'default'",
		"SESSION_SERIALIZER":              "'django.contrib.sessions.serializers.JSONSerializer'",
		"CSRF_USE_SESSIONS":               "False",
		"MESSAGE_STORAGE":                 "'django.contrib.messages.storage.fallback.FallbackStorage'",
		"CACHES":                          "{'default': {'BACKEND': 'django.core.cache.backends.locmem.LocMemCache'}}",
		"MIDDLEWARE":                      "[]",
		"DEBUG":                           "False",
		"SESSION_TIMEOUT":                 "not set",
	} {
		v := m.Get(name)
		if got := v.Text(); got != want || v.Set() {
			t.Errorf("%s = %s (set %v), want %s", name, got, v.Set(), want)
		}
	}
	if n := len(SessionSettingNames()); n != 13 {
		t.Errorf("Django has 13 session settings, not %d", n)
	}
}

func TestMiddlewareAndApps(t *testing.T) {
	m := settingsOf(t, `
MIDDLEWARE_CLASSES = ("a", "b")
INSTALLED_APPS = ["x", "shop.apps.ShopConfig"]
if c():
    INSTALLED_APPS += ["y"]
`, "")
	if m.HasMiddleware("a") != Yes || m.HasMiddleware("z") != No {
		t.Errorf("Middleware() = %s", m.Middleware().Text())
	}
	if m.HasApp("x") != Yes || m.HasApp("shop") != Yes || m.HasApp("y") != Maybe || m.HasApp("z") != No {
		t.Errorf("INSTALLED_APPS = %s", m.Get("INSTALLED_APPS").Text())
	}
	want := []string{"INSTALLED_APPS", "MIDDLEWARE_CLASSES"}
	if diff := cmp.Diff(want, m.Names()); diff != "" {
		t.Error(diff)
	}
	m = settingsOf(t, "MIDDLEWARE = [] + extra()", "")
	if m.HasMiddleware("a") != Maybe {
		t.Error("an unknown part may hold anything")
	}
}

func TestHasSessions(t *testing.T) {
	const own = "-- core/__init__.py --\n-- core/mw.py --\nfrom django.contrib.sessions.middleware import SessionMiddleware\nclass Mine(SessionMiddleware): pass\nclass Other: pass\n"
	for list, want := range map[string]Tri{
		"['django.contrib.sessions.middleware.SessionMiddleware']": Yes,
		"['core.mw.Mine']":                Yes,
		"['core.mw.Other']":               No,
		"[]":                              No,
		"['core.mw.Mine'] if c() else []": Maybe,
		"thing()":                         Maybe,
	} {
		m := settingsOf(t, "MIDDLEWARE = "+list, own)
		if got := m.HasSessions(); got != want {
			t.Errorf("%s: %v, want %v", list, got, want)
		}
	}
}

func TestSessionEngine(t *testing.T) {
	const own = `
-- core/__init__.py --
-- core/store.py --
from django.contrib.sessions.backends.db import SessionStore as Base
from .mixins import Mixin
class SessionStore(Mixin, Base): pass
-- core/mixins.py --
class Mixin: pass
-- core/deep.py --
from core.store import SessionStore as Own
class SessionStore(Own): pass
-- core/passed.py --
from django.contrib.sessions.backends.cached_db import SessionStore
-- core/passed2.py --
from core.store import SessionStore
-- core/strange.py --
from django.contrib.sessions.backends.base import SessionBase
class SessionStore(SessionBase): pass
-- core/none.py --
`
	tests := []struct {
		body            string
		kind            EngineKind
		custom, certain bool
		class           string
	}{
		{"", EngineDB, false, true, ""},
		{"SESSION_ENGINE = 'django.contrib.sessions.backends.cached_db'", EngineCachedDB, false, true, ""},
		{"SESSION_ENGINE = 'django.contrib.sessions.backends.cache'", EngineCache, false, true, ""},
		{"SESSION_ENGINE = 'django.contrib.sessions.backends.file'", EngineFile, false, true, ""},
		{"SESSION_ENGINE = 'django.contrib.sessions.backends.signed_cookies'", EngineSignedCookies, false, true, ""},
		{"SESSION_ENGINE = 'redis_sessions.session'", EngineCache, true, true, ""},
		{"SESSION_ENGINE = 'core.store'", EngineDB, true, true, "core/store.py"},
		{"SESSION_ENGINE = 'core.deep'", EngineDB, true, true, "core/deep.py"},
		{"SESSION_ENGINE = 'core.passed'", EngineCachedDB, true, true, ""},
		{"SESSION_ENGINE = 'core.passed2'", EngineDB, true, true, "core/store.py"},
		{"SESSION_ENGINE = 'core.strange'", EngineCustom, true, true, "core/strange.py"},
		{"SESSION_ENGINE = 'core.none'", EngineCustom, true, true, ""},
		{"SESSION_ENGINE = 'somewhere.else'", EngineCustom, true, true, ""},
		{"SESSION_ENGINE = thing()", EngineUnknown, false, false, ""},
		{"import os\nSESSION_ENGINE = os.getenv('E', 'django.contrib.sessions.backends.cache')", EngineCache, false, false, ""},
		{"import os\nSESSION_ENGINE = os.environ['E']", EngineUnknown, false, false, ""},
		{"if c():\n    SESSION_ENGINE = 'django.contrib.sessions.backends.cache'", EngineUnknown, false, false, ""},
		{"if c():\n    SESSION_ENGINE = 'core.store'", EngineDB, true, true, "core/store.py"},
		{"import os\nif os.getenv('REDIS'):\n    SESSION_ENGINE = 'django.contrib.sessions.backends.cache'", EngineDB, false, false, ""},
	}
	for _, tt := range tests {
		m := settingsOf(t, tt.body, own)
		e := m.SessionEngine()
		class := ""
		if e.Class != nil {
			class = e.File.Path
		}
		if e.Kind != tt.kind || e.Custom != tt.custom || e.Certain != tt.certain || class != tt.class {
			t.Errorf("%s: %s custom %v certain %v class %q", tt.body, e.Kind, e.Custom, e.Certain, class)
		}
		if e.Kind.NeedsCleanup() != (e.Kind == EngineDB || e.Kind == EngineCachedDB || e.Kind == EngineFile) {
			t.Errorf("%s: NeedsCleanup", e.Kind)
		}
		if p := m.project.SessionEngine(); p.Kind != tt.kind {
			t.Errorf("%s: the project has %s", tt.body, p.Kind)
		}
	}
}

func TestEnginesThatDiffer(t *testing.T) {
	fx := load(t, site+`
-- config/settings/__init__.py --
-- config/settings/base.py --
INSTALLED_APPS = []
-- config/settings/production.py --
from .base import *
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
-- config/settings/staging.py --
from .base import *
`)
	if e := fx.SessionEngine(); e.Kind != EngineUnknown {
		t.Errorf("engine %s", e.Kind)
	}
	if n := len(fx.Deployable()); n != 2 {
		t.Errorf("%d deployable modules", n)
	}
}

func TestSessionCache(t *testing.T) {
	for body, want := range map[string]string{
		"": "'django.core.cache.backends.locmem.LocMemCache'",
		"CACHES = {'default': {'BACKEND': 'a'}, 's': {'BACKEND': 'b'}}\nSESSION_CACHE_ALIAS = 's'": "'b'",
		"CACHES = {'default': {'BACKEND': 'a'}}\nSESSION_CACHE_ALIAS = 's'":                        "unknown: CACHES has no entry for the alias of sessions",
		"CACHES = {'default': {'BACKEND': 'a'}}\nif c():\n    CACHES['default']['BACKEND'] = 'b'":  "'b' if c(), 'a' if not c()",
		"import environ\nCACHES = {'default': environ.Env().cache('C', default='redis://x')}":      "'django_redis.cache.RedisCache' unless the environment variable C says otherwise",
		"CACHES = thing()":               "unknown: thing is not set before",
		"CACHES = {'default': thing()}":  "unknown: thing is not set before",
		"CACHES = {'default': {'X': 1}}": "unknown: the entry of CACHES has no BACKEND",
	} {
		if got := settingsOf(t, body, "").SessionCacheBackend().Text(); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}

func TestSavesEveryRequest(t *testing.T) {
	for body, want := range map[string]bool{
		"":                                     false,
		"SESSION_SAVE_EVERY_REQUEST = True":    true,
		"SESSION_SAVE_EVERY_REQUEST = 'False'": true,
		"import os\nSESSION_SAVE_EVERY_REQUEST = os.getenv('S', '1') == '1'":                        true,
		"if c():\n    SESSION_SAVE_EVERY_REQUEST = True":                                            false,
		"SESSION_SAVE_EVERY_REQUEST = thing()":                                                      false,
		"if c():\n    SESSION_SAVE_EVERY_REQUEST = True\nelse:\n    SESSION_SAVE_EVERY_REQUEST = 1": true,
	} {
		if got := settingsOf(t, body, "").project.SavesEveryRequest(); got != want {
			t.Errorf("%s: %v", body, got)
		}
	}
}

func TestSummary(t *testing.T) {
	fx := load(t, site+`
-- requirements.txt --
django==5.2.14
-- config/settings.py --
import os
INSTALLED_APPS = []
SESSION_COOKIE_AGE = int(os.getenv("AGE", "60"))
SESSION_TIMEOUT = 5
DEBUG = thing()
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware", "a.b", "c.d"]
try:
    from .local import *
except ImportError:
    pass
`)
	m := fx.module(t, "config/settings.py")
	got := map[string]string{}
	for _, s := range m.Summary() {
		line := s.Text
		if !s.Known {
			line += " (unknown)"
		}
		for _, st := range s.Steps {
			line += fmt.Sprintf("; %d %s", st.Line(), st.Note)
		}
		if _, dup := got[s.Name]; dup {
			t.Errorf("%s is shown twice", s.Name)
		}
		got[s.Name] = line
	}
	const local = "; 7 may be overridden by .local, which is not in the repository"
	for name, want := range map[string]string{
		"SESSION_COOKIE_AGE": "60 unless the environment variable AGE says otherwise; 3 set here, from the environment variable AGE; 60 when it is unset" + local,
		"SESSION_TIMEOUT":    "5; 4 set here" + local,
		"SESSION_ENGINE":     "'django.contrib.sessions.backends.db' (Django's default)" + local,
		"DEBUG":              "unknown: thing is not set before (unknown); 5 set here",
		"MIDDLEWARE":         "django.contrib.sessions.middleware.SessionMiddleware, 2 others; 6 set here" + local,
		"CACHES['default']":  "'django.core.cache.backends.locmem.LocMemCache'",
	} {
		if got[name] != want {
			t.Errorf("%s: %s\nwant %s", name, got[name], want)
		}
	}
	for _, name := range append(SessionSettingNames(), "CSRF_USE_SESSIONS", "MESSAGE_STORAGE") {
		if _, ok := got[name]; !ok {
			t.Errorf("%s is not shown", name)
		}
	}
	v := fx.DescribeVersion()
	if v.Text != "5.2.14" || !v.Known || len(v.Steps) != 1 || v.Steps[0].File.Path != "requirements.txt" {
		t.Errorf("version %+v", v)
	}
	if missing := m.Describe("SESSION_LIFETIME"); missing.Known || missing.Text != "not set" {
		t.Errorf("%+v", missing)
	}
}

// Everything a project hands out is in a fixed order.
func TestDeterminism(t *testing.T) {
	show := func() string {
		fx := load(t, routed)
		var b strings.Builder
		for _, m := range fx.Settings() {
			fmt.Fprintln(&b, m.File.Path, m.Label, m.Names())
		}
		for _, r := range fx.Routes() {
			fmt.Fprintln(&b, r.Pattern)
		}
		return b.String()
	}
	first := show()
	for range 5 {
		if got := show(); got != first {
			t.Fatalf("differs: %s", cmp.Diff(first, got))
		}
	}
	if !slices.IsSortedFunc(load(t, routed).Settings(), func(a, b *SettingsModule) int { return strings.Compare(a.File.Path, b.File.Path) }) {
		t.Error("settings are sorted by path")
	}
}
