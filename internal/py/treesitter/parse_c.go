//go:build cgo && linux && !treesitterapi

package treesitter

// #include "walk.h"
// #include <stdlib.h>
import "C"

import (
	"errors"
	"fmt"
	"time"
	"unsafe"
)

// withTree parses text, which must be UTF-8, and calls use with its nodes, which are valid during the call only. It
// returns how long tree-sitter took.
//
// This is the fast way, with one call into C for each file. It relies on weak symbols (see walk.c), which not all linkers
// treat alike; parse_api.go is for all other systems and gives the same nodes.
func withTree(text []byte, timeout time.Duration, use func([]node)) (time.Duration, error) {
	var source *C.char
	if len(text) > 0 {
		source = (*C.char)(unsafe.Pointer(&text[0]))
	}
	tree := C.flat_parse(source, C.uint32_t(len(text)), C.uint64_t(timeout.Microseconds()+1))
	defer C.free(unsafe.Pointer(tree.nodes))
	took := time.Duration(tree.parse_ns)
	switch tree.status {
	case C.FLAT_OK:
	case C.FLAT_TIMEOUT:
		return took, fmt.Errorf("%w after %v", ErrTimeout, Timeout)
	case C.FLAT_NO_MEMORY:
		return took, errors.New("no memory left for the syntax tree")
	case C.FLAT_NOT_LINKED:
		return took, errors.New("tree-sitter is not linked into this binary")
	default:
		return took, errors.New("the Python grammar does not fit the tree-sitter library")
	}
	use(unsafe.Slice((*node)(unsafe.Pointer(tree.nodes)), int(tree.count)))
	return took, nil
}
