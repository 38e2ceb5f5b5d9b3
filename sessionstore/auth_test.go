package sessionstore

import "testing"

func TestUser(t *testing.T) {
	for _, tt := range []struct {
		name  string
		alter func(p project, s *Session)
		want  string // ID, "" for an anonymous user
		rows  int
	}{
		{"logged in", func(project, *Session) {}, "1", 1},
		{"password changed", func(p project, _ *Session) { p.SetUser(User{ID: "1", Hash: "new"}) }, "", 0},
		{"hash missing", func(_ project, s *Session) { s.Delete(UserHashKey) }, "", 0},
		{"forged ID", func(_ project, s *Session) { s.Set(UserIDKey, "2") }, "", 0},
		{"user deleted", func(p project, _ *Session) { p.DeleteUser("1") }, "", 1},
		{"unknown backend", func(_ project, s *Session) { s.Set(UserBackendKey, "other.Backend") }, "", 1},
		{"backend missing", func(_ project, s *Session) { s.Delete(UserBackendKey) }, "", 1},
		{"ID missing", func(_ project, s *Session) { s.Delete(UserIDKey) }, "", 1},
		{"data of other types", func(_ project, s *Session) { s.Set(UserBackendKey, NewList()); s.Set(UserIDKey, map[string]any{}) }, "", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newProject(Defaults())
			p.SetUser(alice)
			p.SetUser(bob)
			key := logIn(t, p, alice)
			s := p.Session(key)
			tt.alter(p, s)
			must(t, s.Save(false))
			got := ""
			p.Handle(Request{Cookie: key}, func(r *Request) Response {
				for range 2 { // the second time is from the request
					u, err := r.User()
					must(t, err)
					if u != nil {
						got = u.ID
					}
				}
				return Response{}
			})
			if got != tt.want || p.db.Rows() != tt.rows {
				t.Errorf("user %q, %d rows; want %q, %d", got, p.db.Rows(), tt.want, tt.rows)
			}
		})
	}
}

func TestLoginAndLogoutSetUser(t *testing.T) {
	p := newProject(Defaults())
	p.SetUser(alice)
	p.Handle(Request{}, func(r *Request) Response {
		must(t, r.Login(alice))
		if u, err := r.User(); u == nil || *u != alice || err != nil {
			t.Errorf("user after login %v, %v", u, err)
		}
		must(t, r.Logout())
		if u, err := r.User(); u != nil || err != nil {
			t.Errorf("user after logout %v, %v", u, err)
		}
		return Response{}
	})
}

// A login whose hash is outdated loses its session when the same user logs in again.
func TestLoginWithOutdatedHash(t *testing.T) {
	p := newProject(Defaults())
	p.SetUser(alice)
	key := logIn(t, p, alice)
	resp := p.Handle(Request{Cookie: key}, func(r *Request) Response {
		return raise(r.Login(User{ID: alice.ID, Hash: "new"}))
	})
	if _, ok := p.db.Row(key); ok || resp.SetCookie.Value == key {
		t.Error("the session of the outdated login is still there")
	}
}

// The ID alone tells users apart: with a hash in common, or with none, another user still gets a new session.
func TestLoginOfOtherUserWithSameHash(t *testing.T) {
	for _, hash := range []string{"", "same"} {
		p := newProject(Defaults())
		key := logIn(t, p, User{ID: "1", Hash: hash})
		s := p.Session(key)
		s.Set("cart", 1)
		must(t, s.Save(false))
		resp := p.Handle(Request{Cookie: key}, func(r *Request) Response {
			return raise(r.Login(User{ID: "2", Hash: hash}))
		})
		must(t, resp.Err)
		if _, ok := p.db.Row(key); ok || p.Session(resp.SetCookie.Value).Has("cart") {
			t.Errorf("hash %q: the second user has the session of the first", hash)
		}
	}
}
