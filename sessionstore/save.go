package sessionstore

import "errors"

// maxKeyTries bounds the search for an unused key. Django's cache engine gives up after as many, its db engine never.
const maxKeyTries = 10000

// Save is save(must_create=mustCreate). Without a key it creates the session. Otherwise it inserts a row with that key (an error
// that is ErrCreate if it is taken) or updates the row of that key (an error that is ErrUpdate if that fails). A deleted session
// is not brought back (since 1.10, ticket #21608).
//
// Saving does not reset the modified flag, so the middleware saves once more at the end of the request.
func (s *Session) Save(mustCreate bool) error {
	if s.key == "" {
		return s.Create()
	}
	data := s.values(mustCreate)
	if s.err != nil {
		return s.err
	}
	// A key that turned out to be unknown just now is replaced, and the UPDATE with the new key finds no row: saving a session
	// that was never read is an UpdateError for an unknown key.
	if s.key == "" {
		key, err := s.newKey()
		if err != nil {
			return err
		}
		s.key = key
	}
	text, err := encode(data)
	if err != nil {
		return err
	}
	expire, err := s.GetExpiryDate()
	if err != nil {
		return err
	}
	row := Row{Key: s.key, Data: text, Expire: expire, Generation: s.generation}
	if mustCreate {
		if err := s.store.backend.Insert(row); err != nil {
			return err
		}
		s.generation = 1
		return nil
	}
	generation, err := s.store.backend.Update(row)
	if err != nil {
		return err
	}
	s.generation = generation
	return nil
}

// Create is create(): a new key and a row, with the data if they were loaded and without any otherwise. The row of the old key
// stays.
func (s *Session) Create() error {
	if s.err != nil {
		return s.err
	}
	for range maxKeyTries {
		key, err := s.newKey()
		if err != nil {
			return err
		}
		s.key = key
		err = s.Save(true)
		if errors.Is(err, ErrCreate) {
			continue // taken since newKey looked
		}
		if err != nil {
			return err
		}
		s.modified = true
		return nil
	}
	return errNoFreeKey
}

// newKey is _get_new_session_key(): one SELECT for each key that is tried.
func (s *Session) newKey() (string, error) {
	for range maxKeyTries {
		key := s.store.config.Keys()
		taken, err := s.store.backend.Exists(key)
		if err != nil {
			return "", err
		}
		if !taken {
			return key, nil
		}
	}
	return "", errNoFreeKey
}

// CycleKey is cycle_key(): the data, set_expiry included, move to a new key and the old row is deleted.
func (s *Session) CycleKey() error {
	data := s.values(false)
	old := s.key
	if err := s.Create(); err != nil {
		return err
	}
	s.data = data
	if old == "" {
		return nil
	}
	return s.store.backend.Delete(old)
}

// Flush is flush(): data, row and key go.
func (s *Session) Flush() error {
	s.Clear()
	if err := s.DeleteRow(); err != nil {
		return err
	}
	s.key = ""
	return nil
}

// DeleteRow is delete(): the row goes, key and loaded data stay, and the session is not marked modified. If it had been loaded, a
// later write in the same request ends in status 400.
func (s *Session) DeleteRow() error {
	if s.key == "" {
		return nil
	}
	return s.store.backend.Delete(s.key)
}
