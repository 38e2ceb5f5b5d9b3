package django

import (
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/pyproject"
)

const (
	// maxSteps bounds the statements that one evaluation of all settings modules may execute. The longest settings of real
	// projects have 2,000 statements.
	maxSteps = 50_000
	// maxInline bounds nested calls of project functions.
	maxInline = 4
	// maxImports bounds how many modules a name is followed through.
	maxImports = 16
	// maxInlineStatements bounds the size of a function whose call is followed.
	maxInlineStatements = 20
	// maxLoop bounds how often a loop over a known list is unrolled.
	maxLoop = 64
)

// An evaluator interprets module bodies in the abstract. Each module is run once, in a namespace of its own, as Python
// does: what a module computes depends on its own imports, never on who imports it.
type evaluator struct {
	prog    *py.Program
	graph   *pyproject.Graph
	modules map[string]*namespace
	classes map[*py.ClassDef]*namespace
	steps   int
	// envReads are the variables of the environment that were read, in order.
	envReads []string
	// settingsModule is called for each place that names the settings module of a process; nil if nobody asks.
	settingsModule func(at Place, v Value)
}

func newEvaluator(prog *py.Program, graph *pyproject.Graph) *evaluator {
	return &evaluator{
		prog:    prog,
		graph:   graph,
		modules: make(map[string]*namespace),
		classes: make(map[*py.ClassDef]*namespace),
	}
}

// module returns the names of the module at path after its body has run. In an import cycle it is what has been run so far.
// It is nil for a file that cannot be read.
func (ev *evaluator) module(p string) *namespace {
	if ns, ok := ev.modules[p]; ok {
		return ns
	}
	file := ev.prog.Open(p)
	if file == nil || file.Module == nil {
		ev.modules[p] = nil
		return nil
	}
	ns := newNamespace(nil)
	ev.modules[p] = ns
	f := &frame{ev: ev, file: file, ns: ns}
	f.body(file.Module.Body)
	if len(file.Module.Holes) > 0 && ns.open == "" {
		ns.open = "a part of " + p + " could not be parsed"
	}
	return ns
}

// A frame is the interpretation of one body.
type frame struct {
	ev   *evaluator
	file *py.File
	ns   *namespace
	// stopped is set once a statement ends the body: raise, return, sys.exit.
	stopped bool
	// conds are the unknown conditions under which this body runs; taken those that are known to hold.
	conds, taken []string
	// inFunction is true in the body of a function; depth counts the calls around it.
	inFunction bool
	depth      int
	// imported counts the modules through which a name is being followed.
	imported int
	returns  *[]returned
	// method is the function whose body runs, if it is a method of a class with settings.
	method *py.FunctionDef
	// imports notes what a try body imports; nil outside of one.
	imports *importLog
	// reads collects the names that the statement being run reads.
	reads []Read
}

// returned is a return statement that was reached.
type returned struct {
	value     Value
	cond      string
	byDefault Tri
}

// importLog says what the imports in a try body led to.
type importLog struct {
	// missing is the first module that the repository should hold and does not.
	missing string
	// present is the first module of the repository that is imported whole.
	present string
	// external is the first installed package that is imported.
	external string
}

// src returns the source of a node on one line, shortened to what fits into a message.
func (f *frame) src(n py.Node) string {
	at := n.Range()
	s := strings.Join(strings.Fields(string(f.file.Module.Src[at.Start:at.End])), " ")
	if r := []rune(s); len(r) > 60 {
		s = string(r[:57]) + "..."
	}
	return s
}

func (f *frame) step(at py.Span, note string, expr py.Expr) Step {
	return Step{Place: Place{f.file, at}, Note: note, Expr: expr}
}

// when describes the conditions under which the current statement runs.
func (f *frame) when() string {
	var b strings.Builder
	if len(f.conds) > 0 {
		b.WriteString(" if " + strings.Join(f.conds, " and "))
	}
	if len(f.taken) > 0 {
		b.WriteString(" in the branch taken for " + strings.Join(f.taken, " and "))
	}
	return b.String()
}

// assign binds a name. verb is empty for a plain assignment.
func (f *frame) assign(name string, v Value, at py.Span, expr py.Expr, verb string) {
	old, had := f.ns.own(name)
	if verb == "" {
		verb = "set here"
		if had {
			verb = "overridden here"
		}
	}
	note := verb + f.when()
	if v.kind == KindEnv {
		note += ", from " + v.env.source()
		if v.env.Default != nil {
			note += "; " + v.env.Default.Text() + " when it is unset"
		}
	}
	v.steps = appendStep(append(slices.Clip(old.steps), v.steps...), f.step(at, note, expr))
	v.reads = slices.Clone(f.reads)
	v.override = nil
	f.ns.set(name, v)
}

