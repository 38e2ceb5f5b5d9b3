package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/sesslint/sesslint/internal/engine"
	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/output"
	"github.com/sesslint/sesslint/rule"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// checkFlags are the flags of `sesslint check`.
type checkFlags struct {
	selected, extended, ignored []string
	pedantic                    bool
	fix, unsafeFixes, diff      bool
	format, outputFile          string
	statistics                  bool
	showSettings, showFiles     bool
	exitZero, strict            bool
	failOn                      string
	bench                       bool
}

func (f *checkFlags) register(s *pflag.FlagSet) {
	s.StringSliceVar(&f.selected, "select", nil, "run only these `rules`: ids, categories, id:python, all")
	s.StringSliceVar(&f.extended, "extend-select", nil, "run these `rules` too")
	s.StringSliceVar(&f.ignored, "ignore", nil, "do not run these `rules`")
	s.BoolVar(&f.pedantic, "pedantic", false, "show pedantic findings too")
	s.BoolVar(&f.fix, "fix", false, "apply safe fixes and report what is left")
	s.BoolVar(&f.unsafeFixes, "unsafe-fixes", false, "with --fix or --diff, apply fixes that may change behaviour too")
	s.BoolVar(&f.diff, "diff", false, "print what --fix would change and write nothing")
	s.StringVar(&f.format, "output-format", string(output.Full), "full, concise or json")
	s.StringVarP(&f.outputFile, "output-file", "o", "", "write the report to this `file`")
	s.BoolVar(&f.statistics, "statistics", false, "print the number of findings of each rule instead of the findings")
	s.BoolVar(&f.showSettings, "show-settings", false, "print what is known of the project's settings and stop")
	s.BoolVar(&f.showFiles, "show-files", false, "print the files that would be checked and stop")
	s.BoolVar(&f.exitZero, "exit-zero", false, "exit with 0 even if there are findings")
	s.StringVar(&f.failOn, "fail-on", "", "the least `severity` that makes the exit code 1: error, warning or info (default warning)")
	s.BoolVar(&f.strict, "strict", false, "exit with 2 if a part of the input could not be understood")
	s.BoolVar(&f.bench, "bench", false, "print to standard error where the time went")
	_ = s.MarkHidden("bench") // the flag exists
	s.SortFlags = false
}

const checkLong = `Check the Python files below the given paths (default: the working directory).

A folder is the root of a project of its own: tests (tests/, test_*.py and the like) and migrations below it are not
checked, nor is what .gitignore files or the setting "exclude" leave out. A path that is named here is always checked.
Of a named file the whole project around it is read, and findings in the file are reported.

Exit codes:
  0  no finding at or above --fail-on
  1  such a finding, or changes with --diff
  2  bad usage or configuration, a path that does not exist, a file that could not be read or was too large; with
     --strict also a region that could not be parsed or settings that could not be found`

func (p *program) checkCommand(code *int) *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check [paths]",
		Short: "check Python files",
		Long:  checkLong,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if len(paths) == 0 {
				paths = []string{"."}
			}
			if slices.Contains(paths, "") {
				return errors.New("a path to check is empty: leave it out to check the working directory")
			}
			c, err := p.check(&f, cmd.Flags(), paths)
			*code = c
			return err
		},
	}
	f.register(cmd.Flags())
	return cmd
}

// check runs `sesslint check` and returns the exit code.
func (p *program) check(f *checkFlags, set *pflag.FlagSet, paths []string) (int, error) {
	watch := newStopwatch()
	o, err := p.options(f, set, paths)
	if err != nil {
		return exitTrouble, err
	}
	bar := newProgress(p.stderr)
	defer bar.stop()
	o.Progress = bar.update
	plan, err := engine.NewPlan(o)
	if err != nil {
		return exitTrouble, err
	}
	w, finish := p.open(f.outputFile)
	var code int
	switch {
	case f.showFiles:
		for _, path := range plan.Files() {
			fmt.Fprintln(w, path)
		}
		code, err = p.trouble(plan.Problems())
	case f.showSettings:
		facts, problems := plan.Settings()
		bar.stop()
		if err := output.Settings(w, facts); err != nil {
			return exitTrouble, err
		}
		code, err = p.trouble(problems)
	case f.fix || f.diff:
		var fixes *engine.Fixes
		fixes, err = plan.Fix(f.unsafeFixes)
		bar.stop()
		if err != nil {
			return exitTrouble, err
		}
		if code, err = p.fixed(w, f, plan, fixes); err != nil && !f.diff {
			// The files are as they were, and so is what there is to say about them.
			if again, e := engine.NewPlan(o); e == nil {
				err = errors.Join(err, p.report(w, f, again, again.Check(), nil))
			}
		}
	default:
		report := plan.Check()
		bar.stop()
		code = f.exitCode(report, report.Failing)
		err = p.report(w, f, plan, report, nil)
	}
	if f.bench {
		watch.print(p.stderr, plan)
	}
	return code, errors.Join(err, finish())
}

