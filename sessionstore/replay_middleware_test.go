package sessionstore

import (
	"errors"
	"testing"
)

// decisionViews are the views of section save_decision; each returns what the view raised.
var decisionViews = map[string]func(*Request) error{
	"nothing":       func(*Request) error { return nil },
	"get":           func(r *Request) error { r.Session.Get("x"); return nil },
	"user":          func(r *Request) error { _, err := r.User(); return err },
	"in":            func(r *Request) error { r.Session.Has("x"); return nil },
	"session_key":   func(r *Request) error { r.Session.Key(); return nil },
	"set":           func(r *Request) error { r.Session.Set("x", 1); return nil },
	"set-same":      func(r *Request) error { r.Session.Set("x", r.Session.GetOr("x", 1)); return nil },
	"pop-missing":   func(r *Request) error { r.Session.PopOr("nope", nil); return nil },
	"pop":           func(r *Request) error { r.Session.PopOr("x", nil); return nil },
	"modified=True": func(r *Request) error { r.Session.SetModified(true); return nil },
	"clear":         func(r *Request) error { r.Session.Clear(); return nil },
	"flush":         func(r *Request) error { return r.Session.Flush() },
	"raise-after-set": func(r *Request) error {
		r.Session.Set("y", 1)
		return errors.New("boom")
	},
}

// requestWith makes the request of a client in the named state.
func requestWith(t *testing.T, p project, cookie string) Request {
	t.Helper()
	s := p.Session("")
	s.Set("x", 1)
	switch cookie {
	case "none":
		return Request{}
	case "short":
		return Request{Cookie: "abc"}
	case "unknown":
		return Request{Cookie: unknownKey}
	case "valid":
		must(t, s.Save(false))
		return Request{Cookie: s.Key()}
	case "expired-row":
		must(t, s.SetExpiry(-5))
		must(t, s.Save(false))
		return Request{Cookie: s.Key()}
	}
	t.Fatalf("unknown cookie state %q", cookie)
	return Request{}
}

func TestReplaySaveDecision(t *testing.T) {
	inputs := []string{"django", "save_every_request", "cookie", "view", "view_status"}
	replay(t, "save_decision", saveDecisionVectors, inputs, func(t *testing.T, in vector) vector {
		view, ok := decisionViews[in["view"].(string)]
		if !ok {
			t.Fatalf("unknown view %q", in["view"])
		}
		p := projectFor(t, in)
		req := requestWith(t, p, in["cookie"].(string))
		before := p.db.Rows()
		var resp Response
		sql := p.sql(func() {
			resp = p.Handle(req, func(r *Request) Response {
				return Response{Status: int(in["view_status"].(float64)), Err: view(r)}
			})
		})
		return vector{
			"rows_before": before,
			"rows_after":  p.db.Rows(),
			"sql":         sql,
			"status":      resp.Status,
			"set_cookie":  cookieAction(resp.SetCookie),
			"vary_cookie": resp.VaryCookie,
		}
	})
}

func cookieAction(c *SetCookie) string {
	switch {
	case c == nil:
		return "none"
	case c.Deleted():
		return "delete"
	}
	return "set"
}

