package django

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// An artefactKind says what a file that is not Python is for.
type artefactKind uint8

const (
	noArtefact     artefactKind = iota
	crontabFile                 // crontab, cron.d, *.cron
	composeFile                 // docker-compose and podman
	dockerfile                  // Dockerfile, Containerfile
	procfile                    // Procfile
	yamlFile                    // Kubernetes manifests, Helm and other YAML
	ansibleFile                 // playbooks and roles
	workflowFile                // CI: GitHub, GitLab, CircleCI, Travis, Azure, Jenkins
	shellFile                   // shell scripts
	makefile                    // Makefile, justfile, Taskfile
	systemdFile                 // systemd units and timers
	supervisorFile              // supervisor, circus, uwsgi, gunicorn configuration
	platformFile                // app.json, render.yaml, fly.toml and the like
	envFile                     // .env files
	testConfig                  // tox.ini, pytest.ini, setup.cfg, pyproject.toml
	docFile                     // documentation
)

// templateSuffixes are endings of files that a deployment tool fills in or a person copies.
var templateSuffixes = []string{
	".j2", ".jinja", ".jinja2", ".tpl", ".tmpl", ".template", ".erb", ".in", ".dist", ".example", ".sample", ".default",
}

// platformFiles are the configuration files of hosting platforms, by base name.
var platformFiles = py.WordSet(`app.json render.yaml render.yml fly.toml zappa_settings.json zappa_settings.yml zappa_settings.yaml
	.platform.app.yaml app.yaml cron.yaml heroku.yml railway.json railway.toml nixpacks.toml serverless.yml serverless.yaml
	koyeb.yaml dokku.json scalingo.json cron.json clevercloud.json project.toml manifest.yml dockerrun.aws.json nomad.hcl
	vercel.json captain-definition helmfile.yaml skaffold.yaml`)

// neverArtefacts are endings of files that no deployment reads, which is most of a repository.
var neverArtefacts = py.WordSet(`.py .pyc .pyi .html .htm .djhtml .js .mjs .ts .tsx .jsx .vue .css .scss .sass .less .map .po .mo .pot .png .jpg
	.jpeg .gif .svg .ico .webp .woff .woff2 .ttf .eot .otf .pdf .csv .tsv .xml .xlsx .zip .gz .sql .snap .lock .mp4 .mp3 .wav
	.go .java .rb .php .c .h .rs .ipynb .geojson .log`)

// classify tells what a path is by its name alone.
func classify(p string) artefactKind {
	base := strings.ToLower(path.Base(p))
	ext := path.Ext(base)
	if neverArtefacts[ext] || ext == ".json" && !platformFiles[base] && !strings.Contains(base, ".aws.") {
		return noArtefact
	}
	dir := "/" + strings.ToLower(path.Dir(p)) + "/"
	for cut := true; cut; {
		cut = false
		for _, suffix := range templateSuffixes {
			if rest, ok := strings.CutSuffix(base, suffix); ok && rest != "" && rest != ".env" {
				base, cut = rest, true
			}
		}
	}
	ext = path.Ext(base)
	in := func(folder string) bool { return strings.Contains(dir, "/"+folder+"/") }
	switch {
	case neverArtefacts[ext]:
		return noArtefact
	case platformFiles[base] || in(".ebextensions") || in(".platform"):
		return platformFile
	case in(".github/workflows") || in(".circleci") || in(".woodpecker") || in(".gitlab") || workflowFiles[base]:
		return workflowFile
	case strings.HasPrefix(base, "procfile"):
		return procfile
	case isDockerfile(base):
		return dockerfile
	case strings.Contains(base, "crontab") || ext == ".cron" || ext == ".crontab" || in("cron.d") || in("cron.daily") ||
		in("cron.hourly") || in("cron.weekly") || (in("cron") || in("crontabs") || base == "cron") && (ext == "" || ext == ".txt" || ext == ".conf"):
		return crontabFile
	case ext == ".md" || ext == ".rst" || ext == ".txt" || ext == ".adoc" || strings.HasPrefix(base, "readme"):
		return docFile
	case ext == ".yml" || ext == ".yaml":
		switch {
		case strings.Contains(base, "compose"):
			return composeFile
		case in("roles") || in("playbooks") || in("ansible") || strings.HasPrefix(base, "playbook"):
			return ansibleFile
		}
		return yamlFile
	case ext == ".service" || ext == ".timer":
		return systemdFile
	case ext == ".sh" || ext == ".bash" || ext == "" && (in("bin") || in("scripts") || in("s6-overlay") || shellFiles[base]):
		return shellFile
	case strings.HasPrefix(base, "makefile") || ext == ".mk" || base == "justfile" || strings.HasPrefix(base, "taskfile"):
		return makefile
	case strings.HasPrefix(base, "supervisor") || ext == ".conf" && (in("supervisor") || in("supervisord") || in("conf.d")) ||
		ext == ".ini" && (strings.Contains(base, "uwsgi") || strings.Contains(base, "circus")):
		return supervisorFile
	case base == "tox.ini" || base == "pytest.ini" || base == "setup.cfg" || base == "pyproject.toml":
		return testConfig
	case base == ".env" || strings.HasPrefix(base, ".env.") || ext == ".env" || in(".envs") || base == "env" || base == ".envrc":
		return envFile
	}
	return noArtefact
}

