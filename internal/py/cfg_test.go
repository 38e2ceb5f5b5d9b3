package py_test

import (
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/sesslint/sesslint/internal/py"
)

// cfgTests reads testdata/cfg.txtar, where the graph of each body follows it.
func cfgTests(t *testing.T) []cfgTest {
	t.Helper()
	ar, err := txtar.ParseFile("testdata/cfg.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(ar.Files) == 0 || len(ar.Files)%2 != 0 {
		t.Fatalf("%d files in the archive", len(ar.Files))
	}
	var tests []cfgTest
	for pair := range slices.Chunk(ar.Files, 2) {
		if pair[1].Name != "graph" {
			t.Fatalf("%s is followed by %s", pair[0].Name, pair[1].Name)
		}
		tests = append(tests, cfgTest{pair[0].Name, string(pair[0].Data), string(pair[1].Data)})
	}
	return tests
}

type cfgTest struct{ name, src, want string }

func TestBuildCFG(t *testing.T) {
	for _, tt := range cfgTests(t) {
		t.Run(tt.name, func(t *testing.T) {
			m := parseWhole(t, tt.src)
			got := py.BuildCFG(m.Body).Dump(m.Src)
			if diff := gocmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What holds for every graph: edges and predecessors agree, conditions are the last node of their block and atomic, and each
// simple statement that can be reached is in one block, those of a finally body perhaps in several.
func TestCFGInvariants(t *testing.T) {
	for _, tt := range cfgTests(t) {
		m := parseWhole(t, tt.src)
		checkCFG(t, tt.name, m.Body, false)
	}
	for _, f := range find[*py.FunctionDef](parseWhole(t, mixed)) {
		checkCFG(t, f.Name.Name, f.Body, true)
	}
}

// mixed nests everything in everything, without dead code.
const mixed = `
def view(request):
    for item in request.items:
        with lock(item), suppress(K):
            try:
                if item.a and not (item.b or item.c):
                    continue
                while item.next():
                    try:
                        item = item.next() if item else None
                    except (K, L) as e:
                        log(e)
                        break
                    finally:
                        try:
                            item.close()
                        finally:
                            item.gone = True
                else:
                    match item:
                        case [x] if x or y: x()
                        case {}: return x
                        case _: raise M
            except* K:
                del item.x
            else:
                assert item
            finally:
                with other: item.end()
    return 1

async def consumer(self):
    async with self.x as y:
        async for z in y:
            if (yield z) is None or not await z:
                return
    try:
        return y
    except K:
        pass
    y += 1
`

// checkCFG checks the graph of body; alive tells that body has no dead code.
func checkCFG(t *testing.T, name string, body []py.Stmt, alive bool) {
	t.Helper()
	g := py.BuildCFG(body)
	n := len(g.Blocks)
	if g.Blocks[0] != g.Entry || g.Blocks[n-2] != g.Exit || g.Blocks[n-1] != g.RaiseExit {
		t.Errorf("%s: the first or the last two blocks are not in their place", name)
	}
	places := make(map[py.Node]int)
	for i, b := range g.Blocks {
		if b.Index != i {
			t.Errorf("%s: block %d has index %d", name, i, b.Index)
		}
		for _, n := range b.Nodes {
			places[n]++
		}
		if b != g.Entry && b != g.Exit && b != g.RaiseExit && len(b.Preds) == 0 {
			t.Errorf("%s: block %d cannot be reached", name, i)
		}
		for _, p := range b.Preds {
			if !slices.ContainsFunc(p.Succs, func(e py.Edge) bool { return e.To == b }) {
				t.Errorf("%s: block %d has a predecessor without an edge to it", name, i)
			}
		}
		for k, e := range b.Succs {
			if e.To.Index >= n || g.Blocks[e.To.Index] != e.To {
				t.Fatalf("%s: an edge of block %d leads out of the graph", name, i)
			}
			if !slices.Contains(e.To.Preds, b) {
				t.Errorf("%s: block %d is not among the predecessors of block %d", name, i, e.To.Index)
			}
			if k > 0 && b.Succs[k-1].Exc && !e.Exc {
				t.Errorf("%s: block %d has an edge behind those of exceptions", name, i)
			}
			if e.Cond == nil {
				continue
			}
			if len(b.Nodes) == 0 || b.Nodes[len(b.Nodes)-1] != py.Node(e.Cond) {
				t.Errorf("%s: the condition of block %d is not its last node", name, i)
			}
			if _, ok := e.Cond.(*py.BoolOp); ok {
				t.Errorf("%s: block %d has a condition with and/or", name, i)
			}
		}
	}
	var walk func(list []py.Stmt, final bool)
	walk = func(list []py.Stmt, final bool) {
		for _, s := range list {
			switch s := s.(type) {
			case *py.Try:
				walk(s.Body, final)
				for _, h := range s.Handlers {
					walk(h.Body, final)
				}
				walk(s.Else, final)
				walk(s.Finally, true)
				continue
			case *py.FunctionDef, *py.ClassDef:
			default:
				if bodies := py.Bodies(s); len(bodies) > 0 {
					for _, b := range bodies {
						walk(b, final)
					}
					continue
				}
			}
			if places[s] == 0 && alive {
				t.Errorf("%s: %T at %v is in no block", name, s, s.Range())
			}
			if places[s] > 1 && !final {
				t.Errorf("%s: %T at %v is in %d blocks", name, s, s.Range(), places[s])
			}
		}
	}
	walk(body, false)
}

// Nested finally bodies do not multiply without end, and nothing else grows faster than its source.
func TestCFGSize(t *testing.T) {
	nestedFinally := func(n int) string {
		var w strings.Builder
		for i := range n {
			in := strings.Repeat(" ", i)
			w.WriteString(in + "try:\n" + in + " a()\n" + in + " if x: return\n" + in + "finally:\n")
		}
		w.WriteString(strings.Repeat(" ", n) + "b()\n")
		return w.String()
	}
	nestedTry := func(n int) string {
		var w strings.Builder
		for i := range n {
			w.WriteString(strings.Repeat(" ", i) + "try:\n")
		}
		w.WriteString(strings.Repeat(" ", n) + "a()\n")
		for i := n - 1; i >= 0; i-- {
			w.WriteString(strings.Repeat(" ", i) + "except K: b()\n")
		}
		return w.String()
	}
	tests := []struct {
		name string
		src  func(n int) string
	}{
		{"finally in finally", nestedFinally},
		{"try in try", nestedTry},
		{"elif", func(n int) string { return "if x: a()\n" + strings.Repeat("elif y: b()\n", n) }},
		{"case", func(n int) string { return "match x:\n" + strings.Repeat(" case 1 if y: b()\n", n) }},
		{"handlers", func(n int) string {
			return "try:\n" + strings.Repeat(" a()\n", n) + strings.Repeat("except K: b()\n", n)
		}},
		{"groups", func(n int) string { return "try: a()\n" + strings.Repeat("except* K: b()\n", n) }},
		{"return", func(n int) string {
			return "try:\n" + strings.Repeat(" if x: return a()\n", n) + "finally: b()\n"
		}},
	}
	for _, tt := range tests {
		size := func(n int) int {
			m := parseWhole(t, tt.src(n))
			size := 0
			for _, b := range py.BuildCFG(m.Body).Blocks {
				size += 1 + len(b.Nodes) + len(b.Succs)
			}
			return size
		}
		small, large := size(40), size(80)
		if large > 3*small {
			t.Errorf("%s: the graph of 40 has size %d, that of 80 has %d", tt.name, small, large)
		}
	}
}

func TestCFGDumpWithoutSource(t *testing.T) {
	m := parseWhole(t, "if x: pass\n")
	want := `b0:
	Name@3:4
	-> b1 if Name@3:4
	-> exit unless Name@3:4
b1:
	PassStmt@6:10
	-> exit
exit:
raise:
`
	if diff := gocmp.Diff(want, py.BuildCFG(m.Body).String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Source that breaks off in the middle is still taken in.
func TestTruncated(t *testing.T) {
	for i := 0; i < len(mixed); i += 5 {
		m := parse(t, mixed[:i])
		s := py.Resolve(m)
		py.BuildCFG(m.Body)
		py.Inspect(m, func(n py.Node) bool {
			if e, ok := n.(py.Expr); ok {
				s.Qualified(e)
				s.FoldPattern(e, nil)
			}
			if f, ok := n.(*py.FunctionDef); ok {
				py.BuildCFG(f.Body)
			}
			if st, ok := n.(py.Stmt); ok {
				m.OwnLines(st)
				m.TrailingComment(st.Range())
			}
			return true
		})
		for at := range m.Src {
			m.PathTo(at)
			m.CommentAbove(at)
		}
	}
}
