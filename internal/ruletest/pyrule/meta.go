package pyrule

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/rule"
)

const maxSummary = 100 // characters

var ruleID = regexp.MustCompile(`^[a-z]+(-[a-z]+)+$`)

// checkMeta holds the metadata of the rule in folder against the house's rules.
func checkMeta(m *rule.Meta, folder string) []string {
	var wrong []string
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if m == nil {
		return []string{"the analyzer has no Meta"}
	}
	if !ruleID.MatchString(m.ID) {
		complain("id %q: want at least two lower-case words joined by dashes", m.ID)
	}
	if want := strings.ReplaceAll(m.ID, "-", ""); folder != want {
		complain("id %q belongs in folder %s, not %s", m.ID, want, folder)
	}
	if m.Wing != rule.Python {
		complain("wing is %q, want %q", m.Wing, rule.Python)
	}
	if !slices.Contains(rule.Categories, m.Category) {
		complain("category %q is not one of %v", m.Category, rule.Categories)
	}
	if m.Severity < rule.Info || m.Severity > rule.Error {
		complain("severity is not set")
	}
	if m.Confidence < rule.Low || m.Confidence > rule.High {
		complain("confidence is not set")
	}
	if n := utf8.RuneCountInString(m.Summary); n > maxSummary {
		complain("summary has %d characters, want at most %d", n, maxSummary)
	}
	wrong = append(wrong, checkStyle("summary", m.Summary)...)
	seen := map[string]bool{}
	for _, f := range m.Fixes {
		wrong = append(wrong, checkStyle("title of a fix", f.Title)...)
		if seen[f.Title] {
			complain("fix %q is declared twice", f.Title)
		}
		seen[f.Title] = true
	}
	return wrong
}

var (
	// Upper case may start a sentence where it is a name: SETTING, CamelCase, or anything in quotes.
	nameStart  = regexp.MustCompile(`^(?:[A-Z][A-Z0-9_]+\b|[A-Z]\w*[a-z]\w*[A-Z]|[A-Z]\w*[.(_])`)
	considered = regexp.MustCompile(`(?i)\bconsider`)
)

// checkStyle holds a text that a user reads against the house style.
func checkStyle(what, text string) []string {
	var wrong []string
	complain := func(why string) { wrong = append(wrong, fmt.Sprintf("%s %q %s", what, text, why)) }
	first, _ := utf8.DecodeRuneInString(text)
	switch {
	case text == "":
		return []string{what + " is empty"}
	case strings.TrimSpace(text) != text || strings.ContainsAny(text, "\r\n\t"):
		complain("is not one trimmed line")
	case first >= 'A' && first <= 'Z' && !nameStart.MatchString(text):
		complain("starts with a capital")
	}
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") {
		complain("ends in a full stop")
	}
	if considered.MatchString(text) {
		complain(`says "consider": say what to do`)
	}
	return wrong
}

// checkWording holds everything that the rule says about the case against the house style.
func (c *testCase) checkWording(a *py.Analyzer) []string {
	var wrong []string
	for _, f := range run(a, c.files).findings {
		if f.File == nil || f.At.Start < 0 || f.At.End > len(f.File.Module.Src) || f.At.Start >= f.At.End {
			wrong = append(wrong, fmt.Sprintf("%s: the place of the finding is not a piece of a file", f))
		}
		wrong = append(wrong, checkStyle("message", f.Message)...)
		wrong = append(wrong, checkStyle("help", f.Help)...)
		for _, r := range f.Related {
			wrong = append(wrong, checkStyle("label", r.Message)...)
			if r.File == nil || r.At.Start < 0 || r.At.End > len(r.File.Module.Src) || r.At.Start > r.At.End {
				wrong = append(wrong, fmt.Sprintf("label %q: its place is not a piece of a file", r.Message))
			}
		}
	}
	return wrong
}

// Sections are the headings of a rule page, in order.
var Sections = []string{
	"What it does", "Why it is bad", "Example", "Use instead", "Fix safety", "When it stays silent", "Options", "References",
}

// checkDoc requires the sections of a rule page, each with text, and the place of the evidence table.
func checkDoc(doc string) []string {
	var wrong, headings []string
	empty, fenced := "", false
	for line := range strings.Lines(doc) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		title, ok := strings.CutPrefix(line, "## ")
		switch {
		case fenced:
			empty = ""
		case ok:
			if empty != "" {
				wrong = append(wrong, fmt.Sprintf("section %q of rule.md is empty", empty))
			}
			headings = append(headings, title)
			empty = title
		case strings.HasPrefix(line, "# "):
			wrong = append(wrong, "rule.md has a title: the page gets it from the id")
		case strings.TrimSpace(line) != "":
			if len(headings) == 0 {
				wrong = append(wrong, "rule.md has text before its first section")
			}
			empty = ""
		}
	}
	if empty != "" {
		wrong = append(wrong, fmt.Sprintf("section %q of rule.md is empty", empty))
	}
	if !slices.Equal(headings, Sections) {
		wrong = append(wrong, fmt.Sprintf("rule.md has the sections %q, want %q", headings, Sections))
	}
	why := strings.Index(doc, "## Why it is bad")
	example := strings.Index(doc, "## Example")
	if at := strings.Index(doc, evidenceBegin); at < why || at > example || strings.Index(doc, evidenceEnd) < at {
		wrong = append(wrong, fmt.Sprintf("rule.md has no evidence table between %s and %s under Why it is bad", evidenceBegin, evidenceEnd))
	}
	return wrong
}
