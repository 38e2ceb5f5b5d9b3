package sessflow

import (
	"sort"

	"github.com/sesslint/sesslint/internal/py"
)

// maxWorlds bounds the worlds kept apart at one point of a function. Beyond it facts are given up, and the function makes
// no claim about lost mutations: paths that cannot be taken would otherwise be reported.
const maxWorlds = 48

// A state is the set of worlds at one point, by key.
type state struct {
	worlds map[string]*world
}

// add merges a world into the state. It reports whether the state changed, and whether there are too many worlds.
func (s *state) add(w *world, flags []*py.Binding) (changed, overflow bool) {
	if s.worlds == nil {
		s.worlds = map[string]*world{}
	}
	k := w.key(flags)
	if old := s.worlds[k]; old != nil {
		return old.merge(w), false
	}
	s.worlds[k] = w.clone()
	return true, len(s.worlds) > maxWorlds
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

// leavesPending reports whether a world is unmarked and has pending mutations.
func (s *state) leavesPending() bool {
	for _, w := range s.worlds {
		if w.mark == unmarked && len(w.pending) > 0 {
			return true
		}
	}
	return false
}
