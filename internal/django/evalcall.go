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
	reads := len(f.ev.envReads)
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
	return fromHelper(r0(out), f.ev.envReads[reads:])
}

// fromHelper returns what a helper function that reads the environment yields, given the variables that it read: its
// branches ask whether they are set, which is more than a caller wants to know.
func fromHelper(v Value, names []string) Value {
	if v.kind != KindOneOf || len(names) == 0 {
		return v
	}
	d, ok := v.Unset()
	if !ok || d.kind == KindOneOf {
		return v
	}
	env := &Env{Names: slices.Clone(names)}
	slices.Sort(env.Names)
	env.Names = slices.Compact(env.Names)
	for i, a := range v.alts {
		typ := ""
		if c, ok := a.Value.Const(); ok {
			typ = c.TypeName()
		} else if a.Value.kind == KindEnv {
			typ = a.Value.env.Type
			env.Text = env.Text || a.Value.env.Text
		}
		if i == 0 {
			env.Type = typ
		} else if env.Type != typ && !(a.ByDefault == Yes) {
			env.Type = ""
		}
	}
	d = r0(d)
	env.Default = &d
	return Value{kind: KindEnv, env: env}
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
