package django

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// maxString bounds strings that are built by repetition or formatting, in bytes.
const maxString = 1 << 16

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
		return pathValue([]Value{{kind: KindConst, c: b}}).Const()
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

// parseInt reads what Python's int() accepts of a string.
func parseInt(s string) (int64, bool) {
	n, err := strconv.ParseInt(strings.ReplaceAll(strings.TrimSpace(s), "_", ""), 10, 64)
	return n, err == nil
}

// parseNumber reads a Python int or float literal. Ints beyond 64 bits and imaginary numbers are not known.
func parseNumber(text string) (Const, bool) {
	t := strings.ReplaceAll(strings.ToLower(text), "_", "")
	if n, err := strconv.ParseInt(strings.TrimSuffix(t, "l"), 0, 64); err == nil {
		return Const{n}, true
	}
	if len(t) > 1 && t[0] == '0' && strings.Trim(t, "01234567") == "" {
		// Python 2's octal form.
		if n, err := strconv.ParseInt(t, 8, 64); err == nil {
			return Const{n}, true
		}
	}
	if strings.HasPrefix(t, "0x") {
		return Const{}, false
	}
	if f, err := strconv.ParseFloat(t, 64); err == nil && !math.IsInf(f, 0) {
		return Const{f}, true
	}
	return Const{}, false
}
