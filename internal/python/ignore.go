package python

import (
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Patterns are the lines of one file in the syntax of .gitignore, as described in gitignore(5). The zero value matches
// nothing. Patterns never change after ParsePatterns.
type Patterns struct {
	list []pattern
}

type pattern struct {
	glob     string // in the syntax of doublestar; empty where a faster form below is used
	literal  string // a name or path without wildcards
	suffix   string // "*" followed by a literal: the literal
	anchored bool   // matched against the whole path below the folder of the file, not against the last element
	negated  bool
	dirOnly  bool
}

// ParsePatterns parses the text of a .gitignore file. Like in git, a line that cannot be a pattern matches nothing.
func ParsePatterns(text string) Patterns {
	var p Patterns
	text = strings.TrimPrefix(text, "\ufeff")
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		// git keeps a carriage return only where it is escaped.
		line = strings.TrimSuffix(line, "\r")
		if one, ok := parsePattern(line); ok {
			p.list = append(p.list, one)
		}
	}
	return p
}

func parsePattern(line string) (pattern, bool) {
	var p pattern
	if strings.HasPrefix(line, "#") {
		return p, false
	}
	line = trimUnescapedSpaces(line)
	if rest, ok := strings.CutPrefix(line, "!"); ok {
		p.negated = true
		line = rest
	}
	if rest, ok := strings.CutSuffix(line, "/"); ok {
		p.dirOnly = true
		line = rest
	}
	if line == "" {
		return p, false
	}
	p.anchored = strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	switch {
	case !strings.ContainsAny(line, `*?[\`):
		p.literal = line
	case !p.anchored && line[0] == '*' && !strings.ContainsAny(line[1:], `*?[\`):
		p.suffix = line[1:]
		p.glob = "*"
	default:
		glob, ok := doublestarGlob(line)
		if !ok {
			return p, false
		}
		p.glob = glob
	}
	return p, true
}

// trimUnescapedSpaces removes the spaces at the end of a line, except those behind a backslash.
func trimUnescapedSpaces(line string) string {
	end := 0
	for i := 0; i < len(line); i++ {
		if line[i] == '\\' {
			i++
			end = min(i+1, len(line))
		} else if line[i] != ' ' {
			end = i + 1
		}
	}
	return line[:end]
}

var posixClasses = map[string]string{
	"alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "xdigit": "0-9A-Fa-f",
	"space": " \t\n\v\f\r", "blank": " \t", "punct": "!-/:-@\\[-`{-~", "cntrl": "\x00-\x1f\x7f", "graph": "!-~", "print": " -~",
}

// doublestarGlob rewrites a gitignore glob in the syntax of doublestar, which differs in four ways: braces are special,
// "a/**" matches "a" too, brackets have no named classes, and a bracket cannot start with its closing bracket. It
// reports false for a pattern that git takes for one that cannot match.
func doublestarGlob(glob string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; c {
		case '{', '}':
			b.WriteByte('\\')
			b.WriteByte(c)
		case '\\':
			if i+1 == len(glob) {
				return "", false
			}
			b.WriteString(glob[i : i+2])
			i++
		case '[':
			class, length, ok := bracket(glob[i:])
			if !ok {
				return "", false
			}
			b.WriteString(class)
			i += length - 1
		case '*':
			n := 1
			for i+n < len(glob) && glob[i+n] == '*' {
				n++
			}
			whole := (i == 0 || glob[i-1] == '/') && (i+n == len(glob) || glob[i+n] == '/')
			switch {
			case n >= 2 && whole && i+n == len(glob) && i > 0:
				b.WriteString("**/*") // what is below, not the folder itself
			case n >= 2 && whole:
				b.WriteString("**")
			default:
				b.WriteString("*")
			}
			i += n - 1
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), doublestar.ValidatePattern(b.String())
}

// bracket rewrites the bracket expression at the start of glob and returns how long it is there.
func bracket(glob string) (class string, length int, ok bool) {
	var b strings.Builder
	b.WriteByte('[')
	i := 1
	if i < len(glob) && (glob[i] == '!' || glob[i] == '^') {
		b.WriteByte('^')
		i++
	}
	for first := true; i < len(glob); first = false {
		switch c := glob[i]; {
		case c == ']' && !first:
			b.WriteByte(']')
			return b.String(), i + 1, true
		case c == ']':
			b.WriteString(`\]`)
			i++
		case strings.HasPrefix(glob[i:], "[:"):
			name, _, closed := strings.Cut(glob[i+2:], ":]")
			chars, known := posixClasses[name]
			if !closed || !known {
				return "", 0, false
			}
			b.WriteString(chars)
			i += len(name) + 4
		case c == '\\' && i+1 < len(glob):
			b.WriteString(glob[i : i+2])
			i += 2
		case c == '[':
			b.WriteString(`\[`)
			i++
		default:
			b.WriteByte(c)
			i++
		}
	}
	return "", 0, false
}

// A match is what a list of patterns says about one path.
type match uint8

const (
	noMatch match = iota
	ignored
	included // by a pattern that starts with an exclamation mark
)

// match reports what the last pattern that matches a path says. The path is relative to the folder of the pattern file,
// with forward slashes. It does not look at the folders above the path: whoever walks does not enter ignored ones.
func (p Patterns) match(path string, dir bool) match {
	base := path[strings.LastIndexByte(path, '/')+1:]
	for i := len(p.list) - 1; i >= 0; i-- {
		if p.list[i].matches(path, base, dir) {
			if p.list[i].negated {
				return included
			}
			return ignored
		}
	}
	return noMatch
}

func (p *pattern) matches(path, base string, dir bool) bool {
	if p.dirOnly && !dir {
		return false
	}
	name := base
	if p.anchored {
		name = path
	}
	switch {
	case p.glob == "":
		return name == p.literal
	case p.suffix != "":
		return strings.HasSuffix(name, p.suffix)
	default:
		return doublestar.MatchUnvalidated(p.glob, name)
	}
}

// Ignores reports whether the patterns say to leave out a path that a walk meets. Folders above it are not looked at.
func (p Patterns) Ignores(path string, dir bool) bool { return p.match(path, dir) == ignored }

// Match reports whether a file is selected by the patterns, itself or through a folder above it. The path is relative to
// the folder that the patterns are meant for, with forward slashes.
func (p Patterns) Match(path string) bool {
	for i := range path {
		if path[i] == '/' && p.match(path[:i], true) == ignored {
			return true
		}
	}
	return p.match(path, false) == ignored
}
