package django

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestImports(t *testing.T) {
	tests := []struct{ name, body, more, want string }{
		{"star", "X = 1\nfrom .base import *\n", "-- config/base.py --\nX = 2\nMIDDLEWARE = []\n", "2"},
		{"overridden after the star", "from .base import *\nX = 1\n", "-- config/base.py --\nX = 2\n", "1"},
		{"absolute star", "from config.base import *", "-- config/base.py --\nX = 2\n", "2"},
		{"chain", "from .b import *", "-- config/b.py --\nfrom .a import *\nX += ['b']\n-- config/a.py --\nX = ['a']\n", "['a', 'b']"},
		{"computed in the base", "from .base import *\nDEBUG = False", "-- config/base.py --\nDEBUG = True\nX = not DEBUG\n", "False"},
		{"private names", "from .base import *\nX = _Y", "-- config/base.py --\n_Y = 2\n", "unknown: _Y is not set before"},
		{"all", "from .base import *\nX = [A, B]", "-- config/base.py --\n__all__ = ['A']\nA = 1\nB = 2\n", "[1, unknown: B is not set before]"},
		{"single name", "from .base import X", "-- config/base.py --\nX = 2\n", "2"},
		{"renamed", "from .base import Y as X", "-- config/base.py --\nY = 2\n", "2"},
		{"module", "from . import base\nX = base.Y", "-- config/base.py --\nY = 2\n", "2"},
		{"module by full name", "import config.base\nX = config.base.Y", "-- config/base.py --\nY = 2\n", "2"},
		{"module renamed", "import config.base as b\nX = b.Y", "-- config/base.py --\nY = 2\n", "2"},
		{"through a package", "from config.parts import X", "-- config/parts/__init__.py --\nfrom .a import X\n-- config/parts/a.py --\nX = 2\n", "2"},
		{"environment of another module", "from config.env import env\nX = env.int('A', default=5)", "-- config/env.py --\nimport environ\nenv = environ.Env()\n", "5 unless the environment variable A says otherwise"},
		{"function of another module", "from config.tools import f\nX = f(2)", "-- config/tools.py --\nK = 3\ndef f(n):\n    return n * K\n", "6"},
		{"getattr of a module", "from . import base\nX = [getattr(base, 'Y'), getattr(base, 'Z', 7)]", "-- config/base.py --\nY = 2\n", "[2, 7]"},
		{"Django's defaults", "from django.conf import global_settings\nX = global_settings.SESSION_COOKIE_AGE", "", "1209600"},
		{"cycle", "from .base import *\nX = 1", "-- config/base.py --\nfrom .settings import *\nX = 2\n", "1"},
		{"sibling as in Python 2", "from base import *", "-- config/base.py --\nX = 2\nINSTALLED_APPS = []\n", "2"},
		{"local settings that are there", "X = 1\ntry:\n    from .local import *\nexcept ImportError:\n    pass\n", "-- config/local.py --\nX = 2\n", "2 if .local is there, 1 if not (.local is there)"},
		{"required local settings that are there", "X = 1\nfrom .local import *\n", "-- config/local.py --\nX = 2\n", "2"},
		{"fall-back module", "try:\n    from .production import *\nexcept ImportError:\n    from .base import *\n", "-- config/base.py --\nX = 2\n", "2"},
		{"split settings", "from split_settings.tools import include, optional\nX = 1\ninclude('parts/*.py', optional('local_settings.py'))", "-- config/parts/a.py --\nX += 1\n-- config/parts/b.py --\nX *= 10\n", "20"},
		{"classes", "from .base import Site\nSite.load_settings(__name__)", `
-- config/base.py --
class Settings:
    @classmethod
    def load_settings(cls, name): pass
class Base(Settings):
    A = ["a"]
    X = 1
class Site(Base):
    @property
    def X(self):
        return super().X + len(self.A)
`, "2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := settingsOf(t, tt.body, tt.more)
			if got := m.Get("X").Text(); got != tt.want {
				t.Errorf("X = %s\nwant %s", got, tt.want)
			}
			if m.Open() != "" {
				t.Errorf("the module is open: %s", m.Open())
			}
		})
	}
}

