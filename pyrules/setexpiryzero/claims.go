package setexpiryzero

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
)

var sentenceEnd = regexp.MustCompile(`[.!?;]+(?:\s|$)`)

// sentences returns the sentences of a text, as words.
func sentences(s string) []string {
	var out []string
	for _, part := range sentenceEnd.Split(s, -1) {
		out = append(out, text(part))
	}
	return out
}

func containsAny(s string, phrases ...string) bool {
	return slices.ContainsFunc(phrases, func(p string) bool { return strings.Contains(s, p) })
}

// browsers are the words for a browser, in the languages that comments are written in.
var browsers = []string{
	"browser", "navegador", "navigateur", "trình duyệt", "браузер", "tarayıcı", "przegląd", "prohlížeč", "webläsare", "浏览器", "瀏覽器",
	"ブラウザ", "브라우저", "المتصفح", "דפדפן", "مرورگر", "ब्राउज़र",
}

// meansBrowserClose reports whether a comment or name shows that the author knows what 0 does.
func (u *use) meansBrowserClose() bool {
	for _, s := range append(append(sentences(u.comments), sentences(u.docs)...), u.names...) {
		if containsAny(s, " even ", " regardless ", " survive") {
			continue // "does not expire even when the browser closes" knows nothing
		}
		if containsAny(s, browsers...) || containsAny(s, " tab ", " tabs ", " window ", " on close ", " at close ") {
			return true
		}
	}
	return !u.meansNever() && containsAny(text(u.comments), " session cookie ", " non persistent ", " not persistent ", " duration of the session ")
}

// meansNever reports whether a comment, the docstring or a name claims that the session does not expire.
func (u *use) meansNever() bool {
	if _, both := u.event.ValueNode.(*py.IfExp); both {
		return false // the words may be about the other side
	}
	if claimsNever(u.comments, false) {
		return true
	}
	if u.isChoice() {
		return false
	}
	return claimsNever(u.docs, true) || slices.ContainsFunc(u.names, func(n string) bool { return claimsNever(n, false) })
}

var (
	never    = regexp.MustCompile(` never( \w+){0,3} (expir\w*|end|ends|time out|times out|timeout|die|dies|log out|logged out|logs out|sign out|signed out) `)
	isNever  = regexp.MustCompile(`^ (\w+ ){0,3}never $`)
	lasting  = regexp.MustCompile(` (forever|for ever|permanent|permanently|unlimited|infinite|infinitely|indefinite|indefinitely|eternal|eternally) `)
	noExpiry = regexp.MustCompile(` (no|not|without|don t|doesn t|does not|do not|won t|will not|can t|cannot) (\w+ )?(expir\w*|timeout|time out|time limit) `)
	negation = regexp.MustCompile(` (no|not|non|don t|doesn t|isn t|won t|never|instead of|rather than|avoid|no longer) (\w+ ){0,4}$`)
	about    = regexp.MustCompile(` (session|sessions|cookie|cookies|login|logged|log|sign|signed|expir\w*) `)
)

// claimsNever reports whether a text claims that something does not expire. A strict reading also wants it to be about
// sessions.
func claimsNever(s string, strict bool) bool {
	for _, t := range sentences(s) {
		if strict && !about.MatchString(t) {
			continue
		}
		if never.MatchString(t) || isNever.MatchString(t) || noExpiry.MatchString(t) {
			return true
		}
		if at := lasting.FindStringIndex(t); at != nil && !negation.MatchString(t[:at[0]+1]) {
			return true
		}
	}
	return false
}

var (
	// endsSession are words for the end of a session, in a name at any place.
	endsSession = regexp.MustCompile(` (log ?out|sign ?out|log ?off|end session|kill|terminate|invalidate|expire|timeout) `)
	// entersToo are words that show that a function is about the beginning of a session as well.
	entersToo = regexp.MustCompile(` (log ?in|sign ?in|signin|set|update|change|configure|get|check) `)
	// commentsEnd are comments that say what the call is to do, not when.
	commentsEnd = regexp.MustCompile(` (log|sign|logs|signs|kick) (the |this |a )?(\w+ )?(out|off) | (logout|signout) | (kill|end|terminate|invalidate|expire|destroy|close)s? (the |this )?(user s |user )?session | expires? (it )?(now|immediately|at once) `)
	someTime    = regexp.MustCompile(` (when|until|till|after|once|upon|on|if|unless|before|every) `)
)

// meansLogout reports whether the call stands in a function that by its name ends the session, or under a comment that says
// so, and nothing there does it.
func (u *use) meansLogout() bool {
	named := slices.ContainsFunc(u.names, func(n string) bool {
		if !endsSession.MatchString(n) || entersToo.MatchString(n) {
			return false
		}
		// A time-out is a policy, unless something has found that it is over.
		return !strings.Contains(n, " timeout ") || len(u.event.Guards) > 0
	})
	said := !u.isChoice() && slices.ContainsFunc(sentences(u.comments), func(s string) bool {
		at := commentsEnd.FindStringIndex(s)
		return at != nil && !someTime.MatchString(s) && !negation.MatchString(s[:at[0]+1])
	})
	return (named || said) && !u.endsElsewhere()
}

// endsElsewhere reports whether the function really ends the session, itself or by what it calls.
func (u *use) endsElsewhere() bool {
	f := u.event.Func
	for _, e := range u.flow.Events {
		if e.Kind != sessflow.Flush && e.Kind != sessflow.Logout && e.Kind != sessflow.Clear {
			continue
		}
		if e.Func == f || slices.ContainsFunc(e.Callers, func(c sessflow.CallSite) bool { return c.Func == f }) {
			return true
		}
	}
	if f == nil {
		return false
	}
	found := false
	py.Inspect(f.Def, func(n py.Node) bool {
		if c, ok := n.(*py.Call); ok {
			name := text(py.LastName(c.Func))
			found = found || containsAny(name, " logout ", " log out ", " flush ", " aflush ", " signout ", " sign out ", " delete ", " adelete ")
		}
		return !found
	})
	return found
}
