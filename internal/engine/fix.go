package engine

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/sesslint/sesslint/internal/edit"
	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/source"
	"github.com/sesslint/sesslint/rule"
)

// maxRounds is how often fixes are applied and the result is checked again before fixes that bring each other about are
// given up.
const maxRounds = 20

// Fixes are the changes that Fix made in memory, and what is left to report.
type Fixes struct {
	Report  *Report
	Applied int           // fixes
	Changes []edit.Change // sorted by path; Name is the path as a reader sees it
}

// Fix applies the fixes of all findings of the run to the files in memory, round by round until none is left: a fix that
// overlaps another one waits for the next round, and each round ends with a new check. With unsafe set, fixes that may
// change behaviour are applied too. Nothing is written. It is an error if the rounds do not come to an end.
//
// A fix that leaves a file with more syntax errors than it had is taken back and becomes a problem of the report.
func (p *Plan) Fix(unsafe bool) (*Fixes, error) {
	f := &fixer{plan: p, unsafe: unsafe, rejected: make(map[string]bool), before: make(map[string][]byte)}
	report := p.Check()
	for round := 0; ; round++ {
		todo := f.candidates(report)
		if len(todo) == 0 {
			break
		}
		if round == maxRounds {
			return nil, fmt.Errorf("fixes of %s did not come to an end after %d rounds, so nothing was written (a defect of sesslint, please report it)",
				strings.Join(rulesOf(todo), ", "), maxRounds)
		}
		f.apply(todo)
		report = p.Check()
	}
	report.Problems = append(report.Problems, f.problems...)
	finding.SortProblems(report.Problems)
	out := &Fixes{Report: report, Applied: f.applied}
	for shown, before := range f.before {
		abs, after := p.bytes(shown)
		if string(after) != string(before) {
			out.Changes = append(out.Changes, edit.Change{Path: abs, Name: shown, Before: before, After: after})
		}
	}
	sort.Slice(out.Changes, func(i, j int) bool { return out.Changes[i].Path < out.Changes[j].Path })
	return out, nil
}

// Write writes the changes to disk, all or none.
func (f *Fixes) Write() error { return edit.Write(f.Changes) }

