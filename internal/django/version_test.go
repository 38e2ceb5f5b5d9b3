package django

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseSpecifier(t *testing.T) {
	for spec, want := range map[string]string{
		"==5.2.14":         "5.2.14",
		"==5.2":            "5.2",
		"===5.2.1":         "5.2.1",
		"==4.2.*":          "4.2 or newer, older than 4.3",
		">=4.2":            "4.2 or newer",
		">=4.2,<5.0":       "4.2 or newer, older than 5.0",
		">=4.2, < 5":       "4.2 or newer, older than 5.0",
		">4.2":             "4.2.1 or newer",
		"<5":               "older than 5.0",
		"<=4.2.7":          "older than 4.2.8",
		"~=4.2":            "4.2 or newer, older than 5.0",
		"~=4.2.3":          "4.2.3 or newer, older than 4.3",
		"^4.2":             "4.2 or newer, older than 5.0",
		"^4.2.3":           "4.2.3 or newer, older than 5.0",
		"~4.2":             "4.2 or newer, older than 4.3",
		"~4.2.3":           "4.2.3 or newer, older than 4.3",
		"4.2.3":            "4.2.3",
		"(>=3.2)":          "3.2 or newer",
		">=4.2,!=5.0,<5.2": "4.2 or newer, older than 5.2",
		"==5.2rc1":         "5.2",
		"==5.2.1+deb1":     "5.2.1",
		"*":                "unknown",
		"":                 "unknown",
		"@ git+https://x":  "unknown",
		">=4.2 || <3":      "unknown",
	} {
		r, ok := parseSpecifier(spec)
		if r.String() != want || ok != (want != "unknown") {
			t.Errorf("%q is %s, %v; want %s", spec, r, ok, want)
		}
	}
}

func TestVersionRange(t *testing.T) {
	spec := func(s string) VersionRange { r, _ := parseSpecifier(s); return r }
	tests := []struct {
		spec                  string
		atLeast42, before5214 Tri
		vary                  Tri
	}{
		{"==5.2.13", Yes, Yes, Yes},
		{"==5.2.14", Yes, No, No},
		{"==6.0.4", Yes, No, Yes},
		{"==6.0.5", Yes, No, No},
		{"==6.1", Yes, No, No},
		{"==4.2.30", Yes, Yes, Yes},
		{"==3.2", No, Yes, Yes},
		{">=5.2", Yes, Maybe, Maybe},
		{"~=6.0", Yes, No, Maybe},
		{"<4.2", No, Yes, Yes},
		{"", Maybe, Maybe, Maybe},
		{">=5.2.14,<6.0", Yes, No, No},
	}
	for _, tt := range tests {
		r := spec(tt.spec)
		if got := r.AtLeast(4, 2); got != tt.atLeast42 {
			t.Errorf("%s: AtLeast(4, 2) = %v", tt.spec, got)
		}
		if got := r.Before(5, 2, 14); got != tt.before5214 {
			t.Errorf("%s: Before(5, 2, 14) = %v", tt.spec, got)
		}
		if got := r.VaryMissing(); got != tt.vary {
			t.Errorf("%s: VaryMissing() = %v", tt.spec, got)
		}
	}
	if got := spec("~=5.2").In(Version{5, 2}, Version{5, 3}); got != Maybe {
		t.Errorf("In = %v", got)
	}
}

