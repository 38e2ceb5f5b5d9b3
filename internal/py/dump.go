package py

import (
	"fmt"
	"strconv"
	"strings"
)

// Dump prints a tree as one S-expression, for tests and for debugging. A node is its type, its span as start:end where spans
// is set, and its parts in the order of their declaration; absent parts are "_".
func Dump(n Node, spans bool) string {
	d := dumper{spans: spans}
	d.node(n)
	return d.b.String()
}

// DumpStmts prints each statement like Dump, one to a line.
func DumpStmts(body []Stmt, spans bool) string {
	d := dumper{spans: spans}
	for _, s := range body {
		d.node(s)
		d.b.WriteByte('\n')
	}
	return d.b.String()
}

type dumper struct {
	b     strings.Builder
	spans bool
}

// open starts a node; its closing parenthesis is up to the caller.
func (d *dumper) open(what string, s Span) {
	d.b.WriteByte('(')
	d.b.WriteString(what)
	if d.spans {
		fmt.Fprintf(&d.b, "@%d:%d", s.Start, s.End)
	}
}

func (d *dumper) word(s string) {
	d.b.WriteByte(' ')
	d.b.WriteString(s)
}

func (d *dumper) flag(set bool, name string) {
	if set {
		d.word(name)
	}
}

func (d *dumper) end() { d.b.WriteByte(')') }

func (d *dumper) expr(e Expr) {
	d.b.WriteByte(' ')
	if e == nil {
		d.b.WriteByte('_')
		return
	}
	d.node(e)
}

func (d *dumper) ident(i Ident) {
	d.b.WriteByte(' ')
	d.b.WriteString(i.Name)
	if d.spans {
		fmt.Fprintf(&d.b, "@%d:%d", i.Start, i.End)
	}
}

func (d *dumper) exprs(list []Expr) {
	d.b.WriteString(" [")
	for i, e := range list {
		if i > 0 {
			d.b.WriteByte(' ')
		}
		d.node(e)
	}
	d.b.WriteByte(']')
}

func (d *dumper) body(list []Stmt) {
	d.b.WriteString(" {")
	for i, s := range list {
		if i > 0 {
			d.b.WriteByte(' ')
		}
		d.node(s)
	}
	d.b.WriteByte('}')
}

func (d *dumper) args(args []Arg) {
	d.b.WriteString(" [")
	for i, a := range args {
		if i > 0 {
			d.b.WriteByte(' ')
		}
		d.b.WriteString(strings.Repeat("*", a.Star))
		if a.Name.Name != "" {
			d.b.WriteString(a.Name.Name + "=")
		}
		d.node(a.Value)
	}
	d.b.WriteByte(']')
}

func (d *dumper) params(params []*Param) {
	d.b.WriteString(" [")
	for i, p := range params {
		if i > 0 {
			d.b.WriteByte(' ')
		}
		d.open("Param", p.Span)
		d.word(strings.Repeat("*", p.Star) + p.Name.Name)
		d.flag(p.KeywordOnly, "kwonly")
		d.flag(p.PositionalOnly, "posonly")
		d.expr(p.Annotation)
		d.expr(p.Default)
		d.end()
	}
	d.b.WriteByte(']')
}

func (d *dumper) aliases(names []Alias) {
	for _, a := range names {
		d.b.WriteByte(' ')
		d.b.WriteString(a.Name)
		if a.AsName != "" {
			d.b.WriteString(":" + a.AsName)
		}
		if d.spans {
			fmt.Fprintf(&d.b, "@%d:%d", a.Start, a.End)
		}
	}
}

func (d *dumper) node(n Node) {
	if n == nil {
		d.b.WriteByte('_')
		return
	}
	s := n.Range()
	switch n := n.(type) {
	case *Module:
		d.open("Module", s)
		d.body(n.Body)
	case Stmt:
		d.stmt(n, s)
	case Expr:
		d.expression(n, s)
	default:
		d.open(fmt.Sprintf("%T", n), s)
	}
	d.end()
}

func (d *dumper) expression(n Expr, s Span) {
	switch n := n.(type) {
	case *Name:
		d.open("Name", s)
		d.word(n.ID)
	case *Number:
		d.open("Number", s)
		d.word(n.Text)
	case *String:
		d.open("String", s)
		d.flag(n.Bytes, "bytes")
		d.word(strconv.QuoteToASCII(n.Value))
	case *FString:
		d.open("FString", s)
		d.exprs(n.Parts)
	case *Singleton:
		d.open(n.Kind, s)
	case *Attribute:
		d.open("Attribute", s)
		d.expr(n.X)
		d.ident(n.Attr)
	case *Subscript:
		d.open("Subscript", s)
		d.expr(n.X)
		d.expr(n.Index)
	case *Slice:
		d.open("Slice", s)
		d.expr(n.Lower)
		d.expr(n.Upper)
		d.expr(n.Step)
	case *Call:
		d.open("Call", s)
		d.expr(n.Func)
		d.args(n.Args)
	case *BinOp:
		d.open("BinOp", s)
		d.word(n.Op)
		d.expr(n.Left)
		d.expr(n.Right)
	case *BoolOp:
		d.open("BoolOp", s)
		d.word(n.Op)
		d.expr(n.Left)
		d.expr(n.Right)
	case *UnaryOp:
		d.open("UnaryOp", s)
		d.word(n.Op)
		d.expr(n.X)
	case *Compare:
		d.open("Compare", s)
		d.expr(n.Left)
		for i, op := range n.Ops {
			d.word(op)
			d.expr(n.Rights[i])
		}
	case *IfExp:
		d.open("IfExp", s)
		d.expr(n.Test)
		d.expr(n.Then)
		d.expr(n.Else)
	case *Lambda:
		d.open("Lambda", s)
		d.params(n.Params)
		d.expr(n.Body)
	case *Tuple:
		d.open("Tuple", s)
		d.exprs(n.Elts)
	case *List:
		d.open("List", s)
		d.exprs(n.Elts)
	case *Set:
		d.open("Set", s)
		d.exprs(n.Elts)
	case *Dict:
		d.open("Dict", s)
		for _, item := range n.Items {
			d.expr(item.Key)
			d.expr(item.Value)
		}
	case *Comp:
		d.open("Comp", s)
		d.word(n.Kind)
		d.expr(n.Elt)
		d.expr(n.Value)
		for _, c := range n.Clauses {
			d.b.WriteString(" (for")
			d.flag(c.Async, "async")
			d.expr(c.Target)
			d.expr(c.Iter)
			d.exprs(c.Ifs)
			d.end()
		}
	case *Await:
		d.open("Await", s)
		d.expr(n.X)
	case *Yield:
		d.open("Yield", s)
		d.flag(n.From, "from")
		d.expr(n.X)
	case *NamedExpr:
		d.open("NamedExpr", s)
		d.expr(n.Target)
		d.expr(n.Value)
	case *Starred:
		d.open("Starred", s)
		d.expr(n.X)
	case *BadExpr:
		d.open("BadExpr", s)
	}
}

