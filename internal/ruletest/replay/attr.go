package replay

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/sessionstore"
)

// An invocation is one call of a function implemented in Go.
type invocation struct {
	frame  *frame
	at     py.Node // the call
	site   *Site
	args   []any
	kwargs map[string]any
	// call is Site.call, for functions that take a callable.
	call func(fn any, args []any, kwargs map[string]any) (any, error)
}

func (c *invocation) unknown(what string) error {
	return c.frame.mod.unknown(c.at, "%s", what)
}

// params returns the arguments in the order of names; those behind required may be left out and are nil then.
func (c *invocation) params(what string, required int, names ...string) ([]any, error) {
	if len(c.args) > len(names) {
		return nil, c.unknown(what + " is called with other arguments")
	}
	values := make([]any, len(names))
	set := copy(values, c.args)
	for name, v := range c.kwargs {
		i := slices.Index(names, name)
		if i < set {
			return nil, c.unknown(what + " is called with the argument " + name)
		}
		values[i] = v
	}
	for i, name := range names[:required] {
		if _, named := c.kwargs[name]; i >= len(c.args) && !named {
			return nil, c.unknown(what + " is called without " + name)
		}
	}
	return values, nil
}

// given reports whether parameter i, called name, was passed at all.
func (c *invocation) given(i int, name string) bool {
	_, named := c.kwargs[name]
	return i < len(c.args) || named
}

func (f *frame) attr(at py.Node, x any, name string) (any, error) {
	switch x := x.(type) {
	case dotted:
		if x == "django.conf.settings" {
			return f.setting(at, name)
		}
		return x + dotted("."+name), nil
	case *request:
		return f.requestAttr(at, x, name)
	case *session:
		return f.sessionAttr(at, x, name)
	case *user:
		return f.userAttr(at, x, name)
	case *response:
		if name == "status_code" {
			return x.status, nil
		}
	case *instance:
		if v, ok := x.attrs[name]; ok {
			return v, nil
		}
		if m, ok := x.class.methods[name]; ok {
			return m.bind(x), nil
		}
		if v, ok := x.class.attrs[name]; ok {
			return v, nil
		}
	case map[string]any:
		if m := dictMethods[name]; m != nil {
			return builtin(func(c *invocation) (any, error) { return m(c, x) }), nil
		}
	case *sessionstore.List:
		if m := listMethods[name]; m != nil {
			return builtin(func(c *invocation) (any, error) { return m(c, x) }), nil
		}
	case string:
		if m := strMethods[name]; m != nil {
			return builtin(func(c *invocation) (any, error) { return m(c, x) }), nil
		}
	case time.Duration:
		if name == "total_seconds" {
			return builtin(func(*invocation) (any, error) { return x.Seconds(), nil }), nil
		}
	}
	return nil, f.mod.unknown(at, "%s of %s is used", name, typeName(x))
}

func (f *frame) setAttr(at py.Node, x any, name string, v any) error {
	switch x := x.(type) {
	case *session:
		if name != "modified" {
			x.attrs[name] = v // a misspelt flag is an attribute like any other
			return nil
		}
		if b, ok := v.(bool); ok {
			x.s.SetModified(b)
			return nil
		}
	case *request:
		if name != "session" && name != "user" {
			x.attrs[name] = v
			return nil
		}
	case *instance:
		x.attrs[name] = v
		return nil
	}
	return f.mod.unknown(at, "%s of %s is set", name, typeName(x))
}

