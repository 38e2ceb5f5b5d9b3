package python

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/sesslint/sesslint/internal/finding"
)

// A role says what a discovered file is used for.
type role uint8

const (
	otherRole     role = iota // not Python; kept for engines that look for crontabs, templates and the like
	checkedRole               // read, filtered, and parsed if it may concern sessions
	testRole                  // a test by its path: parsed when an engine opens it
	migrationRole             // a database migration: parsed when an engine opens it
)

// excludedDirs are names of folders that never hold code of the project.
var excludedDirs = []string{
	".git", ".hg", ".svn", ".tox", ".nox", ".venv", "venv", "node_modules", "__pycache__", "site-packages",
	".mypy_cache", ".pytest_cache", ".ruff_cache", ".eggs",
}

// A walker collects the files of one root.
type walker struct {
	Options
	entries  []*entry
	seen     map[string]bool // absolute paths
	links    []*entry        // symbolic links to files, resolved when the walk is over
	problems []finding.Problem
}

// A level is what one folder above or at the current one says about ignored files.
type level struct {
	dir      string // absolute
	patterns Patterns
}

// walk finds the files of all starts.
func walk(o Options) ([]*entry, []finding.Problem) {
	w := &walker{Options: o, seen: make(map[string]bool)}
	// Files first: a named file is taken even where the walk of a folder would leave it out.
	for _, start := range o.Starts {
		if info, err := os.Stat(start); err != nil {
			w.unread(start, readError(err))
		} else if target, err := filepath.EvalSymlinks(start); err == nil && !info.IsDir() && !w.seen[target] {
			w.file(start, info.Mode().Type(), true)
			w.seen[target] = true
		}
	}
	for _, start := range o.Starts {
		if info, err := os.Stat(start); err == nil && info.IsDir() && !w.seen[start] {
			w.dir(start, levelsAbove(start))
		}
	}
	w.resolveLinks()
	sort.Slice(w.entries, func(i, j int) bool { return w.entries[i].path < w.entries[j].path })
	return w.entries, w.problems
}

func (w *walker) unread(abs, message string) {
	w.problems = append(w.problems, finding.Problem{
		Kind: finding.Unread, At: finding.Span{Path: w.Display(abs)}, Message: message,
	})
}

// readError says why a file cannot be read, without the path, which stands before it.
func readError(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return "cannot be read: " + err.Error()
}

// dir walks the folder abs. Above are the levels of the folders that contain it, from the top.
func (w *walker) dir(abs string, above []level) {
	w.seen[abs] = true
	list, err := os.ReadDir(abs)
	if err != nil {
		w.unread(abs, readError(err))
		return
	}
	if !slices.Contains(w.Starts, abs) && isInstalled(list) {
		return
	}
	levels := above
	if has(list, ".git") {
		levels = repositoryLevel(abs) // what an outer repository ignores says nothing about an inner one
	}
	if has(list, ".gitignore") {
		if text, err := os.ReadFile(filepath.Join(abs, ".gitignore")); err == nil {
			levels = append(slices.Clip(levels), level{abs, ParsePatterns(string(text))})
		}
	}
	prefix := strings.TrimSuffix(abs, string(filepath.Separator)) + string(filepath.Separator)
	for _, e := range list {
		path := prefix + e.Name()
		switch {
		case e.IsDir():
			if !w.seen[path] && !slices.Contains(excludedDirs, e.Name()) && !w.ignored(levels, path, true) {
				w.dir(path, levels)
			}
		case !w.seen[path] && !w.ignored(levels, path, false):
			w.file(path, e.Type(), false)
		}
	}
}

func has(list []fs.DirEntry, name string) bool {
	_, found := slices.BinarySearchFunc(list, name, func(e fs.DirEntry, name string) int {
		return strings.Compare(e.Name(), name)
	})
	return found
}

// isInstalled reports whether a folder holds installed packages: a virtual environment, or a site-packages folder under
// another name, which pip marks with *.dist-info folders.
func isInstalled(list []fs.DirEntry) bool {
	return slices.ContainsFunc(list, func(e fs.DirEntry) bool {
		return e.Name() == "pyvenv.cfg" || e.IsDir() && strings.HasSuffix(e.Name(), ".dist-info")
	})
}

// ignored reports whether .gitignore files or the configuration leave out a path.
func (w *walker) ignored(levels []level, abs string, dir bool) bool {
	return w.Exclude != nil && w.Exclude(abs, dir) || ignoredBy(levels, abs, dir)
}

// ignoredBy asks the levels from the innermost to the outermost, as git does.
func ignoredBy(levels []level, abs string, dir bool) bool {
	for i := len(levels) - 1; i >= 0; i-- {
		rel := filepath.ToSlash(abs[len(strings.TrimSuffix(levels[i].dir, string(filepath.Separator)))+1:])
		if m := levels[i].patterns.match(rel, dir); m != noMatch {
			return m == ignored
		}
	}
	return false
}

