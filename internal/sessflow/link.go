package sessflow

import (
	"strings"
	"sync"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/pyproject"
)

// program is what the analyses of all files share. It may be used by several goroutines.
type program struct {
	prog  *py.Program
	graph *pyproject.Graph
	// files are the files with sessions, which are interpreted from their roots.
	files  []*fileModel
	byFile map[*py.File]*fileModel
	// marksAlways is set where a middleware marks the session of every request.
	marksAlways bool

	mu sync.Mutex
	// targets are the results of lookup.
	targets map[lookupKey]target
	// others are files that were opened because a name leads there.
	others map[*py.File]*fileModel
}

// A target is what an imported name means inside the project: a function or a class.
type target struct {
	fn    *Func
	class *ClassInfo
}

type lookupKey struct {
	from   *fileModel
	dotted string
	open   bool
}

// lookup returns the function or class of the project that a dotted name means in a file. Only files with sessions are
// looked into, unless open is set: then the file that defines the name is parsed if need be.
func (p *program) lookup(from *fileModel, dotted string, open bool) (target, bool) {
	if p.graph == nil || dotted == "" || isLibrary(dotted) {
		return target{}, false
	}
	key := lookupKey{from, dotted, open}
	p.mu.Lock()
	t, ok := p.targets[key]
	p.mu.Unlock()
	if !ok {
		t, _ = p.find(from, dotted, open)
		p.mu.Lock()
		p.targets[key] = t
		p.mu.Unlock()
	}
	return t, t != target{}
}

func (p *program) find(from *fileModel, dotted string, open bool) (target, bool) {
	if !open && !p.leadsToSession(from, dotted) {
		return target{}, false
	}
	file, name, ok := p.graph.ResolveName(from.file, dotted)
	if !ok || name == "" || strings.Contains(name, ".") {
		return target{}, false
	}
	m := p.byFile[file]
	if m == nil {
		if !open {
			return target{}, false
		}
		m = p.open(file)
	}
	b := file.Scopes.Module.Bindings[name]
	if b == nil || len(b.Defs) != 1 {
		return target{}, false
	}
	switch d := b.Defs[0].Node.(type) {
	case *py.FunctionDef:
		f := m.byDef[d]
		return target{fn: f}, f != nil
	case *py.ClassDef:
		c := m.classes[d]
		return target{class: c}, c != nil
	}
	return target{}, false
}

// leadsToSession reports whether the module that a dotted name starts with is one with sessions, or a package whose
// __init__ may pass a name on.
func (p *program) leadsToSession(from *fileModel, dotted string) bool {
	i := strings.LastIndexByte(dotted, '.')
	if i <= 0 {
		return false
	}
	path, ok := p.graph.ResolveModule(from.file, dotted[:i])
	if !ok {
		return false
	}
	if strings.HasSuffix(path, "__init__.py") {
		return true
	}
	for _, m := range p.files {
		if m.file.Path == path {
			return true
		}
	}
	return false
}

// isLibrary reports whether a dotted name certainly means a library.
func isLibrary(dotted string) bool {
	return strings.HasPrefix(dotted, "builtins.") || strings.HasPrefix(dotted, "django.") || strings.HasPrefix(dotted, "rest_framework.")
}

// open returns the model of a file that is not among those with sessions.
func (p *program) open(file *py.File) *fileModel {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.others[file]
	if m == nil {
		m = newFileModel(p, file, true)
		p.others[file] = m
	}
	return m
}

// mergeEvents joins what the analyses of several files recorded for the same place.
func mergeEvents(results []*Result) []*Event {
	var out []*Event
	at := map[eventID]*Event{}
	for _, r := range results {
		for _, e := range r.Events {
			old := at[eventID{e.Kind, e.Node}]
			if old == nil {
				at[eventID{e.Kind, e.Node}] = e
				out = append(out, e)
				continue
			}
			old.Value = join(old.Value, e.Value)
			for _, c := range e.Callers {
				old.addCaller(c, nil)
			}
			old.CallerGuards = append(old.CallerGuards, e.CallerGuards...)
		}
	}
	sortEvents(out)
	return out
}

// sizeCalls fills in the shapes of stored values that functions of other files return.
func (p *program) sizeCalls(events []*Event) {
	for _, e := range events {
		if e.Kind != Write || e.Value.Shape().Class != Unsized {
			continue
		}
		for _, o := range e.Value.Objs {
			if o.Kind != Opaque || o.Call == nil {
				continue
			}
			t, ok := p.lookup(o.Func.file, o.Func.File.Scopes.Qualified(o.Call.Func), true)
			if !ok || t.fn == nil {
				continue
			}
			a := newAnalysis(p)
			if s := a.call(t.fn, nil, a.rootParams(t.fn, nil), nil, nil); s != nil && s.ret.Stored().Class >= Large {
				e.Value = join(e.Value, s.ret)
			}
		}
	}
}

// callResult is the result of a call of code outside the files with sessions. The call is kept, so that a value that turns
// out to be stored in a session can be sized by looking into what it called.
func (a *analysis) callResult(c *py.Call) Value {
	fn := a.top().fn
	return one(a.heap.intern(objectID{kind: Opaque, site: c, text: "call"}, func(o *Object) { o.Call, o.Func = c, fn }))
}
