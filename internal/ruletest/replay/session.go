package replay

import (
	"strconv"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/sessionstore"
)

// session is request.session.
type session struct {
	s     *sessionstore.Session
	attrs map[string]any // set by the program, of no effect
}

// request is the HttpRequest.
type request struct {
	req     *sessionstore.Request
	params  Request
	session *session
	user    *user
	attrs   map[string]any
}

// user is request.user: like SimpleLazyObject it looks at the session when an attribute is read, not before.
type user struct {
	req   *sessionstore.Request
	known *sessionstore.User // a user that does not come from the request
}

// response is an HttpResponse.
type response struct {
	status  int
	body    string
	headers map[string]any
}

func newRequest(params Request, req *sessionstore.Request) *request {
	return &request{
		req: req, params: params, attrs: map[string]any{},
		session: &session{s: req.Session, attrs: map[string]any{}},
		user:    &user{req: req},
	}
}

func (f *frame) requestAttr(at py.Node, r *request, name string) (any, error) {
	if v, ok := r.attrs[name]; ok {
		return v, nil
	}
	switch name {
	case "session":
		return r.session, nil
	case "user":
		return r.user, nil
	case "method":
		if r.params.Method == "" {
			return "GET", nil
		}
		return r.params.Method, nil
	case "GET":
		return texts(r.params.GET), nil
	case "POST":
		return texts(r.params.POST), nil
	}
	return nil, f.mod.unknown(at, "request.%s is used", name)
}

func texts(m map[string]string) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

func (f *frame) userAttr(at py.Node, u *user, name string) (any, error) {
	who := u.known
	if u.req != nil {
		var err error
		if who, err = u.req.User(); err != nil {
			return nil, err
		}
	}
	switch name {
	case "is_authenticated":
		return who != nil, nil
	case "is_anonymous":
		return who == nil, nil
	case "id", "pk":
		if who == nil {
			return nil, nil
		}
		n, err := strconv.Atoi(who.ID)
		if err != nil {
			return nil, f.mod.unknown(at, "the user %q has an id that is no number", who.ID)
		}
		return n, nil
	}
	return nil, f.mod.unknown(at, "%s of a user is used", name)
}

// checked passes on what a method of the session returned, or the error of the database.
func (s *session) checked(v any, err error) (any, error) {
	if s.s.Err() != nil {
		return nil, s.s.Err()
	}
	return v, err
}

func (f *frame) sessionAttr(at py.Node, s *session, name string) (any, error) {
	switch name {
	case "modified":
		return s.s.Modified(), nil
	case "accessed":
		return s.s.Accessed(), nil
	case "session_key":
		if s.s.Key() == "" {
			return nil, nil
		}
		return s.s.Key(), nil
	}
	if m := sessionMethods[name]; m != nil {
		return builtin(func(c *invocation) (any, error) { return s.checked(m(c, s.s)) }), nil
	}
	if v, ok := s.attrs[name]; ok {
		return v, nil
	}
	return nil, f.mod.unknown(at, "session.%s is used", name)
}

