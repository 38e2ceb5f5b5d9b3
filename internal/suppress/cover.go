package suppress

import (
	"bytes"
	"sort"

	"github.com/sesslint/sesslint/internal/py"
)

// Statements returns the range of each statement in source order; of a compound statement only what stands before its body,
// since a comment there does not speak for a whole function or block. Clauses (elif, except, case) are statements here.
func Statements(m *py.Module) []py.Span {
	var out []py.Span
	var walk func(body []py.Stmt)
	header := func(whole py.Span, next int) {
		out = append(out, py.Span{Start: whole.Start, End: max(whole.Start, codeBefore(m, next))})
	}
	compound := func(whole py.Span, body []py.Stmt) {
		if len(body) == 0 {
			out = append(out, whole)
			return
		}
		header(whole, body[0].Range().Start)
		walk(body)
	}
	walk = func(body []py.Stmt) {
		for _, s := range body {
			switch s := s.(type) {
			case *py.FunctionDef:
				compound(s.Span, s.Body)
			case *py.ClassDef:
				compound(s.Span, s.Body)
			case *py.For:
				compound(s.Span, s.Body)
				walk(s.Else)
			case *py.While:
				compound(s.Span, s.Body)
				walk(s.Else)
			case *py.If:
				compound(s.Span, s.Body)
				walk(s.Else)
			case *py.With:
				compound(s.Span, s.Body)
			case *py.Match:
				if len(s.Cases) > 0 {
					header(s.Span, s.Cases[0].Start)
				} else {
					out = append(out, s.Span)
				}
				for _, c := range s.Cases {
					compound(c.Span, c.Body)
				}
			case *py.Try:
				compound(s.Span, s.Body)
				for _, h := range s.Handlers {
					compound(h.Span, h.Body)
				}
				walk(s.Else)
				walk(s.Finally)
			default:
				out = append(out, s.Range())
			}
		}
	}
	walk(m.Body)
	sort.SliceStable(out, func(i, j int) bool { return out[i].Start < out[j].Start })
	return out
}

// codeBefore returns the end of the code before offset, over white space and comments: behind the colon of a header if
// its body starts at offset.
func codeBefore(m *py.Module, offset int) int {
	for {
		offset = len(bytes.TrimRight(m.Src[:offset], " \t\f\r\n"))
		i := sort.Search(len(m.Comments), func(i int) bool { return m.Comments[i].End >= offset })
		if i == len(m.Comments) || m.Comments[i].Start >= offset {
			return offset
		}
		offset = m.Comments[i].Start
	}
}

// covered returns what a comment speaks for: the statements that stand at least partly on its line before it, or, if it
// is alone on its line, the statement around it or else the next one.
func covered(src []byte, statements []py.Span, c py.Comment) []py.Span {
	line := c.Start
	for line > 0 && src[line-1] != '\n' && src[line-1] != '\r' {
		line--
	}
	from := line
	if c.OwnLine {
		from = c.Start
	}
	var out []py.Span
	for _, s := range statements {
		if s.Start < c.Start && s.End > from {
			out = append(out, s)
		}
	}
	if len(out) > 0 {
		return out
	}
	if !c.OwnLine {
		return []py.Span{{Start: line, End: c.Start}} // on a clause such as "else:", or in a region that did not parse
	}
	if i := sort.Search(len(statements), func(i int) bool { return statements[i].Start >= c.End }); i < len(statements) {
		return []py.Span{statements[i]}
	}
	return nil
}
