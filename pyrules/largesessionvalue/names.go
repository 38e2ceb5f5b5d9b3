package largesessionvalue

import (
	"slices"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
)

var (
	// sizeWords are words that a name of something large holds.
	sizeWords = py.WordSet(`large huge big dataset datasets rows results report reports dump html image images pdf csv xlsx dataframe blob df
		records queryset`)
	// partWords are words of names for a small thing that belongs to a large one: html_mode, report_id, image_url.
	partWords = py.WordSet(`id ids pk key keys name names count counts total totals num number url urls uri link path slug token status state flag
		type kind date time at page pages size length len title format mode filename file hash index per sort order filter query filters
		avatar icon logo thumbnail thumb
		is has show hide enable enabled allow use can should version limit offset settings config options choice`)
	// textWords are words of names of long texts.
	textWords = py.WordSet("content text body html description comment comments message blob json image base64 signature svg csv notes note draft essay markdown code")
	// replyWords are words of names for the short answers of services: who somebody is, where, and what they may do.
	replyWords = py.WordSet(`token tokens oauth oauth2 oidc openid auth access refresh userinfo user profile account me login credentials claims
		geo location country city ip currency rate rates captcha recaptcha verify status state weather payment charge order intent
		client customer`)
)

func hasWord(words []string, set map[string]bool) bool {
	return slices.ContainsFunc(words, func(w string) bool { return set[w] })
}

// suggestsSize counts the independent names that say the stored value is large: the key, and the function that made the
// value. Two that agree are evidence; one is a hint.
func suggestsSize(e *sessflow.Event) int {
	call := madeBy(e.File, e.ValueNode)
	if call == nil {
		return 0
	}
	key := py.Words(e.Key.Text)
	if !e.Key.Known || hasWord(key, partWords) {
		return 0
	}
	n := 0
	if hasWord(key, sizeWords) {
		n++
	}
	if callee := py.Words(py.LastName(call.Func)); hasWord(callee, sizeWords) && !hasWord(callee, partWords) || getsAll(callee) {
		n++
	}
	return n
}

// getsAll reports whether a name is that of a function that gets all of something.
func getsAll(words []string) bool {
	return len(words) > 2 && words[1] == "all" && (words[0] == "get" || words[0] == "fetch" || words[0] == "load")
}

// madeBy returns the call that a value is the result of, directly or through a variable that is assigned once.
func madeBy(f *py.File, e py.Expr) *py.Call {
	switch e := e.(type) {
	case *py.Await:
		return madeBy(f, e.X)
	case *py.Call:
		return e
	case *py.Name:
		b := f.Scopes.Binding(e)
		if b == nil || len(b.Defs) != 1 || b.Defs[0].Kind != py.AssignDef || b.Defs[0].Value == nil {
			return nil
		}
		if c, ok := b.Defs[0].Value.(*py.Name); ok {
			return madeBy(f, c)
		}
		return callOf(b.Defs[0].Value)
	}
	return nil
}

func callOf(e py.Expr) *py.Call {
	if a, ok := e.(*py.Await); ok {
		e = a.X
	}
	c, _ := e.(*py.Call)
	return c
}

// isLongField reports whether the value is a field of a submitted form whose name or key is that of a long text.
func isLongField(e *sessflow.Event) bool {
	o := e.Value.Only()
	if o == nil || o.Dotted != sessflow.PostField {
		return false
	}
	words := py.Words(e.Key.Text)
	switch v := e.ValueNode.(type) {
	case *py.Call:
		for _, a := range v.Args[:min(1, len(v.Args))] {
			words = append(words, py.Words(py.Source(e.File.Module, a.Value))...)
		}
	case *py.Subscript:
		words = append(words, py.Words(py.Source(e.File.Module, v.Index))...)
	}
	return hasWord(words, textWords)
}

// isShortReply reports whether the body of an HTTP response is one of the short ones that logins and look-ups get, by the
// words of the key, the call and the function.
func isShortReply(e *sessflow.Event, s sessflow.Shape) bool {
	if s.What != sessflow.ReplyBody {
		return false
	}
	words := py.Words(e.Key.Text)
	if s.At != nil && s.File != nil {
		words = append(words, py.Words(py.Source(s.File.Module, s.At))...)
	}
	if e.Func != nil {
		words = append(words, py.Words(e.Func.Name())...)
	}
	return hasWord(words, replyWords)
}
