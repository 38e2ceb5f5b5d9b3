package sessflow

import (
	"sort"

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
	guards [][]Guard
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

// guards computes for each block the conditions that every path from the entry to it has passed, with the same outcome.
func guards(g *flow) [][]Guard {
	sets := make([]map[Guard]bool, len(g.cfg.Blocks))
	sets[g.cfg.Entry.Index] = map[Guard]bool{}
	for changed := true; changed; {
		changed = false
		for _, b := range g.cfg.Blocks {
			in := sets[b.Index]
			if in == nil {
				continue
			}
			for _, e := range b.Succs {
				out := in
				if e.Cond != nil {
					out = make(map[Guard]bool, len(in)+1)
					for k := range in {
						out[k] = true
					}
					out[Guard{e.Cond, e.Taken}] = true
				}
				to := e.To.Index
				if to == g.cfg.Entry.Index {
					continue
				}
				if sets[to] == nil {
					sets[to] = make(map[Guard]bool, len(out))
					for k := range out {
						sets[to][k] = true
					}
					changed = true
					continue
				}
				for k := range sets[to] {
					if !out[k] {
						delete(sets[to], k)
						changed = true
					}
				}
			}
		}
	}
	lists := make([][]Guard, len(sets))
	for i, set := range sets {
		for k := range set {
			lists[i] = append(lists[i], k)
		}
		sort.Slice(lists[i], func(a, b int) bool {
			return lists[i][a].Cond.Range().Start < lists[i][b].Cond.Range().Start
		})
	}
	return lists
}
