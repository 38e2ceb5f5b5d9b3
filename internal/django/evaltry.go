package django

import (
	"slices"

	"github.com/sesslint/sesslint/internal/py"
)

// try runs a try statement. An ImportError of a module that the repository does not hold is taken as "may be there at run
// time": what the handler leaves stays, and is marked as open to be overridden.
func (f *frame) try(s *py.Try) {
	var handler *py.Handler
	importHandler := false
	for i := range s.Handlers {
		if handler == nil {
			handler = &s.Handlers[i]
		}
		if catchesImportError(s.Handlers[i].Type) {
			handler, importHandler = &s.Handlers[i], true
			break
		}
	}
	log := &importLog{}
	ok := f.fork()
	ok.imports = log
	ok.body(s.Body)
	if !ok.stopped {
		ok.imports = f.imports
		ok.body(s.Else)
	}
	bad := f.fork()
	if handler != nil {
		if handler.Name != nil {
			bad.ns.set(handler.Name.ID, constant(&opaque{"<exception>"}))
		}
		bad.body(handler.Body)
	} else {
		bad.stopped = true
	}
	switch {
	case importHandler && log.missing != "" && !bad.stopped:
		f.ns.adopt(bad.ns)
		f.ns.mayOverride(f.step(s.Span, "may be overridden by "+log.missing+", which is not in the repository", nil))
	case bad.stopped && ok.stopped:
		f.stopped = true
	case bad.stopped:
		f.ns.adopt(ok.ns)
	case ok.stopped:
		f.ns.adopt(bad.ns)
	case importHandler && log.present != "":
		f.ns.merge(ok.ns, bad.ns, log.present+" is there", Maybe)
	case importHandler && log.external != "":
		f.ns.merge(ok.ns, bad.ns, log.external+" is installed", Maybe)
	case importHandler && handler.Type != nil && isImportErrorOnly(handler.Type):
		// Nothing in the body can fail to import as far as the source shows.
		f.ns.adopt(ok.ns)
	default:
		f.joinHandler(ok, bad, handler)
	}
	f.body(s.Finally)
}

// joinHandler joins a body with its handler. A variable of the environment that the body requires takes what the handler
// assigns as its default: try: X = os.environ["X"] except KeyError: X = 1.
func (f *frame) joinHandler(ok, bad *frame, h *py.Handler) {
	cond := "no error occurs"
	if h != nil && h.Type != nil {
		cond = "no " + f.src(h.Type) + " occurs"
	}
	for name := range ok.ns.vals {
		v := ok.ns.vals[name]
		d, handled := bad.ns.vals[name]
		if handled && v.kind == KindEnv && v.env.Default == nil {
			env := *v.env
			dv := r0(d)
			env.Default = &dv
			v.env = &env
			v.steps = mergeSteps(v.steps, d.steps)
			ok.ns.vals[name], bad.ns.vals[name] = v, v
		}
	}
	f.ns.merge(ok.ns, bad.ns, cond, Maybe)
}

func catchesImportError(t py.Expr) bool {
	switch t := t.(type) {
	case nil:
		return true
	case *py.Name:
		return t.ID == "ImportError" || t.ID == "ModuleNotFoundError" || t.ID == "Exception" || t.ID == "BaseException"
	case *py.Tuple:
		return slices.ContainsFunc(t.Elts, func(e py.Expr) bool { return e != nil && catchesImportError(e) })
	}
	return false
}

func isImportErrorOnly(t py.Expr) bool {
	switch t := t.(type) {
	case *py.Name:
		return t.ID == "ImportError" || t.ID == "ModuleNotFoundError"
	case *py.Tuple:
		return !slices.ContainsFunc(t.Elts, func(e py.Expr) bool { return !isImportErrorOnly(e) })
	}
	return false
}
