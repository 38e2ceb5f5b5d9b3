package finding

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// SetFingerprints fills in the fingerprint of each finding. Snippet returns the source of the statement that a finding
// stands in. A fingerprint is a hash over the rule, the path, the enclosing class or function, the snippet with every run
// of white space folded to one space, and the number of equal findings before it in the file, so it stays the same when
// other parts of the file change. The findings must be sorted and complete.
func SetFingerprints(findings []Finding, snippet func(*Finding) string) {
	seen := make(map[string]int)
	for i := range findings {
		f := &findings[i]
		parts := []string{f.Rule.ID, string(f.Rule.Wing), f.At.Path, f.Symbol, strings.Join(strings.Fields(snippet(f)), " ")}
		key := strings.Join(parts, "\x00")
		sum := sha256.Sum256([]byte(key + "\x00" + strconv.Itoa(seen[key])))
		seen[key]++
		f.Fingerprint = hex.EncodeToString(sum[:16])
	}
}
