// Package evidence measures what a large value in a session costs.
package evidence

import (
	"fmt"
	"testing"

	"github.com/sesslint/sesslint/internal/ruletest/pyrule"
	"github.com/sesslint/sesslint/internal/ruletest/replay"
	"github.com/sesslint/sesslint/pyrules/largesessionvalue"
	"github.com/sesslint/sesslint/sessionstore"
)

func TestEvidence(t *testing.T) {
	pyrule.Measure(t, largesessionvalue.Analyzer, pyrule.Evidence{Bad: "bad.py", Good: "good.py", Measure: measure})
}

// measure lets a visitor search, and then change another key of the session.
func measure(p *replay.Project) (pyrule.Table, error) {
	var table pyrule.Table
	for _, rows := range []int{1000, 10000} {
		p.Host["shop.models.Product.objects.values"] = products(rows)
		site, err := p.NewSite(sessionstore.V61)
		if err != nil {
			return nil, err
		}
		client := &replay.Client{}
		site.Do(client, replay.Request{View: "search", GET: map[string]string{"q": "tea"}})
		row, _ := site.Table.Row(client.Cookie)
		before := site.Table.Counters()
		for range 10 {
			site.Do(client, replay.Request{View: "visit"})
		}
		table = append(table,
			pyrule.Row{What: fmt.Sprintf("bytes of JSON in the session, with %d products", rows), Value: len(row.Data)},
			pyrule.Row{
				What:  fmt.Sprintf("bytes of JSON written by 10 requests that only count a visit, with %d products", rows),
				Value: site.Table.Counters().Sub(before).BytesWritten,
			},
		)
	}
	return table, nil
}

// products is Product.objects.values for a table of so many rows.
func products(rows int) replay.HostFunc {
	return func(_ *replay.Site, _ []any, _ map[string]any) (any, error) {
		list := sessionstore.NewList()
		for i := range rows {
			list.Append(map[string]any{"id": i, "name": fmt.Sprintf("tea no. %d", i), "price": "4.50"})
		}
		return list, nil
	}
}
