package py

import "github.com/sesslint/sesslint/rule"

// A File is one Python file of a Program.
type File struct {
	// Path is relative to the root of the program, with forward slashes.
	Path   string
	Module *Module
	// Scopes are the file's scopes and bindings, imports resolved to dotted names.
	Scopes *Scopes
	// Test is true for a file that is a test by its path below the root.
	Test bool
}

// A Program is the set of files that one run looks at. It is complete before engines run and does not change afterwards,
// except that Open may parse further files; Open is safe for concurrent use.
type Program struct {
	// Files are the files that passed the byte filter, sorted by path.
	Files []*File
	// Paths are all files below the root that discovery did not exclude, of every kind, sorted, with forward slashes.
	Paths []string
	// Open returns the Python file at a path of Paths, parsing it if that has not happened yet; nil if it is not Python or
	// cannot be read (the reader has recorded the problem).
	Open func(path string) *File
	// Read returns the bytes of a file of Paths that is not larger than the size limit; nil if it cannot be read.
	Read func(path string) []byte
	// Problem records something that keeps the program from being understood, such as a settings module that is named and
	// missing. It does not change the exit code unless the run is strict.
	Problem func(path string, at Span, message string)
}

// An Engine computes facts about a whole program once; rules share the result.
type Engine struct {
	Name     string
	Requires []*Engine
	Run      func(prog *Program, resultOf map[*Engine]any) any
}

// An Analyzer is a Python rule.
type Analyzer struct {
	Meta     *rule.Meta
	Requires []*Engine
	// Run reports what the rule finds in the whole program. It must not keep the Pass.
	Run func(*Pass)
}

// A Pass is one run of one Analyzer over one Program.
type Pass struct {
	Program  *Program
	ResultOf map[*Engine]any
	Report   func(Diagnostic)
}

// A Diagnostic is what a rule reports.
type Diagnostic struct {
	File *File
	// At is where a reader would change the code.
	At Span
	// Message says what is wrong, so what happens: one line, lower case, no final stop.
	Message string
	// Help says what to do, in one line.
	Help string
	// Severity and Confidence replace the defaults of the rule where they are set.
	Severity   rule.Severity
	Confidence rule.Confidence
	// Pedantic findings appear on request only.
	Pedantic bool
	Related  []Related
	Fixes    []Fix
}

// Related is another place that tells the story of a Diagnostic.
type Related struct {
	File    *File
	At      Span
	Message string
}

// A Fix is a set of edits that belong together. Its title and applicability must be declared in the rule's Meta.
type Fix struct {
	Title         string
	Applicability rule.Applicability
	Edits         []Edit
}

// An Edit replaces the bytes of At by New. An empty At inserts.
type Edit struct {
	File *File
	At   Span
	New  string
}
