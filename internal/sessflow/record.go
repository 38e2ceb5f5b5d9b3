package sessflow

import (
	"slices"
	"sort"

	"github.com/sesslint/sesslint/internal/py"
)

// event records an event in the pass that records, joining it with what other paths and callers make of it.
func (a *analysis) event(e *Event) {
	if !a.recording {
		return
	}
	id := eventID{e.Kind, e.Node}
	fr := a.top()
	old := a.events[id]
	if old == nil {
		e.File, e.Func, e.Stmt = fr.fn.File, fr.fn, fr.stmt
		e.Guards = fr.flow.guards[fr.block].all()
		a.events[id] = e
		a.eventSeq = append(a.eventSeq, e)
		old = e
	} else {
		old.Value = join(old.Value, e.Value)
		if old.Key != e.Key {
			old.Key = Key{} // which key depends on the path
			if e.KeyNode != nil {
				old.Key.Text = a.source(e.KeyNode)
			}
		}
	}
	a.addCallers(old)
}

// addCallers notes the calls that are active as leading to an event, and the event as happening in their frames.
func (a *analysis) addCallers(e *Event) {
	for i := len(a.stack) - 1; i >= 0; i-- {
		fr := a.stack[i]
		if !slices.Contains(fr.events, e) {
			fr.events = append(fr.events, e)
		}
		if fr.call == nil || i == 0 {
			break
		}
		caller := a.stack[i-1]
		e.addCaller(CallSite{caller.fn, fr.call, caller.stmt}, caller.flow.guards[caller.block].all())
	}
}

// replay notes a call whose summary was known as leading to the events in the callee.
func (a *analysis) replay(s *summary, call *py.Call) {
	if call == nil {
		return
	}
	caller := a.top()
	for _, e := range s.events {
		e.addCaller(CallSite{caller.fn, call, caller.stmt}, caller.flow.guards[caller.block].all())
		a.addCallers(e)
	}
}

func (e *Event) addCaller(c CallSite, guards []Guard) {
	for _, o := range e.Callers {
		if o.Call == c.Call {
			return
		}
	}
	e.Callers = append(e.Callers, c)
	e.CallerGuards = append(e.CallerGuards, guards...)
}

// nestedWrite records that v was put into an object inside the session.
func (a *analysis) nestedWrite(o *Object, n py.Node, from py.Expr, v Value) {
	a.event(&Event{Kind: Write, Nested: true, Node: n, Source: o.Session.Source, Expr: o.Session.Expr, Key: o.Key, ValueNode: from, Value: v})
}

// mutate notes that an object inside the session is changed in place.
func (a *analysis) mutate(o *Object, target py.Expr, transient bool, w *world) {
	if o.Session.Source != FromRequest || w.mark != unmarked {
		return
	}
	m := a.mutation(o, target, w)
	m.LocalUse = m.LocalUse || transient && m.Alias
	w.addPending(m)
}

// mutation returns the record of a mutation. It stands at the statement, or, where the function was handed the object by a
// caller, at the call that handed it over: there the session is at hand.
func (a *analysis) mutation(o *Object, target py.Expr, w *world) *Mutation {
	level := len(a.stack) - 1
	for i := level; i >= 0; i-- {
		if a.stack[i].fn == o.Func {
			level = i
			break
		}
		if a.stack[i].call == nil {
			break
		}
	}
	fr := a.stack[level]
	var at py.Node = target
	if level < len(a.stack)-1 {
		at = a.stack[level+1].call
	}
	if m := a.muts[at]; m != nil {
		return m
	}
	m := &Mutation{
		File: fr.fn.File, Func: fr.fn, Stmt: fr.stmt, At: at, Target: target, Key: o.Key, Depth: o.Depth, Origin: o.Origin,
		Alias: level < len(a.stack)-1 || !a.direct(target, w), Helper: level < len(a.stack)-1,
	}
	switch {
	case o.Session.Func == fr.fn && o.Session.Expr != "":
		m.Session = o.Session.Expr
	case level == len(a.stack)-1:
		m.Session = a.reachable(w)
	}
	m.KeyText = keyText(o, fr.fn)
	if n := aliasName(target); n != nil && !m.Helper {
		if r := a.valueOf(n, w).Only(); r != nil && r.Kind == Item && r.Depth == 0 && r.Key == o.Key {
			m.Variable = n.ID
		}
	}
	a.muts[at] = m
	return m
}