func (d *dumper) stmt(n Stmt, s Span) {
	switch n := n.(type) {
	case *FunctionDef:
		d.open("FunctionDef", s)
		if d.spans {
			d.word("def@" + strconv.Itoa(n.Def))
		}
		d.flag(n.Async, "async")
		d.ident(n.Name)
		d.params(n.Params)
		d.expr(n.Returns)
		d.exprs(n.Decorators)
		d.body(n.Body)
	case *ClassDef:
		d.open("ClassDef", s)
		if d.spans {
			d.word("def@" + strconv.Itoa(n.Def))
		}
		d.ident(n.Name)
		d.args(n.Args)
		d.exprs(n.Decorators)
		d.body(n.Body)
	case *Return:
		d.open("Return", s)
		d.expr(n.Value)
	case *Delete:
		d.open("Delete", s)
		d.exprs(n.Targets)
	case *Assign:
		d.open("Assign", s)
		d.exprs(n.Targets)
		d.expr(n.Value)
	case *AugAssign:
		d.open("AugAssign", s)
		d.word(n.Op)
		d.expr(n.Target)
		d.expr(n.Value)
	case *AnnAssign:
		d.open("AnnAssign", s)
		d.expr(n.Target)
		d.expr(n.Annotation)
		d.expr(n.Value)
	case *For:
		d.open("For", s)
		d.flag(n.Async, "async")
		d.expr(n.Target)
		d.expr(n.Iter)
		d.body(n.Body)
		d.body(n.Else)
	case *While:
		d.open("While", s)
		d.expr(n.Test)
		d.body(n.Body)
		d.body(n.Else)
	case *If:
		d.open("If", s)
		d.flag(n.Elif, "elif")
		d.expr(n.Test)
		d.body(n.Body)
		d.body(n.Else)
	case *With:
		d.open("With", s)
		d.flag(n.Async, "async")
		for _, item := range n.Items {
			d.expr(item.X)
			d.expr(item.Target)
		}
		d.body(n.Body)
	case *Match:
		d.open("Match", s)
		d.expr(n.Subject)
		for _, c := range n.Cases {
			d.b.WriteByte(' ')
			d.open("case", c.Span)
			if d.spans {
				fmt.Fprintf(&d.b, " pattern@%d:%d", c.Pattern.Start, c.Pattern.End)
			}
			d.flag(c.Irrefutable, "irrefutable")
			d.b.WriteString(" [")
			for i, name := range c.Captures {
				if i > 0 {
					d.b.WriteByte(' ')
				}
				d.node(name)
			}
			d.b.WriteByte(']')
			d.expr(c.Guard)
			d.body(c.Body)
			d.end()
		}
	case *Raise:
		d.open("Raise", s)
		d.expr(n.Exc)
		d.expr(n.Cause)
	case *Try:
		d.open("Try", s)
		d.body(n.Body)
		for _, h := range n.Handlers {
			d.b.WriteByte(' ')
			d.open("except", h.Span)
			d.flag(h.Star, "star")
			d.expr(h.Type)
			if h.Name != nil {
				d.expr(h.Name)
			} else {
				d.word("_")
			}
			d.body(h.Body)
			d.end()
		}
		d.body(n.Else)
		d.body(n.Finally)
	case *Assert:
		d.open("Assert", s)
		d.expr(n.Test)
		d.expr(n.Msg)
	case *Import:
		d.open("Import", s)
		d.aliases(n.Names)
	case *ImportFrom:
		d.open("ImportFrom", s)
		d.word(strings.Repeat(".", n.Level) + n.Module)
		d.flag(n.Star, "*")
		d.aliases(n.Names)
	case *Global:
		d.open("Global", s)
		for _, name := range n.Names {
			d.ident(name)
		}
	case *Nonlocal:
		d.open("Nonlocal", s)
		for _, name := range n.Names {
			d.ident(name)
		}
	case *ExprStmt:
		d.open("ExprStmt", s)
		d.expr(n.X)
	case *PassStmt:
		d.open("Pass", s)
	case *Break:
		d.open("Break", s)
	case *Continue:
		d.open("Continue", s)
	case *TypeAlias:
		d.open("TypeAlias", s)
		d.ident(n.Name)
		d.expr(n.Value)
	case *Print:
		d.open("Print", s)
		d.exprs(n.Args)
	case *BadStmt:
		d.open("BadStmt", s)
	}
}
