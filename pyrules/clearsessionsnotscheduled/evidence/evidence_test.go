// Package evidence measures what is left of sessions that nobody removes.
package evidence

import (
	"fmt"
	"testing"
	"time"

	"github.com/sesslint/sesslint/internal/ruletest/pyrule"
	"github.com/sesslint/sesslint/internal/ruletest/replay"
	"github.com/sesslint/sesslint/pyrules/clearsessionsnotscheduled"
	"github.com/sesslint/sesslint/sessionstore"
)

func TestEvidence(t *testing.T) {
	pyrule.Measure(t, clearsessionsnotscheduled.Analyzer, pyrule.Evidence{Bad: "bad.txtar", Good: "good.txtar", Measure: measure})
}

const (
	days     = 60
	visitors = 100 // a day; they are anonymous and never return
)

func measure(p *replay.Project) (pyrule.Table, error) {
	var table pyrule.Table
	for _, run := range []struct{ view, what string }{
		{"add", "that live for two weeks"},
		{"checkout", "that live for an hour, by set_expiry(3600)"},
	} {
		rows, expired, err := visit(p, run.view)
		if err != nil {
			return nil, err
		}
		table = append(table,
			pyrule.Row{What: fmt.Sprintf("rows after %d days with %d new sessions a day %s", days, visitors, run.what), Value: rows},
			pyrule.Row{What: "rows of these that have expired", Value: expired})
	}
	return table, nil
}

// visit returns how many rows there are in the end, and how many of them are no session any more.
func visit(p *replay.Project, view string) (rows, expired int, err error) {
	site, err := p.NewSite(sessionstore.V61)
	if err != nil {
		return 0, 0, err
	}
	var keys []string
	for range days {
		for range visitors {
			client := &replay.Client{}
			site.Do(client, replay.Request{View: view})
			keys = append(keys, client.Cookie)
		}
		if err := site.Advance(24 * time.Hour); err != nil {
			return 0, 0, err
		}
	}
	for _, key := range keys {
		if row, ok := site.Table.Row(key); ok && !row.Expire.After(site.Clock.Now()) {
			expired++
		}
	}
	return site.Table.Rows(), expired, nil
}