// Where the source does not show everything, settings that it does not assign are unknown instead of Django's default.
func TestOpenModules(t *testing.T) {
	tests := []struct{ name, body, more, reason string }{
		{"installed package", "from otherpackage.settings import *", "", "it may be set in the installed package otherpackage.settings"},
		{"missing module of the project", "from .base import *", "", "it may be set in .base, which is not in the repository"},
		{"exec", "exec(open('x').read())", "", "code from another file is executed"},
		{"globals by unknown name", "globals()[thing()] = 1", "", "a setting is assigned by a name that is not known"},
		{"globals in an unknown loop", "for k, v in thing():\n    globals()[k] = v", "", "settings are assigned in a loop, by names that are not known"},
		{"globals update", "globals().update(thing())", "", "settings are taken from a dict that is not known"},
		{"handed to a function", "thing(globals())", "", "thing() may set any setting"},
		{"by module name", "import dynaconf\ndynaconf.DjangoDynaconf(__name__)", "", "dynaconf.DjangoDynaconf() may set any setting"},
		{"open base", "from .base import *", "-- config/base.py --\nexec('x')\n", "code from another file is executed"},
		{"classes of django-configurations", "from configurations import Configuration\nclass Prod(Configuration):\n    SESSION_COOKIE_AGE = 5", "", "the settings are attributes of a class that an environment variable chooses"},
		{"split settings", "from split_settings.tools import include\ninclude(thing())", "", "settings are included from a file whose name is not known"},
		{"class with an unknown base", "from otherpackage import Base\nclass Site(Base):\n    Y = 1\nSite.load_settings(__name__)", "", "a base of Site is not followed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := settingsOf(t, "SESSION_COOKIE_NAME = 'sid'\n"+tt.body, tt.more)
			if m.Open() != tt.reason {
				t.Errorf("open %q, want %q", m.Open(), tt.reason)
			}
			absent := m.Get("SESSION_COOKIE_AGE")
			if absent.Kind() != KindUnknown || absent.Reason() != tt.reason {
				t.Errorf("SESSION_COOKIE_AGE = %s", absent.Text())
			}
			known := m.Get("SESSION_COOKIE_NAME")
			if s, _ := known.Str(); s != "sid" {
				t.Errorf("SESSION_COOKIE_NAME = %s", known.Text())
			}
		})
	}
}

// A module that each installation writes for itself may replace what the repository says; until then that stands.
func TestLocalOverride(t *testing.T) {
	for _, body := range []string{
		"A = 1\ntry:\n    from .local_settings import *\nexcept ImportError:\n    pass\nB = 2",
		"A = 1\nfrom .local_settings import *\nB = 2",
		"A = 1\nfrom env import *\nB = 2",
		"import os\nA = 1\ntry:\n    with open(os.path.join(os.path.dirname(__file__), 'local_settings.py')) as f:\n        exec(f.read(), globals())\nexcept IOError:\n    pass\nB = 2",
		"import os\nA = 1\nf = os.path.join('x', 'local_settings.py')\nif os.path.exists(f):\n    exec(compile(open(f).read(), f, 'exec'))\nB = 2",
		"from split_settings.tools import include, optional\nA = 1\ninclude(optional('local.py'))\nB = 2",
	} {
		m := settingsOf(t, body, "")
		if m.Open() != "" {
			t.Errorf("open: %s", m.Open())
		}
		for name, want := range map[string]bool{"A": true, "B": false, "SESSION_COOKIE_AGE": true} {
			at, ok := m.Get(name).Override()
			if ok != want {
				t.Errorf("%s: may %s be overridden? %v", body, name, ok)
			}
			if ok && at.File.Path != "config/settings.py" {
				t.Errorf("override at %s", at.File.Path)
			}
		}
		if n, known := m.Get("SESSION_COOKIE_AGE").Int(); !known || n != 1209600 {
			t.Errorf("SESSION_COOKIE_AGE = %s", m.Get("SESSION_COOKIE_AGE").Text())
		}
	}
}

