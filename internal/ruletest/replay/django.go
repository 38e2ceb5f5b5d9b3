package replay

import (
	"time"
)

// djangoFuncs is what of Django and the standard library a program may call, by dotted name.
var djangoFuncs = map[string]builtin{
	"django.http.HttpResponse":                                       func(c *invocation) (any, error) { return newResponse(c, 200) },
	"django.http.HttpResponseBadRequest":                             func(c *invocation) (any, error) { return newResponse(c, 400) },
	"django.http.HttpResponseForbidden":                              func(c *invocation) (any, error) { return newResponse(c, 403) },
	"django.http.HttpResponseNotFound":                               func(c *invocation) (any, error) { return newResponse(c, 404) },
	"django.http.HttpResponseServerError":                            func(c *invocation) (any, error) { return newResponse(c, 500) },
	"django.http.HttpResponseRedirect":                               redirect,
	"django.shortcuts.redirect":                                      redirect,
	"django.http.JsonResponse":                                       jsonResponse,
	"django.utils.timezone.now":                                      func(c *invocation) (any, error) { return c.site.Clock.Now(), nil },
	"time.time":                                                      unixTime,
	"datetime.timedelta":                                             timedelta,
	"django.contrib.auth.logout":                                     logout,
	"django.contrib.auth.login":                                      login,
	"django.contrib.auth.authenticate":                               authenticate,
	"django.core.management.call_command":                            callCommand,
	"django.core.cache.cache.get":                                    cacheGet,
	"django.core.cache.cache.set":                                    cacheSet,
	"django.core.cache.cache.delete":                                 cacheDelete,
	"django.core.cache.cache.get_or_set":                             cacheGetOrSet,
	"django.contrib.sessions.models.Session.objects.filter":          filterSessions,
	"django.contrib.sessions.backends.db.SessionStore.clear_expired": clearExpired,
}

func newResponse(c *invocation, status int) (any, error) {
	p, err := c.params("HttpResponse", 0, "content", "status", "content_type")
	if err != nil {
		return nil, err
	}
	r := &response{status: status, headers: map[string]any{}}
	if p[0] != nil {
		if r.body, err = c.frame.str(c.at, p[0]); err != nil {
			return nil, err
		}
	}
	if n, ok := p[1].(int); ok {
		r.status = n
	} else if p[1] != nil {
		return nil, c.unknown(typeName(p[1]) + " is a status")
	}
	return r, nil
}

func redirect(c *invocation) (any, error) {
	if _, err := c.params("redirect", 1, "to"); err != nil {
		return nil, err
	}
	return &response{status: 302, headers: map[string]any{}}, nil
}

func jsonResponse(c *invocation) (any, error) {
	p, err := c.params("JsonResponse", 1, "data", "status")
	if err != nil {
		return nil, err
	}
	r := &response{status: 200, headers: map[string]any{}}
	if n, ok := p[1].(int); ok {
		r.status = n
	} else if p[1] != nil {
		return nil, c.unknown(typeName(p[1]) + " is a status")
	}
	return r, nil
}

func unixTime(c *invocation) (any, error) {
	return float64(c.site.Clock.Now().UnixMicro()) / 1e6, nil
}

func timedelta(c *invocation) (any, error) {
	names := []string{"days", "seconds", "minutes", "hours", "weeks"}
	units := []time.Duration{24 * time.Hour, time.Second, time.Minute, time.Hour, 7 * 24 * time.Hour}
	if len(c.args) > 2 {
		return nil, c.unknown("timedelta is called with so many positional arguments")
	}
	p, err := c.params("timedelta", 0, names...)
	if err != nil {
		return nil, err
	}
	var total time.Duration
	for i, v := range p {
		if v == nil {
			continue
		}
		n, ok := float(v)
		if !ok {
			return nil, c.unknown("timedelta is called with " + typeName(v))
		}
		total += time.Duration(n * float64(units[i]))
	}
	return total, nil
}

func logout(c *invocation) (any, error) {
	p, err := c.params("logout", 1, "request")
	if err != nil {
		return nil, err
	}
	r, ok := p[0].(*request)
	if !ok {
		return nil, c.unknown("logout is called with " + typeName(p[0]))
	}
	return nil, r.req.Logout()
}

func login(c *invocation) (any, error) {
	p, err := c.params("login", 2, "request", "user")
	if err != nil {
		return nil, err
	}
	r, isRequest := p[0].(*request)
	u, isUser := p[1].(*user)
	if !isRequest || !isUser || u.known == nil {
		return nil, c.unknown("login is called with these arguments")
	}
	return nil, r.req.Login(*u.known)
}

