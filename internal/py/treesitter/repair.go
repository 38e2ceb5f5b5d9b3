package treesitter

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/sesslint/sesslint/internal/py"
)

// Error recovery in tree-sitter is made for editors: it finds some tree for the text around an error, which may take good
// statements apart. A linter must not believe such a tree. So where a file has errors, each logical line that the damage
// touches is parsed alone; the ones that are bad are taken out of the text, and what is left is parsed again.

// A placeholder stands in the text for source that was taken out: an expression of one byte at offset at for all of span.
type placeholder struct {
	at   int
	span py.Span
}

// A repairer takes bad lines out of the text of a scanner.
type repairer struct {
	*scanner
	placeholders []placeholder
	// gone are the spans that were taken out without a placeholder.
	gone     []py.Span
	deadline time.Time
	parsing  time.Duration // time spent in tree-sitter
}

func newRepairer(text []byte, deadline time.Time) *repairer {
	r := &repairer{scanner: newScanner(text, false), deadline: deadline}
	r.scan()
	if r.oddIndent {
		r.scanLines()
		r.reindent()
	}
	gone := r.outSpans()
	for _, span := range r.tooDeep {
		if !touches(gone, span) {
			r.takeOut(span)
		}
	}
	return r
}

// scanLines scans again and records the logical lines.
func (r *repairer) scanLines() {
	r.scanner = newScanner(r.src, true)
	r.scan()
}

// outSpans returns what placeholders stand for, in source order.
func (r *repairer) outSpans() []py.Span {
	out := make([]py.Span, len(r.placeholders))
	for i, p := range r.placeholders {
		out[i] = p.span
	}
	slices.SortFunc(out, func(a, b py.Span) int { return a.Start - b.Start })
	return out
}

// parse parses the text and calls lower with the nodes. Where the tree has errors, or lower finds statements that the grammar
// made of more than one line and returns their spans, bad lines are taken out and it starts anew; the last time it does not
// matter what lower returns.
func (r *repairer) parse(lower func([]node) []py.Span) error {
	var damaged []py.Span
	try := func(last bool) error {
		return r.withTree(r.out, func(nodes []node) {
			if nodes[0].flags&flagHasError != 0 && !last {
				damaged = damage(nodes)
			} else {
				damaged = lower(nodes)
			}
		})
	}
	if err := try(false); err != nil || len(damaged) == 0 {
		return err
	}
	if !r.record {
		r.scanLines()
		for _, p := range r.placeholders {
			r.blank(p.span.Start, p.span.End)
			r.out[p.at] = '0'
		}
	}
	if err := r.takeOutLines(damaged); err != nil {
		return err
	}
	if err := try(false); err != nil || len(damaged) == 0 {
		return err
	}
	if err := r.takeOutChunks(damaged); err != nil {
		return err
	}
	return try(true)
}

// withTree is the function withTree within the time that is left.
func (r *repairer) withTree(text []byte, use func([]node)) error {
	left := time.Until(r.deadline)
	if left <= 0 {
		return fmt.Errorf("%w after %v", ErrTimeout, Timeout)
	}
	took, err := withTree(text, left, use)
	r.parsing += took
	return err
}

// reindent rewrites the indentation of all logical lines such that the grammar counts one column for each level; the
// grammar knows no tab stops and no columns above 255. Levels beyond what CPython allows are taken out.
func (r *repairer) reindent() {
	columns := []int{0}
	var deep py.Span
	for _, line := range r.lines {
		for len(columns) > 1 && columns[len(columns)-1] > line.indent {
			columns = columns[:len(columns)-1]
		}
		if columns[len(columns)-1] < line.indent {
			columns = append(columns, line.indent)
		}
		level := len(columns) - 1
		if level >= maxIndent {
			if deep.End == 0 {
				deep.Start = line.Start
			}
			deep.End = line.End
			continue
		}
		r.takeOut(deep)
		deep = py.Span{}
		if line.Start-line.begin < level {
			continue // a level in fewer bytes than it has columns
		}
		for i := line.begin; i < line.Start; i++ {
			c := byte('\f') // counts as column 0
			if i >= line.Start-level {
				c = ' '
			}
			r.own()
			r.out[i] = c
		}
	}
	r.takeOut(deep)
}

// takeOut puts a placeholder for a statement in the place of span.
func (r *repairer) takeOut(span py.Span) {
	if span.End > span.Start {
		r.blank(span.Start, span.End)
		r.putPlaceholder(span.Start, span)
	}
}

func (r *repairer) putPlaceholder(at int, span py.Span) {
	r.out[at] = '0'
	r.placeholders = append(r.placeholders, placeholder{at, span})
}

