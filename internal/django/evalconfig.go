package django

import (
	"github.com/sesslint/sesslint/internal/py"
)

// getattr evaluates getattr(object, name, default). Of an object that the source does not show, the value is the default
// unless that object says otherwise.
func (f *frame) getattr(e *py.Call) Value {
	if len(e.Args) < 2 {
		return unknown("the call is not followed")
	}
	obj := f.eval(e.Args[0].Value)
	name, ok := f.eval(e.Args[1].Value).Str()
	if !ok {
		return unknown("the attribute is not known")
	}
	if obj.kind == KindConst {
		if m, ok := obj.c.v.(moduleRef); ok {
			v := f.moduleAttr(m.path, name)
			if v.kind != KindUnknown || len(e.Args) < 3 {
				return v
			}
			if ns := f.ev.module(m.path); ns != nil && ns.open == "" {
				return f.eval(e.Args[2].Value)
			}
			return v
		}
		if c, ok := obj.c.v.(*class); ok {
			return f.classAttr(c, name)
		}
		if f.isNamespace(e.Args[0].Value) {
			if v, ok := f.lookup(name); ok {
				return v
			}
		}
	}
	if len(e.Args) < 3 {
		return unknown("the attribute is not known")
	}
	return configured(f.src(e.Args[0].Value)+"."+name, f.eval(e.Args[2].Value))
}

// configured is a value of a configuration object that the source does not show, with the default that the source gives.
func configured(what string, d Value) Value {
	if d.kind != KindConst {
		return d.orEnv()
	}
	d = r0(d)
	return Value{kind: KindEnv, env: &Env{Names: []string{what}, Attr: true, Default: &d}}
}

// orEnv keeps the default of a configuration object that is itself read from the environment.
func (v Value) orEnv() Value {
	if v.kind == KindEnv {
		return v
	}
	return unknown("it comes from a configuration that is not in the source")
}

// methodOfUnknown evaluates X.get("key", default) of an object that the source does not show.
func (f *frame) methodOfUnknown(e *py.Call, fn Value) Value {
	attr, ok := e.Func.(*py.Attribute)
	if !ok || attr.Attr.Name != "get" || len(e.Args) != 2 || e.Args[1].Star != 0 {
		return fn
	}
	key, ok := f.eval(e.Args[0].Value).Str()
	if !ok {
		return fn
	}
	return configured(f.src(attr.X)+"["+Const{key}.Text()+"]", f.eval(e.Args[1].Value))
}
