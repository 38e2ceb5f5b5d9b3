package saveeveryrequest

import (
	"slices"

	"github.com/sesslint/sesslint/internal/django"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
)

// story are the other places that have to do with the value.
func story(v django.Value, at django.Step) []py.Related {
	var out []py.Related
	for _, s := range v.Steps() {
		if s.Place != at.Place {
			out = append(out, py.Related{File: s.File, At: s.At, Message: s.Note})
		}
	}
	if s, ok := v.Override(); ok {
		out = append(out, py.Related{File: s.File, At: s.At, Message: s.Note})
	}
	return out
}

// payers are the routes that save sessions although nobody uses them there.
func payers(p *django.Project) []py.Related {
	var out []py.Related
	for _, r := range p.HealthChecks() {
		out = append(out, py.Related{File: r.File, At: r.At, Message: "this health check pays for it: a page that polls it saves its session each time"})
	}
	for _, r := range p.StaticRoutes() {
		if r.Qualified == "django.views.static.serve" && !conditional(r) {
			out = append(out, py.Related{File: r.File, At: r.At, Message: "this route pays for it: the session is saved with each file that Django serves"})
		}
	}
	return out
}

// conditional reports whether a route exists only if something holds, which for files usually is DEBUG.
func conditional(r django.Route) bool {
	return slices.ContainsFunc(r.File.Module.PathTo(r.At.Start), func(n py.Node) bool { _, ok := n.(*py.If); return ok })
}

const (
	middleware  = "django.contrib.sessions.middleware.SessionMiddleware"
	cacheUpdate = "django.middleware.cache.UpdateCacheMiddleware"
)

// leaksCookies reports whether the module caches responses with the session cookie in them, on a Django that does not send
// Vary: Cookie with each session cookie. That takes a cache above the session middleware; cache_page stores the response
// before the cookie is set.
func leaksCookies(p *django.Project, m *django.SettingsModule) (py.Related, bool) {
	version, _ := p.Version()
	if version.VaryMissing() != django.Yes {
		return py.Related{}, false
	}
	v := m.Middleware()
	list, _ := v.List()
	at, ok := v.At()
	if list == nil || !ok || m.HasMiddleware(cacheUpdate) != django.Yes || m.HasMiddleware(middleware) != django.Yes {
		return py.Related{}, false
	}
	names := list.Strings()
	if slices.Index(names, cacheUpdate) > slices.Index(names, middleware) {
		return py.Related{}, false
	}
	return py.Related{File: at.File, At: at.At, Message: "UpdateCacheMiddleware stores pages together with the session cookie they set"}, true
}

// masked lists the mutations that only the setting saves. Where a deployment runs without it, they are findings of
// nested-mutation-lost and setdefault-mutation-lost instead.
func masked(pass *py.Pass) []py.Related {
	if !django.Of(pass).SavesEveryRequest() {
		return nil
	}
	var out []py.Related
	for _, l := range sessflow.Of(pass).Lost {
		// What get() returned for a missing key is lost even so.
		if !l.LocalUse && l.Origin != sessflow.ByGetDefault {
			out = append(out, py.Related{File: l.File, At: l.At.Range(), Message: "this change of " + l.Slot() + " is saved only because of the setting"})
		}
	}
	return out
}

// marks are the edits that save these mutations without the setting. It reports false if one of them cannot be saved by
// an edit.
func marks(flow *sessflow.Result) ([]py.Edit, bool) {
	var out []py.Edit
	for _, l := range flow.Lost {
		edits, ok := mark(flow, l)
		if !ok {
			return nil, false
		}
		for _, e := range edits {
			if !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	return out, true
}

func mark(flow *sessflow.Result, l *sessflow.Lost) ([]py.Edit, bool) {
	if l.Origin == sessflow.ByGetDefault {
		return flow.KeepEdits(l)
	}
	e, ok := flow.MarkEdit(l)
	return []py.Edit{e}, ok
}
