package largesessionvalue

import (
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
)

// mayBeSmallPart reports whether the value was taken out of a container that holds other things too, so that it may be a
// small one of them: context['total'], or count in rows, count = load().
func mayBeSmallPart(e *sessflow.Event) bool {
	return e.Value.Only() == nil && e.ValueNode != nil && isPart(e.File, e.ValueNode, 0)
}

func isPart(f *py.File, x py.Expr, depth int) bool {
	if depth > 3 {
		return true
	}
	switch x := x.(type) {
	case *py.Await:
		return isPart(f, x.X, depth)
	case *py.Subscript:
		_, slice := x.Index.(*py.Slice)
		return !slice
	case *py.Call:
		name := py.LastName(x.Func)
		return name == "get" || name == "pop"
	case *py.Name:
		b := f.Scopes.Binding(x)
		if b == nil {
			return false
		}
		for _, d := range b.Defs {
			if d.Kind == py.AssignDef && (d.Value == nil || isPart(f, d.Value, depth+1)) {
				return true
			}
		}
	}
	return false
}
