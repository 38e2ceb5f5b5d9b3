package sessflow

import (
	"sort"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// A mark says whether the request's session has been marked modified (or saved) on a path.
type mark uint8

const (
	// unmarked: nothing on this path made Django save the session.
	unmarked mark = iota
	// marked: Django will save the whole session when the response is sent.
	marked
	// escaped: the session went where this analysis cannot follow, so it may be marked.
	escaped
)

// A world is what is known on one set of paths that reach a point of a function. Paths are kept apart by whether the session
// is marked and by the facts that later conditions depend on; everything else is joined.
type world struct {
	env   map[*py.Binding]Value
	mark  mark
	facts map[string]bool
	// pending are the mutations made so far on these paths that nothing has marked.
	pending []*Mutation
	// fork is set while a statement runs that marks the session on some condition: the world splits behind it.
	fork *fork
	// dead is set where the path cannot go on.
	dead bool
}

// A fork is a conditional mark: behind the statement there is a world in which the session is marked and one in which it is
// not.
type fork struct {
	mark    mark        // what the one side becomes
	pending []*Mutation // what a callee left unmarked on the other
}

func newWorld() *world {
	return &world{env: map[*py.Binding]Value{}, facts: map[string]bool{}}
}

func (w *world) clone() *world {
	c := &world{
		env:     make(map[*py.Binding]Value, len(w.env)),
		mark:    w.mark,
		facts:   make(map[string]bool, len(w.facts)),
		pending: w.pending,
	}
	for k, v := range w.env {
		c.env[k] = v
	}
	for k, v := range w.facts {
		c.facts[k] = v
	}
	return c
}

// setMark marks the session on this path; what was pending is saved with it.
func (w *world) setMark(m mark) {
	if w.mark == unmarked || (w.mark == escaped && m == marked) {
		w.mark = m
	}
	w.pending = nil
	w.fork = nil
}

// mayMark marks the session if it has (or, with want false, lacks) the key that the fact speaks of; afterwards the fact has the
// value after. An empty fact stands for a condition that nothing is known about.
func (w *world) mayMark(fact string, want, after bool) {
	if w.mark != unmarked {
		if fact != "" {
			w.facts[fact] = after
		}
		return
	}
	if fact != "" {
		val, known := w.facts[fact]
		w.facts[fact] = after
		if known {
			if val == want {
				w.setMark(marked)
			}
			return
		}
	}
	if w.fork == nil {
		w.fork = &fork{mark: marked}
	}
}

// split resolves a pending fork into the worlds behind the statement.
func (w *world) split() []*world {
	if w.dead {
		return nil
	}
	f := w.fork
	w.fork = nil
	if f == nil || w.mark != unmarked {
		return []*world{w}
	}
	m := w.clone()
	m.setMark(f.mark)
	w.pending = unionPending(w.pending, f.pending)
	return []*world{m, w}
}

// addPending notes a mutation that nothing has marked yet.
func (w *world) addPending(m *Mutation) {
	if w.mark == unmarked {
		w.pending = unionPending(w.pending, []*Mutation{m})
	}
}

func unionPending(a, b []*Mutation) []*Mutation {
	if len(b) == 0 {
		return a
	}
	out := a[:len(a):len(a)]
next:
	for _, m := range b {
		for _, o := range a {
			if o == m {
				continue next
			}
		}
		out = append(out, m)
	}
	return out
}

// assign binds a name and forgets the facts that spoke of its old value.
func (w *world) assign(b *py.Binding, v Value) {
	if b == nil {
		return
	}
	w.env[b] = v
	for f := range w.facts {
		if mentions(f, b.Name) {
			delete(w.facts, f)
		}
	}
}

// mentions reports whether the text holds the name as a whole word.
func mentions(text, name string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(name)
		if (i == 0 || !isWord(text[i-1])) && (end == len(text) || !isWord(text[end])) {
			return true
		}
		from = end
	}
}

func isWord(c byte) bool {
	return c == '_' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// presence is the name of the fact that the session has a key.
func presence(k Key) string {
	if k.Known {
		return "has '" + k.Text + "'"
	}
	return "has " + k.Text
}

// forgetPresence drops what is known about which keys the session has.
func (w *world) forgetPresence() {
	for f := range w.facts {
		if strings.HasPrefix(f, "has ") {
			delete(w.facts, f)
		}
	}
}

// key returns what keeps this world apart from others at the same point: its mark, its facts, and the values of the
// variables that conditions test as flags.
func (w *world) key(flags []*py.Binding) string {
	parts := make([]string, 0, len(w.facts)+len(flags)+1)
	for f, v := range w.facts {
		if v {
			parts = append(parts, f+"=1")
		} else {
			parts = append(parts, f+"=0")
		}
	}
	sort.Strings(parts)
	for _, b := range flags {
		if c, ok := w.env[b].Constant(); ok {
			parts = append(parts, b.Name+":"+constText(c))
		} else {
			parts = append(parts, b.Name+"?")
		}
	}
	return string(rune('0'+w.mark)) + strings.Join(parts, "\x00")
}

// merge joins o into w and reports whether w changed. Both have the same key.
func (w *world) merge(o *world) bool {
	changed := false
	for b, v := range o.env {
		old, ok := w.env[b]
		if !ok {
			// Bound on the other paths only: on these it may be unbound, which cannot be used.
			w.env[b] = v
			changed = true
			continue
		}
		if j := join(old, v); !j.equal(old) {
			w.env[b] = j
			changed = true
		}
	}
	if p := unionPending(w.pending, o.pending); len(p) != len(w.pending) {
		w.pending = p
		changed = true
	}
	return changed
}
