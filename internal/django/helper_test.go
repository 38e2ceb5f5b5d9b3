package django

import (
	"slices"
	"strings"
	"testing"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/py/treesitter"
	"github.com/sesslint/sesslint/internal/pyproject"
	"golang.org/x/tools/txtar"
)

// A fixture is a small project.
type fixture struct {
	*Project
	files    map[string]*py.File
	problems []string
}

// load makes a project of the files of a txtar archive. As in a real run, only files with certain words are parsed
// beforehand, and neither tests nor migrations are.
func load(t *testing.T, archive string) *fixture {
	t.Helper()
	fx := &fixture{files: make(map[string]*py.File)}
	prog := &py.Program{}
	src := make(map[string][]byte)
	for _, f := range txtar.Parse([]byte(archive)).Files {
		if _, ok := src[f.Name]; ok {
			t.Fatalf("%s appears twice", f.Name)
		}
		src[f.Name] = f.Data
		prog.Paths = append(prog.Paths, f.Name)
	}
	slices.Sort(prog.Paths)
	prog.Read = func(path string) []byte { return src[path] }
	prog.Open = func(path string) *py.File {
		if f, ok := fx.files[path]; ok || !strings.HasSuffix(path, ".py") {
			return f
		}
		data, ok := src[path]
		if !ok {
			t.Errorf("%s is opened and does not exist", path)
			return nil
		}
		m, err := treesitter.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		fx.files[path] = &py.File{Path: path, Module: m, Scopes: py.Resolve(m), Test: strings.Contains(path, "test")}
		return fx.files[path]
	}
	prog.Problem = func(path string, _ py.Span, message string) { fx.problems = append(fx.problems, path+": "+message) }
	for _, path := range prog.Paths {
		if strings.Contains(path, "test") || strings.Contains(path, "migrations/") || !strings.HasSuffix(path, ".py") {
			continue
		}
		text := string(src[path])
		for _, word := range []string{"INSTALLED_APPS", "MIDDLEWARE", "SECRET_KEY", "ROOT_URLCONF", settingsVariable} {
			if strings.Contains(text, word) || strings.Contains(strings.ToLower(text), "session") {
				prog.Files = append(prog.Files, prog.Open(path))
				break
			}
		}
	}
	fx.Project = New(prog, pyproject.New(prog))
	return fx
}

// site is a project with one settings module, config/settings.py, that a server loads.
const site = `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
-- config/__init__.py --
-- config/wsgi.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
`

// settingsOf evaluates config/settings.py with a body and further files.
func settingsOf(t *testing.T, body, more string) *SettingsModule {
	t.Helper()
	fx := load(t, site+"-- config/settings.py --\nINSTALLED_APPS = []\n"+body+"\n"+more)
	if d := fx.Deployable(); len(d) == 1 {
		return d[0]
	}
	for _, m := range fx.Settings() {
		t.Logf("%s: %s, %s", m.File.Path, m.Label, m.Why)
	}
	t.Fatal("want one deployable settings module")
	return nil
}

// module returns the settings module at a path.
func (fx *fixture) module(t *testing.T, path string) *SettingsModule {
	t.Helper()
	for _, m := range fx.Settings() {
		if m.File.Path == path {
			return m
		}
	}
	t.Fatalf("no settings module %s", path)
	return nil
}

// function returns a function of a file by its name.
func (fx *fixture) function(t *testing.T, path, name string) (*py.File, *py.FunctionDef) {
	t.Helper()
	f := fx.prog.Open(path)
	if f == nil {
		t.Fatalf("no file %s", path)
	}
	var found *py.FunctionDef
	py.Inspect(f.Module, func(n py.Node) bool {
		if fn, ok := n.(*py.FunctionDef); ok && fn.Name.Name == name {
			found = fn
		}
		return true
	})
	if found == nil {
		t.Fatalf("no function %s in %s", name, path)
	}
	return f, found
}

// functionsIn returns the functions in a statement, itself included.
func functionsIn(n py.Node) []*py.FunctionDef {
	var out []*py.FunctionDef
	py.Inspect(n, func(n py.Node) bool {
		if fn, ok := n.(*py.FunctionDef); ok {
			out = append(out, fn)
		}
		return true
	})
	return out
}