// mutationShapes are the ways of writing in section mutation, on a session that holds cart {"a": 1}, l [1] and n 0.
var mutationShapes = map[string]func(*Session) error{
	"alias": func(s *Session) error {
		cart := s.Get("cart").(map[string]any)
		cart["b"] = 2
		return nil
	},
	"alias_reassign": func(s *Session) error {
		cart := s.Get("cart").(map[string]any)
		cart["b"] = 2
		s.Set("cart", cart)
		return nil
	},
	"get_default_present": func(s *Session) error {
		s.GetOr("cart", map[string]any{}).(map[string]any)["b"] = 2
		return nil
	},
	"get_default_absent": func(s *Session) error {
		s.GetOr("cart2", map[string]any{}).(map[string]any)["b"] = 2
		return nil
	},
	"setdefault_present": func(s *Session) error {
		s.SetDefault("cart", map[string]any{}).(map[string]any)["b"] = 2
		return nil
	},
	"setdefault_absent": func(s *Session) error {
		s.SetDefault("cart2", map[string]any{}).(map[string]any)["b"] = 2
		return nil
	},
	"iadd_list": func(s *Session) error {
		l := s.Get("l").(*List)
		l.Append(2)
		s.Set("l", l)
		return nil
	},
	"append":      func(s *Session) error { s.Get("l").(*List).Append(2); return nil },
	"iadd_num":    func(s *Session) error { s.Set("n", s.Get("n").(int)+1); return nil },
	"del_nested":  func(s *Session) error { delete(s.Get("cart").(map[string]any), "a"); return nil },
	"pop_nested":  func(s *Session) error { delete(s.Get("cart").(map[string]any), "a"); return nil },
	"update_top":  func(s *Session) error { s.Update(map[string]any{"b": 2}); return nil },
	"nested_save": func(s *Session) error { s.Get("cart").(map[string]any)["b"] = 2; return s.Save(false) },
	"update_nested": func(s *Session) error {
		s.Get("cart").(map[string]any)["b"] = 2
		return nil
	},
	"nested_plus_other_key": func(s *Session) error {
		s.Get("cart").(map[string]any)["b"] = 2
		s.Set("other", 1)
		return nil
	},
	"other_key_then_nested": func(s *Session) error {
		s.Set("other", 1)
		s.Get("cart").(map[string]any)["b"] = 2
		return nil
	},
	"nested_modified": func(s *Session) error {
		s.Get("cart").(map[string]any)["b"] = 2
		s.SetModified(true)
		return nil
	},
	// s.modifed and s.is_modified are new attributes of the Python object, which nobody reads.
	"typo":        func(s *Session) error { s.Get("cart").(map[string]any)["b"] = 2; return nil },
	"is_modified": func(s *Session) error { s.Get("cart").(map[string]any)["b"] = 2; return nil },
	"dict_or": func(s *Session) error {
		cart := s.Get("cart").(map[string]any)
		cart["b"] = 2
		s.Set("cart", cart)
		return nil
	},
	"values_loop": func(s *Session) error {
		for _, v := range s.Values() {
			if m, ok := v.(map[string]any); ok {
				m["b"] = 2
			}
		}
		return nil
	},
}

func TestReplayMutation(t *testing.T) {
	inputs := []string{"django", "engine", "save_every_request", "shape"}
	replay(t, "mutation", mutationVectors, inputs, func(t *testing.T, in vector) vector {
		shape, ok := mutationShapes[in["shape"].(string)]
		if !ok {
			t.Fatalf("unknown shape %q", in["shape"])
		}
		p := projectFor(t, in)
		switch in["engine"] {
		case "db":
		case "cached_db":
			p.Store = New(configFor(t, in), NewCachedDB(p.db, p.clock), p.clock)
		default:
			t.Fatalf("unknown engine %q", in["engine"])
		}

		cookie := ""
		request := func(f func(*Session) error) {
			resp := p.Handle(Request{Cookie: cookie}, func(r *Request) Response { return raise(f(r.Session)) })
			if resp.Err != nil {
				t.Fatal(resp.Err)
			}
			if resp.SetCookie != nil {
				cookie = resp.SetCookie.Value
			}
		}
		dump := func() (text string) {
			request(func(s *Session) error {
				seen := map[string]any{}
				for _, k := range []string{"cart", "cart2", "l", "n", "b", "other"} {
					seen[k] = s.Get(k)
				}
				b, err := encode(seen)
				text = string(b)
				return err
			})
			return text
		}
		request(func(s *Session) error {
			s.Set("cart", map[string]any{"a": 1})
			s.Set("l", NewList(1))
			s.Set("n", 0)
			return nil
		})
		before := dump()
		if want := `{"b":null,"cart":{"a":1},"cart2":null,"l":[1],"n":0,"other":null}`; before != want {
			t.Fatalf("seeded session reads %s, want %s", before, want)
		}
		request(shape)
		return vector{"persisted": dump() != before}
	})
}
