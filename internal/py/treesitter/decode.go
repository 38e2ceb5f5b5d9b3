package treesitter

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A literalPrefix is what stands before the text of a string literal.
type literalPrefix struct {
	raw, bytes, format bool
}

// parsePrefix reads a prefix with the opening quotes.
func parsePrefix(s string) literalPrefix {
	var p literalPrefix
	for i := range len(s) {
		switch s[i] {
		case 'r', 'R':
			p.raw = true
		case 'b', 'B':
			p.bytes = true
		case 'f', 'F', 't', 'T':
			p.format = true
		}
	}
	return p
}

// decode returns the value of the text of a literal as Python computes it. Line ends become "\n". Escapes by name, \N{...},
// are left as they are. Bytes that are not UTF-8 are taken for ISO 8859-1, which most encodings of one byte are close to; so
// are all bytes of a bytes literal, which Python 2 allows to be other than ASCII.
func decode(s string, p literalPrefix) string {
	if !p.needsDecoding(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '\r':
			b.WriteByte('\n')
			i++
			if i < len(s) && s[i] == '\n' {
				i++
			}
		case c == '{' && p.format, c == '}' && p.format:
			b.WriteByte(c)
			i++
			if i < len(s) && s[i] == c {
				i++
			}
		case c == '\\' && !p.raw && i+1 < len(s):
			i += escape(&b, s[i:], p)
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(s[i:])
			if p.bytes || size == 1 {
				r, size = rune(c), 1
			}
			b.WriteRune(r)
			i += size
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
}

// needsDecoding tells whether the value of s can differ from s.
func (p literalPrefix) needsDecoding(s string) bool {
	ascii := true
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\\', c == '\r', p.format && (c == '{' || c == '}'):
			return true
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return !ascii && (p.bytes || !utf8.ValidString(s))
}

// escape decodes the escape at the start of s, which has at least two bytes, and returns its length.
func escape(b *strings.Builder, s string, p literalPrefix) int {
	switch c := s[1]; c {
	case '\n':
		return 2
	case '\r':
		if len(s) > 2 && s[2] == '\n' {
			return 3
		}
		return 2
	case '\\', '\'', '"':
		b.WriteByte(c)
		return 2
	case 'a':
		b.WriteByte('\a')
		return 2
	case 'b':
		b.WriteByte('\b')
		return 2
	case 'f':
		b.WriteByte('\f')
		return 2
	case 'n':
		b.WriteByte('\n')
		return 2
	case 'r':
		b.WriteByte('\r')
		return 2
	case 't':
		b.WriteByte('\t')
		return 2
	case 'v':
		b.WriteByte('\v')
		return 2
	case '0', '1', '2', '3', '4', '5', '6', '7':
		n := 2
		for n < 4 && n < len(s) && '0' <= s[n] && s[n] <= '7' {
			n++
		}
		return code(b, s, 1, n, 8, p)
	case 'x':
		return code(b, s, 2, 4, 16, p)
	case 'u':
		if !p.bytes {
			return code(b, s, 2, 6, 16, p)
		}
	case 'U':
		if !p.bytes {
			return code(b, s, 2, 10, 16, p)
		}
	}
	b.WriteByte('\\')
	return 1
}

// code decodes the digits s[from:to] of an escape.
func code(b *strings.Builder, s string, from, to, base int, p literalPrefix) int {
	if to <= len(s) {
		if n, err := strconv.ParseUint(s[from:to], base, 32); err == nil && n <= utf8.MaxRune {
			if p.bytes {
				n &= 0xff
			}
			b.WriteRune(rune(n))
			return to
		}
	}
	b.WriteByte('\\')
	return 1
}
