package django

import (
	"slices"

	"github.com/sesslint/sesslint/internal/py"
)

// store binds a target of an assignment.
func (f *frame) store(target py.Expr, v Value, at py.Span, expr py.Expr) {
	switch t := target.(type) {
	case *py.Name:
		f.assign(t.ID, v, at, expr, "")
	case *py.Tuple:
		f.unpack(t.Elts, v, at)
	case *py.List:
		f.unpack(t.Elts, v, at)
	case *py.Starred:
		f.store(t.X, unknown("it is the rest of an unpacking"), at, nil)
	case *py.Subscript:
		f.storeKey(t, v, at, expr)
	case *py.Attribute:
		// An attribute of something else; sys.modules[__name__].X = v is the one way to make a setting of it.
		if f.isNamespace(t.X) {
			f.assign(t.Attr.Name, v, at, expr, "")
		}
	}
}

func (f *frame) unpack(targets []py.Expr, v Value, at py.Span) {
	items, ok := f.elements(v)
	if ok && len(items) == len(targets) {
		for i, t := range targets {
			f.store(t, items[i], at, nil)
		}
		return
	}
	for _, t := range targets {
		f.store(t, unknown("it is unpacked from a value that is not known"), at, nil)
	}
}

// isNamespace reports whether an expression is the namespace of the module: globals(), locals(), vars(), or the module
// object that sys.modules[__name__] is.
func (f *frame) isNamespace(e py.Expr) bool {
	switch e := e.(type) {
	case *py.Call:
		if n, ok := e.Func.(*py.Name); ok && len(e.Args) == 0 {
			switch n.ID {
			case "globals":
				return true
			case "locals", "vars":
				return !f.inFunction
			}
		}
	case *py.Subscript:
		n, ok := e.Index.(*py.Name)
		return ok && n.ID == "__name__" && f.isExternal(e.X, "sys.modules")
	case *py.Name:
		v, ok := f.lookup(e.ID)
		if !ok || v.kind != KindConst {
			return false
		}
		o, ok := v.c.v.(*opaque)
		return ok && o == thisModule
	}
	return false
}

// thisModule is the value of sys.modules[__name__] and globals().
var thisModule = &opaque{"<this module>"}

// isExternal reports whether an expression is an object of an installed package by that dotted name.
func (f *frame) isExternal(e py.Expr, dotted string) bool {
	v := f.evalQuiet(e)
	if v.kind != KindConst {
		return false
	}
	ext, ok := v.c.v.(external)
	return ok && ext.dotted == dotted
}

// storeKey runs X[index] = v.
func (f *frame) storeKey(t *py.Subscript, v Value, at py.Span, expr py.Expr) {
	key := f.eval(t.Index)
	if f.isNamespace(t.X) {
		if name, ok := key.Str(); ok {
			f.assign(name, v, at, expr, "")
			return
		}
		f.openUp(at, "a setting is assigned by a name that is not known")
		return
	}
	if f.isExternal(t.X, "os.environ") {
		if name, ok := key.Str(); ok && name == settingsVariable {
			f.nameSettings(t.Range(), v)
		}
		return
	}
	f.change(t.X, at, expr, "changed here", func(old Value) Value {
		k, ok := key.Const()
		if !ok {
			return unknown("a key that is not known is changed")
		}
		if d, ok := old.Dict(); ok && old.kind == KindConst {
			return Value{kind: KindConst, c: Const{d.set(k, v)}}
		}
		if l, ok := old.List(); ok && old.kind == KindConst && l.definite() {
			if i, ok := k.Int(); ok && i >= 0 && int(i) < len(l.Items) {
				out := &List{Items: slices.Clone(l.Items), Tuple: l.Tuple}
				out.Items[i] = Item{Value: v}
				return Value{kind: KindConst, c: Const{out}}
			}
		}
		return unknown("an element of it is changed")
	})
}

func (f *frame) deleteKey(t *py.Subscript, at py.Span) {
	key, ok := f.eval(t.Index).Const()
	f.change(t.X, at, nil, "changed here", func(old Value) Value {
		d, isDict := old.Dict()
		if !ok || !isDict || old.kind != KindConst {
			return unknown("an element of it is deleted")
		}
		out := &Dict{Open: d.Open}
		for _, e := range d.Entries {
			if e.Key.equal(key) != Yes {
				out.Entries = append(out.Entries, e)
			}
		}
		return Value{kind: KindConst, c: Const{out}}
	})
}

