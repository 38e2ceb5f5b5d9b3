package django

import (
	"bytes"
	"path"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// A purge is a place in Python code that clears expired sessions.
type purge struct {
	file *py.File
	at   py.Span
	what string
}

// purgesOf returns the places in a file that clear expired sessions, directly.
func (p *Project) purgesOf(f *py.File) []purge {
	src := f.Module.Src
	if !bytes.Contains(src, []byte("clearsessions")) && !bytes.Contains(src, []byte("clear_expired")) &&
		!bytes.Contains(src, []byte("expire_date")) && !bytes.Contains(src, []byte("django_session")) {
		return nil
	}
	queries := bytes.Contains(src, []byte("expire_date"))
	var out []purge
	py.Inspect(f.Module, func(n py.Node) bool {
		switch n := n.(type) {
		case *py.Call:
			if name := py.LastName(n.Func); !queries && (name == "delete" || name == "_raw_delete") {
				return true
			}
			if what := p.purgeCall(f, n); what != "" {
				out = append(out, purge{f, n.Span, what})
			}
		case *py.For:
			// for s in Session.objects.filter(expire_date__lt=now): s.delete()
			if t, ok := n.Target.(*py.Name); ok && queries && p.isExpiredQuery(f, n.Iter, n.Start) {
				for _, s := range n.Body {
					if strings.Contains(py.Source(f.Module, s), t.ID+".delete()") {
						out = append(out, purge{f, n.Span, "deletes expired rows of the session table"})
						break
					}
				}
			}
		case *py.ClassDef:
			for _, a := range n.Args {
				if strings.HasPrefix(f.Scopes.Qualified(a.Value), clearsessionsModule) {
					out = append(out, purge{f, n.Span, "derives from the clearsessions command"})
				}
			}
		}
		return true
	})
	if len(out) == 0 && queries {
		out = p.portionedPurges(f)
	}
	return out
}

// portionedPurges returns the functions that look up expired sessions and delete rows of the session table by other means,
// such as the keys of a first thousand.
func (p *Project) portionedPurges(f *py.File) []purge {
	var out []purge
	py.Inspect(f.Module, func(n py.Node) bool {
		def, ok := n.(*py.FunctionDef)
		if !ok {
			return true
		}
		selects, deletes := false, false
		py.Inspect(def, func(n py.Node) bool {
			if c, ok := n.(*py.Call); ok {
				a, isAttr := c.Func.(*py.Attribute)
				selects = selects || p.isExpiredQuery(f, c, c.Start)
				deletes = deletes || isAttr && (a.Attr.Name == "delete" || a.Attr.Name == "_raw_delete")
			}
			return !selects || !deletes
		})
		if selects && deletes {
			out = append(out, purge{f, def.Name.Span, "deletes expired rows of the session table"})
		}
		return true
	})
	return out
}

const clearsessionsModule = "django.contrib.sessions.management.commands.clearsessions"

// talkingCalls only write a text or declare one.
var talkingCalls = py.WordSet(`log info debug warning warn error exception critical print write echo add_argument gettext _ getLogger
	gettext_lazy ngettext help msg message send_mail capture_message ValueError CommandError register startswith endswith sub
	match search compile puts secho style SUCCESS`)

// purgeCall tells what a call does to clear sessions, "" if it does not.
func (p *Project) purgeCall(f *py.File, call *py.Call) string {
	name := py.LastName(call.Func)
	switch name {
	case "clear_expired", "aclear_expired":
		if a, ok := call.Func.(*py.Attribute); ok && isSessionStore(f, a.X) {
			return "calls " + name + "() of the session store"
		}
		return ""
	case "delete", "_raw_delete":
		if a, ok := call.Func.(*py.Attribute); ok && p.isExpiredQuery(f, a.X, call.Start) {
			return "deletes expired rows of the session table"
		}
		return ""
	}
	if strings.HasPrefix(f.Scopes.Qualified(call.Func), clearsessionsModule) {
		return "calls the clearsessions command"
	}
	if talkingCalls[name] {
		return ""
	}
	for _, a := range call.Args {
		if text := commandText(a.Value); text != "" && directCleanup.MatchString(text) && !inSchedule(f, call.Start) {
			if !strings.Contains(text, "clearsessions") && !strings.Contains(strings.ToLower(text), "django_session") {
				continue
			}
			return "runs clearsessions"
		}
	}
	return ""
}

// commandText returns the text of a command: a literal, or the literals of a list.
func commandText(e py.Expr) string {
	switch e := e.(type) {
	case *py.String:
		return e.Value
	case *py.FString:
		var b strings.Builder
		for _, part := range e.Parts {
			if s, ok := part.(*py.String); ok {
				b.WriteString(s.Value)
			}
		}
		return b.String()
	case *py.List:
		var b strings.Builder
		for _, x := range e.Elts {
			b.WriteString(commandText(x) + " ")
		}
		return strings.TrimSpace(b.String())
	}
	return ""
}

// isSessionStore reports whether the receiver of clear_expired() is a session store: other packages have a method of that
// name for their own tokens.
func isSessionStore(f *py.File, e py.Expr) bool {
	if call, ok := e.(*py.Call); ok {
		e = call.Func
	}
	if q := f.Scopes.Qualified(e); strings.HasPrefix(q, "django.contrib.sessions") {
		return true
	}
	text := strings.ToLower(py.Source(f.Module, e))
	return strings.Contains(text, "session") || strings.Contains(text, "store") || strings.Contains(text, "engine")
}

// isExpiredQuery reports whether an expression is a query for expired rows of a session model, directly or through a variable
// of the same function.
func (p *Project) isExpiredQuery(f *py.File, e py.Expr, at int) bool {
	return p.expiredQuery(f, e, at, 0)
}

func (p *Project) expiredQuery(f *py.File, e py.Expr, at, depth int) bool {
	expired := false
	for {
		switch x := e.(type) {
		case *py.Call:
			for _, a := range x.Args {
				src := py.Source(f.Module, a)
				if strings.Contains(src, "expire_date__lt") || strings.Contains(src, "expire_date__range") ||
					strings.Contains(src, "expire_date__gt") && py.LastName(x.Func) == "exclude" || strings.Contains(src, "expire_date__date__lt") {
					expired = true
				}
			}
			e = x.Func
			continue
		case *py.Attribute:
			if p.isSessionModel(f, x) {
				return expired
			}
			e = x.X
			continue
		case *py.Subscript:
			e = x.X
			continue
		case *py.Name:
			if p.isSessionModel(f, x) {
				return expired
			}
			b := f.Scopes.Binding(x)
			if b == nil || depth > 4 {
				return false
			}
			for _, d := range b.Defs {
				if d.Kind != py.AssignDef || d.Value == nil || d.Value.Range().Start >= at {
					continue
				}
				if p.expiredQuery(f, d.Value, d.Value.Range().Start, depth+1) || expired && p.queriesSessions(f, d.Value, depth+1) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
}

// queriesSessions reports whether an expression starts at a session model.
func (p *Project) queriesSessions(f *py.File, e py.Expr, depth int) bool {
	for {
		switch x := e.(type) {
		case *py.Call:
			e = x.Func
		case *py.Attribute:
			if p.isSessionModel(f, x) {
				return true
			}
			e = x.X
		case *py.Name:
			return p.isSessionModel(f, x)
		default:
			return false
		}
	}
}

// isSessionModel reports whether an expression names Django's Session model, one derived from it, or that of a session store
// (SessionStore.get_model_class(), apps.get_model("sessions", "Session")).
func (p *Project) isSessionModel(f *py.File, e py.Expr) bool {
	if q := f.Scopes.Qualified(e); q != "" {
		switch q {
		case "django.contrib.sessions.models.Session", "user_sessions.models.Session", "qsessions.models.Session":
			return true
		}
		if file, name, ok := p.graph.ResolveName(f, q); ok {
			return p.derivesSession(file, name)
		}
		return false
	}
	n, ok := e.(*py.Name)
	if !ok {
		return false
	}
	if def := classDef(f, n.ID); def != nil {
		return p.derivesSession(f, n.ID)
	}
	b := f.Scopes.Binding(n)
	if b == nil || len(b.Defs) == 0 {
		return false
	}
	for _, d := range b.Defs {
		if d.Value == nil {
			return false
		}
		src := py.Source(f.Module, d.Value)
		if !strings.Contains(src, "get_model_class()") &&
			!(strings.Contains(src, "get_model(") && strings.Contains(src, "sessions") && strings.Contains(src, "Session")) {
			return false
		}
	}
	return true
}

func (p *Project) derivesSession(file *py.File, name string) bool {
	def := classDef(file, name)
	if def == nil {
		return false
	}
	for _, base := range []string{
		"django.contrib.sessions.base_session.AbstractBaseSession", "django.contrib.sessions.models.AbstractBaseSession",
		"django.contrib.sessions.models.Session",
	} {
		if p.derives(file, def, base, 0) {
			return true
		}
	}
	return false
}

// commandName returns the name of the management command that a file is, "" if it is none.
func commandName(p string) string {
	if strings.Contains("/"+p, "/management/commands/") {
		return strings.TrimSuffix(path.Base(p), ".py")
	}
	return ""
}
