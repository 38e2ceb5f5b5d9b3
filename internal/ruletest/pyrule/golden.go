package pyrule

import (
	"bytes"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// updateGolden writes the fixed/ sections of the case's archive.
func (c *testCase) updateGolden(fixed map[string][]byte) error {
	data, err := os.ReadFile(c.archive)
	if err != nil {
		return err
	}
	ar := txtar.Parse(data)
	ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "fixed/") })
	for _, name := range names(fixed) {
		if !bytes.Equal(c.files[name], fixed[name]) {
			ar.Files = append(ar.Files, txtar.File{Name: "fixed/" + name, Data: fixed[name]})
		}
	}
	out := txtar.Format(ar)
	if bytes.Equal(out, data) {
		return nil
	}
	return os.WriteFile(c.archive, out, 0o644)
}
