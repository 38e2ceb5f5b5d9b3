package sessflow

import (
	"sort"

	"github.com/sesslint/sesslint/internal/py"
)

// maxWorlds bounds the worlds kept apart at one point of a function. Beyond it facts are given up, and the function makes
// no claim about lost mutations: paths that cannot be taken would otherwise be reported.
const maxWorlds = 64

// A state is the set of worlds at one point, by key.
type state struct {
	worlds map[string]*world
}

// add merges a world into the state and reports whether the state changed, and whether it overflowed.
func (s *state) add(w *world, flags []*py.Binding) (changed, overflow bool) {
	if s.worlds == nil {
		s.worlds = map[string]*world{}
	}
	k := w.key(flags)
	if old := s.worlds[k]; old != nil {
		return old.merge(w), false
	}
	if len(s.worlds) >= maxWorlds {
		w = w.clone()
		w.facts = facts{}
		k = string(rune('0' + w.mark))
		if old := s.worlds[k]; old != nil {
			return old.merge(w), true
		}
		s.worlds[k] = w
		return true, true
	}
	s.worlds[k] = w.clone()
	return true, false
}

// list returns the worlds in a fixed order.
func (s *state) list() []*world {
	keys := make([]string, 0, len(s.worlds))
	for k := range s.worlds {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	out := make([]*world, len(keys))
	for i, k := range keys {
		out[i] = s.worlds[k]
	}
	return out
}
