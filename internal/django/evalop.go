package django

import (
	"math"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// binary applies an operator of two operands.
func (f *frame) binary(op string, a, b Value) Value {
	if op == "+" {
		// A known list and something unknown is still a list with the known elements in their places.
		la, aok := listConst(a)
		lb, bok := listConst(b)
		switch {
		case aok && bok:
			return Value{kind: KindConst, c: Const{&List{
				Items: append(append([]Item(nil), la.Items...), lb.Items...), Tuple: la.Tuple && lb.Tuple}}}
		case aok:
			return extend(la, b)
		case bok:
			return Value{kind: KindConst, c: Const{&List{
				Items: append([]Item{{Value: a, Splice: true}}, lb.Items...), Tuple: lb.Tuple}}}
		}
	}
	if op == "|" && a.kind == KindConst && b.kind == KindUnknown {
		if d, ok := a.c.Dict(); ok {
			return Value{kind: KindConst, c: Const{d.merge(&Dict{Open: true})}}
		}
	}
	typ := ""
	for _, v := range []Value{a, b} {
		if v.kind == KindEnv {
			typ = v.env.Type
		}
	}
	return combine([]Value{a, b}, typ, true, func(c []Const) (Const, bool) { return arithmetic(op, c[0], c[1]) })
}

func listConst(v Value) (*List, bool) {
	if v.kind != KindConst {
		return nil, false
	}
	return v.c.List()
}

// fstring evaluates one whose parts are all known.
func (f *frame) fstring(e *py.FString) Value {
	parts := make([]Value, len(e.Parts))
	for i, p := range e.Parts {
		parts[i] = f.eval(p)
	}
	return combine(parts, "str", true, func(c []Const) (Const, bool) {
		var b strings.Builder
		for _, p := range c {
			s, ok := p.display()
			if !ok {
				return Const{}, false
			}
			b.WriteString(s)
		}
		return Const{b.String()}, b.Len() <= maxString
	})
}

func (f *frame) unary(e *py.UnaryOp) Value {
	if e.Op == "not" {
		t, _ := f.truth(e.X)
		if t != Maybe {
			return constant(t == No)
		}
	}
	typ := "bool"
	v := f.eval(e.X)
	if e.Op != "not" && v.kind == KindEnv {
		typ = v.env.Type
	}
	return combine([]Value{v}, typ, true, func(c []Const) (Const, bool) {
		switch e.Op {
		case "not":
			t := c[0].Truthy()
			return Const{t == No}, t != Maybe
		case "-":
			if n, ok := c[0].Int(); ok {
				return Const{-n}, n != math.MinInt64
			}
			if n, ok := c[0].Number(); ok {
				return Const{-n}, true
			}
			if d, ok := c[0].Duration(); ok {
				return Const{-d}, true
			}
		case "+":
			_, ok := c[0].Number()
			return c[0], ok
		}
		return Const{}, false
	})
}

// boolOp evaluates "and" and "or" as values.
func (f *frame) boolOp(e *py.BoolOp) Value {
	left := f.eval(e.Left)
	lt, _ := f.truth(e.Left)
	if e.Op == "or" && lt == Yes || e.Op == "and" && lt == No {
		if left.kind == KindUnknown {
			return constant(e.Op == "or")
		}
		return left
	}
	if lt != Maybe {
		return f.eval(e.Right)
	}
	right := f.eval(e.Right)
	if left.kind == KindEnv && right.kind == KindConst {
		// A variable with a fall-back: os.environ.get("X") or "default".
		env := *left.env
		var d Value
		if env.Default != nil {
			d = combine([]Value{*env.Default, right}, env.Type, env.Text, func(c []Const) (Const, bool) {
				t := c[0].Truthy()
				if (t == Yes) == (e.Op == "or") {
					return c[0], t != Maybe
				}
				return c[1], t != Maybe
			})
		} else if e.Op == "or" {
			return left
		} else {
			return unknown("the expression is not understood")
		}
		d = r0(d)
		env.Default = &d
		return Value{kind: KindEnv, env: &env}
	}
	if left.kind == KindUnknown || right.kind == KindUnknown {
		if rt, _ := f.truth(e.Right); e.Op == "or" && rt == Yes && left.kind == KindUnknown {
			return unknown(left.reason)
		}
		if left.kind == KindUnknown {
			return left
		}
	}
	return combine([]Value{left, right}, "bool", true, func(c []Const) (Const, bool) {
		t := c[0].Truthy()
		if (t == Yes) == (e.Op == "or") {
			return c[0], t != Maybe
		}
		return c[1], t != Maybe
	})
}
