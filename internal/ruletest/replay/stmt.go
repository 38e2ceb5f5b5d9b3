package replay

import (
	"errors"
	"fmt"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/sessionstore"
)

// Limits that end a program that does not end by itself.
const (
	maxSteps = 5_000_000 // statements and expressions of a site
	maxDepth = 200       // nested calls and expressions
)

// A frame is one call of a function, or the top level of a module while one of its names is worked out (vars is nil).
type frame struct {
	site   *Site
	mod    *module
	vars   map[string]any
	parent *frame // of the enclosing function
	depth  int
}

// A function is a def of the project.
type function struct {
	def    *py.FunctionDef
	outer  *frame // where it was defined
	deflts map[string]any
	self   any // of a bound method
}

// A class is a class of the project without bases.
type class struct {
	name    string
	methods map[string]*function
	attrs   map[string]any
}

type instance struct {
	class *class
	attrs map[string]any
}

// flow says how a block was left.
type flow uint8

const (
	onward flow = iota
	broke
	continued
	returned
)

func (f *frame) function(def *py.FunctionDef) (*function, error) {
	if def.Async || len(def.Decorators) > 0 {
		return nil, f.mod.unknown(def, "%s is async or decorated", def.Name.Name)
	}
	fn := &function{def: def, outer: f, deflts: map[string]any{}}
	for _, p := range def.Params {
		if p.Star > 0 {
			return nil, f.mod.unknown(p, "%s takes a variable number of arguments", def.Name.Name)
		}
		if p.Default != nil {
			v, err := f.eval(p.Default)
			if err != nil {
				return nil, err
			}
			fn.deflts[p.Name.Name] = v
		}
	}
	return fn, nil
}

func (f *frame) class(def *py.ClassDef) (*class, error) {
	if len(def.Decorators) > 0 || len(def.Args) > 0 {
		return nil, f.mod.unknown(def, "class %s has bases or decorators", def.Name.Name)
	}
	c := &class{name: def.Name.Name, methods: map[string]*function{}, attrs: map[string]any{}}
	for _, s := range def.Body {
		switch s := s.(type) {
		case *py.FunctionDef:
			fn, err := f.function(s)
			if err != nil {
				return nil, err
			}
			c.methods[s.Name.Name] = fn
		case *py.Assign:
			name, ok := s.Targets[0].(*py.Name)
			if !ok || len(s.Targets) > 1 {
				return nil, f.mod.unknown(s, "class %s has this in its body", c.name)
			}
			v, err := f.eval(s.Value)
			if err != nil {
				return nil, err
			}
			c.attrs[name.ID] = v
		case *py.ExprStmt, *py.PassStmt:
		default:
			return nil, f.mod.unknown(s, "class %s has this in its body", c.name)
		}
	}
	return c, nil
}

// invoke calls a function of the project.
func (f *function) invoke(caller *frame, args []any, kwargs map[string]any) (any, error) {
	in := &frame{site: f.outer.site, mod: f.outer.mod, vars: map[string]any{}, parent: f.outer, depth: caller.depth + 1}
	if in.depth > maxDepth {
		return nil, f.outer.mod.unknown(f.def, "%s is nested too deeply", f.def.Name.Name)
	}
	if f.self != nil {
		args = append([]any{f.self}, args...)
	}
	if len(args) > len(f.def.Params) {
		return nil, f.outer.mod.unknown(f.def, "%s is called with too many arguments", f.def.Name.Name)
	}
	used := 0
	for i, p := range f.def.Params {
		name := p.Name.Name
		named, isNamed := kwargs[name]
		deflt, hasDefault := f.deflts[name]
		switch {
		case i < len(args) && !p.KeywordOnly && !isNamed:
			in.vars[name] = args[i]
		case i >= len(args) && isNamed && !p.PositionalOnly:
			in.vars[name] = named
			used++
		case i >= len(args) && hasDefault:
			in.vars[name] = deflt
		default:
			return nil, f.outer.mod.unknown(f.def, "%s is called with other arguments than it has parameters", f.def.Name.Name)
		}
	}
	if used != len(kwargs) {
		return nil, f.outer.mod.unknown(f.def, "%s is called with other arguments than it has parameters", f.def.Name.Name)
	}
	how, v, err := in.block(f.def.Body)
	if err != nil || how != returned {
		return nil, err
	}
	return v, nil
}

