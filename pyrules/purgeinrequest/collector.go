package purgeinrequest

import (
	"strings"

	"github.com/sesslint/sesslint/internal/django"
	"github.com/sesslint/sesslint/internal/py"
)

// slowDelete returns what makes Django load every row of the session table that it deletes instead of sending one DELETE: a
// receiver of pre_delete or post_delete, or a relation to Session (Collector.can_fast_delete in
// django/db/models/deletion.py). It is nil if there is none, or sessions are not rows.
func slowDelete(prog *py.Program, engine django.EngineKind) *py.Related {
	if engine != django.EngineDB && engine != django.EngineCachedDB {
		return nil
	}
	for _, f := range prog.Files {
		if f.Test || strings.Contains("/"+f.Path, "/migrations/") {
			continue
		}
		var found *py.Related
		py.Inspect(f.Module, func(n py.Node) bool {
			c, ok := n.(*py.Call)
			if !ok || found != nil {
				return found == nil
			}
			switch {
			case receivesDelete(f, c):
				found = &py.Related{File: f, At: c.Span, Message: "because of this receiver each row is loaded into memory before it is deleted"}
			case relatesToSession(f, c):
				found = &py.Related{File: f, At: c.Span, Message: "because of this relation each row is loaded into memory before it is deleted"}
			}
			return found == nil
		})
		if found != nil {
			return found
		}
	}
	return nil
}

const sessionModel = "django.contrib.sessions.models.Session"

// receivesDelete reports whether a call is receiver(post_delete) or post_delete.connect(f), for Session or for every model.
func receivesDelete(f *py.File, c *py.Call) bool {
	signals := ""
	switch fn := c.Func.(type) {
	case *py.Name:
		if f.Scopes.Qualified(fn) != "django.dispatch.receiver" || len(c.Args) == 0 {
			return false
		}
		signals = py.Source(f.Module, c.Args[0].Value)
	case *py.Attribute:
		if fn.Attr.Name != "connect" || len(c.Args) == 0 {
			return false
		}
		signals = py.Source(f.Module, fn.X)
	}
	if !strings.Contains(signals, "pre_delete") && !strings.Contains(signals, "post_delete") {
		return false
	}
	for _, a := range c.Args {
		if a.Name.Name == "sender" {
			return f.Scopes.Qualified(a.Value) == sessionModel
		}
	}
	return true
}

// relatesToSession reports whether a call is a foreign key to Session that has a say in its deletion.
func relatesToSession(f *py.File, c *py.Call) bool {
	switch py.LastName(c.Func) {
	case "ForeignKey", "OneToOneField", "ManyToManyField":
	default:
		return false
	}
	to, keeps := false, false
	for i, a := range c.Args {
		switch {
		case a.Name.Name == "to" || a.Name.Name == "" && i == 0:
			s, ok := a.Value.(*py.String)
			to = ok && s.Value == "sessions.Session" || f.Scopes.Qualified(a.Value) == sessionModel
		case a.Name.Name == "on_delete" || a.Name.Name == "" && i == 1:
			keeps = py.LastName(a.Value) == "DO_NOTHING"
		}
	}
	return to && !keeps
}
