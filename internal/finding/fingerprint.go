package finding

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// SetFingerprints fills in the fingerprint of each finding. Path returns a name of the file that a finding is in that does not
// depend on the working directory, snippet the source of the statement that it stands in. A fingerprint is a hash over the
// rule, that path, the enclosing class or function, the snippet with every run of white space folded to one space, and the
// number of equal findings before it in the file, so it stays the same when other parts of the file change. The findings must
// be sorted and complete.
func SetFingerprints(findings []Finding, path, snippet func(*Finding) string) {
	type place struct{ file, key string }
	seen := make(map[place]int) // by file too: two may have the same name, each in a repository of its own
	for i := range findings {
		f := &findings[i]
		parts := []string{f.Rule.ID, string(f.Rule.Wing), path(f), f.Symbol, strings.Join(strings.Fields(snippet(f)), " ")}
		at := place{f.At.Path, strings.Join(parts, "\x00")}
		sum := sha256.Sum256([]byte(at.key + "\x00" + strconv.Itoa(seen[at])))
		seen[at]++
		f.Fingerprint = hex.EncodeToString(sum[:16])
	}
}
