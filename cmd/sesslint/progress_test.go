package main

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out)
	p.update(1, 2)
	p.stop()
	if out.Len() > 0 {
		t.Errorf("a bar on what is no terminal: %q", out.String())
	}

	p = &progress{w: &out, start: time.Now()}
	p.update(1, 2)
	if out.Len() > 0 {
		t.Errorf("a bar in the first second: %q", out.String())
	}
	p.start = time.Now().Add(-2 * time.Second)
	var wait sync.WaitGroup
	for i := range 100 {
		wait.Go(func() { p.update(i, 100) })
	}
	wait.Wait()
	if !strings.Contains(out.String(), "reading") {
		t.Errorf("no bar after a second: %q", out.String())
	}
	p.stop()
	out.Reset()
	p.update(2, 2)
	p.stop()
	if out.Len() > 0 {
		t.Errorf("a bar that was stopped goes on: %q", out.String())
	}
}
