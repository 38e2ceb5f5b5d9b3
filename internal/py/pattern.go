package py

import (
	"strings"
	"unicode/utf8"
)

// A Pattern is what is known of a string: how it begins and how it ends. Where Exact is set, the whole text is known, and both
// Prefix and Suffix are that text.
type Pattern struct {
	Prefix, Suffix string
	Exact          bool
}

// FoldPattern returns the known beginning and end of a string expression of which some parts may be unknown: f"cart_{x}",
// "cart_%s" % x, "cart_{}".format(x), "cart_" + x and combinations of these, with names and env as in Fold. It returns false
// where nothing is known.
func (s *Scopes) FoldPattern(e Expr, env func(Expr) (Constant, bool)) (Pattern, bool) {
	f := folder{s: s, env: env}
	p := f.pattern(e)
	return p, p != Pattern{}
}

func exactly(s string) Pattern {
	if len(s) > maxText {
		return Pattern{}
	}
	return Pattern{Prefix: s, Suffix: s, Exact: true}
}

// constant returns the text of p if it is known as a whole.
func (p Pattern) constant() (Constant, bool) {
	return Constant{Kind: StrConst, Str: p.Prefix}, p.Exact
}

// A concat joins patterns.
type concat struct {
	prefix, tail strings.Builder
	open         bool // an unknown part came; what follows goes to tail
}

func (c *concat) add(p Pattern) {
	switch {
	case p.Exact && c.open:
		c.tail.WriteString(p.Prefix)
	case p.Exact:
		c.prefix.WriteString(p.Prefix)
	default:
		if !c.open {
			c.prefix.WriteString(p.Prefix)
		}
		c.open = true
		c.tail.Reset()
		c.tail.WriteString(p.Suffix)
	}
	if c.prefix.Len() > maxText || c.tail.Len() > maxText {
		// Too long to be kept: what comes behind counts as unknown text.
		c.open = true
		c.tail.Reset()
		if c.prefix.Len() > maxText {
			c.prefix.Reset()
		}
	}
}

func (c *concat) addText(s string) { c.add(Pattern{Prefix: s, Suffix: s, Exact: true}) }

func (c *concat) result() Pattern {
	if !c.open {
		return exactly(c.prefix.String())
	}
	return Pattern{Prefix: c.prefix.String(), Suffix: c.tail.String()}
}

// pattern returns what is known of the string e. Constants that are not strings are unknown.
func (f *folder) pattern(e Expr) Pattern {
	if !f.enter() {
		return Pattern{}
	}
	defer f.leave()
	switch e := e.(type) {
	case *FString:
		return f.fstring(e)
	case *NamedExpr:
		return f.pattern(e.Value)
	case *BinOp:
		switch e.Op {
		case "+":
			return f.sum(e)
		case "%":
			if x, ok := f.fold(e.Left); ok && x.Kind == StrConst {
				return f.percent(x.Str, e.Right)
			}
			return Pattern{}
		}
	case *IfExp:
		if test, ok := f.fold(e.Test); ok {
			if test.Truth() {
				return f.pattern(e.Then)
			}
			return f.pattern(e.Else)
		}
		return either(f.pattern(e.Then), f.pattern(e.Else))
	case *Call:
		if c, ok := f.ask(e); ok {
			return textOf(c)
		}
		return f.callPattern(e)
	case *Name:
		if c, ok := f.name(e); ok {
			return textOf(c)
		}
		b := f.s.Binding(e)
		value := f.s.once(b)
		if value == nil {
			return Pattern{}
		}
		if p, seen := f.parts[b]; seen {
			return p
		}
		if f.parts == nil {
			f.parts = make(map[*Binding]Pattern)
		}
		f.parts[b] = Pattern{}
		p := f.pattern(value)
		f.parts[b] = p
		return p
	}
	if c, ok := f.fold(e); ok {
		return textOf(c)
	}
	return Pattern{}
}

// textOf returns the pattern of c, which is unknown unless it is a str.
func textOf(c Constant) Pattern {
	if c.Kind != StrConst {
		return Pattern{}
	}
	return exactly(c.Str)
}

