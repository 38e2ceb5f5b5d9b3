// Package config reads the configuration of a project and decides which rules are selected. It finds and checks files and
// the command line's selectors; it runs nothing and prints nothing.
package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/sesslint/sesslint/rule"
)

// DefaultMaxFileSize is the size in bytes above which a file is not checked.
const DefaultMaxFileSize = 2 << 20

// A Config holds the settings of one configuration file. Lists keep the order of the file.
type Config struct {
	// File is the absolute path of the file, empty for the defaults. Exclude and the keys of PerFileIgnores are patterns in
	// the syntax of .gitignore, relative to its folder.
	File string

	Select       []Selector // nil if the file does not set it
	ExtendSelect []Selector
	Ignore       []Selector

	Exclude        []string
	PerFileIgnores []PerFileIgnore // sorted by pattern

	MaxFileSize int64 // bytes
	FailOn      rule.Severity
	Pedantic    bool
}

// PerFileIgnore turns rules off in the files that a pattern matches.
type PerFileIgnore struct {
	Pattern string
	Rules   []Selector
}

// Default returns the configuration of a project without a configuration file.
func Default() *Config {
	return &Config{MaxFileSize: DefaultMaxFileSize, FailOn: rule.Warning}
}

// An Error is a mistake in a configuration file. Line and Column are 1-based and count code points; they are 0 where the
// file as a whole is meant.
type Error struct {
	File         string
	Line, Column int
	Message      string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Errors are all mistakes of one file, in its order.
type Errors []*Error

func (list Errors) Error() string {
	var b strings.Builder
	for i, e := range list {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(e.Error())
	}
	return b.String()
}

// fileNames are looked for in each folder, the first that configures sesslint wins.
var fileNames = []string{".sesslint.toml", "sesslint.toml", "pyproject.toml"}

// Find returns the configuration file for a path: the one in the nearest folder at or above dir. It returns "" if there is
// none. A pyproject.toml counts only if it has a table for sesslint.
func Find(dir string) (string, error) {
	for {
		for _, name := range fileNames {
			path := filepath.Join(dir, name)
			if info, err := os.Stat(path); err != nil || info.IsDir() {
				continue
			}
			if name != "pyproject.toml" {
				return path, nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return "", &Error{File: path, Message: "cannot be read, so it is not known whether it configures sesslint: " + cause(err)}
			}
			// One that does not parse cannot be told to lack the table, unless it does not even hold the word.
			if strings.Contains(string(text), "sesslint") && hasTable(text) {
				return path, nil
			}
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", nil
		}
		dir = up
	}
}

func cause(err error) string {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// Load reads and checks a configuration file. Mistakes in it are Errors; a file that cannot be read is an *Error.
func Load(path string, rules *Rules) (*Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, &Error{File: path, Message: "cannot be read: " + cause(err)}
	}
	return Parse(path, text, rules)
}
