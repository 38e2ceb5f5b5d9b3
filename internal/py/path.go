package py

import "sort"

// PathTo returns the module, the statements and the clauses (*Handler, *MatchCase) that contain the byte at offset, outermost
// first. The last of them is the innermost statement, unless the byte stands between statements. An offset outside of the
// module has no path.
func (m *Module) PathTo(offset int) []Node {
	if offset < m.Start || offset > m.End {
		return nil
	}
	path := []Node{m}
	for list := m.Body; list != nil; {
		s := stmtAt(list, offset)
		if s == nil {
			break
		}
		path = append(path, s)
		list = nil
		for _, p := range parts(s) {
			if p.clause != nil {
				if !holds(p.clause.Range(), offset) {
					continue
				}
				path = append(path, p.clause)
			}
			if stmtAt(p.body, offset) != nil {
				list = p.body
				break
			}
			if p.clause != nil {
				break
			}
		}
	}
	return path
}

// StmtAt returns the innermost statement that contains the byte at offset, and the list in which it stands: the body of the
// module or one of the bodies of a compound statement. Both are nil where there is none.
func (m *Module) StmtAt(offset int) (stmt Stmt, list []Stmt) {
	for next := m.Body; next != nil; {
		s := stmtAt(next, offset)
		if s == nil {
			break
		}
		stmt, list = s, next
		next = nil
		for _, p := range parts(s) {
			if stmtAt(p.body, offset) != nil {
				next = p.body
				break
			}
		}
	}
	return stmt, list
}

// holds tells whether the byte at offset lies in s.
func holds(s Span, offset int) bool { return s.Start <= offset && offset < s.End }

// stmtAt returns the statement of list that contains the byte at offset.
func stmtAt(list []Stmt, offset int) Stmt {
	i := sort.Search(len(list), func(i int) bool { return list[i].Range().Start > offset }) - 1
	if i < 0 || !holds(list[i].Range(), offset) {
		return nil
	}
	return list[i]
}

// A part is one statement list of a compound statement. Clause is its *Handler or *MatchCase, nil for others.
type part struct {
	clause Node
	body   []Stmt
}

// parts returns the statement lists of s in source order.
func parts(s Stmt) []part {
	switch s := s.(type) {
	case *FunctionDef:
		return []part{{body: s.Body}}
	case *ClassDef:
		return []part{{body: s.Body}}
	case *For:
		return []part{{body: s.Body}, {body: s.Else}}
	case *While:
		return []part{{body: s.Body}, {body: s.Else}}
	case *If:
		return []part{{body: s.Body}, {body: s.Else}}
	case *With:
		return []part{{body: s.Body}}
	case *Match:
		list := make([]part, len(s.Cases))
		for i := range s.Cases {
			list[i] = part{&s.Cases[i], s.Cases[i].Body}
		}
		return list
	case *Try:
		list := []part{{body: s.Body}}
		for i := range s.Handlers {
			list = append(list, part{&s.Handlers[i], s.Handlers[i].Body})
		}
		return append(list, part{body: s.Else}, part{body: s.Finally})
	}
	return nil
}
