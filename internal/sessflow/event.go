package sessflow

import "github.com/sesslint/sesslint/internal/py"

// An EventKind says what a piece of code does to a session.
type EventKind uint8

const (
	// Read is an access to a key: S[k], S.get(k), k in S.
	Read EventKind = iota
	// Write is a store that marks the session: S[k] = v, S.update, S.setdefault.
	Write
	// Delete removes a key: del S[k], S.pop(k).
	Delete
	// MarkModified is S.modified = True.
	MarkModified
	// Save is an explicit S.save().
	Save
	// Create is S.create().
	Create
	// SetExpiry is S.set_expiry(v).
	SetExpiry
	// CycleKey is S.cycle_key().
	CycleKey
	// Flush is S.flush(), which logout() calls.
	Flush
	// Clear is S.clear().
	Clear
	// TestCookie is S.set_test_cookie() or S.delete_test_cookie().
	TestCookie
	// Login is django.contrib.auth.login.
	Login
	// Logout is django.contrib.auth.logout.
	Logout
	// Purge removes the expired (or all) sessions of everybody: clear_expired(), call_command("clearsessions"), a delete
	// over the Session model.
	Purge
)

// An Event is one thing that code does to a session, joined over all paths and callers that reach it.
type Event struct {
	Kind EventKind
	File *py.File
	// Func is the function that holds the event; nil at the top of a module.
	Func *Func
	// Node is the expression or statement that does it, Stmt the statement around it.
	Node py.Node
	Stmt py.Stmt
	// Source and Expr tell which session: see Object.
	Source SessionSource
	Expr   string
	Key    Key
	// KeyNode and ValueNode are the key and value as written, where there are such; Value is what the value may be: for
	// Write what is stored, for SetExpiry the argument.
	KeyNode   py.Expr
	ValueNode py.Expr
	Value     Value
	// Guards are the conditions that hold whenever the event happens, outermost first; CallerGuards those that hold at the
	// calls through which it was reached.
	Guards       []Guard
	CallerGuards []Guard
	// Callers are the calls through which the event was reached, in functions that lead to it.
	Callers []CallSite
	// Nested is set on a Write into an object inside the session.
	Nested bool
}

// A CallSite is a call that leads to an event.
type CallSite struct {
	Func *Func
	Call *py.Call
	Stmt py.Stmt
}

// A Guard is a condition with the outcome it had.
type Guard struct {
	Cond  py.Expr
	Taken bool
}

// A Mutation changes an object inside the session in place, which Django does not notice.
type Mutation struct {
	File *py.File
	// Func is the function that holds At.
	Func *Func
	// Stmt is the statement that changes the object, At the statement or call where the mutation is to be reported: the
	// same, or the call that handed the object over.
	Stmt py.Stmt
	At   py.Node
	// Target is the changed object as written, such as request.session['cart'].
	Target py.Expr
	Key    Key
	// KeyText is an expression for the key that is valid at At; empty if there is none.
	KeyText string
	// Depth is 0 where Target is the very value of the key, else it is a part of it.
	Depth  int
	Origin Origin
	// Alias is true where the object was reached through a variable or attribute and not through the session itself.
	Alias bool
	// Variable is the name through which Target was reached, if it holds the very value of the key.
	Variable string
	// Helper is true where the object was handed to a function that changed it; Target then stands in that function.
	Helper bool
	// Session is the expression for the session that is valid at At; empty if there is none.
	Session string
	// LocalUse is true where the change may never have been meant to last: the object is afterwards used as data of this
	// request (returned, yielded, rendered, passed on), or what was put in cannot be stored as JSON.
	LocalUse bool
}

// Lost is a mutation that some path from the entry of Root leaves unsaved.
type Lost struct {
	*Mutation
	Root *Func
}