func rulesOf(todo []candidate) []string {
	var ids []string
	for _, c := range todo {
		ids = append(ids, c.finding.Rule.ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// bytes returns the absolute path of a file and its bytes with the fixes so far.
func (p *Plan) bytes(shown string) (abs string, src []byte) {
	for _, t := range p.targets {
		if abs := t.tree.Abs(shown); abs != "" {
			return abs, t.tree.Bytes(shown)
		}
	}
	return "", nil
}

// replace gives a file new bytes in every root that holds it.
func (p *Plan) replace(shown string, src []byte) {
	for _, t := range p.targets {
		if t.tree.Abs(shown) != "" {
			t.tree.Replace(shown, src)
		}
	}
}

// isUTF8 reports whether characters beyond ASCII may be written into a file as UTF-8.
func (p *Plan) isUTF8(shown string) bool {
	f := p.Source(shown)
	return f != nil && (f.Encoding() == source.UTF8 || f.Encoding() == source.UTF8BOM)
}

func (p *Plan) module(shown string) *py.Module {
	for _, t := range p.targets {
		if m := t.tree.Module(shown); m != nil {
			return m
		}
	}
	return nil
}

// A candidate is the fix that would be applied for a finding.
type candidate struct {
	finding *finding.Finding
	fix     *finding.Fix
	edits   edit.Fix
}

// key tells a fix from all others for as long as the code around it stays the same. It has the path besides the fingerprint,
// which is the same for files of the same name in two repositories.
func (c candidate) key() string {
	return c.finding.At.Path + "\x00" + c.finding.Fingerprint + "\x00" + c.fix.Title
}

type fixer struct {
	plan     *Plan
	unsafe   bool
	rejected map[string]bool   // by key
	before   map[string][]byte // by displayed path, what changed files were at first
	problems []finding.Problem
	applied  int
}

// candidates picks the first fix of each finding that may be applied.
func (f *fixer) candidates(r *Report) []candidate {
	var out []candidate
	for i := range r.Findings {
		x := &r.Findings[i]
		for j := range x.Fixes {
			c := candidate{finding: x, fix: &x.Fixes[j]}
			if c.fix.Applicability != rule.Safe && !f.unsafe || f.rejected[c.key()] {
				continue
			}
			for _, e := range c.fix.Edits {
				c.edits = append(c.edits, edit.Edit{Path: e.Path, Start: e.Start, End: e.End, New: e.New})
			}
			if reason := f.unusable(c); reason != "" {
				f.reject(c, reason)
				continue
			}
			out = append(out, c)
			break
		}
	}
	return out
}

func (f *fixer) reject(c candidate, reason string) {
	f.rejected[c.key()] = true
	f.problems = append(f.problems, finding.Problem{
		Kind: finding.Partial, At: c.finding.At,
		Message: fmt.Sprintf("fix %q of %s was not applied: %s", c.fix.Title, c.finding.Rule.ID, reason),
	})
}

// unusable says why a fix cannot be applied at all, or returns "".
func (f *fixer) unusable(c candidate) string {
	if len(c.edits) == 0 {
		return "it has no edits (a defect of sesslint, please report it)"
	}
	for path, edits := range byPath(c.edits) {
		_, src := f.plan.bytes(path)
		if src == nil {
			return path + " was not read"
		}
		if _, err := edit.Apply(src, edits); err != nil {
			return err.Error() + " (a defect of sesslint, please report it)"
		}
		if !isASCII(edits) && !f.plan.isUTF8(path) {
			return path + " is not in UTF-8, and the fix has characters beyond ASCII"
		}
	}
	return ""
}

func isASCII(edits []edit.Edit) bool {
	for _, e := range edits {
		for i := range len(e.New) {
			if e.New[i] >= 0x80 {
				return false
			}
		}
	}
	return true
}

func byPath(edits []edit.Edit) map[string][]edit.Edit {
	files := make(map[string][]edit.Edit)
	for _, e := range edits {
		files[e.Path] = append(files[e.Path], e)
	}
	return files
}

// apply applies as many of the fixes as go together.
func (f *fixer) apply(todo []candidate) {
	var fixes []edit.Fix
	for _, c := range todo {
		fixes = append(fixes, c.edits)
	}
	var chosen []candidate
	for _, i := range edit.Choose(fixes) {
		chosen = append(chosen, todo[i])
	}
	result, ok := f.result(chosen)
	if !ok {
		// One of them breaks a file: add them one after the other to see which.
		var good []candidate
		result = nil
		for _, c := range chosen {
			if more, ok := f.result(append(slices.Clip(good), c)); ok {
				good, result = append(good, c), more
			} else {
				f.reject(c, "the file could not be parsed afterwards (a defect of sesslint, please report it)")
			}
		}
		chosen = good
	}
	f.applied += len(chosen)
	for shown, after := range result {
		if _, seen := f.before[shown]; !seen {
			_, f.before[shown] = f.plan.bytes(shown)
		}
		f.plan.replace(shown, after)
	}
}

// result returns the new bytes of all files that fixes change, and reports whether they parse as well as the files do now.
func (f *fixer) result(fixes []candidate) (map[string][]byte, bool) {
	var edits []edit.Edit
	for _, c := range fixes {
		edits = append(edits, c.edits...)
	}
	out := make(map[string][]byte)
	for path, list := range byPath(edits) {
		_, src := f.plan.bytes(path)
		after, err := edit.Apply(src, list)
		if err != nil {
			return nil, false
		}
		if now := f.plan.module(path); now != nil {
			m, _, _, err := f.plan.options.Parse(after)
			if err != nil || len(m.Holes) > len(now.Holes) || size(m.Holes) > size(now.Holes) {
				return nil, false
			}
		}
		out[path] = after
	}
	return out, true
}

// size is the number of bytes that could not be parsed.
func size(holes []py.Span) int {
	n := 0
	for _, h := range holes {
		n += h.End - h.Start
	}
	return n
}
