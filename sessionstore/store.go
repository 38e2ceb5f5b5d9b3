package sessionstore

import (
	"crypto/rand"
	"sync"
)

// keyLength and keyChars are what SessionBase._get_new_session_key uses (contrib/sessions/backends/base.py).
const (
	keyLength = 32
	keyChars  = "abcdefghijklmnopqrstuvwxyz0123456789"
)

// A Config holds the settings the store obeys. Start from [Defaults]: a zero CookieAge means what SESSION_COOKIE_AGE = 0
// means, sessions that have expired when they are written.
type Config struct {
	// Version of Django to behave as; the zero Version is V61.
	Version Version

	// CookieAge is SESSION_COOKIE_AGE, in seconds.
	CookieAge int

	// ExpireAtBrowserClose is SESSION_EXPIRE_AT_BROWSER_CLOSE.
	ExpireAtBrowserClose bool

	// SaveEveryRequest is SESSION_SAVE_EVERY_REQUEST.
	SaveEveryRequest bool

	// Keys makes session keys; nil makes 32 random letters and digits, as Django does. It must be safe for concurrent use.
	Keys func() string
}

// Defaults returns Django's default settings (conf/global_settings.py) in version V61. USE_TZ is taken as on and TIME_ZONE as
// UTC, which is what startproject writes.
func Defaults() Config {
	return Config{Version: V61, CookieAge: 60 * 60 * 24 * 7 * 2}
}

// A Store is a Django project as far as sessions are concerned. It is safe for concurrent use if its backend is.
type Store struct {
	config  Config
	backend Backend
	clock   Clock

	mu    sync.Mutex
	users map[string]User
}

// New returns a store over backend. The backend should run by the same clock.
func New(config Config, backend Backend, clock Clock) *Store {
	if config.Keys == nil {
		config.Keys = randomKey
	}
	return &Store{config: config, backend: backend, clock: clock, users: map[string]User{}}
}

// Session returns SessionStore(key), not loaded yet; "" gives a session without a key.
func (st *Store) Session(key string) *Session {
	s := &Session{store: st}
	s.setKey(key)
	return s
}

// ClearExpired removes expired sessions, as the command clearsessions does. Django never runs it by itself.
func (st *Store) ClearExpired() error { return st.backend.ClearExpired() }

// randomKey draws without bias: bytes from 252 on, the largest multiple of 36, are thrown away.
func randomKey() string {
	key := make([]byte, 0, keyLength)
	var buf [keyLength]byte
	for len(key) < keyLength {
		rand.Read(buf[:]) // never fails, see crypto/rand
		for _, b := range buf {
			if b < 252 && len(key) < keyLength {
				key = append(key, keyChars[int(b)%len(keyChars)])
			}
		}
	}
	return string(key)
}
