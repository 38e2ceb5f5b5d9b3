package output

import (
	"bufio"
	"fmt"
	"io"

	"github.com/sesslint/sesslint/internal/finding"
)

// Settings writes facts: a title for each group, a line for each fact, and below it the places that made it so.
func Settings(w io.Writer, groups []finding.Facts) error {
	b := bufio.NewWriter(w)
	for i, group := range groups {
		if i > 0 {
			fmt.Fprintln(b)
		}
		fmt.Fprintf(b, "%s\n", clean(group.Title))
		for _, fact := range group.Facts {
			fmt.Fprintf(b, "  %s = %s\n", clean(fact.Name), clean(fact.Text))
			for _, p := range fact.Places {
				fmt.Fprintf(b, "      %s: %s\n", place(p.At), clean(p.Message))
			}
		}
	}
	return b.Flush()
}
