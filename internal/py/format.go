package py

import (
	"slices"
	"strings"
	"unicode"
)

// percent returns what is known of format % right.
func (f *folder) percent(format string, right Expr) Pattern {
	args, positional, keyed := []Expr{right}, false, false
	var items []DictItem
	switch right := right.(type) {
	case *Tuple:
		args, positional = right.Elts, true
	case *Dict:
		items, keyed = right.Items, true
	}
	known := slices.IndexFunc(args, isStarred) // how many arguments have a known place
	starred := known >= 0
	if !starred {
		known = len(args)
	}
	var c concat
	next := 0
	for {
		before, rest, found := strings.Cut(format, "%")
		c.addText(before)
		if !found {
			break
		}
		d, ok := parseDirective(rest)
		if !ok {
			return Pattern{}
		}
		format = rest[d.length:]
		if d.verb == '%' {
			if d.length != 1 {
				return Pattern{}
			}
			c.addText("%")
			continue
		}
		var arg Expr
		switch {
		case d.key != "":
			arg, keyed = f.item(items, d.key), true
		case d.star > 0 && !positional:
			return Pattern{}
		default:
			next += d.star
			switch {
			case next < known:
				arg = args[next]
			case positional && !starred:
				return Pattern{} // not enough arguments: an error
			}
			next++
		}
		c.add(f.directive(d, arg))
	}
	if !keyed && !starred && next != len(args) {
		return Pattern{} // not all arguments converted: an error
	}
	return c.result()
}

// item returns the value of a key in a dict display, nil if that is not known.
func (f *folder) item(items []DictItem, key string) Expr {
	var value Expr
	for _, it := range items {
		if it.Key == nil {
			value = nil
			continue
		}
		k, ok := f.fold(it.Key)
		switch {
		case !ok:
			value = nil
		case k.Kind == StrConst && k.Str == key:
			value = it.Value
		}
	}
	return value
}

// A directive is one conversion of a %-format.
type directive struct {
	length int // in bytes, behind the percent sign
	key    string
	star   int // how many of width and precision are arguments
	plain  bool
	verb   byte
}

// parseDirective reads the directive at the start of s, which follows a percent sign.
func parseDirective(s string) (directive, bool) {
	d := directive{plain: true}
	i := 0
	if strings.HasPrefix(s, "(") {
		end := strings.IndexByte(s, ')')
		if end < 0 {
			return d, false
		}
		d.key = s[1:end]
		if d.key == "" || strings.Contains(d.key, "(") {
			return d, false
		}
		i = end + 1
	}
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c == '*':
			d.star++
			d.plain = false
		case strings.IndexByte("#0- +.123456789", c) >= 0:
			d.plain = false
		case c == 'h' || c == 'l' || c == 'L':
		default:
			d.verb = c
			d.length = i + 1
			return d, strings.IndexByte("diouxXeEfFgGcrsa%", c) >= 0
		}
	}
	return d, false
}

// directive returns what is known of the text of one directive; arg is nil if its argument is unknown.
func (f *folder) directive(d directive, arg Expr) Pattern {
	if arg == nil || !d.plain {
		return Pattern{}
	}
	switch d.verb {
	case 's':
		return f.str(arg)
	case 'd', 'i', 'u':
		if c, ok := f.fold(arg); ok {
			if i, ok := c.asInt(); ok {
				c, _ = integer(i)
				s, _ := c.display()
				return exactly(s)
			}
		}
	}
	return Pattern{}
}

// format returns what is known of layout.format(args...).
func (f *folder) format(layout string, args []Arg) Pattern {
	if len(args) > 255 {
		return Pattern{}
	}
	var c concat
	next := 0
	for layout != "" {
		i := strings.IndexAny(layout, "{}")
		if i < 0 {
			c.addText(layout)
			break
		}
		c.addText(layout[:i])
		brace := layout[i]
		layout = layout[i+1:]
		if layout != "" && layout[0] == brace {
			c.addText(string(brace))
			layout = layout[1:]
			continue
		}
		end := closingBrace(layout)
		if brace == '}' || end < 0 {
			return Pattern{}
		}
		field := layout[:end]
		layout = layout[end+1:]
		name, plain := fieldName(field)
		if strings.Contains(field, "{") {
			plain = false
			next += strings.Count(field, "{}")
		}
		if name == "" || name[0] == '.' || name[0] == '[' {
			arg := argument(args, next, "")
			next++
			c.add(f.field(arg, plain && name == ""))
			continue
		}
		index := 0
		for _, r := range name {
			if r < '0' || r > '9' || index > len(args) {
				index = -1
				break
			}
			index = index*10 + int(r-'0')
		}
		if index >= 0 {
			c.add(f.field(argument(args, index, ""), plain))
		} else {
			c.add(f.field(argument(args, -1, name), plain && !strings.ContainsAny(name, ".[")))
		}
	}
	return c.result()
}