// options checks the flags and turns them into those of the engine.
func (p *program) options(f *checkFlags, set *pflag.FlagSet, paths []string) (engine.Options, error) {
	o := engine.Options{Paths: paths, Analyzers: p.analyzers, Parse: p.parse, Pedantic: f.pedantic}
	format := output.Format(f.format)
	switch {
	case !slices.Contains(output.Formats, format):
		return o, fmt.Errorf("unknown output format %q: use full, concise or json", f.format)
	case f.statistics && format == output.JSON:
		return o, errors.New("--statistics does not go with --output-format json: the report has the findings to count")
	case f.unsafeFixes && !f.fix && !f.diff:
		return o, errors.New("--unsafe-fixes needs --fix or --diff")
	}
	if err := f.listing(); err != nil {
		return o, err
	}
	var err error
	if o.Dir, err = os.Getwd(); err != nil {
		return o, err
	}
	if set.Changed("fail-on") {
		if o.FailOn, err = rule.ParseSeverity(f.failOn); err != nil {
			return o, fmt.Errorf("--fail-on: %w", err)
		}
	}
	// An empty list selects nothing; a flag that is not given says nothing.
	if set.Changed("select") {
		o.Select = append([]string{}, f.selected...)
	}
	o.ExtendSelect, o.Ignore = f.extended, f.ignored
	return o, nil
}

// listing refuses what does not go with --show-settings and --show-files, which print text of their own and stop.
func (f *checkFlags) listing() error {
	var shown string
	switch {
	case f.showSettings && f.showFiles:
		return errors.New("--show-settings does not go with --show-files: each prints its own list and stops")
	case f.showSettings:
		shown = "--show-settings"
	case f.showFiles:
		shown = "--show-files"
	default:
		return nil
	}
	switch {
	case f.fix:
		return fmt.Errorf("%s does not go with --fix: it checks nothing, so there is nothing to fix", shown)
	case f.diff:
		return fmt.Errorf("%s does not go with --diff: it checks nothing, so there is nothing to fix", shown)
	case output.Format(f.format) == output.JSON:
		return fmt.Errorf("%s does not go with --output-format json: it prints text", shown)
	}
	return nil
}

// exitCode returns the exit code of a run; failing says whether it is 1 where nothing is stronger.
func (f *checkFlags) exitCode(r *engine.Report, failing bool) int {
	switch {
	case r.Unread() || f.strict && len(r.Problems) > 0:
		return exitTrouble
	case failing && !f.exitZero:
		return exitFinding
	}
	return exitClean
}

// fixed shows the changes that fixes make, or writes them and reports what is left.
func (p *program) fixed(w io.Writer, f *checkFlags, plan *engine.Plan, fixes *engine.Fixes) (int, error) {
	if f.diff {
		return f.exitCode(fixes.Report, len(fixes.Changes) > 0), p.writeDiff(w, fixes)
	}
	if err := fixes.Write(); err != nil {
		return exitTrouble, err
	}
	return f.exitCode(fixes.Report, fixes.Report.Failing), p.report(w, f, plan, fixes.Report, fixes)
}

// report writes a report in the format that was asked for. Fixes is nil if none were.
func (p *program) report(w io.Writer, f *checkFlags, plan *engine.Plan, r *engine.Report, fixes *engine.Fixes) error {
	out := &output.Report{
		Version: version(), Findings: r.Findings, Problems: r.Problems, Files: r.Files, Suppressed: r.Suppressed, Source: plan.Source,
	}
	if fixes != nil {
		out.FixMode, out.Fixed, out.FixedFiles = true, fixes.Applied, len(fixes.Changes)
	}
	colour := f.outputFile == "" && isTerminal(p.stdout) && os.Getenv("NO_COLOR") == ""
	if f.statistics {
		return output.Statistics(w, out, colour)
	}
	return output.Write(w, out, output.Format(f.format), colour)
}

// writeDiff writes the changes that --fix would make, and to standard error what is not part of a diff.
func (p *program) writeDiff(w io.Writer, fixes *engine.Fixes) error {
	for _, c := range fixes.Changes {
		if err := output.Diff(w, c.Name, c.Before, c.After); err != nil {
			return err
		}
	}
	fmt.Fprintf(p.stderr, "would fix %s in %s\n", output.Plural(fixes.Applied, "finding"), output.Plural(len(fixes.Changes), "file"))
	return output.Problems(p.stderr, fixes.Report.Problems, false)
}

// trouble writes problems to standard error where there is no report that shows them.
func (p *program) trouble(problems []finding.Problem) (int, error) {
	code := exitClean
	for _, x := range problems {
		if x.Kind == finding.Unread {
			code = exitTrouble
		}
	}
	return code, output.Problems(p.stderr, problems, false)
}

// open returns what a report is written to: a buffer that finish writes to the file with a name, so that a run that fails
// leaves an older report alone; or standard output if there is no name.
func (p *program) open(name string) (w io.Writer, finish func() error) {
	if name == "" {
		return p.stdout, func() error { return nil }
	}
	var b bytes.Buffer
	return &b, func() error { return os.WriteFile(name, b.Bytes(), 0o666) }
}
