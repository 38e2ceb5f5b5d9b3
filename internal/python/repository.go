package python

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// levelsAbove returns what the folders above dir say about ignored files, from the root of the git repository down;
// nothing outside of a repository. If they ignore dir itself it was named all the same, so they are left out.
func levelsAbove(dir string) []level {
	var chain []string
	for up := dir; ; {
		if exists(filepath.Join(up, ".git")) {
			if up != dir {
				chain = append(chain, up)
			}
			break
		}
		if up != dir {
			chain = append(chain, up)
		}
		parent := filepath.Dir(up)
		if parent == up {
			return nil
		}
		up = parent
	}
	if len(chain) == 0 {
		return nil // dir is the repository; the walk reads it itself
	}
	slices.Reverse(chain)
	levels := repositoryLevel(chain[0])
	for i, up := range chain {
		if text, err := os.ReadFile(filepath.Join(up, ".gitignore")); err == nil {
			levels = append(levels, level{up, ParsePatterns(string(text))})
		}
		next := dir
		if i+1 < len(chain) {
			next = chain[i+1]
		}
		if ignoredBy(levels, next, true) {
			return nil
		}
	}
	return levels
}

// repositoryLevel reads what the git repository at dir ignores besides its .gitignore files. Patterns of the user's own
// git configuration are not read, so that a check has the same result for everybody.
func repositoryLevel(dir string) []level {
	text, err := os.ReadFile(filepath.Join(gitDir(dir), "info", "exclude"))
	if err != nil {
		return nil
	}
	return []level{{dir, ParsePatterns(string(text))}}
}

// gitDir returns the folder where the repository at dir keeps its data. In a submodule or a further worktree .git is a
// file that names it (gitrepository-layout(5)).
func gitDir(dir string) string {
	git := filepath.Join(dir, ".git")
	text, err := os.ReadFile(git)
	if err != nil {
		return git
	}
	named, ok := strings.CutPrefix(strings.TrimSpace(string(text)), "gitdir: ")
	if !ok {
		return git
	}
	git = named
	if !filepath.IsAbs(git) {
		git = filepath.Join(dir, git)
	}
	if text, err := os.ReadFile(filepath.Join(git, "commondir")); err == nil {
		common := strings.TrimSpace(string(text))
		if filepath.IsAbs(common) {
			return common
		}
		return filepath.Join(git, common)
	}
	return git
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// projectMarks are files that lie at the root of a project.
var projectMarks = []string{"manage.py", "pyproject.toml", "setup.py", "setup.cfg"}

// FindRoot returns the project that a file belongs to: the nearest folder above it with a file that marks one, or with a git
// repository. It reports false if there is none.
func FindRoot(file string) (string, bool) {
	return nearest(filepath.Dir(file), append([]string{".git"}, projectMarks...))
}

// nearest returns dir or the nearest folder above it that holds one of several names.
func nearest(dir string, names []string) (string, bool) {
	for {
		for _, name := range names {
			if exists(filepath.Join(dir, name)) {
				return dir, true
			}
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}
