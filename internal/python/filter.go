package python

import "bytes"

// wanted are the words that make a file worth parsing: "session" in any case; the settings and the environment variable
// that tell a Django settings module, whose defaults matter even where no session is mentioned; and suppressions, so that
// an unused one is found anywhere.
var wanted = newFilter([]byte("session"),
	"INSTALLED_APPS", "MIDDLEWARE", "SECRET_KEY", "ROOT_URLCONF", "DJANGO_SETTINGS_MODULE", "sesslint:")

// A filter finds one of several words in a text, one of them in any case. It is Horspool's search for a set: a window as
// long as the shortest word slides over the text, and its last byte tells how far it may jump.
type filter struct {
	folded []byte   // lower case
	exact  [][]byte // not shorter than folded
	jump   [256]uint8
	first  [256]bool // bytes that a word starts with
}

func newFilter(folded []byte, exact ...string) *filter {
	f := &filter{folded: folded}
	window := len(folded)
	for i := range f.jump {
		f.jump[i] = uint8(window)
	}
	allow := func(c byte, distance int) { f.jump[c] = min(f.jump[c], uint8(distance)) }
	f.first[folded[0]], f.first[folded[0]-'a'+'A'] = true, true
	for i, c := range folded {
		allow(c, window-1-i)
		allow(c-'a'+'A', window-1-i)
	}
	for _, word := range exact {
		f.exact = append(f.exact, []byte(word))
		f.first[word[0]] = true
		for i := range window {
			allow(word[i], window-1-i)
		}
	}
	return f
}

// match reports whether text holds one of the words.
func (f *filter) match(text []byte) bool {
	window := len(f.folded)
	for i := window - 1; i < len(text); {
		jump := f.jump[text[i]]
		if jump > 0 {
			i += int(jump)
			continue
		}
		start := i - (window - 1)
		i++
		if !f.first[text[start]] {
			continue
		}
		if bytes.EqualFold(text[start:i], f.folded) {
			return true
		}
		for _, word := range f.exact {
			if bytes.HasPrefix(text[start:], word) {
				return true
			}
		}
	}
	return false
}
