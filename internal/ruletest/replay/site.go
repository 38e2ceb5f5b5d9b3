package replay

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/sessionstore"
)

// A Site is a running project: its settings applied to the reference store, its views ready to be called. It is not safe for
// concurrent use; overlapping requests are taken apart with Begin.
type Site struct {
	Clock *sessionstore.VirtualClock
	Table *sessionstore.Memory
	Store *sessionstore.Store
	// CachedDB is the cache in front of Table, with the cached_db engine only.
	CachedDB *sessionstore.CachedDB

	project    *Project
	settings   *module
	globals    map[*module]map[string]any // module-level names that were used
	middleware []any                      // the project's own, as in MIDDLEWARE
	users      map[string]sessionstore.User
	cache      map[string]cached
	cron       []schedule
	steps      int
}

// Start is the moment at which every site starts.
var Start = time.Date(2025, time.March, 3, 12, 0, 0, 0, time.UTC)

const sessionMiddleware = "django.contrib.sessions.middleware.SessionMiddleware"

// NewSite starts the project with a behaviour of Django; the zero Version is the newest.
func (p *Project) NewSite(version sessionstore.Version) (*Site, error) {
	s := &Site{
		Clock: sessionstore.NewVirtualClock(Start), project: p,
		globals: map[*module]map[string]any{}, users: map[string]sessionstore.User{}, cache: map[string]cached{},
	}
	err := s.start(version)
	if err != nil {
		p.fail(err)
		return nil, err
	}
	return s, nil
}

func (s *Site) start(version sessionstore.Version) (err error) {
	if s.settings, err = s.project.settings(); err != nil {
		return err
	}
	config := sessionstore.Defaults()
	config.Version = version
	if config.CookieAge, err = setting(s, "SESSION_COOKIE_AGE", config.CookieAge); err != nil {
		return err
	}
	if config.SaveEveryRequest, err = setting(s, "SESSION_SAVE_EVERY_REQUEST", false); err != nil {
		return err
	}
	if config.ExpireAtBrowserClose, err = setting(s, "SESSION_EXPIRE_AT_BROWSER_CLOSE", false); err != nil {
		return err
	}
	engine, err := setting(s, "SESSION_ENGINE", "django.contrib.sessions.backends.db")
	if err != nil {
		return err
	}
	s.Table = sessionstore.NewMemory(s.Clock)
	var backend sessionstore.Backend = s.Table
	switch engine {
	case "django.contrib.sessions.backends.db":
	case "django.contrib.sessions.backends.cached_db":
		s.CachedDB = sessionstore.NewCachedDB(s.Table, s.Clock)
		backend = s.CachedDB
	default:
		return fmt.Errorf("%s: engine %q is not modelled", s.settings.path, engine)
	}
	s.Store = sessionstore.New(config, backend, s.Clock)
	if s.cron, err = schedules(s.project.files); err != nil {
		return err
	}
	return s.loadMiddleware()
}

// setting returns the value of a setting, or def if the project does not set it.
func setting[T any](s *Site, name string, def T) (T, error) {
	v, ok, err := s.global(s.settings, name)
	if err != nil || !ok {
		return def, err
	}
	t, ok := v.(T)
	if !ok {
		return def, fmt.Errorf("%s: %s is %s, want %T", s.settings.path, name, typeName(v), def)
	}
	return t, nil
}

// loadMiddleware takes the project's own middleware out of MIDDLEWARE. Those of Django other than the session middleware do
// nothing to sessions by themselves.
func (s *Site) loadMiddleware() error {
	v, ok, err := s.global(s.settings, "MIDDLEWARE")
	if err != nil {
		return err
	}
	list, isList := v.(*sessionstore.List)
	if !ok || !isList || !slices.Contains([]any(*list), any(sessionMiddleware)) {
		return fmt.Errorf("%s: MIDDLEWARE is not a list that holds %s", s.settings.path, sessionMiddleware)
	}
	after := false
	for _, item := range *list {
		name, _ := item.(string)
		if strings.HasPrefix(name, "django.") {
			after = after || name == sessionMiddleware
			continue
		}
		if !after {
			return fmt.Errorf("%s: middleware %s stands above the session middleware, which the replay does not model", s.settings.path, name)
		}
		m, err := s.lookup(name)
		if err != nil {
			return err
		}
		s.middleware = append(s.middleware, m)
	}
	return nil
}

// lookup returns what a dotted name of the project means.
func (s *Site) lookup(dotted string) (any, error) {
	i := strings.LastIndex(dotted, ".")
	if i < 0 {
		return nil, fmt.Errorf("%q is not a dotted name", dotted)
	}
	m := s.project.module(dotted[:i])
	if m == nil {
		return nil, fmt.Errorf("%s: the project has no module %s", dotted, dotted[:i])
	}
	v, ok, err := s.global(m, dotted[i+1:])
	if err == nil && !ok {
		err = fmt.Errorf("%s: no such name", dotted)
	}
	return v, err
}

// AddUser adds a user who may log in.
func (s *Site) AddUser(id string) {
	u := sessionstore.User{ID: id, Hash: "hash of " + id}
	s.users[id] = u
	s.Store.SetUser(u)
}

// Login logs a user of AddUser in.
func (s *Site) Login(c *Client, id string) sessionstore.Response {
	e := s.Begin(c, Request{})
	if err := e.request.Login(s.users[id]); err != nil {
		e.answer.Err = err
	}
	return e.Finish()
}

