package py

// Removal returns the edit that deletes a statement: the whole of its lines with a comment behind it, or, where it is alone
// in its block, the statement replaced by the text (pass). It reports false for a statement that shares its line with others.
func (m *Module) Removal(s Stmt) (at Span, text string, ok bool) {
	if !m.OwnLines(s) {
		return Span{}, "", false
	}
	span := s.Range()
	path := m.PathTo(span.Start)
	if alone(path, s) {
		return span, "pass", true
	}
	start, end := span.Start, span.End
	for start > 0 && m.Src[start-1] != '\n' && m.Src[start-1] != '\r' {
		start--
	}
	for end < len(m.Src) && m.Src[end] != '\n' && m.Src[end] != '\r' {
		end++
	}
	if end < len(m.Src) && m.Src[end] == '\r' {
		end++
	}
	if end < len(m.Src) && m.Src[end] == '\n' {
		end++
	}
	return Span{start, end}, "", true
}

// alone reports whether s is the only statement of its block.
func alone(path []Node, s Stmt) bool {
	for _, n := range path {
		for _, b := range Bodies(n) {
			if len(b) == 1 && b[0] == s {
				return true
			}
		}
	}
	return false
}

// Bodies returns the statement lists that a node consists of.
func Bodies(n Node) [][]Stmt {
	switch n := n.(type) {
	case *Module:
		return [][]Stmt{n.Body}
	case *FunctionDef:
		return [][]Stmt{n.Body}
	case *ClassDef:
		return [][]Stmt{n.Body}
	case *If:
		return [][]Stmt{n.Body, n.Else}
	case *For:
		return [][]Stmt{n.Body, n.Else}
	case *While:
		return [][]Stmt{n.Body, n.Else}
	case *With:
		return [][]Stmt{n.Body}
	case *Try:
		out := [][]Stmt{n.Body, n.Else, n.Finally}
		for _, h := range n.Handlers {
			out = append(out, h.Body)
		}
		return out
	case *Match:
		var out [][]Stmt
		for _, c := range n.Cases {
			out = append(out, c.Body)
		}
		return out
	}
	return nil
}