// authenticate knows the users of Site.AddUser by the id as their name, and believes every password.
func authenticate(c *invocation) (any, error) {
	p, err := c.params("authenticate", 1, "request", "username", "password")
	if err != nil {
		return nil, err
	}
	name, ok := p[1].(string)
	if !ok {
		return nil, c.unknown("authenticate is called without a user name")
	}
	u, ok := c.site.users[name]
	if !ok {
		return nil, nil
	}
	return &user{known: &u}, nil
}

func clearExpired(c *invocation) (any, error) {
	if _, err := c.params("clear_expired", 0); err != nil {
		return nil, err
	}
	return nil, c.site.Store.ClearExpired()
}

func callCommand(c *invocation) (any, error) {
	p, err := c.params("call_command", 1, "command")
	if err != nil {
		return nil, err
	}
	if p[0] != "clearsessions" {
		return nil, c.unknown("this command is called")
	}
	return nil, c.site.Store.ClearExpired()
}

// filterSessions is Session.objects.filter(expire_date__lt=timezone.now()), which can be deleted and nothing else.
func filterSessions(c *invocation) (any, error) {
	p, err := c.params("filter", 0, "expire_date__lt", "expire_date__lte")
	if err != nil {
		return nil, err
	}
	if len(c.args) > 0 || len(c.kwargs) != 1 {
		return nil, c.unknown("filter is called with these arguments")
	}
	limit, ok := p[0], p[0] != nil
	if !ok {
		limit = p[1]
	}
	at, ok := limit.(time.Time)
	if now := c.site.Clock.Now(); !ok || now.Sub(at).Abs() > time.Second {
		return nil, c.unknown("sessions are filtered by another time than now")
	}
	query := &instance{class: &class{name: "QuerySet", methods: map[string]*function{}}, attrs: map[string]any{}}
	query.attrs["delete"] = builtin(func(c *invocation) (any, error) {
		if _, err := c.params("delete", 0); err != nil {
			return nil, err
		}
		return nil, c.site.Store.ClearExpired()
	})
	return query, nil
}

// cached is an entry of the cache, which holds copies.
type cached struct {
	value   any
	expires time.Time // zero for never
}

// defaultTimeout is TIMEOUT of CACHES where it is not set.
const defaultTimeout = 300 * time.Second

func (s *Site) cacheGet(key string) (any, bool, error) {
	e, ok := s.cache[key]
	if !ok || !e.expires.IsZero() && !s.Clock.Now().Before(e.expires) {
		return nil, false, nil
	}
	v, err := copyValue(e.value)
	return v, true, err
}

func (c *invocation) cacheSet(key string, v any, timeout any, hasTimeout bool) error {
	v, err := copyValue(v)
	if err != nil {
		return c.unknown(err.Error())
	}
	e := cached{value: v}
	life := defaultTimeout
	if hasTimeout && timeout != nil {
		n, ok := float(timeout)
		if !ok {
			return c.unknown(typeName(timeout) + " is a timeout")
		}
		life = time.Duration(n * float64(time.Second))
	}
	if !hasTimeout || timeout != nil {
		e.expires = c.site.Clock.Now().Add(life)
	}
	c.site.cache[key] = e
	return nil
}

func cacheGet(c *invocation) (any, error) {
	p, k, err := c.keyParams("cache.get", 1, "key", "default")
	if err != nil {
		return nil, err
	}
	v, ok, err := c.site.cacheGet(k)
	if err == nil && !ok {
		v = p[1]
	}
	return v, err
}

func cacheSet(c *invocation) (any, error) {
	p, k, err := c.keyParams("cache.set", 2, "key", "value", "timeout")
	if err != nil {
		return nil, err
	}
	return nil, c.cacheSet(k, p[1], p[2], c.given(2, "timeout"))
}

func cacheDelete(c *invocation) (any, error) {
	_, k, err := c.keyParams("cache.delete", 1, "key")
	if err != nil {
		return nil, err
	}
	_, ok, err := c.site.cacheGet(k)
	delete(c.site.cache, k)
	return ok, err
}

func cacheGetOrSet(c *invocation) (any, error) {
	p, k, err := c.keyParams("cache.get_or_set", 2, "key", "default", "timeout")
	if err != nil {
		return nil, err
	}
	v, ok, err := c.site.cacheGet(k)
	if err != nil || ok {
		return v, err
	}
	v = p[1]
	if fn, ok := v.(*function); ok {
		if v, err = c.call(fn, nil, nil); err != nil {
			return nil, err
		}
	}
	if err := c.cacheSet(k, v, p[2], c.given(2, "timeout")); err != nil {
		return nil, err
	}
	v, _, err = c.site.cacheGet(k)
	return v, err
}
