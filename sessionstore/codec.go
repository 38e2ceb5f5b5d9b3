package sessionstore

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is the nesting at which encoding gives up as Python does. Python's own limit moved with its releases: below 1000
// on 3.11, between 5000 and 20000 on 3.13.
const maxDepth = 5000

// encode writes session data as core/signing.py JSONSerializer does: no spaces, everything outside ASCII escaped, so that the
// length is the length of Django's JSON text. Keys are sorted, where Python keeps the order of insertion, so that equal data
// gives equal bytes.
func encode(data map[string]any) ([]byte, error) {
	e := encoder{open: map[uintptr]bool{}}
	if err := e.value(data); err != nil {
		return nil, err
	}
	return e.buf.Bytes(), nil
}

type encoder struct {
	buf   bytes.Buffer
	open  map[uintptr]bool // containers on the path from the root
	depth int
}

func (e *encoder) value(v any) error {
	switch v := v.(type) {
	case nil:
		e.buf.WriteString("null")
	case bool:
		e.buf.WriteString(strconv.FormatBool(v))
	case string:
		e.string(v)
	case map[string]any:
		return e.within(reflect.ValueOf(v).Pointer(), func() error { return e.object(v) })
	case *List:
		if v == nil {
			e.buf.WriteString("null")
			return nil
		}
		return e.within(reflect.ValueOf(v).Pointer(), func() error { return e.array(*v) })
	case List:
		return e.within(0, func() error { return e.array(v) })
	case []any:
		return e.within(0, func() error { return e.array(v) })
	case json.Number:
		if _, ok := number(v); !ok || !json.Valid([]byte(v)) {
			return typeError("Object of type %s is not JSON serializable", pythonType(v))
		}
		e.buf.WriteString(string(v))
	case float32:
		return e.float(float64(v))
	case float64:
		return e.float(v)
	default:
		rv := reflect.ValueOf(v)
		if _, ok := number(v); !ok {
			return typeError("Object of type %s is not JSON serializable", pythonType(v))
		}
		if rv.CanInt() {
			e.buf.WriteString(strconv.FormatInt(rv.Int(), 10))
		} else {
			e.buf.WriteString(strconv.FormatUint(rv.Uint(), 10))
		}
	}
	return nil
}

// within guards against containers that contain themselves. A slice has no identity (ptr 0) and is caught by its depth.
func (e *encoder) within(ptr uintptr, write func() error) error {
	if ptr != 0 {
		if e.open[ptr] {
			return valueError("Circular reference detected")
		}
		e.open[ptr] = true
		defer delete(e.open, ptr)
	}
	if e.depth++; e.depth > maxDepth {
		return &Exception{Type: "RecursionError", Text: "maximum recursion depth exceeded while encoding a JSON object"}
	}
	defer func() { e.depth-- }()
	return write()
}

func (e *encoder) object(m map[string]any) error {
	e.buf.WriteByte('{')
	for i, k := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			e.buf.WriteByte(',')
		}
		e.string(k)
		e.buf.WriteByte(':')
		if err := e.value(m[k]); err != nil {
			return err
		}
	}
	e.buf.WriteByte('}')
	return nil
}

func (e *encoder) array(l []any) error {
	e.buf.WriteByte('[')
	for i, v := range l {
		if i > 0 {
			e.buf.WriteByte(',')
		}
		if err := e.value(v); err != nil {
			return err
		}
	}
	e.buf.WriteByte(']')
	return nil
}

// float writes f as Python's repr: the shortest digits that give f back, with an exponent below 1e-4 and from 1e16 on, and
// with ".0" where nothing else shows that it is a float.
func (e *encoder) float(f float64) error {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return errNotFinite
	}
	format := byte('f')
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		format = 'e'
	}
	s := strconv.FormatFloat(f, format, -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	e.buf.WriteString(s)
	return nil
}

func (e *encoder) string(s string) {
	const hex = "0123456789abcdef"
	unit := func(u uint16) {
		e.buf.WriteString(`\u`)
		for shift := 12; shift >= 0; shift -= 4 {
			e.buf.WriteByte(hex[u>>shift&15])
		}
	}
	e.buf.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			e.buf.WriteByte('\\')
			e.buf.WriteByte(byte(r))
		case r == '\n':
			e.buf.WriteString(`\n`)
		case r == '\r':
			e.buf.WriteString(`\r`)
		case r == '\t':
			e.buf.WriteString(`\t`)
		case r == '\b':
			e.buf.WriteString(`\b`)
		case r == '\f':
			e.buf.WriteString(`\f`)
		case r >= ' ' && r <= '~':
			e.buf.WriteByte(byte(r))
		case r < utf8.RuneSelf || r <= 0xffff:
			unit(uint16(r))
		default:
			hi, lo := utf16.EncodeRune(r)
			unit(uint16(hi))
			unit(uint16(lo))
		}
	}
	e.buf.WriteByte('"')
}

// decode reads what encode wrote. Text that is not a JSON object gives empty data, as SessionBase.decode gives {} for
// whatever it cannot read (contrib/sessions/backends/base.py); the session keeps its key.
func decode(text []byte) map[string]any {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber() // an int must not come back as a float
	var data map[string]any
	if dec.Decode(&data) != nil || data == nil {
		return map[string]any{}
	}
	if _, err := dec.Token(); err != io.EOF {
		return map[string]any{}
	}
	for k, v := range data {
		data[k] = live(v)
	}
	return data
}

// live turns what encoding/json built into the types that [List] lists.
func live(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, item := range v {
			v[k] = live(item)
		}
	case []any:
		l := List(v)
		for i, item := range l {
			l[i] = live(item)
		}
		return &l
	case json.Number:
		if !strings.ContainsAny(string(v), ".eE") {
			if n, err := strconv.Atoi(string(v)); err == nil {
				return n
			}
		} else if f, err := v.Float64(); err == nil {
			return f
		}
	}
	return v
}
