package treesitter

import (
	"fmt"
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
	for _, span := range r.tooDeep {
		if !r.isOut(span) {
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

// isOut tells whether span lies in what was taken out.
func (r *repairer) isOut(span py.Span) bool {
	return slices.ContainsFunc(r.placeholders, func(p placeholder) bool { return p.span.Contains(span) })
}

// parse parses the text, taking bad lines out of it, and calls use with the nodes of the last try.
func (r *repairer) parse(use func([]node)) error {
	var damaged []py.Span
	try := func(last bool) error {
		return r.withTree(r.out, func(nodes []node) {
			damaged = nil
			if nodes[0].flags&flagHasError != 0 && !last {
				damaged = damage(nodes)
			} else {
				use(nodes)
			}
		})
	}
	if err := try(false); err != nil || damaged == nil {
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
	if err := try(false); err != nil || damaged == nil {
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
		begin := line.Start
		for begin > 0 && byteClass[r.src[begin-1]] == byteBlank {
			begin--
		}
		if begin > 0 && r.src[begin-1] != '\n' || line.Start-begin < level {
			continue // behind the byte order mark, or a level in fewer bytes than it has columns
		}
		for i := begin; i < line.Start; i++ {
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
		r.out[span.Start] = '0'
		r.placeholders = append(r.placeholders, placeholder{span.Start, span})
	}
}

// damage returns the spans of the top-level statements with errors.
func damage(nodes []node) []py.Span {
	var out []py.Span
	if nodes[0].symbol == errorSymbol {
		return []py.Span{{Start: 0, End: int(nodes[0].end)}}
	}
	for i := uint32(1); i < nodes[0].next; i = nodes[i].next {
		if nodes[i].flags&flagHasError != 0 {
			out = append(out, py.Span{Start: int(nodes[i].start), End: int(nodes[i].end)})
		}
	}
	return out
}

// takeOutLines parses alone each logical line that one of spans touches, and takes the bad ones out.
func (r *repairer) takeOutLines(spans []py.Span) error {
	skip := 0 // lines before this offset are gone already
	for n := range r.lines {
		line := &r.lines[n]
		if line.Start < skip || !touches(spans, line.Span) || r.isOut(line.Span) {
			continue
		}
		if !line.broken {
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
	if line.header {
		after = " pass\n"
	}
	switch r.firstWord(line) {
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

// firstWord returns the word or the byte that a line starts with.
func (r *repairer) firstWord(line *logicalLine) string {
	end := max(r.wordEnd(line.Start), line.Start+1)
	return string(r.src[line.Start:end])
}

// takeOutLine takes out line n, which is bad, and returns the offset behind what is gone.
func (r *repairer) takeOutLine(n int) int {
	line := &r.lines[n]
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
	case "if", "elif", "while", "with", "except":
		if to-from < 2 {
			return false
		}
		r.blank(from, to)
		r.out[from+1] = '0'
		r.placeholders = append(r.placeholders, placeholder{from + 1, py.Span{Start: from, End: to}})
		return true
	}
	return false
}
