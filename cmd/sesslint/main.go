// Command sesslint finds bugs in the handling of web sessions. See `sesslint help check`.
package main

import (
	"os"
	"runtime/debug"

	"github.com/sesslint/sesslint/internal/py/treesitter"
	"github.com/sesslint/sesslint/pyrules"
)

func main() {
	if os.Getenv("GOGC") == "" {
		// A run is short and its memory small: collecting less often is a tenth faster.
		debug.SetGCPercent(400)
	}
	p := program{
		analyzers: pyrules.All,
		parse:     treesitter.ParseTimed,
		stdout:    os.Stdout,
		stderr:    os.Stderr,
	}
	os.Exit(p.run(os.Args[1:]))
}
