package python

import (
	"fmt"
	"strings"

	"github.com/sesslint/sesslint/internal/django"
	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/py"
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
	f := finding.Fact{Name: s.Name, Text: s.Text}
	for _, step := range s.Steps {
		f.Places = append(f.Places, t.place(step.Place, step.Note))
	}
	return f
}

func (t *Tree) place(p django.Place, note string) finding.Related {
	return finding.Related{At: t.spanOf(p.File, p.At), Message: note}
}

// spanOf returns a place for people. The file may be one that is not Python and that an engine made up around its bytes.
func (t *Tree) spanOf(f *py.File, at py.Span) finding.Span {
	if e := t.byPath[f.Path]; e != nil {
		return t.span(e, at)
	}
	return finding.Span{Path: f.Path}
}

func (t *Tree) shownAll(paths []string) []string {
	var out []string
	for _, path := range paths {
		out = append(out, t.Shown(path))
	}
	return out
}
