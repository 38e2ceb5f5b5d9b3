package sessflow

import (
	"fmt"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

const (
	// maxDepth bounds how deep calls are followed.
	maxDepth = 6
	// maxCalls bounds how many calls are followed for one root; what lies beyond is unknown.
	maxCalls = 600
	// maxRounds bounds how often a block is visited; lattices are finite, so this only guards against a defect.
	maxRounds = 200
)

// An analysis interprets the functions of one file from its roots. It is used by one goroutine.
type analysis struct {
	prog *program
	heap *heap

	memo   map[string]*summary
	active map[string]bool
	// version counts what became known about instances and containers; summaries made before are stale.
	version int
	calls   int
	// recording is set in the pass that records events, after the values are stable.
	recording bool
	stack     []*frame

	// captures are the variables that nested functions see, joined over the places where they were defined.
	captures map[*Func]map[*py.Binding]Value

	events   map[eventID]*Event
	eventSeq []*Event
	muts     map[py.Node]*Mutation
}

type eventID struct {
	kind EventKind
	node py.Node
}

// A frame is one activation of a function.
type frame struct {
	fn   *Func
	flow *flow
	self *Object
	// call is the call in the caller's code, or nil in a root.
	call  *py.Call
	block int
	stmt  py.Stmt
	ret   *py.Binding // pseudo-variable for the value returned
	yield Value
	gen   bool
	vals  map[py.Expr]Value // values of expressions that are nodes of the graph
	// imprecise is set when worlds overflowed: facts are not tracked any more, and no claim about lost mutations is made.
	imprecise bool
	// closure are the variables of the enclosing function where this one was defined.
	closure map[*py.Binding]Value
	// marks are the nodes at which a path became marked; while they are being found out, marking is set. related are the
	// names that tell of a mutation.
	marks   map[py.Node]bool
	related map[*Mutation]map[string]bool
	// events are those recorded in this activation and below it.
	events []*Event
}

// A summary is what a call does, for one set of arguments.
type summary struct {
	outcomes  []outcome
	ret       Value
	imprecise bool
	version   int
	recorded  bool
	events    []*Event
}

// An outcome is one way a call may leave the session.
type outcome struct {
	mark    mark
	pending []*Mutation
	ret     Value
}

func newAnalysis(prog *program) *analysis {
	return &analysis{
		prog: prog, heap: newHeap(),
		memo: map[string]*summary{}, active: map[string]bool{},
		events: map[eventID]*Event{}, muts: map[py.Node]*Mutation{},
		captures: map[*Func]map[*py.Binding]Value{},
	}
}

func (a *analysis) top() *frame { return a.stack[len(a.stack)-1] }

// scopes returns the scopes of the file that the current function stands in.
func (a *analysis) scopes() *py.Scopes { return a.top().fn.file.file.Scopes }

func (a *analysis) module() *py.Module { return a.top().fn.file.file.Module }

func (a *analysis) source(n py.Node) string { return py.Source(a.module(), n) }

// call interprets a function for given arguments and returns its summary; nil if it cannot be followed.
func (a *analysis) call(fn *Func, self *Object, params map[*py.Binding]Value, closure map[*py.Binding]Value, call *py.Call) *summary {
	if len(a.stack) > maxDepth || a.calls > maxCalls {
		return nil
	}
	id := callID(fn, self, params, closure)
	if s := a.memo[id]; s != nil && s.version == a.version && (s.recorded || !a.recording) {
		if a.recording {
			a.replay(s, call)
		}
		return s
	}
	if a.active[id] {
		return nil
	}
	a.active[id] = true
	defer delete(a.active, id)
	a.calls++
	s := a.run(fn, self, params, closure, call)
	s.version = a.version
	s.recorded = a.recording
	a.memo[id] = s
	return s
}

func callID(fn *Func, self *Object, params, closure map[*py.Binding]Value) string {
	var sb strings.Builder
	fmt.Fprintf(&sb, "%p %p", fn, self)
	for _, p := range fn.Def.Params {
		for b, v := range params {
			if b.Name == p.Name.Name {
				fmt.Fprintf(&sb, " %s=%v", b.Name, v.Open)
				for _, o := range v.Objs {
					fmt.Fprintf(&sb, ",%p", o)
				}
			}
		}
	}
	fmt.Fprintf(&sb, " %d", len(closure))
	return sb.String()
}

// run interprets a function body to a fixed point, and once more to record events if the analysis is recording.
func (a *analysis) run(fn *Func, self *Object, params, closure map[*py.Binding]Value, call *py.Call) *summary {
	fr := &frame{
		fn: fn, flow: fn.graph(), self: self, call: call, closure: closure,
		ret: &py.Binding{Name: "return"}, vals: map[py.Expr]Value{},
	}
	a.stack = append(a.stack, fr)
	defer func() { a.stack = a.stack[:len(a.stack)-1] }()
	record := a.recording
	a.recording = false
	start := &world{}
	for b, v := range params {
		start.env.set(b, v)
	}
	states, ok := a.fixpoint(fr, start.clone())
	if !ok {
		fr.imprecise = true
		states, _ = a.fixpoint(fr, start.clone())
	}
	if exit := states[fr.flow.cfg.Exit.Index]; exit.leavesPending() {
		if a.findMarks(fr, states); len(fr.marks) > 0 {
			states, _ = a.fixpoint(fr, start)
		}
	}
	if record {
		a.recording = true
		for _, b := range fr.flow.cfg.Blocks {
			for _, w := range states[b.Index].list() {
				a.transfer(fr, b, w.clone())
			}
		}
	}
	s := a.summarise(fr, states[fr.flow.cfg.Exit.Index])
	s.events = fr.events
	return s
}

// fixpoint computes the worlds at the head of each block. It gives up where these become too many, unless the frame is
// imprecise already.
func (a *analysis) fixpoint(fr *frame, start *world) ([]state, bool) {
	g := fr.flow
	states := make([]state, len(g.cfg.Blocks))
	states[g.cfg.Entry.Index].add(start, nil)
	dirty := make([]bool, len(g.cfg.Blocks))
	dirty[g.cfg.Entry.Index] = true
	for round := 0; round < maxRounds; round++ {
		again := false
		for _, b := range g.cfg.Blocks {
			if !dirty[b.Index] {
				continue
			}
			dirty[b.Index] = false
			for _, in := range states[b.Index].list() {
				if !a.flowOut(fr, b, in, states, dirty) {
					return nil, false
				}
			}
		}
		for _, d := range dirty {
			again = again || d
		}
		if !again {
			return states, true
		}
	}
	fr.imprecise = true
	return states, true
}

// flowOut interprets a block in one world and passes the result on to the successors. It reports false where worlds became
// too many.
func (a *analysis) flowOut(fr *frame, b *py.Block, in *world, states []state, dirty []bool) bool {
	flags := fr.flow.flags
	if fr.imprecise {
		flags = nil
	}
	fits := true
	push := func(to *py.Block, w *world) {
		if fr.imprecise {
			w.facts = facts{}
		}
		changed, overflow := states[to.Index].add(w, flags)
		if overflow && !fr.imprecise {
			fits = false
		}
		if changed {
			dirty[to.Index] = true
		}
	}
	outs := a.transfer(fr, b, in.clone())
	for _, e := range b.Succs {
		if e.Exc {
			if !mayRaise(b) {
				continue
			}
			// The statement failed before it took effect. What an earlier statement changed and nobody marked is not
			// held against a path that gave up.
			w := in.clone()
			w.pending = nil
			push(e.To, w)
			continue
		}
		for _, o := range outs {
			w := o
			if e.Cond != nil {
				w = o.clone()
				a.recordingOff(func() { a.assume(w, e.Cond, e.Taken) })
				if w.dead {
					continue
				}
				a.forgive(fr, w, e.Cond, e.Taken)
			}
			push(e.To, w)
		}
	}
	return fits
}

// findMarks notes the nodes at which a path becomes marked, or may.
func (a *analysis) findMarks(fr *frame, states []state) {
	fr.marks = map[py.Node]bool{}
	for _, b := range fr.flow.cfg.Blocks {
		for _, w := range states[b.Index].list() {
			w = w.clone()
			for _, n := range b.Nodes {
				before := w.mark
				fr.block = b.Index
				fr.stmt, _ = n.(py.Stmt)
				a.step(n, w)
				if before == unmarked && (w.mark != unmarked || w.fork != nil) {
					fr.marks[n] = true
				}
				w.mark, w.fork = before, nil
			}
		}
	}
}

// recordingOff runs f without recording events.
func (a *analysis) recordingOff(f func()) {
	old := a.recording
	a.recording = false
	f()
	a.recording = old
}

// mayRaise reports whether a block of a try body does anything that can fail for a reason worth following.
func mayRaise(b *py.Block) bool {
	risky := false
	for _, n := range b.Nodes {
		py.Inspect(n, func(n py.Node) bool {
			switch n.(type) {
			case *py.Call, *py.Raise, *py.Assert, *py.Import, *py.ImportFrom, *py.For, *py.Await, *py.Subscript:
				risky = true
			case *py.FunctionDef, *py.ClassDef, *py.Lambda:
				return false
			}
			return !risky
		})
	}
	return risky
}

// transfer interprets the nodes of a block, splitting the world where a statement marks the session conditionally.
func (a *analysis) transfer(fr *frame, b *py.Block, w *world) []*world {
	worlds := []*world{w}
	for _, n := range b.Nodes {
		var next []*world
		for _, w := range worlds {
			fr.block = b.Index
			fr.stmt, _ = n.(py.Stmt)
			a.step(n, w)
			next = append(next, w.split()...)
		}
		worlds = next
		if len(worlds) > maxWorlds {
			fr.imprecise = true
			worlds = worlds[:maxWorlds]
		}
	}
	return worlds
}

// summarise joins the worlds at the exit of a function by mark.
func (a *analysis) summarise(fr *frame, exit state) *summary {
	s := &summary{imprecise: fr.imprecise}
	byMark := map[mark]*outcome{}
	for _, w := range exit.list() {
		ret, ok := w.env.get(fr.ret)
		if !ok {
			ret = one(a.heap.constant(py.Constant{Kind: py.NoneConst}))
		}
		o := byMark[w.mark]
		if o == nil {
			o = &outcome{mark: w.mark}
			byMark[w.mark] = o
		}
		o.pending = unionPending(o.pending, w.pending)
		o.ret = join(o.ret, ret)
	}
	for _, m := range []mark{unmarked, marked, escaped} {
		if o := byMark[m]; o != nil {
			s.outcomes = append(s.outcomes, *o)
			s.ret = join(s.ret, o.ret)
		}
	}
	if fr.gen {
		g := a.heap.intern(objectID{kind: Fresh, site: fr.fn.Def, text: "generator"}, func(o *Object) {})
		a.grow(&g.Elem, fr.yield)
		s.ret = one(g)
		for i := range s.outcomes {
			s.outcomes[i].ret = s.ret
		}
	}
	return s
}

// grow joins a value into what is known about an object that outlives a path, and notes the change.
func (a *analysis) grow(old *Value, v Value) {
	if j := join(*old, v); !j.equal(*old) {
		*old = j
		a.version++
	}
}

// setAttr notes that an attribute of an instance may hold v.
func (a *analysis) setAttr(inst *Object, name string, v Value) {
	if inst.attrs == nil {
		inst.attrs = map[string]Value{}
	}
	old := inst.attrs[name]
	a.grow(&old, v)
	inst.attrs[name] = old
}

// capture notes the variables that a nested function sees where it is defined.
func (a *analysis) capture(f *Func, env *variables) {
	c := a.captures[f]
	if c == nil {
		c = map[*py.Binding]Value{}
		a.captures[f] = c
	}
	for b, v := range a.top().closure {
		c[b] = join(c[b], v)
	}
	for _, e := range env.entries {
		c[e.key] = join(c[e.key], e.val)
	}
}
