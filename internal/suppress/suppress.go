// Package suppress decides which findings the comments of a file suppress, and reports the comments that suppress nothing
// or are malformed. The syntax of the comments is in package rule; it does not read files and knows no rule but its own
// two.
package suppress

import (
	"bytes"
	_ "embed" // the documentation of the rules
	"fmt"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/rule"
)

//go:embed unused-suppression.md
var unusedDoc string

//go:embed invalid-suppression.md
var invalidDoc string

const removeTitle = "remove the unused suppression"

// Unused and Invalid are the rules about suppressions themselves.
var (
	Unused = &rule.Meta{
		ID:         "unused-suppression",
		Wing:       rule.Python,
		Summary:    "a suppression comment that matches no finding",
		Category:   rule.Correctness,
		Severity:   rule.Warning,
		Confidence: rule.High,
		Fixes:      []rule.FixMeta{{Title: removeTitle, Applicability: rule.Safe}},
		Doc:        unusedDoc,
	}
	Invalid = &rule.Meta{
		ID:         "invalid-suppression",
		Wing:       rule.Python,
		Summary:    "a suppression comment that is malformed or names no known rule, so it suppresses nothing",
		Category:   rule.Correctness,
		Severity:   rule.Warning,
		Confidence: rule.High,
		Doc:        invalidDoc,
	}
)

// A Judge knows what is needed to tell a suppression that is unused from one that has nothing to do in this run.
type Judge struct {
	// Known are the ids of all rules.
	Known []string
	// Ran reports whether a rule was looked for in a file: selected, not turned off for the file, and finished.
	Ran func(id, path string) bool
	// Locate turns byte offsets of a file into a place for people.
	Locate func(path string, start, end int) finding.Span
}

// A File holds the suppressions of one file.
type File struct {
	path       string // as in finding.Span
	module     *py.Module
	directives []directive
}

type directive struct {
	rule.Directive
	comment py.Comment
	covers  []py.Span
	used    []bool // by index of Rules
}

// NewFile finds the suppressions of a parsed file.
func NewFile(path string, m *py.Module) *File {
	f := &File{path: path, module: m}
	var statements []py.Span
	for _, c := range m.Comments {
		text := m.Src[c.Start:c.End]
		if !containsName(text) {
			continue
		}
		for _, d := range rule.ParsePythonDirectives(string(text)) {
			if statements == nil {
				statements = Statements(m)
			}
			f.directives = append(f.directives, directive{
				Directive: d, comment: c,
				// Findings about suppressions stand in the comment itself.
				covers: append(covered(m.Src, statements, c), c.Span),
				used:   make([]bool, len(d.Rules)),
			})
		}
	}
	return f
}

// containsName reports whether a comment speaks of sesslint, in any case.
func containsName(text []byte) bool {
	const name = "sesslint"
	for i := 0; i+len(name) <= len(text); i++ {
		if text[i]|0x20 == name[0] && strings.EqualFold(string(text[i:i+len(name)]), name) {
			return true
		}
	}
	return false
}

// Suppressed reports whether a comment suppresses a finding of this file, and remembers that the comment is of use.
func (f *File) Suppressed(x *finding.Finding) bool {
	suppressed := false
	for i := range f.directives {
		d := &f.directives[i]
		if d.Err != "" || !slices.ContainsFunc(d.covers, func(s py.Span) bool { return s.Start <= x.At.Start && x.At.Start < s.End }) {
			continue
		}
		for j, name := range d.Rules {
			if name.Name == x.Rule.ID {
				d.used[j] = true
				suppressed = true
			}
		}
	}
	return suppressed
}

// Findings returns what is to be said about the suppressions of this file once Suppressed was asked about all other
// findings. Findings about suppressions can be suppressed like any other.
func (f *File) Findings(judge Judge) (shown []finding.Finding, suppressed int) {
	keep := func(list []finding.Finding) {
		for i := range list {
			if f.Suppressed(&list[i]) {
				suppressed++
			} else {
				shown = append(shown, list[i])
			}
		}
	}
	if judge.Ran(Invalid.ID, f.path) {
		keep(f.invalid(judge))
	}
	// In a file with regions that do not parse, a finding may be missing for that reason alone.
	if !judge.Ran(Unused.ID, f.path) || len(f.module.Holes) > 0 {
		return shown, suppressed
	}
	keep(f.unused(judge, false))
	// A suppression of unused-suppression itself is judged when all others have been.
	return append(shown, f.unused(judge, true)...), suppressed
}

