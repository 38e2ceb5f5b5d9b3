package sessflow

import (
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// asyncTwin maps the a-methods of SessionBase (Django 5.1, contrib/sessions/backends/base.py) to their sync names.
var asyncTwin = map[string]string{
	"aget": "get", "aset": "set", "apop": "pop", "asetdefault": "setdefault", "aupdate": "update", "akeys": "keys",
	"avalues": "values", "aitems": "items", "ahas_key": "has_key", "aflush": "flush", "acycle_key": "cycle_key",
	"asave": "save", "acreate": "create", "aset_expiry": "set_expiry", "aset_test_cookie": "set_test_cookie",
	"adelete_test_cookie": "delete_test_cookie", "atest_cookie_worked": "test_cookie_worked",
	"aget_expiry_age": "get_expiry_age", "aget_expiry_date": "get_expiry_date",
	"aget_expire_at_browser_close": "get_expire_at_browser_close", "aclear_expired": "clear_expired", "adelete": "delete",
	"aexists": "exists", "aload": "load",
}

// sessionMark records an event that always marks the session.
func (a *analysis) sessionMark(s *Object, kind EventKind, n py.Node, w *world) {
	a.event(&Event{Kind: kind, Node: n, Source: s.Source, Expr: s.Expr})
	if s.Source == FromRequest {
		w.setMark(marked)
	}
}

// sessionCall is a method call on a session (django/contrib/sessions/backends/base.py).
func (a *analysis) sessionCall(s *Object, name string, c *py.Call, args arguments, w *world) Value {
	if sync, ok := asyncTwin[name]; ok {
		name = sync
	}
	ours := s.Source == FromRequest
	switch name {
	case "get":
		return a.sessionGet(s, c, args, w)
	case "setdefault":
		return a.sessionSetDefault(s, c, args, w)
	case "pop":
		return a.sessionPop(s, c, args, w)
	case "set", "__setitem__":
		if len(c.Args) > 1 {
			key := a.key(c.Args[0].Value, w)
			v, _ := args.arg(1, "value")
			a.event(&Event{Kind: Write, Node: c, Source: s.Source, Expr: s.Expr, Key: key, KeyNode: c.Args[0].Value, ValueNode: c.Args[1].Value, Value: v})
			if ours {
				w.setMark(marked)
				w.facts.set(presence(key), true)
			}
		}
	case "update":
		a.sessionUpdate(s, c, args, w)
	case "has_key", "__contains__":
		if len(c.Args) == 1 {
			a.readKey(c, one(s), c.Args[0].Value, w)
		}
		return a.opaque(c, sized(5), "bool")
	case "keys":
		return unknown
	case "values", "items":
		o := a.fresh(c, Shape{})
		a.grow(&o.Elem, one(a.itemObject(s, Key{Text: "*"}, nil, ByKey)))
		return one(o)
	case "flush":
		a.sessionMark(s, Flush, c, w)
		w.forgetPresence()
	case "clear":
		a.sessionMark(s, Clear, c, w)
		w.forgetPresence()
	case "cycle_key":
		a.sessionMark(s, CycleKey, c, w)
	case "create":
		a.sessionMark(s, Create, c, w)
	case "set_test_cookie", "delete_test_cookie":
		a.sessionMark(s, TestCookie, c, w)
	case "save":
		a.event(&Event{Kind: Save, Node: c, Source: s.Source, Expr: s.Expr})
		if ours && w.mark == unmarked {
			w.pending = nil // stored now; what is changed later is not
		}
	case "set_expiry":
		a.sessionSetExpiry(s, c, args, w)
	case "clear_expired":
		a.event(&Event{Kind: Purge, Node: c, Source: s.Source, Expr: s.Expr})
	case "test_cookie_worked", "get_expiry_age", "get_expiry_date", "get_expire_at_browser_close", "is_empty", "exists",
		"load", "encode", "decode", "get_session_cookie_age", "__len__":
		return a.opaque(c, sized(40), "session."+name)
	case "delete":
		if ours {
			w.setMark(escaped) // the row is gone: what then happens is not a lost mutation
		}
	default:
		if ours {
			w.setMark(escaped) // a method of a custom session class
		}
	}
	return unknown
}

func (a *analysis) sessionGet(s *Object, c *py.Call, args arguments, w *world) Value {
	if len(c.Args) == 0 {
		return unknown
	}
	key := a.key(c.Args[0].Value, w)
	a.event(&Event{Kind: Read, Node: c, Source: s.Source, Expr: s.Expr, Key: key, KeyNode: c.Args[0].Value})
	has, known := w.facts.get(presence(key))
	known = known && s.Source == FromRequest
	def, hasDefault := args.arg(1, "default")
	if known && !has {
		if hasDefault {
			return def
		}
		return one(a.heap.constant(py.Constant{Kind: py.NoneConst}))
	}
	origin := ByKey
	if hasDefault && def.any(Fresh) && !known {
		origin = ByGetDefault
	}
	item := one(a.itemObject(s, key, c.Args[0].Value, origin))
	switch {
	case known:
		return item
	case !hasDefault:
		return join(item, one(a.heap.constant(py.Constant{Kind: py.NoneConst})))
	case origin == ByGetDefault:
		// A missing key yields the default, which is thrown away: mutating it is lost in either case.
		return item
	}
	return join(item, def)
}

func (a *analysis) sessionSetDefault(s *Object, c *py.Call, args arguments, w *world) Value {
	if len(c.Args) == 0 {
		return unknown
	}
	key := a.key(c.Args[0].Value, w)
	def, _ := args.arg(1, "value")
	ev := &Event{Kind: Write, Node: c, Source: s.Source, Expr: s.Expr, Key: key, KeyNode: c.Args[0].Value, Value: def}
	if len(c.Args) > 1 {
		ev.ValueNode = c.Args[1].Value
	}
	a.event(ev)
	if s.Source == FromRequest {
		w.mayMark(presence(key), false, true)
	}
	origin := ByKey
	if def.any(Fresh) {
		origin = BySetDefault
	}
	return one(a.itemObject(s, key, c.Args[0].Value, origin))
}

func (a *analysis) sessionPop(s *Object, c *py.Call, args arguments, w *world) Value {
	if len(c.Args) == 0 {
		return unknown
	}
	key := a.key(c.Args[0].Value, w)
	a.event(&Event{Kind: Delete, Node: c, Source: s.Source, Expr: s.Expr, Key: key, KeyNode: c.Args[0].Value})
	if s.Source == FromRequest {
		if _, hasDefault := args.arg(1, "default"); hasDefault || args.star {
			w.mayMark(presence(key), true, false)
			// Where the key was missing, no change to what it holds can be lost.
			w.pending = slices.DeleteFunc(slices.Clone(w.pending), func(m *Mutation) bool { return m.Key == key })
		} else {
			w.setMark(marked) // without a default a missing key is a KeyError
			w.facts.set(presence(key), false)
		}
	}
	return unknown // it is not part of the session any more
}

// sessionUpdate is S.update(mapping); a dict display tells the keys.
func (a *analysis) sessionUpdate(s *Object, c *py.Call, args arguments, w *world) {
	recorded := false
	if len(c.Args) == 1 {
		if d, ok := c.Args[0].Value.(*py.Dict); ok {
			for _, it := range d.Items {
				if it.Key == nil {
					continue
				}
				key := a.key(it.Key, w)
				v := a.eval(it.Value, w)
				a.event(&Event{Kind: Write, Node: it.Key, Source: s.Source, Expr: s.Expr, Key: key, KeyNode: it.Key, ValueNode: it.Value, Value: v})
				if s.Source == FromRequest {
					w.facts.set(presence(key), true)
				}
				recorded = true
			}
		}
	}
	if !recorded {
		ev := &Event{Kind: Write, Node: c, Source: s.Source, Expr: s.Expr}
		if len(args.pos) == 1 && len(c.Args) == 1 {
			ev.ValueNode, ev.Value = c.Args[0].Value, args.pos[0]
		}
		a.event(ev)
		w.forgetPresence()
	}
	if s.Source == FromRequest {
		w.setMark(marked)
	}
}

func (a *analysis) sessionSetExpiry(s *Object, c *py.Call, args arguments, w *world) {
	v, ok := args.arg(0, "value")
	if !ok {
		return
	}
	ev := &Event{Kind: SetExpiry, Node: c, Source: s.Source, Expr: s.Expr, Value: v}
	if len(c.Args) > 0 {
		ev.ValueNode = c.Args[0].Value
	}
	a.event(ev)
	if s.Source != FromRequest {
		return
	}
	if k, known := v.Constant(); known && k.Kind == py.NoneConst {
		// set_expiry(None) deletes the custom expiry, and marks the session only if there was one.
		w.mayMark("has custom expiry", true, false)
		return
	}
	if v.Open || len(v.Objs) > 1 {
		for _, o := range v.Objs {
			if o.Kind == Const && o.Const.Kind == py.NoneConst {
				w.mayMark("", true, true)
				return
			}
		}
	}
	w.setMark(marked)
	w.facts.set("has custom expiry", true)
}

// readKey records k in S.
func (a *analysis) readKey(n py.Node, holder Value, k py.Expr, w *world) {
	for _, o := range holder.Objs {
		if o.Kind == Session {
			a.event(&Event{Kind: Read, Node: n, Source: o.Source, Expr: o.Expr, Key: a.key(k, w), KeyNode: k})
		}
	}
}

// mutators change a list, dict or set in place.
var mutators = map[string]bool{
	"append": true, "extend": true, "insert": true, "remove": true, "pop": true, "popitem": true, "clear": true, "sort": true,
	"reverse": true, "update": true, "setdefault": true, "add": true, "discard": true, "__setitem__": true, "__delitem__": true,
	"move_to_end": true, "appendleft": true, "popleft": true,
}

// itemCall is a method call on an object inside the session.
func (a *analysis) itemCall(o *Object, name string, c *py.Call, target py.Expr, args arguments, w *world) Value {
	child := func() Value { return one(a.itemObject(o, o.Key, nil, o.Origin)) }
	if mutators[name] {
		a.mutate(o, target, len(args.pos) > 0 && transient(args.pos[len(args.pos)-1]), w)
		for _, v := range args.pos {
			a.nestedWrite(o, c, nil, v)
		}
		if name == "setdefault" {
			return child()
		}
		return unknown
	}
	switch name {
	case "get":
		out := child()
		if def, ok := args.arg(1, "default"); ok {
			return join(out, def)
		}
		return join(out, one(a.heap.constant(py.Constant{Kind: py.NoneConst})))
	case "values", "items":
		f := a.fresh(c, Shape{})
		a.grow(&f.Elem, child())
		return one(f)
	case "copy":
		return one(a.fresh(c, Shape{}))
	}
	return a.opaqueMethod(o, name, c, args)
}

// freshCall is a method call on a container made here.
func (a *analysis) freshCall(o *Object, name string, c *py.Call, args arguments) Value {
	if mutators[name] {
		for _, v := range args.pos {
			a.grow(&o.Elem, v)
		}
		if name == "setdefault" || name == "pop" || name == "popitem" {
			return join(o.Elem, unknown)
		}
		return unknown
	}
	switch name {
	case "get", "values", "items":
		f := a.fresh(c, o.Shape)
		a.grow(&f.Elem, o.Elem)
		if name == "get" {
			return join(o.Elem, unknown)
		}
		return one(f)
	case "copy":
		f := a.fresh(c, o.Shape)
		a.grow(&f.Elem, o.Elem)
		return one(f)
	}
	return a.opaqueMethod(o, name, c, args)
}

// importCall is a call of something imported from outside this file.
func (a *analysis) importCall(dotted string, c *py.Call, args arguments, w *world) Value {
	switch dotted {
	case "django.contrib.auth.login", "django.contrib.auth.alogin":
		a.sessionMark(&Object{Kind: Session}, Login, c, w)
		return unknown
	case "django.contrib.auth.logout", "django.contrib.auth.alogout":
		a.sessionMark(&Object{Kind: Session}, Logout, c, w)
		w.forgetPresence()
		return unknown
	case "django.contrib.auth.update_session_auth_hash", "django.contrib.auth.aupdate_session_auth_hash":
		a.sessionMark(&Object{Kind: Session}, CycleKey, c, w)
		return unknown
	case "django.core.management.call_command":
		if v, ok := args.arg(0, "command_name"); ok {
			if k, ok := v.Constant(); ok && k.Str == "clearsessions" {
				a.event(&Event{Kind: Purge, Node: c})
			}
		}
		return unknown
	case "builtins.setattr":
		a.callSetattr(args, c, w)
		return unknown
	}
	if v, ok := a.builtinCall(dotted, c, args, w); ok {
		return v
	}
	if strings.HasSuffix(dotted, ".SessionStore") {
		return one(a.heap.intern(objectID{kind: Session, site: c}, func(o *Object) { o.Source = FromStore }))
	}
	if strings.HasSuffix(dotted, ".SessionStore.clear_expired") {
		a.event(&Event{Kind: Purge, Node: c, Source: FromStore})
		return unknown
	}
	if !harmlessFunction(dotted) || passesCode(args) {
		a.unknownCall(c, args, w)
	}
	return a.shapeOfImport(dotted, c, args)
}

// passesCode reports whether an argument is a function that sees the session, for the callee to run at some time.
func passesCode(args arguments) bool {
	for _, v := range args.all() {
		for _, o := range v.Objs {
			_, lambda := o.id.site.(*py.Lambda)
			if (lambda || o.Kind == Function) && reaches(one(o), 0) {
				return true
			}
		}
	}
	return false
}

// harmlessFunction reports whether an imported function that gets a request leaves its session unmarked. Of Django and
// rest_framework only the auth functions above mark it; the messages framework stores in a cookie unless it overflows
// (django/contrib/messages/storage/fallback.py).
func harmlessFunction(dotted string) bool {
	root, _, _ := strings.Cut(dotted, ".")
	switch root {
	case "django":
		return !strings.HasPrefix(dotted, "django.contrib.auth.views") && !strings.HasPrefix(dotted, "django.contrib.sessions")
	case "rest_framework", "builtins", "logging", "json", "copy", "datetime", "time", "re", "os", "itertools", "collections", "warnings", "typing", "pprint":
		return true
	}
	return false
}

// callSetattr is setattr(x, "modified", True).
func (a *analysis) callSetattr(args arguments, c *py.Call, w *world) {
	obj, _ := args.arg(0, "")
	name, _ := args.arg(1, "")
	v, _ := args.arg(2, "")
	k, ok := name.Constant()
	for _, o := range obj.Objs {
		switch {
		case o.Kind == Session && (!ok || k.Str == "modified"):
			a.sessionMark(o, MarkModified, c, w)
		case o.Kind == Instance && ok:
			a.setAttr(o, k.Str, v)
		}
	}
}

// builtinCall covers builtins and copy functions that make containers.
func (a *analysis) builtinCall(dotted string, c *py.Call, args arguments, w *world) (Value, bool) {
	switch dotted {
	case "builtins.dict", "copy.copy", "copy.deepcopy", "collections.OrderedDict", "collections.defaultdict":
		s := Shape{}
		if len(args.pos) > 0 {
			s = args.pos[0].Shape()
		}
		o := a.fresh(c, s)
		for _, v := range args.named {
			a.grow(&o.Elem, v)
		}
		return one(o), true
	case "builtins.list", "builtins.tuple", "builtins.set", "builtins.sorted", "builtins.reversed", "builtins.enumerate", "builtins.zip",
		"builtins.iter", "builtins.filter", "builtins.frozenset", "itertools.chain":
		o := a.fresh(c, a.listShape(dotted, c, args))
		for _, v := range args.pos {
			a.grow(&o.Elem, a.elements(v, c))
		}
		return one(o), true
	case "builtins.next":
		if len(args.pos) > 0 {
			return a.elements(args.pos[0], c), true
		}
	case "builtins.getattr":
		if len(c.Args) >= 2 && len(args.pos) >= 2 {
			if k, ok := args.pos[1].Constant(); ok && k.Kind == py.StrConst && k.Str == "session" && args.pos[0].any(Request) && a.top().fn.file.django {
				return one(a.sessionObject(c)), true
			}
		}
		if carries(args) {
			w.setMark(escaped) // a method of the session under a name made at run time
		}
		return unknown, true
	case "builtins.len", "builtins.int", "builtins.float", "builtins.bool", "builtins.isinstance", "builtins.hasattr", "builtins.sum", "builtins.abs",
		"builtins.round", "builtins.min", "builtins.max", "builtins.any", "builtins.all", "builtins.id", "builtins.hash", "builtins.ord":
		return a.opaque(c, sized(12), "number"), true
	}
	return Value{}, false
}
