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

// WordSet returns the words of a text that are parted by white space, as a set.
func WordSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}

// LastName returns the last part of a name or chain of attributes, by which a function that is called is known: delete for
// Session.objects.delete. It is empty for anything else.
func LastName(e Expr) string {
	switch e := e.(type) {
	case *Name:
		return e.ID
	case *Attribute:
		return e.Attr.Name
	}
	return ""
}