// damage returns the spans of the top-level statements with errors; the whole file if there is no telling.
func damage(nodes []node) []py.Span {
	var out []py.Span
	for i := uint32(1); i < nodes[0].next && nodes[0].symbol != errorSymbol; i = nodes[i].next {
		if nodes[i].flags&flagHasError != 0 {
			out = append(out, py.Span{Start: int(nodes[i].start), End: int(nodes[i].end)})
		}
	}
	if len(out) == 0 {
		out = append(out, py.Span{Start: 0, End: math.MaxInt})
	}
	return out
}

// maxTests is how many lines are parsed alone; of a file with more lines in damaged statements, the rest is taken out unseen.
const maxTests = 20000

// takeOutLines parses alone each logical line that one of spans touches, and takes the bad ones out.
func (r *repairer) takeOutLines(spans []py.Span) error {
	gone := r.outSpans()
	tests := 0
	skip := 0 // lines before this offset are gone already
	for n := range r.lines {
		line := &r.lines[n]
		if line.Start < skip || !touches(spans, line.Span) || touches(gone, line.Span) {
			continue
		}
		if tests++; !line.broken && tests <= maxTests {
			good, err := r.parsesAlone(line)
			if err != nil {
				return err
			}
			if good {
				continue
			}
		}
		skip = r.takeOutLine(n)
	}
	return nil
}

// touches tells whether span overlaps one of spans, which are sorted and disjoint.
func touches(spans []py.Span, span py.Span) bool {
	n, _ := slices.BinarySearchFunc(spans, span.Start, func(s py.Span, start int) int { return s.End - start })
	return n < len(spans) && spans[n].Start <= span.End
}

// parsesAlone tells whether a logical line is free of errors in a place where it may stand.
func (r *repairer) parsesAlone(line *logicalLine) (bool, error) {
	before, after := "", "\n"
	word := r.firstWord(line)
	if line.header {
		if !opensBlock(word) {
			return false, nil
		}
		after = " pass\n"
	}
	switch word {
	case "elif", "else":
		before = "if 1: pass\n"
	case "try":
		after += "finally: pass\n"
	case "except", "finally":
		before = "try: pass\n"
	case "match":
		if line.header {
			after = "\n case 1: pass\n"
		}
	case "case":
		if line.header {
			before = "match x:\n "
		}
	case "@":
		after = "\ndef f(): pass\n"
	}
	return r.parses(before, line.Span, after)
}

// parses tells whether a part of the text is free of errors between before and after.
func (r *repairer) parses(before string, span py.Span, after string) (good bool, err error) {
	text := make([]byte, 0, len(before)+span.End-span.Start+len(after))
	text = append(text, before...)
	text = append(text, r.out[span.Start:span.End]...)
	text = append(text, after...)
	err = r.withTree(text, func(nodes []node) {
		good = nodes[0].flags&flagHasError == 0
	})
	return good, err
}

// opensBlock tells whether a word can start a statement with a block or a clause of one.
func opensBlock(word string) bool {
	switch word {
	case "if", "elif", "else", "for", "while", "with", "try", "except", "finally", "def", "class", "async", "match", "case":
		return true
	}
	return false
}

// firstWord returns the word or the byte that a line starts with.
func (r *repairer) firstWord(line *logicalLine) string {
	end := max(r.wordEnd(line.Start), line.Start+1)
	return string(r.src[line.Start:end])
}

// takeOutLine takes out line n, which is bad, and returns the offset behind what is gone.
func (r *repairer) takeOutLine(n int) int {
	line := &r.lines[n]
	if r.src[line.Start] == '@' && line.End-line.Start >= 2 {
		// The function keeps a decorator that nothing is known of.
		r.blank(line.Start+1, line.End)
		r.putPlaceholder(line.Start+1, py.Span{Start: line.Start + 1, End: line.End})
		return line.End
	}
	deeper := n+1 < len(r.lines) && r.lines[n+1].indent > line.indent
	if !line.header {
		if deeper {
			// Something like a template tag, which does not take part in the indentation.
			r.blank(line.Start, line.End)
			r.gone = append(r.gone, line.Span)
		} else {
			r.takeOut(line.Span)
		}
		return line.End
	}
	if r.takeOutTest(line) {
		return line.End
	}
	span := line.Span
	for k := n + 1; k < len(r.lines) && r.lines[k].indent > line.indent; k++ {
		span.End = r.lines[k].End
	}
	r.takeOut(span)
	return span.End
}

// takeOutTest replaces what stands between the keyword and the colon of a header by a placeholder, where what is left means
// that the block may run.
func (r *repairer) takeOutTest(line *logicalLine) bool {
	word := r.firstWord(line)
	from := line.Start + len(word)
	to := line.End - 1 // the colon
	switch word {
	case "else", "try", "finally":
		r.blank(from, to)
		r.gone = append(r.gone, py.Span{Start: from, End: to})
		return true
	case "if", "elif", "while", "with", "except", "case":
		if word == "except" && r.out[from] == '*' {
			from++
		}
		if to-from < 2 {
			return false
		}
		r.blank(from, to)
		r.putPlaceholder(from+1, py.Span{Start: from, End: to})
		return true
	}
	return false
}
