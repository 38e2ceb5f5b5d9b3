package sessflow

import (
	"github.com/sesslint/sesslint/internal/py"
)

// analyzeFile interprets the roots of one file.
func analyzeFile(p *program, m *fileModel) *Result {
	interesting := m.interesting()
	return analyzeRoots(p, m, func(f *Func) bool { return interesting[f] })
}

// analyzeRoots interprets those roots of a file for which keep holds.
func analyzeRoots(p *program, m *fileModel, keep func(*Func) bool) *Result {
	a := newAnalysis(p)
	r := &Result{}
	lost := map[*Mutation]*Lost{}
	for _, f := range m.funcs {
		if !keep(f) || !m.isRoot(f) {
			continue
		}
		a.calls = 0
		self := a.selfOf(f)
		params := a.rootParams(f, self)
		a.recording = true
		s := a.call(f, self, params, a.captures[f], nil)
		a.recording = false
		if s == nil || s.imprecise || a.coveredHere(f, self) {
			continue
		}
		for _, o := range s.outcomes {
			if o.mark != unmarked {
				continue
			}
			for _, mu := range o.pending {
				if lost[mu] == nil {
					lost[mu] = &Lost{Mutation: mu, Root: f}
					r.Lost = append(r.Lost, lost[mu])
				}
			}
		}
	}
	for _, l := range r.Lost {
		l.LocalUse = l.LocalUse || usedLocally(l.Mutation) || isGenerator(l.Func)
	}
	r.Events = a.eventSeq
	return r
}

func callsAny(f *Func, names map[string]bool) bool {
	found := false
	py.Inspect(f.Def, func(n py.Node) bool {
		if c, ok := n.(*py.Call); ok {
			switch fn := c.Func.(type) {
			case *py.Name:
				found = found || names[fn.ID]
			case *py.Attribute:
				if x, ok := fn.X.(*py.Name); ok && names[fn.Attr.Name] {
					found = found || x.ID == "self" || x.ID == "cls" || f.file.file.Scopes.Qualified(fn) != ""
				}
			}
		}
		return !found
	})
	return found
}

// lifecycle are methods that Django and rest_framework call by themselves.
var lifecycle = map[string]bool{
	"get": true, "post": true, "put": true, "patch": true, "delete": true, "head": true, "options": true, "dispatch": true, "setup": true,
	"get_context_data": true, "get_queryset": true, "get_object": true, "form_valid": true, "form_invalid": true,
	"get_success_url": true, "get_redirect_url": true, "list": true, "create": true, "retrieve": true, "update": true,
	"partial_update": true, "destroy": true, "initial": true, "perform_create": true, "perform_update": true, "__call__": true,
	"process_request": true, "process_response": true, "process_view": true, "process_exception": true,
	"process_template_response": true, "get_form_kwargs": true, "get_initial": true, "done": true, "save_model": true,
	"changelist_view": true, "change_view": true, "add_view": true, "response_change": true, "response_add": true, "render": true,
	"test_func": true, "has_permission": true, "authenticate": true, "get_template_names": true,
}

// isRoot reports whether a function is analysed on its own: a framework calls it, or nothing in this file does.
func (m *fileModel) isRoot(f *Func) bool {
	name := f.Def.Name.Name
	if f.Class != nil {
		return lifecycle[name] || !m.calls(f)
	}
	return !m.calls(f) || f.ViewLike()
}

// responses are calls whose result is an HTTP response.
var responses = map[string]bool{
	"render": true, "redirect": true, "HttpResponse": true, "JsonResponse": true, "HttpResponseRedirect": true, "Response": true,
	"TemplateResponse": true, "render_to_response": true, "HttpResponseBadRequest": true, "HttpResponseForbidden": true,
	"HttpResponseNotFound": true, "FileResponse": true, "StreamingHttpResponse": true, "HttpResponsePermanentRedirect": true,
	"HttpResponseNotAllowed": true, "HttpResponseServerError": true, "direct_to_template": true,
}

// ViewLike reports whether the function looks like something that answers a request itself: it has a request and returns a
// response, or it is a method that Django calls on a view or middleware.
func (f *Func) ViewLike() bool {
	if f.Class != nil && lifecycle[f.Def.Name.Name] {
		return true
	}
	if !f.TakesRequest() {
		return false
	}
	found := false
	py.Inspect(f.Def, func(n py.Node) bool {
		if r, ok := n.(*py.Return); ok && r.Value != nil {
			if c, ok := r.Value.(*py.Call); ok {
				switch fn := c.Func.(type) {
				case *py.Name:
					found = found || responses[fn.ID]
				case *py.Attribute:
					found = found || responses[fn.Attr.Name]
				}
			}
		}
		return !found
	})
	return found
}

// isGenerator reports whether a function yields: what it changes on the way is decoration of what it hands out.
func isGenerator(f *Func) bool {
	found := false
	py.Inspect(f.Def, func(n py.Node) bool {
		if _, ok := n.(*py.Yield); ok {
			found = true
		}
		return !found
	})
	return found
}
