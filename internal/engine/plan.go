// Package engine is one run from paths to findings: it plans what is checked with which configuration, runs the wings,
// lets comments and configuration suppress findings, and applies fixes. It prints nothing and knows no rule.
package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/sesslint/sesslint/internal/config"
	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/python"
	"github.com/sesslint/sesslint/internal/source"
	"github.com/sesslint/sesslint/internal/suppress"
	"github.com/sesslint/sesslint/rule"
)

// Options say what a run does. Those that configuration files hold too are stronger than the files.
type Options struct {
	// Dir is the working directory, an absolute path; paths in reports are relative to it.
	Dir string
	// Paths are what the user named.
	Paths []string
	// Analyzers are all rules that exist, selected or not.
	Analyzers []*py.Analyzer
	// Parse parses a Python file.
	Parse python.ParseFunc

	Select, ExtendSelect, Ignore []string // Select nil: not given
	Pedantic                     bool
	FailOn                       rule.Severity // 0: as configured
	// Progress is called, if it is not nil, while files are read and parsed; it must be safe for concurrent use.
	Progress func(done, total int)
}

// Metas lists the rules that a set of analyzers and the engine itself bring, sorted by id.
func Metas(analyzers []*py.Analyzer) []*rule.Meta {
	metas := []*rule.Meta{suppress.Invalid, suppress.Unused}
	for _, a := range analyzers {
		metas = append(metas, a.Meta)
	}
	sort.SliceStable(metas, func(i, j int) bool { return metas[i].ID < metas[j].ID })
	return metas
}

// A Plan is what a run will check.
type Plan struct {
	options  Options
	rules    *config.Rules
	metas    []*rule.Meta
	targets  []*target
	problems []finding.Problem // with the named paths
}

// A target is one root that is checked with one configuration.
type target struct {
	dir    string
	starts []string        // named paths, and dir if it is walked
	only   map[string]bool // absolute paths of the files to report on; nil for all
	config *config.Config
	tree   *python.Tree

	exclude   python.Patterns
	perFile   []python.Patterns // by index of config.PerFileIgnores
	selection []config.Selection
}

// NewPlan finds the roots and configurations for the named paths and discovers their files. Mistakes in a configuration
// file or in a selector are errors; a path that does not exist is a problem of the plan.
func NewPlan(o Options) (*Plan, error) {
	p := &Plan{options: o, metas: Metas(o.Analyzers)}
	p.rules = config.NewRules(p.metas)
	command, err := p.commandLine()
	if err != nil {
		return nil, err
	}
	if err := p.findTargets(); err != nil {
		return nil, err
	}
	for _, t := range p.targets {
		t.selection = []config.Selection{t.config.Selection(), command}
		t.exclude = python.ParsePatterns(strings.Join(t.config.Exclude, "\n"))
		for _, x := range t.config.PerFileIgnores {
			t.perFile = append(t.perFile, python.ParsePatterns(x.Pattern))
		}
		t.tree = python.Discover(python.Options{
			Dir: t.dir, Starts: t.starts, Exclude: t.excluded, MaxFileSize: t.config.MaxFileSize,
			Parse: o.Parse, Display: p.display, Progress: o.Progress,
		})
	}
	if p.nothingSelected() {
		return nil, errors.New("no rule is selected, so nothing would be checked")
	}
	return p, nil
}

func (p *Plan) commandLine() (config.Selection, error) {
	var s config.Selection
	var errs []error
	parse := func(flag string, texts []string) []config.Selector {
		if texts == nil {
			return nil
		}
		out := []config.Selector{}
		for _, text := range texts {
			selector, err := p.rules.Selector(text)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", flag, err))
			}
			out = append(out, selector)
		}
		return out
	}
	s.Select = parse("--select", p.options.Select)
	s.ExtendSelect = parse("--extend-select", p.options.ExtendSelect)
	s.Ignore = parse("--ignore", p.options.Ignore)
	return s, errors.Join(errs...)
}

// findTargets groups the named paths. A folder is a root of its own, except that one below another named folder with the
// same configuration belongs to that. A file belongs to a named folder above it or else to its project, of which only
// the named files are reported on.
func (p *Plan) findTargets() error {
	var dirs, files []string
	for _, path := range p.options.Paths {
		abs := path
		if !filepath.IsAbs(abs) {
			abs = filepath.Join(p.options.Dir, path)
		}
		abs = filepath.Clean(abs)
		switch info, err := os.Stat(abs); {
		case errors.Is(err, os.ErrNotExist):
			message := "no such file or folder"
			if _, err := os.Lstat(abs); err == nil {
				message = "symbolic link leads nowhere, so nothing was checked"
			}
			p.problems = append(p.problems, finding.Problem{Kind: finding.Unread, At: finding.Span{Path: p.display(abs)}, Message: message})
		case err == nil && info.IsDir():
			dirs = append(dirs, abs)
		default:
			files = append(files, abs) // reading it tells what is wrong with it
		}
	}
	for _, list := range []*[]string{&dirs, &files} {
		sort.Strings(*list)
		*list = slices.Compact(*list)
	}
	configs := make(map[string]*config.Config)
	var errs []error
	load := func(dir string) *config.Config {
		file, err := config.Find(dir)
		if c := configs[file]; c != nil {
			return c
		}
		c := config.Default()
		if err == nil && file != "" {
			c, err = config.Load(file, p.rules)
		}
		if err != nil {
			errs = append(errs, p.shortPaths(err))
			c = config.Default()
		}
		configs[file] = c
		return c
	}
	add := func(dir string, c *config.Config, start string, isDir bool) {
		for _, t := range p.targets {
			if t.config == c && (t.only == nil || !isDir) && (t.dir == dir || t.only == nil && below(start, t.dir)) {
				t.starts = append(t.starts, start)
				if t.only != nil {
					t.only[start] = true
				}
				return
			}
		}
		t := &target{dir: dir, config: c, starts: []string{start}}
		if !isDir {
			t.only = map[string]bool{start: true}
		}
		p.targets = append(p.targets, t)
	}
	for _, dir := range dirs {
		add(dir, load(dir), dir, true)
	}
	for _, file := range files {
		root, found := python.FindRoot(file)
		if !found {
			root = filepath.Dir(file)
		}
		n := len(p.targets)
		add(root, load(filepath.Dir(file)), file, false)
		if found && len(p.targets) > n {
			t := p.targets[n]
			t.starts = append(t.starts, root)
		}
	}
	return errors.Join(errs...)
}

