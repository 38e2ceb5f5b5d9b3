package treesitter

import (
	"bytes"

	"github.com/sesslint/sesslint/internal/py"
)

// A scanner goes once over a file and knows just enough of the language to tell strings, comments, brackets and logical
// lines apart. It finds the comments, and it rewrites in a copy of the same length what the grammar misreads (edit.go).
type scanner struct {
	src []byte // what is read: never changed
	out []byte // what the grammar gets; shares its bytes with src until the first edit

	shared bool // out is src
	hidden int  // no more edits before this offset

	// lookedAhead counts bytes that were read ahead; see canLookAhead.
	lookedAhead int

	comments []py.Comment
	// oddIndent is set where the external scanner of the grammar would count columns otherwise than Python does.
	oddIndent bool
	// tooDeep are logical lines with more brackets inside each other than Python allows.
	tooDeep []py.Span

	lineEnds []int // of the logical lines, in source order

	record bool
	lines  []logicalLine // with record only
}

// A logicalLine is one statement or header, or several statements with semicolons, without the line break.
type logicalLine struct {
	py.Span
	begin  int  // offset of the indentation
	indent int  // columns, as Python counts them
	header bool // ends with a colon, so that a block follows
	broken bool // has a bracket or string that is not closed, or closed and not open
}

func newScanner(src []byte, record bool) *scanner {
	return &scanner{src: src, out: src, shared: true, record: record}
}

// canLookAhead tells whether there is still leave to read ahead. Reading ahead is bounded over the whole file, because a
// hostile file could make each line read the rest of the file.
func (s *scanner) canLookAhead() bool { return s.lookedAhead <= 8*len(s.src)+1<<16 }

// maxIndent is how many levels of indentation CPython allows (MAXINDENT in Parser/lexer/state.h). Each level is at least one
// column.
const maxIndent = 100

// maxBrackets is how many brackets CPython allows inside each other (MAXLEVEL in Parser/lexer/state.h).
const maxBrackets = 200

// Classes of bytes.
const (
	byteOther = iota
	byteWord  // letter, underscore or part of a character that is not ASCII
	byteDigit
	byteQuote
	byteOpen
	byteClose
	byteNewline
	byteHash
	byteBackslash
	byteColon
	byteSemicolon
	byteBacktick
	byteBlank
)

var byteClass = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c == '_' || c >= 0x80 || 'a' <= c|0x20 && c|0x20 <= 'z':
			t[c] = byteWord
		case '0' <= c && c <= '9':
			t[c] = byteDigit
		}
	}
	for class, bytes := range map[uint8]string{
		byteQuote: `"'`, byteOpen: "([{", byteClose: ")]}", byteNewline: "\n", byteHash: "#", byteBackslash: `\`,
		byteColon: ":", byteSemicolon: ";", byteBacktick: "`", byteBlank: " \t\f\r",
	} {
		for _, c := range []byte(bytes) {
			t[c] = class
		}
	}
	return t
}()

func isWord(c byte) bool { return byteClass[c] == byteWord || byteClass[c] == byteDigit }

// wordEnd returns where the word at i ends.
func (s *scanner) wordEnd(i int) int {
	for i < len(s.src) && isWord(s.src[i]) {
		i++
	}
	return i
}

// blanks returns the first offset from i on that is neither blank nor a line continuation.
func (s *scanner) blanks(i int) int {
	for i < len(s.src) {
		switch {
		case byteClass[s.src[i]] == byteBlank:
			i++
		case s.src[i] == '\\' && s.continuation(i) > 0:
			i += s.continuation(i)
		default:
			return i
		}
	}
	return i
}

// continuation returns the length of a backslash with its line break at i, or 0 if there is none.
func (s *scanner) continuation(i int) int {
	rest := s.src[i+1:]
	switch {
	case bytes.HasPrefix(rest, []byte("\n")):
		return 2
	case bytes.HasPrefix(rest, []byte("\r\n")):
		return 3
	}
	return 0
}

// at returns the byte at i, or 0 behind the end.
func (s *scanner) at(i int) byte {
	if i < len(s.src) {
		return s.src[i]
	}
	return 0
}

