package sessionstore

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The texts are those of Python's json.dumps with separators (",", ":"), up to the order of keys.
func TestEncodeAsPython(t *testing.T) {
	for _, tt := range []struct {
		value any
		want  string
	}{
		{nil, `null`},
		{true, `true`},
		{1, `1`},
		{uint8(7), `7`},
		{1.0, `1.0`},
		{math.Copysign(0, -1), `-0.0`},
		{float32(0.5), `0.5`},
		{1e15, `1000000000000000.0`},
		{1e16, `1e+16`},
		{1e22, `1e+22`},
		{1e100, `1e+100`},
		{1.5e-7, `1.5e-07`},
		{0.0001, `0.0001`},
		{0.00001, `1e-05`},
		{123456789012345680.0, `1.2345678901234568e+17`},
		{json.Number("10000000000000000000000000000000000000000"), `10000000000000000000000000000000000000000`},
		{"é\U0001F600\x7f<&\u2028\"\\/\n\x01", `"\u00e9\ud83d\ude00\u007f<&\u2028\"\\/\n\u0001"`},
		{"\r\t\b\f", `"\r\t\b\f"`},
		{NewList(1, NewList(), map[string]any{}), `[1,[],{}]`},
		{List{1}, `[1]`},
		{[]any{1, "a"}, `[1,"a"]`},
		{(*List)(nil), `null`},
		{map[string]any{"b": 1, "a": nil}, `{"a":null,"b":1}`},
	} {
		got, err := encode(map[string]any{"v": tt.value})
		if want := `{"v":` + tt.want + `}`; err != nil || string(got) != want {
			t.Errorf("encode(%v) = %s, %v; want %s", tt.value, got, err, want)
		}
	}
}

func TestEncodeErrors(t *testing.T) {
	circular := map[string]any{}
	circular["self"] = NewList(circular)
	endless := []any{nil}
	endless[0] = endless
	deep := NewList()
	for range 100000 {
		deep = NewList(deep)
	}
	for _, tt := range []struct {
		name  string
		value any
		want  string
	}{
		{"datetime", time.Now(), "TypeError: Object of type datetime is not JSON serializable"},
		{"naive datetime", NaiveTime{}, "TypeError: Object of type datetime is not JSON serializable"},
		{"timedelta", time.Second, "TypeError: Object of type timedelta is not JSON serializable"},
		{"bytes", []byte("a"), "TypeError: Object of type bytes is not JSON serializable"},
		{"struct", struct{}{}, "TypeError: Object of type struct {} is not JSON serializable"},
		{"not a number", json.Number(" 1"), "TypeError: Object of type json.Number is not JSON serializable"},
		{"map in list in map", circular, "ValueError: Circular reference detected"},
		{"slice in itself", endless, "RecursionError: maximum recursion depth exceeded while encoding a JSON object"},
		{"deep", deep, "RecursionError: maximum recursion depth exceeded while encoding a JSON object"},
		{"nan", math.NaN(), errNotFinite.Error()},
		{"infinity", math.Inf(-1), errNotFinite.Error()},
	} {
		if got, err := encode(map[string]any{"v": tt.value}); err == nil || err.Error() != tt.want {
			t.Errorf("%s: encode = %s, %v; want error %s", tt.name, got, err, tt.want)
		}
	}
}

// The same container in two places is no circle.
func TestEncodeShared(t *testing.T) {
	l := NewList(1)
	got, err := encode(map[string]any{"a": l, "b": l})
	if want := `{"a":[1],"b":[1]}`; err != nil || string(got) != want {
		t.Errorf("encode = %s, %v; want %s", got, err, want)
	}
}

func TestRoundTrip(t *testing.T) {
	want := map[string]any{
		"n":    -7,
		"f":    1.0,
		"big":  json.Number("123456789012345678901234567890"),
		"s":    "é\U0001F600",
		"none": nil,
		"l":    NewList(true, map[string]any{"inner": NewList()}),
	}
	text, err := encode(want)
	must(t, err)
	if diff := cmp.Diff(want, decode(text)); diff != "" {
		t.Errorf("data before (-) and after (+):\n%s", diff)
	}
	text, err = encode(map[string]any{"tuple": []any{1}})
	must(t, err)
	if diff := cmp.Diff(map[string]any{"tuple": NewList(1)}, decode(text)); diff != "" {
		t.Errorf("a plain slice comes back as (+):\n%s", diff)
	}
}

func TestDecodeGarbage(t *testing.T) {
	for _, text := range []string{"", "x", "{", `{"a":1} {}`, "[1]", "null", "1", `{"a":NaN}`, strings.Repeat("[", 1<<20)} {
		if got := decode([]byte(text)); got == nil || len(got) != 0 {
			t.Errorf("decode(%.20q) = %v, want empty data", text, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"a":[1,2.5,{"b":null}],"n":1e999}`))
	f.Add([]byte(`{"a":1`))
	f.Fuzz(func(t *testing.T, text []byte) {
		data := decode(text)
		first, err := encode(data)
		if err != nil {
			var raised *Exception
			if !errors.As(err, &raised) {
				t.Fatalf("encode after decode: %v", err)
			}
			return // nested deeper than Python allows
		}
		second, err := encode(decode(first))
		if err != nil || string(first) != string(second) {
			t.Errorf("%s becomes %s (%v)", first, second, err)
		}
	})
}
