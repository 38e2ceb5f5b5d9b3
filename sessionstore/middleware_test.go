package sessionstore

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Statements of one request with a valid session, as observed on 6.1.1.
func TestStatementsPerRequest(t *testing.T) {
	set := func(s *Session) error { s.Set("a", 2); return nil }
	for _, tt := range []struct {
		name string
		view func(*Session) error
		want map[string]int
	}{
		{"ten assignments", func(s *Session) error {
			for i := range 10 {
				s.Set("a", i)
			}
			return nil
		}, map[string]int{"SELECT": 1, "UPDATE": 1}},
		{"assignment and save", func(s *Session) error { return errors.Join(set(s), s.Save(false)) }, map[string]int{"SELECT": 1, "UPDATE": 2}},
		{"assignment, save, modified = False", func(s *Session) error {
			err := errors.Join(set(s), s.Save(false))
			s.SetModified(false)
			return err
		}, map[string]int{"SELECT": 1, "UPDATE": 1}},
		{"50 assignments with saves", func(s *Session) error {
			var err error
			for range 50 {
				err = errors.Join(err, set(s), s.Save(false))
			}
			return err
		}, map[string]int{"SELECT": 1, "UPDATE": 51}},
		{"set_expiry", func(s *Session) error { return s.SetExpiry(1800) }, map[string]int{"SELECT": 1, "UPDATE": 1}},
	} {
		p := newProject(Defaults())
		key := saved(t, p, map[string]any{"a": 1})
		sql := p.sql(func() {
			resp := p.Handle(Request{Cookie: key}, func(r *Request) Response { return raise(tt.view(r.Session)) })
			must(t, resp.Err)
		})
		if diff := cmp.Diff(tt.want, sql); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestMiddlewareEdges(t *testing.T) {
	for _, tt := range []struct {
		name   string
		req    Request
		view   func(p project, r *Request) Response
		status int
		err    error // errors.Is; nil for none
		cookie string
		rows   int
	}{
		{"empty cookie value", Request{EmptyCookie: true},
			func(project, *Request) Response { return Response{} }, 200, nil, "delete", 0},
		{"unknown key saved in the view", Request{Cookie: unknownKey},
			func(_ project, r *Request) Response { r.Session.Get("a"); return raise(r.Session.Save(false)) }, 200, nil, "set", 1},
		{"row deleted before a save in the view", Request{}, func(p project, r *Request) Response {
			r.Session.Set("a", 1)
			must(t, r.Session.Save(false))
			must(t, p.db.Remove(r.Session.Key()))
			return raise(r.Session.Save(false))
		}, 500, ErrUpdate, "none", 0},
		{"create by a new visitor", Request{}, func(_ project, r *Request) Response {
			r.Session.Set("a", 1)
			return raise(r.Session.Create())
		}, 200, nil, "set", 1},
		{"value that cannot be encoded", Request{}, func(_ project, r *Request) Response {
			r.Session.Set("a", math.NaN())
			return Response{}
		}, 500, errNotFinite, "none", 0},
		{"session replaced", Request{}, func(p project, r *Request) Response {
			r.Session = p.Session("")
			r.Session.Set("a", 1)
			return Response{}
		}, 200, nil, "set", 1},
		{"session removed", Request{}, func(_ project, r *Request) Response {
			r.Session.Set("a", 1)
			r.Session = nil
			return Response{}
		}, 200, nil, "none", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newProject(Defaults())
			resp := p.Handle(tt.req, func(r *Request) Response { return tt.view(p, r) })
			if resp.Status != tt.status || !errors.Is(resp.Err, tt.err) || cookieAction(resp.SetCookie) != tt.cookie || p.db.Rows() != tt.rows {
				t.Errorf("status %d, error %v, cookie %s, %d rows; want %d, %v, %s, %d",
					resp.Status, resp.Err, cookieAction(resp.SetCookie), p.db.Rows(), tt.status, tt.err, tt.cookie, tt.rows)
			}
		})
	}
}

// A Vary header of the view's own stays.
func TestVaryIsAddedTo(t *testing.T) {
	resp := newProject(Defaults()).Handle(Request{}, func(*Request) Response { return Response{VaryCookie: true} })
	if !resp.VaryCookie {
		t.Error("Vary: Cookie of the view is gone")
	}
}

// Observed on all four versions: what a database that refuses writes looks like to visitors.
func TestRefusedWrites(t *testing.T) {
	set := func(r *Request) Response { r.Session.Set("a", 1); return Response{} }
	read := func(r *Request) Response { r.Session.Get("a"); return Response{} }
	for _, every := range []bool{false, true} {
		config := Defaults()
		config.SaveEveryRequest = every
		p := newProject(config)
		key := saved(t, p, map[string]any{"a": 0})
		p.db.RefuseWrites(true)
		readStatus := 200
		if every {
			readStatus = 400
		}
		for _, tt := range []struct {
			name string
			req  Request
			view func(*Request) Response
			want int
		}{
			{"view sets a key", Request{Cookie: key}, set, 400},
			{"read-only view", Request{Cookie: key}, read, readStatus},
			{"first-time visitor", Request{}, set, 500},
			{"logout", Request{Cookie: key}, func(r *Request) Response { return raise(r.Logout()) }, 500},
		} {
			resp := p.Handle(tt.req, tt.view)
			if resp.Status != tt.want {
				t.Errorf("save every request %v, %s: status %d, want %d", every, tt.name, resp.Status, tt.want)
			}
			if resp.Status == 400 && !(errors.Is(resp.Err, ErrSessionInterrupted) && errors.Is(resp.Err, ErrReadOnly)) {
				t.Errorf("%s: error %v, want session interrupted over a refused write", tt.name, resp.Err)
			}
			if resp.Status == 500 && !errors.Is(resp.Err, ErrReadOnly) {
				t.Errorf("%s: error %v, want a refused write", tt.name, resp.Err)
			}
		}
		if err := p.ClearExpired(); !errors.Is(err, ErrReadOnly) {
			t.Errorf("ClearExpired gives %v, want a refused write", err)
		}
		if c := p.db.Counters(); c.Refused == 0 {
			t.Error("no refused statement counted")
		}
		p.db.RefuseWrites(false)
		if resp := p.Handle(Request{Cookie: key}, set); resp.Status != 200 || stored(p, key)["a"] != 1 {
			t.Errorf("status %d after writes work again, want 200", resp.Status)
		}
	}
}

// A slow request that a fast one overlaps, as observed on all four versions.
func TestOverlappingRequests(t *testing.T) {
	read := func(r *Request) error { r.Session.Get("seed"); return nil }
	writeA := func(r *Request) error { r.Session.Set("A", 1); return nil }
	writeB := func(r *Request) error { r.Session.Set("B", 1); return nil }
	logout := func(r *Request) error { return r.Logout() }
	for _, tt := range []struct {
		name       string
		every      bool
		slow, fast func(*Request) error
		slowStatus int
		keys       []string
		lost       int
	}{
		{"writes A over B", false, writeA, writeB, 200, []string{"A", "seed"}, 1},
		{"reads over B", false, read, writeB, 200, []string{"B", "seed"}, 0},
		{"reads over logout", false, read, logout, 200, nil, 0},
		{"writes A over logout", false, writeA, logout, 400, nil, 0},
		{"writes A over B", true, writeA, writeB, 200, []string{"A", "seed"}, 1},
		{"reads over B", true, read, writeB, 200, []string{"seed"}, 1},
		{"reads over logout", true, read, logout, 400, nil, 0},
		{"writes A over logout", true, writeA, logout, 400, nil, 0},
		{"reads over read", true, read, read, 200, []string{"seed"}, 0},
	} {
		config := Defaults()
		config.SaveEveryRequest = tt.every
		p := newProject(config)
		key := saved(t, p, map[string]any{"seed": 1})
		slow := Request{Cookie: key}
		p.ProcessRequest(&slow)
		slow.Session.Get("seed")
		must(t, tt.slow(&slow))
		fast := p.Handle(Request{Cookie: key}, func(r *Request) Response { return raise(tt.fast(r)) })
		resp := p.ProcessResponse(&slow, Response{})
		var keys []string
		for _, k := range []string{"A", "B", "seed"} {
			if _, ok := stored(p, key)[k]; ok {
				keys = append(keys, k)
			}
		}
		if diff := cmp.Diff(tt.keys, keys); diff != "" || resp.Status != tt.slowStatus || fast.Status != 200 {
			t.Errorf("%s, every %v: slow %d, fast %d, want %d, 200; stored keys (-want +got):\n%s", tt.name, tt.every, resp.Status, fast.Status, tt.slowStatus, diff)
		}
		if lost := p.db.Counters().LostUpdates; lost != tt.lost {
			t.Errorf("%s, every %v: %d lost updates, want %d", tt.name, tt.every, lost, tt.lost)
		}
	}
}

func TestLostUpdates(t *testing.T) {
	p := newProject(Defaults())
	key := saved(t, p, map[string]any{"n": 0})
	a, b := p.Session(key), p.Session(key)
	for _, s := range []*Session{a, b} {
		s.Set("n", s.Get("n").(int)+1)
	}
	must(t, a.Save(false))
	must(t, b.Save(false))
	if n, lost := stored(p, key)["n"], p.db.Counters().LostUpdates; n != 1 || lost != 1 {
		t.Errorf("two increments give n = %v, %d lost updates; want 1, 1", n, lost)
	}
	must(t, b.Save(false)) // knows its own write
	b.Clear()
	must(t, b.Save(false))
	c := p.Session(key)
	c.Clear()
	must(t, c.Save(false)) // never read anything
	if lost := p.db.Counters().LostUpdates; lost != 1 {
		t.Errorf("%d lost updates after writes that overwrite nothing unseen, want 1", lost)
	}
	must(t, a.CycleKey())
	a.Set("n", 5)
	must(t, a.Save(false))
	if lost := p.db.Counters().LostUpdates; lost != 1 {
		t.Errorf("%d lost updates after writing under a new key, want 1", lost)
	}
}

func TestClearExpired(t *testing.T) {
	p := newProject(Defaults())
	short := p.Session("")
	must(t, short.SetExpiry(3600))
	must(t, short.Save(false))
	long := saved(t, p, nil)
	p.clock.Advance(2 * time.Hour)
	if p.db.Rows() != 2 {
		t.Fatalf("%d rows, want 2: expiry alone removes nothing", p.db.Rows())
	}
	sql := p.sql(func() { must(t, p.ClearExpired()) })
	if _, ok := p.db.Row(long); !ok || p.db.Rows() != 1 || sql["DELETE"] != 1 {
		t.Errorf("%d rows, long-lived row kept %v, sql %v; want 1, true, one DELETE", p.db.Rows(), ok, sql)
	}
}
