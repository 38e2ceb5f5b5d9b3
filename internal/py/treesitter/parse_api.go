//go:build cgo && (!linux || treesitterapi)

package treesitter

import (
	"context"
	"errors"
	"fmt"
	"time"

	sitter "github.com/smacker/go-tree-sitter"
	"github.com/smacker/go-tree-sitter/python"
)

// withTree parses text, which must be UTF-8, and calls use with its nodes. It returns how long tree-sitter took.
//
// This is the way through the public API of go-tree-sitter, with several calls into C for each node; see parse_c.go.
func withTree(text []byte, timeout time.Duration, use func([]node)) (time.Duration, error) {
	begin := time.Now()
	parser := sitter.NewParser()
	defer parser.Close()
	parser.SetLanguage(python.GetLanguage())
	parser.SetOperationLimit(int(timeout.Microseconds()) + 1)
	tree, err := parser.ParseCtx(context.Background(), nil, text)
	took := time.Since(begin)
	if errors.Is(err, sitter.ErrOperationLimit) {
		return took, fmt.Errorf("%w after %v", ErrTimeout, Timeout)
	}
	if err != nil {
		return took, err
	}
	defer tree.Close()
	use(flatten(tree.RootNode()))
	return took, nil
}

// flatten stores the nodes below and including root in preorder.
func flatten(root *sitter.Node) []node {
	cursor := sitter.NewTreeCursor(root)
	defer cursor.Close()
	var nodes []node
	var open []int // nodes whose children are being visited
	for {
		n := cursor.CurrentNode()
		flat := node{start: n.StartByte(), end: n.EndByte(), symbol: uint16(n.Symbol())}
		if n.HasError() {
			flat.flags = flagHasError
		}
		nodes = append(nodes, flat)
		if cursor.GoToFirstChild() {
			open = append(open, len(nodes)-1)
			continue
		}
		nodes[len(nodes)-1].next = uint32(len(nodes))
		for !cursor.GoToNextSibling() {
			if len(open) == 0 {
				return nodes
			}
			nodes[open[len(open)-1]].next = uint32(len(nodes))
			open = open[:len(open)-1]
			cursor.GoToParent()
		}
	}
}
