package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/pelletier/go-toml/v2"
	"github.com/sesslint/sesslint/rule"
)

// file is the shape of a configuration file. Pointers and nil slices tell what is not set.
type file struct {
	Select         []string            `toml:"select"`
	ExtendSelect   []string            `toml:"extend-select"`
	Ignore         []string            `toml:"ignore"`
	Exclude        []string            `toml:"exclude"`
	PerFileIgnores map[string][]string `toml:"per-file-ignores"`
	MaxFileSize    any                 `toml:"max-file-size"`
	FailOn         *string             `toml:"fail-on"`
	Pedantic       *bool               `toml:"pedantic"`
}

// Keys are the settings of a configuration file.
var Keys = []string{"select", "extend-select", "ignore", "exclude", "per-file-ignores", "max-file-size", "fail-on", "pedantic"}

type pyproject struct {
	Tool struct {
		Sesslint *file `toml:"sesslint"`
	} `toml:"tool"`
}

// hasTable reports whether a pyproject.toml has a table for sesslint. One that does not parse counts, so that the mistake
// is shown.
func hasTable(text []byte) bool {
	var p struct {
		Tool struct {
			Sesslint any `toml:"sesslint"`
		} `toml:"tool"`
	}
	err := toml.Unmarshal(text, &p)
	return err != nil || p.Tool.Sesslint != nil
}

// Parse checks the text of a configuration file; a file called pyproject.toml holds the settings in [tool.sesslint].
func Parse(path string, text []byte, rules *Rules) (*Config, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	p := &parser{path: path, text: text, rules: rules}
	var f *file
	var err error
	decoder := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if filepath.Base(path) == "pyproject.toml" {
		p.prefix = []string{"tool", "sesslint"}
		var whole pyproject
		err = decoder.Decode(&whole)
		f = whole.Tool.Sesslint
	} else {
		f = new(file)
		err = decoder.Decode(f)
	}
	p.decodeError(err)
	if len(p.errs) > 0 {
		return nil, p.joined()
	}
	if f == nil {
		f = new(file)
	}
	c := p.config(f)
	if len(p.errs) > 0 {
		return nil, p.joined()
	}
	c.File = path
	return c, nil
}

type parser struct {
	path   string
	text   []byte
	prefix []string // of the keys of the settings
	rules  *Rules
	places places
	errs   []*Error
}

func (p *parser) fail(line, column int, format string, args ...any) {
	p.errs = append(p.errs, &Error{File: p.path, Line: line, Column: column, Message: fmt.Sprintf(format, args...)})
}

// failAt reports a mistake at the value of a key, or at one element of it.
func (p *parser) failAt(key []string, element int, format string, args ...any) {
	if p.places == nil {
		p.places = findPlaces(p.text)
	}
	at := p.places.of(slices.Concat(p.prefix, key), element)
	line, column := p.position(at)
	p.fail(line, column, format, args...)
}

