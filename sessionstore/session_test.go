package sessionstore

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// saved gives the key of a stored session with the data.
func saved(t *testing.T, p project, data map[string]any) string {
	t.Helper()
	s := p.Session("")
	s.Update(data)
	must(t, s.Save(false))
	return s.Key()
}

// stored gives the data of a row, or nil.
func stored(p project, key string) map[string]any {
	row, ok := p.db.Row(key)
	if !ok {
		return nil
	}
	return decode(row.Data)
}

func TestLazyLoad(t *testing.T) {
	p := newProject(Defaults())
	key := saved(t, p, map[string]any{"a": 1})
	s := p.Session(key)
	sql := p.sql(func() {
		s.Key()
		s.IsEmpty()
		s.SetModified(true)
	})
	if len(sql) != 0 || s.Accessed() {
		t.Errorf("key, is_empty and modified: sql %v, accessed %v; want none, false", sql, s.Accessed())
	}
	sql = p.sql(func() {
		s.Get("a")
		s.Has("b")
		s.Keys()
	})
	if diff := cmp.Diff(map[string]int{"SELECT": 1}, sql); diff != "" || !s.Accessed() {
		t.Errorf("three reads, accessed %v: sql (-want +got)\n%s", s.Accessed(), diff)
	}
}

func TestModified(t *testing.T) {
	for _, tt := range []struct {
		name string
		call func(*Session)
		want bool
	}{
		{"get", func(s *Session) { s.Get("a") }, false},
		{"item", func(s *Session) { s.Item("a") }, false},
		{"set same", func(s *Session) { s.Set("a", 1) }, true},
		{"delete", func(s *Session) { s.Delete("a") }, true},
		{"delete missing", func(s *Session) { s.Delete("b") }, false},
		{"pop", func(s *Session) { s.Pop("a") }, true},
		{"pop missing", func(s *Session) { s.Pop("b") }, false},
		{"pop missing, default", func(s *Session) { s.PopOr("b", 1) }, false},
		{"setdefault present", func(s *Session) { s.SetDefault("a", 2) }, false},
		{"setdefault absent", func(s *Session) { s.SetDefault("b", 2) }, true},
		{"update with nothing", func(s *Session) { s.Update(nil) }, true},
		{"clear", func(s *Session) { s.Clear() }, true},
		{"flush", func(s *Session) { s.Flush() }, true},
		{"cycle_key", func(s *Session) { s.CycleKey() }, true},
		{"create", func(s *Session) { s.Create() }, true},
		{"delete row", func(s *Session) { s.DeleteRow() }, false},
		{"save", func(s *Session) { s.Save(false) }, false},
		{"set test cookie", func(s *Session) { s.SetTestCookie() }, true},
		{"test cookie worked", func(s *Session) { s.TestCookieWorked() }, false},
		{"set, save", func(s *Session) { s.Set("a", 2); s.Save(false) }, true},
	} {
		p := newProject(Defaults())
		s := p.Session(saved(t, p, map[string]any{"a": 1}))
		tt.call(s)
		if s.Modified() != tt.want {
			t.Errorf("%s: modified = %v, want %v", tt.name, s.Modified(), tt.want)
		}
	}
}

