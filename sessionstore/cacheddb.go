package sessionstore

import "sync"

// CachedDB is the cached_db engine (contrib/sessions/backends/cached_db.py): it reads from its cache, falls back to the
// database, and writes through to both.
//
// Each CachedDB has a cache of its own. One CachedDB for all stores is a shared cache (Redis, Memcached); one per store over the
// same database is a cache per process (LocMemCache), where a process goes on serving what it cached after another has
// written or logged the user out.
type CachedDB struct {
	db    Backend
	clock Clock

	mu    sync.Mutex
	cache map[string]Row
}

// NewCachedDB returns an empty cache in front of db.
func NewCachedDB(db Backend, clock Clock) *CachedDB {
	return &CachedDB{db: db, clock: clock, cache: map[string]Row{}}
}

// DropCache forgets everything cached, as a restart of the cache does.
func (c *CachedDB) DropCache() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.cache)
}

// Load implements [Backend].
func (c *CachedDB) Load(key string) (Row, error) {
	if row, ok := c.cached(key); ok {
		return row, nil
	}
	row, err := c.db.Load(key)
	if err != nil {
		return Row{}, err
	}
	c.put(row)
	return row, nil
}

// Exists implements [Backend].
func (c *CachedDB) Exists(key string) (bool, error) {
	if _, ok := c.cached(key); ok {
		return true, nil
	}
	return c.db.Exists(key)
}

// Insert implements [Backend].
func (c *CachedDB) Insert(row Row) error {
	if err := c.db.Insert(row); err != nil {
		return err
	}
	row.Generation = 1
	c.put(row)
	return nil
}

// Update implements [Backend].
func (c *CachedDB) Update(row Row) (int64, error) {
	generation, err := c.db.Update(row)
	if err != nil {
		return 0, err
	}
	row.Generation = generation
	c.put(row)
	return generation, nil
}

// Delete implements [Backend].
func (c *CachedDB) Delete(key string) error {
	if err := c.db.Delete(key); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.cache, key)
	return nil
}

// ClearExpired implements [Backend]; the cache expires by itself.
func (c *CachedDB) ClearExpired() error { return c.db.ClearExpired() }

func (c *CachedDB) cached(key string) (Row, bool) {
	now := c.clock.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	row, ok := c.cache[key]
	if ok && !row.Expire.After(now) {
		delete(c.cache, key)
		return Row{}, false
	}
	return row, ok
}

func (c *CachedDB) put(row Row) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cache[row.Key] = row
}
