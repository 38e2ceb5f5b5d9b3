package rule

import "strings"

// A Directive is a suppression comment: in Python
//
//	# sesslint: ignore[rule, other-rule] reason
//
// and in Go
//
//	//sesslint:ignore rule,other-rule -- reason
//
// Offsets are bytes from the start of the comment's text.
type Directive struct {
	// Start and End enclose the directive with its reason. A comment may hold other text before it, and in Python behind it
	// from the next number sign on ("# noqa  # sesslint: ignore[rule] reason  # type: ignore").
	Start, End int
	Rules      []DirectiveRule
	Reason     string
	// Err says what is wrong with a comment that was meant as a directive; it then suppresses nothing. Empty if it is
	// well-formed. Whether the rules exist is not checked here.
	Err string
}

// DirectiveRule is one name in a Directive.
type DirectiveRule struct {
	Name       string
	Start, End int
}

const pythonForm = "write `# sesslint: ignore[rule] reason`"
const goForm = "write `//sesslint:ignore rule -- reason`"

// ParsePythonDirectives returns the directives in one Python comment, which starts with a number sign. A comment counts as
// meant for sesslint if "sesslint:", or "sesslint" and "ignore", directly follow a number sign.
func ParsePythonDirectives(comment string) []Directive {
	var out []Directive
	for start := 0; start < len(comment); {
		next := len(comment)
		if i := strings.IndexByte(comment[start+1:], '#'); i >= 0 {
			next = start + 1 + i
		}
		if d, ok := parsePython(comment[start:next]); ok {
			d.shift(start)
			out = append(out, d)
		}
		start = next
	}
	return out
}

func (d *Directive) shift(by int) {
	d.Start += by
	d.End += by
	for i := range d.Rules {
		d.Rules[i].Start += by
		d.Rules[i].End += by
	}
}

// parsePython parses text from one number sign to the next.
func parsePython(text string) (Directive, bool) {
	d := Directive{End: len(strings.TrimRight(text, " \t\f\r"))}
	text = text[:d.End]
	pos := 1 + spaces(text[1:])
	const name = "sesslint"
	if len(text) < pos+len(name) || !strings.EqualFold(text[pos:pos+len(name)], name) {
		return d, false
	}
	exact := text[pos:pos+len(name)] == name
	pos += len(name)
	rest := text[pos:]
	afterSpace := rest[spaces(rest):]
	switch {
	case strings.HasPrefix(rest, ":"):
		pos++
	case strings.HasPrefix(afterSpace, ":") || hasWord(strings.TrimLeft(rest, " \t-"), "ignore"):
		d.Err = "a colon must follow sesslint directly: " + pythonForm
		return d, true
	default:
		return d, false // prose that happens to start with the name
	}
	pos += spaces(text[pos:])
	rest = text[pos:]
	if !exact || !hasWord(rest, "ignore") {
		word := rest[:wordLen(rest)]
		switch {
		case exact && word == "":
			d.Err = "no directive after sesslint: " + pythonForm
		case exact && !strings.EqualFold(word, "ignore"):
			d.Err = "unknown directive " + quote(word) + ": " + pythonForm
		default:
			d.Err = "directives are lower case: " + pythonForm
		}
		return d, true
	}
	pos += len("ignore")
	if !strings.HasPrefix(text[pos:], "[") {
		d.Err = "a suppression must name its rules: " + pythonForm
		return d, true
	}
	pos++
	length := strings.IndexByte(text[pos:], ']')
	if length < 0 {
		d.Err = "no closing bracket after the rule names: " + pythonForm
		return d, true
	}
	d.Rules, d.Err = directiveRules(text[pos:pos+length], pos, pythonForm)
	d.Reason = strings.TrimSpace(text[pos+length+1:])
	return d, true
}

// ParseGoDirective returns the directive in one Go line comment, which starts with two slashes. Like other directives of
// Go tools it has no space before the name; a comment with one counts as meant for sesslint if "sesslint:" follows.
func ParseGoDirective(comment string) (Directive, bool) {
	d := Directive{End: len(strings.TrimRight(comment, " \t\r"))}
	text := comment[:d.End]
	rest, ok := strings.CutPrefix(text, "//")
	if !ok {
		return d, false
	}
	if trimmed := strings.TrimLeft(rest, " \t"); trimmed != rest {
		d.Err = "no space may stand before sesslint: " + goForm
		return d, strings.HasPrefix(trimmed, "sesslint:")
	}
	const prefix = "//sesslint:"
	if !strings.HasPrefix(text, prefix) {
		return d, false
	}
	pos := len(prefix)
	word := text[pos:][:wordLen(text[pos:])]
	if word != "ignore" {
		d.Err = "unknown directive " + quote(word) + ": " + goForm
		return d, true
	}
	pos += len(word)
	names := text[pos:]
	if i := strings.Index(names, "--"); i >= 0 && (i == 0 || names[i-1] == ' ' || names[i-1] == '\t') {
		d.Reason = strings.TrimSpace(names[i+2:])
		names = names[:i]
	}
	if names != "" && names[0] != ' ' && names[0] != '\t' {
		d.Err = "a space must stand before the rule names: " + goForm
		return d, true
	}
	d.Rules, d.Err = directiveRules(names, pos, goForm)
	return d, true
}

// directiveRules splits a list at its commas. Base is where the list starts in the comment.
func directiveRules(list string, base int, form string) ([]DirectiveRule, string) {
	if strings.TrimSpace(list) == "" {
		return nil, "a suppression must name its rules: " + form
	}
	var rules []DirectiveRule
	for {
		item, rest, more := strings.Cut(list, ",")
		name := strings.TrimSpace(item)
		start := base + strings.Index(item, name)
		switch {
		case name == "":
			return nil, "empty rule name: " + form
		case wordLen(name) != len(name):
			return nil, quote(name) + " is not a rule name: " + form
		}
		rules = append(rules, DirectiveRule{name, start, start + len(name)})
		if !more {
			break
		}
		base += len(item) + 1
		list = rest
	}
	return rules, ""
}

func hasWord(s, word string) bool {
	return strings.HasPrefix(s, word) && wordLen(s) == len(word)
}

// wordLen is the length of the name at the start of s.
func wordLen(s string) int {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return i
		}
	}
	return len(s)
}

func spaces(s string) int { return len(s) - len(strings.TrimLeft(s, " \t")) }

func quote(s string) string { return "`" + s + "`" }