func TestDictMethods(t *testing.T) {
	p := newProject(Defaults())
	s := p.Session(saved(t, p, map[string]any{"a": 1, "b": nil}))
	if v := s.GetOr("b", 7); v != nil {
		t.Errorf("GetOr of a stored None = %v, want None", v)
	}
	if v := s.GetOr("c", 7); v != 7 || s.Has("c") {
		t.Errorf("GetOr of a missing key = %v, stored %v; want 7, false", v, s.Has("c"))
	}
	if v := s.SetDefault("a", 7); v != 1 {
		t.Errorf("SetDefault of a stored key = %v, want 1", v)
	}
	if v := s.PopOr("a", 7); v != 1 || s.Has("a") {
		t.Errorf("PopOr = %v, left %v; want 1, false", v, s.Has("a"))
	}
	if v, err := s.Pop("b"); v != nil || err != nil {
		t.Errorf("Pop = %v, %v; want None", v, err)
	}
	for name, call := range map[string]func() error{
		"Item":             func() error { _, err := s.Item("it's"); return err },
		"Pop":              func() error { _, err := s.Pop("it's"); return err },
		"Delete":           func() error { return s.Delete("it's") },
		"DeleteTestCookie": s.DeleteTestCookie,
	} {
		want := `KeyError: "it's"`
		if name == "DeleteTestCookie" {
			want = "KeyError: 'testcookie'"
		}
		if err := call(); err == nil || err.Error() != want {
			t.Errorf("%s of a missing key gives %v, want %s", name, err, want)
		}
	}
	s.SetTestCookie()
	if !s.TestCookieWorked() {
		t.Error("TestCookieWorked = false after SetTestCookie")
	}
	if diff := cmp.Diff([]string{"testcookie"}, s.Keys()); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	must(t, s.DeleteTestCookie())
	if s.TestCookieWorked() || s.IsEmpty() {
		t.Errorf("worked %v, empty %v; want false, false: a session with a row is not empty", s.TestCookieWorked(), s.IsEmpty())
	}
}

// bool(session) as observed on 6.1.1; before, it was true for every session.
func TestTruthy(t *testing.T) {
	for _, version := range []Version{V52, V61} {
		config := Defaults()
		config.Version = version
		p := newProject(config)
		unread, read := p.Session(unknownKey), p.Session(unknownKey)
		read.Get("a")
		for _, tt := range []struct {
			name string
			s    *Session
			want bool
		}{
			{"new anonymous session", p.Session(""), false},
			{"session with data", p.Session(saved(t, p, map[string]any{"a": 1})), true},
			{"unknown key, not loaded", unread, true},
			{"unknown key, after a read", read, false},
		} {
			if want := tt.want || version == V52; tt.s.Truthy() != want {
				t.Errorf("%v, %s: %v, want %v", version, tt.name, tt.s.Truthy(), want)
			}
		}
	}
}

func TestSessionKey(t *testing.T) {
	p := newProject(Defaults())
	s := p.Session("")
	s.Set("a", 1)
	if s.Key() != "" {
		t.Errorf("a session that was never saved has key %q", s.Key())
	}
	must(t, s.Save(false))
	if len(s.Key()) != 32 {
		t.Errorf("key %q, want 32 characters", s.Key())
	}
	if p.Session("1234567").Key() != "" || p.Session("12345678").Key() == "" || p.Session("äöüäöüä").Key() != "" {
		t.Error("keys of fewer than 8 characters must be dropped, others kept")
	}
	// A key that a client made up is never stored.
	s = p.Session(unknownKey)
	s.Set("a", 1)
	must(t, s.Save(false))
	if s.Key() == unknownKey || stored(p, unknownKey) != nil {
		t.Error("a made-up key became the key of a session")
	}
}

func TestSaveOfUnreadUnknownKey(t *testing.T) {
	p := newProject(Defaults())
	s := p.Session(unknownKey)
	var err error
	sql := p.sql(func() { err = s.Save(false) })
	if diff := cmp.Diff(map[string]int{"SELECT": 2, "UPDATE": 1}, sql); diff != "" || !errors.Is(err, ErrUpdate) {
		t.Errorf("error %v; sql (-want +got):\n%s", err, diff)
	}
}

func TestSaveMustCreate(t *testing.T) {
	p := newProject(Defaults())
	key := saved(t, p, map[string]any{"a": 1})
	s := p.Session(key)
	if err := s.Save(true); !errors.Is(err, ErrCreate) {
		t.Errorf("error %v, want ErrCreate", err)
	}
	if diff := cmp.Diff(map[string]any{"a": 1}, stored(p, key)); diff != "" {
		t.Errorf("row (-want +got):\n%s", diff)
	}
}

