package django

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// callExternal evaluates a call of a builtin or of something of an installed package.
func (f *frame) callExternal(dotted string, e *py.Call) Value {
	if env := environClass(dotted); env != nil {
		return env.construct(f, e)
	}
	if v, ok := f.callEnvironment(dotted, e); ok {
		return v
	}
	name := strings.TrimPrefix(dotted, "builtins.")
	switch name {
	case "exec", "execfile":
		f.execute(e)
		return constant(nil)
	case "open", "io.open", "codecs.open", "compile":
		if len(e.Args) > 0 {
			v := f.eval(e.Args[0].Value)
			if _, isText := v.Str(); isText && name != "compile" {
				return pathValue([]Value{v})
			}
			return v
		}
	case "django_heroku.settings", "django_on_heroku.settings":
		f.heroku(e)
		return constant(nil)
	case "getattr":
		return f.getattr(e)
	case "super":
		return f.superCall()
	case "hasattr":
		return unknown("hasattr() is not followed")
	case "setattr":
		if len(e.Args) == 3 && f.isNamespace(e.Args[0].Value) {
			if s, ok := f.eval(e.Args[1].Value).Str(); ok {
				f.assign(s, f.eval(e.Args[2].Value), e.Span, e.Args[2].Value, "")
			} else {
				f.openUp(e.Span, "a setting is assigned by a name that is not known")
			}
		}
		return constant(nil)
	case "split_settings.tools.include":
		f.includeSettings(e)
		return constant(nil)
	case "split_settings.tools.optional":
		if len(e.Args) == 1 {
			return f.eval(e.Args[0].Value)
		}
	case "configurations.importer.install", "django_configurations.setup":
		return constant(nil)
	}
	if f.passNamespace(e) {
		return unknown("the call is not followed")
	}
	pos, kw, ok := f.args(e)
	if !ok {
		return unknown("the call is not followed")
	}
	return f.builtin(name, pos, kw)
}

// builtin evaluates builtins and functions of the standard library that settings use.
func (f *frame) builtin(name string, pos []Value, kw map[string]Value) Value {
	one := func(typ string, text bool, fn func(Const) (Const, bool)) Value {
		if len(pos) != 1 {
			return unknown("the call is not followed")
		}
		return combine(pos, typ, text, func(c []Const) (Const, bool) { return fn(c[0]) })
	}
	switch name {
	case "int", "long":
		return one("int", false, toInt)
	case "float":
		return one("float", false, toFloat)
	case "bool":
		return one("bool", true, func(c Const) (Const, bool) {
			t := c.Truthy()
			return Const{t == Yes}, t != Maybe
		})
	case "str", "unicode", "django.utils.encoding.force_str":
		return one("str", true, func(c Const) (Const, bool) {
			s, ok := c.display()
			return Const{s}, ok
		})
	case "list", "tuple", "set", "frozenset", "sorted":
		return f.sequence(name, pos)
	case "dict", "collections.OrderedDict":
		return dictCall(pos, kw)
	case "len":
		return one("int", false, func(c Const) (Const, bool) {
			if s, ok := c.Str(); ok {
				return Const{int64(len([]rune(s)))}, true
			}
			if l, ok := c.List(); ok && l.definite() {
				return Const{int64(len(l.Items))}, true
			}
			return Const{}, false
		})
	case "min", "max":
		return combine(pos, "", false, func(c []Const) (Const, bool) { return extreme(name, c) })
	case "round", "abs", "math.floor", "math.ceil":
		return one("int", false, func(c Const) (Const, bool) { return rounded(name, c) })
	case "distutils.util.strtobool", "setuptools._distutils.util.strtobool", "str2bool.str2bool":
		return one("bool", false, func(c Const) (Const, bool) {
			s, ok := c.Str()
			if !ok {
				return Const{}, false
			}
			b, ok := parseBool(s)
			return Const{b}, ok
		})
	case "json.loads", "ast.literal_eval":
		return one("", false, func(c Const) (Const, bool) {
			s, ok := c.Str()
			if !ok {
				return Const{}, false
			}
			return parseLiteral(s)
		})
	case "datetime.timedelta":
		return timedeltaCall(pos, kw)
	case "copy.copy", "copy.deepcopy":
		if len(pos) == 1 {
			return r0(pos[0])
		}
	case "pathlib.Path", "os.path.join", "unipath.Path":
		return pathValue(pos)
	case "pathlib.PurePath", "os.path.dirname", "os.path.abspath", "os.path.realpath",
		"os.path.normpath", "os.path.expanduser", "environ.Path", "os.getcwd", "path.Path", "py.path.local":
		return constant(&opaque{"<path>"})
	case "django.utils.translation.gettext_lazy", "django.utils.translation.ugettext_lazy", "django.utils.translation.gettext",
		"django.urls.reverse_lazy", "django.core.urlresolvers.reverse_lazy", "django.utils.translation.ugettext":
		return constant(&opaque{"<" + name + ">"})
	case "celery.schedules.crontab":
		return constant(&opaque{"crontab(...)"})
	}
	return unknown(strings.TrimPrefix(name, "builtins.") + "() is not followed")
}

