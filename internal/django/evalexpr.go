package django

import (
	"math"
	"strings"
	"time"

	"github.com/sesslint/sesslint/internal/py"
)

// lookup returns what a name stands for in the current body.
func (f *frame) lookup(name string) (Value, bool) {
	for ns := f.ns; ns != nil; ns = ns.root().globals {
		if v, ok := ns.own(name); ok && v.kind != KindAbsent {
			if forced := f.resolveLazy(v); forced.kind != KindConst || v.kind != KindConst || forced.c != v.c {
				forced.override = v.override
				ns.set(name, forced)
				return forced, true
			}
			return v, true
		}
	}
	return Value{}, false
}

// evalQuiet evaluates an expression without noting what it reads.
func (f *frame) evalQuiet(e py.Expr) Value {
	saved := f.reads
	v := f.eval(e)
	f.reads = saved
	return v
}

// eval returns the value of an expression.
func (f *frame) eval(e py.Expr) Value {
	switch e := e.(type) {
	case *py.Singleton:
		switch e.Kind {
		case "True":
			return constant(true)
		case "False":
			return constant(false)
		case "None":
			return constant(nil)
		}
	case *py.Number:
		if c, ok := parseNumber(e.Text); ok {
			return Value{kind: KindConst, c: c}
		}
		return unknown("the number is out of range")
	case *py.String:
		if e.Bytes {
			return constant(byteString(e.Value))
		}
		return constant(e.Value)
	case *py.FString:
		return f.fstring(e)
	case *py.Name:
		return f.name(e)
	case *py.Attribute:
		return f.attribute(e)
	case *py.Subscript:
		return f.subscript(e)
	case *py.Call:
		return f.call(e)
	case *py.BinOp:
		return f.binary(e.Op, f.eval(e.Left), f.eval(e.Right))
	case *py.BoolOp:
		return f.boolOp(e)
	case *py.UnaryOp:
		return f.unary(e)
	case *py.Compare:
		return f.compare(e)
	case *py.IfExp:
		return f.ifExp(e)
	case *py.Tuple:
		return f.display(e.Elts, true)
	case *py.List:
		return f.display(e.Elts, false)
	case *py.Set:
		return f.display(e.Elts, false)
	case *py.Dict:
		return f.dict(e)
	case *py.Comp:
		return f.comprehension(e)
	case *py.Lambda:
		return constant(&lambda{e, f.file, f.ns})
	case *py.NamedExpr:
		v := f.eval(e.Value)
		f.assign(e.Target.ID, v, e.Span, e.Value, "")
		return v
	}
	return unknown("the expression is not understood")
}

func (f *frame) name(e *py.Name) Value {
	if v, ok := f.lookup(e.ID); ok {
		if isSettingName(e.ID) {
			f.reads = append(f.reads, Read{e.ID, v})
		}
		return v
	}
	switch e.ID {
	case "__name__":
		if m := f.ev.graph.ModuleName(f.file.Path); m != "" {
			return constant(m)
		}
		return unknown("the name of the module is not known")
	case "__file__":
		return constant(&opaque{"<path of " + f.file.Path + ">"})
	}
	if builtinNames[e.ID] {
		return constant(external{"builtins." + e.ID})
	}
	if f.ns.open != "" {
		return unknown(f.ns.open)
	}
	return unknown(e.ID + " is not set before")
}

var builtinNames = map[string]bool{
	"int": true, "float": true, "str": true, "bool": true, "list": true, "tuple": true, "dict": true, "set": true,
	"frozenset": true, "len": true, "sorted": true, "any": true, "all": true, "min": true, "max": true, "round": true,
	"abs": true, "sum": true, "getattr": true, "hasattr": true, "isinstance": true, "globals": true, "locals": true,
	"vars": true, "exec": true, "execfile": true, "open": true, "print": true, "super": true, "range": true, "zip": true,
	"enumerate": true, "map": true, "filter": true, "reversed": true, "setattr": true, "exit": true, "quit": true,
	"callable": true, "type": true, "object": true, "property": true, "bytes": true, "__import__": true, "eval": true,
	"unicode": true, "long": true, "id": true, "next": true, "iter": true, "dir": true, "compile": true,
}

