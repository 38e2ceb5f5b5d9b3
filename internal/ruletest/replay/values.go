package replay

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/sessionstore"
)

// Python values are nil, bool, int, float64, string, map[string]any, *sessionstore.List, []any (a tuple), time.Time,
// time.Duration, and the types below and in stmt.go, which cannot be stored in a session.
type (
	// dotted is something imported from outside of the project, known by its name only.
	dotted string
	// builtin is a function implemented in Go.
	builtin func(*invocation) (any, error)
)

func typeName(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return "a bool"
	case int:
		return "an int"
	case float64:
		return "a float"
	case string:
		return "a str"
	case map[string]any:
		return "a dict"
	case *sessionstore.List:
		return "a list"
	case []any:
		return "a tuple"
	case time.Time:
		return "a datetime"
	case time.Duration:
		return "a timedelta"
	case dotted:
		return string(v)
	case *function:
		return v.def.Name.Name + "()"
	case *class:
		return "class " + v.name
	case *instance:
		return "a " + v.class.name
	case *request:
		return "the request"
	case *session:
		return "the session"
	case *user:
		return "a user"
	case *response:
		return "a response"
	}
	return "a built-in object"
}

func (f *frame) truth(at py.Node, v any) (bool, error) {
	switch v := v.(type) {
	case nil:
		return false, nil
	case bool:
		return v, nil
	case int:
		return v != 0, nil
	case float64:
		return v != 0, nil
	case string:
		return v != "", nil
	case map[string]any:
		return len(v) > 0, nil
	case *sessionstore.List:
		return len(*v) > 0, nil
	case []any:
		return len(v) > 0, nil
	case time.Duration:
		return v != 0, nil
	case time.Time, *request, *user, *response, *function, *class:
		return true, nil
	case *session:
		return v.s.Truthy(), nil
	case *instance:
		if v.class.methods["__len__"] == nil && v.class.methods["__bool__"] == nil {
			return true, nil
		}
	}
	return false, f.mod.unknown(at, "the truth of %s is asked for", typeName(v))
}

// iterate returns the items of an iterable: a copy, so that a loop may change what it walks over less surprisingly than in
// Python, where that is an error.
func (f *frame) iterate(at py.Node, v any) ([]any, error) {
	switch v := v.(type) {
	case *sessionstore.List:
		return slices.Clone(*v), nil
	case []any:
		return v, nil
	case map[string]any:
		var keys []any
		for _, k := range slices.Sorted(maps.Keys(v)) {
			keys = append(keys, k)
		}
		return keys, nil
	}
	return nil, f.mod.unknown(at, "%s is iterated over", typeName(v))
}

// key returns a dict key; only text is modelled.
func (f *frame) key(at py.Node, v any) (string, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	return "", f.mod.unknown(at, "%s is a key", typeName(v))
}

func (f *frame) index(at py.Node, v any, n int) (int, error) {
	i, ok := v.(int)
	if !ok {
		return 0, f.mod.unknown(at, "a list is indexed by %s", typeName(v))
	}
	if i < 0 {
		i += n
	}
	if i < 0 || i >= n {
		return 0, &sessionstore.Exception{Type: "IndexError", Text: "list index out of range"}
	}
	return i, nil
}

func keyError(key string) error {
	return &sessionstore.Exception{Type: "KeyError", Text: "'" + key + "'"}
}

func (f *frame) item(at *py.Subscript, x, i any) (any, error) {
	switch x := x.(type) {
	case *sessionstore.List:
		n, err := f.index(at, i, len(*x))
		if err != nil {
			return nil, err
		}
		return (*x)[n], nil
	case []any:
		n, err := f.index(at, i, len(x))
		if err != nil {
			return nil, err
		}
		return x[n], nil
	case map[string]any:
		k, err := f.key(at, i)
		if err != nil {
			return nil, err
		}
		v, ok := x[k]
		if !ok {
			return nil, keyError(k)
		}
		return v, nil
	case *session:
		k, err := f.key(at, i)
		if err != nil {
			return nil, err
		}
		return x.checked(x.s.Item(k))
	}
	return nil, f.mod.unknown(at, "%s is subscripted", typeName(x))
}

func (f *frame) setItem(at *py.Subscript, x, i, v any) error {
	switch x := x.(type) {
	case *sessionstore.List:
		n, err := f.index(at, i, len(*x))
		if err == nil {
			(*x)[n] = v
		}
		return err
	case map[string]any:
		k, err := f.key(at, i)
		if err == nil {
			x[k] = v
		}
		return err
	case *session:
		k, err := f.key(at, i)
		if err == nil {
			err = f.storable(at, v)
		}
		if err != nil {
			return err
		}
		x.s.Set(k, v)
		return x.s.Err()
	case *response:
		k, err := f.key(at, i)
		if err == nil {
			x.headers[k] = v
		}
		return err
	}
	return f.mod.unknown(at, "an item of %s is set", typeName(x))
}

