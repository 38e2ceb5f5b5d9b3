// Package sessflow follows Django requests and sessions through Python code. It is an abstract interpreter over the
// control-flow graphs of package py: values (request, session, an object stored in the session, a container made here, a
// queryset, a constant) flow through variables, attributes of self, helper functions and classes, and what code does to
// a session comes out as events, together with the in-place mutations that no path marks and Django therefore does not
// save.
//
// It knows Django's session and request API and nothing about settings, routes or projects: that is package django.
// Rules combine the two.
package sessflow

import (
	"bytes"
	"runtime"
	"sort"
	"sync"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/pyproject"
)

// Engine computes the Result for a program.
var Engine = &py.Engine{
	Name:     "sessflow",
	Requires: []*py.Engine{pyproject.Engine},
	Run: func(prog *py.Program, resultOf map[*py.Engine]any) any {
		return Analyze(prog, resultOf[pyproject.Engine].(*pyproject.Graph))
	},
}

// Of returns the result of the engine in a pass of a rule that requires it.
func Of(pass *py.Pass) *Result { return pass.ResultOf[Engine].(*Result) }

// A Result holds what code does to sessions, sorted by file and place.
type Result struct {
	Events []*Event
	Lost   []*Lost
}

// Analyze interprets all files of a program that are not tests. The graph leads from an imported name to the file that
// defines it.
func Analyze(prog *py.Program, graph *pyproject.Graph) *Result {
	p := &program{prog: prog, graph: graph, byFile: map[*py.File]*fileModel{}, others: map[*py.File]*fileModel{}, targets: map[lookupKey]target{}}
	project := isDjangoProject(prog)
	models := make([]*fileModel, len(prog.Files))
	parallel(len(prog.Files), func(i int) {
		if f := prog.Files[i]; !f.Test && mentionsSession(f.Module.Src) && hasSource(f.Module.Src) {
			models[i] = newFileModel(p, f, project)
		}
	})
	for _, m := range models {
		if m != nil {
			p.files = append(p.files, m)
			p.byFile[m.file] = m
		}
	}
	p.marksAlways = p.findMarkingMiddleware()
	results := make([]*Result, len(p.files))
	parallel(len(p.files), func(i int) { results[i] = analyzeFile(p, p.files[i]) })
	out := &Result{Events: mergeEvents(results), Lost: p.settle(results)}
	p.sizeCalls(out.Events)
	sort.SliceStable(out.Lost, func(i, j int) bool {
		a, b := out.Lost[i], out.Lost[j]
		if a.File.Path != b.File.Path {
			return a.File.Path < b.File.Path
		}
		return a.At.Range().Start < b.At.Range().Start
	})
	return out
}

// parallel runs f for 0 to n-1 on all processors.
func parallel(n int, f func(int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				f(i)
			}
		}()
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// isDjangoProject reports whether the program looks like a Django project as a whole.
func isDjangoProject(prog *py.Program) bool {
	for _, p := range prog.Paths {
		if p == "manage.py" || len(p) > 10 && p[len(p)-10:] == "/manage.py" {
			return true
		}
	}
	for _, f := range prog.Files {
		if django, _ := frameworks(f); django {
			return true
		}
	}
	return false
}

// hasSource reports whether a file names anything that a session can come from; a local variable called session is none.
func hasSource(src []byte) bool {
	for _, word := range []string{
		"request", "Request", "req", "SessionStore", "SessionBase", "session_key", "set_expiry", "cycle_key", "modified", "clearsessions",
		"clear_expired", "sessions.models",
	} {
		if bytes.Contains(src, []byte(word)) {
			return true
		}
	}
	return false
}

// mentionsSession reports whether a file holds "session" in any case.
func mentionsSession(src []byte) bool {
	const word = "session"
	for i := 0; i+len(word) <= len(src); i++ {
		if src[i]|0x20 != 's' {
			continue
		}
		j := 1
		for j < len(word) && src[i+j]|0x20 == word[j] {
			j++
		}
		if j == len(word) {
			return true
		}
	}
	return false
}
