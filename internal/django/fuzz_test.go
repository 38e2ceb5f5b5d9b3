package django

import (
	"testing"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/py/treesitter"
	"github.com/sesslint/sesslint/internal/pyproject"
)

// Whatever stands in a settings module, looking at it ends without a panic.
func FuzzSettings(f *testing.F) {
	for _, body := range []string{
		"X = [1]\nX += X\nX.insert(X.index(1), 2)\nfor i in X:\n    X.append(i)\n",
		"class A(A):\n    X = A.X\n    @property\n    def Y(self):\n        return super().Y\nA.load_settings(__name__)\n",
		"from . import config\nimport config.settings as s\nX = s.X\nfrom .settings import *\nfrom . import settings\nX = settings.settings\n",
		"import os, environ\nenv = environ.Env(A=(bool, False))\nX = env('A', default=env('B')) or '%s%(a)s' % {'a': 1} + '{}{a}'.format(1, a=2)\n",
		"def f(n):\n    return f(n-1) if n else X\nX = f(3)\nX = {**X, 'a': X} | X\nX['a']['b'] = X\ndel X['a']\n",
		"try:\n    from .local import *\nexcept ImportError:\n    X = 1 << 40 ** 99 // 0 % 0\nglobals()[X] = X\nwhile X:\n    X = -X\n",
		"import sys\nif 'test' in sys.argv and not (X := 1):\n    match X:\n        case [a, b]: pass\n        case _: X = 'a' * 9999999999\nX = [x for x in X if x for y in x]\n",
		"X = (((\nclass :\n  def\n",
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		m, err := treesitter.Parse([]byte("INSTALLED_APPS = []\n" + body))
		if err != nil {
			return
		}
		file := &py.File{Path: "config/settings.py", Module: m, Scopes: py.Resolve(m)}
		prog := &py.Program{Files: []*py.File{file}, Paths: []string{file.Path, "manage.py"}}
		prog.Open = func(path string) *py.File {
			if path == file.Path {
				return file
			}
			return nil
		}
		prog.Read = func(path string) []byte {
			if path == file.Path {
				return m.Src
			}
			return nil
		}
		p := New(prog, pyproject.New(prog))
		for _, m := range p.Settings() {
			m.Summary()
			m.SessionEngine()
			for _, name := range m.Names() {
				_ = m.Get(name).Text()
			}
		}
		p.Cleanup()
		p.Routes()
	})
}
