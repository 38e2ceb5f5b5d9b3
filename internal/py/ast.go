// Package py is a Python syntax tree in plain Go, with what a checker needs to reason about it: comments, scopes, imports,
// constants and a control-flow graph per function. It also holds what a Python rule is written against (Analyzer, Pass,
// Diagnostic).
//
// The tree is built by package internal/py/treesitter; nothing here parses, reads files or knows about Django or
// sessions. A Module never changes after it was built and may be read by several goroutines.
package py

// A Span is a range of byte offsets into a file: Start is the first byte, End the one behind the last.
type Span struct{ Start, End int }

// Range returns the span itself; embedding a Span makes a type a Node.
func (s Span) Range() Span { return s }

// Contains reports whether o lies within s.
func (s Span) Contains(o Span) bool { return s.Start <= o.Start && o.End <= s.End }

// A Node is any part of the tree.
type Node interface{ Range() Span }

// An Expr is an expression.
type Expr interface {
	Node
	expr()
}

// A Stmt is a statement.
type Stmt interface {
	Node
	stmt()
}

// An Ident is a name in a position that is not an expression: an attribute, a parameter, an import.
type Ident struct {
	Span
	Name string
}

// Expressions.
type (
	// Name is an identifier used as an expression, load or store.
	Name struct {
		Span
		ID string
	}

	// Number is an int, float or imaginary literal as written.
	Number struct {
		Span
		Text string
	}

	// String is one or more adjacent literals without replacement fields. Value is the decoded text; for bytes literals
	// (Bytes true) each byte is one char of Value.
	String struct {
		Span
		Value string
		Bytes bool
	}

	// FString is one or more adjacent literals, at least one with replacement fields. Parts alternate between String
	// and the expressions of the replacement fields, in source order.
	FString struct {
		Span
		Parts []Expr
	}

	// Singleton is True, False, None or Ellipsis (Kind holds that word).
	Singleton struct {
		Span
		Kind string
	}

	Attribute struct {
		Span
		X    Expr
		Attr Ident
	}

	// Subscript is X[Index]; several indices form a Tuple, a slice a Slice.
	Subscript struct {
		Span
		X     Expr
		Index Expr
	}

	// Slice is lower:upper:step inside a Subscript; absent parts are nil.
	Slice struct {
		Span
		Lower, Upper, Step Expr
	}

	Call struct {
		Span
		Func Expr
		Args []Arg
		// Rparen is the byte offset of the closing parenthesis.
		Rparen int
	}

	// BinOp is Left Op Right; Op is the operator as written, such as "+" or "|".
	BinOp struct {
		Span
		Op          string
		Left, Right Expr
	}

	// BoolOp is "and" or "or" between two operands; a and b and c nests to the left.
	BoolOp struct {
		Span
		Op          string
		Left, Right Expr
	}

	// UnaryOp is "not", "-", "+" or "~".
	UnaryOp struct {
		Span
		Op string
		X  Expr
	}

	// Compare is Left Ops[0] Rights[0] Ops[1] Rights[1] ...; "not in" and "is not" are single operators.
	Compare struct {
		Span
		Left   Expr
		Ops    []string
		Rights []Expr
	}

	// IfExp is Then if Test else Else.
	IfExp struct {
		Span
		Test, Then, Else Expr
	}

	Lambda struct {
		Span
		Params []*Param
		Body   Expr
	}

	Tuple struct {
		Span
		Elts []Expr
	}
	List struct {
		Span
		Elts []Expr
	}
	Set struct {
		Span
		Elts []Expr
	}

	// Dict is a dict display. An item with a nil Key is ** Value.
	Dict struct {
		Span
		Items []DictItem
	}

	// Comp is a comprehension or generator expression. Kind is "list", "set", "dict" or "generator"; for dict, Elt is the
	// key and Value the value.
	Comp struct {
		Span
		Kind    string
		Elt     Expr
		Value   Expr
		Clauses []CompClause
	}

	Await struct {
		Span
		X Expr
	}

	// Yield is yield X or yield from X; X may be nil.
	Yield struct {
		Span
		From bool
		X    Expr
	}

	// NamedExpr is Target := Value.
	NamedExpr struct {
		Span
		Target *Name
		Value  Expr
	}

	// Starred is *X in a call argument list, display or target.
	Starred struct {
		Span
		X Expr
	}

	// BadExpr is a hole: source that could not be parsed or is nested too deeply.
	BadExpr struct{ Span }
)

// DictItem is Key: Value, or **Value where Key is nil.
type DictItem struct {
	Key, Value Expr
}

// CompClause is "for Target in Iter if Ifs...".
type CompClause struct {
	Async  bool
	Target Expr
	Iter   Expr
	Ifs    []Expr
}

// Arg is one argument of a call. Name is empty for a positional argument; Star is 0, 1 (*X) or 2 (**X).
type Arg struct {
	Span
	Name  Ident
	Star  int
	Value Expr
}

// Param is one parameter. Star is 0, 1 (*args; Name is empty for a bare *) or 2 (**kwargs).
type Param struct {
	Span
	Name       Ident
	Star       int
	Annotation Expr // or nil
	Default    Expr // or nil
	// KeywordOnly and PositionalOnly tell on which side of * and / it stands.
	KeywordOnly, PositionalOnly bool
}

