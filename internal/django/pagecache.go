package django

import (
	"bytes"
	"slices"

	"github.com/sesslint/sesslint/internal/py"
)

// A PageCache is a place that makes Django store whole responses.
type PageCache struct {
	Place
	// SiteWide is true for cache middleware in MIDDLEWARE, false for a use of cache_page.
	SiteWide bool
	// Module is the settings module of SiteWide.
	Module *SettingsModule
}

// cacheMiddleware are the classes of django.middleware.cache that store responses.
var cacheMiddleware = []string{
	"django.middleware.cache.UpdateCacheMiddleware", "django.middleware.cache.CacheMiddleware",
}

// PageCaching returns the places that cache whole pages: UpdateCacheMiddleware in MIDDLEWARE of a deployable settings module,
// and uses of cache_page in the files of the program and in URLconfs, tests excepted.
func (p *Project) PageCaching() []PageCache { return slices.Clone(p.caching()) }

func (p *Project) findPageCaches() []PageCache {
	var out []PageCache
	for _, m := range p.Deployable() {
		for _, name := range cacheMiddleware {
			if m.HasMiddleware(name) != Yes {
				continue
			}
			if at, ok := m.Middleware().At(); ok {
				out = append(out, PageCache{Place: at.Place, SiteWide: true, Module: m})
			}
			break
		}
	}
	seen := make(map[*py.Call]bool)
	inspect := func(f *py.File, root py.Node) {
		py.Inspect(root, func(n py.Node) bool {
			call, ok := n.(*py.Call)
			if ok && !seen[call] && f.Scopes.Qualified(call.Func) == "django.views.decorators.cache.cache_page" {
				seen[call] = true
				out = append(out, PageCache{Place: Place{f, call.Span}})
			}
			return true
		})
	}
	for _, f := range p.prog.Files {
		if f.Test || f.Module == nil || f.Scopes == nil || !bytes.Contains(f.Module.Src, []byte("cache_page")) || p.roleOfFile(f) == TestCode {
			continue
		}
		inspect(f, f.Module)
	}
	for _, r := range p.urls().routes {
		if bytes.Contains(r.File.Module.Src, []byte("cache_page")) {
			inspect(r.File, r.View)
		}
	}
	return out
}
