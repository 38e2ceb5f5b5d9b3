package python

import (
	"fmt"
	"regexp"

	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/source"
)

// maxHoles is how many regions of one file that do not parse are listed one by one.
const maxHoles = 3

// syntaxProblems lists what of a file could not be parsed.
func syntaxProblems(m *py.Module, f *source.File) []finding.Problem {
	var out []finding.Problem
	if p, ok := codecProblem(f); ok {
		out = append(out, p)
	}
	if f.Encoding() == source.Invalid {
		at := f.FirstInvalid()
		out = append(out, finding.Problem{
			Kind: finding.Partial, At: spanIn(f, py.Span{Start: at, End: at + 1}),
			Message: fmt.Sprintf("byte 0x%02x is not UTF-8 and the file declares no other encoding, so Python cannot read it and strings in it may be misread", m.Src[at]),
		})
	}
	if len(m.Holes) == 0 {
		return out
	}
	problem := func(hole py.Span) finding.Problem {
		return finding.Problem{Kind: finding.Partial, At: spanIn(f, hole)}
	}
	if at, ok := python2(m); ok {
		line, _ := f.Position(at)
		p := problem(m.Holes[0])
		p.Message = fmt.Sprintf("file looks like Python 2 (line %d), so %d regions of it cannot be parsed and were not checked", line, len(m.Holes))
		if len(m.Holes) == 1 {
			p.Message = fmt.Sprintf("file looks like Python 2 (line %d), so a region of it cannot be parsed and was not checked", line)
		}
		return append(out, p)
	}
	for i, hole := range m.Holes {
		p := problem(hole)
		if i == maxHoles {
			p.Message = fmt.Sprintf("%d more regions from here on cannot be parsed, so they were not checked", len(m.Holes)-maxHoles)
			return append(out, p)
		}
		p.Message = "region cannot be parsed, so it was not checked"
		out = append(out, p)
	}
	return out
}

// codecProblem tells of a declared encoding in which Python does not read the file.
func codecProblem(f *source.File) (finding.Problem, bool) {
	start, end := f.Cookie()
	name := f.Data()[start:end]
	var reason string
	switch f.Codec() {
	case source.UnknownCodec:
		reason = "which Python does not know, so Python refuses the file"
	case source.NotASCII:
		reason = "which is not a superset of ASCII, so Python cannot read the file"
	default:
		return finding.Problem{}, false
	}
	return finding.Problem{
		Kind: finding.Partial, At: spanIn(f, py.Span{Start: start, End: end}),
		Message: fmt.Sprintf("file declares the encoding %s, %s", name, reason),
	}, true
}

// oldSyntax is what only Python 2 accepts.
var oldSyntax = regexp.MustCompile("(?m)^[ \t]*(?:print|exec)[ \t]+[\"'\\w%]|^[ \t]*print[ \t]*>>|^[ \t]*raise[ \t]+[\\w.]+[ \t]*,|`|<>|\\b0[0-7]+\\b|\\bur[\"']")

// python2 reports whether a file that does not parse is written in Python 2, and where that can be seen: a print or exec
// statement anywhere, or other old syntax in what could not be parsed.
func python2(m *py.Module) (offset int, ok bool) {
	const enough = 4 << 10 // bytes of a hole: a large one is no list of old statements
	for _, hole := range m.Holes {
		if at := oldSyntax.FindIndex(m.Src[hole.Start:min(hole.End, hole.Start+enough)]); at != nil {
			return hole.Start + at[0], true
		}
	}
	return printIn(m.Body)
}

// printIn returns the offset of the first print or exec statement.
func printIn(body []py.Stmt) (offset int, ok bool) {
	for _, s := range body {
		if p, isPrint := s.(*py.Print); isPrint {
			return p.Start, true
		}
		for _, part := range bodies(s) {
			if offset, ok := printIn(part); ok {
				return offset, true
			}
		}
	}
	return 0, false
}

// bodies returns the blocks of a compound statement.
func bodies(s py.Stmt) [][]py.Stmt {
	switch s := s.(type) {
	case *py.FunctionDef:
		return [][]py.Stmt{s.Body}
	case *py.ClassDef:
		return [][]py.Stmt{s.Body}
	case *py.For:
		return [][]py.Stmt{s.Body, s.Else}
	case *py.While:
		return [][]py.Stmt{s.Body, s.Else}
	case *py.If:
		return [][]py.Stmt{s.Body, s.Else}
	case *py.With:
		return [][]py.Stmt{s.Body}
	case *py.Try:
		out := [][]py.Stmt{s.Body}
		for _, h := range s.Handlers {
			out = append(out, h.Body)
		}
		return append(out, s.Else, s.Finally)
	case *py.Match:
		var out [][]py.Stmt
		for _, c := range s.Cases {
			out = append(out, c.Body)
		}
		return out
	}
	return nil
}
