// Package evidence measures what clearing sessions in a request costs.
package evidence

import (
	"testing"
	"time"

	"github.com/sesslint/sesslint/internal/ruletest/pyrule"
	"github.com/sesslint/sesslint/internal/ruletest/replay"
	"github.com/sesslint/sesslint/pyrules/purgeinrequest"
	"github.com/sesslint/sesslint/sessionstore"
)

func TestEvidence(t *testing.T) {
	pyrule.Measure(t, purgeinrequest.Analyzer, pyrule.Evidence{Bad: "bad.txtar", Good: "good.py", Measure: measure})
}

// measure lets 1000 visitors come, and 100 more when the sessions of those have expired. Then traffic stops.
func measure(p *replay.Project) (pyrule.Table, error) {
	site, err := p.NewSite(sessionstore.V61)
	if err != nil {
		return nil, err
	}
	for range 1000 {
		site.Do(&replay.Client{}, replay.Request{View: "preferences"})
	}
	deletes := site.Table.Counters().Deletes
	if err := site.Advance(10 * time.Hour); err != nil {
		return nil, err
	}
	before := site.Table.Rows()
	site.Do(&replay.Client{}, replay.Request{View: "preferences"})
	deleted := before + 1 - site.Table.Rows()
	for range 99 {
		site.Do(&replay.Client{}, replay.Request{View: "preferences"})
	}
	if err := site.Advance(7 * 24 * time.Hour); err != nil {
		return nil, err
	}
	return pyrule.Table{
		{What: "DELETEs over the whole table in 1000 requests", Value: deletes},
		{What: "expired rows that one request deletes, the first one after ten quiet hours", Value: deleted},
		{What: "rows a week after the last of 1100 requests", Value: site.Table.Rows()},
	}, nil
}
