// Package replay executes evidence programs: small Django projects in a restricted Python, run on the reference session
// store. What a rule reports and what is measured are thereby the same bytes.
//
// The interpreter knows functions, simple classes, the usual statements, plain values, sessions, requests, responses and the
// few parts of Django in django.go; evidence may add functions of its own (Project.Host). Whatever it does not know is an
// *Unmodelled error that fails the measurement: it never guesses. Dicts have string keys only and are walked in sorted order.
// Templates, the ORM, decorators, async code and inheritance are not modelled.
package replay

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// A Project is the parsed files of one evidence program.
type Project struct {
	// Host holds Go functions by the dotted name under which the Python code imports and calls them, such as
	// "shop.models.Row.objects.values".
	Host map[string]HostFunc

	modules map[string]*module // by path
	files   map[string][]byte
	err     error
}

// A HostFunc is a Go function that Python code may call. Its arguments and result are Python values as package sessionstore
// represents them.
type HostFunc func(site *Site, args []any, kwargs map[string]any) (any, error)

// An Unmodelled error says that a program does something that the interpreter does not know.
type Unmodelled struct {
	Path string
	Line int
	What string
}

func (u *Unmodelled) Error() string {
	return fmt.Sprintf("%s:%d: %s, which the replay does not model", u.Path, u.Line, u.What)
}

type module struct {
	path   string
	dotted string // import name
	tree   *py.Module
	// globals are the names that plain top-level statements bind: the last binding of each.
	globals map[string]py.Stmt
	// murky holds the source of top-level statements that may bind names in other ways.
	murky []string
}

// Load returns the project of files; parse parses the Python files among them.
func Load(files map[string][]byte, parse func([]byte) (*py.Module, error)) (*Project, error) {
	p := &Project{Host: map[string]HostFunc{}, modules: map[string]*module{}, files: files}
	for name, src := range files {
		if path.Ext(name) != ".py" {
			continue
		}
		tree, err := parse(src)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if len(tree.Holes) > 0 {
			return nil, fmt.Errorf("%s: syntax error", name)
		}
		dotted := strings.TrimSuffix(strings.TrimSuffix(name, ".py"), "/__init__")
		m := &module{path: name, dotted: strings.ReplaceAll(dotted, "/", "."), tree: tree, globals: map[string]py.Stmt{}}
		m.index()
		p.modules[name] = m
	}
	return p, nil
}

// Err returns the first thing that any run of the project met and could not model.
func (p *Project) Err() error { return p.err }

func (p *Project) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// Text returns a file of the project.
func (p *Project) Text(name string) []byte { return p.files[name] }

// index collects what the top level of a module binds.
func (m *module) index() {
	for _, s := range m.tree.Body {
		switch s := s.(type) {
		case *py.FunctionDef:
			m.globals[s.Name.Name] = s
		case *py.ClassDef:
			m.globals[s.Name.Name] = s
		case *py.Import:
			for _, a := range s.Names {
				name := a.AsName
				if name == "" {
					name, _, _ = strings.Cut(a.Name, ".")
				}
				m.globals[name] = s
			}
		case *py.ImportFrom:
			if s.Star {
				m.murky = append(m.murky, "*")
			}
			for _, a := range s.Names {
				m.globals[orName(a)] = s
			}
		case *py.Assign:
			if name, ok := s.Targets[0].(*py.Name); ok && len(s.Targets) == 1 {
				m.globals[name.ID] = s
				continue
			}
			m.murky = append(m.murky, m.text(s))
		case *py.ExprStmt:
			if _, doc := s.X.(*py.String); !doc {
				m.murky = append(m.murky, m.text(s))
			}
		case *py.PassStmt:
		default:
			m.murky = append(m.murky, m.text(s))
		}
	}
}

func orName(a py.Alias) string {
	if a.AsName != "" {
		return a.AsName
	}
	return a.Name
}

func (m *module) text(n py.Node) string {
	span := n.Range()
	return string(m.tree.Src[span.Start:span.End])
}

// clear reports whether nothing but the statement in globals can bind or change a name at the top level.
func (m *module) clear(name string) bool {
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)
	return !slices.ContainsFunc(m.murky, func(text string) bool { return text == "*" || word.MatchString(text) })
}

func (m *module) unknown(n py.Node, format string, args ...any) error {
	line := 1 + strings.Count(string(m.tree.Src[:n.Range().Start]), "\n")
	return &Unmodelled{Path: m.path, Line: line, What: fmt.Sprintf(format, args...)}
}

// module returns the module of the project with an import name, or nil.
func (p *Project) module(dotted string) *module {
	for _, m := range p.modules {
		if m.dotted == dotted {
			return m
		}
	}
	return nil
}

// settings returns the settings module: the only file called settings.py.
func (p *Project) settings() (*module, error) {
	var found *module
	for name, m := range p.modules {
		if path.Base(name) != "settings.py" {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("two settings modules, %s and %s", found.path, name)
		}
		found = m
	}
	if found == nil {
		return nil, fmt.Errorf("no settings.py")
	}
	return found, nil
}
