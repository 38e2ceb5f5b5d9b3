package py

import (
	"cmp"
	"math"
	"math/big"
	"strconv"
	"strings"
)

func boolean(b bool) (Constant, bool) { return Constant{Kind: BoolConst, Bool: b}, true }

func integer(i int64) (Constant, bool) { return Constant{Kind: IntConst, Int: i}, true }

// float makes a constant of f unless it is infinite or not a number: Python raises an error for most of what yields those.
func float(f float64) (Constant, bool) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return Constant{}, false
	}
	return Constant{Kind: FloatConst, Float: f}, true
}

// parseNumber reads a numeric literal.
func parseNumber(text string) (Constant, bool) {
	s := strings.ToLower(strings.ReplaceAll(text, "_", ""))
	if len(s) > 2 && s[0] == '0' {
		if base := map[byte]int{'x': 16, 'o': 8, 'b': 2}[s[1]]; base != 0 {
			i, err := strconv.ParseInt(s[2:], base, 64)
			if err != nil {
				return Constant{}, false
			}
			return integer(i)
		}
	}
	if strings.ContainsAny(s, ".e") {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return Constant{}, false
		}
		return float(f)
	}
	if len(s) > 1 && s[0] == '0' && strings.Trim(s, "0") != "" {
		return Constant{}, false // octal in Python 2, an error in Python 3
	}
	i, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return Constant{}, false
	}
	return integer(i)
}

