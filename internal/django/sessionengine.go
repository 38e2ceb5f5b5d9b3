package django

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// An EngineKind is a family of session engines with the same storage.
type EngineKind uint8

const (
	EngineUnknown EngineKind = iota
	EngineDB
	EngineCachedDB
	EngineCache
	EngineFile
	EngineSignedCookies
	// EngineCustom is an engine of the project or of a package that does not derive from one of Django's.
	EngineCustom
)

// String returns the word for messages: "database", "cached database", "cache", "file", "cookie", "custom"; "unknown" otherwise.
func (k EngineKind) String() string {
	return [...]string{"unknown", "database", "cached database", "cache", "file", "cookie", "custom"}[k]
}

// NeedsCleanup reports whether expired sessions stay in the store until clearsessions removes them.
func (k EngineKind) NeedsCleanup() bool {
	return k == EngineDB || k == EngineCachedDB || k == EngineFile
}

// A SessionEngine is what SESSION_ENGINE means.
type SessionEngine struct {
	// Kind is where sessions are stored; for an engine of the project, where the engine it derives from stores them.
	Kind EngineKind
	// Path is the module, such as "django.contrib.sessions.backends.db"; empty if it is not one known module.
	Path string
	// Custom is true for an engine of the project or of another package.
	Custom bool
	// Class is the SessionStore class of an engine of the project, in File; both nil otherwise.
	File  *py.File
	Class *py.ClassDef
	// Value is the setting.
	Value Value
	// Certain is false where another engine may be chosen at run time: by a variable of the environment or a condition. Kind and
	// Path are then those with an empty environment.
	Certain bool
}

// djangoEngines are the modules of django.contrib.sessions.backends.
var djangoEngines = map[string]EngineKind{
	"django.contrib.sessions.backends.db":             EngineDB,
	"django.contrib.sessions.backends.cached_db":      EngineCachedDB,
	"django.contrib.sessions.backends.cache":          EngineCache,
	"django.contrib.sessions.backends.file":           EngineFile,
	"django.contrib.sessions.backends.signed_cookies": EngineSignedCookies,
}

// installedEngines are engines of other packages: django-redis-sessions (keys with a TTL), django-user-sessions,
// django-qsessions and django-encrypted-cookie-session.
var installedEngines = map[string]EngineKind{
	"redis_sessions.session":       EngineCache,
	"redis_sessions_fork.session":  EngineCache,
	"user_sessions.backends.db":    EngineDB,
	"qsessions.backends.db":        EngineDB,
	"qsessions.backends.cached_db": EngineCachedDB,
	"encrypted_cookies":            EngineSignedCookies,
}

// SessionEngine returns what SESSION_ENGINE of the module means.
func (m *SettingsModule) SessionEngine() SessionEngine {
	v := m.Get("SESSION_ENGINE")
	if s, ok := v.Str(); ok {
		return m.project.engine(m.File, s, v, true)
	}
	if v.kind == KindOneOf {
		// Alternatives of the same kind are as good as one.
		var first SessionEngine
		for i, a := range v.alts {
			s, ok := a.Value.Str()
			e := SessionEngine{Value: v}
			if ok {
				e = m.project.engine(m.File, s, v, false)
			}
			if i == 0 {
				first = e
			} else if e.Kind != first.Kind {
				first.Kind = EngineUnknown
			}
		}
		if first.Kind != EngineUnknown {
			first.Certain = true
			return first
		}
	}
	if u, ok := v.Unset(); ok {
		if s, ok := u.Str(); ok {
			return m.project.engine(m.File, s, v, false)
		}
	}
	return SessionEngine{Value: v}
}

// SessionEngine returns the engine of all deployable settings modules, with kind EngineUnknown if they differ or there are
// none.
func (p *Project) SessionEngine() SessionEngine {
	var out SessionEngine
	for i, m := range p.Deployable() {
		e := m.SessionEngine()
		switch {
		case i == 0:
			out = e
		case e.Kind != out.Kind:
			return SessionEngine{}
		case e.Path != out.Path:
			out.Path, out.File, out.Class = "", nil, nil
			out.Certain = out.Certain && e.Certain
		default:
			out.Certain = out.Certain && e.Certain
		}
	}
	return out
}

func (p *Project) engine(from *py.File, dotted string, v Value, certain bool) SessionEngine {
	e := SessionEngine{Path: dotted, Value: v, Certain: certain}
	if k, ok := djangoEngines[dotted]; ok {
		e.Kind = k
		return e
	}
	e.Custom = true
	if k, ok := installedEngines[dotted]; ok {
		e.Kind = k
		return e
	}
	e.Kind = EngineCustom
	file, name, ok := p.graph.ResolveName(from, dotted)
	if !ok || name != "" {
		return e
	}
	var kind EngineKind
	if kind, e.File, e.Class = p.storeKind(file, "SessionStore", 0); kind != EngineUnknown {
		e.Kind = kind
	}
	return e
}

// storeKind follows the bases of a session store class of the project to one of Django's engines.
func (p *Project) storeKind(file *py.File, name string, depth int) (EngineKind, *py.File, *py.ClassDef) {
	if depth > maxBases {
		return EngineUnknown, nil, nil
	}
	if b := file.Scopes.Module.Bindings[name]; b != nil {
		// The module may only pass on a class of another.
		for _, d := range b.Defs {
			if d.Kind == py.ImportDef {
				if k, ok := storeOf(d.Target); ok {
					return k, nil, nil
				}
			}
		}
	}
	file, name, ok := p.graph.Member(file, name)
	if !ok {
		return EngineUnknown, nil, nil
	}
	def := classDef(file, name)
	if def == nil {
		return EngineUnknown, file, nil
	}
	for _, a := range def.Args {
		if a.Name.Name != "" {
			continue
		}
		q := file.Scopes.Qualified(a.Value)
		if k, ok := storeOf(q); ok {
			return k, file, def
		}
		next, base, ok := p.resolveExpr(file, a.Value)
		if !ok || next == file && base == name {
			continue
		}
		if k, _, _ := p.storeKind(next, base, depth+1); k != EngineUnknown {
			return k, file, def
		}
	}
	return EngineUnknown, file, def
}

// storeOf returns the kind of the engine that a dotted SessionStore class belongs to.
func storeOf(dotted string) (EngineKind, bool) {
	module, ok := strings.CutSuffix(dotted, ".SessionStore")
	if !ok {
		return EngineUnknown, false
	}
	if k, ok := djangoEngines[module]; ok {
		return k, true
	}
	k, ok := installedEngines[module]
	return k, ok
}
