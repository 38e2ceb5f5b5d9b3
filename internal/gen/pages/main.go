// Command pages writes what is generated from the rules themselves: docs/rules and the marked parts of README.md. Run it
// through go run ./internal/gen, which brings the list of rules up to date first.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/sesslint/sesslint/internal/gen/drift"
	"github.com/sesslint/sesslint/pyrules"
)

func main() {
	check := flag.Bool("check", false, "change nothing, and fail if a generated file is out of date")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	root, err := drift.Root()
	if err != nil {
		return err
	}
	set, err := generate(root, pyrules.All)
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
	return nil
}
