package output

import (
	"io"

	"github.com/aymanbagabas/go-udiff"
)

// Diff writes what changes in a file as a unified diff. Its paths have no prefix: `patch -p0` and `git apply -p0` read it.
func Diff(w io.Writer, path string, before, after []byte) error {
	old := string(before)
	text, err := udiff.ToUnified(path, path, old, udiff.Lines(old, string(after)), udiff.DefaultContextLines)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, text)
	return err
}