// workflowFiles are the configuration files of CI systems at the top of a repository.
var workflowFiles = py.WordSet(`.gitlab-ci.yml .travis.yml jenkinsfile azure-pipelines.yml bitbucket-pipelines.yml .drone.yml cloudbuild.yaml
	.woodpecker.yml appveyor.yml .cirrus.yml`)

// shellFiles are scripts that are often named without an ending.
var shellFiles = py.WordSet("entrypoint start run docker-entrypoint release-tasks start-web start-server run-server post_compile release")

// isDockerfile reports whether a lower-case base name is that of a Dockerfile.
func isDockerfile(base string) bool {
	return strings.HasPrefix(base, "dockerfile") || strings.HasSuffix(base, ".dockerfile") || base == "containerfile"
}

// deploys reports whether files of a kind show how the project runs in production.
func (k artefactKind) deploys() bool {
	switch k {
	case crontabFile, composeFile, dockerfile, procfile, systemdFile, supervisorFile, platformFile, ansibleFile:
		return true
	}
	return false
}

// maxArtefact is the size in bytes up to which a file that is not Python is read.
const maxArtefact = 1 << 20

// An artefact is a file that is not Python and mentions something of interest.
type artefact struct {
	kind artefactKind
	path string
	src  []byte
	// code is src with comments blanked out, byte for byte.
	code []byte
}

// needles are the words that make a file of interest: how it names a settings module, and how it clears sessions.
var needles = [][]byte{
	[]byte(settingsVariable), []byte("--settings"), []byte("--ds"),
	[]byte("clearsessions"), []byte("clear_expired"), []byte("django_session"),
}

// servers are programs that serve a Django project in production.
var servers = [][]byte{[]byte("gunicorn"), []byte("uwsgi"), []byte("uvicorn"), []byte("daphne"), []byte("hypercorn"), []byte("waitress"), []byte("mod_wsgi"), []byte("granian")}

// forDevelopment reports whether a file that starts the project does so on a developer's machine: it stands in a folder for
// that, or knows no other server than runserver.
func forDevelopment(p string, src []byte) bool {
	if anyWord(path.Dir(p), localWords) || anyWord(path.Base(p), localWords) {
		return true
	}
	return bytes.Contains(src, []byte("runserver")) &&
		!slices.ContainsFunc(servers, func(s []byte) bool { return bytes.Contains(src, s) })
}

// scanArtefacts reads the files that are not Python and may matter, documentation or everything else. It returns those
// that hold one of the wanted words, and the paths of all files that show how the project is deployed.
func scanArtefacts(prog *py.Program, docs bool, wanted [][]byte) (hits []*artefact, deployment []string) {
	for _, p := range prog.Paths {
		kind := classify(p)
		if kind == noArtefact || docs != (kind == docFile) || kind != testConfig && folderLabel(p) == Test ||
			docs && !operatorDocs.MatchString(path.Base(p)) {
			continue
		}
		src := prog.Read(p)
		if len(src) == 0 || len(src) > maxArtefact {
			continue
		}
		if (kind.deploys() || kind == yamlFile && isManifest(src) || kind == workflowFile && bytes.Contains(src, []byte("deploy"))) &&
			folderLabel(p) == Deployable && !forDevelopment(p, src) {
			deployment = append(deployment, p)
		}
		if slices.ContainsFunc(wanted, func(w []byte) bool { return bytes.Contains(src, w) }) {
			hits = append(hits, &artefact{kind: kind, path: p, src: src, code: blankComments(kind, src)})
		}
	}
	return hits, deployment
}

// operatorDocs matches the names of documents for those who run a site.
var operatorDocs = regexp.MustCompile(`(?i)readme|install|deploy|admin|operat|mainten|cron|schedul|production|upgrad|setup|manag|config|session`)

// isManifest reports whether YAML text is a Kubernetes manifest.
func isManifest(src []byte) bool {
	return bytes.Contains(src, []byte("apiVersion:")) && bytes.Contains(src, []byte("kind:"))
}

// file returns the artefact as a file that places can point into.
func (a *artefact) file() *py.File { return textFile(a.path, a.src) }

// textFile wraps a file that is not Python.
func textFile(p string, src []byte) *py.File {
	return &py.File{Path: p, Module: &py.Module{Span: py.Span{End: len(src)}, Src: src}}
}

// blankComments returns src with its comments replaced by spaces. Documentation has none.
func blankComments(kind artefactKind, src []byte) []byte {
	if kind == docFile {
		return src
	}
	out := slices.Clone(src)
	start := 0
	for start < len(out) {
		end := len(out)
		if i := bytes.IndexByte(out[start:], '\n'); i >= 0 {
			end = start + i
		}
		line := out[start:end]
		if i := commentStart(kind, line); i >= 0 {
			for j := i; j < len(line); j++ {
				line[j] = ' '
			}
		}
		start = end + 1
	}
	return out
}

// commentStart returns where a comment starts in a line, -1 if there is none. All kinds of files here use the number sign;
// ini files take a semicolon at the start of a line as well.
func commentStart(kind artefactKind, line []byte) int {
	trimmed := bytes.TrimLeft(line, " \t")
	if len(trimmed) > 0 && (trimmed[0] == '#' && !bytes.HasPrefix(trimmed, []byte("#!")) ||
		trimmed[0] == ';' && (kind == supervisorFile || kind == systemdFile || kind == testConfig)) {
		return len(line) - len(trimmed)
	}
	quote := byte(0)
	for i, c := range line {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '#' && i > 0 && (line[i-1] == ' ' || line[i-1] == '\t'):
			return i
		}
	}
	return -1
}
