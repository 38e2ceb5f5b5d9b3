package sessionstore

import (
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrNotFound is returned by [Backend.Load] for a key that has no row or whose row has expired.
	ErrNotFound = errors.New("no live session has this key")

	// ErrCreate is Django's CreateError: an insert met a row with the same key.
	ErrCreate = errors.New("session key is taken")

	// ErrUpdate is Django's UpdateError: a session that should exist could not be updated.
	ErrUpdate = errors.New("session row was not updated")

	// ErrReadOnly is the DatabaseError of a database that refuses writes, see [Memory.RefuseWrites].
	ErrReadOnly = errors.New("database refuses writes")

	// ErrSessionInterrupted is Django's SessionInterrupted, which the client sees as status 400. It is what the middleware
	// makes of an UpdateError (contrib/sessions/middleware.py), so it does not prove that the session was deleted.
	ErrSessionInterrupted = errors.New("session was deleted before the request completed")

	// errNoFreeKey ends the search for an unused key, which only a faulty [Config.Keys] can bring about.
	errNoFreeKey = errors.New("no unused session key found in 10000 tries")

	// errNotFinite is met when a NaN or an infinity is saved. Python's JSON has words for them; the store does not.
	errNotFinite = errors.New("nan and infinity in session data are not modelled")
)

// An Exception is a Python exception that Django lets through, with Python's text.
type Exception struct {
	Type string // "TypeError", "ValueError", "KeyError", "OverflowError" or "RecursionError"
	Text string
}

func (e *Exception) Error() string { return e.Type + ": " + e.Text }

func typeError(format string, args ...any) error {
	return &Exception{Type: "TypeError", Text: fmt.Sprintf(format, args...)}
}

func valueError(format string, args ...any) error {
	return &Exception{Type: "ValueError", Text: fmt.Sprintf(format, args...)}
}

func overflowError(text string) error { return &Exception{Type: "OverflowError", Text: text} }

func keyError(key string) error { return &Exception{Type: "KeyError", Text: quote(key)} }

// quote writes s as Python's repr does for printable text.
func quote(s string) string {
	q := "'"
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		q = `"`
	}
	r := strings.NewReplacer(`\`, `\\`, q, `\`+q, "\n", `\n`, "\r", `\r`, "\t", `\t`)
	return q + r.Replace(s) + q
}
