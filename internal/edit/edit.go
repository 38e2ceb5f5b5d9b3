// Package edit changes bytes of files: it applies edits, picks fixes that do not get in each other's way, and writes files
// so that each is either the old or the new one. It knows no language and no rules.
package edit

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/source"
)

// An Edit replaces the bytes [Start, End) of a file by New. In New a line ends with "\n", whatever the file uses.
type Edit struct {
	Path       string
	Start, End int
	New        string
}

// Apply returns src with all edits applied, which must be edits of one file. The offsets of all edits are those of src; they
// may be in any order. Insertions at one offset are applied in the order given, and equal edits once. Edits that overlap
// or lie outside of src are an error. A byte order mark stays in front of everything.
func Apply(src []byte, edits []Edit) ([]byte, error) {
	sorted := slices.Clone(edits)
	if bytes.HasPrefix(src, []byte(byteOrderMark)) {
		for i, e := range sorted {
			if e.Start >= 0 && e.Start <= e.End {
				sorted[i].Start, sorted[i].End = max(e.Start, len(byteOrderMark)), max(e.End, len(byteOrderMark))
			}
		}
	}
	slices.SortStableFunc(sorted, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	newline := source.New("", src).Newline()
	out := make([]byte, 0, len(src)+64)
	done := 0
	for i, e := range sorted {
		switch {
		case e.Start < 0 || e.End < e.Start || e.End > len(src):
			return nil, fmt.Errorf("edit of bytes %d to %d lies outside of the file, which has %d", e.Start, e.End, len(src))
		case slices.ContainsFunc(sorted[:i], func(other Edit) bool { return other == e }):
			continue
		case e.Start < done:
			return nil, fmt.Errorf("edits overlap at byte %d", e.Start)
		}
		out = append(out, src[done:e.Start]...)
		text := e.New
		if newline != "\n" {
			text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", newline)
		}
		out = append(out, text...)
		done = e.End
	}
	return append(out, src[done:]...), nil
}

const byteOrderMark = "\ufeff"

// A Fix is a set of edits, of one or several files, that are applied together or not at all.
type Fix []Edit

// Choose picks fixes that can be applied in one go, by their index: a fix that gets in the way of one before it has to wait.
// Two fixes may share an edit; it is then applied once.
func Choose(fixes []Fix) []int {
	var chosen []int
	taken := make(map[string][]Edit)
	for i, fix := range fixes {
		if slices.ContainsFunc(fix, func(e Edit) bool {
			return slices.ContainsFunc(taken[e.Path], func(other Edit) bool { return conflict(e, other) })
		}) {
			continue
		}
		chosen = append(chosen, i)
		for _, e := range fix {
			taken[e.Path] = append(taken[e.Path], e)
		}
	}
	return chosen
}

// conflict reports whether two edits of one file cannot both be applied. Insertions at the same place conflict unless they
// are equal, since their order would be chance; edits that only touch do not.
func conflict(a, b Edit) bool {
	if a == b {
		return false
	}
	if a.Start == a.End && b.Start == b.End {
		return a.Start == b.Start
	}
	return a.Start < b.End && b.Start < a.End
}
