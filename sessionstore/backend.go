package sessionstore

import "time"

// A Row is a stored session.
type Row struct {
	Key    string
	Data   []byte    // JSON text; never changed in place
	Expire time.Time // the row is live while the clock is before it

	// Generation counts the contents this key has had, from 1. In a call of Update it is the generation the writer has read,
	// or 0 when it has read none (a cleared session is written without having been loaded).
	Generation int64
}

// A Backend keeps rows. It is the part of a session engine below SessionBase: what Django spreads over exists, create, save,
// delete, load and clear_expired of contrib/sessions/backends/db.py and its siblings. A backend knows the time by its own
// clock, and is safe for concurrent use.
//
// Errors other than those named here are the DatabaseErrors that Django lets through, and become status 500.
type Backend interface {
	// Load returns the live row of key, or ErrNotFound.
	Load(key string) (Row, error)

	// Exists tells whether key is taken; in a table an expired row takes it as well.
	Exists(key string) (bool, error)

	// Insert adds a row as generation 1, and returns an error that is ErrCreate if the key is taken.
	Insert(row Row) error

	// Update replaces data and expiry of an existing row and returns its generation, which grows when the data differ. It
	// returns an error that is ErrUpdate where Django's engine raises UpdateError.
	Update(row Row) (generation int64, err error)

	// Delete removes the row of key; it is no error if there is none.
	Delete(key string) error

	// ClearExpired removes what has expired, as the command clearsessions does.
	ClearExpired() error
}

// Counters count the work of a backend. Statements are counted when they are sent, whether or not they succeed.
type Counters struct {
	Selects, Inserts, Updates, Deletes int

	// Refused counts the statements that failed because the database refuses writes.
	Refused int

	// BytesWritten is the length of all session data in successful INSERTs and UPDATEs, in bytes of JSON text. Django signs
	// and compresses this text before it writes it, which makes repetitive data smaller and short data longer.
	BytesWritten int64

	// LostUpdates counts UPDATEs by a writer that had read an older generation than the one it overwrote: somebody else's
	// write is gone. A writer that never read is not counted.
	LostUpdates int
}

// Sub gives the work done since an earlier reading.
func (c Counters) Sub(earlier Counters) Counters {
	return Counters{
		Selects:      c.Selects - earlier.Selects,
		Inserts:      c.Inserts - earlier.Inserts,
		Updates:      c.Updates - earlier.Updates,
		Deletes:      c.Deletes - earlier.Deletes,
		Refused:      c.Refused - earlier.Refused,
		BytesWritten: c.BytesWritten - earlier.BytesWritten,
		LostUpdates:  c.LostUpdates - earlier.LostUpdates,
	}
}
