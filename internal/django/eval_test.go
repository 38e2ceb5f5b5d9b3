package django

import (
	"strings"
	"testing"
)

func TestEvaluate(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"bool", `X = True`, `True`},
		{"none", `X = None`, `None`},
		{"hex and underscores", `X = 0x10 + 1_000`, `1016`},
		{"annotated", `X: int = 3`, `3`},
		{"chained", `Y = X = 5`, `5`},
		{"product", `X = 60 * 60 * 24 * 14`, `1209600`},
		{"division", `X = 7 / 2`, `3.5`},
		{"floor division", `X = -7 // 2`, `-4`},
		{"modulo", `X = -7 % 3`, `2`},
		{"power", `X = 2 ** 10`, `1024`},
		{"overflow", `X = 9223372036854775807 + 1`, `unknown: the expression is not understood`},
		{"timedelta", "from datetime import timedelta\nX = timedelta(days=1, hours=2)", `timedelta(seconds=93600)`},
		{"timedelta seconds", "import datetime\nX = int(datetime.timedelta(weeks=2).total_seconds())", `1209600`},
		{"timedelta attribute", "from datetime import timedelta\nX = timedelta(days=2).days * 86400", `172800`},
		{"timedelta product", "from datetime import timedelta as td\nX = (2 * td(hours=1)).total_seconds()", `7200.0`},
		{"strings", `X = 'a' "b" + 'c' * 2`, `'abcc'`},
		{"f-string", "Y = 'db'\nX = f'django.contrib.sessions.backends.{Y}'", `'django.contrib.sessions.backends.db'`},
		{"percent", "X = '%s.%d%%' % ('a', 3)", `'a.3%'`},
		{"percent by name", "X = '%(a)s-%(b)s' % {'a': 1, 'b': 2}", `'1-2'`},
		{"format", "X = '{}-{n}-{{}}'.format('a', n=2)", `'a-2-{}'`},
		{"methods", "X = ' A.B '.strip().lower().replace('.', '/')", `'a/b'`},
		{"join", "X = '.'.join(['a', 'b'])", `'a.b'`},
		{"split", "X = 'a,b'.split(',')", `['a', 'b']`},
		{"index and slice", "Y = ['a', 'b', 'c']\nX = [Y[0], Y[-1], Y[1:]]", `['a', 'c', ['b', 'c']]`},
		{"comparison", "X = 1 < 2 <= 2 != 3", `True`},
		{"membership", "X = 'a' in ['a'] and 'b' not in ('a',)", `True`},
		{"conditional", "X = 1 if 'a' == 'a' else 2", `1`},
		{"not", "DEBUG = True\nX = not DEBUG", `False`},
		{"or", "X = None or '' or 'z'", `'z'`},
		{"walrus", "X = (Y := 2) + Y", `4`},
		{"unpacking", "X, Y = 1, 2", `1`},
		{"unpacking of unknown", "X, Y = thing()", `unknown: it is unpacked from a value that is not known`},
		{"path", "from pathlib import Path\nBASE = Path(__file__).resolve().parent.parent\nX = BASE / 'sessions'", `unknown: the expression is not understood`},
		{"os.path", "import os\nX = os.path.join(os.path.dirname(__file__), 'x')", `<path to x>`},
		{"path of pathlib", "from pathlib import Path\nX = Path(__file__).resolve().parent / 'a' / 'b.txt'", `unknown: the expression is not understood`},
		{"secret file", "with open('key.txt') as f:\n    X = f.read().strip()", `unknown: the call is not followed`},
		{"django-heroku", "import django_heroku\nMIDDLEWARE = ['a']\nX = MIDDLEWARE\ndjango_heroku.settings(locals())\nX = MIDDLEWARE", `['whitenoise.middleware.WhiteNoiseMiddleware', 'a']`},
		{"undefined", "X = Y", `unknown: Y is not set before`},

		{"list extended", "X = ['a']\nX += ['b']\nX.append('c')\nX.extend(('d',))", `['a', 'b', 'c', 'd']`},
		{"list inserted", "X = ['a', 'c']\nX.insert(1, 'b')\nX.insert(X.index('c') + 1, 'd')", `['a', 'b', 'c', 'd']`},
		{"list removed", "X = ['a', 'b', 'c']\nX.remove('b')\nX.pop()", `['a']`},
		{"list concatenated", "Y = ['b']\nX = ['a'] + Y + ['c']", `['a', 'b', 'c']`},
		{"list unpacked", "Y = ('b',)\nX = ['a', *Y, 'c']", `['a', 'b', 'c']`},
		{"tuple", "X = ('a',)\nX += ('b',)", `('a', 'b')`},
		{"list of tuple", "X = list(('a', 'b'))\nX = tuple(X)", `('a', 'b')`},
		{"unknown in a list", "X = ['a'] + thing() + ['b']", `['a', *unknown: thing is not set before, 'b']`},
		{"comprehension", "Y = ['a', 'b', 'c']\nX = [y.upper() for y in Y if y != 'b']", `['A', 'C']`},
		{"filter keeps conditions", "import os\nY = ['a']\nif os.getenv('E'):\n    Y += ['b']\nX = [y for y in Y if y != 'z']", `['a', 'b' if os.getenv('E')]`},
		{"index assignment", "X = ['a', 'b']\nX[0] = 'z'", `['z', 'b']`},
		{"sorted", "X = sorted({'b', 'a'})", `['a', 'b']`},

		{"dict", "X = {'a': 1}\nX['b'] = 2\nX.update({'a': 3}, c=4)", `{'a': 3, 'b': 2, 'c': 4}`},
		{"nested dict", "X = {'default': {'BACKEND': 'a'}}\nX['default']['BACKEND'] = 'b'\nX['default'].update(KEY='k')", `{'default': {'BACKEND': 'b', 'KEY': 'k'}}`},
		{"dict merged", "Y = {'a': 1, 'b': 1}\nX = {**Y, 'b': 2} | {'c': 3}", `{'a': 1, 'b': 2, 'c': 3}`},
		{"dict with an unknown part", "X = {'a': 1, **thing(), 'b': 2}", `{'a': unknown: an unknown dict is merged over this key, 'b': 2, ...}`},
		{"dict get", "Y = {'a': 1}\nX = [Y.get('a'), Y.get('b', 2), Y['a']]", `[1, 2, 1]`},
		{"dict call", "X = dict(a=1, **{'b': 2})", `{'a': 1, 'b': 2}`},
		{"dict loop", "X = []\nfor k, v in {'a': 1, 'b': 2}.items():\n    X.append(k)", `['a', 'b']`},
		{"deleted key", "X = {'a': 1, 'b': 2}\ndel X['a']", `{'b': 2}`},
		{"dict comprehension", "X = {k: k + 'x' for k in ['a', 'b']}", `{'a': 'ax', 'b': 'bx'}`},

		{"loop over known", "X = 0\nfor i in [1, 2, 3]:\n    X += i", `6`},
		{"loop over unknown", "X = 1\nfor i in thing():\n    X = 2", `unknown: it is set in a loop`},
		{"list extended in a loop", "X = ['a']\nfor i in thing():\n    X.append(i)", `['a', *unknown: it is set in a loop]`},
		{"while", "X = 1\nwhile thing():\n    X = 2", `unknown: it is set in a loop`},
		{"with", "X = 1\nwith open('f') as f:\n    X = f.read()", `<text of f>`},
		{"deleted", "X = 1\ndel X", `not set`},

		{"known branch", "DEBUG = False\nif DEBUG:\n    X = 1\nelse:\n    X = 2", `2`},
		{"unknown branch", "if thing():\n    X = 1\nelse:\n    X = 2", `1 if thing(), 2 if not thing()`},
		{"elif", "if a():\n    X = 1\nelif b():\n    X = 2\nelse:\n    X = 3", `1 if a(), 2 if not a() and b(), 3 if not a() and not b()`},
		{"branch that raises", "if not thing():\n    raise ValueError\nX = 1", `1`},
		{"branch that exits", "import sys\nX = 1\nif thing():\n    X = 2\n    sys.exit(1)", `1`},
		{"same in both", "if thing():\n    X = 1\nelse:\n    X = 1", `1`},
		{"test run", "import sys\nX = 1\nif 'test' in sys.argv:\n    X = 2", `1`},
		{"test run by index", "import sys\nX = 1\nif len(sys.argv) > 1 and sys.argv[1] == 'test':\n    X = 2", `1`},
		{"test run kept", "import sys\nTESTING = 'test' in sys.argv or 'pytest' in sys.modules\nX = 2 if TESTING else 1", `1`},
		{"test run by name", "TESTING = thing()\nX = 2 if TESTING else 1", `1`},
		{"server command", "import sys\nX = 1\nif 'gunicorn' in sys.argv:\n    X = 2", `2 if 'gunicorn' in sys.argv, 1 if not ('gunicorn' in sys.argv)`},
		{"match", "match thing():\n    case 'a':\n        X = 1\n    case _:\n        X = 2", `1 if thing() matches 'a', 2 if not (thing() matches 'a')`},
		{"type checking", "from typing import TYPE_CHECKING\nX = 1\nif TYPE_CHECKING:\n    X = 2", `1`},

		{"two conditions on a list", "X = ['a']\nif p():\n    X += ['b']\nif q():\n    X.insert(0, 'c')", `['c' if q(), 'a', 'b' if p()]`},
		{"condition on a dict", "X = {'default': {'BACKEND': 'a'}}\nif p():\n    X['default']['BACKEND'] = 'b'", `{'default': {'BACKEND': 'b' if p(), 'a' if not p()}}`},

		{"globals", "globals()['X'] = 1", `1`},
		{"globals update", "globals().update({'X': 1})\nglobals().update(Y=2)", `1`},
		{"this module", "import sys\nm = sys.modules[__name__]\nsetattr(m, 'X', 1)", `1`},
		{"locals", "for n in ['X', 'Y']:\n    locals()[n] = n.lower()", `'x'`},

		{"function", "def minutes(n):\n    return n * 60\nX = minutes(5)", `300`},
		{"function with branches", "def f(a, b=2):\n    if a:\n        return b\n    return 0\nX = [f(1), f(0), f(1, b=3)]", `[2, 0, 3]`},
		{"lambda", "f = lambda n: n + 1\nX = f(2)", `3`},
		{"long function", "def f():\n" + strings.Repeat("    a = 1\n", 30) + "    return a\nX = f()", `unknown: the function is not followed`},
		{"recursion", "def f(n):\n    return f(n)\nX = f(1)", `unknown: the function is not followed`},
		{"class attribute", "class C:\n    A = 3\nclass D(C):\n    B = 4\nX = [D.A, D.B]", `[3, 4]`},
		{"enum", "import enum\nclass C(enum.Enum):\n    A = 3\nX = C.A", `unknown: members of an enum are not followed`},

		{"other error", "try:\n    X = thing()\nexcept ValueError:\n    X = 2", `unknown: thing is not set before if no ValueError occurs, 2 if not (no ValueError occurs)`},
		{"installed package", "X = ['a']\ntry:\n    import debug_toolbar\n    X += ['debug_toolbar']\nexcept ImportError:\n    pass", `['a', 'debug_toolbar' if debug_toolbar is installed]`},
		{"finally", "try:\n    X = 1\nfinally:\n    X = 2", `2`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := settingsOf(t, tt.body, "")
			if got := m.Get("X").Text(); got != tt.want {
				t.Errorf("X = %s\nwant %s", got, tt.want)
			}
			if m.Open() != "" {
				t.Errorf("the module is open: %s", m.Open())
			}
		})
	}
}