// Statements.
type (
	// FunctionDef is def or async def. Span covers decorators too; Def is the byte offset of "def" or "async".
	FunctionDef struct {
		Span
		Async      bool
		Name       Ident
		Params     []*Param
		Returns    Expr // or nil
		Decorators []Expr
		Body       []Stmt
		Def        int
	}

	// ClassDef is a class. Span covers decorators too; Def is the byte offset of "class".
	ClassDef struct {
		Span
		Name       Ident
		Args       []Arg // bases and keyword arguments
		Decorators []Expr
		Body       []Stmt
		Def        int
	}

	Return struct {
		Span
		Value Expr // or nil
	}
	Delete struct {
		Span
		Targets []Expr
	}

	// Assign is Targets[0] = Targets[1] = ... = Value.
	Assign struct {
		Span
		Targets []Expr
		Value   Expr
	}

	// AugAssign is Target Op= Value; Op is without the equals sign.
	AugAssign struct {
		Span
		Target Expr
		Op     string
		Value  Expr
	}

	// AnnAssign is Target: Annotation = Value; Value may be nil.
	AnnAssign struct {
		Span
		Target     Expr
		Annotation Expr
		Value      Expr
	}

	For struct {
		Span
		Async  bool
		Target Expr
		Iter   Expr
		Body   []Stmt
		Else   []Stmt
	}
	While struct {
		Span
		Test Expr
		Body []Stmt
		Else []Stmt
	}

	// If is one arm; "elif" is an If alone in Else (with Elif set on it).
	If struct {
		Span
		Elif bool
		Test Expr
		Body []Stmt
		Else []Stmt
	}

	With struct {
		Span
		Async bool
		Items []WithItem
		Body  []Stmt
	}

	Match struct {
		Span
		Subject Expr
		Cases   []MatchCase
	}

	// Raise is raise Exc from Cause; both may be nil.
	Raise struct {
		Span
		Exc, Cause Expr
	}

	Try struct {
		Span
		Body     []Stmt
		Handlers []Handler
		Else     []Stmt
		Finally  []Stmt
	}

	// Assert is assert Test, Msg; Msg may be nil.
	Assert struct {
		Span
		Test, Msg Expr
	}

	// Import is import Names...
	Import struct {
		Span
		Names []Alias
	}

	// ImportFrom is from Module import Names; Level counts the leading dots. Star is from m import *.
	ImportFrom struct {
		Span
		Level  int
		Module string
		Names  []Alias
		Star   bool
	}

	Global struct {
		Span
		Names []Ident
	}
	Nonlocal struct {
		Span
		Names []Ident
	}
	ExprStmt struct {
		Span
		X Expr
	}
	PassStmt struct{ Span }
	Break    struct{ Span }
	Continue struct{ Span }

	// TypeAlias is type Name = Value (PEP 695).
	TypeAlias struct {
		Span
		Name  Ident
		Value Expr
	}

	// Print is Python 2's print or exec statement, kept so that its operands can be read.
	Print struct {
		Span
		Args []Expr
	}

	// BadStmt is a hole: source that could not be parsed.
	BadStmt struct{ Span }
)

// WithItem is X as Target; Target may be nil.
type WithItem struct {
	X      Expr
	Target Expr
}

// MatchCase is case Pattern if Guard. Captures are the names that the pattern binds.
type MatchCase struct {
	Span
	Pattern  Span
	Captures []*Name
	// Irrefutable is true for "case _" and a bare capture without a guard.
	Irrefutable bool
	Guard       Expr // or nil
	Body        []Stmt
}

// Handler is except Type as Name. Type is nil for a bare except; Name is nil without "as".
type Handler struct {
	Span
	Star bool
	Type Expr
	Name *Name
	Body []Stmt
}

// Alias is Name as AsName; AsName is empty without "as". Name may be dotted in an Import.
type Alias struct {
	Span
	Name   string
	AsName string
}

// Comment is one comment, from the number sign to the end of the line (without the line break).
type Comment struct {
	Span
	// OwnLine is true where nothing but white space stands before it on its line.
	OwnLine bool
}

// Module is one parsed file.
type Module struct {
	Span
	// Src is the file as it is on disk. Its length and offsets are those of every Span.
	Src      []byte
	Body     []Stmt
	Comments []Comment
	// Holes are the regions that could not be parsed, in source order, disjoint.
	Holes []Span
}

func (*Name) expr()      {}
func (*Number) expr()    {}
func (*String) expr()    {}
func (*FString) expr()   {}
func (*Singleton) expr() {}
func (*Attribute) expr() {}
func (*Subscript) expr() {}
func (*Slice) expr()     {}
func (*Call) expr()      {}
func (*BinOp) expr()     {}
func (*BoolOp) expr()    {}
func (*UnaryOp) expr()   {}
func (*Compare) expr()   {}
func (*IfExp) expr()     {}
func (*Lambda) expr()    {}
func (*Tuple) expr()     {}
func (*List) expr()      {}
func (*Set) expr()       {}
func (*Dict) expr()      {}
func (*Comp) expr()      {}
func (*Await) expr()     {}
func (*Yield) expr()     {}
func (*NamedExpr) expr() {}
func (*Starred) expr()   {}
func (*BadExpr) expr()   {}

func (*FunctionDef) stmt() {}
func (*ClassDef) stmt()    {}
func (*Return) stmt()      {}
func (*Delete) stmt()      {}
func (*Assign) stmt()      {}
func (*AugAssign) stmt()   {}
func (*AnnAssign) stmt()   {}
func (*For) stmt()         {}
func (*While) stmt()       {}
func (*If) stmt()          {}
func (*With) stmt()        {}
func (*Match) stmt()       {}
func (*Raise) stmt()       {}
func (*Try) stmt()         {}
func (*Assert) stmt()      {}
func (*Import) stmt()      {}
func (*ImportFrom) stmt()  {}
func (*Global) stmt()      {}
func (*Nonlocal) stmt()    {}
func (*ExprStmt) stmt()    {}
func (*PassStmt) stmt()    {}
func (*Break) stmt()       {}
func (*Continue) stmt()    {}
func (*TypeAlias) stmt()   {}
func (*Print) stmt()       {}
func (*BadStmt) stmt()     {}
