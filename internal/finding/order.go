package finding

import (
	"cmp"
	"slices"
)

// Sort puts findings in the order of every report: by path, start, rule and message, so that it is the same on every run.
func Sort(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.At.Path, b.At.Path),
			cmp.Compare(a.At.Start, b.At.Start),
			cmp.Compare(a.Rule.ID, b.Rule.ID),
			cmp.Compare(a.Message, b.Message),
			cmp.Compare(a.At.End, b.At.End),
			cmp.Compare(a.Help, b.Help),
		)
	})
}

// SortProblems puts problems in the order of every report: by path, position and message.
func SortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.At.Path, b.At.Path),
			cmp.Compare(a.At.Line, b.At.Line),
			cmp.Compare(a.At.Column, b.At.Column),
			cmp.Compare(a.Message, b.Message),
		)
	})
}
