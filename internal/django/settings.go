package django

import (
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// A SettingsModule is a module that DJANGO_SETTINGS_MODULE names or may name, evaluated from top to bottom with
// everything it imports.
type SettingsModule struct {
	File *py.File
	// Name is the dotted name, such as "config.settings.production".
	Name string
	// Label says what the module is for, Why what tells so.
	Label Label
	Why   string

	project   *Project
	refs      []reference
	importers []*SettingsModule
	imports   []*SettingsModule
	// part is true if another module includes it by file name; selector if it chooses between modules.
	part, selector bool
	scope          *namespace
}

// Get returns the value of a setting. A setting that the module does not assign is absent: its Const is Django's default,
// if there is one for the project's version. Where the module may define names that the source does not show, the value is
// unknown instead.
func (m *SettingsModule) Get(name string) Value {
	v, ok := m.scope.own(name)
	if ok && v.kind != KindAbsent {
		return v
	}
	if m.scope.open != "" {
		return Value{kind: KindUnknown, reason: m.scope.open, override: m.scope.override}
	}
	v.override = m.scope.override
	v.django = m.djangoDefault(name)
	return v
}

func (m *SettingsModule) djangoDefault(name string) *Const {
	if c, ok := globalDefaults[name]; ok {
		return &c
	}
	if c, ok := versionedDefault(name, m.project.version); ok {
		return &c
	}
	return nil
}

// finish looks up what the module only imported, and gives alternatives that do not assign a setting Django's default.
func (m *SettingsModule) finish() {
	f := &frame{ev: m.project.eval, file: m.File, ns: m.scope}
	for _, name := range m.scope.names() {
		if !isSettingName(name) {
			continue
		}
		v, _ := m.scope.own(name)
		if v.kind == KindConst {
			if _, ok := v.c.v.(lazy); ok {
				v = f.resolveLazy(v)
				m.scope.set(name, v)
			}
		}
		if v.kind != KindOneOf {
			continue
		}
		alts := slices.Clone(v.alts)
		for i := range alts {
			if alts[i].Value.kind == KindAbsent {
				alts[i].Value.django = m.djangoDefault(name)
			}
		}
		v.alts = alts
		m.scope.set(name, settle(v))
	}
}

// settle makes alternatives that come to the same value one: a setting that is assigned its default in one branch only.
func settle(v Value) Value {
	c, ok := v.alts[0].Value.Const()
	if !ok {
		return v
	}
	for _, a := range v.alts[1:] {
		if o, ok := a.Value.Const(); !ok || o.equal(c) != Yes {
			return v
		}
	}
	out := v
	out.kind, out.c, out.alts = KindConst, c, nil
	return out
}

// Names returns the settings that the module assigns or imports, sorted.
func (m *SettingsModule) Names() []string {
	var out []string
	for _, name := range m.scope.names() {
		if v, _ := m.scope.own(name); isSettingName(name) && v.kind != KindAbsent {
			out = append(out, name)
		}
	}
	return out
}

// Open says why the module may have settings that the source does not show; "" if it has none.
func (m *SettingsModule) Open() string { return m.scope.open }

// Skipped returns the assignments of a setting in branches that are known not to be taken, such as those under "if not
// DEBUG" where DEBUG is True in the source.
func (m *SettingsModule) Skipped(name string) []Step { return slices.Clone(m.scope.skipped[name]) }

// empty reports whether the module assigns nothing that makes it settings.
func (m *SettingsModule) empty() bool {
	if m.scope.open != "" {
		return false
	}
	for _, name := range []string{"INSTALLED_APPS", "MIDDLEWARE", "MIDDLEWARE_CLASSES", "ROOT_URLCONF"} {
		if m.Get(name).Set() {
			return false
		}
	}
	return true
}

// Middleware returns the value of MIDDLEWARE, or of MIDDLEWARE_CLASSES where only that is set (Django before 2.0).
func (m *SettingsModule) Middleware() Value {
	v := m.Get("MIDDLEWARE")
	if !v.Set() {
		if old := m.Get("MIDDLEWARE_CLASSES"); old.Set() {
			return old
		}
	}
	return v
}

// HasMiddleware tells whether MIDDLEWARE lists a class by its dotted name.
func (m *SettingsModule) HasMiddleware(dotted string) Tri { return has(m.Middleware(), dotted) }

// HasSessions tells whether MIDDLEWARE lists Django's SessionMiddleware or a class of the project that derives from it.
func (m *SettingsModule) HasSessions() Tri {
	found := m.HasMiddleware(sessionMiddleware)
	if found == Yes {
		return Yes
	}
	eachString(m.Middleware(), func(s, cond string) {
		f, name, ok := m.project.graph.ResolveName(m.File, s)
		if !ok || found == Yes {
			return
		}
		def := classDef(f, name)
		if def == nil || !m.project.derives(f, def, sessionMiddleware, 0) {
			return
		}
		if found = Maybe; cond == "" {
			found = Yes
		}
	})
	return found
}

const sessionMiddleware = "django.contrib.sessions.middleware.SessionMiddleware"

// HasApp tells whether INSTALLED_APPS lists an app by its dotted name, or by an AppConfig below it.
func (m *SettingsModule) HasApp(dotted string) Tri {
	v := m.Get("INSTALLED_APPS")
	found := has(v, dotted)
	eachString(v, func(s string, cond string) {
		if strings.HasPrefix(s, dotted+".apps.") {
			if cond == "" {
				found = Yes
			} else if found == No {
				found = Maybe
			}
		}
	})
	return found
}

// has tells whether a list value contains a string.
func has(v Value, s string) Tri {
	switch v.kind {
	case KindAbsent, KindConst:
		if l, ok := v.List(); ok {
			return l.Has(s)
		}
	case KindOneOf:
		t := has(v.alts[0].Value, s)
		for _, a := range v.alts[1:] {
			if has(a.Value, s) != t {
				return Maybe
			}
		}
		return t
	}
	return Maybe
}

// eachString calls fn for each string that a list value may hold, with its condition.
func eachString(v Value, fn func(s, cond string)) {
	if l, ok := v.List(); ok {
		for _, it := range l.Items {
			if it.Splice {
				eachString(it.Value, func(s, cond string) { fn(s, conj(it.Cond, cond)) })
			} else if s, ok := it.Value.Str(); ok {
				fn(s, it.Cond)
			} else if it.Value.kind == KindOneOf {
				for _, a := range it.Value.alts {
					if s, ok := a.Value.Str(); ok {
						fn(s, conj(it.Cond, a.Cond))
					}
				}
			}
		}
		return
	}
	for _, a := range v.alts {
		eachString(a.Value, func(s, cond string) { fn(s, conj(a.Cond, cond)) })
	}
	if v.kind == KindEnv && v.env.Default != nil {
		eachString(*v.env.Default, func(s, cond string) { fn(s, conj("by default", cond)) })
	}
}

// CacheAlias returns the value of SESSION_CACHE_ALIAS.
func (m *SettingsModule) CacheAlias() Value { return m.Get("SESSION_CACHE_ALIAS") }

// SessionCache returns the entry of CACHES that cached sessions use: a dict, absent if CACHES has no such alias, unknown if
// the alias or CACHES is.
func (m *SettingsModule) SessionCache() Value {
	caches := m.Get("CACHES")
	return mapConst(m.CacheAlias(), func(alias Const) Value {
		return mapConst(caches, func(c Const) Value {
			d, ok := c.Dict()
			if !ok {
				return unknown("CACHES is not a dict")
			}
			return d.get(alias)
		})
	})
}

// SessionCacheBackend returns BACKEND of SessionCache, such as "django.core.cache.backends.locmem.LocMemCache".
func (m *SettingsModule) SessionCacheBackend() Value {
	cache := m.SessionCache()
	if cache.kind == KindAbsent {
		return unknown("CACHES has no entry for the alias of sessions")
	}
	return mapConst(cache, func(c Const) Value {
		d, ok := c.Dict()
		if !ok {
			return unknown("the entry of CACHES is not a dict")
		}
		v := d.Get("BACKEND")
		if v.kind == KindAbsent {
			return unknown("the entry of CACHES has no BACKEND")
		}
		return v
	})
}
