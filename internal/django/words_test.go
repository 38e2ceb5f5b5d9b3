package django

import (
	"testing"
	"time"
)

func TestSessionLifetime(t *testing.T) {
	tests := []struct {
		name, settings, lives, ends string
	}{
		{"defaults", "", "the database row still lives 14 days after its last save", "the database row expires 14 days after its last save"},
		{"cached database", `SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"`,
			"the database row still lives 14 days after its last save", "the database row expires 14 days after its last save"},
		{"cache, hours", "SESSION_ENGINE = \"django.contrib.sessions.backends.cache\"\nSESSION_COOKIE_AGE = 3600 * 2",
			"the cache entry still lives 2 hours after its last save", "the cache entry expires 2 hours after its last save"},
		{"file, minutes", "SESSION_ENGINE = \"django.contrib.sessions.backends.file\"\nSESSION_COOKIE_AGE = 5400",
			"the session file still lives 90 minutes after its last save", "the session file expires 90 minutes after its last save"},
		{"cookies, seconds", "SESSION_ENGINE = \"django.contrib.sessions.backends.signed_cookies\"\nSESSION_COOKIE_AGE = 61",
			"a copy of the signed cookie is still accepted for 61 seconds", "its signature is accepted for 61 seconds"},
		{"one day", "SESSION_COOKIE_AGE = 86400", "the database row still lives 1 day after its last save", "the database row expires 1 day after its last save"},
		{"age from the environment", "import os\nSESSION_COOKIE_AGE = int(os.environ.get(\"AGE\", 600))",
			"the database row still lives SESSION_COOKIE_AGE after its last save", "the database row expires SESSION_COOKIE_AGE after its last save"},
		{"another engine", `SESSION_ENGINE = "redis_sessions.session"`,
			"the cache entry still lives SESSION_COOKIE_AGE after its last save", "the cache entry expires SESSION_COOKIE_AGE after its last save"},
		{"unknown engine", `SESSION_ENGINE = "elsewhere.engine"`,
			"the stored session still lives SESSION_COOKIE_AGE after its last save", "the stored session expires SESSION_COOKIE_AGE after its last save"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := settingsOf(t, tt.settings, "").project.SessionLifetime()
			if l.Lives() != tt.lives || l.Ends() != tt.ends {
				t.Errorf("%q and %q, want %q and %q", l.Lives(), l.Ends(), tt.lives, tt.ends)
			}
		})
	}
	l := load(t, "-- shop/views.py --\n").SessionLifetime()
	if want := "the stored session still lives SESSION_COOKIE_AGE (14 days by default) after its last save"; l.Lives() != want {
		t.Errorf("without settings %q, want %q", l.Lives(), want)
	}
}

// TestSessionLifetimeOfTwo: settings modules that differ agree on nothing.
func TestSessionLifetimeOfTwo(t *testing.T) {
	fx := load(t, `
-- manage.py --
-- config/settings/production.py --
INSTALLED_APPS = []
SESSION_COOKIE_AGE = 600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
-- config/settings/staging.py --
INSTALLED_APPS = []
SESSION_COOKIE_AGE = 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
-- config/settings/live.py --
INSTALLED_APPS = []
SESSION_COOKIE_AGE = 600
`)
	if n := len(fx.Deployable()); n != 3 {
		t.Fatalf("%d deployable settings modules, want 3", n)
	}
	if l := fx.SessionLifetime(); l.Age != 0 || l.BrowserClose {
		t.Errorf("lifetime is %+v", l)
	}
}

func TestBrowserClose(t *testing.T) {
	for settings, want := range map[string]bool{
		"":                                       false,
		"SESSION_EXPIRE_AT_BROWSER_CLOSE = True": true,
		"import os\nSESSION_EXPIRE_AT_BROWSER_CLOSE = bool(os.environ.get(\"X\"))": false,
	} {
		if l := settingsOf(t, settings, "").project.SessionLifetime(); l.BrowserClose != want {
			t.Errorf("%q: BrowserClose is %t", settings, l.BrowserClose)
		}
	}
}

func TestInWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Second: "1 second", 59 * time.Second: "59 seconds", time.Minute: "1 minute", 90 * time.Minute: "90 minutes",
		time.Hour: "1 hour", 25 * time.Hour: "25 hours", 48 * time.Hour: "2 days",
	} {
		if got := InWords(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

func TestWhereSessionsAre(t *testing.T) {
	const cache = "SESSION_ENGINE = \"django.contrib.sessions.backends.cache\"\nCACHES = {\"default\": {\"BACKEND\": "
	tests := []struct {
		name, settings, more string
		memcached, json      bool
	}{
		{"defaults", "", "", false, true},
		{"pymemcache", cache + `"django.core.cache.backends.memcached.PyMemcacheCache"}}`, "", true, false},
		{"redis", cache + `"django.core.cache.backends.redis.RedisCache"}}`, "", false, false},
		{"memcached for something else", `CACHES = {"default": {"BACKEND": "django.core.cache.backends.memcached.PyMemcacheCache"}}`, "", false, true},
		{"signed cookies", `SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"`, "", false, true},
		{"pickle", `SESSION_SERIALIZER = "django.contrib.sessions.serializers.PickleSerializer"`, "", false, false},
		{"own serializer", `SESSION_SERIALIZER = "shop.serializers.Mine"`, "", false, false},
		{"named JSON", `SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"`, "", false, true},
		{"engine from the environment", "import os\nSESSION_ENGINE = os.environ.get(\"ENGINE\", \"django.contrib.sessions.backends.db\")", "", false, false},
		{"before JSON was the default", "", "-- requirements.txt --\nDjango==1.4.22\n", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := settingsOf(t, tt.settings, tt.more).project
			if m, j := p.SessionsInMemcached(), p.SerializesAsJSON(); m != tt.memcached || j != tt.json {
				t.Errorf("memcached %t, JSON %t; want %t, %t", m, j, tt.memcached, tt.json)
			}
		})
	}
}
