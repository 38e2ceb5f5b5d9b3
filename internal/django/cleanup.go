package django

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// A CleanupKind says how far something goes in clearing expired sessions.
type CleanupKind uint8

const (
	// NoCleanup: nothing in the repository clears expired sessions.
	NoCleanup CleanupKind = iota
	// CleanupMentioned: only documentation speaks of it.
	CleanupMentioned
	// CleanupDefined: a task, command or script clears them, and nothing in the repository runs it.
	CleanupDefined
	// CleanupScheduled: something clears them again and again: on a schedule, or whenever the project is deployed or started.
	CleanupScheduled
)

func (k CleanupKind) String() string {
	return [...]string{"none", "mentioned", "defined", "scheduled"}[k]
}

// A CleanupPlace is a place that clears expired sessions, or runs what does.
type CleanupPlace struct {
	Place
	Kind CleanupKind
	// Note says what it is, such as "a crontab runs clearsessions".
	Note string
}

// Cleanup returns the places that clear expired sessions, scheduled ones first, then by path. Code on the path of a request
// does not count: it stops with the traffic, and visitors wait for it.
func (p *Project) Cleanup() []CleanupPlace { return slices.Clone(p.cleanup()) }

// CleanupKind returns the best that Cleanup has to offer.
func (p *Project) CleanupKind() CleanupKind {
	if c := p.cleanup(); len(c) > 0 {
		return c[0].Kind
	}
	return NoCleanup
}

// Cleared reports whether something in the repository clears expired sessions again and again.
func (p *Project) Cleared() bool { return p.CleanupKind() == CleanupScheduled }

// cleanupApps are installed apps that come with a schedule of their own for clearing sessions.
var cleanupApps = map[string]string{
	"session_cleanup": "django-session-cleanup",
}

// databaseSchedulers are installed apps that let an administrator schedule any task of the project.
var databaseSchedulers = []string{"django_celery_beat", "djcelery", "django_q", "django_apscheduler", "django_rq_scheduler", "scheduler"}

func (p *Project) findCleanup() []CleanupPlace {
	var out []CleanupPlace
	for _, a := range p.artefacts {
		out = append(out, a.cleanups(directCleanup, "clears expired sessions")...)
	}
	for _, m := range p.effective() {
		for app, name := range cleanupApps {
			if m.HasApp(app) == Yes {
				if at, ok := m.Get("INSTALLED_APPS").At(); ok {
					out = append(out, CleanupPlace{at.Place, CleanupScheduled, name + " is installed"})
				}
			}
		}
	}
	if !slices.ContainsFunc(out, func(c CleanupPlace) bool { return c.Kind == CleanupScheduled }) {
		out = append(out, p.pythonCleanups()...)
	}
	if len(out) == 0 {
		docs, _ := scanArtefacts(p.prog, true, needles)
		for _, a := range docs {
			out = append(out, a.cleanups(directCleanup, "clears expired sessions")...)
		}
	}
	slices.SortStableFunc(out, func(a, b CleanupPlace) int {
		return cmp.Or(cmp.Compare(b.Kind, a.Kind), strings.Compare(a.File.Path, b.File.Path), cmp.Compare(a.At.Start, b.At.Start))
	})
	return out
}

// directCleanup matches what clears sessions outside of Python.
var directCleanup = regexp.MustCompile(`(?i)\b(?:clearsessions|a?clear_expired)\b|delete\s+from\s+["']?django_session\b`)

// cleanups returns where an artefact matches re, with what that means for its kind of file.
func (a *artefact) cleanups(re *regexp.Regexp, what string) []CleanupPlace {
	if folderLabel(a.path) != Deployable && a.kind != docFile {
		return nil
	}
	loc := re.FindIndex(a.code)
	if loc == nil {
		return nil
	}
	kind, who := CleanupDefined, ""
	switch a.kind {
	case crontabFile:
		kind, who = CleanupScheduled, "a crontab"
	case systemdFile:
		kind, who = CleanupScheduled, "a systemd unit"
	case composeFile:
		kind, who = CleanupScheduled, "a container of the compose file"
	case dockerfile:
		kind, who = CleanupScheduled, "the container image"
	case procfile, platformFile:
		kind, who = CleanupScheduled, "the hosting platform"
	case supervisorFile:
		kind, who = CleanupScheduled, "a process manager"
	case shellFile:
		kind, who = CleanupScheduled, "a shell script"
	case ansibleFile:
		kind, who = CleanupScheduled, "an Ansible task"
	case yamlFile:
		who = "a YAML file"
		if isManifest(a.src) || anyWord(string(a.code), scheduleWords) {
			kind, who = CleanupScheduled, "a manifest"
		}
	case workflowFile:
		who = "a CI workflow"
		if scheduledWorkflow.Match(a.code) {
			kind, who = CleanupScheduled, "a scheduled CI workflow"
		}
	case makefile:
		who = "a Makefile target"
	case docFile:
		kind, who = CleanupMentioned, "documentation"
		what = "speaks of clearing expired sessions"
	default:
		return nil
	}
	return []CleanupPlace{{Place{a.file(), py.Span{Start: loc[0], End: loc[1]}}, kind, who + " " + what}}
}

// scheduledWorkflow matches a cron trigger of GitHub, GitLab or CircleCI.
var scheduledWorkflow = regexp.MustCompile(`(?m)^\s*-?\s*(?:schedule|cron|schedules)\s*:|pipeline_source\s*==\s*["']schedule["']|\bschedules\b`)
