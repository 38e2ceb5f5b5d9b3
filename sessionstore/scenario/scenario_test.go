package scenario_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sesslint/sesslint/sessionstore"
	"github.com/sesslint/sesslint/sessionstore/scenario"
)

func set(key string, value any) scenario.View {
	return scenario.Do(func(s *sessionstore.Session) error { s.Set(key, value); return nil })
}

func get(key string) scenario.View {
	return scenario.Do(func(s *sessionstore.Session) error { s.Get(key); return nil })
}

func everyRequest(on bool) sessionstore.Config {
	config := sessionstore.Defaults()
	config.SaveEveryRequest = on
	return config
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// Rows left by 200 requests of a bot, as observed on real Django.
func TestProbes(t *testing.T) {
	plain := func(f func(*sessionstore.Session)) scenario.View {
		return scenario.Do(func(s *sessionstore.Session) error { f(s); return nil })
	}
	for _, tt := range []struct {
		name        string
		cookies     scenario.Cookies
		view        scenario.View
		rows, every int
	}{
		{"ignores the session", scenario.None, plain(func(*sessionstore.Session) {}), 0, 0},
		{"get", scenario.None, get("x"), 0, 0},
		{"request.user", scenario.None, func(r *sessionstore.Request) sessionstore.Response {
			_, err := r.User()
			return sessionstore.Response{Err: err}
		}, 0, 0},
		{"set_test_cookie", scenario.None, plain((*sessionstore.Session).SetTestCookie), 200, 200},
		{"set_expiry(0)", scenario.None, scenario.Do(func(s *sessionstore.Session) error { return s.SetExpiry(0) }), 200, 200},
		{"setdefault", scenario.None, plain(func(s *sessionstore.Session) { s.SetDefault("cart", map[string]any{}) }), 200, 200},
		{"if not session_key: create()", scenario.None, scenario.Do((*sessionstore.Session).Create), 200, 200},
		{"if not session_key: save()", scenario.None, scenario.Do(func(s *sessionstore.Session) error { return s.Save(false) }), 200, 200},
		{"assignment", scenario.None, set("last_seen", 1), 200, 200},
		{"modified = True", scenario.None, plain(func(s *sessionstore.Session) { s.SetModified(true) }), 0, 0},
		{"ignores the session, stale cookie", scenario.Stale, plain(func(*sessionstore.Session) {}), 0, 200},
	} {
		for _, every := range []bool{false, true} {
			w := scenario.New(everyRequest(every))
			bot := w.Client(tt.cookies)
			for range 200 {
				bot.Get(tt.view)
			}
			want := tt.rows
			if every {
				want = tt.every
			}
			equal(t, tt.name+": rows", w.Report().Rows, want)
			equal(t, tt.name+": status 200", w.Report().Statuses[200], 200)
		}
	}
}

func TestRowsAfterThirtyDays(t *testing.T) {
	for _, tt := range []struct {
		clear bool
		rows  int
	}{{false, 30 * 100}, {true, 13 * 100}} { // a fortnight less the day that has just ended
		w := scenario.New(sessionstore.Defaults())
		w.ClearDaily = tt.clear
		err := w.Days(30, func(int) {
			for range 100 {
				w.Client(scenario.Kept).Get(set("utm", "mail"))
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "rows", w.Report().Rows, tt.rows)
	}
}

func TestDaysReportsFailedClearing(t *testing.T) {
	w := scenario.New(sessionstore.Defaults())
	w.ClearDaily = true
	w.DB.RefuseWrites(true)
	if err := w.Days(2, func(int) {}); err == nil {
		t.Error("no error though nothing could be cleared")
	}
}

func TestWritesOfReaders(t *testing.T) {
	for _, tt := range []struct {
		every  bool
		writes int
	}{{false, 0}, {true, 1000}} {
		w := scenario.New(everyRequest(tt.every))
		browser := w.Client(scenario.Kept)
		browser.Get(set("a", 1))
		r := w.Measure(func() {
			for range 1000 {
				browser.Get(get("a"))
			}
		})
		equal(t, "writes", r.Writes(), tt.writes)
		equal(t, "selects", r.Selects, 1000)
		equal(t, "requests", r.Requests, 1000)
		equal(t, "rows", r.Rows, 1)
	}
}

func TestReadOnlyDatabase(t *testing.T) {
	for _, tt := range []struct {
		every  bool
		status int
	}{{false, 200}, {true, 400}} {
		w := scenario.New(everyRequest(tt.every))
		browser := w.Client(scenario.Kept)
		browser.Get(set("a", 1))
		w.DB.RefuseWrites(true)
		r := w.Measure(func() { browser.Get(get("a")) })
		equal(t, "requests with the expected status", r.Statuses[tt.status], 1)
		equal(t, "other statuses", len(r.Statuses), 1)
		w.Client(scenario.Kept).Get(set("a", 1))
		equal(t, "new visitors with status 500", w.Report().Statuses[500], 1)
	}
}

func TestNestedMutationIsReadBack(t *testing.T) {
	nested := func(mark bool) scenario.View {
		return scenario.Do(func(s *sessionstore.Session) error {
			s.Get("cart").(map[string]any)["apples"] = 2
			if mark {
				s.SetModified(true)
			}
			return nil
		})
	}
	for _, mark := range []bool{false, true} {
		w := scenario.New(sessionstore.Defaults())
		browser := w.Client(scenario.Kept)
		browser.Get(set("cart", map[string]any{"pears": 1}))
		browser.Get(nested(mark))
		kept := false
		browser.Get(scenario.Do(func(s *sessionstore.Session) error {
			_, kept = s.Get("cart").(map[string]any)["apples"]
			return nil
		}))
		equal(t, "apples still in the cart", kept, mark)
	}
}

func TestLifetimeOfBrowserSession(t *testing.T) {
	w := scenario.New(sessionstore.Defaults())
	browser := w.Client(scenario.Kept)
	browser.Get(scenario.Do(func(s *sessionstore.Session) error { return s.SetExpiry(0) }))
	key := browser.Cookie()
	browser.CloseBrowser()
	equal(t, "cookie after the browser was closed", browser.Cookie(), "")
	if d, ok := w.UntilGone(key, time.Hour, 60*24*time.Hour); !ok || d != 14*24*time.Hour {
		t.Errorf("loadable for %v (gone: %v), want 14 days", d, ok)
	}
	equal(t, "rows of dead sessions", w.Report().Rows, 1)
}

func TestUntilGoneGivesUp(t *testing.T) {
	w := scenario.New(sessionstore.Defaults())
	browser := w.Client(scenario.Kept)
	browser.Get(set("a", 1))
	if d, ok := w.UntilGone(browser.Cookie(), time.Hour, 24*time.Hour); ok {
		t.Errorf("gone after %v, want still there", d)
	}
	if _, ok := w.UntilGone(browser.Cookie(), 0, time.Hour); ok {
		t.Error("gone though no time passed")
	}
}

func TestBytesPerRequest(t *testing.T) {
	bytes := func(value any) int64 {
		w := scenario.New(sessionstore.Defaults())
		browser := w.Client(scenario.Kept)
		browser.Get(set("report", value))
		r := w.Measure(func() {
			for i := range 10 {
				browser.Get(set("page", i))
			}
		})
		return r.BytesWritten / 10
	}
	equal(t, "bytes with the id of a report", bytes(7), int64(len(`{"page":0,"report":7}`)))
	equal(t, "bytes with a report", bytes(strings.Repeat("x", 50000)), int64(len(`{"page":0,"report":""}`)+50000))
}

func TestLostUpdate(t *testing.T) {
	increment := scenario.Do(func(s *sessionstore.Session) error {
		n, _ := s.Get("n").(int)
		s.Set("n", n+1)
		return nil
	})
	for name, run := range map[string]func(w *scenario.World, a, b *scenario.Client){
		"interleaved": func(w *scenario.World, a, b *scenario.Client) { w.Interleave(a, increment, b, increment) },
		"overlapping": func(w *scenario.World, a, b *scenario.Client) { w.Overlap(a, increment, b, increment) },
	} {
		w := scenario.New(sessionstore.Defaults())
		a, b := w.Client(scenario.Kept), w.Client(scenario.Kept)
		a.Get(set("n", 0))
		b.Use(a.Cookie())
		r := w.Measure(func() { run(w, a, b) })
		equal(t, name+": lost updates", r.LostUpdates, 1)
		equal(t, name+": status 200", r.Statuses[200], 2)
		equal(t, name+": n", w.Store.Session(a.Cookie()).Get("n"), any(1))
	}
}

// Who saves last wins: b in Interleave, the slow request in Overlap.
func TestOrderOfSaves(t *testing.T) {
	for name, tt := range map[string]struct {
		run  func(w *scenario.World, a, b *scenario.Client)
		want string
	}{
		"interleave": {func(w *scenario.World, a, b *scenario.Client) { w.Interleave(a, set("who", "a"), b, set("who", "b")) }, "b"},
		"overlap":    {func(w *scenario.World, a, b *scenario.Client) { w.Overlap(a, set("who", "a"), b, set("who", "b")) }, "a"},
	} {
		w := scenario.New(sessionstore.Defaults())
		a, b := w.Client(scenario.Kept), w.Client(scenario.Kept)
		a.Get(set("who", ""))
		b.Use(a.Cookie())
		tt.run(w, a, b)
		equal(t, name, w.Store.Session(a.Cookie()).Get("who"), any(tt.want))
	}
}

func TestBrowserObeysCookie(t *testing.T) {
	w := scenario.New(sessionstore.Defaults())
	browser := w.Client(scenario.Kept)
	browser.Get(scenario.Do(func(s *sessionstore.Session) error { return s.SetExpiry(3600) }))
	w.Clock.Advance(59 * time.Minute)
	equal(t, "cookie sent within Max-Age", browser.Cookie() != "", true)
	browser.CloseBrowser()
	equal(t, "cookie with Max-Age outlives the browser", browser.Cookie() != "", true)
	w.Clock.Advance(2 * time.Minute)
	equal(t, "cookie after Max-Age", browser.Cookie(), "")

	browser.Get(set("a", 1))
	browser.Get(scenario.Do((*sessionstore.Session).Flush))
	equal(t, "cookie after flush", browser.Cookie(), "")

	bot := w.Client(scenario.Stale)
	first := bot.Cookie()
	bot.Get(set("a", 1))
	equal(t, "stale cookie", bot.Cookie(), first)
	equal(t, "two stale clients send different keys", w.Client(scenario.Stale).Cookie() != first, true)
}

func TestTable(t *testing.T) {
	w := scenario.New(sessionstore.Defaults())
	browser := w.Client(scenario.Kept)
	good := w.Measure(func() { browser.Get(set("a", 1)) })
	w.DB.RefuseWrites(true)
	bad := w.Measure(func() { browser.Get(set("a", 1)); browser.Get(get("a")) })
	got := scenario.Table(scenario.Column{Name: "good", Report: good}, scenario.Column{Name: "bad", Report: bad})
	want := `               good  bad
requests       1     2
status 200     1     1
status 400     0     1
rows           1     1
SELECT         1     2
INSERT         1     0
UPDATE         0     1
refused        0     1
bytes written  7     0
`
	equal(t, "table", got, want)
	equal(t, "report", good.String(), "requests       1\nstatus 200     1\nrows           1\nSELECT         1\nINSERT         1\nbytes written  7\n")
}
