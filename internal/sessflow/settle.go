package sessflow

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// settle decides which mutations are lost. A function that answers requests speaks for itself. For any other one, such as a
// method of a cart class, its callers decide: they may mark the session.
func (p *program) settle(results []*Result) []*Lost {
	var out []*Lost
	settled := map[py.Node]bool{}
	index := map[mutationSite]int{}
	accept := func(l *Lost) {
		if settled[l.At] {
			return
		}
		settled[l.At] = true
		site := mutationSite{l.Stmt, l.Key, l.Origin}
		if i, ok := index[site]; ok && l.Stmt != nil {
			// One statement, one claim: that about the outermost object.
			if l.At.Range().Contains(out[i].At.Range()) {
				out[i] = l
			}
			return
		}
		index[site] = len(out)
		out = append(out, l)
	}
	for _, r := range results {
		for _, l := range r.Lost {
			if l.Root.ViewLike() && !l.Root.calledHere() {
				accept(l)
			}
		}
	}
	callers := map[string][]*Lost{}
	for _, r := range results {
		for _, l := range r.Lost {
			if settled[l.At] || l.Root.calledHere() {
				continue
			}
			name := l.Root.outerName()
			if _, ok := callers[name]; !ok {
				callers[name] = p.lostInCallers(l.Root.file, name)
			}
			found := callers[name]
			if found == nil && !usedIn(p.files, l.Root.file, name) {
				accept(l) // nobody else uses it
				continue
			}
			// Callers with sessions of their own have been followed; what they leave unmarked is lost in them.
			for _, c := range found {
				if c.At == l.At {
					accept(c)
				}
			}
		}
	}
	return out
}

// A mutationSite tells mutations apart for a reader.
type mutationSite struct {
	stmt   py.Stmt
	key    Key
	origin Origin
}

// calledHere reports whether other code of the same file calls the function, which decides then: a view that another view
// returns the result of is a helper.
func (f *Func) calledHere() bool {
	return f.Class == nil && f.file.called[f.Def.Name.Name]
}

// outerName is the name by which other files get at a function: its own, or that of its class.
func (f *Func) outerName() string {
	for f.Parent != nil && f.Class == nil {
		f = f.Parent
	}
	if f.Class != nil {
		return f.Class.Def.Name.Name
	}
	return f.Def.Name.Name
}

// usedIn reports whether one of the files other than from calls a function or class, or derives from the class. A file
// that only mentions it, such as a URLconf, does not run it.
func usedIn(files []*fileModel, from *fileModel, name string) bool {
	for _, m := range files {
		if m != from && m.uses(name) {
			return true
		}
	}
	return false
}

// uses reports whether the file calls a name or derives a class from it.
func (m *fileModel) uses(name string) bool {
	if m.called[name] {
		return true
	}
	for d := range m.classes {
		for _, a := range d.Args {
			switch x := a.Value.(type) {
			case *py.Name:
				if x.ID == name {
					return true
				}
			case *py.Attribute:
				if x.Attr.Name == name {
					return true
				}
			}
		}
	}
	return false
}

// users returns the files without sessions that use a name, tests left out.
func (p *program) users(from *fileModel, name string) []*fileModel {
	if p.prog.Read == nil || p.prog.Open == nil {
		return nil
	}
	var out []*fileModel
	for _, path := range p.prog.Paths {
		if !strings.HasSuffix(path, ".py") || path == from.file.Path {
			continue
		}
		src := p.prog.Read(path)
		if !mentions(string(src), name) || mentionsSession(src) {
			continue
		}
		if f := p.prog.Open(path); f != nil && !f.Test {
			if m := p.open(f); m.uses(name) {
				out = append(out, m)
			}
		}
	}
	return out
}

// lostInCallers interprets the files without sessions that use a name and returns what they leave unsaved; nil if there
// are no such files.
func (p *program) lostInCallers(from *fileModel, name string) []*Lost {
	files := p.users(from, name)
	if len(files) == 0 {
		return nil
	}
	out := []*Lost{}
	names := map[string]bool{name: true}
	for _, m := range files {
		r := analyzeRoots(p, m, func(f *Func) bool { return callsAny(f, names) })
		out = append(out, r.Lost...)
	}
	return out
}
