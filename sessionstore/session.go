package sessionstore

import (
	"errors"
	"maps"
	"slices"
)

// A Session is request.session: SessionBase with an engine below it (contrib/sessions/backends/base.py). It is loaded by the
// first method that needs the data. Like its model it is not safe for concurrent use.
//
// Values are held and handed out by reference. Whoever gets a map[string]any or a *List and changes it in place changes what a
// later save will write, but does not set the modified flag, so the change is lost unless something else sets it:
//
//	s.Get("cart").(map[string]any)["b"] = 2
//
// A backend that fails while a session is loaded leaves its error in [Session.Err]; the session then looks empty and can no
// longer be saved. In Django the exception would end the view.
type Session struct {
	store *Store

	key        string // "" is None
	data       map[string]any
	loaded     bool  // data is set; Django has or has not the attribute _session_cache
	generation int64 // of the row when it was read or written, 0 for neither

	accessed bool
	modified bool
	err      error
}

// Names and value of the test cookie.
const (
	testCookieName  = "testcookie"
	testCookieValue = "worked"
)

// Key returns session_key, or "" for None. Reading it does not load the session, so an unknown key that a client sent is
// returned until something else loads.
func (s *Session) Key() string { return s.key }

// setKey drops keys shorter than 8 characters (SessionBase._validate_session_key).
func (s *Session) setKey(key string) {
	if len([]rune(key)) < 8 {
		key = ""
	}
	s.key = key
}

// Accessed returns the flag accessed.
func (s *Session) Accessed() bool { return s.accessed }

// Modified returns the flag modified. Nothing but [Session.SetModified] resets it, not even a save.
func (s *Session) Modified() bool { return s.modified }

// SetModified is the assignment request.session.modified = modified. It neither loads the session nor counts as access.
func (s *Session) SetModified(modified bool) { s.modified = modified }

// Err returns the error of the backend that kept the session from being loaded, or nil.
func (s *Session) Err() error { return s.err }

// IsEmpty is is_empty(): no key and no data. A session made from a cookie has a key, and is not empty until it is loaded and
// the key turns out to be unknown.
func (s *Session) IsEmpty() bool { return s.key == "" && len(s.data) == 0 }

// Truthy is bool(session): not empty since 6.1, always true before.
func (s *Session) Truthy() bool { return !s.store.config.Version.hasBool() || !s.IsEmpty() }

// values is the property _session: it loads what has not been loaded. With noLoad it starts out empty instead.
func (s *Session) values(noLoad bool) map[string]any {
	s.accessed = true
	if s.loaded {
		return s.data
	}
	s.loaded = true
	s.data = map[string]any{}
	if s.key == "" || noLoad {
		return s.data
	}
	row, err := s.store.backend.Load(s.key)
	switch {
	case errors.Is(err, ErrNotFound):
		s.key = "" // a key is never taken over from a client
	case err != nil:
		s.err = err
	default:
		s.data = decode(row.Data)
		s.generation = row.Generation
	}
	return s.data
}

// Has is key in session.
func (s *Session) Has(key string) bool {
	_, ok := s.values(false)[key]
	return ok
}

// Get is get(key): the stored value itself, or nil.
func (s *Session) Get(key string) any { return s.values(false)[key] }

// GetOr is get(key, def). A def that is returned is not stored.
func (s *Session) GetOr(key string, def any) any {
	if v, ok := s.values(false)[key]; ok {
		return v
	}
	return def
}

// Item is session[key]; a missing key is a KeyError.
func (s *Session) Item(key string) (any, error) {
	v, ok := s.values(false)[key]
	if !ok {
		return nil, keyError(key)
	}
	return v, nil
}

// Set is session[key] = value. It marks the session modified even if the value is the one it has.
func (s *Session) Set(key string, value any) {
	s.values(false)[key] = value
	s.modified = true
}

// Delete is del session[key]; a missing key is a KeyError and leaves the session unmodified.
func (s *Session) Delete(key string) error {
	data := s.values(false)
	if _, ok := data[key]; !ok {
		return keyError(key)
	}
	delete(data, key)
	s.modified = true
	return nil
}

// Pop is pop(key); a missing key is a KeyError.
func (s *Session) Pop(key string) (any, error) {
	v, ok := s.values(false)[key]
	if !ok {
		return nil, keyError(key)
	}
	return v, s.Delete(key)
}

// PopOr is pop(key, def). It marks the session modified only if the key was there.
func (s *Session) PopOr(key string, def any) any {
	if v, err := s.Pop(key); err == nil {
		return v
	}
	return def
}

// SetDefault is setdefault(key, value): the stored value itself, or value, stored and with the session marked modified.
func (s *Session) SetDefault(key string, value any) any {
	if v, ok := s.values(false)[key]; ok {
		return v
	}
	s.Set(key, value)
	return value
}

// Update is update(values).
func (s *Session) Update(values map[string]any) {
	maps.Copy(s.values(false), values)
	s.modified = true
}

// Keys is list(keys()), sorted; Django gives the order of insertion.
func (s *Session) Keys() []string { return slices.Sorted(maps.Keys(s.values(false))) }

// Values is list(values()) in the order of Keys: the stored values themselves.
func (s *Session) Values() []any {
	data := s.values(false)
	var values []any
	for _, k := range s.Keys() {
		values = append(values, data[k])
	}
	return values
}

// SetTestCookie is set_test_cookie().
func (s *Session) SetTestCookie() { s.Set(testCookieName, testCookieValue) }

// TestCookieWorked is test_cookie_worked().
func (s *Session) TestCookieWorked() bool { return s.Get(testCookieName) == testCookieValue }

// DeleteTestCookie is delete_test_cookie(); without a test cookie it is a KeyError.
func (s *Session) DeleteTestCookie() error { return s.Delete(testCookieName) }

// Clear is clear(): the data are dropped without being loaded, key and row stay. The save that follows is an UPDATE of a key that
// nobody has checked, so it is status 400 for a key without a row, and revives a row that has expired.
func (s *Session) Clear() {
	s.data = map[string]any{}
	s.loaded = true
	s.accessed = true
	s.modified = true
}
