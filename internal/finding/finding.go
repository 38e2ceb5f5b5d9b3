// Package finding is what a run produces, the same for every wing: findings with their fixes, and problems. It does not
// print, sort for a reader, or decide which findings count.
package finding

import "github.com/sesslint/sesslint/rule"

// A Span is a place in a file: byte offsets, and positions for people.
type Span struct {
	Path       string // with forward slashes, relative to the working directory if below it, else absolute
	Start, End int    // byte offsets
	// Line and Column are 1-based; columns count Unicode code points. End positions are those of the byte behind the span.
	Line, Column, EndLine, EndColumn int
}

// A Finding is one claim about the checked code.
type Finding struct {
	Rule        *rule.Meta
	Severity    rule.Severity
	Confidence  rule.Confidence
	Pedantic    bool
	Message     string
	Help        string
	At          Span
	Related     []Related
	Fixes       []Fix
	Symbol      string // dotted name of the enclosing class or function; empty at the top of a module
	Fingerprint string // stable under edits elsewhere in the file and in any working directory; see SetFingerprints
}

// Related is another place that tells the story of a finding.
type Related struct {
	At      Span
	Message string
}

// A Fix is a set of edits that belong together; they may touch several files.
type Fix struct {
	Title         string
	Applicability rule.Applicability
	Edits         []Edit
}

// An Edit replaces the bytes [Start, End) of the file at Path by New.
type Edit struct {
	Path       string
	Start, End int // byte offsets
	New        string
}

// Kind says what a problem does to the exit code.
type Kind uint8

const (
	// Partial problems leave part of the input unseen: a region that does not parse, a settings module that is named and
	// missing. They change the exit code under --strict only.
	Partial Kind = iota
	// Unread problems leave a whole file or package unseen; the exit code is 2.
	Unread
)

var kindNames = [...]string{"partial", "unread"}

func (k Kind) String() string { return kindNames[k] }

// A Problem is input that could not be checked. It is shown apart from findings, so that what was skipped is never taken
// for clean. Line and Column are 0 where the whole file is meant.
type Problem struct {
	Kind    Kind
	At      Span
	Message string
}
