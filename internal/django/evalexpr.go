package django

import (
	"math"
	"regexp"
	"slices"
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
					return envValue(name, "str", true, nil)
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

func (f *frame) slice(x Value, s *py.Slice) Value {
	bound := func(e py.Expr, otherwise int64) (int64, bool) {
		if e == nil {
			return otherwise, true
		}
		return f.eval(e).Int()
	}
	if s.Step != nil {
		return unknown("a slice with a step is not followed")
	}
	return combine([]Value{x}, "", true, func(c []Const) (Const, bool) {
		n := int64(0)
		l, isList := c[0].List()
		str, isStr := c[0].Str()
		switch {
		case isList && l.definite():
			n = int64(len(l.Items))
		case isStr:
			n = int64(len([]rune(str)))
		default:
			return Const{}, false
		}
		lo, ok1 := bound(s.Lower, 0)
		hi, ok2 := bound(s.Upper, n)
		if !ok1 || !ok2 {
			return Const{}, false
		}
		if lo < 0 {
			lo += n
		}
		if hi < 0 {
			hi += n
		}
		lo, hi = min(max(lo, 0), n), min(max(hi, 0), n)
		hi = max(lo, hi)
		if isStr {
			return Const{string([]rune(str)[lo:hi])}, true
		}
		return Const{&List{Items: l.Items[lo:hi:hi], Tuple: l.Tuple}}, true
	})
}

// display evaluates a list, tuple or set display.
func (f *frame) display(elts []py.Expr, tuple bool) Value {
	l := &List{Tuple: tuple}
	for _, e := range elts {
		if s, ok := e.(*py.Starred); ok {
			ext := extend(l, f.eval(s.X))
			l, _ = ext.List()
			continue
		}
		l.Items = append(l.Items, Item{Value: f.eval(e)})
	}
	return Value{kind: KindConst, c: Const{l}}
}

func (f *frame) dict(e *py.Dict) Value {
	d := &Dict{}
	seen := make(map[string]bool)
	for _, it := range e.Items {
		v := f.eval(it.Value)
		if it.Key == nil {
			o, ok := v.Dict()
			if !ok || v.kind != KindConst {
				o = &Dict{Open: true}
			}
			d = d.merge(o)
			for _, entry := range o.Entries {
				if s, ok := entry.Key.Str(); ok {
					seen[s] = true
				}
			}
			continue
		}
		k := f.eval(it.Key)
		kc, ok := k.Const()
		if !ok {
			d = &Dict{Entries: d.Entries, Open: true}
			continue
		}
		if s, ok := kc.Str(); ok && !seen[s] {
			// The usual case, without a copy of what is there already: d is not shared yet.
			seen[s] = true
			d.Entries = append(d.Entries, Entry{Key: kc, Value: v})
			continue
		}
		d = d.set(kc, v)
	}
	return Value{kind: KindConst, c: Const{d}}
}

// comprehension evaluates one with a single loop over a known list.
func (f *frame) comprehension(e *py.Comp) Value {
	const reason = "the comprehension is not followed"
	if len(e.Clauses) != 1 {
		return unknown(reason)
	}
	cl := e.Clauses[0]
	iter := f.eval(cl.Iter)
	if iter.kind == KindEnv || iter.kind == KindOneOf {
		return mapConst(iter, func(c Const) Value { return f.overItems(e, Value{kind: KindConst, c: c}) })
	}
	return f.overItems(e, iter)
}

// overItems evaluates a comprehension over a known list. Elements under a condition stay so; a run of unknown length
// stays one where the comprehension only filters.
func (f *frame) overItems(e *py.Comp, iter Value) Value {
	const reason = "the comprehension is not followed"
	cl := e.Clauses[0]
	var items []Item
	if l, ok := listConst(iter); ok {
		items = l.Items
	} else if vals, ok := f.elements(iter); ok {
		for _, v := range vals {
			items = append(items, Item{Value: v})
		}
	} else {
		return unknown(reason)
	}
	if len(items) > maxLoop*8 {
		return unknown(reason)
	}
	elt, _ := e.Elt.(*py.Name)
	target, _ := cl.Target.(*py.Name)
	filters := elt != nil && target != nil && elt.ID == target.ID && e.Kind != "dict"
	inner := f.fork()
	out := &List{}
	d := &Dict{}
	for _, it := range items {
		if it.Splice {
			if !filters {
				return unknown(reason)
			}
			out.Items = append(out.Items, it)
			continue
		}
		inner.store(cl.Target, it.Value, e.Span, nil)
		keep := Yes
		for _, cond := range cl.Ifs {
			t, _ := inner.truth(cond)
			keep = andTri(keep, t)
		}
		if keep == No {
			continue
		}
		v := inner.eval(e.Elt)
		if e.Kind == "dict" {
			k, ok := v.Const()
			if !ok || keep == Maybe || it.Cond != "" {
				return unknown(reason)
			}
			d = d.set(k, inner.eval(e.Value))
			continue
		}
		item := Item{Value: r0(v), Cond: it.Cond, ByDefault: it.ByDefault}
		if keep == Maybe {
			item.Cond, item.ByDefault = conj(it.Cond, inner.src(cl.Ifs[0])), Maybe
		}
		out.Items = append(out.Items, item)
	}
	if e.Kind == "dict" {
		return Value{kind: KindConst, c: Const{d}}
	}
	return Value{kind: KindConst, c: Const{out}}
}

// elements returns what iterating over a value yields.
func (f *frame) elements(v Value) ([]Value, bool) {
	if v.kind != KindConst {
		return nil, false
	}
	if l, ok := v.List(); ok {
		if !l.definite() {
			return nil, false
		}
		out := make([]Value, len(l.Items))
		for i, it := range l.Items {
			out[i] = it.Value
		}
		return out, true
	}
	if d, ok := v.Dict(); ok && !d.Open {
		out := make([]Value, len(d.Entries))
		for i, e := range d.Entries {
			if e.Cond != "" {
				return nil, false
			}
			out[i] = Value{kind: KindConst, c: e.Key}
		}
		return out, true
	}
	return nil, false
}

func (f *frame) ifExp(e *py.IfExp) Value {
	t, byDefault := f.truth(e.Test)
	switch t {
	case Yes:
		return f.eval(e.Then)
	case No:
		return f.eval(e.Else)
	}
	return join(f.eval(e.Then), f.eval(e.Else), f.src(e.Test), byDefault)
}

// testName matches names that are true in a test run only.
var testName = regexp.MustCompile(`^(IS_|RUNNING_|RUN_|UNDER_|UNIT_|IN_)?TEST(S|ING|_MODE|_RUN|_ENV)?$|^UNITTEST(S|ING)?$|^PYTEST(_RUNNING)?$`)

// serverPrograms are words in sys.argv that a production server may hold; any other word belongs to a manual command.
var serverPrograms = []string{"gunicorn", "uwsgi", "daphne", "uvicorn", "hypercorn", "celery", "asgi", "wsgi", "mod_wsgi", "run"}

// truth tells what a condition is, and what it is with an empty environment. Settings are looked at as a server in
// production loads them: tests and manual commands are not running.
func (f *frame) truth(e py.Expr) (t, byDefault Tri) {
	switch e := e.(type) {
	case *py.BoolOp:
		lt, ld := f.truth(e.Left)
		rt, rd := f.truth(e.Right)
		if e.Op == "and" {
			return andTri(lt, rt), andTri(ld, rd)
		}
		return orTri(lt, rt), orTri(ld, rd)
	case *py.UnaryOp:
		if e.Op == "not" {
			t, d := f.truth(e.X)
			return t.not(), d.not()
		}
	case *py.Name:
		if e.ID == "TYPE_CHECKING" {
			return No, No
		}
	}
	if f.aboutArguments(e) {
		return No, No
	}
	v := f.eval(e)
	if t = v.Truthy(); t != Maybe {
		return t, t
	}
	if n, ok := e.(*py.Name); ok && testName.MatchString(n.ID) {
		return No, No
	}
	if u, ok := v.Unset(); ok {
		return Maybe, u.Truthy()
	}
	return Maybe, Maybe
}

// aboutArguments reports whether a condition asks for a manual command or a test run: "test" in sys.argv,
// sys.argv[1] == "migrate", "pytest" in sys.modules.
func (f *frame) aboutArguments(e py.Expr) bool {
	c, ok := e.(*py.Compare)
	if !ok || len(c.Ops) != 1 {
		return f.anyArgument(e)
	}
	word, where := c.Left, c.Rights[0]
	switch c.Ops[0] {
	case "in":
	case "==":
		if f.isArguments(word) {
			word, where = where, word
		}
	default:
		return false
	}
	if !f.isArguments(where) {
		return false
	}
	lits := []py.Expr{word}
	if l, ok := word.(*py.List); ok {
		lits = l.Elts
	}
	for _, l := range lits {
		s, ok := l.(*py.String)
		if !ok || slices.ContainsFunc(serverPrograms, func(p string) bool { return strings.Contains(s.Value, p) && s.Value != "runserver" }) {
			return false
		}
	}
	return len(lits) > 0
}

// anyArgument recognises any(x in sys.argv for x in [...]) and the like by their words.
func (f *frame) anyArgument(e py.Expr) bool {
	call, ok := e.(*py.Call)
	if !ok || len(call.Args) != 1 {
		return false
	}
	fn, ok := call.Func.(*py.Name)
	if !ok || fn.ID != "any" {
		return false
	}
	comp, ok := call.Args[0].Value.(*py.Comp)
	if !ok || len(comp.Clauses) != 1 {
		return false
	}
	src := string(f.file.Module.Src[comp.Start:comp.End])
	return strings.Contains(src, "sys.argv") && strings.Contains(src, "test")
}

func (f *frame) isArguments(e py.Expr) bool {
	if s, ok := e.(*py.Subscript); ok {
		e = s.X
	}
	return f.isExternal(e, "sys.argv") || f.isExternal(e, "sys.modules")
}
