package setdefaultmutationlost

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
)

// origin is the call that the changed value comes from, where it stands elsewhere: the last one above the change in the same
// function, else the first in the file.
func origin(flow *sessflow.Result, l *sessflow.Lost) []py.Related {
	method := "setdefault"
	if l.Origin == sessflow.ByGetDefault {
		method = "get"
	}
	var from *sessflow.Event
	for _, e := range flow.Events {
		if e.File != l.File || e.Key.Known != l.Key.Known || e.Key.Text != l.Key.Text || !calls(e.Node, method) {
			continue
		}
		if l.At.Range().Contains(e.Node.Range()) {
			return nil // the reader sees it
		}
		if from == nil || e.Func == l.Func && e.Node.Range().End <= l.At.Range().Start {
			from = e
		}
	}
	if from == nil {
		return nil
	}
	return []py.Related{{File: l.File, At: from.Node.Range(), Message: "the changed value comes from here"}}
}

// calls reports whether a node is a call of a method, or of its async twin.
func calls(n py.Node, method string) bool {
	c, ok := n.(*py.Call)
	if !ok {
		return false
	}
	a, ok := c.Func.(*py.Attribute)
	return ok && strings.TrimPrefix(a.Attr.Name, "a") == method
}
