//go:build !cgo

package treesitter

import (
	"errors"
	"testing"
)

func TestNoCgo(t *testing.T) {
	mod, err := Parse([]byte("a = 1\n"))
	if !errors.Is(err, ErrNoCgo) || mod != nil {
		t.Errorf("Parse = %v, %v, want nil and ErrNoCgo", mod, err)
	}
}
