package source

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLines(t *testing.T) {
	tests := []struct {
		data string
		want []string
	}{
		{"", nil},
		{"a", []string{"a"}},
		{"a\n", []string{"a"}},
		{"a\nb", []string{"a", "b"}},
		{"a\n\nb\n", []string{"a", "", "b"}},
		{"a\r\nb\r\n", []string{"a", "b"}},
		{"a\rb\r", []string{"a", "b"}},
		{"a\r\rb", []string{"a", "", "b"}},
		{"a\n\rb", []string{"a", "", "b"}},
		{"a\r\n\r\nb", []string{"a", "", "b"}},
		{"\r\n", []string{""}},
		{"\n", []string{""}},
		{"\r", []string{""}},
		{"a\fb\vc\u2028d\u0085e", []string{"a\fb\vc\u2028d\u0085e"}},
		{"\ufeffa\nb", []string{"\ufeffa", "b"}},
	}
	for _, test := range tests {
		f := New("a.py", []byte(test.data))
		var got []string
		for n := range f.Lines() {
			got = append(got, string(f.Line(n+1)))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("lines of %q (-want +got):\n%s", test.data, diff)
		}
		for _, n := range []int{-1, 0, f.Lines() + 2} {
			if line := f.Line(n); line != nil {
				t.Errorf("line %d of %q = %q, want nil", n, test.data, line)
			}
			if start := f.LineStart(n); start != len(test.data) {
				t.Errorf("start of line %d of %q = %d, want %d", n, test.data, start, len(test.data))
			}
		}
	}
}

func TestLineStart(t *testing.T) {
	f := New("a.py", []byte("a\r\nbc\rd\n"))
	var got []int
	for n := 1; n <= 4; n++ {
		got = append(got, f.LineStart(n))
	}
	if diff := cmp.Diff([]int{0, 3, 6, 8}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// positions returns line:column for each offset of data.
func positions(data string) string {
	f := New("a.py", []byte(data))
	var out []string
	for i := range len(data) + 1 {
		line, column := f.Position(i)
		out = append(out, fmt.Sprintf("%d:%d", line, column))
	}
	return strings.Join(out, " ")
}

func TestPosition(t *testing.T) {
	tests := []struct{ name, data, want string }{
		{"empty", "", "1:1"},
		{"ascii", "ab\nc", "1:1 1:2 1:3 2:1 2:2"},
		{"end after a line break", "a\n", "1:1 1:2 2:1"},
		{"crlf", "a\r\nb", "1:1 1:2 1:3 2:1 2:2"},
		{"cr", "a\rb", "1:1 1:2 2:1 2:2"},
		{"two bytes", "é=", "1:1 1:1 1:2 1:3"},
		{"four bytes", "\U0001f600x", "1:1 1:1 1:1 1:1 1:2 1:3"},
		{"combining marks are code points", "e\u0301x", "1:1 1:2 1:2 1:3 1:4"},
		{"byte order mark", "\ufeffab\nc", "1:1 1:1 1:1 1:1 1:2 1:3 2:1 2:2"},
		{"byte order mark alone", "\ufeff", "1:1 1:1 1:1 1:1"},
		{"a later byte order mark counts", "a\n\ufeffb", "1:1 1:2 2:1 2:1 2:1 2:2 2:3"},
		{"invalid bytes are one each", "\xff\xfex", "1:1 1:2 1:3 1:4"},
		{"a cut character is one byte each", "\xe2\x82x", "1:1 1:2 1:3 1:4"},
		{"tab is one", "\tx", "1:1 1:2 1:3"},
	}
	for _, test := range tests {
		if got := positions(test.data); got != test.want {
			t.Errorf("%s: positions of %q:\n got %s\nwant %s", test.name, test.data, got, test.want)
		}
	}
}

func TestPositionInDeclaredEncoding(t *testing.T) {
	cookie := "# coding: latin-1\n"
	f := New("a.py", []byte(cookie+"\xe9\xe8=1\n\xc3\xa9x"))
	for offset, want := range map[int][2]int{0: {2, 1}, 1: {2, 2}, 2: {2, 3}, 5: {3, 1}, 6: {3, 2}, 7: {3, 3}} {
		line, column := f.Position(len(cookie) + offset)
		if got := [2]int{line, column}; got != want {
			t.Errorf("position of offset %d = %v, want %v", offset, got, want)
		}
	}
}

func TestPositionOutside(t *testing.T) {
	f := New("a.py", []byte("ab\nc"))
	if line, column := f.Position(-5); line != 1 || column != 1 {
		t.Errorf("position of -5 = %d:%d, want 1:1", line, column)
	}
	if line, column := f.Position(99); line != 2 || column != 2 {
		t.Errorf("position of 99 = %d:%d, want 2:2", line, column)
	}
}

func TestNewline(t *testing.T) {
	tests := []struct{ data, want string }{
		{"", "\n"},
		{"a", "\n"},
		{"a\nb\n", "\n"},
		{"a\r\nb\r\n", "\r\n"},
		{"a\rb\r", "\r"},
		{"a\r\nb\n", "\n"},
		{"a\r\nb\r\nc\n", "\r\n"},
		{"a\r\nb\nc\n", "\n"},
		{"a\r\nb\r", "\r\n"},
		{"a\r\nb\rc\r", "\r"},
	}
	for _, test := range tests {
		if got := New("a.py", []byte(test.data)).Newline(); got != test.want {
			t.Errorf("newline of %q = %q, want %q", test.data, got, test.want)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	f := New("a.py", []byte("# coding: latin-1\nx = 1\ny = 2\n"))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if line, column := f.Position(22); line != 2 || column != 5 {
				t.Errorf("position = %d:%d, want 2:5", line, column)
			}
			if f.Lines() != 3 || f.Encoding() != Declared {
				t.Errorf("lines = %d, encoding = %v", f.Lines(), f.Encoding())
			}
		})
	}
	wg.Wait()
}
