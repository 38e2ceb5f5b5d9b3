package pyrule

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

// A testCase is one small project and what a rule must say about it.
type testCase struct {
	name    string
	archive string            // file of the txtar archive; empty for a fence of rule.md
	section string            // heading of rule.md; empty for an archive
	files   map[string][]byte // the whole project, markers stripped
	own     map[string]bool   // the files that the case itself brings; the rest is the base project
	want    []expectation
	fixed   map[string][]byte // golden contents after fixing; archives only

	pedantic bool // findings on request are wanted too
	unsafe   bool // unsafe fixes are applied too
	holes    bool // the project has syntax errors on purpose
	problem  *regexp.Regexp
}

func (c *testCase) positive() bool { return len(c.want) > 0 }

// An expectation is one finding that must be there.
type expectation struct {
	path string
	line int
	// message is nil where any finding of the rule will do; then several on the line are as good as one.
	message *regexp.Regexp
	words   []string // a severity, a confidence, "pedantic"
}

func (e expectation) String() string {
	s := fmt.Sprintf("%s:%d", e.path, e.line)
	for _, w := range e.words {
		s += " " + w
	}
	if e.message != nil {
		s += fmt.Sprintf(" %q", e.message)
	}
	return s
}

var (
	badMark  = regexp.MustCompile(`[ \t]*# bad(?::[^\n]*)?[ \t]*$`)
	wantMark = regexp.MustCompile("[ \t]*# want ((?:(?:[a-z]+ )*(?:\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`)[ \t]*)+)$")
	wantItem = regexp.MustCompile("((?:[a-z]+ )*)(\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`)")
	wantLine = regexp.MustCompile("^([^:\\s]+):(\\d+): (?:((?:[a-z]+ )*)(`[^`]*`)|(.*))$")
)

var wantWords = []string{"error", "warning", "info", "high", "medium", "low", "pedantic"}

