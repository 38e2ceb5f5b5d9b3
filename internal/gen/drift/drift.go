// Package drift writes generated files, or says which of them are out of date. Both are one function, so that the check
// cannot disagree with the writer.
package drift

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// A Set is generated files: contents by path, with forward slashes, below a root.
type Set struct {
	Files map[string][]byte
	// Own lists folders that hold nothing but generated files; anything else in them is left over and goes.
	Own []string
}

// Sync brings the files below root in line with the set and returns the paths that were not, sorted. With check it changes
// nothing.
func (s Set) Sync(root string, check bool) ([]string, error) {
	var stale []string
	for name, data := range s.Files {
		path := filepath.Join(root, filepath.FromSlash(name))
		old, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if err == nil && bytes.Equal(old, data) {
			continue
		}
		stale = append(stale, name)
		if check {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return nil, err
		}
	}
	for _, dir := range s.Own {
		entries, err := os.ReadDir(filepath.Join(root, filepath.FromSlash(dir)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, e := range entries {
			name := dir + "/" + e.Name()
			if _, ok := s.Files[name]; ok {
				continue
			}
			stale = append(stale, name)
			if !check {
				if err := os.RemoveAll(filepath.Join(root, filepath.FromSlash(name))); err != nil {
					return nil, err
				}
			}
		}
	}
	slices.Sort(stale)
	return stale, nil
}

// Root returns the root of the module that holds the working directory.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod in the working directory or above it")
		}
		dir = parent
	}
}
