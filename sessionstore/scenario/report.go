package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/sesslint/sesslint/sessionstore"
)

// A Report says what requests cost.
type Report struct {
	// Requests is the number of requests, and Statuses how many were answered with each status.
	Requests int
	Statuses map[int]int

	// Rows is the number of rows in the table at the end, expired ones included.
	Rows int

	sessionstore.Counters
}

// Report returns what happened since the world began.
func (w *World) Report() Report {
	return Report{
		Requests: w.requests,
		Statuses: maps.Clone(w.statuses),
		Rows:     w.DB.Rows(),
		Counters: w.DB.Counters(),
	}
}

// Measure runs f and reports what happened meanwhile. Rows is the number at the end.
func (w *World) Measure(f func()) Report {
	before := w.Report()
	f()
	r := w.Report()
	r.Requests -= before.Requests
	r.Counters = r.Counters.Sub(before.Counters)
	for status, n := range before.Statuses {
		if r.Statuses[status] -= n; r.Statuses[status] == 0 {
			delete(r.Statuses, status)
		}
	}
	return r
}

// Writes is the number of INSERT, UPDATE and DELETE statements.
func (r Report) Writes() int { return r.Inserts + r.Updates + r.Deletes }

// String writes the report as a table of one column.
func (r Report) String() string { return Table(Column{Report: r}) }

// A Column is a named report in a table.
type Column struct {
	Name string
	Report
}

// Table sets reports side by side, a line for each figure. Lines that are 0 in all columns are left out, except for requests and
// rows.
func Table(columns ...Column) string {
	var b strings.Builder
	tw := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	line := func(name string, cell func(Report) string) {
		fmt.Fprint(tw, name)
		for _, c := range columns {
			fmt.Fprint(tw, "\t", cell(c.Report))
		}
		fmt.Fprintln(tw)
	}
	if slices.ContainsFunc(columns, func(c Column) bool { return c.Name != "" }) {
		for _, c := range columns {
			fmt.Fprint(tw, "\t", c.Name)
		}
		fmt.Fprintln(tw)
	}
	line("requests", func(r Report) string { return fmt.Sprint(r.Requests) })
	statuses := map[int]bool{}
	for _, c := range columns {
		for s := range c.Statuses {
			statuses[s] = true
		}
	}
	for _, s := range slices.Sorted(maps.Keys(statuses)) {
		line(fmt.Sprintf("status %d", s), func(r Report) string { return fmt.Sprint(r.Statuses[s]) })
	}
	line("rows", func(r Report) string { return fmt.Sprint(r.Rows) })
	for _, figure := range []struct {
		name  string
		value func(Report) int64
	}{
		{"SELECT", func(r Report) int64 { return int64(r.Selects) }},
		{"INSERT", func(r Report) int64 { return int64(r.Inserts) }},
		{"UPDATE", func(r Report) int64 { return int64(r.Updates) }},
		{"DELETE", func(r Report) int64 { return int64(r.Deletes) }},
		{"refused", func(r Report) int64 { return int64(r.Refused) }},
		{"bytes written", func(r Report) int64 { return r.BytesWritten }},
		{"lost updates", func(r Report) int64 { return int64(r.LostUpdates) }},
	} {
		if slices.ContainsFunc(columns, func(c Column) bool { return figure.value(c.Report) != 0 }) {
			line(figure.name, func(r Report) string { return fmt.Sprint(figure.value(r)) })
		}
	}
	tw.Flush()
	return b.String()
}