func TestEnvironment(t *testing.T) {
	tests := []struct {
		name, body, unset string // the value with an empty environment, "error" if there is none
		typ               string
		text              bool
	}{
		{"required", "import os\nX = os.environ['A']", "error", "str", true},
		{"get", "import os\nX = os.environ.get('A')", "None", "str", true},
		{"get with a string", "from os import environ\nX = environ.get('A', 'False')", "'False'", "str", true},
		{"getenv with a bool", "from os import getenv\nX = getenv('A', False)", "False", "str", true},
		{"bool of a string", "import os\nX = bool(os.environ.get('A', 'False'))", "True", "bool", true},
		{"bool without a default", "import os\nX = bool(os.environ.get('A'))", "False", "bool", true},
		{"compared", "import os\nX = os.environ.get('A', 'false').lower() == 'true'", "False", "bool", false},
		{"in a tuple", "import os\nX = os.getenv('A', 'yes').lower() in ('1', 'true', 'yes')", "True", "bool", false},
		{"int", "import os\nX = int(os.getenv('A', '3600'))", "3600", "int", false},
		{"int product", "import os\nX = int(os.getenv('A', 2)) * 60", "120", "int", false},
		{"or", "import os\nX = os.getenv('A') or 'b'", "'b'", "str", true},
		{"not", "import os\nX = not os.getenv('A')", "True", "bool", true},
		{"strtobool", "import os\nfrom distutils.util import strtobool\nX = strtobool(os.getenv('A', 'no'))", "False", "bool", false},
		{"json", "import os, json\nX = json.loads(os.getenv('A', 'true'))", "True", "", false},
		{"KeyError", "import os\ntry:\n    X = os.environ['A']\nexcept KeyError:\n    X = 'd'", "'d'", "str", true},
		{"second variable", "import os\nX = os.getenv('A', os.getenv('B', 'c'))", "'c'", "str", true},
		{"django-environ bool", "import environ\nenv = environ.Env()\nX = env.bool('A', default=True)", "True", "bool", false},
		{"django-environ cast by default", "import environ\nenv = environ.Env()\nX = env('A', default=False)", "False", "bool", false},
		{"django-environ string", "import environ\nenv = environ.Env()\nX = env('A')", "error", "str", true},
		{"django-environ positional cast", "import environ\nenv = environ.Env()\nX = env('A', int, 5)", "5", "int", false},
		{"django-environ scheme", "import environ\nenv = environ.Env(A=(bool, False))\nX = env('A')", "False", "bool", false},
		{"django-environ list", "from environ import Env\nenv = Env()\nX = env.list('A', default=['a'])", "['a']", "list", false},
		{"environs", "from environs import Env\nenv = Env()\nenv.read_env()\nX = env.int('A', 5)", "5", "int", false},
		{"environs call", "from environs import Env\nenv = Env()\nX = env('A', 'x')", "'x'", "str", true},
		{"environs module", "from environs import env\nX = env.bool('A', default=False)", "False", "bool", false},
		{"decouple cast", "from decouple import config\nX = config('A', default='False', cast=bool)", "False", "bool", false},
		{"decouple without a cast", "from decouple import config\nX = config('A', default=False)", "False", "str", true},
		{"decouple csv", "from decouple import config, Csv\nX = config('A', default='a, b', cast=Csv())", "['a', 'b']", "list", false},
		{"decouple int", "from decouple import config\nX = config('A', cast=int, default='3')", "3", "int", false},
		{"starlette", "from starlette.config import Config\nc = Config('.env')\nX = c('A', cast=bool, default=False)", "False", "bool", false},
		{"getattr of an unknown object", "conf = thing()\nX = getattr(conf, 'A', 5)", "5", "", false},
		{"get of an unknown dict", "conf = thing()\nX = conf.get('A', 5)", "5", "", false},
		{"cache url", "import environ\nenv = environ.Env()\nX = env.cache('A', default='locmemcache://')", "{'BACKEND': 'django.core.cache.backends.locmem.LocMemCache', ...}", "dict", false},
		{"f-string", "import os\nY = os.getenv('A', 'db')\nX = f'backends.{Y}'", "'backends.db'", "str", true},
		{"function of the project", "import os\ndef flag(name, default='0'):\n    return os.environ.get(name, default) == '1'\nX = flag('A')", "False", "bool", false},
		{"helper with a loop", "import os\ndef get(name, default=None):\n    for key in ['A', name]:\n        value = os.environ.get(key)\n        if value is not None:\n            return value.lower() == 'true'\n    return default\nX = get('B', False)", "False", "bool", false},
		{"helper with a branch", "import os\ndef get(name, default):\n    if name in os.environ:\n        return int(os.environ[name])\n    return default\nX = get('A', 5)", "5", "int", false},
		{"pydantic", "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    age: int = 60\ns = S()\nX = s.age", "60", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := settingsOf(t, tt.body, "").Get("X")
			env := v.Env()
			if v.Kind() != KindEnv {
				t.Fatalf("X = %s, kind %d", v.Text(), v.Kind())
			}
			unset := "error"
			if u, ok := v.Unset(); ok {
				unset = u.Text()
			}
			if unset != tt.unset || env.Type != tt.typ || env.Text != tt.text {
				t.Errorf("unset %s, type %q, text %v; want %s, %q, %v", unset, env.Type, env.Text, tt.unset, tt.typ, tt.text)
			}
			if !env.Attr && (len(env.Names) == 0 || env.Names[0] != "A") {
				t.Errorf("names %q", env.Names)
			}
			if v.Must(func(Const) bool { return true }) {
				t.Error("a variable of the environment is never certain")
			}
		})
	}
}

