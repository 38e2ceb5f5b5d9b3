package sessflow

import (
	"slices"

	"github.com/sesslint/sesslint/internal/py"
)

// MarkEdit returns the edit that makes Django save the mutation: a line `<session>.modified = True` behind the last of the
// lost mutations of the same block, or before the statement if nothing runs behind it. It reports false where no expression
// for the session is at hand.
func (r *Result) MarkEdit(l *Lost) (py.Edit, bool) {
	if l.Session == "" {
		return py.Edit{}, false
	}
	return r.lineEdit(l, l.Session+".modified = True")
}

// StoreEdit returns the edit that stores the changed object under its key again, which saves it even if the key was missing.
// It reports false where the object has no variable of its own or there is no expression for the session.
func (r *Result) StoreEdit(l *Lost) (py.Edit, bool) {
	if l.Session == "" || l.Variable == "" || l.KeyText == "" {
		return py.Edit{}, false
	}
	return r.lineEdit(l, l.Session+"["+l.KeyText+"] = "+l.Variable)
}

// lineEdit inserts a statement behind the last mutation of l's block that is lost as l is.
func (r *Result) lineEdit(l *Lost, line string) (py.Edit, bool) {
	m := l.File.Module
	path := m.PathTo(l.At.Range().Start)
	stmt, block := statementAt(path)
	if stmt == nil {
		return py.Edit{}, false
	}
	last := slices.Index(block, stmt)
	if last < 0 {
		return py.Edit{}, false
	}
	// Further on in the block, as long as nothing can leave it in between.
	for i := last + 1; i < len(block) && !mayLeave(block[i-1]); i++ {
		if r.losesLike(l, block[i]) {
			last = i
		}
	}
	s := block[last]
	indent := m.Indent(s)
	if endsFlow(s) || opensBlock(s) {
		if arm, ok := s.(*py.If); !m.OwnLines(s) || ok && arm.Elif {
			return py.Edit{}, false
		}
		at := s.Range().Start
		return py.Edit{File: l.File, At: py.Span{Start: at, End: at}, New: line + "\n" + indent}, true
	}
	end := s.Range().End
	if !m.OwnLines(s) {
		return py.Edit{File: l.File, At: py.Span{Start: end, End: end}, New: "; " + line}, true
	}
	for end < len(m.Src) && m.Src[end] != '\n' && m.Src[end] != '\r' {
		end++ // behind a trailing comment
	}
	return py.Edit{File: l.File, At: py.Span{Start: end, End: end}, New: "\n" + indent + line}, true
}

// losesLike reports whether a statement of the same block is itself a mutation that is lost as l is.
func (r *Result) losesLike(l *Lost, s py.Stmt) bool {
	for _, o := range r.Lost {
		if o.File != l.File || o.Session != l.Session || o.Key != l.Key || o.Origin != l.Origin || !s.Range().Contains(o.At.Range()) {
			continue
		}
		if at, _ := statementAt(l.File.Module.PathTo(o.At.Range().Start)); at == s {
			return true
		}
	}
	return false
}

// mayLeave reports whether a statement can leave its block.
func mayLeave(s py.Stmt) bool {
	found := false
	py.Inspect(s, func(n py.Node) bool {
		switch n.(type) {
		case *py.Return, *py.Raise, *py.Break, *py.Continue, *py.Yield:
			found = true
		case *py.FunctionDef, *py.ClassDef, *py.Lambda:
			return false
		}
		return !found
	})
	return found
}

// statementAt returns the innermost statement of a path and the list it stands in.
func statementAt(path []py.Node) (py.Stmt, []py.Stmt) {
	for i := len(path) - 1; i >= 0; i-- {
		s, ok := path[i].(py.Stmt)
		if !ok {
			continue
		}
		for j := i - 1; j >= 0; j-- {
			for _, b := range py.Bodies(path[j]) {
				for _, x := range b {
					if x == s {
						return s, b
					}
				}
			}
		}
		return nil, nil
	}
	return nil, nil
}

// endsFlow reports whether nothing runs behind a statement.
func endsFlow(s py.Stmt) bool {
	switch s.(type) {
	case *py.Return, *py.Raise, *py.Break, *py.Continue:
		return true
	}
	return false
}

// opensBlock reports whether a statement has statements of its own.
func opensBlock(s py.Stmt) bool { return py.Bodies(s) != nil }

// KeepEdits returns the edits that make a change to what get(key, default) returned last: the variable is stored under the
// key again, or, where the call is changed directly, get becomes setdefault and the session is marked.
func (r *Result) KeepEdits(l *Lost) ([]py.Edit, bool) {
	if e, ok := r.StoreEdit(l); ok {
		return []py.Edit{e}, true
	}
	x := l.Target
	for {
		sub, ok := x.(*py.Subscript)
		if !ok {
			break
		}
		x = sub.X
	}
	c, ok := x.(*py.Call)
	if !ok || l.Helper {
		return nil, false
	}
	attr, ok := c.Func.(*py.Attribute)
	if !ok || attr.Attr.Name != "get" || !isChain(attr.X) || len(c.Args) != 2 || c.Args[1].Name.Name != "" {
		return nil, false
	}
	mark, ok := r.MarkEdit(l)
	if !ok {
		return nil, false
	}
	return []py.Edit{{File: l.File, At: attr.Attr.Span, New: "setdefault"}, mark}, true
}

// Subject names the changed object as a reader of the code knows it.
func (l *Lost) Subject() string {
	text := py.Source(l.Func.File.Module, l.Target)
	if l.Helper {
		return l.Slot()
	}
	switch {
	case l.Alias && l.Depth == 0:
		return text + ", which is " + l.Slot() + ","
	case l.Alias:
		return text + ", a part of " + l.Slot() + ","
	}
	return text
}

// Slot is the place in the session that the object belongs to, such as request.session['cart'].
func (l *Lost) Slot() string {
	s := l.Session
	if s == "" {
		s = "the session"
	}
	switch {
	case l.Key.Text == "*":
		return s
	case l.Session == "" || l.KeyText == "":
		return "the session value " + l.Key.String()
	}
	return s + "[" + l.KeyText + "]"
}

// Mark is the statement that marks the session.
func (l *Lost) Mark() string {
	if l.Session == "" {
		return "session.modified = True"
	}
	return l.Session + ".modified = True"
}