func TestStory(t *testing.T) {
	m := settingsOf(t, `from .base import *
if thing():
    SESSION_COOKIE_AGE = 60
MIDDLEWARE += ["b"]
DEBUG = False
`, `
-- config/base.py --
import os
DEBUG = True
SESSION_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_AGE = int(os.environ.get("AGE", "30"))
if not DEBUG:
    SESSION_COOKIE_HTTPONLY = False
else:
    SESSION_COOKIE_NAME = "dev"
MIDDLEWARE = ["a"]
`)
	story := func(name string) []string {
		var out []string
		for _, s := range m.Get(name).Steps() {
			out = append(out, fmt.Sprintf("%s:%d %s", s.File.Path, s.Line(), s.Note))
		}
		return out
	}
	for name, want := range map[string][]string{
		"SESSION_COOKIE_AGE": {
			"config/base.py:4 set here, from the environment variable AGE; 30 when it is unset",
			"config/settings.py:4 overridden here if thing()",
		},
		"SESSION_COOKIE_NAME":     {"config/base.py:8 set here in the branch taken for DEBUG"},
		"MIDDLEWARE":              {"config/base.py:9 set here", "config/settings.py:5 extended here"},
		"SESSION_COOKIE_SECURE":   {"config/base.py:3 set here"},
		"SESSION_COOKIE_HTTPONLY": nil,
	} {
		if diff := cmp.Diff(want, story(name)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if b, known := m.Get("SESSION_COOKIE_SECURE").Bool(); b || !known {
		t.Error("SESSION_COOKIE_SECURE keeps what it was computed from")
	}
	reads := m.Get("SESSION_COOKIE_SECURE").Reads()
	if len(reads) != 1 || reads[0].Name != "DEBUG" || reads[0].Value.Text() != "True" || m.Get("DEBUG").Text() != "False" {
		t.Errorf("reads %v", reads)
	}
	if skipped := m.Skipped("SESSION_COOKIE_HTTPONLY"); len(skipped) != 1 || skipped[0].Line() != 6 || skipped[0].Note != "not reached: only if not DEBUG" {
		t.Errorf("skipped %v", skipped)
	}
	at, ok := m.Get("SESSION_COOKIE_SECURE").At()
	if !ok || string(at.File.Module.Src[at.At.Start:at.At.End]) != "SESSION_COOKIE_SECURE = not DEBUG" {
		t.Error("a step covers the assignment")
	}
	if at.Expr == nil || string(at.File.Module.Src[at.Expr.Range().Start:at.Expr.Range().End]) != "not DEBUG" {
		t.Error("a step has the expression that was assigned")
	}
}

// A file that does not parse says nothing about the names that its holes may bind.
func TestHoles(t *testing.T) {
	m := settingsOf(t, "SESSION_COOKIE_NAME = 'sid'\nclass ( :\n  = 5\n", "")
	if m.Open() == "" || m.Get("SESSION_COOKIE_AGE").Kind() != KindUnknown {
		t.Errorf("open %q", m.Open())
	}
}

// Endless settings end.
func TestBounds(t *testing.T) {
	body := "X = 0\n"
	for i := range 6 {
		body += fmt.Sprintf("%*sfor i%d in [%s]:\n", i*4, "", i, "1,2,3,4,5,6,7,8,9,10,")
	}
	body += fmt.Sprintf("%*sX += 1\n", 24, "")
	m := settingsOf(t, body, "")
	if m.Open() != "the settings are too long to follow" {
		t.Errorf("open %q, X = %s", m.Open(), m.Get("X").Text())
	}
	// Many conditions on one scalar are given up, on a list they are not.
	body = "X = 0\nY = []\n"
	for i := range 20 {
		body += fmt.Sprintf("if c%d():\n    X = %d\n    Y.append('%d')\n", i, i+1, i)
	}
	m = settingsOf(t, body, "")
	if got := m.Get("X").Text(); !strings.Contains(got, "unknown: it depends on too many conditions") || len(got) > 4000 {
		t.Errorf("X = %s", got)
	}
	if l, ok := m.Get("Y").List(); !ok || len(l.Items) != 20 || l.Items[7].Cond != "c7()" {
		t.Errorf("Y = %s", m.Get("Y").Text())
	}
}