func (f *frame) block(body []py.Stmt) (flow, any, error) {
	for _, s := range body {
		how, v, err := f.stmt(s)
		if err != nil || how != onward {
			return how, v, err
		}
	}
	return onward, nil, nil
}

func (f *frame) stmt(s py.Stmt) (flow, any, error) {
	if err := f.step(s); err != nil {
		return onward, nil, err
	}
	switch s := s.(type) {
	case *py.ExprStmt:
		_, err := f.eval(s.X)
		return onward, nil, err
	case *py.Assign:
		v, err := f.eval(s.Value)
		for _, t := range s.Targets {
			if err == nil {
				err = f.assign(t, v)
			}
		}
		return onward, nil, err
	case *py.AnnAssign:
		if s.Value == nil {
			return onward, nil, nil
		}
		v, err := f.eval(s.Value)
		if err == nil {
			err = f.assign(s.Target, v)
		}
		return onward, nil, err
	case *py.AugAssign:
		return onward, nil, f.augAssign(s)
	case *py.Delete:
		for _, t := range s.Targets {
			if err := f.del(t); err != nil {
				return onward, nil, err
			}
		}
		return onward, nil, nil
	case *py.Return:
		if s.Value == nil {
			return returned, nil, nil
		}
		v, err := f.eval(s.Value)
		return returned, v, err
	case *py.If:
		ok, err := f.test(s.Test)
		if err != nil {
			return onward, nil, err
		}
		if ok {
			return f.block(s.Body)
		}
		return f.block(s.Else)
	case *py.For:
		return f.loop(s)
	case *py.Try:
		return f.try(s)
	case *py.FunctionDef:
		fn, err := f.function(s)
		if err == nil {
			f.vars[s.Name.Name] = fn
		}
		return onward, nil, err
	case *py.Import:
		for _, a := range s.Names {
			v, err := f.imported(s, orName(a))
			if err != nil {
				return onward, nil, err
			}
			f.vars[orName(a)] = v
		}
		return onward, nil, nil
	case *py.ImportFrom:
		for _, a := range s.Names {
			v, err := f.importedFrom(s, orName(a))
			if err != nil {
				return onward, nil, err
			}
			f.vars[orName(a)] = v
		}
		return onward, nil, nil
	case *py.PassStmt:
		return onward, nil, nil
	case *py.Break:
		return broke, nil, nil
	case *py.Continue:
		return continued, nil, nil
	}
	return onward, nil, f.mod.unknown(s, "this statement stands here")
}

func (f *frame) loop(s *py.For) (flow, any, error) {
	if s.Async || len(s.Else) > 0 {
		return onward, nil, f.mod.unknown(s, "this loop is async or has an else")
	}
	over, err := f.eval(s.Iter)
	if err != nil {
		return onward, nil, err
	}
	items, err := f.iterate(s.Iter, over)
	if err != nil {
		return onward, nil, err
	}
	for _, item := range items {
		if err := f.assign(s.Target, item); err != nil {
			return onward, nil, err
		}
		how, v, err := f.block(s.Body)
		if err != nil || how == returned {
			return how, v, err
		}
		if how == broke {
			break
		}
	}
	return onward, nil, nil
}

func (f *frame) try(s *py.Try) (flow, any, error) {
	if len(s.Finally) > 0 {
		return onward, nil, f.mod.unknown(s, "try has a finally")
	}
	how, v, err := f.block(s.Body)
	if err == nil && how == onward {
		return f.block(s.Else)
	}
	if err == nil || !isPython(err) {
		return how, v, err
	}
	for _, h := range s.Handlers {
		caught, cerr := f.catches(h, err)
		if cerr != nil {
			return onward, nil, cerr
		}
		if caught {
			return f.block(h.Body)
		}
	}
	return onward, nil, err
}

