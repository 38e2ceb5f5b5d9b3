package sessflow

import (
	"strconv"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// A Kind says what an abstract object stands for.
type Kind uint8

const (
	// Opaque is an object about which only its Shape is known.
	Opaque Kind = iota
	Request
	Session
	// Item is an object that lives inside the session: what S[k] returns, or a part of it.
	Item
	// Fresh is a container made by this code that is not part of the session.
	Fresh
	Const
	Function
	Class
	Instance
	// Import is a name that an import binds and that is not code of this file.
	Import
	// Query is a manager or a queryset of a model.
	Query
)

// Origin says by which access an Item left the session.
type Origin uint8

const (
	// ByKey items were read by S[k] or S.get(k): the key was there, or the access gave no default.
	ByKey Origin = iota
	// ByGetDefault items come from S.get(k, <fresh container>): what a missing key yields is thrown away.
	ByGetDefault
	// BySetDefault items come from S.setdefault(k, <fresh container>).
	BySetDefault
)

// SessionSource says where a session object comes from.
type SessionSource uint8

const (
	// FromRequest is the session that SessionMiddleware saves.
	FromRequest SessionSource = iota
	// FromStore is a SessionStore made by the code itself; only its own save() stores it.
	FromStore
)

// An Object is an abstract object. Objects are interned: two pointers are equal exactly if the objects are.
type Object struct {
	Kind Kind
	id   objectID

	Source  SessionSource // Session
	Session *Object       // Item: the session it lives in
	Key     Key           // Item: the session key
	KeyNode py.Expr       // Item: the key as written in Func
	Depth   int           // Item: 0 is the value of the key itself
	Origin  Origin        // Item
	Expr    string        // Session: source text by which Func reaches it, such as "request.session"; else empty
	Func    *Func         // Function: what is called; Session, Item, Call: where it was obtained
	Call    *py.Call      // Opaque: the call whose result it is, where that is all that is known
	Self    *Object       // Function: the bound object
	Class   *ClassInfo    // Class, Instance
	Dotted  string        // Import: the dotted name; Query: that of the model
	Query   *queryState   // Query
	Const   py.Constant   // Const
	Elem    Value         // Fresh: what it holds
	Shape   Shape
	attrs   map[string]Value // Instance: what is assigned to its attributes anywhere
}

// objectID is what interning compares.
type objectID struct {
	kind  Kind
	site  py.Node
	owner *Object
	fn    *Func
	text  string
	n     int
}

// A Key is a session key as far as it is known.
type Key struct {
	// Text is the key itself where Known (a string), else the source text of the expression, which still tells keys apart
	// as long as its names keep their values.
	Text  string
	Known bool
}

// String returns the key as a reader would write it.
func (k Key) String() string {
	if k.Known {
		return quote(k.Text)
	}
	return k.Text
}

// quote writes a string as Python.
func quote(s string) string {
	q := strconv.Quote(s)
	if !strings.ContainsAny(s, "'\"") {
		return "'" + q[1:len(q)-1] + "'"
	}
	return q
}

// A Value is a set of objects that an expression may yield. Open means that it may also yield something unknown; the zero
// Value is wholly unknown if Open, and impossible otherwise.
type Value struct {
	Objs []*Object
	Open bool
}

var unknown = Value{Open: true}

// maxAlternatives bounds a Value; beyond it the rest is unknown.
const maxAlternatives = 8

func one(o *Object) Value { return Value{Objs: []*Object{o}} }

// join returns the union of two values.
func join(a, b Value) Value {
	if len(b.Objs) == 0 {
		return Value{a.Objs, a.Open || b.Open}
	}
	if len(a.Objs) == 0 {
		return Value{b.Objs, a.Open || b.Open}
	}
	out := Value{Objs: a.Objs, Open: a.Open || b.Open}
	for _, o := range b.Objs {
		if out.has(o) {
			continue
		}
		if len(out.Objs) >= maxAlternatives {
			out.Open = true
			break
		}
		out.Objs = append(out.Objs[:len(out.Objs):len(out.Objs)], o)
	}
	return out
}

func (v Value) has(o *Object) bool {
	for _, x := range v.Objs {
		if x == o {
			return true
		}
	}
	return false
}

// equal reports whether two values hold the same objects, in any order.
func (v Value) equal(w Value) bool {
	if v.Open != w.Open || len(v.Objs) != len(w.Objs) {
		return false
	}
	for _, o := range v.Objs {
		if !w.has(o) {
			return false
		}
	}
	return true
}

// Only returns the object if the value is exactly one.
func (v Value) Only() *Object {
	if len(v.Objs) == 1 && !v.Open {
		return v.Objs[0]
	}
	return nil
}

// any reports whether one of the objects is of a kind.
func (v Value) any(k Kind) bool {
	for _, o := range v.Objs {
		if o.Kind == k {
			return true
		}
	}
	return false
}

// Constant returns the constant that the value certainly is.
func (v Value) Constant() (py.Constant, bool) {
	if o := v.Only(); o != nil && o.Kind == Const {
		return o.Const, true
	}
	return py.Constant{}, false
}

// truth returns the truth value of v where it is known.
func (v Value) truth() (val, known bool) {
	if v.Open || len(v.Objs) == 0 {
		return false, false
	}
	for i, o := range v.Objs {
		var t bool
		switch {
		case o.Kind == Const:
			t = constTruth(o.Const)
		case o.Kind == Request, o.Kind == Function, o.Kind == Class:
			t = true
		default:
			return false, false
		}
		if i > 0 && t != val {
			return false, false
		}
		val = t
	}
	return val, true
}

func constTruth(c py.Constant) bool {
	switch c.Kind {
	case py.BoolConst:
		return c.Bool
	case py.IntConst:
		return c.Int != 0
	case py.FloatConst:
		return c.Float != 0
	case py.StrConst, py.BytesConst:
		return c.Str != ""
	}
	return false
}

// A heap interns the objects of one file's analysis.
type heap struct {
	objs map[objectID]*Object
}

func newHeap() *heap { return &heap{objs: map[objectID]*Object{}} }

// intern returns the object with the id, made by build if it is new.
func (h *heap) intern(id objectID, build func(*Object)) *Object {
	if o := h.objs[id]; o != nil {
		return o
	}
	o := &Object{Kind: id.kind, id: id}
	h.objs[id] = o
	build(o)
	return o
}

func (h *heap) constant(c py.Constant) *Object {
	id := objectID{kind: Const, text: constText(c), n: int(c.Kind)}
	return h.intern(id, func(o *Object) { o.Const, o.Shape = c, constShape(c) })
}
