package sessionstore

import (
	"bytes"
	"fmt"
	"sync"
)

// Memory is the table django_session in memory. It sends the statements of the db engine (contrib/sessions/backends/db.py)
// and counts them.
type Memory struct {
	clock Clock

	mu       sync.Mutex
	rows     map[string]Row
	counters Counters
	readOnly bool
}

// NewMemory returns an empty table whose rows expire by clock.
func NewMemory(clock Clock) *Memory {
	return &Memory{clock: clock, rows: map[string]Row{}}
}

// RefuseWrites makes every INSERT, UPDATE and DELETE fail, or work again: a read-only transaction, a standby, a full disk.
//
// The db engine turns each DatabaseError of an UPDATE into UpdateError, so that a visitor who has a session gets status 400 and
// reads that the session was deleted; an INSERT keeps its error, and the new visitor gets 500.
func (m *Memory) RefuseWrites(refuse bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.readOnly = refuse
}

// Counters returns the work done so far.
func (m *Memory) Counters() Counters {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.counters
}

// Rows returns the number of rows, expired ones included.
func (m *Memory) Rows() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.rows)
}

// Row returns the row of key, live or expired, and whether there is one. It is for looking on and is not counted.
func (m *Memory) Row(key string) (Row, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	row, ok := m.rows[key]
	return row, ok
}

// Load implements [Backend] by SELECT ... WHERE session_key = key AND expire_date > now.
func (m *Memory) Load(key string) (Row, error) {
	now := m.clock.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counters.Selects++
	row, ok := m.rows[key]
	if !ok || !row.Expire.After(now) {
		return Row{}, ErrNotFound
	}
	return row, nil
}

// Exists implements [Backend] by a SELECT that does not look at expire_date.
func (m *Memory) Exists(key string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counters.Selects++
	_, ok := m.rows[key]
	return ok, nil
}

// Insert implements [Backend].
func (m *Memory) Insert(row Row) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counters.Inserts++
	if err := m.refused(); err != nil {
		return err
	}
	if _, ok := m.rows[row.Key]; ok {
		return ErrCreate
	}
	row.Generation = 1
	m.rows[row.Key] = row
	m.counters.BytesWritten += int64(len(row.Data))
	return nil
}

// Update implements [Backend]. It does not look at expire_date, so an expired row that is still in the table comes back to life.
func (m *Memory) Update(row Row) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counters.Updates++
	if err := m.refused(); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrUpdate, err)
	}
	old, ok := m.rows[row.Key]
	if !ok {
		return 0, ErrUpdate
	}
	if row.Generation != 0 && row.Generation < old.Generation {
		m.counters.LostUpdates++
	}
	row.Generation = old.Generation
	if !bytes.Equal(row.Data, old.Data) {
		row.Generation++
	}
	m.rows[row.Key] = row
	m.counters.BytesWritten += int64(len(row.Data))
	return row.Generation, nil
}

// Delete implements [Backend]. The engine fetches the row before it deletes it: a SELECT, and a DELETE if there was a row.
func (m *Memory) Delete(key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counters.Selects++
	if _, ok := m.rows[key]; !ok {
		return nil
	}
	return m.remove(key)
}

// Remove deletes the row of key behind the back of all sessions, as Session.objects.filter(pk=key).delete() does: one DELETE.
func (m *Memory) Remove(key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.remove(key)
}

func (m *Memory) remove(key string) error {
	m.counters.Deletes++
	if err := m.refused(); err != nil {
		return err
	}
	delete(m.rows, key)
	return nil
}

// ClearExpired implements [Backend] by DELETE ... WHERE expire_date < now.
func (m *Memory) ClearExpired() error {
	now := m.clock.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counters.Deletes++
	if err := m.refused(); err != nil {
		return err
	}
	for key, row := range m.rows {
		if row.Expire.Before(now) {
			delete(m.rows, key)
		}
	}
	return nil
}

func (m *Memory) refused() error {
	if !m.readOnly {
		return nil
	}
	m.counters.Refused++
	return ErrReadOnly
}
