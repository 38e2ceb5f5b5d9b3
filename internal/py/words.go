package py

import (
	"strings"
	"unicode"
)

// Words splits text into lower-case words: at everything that is no letter or digit, and inside identifiers at underscores
// and where a lower-case letter meets an upper-case one. "rememberMe_flag" gives remember, me, flag. Evidence by name is
// matched on words, so that "sidebar" is not "sid".
func Words(text string) []string {
	var out []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			out = append(out, word.String())
			word.Reset()
		}
	}
	lower := false
	for _, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if lower && unicode.IsUpper(r) {
				flush()
			}
			lower = unicode.IsLower(r)
			word.WriteRune(unicode.ToLower(r))
		default:
			flush()
			lower = false
		}
	}
	flush()
	return out
}