func (p *parser) position(offset int) (line, column int) {
	before := p.text[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}

// decodeError reports what the TOML library found. In a pyproject.toml keys of other tools are unknown too, and no mistake.
func (p *parser) decodeError(err error) {
	var strict *toml.StrictMissingError
	var decode *toml.DecodeError
	switch {
	case err == nil:
	case errors.As(err, &strict):
		for i := range strict.Errors {
			e := &strict.Errors[i]
			key := []string(e.Key())
			if len(key) <= len(p.prefix) || !slices.Equal(key[:len(p.prefix)], p.prefix) {
				continue
			}
			name := key[len(p.prefix)]
			line, column := p.tomlPosition(e)
			message := "unknown setting " + strconv.Quote(name)
			if near := rule.Nearest(name, Keys); near != "" {
				message += fmt.Sprintf(": did you mean %q?", near)
			} else {
				message += ": the settings are " + strings.Join(Keys, ", ")
			}
			p.fail(line, column, "%s", message)
		}
	case errors.As(err, &decode):
		line, column := p.tomlPosition(decode)
		message := strings.TrimPrefix(decode.Error(), "toml: ")
		if strings.HasPrefix(message, "cannot decode") || strings.HasPrefix(message, "cannot store") {
			// A value of the wrong type; the library speaks of Go types.
			message = "tool.sesslint must be a table"
			for _, name := range append(findPlaces(p.text).keyAt(p.offset(decode)), decode.Key()...) {
				if want := kinds[name]; want != "" {
					message = name + " must be " + want
					break
				}
			}
		}
		p.fail(line, column, "%s", message)
	default:
		p.fail(0, 0, "%s", strings.TrimPrefix(err.Error(), "toml: "))
	}
}

// kinds says what the value of each key must be.
var kinds = map[string]string{
	"select": "a list of strings", "extend-select": "a list of strings", "ignore": "a list of strings",
	"exclude": "a list of strings", "per-file-ignores": "a table of lists of strings",
	"max-file-size": `a number of bytes or a string such as "2MiB"`,
	"fail-on":       `"error", "warning" or "info"`, "pedantic": "true or false",
}

// offset returns where a mistake stands; the library counts lines, and columns in bytes.
func (p *parser) offset(e *toml.DecodeError) int {
	line, column := e.Position()
	offset := 0
	for range line - 1 {
		offset += bytes.IndexByte(p.text[offset:], '\n') + 1
	}
	return min(offset+column-1, len(p.text))
}

func (p *parser) tomlPosition(e *toml.DecodeError) (line, column int) { return p.position(p.offset(e)) }

func (p *parser) config(f *file) *Config {
	c := Default()
	c.Select = p.selectors([]string{"select"}, f.Select)
	c.ExtendSelect = p.selectors([]string{"extend-select"}, f.ExtendSelect)
	c.Ignore = p.selectors([]string{"ignore"}, f.Ignore)
	for i, pattern := range f.Exclude {
		p.pattern([]string{"exclude"}, i, pattern)
		c.Exclude = append(c.Exclude, pattern)
	}
	for pattern, ids := range f.PerFileIgnores {
		key := []string{"per-file-ignores", pattern}
		p.pattern(key, -1, pattern)
		if strings.HasPrefix(pattern, "!") {
			p.failAt(key, -1, "a pattern of per-file-ignores cannot start with an exclamation mark")
		}
		c.PerFileIgnores = append(c.PerFileIgnores, PerFileIgnore{pattern, p.selectors(key, ids)})
	}
	sort.Slice(c.PerFileIgnores, func(i, j int) bool { return c.PerFileIgnores[i].Pattern < c.PerFileIgnores[j].Pattern })
	if f.MaxFileSize != nil {
		size, ok := int64(0), false
		switch v := f.MaxFileSize.(type) {
		case int64:
			size, ok = v, v > 0
		case string:
			size, ok = ParseSize(v)
		}
		if !ok {
			p.failAt([]string{"max-file-size"}, -1, "max-file-size must be %s, and more than 0", kinds["max-file-size"])
		}
		c.MaxFileSize = size
	}
	if f.FailOn != nil {
		severity, err := rule.ParseSeverity(*f.FailOn)
		if err != nil {
			p.failAt([]string{"fail-on"}, -1, "fail-on: %v", err)
		}
		c.FailOn = severity
	}
	c.Pedantic = f.Pedantic != nil && *f.Pedantic
	return c
}

// joined returns all mistakes, in the order of the file.
func (p *parser) joined() error {
	slices.SortStableFunc(p.errs, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
	return Errors(p.errs)
}

func (p *parser) selectors(key, texts []string) []Selector {
	if texts == nil {
		return nil
	}
	out := []Selector{}
	for i, text := range texts {
		s, err := p.rules.Selector(text)
		if err != nil {
			p.failAt(key, i, "%v", err)
			continue
		}
		out = append(out, s)
	}
	return out
}

func (p *parser) pattern(key []string, element int, pattern string) {
	switch {
	case strings.TrimSpace(pattern) == "":
		p.failAt(key, element, "empty pattern")
	case strings.ContainsAny(pattern, "\r\n"):
		p.failAt(key, element, "a pattern cannot hold a line break")
	case strings.Contains(pattern, "[") && !doublestar.ValidatePattern(strings.NewReplacer("{", "", "}", "", "[]", "[", "[!]", "[").Replace(pattern)):
		p.failAt(key, element, "the pattern %q has a bracket that is not closed, so it matches nothing", pattern)
	}
}

// ParseSize reads a number of bytes: a whole number with an optional unit of 1024 (KiB, MiB, GiB) or 1000 (KB, MB, GB).
func ParseSize(text string) (int64, bool) {
	text = strings.TrimSpace(text)
	end := 0
	for end < len(text) && '0' <= text[end] && text[end] <= '9' {
		end++
	}
	n, err := strconv.ParseInt(text[:end], 10, 64)
	if err != nil || n <= 0 {
		return 0, false
	}
	unit, ok := map[string]int64{
		"": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "kb": 1e3, "mb": 1e6, "gb": 1e9,
	}[strings.ToLower(strings.TrimSpace(text[end:]))]
	if !ok || n > (1<<62)/unit {
		return 0, false
	}
	return n * unit, true
}
