package treesitter

// isPrefix tells whether src[i:end] can stand before the quote of a literal.
func (s *scanner) isPrefix(i, end int) bool {
	if end-i > 2 {
		return false
	}
	for _, c := range s.src[i:end] {
		switch c | 0x20 {
		case 'r', 'b', 'u', 'f', 't':
		default:
			return false
		}
	}
	return true
}

// str scans the literal whose prefix starts at i and whose first quote is at quote. It returns the offset behind it, and
// whether it was closed.
func (s *scanner) str(i, quote int) (end int, ok bool) {
	fields := false
	for k, c := range s.src[i:quote] {
		switch c | 0x20 {
		case 'f':
			fields = true
		case 't':
			// The grammar does not know template strings (PEP 750), which have the form of f-strings.
			s.edit(i+k, 'f')
			fields = true
		}
	}
	if fields && s.canLookAhead() {
		comments := len(s.comments)
		end, ok := s.fstring(quote, 0)
		if ok {
			return end, true
		}
		s.comments = s.comments[:comments]
		s.lookedAhead += end - quote
	}
	return s.plain(quote)
}

// opening returns the number of quotes that open the literal at i: 1 or 3.
func (s *scanner) opening(i int) int {
	if s.at(i+1) == s.src[i] && s.at(i+2) == s.src[i] {
		return 3
	}
	return 1
}

// closes tells whether n quotes c stand at i.
func (s *scanner) closes(i, n int, c byte) bool {
	return s.src[i] == c && (n == 1 || s.at(i+1) == c && s.at(i+2) == c)
}

// plain scans a literal without replacement fields. One with single quotes that is not closed ends before the line break.
func (s *scanner) plain(i int) (end int, ok bool) {
	c, n := s.src[i], s.opening(i)
	for i += n; i < len(s.src); i++ {
		switch {
		case s.src[i] == '\\':
			if k := s.continuation(i); k > 0 {
				i += k - 1
			} else {
				i++
			}
		case s.closes(i, n, c):
			return i + n, true
		case s.src[i] == '\n' && n == 1:
			return i, false
		}
	}
	return len(s.src), false
}

// maxFields is how deep f-strings may stand in each other. CPython allows 150 (MAXFSTRINGLEVEL).
const maxFields = 150

// fstring scans an f-string, as far as it is one by PEP 701: with quotes of the same kind and line breaks in its replacement
// fields.
func (s *scanner) fstring(i, level int) (end int, ok bool) {
	if level > maxFields {
		return i, false
	}
	c, n := s.src[i], s.opening(i)
	for i += n; i < len(s.src); {
		switch {
		case s.src[i] == '\\' && s.at(i+1) != '{' && s.at(i+1) != '}':
			if k := s.continuation(i); k > 0 {
				i += k
			} else {
				i += 2
			}
		case s.src[i] == '{' && s.at(i+1) == '{':
			i += 2
		case s.src[i] == '{':
			if i, ok = s.field(i+1, level, c, n); !ok {
				return i, false
			}
		case s.closes(i, n, c):
			return i + n, true
		case s.src[i] == '\n' && n == 1:
			return i, false
		default:
			i++
		}
	}
	return i, false
}

// field scans a replacement field from behind its brace to behind the closing one.
func (s *scanner) field(i, level int, c byte, n int) (end int, ok bool) {
	if level > maxFields {
		return i, false
	}
	depth := 0
	for i < len(s.src) {
		switch ch := s.src[i]; byteClass[ch] {
		case byteWord:
			e := s.wordEnd(i)
			if next := s.at(e); next != '"' && next != '\'' || !s.isPrefix(i, e) {
				i = e
				continue
			}
			if i, ok = s.nested(i, e, level); !ok {
				return i, false
			}
		case byteQuote:
			if i, ok = s.nested(i, i, level); !ok {
				return i, false
			}
		case byteOpen:
			depth++
			i++
		case byteClose:
			if depth == 0 {
				return i + 1, ch == '}'
			}
			depth--
			i++
		case byteColon:
			i++
			if depth == 0 {
				return s.formatSpec(i, level, c, n)
			}
		case byteHash:
			if n == 1 {
				return i, false
			}
			i = s.comment(i, s.ownLine(i))
		default:
			i++
		}
	}
	return i, false
}

// nested scans a literal inside a replacement field.
func (s *scanner) nested(i, quote, level int) (end int, ok bool) {
	for _, c := range s.src[i:quote] {
		if c|0x20 == 'f' || c|0x20 == 't' {
			return s.fstring(quote, level+1)
		}
	}
	return s.plain(quote)
}

// formatSpec scans what stands behind the colon of a replacement field, up to behind the closing brace.
func (s *scanner) formatSpec(i, level int, c byte, n int) (end int, ok bool) {
	if s.at(i) == '=' {
		s.edit(i, ' ') // not the ":=" that the grammar would see
	}
	for i < len(s.src) {
		switch {
		case s.src[i] == '{':
			if i, ok = s.field(i+1, level+1, c, n); !ok {
				return i, false
			}
		case s.src[i] == '}':
			return i + 1, true
		case s.closes(i, n, c), s.src[i] == '\n' && n == 1:
			return i, false
		default:
			i++
		}
	}
	return i, false
}
