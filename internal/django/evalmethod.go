package django

import (
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// callMethod evaluates recv.name(...) where recv is a string, list, dict, timedelta or reader of the environment.
func (f *frame) callMethod(m *method, e *py.Call) Value {
	if m.recv.kind == KindConst {
		switch o := m.recv.c.v.(type) {
		case *environ:
			return o.call(f, m.name, e)
		case *opaque:
			f.passNamespace(e)
			if strings.HasPrefix(o.desc, "<path") {
				switch m.name {
				case "joinpath", "path", "child":
					pos, _, _ := f.args(e)
					return pathValue(pos)
				case "open", "resolve", "absolute", "expanduser":
					return m.recv
				case "read", "read_text":
					if name, ok := strings.CutPrefix(o.desc, pathTo); ok {
						return constant(&opaque{textOf + name})
					}
				case "with_name", "root", "ancestor":
					return constant(&opaque{"<path>"})
				case "exists", "is_file", "is_dir":
					return unknown("whether a file exists is not known")
				}
			}
			return unknown("the call is not followed")
		}
	}
	if f.passNamespace(e) {
		return unknown("the call is not followed")
	}
	pos, kw, ok := f.args(e)
	if !ok {
		return unknown("the call is not followed")
	}
	if m.name == "get" || m.name == "pop" || m.name == "setdefault" {
		return f.dictGet(m.recv, pos)
	}
	if m.name == "format" {
		return format(m.recv, pos, kw)
	}
	if m.name == "join" && len(pos) == 1 {
		return joinStrings(m.recv, pos[0])
	}
	return combine(append([]Value{m.recv}, pos...), methodTypes[m.name], methodKeepsText[m.name], func(c []Const) (Const, bool) {
		return callConst(m.name, c[0], c[1:])
	})
}

// methodTypes gives the result type of methods where it is not known from the value.
var methodTypes = map[string]string{
	"lower": "str", "upper": "str", "strip": "str", "lstrip": "str", "rstrip": "str", "title": "str", "capitalize": "str",
	"replace": "str", "split": "list", "rsplit": "list", "splitlines": "list", "startswith": "bool", "endswith": "bool",
	"isdigit": "bool", "total_seconds": "float", "index": "int", "count": "int", "removeprefix": "str", "removesuffix": "str",
	"casefold": "str", "format": "str", "join": "str",
}

// methodKeepsText are the methods after which the text "False" is still a non-empty text.
var methodKeepsText = map[string]bool{
	"lower": true, "upper": true, "strip": true, "lstrip": true, "rstrip": true, "title": true, "capitalize": true,
	"replace": true, "casefold": true, "removeprefix": true, "removesuffix": true,
}

func (f *frame) dictGet(recv Value, pos []Value) Value {
	if len(pos) == 0 {
		return unknown("the call is not followed")
	}
	otherwise := constant(nil)
	if len(pos) > 1 {
		otherwise = pos[1]
	}
	return mapConst(recv, func(c Const) Value {
		d, ok := c.Dict()
		if !ok {
			return unknown("the call is not followed")
		}
		return mapConst(pos[0], func(key Const) Value {
			v := d.get(key)
			if v.kind == KindAbsent {
				return otherwise
			}
			return v
		})
	})
}

// format evaluates "...".format(...) with positional and named fields and no format specifications.
func format(recv Value, pos []Value, kw map[string]Value) Value {
	names := make([]string, 0, len(kw))
	vals := append([]Value{recv}, pos...)
	for name, v := range kw {
		names = append(names, name)
		vals = append(vals, v)
	}
	return combine(vals, "str", true, func(c []Const) (Const, bool) {
		text, ok := c[0].Str()
		if !ok {
			return Const{}, false
		}
		var b strings.Builder
		next := 0
		for i := 0; i < len(text); i++ {
			switch {
			case strings.HasPrefix(text[i:], "{{") || strings.HasPrefix(text[i:], "}}"):
				b.WriteByte(text[i])
				i++
			case text[i] == '{':
				end := strings.IndexByte(text[i:], '}')
				if end < 0 {
					return Const{}, false
				}
				field := text[i+1 : i+end]
				i += end
				var arg Const
				if n, isNum := parseInt(field); field == "" || isNum {
					if field == "" {
						n = int64(next)
						next++
					}
					if n < 0 || int(n) >= len(pos) {
						return Const{}, false
					}
					arg = c[1+n]
				} else {
					found := false
					for j, name := range names {
						if name == field {
							arg, found = c[1+len(pos)+j], true
						}
					}
					if !found {
						return Const{}, false
					}
				}
				s, ok := arg.display()
				if !ok {
					return Const{}, false
				}
				b.WriteString(s)
			default:
				b.WriteByte(text[i])
			}
		}
		return Const{b.String()}, b.Len() <= maxString
	})
}

func joinStrings(sep, list Value) Value {
	return combine([]Value{sep, list}, "str", true, func(c []Const) (Const, bool) {
		s, ok := c[0].Str()
		l, isList := c[1].List()
		if !ok || !isList || !l.definite() {
			return Const{}, false
		}
		var parts []string
		for _, it := range l.Items {
			p, ok := it.Value.Str()
			if !ok {
				return Const{}, false
			}
			parts = append(parts, p)
		}
		return Const{strings.Join(parts, s)}, true
	})
}

// callConst evaluates a method of a known value.
func callConst(name string, recv Const, args []Const) (Const, bool) {
	if s, ok := recv.Str(); ok {
		return callString(name, s, args)
	}
	if d, ok := recv.Duration(); ok && name == "total_seconds" {
		return Const{d.Seconds()}, true
	}
	if l, ok := recv.List(); ok {
		switch {
		case name == "index" && len(args) == 1:
			// The position counts the elements as written: see mutatedList.
			for i, it := range l.Items {
				if c, ok := it.Value.Const(); ok && !it.Splice && c.equal(args[0]) == Yes {
					return Const{int64(i)}, true
				}
			}
		case name == "copy":
			return recv, true
		}
		return Const{}, false
	}
	if d, ok := recv.Dict(); ok {
		return callDict(name, d)
	}
	return Const{}, false
}

func callDict(name string, d *Dict) (Const, bool) {
	if d.Open && name != "copy" {
		return Const{}, false
	}
	l := &List{}
	for _, e := range d.Entries {
		key := Value{kind: KindConst, c: e.Key}
		switch name {
		case "keys":
			l.Items = append(l.Items, Item{Value: key, Cond: e.Cond})
		case "values":
			l.Items = append(l.Items, Item{Value: e.Value, Cond: e.Cond})
		case "items":
			pair := &List{Items: []Item{{Value: key}, {Value: e.Value}}, Tuple: true}
			l.Items = append(l.Items, Item{Value: Value{kind: KindConst, c: Const{pair}}, Cond: e.Cond})
		}
	}
	switch name {
	case "keys", "values", "items":
		return Const{l}, true
	case "copy":
		return Const{d}, true
	}
	return Const{}, false
}

func callString(name, s string, args []Const) (Const, bool) {
	arg := func(i int) (string, bool) {
		if i >= len(args) {
			return "", false
		}
		return args[i].Str()
	}
	switch name {
	case "lower", "casefold":
		return Const{strings.ToLower(s)}, true
	case "upper":
		return Const{strings.ToUpper(s)}, true
	case "title", "capitalize":
		if s == "" {
			return Const{s}, true
		}
		return Const{strings.ToUpper(s[:1]) + strings.ToLower(s[1:])}, name == "capitalize" || !strings.ContainsAny(s, " _-")
	case "strip", "lstrip", "rstrip":
		cut, ok := arg(0)
		if !ok {
			cut = " \t\r\n\v\f"
		}
		switch name {
		case "lstrip":
			return Const{strings.TrimLeft(s, cut)}, true
		case "rstrip":
			return Const{strings.TrimRight(s, cut)}, true
		}
		return Const{strings.Trim(s, cut)}, true
	case "removeprefix", "removesuffix":
		fix, ok := arg(0)
		if name == "removeprefix" {
			return Const{strings.TrimPrefix(s, fix)}, ok
		}
		return Const{strings.TrimSuffix(s, fix)}, ok
	case "isdigit":
		return Const{s != "" && strings.Trim(s, "0123456789") == ""}, true
	case "replace":
		from, ok1 := arg(0)
		to, ok2 := arg(1)
		out := strings.ReplaceAll(s, from, to)
		return Const{out}, ok1 && ok2 && len(args) == 2 && len(out) <= maxString
	case "split", "rsplit":
		var parts []string
		switch sep, ok := arg(0); {
		case len(args) == 0:
			parts = strings.Fields(s)
		case len(args) == 1 && ok && sep != "":
			parts = strings.Split(s, sep)
		case len(args) == 2 && ok && sep != "" && name == "split":
			n, isInt := args[1].Int()
			if !isInt || n < 0 || n > 1000 {
				return Const{}, false
			}
			parts = strings.SplitN(s, sep, int(n)+1)
		default:
			return Const{}, false
		}
		return Const{stringList(parts...)}, true
	case "splitlines":
		return Const{stringList(strings.Split(s, "\n")...)}, s != ""
	case "startswith", "endswith":
		fix, ok := arg(0)
		if !ok || len(args) != 1 {
			return Const{}, false
		}
		if name == "startswith" {
			return Const{strings.HasPrefix(s, fix)}, true
		}
		return Const{strings.HasSuffix(s, fix)}, true
	}
	return Const{}, false
}
