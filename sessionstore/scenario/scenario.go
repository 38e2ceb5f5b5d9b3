// Package scenario runs clients against the reference session store, over requests and days, and reports what the store
// had to do for it.
//
// A [World] is one project on one database with a virtual clock; a [Client] is a browser or a bot. What a run cost comes out as a
// [Report]. The semantics live in package sessionstore; the scenarios that back a rule live with the rule.
//
// Everything here runs in one goroutine and takes no real time.
package scenario

import (
	"fmt"
	"time"

	"github.com/sesslint/sesslint/sessionstore"
)

// A View answers a request.
type View = func(*sessionstore.Request) sessionstore.Response

// Do makes a view that works on the session and answers 200, or 500 if f raises.
func Do(f func(*sessionstore.Session) error) View {
	return func(r *sessionstore.Request) sessionstore.Response {
		return sessionstore.Response{Err: f(r.Session)}
	}
}

// A World is a project that is visited.
type World struct {
	Clock *sessionstore.VirtualClock
	DB    *sessionstore.Memory

	// Store serves the requests. Put another one in its place to change settings halfway, or to put a cache before DB.
	Store *sessionstore.Store

	// ClearDaily makes Days run clearsessions at the end of each day.
	ClearDaily bool

	clients  int
	requests int
	statuses map[int]int
}

// New returns a world without sessions whose clock shows 2026-01-01 00:00 UTC.
func New(config sessionstore.Config) *World {
	clock := sessionstore.NewVirtualClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	db := sessionstore.NewMemory(clock)
	return &World{
		Clock:    clock,
		DB:       db,
		Store:    sessionstore.New(config, db, clock),
		statuses: map[int]int{},
	}
}

// Days runs each once a day for n days, counted from 0.
func (w *World) Days(n int, each func(day int)) error {
	for day := range n {
		each(day)
		w.Clock.Advance(24 * time.Hour)
		if w.ClearDaily {
			if err := w.Store.ClearExpired(); err != nil {
				return fmt.Errorf("clearing expired sessions after day %d: %w", day, err)
			}
		}
	}
	return nil
}

// Interleave runs two requests side by side: view a, view b, response a, response b. The response of b is the last to save.
func (w *World) Interleave(a *Client, viewA View, b *Client, viewB View) (respA, respB sessionstore.Response) {
	reqA, reqB := a.begin(), b.begin()
	respA, respB = viewA(reqA), viewB(reqB)
	return a.finish(reqA, respA), b.finish(reqB, respB)
}

// Overlap runs a whole fast request between the view and the response of a slow one. The slow one is the last to save.
func (w *World) Overlap(slow *Client, viewSlow View, fast *Client, viewFast View) (respSlow, respFast sessionstore.Response) {
	req := slow.begin()
	respSlow = viewSlow(req)
	respFast = fast.Get(viewFast)
	return slow.finish(req, respSlow), respFast
}

// UntilGone advances the clock by steps until the session of key can no longer be loaded, and returns how long that took, or
// false if it is still there after limit.
func (w *World) UntilGone(key string, step, limit time.Duration) (time.Duration, bool) {
	if step <= 0 {
		return 0, false
	}
	for elapsed := time.Duration(0); ; elapsed += step {
		s := w.Store.Session(key)
		s.Keys() // loads, and drops the key if it is dead
		if s.Key() == "" {
			return elapsed, true
		}
		if elapsed >= limit {
			return 0, false
		}
		w.Clock.Advance(step)
	}
}

// Cookies says what a client does with the session cookie.
type Cookies int

const (
	// Kept: a browser. It sends the cookie until its Max-Age is over, it is deleted, or the browser is closed on a cookie
	// that has no Max-Age.
	Kept Cookies = iota

	// None: a health check, a crawler, an API client. It ignores Set-Cookie.
	None

	// Stale: it ignores Set-Cookie and sends the key of a session that is long gone.
	Stale
)

// A Client sends requests.
type Client struct {
	world   *World
	cookies Cookies
	stale   string

	cookie *sessionstore.SetCookie
	until  time.Time
}

// Client returns a new client, without a session.
func (w *World) Client(cookies Cookies) *Client {
	w.clients++
	return &Client{world: w, cookies: cookies, stale: fmt.Sprintf("stale%027d", w.clients)}
}

// Get sends a request that view answers.
func (c *Client) Get(view View) sessionstore.Response {
	req := c.begin()
	return c.finish(req, view(req))
}

// Cookie returns the session key the client would send now, or "".
func (c *Client) Cookie() string {
	switch {
	case c.cookies == Stale:
		return c.stale
	case c.cookie == nil:
		return ""
	case !c.cookie.BrowserSession && !c.world.Clock.Now().Before(c.until):
		c.cookie = nil
		return ""
	}
	return c.cookie.Value
}

// Use makes the client send key from now on, as a second tab of the browser that has it or a thief of the cookie does.
func (c *Client) Use(key string) {
	c.cookie = &sessionstore.SetCookie{Value: key, BrowserSession: true}
}

// CloseBrowser drops a cookie that lives as long as the browser does.
func (c *Client) CloseBrowser() {
	if c.cookie != nil && c.cookie.BrowserSession {
		c.cookie = nil
	}
}

func (c *Client) begin() *sessionstore.Request {
	req := &sessionstore.Request{Cookie: c.Cookie()}
	c.world.Store.ProcessRequest(req)
	return req
}

func (c *Client) finish(req *sessionstore.Request, resp sessionstore.Response) sessionstore.Response {
	w := c.world
	resp = w.Store.ProcessResponse(req, resp)
	w.requests++
	w.statuses[resp.Status]++
	if set := resp.SetCookie; c.cookies == Kept && set != nil {
		// Not by time.Duration, which ends after 292 years.
		c.cookie, c.until = set, time.UnixMicro(w.Clock.Now().UnixMicro()+set.MaxAge*1e6)
		if set.Deleted() {
			c.cookie = nil
		}
	}
	return resp
}
