package sessflow

import (
	"sort"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// A table is a small map that is copied when one of its holders changes it: worlds are cloned far more often than changed.
// It is searched from end to end, which for the few variables of a function is faster than hashing.
type table[K comparable, V any] struct {
	entries []entry[K, V]
	shared  bool
}

type entry[K comparable, V any] struct {
	key K
	val V
}

func (t *table[K, V]) get(k K) (V, bool) {
	for i := range t.entries {
		if t.entries[i].key == k {
			return t.entries[i].val, true
		}
	}
	var zero V
	return zero, false
}

// own makes sure that no other table uses the same memory.
func (t *table[K, V]) own() {
	if t.shared {
		t.entries = append(make([]entry[K, V], 0, len(t.entries)+4), t.entries...)
		t.shared = false
	}
}

func (t *table[K, V]) set(k K, v V) {
	t.own()
	for i := range t.entries {
		if t.entries[i].key == k {
			t.entries[i].val = v
			return
		}
	}
	t.entries = append(t.entries, entry[K, V]{k, v})
}

// drop removes the entries for which f holds.
func (t *table[K, V]) drop(f func(K) bool) {
	for i := range t.entries {
		if f(t.entries[i].key) {
			t.own()
			kept := t.entries[:0]
			for _, e := range t.entries {
				if !f(e.key) {
					kept = append(kept, e)
				}
			}
			t.entries = kept
			return
		}
	}
}

// clone returns a table with the same entries; both copy before they change.
func (t *table[K, V]) clone() table[K, V] {
	t.shared = true
	return *t
}

// variables are the values of the variables of a function.
type variables = table[*py.Binding, Value]

// facts are conditions with their outcomes; see world.
type facts = table[string, bool]

// factKey is a text that tells sets of facts apart.
func factKey(f *facts) string {
	if len(f.entries) == 0 {
		return ""
	}
	parts := make([]string, len(f.entries))
	for i, e := range f.entries {
		if e.val {
			parts[i] = e.key + "=1"
		} else {
			parts[i] = e.key + "=0"
		}
	}
	sort.Strings(parts)
	return strings.Join(parts, "\x00")
}
