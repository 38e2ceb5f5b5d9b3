// Package saveeveryrequest finds SESSION_SAVE_EVERY_REQUEST and says what it costs on the project's engine.
package saveeveryrequest

import (
	_ "embed"

	"github.com/sesslint/sesslint/internal/django"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/sessflow"
	"github.com/sesslint/sesslint/rule"
)

//go:embed rule.md
var doc string

const (
	setting = "SESSION_SAVE_EVERY_REQUEST"
	title   = "turn SESSION_SAVE_EVERY_REQUEST off"
)

// Meta describes the rule.
var Meta = rule.Meta{
	ID:         "save-every-request",
	Wing:       rule.Python,
	Summary:    "SESSION_SAVE_EVERY_REQUEST saves the session on every request that carries its cookie",
	Category:   rule.WriteAmplification,
	Severity:   rule.Warning,
	Confidence: rule.High,
	Fixes:      []rule.FixMeta{{Title: title, Applicability: rule.Unsafe}},
	Doc:        doc,
}

// Analyzer is the rule.
var Analyzer = &py.Analyzer{
	Meta:     &Meta,
	Requires: []*py.Engine{sessflow.Engine, django.Engine},
	Run:      run,
}

func run(pass *py.Pass) {
	// Deployments that share an assignment share the finding: the one for which it is worst.
	worst := map[django.Place]py.Diagnostic{}
	var places []django.Place
	for _, m := range django.Of(pass).Deployable() {
		at, ok := switchedOnAt(m.Get(setting))
		if !ok {
			continue
		}
		d := judge(pass, m, at)
		old, seen := worst[at.Place]
		if !seen {
			places = append(places, at.Place)
		}
		if !seen || d.Severity > old.Severity {
			worst[at.Place] = d
		}
	}
	for _, p := range places {
		pass.Report(worst[p])
	}
}

// judge says what the setting, switched on at a place, does to the deployments of a module.
func judge(pass *py.Pass, m *django.SettingsModule, at django.Step) py.Diagnostic {
	project := django.Of(pass)
	engine := m.SessionEngine().Kind
	v := m.Get(setting)
	d := py.Diagnostic{
		File: at.File, At: at.At, Message: setting + " " + cost(engine), Help: help(engine), Severity: severity(m, engine),
	}
	switch doubt, on := doubts(v); {
	case !on:
		d.Severity, d.Confidence, d.Pedantic = rule.Info, rule.Low, true
		d.Message = setting + " may be enabled" + doubt + ", which " + cost(engine)
	case doubt != "" || !v.Must(truthy):
		d.Confidence = rule.Medium
		d.Message += doubt
	}
	if cache, leaks := leaksCookies(project, m); leaks && !d.Pedantic {
		d.Severity = rule.Error
		d.Message += "; the page cache of this Django version then hands one visitor's session cookie to others (CVE-2026-35192)"
		d.Help = "upgrade Django to 5.2.14, 6.0.5 or newer; " + d.Help
		d.Related = append(d.Related, cache)
	}
	d.Related = append(d.Related, story(v, at)...)
	d.Related = append(d.Related, payers(project)...)
	d.Related = append(d.Related, masked(pass)...)
	if !d.Pedantic {
		d.Fixes = fixes(pass, at)
	}
	return d
}

// cost says what the setting does on an engine.
func cost(engine django.EngineKind) string {
	const every = "makes every request with a session cookie "
	const lost = ", so pages that only read overwrite what concurrent requests store"
	switch engine {
	case django.EngineDB, django.EngineCachedDB:
		return every + "write to the database" + lost + ", answer 400 while the database refuses writes, and add an empty row for each stale cookie"
	case django.EngineCache:
		return every + "write to the cache" + lost + " and answer 400 after a concurrent log-out"
	case django.EngineFile:
		return every + "write a file" + lost + ", answer 400 after a concurrent log-out, and add an empty file for each stale cookie"
	case django.EngineSignedCookies:
		return every + "send the whole session back in a new cookie" + lost
	}
	return every + "write to the session store" + lost
}

func help(engine django.EngineKind) string {
	if engine == django.EngineSignedCookies {
		return "set it to False; changes inside stored objects then need request.session.modified = True"
	}
	return "set it to False; to keep active visitors logged in, let a middleware change the session once per tenth of SESSION_COOKIE_AGE"
}

// shortAge is the SESSION_COOKIE_AGE, in seconds, up to which a sliding session is a policy that needs frequent writes.
const shortAge = 2 * 60 * 60

// severity is info where the writes are cheap and buy something: a cache with a short age, and cookies, which
// the browser stores.
func severity(m *django.SettingsModule, engine django.EngineKind) rule.Severity {
	seconds, known := m.Get("SESSION_COOKIE_AGE").Int()
	if engine == django.EngineSignedCookies || engine == django.EngineCache && known && seconds <= shortAge {
		return rule.Info
	}
	return rule.Warning
}

// alone reports whether the assignment sets nothing but this setting, unlike X = SESSION_SAVE_EVERY_REQUEST = True.
func alone(at django.Step) bool {
	s, _ := at.File.Module.StmtAt(at.At.Start)
	assign, ok := s.(*py.Assign)
	return !ok || len(assign.Targets) == 1
}

// fixes turns a literal True off, after marking the mutations that it saves today. Without a mark for each of them the
// fix would lose data, so there is none.
func fixes(pass *py.Pass, at django.Step) []py.Fix {
	on, ok := at.Expr.(*py.Singleton)
	if !ok || on.Kind != "True" || !alone(at) {
		return nil
	}
	edits, ok := marks(sessflow.Of(pass))
	if !ok {
		return nil
	}
	edits = append(edits, py.Edit{File: at.File, At: on.Span, New: "False"})
	return []py.Fix{{Title: title, Applicability: rule.Unsafe, Edits: edits}}
}