func TestKeyCollision(t *testing.T) {
	config := Defaults()
	keys := []string{"taken---", "taken---", "free----"}
	config.Keys = func() string {
		key := keys[0]
		keys = keys[1:]
		return key
	}
	p := newProject(config)
	must(t, p.db.Insert(Row{Key: "taken---", Expire: startOfTests.Add(-time.Hour)}))
	if got := saved(t, p, nil); got != "free----" {
		t.Errorf("key %q, want the one that is free: an expired row takes a key too", got)
	}

	config.Keys = func() string { return "taken---" }
	s := New(config, p.db, p.clock).Session("")
	if err := s.Save(false); !errors.Is(err, errNoFreeKey) {
		t.Errorf("error %v, want %v", err, errNoFreeKey)
	}
}

// The race that CreateError is for: the key is free when it is looked up, and taken when it is inserted.
func TestKeyTakenMeanwhile(t *testing.T) {
	clock := NewVirtualClock(startOfTests)
	db := NewMemory(clock)
	keys := []string{"first---", "second--"}
	config := Defaults()
	config.Keys = func() string {
		key := keys[0]
		keys = keys[1:]
		return key
	}
	s := New(config, &thief{Memory: db, key: "first---"}, clock).Session("")
	s.Set("a", 1)
	must(t, s.Save(false))
	if s.Key() != "second--" || db.Rows() != 2 {
		t.Errorf("key %q, %d rows; want second--, 2", s.Key(), db.Rows())
	}
}

// A thief takes the key right after it was seen free.
type thief struct {
	*Memory
	key string
}

func (b *thief) Exists(key string) (bool, error) {
	taken, err := b.Memory.Exists(key)
	if key == b.key && !taken {
		err = b.Memory.Insert(Row{Key: key})
	}
	return taken, err
}

func TestRandomKey(t *testing.T) {
	seen := map[string]bool{}
	used := map[rune]bool{}
	for range 1000 {
		key := randomKey()
		if len(key) != 32 || seen[key] {
			t.Fatalf("key %q: want 32 characters, each key once", key)
		}
		seen[key] = true
		for _, r := range key {
			used[r] = true
		}
	}
	if len(used) != 36 {
		t.Errorf("%d different characters in 1000 keys, want 36", len(used))
	}
}

// A corrupt row reads as an empty session that keeps its key.
func TestCorruptRow(t *testing.T) {
	p := newProject(Defaults())
	must(t, p.db.Insert(Row{Key: unknownKey, Data: []byte("garbage"), Expire: startOfTests.Add(time.Hour)}))
	s := p.Session(unknownKey)
	if s.Get("a") != nil || s.Key() != unknownKey || s.IsEmpty() {
		t.Errorf("a = %v, key %q; want None and the key", s.Get("a"), s.Key())
	}
}

// A broken backend cannot be read, is not written, and shows as an error.
func TestLoadError(t *testing.T) {
	clock := NewVirtualClock(startOfTests)
	down := errors.New("connection refused")
	db := &broken{Memory: NewMemory(clock), err: down}
	st := New(Defaults(), db, clock)
	resp := st.Handle(Request{Cookie: unknownKey}, func(r *Request) Response {
		r.Session.Set("a", 1)
		return Response{}
	})
	if resp.Status != 500 || !errors.Is(resp.Err, down) || resp.SetCookie != nil {
		t.Errorf("response %+v, want 500 with the error and no cookie", resp)
	}
	s := st.Session(unknownKey)
	s.Get("a")
	_, ageErr := s.GetExpiryAge()
	for name, err := range map[string]error{"Err": s.Err(), "Save": s.Save(false), "Create": s.Create(), "CycleKey": s.CycleKey(), "GetExpiryAge": ageErr} {
		if !errors.Is(err, down) {
			t.Errorf("%s gives %v, want %v", name, err, down)
		}
	}
	if c := db.Counters(); c.Inserts+c.Updates != 0 {
		t.Errorf("%d writes to a backend that cannot be read", c.Inserts+c.Updates)
	}
	if s := st.Session(""); !errors.Is(s.Save(false), down) {
		t.Error("a new session was saved though the lookup of its key failed")
	}
}

type broken struct {
	*Memory
	err error
}

func (b *broken) Load(string) (Row, error)    { return Row{}, b.err }
func (b *broken) Exists(string) (bool, error) { return false, b.err }
