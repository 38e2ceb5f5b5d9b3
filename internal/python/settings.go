package python

import (
	"fmt"
	"strings"

	"github.com/sesslint/sesslint/internal/django"
	"github.com/sesslint/sesslint/internal/finding"
)

// Settings returns what is known of the Django project: its version, what clears expired sessions, and of each settings
// module the settings that decide how sessions behave.
func (t *Tree) Settings() ([]finding.Facts, []finding.Problem) {
	result := t.Run(nil, django.Engine)
	project, ok := result.Facts[django.Engine].(*django.Project)
	if !ok {
		return nil, result.ProgramProblems // the analysis crashed, which is among the problems
	}
	about := finding.Facts{Title: "project " + t.options.Display(t.options.Dir)}
	about.Facts = append(about.Facts, t.fact(project.DescribeVersion()))
	cleanup := finding.Fact{Name: "clearing of expired sessions", Text: project.CleanupKind().String()}
	for _, c := range project.Cleanup() {
		cleanup.Places = append(cleanup.Places, t.place(c.Place, c.Note))
	}
	about.Facts = append(about.Facts, cleanup)
	if files := project.DeploymentFiles(); len(files) > 0 {
		about.Facts = append(about.Facts, finding.Fact{Name: "deployment files", Text: strings.Join(t.shownAll(files), ", ")})
	}
	out := []finding.Facts{about}
	for _, m := range project.Settings() {
		module := finding.Facts{Title: fmt.Sprintf("settings %s (%s: %s)", t.Shown(m.File.Path), m.Label, m.Why)}
		for _, s := range m.Summary() {
			module.Facts = append(module.Facts, t.fact(s))
		}
		out = append(out, module)
	}
	return out, append(result.FileProblems, result.ProgramProblems...)
}

func (t *Tree) fact(s django.Setting) finding.Fact {
	f := finding.Fact{Name: s.Name, Text: t.settingText(s)}
	for _, step := range s.Steps {
		f.Places = append(f.Places, t.place(step.Place, step.Note))
	}
	return f
}

func (t *Tree) place(p django.Place, note string) finding.Related {
	if e := t.byPath[p.File.Path]; e != nil {
		return finding.Related{At: t.span(e, p.At), Message: t.legible(e, note)}
	}
	// An engine made the file up around the bytes of one that is not part of the tree.
	return finding.Related{At: finding.Span{Path: p.File.Path}, Message: legible(note, false)}
}

// settingText returns the value of a setting, which is quoted from the last of the places that make it.
func (t *Tree) settingText(s django.Setting) string {
	if n := len(s.Steps); n > 0 {
		if e := t.byPath[s.Steps[n-1].Place.File.Path]; e != nil {
			return t.legible(e, s.Text)
		}
	}
	return legible(s.Text, false)
}

func (t *Tree) shownAll(paths []string) []string {
	var out []string
	for _, path := range paths {
		out = append(out, t.Shown(path))
	}
	return out
}
