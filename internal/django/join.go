package django

import (
	"fmt"
	"slices"
	"strings"
)

// maxAlts bounds the alternatives of one value. Real settings have two or three; more come from chains of conditions.
const maxAlts = 12

// negate writes the opposite of a condition.
func negate(cond string) string {
	if rest, ok := strings.CutPrefix(cond, "not "); ok && !strings.ContainsAny(rest, " ") {
		return rest
	}
	if strings.ContainsAny(cond, " ") {
		return "not (" + cond + ")"
	}
	return "not " + cond
}

func conj(a, b string) string {
	switch {
	case a == "" || a == b:
		return b
	case b == "":
		return a
	case len(a)+len(b) > maxCond:
		return strings.TrimSuffix(a, " and ...") + " and ..."
	}
	return a + " and " + b
}

// maxCond bounds the text of a condition, in bytes.
const maxCond = 240

// join returns the value of a name that is a where cond holds and b elsewhere. byDefault tells whether cond holds with an
// empty environment. Lists and dicts are joined element by element, so that independent conditions do not multiply.
func join(a, b Value, cond string, byDefault Tri) Value {
	if a.same(b) {
		if len(b.steps) > len(a.steps) {
			a.steps = b.steps
		}
		if a.override == nil {
			a.override = b.override
		}
		return a
	}
	out := Value{steps: mergeSteps(a.steps, b.steps), reads: append(slices.Clip(a.reads), b.reads...), override: a.override}
	if out.override == nil {
		out.override = b.override
	}
	if a.kind == KindConst && b.kind == KindConst {
		if x, ok := a.c.List(); ok {
			if y, ok := b.c.List(); ok {
				out.kind, out.c = KindConst, Const{joinLists(x, y, cond, byDefault)}
				return out
			}
		}
		if x, ok := a.c.Dict(); ok {
			if y, ok := b.c.Dict(); ok {
				out.kind, out.c = KindConst, Const{joinDicts(x, y, cond, byDefault)}
				return out
			}
		}
	}
	out.kind = KindOneOf
	add := func(v Value, cond string, byDefault Tri) {
		alts := []Alt{{Value: v}}
		if v.kind == KindOneOf {
			alts = v.alts
		}
		for _, alt := range alts {
			by := byDefault
			if v.kind == KindOneOf {
				by = andTri(by, alt.ByDefault)
			}
			alt.Cond, alt.ByDefault = conj(cond, alt.Cond), by
			out.alts = append(out.alts, alt)
		}
	}
	add(a, cond, byDefault)
	add(b, negate(cond), byDefault.not())
	out.alts = dedupAlts(out.alts)
	if len(out.alts) > maxAlts {
		return Value{kind: KindUnknown, reason: "it depends on too many conditions", steps: out.steps, override: out.override}
	}
	return out
}

func andTri(a, b Tri) Tri {
	switch {
	case a == No || b == No:
		return No
	case a == Yes && b == Yes:
		return Yes
	}
	return Maybe
}

func orTri(a, b Tri) Tri { return andTri(a.not(), b.not()).not() }

// dedupAlts merges alternatives of the same value; the merged one has no condition of its own.
func dedupAlts(alts []Alt) []Alt {
	var out []Alt
	for _, a := range alts {
		i := slices.IndexFunc(out, func(o Alt) bool { return o.Value.same(a.Value) })
		if i < 0 {
			out = append(out, a)
			continue
		}
		out[i].Cond = out[i].Cond + " or " + a.Cond
		out[i].ByDefault = orTri(out[i].ByDefault, a.ByDefault)
	}
	return out
}

// mergeSteps returns the common start of two stories, then what is special to each.
func mergeSteps(a, b []Step) []Step {
	n := 0
	for n < len(a) && n < len(b) && a[n].File == b[n].File && a[n].At == b[n].At && a[n].Note == b[n].Note {
		n++
	}
	out := slices.Clone(a)
	return append(out, b[n:]...)
}

// joinLists keeps what both lists have in common at either end, and marks the rest with its condition.
func joinLists(a, b *List, cond string, byDefault Tri) *List {
	keys := func(l *List) []string {
		out := make([]string, len(l.Items))
		for i, it := range l.Items {
			out[i] = fmt.Sprint(it.Splice, it.Cond, "\x00", it.Value.Text())
		}
		return out
	}
	n, m := len(a.Items), len(b.Items)
	if n*m > 1<<20 {
		return &List{Items: []Item{{Value: unknown("two long lists are joined"), Splice: true}}}
	}
	ka, kb := keys(a), keys(b)
	// The longest common subsequence keeps an element inserted on one side from making all later ones conditional.
	lcs := make([][]int, n+1)
	for i := range lcs {
		lcs[i] = make([]int, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if ka[i] == kb[j] {
				lcs[i][j] = lcs[i+1][j+1] + 1
			} else {
				lcs[i][j] = max(lcs[i+1][j], lcs[i][j+1])
			}
		}
	}
	out := &List{Tuple: a.Tuple && b.Tuple}
	only := func(it Item, cond string, byDefault Tri) {
		if it.Cond != "" {
			byDefault = andTri(byDefault, it.ByDefault)
		}
		it.Cond, it.ByDefault = conj(cond, it.Cond), byDefault
		out.Items = append(out.Items, it)
	}
	i, j := 0, 0
	for i < n || j < m {
		switch {
		case i < n && j < m && ka[i] == kb[j]:
			out.Items = append(out.Items, a.Items[i])
			i++
			j++
		case j == m || i < n && lcs[i+1][j] >= lcs[i][j+1]:
			only(a.Items[i], cond, byDefault)
			i++
		default:
			only(b.Items[j], negate(cond), byDefault.not())
			j++
		}
	}
	return out
}

