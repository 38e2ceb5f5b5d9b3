package django

import (
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// A Setting is one line of what a user sees of the settings that a module ends up with.
type Setting struct {
	Name string
	// Text is the value as Python writes it, with conditions and variables in words, or "unknown: reason".
	Text string
	// Known is false for a value that is unknown or lacks a default.
	Known bool
	// Steps are the places that made the value; empty for Django's default.
	Steps []Step
}

// Describe returns a setting of the module for a reader. Lists of middleware show the entries that concern sessions.
func (m *SettingsModule) Describe(name string) Setting {
	v := m.Get(name)
	if name == "MIDDLEWARE" {
		v = m.Middleware()
	}
	s := Setting{Name: name, Text: v.Text(), Known: v.kind != KindUnknown, Steps: v.Steps()}
	switch {
	case v.kind == KindAbsent && v.django == nil:
		s.Known = false
	case v.kind == KindAbsent:
		s.Text += " (Django's default)"
	case name == "MIDDLEWARE" || name == "MIDDLEWARE_CLASSES":
		s.Text = middlewareText(v)
	}
	if v.override != nil && v.kind != KindUnknown {
		s.Steps = append(s.Steps, *v.override)
	}
	return s
}

// Summary returns the settings that decide how sessions behave: Django's session settings, other names that start with
// SESSION_, and those of CSRF, messages, caches and middleware that touch sessions.
func (m *SettingsModule) Summary() []Setting {
	var out []Setting
	names := SessionSettingNames()
	for _, name := range m.Names() {
		if strings.HasPrefix(name, "SESSION_") && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range append(names, "CSRF_USE_SESSIONS", "MESSAGE_STORAGE", "MIDDLEWARE", "DEBUG") {
		out = append(out, m.Describe(name))
	}
	backend := m.SessionCacheBackend()
	cache := Setting{Name: "CACHES", Text: backend.Text(), Known: backend.kind != KindUnknown, Steps: m.Get("CACHES").Steps()}
	if alias, ok := m.CacheAlias().Str(); ok {
		cache.Name = "CACHES[" + Const{alias}.Text() + "]"
	}
	return append(out, cache)
}

// DescribeVersion returns the Django version for a reader.
func (p *Project) DescribeVersion() Setting {
	s := Setting{Name: "Django", Text: p.version.String(), Known: p.version.Known()}
	for _, at := range p.versionAt {
		s.Steps = append(s.Steps, Step{Place: at, Note: "required here"})
	}
	return s
}

// sessionWords mark middleware that has to do with sessions.
var sessionWords = py.WordSet("session sessions auth authentication message messages csrf locale cache user login otp account")

func middlewareText(v Value) string {
	var shown []string
	total := 0
	eachString(v, func(s, cond string) {
		total++
		if !anyWord(s, sessionWords) {
			return
		}
		if cond != "" {
			s += " if " + cond
		}
		shown = append(shown, s)
	})
	if total == 0 {
		return v.Text()
	}
	out := strings.Join(shown, ", ")
	if rest := total - len(shown); rest > 0 {
		if out != "" {
			out += ", "
		}
		out += plural(rest, "other")
	}
	return out
}

func plural(n int, what string) string {
	s := Const{int64(n)}.Text() + " " + what
	if n != 1 {
		s += "s"
	}
	return s
}
