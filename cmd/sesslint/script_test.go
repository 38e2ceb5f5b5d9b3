package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/sesslint/sesslint/internal/py/treesitter"
)

// In scripts the command `sesslint` has the toy rules of toy_test.go, so that the scripts do not change with the real ones,
// and `sesslint-real` the rules that are shipped.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"sesslint": runToys,
		"sesslint-unprivileged": func() {
			dropRoot()
			runToys()
		},
		"sesslint-real": main,
		"python-nest":   nest,
	})
}

func runToys() {
	p := program{analyzers: toys, parse: treesitter.ParseTimed, stdout: os.Stdout, stderr: os.Stderr}
	os.Exit(p.run(os.Args[1:]))
}

// dropRoot makes the process one of the user nobody if it is root's, to whom permissions mean nothing. For anybody else it does
// nothing.
func dropRoot() {
	if os.Getuid() != 0 {
		return
	}
	const nobody = 65534
	if err := errors.Join(syscall.Setgroups(nil), syscall.Setgid(nobody), syscall.Setuid(nobody)); err != nil {
		panic(err)
	}
}

// nest writes a Python file with 2,000 levels of brackets or of blocks, by its name, and a line behind them that a toy rule
// finds.
func nest() {
	const depth = 2000
	var b strings.Builder
	if filepath.Base(os.Args[1]) == "closed.py" {
		b.WriteString("session = " + strings.Repeat("(", depth) + "1" + strings.Repeat(")", depth) + "\n")
	} else {
		for i := range depth {
			b.WriteString(strings.Repeat(" ", i) + "if session:\n")
		}
		b.WriteString(strings.Repeat(" ", depth) + "pass\n")
	}
	b.WriteString("session_bad\n")
	if err := os.WriteFile(os.Args[1], []byte(b.String()), 0o666); err != nil {
		panic(err)
	}
}

func TestScripts(t *testing.T) {
	schema, err := filepath.Abs("../../docs/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "", // rewrites what `cmp stdout` expects; read the result
		Setup: func(e *testscript.Env) error {
			// The folders of a test are closed to others, and sesslint-unprivileged is another.
			for _, dir := range []string{filepath.Dir(e.WorkDir), e.WorkDir} {
				if err := os.Chmod(dir, 0o755); err != nil {
					return err
				}
			}
			e.Setenv("SCHEMA", schema)
			e.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
			e.Setenv("GORACE", "atexit_sleep_ms=0") // under the race detector each command would end with a nap of a second
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":    cmdExits,
			"write":    cmdWrite,
			"bytes":    cmdBytes,
			"fifo":     cmdFifo,
			"validate": cmdValidate,
			"mode":     cmdMode,
		},
	})
}

// exits CODE COMMAND [ARG...] runs a command and checks its exit code exactly.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%s: %v", args[1], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// write FILE TEXT [COUNT] writes the Go string literal "TEXT" to a file, COUNT times.
func cmdWrite(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 && len(args) != 3 {
		ts.Fatalf("usage: write FILE TEXT [COUNT]")
	}
	count := 1
	if len(args) == 3 {
		n, err := strconv.Atoi(args[2])
		ts.Check(err)
		count = n
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Repeat(unquote(ts, args[1]), count)), 0o666))
}

// bytes FILE TEXT checks that a file holds exactly the bytes of the Go string literal "TEXT".
func cmdBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: bytes FILE TEXT")
	}
	if got, want := ts.ReadFile(args[0]), unquote(ts, args[1]); got != want {
		ts.Fatalf("%s holds %q, want %q", args[0], got, want)
	}
}

func unquote(ts *testscript.TestScript, text string) string {
	out, err := strconv.Unquote(`"` + strings.ReplaceAll(text, `"`, `\"`) + `"`)
	ts.Check(err)
	return out
}

// fifo FILE makes a named pipe.
func cmdFifo(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: fifo FILE")
	}
	ts.Check(syscall.Mkfifo(ts.MkAbs(args[0]), 0o666))
}

// mode FILE MODE checks the permissions of a file, in octal.
func cmdMode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode FILE MODE")
	}
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[1] {
		ts.Fatalf("mode of %s is %s, want %s", args[0], got, args[1])
	}
}

// validate FILE checks a report ("stdout" is the output of the last command) against docs/report.schema.json.
func cmdValidate(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: validate FILE")
	}
	schema, err := jsonschema.NewCompiler().Compile(ts.Getenv("SCHEMA"))
	ts.Check(err)
	report, err := jsonschema.UnmarshalJSON(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	if err := schema.Validate(report); (err != nil) != neg {
		ts.Fatalf("valid against the schema: %v (%v)", err == nil, err)
	}
}