// catches reports whether a handler catches an exception of Python.
func (f *frame) catches(h py.Handler, err error) (bool, error) {
	if h.Star || h.Name != nil {
		return false, f.mod.unknown(h, "the exception is given a name or is a group")
	}
	types := []py.Expr{h.Type}
	if t, ok := h.Type.(*py.Tuple); ok {
		types = t.Elts
	}
	var exception *sessionstore.Exception
	for _, t := range types {
		name, ok := t.(*py.Name)
		if !ok {
			return false, f.mod.unknown(h, "the type of the exception is not a name")
		}
		switch name.ID {
		case "Exception":
			return true, nil
		case "KeyError", "TypeError", "ValueError", "IndexError", "OverflowError":
			if errors.As(err, &exception) && exception.Type == name.ID {
				return true, nil
			}
		case "UpdateError":
			if errors.Is(err, sessionstore.ErrUpdate) {
				return true, nil
			}
		case "CreateError":
			if errors.Is(err, sessionstore.ErrCreate) {
				return true, nil
			}
		default:
			return false, f.mod.unknown(h, "%s is caught", name.ID)
		}
	}
	return false, nil
}

// step counts work, so that a program cannot run for ever.
func (f *frame) step(n py.Node) error {
	if f.site.steps++; f.site.steps > maxSteps {
		return f.mod.unknown(n, "more than %d steps were taken", maxSteps)
	}
	return nil
}

func (f *frame) assign(target py.Expr, v any) error {
	switch t := target.(type) {
	case *py.Name:
		if f.vars == nil {
			return f.mod.unknown(t, "%s is bound while the module is loaded", t.ID)
		}
		f.vars[t.ID] = v
		return nil
	case *py.Subscript:
		x, err := f.eval(t.X)
		if err != nil {
			return err
		}
		i, err := f.eval(t.Index)
		if err != nil {
			return err
		}
		return f.setItem(t, x, i, v)
	case *py.Attribute:
		x, err := f.eval(t.X)
		if err != nil {
			return err
		}
		return f.setAttr(t, x, t.Attr.Name, v)
	case *py.Tuple:
		items, err := f.iterate(t, v)
		if err != nil {
			return err
		}
		if len(items) != len(t.Elts) {
			return &sessionstore.Exception{Type: "ValueError", Text: fmt.Sprintf("%d values to unpack into %d names", len(items), len(t.Elts))}
		}
		for i, e := range t.Elts {
			if err := f.assign(e, items[i]); err != nil {
				return err
			}
		}
		return nil
	}
	return f.mod.unknown(target, "this is assigned to")
}

// augAssign is x op= v: lists and dicts change in place, and the result is stored in any case.
func (f *frame) augAssign(s *py.AugAssign) error {
	v, err := f.eval(s.Value)
	if err != nil {
		return err
	}
	update := func(old any) (any, error) {
		switch o := old.(type) {
		case *sessionstore.List:
			if s.Op == "+" {
				items, err := f.iterate(s.Value, v)
				if err == nil {
					o.Append(items...)
				}
				return o, err
			}
		case map[string]any:
			if more, ok := v.(map[string]any); ok && s.Op == "|" {
				for k, v := range more {
					o[k] = v
				}
				return o, nil
			}
		}
		return f.binary(s, s.Op, old, v)
	}
	switch t := s.Target.(type) {
	case *py.Name:
		old, err := f.eval(t)
		if err == nil {
			old, err = update(old)
		}
		if err != nil {
			return err
		}
		return f.assign(t, old)
	case *py.Subscript:
		x, err := f.eval(t.X)
		if err != nil {
			return err
		}
		i, err := f.eval(t.Index)
		if err != nil {
			return err
		}
		old, err := f.item(t, x, i)
		if err == nil {
			old, err = update(old)
		}
		if err != nil {
			return err
		}
		return f.setItem(t, x, i, old)
	case *py.Attribute:
		x, err := f.eval(t.X)
		if err != nil {
			return err
		}
		old, err := f.attr(t, x, t.Attr.Name)
		if err == nil {
			old, err = update(old)
		}
		if err != nil {
			return err
		}
		return f.setAttr(t, x, t.Attr.Name, old)
	}
	return f.mod.unknown(s, "this is assigned to")
}

func (f *frame) del(target py.Expr) error {
	t, ok := target.(*py.Subscript)
	if !ok {
		return f.mod.unknown(target, "this is deleted")
	}
	x, err := f.eval(t.X)
	if err != nil {
		return err
	}
	i, err := f.eval(t.Index)
	if err != nil {
		return err
	}
	return f.delItem(t, x, i)
}
