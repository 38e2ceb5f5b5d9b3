package sessflow

import (
	"strconv"

	"github.com/sesslint/sesslint/internal/py"
)

// A SizeClass orders values by what they cost in a session.
type SizeClass uint8

const (
	// Unsized values are those about which nothing is known.
	Unsized SizeClass = iota
	// Small is below 1 kB of JSON.
	Small
	// Medium is below 16 kB.
	Medium
	// Large is 16 kB or more.
	Large
	// UnboundedRows grows with a table.
	UnboundedRows
	// UnboundedUser is as large as the client likes.
	UnboundedUser
	// ObjectGraph is an object that JSON cannot hold and whose size is that of what it refers to: a queryset, an uploaded
	// file, a data frame.
	ObjectGraph
)

// A Shape says how large a value is and how that is known.
type Shape struct {
	Class SizeClass
	// Bytes is the estimated size as JSON; 0 if there is no estimate.
	Bytes int
	// What describes the value in words: "every row of a queryset".
	What string
	// At is the expression that shows it, in File.
	At   py.Node
	File *py.File
}

// worst returns the shape that costs more.
func worst(a, b Shape) Shape {
	if b.Class > a.Class || b.Class == a.Class && b.Bytes > a.Bytes {
		return b
	}
	return a
}

// Shape returns the most expensive shape that the value may have.
func (v Value) Shape() Shape {
	var s Shape
	for _, o := range v.Objs {
		s = worst(s, o.Shape)
	}
	return s
}

// sized returns the shape of JSON with so many bytes.
func sized(bytes int) Shape {
	s := Shape{Bytes: bytes, Class: Large}
	switch {
	case bytes < 1<<10:
		s.Class = Small
	case bytes < 16<<10:
		s.Class = Medium
	}
	return s
}

func constShape(c py.Constant) Shape {
	if c.Kind == py.StrConst || c.Kind == py.BytesConst {
		return sized(len(c.Str) + 2)
	}
	return sized(len(constText(c)))
}

// constText returns a text that tells constants apart.
func constText(c py.Constant) string {
	switch c.Kind {
	case py.NoneConst:
		return "None"
	case py.BoolConst:
		return strconv.FormatBool(c.Bool)
	case py.IntConst:
		return strconv.FormatInt(c.Int, 10)
	case py.FloatConst:
		return strconv.FormatFloat(c.Float, 'g', -1, 64)
	}
	return c.Str
}
