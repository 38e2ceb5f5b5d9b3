package py

import (
	"math"
	"strconv"
	"strings"
)

// call folds a call of int, float, bool or str, and of the methods of str that FoldPattern knows.
func (f *folder) call(e *Call) (Constant, bool) {
	if method, ok := e.Func.(*Attribute); ok {
		return f.method(method, e.Args).constant()
	}
	var convert func(Constant) (Constant, bool)
	var empty Constant
	switch f.s.Qualified(e.Func) {
	case "builtins.int":
		convert, empty = toInt, Constant{Kind: IntConst}
	case "builtins.float":
		convert, empty = toFloat, Constant{Kind: FloatConst}
	case "builtins.bool":
		convert, empty = toBool, Constant{Kind: BoolConst}
	case "builtins.str":
		convert, empty = toStr, Constant{Kind: StrConst}
	default:
		return Constant{}, false
	}
	switch len(e.Args) {
	case 0:
		return empty, true
	case 1:
		if arg := argument(e.Args, 0, ""); arg != nil {
			if c, ok := f.fold(arg); ok {
				return convert(c)
			}
		}
	}
	return Constant{}, false
}

func toBool(c Constant) (Constant, bool) { return boolean(c.Truth()) }

func toStr(c Constant) (Constant, bool) {
	s, ok := c.display()
	return Constant{Kind: StrConst, Str: s}, ok
}

func toInt(c Constant) (Constant, bool) {
	switch c.Kind {
	case FloatConst:
		if f := math.Trunc(c.Float); math.Abs(f) < 1<<63 {
			return integer(int64(f))
		}
		return Constant{}, false
	case StrConst:
		i, err := strconv.ParseInt(digits(c.Str), 10, 64)
		if err != nil {
			return Constant{}, false
		}
		return integer(i)
	}
	i, ok := c.asInt()
	return Constant{Kind: IntConst, Int: i}, ok
}

func toFloat(c Constant) (Constant, bool) {
	if c.Kind == StrConst {
		s := digits(c.Str)
		if strings.ContainsAny(s, "xXpP") {
			return Constant{}, false
		}
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return Constant{}, false
		}
		return float(f)
	}
	f, ok := c.asFloat()
	return Constant{Kind: FloatConst, Float: f}, ok
}

// digits returns the text of a number without the white space around it and the underscores between its digits; "" if an
// underscore stands anywhere else.
func digits(s string) string {
	s = strings.TrimFunc(s, pythonSpace)
	if !strings.Contains(s, "_") {
		return s
	}
	isDigit := func(i int) bool { return i >= 0 && i < len(s) && '0' <= s[i] && s[i] <= '9' }
	for i := range len(s) {
		if s[i] == '_' && !(isDigit(i-1) && isDigit(i+1)) {
			return ""
		}
	}
	return strings.ReplaceAll(s, "_", "")
}
