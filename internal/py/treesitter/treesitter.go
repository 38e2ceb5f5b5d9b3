// Package treesitter builds the syntax tree of package py from Python source. It is the only package that uses cgo: the
// tree-sitter parser of github.com/smacker/go-tree-sitter runs in C, its tree is copied out as one flat array, lowered to
// a py.Module and freed.
//
// It reads Python 3 up to 3.14, and Python 2. What cannot be read becomes a hole of the module; the statements around it
// survive. A file goes through these steps: the scanner (scan.go, edit.go) finds the comments and rewrites, in a copy of the
// same length, what the grammar misreads; tree-sitter parses that (walk.c); bad lines are taken out (repair.go); the rest is
// lowered (lower*.go), with names and literals read from the original bytes.
//
// The tree differs from that of CPython's ast module in these points, apart from its types: names are as written, not
// normalised (NFKC); \N{...} in a literal stays as it is; type parameters (PEP 695) are left out; a template string (PEP 750)
// is an f-string; print and exec of Python 2 in front of a parenthesis are calls, backticks an f-string without text.
package treesitter

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/sesslint/sesslint/internal/py"
)

// Errors of Parse. They are wrapped with particulars.
var (
	// ErrNoCgo is what every parse returns in a binary built without cgo.
	ErrNoCgo = errors.New("this sesslint was built without cgo and cannot read Python files")
	// ErrNUL tells of a file with a NUL byte, which CPython refuses too.
	ErrNUL = errors.New("contains NUL bytes, so Python does not read it as source")
	// ErrTimeout tells of a file that took tree-sitter longer than Timeout.
	ErrTimeout = errors.New("parsing was given up")
	// ErrTooLarge tells of a file with more bytes than tree-sitter can count.
	ErrTooLarge = errors.New("is too large to be parsed")
)

// Timeout is how long tree-sitter may take for one file. A file of 2 MiB of ordinary code takes about 0.3 seconds.
const Timeout = 10 * time.Second

// Parse parses one file. The module keeps src, which must not change afterwards. Spans are byte offsets into src.
//
// A syntax error is not an error of Parse but a hole of the module. Parse may be called by several goroutines at once.
func Parse(src []byte) (*py.Module, error) {
	mod, _, _, err := ParseTimed(src)
	return mod, err
}

// ParseTimed is Parse, and tells how long tree-sitter took and how long all the rest did.
func ParseTimed(src []byte) (mod *py.Module, parse, lower time.Duration, err error) {
	if i := bytes.IndexByte(src, 0); i >= 0 {
		return nil, 0, 0, fmt.Errorf("%w (the first at byte %d)", ErrNUL, i)
	}
	if len(src) > math.MaxUint32/2 {
		return nil, 0, 0, ErrTooLarge
	}
	begin := time.Now()
	r := newRepairer(readable(src), begin.Add(Timeout))
	err = r.parse(func(nodes []node) (crossing []py.Span) {
		mod, crossing = lowerModule(src, nodes, kindOf, r)
		return crossing
	})
	if err != nil {
		return nil, r.parsing, time.Since(begin) - r.parsing, err
	}
	return mod, r.parsing, time.Since(begin) - r.parsing, nil
}