func TestVersion(t *testing.T) {
	tests := []struct {
		name, archive, want string
		places              []string
	}{
		{"nothing", "-- a.py --\n", "unknown", nil},
		{"requirements", "-- requirements.txt --\n# Django==1.0\ndjangorestframework==3.0\nDjango==5.2.1  # pinned\ndjango-redis==1\n", "5.2.1", []string{"requirements.txt:3"}},
		{"extras and markers", "-- requirements.txt --\ndjango[argon2]>=4.2,<5 ; python_version > '3'\n", "4.2 or newer, older than 5.0", []string{"requirements.txt:1"}},
		{"hashes", "-- requirements/production.txt --\ndjango==4.2.11 \\\n    --hash=sha256:abc\n", "4.2.11", []string{"requirements/production.txt:1"}},
		{"includes", "-- requirements.txt --\n-r deps/base.list\n-c constraints.txt\n-- deps/base.list --\ndjango>=4\n-- constraints.txt --\nDjango<5\n", "4.0 or newer, older than 5.0", []string{"requirements.txt", "x"}},
		{"input and compiled", "-- requirements/base.in --\ndjango>=4.2\n-- requirements/base.txt --\ndjango==4.2.9\n", "4.2.9", []string{"requirements/base.txt:1"}},
		{"tests do not count", "-- requirements/base.txt --\ndjango==4.2.9\n-- requirements/test.txt --\ndjango==5.0\n", "4.2.9", []string{"requirements/base.txt:1"}},
		{"two services", "-- a/requirements.txt --\ndjango==4.2.9\n-- b/requirements.txt --\ndjango==5.0.1\n", "4.2.9 or newer, older than 5.0.2", []string{"a", "b"}},
		{"PEP 621", "-- pyproject.toml --\n[project]\nname = 'x'\ndependencies = [\n  \"Django~=4.2.0\",\n  'django-redis>=1',\n]\n[tool.other]\nx = \"django>=9\"\n", "4.2 or newer, older than 4.3", []string{"pyproject.toml:4"}},
		{"poetry", "-- pyproject.toml --\n[tool.poetry.dependencies]\npython = \"^3.12\"\nDjango = \"^5.1\"\n", "5.1 or newer, older than 6.0", []string{"pyproject.toml:3"}},
		{"poetry with extras", "-- pyproject.toml --\n[tool.poetry.dependencies]\ndjango = {extras = [\"bcrypt\"], version = \"~5.1.2\"}\n", "5.1.2 or newer, older than 5.2", []string{"pyproject.toml:2"}},
		{"poetry.lock", "-- pyproject.toml --\n[tool.poetry.dependencies]\nDjango = \"^5.1\"\n-- poetry.lock --\n[[package]]\nname = \"django\"\nversion = \"5.1.7\"\n\n[[package]]\nname = \"django-redis\"\nversion = \"9\"\n", "5.1.7", []string{"poetry.lock:2"}},
		{"uv.lock", "-- uv.lock --\n[[package]]\nname = \"django\"\nversion = \"6.0.2\"\nsource = { registry = \"x\" }\n", "6.0.2", []string{"uv.lock:2"}},
		{"pdm.lock", "-- pdm.lock --\n[[package]]\nname = \"django\"\nversion = \"5.0.2\"\nrequires_python = \">=3.10\"\n", "5.0.2", []string{"pdm.lock:2"}},
		{"Pipfile.lock", "-- Pipfile --\n[packages]\ndjango = \"*\"\n-- Pipfile.lock --\n{\"default\": {\"django\": {\n  \"hashes\": [\"sha256:1\"],\n  \"version\": \"==3.2.1\"\n}}}\n", "3.2.1", []string{"Pipfile.lock:3"}},
		{"Pipfile", "-- Pipfile --\n[packages]\ndjango = \"~=3.2\"\n", "3.2 or newer, older than 4.0", []string{"Pipfile:2"}},
		{"setup.cfg", "-- setup.cfg --\n[options]\ninstall_requires =\n    django>=3.2\n    six\n", "3.2 or newer", []string{"setup.cfg:3"}},
		{"setup.py", "-- setup.py --\nsetup(install_requires=['Django >= 2.2, < 4', 'six'])\n", "2.2 or newer, older than 4.0", []string{"setup.py:1"}},
		{"conda", "-- environment.yml --\ndependencies:\n  - python=3.12\n  - django=4.2\n", "4.2 or newer, older than 4.3", []string{"environment.yml:3"}},
		{"pip below conda", "-- environment.yml --\ndependencies:\n  - pip:\n    - Django==4.2.3\n", "4.2.3", []string{"environment.yml:3"}},
		{"Dockerfile", "-- Dockerfile --\nRUN pip install gunicorn 'django==4.1.3'\n", "4.1.3", []string{"Dockerfile:1"}},
		{"documentation", "-- docs/requirements.txt --\ndjango==1.11\n", "unknown", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fx := load(t, tt.archive)
			r, at := fx.Version()
			if r.String() != tt.want {
				t.Errorf("version %s, want %s", r, tt.want)
			}
			var places []string
			for _, p := range at {
				places = append(places, fmt.Sprintf("%s:%d", p.File.Path, p.Line()))
			}
			if len(tt.places) == 1 || tt.places == nil {
				if diff := cmp.Diff(tt.places, places); diff != "" {
					t.Error(diff)
				}
			} else if len(places) != len(tt.places) {
				t.Errorf("places %v", places)
			}
		})
	}
}

func TestRequires(t *testing.T) {
	fx := load(t, "-- requirements.txt --\nDjango==5.2\nDjango_Redis>=1\n-- pyproject.toml --\n[project]\ndependencies = ['gunicorn']\n")
	for name, want := range map[string]bool{"django-redis": true, "gunicorn": true, "Gunicorn": true, "celery": false} {
		if got := fx.Requires(name); got != want {
			t.Errorf("Requires(%s) = %v", name, got)
		}
	}
}

func TestVersionedDefault(t *testing.T) {
	for pin, want := range map[string]string{"4.2": "False", "5.0": "True", "": "not set"} {
		archive := site + "-- config/settings.py --\nINSTALLED_APPS = []\n"
		if pin != "" {
			archive += "-- requirements.txt --\ndjango==" + pin + "\n"
		}
		fx := load(t, archive)
		if got := fx.module(t, "config/settings.py").Get("USE_TZ").Text(); got != want {
			t.Errorf("Django %q: USE_TZ = %s, want %s", pin, got, want)
		}
	}
}
