package django

import "time"

// sessionSettings are the names in Django 5.2's django/conf/global_settings.py that start with SESSION_, in its order, with
// their defaults. No release since 2.1 differs (SESSION_COOKIE_SAMESITE came with 2.1).
var sessionSettings = []struct {
	name  string
	value any
}{
	{"SESSION_CACHE_ALIAS", "default"},
	{"SESSION_COOKIE_NAME", "sessionid"},
	{"SESSION_COOKIE_AGE", int64(60 * 60 * 24 * 7 * 2)},
	{"SESSION_COOKIE_DOMAIN", nil},
	{"SESSION_COOKIE_SECURE", false},
	{"SESSION_COOKIE_PATH", "/"},
	{"SESSION_COOKIE_HTTPONLY", true},
	{"SESSION_COOKIE_SAMESITE", "Lax"},
	{"SESSION_SAVE_EVERY_REQUEST", false},
	{"SESSION_EXPIRE_AT_BROWSER_CLOSE", false},
	{"SESSION_ENGINE", "django.contrib.sessions.backends.db"},
	{"SESSION_FILE_PATH", nil},
	{"SESSION_SERIALIZER", "django.contrib.sessions.serializers.JSONSerializer"},
}

// SessionSettingNames returns the names of Django's own session settings, in the order of its global_settings.py.
func SessionSettingNames() []string {
	names := make([]string, len(sessionSettings))
	for i, s := range sessionSettings {
		names[i] = s.name
	}
	return names
}

// globalDefaults are Django's defaults for settings that matter to sessions, from django/conf/global_settings.py of
// Django 5.2. Settings whose default depends on the version are in versionedDefault.
var globalDefaults = func() map[string]Const {
	m := map[string]Const{
		"ALLOWED_HOSTS":                     {&List{}},
		"AUTHENTICATION_BACKENDS":           {stringList("django.contrib.auth.backends.ModelBackend")},
		"AUTH_USER_MODEL":                   {"auth.User"},
		"CACHE_MIDDLEWARE_ALIAS":            {"default"},
		"CACHE_MIDDLEWARE_KEY_PREFIX":       {""},
		"CACHE_MIDDLEWARE_SECONDS":          {int64(600)},
		"CSRF_COOKIE_AGE":                   {int64(60 * 60 * 24 * 7 * 52)},
		"CSRF_COOKIE_DOMAIN":                {nil},
		"CSRF_COOKIE_HTTPONLY":              {false},
		"CSRF_COOKIE_NAME":                  {"csrftoken"},
		"CSRF_COOKIE_PATH":                  {"/"},
		"CSRF_COOKIE_SAMESITE":              {"Lax"},
		"CSRF_COOKIE_SECURE":                {false},
		"CSRF_USE_SESSIONS":                 {false},
		"DATABASES":                         {&Dict{}},
		"DEBUG":                             {false},
		"INSTALLED_APPS":                    {&List{}},
		"LANGUAGE_COOKIE_NAME":              {"django_language"},
		"LOGIN_REDIRECT_URL":                {"/accounts/profile/"},
		"LOGIN_URL":                         {"/accounts/login/"},
		"MESSAGE_STORAGE":                   {"django.contrib.messages.storage.fallback.FallbackStorage"},
		"MIDDLEWARE":                        {&List{}},
		"SECRET_KEY":                        {""},
		"SECRET_KEY_FALLBACKS":              {&List{}},
		"SECURE_HSTS_SECONDS":               {int64(0)},
		"SECURE_PROXY_SSL_HEADER":           {nil},
		"SECURE_SSL_REDIRECT":               {false},
		"SIGNING_BACKEND":                   {"django.core.signing.TimestampSigner"},
		"TEMPLATES":                         {&List{}},
		"PASSWORD_RESET_TIMEOUT":            {int64(60 * 60 * 24 * 3)},
		"DATA_UPLOAD_MAX_MEMORY_SIZE":       {int64(2621440)},
		"DEFAULT_AUTO_FIELD":                {"django.db.models.AutoField"},
		"USE_X_FORWARDED_HOST":              {false},
		"USE_X_FORWARDED_PORT":              {false},
		"WSGI_APPLICATION":                  {nil},
		"DATABASE_ROUTERS":                  {&List{}},
		"SECURE_CROSS_ORIGIN_OPENER_POLICY": {"same-origin"},
	}
	for _, s := range sessionSettings {
		m[s.name] = Const{s.value}
	}
	locmem := &Dict{Entries: []Entry{{Key: Const{"BACKEND"}, Value: constant("django.core.cache.backends.locmem.LocMemCache")}}}
	m["CACHES"] = Const{&Dict{Entries: []Entry{{Key: Const{"default"}, Value: Value{kind: KindConst, c: Const{locmem}}}}}}
	return m
}()

// versionedDefault returns defaults that changed: USE_TZ is True from Django 5.0 on.
func versionedDefault(name string, v VersionRange) (Const, bool) {
	if name == "USE_TZ" {
		switch v.AtLeast(5, 0) {
		case Yes:
			return Const{true}, true
		case No:
			return Const{false}, true
		}
	}
	return Const{}, false
}

func stringList(items ...string) *List {
	l := &List{}
	for _, s := range items {
		l.Items = append(l.Items, Item{Value: constant(s)})
	}
	return l
}

// opaque is an object of which only a description is known.
type opaque struct{ desc string }

func (o *opaque) text() string { return o.desc }

// timedelta makes the constant of a datetime.timedelta. The second result is false where Go's durations cannot hold it
// (292 years).
func timedelta(seconds float64) (Const, bool) {
	if seconds > 9e9 || seconds < -9e9 {
		return Const{}, false
	}
	return Const{time.Duration(seconds * float64(time.Second))}, true
}