// fences returns a case for every Python fence of a rule page.
func fences(doc []byte) ([]*testCase, error) {
	var cases []*testCase
	section, count := "", map[string]int{}
	lines := strings.SplitAfter(string(doc), "\n")
	for i := 0; i < len(lines); i++ {
		line := strings.TrimRight(lines[i], "\n")
		if title, ok := strings.CutPrefix(line, "## "); ok {
			section = title
		}
		info, ok := strings.CutPrefix(line, "```")
		if !ok {
			continue
		}
		start := i + 1
		for i++; i < len(lines) && strings.TrimRight(lines[i], "\n") != "```"; i++ {
		}
		if i == len(lines) {
			return nil, fmt.Errorf("rule.md:%d: this fence is not closed", start)
		}
		words := strings.Fields(info)
		if len(words) == 0 || words[0] != "python" {
			continue
		}
		count[section]++
		c := &testCase{name: fmt.Sprintf("%s %d", section, count[section]), section: section, unsafe: true}
		for _, w := range words[1:] {
			if w != "pedantic" {
				return nil, fmt.Errorf("rule.md:%d: a python fence may say pedantic, not %q", start, w)
			}
			c.pedantic = true
		}
		if err := c.fillFence(strings.Join(lines[start:i], "")); err != nil {
			return nil, fmt.Errorf("rule.md:%d: %w", start, err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

func (c *testCase) fillFence(text string) error {
	ar := txtar.Parse([]byte(text))
	if len(ar.Files) > 0 && len(bytes.TrimSpace(ar.Comment)) > 0 {
		return fmt.Errorf("text before the first file of a fence that holds several files")
	}
	if len(ar.Files) == 0 {
		ar.Files = []txtar.File{{Name: "shop/views.py", Data: []byte(text)}}
	}
	files := map[string][]byte{}
	for _, f := range ar.Files {
		data, err := c.takeMarks(f.Name, f.Data)
		if err != nil {
			return err
		}
		files[f.Name] = data
	}
	c.setFiles(files, true)
	return nil
}

// readArchive returns the case of a txtar archive.
func readArchive(file string, data []byte) (*testCase, error) {
	ar := txtar.Parse(data)
	c := &testCase{
		name:    strings.TrimSuffix(filepath.Base(file), ".txtar"),
		archive: file, unsafe: true, fixed: map[string][]byte{},
	}
	base, err := c.readOptions(ar.Comment)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, f := range ar.Files {
		if _, again := files[f.Name]; again {
			return nil, fmt.Errorf("%s stands in the archive twice", f.Name)
		}
		if name, ok := strings.CutPrefix(f.Name, "fixed/"); ok {
			c.fixed[name] = f.Data
			continue
		}
		if f.Name == "want" {
			if err := c.readWant(f.Data); err != nil {
				return nil, err
			}
			continue
		}
		// An archive that brings its own project is taken as it is.
		if dir, name := path.Split(f.Name); name == "manage.py" || name == "settings.py" || path.Base(dir) == "settings" {
			base = false
		}
		if files[f.Name], err = c.takeMarks(f.Name, f.Data); err != nil {
			return nil, err
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("the archive holds no files")
	}
	for name := range c.fixed {
		if files[name] == nil {
			return nil, fmt.Errorf("fixed/%s: the archive has no %s", name, name)
		}
	}
	for _, e := range c.want {
		if files[e.path] == nil {
			return nil, fmt.Errorf("want: the archive has no %s", e.path)
		}
	}
	c.setFiles(files, base)
	return c, nil
}

// readOptions reads the "name: value" lines at the top of an archive; all other lines are remarks. It reports whether the
// case stands in the base project.
func (c *testCase) readOptions(comment []byte) (base bool, err error) {
	base = true
	for line := range strings.Lines(string(comment)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			continue
		}
		switch name {
		case "flags":
			if value != "--pedantic" {
				return false, fmt.Errorf("flags: %q: the only flag is --pedantic", value)
			}
			c.pedantic = true
		case "unsafe", "bare", "holes":
			b, err := strconv.ParseBool(value)
			if err != nil {
				return false, fmt.Errorf("%s: %q: write true or false", name, value)
			}
			switch name {
			case "unsafe":
				c.unsafe = b
			case "bare":
				base = !b
			case "holes":
				c.holes = b
			}
		case "problem":
			if c.problem, err = regexp.Compile(value); err != nil {
				return false, err
			}
		}
	}
	return base, nil
}

// readWant reads the file of expectations that cannot stand in a comment: "path:line: regexp", or, with words in front,
// "path:line: warning pedantic `regexp`".
func (c *testCase) readWant(data []byte) error {
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		m := wantLine.FindStringSubmatch(line)
		if m == nil {
			return fmt.Errorf("want: %q: write path:line: regexp", line)
		}
		n, err := strconv.Atoi(m[2])
		if err != nil {
			return fmt.Errorf("want: %q: %w", line, err)
		}
		pattern := m[5]
		if m[4] != "" {
			pattern = strings.Trim(m[4], "`")
		}
		if err := c.expect(m[1], n, m[3], pattern); err != nil {
			return fmt.Errorf("want: %q: %w", line, err)
		}
	}
	return nil
}

func (c *testCase) expect(path string, line int, words, pattern string) error {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return err
	}
	e := expectation{path: path, line: line, message: re, words: strings.Fields(words)}
	for _, w := range e.words {
		if !slices.Contains(wantWords, w) {
			return fmt.Errorf("%q: want one of %s before the message", w, strings.Join(wantWords, ", "))
		}
	}
	c.want = append(c.want, e)
	return nil
}

// takeMarks returns the text of a file without its markers, and remembers what they ask for. Markers are cut out so that a
// rule that reads comments does not read them.
func (c *testCase) takeMarks(name string, data []byte) ([]byte, error) {
	if path.Ext(name) != ".py" {
		return data, nil
	}
	var out strings.Builder
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		text := strings.TrimRight(line, "\r\n")
		end := line[len(text):]
		if c.archive == "" {
			if at := badMark.FindStringIndex(text); at != nil {
				c.want = append(c.want, expectation{path: name, line: n})
				text = text[:at[0]]
			}
			if strings.Contains(strings.ToLower(text), "# bad") {
				return nil, fmt.Errorf("%s:%d: the marker of a bad line is %q at its end", name, n, "# bad")
			}
		} else {
			if m := wantMark.FindStringSubmatchIndex(text); m != nil {
				for _, item := range wantItem.FindAllStringSubmatch(text[m[2]:m[3]], -1) {
					pattern, err := strconv.Unquote(item[2])
					if err == nil {
						err = c.expect(name, n, item[1], pattern)
					}
					if err != nil {
						return nil, fmt.Errorf("%s:%d: %w", name, n, err)
					}
				}
				text = text[:m[0]]
			}
			if strings.Contains(text, "# want") || strings.Contains(text, "# bad") {
				return nil, fmt.Errorf("%s:%d: the marker of an expected finding is `# want \"regexp\"` at the end of its line", name, n)
			}
		}
		out.WriteString(text + end)
	}
	return []byte(out.String()), nil
}

// setFiles takes the case's own files, and with base those of the base project that the case does not replace.
func (c *testCase) setFiles(files map[string][]byte, base bool) {
	c.own = map[string]bool{}
	for name := range files {
		c.own[name] = true
	}
	c.files = maps.Clone(files)
	if base {
		addBase(c.files)
	}
}
