package django

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLabels(t *testing.T) {
	const settings = "INSTALLED_APPS = ['a']\n"
	const manage = "-- manage.py --\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', '%s')\n"
	manages := func(module string) string { return strings.ReplaceAll(manage, "%s", module) }
	tests := []struct {
		name, archive string
		want          map[string]Label
		problem       string
	}{
		{
			name:    "one settings module",
			archive: manages("site.settings") + "-- site/settings.py --\n" + settings,
			want:    map[string]Label{"site/settings.py": Deployable},
		},
		{
			name: "a package of settings",
			archive: manages("config.settings.local") + "-- config/wsgi.py --\nimport os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings.production'\n" +
				"-- config/settings/__init__.py --\n-- config/settings/base.py --\n" + settings +
				"-- config/settings/local.py --\nfrom .base import *\n-- config/settings/production.py --\nfrom .base import *\n" +
				"-- config/settings/test.py --\nfrom .base import *\n-- config/settings/helpers.py --\nX = 1\n",
			want: map[string]Label{
				"config/settings/base.py": Base, "config/settings/local.py": Local,
				"config/settings/production.py": Deployable, "config/settings/test.py": Test,
			},
		},
		{
			name: "base is all there is",
			archive: manages("config.settings.base") + "-- config/settings/__init__.py --\n-- config/settings/base.py --\n" + settings +
				"-- config/settings/test.py --\nfrom .base import *\n",
			want: map[string]Label{"config/settings/base.py": Deployable, "config/settings/test.py": Test},
		},
		{
			name: "a base that production imports",
			archive: manages("site.settings") + "-- site/settings.py --\n" + settings +
				"-- site/settings_prod.py --\nfrom .settings import *\n-- site/settings_dev.py --\nfrom .settings import *\n",
			want: map[string]Label{"site/settings.py": Base, "site/settings_prod.py": Deployable, "site/settings_dev.py": Local},
		},
		{
			name: "a module that chooses",
			archive: manages("site.settings") + "-- site/settings/__init__.py --\nimport os\nif os.getenv('PROD'):\n    from .prod import *\nelse:\n    from .dev import *\n" +
				"-- site/settings/prod.py --\n" + settings + "-- site/settings/dev.py --\n" + settings,
			want: map[string]Label{"site/settings/__init__.py": Base, "site/settings/prod.py": Deployable, "site/settings/dev.py": Local},
		},
		{
			name: "files that are included",
			archive: manages("site.settings") + "-- site/settings/__init__.py --\nfrom split_settings.tools import include\ninclude('components/base.py')\n" +
				"-- site/settings/components/base.py --\n" + settings,
			want: map[string]Label{"site/settings/__init__.py": Deployable, "site/settings/components/base.py": Base},
		},
		{
			name: "a library",
			archive: "-- setup.py --\n-- lib/__init__.py --\n-- lib/session.py --\n-- tests/settings.py --\n" + settings +
				"-- example/manage.py --\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'example.settings')\n-- example/example/settings.py --\n" + settings +
				"-- docs/settings.py --\n" + settings + "-- sandbox/settings.py --\n" + settings,
			want: map[string]Label{
				"example/example/settings.py": Example, "docs/settings.py": Docs, "sandbox/settings.py": Example,
			},
		},
		{
			name: "templates of projects",
			archive: "-- {{cookiecutter.slug}}/manage.py --\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n" +
				"-- {{cookiecutter.slug}}/config/settings.py --\n" + settings + "-- pkg/project_template/project_name/settings.py --\n" + settings,
			want: map[string]Label{"{{cookiecutter.slug}}/config/settings.py": Example, "pkg/project_template/project_name/settings.py": Example},
		},
		{
			name:    "a site called demo",
			archive: manages("demo.settings") + "-- demo/__init__.py --\n-- demo/settings.py --\n" + settings,
			want:    map[string]Label{"demo/settings.py": Deployable},
		},
		{
			name:    "old settings beside the real ones",
			archive: manages("site.settings") + "-- site/settings.py --\n" + settings + "-- tmp/old/settings.py --\n" + settings,
			want:    map[string]Label{"site/settings.py": Deployable, "tmp/old/settings.py": Unreferenced},
		},
		{
			name:    "manage.py names none",
			archive: "-- manage.py --\nimport sys\n-- site/settings.py --\n" + settings,
			want:    map[string]Label{"site/settings.py": Deployable},
		},
		{
			name:    "no entry point",
			archive: "-- site/settings.py --\n" + settings,
			want:    map[string]Label{"site/settings.py": Unreferenced},
		},
		{
			name:    "several projects",
			archive: strings.ReplaceAll(manages("config.settings"), "manage.py", "a/manage.py") + "-- a/config/settings.py --\n" + settings + strings.ReplaceAll(manages("config.settings"), "manage.py", "b/manage.py") + "-- b/config/settings.py --\n" + settings,
			want:    map[string]Label{"a/config/settings.py": Deployable, "b/config/settings.py": Deployable},
		},
		{
			name: "named by a Dockerfile and a test configuration",
			archive: manages("site.conf_a") + "-- site/__init__.py --\n-- Dockerfile --\nENV DJANGO_SETTINGS_MODULE=site.conf_b\n# ENV DJANGO_SETTINGS_MODULE=site.conf_d\n" +
				"-- pytest.ini --\n[pytest]\nDJANGO_SETTINGS_MODULE = site.conf_c\n-- site/conf_a.py --\n" + settings + "-- site/conf_b.py --\n" + settings +
				"-- site/conf_c.py --\n" + settings + "-- site/conf_d.py --\n" + settings,
			want: map[string]Label{"site/conf_a.py": Deployable, "site/conf_b.py": Deployable, "site/conf_c.py": Test, "site/conf_d.py": Unreferenced},
		},
		{
			name: "built with other settings than run with",
			archive: manages("site.settings.local") + "-- Dockerfile --\nFROM python\nRUN DJANGO_SETTINGS_MODULE=site.settings.images \\\n  python manage.py collectstatic\nCMD gunicorn\n" +
				"-- site/settings/__init__.py --\n-- site/settings/base.py --\n" + settings + "-- site/settings/local.py --\nfrom .base import *\n" +
				"-- site/settings/static.py --\nfrom .base import *\n-- site/settings/images.py --\nfrom .base import *\n-- site/settings/acme.py --\nfrom .base import *\n",
			want: map[string]Label{
				"site/settings/base.py": Base, "site/settings/local.py": Local, "site/settings/static.py": Local,
				"site/settings/images.py": Deployable, "site/settings/acme.py": Deployable,
			},
		},
		{
			name: "computed names",
			archive: "-- manage.py --\nimport os\ndef main():\n    module = 'site.a' if os.environ.get('WEBSITE') else 'site.b'\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', module)\n" +
				"-- site/__init__.py --\n-- site/a.py --\n" + settings + "-- site/b.py --\n" + settings,
			want: map[string]Label{"site/a.py": Deployable, "site/b.py": Deployable},
		},
		{
			name: "formatted names",
			archive: "-- manage.py --\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.%s' % os.environ.get('ENV', 'a'))\n" +
				"-- site/__init__.py --\n-- site/a.py --\n" + settings,
			want: map[string]Label{"site/a.py": Deployable},
		},
		{
			name:    "a module that is missing",
			archive: manages("site.settings") + "-- site/__init__.py --\n",
			want:    map[string]Label{},
			problem: "manage.py: settings module site.settings is named here and is not in the project, so its settings are not checked",
		},
		{
			name:    "settings of a developer's machine that are missing",
			archive: manages("config.settings.local") + "-- config/settings/__init__.py --\n-- config/settings/production.py --\n" + settings,
			want:    map[string]Label{"config/settings/production.py": Deployable},
		},
		{
			name: "a package that passes on what is for production",
			archive: manages("site.settings") + "-- site/settings/__init__.py --\ntry:\n    from .local import *\nexcept ImportError:\n    from .production import *\n" +
				"-- site/settings/production.py --\n" + settings,
			want: map[string]Label{"site/settings/__init__.py": Deployable, "site/settings/production.py": Base},
		},
		{
			name:    "a commented name is none",
			archive: "-- manage.py --\nimport os\n# os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n",
			want:    map[string]Label{},
		},
		{
			name:    "an empty module",
			archive: manages("site.settings") + "-- site/settings/__init__.py --\n",
			want:    map[string]Label{"site/settings/__init__.py": Unreferenced},
		},
		{
			name:    "test cases that assign settings are none",
			archive: manages("site.settings") + "-- site/settings.py --\n" + settings + "-- site/session_cases.py --\nclass TestX:\n    INSTALLED_APPS = []\ndef f():\n    INSTALLED_APPS = []\n",
			want:    map[string]Label{"site/settings.py": Deployable},
		},
		{
			name:    "class settings",
			archive: manages("site.settings") + "-- site/settings.py --\nclass Base:\n    INSTALLED_APPS = ['a']\nBase.load(__name__)\n",
			want:    map[string]Label{"site/settings.py": Deployable},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fx := load(t, tt.archive)
			got := map[string]Label{}
			for _, m := range fx.Settings() {
				got[m.File.Path] = m.Label
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("labels (-want +got):\n%s", diff)
				for _, m := range fx.Settings() {
					t.Logf("%s: %s, since %s", m.File.Path, m.Label, m.Why)
				}
			}
			var problems []string
			if tt.problem != "" {
				problems = []string{tt.problem}
			}
			if diff := cmp.Diff(problems, fx.problems); diff != "" {
				t.Errorf("problems: %s", diff)
			}
			deployable := slices.Contains(slices.Collect(mapValues(tt.want)), Deployable)
			entry := strings.Contains(tt.archive, "-- manage.py") || strings.Contains(tt.archive, "a/manage.py")
			if fx.IsDeployable() != (deployable && entry) {
				t.Errorf("IsDeployable() = %v", fx.IsDeployable())
			}
		})
	}
}

func mapValues(m map[string]Label) func(func(Label) bool) {
	return func(yield func(Label) bool) {
		for _, l := range m {
			if !yield(l) {
				return
			}
		}
	}
}

func TestDeploymentFiles(t *testing.T) {
	fx := load(t, site+`
-- config/settings.py --
INSTALLED_APPS = []
-- Dockerfile --
FROM python
-- deploy/web.yaml --
apiVersion: apps/v1
kind: Deployment
-- data/values.yaml --
a: 1
-- .github/workflows/test.yml --
run: pytest
-- .github/workflows/release.yml --
run: make deploy
-- tests/docker-compose.yml --
a: 1
-- README.md --
docker
`)
	want := []string{".github/workflows/release.yml", "Dockerfile", "deploy/web.yaml"}
	if diff := cmp.Diff(want, fx.DeploymentFiles()); diff != "" {
		t.Error(diff)
	}
}
