package django

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

func (f *frame) ifExp(e *py.IfExp) Value {
	t, byDefault := f.truth(e.Test)
	switch t {
	case Yes:
		return f.eval(e.Then)
	case No:
		return f.eval(e.Else)
	}
	return join(f.eval(e.Then), f.eval(e.Else), f.src(e.Test), byDefault)
}

// testName matches names that are true in a test run only.
var testName = regexp.MustCompile(`^(IS_|RUNNING_|RUN_|UNDER_|UNIT_|IN_)?TEST(S|ING|_MODE|_RUN|_ENV)?$|^UNITTEST(S|ING)?$|^PYTEST(_RUNNING)?$`)

// serverPrograms are words in sys.argv that a production server may hold; any other word belongs to a manual command.
var serverPrograms = []string{"gunicorn", "uwsgi", "daphne", "uvicorn", "hypercorn", "celery", "asgi", "wsgi", "mod_wsgi", "run"}

// truth tells what a condition is, and what it is with an empty environment. Settings are looked at as a server in
// production loads them: tests and manual commands are not running.
func (f *frame) truth(e py.Expr) (t, byDefault Tri) {
	switch e := e.(type) {
	case *py.BoolOp:
		lt, ld := f.truth(e.Left)
		rt, rd := f.truth(e.Right)
		if e.Op == "and" {
			return andTri(lt, rt), andTri(ld, rd)
		}
		return orTri(lt, rt), orTri(ld, rd)
	case *py.UnaryOp:
		if e.Op == "not" {
			t, d := f.truth(e.X)
			return t.not(), d.not()
		}
	case *py.Name:
		if e.ID == "TYPE_CHECKING" {
			return No, No
		}
	}
	if f.aboutArguments(e) {
		return No, No
	}
	v := f.eval(e)
	if t = v.Truthy(); t != Maybe {
		return t, t
	}
	if n, ok := e.(*py.Name); ok && testName.MatchString(n.ID) {
		return No, No
	}
	if u, ok := v.Unset(); ok {
		return Maybe, u.Truthy()
	}
	return Maybe, Maybe
}

// aboutArguments reports whether a condition asks for a manual command or a test run: "test" in sys.argv,
// sys.argv[1] == "migrate", "pytest" in sys.modules.
func (f *frame) aboutArguments(e py.Expr) bool {
	c, ok := e.(*py.Compare)
	if !ok || len(c.Ops) != 1 {
		return f.anyArgument(e)
	}
	word, where := c.Left, c.Rights[0]
	switch c.Ops[0] {
	case "in":
	case "==":
		if f.isArguments(word) {
			word, where = where, word
		}
	default:
		return false
	}
	if !f.isArguments(where) {
		return false
	}
	lits := []py.Expr{word}
	if l, ok := word.(*py.List); ok {
		lits = l.Elts
	}
	for _, l := range lits {
		s, ok := l.(*py.String)
		if !ok || slices.ContainsFunc(serverPrograms, func(p string) bool { return strings.Contains(s.Value, p) && s.Value != "runserver" }) {
			return false
		}
	}
	return len(lits) > 0
}

// anyArgument recognises any(x in sys.argv for x in [...]) and the like by their words.
func (f *frame) anyArgument(e py.Expr) bool {
	call, ok := e.(*py.Call)
	if !ok || len(call.Args) != 1 {
		return false
	}
	fn, ok := call.Func.(*py.Name)
	if !ok || fn.ID != "any" {
		return false
	}
	comp, ok := call.Args[0].Value.(*py.Comp)
	if !ok || len(comp.Clauses) != 1 {
		return false
	}
	src := string(f.file.Module.Src[comp.Start:comp.End])
	return strings.Contains(src, "sys.argv") && strings.Contains(src, "test")
}

func (f *frame) isArguments(e py.Expr) bool {
	if s, ok := e.(*py.Subscript); ok {
		e = s.X
	}
	return f.isExternal(e, "sys.argv") || f.isExternal(e, "sys.modules")
}
