package django

import "github.com/sesslint/sesslint/internal/py"

// A Place is a range of bytes in a file. File.Module.Src is always set; for a file that is not Python the module has no
// body and File.Scopes is nil.
type Place struct {
	File *py.File
	At   py.Span
}

// Line returns the line of the first byte, counted from 1.
func (p Place) Line() int {
	line := 1
	for _, c := range p.File.Module.Src[:min(p.At.Start, len(p.File.Module.Src))] {
		if c == '\n' {
			line++
		}
	}
	return line
}

// A Step is one place in the story of a value and what happened there.
type Step struct {
	Place
	// Note says what happened: lower case, no final stop, such as "set here" or "overridden here if DEBUG".
	Note string
	// Expr is the expression whose value was taken at this step, nil where there is none (an import, a call that changes a
	// list in place).
	Expr py.Expr
}

// A Tri is an answer that may be unknown.
type Tri uint8

const (
	Maybe Tri = iota
	No
	Yes
)

func (t Tri) String() string { return [...]string{"maybe", "no", "yes"}[t] }

func triOf(b bool) Tri {
	if b {
		return Yes
	}
	return No
}

func (t Tri) not() Tri {
	switch t {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Maybe
}