// maxStory bounds the steps of a value: a list that hundreds of statements extend has no story that anybody reads.
const maxStory = 24

// appendStep adds a step. A statement that runs again, in a loop, stays one step.
func appendStep(steps []Step, s Step) []Step {
	steps = slices.DeleteFunc(slices.Clone(steps), func(o Step) bool { return o.File == s.File && o.At == s.At })
	if len(steps) >= maxStory {
		steps = slices.Delete(steps, maxStory/2, len(steps)-maxStory/2+1)
	}
	return append(steps, s)
}

// source names where the value comes from.
func (e *Env) source() string {
	names := strings.Join(e.Names, ", ")
	switch {
	case e.Attr:
		return names
	case len(e.Names) == 1:
		return "the environment variable " + names
	}
	return "the environment variables " + names
}

// openUp notes that names may exist from here on that the source does not show, and that known ones may be replaced.
func (f *frame) openUp(at py.Span, reason string) {
	if f.ns.open == "" {
		f.ns.open = reason
	}
	f.ns.mayOverride(f.step(at, reason, nil))
}

// body runs statements in order.
func (f *frame) body(stmts []py.Stmt) {
	for _, s := range stmts {
		if f.stopped {
			return
		}
		if f.ev.steps++; f.ev.steps > maxSteps {
			f.openUp(s.Range(), "the settings are too long to follow")
			f.stopped = true
			return
		}
		f.reads = nil
		f.stmt(s)
	}
}

func (f *frame) stmt(s py.Stmt) {
	switch s := s.(type) {
	case *py.Assign:
		v := f.eval(s.Value)
		for _, t := range s.Targets {
			f.store(t, v, s.Span, s.Value)
		}
	case *py.AnnAssign:
		if s.Value != nil {
			f.store(s.Target, f.eval(s.Value), s.Span, s.Value)
		}
	case *py.AugAssign:
		f.augment(s)
	case *py.ExprStmt:
		f.exprStmt(s)
	case *py.If:
		f.ifStmt(s)
	case *py.Try:
		f.try(s)
	case *py.For:
		f.forStmt(s)
	case *py.While:
		f.forget(s.Body, s.Span, "it is set in a loop")
		f.body(s.Else)
	case *py.With:
		for _, it := range s.Items {
			v := f.eval(it.X)
			if o, ok := v.c.v.(*opaque); !ok || !strings.HasPrefix(o.desc, pathTo) {
				v = unknown("it is the target of a with statement")
			}
			if it.Target != nil {
				f.store(it.Target, v, s.Span, nil)
			}
		}
		f.body(s.Body)
	case *py.Match:
		f.match(s)
	case *py.Import:
		f.importStmt(s)
	case *py.ImportFrom:
		f.importFrom(s)
	case *py.FunctionDef:
		f.ns.set(s.Name.Name, constant(&function{s, f.file, f.ns.root()}))
	case *py.ClassDef:
		f.ns.set(s.Name.Name, constant(&class{s, f.file, f.ns.root()}))
		f.configuration(s)
	case *py.Delete:
		for _, t := range s.Targets {
			if n, ok := t.(*py.Name); ok {
				f.ns.set(n.ID, Value{})
			} else if sub, ok := t.(*py.Subscript); ok {
				f.deleteKey(sub, s.Span)
			}
		}
	case *py.Raise:
		f.stopped = true
	case *py.Return:
		v := constant(nil)
		if s.Value != nil {
			v = f.eval(s.Value)
		}
		if f.returns != nil {
			*f.returns = append(*f.returns, returned{value: v})
		}
		f.stopped = true
	case *py.BadStmt:
		f.openUp(s.Span, "a part of "+f.file.Path+" could not be parsed")
	}
}

// configuration notes a class of django-configurations: its attributes become settings when the class is chosen by an
// environment variable, so the names of the module are not the settings.
func (f *frame) configuration(c *py.ClassDef) {
	for _, base := range c.Args {
		if base.Name.Name != "" || base.Star != 0 {
			continue
		}
		if v := f.eval(base.Value); v.kind == KindConst {
			if ext, ok := v.c.v.(external); ok && strings.HasPrefix(ext.dotted, "configurations.") {
				f.openUp(c.Span, "the settings are attributes of a class that an environment variable chooses")
			}
		}
	}
}
