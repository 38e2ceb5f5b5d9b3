package sessflow

import (
	"github.com/sesslint/sesslint/internal/py"
)

// A flow is the control-flow graph of a function with what path-sensitive tracking needs to know about it.
type flow struct {
	cfg *py.CFG
	// repeated are the texts of conditions that decide more than one branch; only these are worth remembering.
	repeated map[string]bool
	// flags are the local variables that a condition tests as they are.
	flags []*py.Binding
	// ifs are the if statements by their atomic conditions.
	ifs map[py.Expr]*py.If
	// guards are the conditions that hold at each block, by block index.
	guards []*guardList
}

func (f *Func) graph() *flow {
	f.once.Do(func() { f.flow = newFlow(f.file.file, f.Def.Body) })
	return f.flow
}

func newFlow(file *py.File, body []py.Stmt) *flow {
	g := &flow{cfg: py.BuildCFG(body), repeated: map[string]bool{}}
	seen := map[string]py.Expr{}
	flags := map[*py.Binding]bool{}
	for _, b := range g.cfg.Blocks {
		for _, e := range b.Succs {
			if e.Cond == nil {
				continue
			}
			text := py.Source(file.Module, e.Cond)
			if first, ok := seen[text]; ok && first != e.Cond {
				g.repeated[text] = true
			}
			seen[text] = e.Cond
			if n, ok := e.Cond.(*py.Name); ok {
				if bind := file.Scopes.Binding(n); bind != nil && !flags[bind] && bind.Scope.Kind == py.FunctionScope {
					flags[bind] = true
					g.flags = append(g.flags, bind)
				}
			}
		}
	}
	g.ifs = indexIfs(g.cfg, body)
	g.guards = guards(g)
	return g
}

// A guardList is the conditions that every path to a block has passed, the last one first. Blocks share the rest.
type guardList struct {
	Guard
	rest  *guardList
	depth int
}

// all returns the conditions in the order in which they are passed.
func (l *guardList) all() []Guard {
	if l == nil {
		return nil
	}
	out := make([]Guard, l.depth)
	for ; l != nil; l = l.rest {
		out[l.depth-1] = l.Guard
	}
	return out
}

// common returns what two lists share.
func common(a, b *guardList) *guardList {
	for a != b {
		switch {
		case a == nil || b == nil:
			return nil
		case a.depth >= b.depth:
			a = a.rest
		default:
			b = b.rest
		}
	}
	return a
}

// guards computes for each block the conditions that every path from the entry to it has passed, with the same outcome. The
// blocks are in reverse postorder, so that all but the ways back of loops are seen before they are needed; these add nothing.
func guards(g *flow) []*guardList {
	lists := make([]*guardList, len(g.cfg.Blocks))
	seen := make([]bool, len(g.cfg.Blocks))
	seen[g.cfg.Entry.Index] = true
	for _, b := range g.cfg.Blocks {
		here := lists[b.Index]
		for _, e := range b.Succs {
			out := here
			if e.Cond != nil {
				depth := 1
				if here != nil {
					depth = here.depth + 1
				}
				out = &guardList{Guard{e.Cond, e.Taken}, here, depth}
			}
			to := e.To.Index
			switch {
			case to <= b.Index:
			case !seen[to]:
				seen[to], lists[to] = true, out
			default:
				lists[to] = common(lists[to], out)
			}
		}
	}
	return lists
}
