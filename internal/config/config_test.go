package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/sesslint/sesslint/rule"
)

func testRules() *Rules {
	return NewRules([]*rule.Meta{
		{ID: "big-value", Wing: rule.Python, Category: rule.Size},
		{ID: "fixation", Wing: rule.Go, Category: rule.Fixation},
		{ID: "lost", Wing: rule.Go, Category: rule.LostWrite},
		{ID: "lost", Wing: rule.Python, Category: rule.LostWrite},
		{ID: "zero", Wing: rule.Python, Category: rule.Lifetime},
	})
}

func selectorTexts(list []Selector) []string {
	var out []string
	for _, s := range list {
		out = append(out, s.Text)
	}
	return out
}

func TestParse(t *testing.T) {
	text := `
select = ["lost", "size"]
extend-select = ["zero:python"]
ignore = ['all:go']
exclude = ["vendor/", "*.gen.py"]
max-file-size = "512 KiB"
fail-on = "error"
pedantic = true

[per-file-ignores]
"scripts/**" = ["zero"]
"*_settings.py" = ["size", "lost"]
`
	for name, text := range map[string]string{
		"sesslint.toml":  text,
		".sesslint.toml": "\ufeff" + strings.ReplaceAll(text, "\n", "\r\n"),
		"pyproject.toml": "[tool.other]\nselect = 1\n[tool.sesslint]" + strings.ReplaceAll(text, "[per", "[tool.sesslint.per") + "[project]\nname = 'x'\n",
	} {
		c, err := Parse(name, []byte(text), testRules())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		type ignores struct {
			Pattern string
			Rules   []string
		}
		var perFile []ignores
		for _, x := range c.PerFileIgnores {
			perFile = append(perFile, ignores{x.Pattern, selectorTexts(x.Rules)})
		}
		got := []any{selectorTexts(c.Select), selectorTexts(c.ExtendSelect), selectorTexts(c.Ignore), perFile}
		want := []any{[]string{"lost", "size"}, []string{"zero:python"}, []string{"all:go"}, []ignores{
			{"*_settings.py", []string{"size", "lost"}}, {"scripts/**", []string{"zero"}},
		}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: rules (-want +got):\n%s", name, diff)
		}
		wantRest := &Config{File: name, Exclude: []string{"vendor/", "*.gen.py"}, MaxFileSize: 512 << 10, FailOn: rule.Error, Pedantic: true}
		if diff := cmp.Diff(wantRest, c, cmpopts.IgnoreFields(Config{}, "Select", "ExtendSelect", "Ignore", "PerFileIgnores")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestParseEmpty(t *testing.T) {
	for name, text := range map[string]string{"sesslint.toml": "", "pyproject.toml": "[tool.sesslint]\n"} {
		c, err := Parse(name, []byte(text), testRules())
		if err != nil {
			t.Fatal(err)
		}
		want := Default()
		want.File = name
		if diff := cmp.Diff(want, c); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestParseErrors(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"unknown key": {
			"select = []\nselct = ['zero']\n", `2:1: unknown setting "selct": did you mean "select"?`,
		},
		"unknown key, nothing near": {
			"colour = 'red'\n",
			`1:1: unknown setting "colour": the settings are select, extend-select, ignore, exclude, per-file-ignores, max-file-size, fail-on, pedantic`,
		},
		"two unknown keys": {
			"exclud = []\n'pedantik' = 1\n", "1:1: unknown setting \"exclud\": did you mean \"exclude\"?\n2:1: unknown setting \"pedantik\": did you mean \"pedantic\"?",
		},
		"unknown table":            {"[rules]\nx = 1\n", `1:2: unknown setting "rules": the settings are `},
		"unknown rule":             {"select = ['zero',\n  'lots',\n]\n", `2:3: unknown rule or category "lots": did you mean "lost"?`},
		"unknown rule, code point": {"'select' = ['zero', # é\n  'zero', 'losst']\n", `2:11: unknown rule or category "losst": did you mean "lost"?`},
		"unknown category":         {"ignore = ['siz']", `1:11: unknown rule or category "siz": did you mean "size"?`},
		"unknown wing":             {"ignore = ['zero:rust']", `1:11: unknown wing "rust" in "zero:rust": use "zero:python" or "zero:go"`},
		"empty selection by wing":  {"ignore = ['zero:go']", `1:11: "zero:go" selects nothing: no rule of that name reads go`},
		"rule of per-file-ignores": {"[per-file-ignores]\n'a.py' = ['zero']\n'b.py' = ['zeroo']\n", `3:11: unknown rule or category "zeroo": did you mean "zero"?`},
		"inline table":             {"per-file-ignores = {'a.py' = ['zero'], 'b.py' = ['zeroo']}\n", `1:50: unknown rule or category "zeroo"`},
		"dotted key":               {"per-file-ignores.'a.py' = ['zeroo']\n", `1:28: unknown rule or category "zeroo"`},
		"negated pattern":          {"[per-file-ignores]\n'!a.py' = ['zero']\n", "2:1: a pattern of per-file-ignores cannot start with an exclamation mark"},
		"bad pattern":              {"exclude = ['ok', 'a[b']\n", `1:18: the pattern "a[b" has a bracket that is not closed, so it matches nothing`},
		"empty pattern":            {"exclude = [' ']\n", "1:12: empty pattern"},
		"type of select":           {"select = 'zero'\n", "1:10: select must be a list of strings"},
		"type in select":           {"select = ['zero', 1]\n", "1:19: select must be a list of strings"},
		"type of pedantic":         {"pedantic = 'yes'\n", "1:12: pedantic must be true or false"},
		"type of fail-on":          {"fail-on = 3\n", `1:11: fail-on must be "error", "warning" or "info"`},
		"type of per-file-ignores": {"per-file-ignores = ['a']\n", "1:20: per-file-ignores must be a table of lists of strings"},
		"value of fail-on":         {"fail-on = 'never'\n", `1:11: fail-on: unknown severity "never": use error, warning or info`},
		"size":                     {"max-file-size = '2 apples'\n", `1:17: max-file-size must be a number of bytes or a string such as "2MiB", and more than 0`},
		"size 0":                   {"max-file-size = 0\n", `1:17: max-file-size must be a number of bytes`},
		"type of size":             {"max-file-size = true\n", `1:17: max-file-size must be a number of bytes`},
		"syntax":                   {"select = [\n", "incomplete"},
		"twice":                    {"pedantic = true\npedantic = false\n", "2:1: "},
		"not UTF-8":                {"select = ['\xff']\n", "1:12: invalid UTF-8"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("sesslint.toml", []byte(test.text), testRules())
			if err == nil {
				t.Fatal("no error")
			}
			if got := strings.ReplaceAll(err.Error(), "sesslint.toml:", ""); !strings.Contains(got, test.want) {
				t.Errorf("error %q, want %q", got, test.want)
			}
		})
	}
}

func TestParseErrorsInPyproject(t *testing.T) {
	for text, want := range map[string]string{
		"[tool.black]\nline = 1\n[tool.sesslint]\nselct = []\n":               `pyproject.toml:4:1: unknown setting "selct": did you mean "select"?`,
		"[tool.sesslint.per-file-ignores]\n'a.py' = ['zero', 'losst']\n":      `pyproject.toml:2:19: unknown rule or category "losst": did you mean "lost"?`,
		"[tool]\nsesslint = { pedantic = 1 }\n":                               "pyproject.toml:2:25: pedantic must be true or false",
		"[tool.sesslint]\nignore = ['zer']\n[tool.ruff]\nignore = ['E501']\n": `pyproject.toml:2:11: unknown rule or category "zer": did you mean "zero"?`,
		"[[tool.sesslint]]\n":                                                     "pyproject.toml:1:",
		"[tool.sesslint]\n[tool.sesslint.rules.zero]\n":                           `pyproject.toml:2:2: unknown setting "rules"`,
		"tool.sesslint.per-file-ignores.'x.py' = ['zero']\ntool.sesslint.x = 1\n": `pyproject.toml:2:1: unknown setting "x"`,
	} {
		_, err := Parse("pyproject.toml", []byte(text), testRules())
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	for path, text := range map[string]string{
		"a/sesslint.toml":              "",
		"a/b/pyproject.toml":           "[project]\nname = 'x'\n",
		"a/b/c/pyproject.toml":         "[tool.sesslint]\n",
		"a/b/c/d/sesslint.toml":        "",
		"a/b/c/d/.sesslint.toml":       "",
		"a/b/c/d/pyproject.toml":       "[tool.sesslint]\n",
		"a/e/pyproject.toml":           "name = [\n",
		"a/f/pyproject.toml":           "[tool.sesslint\n",
		"a/g/pyproject.toml":           "[project]\ndependencies = ['sesslint']\n",
		"a/h/sesslint.toml/x":          "",
		"a/i/pyproject.toml":           "[tool]\nsesslint.pedantic = true\n",
		"a/b/c/d/deep/deeper/views.py": "",
	} {
		abs := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(abs), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(abs, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for start, want := range map[string]string{
		"a": "a/sesslint.toml", "a/b": "a/sesslint.toml", "a/b/c": "a/b/c/pyproject.toml", "a/b/c/d": "a/b/c/d/.sesslint.toml",
		"a/b/c/d/deep/deeper": "a/b/c/d/.sesslint.toml", "a/e": "a/sesslint.toml", "a/f": "a/f/pyproject.toml", "a/g": "a/sesslint.toml",
		"a/h": "a/sesslint.toml", "a/i": "a/i/pyproject.toml",
	} {
		got, err := Find(filepath.Join(dir, start))
		if err != nil || got != filepath.Join(dir, want) {
			t.Errorf("Find(%s) = %s, %v; want %s", start, got, err, want)
		}
	}
	if _, err := Load(filepath.Join(dir, "a/f/pyproject.toml"), testRules()); err == nil || !strings.Contains(err.Error(), "pyproject.toml:1:") {
		t.Errorf("a malformed pyproject.toml that names sesslint: error %v", err)
	}
}

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"1": 1, "2MiB": 2 << 20, "2 mib": 2 << 20, "10KB": 10000, "3 GiB": 3 << 30, " 5 kb ": 5000, "7b": 7,
		"": 0, "MiB": 0, "0": 0, "-1": 0, "1.5MiB": 0, "2 TiB": 0, "99999999999999999999": 0, "9999999999GiB": 0,
	} {
		if got, ok := ParseSize(text); got != want || ok != (want > 0) {
			t.Errorf("ParseSize(%q) = %d, %v; want %d", text, got, ok, want)
		}
	}
}

func TestSelected(t *testing.T) {
	rules := testRules()
	parse := func(text string) []Selector {
		if text == "-" {
			return nil
		}
		out := []Selector{}
		for _, one := range strings.Fields(text) {
			s, err := rules.Selector(one)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, s)
		}
		return out
	}
	const everything = "big-value:python fixation:go lost:go lost:python zero:python"
	type place struct{ sel, extend, ignore string }
	tests := map[string]struct {
		config, command place
		want            string
	}{
		"default":                              {place{"-", "", ""}, place{"-", "", ""}, everything},
		"configured":                           {place{"zero", "", ""}, place{"-", "", ""}, "zero:python"},
		"empty select":                         {place{"", "", ""}, place{"-", "", ""}, ""},
		"command replaces":                     {place{"zero", "", ""}, place{"lost", "", ""}, "lost:go lost:python"},
		"category":                             {place{"-", "", ""}, place{"size lifetime", "", ""}, "big-value:python zero:python"},
		"wing":                                 {place{"-", "", ""}, place{"lost:python", "", ""}, "lost:python"},
		"all of a wing":                        {place{"-", "", ""}, place{"all:go", "", ""}, "fixation:go lost:go"},
		"ignore":                               {place{"-", "", ""}, place{"-", "", "lost fixation"}, "big-value:python zero:python"},
		"ignore a wing":                        {place{"-", "", ""}, place{"-", "", "lost:go"}, "big-value:python fixation:go lost:python zero:python"},
		"extend what is configured":            {place{"zero", "", ""}, place{"-", "size", ""}, "big-value:python zero:python"},
		"configured extension holds":           {place{"-", "zero", ""}, place{"lost:go", "", ""}, "lost:go zero:python"},
		"rule over ignored category":           {place{"-", "", "size"}, place{"big-value", "", ""}, "big-value:python"},
		"configured ignore holds for all":      {place{"-", "", "zero"}, place{"all", "", ""}, "big-value:python fixation:go lost:go lost:python"},
		"command over configuration":           {place{"-", "", "zero"}, place{"zero", "", ""}, "zero:python"},
		"ignore over select in one place":      {place{"zero lost", "", "zero"}, place{"-", "", ""}, "lost:go lost:python"},
		"extend over an ignored category":      {place{"-", "zero", "all"}, place{"-", "", ""}, "zero:python"},
		"command ignores what config extends":  {place{"-", "zero", ""}, place{"-", "", "zero"}, "big-value:python fixation:go lost:go lost:python"},
		"command extends what config ignores":  {place{"-", "", "zero"}, place{"-", "zero", ""}, everything},
		"wing is more exact than the id":       {place{"-", "", ""}, place{"-", "lost:go", "lost"}, "big-value:python fixation:go lost:go zero:python"},
		"category is more exact than all":      {place{"-", "", ""}, place{"size", "", "all"}, "big-value:python"},
		"category with wing over the category": {place{"-", "", ""}, place{"lost-write:go", "", "lost-write"}, "lost:go"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, m := range rules.metas {
				if Selected(m,
					Selection{parse(test.config.sel), parse(test.config.extend), parse(test.config.ignore)},
					Selection{parse(test.command.sel), parse(test.command.extend), parse(test.command.ignore)}) {
					got = append(got, m.ID+":"+string(m.Wing))
				}
			}
			if diff := cmp.Diff(strings.Fields(test.want), got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("selected (-want +got):\n%s", diff)
			}
		})
	}
}
