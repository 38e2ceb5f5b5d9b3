package pyrule

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/edit"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/rule"
)

// maxRounds is how often fixes may be applied before the result has to be stable. Each round applies all fixes that do not
// touch each other, so a handful is plenty.
const maxRounds = 10

// checkFixes applies every fix of the case's findings, alone and together, and returns what is not as it should be. titles
// collects the declared fixes that were seen.
func (c *testCase) checkFixes(a *py.Analyzer, titles map[string]bool) []string {
	before := run(a, c.files)
	var wrong []string
	for _, f := range c.visible(before) {
		for _, fix := range f.Fixes {
			titles[fix.Title] = true
			for _, w := range c.checkFix(a, before, f, fix) {
				wrong = append(wrong, fmt.Sprintf("%s: fix %q: %s", f, fix.Title, w))
			}
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	fixed, wrong := c.fixAll(a, c.files)
	if len(wrong) > 0 {
		return wrong
	}
	wrong = append(wrong, c.checkGolden(fixed)...)

	// The same bytes as written on another system: the same findings and the same fix in its line ends and encoding.
	for _, v := range variants {
		files := v.all(c.files)
		r := run(a, files)
		if got, want := lines(c.visible(r)), lines(c.visible(before)); !slices.Equal(got, want) {
			wrong = append(wrong, fmt.Sprintf("with %s the findings are\n\t%s\nwithout\n\t%s", v.name, strings.Join(got, "\n\t"), strings.Join(want, "\n\t")))
			continue
		}
		got, w := c.fixAll(a, files)
		for _, w := range w {
			wrong = append(wrong, fmt.Sprintf("with %s: %s", v.name, w))
		}
		want := v.all(fixed)
		for _, name := range names(want) {
			if w == nil && !bytes.Equal(got[name], want[name]) {
				wrong = append(wrong, fmt.Sprintf("with %s the fixed %s is\n%q\nwant\n%q", v.name, name, got[name], want[name]))
			}
		}
	}
	return wrong
}

// A variant is another way to write the same text file.
type variant struct {
	name    string
	rewrite func(name string, data []byte) []byte
}

var variants = []variant{
	{"CRLF line ends", func(_ string, data []byte) []byte { return bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")) }},
	{"a byte order mark", func(name string, data []byte) []byte {
		if path.Ext(name) != ".py" {
			return data
		}
		return append([]byte("\ufeff"), data...)
	}},
}

func (v variant) all(files map[string][]byte) map[string][]byte {
	out := map[string][]byte{}
	for name, data := range files {
		out[name] = v.rewrite(name, data)
	}
	return out
}

func lines(findings []found) []string {
	var list []string
	for _, f := range findings {
		list = append(list, f.String())
	}
	return list
}

// checkFix applies one fix alone.
func (c *testCase) checkFix(a *py.Analyzer, before *report, f found, fix py.Fix) []string {
	if !slices.Contains(a.Meta.Fixes, rule.FixMeta{Title: fix.Title, Applicability: fix.Applicability}) {
		return []string{fmt.Sprintf("%s fix is not declared in Meta", fix.Applicability)}
	}
	if len(fix.Edits) == 0 {
		return []string{"has no edits"}
	}
	files, err := apply(c.files, fix.Edits)
	if err != nil {
		return []string{err.Error()}
	}
	var wrong []string
	after := run(a, files)
	if len(after.holes) > len(before.holes) {
		return []string{fmt.Sprintf("the result does not parse (%s):\n%s", strings.Join(after.holes, ", "), changed(c.files, files))}
	}
	// Every finding of the result must stand where one stood before, and none where this one stood.
	left := map[place]int{}
	for _, o := range before.findings {
		left[moved(o, fix.Edits)]++
	}
	left[moved(f, fix.Edits)]--
	for _, n := range after.findings {
		p := place{n.path, n.At.Start}
		if left[p] == 0 {
			wrong = append(wrong, fmt.Sprintf("the result has the finding %s:\n%s", n, changed(c.files, files)))
			continue
		}
		left[p]--
	}
	return wrong
}

type place struct {
	path  string
	start int
}

// moved returns where the start of a finding lies after edits: the bytes before it have grown or shrunk, and a start inside
// replaced text is at the beginning of the replacement.
func moved(f found, edits []py.Edit) place {
	start := f.At.Start
	for _, e := range edits {
		switch {
		case e.File.Path != f.path || e.At.Start > f.At.Start || e.At.Start == f.At.Start && e.At.End > e.At.Start:
		case e.At.End <= f.At.Start:
			start += len(e.New) - (e.At.End - e.At.Start)
		default:
			start -= f.At.Start - e.At.Start
		}
	}
	return place{f.path, start}
}

// fixAll applies all permitted fixes until there are none left.
func (c *testCase) fixAll(a *py.Analyzer, files map[string][]byte) (map[string][]byte, []string) {
	for range maxRounds {
		var fixes []py.Fix
		var plainFixes []edit.Fix
		for _, f := range c.visible(run(a, files)) {
			for _, fix := range f.Fixes {
				if fix.Applicability == rule.Safe || c.unsafe {
					var p edit.Fix
					for _, e := range fix.Edits {
						p = append(p, plain(e))
					}
					fixes, plainFixes = append(fixes, fix), append(plainFixes, p)
					break // one fix for a finding
				}
			}
		}
		if len(fixes) == 0 {
			return files, nil
		}
		var edits []py.Edit
		for _, i := range edit.Choose(plainFixes) {
			edits = append(edits, fixes[i].Edits...)
		}
		next, err := apply(files, edits)
		if err != nil {
			return nil, []string{err.Error()}
		}
		files = next
	}
	return nil, []string{fmt.Sprintf("fixes are not stable after %d rounds:\n%s", maxRounds, changed(c.files, files))}
}

func (c *testCase) checkGolden(fixed map[string][]byte) []string {
	if c.archive == "" {
		return nil
	}
	if *update {
		if err := c.updateGolden(fixed); err != nil {
			return []string{err.Error()}
		}
		return nil
	}
	var wrong []string
	for _, name := range names(fixed) {
		golden, ok := c.fixed[name]
		switch {
		case ok && !bytes.Equal(golden, fixed[name]):
			wrong = append(wrong, fmt.Sprintf("fixed %s is not as in the archive (run the test with -update to write it):\n%s", name, fixed[name]))
		case !ok && !bytes.Equal(c.files[name], fixed[name]):
			wrong = append(wrong, fmt.Sprintf("fixing changes %s, and the archive has no fixed/%s (run the test with -update to write it):\n%s", name, name, fixed[name]))
		}
	}
	return wrong
}

// apply returns files with edits made, as the command makes them.
func apply(files map[string][]byte, edits []py.Edit) (map[string][]byte, error) {
	byPath := map[string][]edit.Edit{}
	for _, e := range edits {
		if e.File == nil {
			return nil, fmt.Errorf("an edit names no file")
		}
		name := e.File.Path
		if _, ok := files[name]; !ok {
			return nil, fmt.Errorf("%s is not a file of the project", name)
		}
		byPath[name] = append(byPath[name], plain(e))
	}
	out := maps.Clone(files)
	for name, list := range byPath {
		text, err := edit.Apply(files[name], list)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[name] = text
	}
	return out, nil
}

func plain(e py.Edit) edit.Edit {
	return edit.Edit{Path: e.File.Path, Start: e.At.Start, End: e.At.End, New: e.New}
}

// changed shows the files that differ.
func changed(before, after map[string][]byte) string {
	var b strings.Builder
	for _, name := range names(after) {
		if !bytes.Equal(before[name], after[name]) {
			fmt.Fprintf(&b, "-- %s --\n%s", name, after[name])
		}
	}
	return b.String()
}
