package python

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The files of a repository with patterns that are easily read in a wrong way: by level, then what is in the folders.
var trickyIgnores = map[string]string{
	".git/info/exclude": "excluded_by_info.py\nwanted_again.py\n",
	".gitignore": strings.Join([]string{
		"# a comment",
		`\#hash.py`,
		`\!bang.py`,
		"",
		"trailing.py   ",
		`escaped\ .py\ `,
		"*.gen.py",
		"!keep.gen.py",
		"/rooted.py",
		"dironly/",
		"build/**",
		"!build/keep.py",
		"**/anywhere.py",
		"a/**/z.py",
		"mid/dle.py",
		"deep/**",
		"q?.py",
		"[a-c]lass.py",
		"[!x]neg.py",
		"[^x]caret.py",
		"[]]bracket.py",
		"[[:digit:]]*.py",
		"[[:nosuch:]]x.py",
		"brace{a,b}.py",
		"glob{a,b}*.py",
		"unclosed[.py",
		"star**star.py",
		`back\\slash.py`,
		`\q.py`,
		"!wanted_again.py",
		"*/onelevel.py",
		"foo/*",
		"!foo/bar/",
		"/*/two/*/four.py",
		"**/x/**/y.py",
		"tail/**/",
		" leading.py",
		"crlf.py\r",
		"été.py",
		"*.p[xy]c",
		"***/three.py",
		"/",
		"!",
		"//double.py",
		"ends\\",
		"range[z-a].py",
		"dash[a-].py",
		"dotdir/.hidden.py",
		"UPPER.py",
		"sp ace.py",
	}, "\n"),
	"nested/.gitignore":      "!rooted.py\n/rooted.py\n*.py\n!yes.py\nsub/\n",
	"nested/deep/.gitignore": "!no.py\n\xef\xbb\xbfbom.py\n",
	"bom/.gitignore":         "\ufefffirst.py\nsecond.py\n",
	"crlf/.gitignore":        "one.py\r\n!two.py\r\nthree\\\r.py\n",
	"noeol/.gitignore":       "last.py",
}

var trickyPaths = strings.Fields(`
	#hash.py !bang.py hash.py trailing.py x.gen.py keep.gen.py sub/keep.gen.py rooted.py sub/rooted.py dironly sub/dironly/f.py
	dironly2/dironly/f.py build/keep.py build/other.py sub/build/other.py anywhere.py p/q/anywhere.py a/z.py a/b/z.py a/b/c/z.py
	b/a/b/z.py mid/dle.py sub/mid/dle.py deep/one.py deep/two/three.py deep.py qa.py qab.py q/.py alass.py dlass.py class.py aneg.py xneg.py
	acaret.py xcaret.py ]bracket.py 1.py 12ab.py a1.py nx.py bracea.py brace{a,b}.py globa1.py glob{a,b}1.py unclosed[.py starstar.py starxstar.py starx/ystar.py
	back\slash.py backslash.py q.py \q.py excluded_by_info.py wanted_again.py onelevel.py l/onelevel.py l/m/onelevel.py
	foo/baz.py foo/bar/in.py foo/qux/in.py one/two/three/four.py one/two/four.py x/two/three/y/four.py x/y.py x/a/y.py k/x/a/b/y.py
	tail/a/b.py tail/b.py leading.py crlf.py été.py m.pyc m.pxc m.pzc three.py u/v/three.py double.py sub/double.py ends ends\ rangez.py
	dasha.py dash-.py dashb.py dotdir/.hidden.py .hidden.py UPPER.py upper.py
	nested/rooted.py nested/yes.py nested/no.py nested/sub/yes.py nested/deep/no.py nested/deep/yes.py nested/deep/bom.py
	bom/first.py bom/second.py crlf/one.py crlf/two.py noeol/last.py plain.py
	inner/.git/HEAD inner/x.gen.py inner/plain.py
`)

// TestIgnoreAgreesWithGit lays out a repository and compares what the walk leaves out with what git does.
func TestIgnoreAgreesWithGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Fatal("the test needs git: ", err)
	}
	dir := t.TempDir()
	git := func(stdin string, args ...string) string {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "HOME="+dir)
		cmd.Stdin = strings.NewReader(stdin)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil && stderr.Len() > 0 {
			t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
		}
		return string(out)
	}
	git("", "init", "-q")
	write := func(path, text string) {
		abs := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(abs), 0o777); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(abs); err == nil && info.IsDir() {
			return
		}
		if err := os.WriteFile(abs, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for path, text := range trickyIgnores {
		write(path, text)
	}
	paths := append(slices.Clone(trickyPaths), "escaped .py ", "escaped .py", "sp ace.py", " leading.py")
	for _, path := range paths {
		write(path, "")
	}

	var want, got []string
	var asked strings.Builder
	for _, path := range paths {
		if info, err := os.Stat(filepath.Join(dir, path)); err == nil && info.Mode().IsRegular() && !strings.HasPrefix(path, "inner/") {
			want = append(want, path)
			asked.WriteString(path + "\x00")
		}
	}
	// Of an inner repository git says nothing; its own rules hold, and it has none.
	want = append(want, "inner/x.gen.py", "inner/plain.py")
	ignored := strings.Split(git(asked.String(), "check-ignore", "-z", "--stdin"), "\x00")
	want = slices.DeleteFunc(want, func(p string) bool { return slices.Contains(ignored, p) })
	if len(ignored) < 30 || len(want) < 30 {
		t.Fatalf("git ignores %d paths and leaves %d: the test compares too little", len(ignored), len(want))
	}
	entries, problems := walk(Options{Dir: dir, Starts: []string{dir}, Display: filepath.ToSlash})
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	for _, e := range entries {
		if filepath.Base(e.path) != ".gitignore" {
			got = append(got, e.path)
		}
	}
	sort.Strings(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files left (-git +sesslint):\n%s", diff)
	}
}
