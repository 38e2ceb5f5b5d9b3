package django

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// A refKind says what a file that names a settings module runs.
type refKind uint8

const (
	refManage refKind = iota // manage.py
	refServer                // wsgi.py, asgi.py, a worker, a container, a hosting platform
	refTest                  // a test run
	refDocs                  // documentation
	refLocal                 // a developer's machine
	refScript                // anything else
)

// A reference is a place that names a settings module.
type reference struct {
	place  Place
	module string
	kind   refKind
	// certain is false where the name is one of several, or the default of a variable.
	certain bool
}

var (
	// pythonRef matches os.environ.setdefault("DJANGO_SETTINGS_MODULE", "x"), os.environ["..."] = "x" and the like.
	pythonRef = regexp.MustCompile(`DJANGO_SETTINGS_MODULE["']\s*(?:,|\]\s*=)\s*\(?\s*[rbu]?["']([^"'{}%]*)["']\s*\)?\s*([.%+]?)`)
	// textRef matches environment files, Dockerfiles, shell, YAML and ini.
	textRef = regexp.MustCompile(`DJANGO_SETTINGS_MODULE["']?\s*(?::-|[=:]|\s|,)\s*(?:\n\s*value:\s*)?["']?([A-Za-z_][\w]*(?:\.\w+)*)`)
	// optionRef matches manage.py --settings=x and pytest --ds=x.
	optionRef = regexp.MustCompile(`--(?:settings|ds)[= ]["']?([A-Za-z_][\w]*(?:\.\w+)+)`)
)

// entryFiles are the Python files that start a Django process, by base name.
var entryFiles = map[string]refKind{
	"manage.py": refManage, "wsgi.py": refServer, "asgi.py": refServer, "celery.py": refServer, "celery_app.py": refServer,
	"celeryapp.py": refServer, "passenger_wsgi.py": refServer, "application.py": refServer, "index.py": refServer,
	"conftest.py": refTest, "runtests.py": refTest, "run_tests.py": refTest, "noxfile.py": refTest, "conf.py": refDocs,
}

// references finds the places that name a settings module.
func (p *Project) references() []reference {
	var refs []reference
	for _, f := range p.prog.Paths {
		base := path.Base(f)
		kind, ok := entryFiles[base]
		if !ok && strings.HasSuffix(base, ".py") && (strings.Contains(base, "wsgi") || strings.Contains(base, "asgi")) {
			kind, ok = refServer, true
		}
		if !ok {
			continue
		}
		if base == "manage.py" || strings.HasSuffix(base, "wsgi.py") || strings.HasSuffix(base, "asgi.py") {
			if folderLabel(f) == Deployable {
				p.entries = append(p.entries, f)
			}
		}
		src := p.prog.Read(f)
		if !bytes.Contains(src, []byte(settingsVariable)) {
			continue
		}
		refs = append(refs, p.pythonRefs(f, src, kind)...)
	}
	for _, a := range p.artefacts {
		kind := a.refKind()
		if a.kind == docFile || kind == refScript {
			continue
		}
		for _, re := range []*regexp.Regexp{textRef, optionRef} {
			for _, m := range re.FindAllSubmatchIndex(a.code, -1) {
				k := kind
				if a.kind == dockerfile && whileBuilding(a.code, m[0]) {
					k = refScript
				}
				refs = append(refs, reference{
					place:  Place{a.file(), py.Span{Start: m[2], End: m[3]}},
					module: string(a.code[m[2]:m[3]]),
					kind:   k,
				})
			}
		}
	}
	return refs
}

// whileBuilding reports whether an offset of a Dockerfile is in a RUN instruction, which runs while the image is built.
func whileBuilding(code []byte, offset int) bool {
	run := false
	for line := range bytes.Lines(code[:offset]) {
		if word := bytes.ToUpper(firstWord(line)); dockerInstructions[string(word)] {
			run = string(word) == "RUN"
		}
	}
	return run
}

func firstWord(line []byte) []byte {
	if fields := bytes.Fields(line); len(fields) > 0 {
		return fields[0]
	}
	return nil
}

var dockerInstructions = py.WordSet("FROM RUN CMD LABEL EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD STOPSIGNAL HEALTHCHECK SHELL")

// refKind tells what an artefact runs.
func (a *artefact) refKind() refKind {
	base := path.Base(a.path)
	words := strings.TrimSuffix(base, path.Ext(base))
	switch {
	case folderLabel(a.path) == Test || anyWord(words, testWords):
		return refTest
	case folderLabel(a.path) == Docs:
		return refDocs
	case folderLabel(a.path) == Example:
		return refScript
	case anyWord(words, localWords) || strings.Contains(a.path, ".devcontainer") || strings.Contains(a.path, ".vscode") ||
		strings.Contains(a.path, ".local"):
		return refLocal
	}
	switch a.kind {
	case testConfig, workflowFile:
		return refTest
	case dockerfile, composeFile, procfile, platformFile, systemdFile, supervisorFile, ansibleFile, crontabFile:
		return refServer
	case yamlFile:
		if isManifest(a.src) {
			return refServer
		}
	case envFile:
		if anyWord(base, deployWords) || strings.Contains(a.path, "production") {
			return refServer
		}
		return refLocal
	case makefile:
		return refLocal
	}
	return refScript
}

// pythonRefs returns the settings modules that a Python file names. Names that are computed are found by interpreting
// the file.
func (p *Project) pythonRefs(file string, src []byte, kind refKind) []reference {
	code := blankComments(shellFile, src)
	matches := pythonRef.FindAllSubmatchIndex(code, -1)
	computed := len(matches) == 0
	var refs []reference
	holder := textFile(file, src)
	for _, m := range matches {
		if m[4] != m[5] {
			computed = true // "settings.%s" % x
			continue
		}
		refs = append(refs, reference{
			place:   Place{holder, py.Span{Start: m[2], End: m[3]}},
			module:  string(code[m[2]:m[3]]),
			kind:    kind,
			certain: true,
		})
	}
	if !computed || kind != refManage && kind != refServer {
		return refs
	}
	f := p.prog.Open(file)
	if f == nil || f.Module == nil {
		return refs
	}
	p.eval.settingsModule = func(at Place, v Value) {
		if s, ok := v.Str(); ok {
			refs = append(refs, reference{place: at, module: s, kind: kind, certain: true})
			return
		}
		for _, a := range v.alts {
			if s, ok := a.Value.Str(); ok {
				refs = append(refs, reference{place: at, module: s, kind: kind})
			}
		}
		if u, ok := v.Unset(); ok && v.kind == KindEnv {
			if s, ok := u.Str(); ok {
				refs = append(refs, reference{place: at, module: s, kind: kind})
			}
		}
	}
	defer func() { p.eval.settingsModule = nil }()
	ns := newNamespace(nil)
	fr := &frame{ev: p.eval, file: f, ns: ns}
	fr.body(f.Module.Body)
	for _, s := range f.Module.Body {
		if def, ok := s.(*py.FunctionDef); ok {
			inner := &frame{ev: p.eval, file: f, ns: newNamespace(ns), inFunction: true, depth: 1}
			inner.body(def.Body)
		}
	}
	return refs
}
