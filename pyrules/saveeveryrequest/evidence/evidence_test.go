// Package evidence measures what SESSION_SAVE_EVERY_REQUEST costs.
package evidence

import (
	"testing"
	"time"

	"github.com/sesslint/sesslint/internal/ruletest/pyrule"
	"github.com/sesslint/sesslint/internal/ruletest/replay"
	"github.com/sesslint/sesslint/pyrules/saveeveryrequest"
	"github.com/sesslint/sesslint/sessionstore"
)

func TestEvidence(t *testing.T) {
	pyrule.Measure(t, saveeveryrequest.Analyzer, pyrule.Evidence{Bad: "bad.txtar", Good: "good.txtar", Measure: measure})
}

// measure lets visitors of all kinds read pages, each on a site of their own.
func measure(p *replay.Project) (pyrule.Table, error) {
	var table pyrule.Table
	for _, part := range []func(*replay.Site) (pyrule.Table, error){user, visitor, stale, cookieless, refused, overlap} {
		site, err := p.NewSite(sessionstore.V61)
		if err != nil {
			return nil, err
		}
		rows, err := part(site)
		if err != nil {
			return nil, err
		}
		table = append(table, rows...)
	}
	return table, nil
}

// user reads a page 1000 times within ten hours, after logging in once.
func user(site *replay.Site) (pyrule.Table, error) {
	site.AddUser("1")
	client := &replay.Client{}
	site.Login(client, "1")
	before := site.Table.Counters()
	loggedIn := 0
	for range 1000 {
		if err := site.Advance(36 * time.Second); err != nil {
			return nil, err
		}
		if site.Do(client, replay.Request{View: "account"}).Status == 200 {
			loggedIn++
		}
	}
	return pyrule.Table{
		{What: "writes in 1000 requests of a user who only reads, within 10 hours", Value: site.Table.Counters().Sub(before).Updates},
		{What: "requests of these that found the user logged in, with SESSION_COOKIE_AGE = 3600", Value: loggedIn},
	}, nil
}

// visitor has a cart and reads pages for half an hour.
func visitor(site *replay.Site) (pyrule.Table, error) {
	client := &replay.Client{}
	site.Do(client, replay.Request{View: "add"})
	before := site.Table.Counters()
	for range 1000 {
		site.Do(client, replay.Request{View: "about"})
	}
	return pyrule.Table{{What: "writes in 1000 requests of an anonymous visitor with a session", Value: site.Table.Counters().Sub(before).Updates}}, nil
}

// stale sends the key of a session that is gone, and ignores the cookie it gets.
func stale(site *replay.Site) (pyrule.Table, error) {
	for range 1000 {
		site.Do(&replay.Client{Cookie: "2hk9wq4tn7vd0sxb5m8cjr3fz6ya1gpe"}, replay.Request{View: "about"})
	}
	return pyrule.Table{{What: "rows after 1000 requests with a stale cookie", Value: site.Table.Rows()}}, nil
}

// cookieless is a probe or an API client.
func cookieless(site *replay.Site) (pyrule.Table, error) {
	for range 1000 {
		site.Do(&replay.Client{}, replay.Request{View: "about"})
	}
	return pyrule.Table{{What: "rows after 1000 requests without a cookie", Value: site.Table.Rows()}}, nil
}

// refused reads a page while the database refuses writes.
func refused(site *replay.Site) (pyrule.Table, error) {
	client := &replay.Client{}
	site.Do(client, replay.Request{View: "add"})
	site.Table.RefuseWrites(true)
	return pyrule.Table{{
		What:  "status of a page that only reads, while the database refuses writes",
		Value: site.Do(client, replay.Request{View: "cart"}).Status,
	}}, nil
}

// overlap lets a page that shows the cart load the session before, and answer after, a request that adds to the cart.
func overlap(site *replay.Site) (pyrule.Table, error) {
	site.AddUser("1")
	client := &replay.Client{}
	site.Login(client, "1")
	site.Do(client, replay.Request{View: "account"})
	slow := site.Begin(client, replay.Request{View: "cart"})
	slow.Run()
	site.Do(&replay.Client{Cookie: client.Cookie}, replay.Request{View: "add"})
	slow.Finish()
	return pyrule.Table{{
		What:  "changes of an overlapping request that a page which only reads undoes",
		Value: site.Table.Counters().LostUpdates,
	}}, nil
}
