package treesitter

import (
	"bytes"
	"unicode/utf8"
)

// readable returns src as UTF-8 of the same length: each byte that is not part of valid UTF-8 is replaced by '_' in a copy,
// so that names, strings and comments keep their extent whatever single-byte encoding the file is in; and carriage returns
// that end a line alone, which the grammar does not know, become line feeds.
func readable(src []byte) []byte {
	valid := utf8.Valid(src)
	if valid && !loneReturn(src) {
		return src
	}
	out := bytes.Clone(src)
	if !valid {
		for i := 0; i < len(out); {
			r, size := utf8.DecodeRune(out[i:])
			if r == utf8.RuneError && size == 1 {
				out[i] = '_'
			}
			i += size
		}
	}
	for i, c := range out {
		if c == '\r' && (i+1 == len(out) || out[i+1] != '\n') {
			out[i] = '\n'
		}
	}
	return out
}

func loneReturn(src []byte) bool {
	return bytes.Count(src, []byte("\r")) != bytes.Count(src, []byte("\r\n"))
}

// edit changes one byte of what the grammar gets.
func (s *scanner) edit(i int, c byte) {
	if i >= s.hidden {
		s.own()
		s.out[i] = c
	}
}

// own makes out a copy.
func (s *scanner) own() {
	if s.shared {
		s.out = bytes.Clone(s.src)
		s.shared = false
	}
}

// blank replaces [i,end) of what the grammar gets by blanks, line breaks too.
func (s *scanner) blank(i, end int) {
	s.own()
	for ; i < end; i++ {
		s.out[i] = ' '
	}
}

// hide blanks what was not yet scanned, and keeps the scan from editing it.
func (s *scanner) hide(i, end int) {
	if i >= s.hidden {
		s.blank(i, end)
		s.hidden = end
	}
}

// word looks at the word src[i:end]. At the start of a statement it may be a keyword that the grammar misreads; elsewhere it
// may be a name that the grammar takes for such a keyword.
func (s *scanner) word(i, end int, statement bool) {
	switch end - i {
	case 3:
		if statement && string(s.src[i:end]) == "def" {
			s.hideTypeParams(end)
		}
	case 4:
		switch string(s.src[i:end]) {
		case "exec":
			if statement && s.operand(end) {
				// The grammar wants a literal or a name for the operand of exec; del takes any expression. Lowering tells by
				// the source what it was.
				for k, c := range []byte("del ") {
					s.edit(i+k, c)
				}
			}
		case "type":
			if !statement || !s.typeAlias(end) {
				s.edit(end-1, '_')
			}
		}
	case 5:
		switch string(s.src[i:end]) {
		case "class":
			if statement {
				s.hideTypeParams(end)
			}
		case "async":
			if statement {
				if j := s.blanks(end); string(s.src[j:s.wordEnd(j)]) == "def" {
					s.hideTypeParams(j + 3)
				}
			}
		}
	case 6:
		if statement && string(s.src[i:end]) == "except" {
			s.except(end)
		}
	}
}

// operand tells whether, behind an exec that ends at i, something follows that only an operand of the Python 2 statement can
// be. A parenthesis makes a call.
func (s *scanner) operand(i int) bool {
	i = s.blanks(i)
	if i >= len(s.src) {
		return false
	}
	switch byteClass[s.src[i]] {
	case byteDigit, byteQuote, byteBacktick:
		return true
	case byteWord:
		end := s.wordEnd(i)
		switch string(s.src[i:end]) {
		case "in", "is", "and", "or", "if", "else", "for":
			return false
		case "not":
			j := s.blanks(end)
			return string(s.src[j:s.wordEnd(j)]) != "in"
		}
		return true
	}
	return false
}

// typeAlias tells whether a "type" that ends at i starts a statement of PEP 695, and hides its type parameters.
func (s *scanner) typeAlias(i int) bool {
	i = s.blanks(i)
	if i >= len(s.src) || byteClass[s.src[i]] != byteWord {
		return false
	}
	end := s.wordEnd(i)
	switch string(s.src[i:end]) {
	case "in", "is", "and", "or", "if", "else", "for", "not":
		return false
	}
	j := s.blanks(end)
	if s.at(j) == '[' {
		closing := s.closing(j)
		if closing < 0 {
			return false
		}
		k := s.blanks(closing + 1)
		if s.at(k) != '=' || s.at(k+1) == '=' {
			return false
		}
		s.hide(j, closing+1)
		return true
	}
	return s.at(j) == '=' && s.at(j+1) != '='
}