// Advance lets time pass. Scheduled commands run at their minutes.
func (s *Site) Advance(d time.Duration) error {
	now := s.Clock.Now()
	end := now.Add(d)
	for _, at := range runs(s.cron, now, end) {
		s.Clock.Advance(at.Sub(now))
		now = at
		if err := s.Store.ClearExpired(); err != nil {
			return err
		}
	}
	s.Clock.Advance(end.Sub(now))
	return nil
}

// A Client is a browser: it keeps the session cookie.
type Client struct {
	Cookie string
	// expires is when the browser drops the cookie; zero while it lives until the browser is closed.
	expires time.Time
}

// CloseBrowser ends the browser session.
func (c *Client) CloseBrowser() {
	if c.expires.IsZero() {
		c.Cookie = ""
	}
}

// A Request names the view to be called and what comes with the call. The view stands in shop/views.py unless it is a dotted
// name.
type Request struct {
	View      string
	Method    string // GET if empty
	GET, POST map[string]string
}

// An Exchange is a request that is being answered, taken apart so that others can come in between.
type Exchange struct {
	site    *Site
	client  *Client
	params  Request
	request sessionstore.Request
	answer  sessionstore.Response
}

// Begin lets a request arrive: the session middleware has looked at it, the view has not run.
func (s *Site) Begin(c *Client, r Request) *Exchange {
	if !c.expires.IsZero() && !s.Clock.Now().Before(c.expires) {
		c.Cookie = ""
	}
	e := &Exchange{site: s, client: c, params: r, request: sessionstore.Request{Cookie: c.Cookie}}
	s.Store.ProcessRequest(&e.request)
	return e
}

// Run runs the view.
func (e *Exchange) Run() { e.answer = e.site.view(e.params)(&e.request) }

// Finish lets the session middleware answer, and the browser take the cookie.
func (e *Exchange) Finish() sessionstore.Response {
	resp := e.site.Store.ProcessResponse(&e.request, e.answer)
	if set := resp.SetCookie; set != nil {
		now := e.site.Clock.Now()
		switch {
		case set.Deleted(), !set.BrowserSession && set.MaxAge <= 0:
			e.client.Cookie, e.client.expires = "", time.Time{}
		case set.BrowserSession:
			e.client.Cookie, e.client.expires = set.Value, time.Time{}
		default:
			e.client.Cookie, e.client.expires = set.Value, now.Add(time.Duration(set.MaxAge)*time.Second)
		}
	}
	return resp
}

// Do sends a request and returns the answer.
func (s *Site) Do(c *Client, r Request) sessionstore.Response {
	e := s.Begin(c, r)
	e.Run()
	return e.Finish()
}

// View returns a view of the project in the form in which package sessionstore and its scenarios call one.
func (s *Site) View(r Request) func(*sessionstore.Request) sessionstore.Response { return s.view(r) }

func (s *Site) view(r Request) func(*sessionstore.Request) sessionstore.Response {
	return func(req *sessionstore.Request) sessionstore.Response {
		resp, err := s.callView(r, req)
		if err == nil {
			return sessionstore.Response{Status: resp.status, Body: resp.body}
		}
		if !isPython(err) {
			s.project.fail(err)
		}
		return sessionstore.Response{Err: err}
	}
}

func (s *Site) callView(r Request, req *sessionstore.Request) (*response, error) {
	dotted := r.View
	if !strings.Contains(dotted, ".") {
		dotted = "shop.views." + dotted
	}
	view, err := s.lookup(dotted)
	if err != nil {
		return nil, err
	}
	django := &frame{site: s, mod: s.settings} // the caller that is not part of the project
	// The last middleware of the list is the innermost.
	handler := view
	for _, m := range slices.Backward(s.middleware) {
		if handler, err = s.call(django, s.settings.tree, m, []any{handler}, nil); err != nil {
			return nil, err
		}
	}
	v, err := s.call(django, s.settings.tree, handler, []any{newRequest(r, req)}, nil)
	if err != nil {
		return nil, err
	}
	resp, ok := v.(*response)
	if !ok {
		return nil, fmt.Errorf("%s returned %s, not a response", dotted, typeName(v))
	}
	return resp, nil
}

// isPython reports whether an error is an exception that Python would have raised, not a limit of the replay.
func isPython(err error) bool {
	var e *sessionstore.Exception
	for _, known := range []error{sessionstore.ErrCreate, sessionstore.ErrUpdate, sessionstore.ErrReadOnly, sessionstore.ErrSessionInterrupted} {
		if errors.Is(err, known) {
			return true
		}
	}
	return errors.As(err, &e)
}

// global returns what a module-level name means; ok is false if the module does not bind it.
func (s *Site) global(m *module, name string) (v any, ok bool, err error) {
	if v, ok := s.globals[m][name]; ok {
		return v, true, nil
	}
	stmt := m.globals[name]
	if !m.clear(name) {
		return nil, false, m.unknown(m.tree, "%s is bound in more than one way", name)
	}
	if stmt == nil {
		return nil, false, nil
	}
	frame := &frame{site: s, mod: m}
	switch stmt := stmt.(type) {
	case *py.FunctionDef:
		v, err = frame.function(stmt)
	case *py.ClassDef:
		v, err = frame.class(stmt)
	case *py.Import:
		v, err = frame.imported(stmt, name)
	case *py.ImportFrom:
		v, err = frame.importedFrom(stmt, name)
	case *py.Assign:
		v, err = frame.eval(stmt.Value)
	}
	if err != nil {
		return nil, false, err
	}
	if s.globals[m] == nil {
		s.globals[m] = map[string]any{}
	}
	s.globals[m][name] = v
	return v, true, nil
}