// asInt returns c as an integer, which bools are too.
func (c Constant) asInt() (int64, bool) {
	switch c.Kind {
	case IntConst:
		return c.Int, true
	case BoolConst:
		if c.Bool {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// asFloat returns c as a float if that is exact.
func (c Constant) asFloat() (float64, bool) {
	if c.Kind == FloatConst {
		return c.Float, true
	}
	i, ok := c.asInt()
	return float64(i), ok && -1<<53 <= i && i <= 1<<53
}

func unary(op string, x Constant) (Constant, bool) {
	if op == "not" {
		return boolean(!x.Truth())
	}
	if x.Kind == FloatConst {
		switch op {
		case "-":
			return float(-x.Float)
		case "+":
			return x, true
		}
		return Constant{}, false
	}
	i, ok := x.asInt()
	if !ok {
		return Constant{}, false
	}
	switch op {
	case "-":
		if i != math.MinInt64 {
			return integer(-i)
		}
	case "+":
		return integer(i)
	case "~":
		return integer(^i)
	}
	return Constant{}, false
}

// arithmetic returns x op y.
func arithmetic(op string, x, y Constant) (Constant, bool) {
	switch {
	case x.Kind == StrConst || x.Kind == BytesConst:
		switch op {
		case "+":
			if x.Kind == y.Kind && len(x.Str)+len(y.Str) <= maxText {
				x.Str += y.Str
				return x, true
			}
		case "*":
			return repeat(x, y)
		}
		return Constant{}, false
	case y.Kind == StrConst || y.Kind == BytesConst:
		if op == "*" {
			return repeat(y, x)
		}
		return Constant{}, false
	}
	i, ok1 := x.asInt()
	j, ok2 := y.asInt()
	if ok1 && ok2 {
		if x.Kind == BoolConst && y.Kind == BoolConst {
			switch op {
			case "&":
				return boolean(x.Bool && y.Bool)
			case "|":
				return boolean(x.Bool || y.Bool)
			case "^":
				return boolean(x.Bool != y.Bool)
			}
		}
		return intArithmetic(op, i, j)
	}
	a, ok1 := x.asFloat()
	b, ok2 := y.asFloat()
	if !ok1 || !ok2 {
		return Constant{}, false
	}
	return floatArithmetic(op, a, b)
}

// repeat returns the text x as many times as y says.
func repeat(x, y Constant) (Constant, bool) {
	n, ok := y.asInt()
	if !ok {
		return Constant{}, false
	}
	n = max(n, 0)
	if len(x.Str) > 0 && n > int64(maxText/len(x.Str)) {
		return Constant{}, false
	}
	if len(x.Str) == 0 {
		n = 0
	}
	x.Str = strings.Repeat(x.Str, int(n))
	return x, true
}

func intArithmetic(op string, x, y int64) (Constant, bool) {
	a, b, z := big.NewInt(x), big.NewInt(y), new(big.Int)
	switch op {
	case "+":
		z.Add(a, b)
	case "-":
		z.Sub(a, b)
	case "*":
		z.Mul(a, b)
	case "/":
		if y == 0 {
			return Constant{}, false
		}
		f, _ := new(big.Rat).SetFrac(a, b).Float64()
		return float(f)
	case "//", "%":
		if y == 0 {
			return Constant{}, false
		}
		// Python rounds down, Go's Euclidean division towards what leaves a remainder that is not negative.
		rest := new(big.Int)
		z.QuoRem(a, b, rest)
		if rest.Sign() != 0 && (rest.Sign() < 0) != (y < 0) {
			z.Sub(z, big.NewInt(1))
			rest.Add(rest, b)
		}
		if op == "%" {
			z = rest
		}
	case "**":
		if y < 0 {
			if x == 0 {
				return Constant{}, false
			}
			return float(math.Pow(float64(x), float64(y)))
		}
		if y > 64 && (x < -1 || x > 1) {
			return Constant{}, false
		}
		if y > 64 {
			b.SetInt64(2 + y%2) // of -1, 0 and 1 only the parity counts
		}
		z.Exp(a, b, nil)
	case "<<":
		if y < 0 || y > 64 {
			return Constant{}, false
		}
		z.Lsh(a, uint(y))
	case ">>":
		if y < 0 {
			return Constant{}, false
		}
		z.Rsh(a, uint(min(y, 64)))
	case "&":
		z.And(a, b)
	case "|":
		z.Or(a, b)
	case "^":
		z.Xor(a, b)
	default:
		return Constant{}, false
	}
	if !z.IsInt64() {
		return Constant{}, false
	}
	return integer(z.Int64())
}

func floatArithmetic(op string, x, y float64) (Constant, bool) {
	switch op {
	case "+":
		return float(x + y)
	case "-":
		return float(x - y)
	case "*":
		return float(x * y)
	case "**":
		if x == 0 && y < 0 {
			return Constant{}, false
		}
		return float(math.Pow(x, y))
	}
	if y == 0 {
		return Constant{}, false
	}
	switch op {
	case "/":
		return float(x / y)
	case "//", "%":
		// As float_divmod in CPython's Objects/floatobject.c.
		mod := math.Mod(x, y)
		div := (x - mod) / y
		if mod != 0 {
			if (y < 0) != (mod < 0) {
				mod += y
				div--
			}
		} else {
			mod = math.Copysign(0, y)
		}
		if op == "%" {
			return float(mod)
		}
		if div == 0 {
			return float(math.Copysign(0, x/y))
		}
		floor := math.Floor(div)
		if div-floor > 0.5 {
			floor++
		}
		return float(floor)
	}
	return Constant{}, false
}

// compare returns whether x op y holds, and whether that is known.
func compare(op string, x, y Constant) (holds, ok bool) {
	switch op {
	case "in", "not in":
		if x.Kind != StrConst || y.Kind != StrConst {
			return false, false
		}
		return strings.Contains(y.Str, x.Str) == (op == "in"), true
	case "is", "is not":
		// Whether equal numbers or strings are one object is up to the interpreter.
		if x.Kind == y.Kind && x.Kind != NoneConst && x.Kind != BoolConst {
			return false, false
		}
		return (x == y) == (op == "is"), true
	}
	order, comparable, ok := compareValues(x, y)
	if !ok {
		return false, false
	}
	switch op {
	case "==":
		return comparable && order == 0, true
	case "!=", "<>":
		return !comparable || order != 0, true
	}
	if !comparable || x.Kind == NoneConst {
		return false, false // a TypeError
	}
	switch op {
	case "<":
		return order < 0, true
	case "<=":
		return order <= 0, true
	case ">":
		return order > 0, true
	case ">=":
		return order >= 0, true
	}
	return false, false
}

// compareValues orders two constants. They are comparable if their types can be equal. The last result
// is false where the outcome is not known.
func compareValues(x, y Constant) (order int, comparable, ok bool) {
	if x.Kind == y.Kind && (x.Kind == StrConst || x.Kind == BytesConst) {
		return strings.Compare(x.Str, y.Str), true, true
	}
	i, ok1 := x.asInt()
	j, ok2 := y.asInt()
	if ok1 && ok2 {
		return cmp.Compare(i, j), true, true
	}
	numeric := func(c Constant) bool { return c.Kind == BoolConst || c.Kind == IntConst || c.Kind == FloatConst }
	if numeric(x) && numeric(y) {
		a, ok1 := x.asFloat()
		b, ok2 := y.asFloat()
		return cmp.Compare(a, b), true, ok1 && ok2
	}
	return 0, x.Kind == NoneConst && y.Kind == NoneConst, true
}
