package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/rule"
)

// Rules are the rules that exist, for looking up selectors.
type Rules struct {
	metas []*rule.Meta
	names []string // ids, categories and "all", sorted by kind, then as given
}

// NewRules returns the rules for looking up selectors. A rule id may stand in several wings.
func NewRules(metas []*rule.Meta) *Rules {
	r := &Rules{metas: metas}
	for _, m := range metas {
		if !slices.Contains(r.names, m.ID) {
			r.names = append(r.names, m.ID)
		}
	}
	for _, c := range rule.Categories {
		r.names = append(r.names, string(c))
	}
	r.names = append(r.names, all)
	return r
}

const all = "all"

// IDs returns the ids of all rules, each once.
func (r *Rules) IDs() []string { return r.names[:len(r.names)-len(rule.Categories)-1] }

// A Selector names rules: an id, a category or "all", each limited to one wing by ":python" or ":go".
type Selector struct {
	Text string
	name string
	wing rule.Wing // or empty
}

// Selector parses a selector. The error gives the nearest name that exists.
func (r *Rules) Selector(text string) (Selector, error) {
	name, wing, limited := strings.Cut(strings.TrimSpace(text), ":")
	s := Selector{Text: text, name: name, wing: rule.Wing(wing)}
	if !slices.Contains(r.names, name) {
		message := fmt.Sprintf("unknown rule or category %q", name)
		if near := rule.Nearest(name, r.names); near != "" {
			message += fmt.Sprintf(": did you mean %q?", near)
		}
		return s, fmt.Errorf("%s", message)
	}
	if limited && s.wing != rule.Python && s.wing != rule.Go {
		return s, fmt.Errorf("unknown wing %q in %q: use %q or %q", wing, text, name+":"+string(rule.Python), name+":"+string(rule.Go))
	}
	if limited && !slices.ContainsFunc(r.metas, s.matches) {
		return s, fmt.Errorf("%q selects nothing: no rule of that name reads %s", text, wing)
	}
	return s, nil
}

func (s Selector) matches(m *rule.Meta) bool {
	return (s.name == all || s.name == m.ID || s.name == string(m.Category)) && (s.wing == "" || s.wing == m.Wing)
}

// Matches reports whether any of the selectors names a rule.
func Matches(selectors []Selector, m *rule.Meta) bool {
	return slices.ContainsFunc(selectors, func(s Selector) bool { return s.matches(m) })
}

// exactness grades selectors: one that names a rule says more than one that names a category, and that more than "all".
func (s Selector) exactness() int {
	grade := 4
	switch {
	case s.name == all:
		grade = 0
	case slices.Contains(rule.Categories, rule.Category(s.name)):
		grade = 2
	}
	if s.wing != "" {
		grade++
	}
	return grade
}

// A Selection is what one place, the configuration or the command line, says about rules.
type Selection struct {
	Select       []Selector // nil if it says nothing; replaces what an earlier place selects
	ExtendSelect []Selector
	Ignore       []Selector
}

// Selected reports which rules of a run are selected by the places, the last of which is the strongest. Without any Select
// all rules are. Where several selectors fit a rule, the most exact one decides, then the one from the stronger place, then
// Ignore over the others.
func Selected(m *rule.Meta, places ...Selection) bool {
	const exact, place, ignore = 1 << 8, 1 << 1, 1
	on, best := true, -1 // "all" from no place
	base := 0
	for i, p := range places {
		if p.Select != nil {
			base = i
			on = false
		}
	}
	weigh := func(list []Selector, i int, rank int, value bool) {
		for _, s := range list {
			if s.matches(m) {
				if w := s.exactness()*exact + i*place + rank; w > best {
					best, on = w, value
				}
			}
		}
	}
	for i, p := range places {
		if i >= base {
			weigh(p.Select, i, 0, true)
		}
		weigh(p.ExtendSelect, i, 0, true)
		weigh(p.Ignore, i, ignore, false)
	}
	return on
}

// Selection returns what the file says about rules.
func (c *Config) Selection() Selection {
	return Selection{Select: c.Select, ExtendSelect: c.ExtendSelect, Ignore: c.Ignore}
}
