// Package output writes what a run found: as text for people, as lines for editors, as JSON for machines, as a diff. It
// decides nothing about findings and reads no files.
package output

import (
	"fmt"
	"io"

	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/source"
	"github.com/sesslint/sesslint/rule"
)

// A Report is what is to be written.
type Report struct {
	// Version is the version of sesslint.
	Version    string
	Findings   []finding.Finding // sorted
	Problems   []finding.Problem // sorted
	Files      int               // checked
	Suppressed int               // findings that comments hid
	// Source returns a file that a finding names; nil if there is none.
	Source func(path string) *source.File
	// Fixed is how many findings were fixed, in FixedFiles files; FixMode is false if no fixes were asked for.
	FixMode           bool
	Fixed, FixedFiles int
}

// A Format is a way to write a Report.
type Format string

const (
	Full    Format = "full"    // with source, for people
	Concise Format = "concise" // one line for each finding
	JSON    Format = "json"    // docs/report.schema.json
)

// Formats lists the formats.
var Formats = []Format{Full, Concise, JSON}

// Write writes a report. Colour applies to text formats only.
func Write(w io.Writer, r *Report, format Format, colour bool) error {
	switch format {
	case JSON:
		return writeJSON(w, r)
	case Concise:
		return writeText(w, r, palette(colour), (*printer).concise)
	case Full:
		return writeText(w, r, palette(colour), (*printer).full)
	default:
		return fmt.Errorf("unknown format %q", format)
	}
}

// counts are the numbers of findings by severity.
func counts(findings []finding.Finding) map[rule.Severity]int {
	n := make(map[rule.Severity]int)
	for i := range findings {
		n[findings[i].Severity]++
	}
	return n
}
