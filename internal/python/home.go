package python

import (
	"path/filepath"
	"sync"
)

// homes remembers to which folder the paths in fingerprints are relative, by the folder of a file.
type homes struct {
	mu   sync.Mutex
	real map[string]string // folder without symbolic links
	home map[string]string // by real folder
}

// HomePath returns the path of the file with a displayed path relative to its home, with forward slashes, so that it is the
// same from every working directory and for every path that leads to the file. Home is the git repository that holds the
// file; outside of one the nearest folder above with manage.py, pyproject.toml, setup.py or setup.cfg; and without these the
// root of the tree.
func (t *Tree) HomePath(shown string) string {
	e := t.byShown[shown]
	if e == nil {
		return shown
	}
	t.homes.mu.Lock()
	defer t.homes.mu.Unlock()
	dir := t.homes.resolve(filepath.Dir(e.abs))
	home, ok := t.homes.home[dir]
	if !ok {
		if home, ok = findHome(dir); !ok {
			home = t.homes.resolve(t.options.Dir)
		}
		t.homes.home[dir] = home
	}
	path := filepath.Join(dir, filepath.Base(e.abs))
	if rel, err := filepath.Rel(home, path); err == nil {
		path = rel
	}
	return filepath.ToSlash(path)
}

// resolve returns a folder without symbolic links; as it is if it is gone.
func (h *homes) resolve(dir string) string {
	real, ok := h.real[dir]
	if !ok {
		var err error
		if real, err = filepath.EvalSymlinks(dir); err != nil {
			real = dir
		}
		h.real[dir] = real
	}
	return real
}

func findHome(dir string) (string, bool) {
	for _, marks := range [][]string{{".git"}, projectMarks} {
		if home, ok := nearest(dir, marks); ok {
			return home, true
		}
	}
	return "", false
}
