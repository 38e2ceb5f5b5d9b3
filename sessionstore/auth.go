package sessionstore

// Keys under which django.contrib.auth keeps the login, and the backend it names (contrib/auth/__init__.py).
const (
	UserIDKey      = "_auth_user_id"
	UserBackendKey = "_auth_user_backend"
	UserHashKey    = "_auth_user_hash"

	modelBackend = "django.contrib.auth.backends.ModelBackend"
)

// A User is a row of the user table. Its statements are not counted.
type User struct {
	// ID is the primary key as text.
	ID string

	// Hash is get_session_auth_hash(): it changes with the password, which ends the user's sessions.
	Hash string
}

// SetUser adds a user to the user table or replaces the one with the same ID.
func (st *Store) SetUser(u User) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.users[u.ID] = u
}

// DeleteUser removes a user from the user table.
func (st *Store) DeleteUser(id string) {
	st.mu.Lock()
	defer st.mu.Unlock()
	delete(st.users, id)
}

func (st *Store) user(id string) (User, bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	u, ok := st.users[id]
	return u, ok
}

// User is request.user, with nil for an anonymous user. It is worked out once per request. A login whose hash does not fit the
// user any more flushes the session; one that names no user leaves it alone.
func (r *Request) User() (*User, error) {
	if r.userKnown {
		return r.user, nil
	}
	u, err := r.lookupUser()
	if err != nil {
		return nil, err
	}
	r.setUser(u)
	return u, nil
}

func (r *Request) lookupUser() (*User, error) {
	s := r.Session
	id, _ := s.Get(UserIDKey).(string)
	backend := s.Get(UserBackendKey)
	if err := s.Err(); err != nil {
		return nil, err
	}
	u, ok := r.store.user(id)
	if !ok || backend != modelBackend {
		return nil, nil
	}
	if hash, _ := s.Get(UserHashKey).(string); hash == "" || hash != u.Hash {
		return nil, s.Flush()
	}
	return &u, nil
}

// Login is login(request, user). An anonymous session keeps its data and gets a new key; a session of the same user keeps both;
// a session of another user, or of the same user with an outdated hash, is flushed. The CSRF token that login rotates is not
// modelled.
func (r *Request) Login(u User) error {
	s := r.Session
	if s.Has(UserIDKey) {
		if s.Get(UserIDKey) != u.ID || u.Hash != "" && s.GetOr(UserHashKey, "") != u.Hash {
			if err := s.Flush(); err != nil {
				return err
			}
		}
	} else if err := s.CycleKey(); err != nil {
		return err
	}
	s.Set(UserIDKey, u.ID)
	s.Set(UserBackendKey, modelBackend)
	s.Set(UserHashKey, u.Hash)
	r.setUser(&u)
	return nil
}

// Logout is logout(request). It works out the user first, for the signal user_logged_out, and so loads the session.
func (r *Request) Logout() error {
	if _, err := r.User(); err != nil {
		return err
	}
	if err := r.Session.Flush(); err != nil {
		return err
	}
	r.setUser(nil)
	return nil
}

func (r *Request) setUser(u *User) { r.user, r.userKnown = u, true }
