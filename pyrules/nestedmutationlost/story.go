package nestedmutationlost

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
)

// story are the places in the same function that seem to save the change and do not.
func story(flow *sessflow.Result, l *sessflow.Lost) []py.Related {
	var out []py.Related
	tell := func(n py.Node, message string) {
		out = append(out, py.Related{File: l.File, At: n.Range(), Message: message})
	}
	for _, e := range flow.Events {
		if e.Func != l.Func || e.Source != sessflow.FromRequest || e.Nested {
			continue
		}
		switch e.Kind {
		case sessflow.Write, sessflow.Delete:
			if e.Key.Known == l.Key.Known && e.Key.Text == l.Key.Text {
				tell(e.Node, "this marks the session, but not on every path that changes the object")
			}
		case sessflow.MarkModified:
			tell(e.Node, "this marks the session, but not on every path that changes the object")
		case sessflow.Save:
			tell(e.Node, "this saves what was changed before it on its path, and nothing else")
		}
	}
	py.Inspect(l.Func.Def, func(n py.Node) bool {
		if a, ok := n.(*py.Assign); ok {
			for _, t := range a.Targets {
				if misspelt(t, l) {
					tell(t, "this sets another attribute; the flag that Django reads is called modified")
				}
			}
		}
		return true
	})
	return out
}

// misspelt reports whether an assignment to the session was meant to be one to modified.
func misspelt(target py.Expr, l *sessflow.Lost) bool {
	a, ok := target.(*py.Attribute)
	return ok && a.Attr.Name != "modified" && strings.Contains(strings.ToLower(a.Attr.Name), "modif") &&
		py.Source(l.File.Module, a.X) == l.Session
}
