package evidence

import (
	"strconv"
	"testing"

	"github.com/sesslint/sesslint/internal/ruletest/pyrule"
	"github.com/sesslint/sesslint/internal/ruletest/replay"
	"github.com/sesslint/sesslint/pyrules/setdefaultmutationlost"
	"github.com/sesslint/sesslint/sessionstore"
)

func TestEvidence(t *testing.T) {
	pyrule.Measure(t, setdefaultmutationlost.Analyzer, pyrule.Evidence{Bad: "bad.py", Good: "good.py", Measure: measure})
}

// measure visits ten pages and searches ten terms, one per request, and counts what a later request finds of them.
func measure(p *replay.Project) (pyrule.Table, error) {
	every := sessionstore.Defaults()
	every.SaveEveryRequest = true
	var table pyrule.Table
	for _, c := range []struct {
		name  string
		store func(*replay.Site) *sessionstore.Store
	}{
		{"db engine", func(s *replay.Site) *sessionstore.Store { return s.Store }},
		{"cached_db engine", func(s *replay.Site) *sessionstore.Store {
			return sessionstore.New(sessionstore.Defaults(), sessionstore.NewCachedDB(s.Table, s.Clock), s.Clock)
		}},
		{"db engine, SESSION_SAVE_EVERY_REQUEST = True", func(s *replay.Site) *sessionstore.Store {
			return sessionstore.New(every, s.Table, s.Clock)
		}},
	} {
		site, err := p.NewSite(sessionstore.V61)
		if err != nil {
			return nil, err
		}
		site.Store = c.store(site)
		browser := &replay.Client{}
		for i := range 10 {
			n := strconv.Itoa(i)
			site.Do(browser, replay.Request{View: "visit", Method: "POST", POST: map[string]string{"page": n}})
			site.Do(browser, replay.Request{View: "search", Method: "POST", POST: map[string]string{"term": n}})
		}
		kept := func(key string) string {
			return site.Do(browser, replay.Request{View: "kept", GET: map[string]string{"key": key}}).Body
		}
		table = append(table,
			pyrule.Row{What: "pages kept of 10 visited, " + c.name, Value: kept("pages")},
			pyrule.Row{What: "terms kept of 10 searched, " + c.name, Value: kept("terms")})
	}
	return table, nil
}
