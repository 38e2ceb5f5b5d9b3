// Package evidence measures what set_expiry(0) does.
package evidence

import (
	"fmt"
	"sort"
	"testing"
	"time"

	"github.com/sesslint/sesslint/internal/ruletest/pyrule"
	"github.com/sesslint/sesslint/internal/ruletest/replay"
	"github.com/sesslint/sesslint/pyrules/setexpiryzero"
	"github.com/sesslint/sesslint/sessionstore"
)

func TestEvidence(t *testing.T) {
	pyrule.Measure(t, setexpiryzero.Analyzer, pyrule.Evidence{Bad: "bad.py", Good: "good.py", Measure: measure})
}

func measure(p *replay.Project) (pyrule.Table, error) {
	m := &measurement{project: p}
	table := pyrule.Table{
		{What: `"never": Max-Age of the cookie`, Value: m.cookie("enter")},
		{What: `"never": who the visitor is after closing the browser`, Value: m.reopened("enter")},
		{What: `"never": seconds for which the stored session can be loaded`, Value: m.loadable("enter")},
		{What: `"log out": seconds for which a copy of the cookie still works`, Value: m.loadable("enter", "sign_out")},
		{What: "policy: Max-Age of the cookie", Value: m.cookie("kiosk")},
		{What: "policy: seconds for which the stored session can be loaded", Value: m.loadable("kiosk")},
		{What: "policy: rows a day after 1000 visitors, with clearsessions every night", Value: m.rows("kiosk")},
	}
	return table, m.err
}

// A measurement uses a new site for each number.
type measurement struct {
	project *replay.Project
	err     error
}

// after lets a client visit views on a new site.
func (m *measurement) after(views ...string) (*replay.Site, *replay.Client, *sessionstore.SetCookie) {
	site, err := m.project.NewSite(sessionstore.V61)
	if err != nil {
		m.err = err
		return nil, nil, nil
	}
	client := &replay.Client{}
	var cookie *sessionstore.SetCookie
	for _, view := range views {
		resp := site.Do(client, replay.Request{View: view})
		if resp.Err != nil {
			m.err = resp.Err
		}
		cookie = resp.SetCookie
	}
	return site, client, cookie
}

func (m *measurement) cookie(view string) string {
	_, _, cookie := m.after(view)
	switch {
	case cookie == nil:
		return "no cookie"
	case cookie.BrowserSession:
		return "none"
	}
	return fmt.Sprint(cookie.MaxAge)
}

func (m *measurement) reopened(view string) string {
	site, client, _ := m.after(view)
	if m.err != nil {
		return ""
	}
	client.CloseBrowser()
	return site.Do(client, replay.Request{View: "account"}).Body
}

// loadable returns for how many seconds after the last view somebody with a copy of the first view's cookie is let in.
func (m *measurement) loadable(views ...string) int {
	const most = 60 * 24 * 60 * 60
	return sort.Search(most, func(seconds int) bool {
		site, thief, _ := m.after(views[0])
		if m.err != nil {
			return true
		}
		victim := &replay.Client{Cookie: thief.Cookie}
		for _, view := range views[1:] {
			site.Do(victim, replay.Request{View: view})
		}
		if err := site.Advance(time.Duration(seconds) * time.Second); err != nil {
			m.err = err
		}
		return site.Do(&replay.Client{Cookie: thief.Cookie}, replay.Request{View: "account"}).Body == "nobody"
	})
}

// rows returns what is left a day after 1000 visitors who closed their browsers.
func (m *measurement) rows(view string) int {
	site, _, _ := m.after()
	if m.err != nil {
		return 0
	}
	for range 1000 {
		client := &replay.Client{}
		site.Do(client, replay.Request{View: view})
		client.CloseBrowser()
	}
	if err := site.Advance(24 * time.Hour); err != nil {
		m.err = err
	}
	return site.Table.Rows()
}
