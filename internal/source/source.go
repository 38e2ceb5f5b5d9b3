// Package source holds the bytes of one file and tells what an editor and Python would say about them: lines, columns,
// encoding, line endings. It knows nothing of the syntax of any language beyond the encoding comment of PEP 263, and it does
// not read files.
package source

import (
	"bytes"
	"slices"
	"sync"
	"unicode/utf8"
)

const byteOrderMark = "\ufeff"

// A File is the content of one file. It may be used by several goroutines at once.
type File struct {
	Path string
	data []byte

	lines func() []int // offsets of the starts of all lines
	coded func() coding
}

// New returns a File. It keeps data, which must not change afterwards.
func New(path string, data []byte) *File {
	return &File{
		Path:  path,
		data:  data,
		lines: sync.OnceValue(func() []int { return lineStarts(data) }),
		coded: sync.OnceValue(func() coding { return detect(data) }),
	}
}

// Data returns the bytes of the file as they are on disk. They must not be changed.
func (f *File) Data() []byte { return f.data }

// lineStarts finds the lines as Python counts them: LF, CRLF and CR alone end one (section 2.1.2 of the Python reference),
// form feeds and the separators of Unicode do not.
func lineStarts(data []byte) []int {
	starts := make([]int, 1, 1+bytes.Count(data, []byte("\n")))
	cr := bytes.IndexByte(data, '\r') >= 0
	for i := 0; ; {
		var n int
		if cr {
			n = bytes.IndexAny(data[i:], "\r\n")
		} else {
			n = bytes.IndexByte(data[i:], '\n')
		}
		if n < 0 {
			return starts
		}
		i += n + 1
		if data[i-1] == '\r' && i < len(data) && data[i] == '\n' {
			i++
		}
		starts = append(starts, i)
	}
}

// Lines returns the number of lines. A line break at the end of the file starts no further line; an empty file has none.
func (f *File) Lines() int {
	starts := f.lines()
	if starts[len(starts)-1] == len(f.data) {
		return len(starts) - 1
	}
	return len(starts)
}

// Line returns line n, counted from 1, without its line break; nil if there is no such line. In line 1 it starts with the
// byte order mark, if the file has one.
func (f *File) Line(n int) []byte {
	starts := f.lines()
	if n < 1 || n > len(starts) {
		return nil
	}
	end := len(f.data)
	if n < len(starts) {
		end = starts[n]
	}
	line := f.data[starts[n-1]:end]
	line = bytes.TrimSuffix(line, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r"))
}

// LineStart returns the byte offset at which line n starts, counted from 1; the length of the file if there is no such line.
func (f *File) LineStart(n int) int {
	starts := f.lines()
	if n < 1 || n > len(starts) {
		return len(f.data)
	}
	return starts[n-1]
}

// Position returns the line and the column of a byte offset, both counted from 1. Columns are Unicode code points; a byte that
// is not valid UTF-8 is one column, and in a file that declares another encoding each byte is one, which is right for
// encodings with one byte a character. A byte order mark has no column. The offset may be that of the end of the file;
// offsets outside of the file count as its start or end.
func (f *File) Position(offset int) (line, column int) {
	offset = min(max(offset, 0), len(f.data))
	starts := f.lines()
	line, found := slices.BinarySearch(starts, offset)
	if found {
		line++
	}
	i := starts[line-1]
	if line == 1 && bytes.HasPrefix(f.data, []byte(byteOrderMark)) {
		i = len(byteOrderMark)
		offset = max(offset, i)
	}
	if f.Encoding() == Declared {
		return line, offset - i + 1
	}
	for column = 1; i < offset; column++ {
		size := 1
		if f.data[i] >= utf8.RuneSelf {
			_, size = utf8.DecodeRune(f.data[i:])
		}
		if i += size; i > offset {
			break // the offset lies inside a character
		}
	}
	return line, column
}

// Newline returns what most lines end with: "\n", "\r\n" or "\r"; "\n" if no line ends.
func (f *File) Newline() string {
	crlf := bytes.Count(f.data, []byte("\r\n"))
	lf := bytes.Count(f.data, []byte("\n")) - crlf
	cr := bytes.Count(f.data, []byte("\r")) - crlf
	switch {
	case crlf > lf && crlf >= cr:
		return "\r\n"
	case cr > lf:
		return "\r"
	}
	return "\n"
}
