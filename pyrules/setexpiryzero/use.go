package setexpiryzero

import (
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
	"github.com/sesslint/sesslint/rule"
)

// A use is one set_expiry(0) with what its surroundings say about its purpose.
type use struct {
	event *sessflow.Event
	flow  *sessflow.Result
	// trailing is the comment behind the statement; empty if there is none.
	trailing py.Comment
	// comments are the texts behind and above the statement, docs the docstring of the function: the places whose words
	// speak of this call.
	comments, docs string
	// names are the words of the function, the class and the constant, each as a text.
	names []string
	// remember is the condition that says "remember", once invertsRemember has found it.
	remember string
}

func newUse(e *sessflow.Event, flow *sessflow.Result) *use {
	u := &use{event: e, flow: flow}
	m := e.File.Module
	span := e.Node.Range()
	if e.Stmt != nil && len(py.Bodies(e.Stmt)) == 0 {
		span = e.Stmt.Range()
	}
	if c, ok := m.TrailingComment(span); ok {
		u.trailing = c
		u.comments = string(m.Src[c.Start:c.End])
	}
	for _, c := range m.CommentAbove(span.Start) {
		u.comments += " " + string(m.Src[c.Start+1:c.End])
	}
	if e.Func != nil {
		u.docs = py.Docstring(e.Func.Def.Body)
		u.names = append(u.names, text(e.Func.Def.Name.Name))
		if e.Func.Class != nil {
			u.names = append(u.names, text(e.Func.Class.Def.Name.Name))
		}
	}
	switch v := e.ValueNode.(type) {
	case *py.Name:
		u.names = append(u.names, text(v.ID))
	case *py.Attribute:
		u.names = append(u.names, text(v.Attr.Name))
	}
	return u
}

// text is the words of a name or a comment with single spaces between and around them.
func text(s string) string { return " " + strings.Join(py.Words(s), " ") + " " }

// method is the name that is called: set_expiry or aset_expiry.
func (u *use) method() string {
	if c, ok := u.event.Node.(*py.Call); ok {
		if a, ok := c.Func.(*py.Attribute); ok {
			return a.Attr.Name
		}
	}
	return "set_expiry"
}

func (u *use) call() string { return u.method() + "(0)" }

// policyFix passes None instead, and replaces a comment behind the call that claims something else.
func (u *use) policyFix() []py.Fix {
	if u.event.ValueNode == nil || u.event.Value.Only() == nil {
		return nil
	}
	f := u.event.File
	edits := []py.Edit{{File: f, At: u.event.ValueNode.Range(), New: "None"}}
	if c := string(f.Module.Src[u.trailing.Start:u.trailing.End]); claimsNever(c, false) && !directs(c) {
		edits = append(edits, py.Edit{File: f, At: u.trailing.Span, New: "# SESSION_COOKIE_AGE applies"})
	}
	return []py.Fix{{Title: policyTitle, Applicability: rule.Unsafe, Edits: edits}}
}

// directs reports whether a comment tells a tool something, which has to stay.
func directs(comment string) bool {
	return slices.ContainsFunc([]string{"noqa", "type:", "pragma", "nosec", "pylint", "sesslint", "fmt:"}, func(s string) bool {
		return strings.Contains(comment, s)
	})
}

// flushFix removes the session instead.
func (u *use) flushFix() []py.Fix {
	c, ok := u.event.Node.(*py.Call)
	if !ok || u.event.Value.Only() == nil {
		return nil
	}
	a, ok := c.Func.(*py.Attribute)
	if !ok {
		return nil
	}
	edit := py.Edit{
		File: u.event.File, At: py.Span{Start: a.Attr.Start, End: c.End},
		New: strings.Replace(a.Attr.Name, "set_expiry", "flush", 1) + "()",
	}
	return []py.Fix{{Title: flushTitle, Applicability: rule.Unsafe, Edits: []py.Edit{edit}}}
}
