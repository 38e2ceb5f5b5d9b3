package python

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/source"
)

// An entry is one file that discovery found, with what is known of it so far.
type entry struct {
	path  string // relative to the root, with forward slashes
	abs   string
	shown string // what a reader sees
	role  role

	// Set by load, before anything else runs.
	loaded bool
	passed bool // the filter

	mu       sync.Mutex
	override []byte // bytes that replace those on disk
	bytes    []byte // what was read, if it was kept
	isRead   bool
	text     *source.File // of the bytes, when it was first needed
	file     *py.File
	isOpen   bool
	problems []finding.Problem
}

// A reader reads files into one buffer after the other, so that files that do not matter leave no garbage.
type reader struct{ buffer []byte }

// loadEntry reads one file and parses it if it passes the filter.
func (t *Tree) loadEntry(e *entry, r *reader) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.loaded = true
	start := time.Now()
	src, message := r.read(e.abs, t.options.MaxFileSize)
	t.count.reading.Add(int64(time.Since(start)))
	if message != "" {
		e.isRead, e.isOpen = true, true
		e.unread(message)
		return
	}
	t.count.filesRead.Add(1)
	t.count.bytesRead.Add(int64(len(src)))
	start = time.Now()
	message = rejected(src)
	e.passed = message == "" && wanted.match(src)
	t.count.filtering.Add(int64(time.Since(start)))
	switch {
	case message != "":
		e.isRead, e.isOpen = true, true
		e.unread(message)
	case e.passed:
		t.parse(e, bytes.Clone(src))
	}
}

// rejected says why a Python file cannot be parsed at all, or returns "".
func rejected(src []byte) string {
	if bytes.IndexByte(src, 0) >= 0 {
		return "file contains NUL bytes, so Python cannot read it and it was not checked"
	}
	return ""
}

// open returns the parsed file of an entry, parsing it if needed; nil if it is not Python or cannot be read.
func (t *Tree) open(e *entry) *py.File {
	if e.role == otherRole {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.isOpen {
		return e.file
	}
	src := t.readLocked(e)
	if src == nil {
		e.isOpen = true
		return nil
	}
	if message := rejected(src); message != "" {
		e.isOpen = true
		e.unread(message)
		return nil
	}
	t.parse(e, src)
	return e.file
}

// read returns the bytes of an entry; nil if it cannot be read.
func (t *Tree) read(e *entry) []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	return t.readLocked(e)
}

// text returns the lines of an entry; of one that cannot be read, those of an empty file.
func (t *Tree) text(e *entry) *source.File {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.text == nil {
		e.text = source.New(e.shown, t.readLocked(e))
	}
	return e.text
}

func (t *Tree) readLocked(e *entry) []byte {
	if e.override != nil {
		return e.override
	}
	if e.isRead {
		return e.bytes
	}
	e.isRead = true
	src, message := new(reader).read(e.abs, t.options.MaxFileSize)
	if message != "" {
		// Files that are not Python are looked at for hints only; one that cannot be read is a hint less.
		if e.role != otherRole {
			e.unread(message)
		}
		return nil
	}
	if src == nil {
		src = []byte{}
	}
	e.bytes = src
	return src
}

// parse parses the bytes of an entry whose mutex is held.
func (t *Tree) parse(e *entry, src []byte) {
	t.count.filesParsed.Add(1)
	t.count.bytesParsed.Add(int64(len(src)))
	e.isOpen, e.isRead, e.bytes = true, true, src
	var module *py.Module
	var err error
	var scopes *py.Scopes
	crash := guard(func() {
		var parsing, lowering time.Duration
		module, parsing, lowering, err = t.options.Parse(src)
		t.count.parsing.Add(int64(parsing))
		t.count.lowering.Add(int64(lowering))
		if err == nil {
			start := time.Now()
			scopes = py.Resolve(module)
			t.count.resolving.Add(int64(time.Since(start)))
		}
	})
	if crash != "" {
		e.unread("reading the syntax of the file crashed, so it was not checked (a defect of sesslint, please report it): " + crash)
		return
	}
	if err != nil {
		e.unread("file was not checked: " + err.Error())
		return
	}
	e.file = &py.File{Path: e.path, Module: module, Scopes: scopes, Test: e.role == testRole}
	if e.role != testRole {
		e.text = source.New(e.shown, src)
		e.problems = append(e.problems, syntaxProblems(module, e.text)...)
	}
}

func (e *entry) unread(message string) {
	e.problems = append(e.problems, finding.Problem{Kind: finding.Unread, At: finding.Span{Path: e.shown}, Message: message})
}

// read returns the bytes of a file, valid until the next call, or says why it cannot be read.
func (r *reader) read(path string, limit int64) (src []byte, message string) {
	f, err := os.Open(path)
	if err != nil {
		return nil, readError(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, readError(err)
	}
	if info.Size() > limit {
		return nil, tooLarge(info.Size(), limit)
	}
	if need := int(info.Size()) + 512; cap(r.buffer) < need {
		r.buffer = make([]byte, max(need, 2*cap(r.buffer)))
	}
	buffer := r.buffer[:cap(r.buffer)]
	n := 0
	for {
		m, err := f.Read(buffer[n:])
		n += m
		switch {
		case int64(n) > limit: // it grew while it was read
			return nil, tooLarge(int64(n), limit)
		case err == io.EOF:
			return buffer[:n], ""
		case err != nil:
			return nil, readError(err)
		case n == len(buffer):
			buffer = append(buffer, make([]byte, len(buffer))...)
			r.buffer = buffer
		}
	}
}

func tooLarge(size, limit int64) string {
	return fmt.Sprintf("file is %s large, more than max-file-size (%s), so it was not checked", formatBytes(size), formatBytes(limit))
}

// formatBytes writes a number of bytes exactly where it is small or a whole number of units, else with one decimal.
func formatBytes(n int64) string {
	for _, unit := range []struct {
		size int64
		name string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= unit.size {
			if n%unit.size == 0 {
				return fmt.Sprintf("%d %s", n/unit.size, unit.name)
			}
			return fmt.Sprintf("%.1f %s", float64(n)/float64(unit.size), unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