func (f *frame) sequence(name string, pos []Value) Value {
	l := &List{Tuple: name == "tuple"}
	if len(pos) == 0 {
		return Value{kind: KindConst, c: Const{l}}
	}
	if pos[0].kind == KindEnv || pos[0].kind == KindOneOf {
		return mapConst(pos[0], func(c Const) Value { return f.sequence(name, []Value{{kind: KindConst, c: c}}) })
	}
	if pos[0].kind != KindConst {
		return pos[0]
	}
	v := extend(l, pos[0])
	if name != "sorted" {
		return v
	}
	out, _ := v.List()
	items := slices.Clone(out.Items)
	for _, it := range items {
		if _, ok := it.Value.Str(); !ok || it.Splice {
			return unknown("sorted() is not followed")
		}
	}
	slices.SortStableFunc(items, func(a, b Item) int {
		x, _ := a.Value.Str()
		y, _ := b.Value.Str()
		return strings.Compare(x, y)
	})
	return Value{kind: KindConst, c: Const{&List{Items: items}}}
}

func dictCall(pos []Value, kw map[string]Value) Value {
	d := &Dict{}
	if len(pos) > 0 {
		o, ok := pos[0].Dict()
		if !ok || pos[0].kind != KindConst {
			o = &Dict{Open: true}
		}
		d = d.merge(o)
	}
	names := make([]string, 0, len(kw))
	for name := range kw {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		d = d.set(Const{name}, kw[name])
	}
	return Value{kind: KindConst, c: Const{d}}
}

func toInt(c Const) (Const, bool) {
	if n, ok := c.Int(); ok {
		return Const{n}, true
	}
	if x, ok := c.Number(); ok {
		return Const{int64(math.Trunc(x))}, math.Abs(x) < 1<<62
	}
	if s, ok := c.Str(); ok {
		n, ok := parseInt(s)
		return Const{n}, ok
	}
	return Const{}, false
}

func toFloat(c Const) (Const, bool) {
	if x, ok := c.Number(); ok {
		return Const{x}, true
	}
	if s, ok := c.Str(); ok {
		x, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		return Const{x}, err == nil
	}
	return Const{}, false
}

func extreme(name string, c []Const) (Const, bool) {
	if len(c) == 0 {
		return Const{}, false
	}
	best := c[0]
	for _, x := range c[1:] {
		op := "<"
		if name == "max" {
			op = ">"
		}
		switch compareConst(op, x, best) {
		case Yes:
			best = x
		case Maybe:
			return Const{}, false
		}
	}
	_, ok := best.Number()
	return best, ok && len(c) > 1
}

func rounded(name string, c Const) (Const, bool) {
	x, ok := c.Number()
	if !ok || math.Abs(x) > 1<<62 {
		return Const{}, false
	}
	switch name {
	case "round":
		return Const{int64(math.RoundToEven(x))}, true
	case "math.floor":
		return Const{int64(math.Floor(x))}, true
	case "math.ceil":
		return Const{int64(math.Ceil(x))}, true
	}
	if n, ok := c.Int(); ok {
		return Const{max(n, -n)}, true
	}
	return Const{math.Abs(x)}, true
}

// parseBool reads what distutils' strtobool accepts.
func parseBool(s string) (value, ok bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "y", "yes", "t", "true", "on", "1":
		return true, true
	case "n", "no", "f", "false", "off", "0":
		return false, true
	}
	return false, false
}

// parseLiteral reads a scalar in JSON or Python syntax.
func parseLiteral(s string) (Const, bool) {
	switch t := strings.TrimSpace(s); t {
	case "True", "true":
		return Const{true}, true
	case "False", "false":
		return Const{false}, true
	case "None", "null":
		return Const{}, true
	default:
		if n, ok := parseNumber(t); ok {
			return n, true
		}
		var out string
		if json.Unmarshal([]byte(t), &out) == nil {
			return Const{out}, true
		}
	}
	return Const{}, false
}

// timedeltaUnits are the arguments of datetime.timedelta in seconds, in the order of its parameters.
var timedeltaUnits = []struct {
	name    string
	seconds float64
}{
	{"days", 86400}, {"seconds", 1}, {"microseconds", 1e-6}, {"milliseconds", 1e-3}, {"minutes", 60}, {"hours", 3600},
	{"weeks", 7 * 86400},
}

func timedeltaCall(pos []Value, kw map[string]Value) Value {
	var vals []Value
	var units []float64
	for i, u := range timedeltaUnits {
		v, ok := kw[u.name]
		if i < len(pos) {
			v, ok = pos[i], true
		}
		if ok {
			vals = append(vals, v)
			units = append(units, u.seconds)
		}
	}
	return combine(vals, "timedelta", false, func(c []Const) (Const, bool) {
		sum := 0.0
		for i, x := range c {
			n, ok := x.Number()
			if !ok {
				return Const{}, false
			}
			sum += n * units[i]
		}
		return timedelta(sum)
	})
}