// shortPaths shows the paths in errors of configuration files like all others.
func (p *Plan) shortPaths(err error) error {
	var list config.Errors
	var one *config.Error
	if errors.As(err, &one) {
		list = config.Errors{one}
	} else {
		errors.As(err, &list)
	}
	for _, e := range list {
		e.File = p.display(e.File)
	}
	return err
}

// below reports whether a clean path is dir or lies somewhere in it.
func below(path, dir string) bool {
	if path == dir {
		return true
	}
	dir = strings.TrimSuffix(dir, string(filepath.Separator)) // of the root of the file system
	return len(path) > len(dir) && path[len(dir)] == filepath.Separator && strings.HasPrefix(path, dir)
}

// display returns a path relative to the working directory if it is below it, with forward slashes.
func (p *Plan) display(abs string) string {
	if below(abs, p.options.Dir) {
		if rel, err := filepath.Rel(p.options.Dir, abs); err == nil {
			abs = rel
		}
	}
	return filepath.ToSlash(abs)
}

// absolute is the reverse of display.
func (p *Plan) absolute(shown string) string {
	path := filepath.FromSlash(shown)
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(p.options.Dir, path)
}

// excluded reports whether the configuration leaves out a path that the walk meets.
func (t *target) excluded(abs string, dir bool) bool {
	rel, ok := t.relative(abs)
	return ok && t.exclude.Ignores(rel, dir)
}

// relative returns a path as seen from the folder of the configuration file.
func (t *target) relative(abs string) (string, bool) {
	if t.config.File == "" {
		return "", false
	}
	rel, err := filepath.Rel(filepath.Dir(t.config.File), abs)
	return filepath.ToSlash(rel), err == nil && !strings.HasPrefix(rel, "..")
}

// selected reports whether a rule runs on a target at all.
func (t *target) selected(m *rule.Meta) bool { return config.Selected(m, t.selection...) }

// ignoredIn reports whether per-file-ignores turns a rule off in a file.
func (t *target) ignoredIn(m *rule.Meta, abs string) bool {
	rel, ok := t.relative(abs)
	if !ok {
		return false
	}
	for i, x := range t.config.PerFileIgnores {
		if config.Matches(x.Rules, m) && t.perFile[i].Match(rel) {
			return true
		}
	}
	return false
}

// owns reports whether a target is the one that reports on a file: of nested ones, that with the closest named path.
func (p *Plan) owns(t *target, abs string) bool {
	closest := func(t *target) int {
		best := -1
		for _, start := range t.starts {
			if below(abs, start) && (t.only == nil || t.only[abs]) {
				best = max(best, len(start))
			}
		}
		return best
	}
	mine := closest(t)
	return mine >= 0 && !slices.ContainsFunc(p.targets, func(other *target) bool { return other != t && closest(other) > mine })
}

// Files returns the files that are checked, as shown to the user, sorted.
func (p *Plan) Files() []string {
	var out []string
	for _, t := range p.targets {
		for _, path := range t.tree.Checked() {
			if p.owns(t, p.absolute(path)) {
				out = append(out, path)
			}
		}
	}
	sort.Strings(out)
	return slices.Compact(out)
}

// nothingSelected reports whether there are targets and no rule runs on any of them.
func (p *Plan) nothingSelected() bool {
	return len(p.targets) > 0 && !slices.ContainsFunc(p.targets, func(t *target) bool {
		return slices.ContainsFunc(p.metas, t.selected)
	})
}

// Problems returns what is known to be wrong before any file is read: paths that do not exist, folders that cannot be
// walked.
func (p *Plan) Problems() []finding.Problem {
	out := slices.Clone(p.problems)
	for _, t := range p.targets {
		for _, x := range t.tree.Unwalked() {
			if p.owns(t, p.absolute(x.At.Path)) {
				out = append(out, x)
			}
		}
	}
	finding.SortProblems(out)
	return slices.Compact(out)
}

// Source returns a file, or nil if no target has read it.
func (p *Plan) Source(shown string) *source.File {
	for _, t := range p.targets {
		if f := t.tree.Source(shown); f != nil {
			return f
		}
	}
	return nil
}