// change replaces the value of the container that target names by what fn makes of it, through any number of
// subscripts: CACHES["default"]["OPTIONS"].
func (f *frame) change(target py.Expr, at py.Span, expr py.Expr, verb string, fn func(Value) Value) {
	switch t := target.(type) {
	case *py.Name:
		old, ok := f.lookup(t.ID)
		if !ok {
			if f.ns.open == "" {
				return // a NameError at run time
			}
			old = unknown(f.ns.open)
		}
		if _, isDict := old.Dict(); !isDict && old.kind == KindConst {
			if _, isList := old.List(); !isList {
				return // an object that is no container of settings
			}
		}
		v := distribute(old, fn)
		v.steps = nil
		f.assign(t.ID, v, at, expr, verb)
	case *py.Subscript:
		if f.isNamespace(t.X) {
			f.openUp(at, "a setting is changed through the module's namespace")
			return
		}
		key, ok := f.eval(t.Index).Const()
		f.change(t.X, at, expr, verb, func(old Value) Value {
			d, isDict := old.Dict()
			if ok && isDict {
				return Value{kind: KindConst, c: Const{d.set(key, distribute(d.get(key), fn))}}
			}
			l, isList := old.List()
			i, isInt := key.Int()
			if ok && isList && isInt && l.definite() && i >= 0 && int(i) < len(l.Items) {
				out := &List{Items: slices.Clone(l.Items), Tuple: l.Tuple}
				out.Items[i].Value = distribute(out.Items[i].Value, fn)
				return Value{kind: KindConst, c: Const{out}}
			}
			return unknown("an element of it is changed")
		})
	}
}

// distribute applies fn to each alternative of a one-of.
func distribute(v Value, fn func(Value) Value) Value {
	if v.kind != KindOneOf {
		return fn(v)
	}
	out := v
	out.alts = make([]Alt, len(v.alts))
	for i, a := range v.alts {
		a.Value = fn(a.Value)
		out.alts[i] = a
	}
	return out
}

// augment runs X op= v.
func (f *frame) augment(s *py.AugAssign) {
	right := f.eval(s.Value)
	apply := func(old Value) Value {
		if s.Op == "+" {
			if l, ok := old.List(); ok && old.kind == KindConst && !l.Tuple {
				// list += any iterable
				return extend(l, right)
			}
		}
		return f.binary(s.Op, old, right)
	}
	if n, ok := s.Target.(*py.Name); ok {
		old, found := f.lookup(n.ID)
		switch {
		case !found && f.ns.open != "":
			old = unknown(f.ns.open)
		case !found:
			old = unknown(n.ID + " is not set before")
		}
		v := apply(old)
		v.steps = nil
		f.assign(n.ID, v, s.Span, s.Value, "extended here")
		return
	}
	f.change(s.Target, s.Span, s.Value, "extended here", apply)
}

// extend returns l with the elements of v behind it; a v that is not known becomes a splice.
func extend(l *List, v Value) Value {
	out := &List{Items: slices.Clone(l.Items), Tuple: l.Tuple}
	if r, ok := v.List(); ok && v.kind == KindConst {
		out.Items = append(out.Items, r.Items...)
	} else if d, ok := v.Dict(); ok && v.kind == KindConst && !d.Open {
		for _, e := range d.Entries {
			out.Items = append(out.Items, Item{Value: Value{kind: KindConst, c: e.Key}, Cond: e.Cond})
		}
	} else {
		out.Items = append(out.Items, Item{Value: v, Splice: true})
	}
	return Value{kind: KindConst, c: Const{out}}
}

// settingsVariable names the settings module of a process.
const settingsVariable = "DJANGO_SETTINGS_MODULE"

func (f *frame) nameSettings(at py.Span, v Value) {
	if f.ev.settingsModule != nil {
		f.ev.settingsModule(Place{f.file, at}, v)
	}
}

// isLocalName reports whether a module is named like one that each installation writes for itself.
func isLocalName(dotted string) bool {
	for _, w := range py.Words(dotted) {
		switch w {
		case "local", "localsettings", "locals", "secret", "secrets", "private", "override", "overrides", "custom", "user", "env":
			return true
		}
	}
	return false
}
