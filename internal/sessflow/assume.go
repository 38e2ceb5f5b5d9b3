package sessflow

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// assume narrows a world to the paths on which a condition has an outcome; the world is dead if there are none.
func (a *analysis) assume(w *world, cond py.Expr, taken bool) {
	switch c := cond.(type) {
	case *py.UnaryOp:
		if c.Op == "not" {
			a.assume(w, c.X, !taken)
			return
		}
	case *py.BoolOp:
		if (c.Op == "and") == taken { // both hold, or both fail
			a.assume(w, c.Left, taken)
			a.assume(w, c.Right, taken)
		}
		return
	case *py.NamedExpr:
		a.assume(w, c.Target, taken)
		return
	case *py.Compare:
		if len(c.Ops) == 1 && a.assumeCompare(w, c, taken) {
			return
		}
	case *py.Name:
		a.narrow(w, c, taken, false)
	case *py.Call:
		if a.assumeGet(w, c, taken) {
			return
		}
	}
	scratch := w.clone()
	if val, known := a.eval(cond, scratch).truth(); known {
		if val != taken {
			w.dead = true
		}
		return
	}
	text := a.source(cond)
	if !a.top().flow.repeated[text] {
		return
	}
	if val, ok := w.facts.get(text); ok {
		if val != taken {
			w.dead = true
		}
		return
	}
	w.facts.set(text, taken)
}

// assumeFact adds a fact, or kills the world if it contradicts what is known.
func (w *world) assumeFact(fact string, val bool) {
	if old, ok := w.facts.get(fact); ok {
		if old != val {
			w.dead = true
		}
		return
	}
	w.facts.set(fact, val)
}

// assumeCompare handles k in S, x is None, and comparisons of constants. It reports whether the condition is dealt with.
func (a *analysis) assumeCompare(w *world, c *py.Compare, taken bool) bool {
	switch op := c.Ops[0]; op {
	case "in", "not in":
		scratch := w.clone()
		holder := a.eval(c.Rights[0], scratch)
		for _, o := range holder.Objs {
			if o.Kind == Session && o.Source == FromRequest {
				w.assumeFact(presence(a.key(c.Left, scratch)), (op == "in") == taken)
				return true
			}
			if o.Kind == Opaque && (o.Dotted == "request.POST" || o.Dotted == "request.GET") && (op == "in") == taken {
				a.assumeSubmitted(w, c.Left)
			}
		}
	case "is", "is not", "==", "!=":
		if s, ok := c.Rights[0].(*py.Singleton); ok && s.Kind == "None" {
			isNone := (op == "is" || op == "==") == taken
			switch x := c.Left.(type) {
			case *py.Name:
				a.narrow(w, x, !isNone, true)
			case *py.Call:
				if key, ok := a.getKey(w, x); ok {
					w.assumeFact(presence(key), !isNone)
					return true
				}
			}
		}
	}
	return false
}

// submitted is the beginning of the fact that a field was sent with the form.
const submitted = "submitted "

// assumeSubmitted handles 'name' in request.POST. A form is sent by one of its buttons, and only that one is in the data
// (HTML, "constructing the entry list"), so code that asks for one field after the other is taken to ask which button it
// was: paths on which two of them were pressed are left out.
func (a *analysis) assumeSubmitted(w *world, field py.Expr) {
	s, ok := field.(*py.String)
	if !ok {
		return
	}
	for _, f := range w.facts.entries {
		if strings.HasPrefix(f.key, submitted) && f.key != submitted+s.Value {
			w.dead = true
			return
		}
	}
	w.facts.set(submitted+s.Value, true)
}

// getKey returns the key of a call S.get(k) without a default on the request's session.
func (a *analysis) getKey(w *world, c *py.Call) (Key, bool) {
	attr, ok := c.Func.(*py.Attribute)
	if !ok || attr.Attr.Name != "get" && attr.Attr.Name != "aget" || len(c.Args) != 1 {
		return Key{}, false
	}
	scratch := w.clone()
	for _, o := range a.eval(attr.X, scratch).Objs {
		if o.Kind == Session && o.Source == FromRequest {
			return a.key(c.Args[0].Value, scratch), true
		}
	}
	return Key{}, false
}

// assumeGet handles the truth of S.get(k): a true one shows that the key is there.
func (a *analysis) assumeGet(w *world, c *py.Call, taken bool) bool {
	key, ok := a.getKey(w, c)
	if ok && taken {
		w.assumeFact(presence(key), true)
		return true
	}
	return false
}

// narrow removes the alternatives of a variable that contradict its truth (or, with none, its being something else than
// None).
func (a *analysis) narrow(w *world, n *py.Name, taken, none bool) {
	b := a.scopes().Binding(n)
	if b == nil || a.top().fn.file.shared[n.ID] {
		return
	}
	v, ok := w.env.get(b)
	if !ok {
		return
	}
	out := Value{Open: v.Open}
	for _, o := range v.Objs {
		keep := true
		switch {
		case o.Kind == Const && none:
			keep = (o.Const.Kind != py.NoneConst) == taken
		case o.Kind == Const:
			keep = constTruth(o.Const) == taken
		case o.Kind == Item && none && !taken:
			keep = false // what the session holds under a key is not None here, or there is nothing to mutate
		case o.Kind == Item && o.Depth == 0 && o.Origin == ByKey && taken:
			// The value came from the session: the key was there.
		case !taken && (o.Kind == Request || o.Kind == Function || o.Kind == Class || o.Kind == Session && none):
			keep = false
		}
		if keep {
			out.Objs = append(out.Objs, o)
		}
	}
	if len(out.Objs) == 0 && !out.Open && len(v.Objs) > 0 {
		w.dead = true
		return
	}
	w.env.set(b, out)
}
