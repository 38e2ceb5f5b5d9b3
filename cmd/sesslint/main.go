// Command sesslint finds bugs in the handling of web sessions. See `sesslint help check`.
package main

import (
	"os"

	"github.com/sesslint/sesslint/internal/py/treesitter"
	"github.com/sesslint/sesslint/pyrules"
)

func main() {
	p := program{
		analyzers: pyrules.All,
		parse:     treesitter.ParseTimed,
		stdout:    os.Stdout,
		stderr:    os.Stderr,
	}
	os.Exit(p.run(os.Args[1:]))
}
