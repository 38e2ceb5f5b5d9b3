package nestedmutationlost

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The rules that share the shapes, by the folder of their archives.
var shapeRules = map[string]string{
	"nested-mutation-lost":     ".",
	"setdefault-mutation-lost": "../setdefaultmutationlost",
}

// TestShapes holds what the archives shapes_*.txtar expect against what Django was seen to do: a change that is lost must be
// reported by the rule that the record names, and nothing else may be. That the rules agree with their archives is for the
// harness to show.
func TestShapes(t *testing.T) {
	record, err := os.ReadFile("testdata/shapes.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var head []string
	reported := map[[3]string]bool{} // rule, settings, shape
	shapes := map[string]bool{}
	for line := range strings.Lines(string(record)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		switch {
		case strings.HasPrefix(line, "#"):
		case head == nil:
			head = fields
		default:
			// One piece of code may be lost or not, depending on what the session holds; it is reported for the former.
			shape := strings.TrimSuffix(strings.TrimSuffix(fields[0], "_present"), "_absent")
			shapes[shape] = true
			rule := fields[len(fields)-1]
			for i, settings := range head[1 : len(head)-1] {
				if fields[i+1] != "LOST" {
					continue
				}
				if shapeRules[rule] == "" {
					t.Errorf("%s is lost with the settings %q, and no rule reports it", fields[0], settings)
				}
				reported[[3]string{rule, settings, shape}] = true
			}
		}
	}
	if len(shapes) != 19 || len(head) != 8 {
		t.Fatalf("the record has %d shapes in %d columns, want 19 in 8", len(shapes), len(head))
	}
	for rule, dir := range shapeRules {
		for _, settings := range head[1 : len(head)-1] {
			wanted := wantedShapes(t, filepath.Join(dir, "testdata", "shapes_"+settings+".txtar"))
			for shape := range shapes {
				want, ok := wanted[shape]
				if lost := reported[[3]string{rule, settings, shape}]; !ok || want != lost {
					t.Errorf("%s with the settings %q: the archive has %s: %v, and expects a finding: %v; the record: %v", rule, settings, shape, ok, want, lost)
				}
			}
			if len(wanted) != len(shapes) {
				t.Errorf("%s with the settings %q: the archive has %d shapes, want %d", rule, settings, len(wanted), len(shapes))
			}
		}
	}
}

var def = regexp.MustCompile(`^def (\w+)\(`)

// wantedShapes returns for each view of an archive whether a finding is expected in it.
func wantedShapes(t *testing.T, file string) map[string]bool {
	t.Helper()
	archive, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(string(archive), "-- fixed/")
	wanted := map[string]bool{}
	shape := ""
	for line := range strings.Lines(text) {
		if m := def.FindStringSubmatch(line); m != nil {
			shape = m[1]
			wanted[shape] = false
		}
		if strings.Contains(line, "# want") {
			wanted[shape] = true
		}
	}
	return wanted
}