// attribute evaluates X.attr.
func (f *frame) attribute(e *py.Attribute) Value {
	x := f.eval(e.X)
	if x.kind != KindConst {
		if x.kind == KindUnknown {
			return x
		}
		return constant(&method{x, e.Attr.Name})
	}
	switch o := x.c.v.(type) {
	case time.Duration:
		switch e.Attr.Name {
		case "days":
			return constant(int64(math.Floor(o.Hours() / 24)))
		case "seconds":
			return constant(int64(math.Mod(o.Seconds(), 86400)))
		}
	case external:
		full := o.dotted + "." + e.Attr.Name
		if name, ok := strings.CutPrefix(full, "django.conf.global_settings."); ok {
			if c, ok := globalDefaults[name]; ok {
				return Value{kind: KindConst, c: c}
			}
			return unknown("Django's default of " + name + " is not known here")
		}
		if p, ok := f.ev.graph.ResolveModule(f.file, full); ok {
			return constant(moduleRef{p})
		}
		return constant(external{full})
	case moduleRef:
		return f.moduleAttr(o.path, e.Attr.Name)
	case *class:
		return f.classAttr(o, e.Attr.Name)
	case *instance:
		return f.instanceAttr(o, e.Attr.Name)
	case *superRef:
		if v, ok := f.member(o.self, o.rest, e.Attr.Name); ok {
			return v
		}
		return unknown("the attribute " + e.Attr.Name + " is not followed")
	case *opaque:
		if o == thisModule {
			if v, ok := f.lookup(e.Attr.Name); ok {
				return v
			}
		}
		return constant(&method{x, e.Attr.Name})
	}
	return constant(&method{x, e.Attr.Name})
}

// subscript evaluates X[index].
func (f *frame) subscript(e *py.Subscript) Value {
	if f.isNamespace(e) {
		return constant(thisModule)
	}
	if f.isNamespace(e.X) {
		if name, ok := f.eval(e.Index).Str(); ok {
			if v, ok := f.lookup(name); ok {
				return v
			}
		}
		return unknown("the name is not set before")
	}
	x := f.eval(e.X)
	if s, ok := e.Index.(*py.Slice); ok {
		return f.slice(x, s)
	}
	index := f.eval(e.Index)
	if x.kind == KindConst {
		if ext, ok := x.c.v.(external); ok {
			if ext.dotted == "os.environ" {
				if name, ok := index.Str(); ok {
					return f.fromEnv(name, "str", true, nil)
				}
			}
			return unknown(ext.dotted + " is not followed")
		}
		if env, ok := x.c.v.(*environ); ok {
			if name, ok := index.Str(); ok {
				return env.read(f, name, nil, nil)
			}
		}
	}
	return mapConst(x, func(c Const) Value {
		return mapConst(index, func(i Const) Value { return element(c, i) })
	})
}

// element returns c[index].
func element(c, index Const) Value {
	if d, ok := c.Dict(); ok {
		v := d.get(index)
		if v.kind == KindAbsent {
			return unknown("the dict has no such key")
		}
		return v
	}
	i, ok := index.Int()
	if !ok {
		return unknown("the element is not known")
	}
	if l, ok := c.List(); ok && l.definite() {
		if i < 0 {
			i += int64(len(l.Items))
		}
		if i >= 0 && int(i) < len(l.Items) {
			return l.Items[i].Value
		}
	}
	if s, ok := c.Str(); ok {
		r := []rune(s)
		if i < 0 {
			i += int64(len(r))
		}
		if i >= 0 && int(i) < len(r) {
			return constant(string(r[i]))
		}
	}
	return unknown("the element is not known")
}
