package django

import (
	"strings"
	"time"

	"github.com/sesslint/sesslint/internal/py"
)

// compare evaluates a chain of comparisons.
func (f *frame) compare(e *py.Compare) Value {
	if f.aboutArguments(e) {
		return constant(false)
	}
	left := f.eval(e.Left)
	out := constant(true)
	for i, op := range e.Ops {
		if (op == "in" || op == "not in") && len(e.Ops) == 1 && f.isExternal(e.Rights[i], "os.environ") {
			if name, ok := left.Str(); ok {
				unset := constant(op == "not in")
				return f.fromEnv(name, "bool", false, &unset)
			}
		}
		right := f.eval(e.Rights[i])
		v := combine([]Value{left, right}, "bool", false, func(c []Const) (Const, bool) {
			t := compareConst(op, c[0], c[1])
			return Const{t == Yes}, t != Maybe
		})
		if i == 0 {
			out = v
		} else {
			out = combine([]Value{out, v}, "bool", false, func(c []Const) (Const, bool) {
				return Const{c[0].Truthy() == Yes && c[1].Truthy() == Yes}, true
			})
		}
		left = right
	}
	return out
}

func compareConst(op string, a, b Const) Tri {
	switch op {
	case "==":
		return a.equal(b)
	case "!=":
		return a.equal(b).not()
	case "is":
		if b.IsNone() {
			return a.equal(b)
		}
		if x, ok := b.Bool(); ok {
			y, ok := a.Bool()
			return triOf(ok && x == y)
		}
		return Maybe
	case "is not":
		return compareConst("is", a, b).not()
	case "in":
		return contains(b, a)
	case "not in":
		return contains(b, a).not()
	}
	order := 0
	if x, ok := a.Number(); ok {
		y, ok := b.Number()
		if !ok {
			return Maybe
		}
		order = cmpFloat(x, y)
	} else if x, ok := a.Str(); ok {
		y, ok := b.Str()
		if !ok {
			return Maybe
		}
		order = strings.Compare(x, y)
	} else if x, ok := a.Duration(); ok {
		y, ok := b.Duration()
		if !ok {
			return Maybe
		}
		order = cmpFloat(x.Seconds(), y.Seconds())
	} else {
		return Maybe
	}
	switch op {
	case "<":
		return triOf(order < 0)
	case "<=":
		return triOf(order <= 0)
	case ">":
		return triOf(order > 0)
	case ">=":
		return triOf(order >= 0)
	}
	return Maybe
}

func cmpFloat(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// contains tells whether x is in the container c.
func contains(c, x Const) Tri {
	if s, ok := c.Str(); ok {
		t, ok := x.Str()
		if !ok {
			return Maybe
		}
		return triOf(strings.Contains(s, t))
	}
	if l, ok := c.List(); ok {
		found := No
		for _, it := range l.Items {
			e, ok := it.Value.Const()
			if !ok || it.Splice {
				found = Maybe
				continue
			}
			switch eq := e.equal(x); {
			case eq == Yes && it.Cond == "":
				return Yes
			case eq != No:
				found = Maybe
			}
		}
		return found
	}
	if d, ok := c.Dict(); ok {
		for _, e := range d.Entries {
			if e.Key.equal(x) == Yes {
				if e.Cond != "" {
					return Maybe
				}
				return Yes
			}
		}
		if d.Open {
			return Maybe
		}
		return No
	}
	return Maybe
}

// equal tells whether two constants are equal in Python's sense.
func (c Const) equal(o Const) Tri {
	if a, ok := c.Number(); ok {
		b, ok := o.Number()
		return triOf(ok && a == b)
	}
	switch a := c.v.(type) {
	case nil:
		_, opaque := o.v.(object)
		if opaque {
			return Maybe
		}
		return triOf(o.v == nil)
	case string:
		if _, opaque := o.v.(object); opaque {
			return Maybe
		}
		return triOf(c.v == o.v)
	case byteString, time.Duration:
		return triOf(c.v == o.v)
	case *List:
		b, ok := o.v.(*List)
		if !ok || a.Tuple != b.Tuple {
			return No
		}
		if len(a.Items) != len(b.Items) || !a.definite() || !b.definite() {
			if a.definite() && b.definite() {
				return No
			}
			return Maybe
		}
		all := Yes
		for i := range a.Items {
			x, xok := a.Items[i].Value.Const()
			y, yok := b.Items[i].Value.Const()
			if !xok || !yok {
				all = Maybe
				continue
			}
			switch x.equal(y) {
			case No:
				return No
			case Maybe:
				all = Maybe
			}
		}
		return all
	}
	return Maybe
}
