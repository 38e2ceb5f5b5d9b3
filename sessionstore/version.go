package sessionstore

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// A Version is a release of Django. The zero Version stands for V61, the newest that was observed.
type Version struct {
	major, minor, patch int
}

// The releases whose behaviour was recorded.
var (
	V32 = Version{3, 2, 25}
	V42 = Version{4, 2, 28}
	V52 = Version{5, 2, 18}
	V61 = Version{6, 1, 1}
)

// oldest is the first release the store models; before 3.1 payloads and cookies had another format.
var oldest = Version{3, 2, 0}

// ParseVersion reads "5.2" or "5.2.18". It is an error to ask for a release before 3.2, which the store does not model.
func ParseVersion(s string) (Version, error) {
	parts := strings.Split(s, ".")
	if len(parts) < 2 || len(parts) > 3 {
		return Version{}, fmt.Errorf("django version %q is not of the form 5.2 or 5.2.18", s)
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.ParseUint(p, 10, 16)
		if err != nil {
			return Version{}, fmt.Errorf("django version %q is not of the form 5.2 or 5.2.18", s)
		}
		n[i] = int(v)
	}
	v := Version{n[0], n[1], n[2]}
	if v.Compare(oldest) < 0 {
		return Version{}, fmt.Errorf("django version %q is older than 3.2, the oldest one modelled", s)
	}
	return v, nil
}

// String gives "5.2.18".
func (v Version) String() string {
	v = v.orNewest()
	return fmt.Sprintf("%d.%d.%d", v.major, v.minor, v.patch)
}

// Compare gives -1, 0 or 1 as v is before, the same as or after w.
func (v Version) Compare(w Version) int {
	v, w = v.orNewest(), w.orNewest()
	return cmp.Or(cmp.Compare(v.major, w.major), cmp.Compare(v.minor, w.minor), cmp.Compare(v.patch, w.patch))
}

func (v Version) orNewest() Version {
	if v == (Version{}) {
		return V61
	}
	return v
}

func (v Version) atLeast(major, minor, patch int) bool {
	return v.Compare(Version{major, minor, patch}) >= 0
}

// savesOn tells whether a response with this status lets the middleware save. Up to 4.1 only 500 was left out, since 4.2
// every 5xx is (ticket #34173, contrib/sessions/middleware.py).
func (v Version) savesOn(status int) bool {
	if v.atLeast(4, 2, 0) {
		return status < 500
	}
	return status != 500
}

// variesOnSetCookie tells whether setting the session cookie adds Vary: Cookie even if the view never touched the session.
// That came as a security fix in 5.2.14 and 6.0.5 (CVE-2026-35192).
func (v Version) variesOnSetCookie() bool {
	v = v.orNewest()
	if v.major == 5 && v.minor == 2 {
		return v.patch >= 14
	}
	return v.atLeast(6, 0, 5)
}

// storesExpiryAsText tells whether set_expiry turns a datetime into ISO 8601 text, which JSON can hold, and reads text back
// as a datetime. Since 4.1 (ticket #29708); before that saving such a session raised TypeError.
func (v Version) storesExpiryAsText() bool { return v.atLeast(4, 1, 0) }

// hasBool tells whether SessionBase defines __bool__ as "not empty". Since 6.1; before that every session object was true.
func (v Version) hasBool() bool { return v.atLeast(6, 1, 0) }