func TestBranchesOnTheEnvironment(t *testing.T) {
	m := settingsOf(t, `
import os
DEBUG = os.environ.get("DEBUG", "0") == "1"
SESSION_COOKIE_SECURE = False
if not DEBUG:
    SESSION_COOKIE_SECURE = True
MIDDLEWARE = ["a"]
if DEBUG:
    MIDDLEWARE.insert(0, "debug")
`, "")
	v := m.Get("SESSION_COOKIE_SECURE")
	isTrue := func(c Const) bool { b, _ := c.Bool(); return b }
	isFalse := func(c Const) bool { b, ok := c.Bool(); return ok && !b }
	if v.Must(isTrue) || !v.May(isTrue) || !v.Default(isTrue) || v.Default(isFalse) || !v.May(isFalse) {
		t.Errorf("SESSION_COOKIE_SECURE = %s", v.Text())
	}
	l, _ := m.Get("MIDDLEWARE").List()
	if len(l.Items) != 2 || l.Items[0].Cond != "DEBUG" || l.Items[0].ByDefault != No || l.Items[1].Cond != "" {
		t.Errorf("MIDDLEWARE = %s", m.Get("MIDDLEWARE").Text())
	}
	if l.Has("a") != Yes || l.Has("debug") != Maybe || l.Has("b") != No {
		t.Error("Has does not tell conditional elements")
	}
}
