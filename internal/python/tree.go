// Package python is the Python wing: it finds the Python files of a project, reads and parses those that may concern
// sessions, runs the Python rules over them and turns what they report into findings. It does not know which rules exist,
// how a file is parsed, or what is done with findings; all that is passed in or handed out.
package python

import (
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/source"
	"golang.org/x/sync/errgroup"
)

// Options say what a Tree holds.
type Options struct {
	// Dir is the root of the project, an absolute path. Paths of the program are relative to it.
	Dir string
	// Starts are absolute paths of folders and files at or below Dir that the user named. Folders are walked; files are
	// checked whatever the walk would do with them.
	Starts []string
	// Exclude reports whether the configuration leaves out a path that a walk meets; nil leaves out nothing.
	Exclude func(abs string, dir bool) bool
	// MaxFileSize is the size in bytes above which a file is not read.
	MaxFileSize int64
	// Parse parses one file.
	Parse ParseFunc
	// Display turns an absolute path into what a reader sees.
	Display func(abs string) string
	// Progress is called, if it is not nil, with the number of files that are done and of all files while a Tree loads. It
	// must be safe for concurrent use.
	Progress func(done, total int)
}

// A ParseFunc parses one Python file, as ParseTimed of package treesitter does: it tells how long parsing and how long
// building the tree took, and is safe for concurrent use.
type ParseFunc func(src []byte) (m *py.Module, parse, lower time.Duration, err error)

// A Tree is the set of files below one root. It reads each file once, keeps what it parsed, and lets bytes be replaced, so
// that a program can be checked again with fixes applied that are not on disk.
type Tree struct {
	options Options
	entries []*entry // sorted by path
	byPath  map[string]*entry
	byShown map[string]*entry // by displayed path
	walked  []finding.Problem
	timings Timings
	count   counters
	homes   homes
}

// Timings say where the time went. Reading to Resolving are sums over all workers, for the files that Loading took up and
// for those that were opened later on; Linking and Rules leave the latter out.
type Timings struct {
	Walking, Loading, Linking, Rules                 time.Duration
	Reading, Filtering, Parsing, Lowering, Resolving time.Duration
	FilesRead, FilesParsed                           int64
	BytesRead, BytesParsed                           int64
}

// Add adds the times and numbers of another tree.
func (t *Timings) Add(o Timings) {
	t.Walking += o.Walking
	t.Loading += o.Loading
	t.Linking += o.Linking
	t.Rules += o.Rules
	t.Reading += o.Reading
	t.Filtering += o.Filtering
	t.Parsing += o.Parsing
	t.Lowering += o.Lowering
	t.Resolving += o.Resolving
	t.FilesRead += o.FilesRead
	t.FilesParsed += o.FilesParsed
	t.BytesRead += o.BytesRead
	t.BytesParsed += o.BytesParsed
}

// counters collect Timings while several goroutines work.
type counters struct {
	reading, filtering, parsing, lowering, resolving atomic.Int64
	filesRead, filesParsed, bytesRead, bytesParsed   atomic.Int64
}

// loadingTime is the time spent so far on reading and parsing files, a sum over all workers.
func (c *counters) loadingTime() time.Duration {
	return time.Duration(c.reading.Load() + c.filtering.Load() + c.parsing.Load() + c.lowering.Load() + c.resolving.Load())
}

// since returns the time that has passed since start without what went into opening files.
func (t *Tree) since(start time.Time, loaded time.Duration) time.Duration {
	return max(time.Since(start)-(t.count.loadingTime()-loaded), 0)
}

// Discover walks the starts. It reads no file but .gitignore.
func Discover(o Options) *Tree {
	t := &Tree{
		options: o, byPath: make(map[string]*entry), byShown: make(map[string]*entry),
		homes: homes{real: make(map[string]string), home: make(map[string]string)},
	}
	start := time.Now()
	t.entries, t.walked = walk(o)
	for _, e := range t.entries {
		e.shown = o.Display(e.abs)
		t.byPath[e.path] = e
		t.byShown[e.shown] = e
	}
	t.timings.Walking = time.Since(start)
	return t
}

// Checked returns the displayed paths of the files that are checked, in order: Python files that are neither excluded nor
// tests nor migrations.
func (t *Tree) Checked() []string {
	var paths []string
	for _, e := range t.entries {
		if e.role == checkedRole {
			paths = append(paths, e.shown)
		}
	}
	return paths
}

// Unwalked returns what discovery could not look into.
func (t *Tree) Unwalked() []finding.Problem { return t.walked }

// Bytes returns the bytes of the file with a displayed path as the program sees them: replaced, or as they were when the
// file was read. It returns nil if the file is not part of the tree or was not read.
func (t *Tree) Bytes(shown string) []byte {
	if e := t.byShown[shown]; e != nil {
		return t.read(e)
	}
	return nil
}

// Source returns the file with a displayed path, with the bytes that Bytes returns; nil where that returns nil.
func (t *Tree) Source(shown string) *source.File {
	if e := t.byShown[shown]; e != nil && t.read(e) != nil {
		return t.text(e)
	}
	return nil
}