// str returns what is known of str(e).
func (f *folder) str(e Expr) Pattern {
	if _, ok := e.(*FString); !ok {
		if c, ok := f.fold(e); ok {
			if s, ok := c.display(); ok {
				return exactly(s)
			}
			return Pattern{}
		}
	}
	return f.pattern(e)
}

// either returns what holds for both p and q.
func either(p, q Pattern) Pattern {
	if p == q {
		return p
	}
	n := 0
	for n < len(p.Prefix) && n < len(q.Prefix) && p.Prefix[n] == q.Prefix[n] {
		n++
	}
	for n > 0 && n < len(p.Prefix) && !utf8.RuneStart(p.Prefix[n]) {
		n--
	}
	m := 0
	for m < len(p.Suffix) && m < len(q.Suffix) && p.Suffix[len(p.Suffix)-1-m] == q.Suffix[len(q.Suffix)-1-m] {
		m++
	}
	for m > 0 && !utf8.RuneStart(p.Suffix[len(p.Suffix)-m]) {
		m--
	}
	return Pattern{Prefix: p.Prefix[:n], Suffix: p.Suffix[len(p.Suffix)-m:]}
}

// sum returns what is known of a sum, which is a string if any of its terms is.
func (f *folder) sum(e *BinOp) Pattern {
	if c, ok := f.binary(e); ok {
		return textOf(c)
	}
	var terms []Expr
	var left Expr = e
	for {
		b, ok := left.(*BinOp)
		if !ok || b.Op != "+" {
			break
		}
		terms = append(terms, b.Right)
		left = b.Left
	}
	terms = append(terms, left)
	var c concat
	for i := len(terms) - 1; i >= 0; i-- {
		c.add(f.pattern(terms[i]))
	}
	return c.result()
}

// fstring returns what is known of an f-string. A field with a conversion other than !s or a format is unknown.
func (f *folder) fstring(e *FString) Pattern {
	var c concat
	end := 0 // of the field that was last seen; what lies before it belongs to its format
	for _, part := range e.Parts {
		at := part.Range()
		if end > 0 && at.Start < end {
			continue
		}
		if s, ok := part.(*String); ok && !f.s.inField(e, s) {
			c.addText(s.Value)
			continue
		}
		var plain bool
		if end, plain = f.s.fieldEnd(at.End, e.End); !plain {
			c.add(Pattern{})
			continue
		}
		c.add(f.str(part))
	}
	return c.result()
}

// src returns the source of the module.
func (s *Scopes) src() []byte {
	if s.Module != nil {
		if m, ok := s.Module.Node.(*Module); ok {
			return m.Src
		}
	}
	return nil
}

// inField tells whether the string part is the expression of a replacement field, as in f"{'a'}", rather than text of the
// literal: text follows a brace that opens a field only in f"{x=}", where it is the source "x=".
func (s *Scopes) inField(e *FString, part *String) bool {
	src := s.src()
	if last := part.End - 1; last <= part.Start || last >= len(src) || src[last] != '\'' && src[last] != '"' {
		return false
	}
	for i := min(part.Start, len(src)) - 1; i > e.Start; i-- {
		switch src[i] {
		case ' ', '\t', '\r', '\n', '\f', '(':
		default:
			return src[i] == '{'
		}
	}
	return false
}

// fieldEnd returns the end of the replacement field whose expression ends at offset, and whether it shows that expression
// with str and nothing else. Limit is the end of the literal.
func (s *Scopes) fieldEnd(offset, limit int) (end int, plain bool) {
	src := s.src()
	if len(src) == 0 {
		return offset, true
	}
	limit = min(limit, len(src))
	depth := 0
	start := offset
	for i := offset; i < limit; i++ {
		switch src[i] {
		case '{':
			depth++
		case '}':
			if depth == 0 {
				rest := strings.TrimLeft(string(src[start:i]), " \t\r\n\f)")
				return i + 1, rest == "" || rest == "!s" || rest == ":" || rest == "!s:"
			}
			depth--
		}
	}
	return limit, false
}
