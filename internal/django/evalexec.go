package django

import (
	"path"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// include runs a file in the current namespace, as split_settings and execfile do.
func (f *frame) include(p string) {
	file := f.ev.prog.Open(p)
	if file == nil || file.Module == nil || f.depth > maxInline*2 {
		f.openUp(py.Span{}, p+" cannot be read")
		return
	}
	inner := *f
	inner.file = file
	inner.depth++
	inner.body(file.Module.Body)
	if len(file.Module.Holes) > 0 && inner.ns.open == "" {
		inner.ns.open = "a part of " + p + " could not be parsed"
	}
}

// glob returns the files of the program that match a pattern relative to the folder of the current file, sorted.
func (f *frame) glob(pattern string) []string {
	full := path.Join(path.Dir(f.file.Path), pattern)
	if i, ok := slices.BinarySearch(f.ev.prog.Paths, full); ok {
		return f.ev.prog.Paths[i : i+1]
	}
	if !strings.ContainsAny(full, "*?[") {
		return nil
	}
	var out []string
	for _, p := range f.ev.prog.Paths {
		if ok, err := path.Match(full, p); err == nil && ok {
			out = append(out, p)
		}
	}
	return out
}

// execute runs exec(open("local_settings.py").read()): a file that each installation writes for itself may override what
// stands here, any other may hold anything.
func (f *frame) execute(e *py.Call) {
	if len(e.Args) > 0 {
		if o, ok := f.eval(e.Args[0].Value).c.v.(*opaque); ok {
			name := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(o.desc, textOf), pathTo), ">")
			if isLocalName(name) {
				f.ns.mayOverride(f.step(e.Span, "may be overridden by "+name, nil))
				return
			}
		}
	}
	f.openUp(e.Span, "code from another file is executed")
}

// pathTo starts the description of a path whose last part is known, textOf that of the content of such a file.
const (
	pathTo = "<path to "
	textOf = "<text of "
)

// pathValue is a path of which the last part may be known.
func pathValue(parts []Value) Value {
	if n := len(parts); n > 0 {
		if s, ok := parts[n-1].Str(); ok && s != "" {
			return constant(&opaque{pathTo + s[strings.LastIndexByte(s, '/')+1:] + ">"})
		}
	}
	return constant(&opaque{"<path>"})
}

// heroku runs django_heroku.settings(locals()), which replaces these settings and puts WhiteNoise in front of the middleware
// (django-heroku 0.3.1).
func (f *frame) heroku(e *py.Call) {
	const reason = "django_heroku sets it"
	for _, name := range []string{"DATABASES", "TEST_RUNNER", "STATIC_ROOT", "STATICFILES_STORAGE", "ALLOWED_HOSTS", "LOGGING", "SECRET_KEY"} {
		f.assign(name, unknown(reason), e.Span, nil, "")
	}
	if old, ok := f.lookup("MIDDLEWARE"); ok {
		v := distribute(old, func(old Value) Value {
			return f.binary("+", constant(stringList("whitenoise.middleware.WhiteNoiseMiddleware")), old)
		})
		f.assign("MIDDLEWARE", v, e.Span, nil, "extended here")
	}
}

// includeSettings runs the files that split_settings.tools.include names, in the namespace of the module.
func (f *frame) includeSettings(e *py.Call) {
	for _, a := range e.Args {
		if a.Name.Name != "" {
			continue
		}
		pattern, ok := f.eval(a.Value).Str()
		if !ok || a.Star != 0 {
			f.openUp(e.Span, "settings are included from a file whose name is not known")
			continue
		}
		files := f.glob(pattern)
		for _, p := range files {
			f.include(p)
		}
		if len(files) > 0 {
			continue
		}
		if strings.ContainsAny(pattern, "*?[") || f.isOptional(a.Value) {
			f.ns.mayOverride(f.step(e.Span, "may be overridden by "+pattern+", which is not in the repository", nil))
		} else {
			f.openUp(e.Span, "it may be set in "+pattern+", which is not in the repository")
		}
	}
}

func (f *frame) isOptional(e py.Expr) bool {
	call, ok := e.(*py.Call)
	if !ok {
		return false
	}
	dotted, ok := f.callee(call)
	return ok && dotted == "split_settings.tools.optional"
}
