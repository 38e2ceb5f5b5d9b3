package python

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/py"
	"golang.org/x/sync/errgroup"
)

// A Result is what the rules found in one program.
type Result struct {
	Program  *py.Program
	Findings []finding.Finding // in no particular order
	// FileProblems are what went wrong with reading and parsing files, ProgramProblems what rules and the analyses below
	// them could not find out, or did not finish. Both are sorted.
	FileProblems, ProgramProblems []finding.Problem
	// Failed holds the rules that did not finish. Their findings are left out.
	Failed map[string]bool
	// Facts are the results of the engines.
	Facts map[*py.Engine]any
}

// Run loads the files that are not loaded yet and runs engines and rules. A rule or an engine that panics makes a problem
// of kind Unread, and its findings are left out.
func (t *Tree) Run(analyzers []*py.Analyzer, engines ...*py.Engine) *Result {
	program, recorded := t.program()
	r := &Result{Program: program, Failed: make(map[string]bool), Facts: make(map[*py.Engine]any)}

	start, loaded := time.Now(), t.count.loadingTime()
	broken := make(map[*py.Engine]bool)
	for _, e := range engineOrder(analyzers, engines) {
		if i := slices.IndexFunc(e.Requires, func(need *py.Engine) bool { return broken[need] }); i >= 0 {
			broken[e] = true
			continue
		}
		failure := guard(func() { r.Facts[e] = e.Run(program, r.Facts) })
		if failure != "" {
			broken[e] = true
			r.ProgramProblems = append(r.ProgramProblems, t.crash("the analysis "+e.Name, failure, dependents(analyzers, e)))
		}
	}
	t.timings.Linking += t.since(start, loaded)

	start, loaded = time.Now(), t.count.loadingTime()
	found := make([][]finding.Finding, len(analyzers))
	failures := make([]string, len(analyzers))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, a := range analyzers {
		if slices.ContainsFunc(a.Requires, func(e *py.Engine) bool { return broken[e] }) {
			r.Failed[a.Meta.ID] = true
			continue
		}
		group.Go(func() error {
			var mu sync.Mutex
			pass := &py.Pass{Program: program, ResultOf: r.Facts}
			pass.Report = func(d py.Diagnostic) {
				mu.Lock()
				defer mu.Unlock()
				found[i] = append(found[i], t.finding(a.Meta, d))
			}
			failures[i] = guard(func() { a.Run(pass) })
			return nil
		})
	}
	_ = group.Wait() // the functions return no errors
	t.timings.Rules += t.since(start, loaded)

	for i, a := range analyzers {
		if failures[i] != "" {
			r.Failed[a.Meta.ID] = true
			r.ProgramProblems = append(r.ProgramProblems, t.crash("the rule "+a.Meta.ID, failures[i], nil))
			continue
		}
		r.Findings = append(r.Findings, found[i]...)
	}
	r.ProgramProblems = append(r.ProgramProblems, recorded()...)
	r.FileProblems = t.problems()
	finding.SortProblems(r.ProgramProblems)
	finding.SortProblems(r.FileProblems)
	return r
}

// guard calls f and returns what it panicked with, and where, or "".
func guard(f func()) (failure string) {
	defer func() {
		if p := recover(); p != nil {
			failure = fmt.Sprint(p) + panicSite(string(debug.Stack()))
		}
	}()
	f()
	return ""
}

// panicSite picks the innermost frame of this module from the stack of a panic, as " in function".
func panicSite(stack string) string {
	_, below, _ := strings.Cut(stack, "\npanic(")
	for line := range strings.Lines(below) {
		const module = "github.com/sesslint/sesslint/"
		if i := strings.LastIndexByte(line, '('); i > 0 && strings.HasPrefix(line, module) {
			return " in " + line[len(module):i]
		}
	}
	return ""
}

func (t *Tree) crash(what, failure string, lost []string) finding.Problem {
	message := fmt.Sprintf("%s crashed, so it reports nothing (a defect of sesslint, please report it): %s", what, failure)
	if len(lost) > 0 {
		message = fmt.Sprintf("%s crashed, so the rules %s did not run (a defect of sesslint, please report it): %s",
			what, strings.Join(lost, ", "), failure)
	}
	return finding.Problem{Kind: finding.Unread, At: finding.Span{Path: t.options.Display(t.options.Dir)}, Message: message}
}

// engineOrder lists what the rules require and the engines wanted besides, each once and behind what it requires itself.
func engineOrder(analyzers []*py.Analyzer, engines []*py.Engine) []*py.Engine {
	var order []*py.Engine
	seen := make(map[*py.Engine]bool)
	var add func(e *py.Engine)
	add = func(e *py.Engine) {
		if seen[e] {
			return
		}
		seen[e] = true
		for _, need := range e.Requires {
			add(need)
		}
		order = append(order, e)
	}
	for _, e := range engines {
		add(e)
	}
	for _, a := range analyzers {
		for _, e := range a.Requires {
			add(e)
		}
	}
	return order
}

// dependents lists the rules that need an engine, directly or through another one.
func dependents(analyzers []*py.Analyzer, engine *py.Engine) []string {
	var needs func(list []*py.Engine) bool
	needs = func(list []*py.Engine) bool {
		return slices.ContainsFunc(list, func(e *py.Engine) bool { return e == engine || needs(e.Requires) })
	}
	var ids []string
	for _, a := range analyzers {
		if needs(a.Requires) {
			ids = append(ids, a.Meta.ID)
		}
	}
	return ids
}
