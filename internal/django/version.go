package django

import (
	"regexp"
	"strconv"
	"strings"
)

// A Version is a release of Django: major, minor and patch. Pre-releases count as the release they lead to.
type Version [3]int

// ParseVersion reads "5.2.14", "4.2" or "3"; missing parts are zero.
func ParseVersion(s string) (Version, bool) {
	var v Version
	m := versionText.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return v, false
	}
	for i, part := range strings.SplitN(m[1], ".", 4) {
		if i == 3 {
			break
		}
		n, err := strconv.Atoi(part)
		if err != nil {
			return v, false
		}
		v[i] = n
	}
	return v, true
}

var versionText = regexp.MustCompile(`^v?(\d{1,4}(?:\.\d{1,4})*)(?:\.?(?:a|b|rc|dev|post|alpha|beta)[.\d]*)?(?:\+[\w.]+)?$`)

func (v Version) compare(o Version) int {
	for i := range v {
		if v[i] != o[i] {
			return v[i] - o[i]
		}
	}
	return 0
}

func (v Version) String() string {
	s := strconv.Itoa(v[0]) + "." + strconv.Itoa(v[1])
	if v[2] != 0 {
		s += "." + strconv.Itoa(v[2])
	}
	return s
}

// newest is above every release.
var newest = Version{9999}

// A VersionRange is the set of Django versions that the project's requirements allow: from Min up to but not including
// Max. The zero VersionRange allows every version.
type VersionRange struct {
	// Min is the lowest version allowed.
	Min Version
	// Max is the lowest version above the range; zero if there is no upper bound.
	Max Version
	// Exact is true where a lock file or an == requirement pins the version Min.
	Exact bool
}

// Known reports whether the requirements say anything.
func (r VersionRange) Known() bool { return r != VersionRange{} }

func (r VersionRange) upper() Version {
	if r.Max == (Version{}) {
		return newest
	}
	return r.Max
}

// AtLeast tells whether the version is major.minor or newer.
func (r VersionRange) AtLeast(major, minor int) Tri { return r.before(Version{major, minor}).not() }

// Before tells whether the version is older than major.minor.patch.
func (r VersionRange) Before(major, minor, patch int) Tri {
	return r.before(Version{major, minor, patch})
}

func (r VersionRange) before(v Version) Tri {
	switch {
	case !r.Known():
		return Maybe
	case r.upper().compare(v) <= 0:
		return Yes
	case r.Min.compare(v) >= 0:
		return No
	}
	return Maybe
}

// In tells whether the version is within from (inclusive) and to (exclusive).
func (r VersionRange) In(from, to Version) Tri {
	return andTri(r.before(from).not(), r.before(to))
}

// VaryMissing tells whether the version has CVE-2026-35192: with SESSION_SAVE_EVERY_REQUEST a page cached for everybody
// carries the session cookie of whoever loaded it first, since Vary: Cookie is missing. Fixed in 5.2.14 and 6.0.5, never in
// older lines.
func (r VersionRange) VaryMissing() Tri {
	old := r.before(Version{5, 2, 14})
	six := r.In(Version{6, 0}, Version{6, 0, 5})
	return orTri(old, six)
}

// String shows the range: "5.2.14", "4.2 or newer", "4.2 up to 5.0", "unknown".
func (r VersionRange) String() string {
	switch {
	case !r.Known():
		return "unknown"
	case r.Exact:
		return r.Min.String()
	case r.Max == (Version{}):
		return r.Min.String() + " or newer"
	case r.Min == (Version{}):
		return "older than " + r.Max.String()
	}
	return r.Min.String() + " or newer, older than " + r.Max.String()
}

// intersect narrows r by o. Where nothing is left, r stays: the requirements contradict each other.
func (r VersionRange) intersect(o VersionRange) VersionRange {
	out := r
	if o.Min.compare(out.Min) > 0 {
		out.Min = o.Min
	}
	if o.upper().compare(out.upper()) < 0 {
		out.Max = o.Max
	}
	out.Exact = r.Exact || o.Exact
	if out.Min.compare(out.upper()) >= 0 {
		return r
	}
	return out
}

// exactly is the range of one version.
func exactly(v Version) VersionRange {
	return VersionRange{Min: v, Max: Version{v[0], v[1], v[2] + 1}, Exact: true}
}

var clauseText = regexp.MustCompile(`^\s*(~=|==|===|!=|<=|>=|<|>|\^|~|=)?\s*([0-9][\w.*+!-]*|\*)\s*$`)

// parseSpecifier reads a version requirement: PEP 440 ("~=4.2", ">=4.2,<5.0", "==4.2.*") or Poetry's ("^4.2", "~4.2", "4.2").
// A bare version is exact for Poetry and pip alike. Exclusions with != do not narrow the range.
func parseSpecifier(s string) (VersionRange, bool) {
	s = strings.Trim(strings.TrimSpace(s), "()")
	if s == "" || s == "*" {
		return VersionRange{}, false
	}
	if strings.Contains(s, "||") {
		return VersionRange{}, false
	}
	var r VersionRange
	known := false
	for _, clause := range strings.FieldsFunc(s, func(c rune) bool {
		return c == ',' || c == ' ' && !strings.ContainsAny(s, ",") && strings.Count(s, " ") > 1
	}) {
		m := clauseText.FindStringSubmatch(clause)
		if m == nil {
			return VersionRange{}, false
		}
		one, ok := clauseRange(m[1], m[2])
		if !ok {
			continue
		}
		r = r.intersect(one)
		known = true
	}
	return r, known
}

func clauseRange(op, text string) (VersionRange, bool) {
	wild := strings.HasSuffix(text, ".*")
	text = strings.TrimSuffix(text, ".*")
	v, ok := ParseVersion(text)
	if !ok {
		return VersionRange{}, false
	}
	parts := strings.Count(strings.SplitN(text, "+", 2)[0], ".") + 1
	next := func(n int) Version {
		u := v
		u[n-1]++
		for i := n; i < 3; i++ {
			u[i] = 0
		}
		return u
	}
	switch op {
	case "==", "===", "=", "":
		if wild {
			return VersionRange{Min: v, Max: next(min(parts, 3))}, true
		}
		return exactly(v), true
	case ">=":
		return VersionRange{Min: v}, true
	case ">":
		return VersionRange{Min: next(3)}, true
	case "<":
		return VersionRange{Max: v}, true
	case "<=":
		return VersionRange{Max: next(3)}, true
	case "~=":
		return VersionRange{Min: v, Max: next(max(1, min(parts-1, 3)))}, true
	case "~":
		return VersionRange{Min: v, Max: next(min(parts, 2))}, true
	case "^":
		n := 1
		for n < 3 && v[n-1] == 0 {
			n++
		}
		return VersionRange{Min: v, Max: next(n)}, true
	}
	return VersionRange{}, false
}