// Module returns the parsed file with a displayed path, parsing it if that has not happened yet; nil if it is not a Python
// file of the tree or cannot be parsed.
func (t *Tree) Module(shown string) *py.Module {
	if e := t.byShown[shown]; e != nil {
		if f := t.open(e); f != nil {
			return f.Module
		}
	}
	return nil
}

// Span turns byte offsets of the file with a displayed path into a place for people.
func (t *Tree) Span(shown string, start, end int) finding.Span {
	if e := t.byShown[shown]; e != nil {
		return t.span(e, py.Span{Start: start, End: end})
	}
	return finding.Span{Path: shown}
}

// Legible makes a text about the file with a displayed path valid UTF-8: bytes that are quoted from a file in a single-byte
// encoding are read as ISO 8859-1, and all others that are no UTF-8 are replaced by U+FFFD.
func (t *Tree) Legible(shown, text string) string {
	if e := t.byShown[shown]; e != nil {
		return t.legible(e, text)
	}
	return legible(text, false)
}

// Shown returns the displayed path of a file of the program.
func (t *Tree) Shown(path string) string {
	if e := t.byPath[path]; e != nil {
		return e.shown
	}
	return path
}

// Abs returns the absolute path of a file with a displayed path, or "".
func (t *Tree) Abs(shown string) string {
	if e := t.byShown[shown]; e != nil {
		return e.abs
	}
	return ""
}

// Replace gives a file new bytes for the runs that follow, and parses it again. It must not be called during a run. It
// returns the parsed module.
func (t *Tree) Replace(shown string, src []byte) *py.Module {
	e := t.byShown[shown]
	if e == nil {
		return nil
	}
	loaded := e.loaded
	*e = entry{path: e.path, abs: e.abs, shown: e.shown, role: e.role, override: src, loaded: loaded, passed: e.passed}
	if f := t.open(e); f != nil {
		return f.Module
	}
	return nil
}

// load reads, filters and parses the files to check, in parallel. Files that are loaded already stay as they are.
func (t *Tree) load() {
	start := time.Now()
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	var todo []*entry
	for _, e := range t.entries {
		if e.role == checkedRole && !e.loaded {
			todo = append(todo, e)
		}
	}
	if len(todo) == 0 {
		return
	}
	var next, done atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() error {
			var r reader
			for {
				i := int(next.Add(1)) - 1
				if i >= len(todo) {
					return nil
				}
				t.loadEntry(todo[i], &r)
				if n := int(done.Add(1)); t.options.Progress != nil {
					t.options.Progress(n, len(todo))
				}
			}
		})
	}
	_ = group.Wait() // the functions return no errors
	t.timings.Loading += time.Since(start)
}

// Timings returns where the time went so far.
func (t *Tree) Timings() Timings {
	all := t.timings
	all.Reading, all.Filtering = time.Duration(t.count.reading.Load()), time.Duration(t.count.filtering.Load())
	all.Parsing, all.Lowering = time.Duration(t.count.parsing.Load()), time.Duration(t.count.lowering.Load())
	all.Resolving = time.Duration(t.count.resolving.Load())
	all.FilesRead, all.FilesParsed = t.count.filesRead.Load(), t.count.filesParsed.Load()
	all.BytesRead, all.BytesParsed = t.count.bytesRead.Load(), t.count.bytesParsed.Load()
	return all
}

// program returns the program of all files that passed the filter. Recorded returns the problems that engines and rules
// recorded in it.
func (t *Tree) program() (program *py.Program, recorded func() []finding.Problem) {
	t.load()
	program = &py.Program{
		Open: func(path string) *py.File {
			if e := t.byPath[path]; e != nil {
				return t.open(e)
			}
			return nil
		},
		Read: func(path string) []byte {
			if e := t.byPath[path]; e != nil {
				return t.read(e)
			}
			return nil
		},
	}
	for _, e := range t.entries {
		program.Paths = append(program.Paths, e.path)
		if e.role == checkedRole && e.passed {
			if f := t.open(e); f != nil {
				program.Files = append(program.Files, f)
			}
		}
	}
	var mu sync.Mutex
	problems := make(map[finding.Problem]bool) // a set: several rules may meet the same problem
	program.Problem = func(path string, at py.Span, message string) {
		p := finding.Problem{Kind: finding.Partial, Message: message}
		if e := t.byPath[path]; e != nil {
			p.At, p.Message = t.span(e, at), t.legible(e, message)
		} else {
			p.Message = legible(message, false)
			p.At.Path = t.options.Display(t.options.Dir)
		}
		mu.Lock()
		defer mu.Unlock()
		problems[p] = true
	}
	return program, func() []finding.Problem {
		mu.Lock()
		defer mu.Unlock()
		return slices.Collect(maps.Keys(problems))
	}
}

// problems returns what went wrong with the walk and with the files that were read.
func (t *Tree) problems() []finding.Problem {
	out := slices.Clone(t.walked)
	for _, e := range t.entries {
		e.mu.Lock()
		out = append(out, e.problems...)
		e.mu.Unlock()
	}
	return out
}
