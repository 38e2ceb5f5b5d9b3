package py

import (
	"unicode"
	"unicode/utf8"
)

// holes binds the names that the regions without a tree may bind, so that nothing is concluded from their other bindings.
func (r *resolver) holes(m *Module) {
	seen := make(map[int]bool, len(r.bad))
	for _, b := range r.bad {
		seen[b.Start] = true
		r.hole(b.scope, b.Span)
	}
	for _, h := range m.Holes {
		if seen[h.Start] {
			continue
		}
		sc := r.s.Module
		for _, n := range m.PathTo(h.Start) {
			switch n.(type) {
			case *ClassDef, *FunctionDef:
				sc = r.s.of[n]
			}
		}
		r.hole(sc, h)
	}
}

func (r *resolver) hole(sc *Scope, at Span) {
	for sc.Kind == CompScope || sc.Kind == LambdaScope {
		sc = sc.Parent
	}
	for _, name := range boundIn(text(r.src, at)) {
		r.def(sc, name, Def{Kind: UnknownDef, Node: at, after: at.Start})
	}
}

// text returns the source at s, as far as it exists.
func text(src []byte, s Span) string {
	start, end := max(s.Start, 0), min(s.End, len(src))
	if start >= end {
		return ""
	}
	return string(src[start:end])
}

// boundIn guesses from its tokens which names a piece of unreadable Python may bind: those in front of an equals sign outside
// of brackets, of a walrus, and behind the words that bind. Each name comes once, in order of appearance.
func boundIn(src string) []string {
	var names []string
	seen := make(map[string]bool)
	bind := func(list ...string) {
		for _, name := range list {
			if !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	var (
		line  []string // plain names of this line so far, as candidates for targets
		mode  string   // the word that makes the names behind it bound, "" if there is none
		depth int
		prev  string
	)
	tokens := scan(src)
	for i, t := range tokens {
		next := ""
		if i+1 < len(tokens) {
			next = tokens[i+1]
		}
		switch t {
		case "\n":
			if mode == "import" && depth > 0 {
				break
			}
			line, mode, depth = line[:0], "", 0
		case ";":
			line, mode = line[:0], ""
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth = max(depth-1, 0)
		case "=":
			if depth == 0 {
				bind(line...)
			}
		case ":=":
			if n := len(line); n > 0 {
				bind(line[n-1])
			}
		case ",":
			if mode == "except" {
				mode = "except,"
			}
		case "in":
			if mode == "for" {
				mode = ""
			}
		case "for", "import", "global", "nonlocal", "del", "except", "case":
			mode = t
		default:
			if !isIdent(t) || keywords[t] || prev == "." {
				break
			}
			switch prev {
			case "def", "class", "as":
				bind(t)
			}
			if next != "." && next != "(" && next != "[" {
				line = append(line, t)
			}
			switch mode {
			case "import":
				bind(t)
			case "for", "global", "nonlocal", "del", "except,", "case":
				if next != "." && next != "(" && next != "[" {
					bind(t)
				}
			}
		}
		prev = t
	}
	return names
}

// identifiers returns the names that occur in src.
func identifiers(src string) []string {
	var names []string
	for _, t := range scan(src) {
		if isIdent(t) && !keywords[t] {
			names = append(names, t)
		}
	}
	return names
}

// keywords are the words that cannot be bound.
var keywords = WordSet(`False None True and as assert async await break class continue def del elif else except finally for from
	global if import in is lambda nonlocal not or pass raise return try while with yield`)

func isIdent(token string) bool {
	c, _ := utf8.DecodeRuneInString(token)
	return c == '_' || unicode.IsLetter(c)
}

// scan splits Python source into names, operators (one character each, but "==" and its like, ":=" and an augmented
// assignment, which becomes "=") and line breaks. Strings, comments, numbers and white space are left out.
func scan(src string) []string {
	var out []string
	for i := 0; i < len(src); {
		c := src[i]
		r, size := utf8.DecodeRuneInString(src[i:])
		switch {
		case c == '\n' || c == '\r':
			out = append(out, "\n")
			i++
		case c == '#':
			for i < len(src) && src[i] != '\n' && src[i] != '\r' {
				i++
			}
		case c == '\'' || c == '"':
			i = skipString(src, i)
		case c == '\\':
			// A line break behind it does not end the line.
			i = min(i+2, len(src))
		case c == '_' || unicode.IsLetter(r):
			start := i
			i = skipWord(src, i)
			if i < len(src) && (src[i] == '\'' || src[i] == '"') && i-start <= 2 {
				continue // the prefix of a string
			}
			out = append(out, src[start:i])
		case c >= '0' && c <= '9':
			i = skipWord(src, i)
		case c == '=' || c == '!' || c == '<' || c == '>':
			if i+1 < len(src) && src[i+1] == '=' {
				size = 2
			}
			out = append(out, src[i:i+size])
			i += size
		case c == ':' && i+1 < len(src) && src[i+1] == '=':
			out = append(out, ":=")
			i += 2
		case c <= ' ':
			i++
		default:
			out = append(out, src[i:i+size])
			i += size
		}
	}
	return out
}

// skipWord returns the end of the name or number at i.
func skipWord(src string, i int) int {
	for i < len(src) {
		r, size := utf8.DecodeRuneInString(src[i:])
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			break
		}
		i += size
	}
	return i
}

// skipString returns the end of the string literal whose quote is at i. One that is not closed ends with its line, or with
// the source if it has three quotes.
func skipString(src string, i int) int {
	quote := src[i]
	if len(src) >= i+3 && src[i+1] == quote && src[i+2] == quote {
		for i += 3; i < len(src); i++ {
			switch {
			case src[i] == '\\':
				i++
			case src[i] == quote && len(src) >= i+3 && src[i+1] == quote && src[i+2] == quote:
				return i + 3
			}
		}
		return len(src)
	}
	for i++; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		case '\n':
			return i
		}
	}
	return len(src)
}
