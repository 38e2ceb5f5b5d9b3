package treesitter

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// A chunk is lines[from:to] of a file: a statement with its decorators, its blocks and its clauses.
type chunk struct{ from, to int }

func (r *repairer) chunkSpan(c chunk) py.Span {
	return py.Span{Start: r.lines[c.from].Start, End: r.lines[c.to-1].End}
}

// takeOutChunks takes out the statements that are bad although each of their lines is good: an else without an if, for
// example. It looks at the top-level statements that one of spans touches.
func (r *repairer) takeOutChunks(spans []py.Span) error {
	for _, c := range r.chunks(0, len(r.lines)) {
		if touches(spans, r.chunkSpan(c)) {
			if _, err := r.takeOutChunk(c, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// chunks splits lines[from:to] into statements. The first line sets the indentation.
func (r *repairer) chunks(from, to int) []chunk {
	var out []chunk
	for n := from; n < to; {
		c := chunk{from: n}
		indent := r.lines[from].indent
		decorated := r.src[r.lines[n].Start] == '@'
		for n++; n < to; n++ {
			line := &r.lines[n]
			if line.indent <= indent && !decorated && !r.continues(line) {
				break
			}
			if line.indent <= indent {
				decorated = r.src[line.Start] == '@'
			}
		}
		c.to = n
		out = append(out, c)
	}
	return out
}

// continues tells whether a line belongs to the statement before it.
func (r *repairer) continues(line *logicalLine) bool {
	switch r.firstWord(line) {
	case "elif", "else", "except", "finally":
		return true
	}
	return false
}

// maxChunkLevel is how many levels of blocks are searched for the smallest bad statement.
const maxChunkLevel = 20

// takeOutChunk parses a statement alone. If it is bad, the bad statements in its blocks are taken out, and if that does not
// help, all of it. It tells whether anything was taken out.
func (r *repairer) takeOutChunk(c chunk, level int) (bool, error) {
	good, err := r.chunkParses(c)
	if good || err != nil {
		return false, err
	}
	some := false
	indent := r.lines[c.from].indent
	for n := c.from + 1; n < c.to && level < maxChunkLevel; {
		begin := n
		for n < c.to && r.lines[n].indent > indent {
			n++
		}
		if begin == n {
			n++ // a further clause, or the line below a decorator
			continue
		}
		for _, inner := range r.chunks(begin, n) {
			out, err := r.takeOutChunk(inner, level+1)
			if err != nil {
				return some, err
			}
			some = some || out
		}
	}
	if some {
		if good, err := r.chunkParses(c); good || err != nil {
			return true, err
		}
	}
	r.takeOut(r.chunkSpan(c))
	return true, nil
}

func (r *repairer) chunkParses(c chunk) (bool, error) {
	before := ""
	if indent := r.lines[c.from].indent; indent > 0 {
		before = "if 1:\n" + strings.Repeat(" ", min(indent, maxIndent))
	}
	return r.parses(before, r.chunkSpan(c), "\n")
}
