package incidents

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/sesslint/sesslint/internal/finding"
)

// A claim is something that was wrong with a project, and the place where a reader would look for it.
type claim struct {
	project, path string
	line          string // the source line, without white space around it
	rule          string
	message       string // a regular expression
}

var claims = []claim{
	// The comment says that these sessions never expire. The cookie ends with the browser, the row after two weeks.
	{
		"stale-sessions", "dashboard/views.py", "request.session.set_expiry(0)  # sessions never expire",
		"set-expiry-zero", `does not mean never.*cookie ends with the browser.*row expires 14 days`,
	},
	{
		"stale-sessions", "dashboard/views.py", "request.session['large_data'] = fetch_large_data(request.user)",
		"large-session-value", `PostMetric.*every request that touches the session`,
	},
	// The repair of that evening still stores the value, and purges while visitors wait.
	{
		"stale-sessions", "dashboard/views_after_fix.py", "request.session['large_data'] = fetch_large_data(request.user)",
		"large-session-value", `PostMetric.*every request that touches the session`,
	},
	{
		"stale-sessions", "dashboard/views_after_fix.py", "delete_stale_sessions()  # custom function to clear old sessions regularly",
		"purge-in-request", `visitor waits`,
	},
	// Expiry removes no row, and there is no job that does.
	{
		"stale-sessions", "postpilot/settings/base.py", "SESSION_ENGINE = 'django.contrib.sessions.backends.db'",
		"clearsessions-not-scheduled", `^nothing in this project removes expired sessions.*django_session grows for ever`,
	},
	// Pages that only read answered 400 while the database was restarted.
	{
		"refused-writes", "handbook/settings/base.py", "SESSION_SAVE_EVERY_REQUEST = True",
		"save-every-request", `write to the database.*answer 400 while the database refuses writes`,
	},
}

// remarks are the other places that findings have to show.
var remarks = []claim{
	{"refused-writes", "handbook/urls.py", "path('healthz', healthz, name='healthz'),", "save-every-request", `health check pays`},
	{"refused-writes", "articles/views.py", "request.session['recent'].append(pk)", "save-every-request", `saved only because of the setting`},
	{"refused-writes", "articles/views.py", "del request.session['recent'][:-RECENT_LIMIT]", "save-every-request", `saved only because of the setting`},
}

// TestClaims finds each claim at its line with its explanation, and nothing else.
func TestClaims(t *testing.T) {
	for _, project := range broken {
		t.Run(project, func(t *testing.T) {
			findings := check(t, home(t), project)
			taken := make([]bool, len(findings))
			for _, c := range claims {
				if c.project != project {
					continue
				}
				found := false
				for i, f := range findings {
					if !taken[i] && f.Rule.ID == c.rule && c.at(t, f.At) && regexp.MustCompile(c.message).MatchString(f.Message) {
						taken[i], found = true, true
						break
					}
				}
				if !found {
					t.Errorf("%s: no finding of %s at %q that says %q", c.path, c.rule, c.line, c.message)
				}
			}
			for i, f := range findings {
				if !taken[i] {
					t.Errorf("no claim: %s:%d: %s[%s] %s", f.At.Path, f.At.Line, f.Severity, f.Rule.ID, f.Message)
				}
			}
		})
	}
}

// TestRemarks finds the health check that pays for the setting and the changes that it hides.
func TestRemarks(t *testing.T) {
	for _, c := range remarks {
		found := false
		for _, f := range check(t, home(t), c.project) {
			for _, r := range f.Related {
				found = found || f.Rule.ID == c.rule && c.at(t, r.At) && regexp.MustCompile(c.message).MatchString(r.Message)
			}
		}
		if !found {
			t.Errorf("%s: %s does not show %q", c.path, c.rule, c.line)
		}
	}
}

// TestSeverities: everything that was wrong fails a run, as the default of --fail-on is warning.
func TestSeverities(t *testing.T) {
	for _, project := range broken {
		for _, f := range check(t, home(t), project) {
			if f.Severity.String() == "info" || f.Pedantic {
				t.Errorf("%s:%d: %s[%s] does not fail a run", f.At.Path, f.At.Line, f.Severity, f.Rule.ID)
			}
		}
	}
}

// at reports whether a place is on the line of the claim.
func (c claim) at(t *testing.T, at finding.Span) bool {
	t.Helper()
	if at.Path != c.project+"/"+c.path {
		return false
	}
	src, err := os.ReadFile(filepath.Join(home(t), filepath.FromSlash(at.Path)))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(src, []byte("\n"))
	return at.Line <= len(lines) && string(bytes.TrimSpace(lines[at.Line-1])) == c.line
}
