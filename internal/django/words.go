package django

import "time"

// A Lifetime says how long a stored session can be used after its last save, for messages.
type Lifetime struct {
	// Engine is where sessions are stored, EngineUnknown if that is not known.
	Engine EngineKind
	// Age is SESSION_COOKIE_AGE, 0 if it is not one known value.
	Age time.Duration
	// BrowserClose is true where SESSION_EXPIRE_AT_BROWSER_CLOSE is on, so that every cookie ends with the browser anyway.
	BrowserClose bool
	// noSettings is set where there are no settings to read, so that the default is worth a word.
	noSettings bool
}

// SessionLifetime returns the lifetime that all deployable settings modules agree on. A SessionStore class of the project
// may set an age of its own (get_session_cookie_age, Django 3.0); the age is then unknown.
func (p *Project) SessionLifetime() Lifetime {
	engine := p.SessionEngine()
	modules := p.effective()
	l := Lifetime{Engine: engine.Kind, noSettings: len(modules) == 0}
	l.BrowserClose = len(modules) > 0
	for i, m := range modules {
		seconds, known := m.Get("SESSION_COOKIE_AGE").Int()
		age := time.Duration(seconds) * time.Second
		switch {
		case !known || engine.Custom || i > 0 && age != l.Age:
			l.Age = -1
		case i == 0:
			l.Age = age
		}
		if on, known := m.Get("SESSION_EXPIRE_AT_BROWSER_CLOSE").Bool(); !on || !known {
			l.BrowserClose = false
		}
	}
	l.Age = max(l.Age, 0)
	return l
}

// what names the thing that is stored.
func (l Lifetime) what() string {
	switch l.Engine {
	case EngineDB, EngineCachedDB:
		return "the database row"
	case EngineCache:
		return "the cache entry"
	case EngineFile:
		return "the session file"
	}
	return "the stored session"
}

// after is how long something lasts.
func (l Lifetime) after() string {
	switch {
	case l.noSettings:
		return "SESSION_COOKIE_AGE (14 days by default)"
	case l.Age == 0:
		return "SESSION_COOKIE_AGE"
	}
	return InWords(l.Age)
}

// Lives says that closing the browser leaves the session usable: "the database row still lives 14 days after its last save".
func (l Lifetime) Lives() string {
	if l.Engine == EngineSignedCookies {
		return "a copy of the signed cookie is still accepted for " + l.after()
	}
	return l.what() + " still lives " + l.after() + " after its last save"
}

// Ends says when the session ends: "the database row expires 14 days after its last save".
func (l Lifetime) Ends() string {
	if l.Engine == EngineSignedCookies {
		return "its signature is accepted for " + l.after()
	}
	return l.what() + " expires " + l.after() + " after its last save"
}

// InWords shows a duration of whole seconds in the largest unit that fits: "14 days", "90 minutes".
func InWords(d time.Duration) string {
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if d >= u.unit && d%u.unit == 0 {
			return plural(int(d/u.unit), u.name)
		}
	}
	return plural(int(d/time.Second), "second")
}

// SessionsInMemcached reports whether sessions live in memcached alone, which refuses items over 1 MB by default.
func (p *Project) SessionsInMemcached() bool {
	if p.SessionEngine().Kind != EngineCache {
		return false
	}
	modules := p.effective()
	for _, m := range modules {
		switch backend, _ := m.SessionCacheBackend().Str(); backend {
		case "django.core.cache.backends.memcached.PyMemcacheCache", "django.core.cache.backends.memcached.PyLibMCCache",
			"django.core.cache.backends.memcached.MemcachedCache":
		default:
			return false
		}
	}
	return len(modules) > 0
}

// SerializesAsJSON reports whether sessions are certainly stored as JSON: with any of Django's engines but the cache engine,
// which pickles whatever SESSION_SERIALIZER says, and with no other serializer (JSON is the default since Django 1.6).
func (p *Project) SerializesAsJSON() bool {
	engine := p.SessionEngine()
	if engine.Kind == EngineUnknown || engine.Kind == EngineCache || !engine.Certain || p.version.Before(1, 6, 0) == Yes {
		return false
	}
	modules := p.effective()
	for _, m := range modules {
		s, known := m.Get("SESSION_SERIALIZER").Str()
		if !known || s != "django.contrib.sessions.serializers.JSONSerializer" && s != "django.core.signing.JSONSerializer" {
			return false
		}
	}
	return len(modules) > 0
}