var dictMethods = map[string]func(*invocation, map[string]any) (any, error){
	"get": func(c *invocation, d map[string]any) (any, error) {
		p, k, err := c.keyParams("get", 1, "key", "default")
		if err != nil {
			return nil, err
		}
		if v, ok := d[k]; ok {
			return v, nil
		}
		return p[1], nil
	},
	"setdefault": func(c *invocation, d map[string]any) (any, error) {
		p, k, err := c.keyParams("setdefault", 1, "key", "default")
		if err != nil {
			return nil, err
		}
		if _, ok := d[k]; !ok {
			d[k] = p[1]
		}
		return d[k], nil
	},
	"pop": func(c *invocation, d map[string]any) (any, error) {
		p, k, err := c.keyParams("pop", 1, "key", "default")
		if err != nil {
			return nil, err
		}
		v, ok := d[k]
		if !ok && !c.given(1, "default") {
			return nil, keyError(k)
		}
		if !ok {
			return p[1], nil
		}
		delete(d, k)
		return v, nil
	},
	"update": func(c *invocation, d map[string]any) (any, error) {
		more, err := c.updateParams()
		maps.Copy(d, more)
		return nil, err
	},
	"keys": func(c *invocation, d map[string]any) (any, error) {
		items, err := c.frame.iterate(c.at, d)
		return sessionstore.NewList(items...), err
	},
	"values": func(_ *invocation, d map[string]any) (any, error) {
		list := sessionstore.NewList()
		for _, k := range slices.Sorted(maps.Keys(d)) {
			list.Append(d[k])
		}
		return list, nil
	},
	"items": func(_ *invocation, d map[string]any) (any, error) {
		list := sessionstore.NewList()
		for _, k := range slices.Sorted(maps.Keys(d)) {
			list.Append([]any{k, d[k]})
		}
		return list, nil
	},
	"copy":  func(_ *invocation, d map[string]any) (any, error) { return maps.Clone(d), nil },
	"clear": func(_ *invocation, d map[string]any) (any, error) { clear(d); return nil, nil },
}

// keyParams is params for methods whose first argument is a key.
func (c *invocation) keyParams(what string, required int, names ...string) ([]any, string, error) {
	p, err := c.params(what, required, names...)
	if err != nil {
		return nil, "", err
	}
	k, err := c.frame.key(c.at, p[0])
	return p, k, err
}

// updateParams is the arguments of dict.update.
func (c *invocation) updateParams() (map[string]any, error) {
	more := map[string]any{}
	if len(c.args) > 1 {
		return nil, c.unknown("update is called with other arguments")
	}
	for _, a := range c.args {
		d, ok := a.(map[string]any)
		if !ok {
			return nil, c.unknown("update is called with " + typeName(a))
		}
		maps.Copy(more, d)
	}
	maps.Copy(more, c.kwargs)
	return more, nil
}

var listMethods = map[string]func(*invocation, *sessionstore.List) (any, error){
	"append": func(c *invocation, l *sessionstore.List) (any, error) {
		p, err := c.params("append", 1, "object")
		if err == nil {
			l.Append(p[0])
		}
		return nil, err
	},
	"extend": func(c *invocation, l *sessionstore.List) (any, error) {
		p, err := c.params("extend", 1, "iterable")
		if err != nil {
			return nil, err
		}
		items, err := c.frame.iterate(c.at, p[0])
		l.Append(items...)
		return nil, err
	},
	"insert": func(c *invocation, l *sessionstore.List) (any, error) {
		p, err := c.params("insert", 2, "index", "object")
		if err != nil {
			return nil, err
		}
		i, ok := p[0].(int)
		if !ok || i < 0 {
			return nil, c.unknown("insert is called with this index")
		}
		*l = slices.Insert(*l, min(i, len(*l)), p[1])
		return nil, nil
	},
	"remove": func(c *invocation, l *sessionstore.List) (any, error) {
		p, err := c.params("remove", 1, "value")
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(*l, func(x any) bool { return equal(x, p[0]) })
		if i < 0 {
			return nil, &sessionstore.Exception{Type: "ValueError", Text: "list.remove(x): x not in list"}
		}
		*l = slices.Delete(*l, i, i+1)
		return nil, nil
	},
	"pop": func(c *invocation, l *sessionstore.List) (any, error) {
		p, err := c.params("pop", 0, "index")
		if err != nil {
			return nil, err
		}
		var at any = -1
		if c.given(0, "index") {
			at = p[0]
		}
		i, err := c.frame.index(c.at, at, len(*l))
		if err != nil {
			return nil, err
		}
		v := (*l)[i]
		*l = slices.Delete(*l, i, i+1)
		return v, nil
	},
	"clear": func(_ *invocation, l *sessionstore.List) (any, error) { *l = nil; return nil, nil },
	"copy": func(_ *invocation, l *sessionstore.List) (any, error) {
		return sessionstore.NewList(*l...), nil
	},
}