// keyText returns an expression for the key of an item that is valid in a function; empty if there is none.
func keyText(o *Object, fn *Func) string {
	if o.Key.Known {
		if lit, ok := o.KeyNode.(*py.String); ok && o.Func == fn {
			return py.Source(fn.File.Module, lit) // in the quotes that the code uses
		}
		return o.Key.String()
	}
	if o.Func != fn || o.KeyNode == nil {
		return ""
	}
	scopes := fn.file.file.Scopes
	stable := true
	py.Inspect(o.KeyNode, func(n py.Node) bool {
		switch n := n.(type) {
		case *py.Name:
			b := scopes.Binding(n)
			stable = stable && (b == nil || len(b.Defs) == 1 && b.Defs[0].Kind != py.AssignDef || b.Scope.Kind == py.ModuleScope)
		case *py.Call, *py.NamedExpr, *py.Await:
			stable = false // might yield another value the second time
		}
		return stable
	})
	if !stable {
		return ""
	}
	return py.Source(fn.File.Module, o.KeyNode)
}

// direct reports whether a mutated expression starts from the session itself, as request.session['cart'] and
// request.session.get('cart') do.
func (a *analysis) direct(target py.Expr, w *world) bool {
	for {
		switch t := target.(type) {
		case *py.Subscript:
			target = t.X
			continue
		case *py.Await:
			target = t.X
			continue
		case *py.Call:
			if at, ok := t.Func.(*py.Attribute); ok {
				target = at.X
				continue
			}
		}
		break
	}
	found := false
	a.recordingOff(func() { found = a.eval(target, w.clone()).any(Session) })
	return found
}

// aliasName returns the variable that a mutated expression starts from: cart in cart['items'][0].
func aliasName(target py.Expr) *py.Name {
	for {
		switch t := target.(type) {
		case *py.Name:
			return t
		case *py.Subscript:
			target = t.X
		default:
			return nil
		}
	}
}

// reachable returns an expression by which the current function can reach the request's session: a variable that holds
// it, the request, or an attribute of self.
func (a *analysis) reachable(w *world) string {
	var best string
	better := func(s string) {
		if best == "" || s < best {
			best = s
		}
	}
	for _, e := range w.env.entries {
		b, o := e.key, e.val.Only()
		if o == nil || b.Scope == nil {
			continue
		}
		switch o.Kind {
		case Session:
			if o.Source == FromRequest {
				better(b.Name)
			}
		case Request:
			better(b.Name + ".session")
		}
	}
	if best != "" {
		return best
	}
	self := a.top().self
	if self == nil || len(a.top().fn.Def.Params) == 0 {
		return ""
	}
	name := a.top().fn.Def.Params[0].Name.Name
	for attr, v := range self.attrs {
		o := v.Only()
		switch {
		case o == nil:
		case o.Kind == Session && o.Source == FromRequest:
			better(name + "." + attr)
		case o.Kind == Request:
			better(name + "." + attr + ".session")
		}
	}
	return best
}

// sortEvents orders events by file and place.
func sortEvents(evs []*Event) {
	sort.SliceStable(evs, func(i, j int) bool {
		a, b := evs[i], evs[j]
		if a.File.Path != b.File.Path {
			return a.File.Path < b.File.Path
		}
		if sa, sb := a.Node.Range().Start, b.Node.Range().Start; sa != sb {
			return sa < sb
		}
		if a.Kind != b.Kind {
			return a.Kind < b.Kind
		}
		return a.Key.Text < b.Key.Text
	})
}
