package py

import (
	"slices"
	"strings"
)

// A ScopeKind says what opens a scope.
type ScopeKind uint8

const (
	ModuleScope ScopeKind = iota
	ClassScope
	FunctionScope
	LambdaScope
	CompScope
)

// A Scope maps names to bindings, by the rules of the Python reference, section 4.2.
type Scope struct {
	Kind   ScopeKind
	Node   Node // *Module, *ClassDef, *FunctionDef, *Lambda or *Comp
	Parent *Scope
	// Bindings holds the names bound in this scope itself.
	Bindings map[string]*Binding

	// declared holds the names under a global or nonlocal statement.
	declared map[string]declaration
}

// A DefKind says how a name is bound.
type DefKind uint8

const (
	AssignDef  DefKind = iota // assignment, annotated assignment, walrus, for, with, except, match, comprehension target, type alias
	AugDef                    // augmented assignment
	ParamDef                  // a parameter
	ImportDef                 // an import; Target is set
	FuncDef                   // a def
	ClassDefn                 // a class
	DelDef                    // a del
	UnknownDef                // perhaps bound, in a region that could not be parsed
	AnnDef                    // an annotation without a value: it makes the name local but binds nothing
)

// A Def is one place that binds a name.
type Def struct {
	Kind DefKind
	// Node is the binding construct: *Name for AssignDef, AugDef, DelDef and AnnDef (*TypeAlias for a type statement), *Param,
	// *Import/*ImportFrom, *FunctionDef, *ClassDef. For UnknownDef it is the Span of the hole, or of a parameter of Python 2 that
	// is a tuple.
	Node Node
	// Value is the expression assigned where it is one: x = Value, x: T = Value, (x := Value), and x, y = Value, other. Nil for
	// loops, unpacking of anything but a display, and so on.
	Value Expr
	// Target is the dotted name an import binds: "django.contrib.auth.login"; relative imports keep their dots (".models.Cart").
	Target string

	after int  // byte offset from which on the name is bound
	arm   *arm // innermost alternative this stands in, nil if none
}

// A Binding is one name in one scope with all places that bind it, in source order.
type Binding struct {
	Name  string
	Scope *Scope
	Defs  []Def
}

// Scopes are the scopes and resolved names of one module. They do not change once built, and may be read by several goroutines.
type Scopes struct {
	Module *Scope
	of     map[Node]*Scope
	names  map[*Name]*Binding
	stars  []string
	// lastStar is the end of the last star import at module level, 0 if there is none.
	lastStar int
}

// Binding returns what n refers to, where it is loaded and where it is stored. It is nil for builtins and for names that
// nothing in the module binds, which a star import or a hole may have bound all the same.
func (s *Scopes) Binding(n *Name) *Binding { return s.names[n] }

// Of returns the scope that n opens, a *Module, *ClassDef, *FunctionDef, *Lambda or *Comp; nil for other nodes.
func (s *Scopes) Of(n Node) *Scope { return s.of[n] }

// Stars returns the modules that are star-imported at module level, in source order; relative ones keep their dots.
func (s *Scopes) Stars() []string { return s.stars }

// Enclosing returns the *ClassDef and *FunctionDef nodes that contain the byte at offset, outermost first. Decorators belong to
// what they decorate.
func (s *Scopes) Enclosing(offset int) []Node {
	mod, ok := s.Module.Node.(*Module)
	if !ok {
		return nil
	}
	var out []Node
	for _, n := range mod.PathTo(offset) {
		switch n.(type) {
		case *ClassDef, *FunctionDef:
			out = append(out, n)
		}
	}
	return out
}

// Symbol returns the dotted name of the classes and functions that contain the byte at offset, such as "Cart.add". It is empty
// at module level.
func (s *Scopes) Symbol(offset int) string {
	var names []string
	for _, n := range s.Enclosing(offset) {
		switch n := n.(type) {
		case *ClassDef:
			names = append(names, n.Name.Name)
		case *FunctionDef:
			names = append(names, n.Name.Name)
		}
	}
	return strings.Join(names, ".")
}

// A declaration is what a global or nonlocal statement says of a name.
type declaration uint8

const (
	undeclared declaration = iota
	declaredGlobal
	declaredNonlocal
)

// binding returns the binding of name in sc itself, making it if it does not exist.
func (sc *Scope) binding(name string) *Binding {
	b := sc.Bindings[name]
	if b == nil {
		b = &Binding{Name: name, Scope: sc}
		if sc.Bindings == nil {
			sc.Bindings = make(map[string]*Binding)
		}
		sc.Bindings[name] = b
	}
	return b
}

// bind adds a place that binds name in sc.
func (sc *Scope) bind(name string, d Def) {
	b := sc.binding(name)
	b.Defs = append(b.Defs, d)
}

// boundBefore tells whether some def of b is over at offset.
func (b *Binding) boundBefore(offset int) bool {
	return slices.ContainsFunc(b.Defs, func(d Def) bool { return d.after <= offset })
}

// lookup returns what a name used in sc refers to; nil if no scope binds it.
func (sc *Scope) lookup(name string) *Binding {
	for at := sc; at != nil; at = at.Parent {
		if at.Kind == ClassScope && at != sc {
			continue
		}
		if at.declared[name] == declaredGlobal {
			return at.module().Bindings[name]
		}
		if b := at.Bindings[name]; b != nil {
			return b
		}
	}
	return nil
}

// module returns the scope of the module that holds sc.
func (sc *Scope) module() *Scope {
	for sc.Parent != nil {
		sc = sc.Parent
	}
	return sc
}
