package pyrule

import (
	"fmt"
	"os"

	"github.com/sesslint/sesslint/internal/finding"
	"github.com/sesslint/sesslint/internal/py"
)

// Example runs a rule on the first fence under Example of its page that has a line marked bad, and returns what it finds and
// the sources by path.
func Example(a *py.Analyzer) ([]finding.Finding, map[string][]byte, error) {
	cases, err := fences([]byte(a.Meta.Doc))
	if err != nil {
		return nil, nil, err
	}
	for _, c := range cases {
		if c.section != "Example" || !c.positive() {
			continue
		}
		dir, err := write(c.files)
		if err != nil {
			return nil, nil, err
		}
		defer os.RemoveAll(dir)
		var found []finding.Finding
		for _, f := range discover(dir).Run([]*py.Analyzer{a}).Findings {
			if c.own[f.At.Path] && (c.pedantic || !f.Pedantic) {
				found = append(found, f)
			}
		}
		finding.Sort(found)
		return found, c.files, nil
	}
	return nil, nil, fmt.Errorf("no python fence under Example has a line marked bad")
}
