package sessionstore

import (
	"sync"
	"time"
)

// A Clock tells the time. Implementations are safe for concurrent use.
type Clock interface {
	Now() time.Time
}

// A VirtualClock stands still but for [VirtualClock.Advance] and one microsecond per reading. The microsecond is there
// because it is there in life: Django reads the clock several times in a request, and a deadline one hour from the first
// reading is 3599 whole seconds away at the next one, which is the Max-Age the browser gets. It is also the resolution of
// Python's datetime.
type VirtualClock struct {
	mu  sync.Mutex
	now time.Time
}

// NewVirtualClock returns a clock that starts at the given time, in UTC and cut to microseconds.
func NewVirtualClock(start time.Time) *VirtualClock {
	return &VirtualClock{now: start.UTC().Truncate(time.Microsecond)}
}

// Now returns the time and moves the clock on by one microsecond.
func (c *VirtualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now
	c.now = c.now.Add(time.Microsecond)
	return now
}

// Advance moves the clock by d; a negative d sets it back, as an operator may.
func (c *VirtualClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
