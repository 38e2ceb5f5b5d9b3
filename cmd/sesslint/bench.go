package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/sesslint/sesslint/internal/engine"
	"github.com/sesslint/sesslint/internal/python"
)

// A stopwatch measures a run for --bench.
type stopwatch struct{ start time.Time }

func newStopwatch() stopwatch { return stopwatch{time.Now()} }

// print writes one line for each phase. The phases from reading to resolving are sums over all workers; walking, loading,
// linking, rules and total are time that passed.
func (s stopwatch) print(w io.Writer, plan *engine.Plan) {
	var sum python.Timings
	for _, t := range plan.Timings() {
		sum.Add(t)
	}
	for _, x := range []struct {
		phase string
		took  time.Duration
	}{
		{"walking", sum.Walking}, {"loading", sum.Loading},
		{"reading", sum.Reading}, {"filtering", sum.Filtering}, {"parsing", sum.Parsing}, {"lowering", sum.Lowering}, {"resolving", sum.Resolving},
		{"linking", sum.Linking}, {"rules", sum.Rules}, {"total", time.Since(s.start)},
	} {
		fmt.Fprintf(w, "%-10s %10.1f ms\n", x.phase, float64(x.took.Microseconds())/1000)
	}
	fmt.Fprintf(w, "%-10s %10d (%d bytes)\n", "read", sum.FilesRead, sum.BytesRead)
	fmt.Fprintf(w, "%-10s %10d (%d bytes)\n", "parsed", sum.FilesParsed, sum.BytesParsed)
	fmt.Fprintf(w, "%-10s %10d bytes\n", "memory", peakMemory())
}

// peakMemory is the largest resident size of the process in bytes as Linux reports it; elsewhere what Go got from the
// system.
func peakMemory() int64 {
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		for line := range strings.Lines(string(status)) {
			if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
				if kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64); err == nil {
					return kb << 10
				}
			}
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}
