package config

import (
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// places knows where the values of a TOML document stand, which decoding forgets: byte offsets by the keys that lead to a
// value, joined by NUL.
type places map[string]place

type place struct {
	key      int
	value    int
	elements []int // of an array
}

// of returns the offset of an element of the value of a key, of the value where element is -1, or 0.
func (p places) of(key []string, element int) int {
	found := p[strings.Join(key, "\x00")]
	if 0 <= element && element < len(found.elements) {
		return found.elements[element]
	}
	if element < 0 && found.value == 0 {
		return found.key
	}
	return found.value
}

// keyAt returns the keys that lead to the value, or to the array with the element, that starts at an offset.
func (p places) keyAt(offset int) []string {
	for key, found := range p {
		if found.value == offset || slices.Contains(found.elements, offset) {
			return strings.Split(key, "\x00")
		}
	}
	return nil
}

func findPlaces(text []byte) places {
	p := make(places)
	parser := new(unstable.Parser)
	parser.Reset(text)
	var table []string
	for parser.NextExpression() {
		switch e := parser.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table, _ = keyOf(e, nil)
		case unstable.KeyValue:
			p.add(e, table)
		}
	}
	return p
}

func keyOf(n *unstable.Node, prefix []string) (key []string, offset int) {
	key = append(key, prefix...)
	for it := n.Key(); it.Next(); {
		key = append(key, string(it.Node().Data))
		offset = int(it.Node().Raw.Offset)
	}
	return key, offset
}

func (p places) add(n *unstable.Node, table []string) {
	key, at := keyOf(n, table)
	found := place{key: at, value: offsetOf(n.Value(), at)}
	switch value := n.Value(); value.Kind {
	case unstable.Array:
		for it := value.Children(); it.Next(); {
			if it.Node().Kind == unstable.Comment {
				continue
			}
			found.elements = append(found.elements, offsetOf(it.Node(), found.value))
		}
	case unstable.InlineTable:
		for it := value.Children(); it.Next(); {
			if it.Node().Kind != unstable.KeyValue {
				continue
			}
			p.add(it.Node(), key)
		}
	}
	p[strings.Join(key, "\x00")] = found
}

// offsetOf returns where a value stands, or the place of its key for an array, which the parser keeps no place of.
func offsetOf(n *unstable.Node, key int) int {
	if n.Raw.Length > 0 {
		return int(n.Raw.Offset)
	}
	return key
}
