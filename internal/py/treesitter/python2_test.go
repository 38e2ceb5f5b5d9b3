//go:build cgo

package treesitter

import "testing"

// TestPython2 covers what only Python 2 reads.
func TestPython2(t *testing.T) {
	checkTrees(t, [][2]string{
		{`print`, `(ExprStmt (Name print))`},
		{`print "a"`, `(Print [(String "a")])`},
		{`print "a", b,`, `(Print [(String "a") (Name b)])`},
		{`print "a" % b`, `(Print [(BinOp % (String "a") (Name b))])`},
		{`print >>f, a, b`, `(Print [(Name f) (Name a) (Name b)])`},
		{`print >>f`, `(Print [(Name f)])`},
		{`print not a`, `(Print [(UnaryOp not (Name a))])`},
		{`print a.b`, `(Print [(Attribute (Name a) b)])`},
		{`print("a"), b`, `(ExprStmt (Tuple [(Call (Name print) [(String "a")]) (Name b)]))`},
		{`exec "a"`, `(Print [(String "a")])`},
		{`exec a in b`, `(Print [(Name a) (Name b)])`},
		{`exec a in b, c`, `(Print [(Name a) (Name b) (Name c)])`},
		{`exec f(a) in b`, `(Print [(Call (Name f) [(Name a)]) (Name b)])`},
		{`exec "a" % b in c, d`, `(Print [(BinOp % (String "a") (Name b)) (Name c) (Name d)])`},
		{`exec not a`, `(Print [(UnaryOp not (Name a))])`},
		{`exec not in a`, `(ExprStmt (Compare (Name exec) not in (Name a)))`},
		{`exec, a`, `(ExprStmt (Tuple [(Name exec) (Name a)]))`},
		{`exec(a) in b`, `(ExprStmt (Compare (Call (Name exec) [(Name a)]) in (Name b)))`},
		{`raise A, b`, `(Raise (Tuple [(Name A) (Name b)]) _)`},
		{`raise A, b, c`, `(Raise (Tuple [(Name A) (Name b) (Name c)]) _)`},
		{"a = `b`", `(Assign [(Name a)] (FString [(Name b)]))`},
		{"a = `b, c`", `(Assign [(Name a)] (FString [(Name b) (Name c)]))`},
		{`a <> b`, `(ExprStmt (Compare (Name a) <> (Name b)))`},
		{`a = ur'b\d'`, `(Assign [(Name a)] (String "b\\d"))`},
		{`a = 0777`, `(Assign [(Name a)] (Number 0777))`},
		{`a = 0xFFL + 10l`, `(Assign [(Name a)] (BinOp + (Number 0xFFL) (Number 10l)))`},
		{`def f(a, (b, c)=d): pass`, `(FunctionDef f [(Param a _ _) (Param  _ (Name d))] _ [] {(Pass)})`},
		{`lambda (a, b): a`, `(ExprStmt (Lambda [(Param  _ _)] (Name a)))`},
		{`[a for a in 1, 2]`, `(ExprStmt (Comp list (Name a) _ (for (Name a) (Tuple [(Number 1) (Number 2)]) [])))`},
		{"try: pass\nexcept A, e: pass", `(Try {(Pass)} (except (Name A) (Name e) {(Pass)}) {} {})`},
		{"try: pass\nexcept (A, B), e: pass", `(Try {(Pass)} (except (Tuple [(Name A) (Name B)]) (Name e) {(Pass)}) {} {})`},
		{"try: pass\nexcept A, e.x: pass", `(Try {(Pass)} (except (Tuple [(Name A) (Attribute (Name e) x)]) _ {(Pass)}) {} {})`},
		{"try: pass\nexcept A, (e, f): pass", `(Try {(Pass)} (except (Name A) _ {(Pass)}) {} {})`},
		{"if a: print a\nelse: exec b", `(If (Name a) {(Print [(Name a)])} {(Print [(Name b)])})`},
	})
}
