package sessionstore

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

var (
	alice = User{ID: "1", Hash: "hash of u1"}
	bob   = User{ID: "2", Hash: "hash of u2"}
)

// A lifecycleCall is a view of section lifecycle. Its session holds cart and an expiry, and a login if loggedIn is set.
type lifecycleCall struct {
	loggedIn bool
	view     func(p project, r *Request) error
}

var lifecycleCalls = map[string]lifecycleCall{
	"flush()": {view: func(_ project, r *Request) error { return r.Session.Flush() }},
	"flush(); then set x": {view: func(_ project, r *Request) error {
		err := r.Session.Flush()
		r.Session.Set("x", 1)
		return err
	}},
	"clear()": {view: func(_ project, r *Request) error { r.Session.Clear(); return nil }},
	"del every key via list(keys())": {view: func(_ project, r *Request) error {
		var err error
		for _, k := range r.Session.Keys() {
			err = errors.Join(err, r.Session.Delete(k))
		}
		return err
	}},
	"cycle_key()":                   {view: func(_ project, r *Request) error { return r.Session.CycleKey() }},
	"create() (nothing loaded yet)": {view: func(_ project, r *Request) error { return r.Session.Create() }},
	"create() (after a read)": {view: func(_ project, r *Request) error {
		r.Session.Get("cart")
		return r.Session.Create()
	}},
	"delete()": {view: func(_ project, r *Request) error { return r.Session.DeleteRow() }},
	"delete() + later write": {view: func(_ project, r *Request) error {
		r.Session.Get("cart")
		err := r.Session.DeleteRow()
		r.Session.Set("x", 1)
		return err
	}},
	"Session.objects.filter(pk=key).delete()": {view: func(p project, r *Request) error { return p.db.Remove(r.Session.Key()) }},
	"Session.objects.filter(pk=key).delete() + later write": {view: func(p project, r *Request) error {
		r.Session.Get("cart")
		err := p.db.Remove(r.Session.Key())
		r.Session.Set("x", 1)
		return err
	}},
	"logout() (logged in)":     {loggedIn: true, view: func(_ project, r *Request) error { return r.Logout() }},
	"del _auth_user_id only":   {loggedIn: true, view: func(_ project, r *Request) error { return r.Session.Delete(UserIDKey) }},
	"clear() as logout":        {loggedIn: true, view: func(_ project, r *Request) error { r.Session.Clear(); return nil }},
	"login(u1) from anonymous": {view: func(_ project, r *Request) error { return r.Login(alice) }},
	"login(u1) again as u1":    {loggedIn: true, view: func(_ project, r *Request) error { return r.Login(alice) }},
	"login(u2) while u1":       {loggedIn: true, view: func(_ project, r *Request) error { return r.Login(bob) }},
	"set_expiry(99) then login(u1), anon": {view: func(_ project, r *Request) error {
		return errors.Join(r.Session.SetExpiry(99), r.Login(alice))
	}},
	"set_expiry(99) then login(u2) while u1": {loggedIn: true, view: func(_ project, r *Request) error {
		return errors.Join(r.Session.SetExpiry(99), r.Login(bob))
	}},
	"session['user_id']=1 (home made login)": {view: func(_ project, r *Request) error { r.Session.Set("user_id", 1); return nil }},
	"cycle_key(); session['user_id']=1": {view: func(_ project, r *Request) error {
		err := r.Session.CycleKey()
		r.Session.Set("user_id", 1)
		return err
	}},
	"session['_auth_user_id']=2 (forged)": {loggedIn: true, view: func(_ project, r *Request) error {
		r.Session.Set(UserIDKey, "2")
		return nil
	}},
}

// logIn gives the key of a new session in which u is logged in.
func logIn(t *testing.T, p project, u User) string {
	t.Helper()
	resp := p.Handle(Request{}, func(r *Request) Response { return raise(r.Login(u)) })
	must(t, resp.Err)
	return resp.SetCookie.Value
}

func TestReplayLifecycle(t *testing.T) {
	replay(t, "lifecycle", lifecycleVectors, []string{"django", "call"}, func(t *testing.T, in vector) vector {
		call, ok := lifecycleCalls[in["call"].(string)]
		if !ok {
			t.Fatalf("unknown call %q", in["call"])
		}
		p := projectFor(t, in)
		p.SetUser(alice)
		p.SetUser(bob)
		seed := p.Session("")
		if call.loggedIn {
			seed = p.Session(logIn(t, p, alice))
		}
		seed.Set("cart", NewList(1))
		must(t, seed.SetExpiry(77777))
		must(t, seed.Save(false))
		old := seed.Key()

		var resp Response
		sql := p.sql(func() {
			resp = p.Handle(Request{Cookie: old}, func(r *Request) Response { return raise(call.view(p, r)) })
		})

		cookie := old // of the browser after the response
		if resp.SetCookie != nil {
			cookie = resp.SetCookie.Value
		}
		key := map[bool]string{true: "same", false: "NEW"}[cookie == old]
		keys := []string{}
		if cookie == "" {
			key = "none"
		} else {
			for _, k := range p.Session(cookie).Keys() {
				if strings.HasPrefix(k, "_auth") {
					k = "_auth*"
				}
				keys = append(keys, k)
			}
			slices.Sort(keys)
			keys = slices.Compact(keys)
		}
		oldRow := "gone"
		if _, ok := p.db.Row(old); ok {
			oldRow = "exists"
		}
		return vector{
			"status":    resp.Status,
			"key":       key,
			"old_row":   oldRow,
			"rows":      p.db.Rows(),
			"data_keys": keys,
			"sql":       sql,
		}
	})
}
