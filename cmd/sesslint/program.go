package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/sesslint/sesslint/internal/engine"
	"github.com/sesslint/sesslint/internal/output"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/python"
	"github.com/sesslint/sesslint/rule"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// Exit codes.
const (
	exitClean   = 0
	exitFinding = 1 // a finding at or above --fail-on
	exitTrouble = 2 // bad usage or configuration, or input that could not be read; wins over the others
)

// A program is the command with what it is wired to.
type program struct {
	analyzers      []*py.Analyzer
	parse          python.ParseFunc
	stdout, stderr io.Writer
}

// run runs the command and returns its exit code.
func (p *program) run(args []string) int {
	code := exitClean
	root := &cobra.Command{
		Use:           "sesslint",
		Short:         "find bugs in the handling of web sessions",
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          unknownCommand,
		RunE: func(cmd *cobra.Command, args []string) error {
			return errors.New("no command: try `sesslint check`, or `sesslint help`")
		},
	}
	root.SetVersionTemplate("sesslint {{.Version}}\n")
	root.AddCommand(p.checkCommand(&code), p.explainCommand(), p.rulesCommand())
	root.SetArgs(args)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; see `%s --help`", err, cmd.CommandPath())
	})
	if err := root.Execute(); err != nil {
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintf(p.stderr, "sesslint: %s\n", strings.TrimSuffix(line, "\n"))
		}
		return exitTrouble
	}
	return code
}

// unknownCommand refuses arguments of the command itself, which must be meant as a command or as paths to check.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if _, err := os.Stat(args[0]); err == nil {
		return fmt.Errorf("unknown command %q: did you mean `sesslint check %s`?", args[0], args[0])
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	if near := rule.Nearest(args[0], names); near != "" {
		return fmt.Errorf("unknown command %q: did you mean %q?", args[0], near)
	}
	return fmt.Errorf("unknown command %q; see `sesslint --help`", args[0])
}

func (p *program) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain RULE",
		Short: "print what a rule finds, why it is bad and what to do",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("explain takes one rule, such as nested-mutation-lost; see `sesslint rules`")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			id, wing, _ := strings.Cut(args[0], ":")
			var ids []string
			found := false
			for _, m := range engine.Metas(p.analyzers) {
				ids = append(ids, m.ID)
				if m.ID != id || wing != "" && rule.Wing(wing) != m.Wing {
					continue
				}
				found = true
				if err := output.Explain(p.stdout, m); err != nil {
					return err
				}
			}
			if found {
				return nil
			}
			if near := rule.Nearest(id, ids); near != "" && near != id {
				return fmt.Errorf("unknown rule %q: did you mean %q?", args[0], near)
			}
			return fmt.Errorf("unknown rule %q; see `sesslint rules`", args[0])
		},
	}
}

func (p *program) rulesCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "list all rules",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			metas := engine.Metas(p.analyzers)
			switch format {
			case "json":
				return output.RulesJSON(p.stdout, metas)
			case "text":
				return output.Rules(p.stdout, metas)
			default:
				return fmt.Errorf("unknown output format %q: use text or json", format)
			}
		},
	}
	cmd.Flags().StringVar(&format, "output-format", "text", "text or json")
	return cmd
}

// version is that of the module, or the revision it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return strings.TrimPrefix(v, "v")
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "devel-" + s.Value[:min(12, len(s.Value))]
		}
	}
	return "devel"
}

// isTerminal reports whether a writer is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
