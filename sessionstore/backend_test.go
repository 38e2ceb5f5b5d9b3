package sessionstore

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestBackendContract(t *testing.T) {
	for _, tt := range []struct {
		name string
		make func(*Memory, Clock) Backend
	}{
		{"memory", func(m *Memory, _ Clock) Backend { return m }},
		{"cached db", func(m *Memory, c Clock) Backend { return NewCachedDB(m, c) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			clock := NewVirtualClock(startOfTests)
			b := tt.make(NewMemory(clock), clock)
			row := Row{Key: "k", Data: []byte(`{}`), Expire: startOfTests.Add(time.Hour)}

			if _, err := b.Load("k"); !errors.Is(err, ErrNotFound) {
				t.Errorf("Load of a missing key: %v", err)
			}
			if _, err := b.Update(row); !errors.Is(err, ErrUpdate) {
				t.Errorf("Update of a missing key: %v", err)
			}
			must(t, b.Delete("k"))
			must(t, b.Insert(row))
			if err := b.Insert(row); !errors.Is(err, ErrCreate) {
				t.Errorf("second Insert: %v", err)
			}
			got, err := b.Load("k")
			must(t, err)
			want := row
			want.Generation = 1
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("row (-want +got):\n%s", diff)
			}
			for i, u := range []struct {
				data string
				want int64
			}{{`{}`, 1}, {`{"a":1}`, 2}, {`{"a":1}`, 2}, {`{}`, 3}} {
				row.Data, row.Generation = []byte(u.data), 0
				if g, err := b.Update(row); g != u.want || err != nil {
					t.Errorf("update %d: generation %d, %v; want %d", i, g, err, u.want)
				}
			}
			if ok, err := b.Exists("k"); !ok || err != nil {
				t.Errorf("Exists = %v, %v", ok, err)
			}

			clock.Advance(2 * time.Hour)
			if _, err := b.Load("k"); !errors.Is(err, ErrNotFound) {
				t.Errorf("Load of an expired row: %v", err)
			}
			if ok, err := b.Exists("k"); !ok || err != nil {
				t.Errorf("Exists of an expired row = %v, %v; want true: it takes the key", ok, err)
			}
			must(t, b.ClearExpired())
			if ok, err := b.Exists("k"); ok || err != nil {
				t.Errorf("Exists after ClearExpired = %v, %v", ok, err)
			}
			row.Expire = clock.Now().Add(time.Hour)
			must(t, b.Insert(row))
			must(t, b.Delete("k"))
			if _, err := b.Load("k"); !errors.Is(err, ErrNotFound) {
				t.Errorf("Load after Delete: %v", err)
			}
		})
	}
}

func TestCounters(t *testing.T) {
	p := newProject(Defaults())
	key := saved(t, p, map[string]any{"a": "xyz"})
	before := p.db.Counters()
	want := Counters{Selects: 1, Inserts: 1, BytesWritten: int64(len(`{"a":"xyz"}`))}
	if diff := cmp.Diff(want, before); diff != "" {
		t.Errorf("a new session (-want +got):\n%s", diff)
	}
	s := p.Session(key)
	s.Set("a", "é")
	must(t, s.Save(false))
	want = Counters{Selects: 1, Updates: 1, BytesWritten: int64(len(`{"a":"\u00e9"}`))}
	if diff := cmp.Diff(want, p.db.Counters().Sub(before)); diff != "" {
		t.Errorf("a change (-want +got):\n%s", diff)
	}
}

func TestCachedDBReadsFromCache(t *testing.T) {
	clock := NewVirtualClock(startOfTests)
	db := NewMemory(clock)
	cache := NewCachedDB(db, clock)
	st := New(Defaults(), cache, clock)
	s := st.Session("")
	s.Set("a", 1)
	must(t, s.Save(false))
	before := db.Counters()
	read := func() any { return st.Session(s.Key()).Get("a") }
	if read() != 1 || db.Counters() != before {
		t.Error("a cached session was read from the database")
	}
	cache.DropCache()
	if read() != 1 || read() != 1 || db.Counters().Sub(before).Selects != 1 {
		t.Errorf("%d selects after the cache was dropped, want one for two reads", db.Counters().Sub(before).Selects)
	}
	must(t, db.Remove(s.Key()))
	if read() != 1 {
		t.Error("a row deleted behind the cache is no longer served; Django serves it until it expires")
	}
	clock.Advance(15 * 24 * time.Hour)
	if read() != nil {
		t.Error("an expired session was served from the cache")
	}
}

// Two processes with a LocMemCache each, as observed on all four versions.
func TestCachePerProcess(t *testing.T) {
	clock := NewVirtualClock(startOfTests)
	db := NewMemory(clock)
	a := New(Defaults(), NewCachedDB(db, clock), clock)
	b := New(Defaults(), NewCachedDB(db, clock), clock)
	a.SetUser(alice)
	b.SetUser(alice)
	resp := a.Handle(Request{}, func(r *Request) Response { return raise(r.Login(alice)) })
	must(t, resp.Err)
	key := resp.SetCookie.Value
	userOnB := func() (id string) {
		b.Handle(Request{Cookie: key}, func(r *Request) Response {
			if u, _ := r.User(); u != nil {
				id = u.ID
			}
			return Response{}
		})
		return id
	}
	if userOnB() != alice.ID {
		t.Fatal("the other process does not know the login")
	}
	set := func(st *Store, k string) {
		must(t, st.Handle(Request{Cookie: key}, func(r *Request) Response { r.Session.Set(k, 1); return Response{} }).Err)
	}
	set(a, "cart")
	if b.Session(key).Has("cart") {
		t.Error("the other process sees the cart; its own cache has none")
	}
	set(b, "theme")
	row, _ := db.Row(key)
	if data := decode(row.Data); data["cart"] != nil || data["theme"] != 1 || db.Counters().LostUpdates != 1 {
		t.Errorf("stored %v, %d lost updates; want the theme without the cart, 1", data, db.Counters().LostUpdates)
	}
	must(t, a.Handle(Request{Cookie: key}, func(r *Request) Response { return raise(r.Logout()) }).Err)
	if userOnB() != alice.ID {
		t.Error("the other process noticed the logout")
	}
}

// Requests may run side by side; go test -race looks at the store, this test at the sum.
func TestConcurrentRequests(t *testing.T) {
	p := newProject(Defaults())
	p.SetUser(alice)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			cookie := ""
			for range 50 {
				resp := p.Handle(Request{Cookie: cookie}, func(r *Request) Response {
					n, _ := r.Session.GetOr("n", 0).(int)
					r.Session.Set("n", n+1)
					_, err := r.User()
					return raise(err)
				})
				cookie = resp.SetCookie.Value
			}
			if n := p.Session(cookie).Get("n"); n != 50 {
				t.Errorf("n = %v, want 50", n)
			}
			p.clock.Advance(time.Millisecond)
			p.ClearExpired()
		})
	}
	wg.Wait()
	if p.db.Rows() != 8 || p.db.Counters().LostUpdates != 0 {
		t.Errorf("%d rows, %d lost updates; want 8, 0", p.db.Rows(), p.db.Counters().LostUpdates)
	}
}