func (f *folder) field(arg Expr, plain bool) Pattern {
	if arg == nil || !plain {
		return Pattern{}
	}
	return f.str(arg)
}

// closingBrace returns the index of the brace that closes the field at the start of s, -1 if there is none.
func closingBrace(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return -1
}

// fieldName returns the name of a replacement field of str.format, and whether the field has no conversion but !s and no
// format.
func fieldName(field string) (name string, plain bool) {
	i := strings.IndexAny(field, "!:")
	if i < 0 {
		return field, true
	}
	rest := strings.TrimSuffix(field[i:], ":")
	return field[:i], rest == "" || rest == "!s"
}

// argument returns a positional argument by its index, or a keyword argument where name is set; nil if it is not known.
func argument(args []Arg, index int, name string) Expr {
	pos := 0
	for i := range args {
		a := &args[i]
		switch {
		case name != "":
			if a.Name.Name == name {
				return a.Value
			}
		case a.Star == 1:
			return nil
		case a.Star == 0 && a.Name.Name == "":
			if pos == index {
				return a.Value
			}
			pos++
		}
	}
	return nil
}

// callPattern returns what is known of the string that a call of a builtin or of a method of str returns.
func (f *folder) callPattern(e *Call) Pattern {
	if method, ok := e.Func.(*Attribute); ok {
		return f.method(method, e.Args)
	}
	if f.s.Qualified(e.Func) == "builtins.str" && len(e.Args) == 1 {
		if arg := argument(e.Args, 0, ""); arg != nil {
			return f.str(arg)
		}
		return Pattern{}
	}
	if c, ok := f.call(e); ok {
		return textOf(c)
	}
	return Pattern{}
}

// method returns what is known of m(args...), where m is an attribute of a string.
func (f *folder) method(m *Attribute, args []Arg) Pattern {
	switch m.Attr.Name {
	case "format":
		if c, ok := f.fold(m.X); ok && c.Kind == StrConst {
			return f.format(c.Str, args)
		}
	case "join":
		if len(args) != 1 {
			break
		}
		elts := displayed(argument(args, 0, ""))
		sep := f.pattern(m.X)
		if elts == nil || slices.ContainsFunc(elts, isStarred) || !sep.Exact {
			break
		}
		var c concat
		for i, e := range elts {
			if i > 0 {
				c.add(sep)
			}
			c.add(f.pattern(e))
		}
		return c.result()
	case "lower", "upper":
		if len(args) == 0 {
			return changeCase(f.pattern(m.X), m.Attr.Name == "upper")
		}
	case "strip", "lstrip", "rstrip":
		chars := pythonSpace
		if len(args) == 1 {
			arg := argument(args, 0, "")
			if arg == nil {
				break
			}
			c, ok := f.fold(arg)
			if !ok || c.Kind != StrConst {
				break
			}
			chars = func(r rune) bool { return strings.ContainsRune(c.Str, r) }
		} else if len(args) > 1 {
			break
		}
		return strip(f.pattern(m.X), chars, m.Attr.Name != "rstrip", m.Attr.Name != "lstrip")
	}
	return Pattern{}
}

// changeCase returns the pattern of s.upper() or s.lower(). Only ASCII is mapped: beyond it, letters change their number.
func changeCase(p Pattern, upper bool) Pattern {
	mapping := strings.ToLower
	if upper {
		mapping = strings.ToUpper
	}
	beyond := func(r rune) bool { return r > unicode.MaxASCII }
	if p.Exact {
		if strings.ContainsFunc(p.Prefix, beyond) {
			return Pattern{}
		}
		return exactly(mapping(p.Prefix))
	}
	if i := strings.IndexFunc(p.Prefix, beyond); i >= 0 {
		p.Prefix = p.Prefix[:i]
	}
	if i := strings.LastIndexFunc(p.Suffix, beyond); i >= 0 {
		p.Suffix = strings.TrimLeftFunc(p.Suffix[i:], beyond)
	}
	return Pattern{Prefix: mapping(p.Prefix), Suffix: mapping(p.Suffix)}
}

// strip returns the pattern of a string without the chars at its ends.
func strip(p Pattern, chars func(rune) bool, left, right bool) Pattern {
	if p.Exact {
		s := p.Prefix
		if left {
			s = strings.TrimLeftFunc(s, chars)
		}
		if right {
			s = strings.TrimRightFunc(s, chars)
		}
		return exactly(s)
	}
	// What is unknown may be empty, so both ends of what is known can go.
	if left {
		p.Prefix = strings.TrimLeftFunc(p.Prefix, chars)
		p.Suffix = strings.TrimLeftFunc(p.Suffix, chars)
	}
	if right {
		p.Prefix = strings.TrimRightFunc(p.Prefix, chars)
		p.Suffix = strings.TrimRightFunc(p.Suffix, chars)
	}
	return p
}

// pythonSpace is str.isspace for one character.
func pythonSpace(r rune) bool { return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f }
