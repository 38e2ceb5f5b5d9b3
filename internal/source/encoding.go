package source

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"
)

// An Encoding says how the bytes of a file are to be read.
type Encoding uint8

const (
	// UTF8 files are valid UTF-8 without a byte order mark, and declare no other encoding.
	UTF8 Encoding = iota
	// UTF8BOM files are valid UTF-8 with a byte order mark. Python takes that for a declaration.
	UTF8BOM
	// Declared files declare another encoding in a comment (PEP 263).
	Declared
	// Invalid files would have to be UTF-8 and are not. Python does not read them.
	Invalid
	// Binary files contain a NUL byte. Python does not read them as source.
	Binary
)

func (e Encoding) String() string {
	switch e {
	case UTF8:
		return "UTF-8"
	case UTF8BOM:
		return "UTF-8 with byte order mark"
	case Declared:
		return "other than UTF-8"
	case Invalid:
		return "invalid UTF-8"
	default:
		return "binary"
	}
}

// coding is what detect finds out.
type coding struct {
	encoding Encoding
	declared string
	// cookie is where the name of the encoding is written, as byte offsets; both are 0 if no comment counts.
	cookie  [2]int
	invalid int
}

// Encoding tells how the bytes of the file are to be read.
func (f *File) Encoding() Encoding { return f.coded().encoding }

// DeclaredEncoding returns the encoding that a byte order mark or a comment in line 1 or 2 declares, in lower case with
// hyphens for underscores; "utf-8" for all names that Python has for it, and if nothing is declared.
func (f *File) DeclaredEncoding() string { return f.coded().declared }

// Cookie returns the byte offsets of the name of the encoding in the comment that declares it; 0, 0 if there is none.
func (f *File) Cookie() (start, end int) {
	at := f.coded().cookie
	return at[0], at[1]
}

// FirstInvalid returns the offset of the first byte that is not part of valid UTF-8, or -1.
func (f *File) FirstInvalid() int { return f.coded().invalid }

func detect(data []byte) coding {
	c := coding{invalid: firstInvalid(data)}
	c.declared, c.cookie = declared(data)
	switch {
	case bytes.IndexByte(data, 0) >= 0:
		c.encoding = Binary
	case c.declared != utf8Name:
		c.encoding = Declared
	case c.invalid >= 0:
		c.encoding = Invalid
	case bytes.HasPrefix(data, []byte(byteOrderMark)):
		c.encoding = UTF8BOM
	}
	return c
}

func firstInvalid(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	i := 0
	for {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
}

const utf8Name = "utf-8"

// cookie is the comment of PEP 263, as in the Python reference, section 2.1.4.
var cookie = regexp.MustCompile(`^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`)

// declared returns the normalised name of the declared encoding, and where it is written.
func declared(data []byte) (name string, at [2]int) {
	if bytes.HasPrefix(data, []byte(byteOrderMark)) {
		return utf8Name, at
	}
	size := len(data)
	for range 2 {
		line, rest := data, []byte(nil)
		if end := bytes.IndexAny(data, "\r\n"); end >= 0 {
			line, rest = data[:end], data[end+1:]
			if data[end] == '\r' {
				rest = bytes.TrimPrefix(rest, []byte("\n"))
			}
		}
		if m := cookie.FindSubmatchIndex(line); m != nil {
			before := size - len(data)
			return normalName(string(line[m[2]:m[3]])), [2]int{before + m[2], before + m[3]}
		}
		// Line 2 counts only below a line that is blank or a comment.
		if code := bytes.TrimLeft(line, " \t\f"); len(code) > 0 && code[0] != '#' {
			break
		}
		data = rest
	}
	return utf8Name, at
}

// normalName returns the name of an encoding in lower case, with the names of UTF-8 in Python's encodings/aliases.py and in
// get_normal_name of its tokenizer made one.
func normalName(name string) string {
	name = strings.ReplaceAll(strings.ToLower(name), "_", "-")
	switch name {
	case "utf8", "u8", "utf", "utf8-ucs2", "utf8-ucs4", "cp65001":
		return utf8Name
	}
	if strings.HasPrefix(name, "utf-8-") {
		return utf8Name
	}
	return name
}
