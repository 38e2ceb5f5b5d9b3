package replay

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/sesslint/sesslint/sessionstore"
)

func toInt(c *invocation, v any) (any, error) {
	switch v := v.(type) {
	case int:
		return v, nil
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	case float64:
		if math.Abs(v) < 1<<53 {
			return int(v), nil
		}
	case string:
		n, err := strconv.Atoi(strings.TrimSpace(v))
		if err != nil {
			return nil, &sessionstore.Exception{Type: "ValueError", Text: "invalid literal for int() with base 10: '" + v + "'"}
		}
		return n, nil
	}
	return nil, c.unknown(typeName(v) + " is turned into an int")
}

func sorted(c *invocation) (any, error) {
	p, err := c.params("sorted", 1, "iterable")
	if err != nil {
		return nil, err
	}
	items, err := c.frame.iterate(c.at, p[0])
	if err != nil {
		return nil, err
	}
	items = slices.Clone(items)
	comparable := true
	slices.SortStableFunc(items, func(a, b any) int {
		n, ok := order(a, b)
		comparable = comparable && ok
		return n
	})
	if !comparable {
		return nil, c.unknown("items of these kinds are sorted")
	}
	return sessionstore.NewList(items...), nil
}