var sessionMethods = map[string]func(*invocation, *sessionstore.Session) (any, error){
	"get": func(c *invocation, s *sessionstore.Session) (any, error) {
		p, k, err := c.keyParams("get", 1, "key", "default")
		if err != nil {
			return nil, err
		}
		return s.GetOr(k, p[1]), nil
	},
	"pop": func(c *invocation, s *sessionstore.Session) (any, error) {
		p, k, err := c.keyParams("pop", 1, "key", "default")
		if err != nil {
			return nil, err
		}
		if !c.given(1, "default") {
			return s.Pop(k)
		}
		return s.PopOr(k, p[1]), nil
	},
	"setdefault": func(c *invocation, s *sessionstore.Session) (any, error) {
		p, k, err := c.keyParams("setdefault", 2, "key", "value")
		if err == nil {
			err = c.frame.storable(c.at, p[1])
		}
		if err != nil {
			return nil, err
		}
		return s.SetDefault(k, p[1]), nil
	},
	"update": func(c *invocation, s *sessionstore.Session) (any, error) {
		more, err := c.updateParams()
		if err == nil {
			err = c.frame.storable(c.at, more)
		}
		if err == nil {
			s.Update(more)
		}
		return nil, err
	},
	"keys": func(_ *invocation, s *sessionstore.Session) (any, error) {
		list := sessionstore.NewList()
		for _, k := range s.Keys() {
			list.Append(k)
		}
		return list, nil
	},
	"values": func(_ *invocation, s *sessionstore.Session) (any, error) {
		return sessionstore.NewList(s.Values()...), nil
	},
	"items": func(_ *invocation, s *sessionstore.Session) (any, error) {
		list := sessionstore.NewList()
		for _, k := range s.Keys() {
			list.Append([]any{k, s.Get(k)})
		}
		return list, nil
	},
	"set_expiry": func(c *invocation, s *sessionstore.Session) (any, error) {
		p, err := c.params("set_expiry", 1, "value")
		if err != nil {
			return nil, err
		}
		return nil, s.SetExpiry(p[0])
	},
	"get_expiry_age": func(c *invocation, s *sessionstore.Session) (any, error) {
		if _, err := c.params("get_expiry_age", 0); err != nil {
			return nil, err
		}
		age, err := s.GetExpiryAge()
		return int(age), err
	},
	"get_expire_at_browser_close": plain(func(s *sessionstore.Session) (any, error) { return s.ExpireAtBrowserClose(), nil }),
	"is_empty":                    plain(func(s *sessionstore.Session) (any, error) { return s.IsEmpty(), nil }),
	"test_cookie_worked":          plain(func(s *sessionstore.Session) (any, error) { return s.TestCookieWorked(), nil }),
	"set_test_cookie":             plain(func(s *sessionstore.Session) (any, error) { s.SetTestCookie(); return nil, nil }),
	"delete_test_cookie":          plain(func(s *sessionstore.Session) (any, error) { return nil, s.DeleteTestCookie() }),
	"clear":                       plain(func(s *sessionstore.Session) (any, error) { s.Clear(); return nil, nil }),
	"flush":                       plain(func(s *sessionstore.Session) (any, error) { return nil, s.Flush() }),
	"cycle_key":                   plain(func(s *sessionstore.Session) (any, error) { return nil, s.CycleKey() }),
	"create":                      plain(func(s *sessionstore.Session) (any, error) { return nil, s.Create() }),
	"delete":                      plain(func(s *sessionstore.Session) (any, error) { return nil, s.DeleteRow() }),
	"save":                        plain(func(s *sessionstore.Session) (any, error) { return nil, s.Save(false) }),
	"clear_expired": func(c *invocation, _ *sessionstore.Session) (any, error) {
		if _, err := c.params("clear_expired", 0); err != nil {
			return nil, err
		}
		return nil, c.site.Store.ClearExpired()
	},
}

// plain is a method without arguments.
func plain(m func(*sessionstore.Session) (any, error)) func(*invocation, *sessionstore.Session) (any, error) {
	return func(c *invocation, s *sessionstore.Session) (any, error) {
		if len(c.args)+len(c.kwargs) > 0 {
			return nil, c.unknown("this method is called with arguments")
		}
		return m(s)
	}
}

// defaults are the settings that a project need not set.
var defaults = map[string]any{
	"SESSION_COOKIE_AGE":              sessionstore.Defaults().CookieAge,
	"SESSION_SAVE_EVERY_REQUEST":      false,
	"SESSION_EXPIRE_AT_BROWSER_CLOSE": false,
	"SESSION_ENGINE":                  "django.contrib.sessions.backends.db",
}

// setting is django.conf.settings.NAME.
func (f *frame) setting(at py.Node, name string) (any, error) {
	v, ok, err := f.site.global(f.site.settings, name)
	if err != nil || ok {
		return v, err
	}
	if v, ok := defaults[name]; ok {
		return v, nil
	}
	return nil, f.mod.unknown(at, "settings.%s is used", name)
}
