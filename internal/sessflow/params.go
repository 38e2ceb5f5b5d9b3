package sessflow

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// TakesRequest reports whether a parameter of the function is a request.
func (f *Func) TakesRequest() bool {
	for _, p := range f.Def.Params {
		if isRequestParam(f.file, p) {
			return true
		}
	}
	return false
}

// requestNames are the names that parameters for a request go by.
var requestNames = map[string]bool{"request": true, "req": true, "_request": true, "http_request": true, "django_request": true}

func isRequestParam(m *fileModel, p *py.Param) bool {
	return requestNames[p.Name.Name] || isRequestAnnotation(m.file.Scopes, p.Annotation)
}

func isRequestAnnotation(s *py.Scopes, e py.Expr) bool {
	if e == nil {
		return false
	}
	switch e := e.(type) {
	case *py.BinOp: // HttpRequest | None
		return isRequestAnnotation(s, e.Left) || isRequestAnnotation(s, e.Right)
	case *py.Subscript: // Optional[HttpRequest]
		return isRequestAnnotation(s, e.Index)
	}
	q := s.Qualified(e)
	if q == "rest_framework.request.Request" {
		return true
	}
	_, last := cutLast(q)
	switch e := e.(type) {
	case *py.String: // a forward reference
		_, last = cutLast(e.Value)
	case *py.Name:
		if q == "" {
			last = e.ID
		}
	}
	return strings.HasSuffix(last, "HttpRequest") || last == "WSGIRequest" || last == "ASGIRequest"
}

func cutLast(dotted string) (before, last string) {
	i := strings.LastIndexByte(dotted, '.')
	if i < 0 {
		return "", dotted
	}
	return dotted[:i], dotted[i+1:]
}

// paramValue returns what a parameter holds when the caller is not known.
func (a *analysis) paramValue(f *Func, p *py.Param) Value {
	scopes := f.file.file.Scopes
	if isRequestParam(f.file, p) {
		return one(a.requestObject())
	}
	if p.Annotation != nil {
		_, last := cutLast(scopes.Qualified(p.Annotation))
		if last == "SessionBase" || last == "SessionStore" && strings.HasPrefix(scopes.Qualified(p.Annotation), "django.") {
			return one(a.paramSession(f, p))
		}
		return unknown
	}
	if p.Name.Name == "session" && f.file.django && usesSessionAPI(f, p.Name.Name) {
		return one(a.paramSession(f, p))
	}
	return unknown
}

// paramSession is a session that a parameter holds.
func (a *analysis) paramSession(f *Func, p *py.Param) *Object {
	return a.heap.intern(objectID{kind: Session, text: p.Name.Name, fn: f}, func(o *Object) { o.Expr, o.Func = p.Name.Name, f })
}

// sessionOnly are attributes that only Django's SessionBase has.
var sessionOnly = map[string]bool{
	"modified": true, "accessed": true, "session_key": true, "set_expiry": true, "cycle_key": true, "set_test_cookie": true,
	"get_expiry_age": true, "get_expiry_date": true, "test_cookie_worked": true, "delete_test_cookie": true,
}

// usesSessionAPI reports whether a function uses a variable as only a Django session can be used.
func usesSessionAPI(f *Func, name string) bool {
	found := false
	py.Inspect(f.Def, func(n py.Node) bool {
		if at, ok := n.(*py.Attribute); ok && sessionOnly[at.Attr.Name] {
			if x, ok := at.X.(*py.Name); ok && x.ID == name {
				found = true
			}
		}
		return !found
	})
	return found
}

// rootParams gives the parameters of a root what an unknown caller passes.
func (a *analysis) rootParams(f *Func, self *Object) map[*py.Binding]Value {
	scope := f.file.file.Scopes.Of(f.Def)
	params := map[*py.Binding]Value{}
	if scope == nil {
		return params
	}
	for i, p := range f.Def.Params {
		b := scope.Bindings[p.Name.Name]
		switch {
		case b == nil:
		case i == 0 && self != nil:
			params[b] = one(self)
		default:
			params[b] = a.paramValue(f, p)
		}
	}
	return params
}

// selfOf returns the instance on which a method is analysed as a root, with the attributes that the methods of the class
// give it.
func (a *analysis) selfOf(f *Func) *Object {
	if f.Class == nil {
		return nil
	}
	if static, class := f.static(); static || class {
		return nil
	}
	self := a.heap.intern(objectID{kind: Instance, site: f.Class.Def, text: "self"}, func(o *Object) { o.Class = f.Class })
	if self.attrs != nil {
		return self
	}
	self.attrs = map[string]Value{}
	for _, m := range setters(f.Class, 0) {
		if static, class := m.static(); !static && !class {
			a.call(m, self, a.rootParams(m, self), a.captures[m], nil)
		}
	}
	return self
}

// setters returns the methods of a class and its known bases that assign attributes of self, __init__ first.
func setters(c *ClassInfo, depth int) []*Func {
	var out []*Func
	if depth > 5 {
		return nil
	}
	known, _ := c.bases()
	for _, b := range known {
		out = append(out, setters(b, depth+1)...)
	}
	if init := c.Methods["__init__"]; init != nil {
		out = append(out, init)
	}
	for _, f := range c.file.funcs {
		if f.Class == c && f.Def.Name.Name != "__init__" && assignsSelf(f) {
			out = append(out, f)
		}
	}
	return out
}

func assignsSelf(f *Func) bool {
	if len(f.Def.Params) == 0 {
		return false
	}
	self := f.Def.Params[0].Name.Name
	found := false
	py.Inspect(f.Def, func(n py.Node) bool {
		if s, ok := n.(*py.Assign); ok {
			for _, t := range s.Targets {
				if at, ok := t.(*py.Attribute); ok {
					if x, ok := at.X.(*py.Name); ok && x.ID == self {
						found = true
					}
				}
			}
		}
		return !found
	})
	return found
}
