package sessionstore

import (
	"encoding/json"
	"fmt"
	"time"
)

// A List is a Python list: a session holds a *List, so that whoever gets it from the session changes the session's own copy.
// A plain []any can be stored too and comes back as a *List, as a tuple comes back as a list.
//
// The other values of a session are nil, bool, int, float64, string and map[string]any (Python's dict, which is a reference in
// Go as well). A whole number outside the range of int comes back as a json.Number.
type List []any

// NewList returns a list of the items.
func NewList(items ...any) *List {
	l := append(List{}, items...)
	return &l
}

// Append adds items in place.
func (l *List) Append(items ...any) { *l = append(*l, items...) }

// A NaiveTime is a Python datetime without tzinfo. The wall clock of Time counts, its location does not.
type NaiveTime struct {
	Time time.Time
}

// pythonType names the Python type that v stands for, as it appears in the text of an exception.
func pythonType(v any) string {
	switch v.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case string:
		return "str"
	case []byte:
		return "bytes"
	case map[string]any:
		return "dict"
	case *List, List, []any:
		return "list"
	case time.Time, NaiveTime:
		return "datetime"
	case time.Duration:
		return "timedelta"
	case float32, float64:
		return "float"
	case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64:
		return "int"
	}
	return fmt.Sprintf("%T", v)
}

// number gives the value of v in Python's arithmetic, where a bool is 0 or 1. A time.Duration is a timedelta and no number.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int:
		return float64(v), true
	case int8:
		return float64(v), true
	case int16:
		return float64(v), true
	case int32:
		return float64(v), true
	case int64:
		return float64(v), true
	case uint:
		return float64(v), true
	case uint8:
		return float64(v), true
	case uint16:
		return float64(v), true
	case uint32:
		return float64(v), true
	case uint64:
		return float64(v), true
	case float32:
		return float64(v), true
	case float64:
		return v, true
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	}
	return 0, false
}

// falsy tells whether Python's "not v" holds.
func falsy(v any) bool {
	if n, ok := number(v); ok {
		return n == 0
	}
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []byte:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	case *List:
		return v == nil || len(*v) == 0
	case List:
		return len(v) == 0
	case []any:
		return len(v) == 0
	case time.Duration:
		return v == 0
	}
	return false
}
