package pyrule

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// The base project is an ordinary Django project in which no rule has anything to say: sessions in the database, expired
// ones cleared every night, every view routed. A case replaces what it is about.

const baseManage = `#!/usr/bin/env python
import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "%s")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
`

const baseSettings = `import os

SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = ["shop.example"]
ROOT_URLCONF = "urls"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "shop",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop"},
}
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
`

const baseViews = `from django.http import HttpResponse


def home(request):
    return HttpResponse("ok")
`

const baseCrontab = "30 3 * * * shop cd /srv/shop && python manage.py clearsessions\n"

// A view is a function whose first parameter is the request, or a class that derives from something called ...View.
var (
	funcView  = regexp.MustCompile(`(?m)^(?:async )?def (\w+)\(\s*_?req(?:uest)?\b`)
	classView = regexp.MustCompile(`(?m)^class (\w+)\([^)]*View\b`)
)

// addBase adds the files of the base project that files does not have.
func addBase(files map[string][]byte) {
	add := func(name, text string) {
		if files[name] == nil {
			files[name] = []byte(text)
		}
	}
	// A fence that brings settings under another name replaces the base settings too.
	settings := "settings.py"
	for _, name := range names(files) {
		if path.Base(name) == "settings.py" || path.Base(path.Dir(name)) == "settings" && path.Base(name) != "__init__.py" {
			settings = name
		}
	}
	add(settings, baseSettings)
	add("manage.py", fmt.Sprintf(baseManage, strings.ReplaceAll(strings.TrimSuffix(settings, ".py"), "/", ".")))
	add("shop/__init__.py", "")
	add("shop/views.py", baseViews)
	add("urls.py", routes(string(files["shop/views.py"])))
	add("crontab", baseCrontab)
}

func routes(views string) string {
	var b strings.Builder
	b.WriteString("from django.urls import path\n\nfrom shop import views\n\nurlpatterns = [\n")
	for _, m := range funcView.FindAllStringSubmatch(views, -1) {
		fmt.Fprintf(&b, "    path(%q, views.%s),\n", m[1]+"/", m[1])
	}
	for _, m := range classView.FindAllStringSubmatch(views, -1) {
		fmt.Fprintf(&b, "    path(%q, views.%s.as_view()),\n", strings.ToLower(m[1])+"/", m[1])
	}
	b.WriteString("]\n")
	return b.String()
}

func names(files map[string][]byte) []string {
	var list []string
	for name := range files {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
