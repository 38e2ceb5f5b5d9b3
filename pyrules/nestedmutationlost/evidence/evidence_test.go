package evidence

import (
	"strconv"
	"testing"

	"github.com/sesslint/sesslint/internal/ruletest/pyrule"
	"github.com/sesslint/sesslint/internal/ruletest/replay"
	"github.com/sesslint/sesslint/pyrules/nestedmutationlost"
	"github.com/sesslint/sesslint/sessionstore"
)

func TestEvidence(t *testing.T) {
	pyrule.Measure(t, nestedmutationlost.Analyzer, pyrule.Evidence{Bad: "bad.py", Good: "good.py", Measure: measure})
}

// measure adds ten items to a cart, one per request, and counts those that a later request finds there.
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
			site.Do(browser, replay.Request{View: "add", Method: "POST", POST: map[string]string{"item": strconv.Itoa(i)}})
		}
		left := site.Do(browser, replay.Request{View: "count"})
		table = append(table, pyrule.Row{What: "items in the cart after 10 were added, " + c.name, Value: left.Body})
	}
	return table, nil
}
