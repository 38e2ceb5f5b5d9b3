package replay

import (
	"strconv"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/sessionstore"
)

func (f *frame) eval(e py.Expr) (any, error) {
	if err := f.step(e); err != nil {
		return nil, err
	}
	switch e := e.(type) {
	case *py.Name:
		return f.name(e)
	case *py.Number:
		return f.number(e)
	case *py.String:
		if e.Bytes {
			return nil, f.mod.unknown(e, "bytes are used")
		}
		return e.Value, nil
	case *py.FString:
		return f.fstring(e)
	case *py.Singleton:
		switch e.Kind {
		case "True":
			return true, nil
		case "False":
			return false, nil
		case "None":
			return nil, nil
		}
	case *py.Attribute:
		x, err := f.eval(e.X)
		if err != nil {
			return nil, err
		}
		return f.attr(e, x, e.Attr.Name)
	case *py.Subscript:
		return f.subscript(e)
	case *py.Call:
		return f.evalCall(e)
	case *py.BinOp:
		l, r, err := f.pair(e.Left, e.Right)
		if err != nil {
			return nil, err
		}
		return f.binary(e, e.Op, l, r)
	case *py.BoolOp:
		l, err := f.eval(e.Left)
		if err != nil {
			return nil, err
		}
		ok, err := f.truth(e.Left, l)
		if err != nil || ok == (e.Op == "or") {
			return l, err
		}
		return f.eval(e.Right)
	case *py.UnaryOp:
		return f.unary(e)
	case *py.Compare:
		return f.compare(e)
	case *py.IfExp:
		ok, err := f.test(e.Test)
		if err != nil {
			return nil, err
		}
		if ok {
			return f.eval(e.Then)
		}
		return f.eval(e.Else)
	case *py.Tuple:
		return f.evalAll(e.Elts)
	case *py.List:
		items, err := f.evalAll(e.Elts)
		return sessionstore.NewList(items...), err
	case *py.Dict:
		return f.dict(e)
	case *py.Comp:
		return f.comp(e)
	case *py.NamedExpr:
		v, err := f.eval(e.Value)
		if err == nil {
			err = f.assign(e.Target, v)
		}
		return v, err
	}
	return nil, f.mod.unknown(e, "this expression stands here")
}

func (f *frame) test(e py.Expr) (bool, error) {
	v, err := f.eval(e)
	if err != nil {
		return false, err
	}
	return f.truth(e, v)
}

func (f *frame) pair(a, b py.Expr) (x, y any, err error) {
	if x, err = f.eval(a); err == nil {
		y, err = f.eval(b)
	}
	return x, y, err
}

func (f *frame) evalAll(list []py.Expr) ([]any, error) {
	items := make([]any, 0, len(list))
	for _, e := range list {
		v, err := f.eval(e)
		if err != nil {
			return nil, err
		}
		items = append(items, v)
	}
	return items, nil
}

// name looks a name up from the inside out: function, enclosing functions, module, builtins.
func (f *frame) name(e *py.Name) (any, error) {
	for g := f; g != nil; g = g.parent {
		if v, ok := g.vars[e.ID]; ok {
			return v, nil
		}
	}
	v, ok, err := f.site.global(f.mod, e.ID)
	if err != nil || ok {
		return v, err
	}
	if b, ok := builtins[e.ID]; ok {
		return b, nil
	}
	return nil, f.mod.unknown(e, "the name %s is used", e.ID)
}

