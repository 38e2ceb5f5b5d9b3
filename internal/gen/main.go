// Command gen writes the generated files: the list of rules, their pages, the tables in README.md. With -check it changes
// nothing and fails if a file is out of date. "gen new -id some-rule-name" starts a rule.
//
// The list is made here, from the names of the folders; the rest is made by package pages, which imports the list and is
// therefore built and run after it was written.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/sesslint/sesslint/internal/gen/drift"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	root, err := drift.Root()
	if err != nil {
		return err
	}
	if len(args) > 0 && args[0] == "new" {
		flags := flag.NewFlagSet("gen new", flag.ContinueOnError)
		id := flags.String("id", "", "id of the new rule: lower-case words joined by dashes")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		files, err := scaffold(root, *id)
		if err != nil {
			return err
		}
		for _, name := range files {
			fmt.Println("wrote", name)
		}
		fmt.Println("next: write rule.md, make the tests pass, and run make gen")
		return generate(root, false)
	}
	flags := flag.NewFlagSet("gen", flag.ContinueOnError)
	check := flags.Bool("check", false, "change nothing, and fail if a generated file is out of date")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return generate(root, *check)
}

func generate(root string, check bool) error {
	set, err := lists(root)
	if err != nil {
		return err
	}
	stale, err := set.Sync(root, check)
	if err != nil {
		return err
	}
	if check && len(stale) > 0 {
		return fmt.Errorf("out of date: %s; run make gen", strings.Join(stale, ", "))
	}
	for _, name := range stale {
		fmt.Println("wrote", name)
	}
	if check {
		return goTool(root, "run", "./internal/gen/pages", "-check")
	}
	// The evidence tables stand in rule.md, which the pages quote. The tests compare them, so a check need not.
	evidence, err := filepath.Glob(filepath.Join(root, "pyrules", "*", "evidence"))
	if err != nil {
		return err
	}
	if len(evidence) > 0 {
		args := append([]string{"test", "-run", "^TestEvidence$"}, evidence...)
		if err := goTool(root, append(args, "-update")...); err != nil {
			return err
		}
	}
	return goTool(root, "run", "./internal/gen/pages")
}

func goTool(root string, args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = root, os.Stdout, os.Stderr
	return cmd.Run()
}
