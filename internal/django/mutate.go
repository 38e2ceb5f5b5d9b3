package django

import (
	"slices"

	"github.com/sesslint/sesslint/internal/py"
)

// mutate runs X.append(...) and the like where X is a list or dict; false if it is something else.
func (f *frame) mutate(attr *py.Attribute, call *py.Call, at py.Span) bool {
	if f.isNamespace(attr.X) {
		f.updateNamespace(attr.Attr.Name, call, at)
		return true
	}
	if f.isExternal(attr.X, "os.environ") {
		f.eval(call)
		return true
	}
	recv := f.evalQuiet(attr.X)
	if recv.kind == KindConst {
		_, isList := recv.c.List()
		_, isDict := recv.c.Dict()
		if !isList && !isDict {
			return false
		}
	}
	var args []Value
	for _, a := range call.Args {
		v := f.eval(a.Value)
		if a.Star != 0 {
			v = unknown("an argument list is spread")
		}
		args = append(args, v)
	}
	var first py.Expr
	if len(call.Args) > 0 {
		first = call.Args[len(call.Args)-1].Value
	}
	verb := "changed here"
	if name := attr.Attr.Name; name == "append" || name == "extend" || name == "insert" || name == "update" {
		verb = "extended here"
	}
	f.change(attr.X, at, first, verb, func(old Value) Value {
		return mutated(old, attr.Attr.Name, call, args)
	})
	return true
}

// mutated returns a list or dict after a call of one of the methods in mutators.
func mutated(old Value, name string, call *py.Call, args []Value) Value {
	if l, ok := listConst(old); ok {
		return mutatedList(l, name, args)
	}
	d, ok := old.Dict()
	if !ok || old.kind != KindConst {
		if old.kind == KindUnknown {
			return old
		}
		return unknown("it is changed by " + name + "()")
	}
	switch name {
	case "update":
		for i, a := range call.Args {
			switch {
			case a.Name.Name != "":
				d = d.set(Const{a.Name.Name}, args[i])
			default:
				if o, ok := args[i].Dict(); ok && args[i].kind == KindConst {
					d = d.merge(o)
				} else {
					d = d.merge(&Dict{Open: true})
				}
			}
		}
		return Value{kind: KindConst, c: Const{d}}
	case "setdefault", "pop":
		if len(args) == 0 {
			break
		}
		key, ok := args[0].Const()
		if !ok {
			break
		}
		if name == "setdefault" {
			if d.get(key).kind == KindAbsent && len(args) == 2 {
				d = d.set(key, args[1])
			}
			return Value{kind: KindConst, c: Const{d}}
		}
		out := &Dict{Open: d.Open}
		for _, e := range d.Entries {
			if e.Key.equal(key) != Yes {
				out.Entries = append(out.Entries, e)
			}
		}
		return Value{kind: KindConst, c: Const{out}}
	case "clear":
		return Value{kind: KindConst, c: Const{&Dict{}}}
	}
	return Value{kind: KindConst, c: Const{&Dict{Open: true}}}
}

func mutatedList(l *List, name string, args []Value) Value {
	items := slices.Clone(l.Items)
	lost := func(reason string) Value {
		return Value{kind: KindConst, c: Const{&List{Items: []Item{{Value: unknown(reason), Splice: true}}}}}
	}
	switch name {
	case "append", "add":
		if len(args) == 1 {
			if name == "add" && l.has(args[0]) {
				break
			}
			items = append(items, Item{Value: args[0]})
		}
	case "extend", "update":
		if len(args) == 1 {
			return extend(l, args[0])
		}
	case "insert":
		if len(args) != 2 {
			break
		}
		// Positions count the elements as written, conditional ones included, so that insert(index(x) + 1, y) puts y behind x.
		i, ok := args[0].Int()
		if !ok {
			return Value{kind: KindConst, c: Const{&List{Items: append(items, Item{Value: args[1], Cond: "its position is not known"})}}}
		}
		if i < 0 {
			i = max(0, i+int64(len(items)))
		}
		items = slices.Insert(items, int(min(i, int64(len(items)))), Item{Value: args[1]})
	case "remove", "discard":
		if len(args) != 1 {
			break
		}
		want, ok := args[0].Const()
		if !ok {
			return lost("an element that is not known is removed")
		}
		for i, it := range items {
			if c, ok := it.Value.Const(); ok && !it.Splice && c.equal(want) == Yes {
				items = slices.Delete(items, i, i+1)
				break
			}
		}
	case "pop":
		i := int64(len(items) - 1)
		if len(args) > 0 {
			n, ok := args[0].Int()
			if !ok {
				return lost("an element that is not known is removed")
			}
			if i = n; i < 0 {
				i += int64(len(items))
			}
		}
		if !l.definite() {
			return lost("an element that is not known is removed")
		}
		if i >= 0 && int(i) < len(items) {
			items = slices.Delete(items, int(i), int(i)+1)
		}
	case "clear":
		items = nil
	case "reverse":
		slices.Reverse(items)
	default:
		return lost("it is changed by " + name + "()")
	}
	return Value{kind: KindConst, c: Const{&List{Items: items, Tuple: l.Tuple}}}
}

func (l *List) has(v Value) bool {
	return slices.ContainsFunc(l.Items, func(it Item) bool { return !it.Splice && it.Cond == "" && it.Value.same(v) })
}

// updateNamespace runs globals().update(...) and the like.
func (f *frame) updateNamespace(name string, call *py.Call, at py.Span) {
	switch name {
	case "update":
		for _, a := range call.Args {
			v := f.eval(a.Value)
			if a.Name.Name != "" {
				f.assign(a.Name.Name, v, at, a.Value, "")
				continue
			}
			d, ok := v.Dict()
			if !ok || v.kind != KindConst {
				f.openUp(at, "settings are taken from a dict that is not known")
				continue
			}
			for _, e := range d.Entries {
				if s, ok := e.Key.Str(); ok {
					f.assign(s, e.Value, at, a.Value, "")
				}
			}
			if d.Open {
				f.openUp(at, "settings are taken from a dict that is not known")
			}
		}
	case "setdefault":
		if len(call.Args) == 2 {
			if s, ok := f.eval(call.Args[0].Value).Str(); ok {
				if _, had := f.ns.own(s); !had {
					f.assign(s, f.eval(call.Args[1].Value), at, call.Args[1].Value, "")
				}
				return
			}
		}
		f.openUp(at, "a setting is assigned by a name that is not known")
	case "pop":
		if len(call.Args) > 0 {
			if s, ok := f.eval(call.Args[0].Value).Str(); ok {
				f.ns.set(s, Value{})
				return
			}
		}
		f.openUp(at, "a setting is removed by a name that is not known")
	default:
		f.openUp(at, "settings are changed through the module's namespace")
	}
}

// mutators are the methods that change a list, dict or set in place.
var mutators = map[string]bool{
	"append": true, "extend": true, "insert": true, "remove": true, "pop": true, "clear": true, "sort": true, "reverse": true,
	"update": true, "setdefault": true, "popitem": true, "add": true, "discard": true,
}