func joinDicts(a, b *Dict, cond string, byDefault Tri) *Dict {
	out := &Dict{Open: a.Open || b.Open}
	find := func(d *Dict, key Const) (Entry, bool) {
		for _, e := range d.Entries {
			if e.Key.equal(key) == Yes {
				return e, true
			}
		}
		return Entry{}, false
	}
	for _, e := range a.Entries {
		o, ok := find(b, e.Key)
		switch {
		case ok && e.Cond == o.Cond:
			e.Value = join(e.Value, o.Value, cond, byDefault)
		case ok:
			e.Value = join(e.Value, o.Value, cond, byDefault)
			e.Cond = conj(e.Cond, o.Cond)
		default:
			e.Cond = conj(cond, e.Cond)
		}
		out.Entries = append(out.Entries, e)
	}
	for _, e := range b.Entries {
		if _, ok := find(a, e.Key); !ok {
			e.Cond = conj(negate(cond), e.Cond)
			out.Entries = append(out.Entries, e)
		}
	}
	return out
}

// combine applies f to values: to each alternative of a one-of, to the default of an environment variable. typ is the type
// of the result where a variable is set; text tells whether the variable's text still decides it as in Env.Text.
func combine(vals []Value, typ string, text bool, f func([]Const) (Const, bool)) Value {
	return combineN(vals, typ, text, f, 0)
}

func combineN(vals []Value, typ string, text bool, f func([]Const) (Const, bool), depth int) Value {
	env, envText := false, false
	for i, v := range vals {
		switch v.kind {
		case KindUnknown:
			return unknown(v.reason)
		case KindEnv:
			env = true
			envText = envText || v.env.Text
		case KindAbsent:
			if v.django == nil {
				return unknown("it is computed from a name that is not set")
			}
		case KindOneOf:
			if depth > 3 {
				return unknown("it depends on too many conditions")
			}
			out := Value{kind: KindOneOf}
			rest := slices.Clone(vals)
			for _, a := range v.alts {
				rest[i] = a.Value
				r := combineN(rest, typ, text, f, depth+1)
				if r.kind == KindOneOf {
					for _, inner := range r.alts {
						by := andTri(a.ByDefault, inner.ByDefault)
						out.alts = append(out.alts, Alt{r0(inner.Value), conj(a.Cond, inner.Cond), by})
					}
					continue
				}
				out.alts = append(out.alts, Alt{r, a.Cond, a.ByDefault})
			}
			out.alts = dedupAlts(out.alts)
			switch {
			case len(out.alts) == 1:
				return out.alts[0].Value
			case len(out.alts) > maxAlts:
				return unknown("it depends on too many conditions")
			}
			return out
		}
	}
	if env {
		out := Value{kind: KindEnv, env: &Env{Type: typ, Text: text && envText, Attr: true}}
		defaults := make([]Value, len(vals))
		complete := true
		for i, v := range vals {
			defaults[i] = v
			if v.kind != KindEnv {
				continue
			}
			out.env.Names = append(out.env.Names, v.env.Names...)
			out.env.Attr = out.env.Attr && v.env.Attr
			if v.env.Default == nil {
				complete = false
				continue
			}
			defaults[i] = *v.env.Default
		}
		slices.Sort(out.env.Names)
		out.env.Names = slices.Compact(out.env.Names)
		if complete {
			d := combineN(defaults, typ, text, f, depth+1)
			out.env.Default = &d
		}
		return out
	}
	consts := make([]Const, len(vals))
	for i, v := range vals {
		consts[i], _ = v.Const()
	}
	if c, ok := f(consts); ok {
		return Value{kind: KindConst, c: c}
	}
	return unknown("the expression is not understood")
}

// mapConst applies fn to a known value, to each alternative of a one-of and to the default of an environment variable. In
// contrast to combine, the results may be of any kind.
func mapConst(v Value, fn func(Const) Value) Value {
	switch v.kind {
	case KindAbsent, KindConst:
		c, ok := v.Const()
		if !ok {
			return unknown("it is computed from a name that is not set")
		}
		return fn(c)
	case KindOneOf:
		out := Value{kind: KindOneOf}
		for _, a := range v.alts {
			r := mapConst(a.Value, fn)
			if r.kind != KindOneOf {
				out.alts = append(out.alts, Alt{r, a.Cond, a.ByDefault})
				continue
			}
			for _, inner := range r.alts {
				out.alts = append(out.alts, Alt{inner.Value, conj(a.Cond, inner.Cond), andTri(a.ByDefault, inner.ByDefault)})
			}
		}
		out.alts = dedupAlts(out.alts)
		switch {
		case len(out.alts) == 1:
			return out.alts[0].Value
		case len(out.alts) > maxAlts:
			return unknown("it depends on too many conditions")
		}
		return out
	case KindEnv:
		env := &Env{Names: v.env.Names, Attr: v.env.Attr}
		if v.env.Default != nil {
			d := mapConst(*v.env.Default, fn)
			if d.kind == KindEnv || d.kind == KindOneOf {
				return unknown("it depends on more than one variable")
			}
			env.Default = &d
		}
		return Value{kind: KindEnv, env: env}
	}
	return v
}

// r0 drops the story of an intermediate value.
func r0(v Value) Value {
	v.steps, v.reads = nil, nil
	return v
}