// hideTypeParams hides the type parameters (PEP 695, PEP 696) of the def or class whose keyword ends at i. The tree has no
// place for them.
func (s *scanner) hideTypeParams(i int) {
	i = s.blanks(s.wordEnd(s.blanks(i)))
	if s.at(i) != '[' {
		return
	}
	if closing := s.closing(i); closing > 0 {
		s.hide(i, closing+1)
	}
}

// closing returns the offset of the bracket that closes the one at i, or -1.
func (s *scanner) closing(i int) int {
	end := -1
	s.peek(i, func(k, depth int) bool {
		if depth == 0 && byteClass[s.src[k]] == byteClose {
			end = k
			return false
		}
		return true
	})
	return end
}

// peek scans ahead from i to the end of the logical line. It calls visit for each byte that is not part of a word, literal,
// comment or blank, with the depth of brackets behind it, until visit returns false. It returns where it stopped.
func (s *scanner) peek(i int, visit func(k, depth int) bool) (end int) {
	depth := 0
	begin := i
	defer func() { s.lookedAhead += i - begin }()
	for i < len(s.src) && s.canLookAhead() {
		switch byteClass[s.src[i]] {
		case byteBlank:
			i++
			continue
		case byteWord, byteDigit:
			end := s.wordEnd(i)
			if next := s.at(end); (next == '"' || next == '\'') && s.isPrefix(i, end) {
				end, _ = s.plain(end)
			}
			i = end
			continue
		case byteQuote:
			i, _ = s.plain(i)
			continue
		case byteHash:
			if n := bytes.IndexByte(s.src[i:], '\n'); n >= 0 {
				i += n
				continue
			}
			return len(s.src)
		case byteBackslash:
			if n := s.continuation(i); n > 0 {
				i += n
				continue
			}
		case byteNewline:
			if depth <= 0 {
				return i
			}
			i++
			continue
		case byteOpen:
			depth++
		case byteClose:
			depth--
		}
		if !visit(i, depth) {
			return i
		}
		i++
	}
	return i
}

// except rewrites two kinds of except clauses. "except *A" is a token "except*" for the grammar. In "except A, B, C" (PEP
// 758) the commas become "|"; lowering sees by the source what they were.
func (s *scanner) except(i int) {
	if j := s.blanks(i); j > i && s.at(j) == '*' {
		s.edit(i, '*')
		s.edit(j, ' ')
	}
	var commas []int
	s.peek(i, func(k, depth int) bool {
		if depth == 0 && s.src[k] == ',' {
			commas = append(commas, k)
		}
		return depth > 0 || s.src[k] != ':'
	})
	if len(commas) > 1 {
		for _, k := range commas {
			s.edit(k, '|')
		}
	}
}

// backtick makes parentheses of a pair of backticks in one line; lowering sees by the source what they were.
func (s *scanner) backtick(i int) {
	if !s.shared && s.out[i] != '`' {
		return // the second of a pair
	}
	for k := i + 1; k < len(s.src) && s.src[k] != '\n'; k++ {
		if s.src[k] == '`' {
			s.edit(i, '(')
			s.edit(k, ')')
			return
		}
	}
}

// dedents tells whether the line at i starts to the left of a column.
func (s *scanner) dedents(i, column int) bool {
	for n := 0; i < len(s.src) && n < column; i++ {
		switch s.src[i] {
		case ' ':
			n++
		case '\t':
			n = n/8*8 + 8
		case '\f':
			n = 0
		default:
			return s.src[i] != '\n' && s.src[i] != '\r'
		}
	}
	return false
}

// join blanks the line break at i, which lies in brackets, with the comment before it. Where a line in brackets starts to the
// left of its statement the grammar may take that for the end of a block.
func (s *scanner) join(i int) {
	s.edit(i, ' ')
	if n := len(s.comments); n > 0 {
		if c := s.comments[n-1]; c.End == i || c.End == i-1 && s.src[c.End] == '\r' {
			for k := c.Start; k < c.End; k++ {
				s.edit(k, ' ')
			}
		}
	}
}