func (f *File) invalid(judge Judge) []finding.Finding {
	var out []finding.Finding
	for i := range f.directives {
		d := &f.directives[i]
		if d.Err != "" {
			out = append(out, f.finding(judge, Invalid, d, d.Start, d.End,
				"the suppression is malformed, so it suppresses nothing", d.Err))
			continue
		}
		for _, name := range d.Rules {
			if slices.Contains(judge.Known, name.Name) {
				continue
			}
			help := "run `sesslint rules` for the names of all rules"
			if near := rule.Nearest(name.Name, judge.Known); near != "" {
				help = fmt.Sprintf("did you mean %q?", near)
			}
			out = append(out, f.finding(judge, Invalid, d, name.Start, name.End,
				fmt.Sprintf("there is no rule %q, so the comment does not suppress it", name.Name), help))
		}
	}
	return out
}

// unused reports the names in suppressions that matched nothing, in one finding for each suppression: those of
// unused-suppression itself if self is true, or else all others.
func (f *File) unused(judge Judge, self bool) []finding.Finding {
	var out []finding.Finding
	for i := range f.directives {
		d := &f.directives[i]
		var names []string
		var idle []bool
		for j, name := range d.Rules {
			repeated := slices.ContainsFunc(d.Rules[:j], func(r rule.DirectiveRule) bool { return r.Name == name.Name })
			no := d.Err == "" && (!d.used[j] || repeated) && (name.Name == Unused.ID) == self &&
				slices.Contains(judge.Known, name.Name) && judge.Ran(name.Name, f.path)
			idle = append(idle, no)
			if no && !slices.Contains(names, name.Name) {
				names = append(names, name.Name)
			}
		}
		if len(names) == 0 {
			continue
		}
		x := f.finding(judge, Unused, d, d.Start, d.End,
			fmt.Sprintf("no finding of %s here, so the suppression hides nothing", strings.Join(names, ", ")),
			"remove it, so that it cannot hide a later finding")
		start, end, text := f.without(d, idle)
		x.Fixes = []finding.Fix{{
			Title: removeTitle, Applicability: rule.Safe,
			Edits: []finding.Edit{{Path: f.path, Start: start, End: end, New: text}},
		}}
		out = append(out, x)
	}
	return out
}

func (f *File) finding(judge Judge, meta *rule.Meta, d *directive, start, end int, message, help string) finding.Finding {
	return finding.Finding{
		Rule: meta, Severity: meta.Severity, Confidence: meta.Confidence, Message: message, Help: help,
		At: judge.Locate(f.path, d.comment.Start+start, d.comment.Start+end),
	}
}

// without returns the edit that removes the idle names of a directive: the directive with its reason if no name is left,
// the comment with the white space before it if nothing else is in it, and the line if nothing else is on it.
func (f *File) without(d *directive, idle []bool) (start, end int, text string) {
	src, c := f.module.Src, d.comment
	if slices.Contains(idle, false) {
		var left []string
		for i, name := range d.Rules {
			if !idle[i] {
				left = append(left, name.Name)
			}
		}
		return c.Start + d.Rules[0].Start, c.Start + d.Rules[len(d.Rules)-1].End, strings.Join(left, ", ")
	}
	start, end = c.Start+d.Start, c.Start+d.End
	before := bytes.TrimRight(src[c.Start:start], " \t")
	after := bytes.TrimLeft(src[end:c.End], " \t")
	switch {
	case len(after) > 0:
		return start, c.End - len(after), "" // other text follows
	case len(before) > 0:
		return c.Start + len(before), c.End, ""
	case !c.OwnLine:
		return len(bytes.TrimRight(src[:c.Start], " \t")), c.End, ""
	}
	for start > 0 && src[start-1] != '\n' && src[start-1] != '\r' {
		start--
	}
	end = c.End
	if bytes.HasPrefix(src[end:], []byte("\r\n")) {
		end += 2
	} else if end < len(src) {
		end++
	}
	return start, end, ""
}
