package sessionstore

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A vector is one observation of real Django: its inputs, and under every other name what was seen.
type vector map[string]any

// The number of vectors in each section, so that a lost one is noticed.
const (
	saveDecisionVectors = 480
	lifecycleVectors    = 88
	setExpiryVectors    = 56
	mutationVectors     = 252
)

var startOfTests = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func loadVectors(t *testing.T, section string, count int) []vector {
	t.Helper()
	text, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		About        string   `json:"about"`
		SaveDecision []vector `json:"save_decision"`
		Lifecycle    []vector `json:"lifecycle"`
		SetExpiry    []vector `json:"set_expiry"`
		Mutation     []vector `json:"mutation"`
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields() // a section that nobody replays is an error
	if err := dec.Decode(&file); err != nil {
		t.Fatal(err)
	}
	vectors, ok := map[string][]vector{
		"save_decision": file.SaveDecision,
		"lifecycle":     file.Lifecycle,
		"set_expiry":    file.SetExpiry,
		"mutation":      file.Mutation,
	}[section]
	if !ok || len(vectors) != count {
		t.Fatalf("section %s has %d vectors, want %d", section, len(vectors), count)
	}
	return vectors
}

// replay runs every vector as a subtest. The inputs are removed from the vector; observe must give all that is left, and
// nothing else, and must know the inputs.
func replay(t *testing.T, section string, count int, inputs []string, observe func(t *testing.T, in vector) vector) {
	replayed := 0
	perVersion := map[string]int{}
	for _, v := range loadVectors(t, section, count) {
		in, want := vector{}, vector{}
		for k, x := range v {
			want[k] = x
		}
		for _, k := range inputs {
			if _, ok := v[k]; !ok {
				t.Fatalf("vector %v has no %q", v, k)
			}
			in[k] = v[k]
			delete(want, k)
		}
		var name []string
		for _, k := range inputs {
			b, _ := json.Marshal(in[k])
			name = append(name, strings.Trim(string(b), `"`))
		}
		t.Run(strings.Join(name, "/"), func(t *testing.T) {
			got := plain(t, observe(t, in))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("django (-) and store (+) differ:\n%s", diff)
			}
			replayed++
			perVersion[in["django"].(string)]++
		})
	}
	if replayed != count {
		t.Errorf("%d vectors of %s replayed, want %d", replayed, section, count)
	}
	for _, v := range []Version{V32, V42, V52, V61} {
		if n := perVersion[v.String()]; n != count/4 {
			t.Errorf("%d vectors of %s for django %v, want %d", n, section, v, count/4)
		}
	}
}

// plain turns v into the types encoding/json gives, so that it compares with a vector.
func plain(t *testing.T, v vector) vector {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out vector
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// A project is a store over one table, as a vector was recorded on.
type project struct {
	*Store
	db    *Memory
	clock *VirtualClock
}

func newProject(config Config) project {
	clock := NewVirtualClock(startOfTests)
	db := NewMemory(clock)
	return project{New(config, db, clock), db, clock}
}

func projectFor(t *testing.T, in vector) project {
	t.Helper()
	return newProject(configFor(t, in))
}

func configFor(t *testing.T, in vector) Config {
	t.Helper()
	config := Defaults()
	version, err := ParseVersion(in["django"].(string))
	if err != nil {
		t.Fatal(err)
	}
	config.Version = version
	if every, ok := in["save_every_request"]; ok {
		config.SaveEveryRequest = every.(bool)
	}
	return config
}

// sql gives the statements sent by f, by verb, without those that were not sent.
func (p project) sql(f func()) map[string]int {
	before := p.db.Counters()
	f()
	c := p.db.Counters().Sub(before)
	out := map[string]int{}
	for verb, n := range map[string]int{"SELECT": c.Selects, "INSERT": c.Inserts, "UPDATE": c.Updates, "DELETE": c.Deletes} {
		if n != 0 {
			out[verb] = n
		}
	}
	return out
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// raise is the response of a view in which an exception may have been raised.
func raise(err error) Response { return Response{Err: err} }

const unknownKey = "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
