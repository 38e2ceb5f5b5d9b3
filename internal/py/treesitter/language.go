//go:build cgo

package treesitter

import (
	sitter "github.com/smacker/go-tree-sitter"
	"github.com/smacker/go-tree-sitter/python"
)

// kindOf maps the symbols of the grammar that is linked in to kinds.
var kindOf = func() *kindTable {
	language := python.GetLanguage()
	return newKindTable(int(language.SymbolCount()), func(symbol int) (string, bool) {
		s := sitter.Symbol(symbol)
		return language.SymbolName(s), language.SymbolType(s) == sitter.SymbolTypeRegular
	})
}()
