package django

import (
	"path"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// maxIncludes bounds the nesting of include() that is followed.
const maxIncludes = 12

// A Route is one entry of a URLconf.
type Route struct {
	Place
	// Pattern is the text of the route with the prefixes of the include() calls around it: a path() route or a regular
	// expression. It is incomplete where a part is not a literal.
	Pattern string
	// Regex is true if the last part is a regular expression.
	Regex bool
	// Name is the name= argument, without namespaces.
	Name string
	// View is the expression of the view, decorators and as_view() included.
	View py.Expr
	// ViewFile and ViewName are where the function or class is defined, nil and "" if it is not in the project. A method is
	// "Class.method".
	ViewFile *py.File
	ViewName string
	// Qualified is the dotted name of a view of an installed package, such as "django.views.generic.TemplateView".
	Qualified string
}

// urlconf holds all routes of the program. Where a view is defined is looked up when it is asked for: that may parse its
// file.
type urlconf struct {
	routes []Route
	// byName holds the indexes of the routes whose view ends in a name.
	byName map[string][]int
}

func symbolKey(file *py.File, name string) string { return file.Path + "\x00" + name }

// Routes returns the routes of all URLconfs of the project: those that ROOT_URLCONF of a settings module reaches, first, and
// then those of other files named urls.py. The order is that of the source.
func (p *Project) Routes() []Route { return p.routesBy(func(Route) bool { return true }) }

// Routed reports whether a route leads to a function or class of the project, or to a method of it.
func (p *Project) Routed(file *py.File, name string) bool {
	u := p.urls()
	for _, i := range u.byName[name] {
		r := u.routes[i]
		p.resolveView(&r)
		class, _, _ := strings.Cut(r.ViewName, ".")
		if r.ViewFile == file && (r.ViewName == name || class == name) {
			return true
		}
	}
	return false
}

var (
	// healthWords say by themselves that a route is a health check; healthEnds do as the last part of a path only.
	healthWords = py.WordSet("healthz healthcheck healthchecks ping pingz alive liveness livez readiness readyz heartbeat")
	healthEnds  = py.WordSet("health live ready probe")
	staticWords = py.WordSet("static media favicon robots assets")
)

// HealthChecks returns the routes that load balancers and orchestrators call: their pattern, name or view has a word such
// as healthz, ping, alive or readiness, they end in health, live, ready or probe, or are exactly status.
func (p *Project) HealthChecks() []Route {
	return p.routesBy(func(r Route) bool {
		for _, text := range []string{r.Pattern, r.Name, py.LastName(viewExpr(r.View))} {
			words := py.Words(text)
			for i, w := range words {
				if healthWords[w] || (w == "health" || w == "probe") && i+1 < len(words) && words[i+1] == "check" {
					return true
				}
			}
		}
		path := strings.ToLower(strings.Trim(r.Pattern, `/?\.`))
		return healthEnds[path[strings.LastIndexByte(path, '/')+1:]] || path == "status" || healthEnds[strings.ToLower(r.Name)]
	})
}

// StaticRoutes returns the routes that serve assets through Django: static and media files, favicon.ico, robots.txt.
func (p *Project) StaticRoutes() []Route {
	return p.routesBy(func(r Route) bool {
		q := r.File.Scopes.Qualified(viewExpr(r.View))
		return q == "django.views.static.serve" || q == "django.contrib.staticfiles.views.serve" || anyWord(r.Pattern, staticWords)
	})
}

func (p *Project) routesBy(keep func(Route) bool) []Route {
	var out []Route
	for _, r := range p.urls().routes {
		if keep(r) {
			p.resolveView(&r)
			out = append(out, r)
		}
	}
	return out
}

// routeFuncs are the functions that make a route; true for regular expressions.
var routeFuncs = map[string]bool{
	"django.urls.path": false, "django.urls.re_path": true, "django.conf.urls.url": true, "django.conf.urls.defaults.url": true,
	"django.urls.conf.path": false, "django.urls.conf.re_path": true, "django.conf.urls.static.static": false,
	"django.urls.url": true, "channels.routing.URLRouter": false,
}

// readURLs follows the URLconfs of the program.
func (p *Project) readURLs() *urlconf {
	u := &urlReader{p: p, conf: &urlconf{byName: make(map[string][]int)}, done: make(map[string]bool)}
	for _, m := range p.modules {
		if root, ok := m.Get("ROOT_URLCONF").Str(); ok {
			if f, ok := p.graph.ResolveModule(m.File, root); ok {
				u.file(f, "", 0)
			}
		}
	}
	for _, f := range p.prog.Paths {
		base := path.Base(f)
		if base == "urls.py" || strings.HasSuffix(base, ".py") && path.Base(path.Dir(f)) == "urls" || strings.HasSuffix(base, "_urls.py") {
			u.file(f, "", 0)
		}
	}
	return u.conf
}

type urlReader struct {
	p    *Project
	conf *urlconf
	// done holds the files that were read, from the root or from an include; active the current chain of includes.
	done   map[string]bool
	active []string
}

// file reads the urlpatterns of a module below a prefix. A module that is included twice has its routes under both.
func (u *urlReader) file(p, prefix string, depth int) {
	if depth > maxIncludes || slices.Contains(u.active, p) || depth == 0 && u.done[p] {
		return
	}
	u.done[p] = true
	f := u.p.prog.Open(p)
	if f == nil || f.Module == nil || f.Scopes == nil {
		return
	}
	u.active = append(u.active, p)
	defer func() { u.active = u.active[:len(u.active)-1] }()
	lists := patternLists(f)
	seen := make(map[*py.Call]bool)
	for _, e := range lists["urlpatterns"] {
		u.expr(f, lists, e, prefix, depth, seen)
	}
	// Routes outside urlpatterns (helpers, get_urls() of an admin) are routes all the same.
	py.Inspect(f.Module, func(n py.Node) bool {
		if call, ok := n.(*py.Call); ok && !seen[call] {
			if regex, ok := routeFuncs[f.Scopes.Qualified(call.Func)]; ok {
				u.route(f, lists, call, prefix, regex, depth, seen)
			}
		}
		return true
	})
}

// patternLists returns the expressions that make up each list variable at module level.
func patternLists(f *py.File) map[string][]py.Expr {
	lists := make(map[string][]py.Expr)
	walkStmts(f.Module.Body, func(s py.Stmt) bool {
		switch s := s.(type) {
		case *py.Assign:
			for _, t := range s.Targets {
				if n, ok := t.(*py.Name); ok {
					lists[n.ID] = append(lists[n.ID], s.Value)
				}
			}
		case *py.AnnAssign:
			if n, ok := s.Target.(*py.Name); ok && s.Value != nil {
				lists[n.ID] = append(lists[n.ID], s.Value)
			}
		case *py.AugAssign:
			if n, ok := s.Target.(*py.Name); ok {
				lists[n.ID] = append(lists[n.ID], s.Value)
			}
		case *py.ExprStmt:
			if call, ok := s.X.(*py.Call); ok && len(call.Args) > 0 {
				if a, ok := call.Func.(*py.Attribute); ok && mutators[a.Attr.Name] {
					if n, ok := a.X.(*py.Name); ok {
						lists[n.ID] = append(lists[n.ID], call.Args[len(call.Args)-1].Value)
					}
				}
			}
		case *py.FunctionDef, *py.ClassDef:
			return false
		}
		return true
	})
	return lists
}

// expr reads an expression that yields routes.
func (u *urlReader) expr(f *py.File, lists map[string][]py.Expr, e py.Expr, prefix string, depth int, seen map[*py.Call]bool) {
	if depth > maxIncludes {
		return
	}
	each := func(elts []py.Expr) {
		for _, x := range elts {
			u.expr(f, lists, x, prefix, depth, seen)
		}
	}
	switch e := e.(type) {
	case *py.List:
		each(e.Elts)
	case *py.Tuple:
		each(e.Elts)
	case *py.Starred:
		u.expr(f, lists, e.X, prefix, depth, seen)
	case *py.BinOp:
		u.expr(f, lists, e.Left, prefix, depth, seen)
		u.expr(f, lists, e.Right, prefix, depth, seen)
	case *py.IfExp:
		each([]py.Expr{e.Then, e.Else})
	case *py.Name:
		if e.ID == "urlpatterns" {
			return
		}
		for _, x := range lists[e.ID] {
			u.expr(f, lists, x, prefix, depth+1, seen)
		}
	case *py.Call:
		q := f.Scopes.Qualified(e.Func)
		if regex, ok := routeFuncs[q]; ok {
			u.route(f, lists, e, prefix, regex, depth, seen)
			return
		}
		// i18n_patterns(...), patterns("", ...), format_suffix_patterns([...]) and wrappers of the project.
		for _, a := range e.Args {
			u.expr(f, lists, a.Value, prefix, depth, seen)
		}
	}
}

// route reads path(route, view, name=...).
func (u *urlReader) route(f *py.File, lists map[string][]py.Expr, call *py.Call, prefix string, regex bool, depth int, seen map[*py.Call]bool) {
	if seen[call] {
		return
	}
	seen[call] = true
	r := Route{Place: Place{f, call.Span}, Regex: regex}
	var view py.Expr
	position := 0
	for _, a := range call.Args {
		key := a.Name.Name
		if key == "" {
			key = [...]string{"route", "view", "kwargs", "name"}[min(position, 3)]
			position++
		}
		switch key {
		case "route", "regex":
			r.Pattern = prefix + u.pattern(f, a.Value)
		case "view":
			view = a.Value
		case "name":
			if s, ok := a.Value.(*py.String); ok {
				r.Name = s.Value
			}
		}
	}
	if view == nil {
		return
	}
	if inc, ok := view.(*py.Call); ok && isInclude(f, inc) {
		if len(inc.Args) > 0 {
			u.include(f, lists, inc.Args[0].Value, r.Pattern, depth+1, seen)
		}
		return
	}
	r.View = view
	u.conf.routes = append(u.conf.routes, r)
	index := len(u.conf.routes) - 1
	for _, name := range viewNames(f, viewExpr(view)) {
		u.conf.byName[name] = append(u.conf.byName[name], index)
	}
}

// viewNames returns the names under which the function or class of a view may be defined: the parts of its expression and,
// where it was imported under another name, that of the import.
func viewNames(f *py.File, e py.Expr) []string {
	text := dottedText(e)
	if s, ok := e.(*py.String); ok {
		text = s.Value
	}
	names := strings.Split(text, ".")
	if q := f.Scopes.Qualified(e); q != "" {
		for _, part := range strings.Split(q, ".") {
			if part != "" && !slices.Contains(names, part) {
				names = append(names, part)
			}
		}
	}
	return names
}

func isInclude(f *py.File, call *py.Call) bool {
	q := f.Scopes.Qualified(call.Func)
	return q == "django.urls.include" || q == "django.conf.urls.include" || q == "django.urls.conf.include" ||
		q == "django.conf.urls.defaults.include"
}

// pattern returns the text of a route, without the anchors of regular expressions.
func (u *urlReader) pattern(f *py.File, e py.Expr) string {
	if call, ok := e.(*py.Call); ok && len(call.Args) == 1 {
		e = call.Args[0].Value // gettext_lazy("route/")
	}
	text := ""
	switch e := e.(type) {
	case *py.String:
		text = e.Value
	case *py.FString:
		for _, part := range e.Parts {
			if s, ok := part.(*py.String); ok {
				text += s.Value
			}
		}
	}
	return strings.TrimSuffix(strings.TrimPrefix(text, "^"), "$")
}

// include reads what include() includes: a dotted name, a module, a list, or a tuple of a list and a namespace.
func (u *urlReader) include(f *py.File, lists map[string][]py.Expr, e py.Expr, prefix string, depth int, seen map[*py.Call]bool) {
	if t, ok := e.(*py.Tuple); ok && len(t.Elts) > 0 {
		e = t.Elts[0]
	}
	switch e := e.(type) {
	case *py.String:
		if target, ok := u.p.graph.ResolveModule(f, e.Value); ok {
			u.file(target, prefix, depth)
		}
		return
	case *py.Name, *py.Attribute:
		if n, ok := e.(*py.Name); ok && lists[n.ID] != nil {
			for _, x := range lists[n.ID] {
				u.expr(f, lists, x, prefix, depth, seen)
			}
			return
		}
		if file, name, ok := u.p.resolveExpr(f, e); ok {
			switch name {
			case "", "urlpatterns":
				u.file(file.Path, prefix, depth)
			default:
				if file != f {
					inner := patternLists(file)
					for _, x := range inner[name] {
						u.expr(file, inner, x, prefix, depth+1, make(map[*py.Call]bool))
					}
				}
			}
		}
		return
	}
	u.expr(f, lists, e, prefix, depth, seen)
}

// viewExpr returns the function or class of a view behind decorators, as_view() and partial().
func viewExpr(e py.Expr) py.Expr {
	for range 8 {
		call, ok := e.(*py.Call)
		if !ok {
			break
		}
		if a, ok := call.Func.(*py.Attribute); ok && (a.Attr.Name == "as_view" || a.Attr.Name == "as_asgi") {
			return a.X
		}
		if len(call.Args) == 0 {
			return call.Func
		}
		e = call.Args[0].Value
	}
	return e
}

// resolveView finds where the view of a route is defined.
func (p *Project) resolveView(r *Route) {
	e := viewExpr(r.View)
	if s, ok := e.(*py.String); ok {
		r.ViewFile, r.ViewName, _ = p.graph.ResolveName(r.File, s.Value)
		return
	}
	if file, name, ok := p.resolveExpr(r.File, e); ok && name != "" {
		r.ViewFile, r.ViewName = file, name
		return
	}
	r.Qualified = r.File.Scopes.Qualified(e)
}