func (s *scanner) scan() {
	i := 0
	if bytes.HasPrefix(s.src, []byte("\ufeff")) {
		i = 3
	}
	for i < len(s.src) {
		begin := i
		indent, grammarIndent := 0, 0
		continued := 0 // the column of the first backslash that continues the line, if anything but 0
	blank:
		for ; i < len(s.src); i++ {
			switch s.src[i] {
			case '\\':
				n := s.continuation(i)
				if n == 0 {
					break blank
				}
				if continued == 0 {
					continued = indent
				}
				i += n - 1
				s.oddIndent = true
			case ' ':
				indent++
				grammarIndent++
			case '\t':
				indent = indent/8*8 + 8
				grammarIndent += 8
			case '\f', '\r':
				indent, grammarIndent = 0, 0
			default:
				break blank
			}
		}
		switch s.at(i) {
		case '\n':
			i++
			continue
		case '#':
			i = s.comment(i, true)
			continue
		case 0:
			continue
		}
		if indent != grammarIndent || indent >= maxIndent && i > begin {
			s.oddIndent = true
		}
		if continued > 0 {
			indent = continued
		}
		i = s.logical(begin, i, indent)
	}
}

// comment records the comment at i and returns where it ends: at the line break.
func (s *scanner) comment(i int, ownLine bool) int {
	end := len(s.src)
	if n := bytes.IndexByte(s.src[i:], '\n'); n >= 0 {
		end = i + n
	}
	span := py.Span{Start: i, End: end}
	for span.End > i && s.src[span.End-1] == '\r' {
		span.End--
	}
	s.comments = append(s.comments, py.Comment{Span: span, OwnLine: ownLine})
	return end
}

// ownLine tells whether only blanks stand between i and the start of its line.
func (s *scanner) ownLine(i int) bool {
	for i--; i >= 0; i-- {
		if s.src[i] == '\n' {
			return true
		}
		if byteClass[s.src[i]] != byteBlank {
			return false
		}
	}
	return true
}

// logical scans the logical line that starts at i, with indentation from begin on, and returns the offset behind its line
// break.
func (s *scanner) logical(begin, i, indent int) int {
	line := logicalLine{Span: py.Span{Start: i}, begin: begin, indent: indent}
	depth, deepest := 0, 0
	statement := true // a statement may start here
	end := i          // of what is neither blank nor comment
scan:
	for i < len(s.src) {
		c := s.src[i]
		switch byteClass[c] {
		case byteBlank:
			i++
			continue
		case byteNewline:
			if depth == 0 || s.record && s.startsStatement(i+1) {
				break scan
			}
			if indent > 0 && s.dedents(i+1, indent) {
				s.join(i)
			}
			i++
			continue
		case byteHash:
			i = s.comment(i, s.ownLine(i))
			continue
		case byteBackslash:
			if n := s.continuation(i); n > 0 {
				// For the grammar this is a token, and a run of them takes it quadratic time.
				for k := range n {
					s.edit(i+k, ' ')
				}
				i += n
				continue
			}
			line.broken = true
			i++
		case byteWord:
			wordEnd := s.wordEnd(i)
			if next := s.at(wordEnd); (next == '"' || next == '\'') && s.isPrefix(i, wordEnd) {
				var ok bool
				i, ok = s.str(i, wordEnd)
				line.broken = line.broken || !ok
			} else {
				s.word(i, wordEnd, statement && depth == 0)
				i = wordEnd
			}
			statement = false
		case byteDigit:
			i = s.wordEnd(i)
			statement = false
		case byteQuote:
			var ok bool
			i, ok = s.str(i, i)
			line.broken = line.broken || !ok
			statement = false
		case byteOpen:
			depth++
			deepest = max(deepest, depth)
			i++
			statement = false
		case byteClose:
			if depth--; depth < 0 {
				depth = 0
				line.broken = true
			}
			i++
			statement = false
		case byteSemicolon, byteColon:
			i++
			statement = true
		case byteBacktick:
			s.backtick(i)
			i++
			statement = false
		default:
			i++
			statement = false
		}
		end = i
	}
	line.End = end
	s.lineEnds = append(s.lineEnds, end)
	if deepest > maxBrackets {
		s.tooDeep = append(s.tooDeep, line.Span)
	}
	if s.record {
		line.broken = line.broken || depth > 0
		line.header = depth == 0 && s.src[end-1] == ':'
		s.lines = append(s.lines, line)
	}
	return min(i+1, len(s.src))
}

// startsStatement tells whether the line at i starts with a keyword that cannot stand at the start of a line inside brackets,
// so that a bracket before it must have been left open.
func (s *scanner) startsStatement(i int) bool {
	i = s.blanks(i)
	end := s.wordEnd(i)
	switch string(s.src[i:end]) {
	case "def", "class", "return", "import", "while", "with", "try", "except", "finally", "raise", "del", "global",
		"nonlocal", "pass", "break", "continue", "assert", "elif":
		return s.at(end) != '='
	case "from":
		// Not the "from" of a yield.
		end := s.wordEnd(s.blanks(end))
		for s.at(end) == '.' {
			end = s.wordEnd(end + 1)
		}
		i = s.blanks(end)
		return string(s.src[i:s.wordEnd(i)]) == "import"
	}
	return false
}
