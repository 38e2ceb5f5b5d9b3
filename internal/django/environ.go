package django

import (
	"net/url"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// An environ is a reader of the environment from one of the well-known packages.
type environ struct {
	flavour flavour
	// scheme holds types and defaults that a django-environ Env was made with.
	scheme map[string]schemeEntry
	prefix string
}

type schemeEntry struct {
	typ string
	def *Value
}

func (o *environ) text() string { return "<reader of the environment>" }

// A flavour is a package with its own order of arguments and rules for defaults.
type flavour uint8

const (
	djangoEnviron flavour = iota // environ.Env: env("X", cast, default); the type of a default is the type of the value
	environs                     // environs.Env: env("X", default)
	decouple                     // config("X", default=..., cast=...): defaults are cast as well, a missing cast means str
	starlette                    // starlette.config.Config: config("X", cast=..., default=...)
	envparse                     // envparse.Env: env("X", cast=..., default=...), defaults as they are
)

// environClass returns a reader for a class of a package, nil if the name is none.
func environClass(dotted string) *environ {
	switch dotted {
	case "environ.Env", "environ.FileAwareEnv", "environ.environ.Env":
		return &environ{flavour: djangoEnviron}
	case "environs.Env", "environs.FileAwareEnv":
		return &environ{flavour: environs}
	case "decouple.Config", "decouple.AutoConfig", "prettyconf.Configuration":
		return &environ{flavour: decouple}
	case "starlette.config.Config":
		return &environ{flavour: starlette}
	case "envparse.Env", "envparse.ConfigurationError.Env":
		return &environ{flavour: envparse}
	}
	return nil
}

// construct evaluates Env(...). Keyword arguments of django-environ are its scheme: Env(DEBUG=(bool, False)).
func (o *environ) construct(f *frame, e *py.Call) Value {
	out := &environ{flavour: o.flavour, scheme: make(map[string]schemeEntry)}
	for _, a := range e.Args {
		if a.Name.Name == "" || o.flavour != djangoEnviron && o.flavour != envparse {
			continue
		}
		entry := schemeEntry{}
		if t, ok := a.Value.(*py.Tuple); ok && len(t.Elts) == 2 {
			entry.typ = castType(f, t.Elts[0])
			d := r0(f.eval(t.Elts[1]))
			entry.def = &d
		} else {
			entry.typ = castType(f, a.Value)
		}
		out.scheme[a.Name.Name] = entry
	}
	return constant(out)
}

// castType returns the type that a cast argument names: bool, int, float, str, list, dict, or "" if it is a function.
func castType(f *frame, e py.Expr) string {
	switch e := e.(type) {
	case *py.List:
		return "list"
	case *py.Tuple:
		return "list"
	case *py.Call:
		if v := f.evalQuiet(e.Func); v.kind == KindConst {
			if ext, ok := v.c.v.(external); ok && ext.dotted == "decouple.Csv" {
				return "list"
			}
		}
		return ""
	}
	v := f.evalQuiet(e)
	if v.kind != KindConst {
		return ""
	}
	ext, ok := v.c.v.(external)
	if !ok {
		return ""
	}
	switch name := strings.TrimPrefix(ext.dotted, "builtins."); name {
	case "bool", "int", "float", "str", "list", "dict":
		return name
	case "unicode":
		return "str"
	case "tuple":
		return "list"
	case "distutils.util.strtobool":
		return "bool"
	}
	return ""
}

// envMethods gives the type of what env.method("X") reads.
var envMethods = map[string]string{
	"": "", "str": "str", "unicode": "str", "bool": "bool", "int": "int", "float": "float", "list": "list", "tuple": "list",
	"dict": "dict", "json": "", "url": "url", "bytes": "bytes", "decimal": "float", "timedelta": "timedelta", "get_value": "",
	"path": "path", "log_level": "int", "date": "date", "datetime": "datetime", "uuid": "uuid", "enum": "enum", "get": "",
}

// call evaluates env("X", ...) and env.name("X", ...).
func (o *environ) call(f *frame, name string, e *py.Call) Value {
	switch name {
	case "read_env", "read_envfile", "seal", "prefixed":
		return constant(nil)
	case "cache", "cache_url":
		return o.cacheURL(f, e)
	case "db", "db_url", "email", "email_url", "search_url", "dj_db_url", "dj_email_url", "channels", "channels_url":
		return unknown("it is parsed from a URL of the environment")
	case "dj_cache_url":
		return o.cacheURL(f, e)
	}
	typ, ok := envMethods[name]
	if !ok {
		return unknown("the call is not followed")
	}
	variable, given, cast := "", (*Value)(nil), typ
	if typ == "" {
		cast = ""
	}
	position := 0
	for _, a := range e.Args {
		key := a.Name.Name
		if a.Star != 0 {
			return unknown("the call is not followed")
		}
		if key == "" {
			key = o.parameter(name, position)
			position++
		}
		switch key {
		case "var", "name", "option", "key":
			s, ok := f.eval(a.Value).Str()
			if !ok {
				return unknown("the name of the variable is not known")
			}
			variable = s
		case "default", "missing":
			v := f.eval(a.Value)
			if v.kind == KindConst {
				if ext, ok := v.c.v.(external); ok && !strings.HasPrefix(ext.dotted, "builtins.") {
					continue // environ.Env.NOTSET, decouple.undefined
				}
			}
			d := r0(v)
			given = &d
		case "cast":
			cast = castType(f, a.Value)
			if cast == "" {
				cast = "?"
			}
		case "subcast", "parse_default", "post_processor", "preprocessor", "validate", "required", "delimiter":
		}
	}
	if variable == "" {
		return unknown("the name of the variable is not known")
	}
	return o.read(f, variable, given, &cast)
}

// parameter names the i-th positional parameter.
func (o *environ) parameter(method string, i int) string {
	if i == 0 {
		return "var"
	}
	switch {
	case o.flavour == djangoEnviron && method == "list" || o.flavour == djangoEnviron && (method == "" || method == "get_value"):
		return [...]string{"", "cast", "default", "", ""}[min(i, 4)]
	case o.flavour == starlette:
		return [...]string{"", "cast", "default", "", ""}[min(i, 4)]
	}
	return [...]string{"", "default", "cast", "", ""}[min(i, 4)]
}

// read returns the value of a variable. cast is nil or "" where the call does not name a type, "?" where it is a function.
func (o *environ) read(f *frame, name string, given *Value, cast *string) Value {
	typ := ""
	if cast != nil {
		typ = *cast
	}
	if entry, ok := o.scheme[name]; ok {
		if typ == "" {
			typ = entry.typ
		}
		if given == nil {
			given = entry.def
		}
	}
	if typ == "?" {
		if o.flavour == decouple && given != nil {
			// The function is applied to the default as well, and what it makes of it is not known.
			return unknown("the cast of a variable is not followed")
		}
		return f.fromEnv(o.prefix+name, "", false, given)
	}
	if typ == "" {
		typ = "str"
		if o.flavour == djangoEnviron && given != nil {
			// django-environ takes the type from the default.
			if c, ok := given.Const(); ok {
				switch c.v.(type) {
				case bool, int64, float64, *List, *Dict:
					typ = c.TypeName()
				}
			}
		}
	}
	if o.flavour == decouple && given != nil {
		v := castDefault(*given, typ)
		given = &v
	}
	return f.fromEnv(o.prefix+name, typ, typ == "str", given)
}

// castDefault applies the cast of decouple to a default. decouple leaves a default without a cast as it is.
func castDefault(v Value, typ string) Value {
	return combine([]Value{v}, typ, false, func(c []Const) (Const, bool) {
		switch typ {
		case "bool":
			if s, ok := c[0].Str(); ok {
				b, ok := parseBool(s)
				return Const{b}, ok || s == ""
			}
			t := c[0].Truthy()
			return Const{t == Yes}, t != Maybe
		case "int":
			return toInt(c[0])
		case "float":
			return toFloat(c[0])
		case "list":
			if s, ok := c[0].Str(); ok {
				if s == "" {
					return Const{&List{}}, true
				}
				parts := strings.Split(s, ",")
				for i := range parts {
					parts[i] = strings.TrimSpace(parts[i])
				}
				return Const{stringList(parts...)}, true
			}
		}
		return c[0], true
	})
}

// envValue is the value of one variable. def is nil where the variable is required.
func envValue(name, typ string, text bool, def *Value) Value {
	env := &Env{Names: []string{name}, Type: typ, Text: text}
	if def == nil {
		return Value{kind: KindEnv, env: env}
	}
	switch def.kind {
	case KindEnv:
		// The default is another variable: the second one decides when the first is unset.
		env.Names = append(env.Names, def.env.Names...)
		env.Default = def.env.Default
		if env.Type != def.env.Type {
			env.Type = ""
		}
	case KindUnknown:
		return *def
	default:
		d := r0(*def)
		env.Default = &d
	}
	return Value{kind: KindEnv, env: env}
}

// fromEnv is envValue, noting the variable for the function that is being followed.
func (f *frame) fromEnv(name, typ string, text bool, def *Value) Value {
	v := envValue(name, typ, text, def)
	f.ev.envReads = append(f.ev.envReads, name)
	return v
}

// callEnvironment evaluates the functions that read the environment without an object.
func (f *frame) callEnvironment(dotted string, e *py.Call) (Value, bool) {
	switch dotted {
	case "os.environ.get", "os.getenv", "os.environ.pop", "os.environ.setdefault":
		if len(e.Args) == 0 || e.Args[0].Star != 0 {
			return unknown("the name of the variable is not known"), true
		}
		name, ok := f.eval(e.Args[0].Value).Str()
		if !ok {
			return unknown("the name of the variable is not known"), true
		}
		def := constant(nil)
		if len(e.Args) > 1 {
			def = f.eval(e.Args[1].Value)
		} else if dotted == "os.environ.pop" {
			return f.fromEnv(name, "str", true, nil), true
		}
		if name == settingsVariable && len(e.Args) > 1 {
			f.nameSettings(e.Span, def)
		}
		return f.fromEnv(name, "str", true, &def), true
	case "decouple.config", "prettyconf.config":
		return (&environ{flavour: decouple}).call(f, "", e), true
	case "environs.env":
		return (&environ{flavour: environs}).call(f, "", e), true
	case "envparse.env":
		return (&environ{flavour: envparse}).call(f, "", e), true
	case "django_cache_url.config":
		return (&environ{flavour: djangoEnviron}).cacheURL(f, e), true
	case "django_cache_url.parse", "environ.Env.cache_url_config":
		if len(e.Args) > 0 {
			return mapConst(f.eval(e.Args[0].Value), cacheConfig), true
		}
	}
	if method, ok := strings.CutPrefix(dotted, "environs.env."); ok {
		return (&environ{flavour: environs}).call(f, method, e), true
	}
	if method, ok := strings.CutPrefix(dotted, "envparse.env."); ok {
		return (&environ{flavour: envparse}).call(f, method, e), true
	}
	return Value{}, false
}

// cacheURL evaluates env.cache("CACHE_URL", default="locmemcache://").
func (o *environ) cacheURL(f *frame, e *py.Call) Value {
	name, def := "CACHE_URL", (*Value)(nil)
	for i, a := range e.Args {
		switch {
		case a.Name.Name == "var" || a.Name.Name == "env" || a.Name.Name == "" && i == 0:
			s, ok := f.eval(a.Value).Str()
			if !ok {
				return unknown("the name of the variable is not known")
			}
			name = s
		case a.Name.Name == "default" || a.Name.Name == "" && i == 1:
			v := mapConst(f.eval(a.Value), cacheConfig)
			def = &v
		}
	}
	if entry, ok := o.scheme[name]; ok && def == nil && entry.def != nil {
		v := mapConst(*entry.def, cacheConfig)
		def = &v
	}
	return f.fromEnv(name, "dict", false, def)
}

// cacheBackends maps the schemes of cache URLs (django-environ 0.11, django-cache-url 3.4) to backends.
var cacheBackends = map[string]string{
	"dbcache":       "django.core.cache.backends.db.DatabaseCache",
	"db":            "django.core.cache.backends.db.DatabaseCache",
	"dummycache":    "django.core.cache.backends.dummy.DummyCache",
	"dummy":         "django.core.cache.backends.dummy.DummyCache",
	"filecache":     "django.core.cache.backends.filebased.FileBasedCache",
	"file":          "django.core.cache.backends.filebased.FileBasedCache",
	"locmemcache":   "django.core.cache.backends.locmem.LocMemCache",
	"locmem":        "django.core.cache.backends.locmem.LocMemCache",
	"memcache":      "django.core.cache.backends.memcached.PyMemcacheCache",
	"memcached":     "django.core.cache.backends.memcached.PyMemcacheCache",
	"pymemcache":    "django.core.cache.backends.memcached.PyMemcacheCache",
	"pymemcached":   "django.core.cache.backends.memcached.PyMemcacheCache",
	"pylibmc":       "django.core.cache.backends.memcached.PyLibMCCache",
	"rediscache":    "django_redis.cache.RedisCache",
	"redis":         "django_redis.cache.RedisCache",
	"rediss":        "django_redis.cache.RedisCache",
	"elasticache":   "django_elasticache.memcached.ElastiCache",
	"djangopylibmc": "django_pylibmc.memcached.PyLibMCCache",
}

// cacheConfig returns the entry of CACHES that a cache URL stands for: its BACKEND, and an open rest.
func cacheConfig(c Const) Value {
	s, ok := c.Str()
	if !ok {
		if c.IsNone() {
			return constant(&Dict{})
		}
		return unknown("the cache URL is not known")
	}
	scheme, _, _ := strings.Cut(s, ":")
	if u, err := url.Parse(s); err == nil && u.Scheme != "" {
		scheme = u.Scheme
	}
	backend, ok := cacheBackends[strings.ToLower(scheme)]
	if !ok {
		return unknown("the scheme of the cache URL is not known")
	}
	d := &Dict{Entries: []Entry{{Key: Const{"BACKEND"}, Value: constant(backend)}}, Open: true}
	return constant(d)
}
