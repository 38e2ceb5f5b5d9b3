// Command bench measures sesslint on a folder beside "rg -i -l session", which reads the same files and does nothing else with
// them: the yardstick for how fast a linter of these files can be. It runs both alternately, after one run of each that only
// warms the file cache, and prints the fastest run of each.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

func main() {
	runs := flag.Int("runs", 3, "measured runs of each command")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: make bench DIR=folder")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 || flag.Arg(0) == "" || *runs < 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := bench(flag.Arg(0), *runs); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(dir string, runs int) error {
	if info, err := os.Stat(dir); err != nil {
		return err
	} else if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", dir)
	}
	rg, err := exec.LookPath("rg")
	if err != nil {
		return errors.New("rg is not installed, and the bench compares with it: install ripgrep (on Debian: apt-get install ripgrep)")
	}
	scratch, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	sesslint := filepath.Join(scratch, "sesslint")
	if out, err := exec.Command("go", "build", "-o", sesslint, "./cmd/sesslint").CombinedOutput(); err != nil {
		return fmt.Errorf("go build ./cmd/sesslint: %w\n%s", err, out)
	}
	var rgBest, lintBest measurement
	for i := range runs + 1 {
		r, err := measure(rg, "-i", "-l", "session", dir)
		if err != nil {
			return err
		}
		l, err := measure(sesslint, "check", "--bench", "--exit-zero", "--output-format", "concise", dir)
		if err != nil {
			return err
		}
		if !bytes.Contains(l.stderr, []byte("\ntotal ")) {
			return fmt.Errorf("sesslint measured nothing:\n%s", l.stderr)
		}
		if i == 0 {
			continue // it warmed the file cache
		}
		rgBest, lintBest = rgBest.faster(r), lintBest.faster(l)
	}
	fmt.Printf("%s, fastest of %d runs\n\n", dir, runs)
	fmt.Printf("sesslint check:\n%s\n", indent(lintBest.stderr))
	fmt.Printf("  %-10s %10.1f ms\n\n", "process", milliseconds(lintBest.took))
	fmt.Printf("rg -i -l session:\n  %-10s %10.1f ms\n\n", "process", milliseconds(rgBest.took))
	fmt.Printf("sesslint takes %.1f times as long as rg\n", float64(lintBest.took)/float64(rgBest.took))
	return nil
}

// A measurement is one run of a command.
type measurement struct {
	took   time.Duration // from start to end of the process
	stderr []byte
}

// measure runs a command. Both commands exit with 1 to tell about what they found; anything above is a failure, but for the 2
// of a sesslint that met a file it could not read.
func measure(name string, args ...string) (measurement, error) {
	cmd := exec.Command(name, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	_, err := cmd.Output()
	m := measurement{time.Since(start), stderr.Bytes()}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 && exit.ExitCode() <= 2 {
		err = nil
	}
	if err != nil {
		return m, fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, m.stderr)
	}
	return m, nil
}

func (m measurement) faster(n measurement) measurement {
	if m.took == 0 || n.took < m.took {
		return n
	}
	return m
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func indent(text []byte) []byte {
	return append([]byte("  "), bytes.ReplaceAll(bytes.TrimRight(text, "\n"), []byte("\n"), []byte("\n  "))...)
}
