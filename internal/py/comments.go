package py

import (
	"sort"
	"strings"
)

// TrailingComment returns the comment that stands behind code on the last line of stmt or, without one, on its first line.
// Several statements on one line share the comment.
func (m *Module) TrailingComment(stmt Span) (Comment, bool) {
	end := m.trimEnd(stmt)
	for _, line := range []int{end, stmt.Start} {
		// A comment reaches to the end of its line, so a line has one at most.
		next := m.lineEnd(line)
		i := sort.Search(len(m.Comments), func(i int) bool { return m.Comments[i].Start >= m.lineStart(line) })
		if i < len(m.Comments) && m.Comments[i].Start < next && !m.Comments[i].OwnLine {
			return m.Comments[i], true
		}
	}
	return Comment{}, false
}

// CommentAbove returns the comments on lines of their own directly above the line of offset, top to bottom, without a blank
// line between them or below them.
func (m *Module) CommentAbove(offset int) []Comment {
	line := m.lineStart(offset)
	end := sort.Search(len(m.Comments), func(i int) bool { return m.Comments[i].Start >= line })
	first := end
	for first > 0 && m.Comments[first-1].OwnLine && m.nextLine(m.Comments[first-1].End) == line {
		first--
		line = m.lineStart(m.Comments[first].Start)
	}
	return m.Comments[first:end:end]
}

// Docstring returns the text of the docstring that body starts with, as written; "" if there is none.
func Docstring(body []Stmt) string {
	if len(body) > 0 {
		if s, ok := body[0].(*ExprStmt); ok {
			if lit, ok := s.X.(*String); ok && !lit.Bytes {
				return lit.Value
			}
		}
	}
	return ""
}

// Indent returns the white space at the start of the line on which stmt starts.
func (m *Module) Indent(stmt Stmt) string {
	start := m.lineStart(stmt.Range().Start)
	end := start
	for end < len(m.Src) && isBlank(m.Src[end]) {
		end++
	}
	return string(m.Src[start:end])
}

// OwnLines tells whether the lines from the first to the last of stmt hold nothing else but comments: no other statement, joined
// by a semicolon, and no header of the compound statement around it.
func (m *Module) OwnLines(stmt Stmt) bool {
	s := stmt.Range()
	start := m.lineStart(s.Start)
	if start > len(m.Src) || s.Start > len(m.Src) {
		return false
	}
	before := m.Src[start:max(s.Start, start)]
	if start == 0 {
		before = []byte(strings.TrimPrefix(string(before), byteOrderMark))
	}
	for _, c := range before {
		if !isBlank(c) {
			return false
		}
	}
	if m.continued(start) {
		return false
	}
	semicolon := false
	for i := m.trimEnd(s); i < len(m.Src); i++ {
		switch c := m.Src[i]; {
		case c == ';' && !semicolon:
			semicolon = true
		case isBlank(c):
		case c == '#' || c == '\n' || c == '\r':
			return true
		default:
			return false
		}
	}
	return true
}

const byteOrderMark = "\ufeff"

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\f' }

func isBreak(c byte) bool { return c == '\n' || c == '\r' }

// lineStart returns the offset of the first byte of the line of offset.
func (m *Module) lineStart(offset int) int {
	offset = min(max(offset, 0), len(m.Src))
	for offset > 0 && !isBreak(m.Src[offset-1]) {
		offset--
	}
	return offset
}

// lineEnd returns the offset of the line break that ends the line of offset, or the end of the file.
func (m *Module) lineEnd(offset int) int {
	offset = min(max(offset, 0), len(m.Src))
	for offset < len(m.Src) && !isBreak(m.Src[offset]) {
		offset++
	}
	return offset
}

// nextLine returns where the line behind that of offset starts.
func (m *Module) nextLine(offset int) int {
	end := m.lineEnd(offset)
	if end+1 < len(m.Src) && m.Src[end] == '\r' && m.Src[end+1] == '\n' {
		return end + 2
	}
	return end + 1
}

// continued tells whether a backslash joins the line that starts at offset to the one before.
func (m *Module) continued(offset int) bool {
	i := offset - 1
	if i >= 0 && m.Src[i] == '\n' {
		i--
		if i >= 0 && m.Src[i] == '\r' {
			i--
		}
	} else if i >= 0 && m.Src[i] == '\r' {
		i--
	}
	if i < 0 || m.Src[i] != '\\' {
		return false
	}
	// A comment may end with a backslash too.
	at := sort.Search(len(m.Comments), func(c int) bool { return m.Comments[c].End > i })
	return at == len(m.Comments) || m.Comments[at].Start > i
}

// trimEnd returns the end of s without the white space in front of it.
func (m *Module) trimEnd(s Span) int {
	end := min(s.End, len(m.Src))
	for end > s.Start && end > 0 && (isBlank(m.Src[end-1]) || isBreak(m.Src[end-1])) {
		end--
	}
	return end
}