// file takes one file. Named is true for a file that the user named.
func (w *walker) file(abs string, mode fs.FileMode, named bool) {
	name := filepath.Base(abs)
	python := strings.HasSuffix(name, ".py")
	e := &entry{path: w.relative(abs), abs: abs}
	switch {
	case named:
		if !python && filepath.Ext(name) != "" && !strings.HasSuffix(name, ".pyw") {
			w.unread(abs, "not a Python file, so it was not checked")
			return
		}
		e.role = checkedRole
	case python && !(mode == 0 && isAppleDouble(abs)):
		e.role = w.roleOf(abs)
	}
	switch {
	case mode&fs.ModeSymlink != 0:
		w.links = append(w.links, e)
		return
	case mode != 0 && e.role == otherRole:
		return // a socket, pipe or device: nothing to read
	case mode != 0:
		w.unread(abs, "not a regular file, so it was not read")
		return
	}
	w.seen[abs] = true
	w.entries = append(w.entries, e)
}

// isAppleDouble reports whether a file only holds attributes of another one: macOS keeps those of x.py in ._x.py on file
// systems that have no place for them. It starts with the magic number of RFC 1740, appendix A.
func isAppleDouble(abs string) bool {
	if !strings.HasPrefix(filepath.Base(abs), "._") {
		return false
	}
	f, err := os.Open(abs)
	if err != nil {
		return false
	}
	defer f.Close()
	magic := make([]byte, 4)
	_, err = io.ReadFull(f, magic)
	return err == nil && string(magic) == "\x00\x05\x16\x07"
}

// resolveLinks takes the symbolic links to files that lie below the root and were not found on their own path. Links to
// folders are not followed, and links that lead out of the root are left out.
func (w *walker) resolveLinks() {
	root, err := filepath.EvalSymlinks(w.Dir)
	if err != nil {
		root = w.Dir
	}
	real := make(map[string]bool)
	if len(w.links) > 0 {
		for abs := range w.seen {
			real[filepath.Join(root, strings.TrimPrefix(abs, w.Dir))] = true
		}
	}
	sort.Slice(w.links, func(i, j int) bool { return w.links[i].path < w.links[j].path })
	for _, e := range w.links {
		target, err := filepath.EvalSymlinks(e.abs)
		if err != nil {
			// Emacs locks a file by a link that leads nowhere.
			if e.role != otherRole && !strings.HasPrefix(filepath.Base(e.abs), ".#") {
				w.unread(e.abs, "symbolic link leads nowhere, so nothing was checked")
			}
			continue
		}
		info, err := os.Stat(target)
		switch {
		case err != nil || real[target] || info.IsDir() || !below(target, root):
		case !info.Mode().IsRegular():
			if e.role != otherRole {
				w.unread(e.abs, "not a regular file, so it was not read")
			}
		default:
			real[target] = true
			w.entries = append(w.entries, e)
		}
	}
}

// below reports whether a clean path is dir or lies somewhere in it.
func below(path, dir string) bool {
	if path == dir {
		return true
	}
	dir = strings.TrimSuffix(dir, string(filepath.Separator)) // of the root of the file system
	return len(path) > len(dir) && path[len(dir)] == filepath.Separator && strings.HasPrefix(path, dir)
}

// relative returns a path as seen from the root, with forward slashes.
func (w *walker) relative(abs string) string {
	rel := abs
	if below(abs, w.Dir) && abs != w.Dir {
		rel = strings.TrimPrefix(abs[len(w.Dir):], string(filepath.Separator))
	}
	return filepath.ToSlash(rel)
}

// roleOf says what a Python file is by its path below the innermost named folder, so that a folder of tests that is
// named itself is checked.
func (w *walker) roleOf(abs string) role {
	start := w.Dir
	for _, s := range w.Starts {
		if len(s) > len(start) && below(abs, s) {
			start = s
		}
	}
	rel, err := filepath.Rel(start, abs)
	if err != nil {
		return checkedRole
	}
	parts := strings.Split(filepath.ToSlash(rel), "/")
	name := parts[len(parts)-1]
	for _, dir := range parts[:len(parts)-1] {
		if dir == "tests" || dir == "test" || dir == "testing" {
			return testRole
		}
	}
	if strings.HasPrefix(name, "test_") || strings.HasSuffix(name, "_test.py") || name == "tests.py" || name == "conftest.py" {
		return testRole
	}
	if len(parts) > 1 && parts[len(parts)-2] == "migrations" {
		return migrationRole
	}
	return checkedRole
}