var strMethods = map[string]func(*invocation, string) (any, error){
	"upper": func(_ *invocation, s string) (any, error) { return strings.ToUpper(s), nil },
	"lower": func(_ *invocation, s string) (any, error) { return strings.ToLower(s), nil },
	"startswith": func(c *invocation, s string) (any, error) {
		p, err := c.params("startswith", 1, "prefix")
		if err != nil {
			return nil, err
		}
		prefix, ok := p[0].(string)
		if !ok {
			return nil, c.unknown("startswith is called with " + typeName(p[0]))
		}
		return strings.HasPrefix(s, prefix), nil
	},
	"join": func(c *invocation, s string) (any, error) {
		p, err := c.params("join", 1, "iterable")
		if err != nil {
			return nil, err
		}
		items, err := c.frame.iterate(c.at, p[0])
		if err != nil {
			return nil, err
		}
		var parts []string
		for _, item := range items {
			text, ok := item.(string)
			if !ok {
				return nil, c.unknown(typeName(item) + " is joined to text")
			}
			parts = append(parts, text)
		}
		return strings.Join(parts, s), nil
	},
}

var builtins = map[string]builtin{
	"len": func(c *invocation) (any, error) {
		p, err := c.params("len", 1, "obj")
		if err != nil {
			return nil, err
		}
		if s, ok := p[0].(string); ok {
			return len([]rune(s)), nil
		}
		items, err := c.frame.iterate(c.at, p[0])
		return len(items), err
	},
	"range": func(c *invocation) (any, error) {
		bounds := []int{0, 0, 1}
		if len(c.args) < 1 || len(c.args) > 3 || len(c.kwargs) > 0 {
			return nil, c.unknown("range is called with other arguments")
		}
		for i, a := range c.args {
			n, ok := a.(int)
			if !ok {
				return nil, c.unknown("range is called with " + typeName(a))
			}
			bounds[i] = n
		}
		if len(c.args) == 1 {
			bounds[0], bounds[1] = 0, bounds[0]
		}
		if bounds[2] < 1 || bounds[1]-bounds[0] > maxText {
			return nil, c.unknown("range is called with these bounds")
		}
		list := sessionstore.NewList()
		for i := bounds[0]; i < bounds[1]; i += bounds[2] {
			list.Append(i)
		}
		return list, nil
	},
	"str": func(c *invocation) (any, error) {
		p, err := c.params("str", 1, "object")
		if err != nil {
			return nil, err
		}
		return c.frame.str(c.at, p[0])
	},
	"bool": func(c *invocation) (any, error) {
		p, err := c.params("bool", 1, "object")
		if err != nil {
			return nil, err
		}
		return c.frame.truth(c.at, p[0])
	},
	"int": func(c *invocation) (any, error) {
		p, err := c.params("int", 1, "object")
		if err != nil {
			return nil, err
		}
		return toInt(c, p[0])
	},
	"list": func(c *invocation) (any, error) {
		p, err := c.params("list", 0, "iterable")
		if err != nil || !c.given(0, "iterable") {
			return sessionstore.NewList(), err
		}
		items, err := c.frame.iterate(c.at, p[0])
		return sessionstore.NewList(items...), err
	},
	"dict":   func(c *invocation) (any, error) { return c.updateParams() },
	"sorted": func(c *invocation) (any, error) { return sorted(c) },
	"sum": func(c *invocation) (any, error) {
		p, err := c.params("sum", 1, "iterable")
		if err != nil {
			return nil, err
		}
		items, err := c.frame.iterate(c.at, p[0])
		var total any = 0
		for _, item := range items {
			if err == nil {
				total, err = c.frame.binary(c.at, "+", total, item)
			}
		}
		return total, err
	},
}
