package sessflow

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"sync"

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
	// The rest needs callers. Those that deal with sessions themselves have been followed: what they leave unmarked is lost
	// in them. The others are followed now.
	open := map[string][]*Lost{} // by the name to call
	for _, r := range results {
		for _, l := range r.Lost {
			if name := l.Root.outerName(); !settled[l.At] && !l.Root.calledHere() {
				open[name] = append(open[name], l)
			}
		}
	}
	using := p.users(open)
	for _, name := range slices.Sorted(maps.Keys(open)) {
		users := using[name]
		for _, m := range p.files {
			if m != open[name][0].Root.file && m.uses(name) {
				users = append(users, m)
			}
		}
		followed := map[py.Node]*Lost{}
		for _, l := range p.lostInCallers(users, name) {
			followed[l.At] = l
		}
		for _, l := range open[name] {
			switch {
			case followed[l.At] != nil:
				accept(followed[l.At])
			case len(users) == 0:
				accept(l) // nobody else uses it
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
	return f.Class == nil && f.file.calls(f)
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

// uses reports whether the file calls a name or derives a class from it. A file that only mentions it, such as a URLconf,
// does not run it.
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

// users returns, for each name, the files without sessions that use it, tests left out. Every file of the project is read
// for this, once.
func (p *program) users(names map[string][]*Lost) map[string][]*fileModel {
	out := map[string][]*fileModel{}
	for name := range names {
		out[name] = nil
	}
	if len(names) == 0 || p.prog.Read == nil || p.prog.Open == nil {
		return out
	}
	var mu sync.Mutex
	parallel(len(p.prog.Paths), func(i int) {
		path := p.prog.Paths[i]
		if !strings.HasSuffix(path, ".py") {
			return
		}
		src := p.prog.Read(path)
		for name := range names {
			if !bytes.Contains(src, []byte(name)) || mentionsSession(src) {
				continue
			}
			f := p.prog.Open(path)
			if f == nil || f.Test {
				continue
			}
			if m := p.open(f); m.uses(name) {
				mu.Lock()
				out[name] = append(out[name], m)
				mu.Unlock()
			}
		}
	})
	for _, files := range out {
		slices.SortFunc(files, func(a, b *fileModel) int { return strings.Compare(a.file.Path, b.file.Path) })
	}
	return out
}

// lostInCallers interprets what calls a name in some files, as far as that has not been done, and returns what it leaves
// unsaved.
func (p *program) lostInCallers(files []*fileModel, name string) []*Lost {
	var out []*Lost
	for _, m := range files {
		var followed map[*Func]bool
		if p.byFile[m.file] == m {
			followed = m.interesting()
		}
		out = append(out, analyzeRoots(p, m, func(f *Func) bool { return !followed[f] && callsName(f, name) }).Lost...)
	}
	return out
}

// callsName reports whether a function calls a name, also as an attribute of a module.
func callsName(f *Func, name string) bool {
	found := false
	py.Inspect(f.Def, func(n py.Node) bool {
		if c, ok := n.(*py.Call); ok {
			switch fn := c.Func.(type) {
			case *py.Name:
				found = found || fn.ID == name
			case *py.Attribute:
				found = found || fn.Attr.Name == name
			}
		}
		return !found
	})
	return found
}