func (f *frame) delItem(at *py.Subscript, x, i any) error {
	switch x := x.(type) {
	case map[string]any:
		k, err := f.key(at, i)
		if err != nil {
			return err
		}
		if _, ok := x[k]; !ok {
			return keyError(k)
		}
		delete(x, k)
		return nil
	case *sessionstore.List:
		n, err := f.index(at, i, len(*x))
		if err == nil {
			*x = slices.Delete(*x, n, n+1)
		}
		return err
	case *session:
		k, err := f.key(at, i)
		if err != nil {
			return err
		}
		return x.s.Delete(k)
	}
	return f.mod.unknown(at, "an item of %s is deleted", typeName(x))
}

// storable returns an error for values whose fate in a session is not modelled.
func (f *frame) storable(at py.Node, v any) error {
	switch v := v.(type) {
	case nil, bool, int, float64, string:
		return nil
	case *sessionstore.List:
		return f.storableAll(at, *v)
	case []any:
		return f.storableAll(at, v)
	case map[string]any:
		for _, item := range v {
			if err := f.storable(at, item); err != nil {
				return err
			}
		}
		return nil
	}
	return f.mod.unknown(at, "%s is stored in the session", typeName(v))
}

func (f *frame) storableAll(at py.Node, items []any) error {
	for _, item := range items {
		if err := f.storable(at, item); err != nil {
			return err
		}
	}
	return nil
}

func (f *frame) str(at py.Node, v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case int:
		return strconv.Itoa(v), nil
	case nil:
		return "None", nil
	case bool:
		if v {
			return "True", nil
		}
		return "False", nil
	}
	return "", f.mod.unknown(at, "%s is turned into text", typeName(v))
}

// equal is ==. Values of different kinds differ, but for numbers.
func equal(a, b any) bool {
	x, xok := float(a)
	y, yok := float(b)
	if xok && yok {
		return x == y
	}
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, equal)
	case *sessionstore.List:
		b, ok := b.(*sessionstore.List)
		return ok && slices.EqualFunc(*a, *b, equal)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equal)
	}
	switch b.(type) {
	case map[string]any, []any, builtin: // not comparable in Go
		return false
	}
	if _, ok := a.(builtin); ok {
		return false
	}
	return a == b
}

