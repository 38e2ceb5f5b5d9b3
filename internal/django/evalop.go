package django

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/sesslint/sesslint/internal/py"
)

// maxString bounds strings that are built by repetition or formatting, in bytes.
const maxString = 1 << 16

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

func arithmetic(op string, a, b Const) (Const, bool) {
	if x, ok := a.Int(); ok {
		if y, ok := b.Int(); ok {
			return intArithmetic(op, x, y)
		}
	}
	if x, ok := a.Number(); ok {
		if y, ok := b.Number(); ok {
			return floatArithmetic(op, x, y)
		}
	}
	if d, ok := a.Duration(); ok {
		return durationArithmetic(op, d, b)
	}
	if d, ok := b.Duration(); ok && op == "*" {
		return durationArithmetic(op, d, a)
	}
	if s, ok := a.Str(); ok {
		switch op {
		case "+":
			t, ok := b.Str()
			return Const{s + t}, ok && len(s)+len(t) <= maxString
		case "*":
			n, ok := b.Int()
			if !ok || n < 0 || int64(len(s))*n > maxString {
				return Const{}, false
			}
			return Const{strings.Repeat(s, int(n))}, true
		case "%":
			return percent(s, b)
		}
	}
	if l, ok := a.List(); ok && op == "*" {
		n, ok := b.Int()
		if !ok || n < 0 || int64(len(l.Items))*n > 1000 {
			return Const{}, false
		}
		out := &List{Tuple: l.Tuple}
		for range n {
			out.Items = append(out.Items, l.Items...)
		}
		return Const{out}, true
	}
	if d, ok := a.Dict(); ok && op == "|" {
		o, ok := b.Dict()
		if !ok {
			return Const{}, false
		}
		return Const{d.merge(o)}, true
	}
	if o, ok := a.v.(*opaque); ok && op == "/" && strings.HasPrefix(o.desc, "<path") {
		return Const{&opaque{"<path>"}}, true
	}
	return Const{}, false
}

func intArithmetic(op string, x, y int64) (Const, bool) {
	switch op {
	case "+":
		r := x + y
		return Const{r}, (r > x) == (y > 0)
	case "-":
		r := x - y
		return Const{r}, (r < x) == (y > 0)
	case "*":
		r := x * y
		return Const{r}, x == 0 || (r/x == y && !(x == -1 && y == math.MinInt64))
	case "/":
		return Const{float64(x) / float64(y)}, y != 0
	case "//":
		if y == 0 || y == -1 {
			return Const{-x}, y == -1 && x != math.MinInt64
		}
		q := x / y
		if x%y != 0 && (x < 0) != (y < 0) {
			q--
		}
		return Const{q}, true
	case "%":
		if y == 0 || y == -1 {
			return Const{int64(0)}, y == -1
		}
		r := x % y
		if r != 0 && (r < 0) != (y < 0) {
			r += y
		}
		return Const{r}, true
	case "**":
		if y < 0 || y > 64 {
			return Const{}, false
		}
		r := int64(1)
		for range y {
			n, ok := intArithmetic("*", r, x)
			if !ok {
				return Const{}, false
			}
			r, _ = n.Int()
		}
		return Const{r}, true
	case "|":
		return Const{x | y}, true
	case "&":
		return Const{x & y}, true
	case "<<":
		if y < 0 || y > 40 || x < 0 || x > 1<<20 {
			return Const{}, false
		}
		return Const{x << uint(y)}, true
	}
	return Const{}, false
}

func floatArithmetic(op string, x, y float64) (Const, bool) {
	var r float64
	switch op {
	case "+":
		r = x + y
	case "-":
		r = x - y
	case "*":
		r = x * y
	case "/":
		r = x / y
	case "//":
		r = math.Floor(x / y)
	case "**":
		r = math.Pow(x, y)
	default:
		return Const{}, false
	}
	return Const{r}, !math.IsNaN(r) && !math.IsInf(r, 0)
}

func durationArithmetic(op string, d time.Duration, b Const) (Const, bool) {
	if o, ok := b.Duration(); ok {
		switch op {
		case "+":
			return timedelta(d.Seconds() + o.Seconds())
		case "-":
			return timedelta(d.Seconds() - o.Seconds())
		case "/":
			return Const{d.Seconds() / o.Seconds()}, o != 0
		case "//":
			return Const{int64(math.Floor(d.Seconds() / max(o.Seconds(), 1e-9)))}, o > 0
		}
		return Const{}, false
	}
	n, ok := b.Number()
	switch {
	case !ok:
		return Const{}, false
	case op == "*":
		return timedelta(d.Seconds() * n)
	case op == "/" && n != 0:
		return timedelta(d.Seconds() / n)
	}
	return Const{}, false
}

// percent formats with the % operator; only %s, %d and %% are known.
func percent(format string, arg Const) (Const, bool) {
	var args []Const
	if l, ok := arg.List(); ok && l.Tuple {
		for _, it := range l.Items {
			c, ok := it.Value.Const()
			if !ok {
				return Const{}, false
			}
			args = append(args, c)
		}
	} else {
		args = []Const{arg}
	}
	d, named := arg.Dict()
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		i++
		if i == len(format) {
			return Const{}, false
		}
		var c Const
		if format[i] == '(' && named {
			end := strings.IndexByte(format[i:], ')')
			if end < 0 || i+end+1 >= len(format) {
				return Const{}, false
			}
			v, ok := d.Get(format[i+1 : i+end]).Const()
			if !ok {
				return Const{}, false
			}
			c, i = v, i+end+1
			args = append([]Const{c}, args...)
		}
		switch format[i] {
		case '%':
			b.WriteByte('%')
		case 's', 'd':
			if len(args) == 0 {
				return Const{}, false
			}
			s, ok := args[0].display()
			if !ok {
				return Const{}, false
			}
			args = args[1:]
			b.WriteString(s)
		default:
			return Const{}, false
		}
	}
	return Const{b.String()}, b.Len() <= maxString
}

// display returns str(c).
func (c Const) display() (string, bool) {
	switch v := c.v.(type) {
	case string:
		return v, true
	case nil, bool, int64, float64:
		return c.Text(), true
	}
	return "", false
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
		d := right
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

// compare evaluates a chain of comparisons.
func (f *frame) compare(e *py.Compare) Value {
	if f.aboutArguments(e) {
		return constant(false)
	}
	left := f.eval(e.Left)
	out := constant(true)
	for i, op := range e.Ops {
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

// parseInt reads what Python's int() accepts of a string.
func parseInt(s string) (int64, bool) {
	n, err := strconv.ParseInt(strings.ReplaceAll(strings.TrimSpace(s), "_", ""), 10, 64)
	return n, err == nil
}
