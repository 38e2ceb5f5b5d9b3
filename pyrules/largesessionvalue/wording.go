package largesessionvalue

import (
	"fmt"

	"github.com/sesslint/sesslint/internal/sessflow"
)

// costs is what a large value means in every store.
const costs = ", so every request that touches the session loads and decodes it, and every change of the session writes it again"

// slot names the place that is written.
func slot(e *sessflow.Event) string {
	switch {
	case e.Key.Text == "" || e.Key.Text == "*":
		return "the session"
	case e.Expr != "":
		return e.Expr + "[" + e.Key.String() + "]"
	}
	return "the session value " + e.Key.String()
}

// about words an estimate where it says something: rows and forms have no fixed size, literals name theirs.
func about(s sessflow.Shape) string {
	switch s.Class {
	case sessflow.UnboundedUser:
		return " (up to 2.5 MB by default)"
	case sessflow.UnboundedRows:
		if s.Bytes >= fewBytes {
			return fmt.Sprintf(" (about %d kB for 1000 rows)", s.Bytes>>10)
		}
	}
	return ""
}
