package py

import (
	"math"
	"strconv"
	"strings"
)

// A ConstKind is the type of a Constant.
type ConstKind uint8

const (
	NoConst ConstKind = iota // not a constant
	NoneConst
	BoolConst
	IntConst
	FloatConst
	StrConst
	BytesConst
)

// A Constant is a Python value that is known. The field that Kind names holds it; Str is also that of bytes, one char per byte.
// Integers beyond 64 bits, infinities and NaN are not constants.
type Constant struct {
	Kind  ConstKind
	Str   string
	Int   int64
	Float float64
	Bool  bool
}

// Truth returns bool(c).
func (c Constant) Truth() bool {
	switch c.Kind {
	case BoolConst:
		return c.Bool
	case IntConst:
		return c.Int != 0
	case FloatConst:
		return c.Float != 0
	case StrConst, BytesConst:
		return c.Str != ""
	}
	return false
}

// display returns str(c); false for bytes.
func (c Constant) display() (string, bool) {
	switch c.Kind {
	case NoneConst:
		return "None", true
	case BoolConst:
		if c.Bool {
			return "True", true
		}
		return "False", true
	case IntConst:
		return strconv.FormatInt(c.Int, 10), true
	case FloatConst:
		return floatText(c.Float), true
	case StrConst:
		return c.Str, true
	}
	return "", false
}

