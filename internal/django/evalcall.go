package django

import (
	"regexp"
	"slices"

	"github.com/sesslint/sesslint/internal/py"
)

// exprStmt runs an expression for its effect.
func (f *frame) exprStmt(s *py.ExprStmt) {
	call, ok := s.X.(*py.Call)
	if !ok {
		f.eval(s.X)
		return
	}
	if attr, ok := call.Func.(*py.Attribute); ok && mutators[attr.Attr.Name] {
		if f.mutate(attr, call, s.Span) {
			return
		}
	}
	f.eval(call)
	if ext, ok := f.callee(call); ok && (ext == "sys.exit" || ext == "os._exit" || ext == "builtins.exit" || ext == "builtins.quit") {
		f.stopped = true
	}
}

// callee returns the dotted name of what a call calls, if it is something of an installed package or a builtin.
func (f *frame) callee(call *py.Call) (string, bool) {
	v := f.evalQuiet(call.Func)
	if v.kind != KindConst {
		return "", false
	}
	ext, ok := v.c.v.(external)
	return ext.dotted, ok
}

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

// call evaluates a call.
func (f *frame) call(e *py.Call) Value {
	if f.isNamespace(e) {
		return constant(thisModule)
	}
	fn := f.eval(e.Func)
	if fn.kind == KindUnknown {
		f.passNamespace(e)
		return f.methodOfUnknown(e, fn)
	}
	if fn.kind != KindConst {
		f.passNamespace(e)
		return unknown("the call is not followed")
	}
	switch o := fn.c.v.(type) {
	case external:
		return f.callExternal(o.dotted, e)
	case *environ:
		return o.call(f, "", e)
	case *method:
		return f.callMethod(o, e)
	case *function:
		if f.passNamespace(e) {
			return unknown("the call is not followed")
		}
		return f.inline(o.def.Params, o.def.Body, o.file, o.ns, e)
	case *lambda:
		return f.inline(o.def.Params, []py.Stmt{&py.Return{Span: o.def.Span, Value: o.def.Body}}, o.file, o.ns, e)
	case *class:
		return f.construct(o, e)
	}
	f.passNamespace(e)
	return unknown("the call is not followed")
}

// passNamespace opens the module if a call is handed its namespace, and reports whether it is.
func (f *frame) passNamespace(e *py.Call) bool {
	for _, a := range e.Args {
		if isDunderName(a.Value) && takesModule.MatchString(calleeName(e.Func)) && f.loadClass(e) {
			return true
		}
		if f.isNamespace(a.Value) || isDunderName(a.Value) && takesModule.MatchString(calleeName(e.Func)) {
			f.openUp(e.Span, f.src(e.Func)+"() may set any setting")
			return true
		}
	}
	return false
}

// isDunderName reports whether an expression is __name__, which a function may turn into the module.
func isDunderName(e py.Expr) bool {
	n, ok := e.(*py.Name)
	return ok && n.ID == "__name__"
}

// takesModule matches functions that turn the name of a module into the module, to set attributes of it.
var takesModule = regexp.MustCompile(`(?i)setting|conf|load|inject|export|install`)

func calleeName(fn py.Expr) string {
	switch fn := fn.(type) {
	case *py.Name:
		return fn.ID
	case *py.Attribute:
		return fn.Attr.Name
	}
	return ""
}

// args evaluates the arguments of a call.
func (f *frame) args(e *py.Call) (pos []Value, kw map[string]Value, ok bool) {
	kw = make(map[string]Value)
	for _, a := range e.Args {
		v := f.eval(a.Value)
		switch {
		case a.Star == 1:
			items, known := f.elements(v)
			if !known {
				return nil, nil, false
			}
			pos = append(pos, items...)
		case a.Star == 2:
			d, known := v.Dict()
			if !known || d.Open {
				return nil, nil, false
			}
			for _, en := range d.Entries {
				if s, isStr := en.Key.Str(); isStr {
					kw[s] = en.Value
				}
			}
		case a.Name.Name != "":
			kw[a.Name.Name] = v
		default:
			pos = append(pos, v)
		}
	}
	return pos, kw, true
}

// inline runs a short function of the project and returns what it returns.
func (f *frame) inline(params []*py.Param, body []py.Stmt, file *py.File, globals *namespace, e *py.Call) Value {
	if f.depth >= maxInline {
		return unknown("the function is not followed")
	}
	pos, kw, ok := f.args(e)
	if !ok {
		return unknown("the function is not followed")
	}
	return f.run(params, body, file, globals, pos, kw, maxInlineStatements)
}

// run runs a function with known arguments.
func (f *frame) run(params []*py.Param, body []py.Stmt, file *py.File, globals *namespace, pos []Value, kw map[string]Value, limit int) Value {
	const reason = "the function is not followed"
	if countStmts(body) > limit {
		return unknown(reason)
	}
	ns := newNamespace(globals)
	returns := []returned{}
	inner := &frame{ev: f.ev, file: file, ns: ns, inFunction: true, depth: f.depth + 1, returns: &returns}
	for i, p := range params {
		var v Value
		switch {
		case p.Star == 1:
			l := &List{Tuple: true}
			for _, x := range pos[min(i, len(pos)):] {
				l.Items = append(l.Items, Item{Value: x})
			}
			v = Value{kind: KindConst, c: Const{l}}
			pos = pos[:min(i, len(pos))]
		case p.Star == 2:
			v = Value{kind: KindConst, c: Const{&Dict{Open: true}}}
		case i < len(pos) && !p.KeywordOnly:
			v = pos[i]
		default:
			given, named := kw[p.Name.Name]
			switch {
			case named:
				v = given
			case p.Default != nil:
				v = inner.eval(p.Default)
			default:
				return unknown(reason)
			}
		}
		if p.Name.Name != "" {
			ns.set(p.Name.Name, r0(v))
		}
	}
	if len(pos) > 0 && pos[0].kind == KindConst {
		if _, ok := pos[0].c.v.(*instance); ok {
			inner.method = methodOf(file, body)
		}
	}
	inner.body(body)
	if !inner.stopped {
		returns = append(returns, returned{value: constant(nil)})
	}
	if len(returns) == 0 {
		return unknown(reason)
	}
	out := returns[len(returns)-1].value
	for i := len(returns) - 2; i >= 0; i-- {
		r := returns[i]
		if r.cond == "" {
			out = r.value
			continue
		}
		out = join(r.value, out, r.cond, r.byDefault)
	}
	return r0(out)
}

// methodOf returns the function that a body belongs to.
func methodOf(file *py.File, body []py.Stmt) *py.FunctionDef {
	if len(body) == 0 {
		return nil
	}
	around := file.Scopes.Enclosing(body[0].Range().Start)
	return innermostFunction(around)
}

func countStmts(body []py.Stmt) int {
	n := 0
	walkStmts(body, func(py.Stmt) bool { n++; return true })
	return n
}