func float(v any) (float64, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

func (f *frame) unary(e *py.UnaryOp) (any, error) {
	v, err := f.eval(e.X)
	if err != nil {
		return nil, err
	}
	if e.Op == "not" {
		ok, err := f.truth(e.X, v)
		return !ok, err
	}
	switch v := v.(type) {
	case int:
		if e.Op == "-" {
			return -v, nil
		}
	case float64:
		if e.Op == "-" {
			return -v, nil
		}
	}
	return nil, f.mod.unknown(e, "%s is applied to %s", e.Op, typeName(v))
}

func (f *frame) compare(e *py.Compare) (any, error) {
	left, err := f.eval(e.Left)
	for i, op := range e.Ops {
		if err != nil {
			return nil, err
		}
		var right any
		if right, err = f.eval(e.Rights[i]); err != nil {
			return nil, err
		}
		ok, err := f.compareOne(e, op, left, right)
		if err != nil || !ok {
			return false, err
		}
		left = right
	}
	return true, err
}

func (f *frame) compareOne(at py.Node, op string, a, b any) (bool, error) {
	switch op {
	case "==":
		return equal(a, b), nil
	case "!=":
		return !equal(a, b), nil
	case "is", "is not":
		_, none := b.(bool)
		if b == nil || none {
			return (a == b) == (op == "is"), nil
		}
	case "in", "not in":
		ok, err := f.contains(at, b, a)
		return ok == (op == "in"), err
	default:
		n, comparable := order(a, b)
		if !comparable {
			break
		}
		switch op {
		case "<":
			return n < 0, nil
		case "<=":
			return n <= 0, nil
		case ">":
			return n > 0, nil
		case ">=":
			return n >= 0, nil
		}
	}
	return false, f.mod.unknown(at, "%s %s %s is asked for", typeName(a), op, typeName(b))
}

// order compares numbers, texts, datetimes and timedeltas.
func order(a, b any) (n int, comparable bool) {
	x, xok := float(a)
	y, yok := float(b)
	if xok && yok {
		return compareFloat(x, y), true
	}
	switch a := a.(type) {
	case string:
		if b, ok := b.(string); ok {
			return strings.Compare(a, b), true
		}
	case time.Time:
		if b, ok := b.(time.Time); ok {
			return a.Compare(b), true
		}
	case time.Duration:
		if b, ok := b.(time.Duration); ok {
			return compareFloat(float64(a), float64(b)), true
		}
	}
	return 0, false
}

func compareFloat(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func (f *frame) contains(at py.Node, in, v any) (bool, error) {
	switch in := in.(type) {
	case *sessionstore.List:
		return slices.ContainsFunc(*in, func(x any) bool { return equal(x, v) }), nil
	case []any:
		return slices.ContainsFunc(in, func(x any) bool { return equal(x, v) }), nil
	case map[string]any:
		k, err := f.key(at, v)
		_, ok := in[k]
		return ok, err
	case *session:
		k, err := f.key(at, v)
		if err != nil {
			return false, err
		}
		return in.s.Has(k), in.s.Err()
	case string:
		if s, ok := v.(string); ok {
			return strings.Contains(in, s), nil
		}
	}
	return false, f.mod.unknown(at, "%s is searched for %s", typeName(in), typeName(v))
}

// maxText bounds the text and lists that a program may make by repetition, in bytes and items.
const maxText = 64 << 20

func (f *frame) binary(at py.Node, op string, a, b any) (any, error) {
	if v, ok, err := arithmetic(op, a, b); ok {
		return v, err
	}
	switch a := a.(type) {
	case string:
		if b, ok := b.(string); ok && op == "+" {
			return a + b, nil
		}
		if n, ok := b.(int); ok && op == "*" && n*len(a) <= maxText {
			return strings.Repeat(a, max(n, 0)), nil
		}
		if op == "%" {
			return f.percent(at, a, b)
		}
	case *sessionstore.List:
		if b, ok := b.(*sessionstore.List); ok && op == "+" {
			return sessionstore.NewList(slices.Concat([]any(*a), []any(*b))...), nil
		}
		if n, ok := b.(int); ok && op == "*" && n*len(*a) <= maxText {
			return sessionstore.NewList(slices.Repeat([]any(*a), max(n, 0))...), nil
		}
	case map[string]any:
		if b, ok := b.(map[string]any); ok && op == "|" {
			merged := maps.Clone(a)
			maps.Copy(merged, b)
			return merged, nil
		}
	case time.Time:
		switch b := b.(type) {
		case time.Duration:
			if op == "+" {
				return a.Add(b), nil
			} else if op == "-" {
				return a.Add(-b), nil
			}
		case time.Time:
			if op == "-" {
				return a.Sub(b), nil
			}
		}
	}
	return nil, f.mod.unknown(at, "%s %s %s is asked for", typeName(a), op, typeName(b))
}

// arithmetic is the operators on ints and floats; ok is false for anything else and for what does not fit.
func arithmetic(op string, a, b any) (v any, ok bool, err error) {
	i, iok := a.(int)
	j, jok := b.(int)
	x, xok := float(a)
	y, yok := float(b)
	if !xok || !yok {
		return nil, false, nil
	}
	if y == 0 && (op == "/" || op == "//" || op == "%") {
		return nil, true, &sessionstore.Exception{Type: "ZeroDivisionError", Text: "division by zero"}
	}
	if iok && jok && op != "/" {
		const limit = 1 << 53 // ints beyond are not exact as floats, so the check below would not be either
		switch op {
		case "+":
			x, v = x+y, i+j
		case "-":
			x, v = x-y, i-j
		case "*":
			x, v = x*y, i*j
		case "//":
			v = int(math.Floor(x / y))
		case "%":
			v = ((i % j) + j) % j
		default:
			return nil, false, nil
		}
		return v, math.Abs(x) < limit && math.Abs(y) < limit, nil
	}
	switch op {
	case "+":
		return x + y, true, nil
	case "-":
		return x - y, true, nil
	case "*":
		return x * y, true, nil
	case "/":
		return x / y, true, nil
	}
	return nil, false, nil
}

// percent is text % values with %s and %d only.
func (f *frame) percent(at py.Node, text string, v any) (any, error) {
	values, ok := v.([]any)
	if !ok {
		values = []any{v}
	}
	parts := strings.Split(text, "%")
	out := parts[0]
	for _, p := range parts[1:] {
		if p == "" || p[0] != 's' && p[0] != 'd' || len(values) == 0 {
			return nil, f.mod.unknown(at, "this format is used")
		}
		s, err := f.str(at, values[0])
		if err != nil {
			return nil, err
		}
		out, values = out+s+p[1:], values[1:]
	}
	if len(values) > 0 {
		return nil, f.mod.unknown(at, "this format is used")
	}
	return out, nil
}

// copyValue is copy.deepcopy of plain data, as pickling in a cache does.
func copyValue(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, int, float64, string, time.Time, time.Duration:
		return v, nil
	case []any:
		return copyAll(v)
	case *sessionstore.List:
		items, err := copyAll(*v)
		return sessionstore.NewList(items...), err
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, item := range v {
			c, err := copyValue(item)
			if err != nil {
				return nil, err
			}
			out[k] = c
		}
		return out, nil
	}
	return nil, fmt.Errorf("%s is put into the cache, which the replay does not model", typeName(v))
}

func copyAll(items []any) ([]any, error) {
	out := make([]any, len(items))
	for i, item := range items {
		c, err := copyValue(item)
		if err != nil {
			return nil, err
		}
		out[i] = c
	}
	return out, nil
}