func (f *frame) number(e *py.Number) (any, error) {
	text := strings.ReplaceAll(e.Text, "_", "")
	if i, err := strconv.ParseInt(text, 0, 64); err == nil {
		return int(i), nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !strings.ContainsAny(text, ".eE") {
		return nil, f.mod.unknown(e, "the number %s is used", e.Text)
	}
	return x, nil
}

func (f *frame) fstring(e *py.FString) (any, error) {
	var b strings.Builder
	for _, p := range e.Parts {
		v, err := f.eval(p)
		if err != nil {
			return nil, err
		}
		if _, literal := p.(*py.String); !literal {
			// A conversion or a format is not part of the tree.
			rest := strings.TrimLeft(string(f.mod.tree.Src[p.Range().End:]), " )")
			if !strings.HasPrefix(rest, "}") {
				return nil, f.mod.unknown(p, "a replacement field has a format")
			}
		}
		text, err := f.str(p, v)
		if err != nil {
			return nil, err
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

func (f *frame) subscript(e *py.Subscript) (any, error) {
	x, err := f.eval(e.X)
	if err != nil {
		return nil, err
	}
	if s, ok := e.Index.(*py.Slice); ok {
		return f.slice(s, x)
	}
	i, err := f.eval(e.Index)
	if err != nil {
		return nil, err
	}
	return f.item(e, x, i)
}

func (f *frame) slice(s *py.Slice, x any) (any, error) {
	list, ok := x.(*sessionstore.List)
	if !ok || s.Step != nil {
		return nil, f.mod.unknown(s, "%s is sliced", typeName(x))
	}
	bounds := [2]int{0, len(*list)}
	for i, e := range []py.Expr{s.Lower, s.Upper} {
		if e == nil {
			continue
		}
		v, err := f.eval(e)
		if err != nil {
			return nil, err
		}
		n, ok := v.(int)
		if !ok {
			return nil, f.mod.unknown(e, "a slice is bounded by %s", typeName(v))
		}
		if n < 0 {
			n += len(*list)
		}
		bounds[i] = min(max(n, 0), len(*list))
	}
	if bounds[0] > bounds[1] {
		bounds[1] = bounds[0]
	}
	return sessionstore.NewList((*list)[bounds[0]:bounds[1]]...), nil
}

func (f *frame) dict(e *py.Dict) (any, error) {
	d := map[string]any{}
	for _, item := range e.Items {
		v, err := f.eval(item.Value)
		if err != nil {
			return nil, err
		}
		if item.Key == nil {
			more, ok := v.(map[string]any)
			if !ok {
				return nil, f.mod.unknown(e, "** is applied to %s", typeName(v))
			}
			for k, v := range more {
				d[k] = v
			}
			continue
		}
		k, err := f.eval(item.Key)
		if err != nil {
			return nil, err
		}
		key, err := f.key(item.Key, k)
		if err != nil {
			return nil, err
		}
		d[key] = v
	}
	return d, nil
}

// comp is a comprehension with one loop. It has a scope of its own.
func (f *frame) comp(e *py.Comp) (any, error) {
	if len(e.Clauses) != 1 || e.Clauses[0].Async || e.Kind == "set" {
		return nil, f.mod.unknown(e, "this comprehension stands here")
	}
	clause := e.Clauses[0]
	over, err := f.eval(clause.Iter)
	if err != nil {
		return nil, err
	}
	items, err := f.iterate(clause.Iter, over)
	if err != nil {
		return nil, err
	}
	in := &frame{site: f.site, mod: f.mod, vars: map[string]any{}, parent: f, depth: f.depth}
	list, dict := sessionstore.NewList(), map[string]any{}
next:
	for _, item := range items {
		if err := in.assign(clause.Target, item); err != nil {
			return nil, err
		}
		for _, cond := range clause.Ifs {
			ok, err := in.test(cond)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue next
			}
		}
		v, err := in.eval(e.Elt)
		if err != nil {
			return nil, err
		}
		if e.Kind != "dict" {
			list.Append(v)
			continue
		}
		key, err := in.key(e.Elt, v)
		if err != nil {
			return nil, err
		}
		if dict[key], err = in.eval(e.Value); err != nil {
			return nil, err
		}
	}
	if e.Kind == "dict" {
		return dict, nil
	}
	return list, nil
}

func (f *frame) evalCall(e *py.Call) (any, error) {
	fn, err := f.eval(e.Func)
	if err != nil {
		return nil, err
	}
	var args []any
	kwargs := map[string]any{}
	for _, a := range e.Args {
		v, err := f.eval(a.Value)
		if err != nil {
			return nil, err
		}
		switch {
		case a.Star > 0:
			return nil, f.mod.unknown(e, "arguments are unpacked")
		case a.Name.Name != "":
			kwargs[a.Name.Name] = v
		default:
			args = append(args, v)
		}
	}
	return f.site.call(f, e, fn, args, kwargs)
}

// call calls anything that can be called, at a place of the caller.
func (s *Site) call(caller *frame, at py.Node, fn any, args []any, kwargs map[string]any) (any, error) {
	switch fn := fn.(type) {
	case *function:
		return fn.invoke(caller, args, kwargs)
	case *class:
		obj := &instance{class: fn, attrs: map[string]any{}}
		if init := fn.methods["__init__"]; init != nil {
			if _, err := init.bind(obj).invoke(caller, args, kwargs); err != nil {
				return nil, err
			}
		} else if len(args)+len(kwargs) > 0 {
			return nil, &sessionstore.Exception{Type: "TypeError", Text: fn.name + "() takes no arguments"}
		}
		return obj, nil
	case *instance:
		if m := fn.class.methods["__call__"]; m != nil {
			return m.bind(fn).invoke(caller, args, kwargs)
		}
	case builtin:
		return fn(s.invocation(caller, at, args, kwargs))
	case dotted:
		if host := s.project.Host[string(fn)]; host != nil {
			return host(s, args, kwargs)
		}
		if b := djangoFuncs[string(fn)]; b != nil {
			return b(s.invocation(caller, at, args, kwargs))
		}
	}
	return nil, caller.mod.unknown(at, "%s is called", typeName(fn))
}

func (s *Site) invocation(caller *frame, at py.Node, args []any, kwargs map[string]any) *invocation {
	c := &invocation{frame: caller, at: at, site: s, args: args, kwargs: kwargs}
	c.call = func(fn any, args []any, kwargs map[string]any) (any, error) {
		return s.call(caller, at, fn, args, kwargs)
	}
	return c
}

func (f *function) bind(self any) *function {
	bound := *f
	bound.self = self
	return &bound
}

// imported is what "import a.b" or "import a.b as c" binds.
func (f *frame) imported(s *py.Import, name string) (any, error) {
	for _, a := range s.Names {
		if orName(a) == name && (a.AsName != "" || !strings.Contains(a.Name, ".")) {
			if f.site.project.module(a.Name) != nil {
				break
			}
			return dotted(a.Name), nil
		}
	}
	return nil, f.mod.unknown(s, "%s is imported", name)
}

// importedFrom is what "from m import x as name" binds.
func (f *frame) importedFrom(s *py.ImportFrom, name string) (any, error) {
	from := s.Module
	if s.Level > 0 {
		base := strings.Split(f.mod.dotted, ".")
		if strings.HasSuffix(f.mod.path, "__init__.py") {
			base = append(base, "")
		}
		if s.Level > len(base) {
			return nil, f.mod.unknown(s, "the import leaves the project")
		}
		base = base[:len(base)-s.Level]
		if s.Module != "" {
			base = append(base, s.Module)
		}
		from = strings.Join(base, ".")
	}
	for _, a := range s.Names {
		if orName(a) != name {
			continue
		}
		m := f.site.project.module(from)
		if m == nil {
			return dotted(from + "." + a.Name), nil
		}
		if v, ok, err := f.site.global(m, a.Name); err != nil || ok {
			return v, err
		}
	}
	return nil, f.mod.unknown(s, "%s is imported from %s", name, from)
}