// floatText returns repr(f).
func floatText(f float64) string {
	if abs := math.Abs(f); abs != 0 && (abs < 1e-4 || abs >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

const (
	// maxText is the length in bytes beyond which strings are not folded.
	maxText = 64 << 10
	// maxFoldSteps is how many expressions one call of Fold looks at.
	maxFoldSteps = 1 << 15
	// maxFoldDepth is how deep they may nest, names included.
	maxFoldDepth = 200
)

// Fold returns the value of e if it is a constant: literals, names that have one definition in the module and that with a
// constant value, and operations on them. It does not look at attributes. Where env is not nil, it is asked first for every
// Name, Attribute and Call.
//
// A name counts with its one definition wherever it is used, since using it earlier is an error at run time.
func (s *Scopes) Fold(e Expr, env func(Expr) (Constant, bool)) (Constant, bool) {
	f := folder{s: s, env: env}
	return f.fold(e)
}

// A folder is one call of Fold or FoldPattern.
type folder struct {
	s     *Scopes
	env   func(Expr) (Constant, bool)
	known map[*Binding]Constant // values of names; NoConst for those that have none or are being folded
	parts map[*Binding]Pattern  // the same for FoldPattern
	steps int
	depth int
}

// enter counts a step, and reports false where folding has gone on for too long. Otherwise the caller must leave.
func (f *folder) enter() bool {
	if f.steps >= maxFoldSteps || f.depth >= maxFoldDepth {
		return false
	}
	f.steps++
	f.depth++
	return true
}

func (f *folder) leave() { f.depth-- }

// ask returns what the environment knows about e.
func (f *folder) ask(e Expr) (Constant, bool) {
	if f.env == nil {
		return Constant{}, false
	}
	c, ok := f.env(e)
	return c, ok && c.Kind != NoConst
}

func (f *folder) fold(e Expr) (Constant, bool) {
	if !f.enter() {
		return Constant{}, false
	}
	defer f.leave()
	switch e := e.(type) {
	case *String:
		kind := StrConst
		if e.Bytes {
			kind = BytesConst
		}
		return Constant{Kind: kind, Str: e.Value}, len(e.Value) <= maxText
	case *Number:
		return parseNumber(e.Text)
	case *Singleton:
		switch e.Kind {
		case "True", "False":
			return boolean(e.Kind == "True")
		case "None":
			return Constant{Kind: NoneConst}, true
		}
	case *Name:
		return f.name(e)
	case *Attribute:
		return f.ask(e)
	case *Call:
		if c, ok := f.ask(e); ok {
			return c, true
		}
		return f.call(e)
	case *FString:
		return f.fstring(e).constant()
	case *NamedExpr:
		return f.fold(e.Value)
	case *UnaryOp:
		x, ok := f.fold(e.X)
		if !ok {
			return Constant{}, false
		}
		return unary(e.Op, x)
	case *BinOp:
		return f.binary(e)
	case *BoolOp:
		left, ok := f.fold(e.Left)
		if !ok {
			return Constant{}, false
		}
		if left.Truth() == (e.Op == "or") {
			return left, true
		}
		return f.fold(e.Right)
	case *IfExp:
		if test, ok := f.fold(e.Test); ok {
			if test.Truth() {
				return f.fold(e.Then)
			}
			return f.fold(e.Else)
		}
		then, ok1 := f.fold(e.Then)
		other, ok2 := f.fold(e.Else)
		return then, ok1 && ok2 && then == other
	case *Compare:
		return f.compare(e)
	}
	return Constant{}, false
}

func (f *folder) name(e *Name) (Constant, bool) {
	if c, ok := f.ask(e); ok {
		return c, true
	}
	b := f.s.Binding(e)
	value := f.s.once(b)
	if value == nil {
		return Constant{}, false
	}
	if c, seen := f.known[b]; seen {
		return c, c.Kind != NoConst
	}
	if f.known == nil {
		f.known = make(map[*Binding]Constant)
	}
	f.known[b] = Constant{}
	c, ok := f.fold(value)
	if ok {
		f.known[b] = c
	}
	return c, ok
}

// once returns the value of a name that is bound in one place and nowhere else, nil for others.
func (s *Scopes) once(b *Binding) Expr {
	if b == nil {
		return nil
	}
	var only *Def
	for i := range b.Defs {
		d := &b.Defs[i]
		if d.Kind == AnnDef {
			continue
		}
		if only != nil || d.Kind != AssignDef {
			return nil
		}
		only = d
	}
	if only == nil || only.Value == nil {
		return nil
	}
	if b.Scope.Kind == ModuleScope && only.Node.Range().Start < s.lastStar {
		return nil // the star import may have bound it again
	}
	return only.Value
}

// binary folds a binary operation. Those that nest to the left, such as a long sum of strings, are taken in one go.
func (f *folder) binary(e *BinOp) (Constant, bool) {
	chain := []*BinOp{e}
	left := e.Left
	for {
		b, ok := left.(*BinOp)
		if !ok {
			break
		}
		chain = append(chain, b)
		left = b.Left
	}
	if f.steps += len(chain); f.steps > maxFoldSteps {
		return Constant{}, false
	}
	x, ok := f.fold(left)
	var sum *strings.Builder // of x and what was added to it, while x is text
	for i := len(chain) - 1; i >= 0 && ok; i-- {
		e := chain[i]
		if e.Op == "%" && x.Kind == StrConst {
			if sum != nil {
				x.Str, sum = sum.String(), nil
			}
			x, ok = f.percent(x.Str, e.Right).constant()
			continue
		}
		var y Constant
		if y, ok = f.fold(e.Right); !ok {
			break
		}
		if e.Op == "+" && x.Kind == y.Kind && (x.Kind == StrConst || x.Kind == BytesConst) {
			if sum == nil {
				sum = new(strings.Builder)
				sum.WriteString(x.Str)
			}
			sum.WriteString(y.Str)
			ok = sum.Len() <= maxText
			continue
		}
		if sum != nil {
			x.Str, sum = sum.String(), nil
		}
		x, ok = arithmetic(e.Op, x, y)
	}
	if !ok {
		return Constant{}, false
	}
	if sum != nil {
		x.Str = sum.String()
	}
	return x, true
}

func (f *folder) compare(e *Compare) (Constant, bool) {
	if len(e.Ops) != len(e.Rights) {
		return Constant{}, false
	}
	left, ok := f.fold(e.Left)
	if !ok {
		return Constant{}, false
	}
	for i, op := range e.Ops {
		right := e.Rights[i]
		var holds bool
		if elts, display := collection(right); display && (op == "in" || op == "not in") {
			if holds, ok = f.member(left, elts); !ok || i < len(e.Ops)-1 {
				return Constant{}, false
			}
			holds = holds == (op == "in")
		} else {
			r, known := f.fold(right)
			if !known {
				return Constant{}, false
			}
			if holds, ok = compare(op, left, r); !ok {
				return Constant{}, false
			}
			left = r
		}
		if !holds {
			return boolean(false)
		}
	}
	return boolean(true)
}

// member tells whether x equals one of elts; false as its second result if that is not known.
func (f *folder) member(x Constant, elts []Expr) (found, ok bool) {
	known := true
	for _, e := range elts {
		y, ok := f.fold(e)
		if !ok {
			known = false
			continue
		}
		switch equal, ok := compare("==", x, y); {
		case !ok:
			known = false
		case equal:
			return true, true
		}
	}
	return false, known
}

// collection returns the elements of a tuple, list or set display.
func collection(e Expr) ([]Expr, bool) {
	switch e := e.(type) {
	case *Tuple:
		return e.Elts, true
	case *List:
		return e.Elts, true
	case *Set:
		return e.Elts, true
	}
	return nil, false
}
