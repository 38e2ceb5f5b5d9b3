package treesitter

import "unicode/utf8"

// readable returns src as UTF-8 of the same length: each byte that is not part of valid UTF-8 is replaced by '_' in a copy.
// Names, strings and comments keep their extent that way, whatever single-byte encoding the file is in.
func readable(src []byte) []byte {
	if utf8.Valid(src) {
		return src
	}
	out := make([]byte, len(src))
	copy(out, src)
	for i := 0; i < len(out); {
		r, size := utf8.DecodeRune(out[i:])
		if r == utf8.RuneError && size == 1 {
			out[i] = '_'
		}
		i += size
	}
	return out
}
