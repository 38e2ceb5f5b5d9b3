package sessflow

import (
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
	env   variables
	mark  mark
	facts facts
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

func (w *world) clone() *world {
	return &world{env: w.env.clone(), mark: w.mark, facts: w.facts.clone(), pending: w.pending}
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
			w.facts.set(fact, after)
		}
		return
	}
	if fact != "" {
		val, known := w.facts.get(fact)
		w.facts.set(fact, after)
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
	w.env.set(b, v)
	w.facts.drop(func(f string) bool { return mentions(f, b.Name) })
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
	w.facts.drop(func(f string) bool { return strings.HasPrefix(f, "has ") })
}

// key returns what keeps this world apart from others at the same point: its mark, its facts, and the values of the
// variables that conditions test as flags.
func (w *world) key(flags []*py.Binding) string {
	if w.mark != unmarked {
		return string(byte('0' + w.mark)) // what is saved is saved: these paths need not be told apart
	}
	var sb strings.Builder
	sb.WriteByte(byte('0' + w.mark))
	sb.WriteString(factKey(&w.facts))
	for _, b := range flags {
		v, _ := w.env.get(b)
		sb.WriteByte(0)
		if c, ok := v.Constant(); ok {
			sb.WriteString(constText(c))
		} else {
			sb.WriteByte('?')
		}
	}
	return sb.String()
}

// merge joins o into w, which has the same key, and reports whether w changed.
func (w *world) merge(o *world) bool {
	changed := false
	for _, e := range o.env.entries {
		old, ok := w.env.get(e.key)
		if !ok {
			// Bound on the other paths only: on these it may be unbound, which cannot be used.
			w.env.set(e.key, e.val)
			changed = true
			continue
		}
		if j := join(old, e.val); !j.equal(old) {
			w.env.set(e.key, j)
			changed = true
		}
	}
	before := len(w.facts.entries)
	w.facts.drop(func(f string) bool {
		mine, _ := w.facts.get(f)
		theirs, ok := o.facts.get(f)
		return !ok || mine != theirs
	})
	changed = changed || len(w.facts.entries) != before
	if p := unionPending(w.pending, o.pending); len(p) != len(w.pending) {
		w.pending = p
		changed = true
	}
	return changed
}
