package django

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
)

// A requirement is one place that says which Django is wanted.
type requirement struct {
	r     VersionRange
	place Place
	// rank orders sources: a lock file tells what runs, requirements what is asked for.
	rank int
}

const (
	rankRange = iota // a range, in the metadata of a package
	rankPin          // requirements of a deployment
	rankLock         // a lock file
)

// packageName normalises the name of a distribution as PEP 503 does.
func packageName(s string) string {
	return strings.ToLower(strings.NewReplacer("_", "-", ".", "-").Replace(s))
}

var (
	// requirementLine matches a line of requirements.txt.
	requirementLine = regexp.MustCompile(`(?m)^[ \t]*([A-Za-z0-9][\w.-]*)[ \t]*(?:\[[^\]\n]*\])?[ \t]*((?:(?:~=|===?|!=|<=?|>=?)[ \t]*[\w.*+!-]+[ \t]*,?[ \t]*)*)`)
	// includeLine matches -r and -c lines.
	includeLine = regexp.MustCompile(`(?m)^[ \t]*(?:-r|--requirement|-c|--constraint)[ =]*(\S+)`)
	// quotedRequirement matches "django[argon2]>=4.2,<5" and 'Django (>=4.2)' in TOML arrays, setup.cfg and setup.py.
	quotedRequirement = regexp.MustCompile(`["']([A-Za-z0-9][\w.-]*)[ \t]*(?:\[[^\]"'\n]*\])?[ \t]*(\(?(?:(?:~=|===?|!=|<=?|>=?)[ \t]*[\w.*+!-]+[ \t]*,?[ \t]*)*\)?)[ \t]*(?:;[^"'\n]*)?["']`)
	// tomlKey matches Django = "^4.2" and django = {version = "~4.2", extras = []}.
	tomlKey = regexp.MustCompile(`(?m)^[ \t]*["']?([A-Za-z0-9][\w.-]*)["']?[ \t]*=[ \t]*(?:\{[^}\n]*?version[ \t]*=[ \t]*)?["']([^"'\n]*)["']`)
	// pipfileLocked matches an entry of Pipfile.lock.
	pipfileLocked = regexp.MustCompile(`"(?i:django)":\s*\{[^{}]*?"version":\s*"==([^"]+)"`)
	// condaLine matches an entry of environment.yml.
	condaLine = regexp.MustCompile(`(?m)^\s*-\s*["']?([A-Za-z0-9][\w.-]*)\s*((?:[=<>~!]+\s*[\w.*]+,?)+)`)
	// pipInstall matches Django in a pip command line.
	pipInstall = regexp.MustCompile(`(?i)\bdjango((?:(?:~=|===?|<=?|>=?)[\w.*]+,?)+)`)
)

// readRequirements finds the Django version that the project runs with, and which packages it requires.
func (p *Project) readRequirements() {
	p.required = make(map[string]bool)
	var found []requirement
	var files []string
	for _, f := range p.prog.Paths {
		if requirementsFile(f) && folderLabel(f) != Docs && folderLabel(f) != Example {
			files = append(files, f)
		}
	}
	seen := make(map[string]bool)
	for len(files) > 0 {
		f := files[0]
		files = files[1:]
		if seen[f] {
			continue
		}
		seen[f] = true
		src := p.prog.Read(f)
		if len(src) == 0 || len(src) > 8<<20 {
			continue
		}
		reqs, includes := p.requirementsOf(f, src)
		found = append(found, reqs...)
		for _, inc := range includes {
			if _, ok := slices.BinarySearch(p.prog.Paths, inc); ok {
				files = append(files, inc)
			}
		}
	}
	p.combineRequirements(found)
}

// requirementsFile reports whether a file may say which packages are installed.
func requirementsFile(f string) bool {
	base := strings.ToLower(path.Base(f))
	switch base {
	case "pyproject.toml", "poetry.lock", "uv.lock", "pdm.lock", "pipfile", "pipfile.lock", "setup.cfg", "setup.py",
		"environment.yml", "environment.yaml", "pylock.toml":
		return true
	}
	dir := strings.ToLower(path.Base(path.Dir(f)))
	ext := path.Ext(base)
	return (ext == ".txt" || ext == ".in" || ext == ".pip") &&
		(strings.Contains(base, "requirements") || strings.Contains(base, "constraints") || dir == "requirements" || base == "requires.txt") ||
		isDockerfile(base)
}

// requirementsOf reads one file.
func (p *Project) requirementsOf(f string, src []byte) (reqs []requirement, includes []string) {
	base := strings.ToLower(path.Base(f))
	holder := textFile(f, src)
	add := func(name, spec string, at py.Span, rank int) {
		p.required[packageName(name)] = true
		if packageName(name) != "django" {
			return
		}
		if r, ok := parseSpecifier(spec); ok {
			if r.Exact && rank == rankRange {
				rank = rankPin
			}
			reqs = append(reqs, requirement{r, Place{holder, at}, rank})
		}
	}
	each := func(re *regexp.Regexp, code []byte, rank int) {
		for _, m := range re.FindAllSubmatchIndex(code, -1) {
			add(string(code[m[2]:m[3]]), string(code[m[4]:m[5]]), py.Span{Start: m[2], End: m[5]}, rank)
		}
	}
	code := blankComments(shellFile, src)
	switch base {
	case "poetry.lock", "uv.lock", "pdm.lock", "pylock.toml":
		lockedPackages(src, func(name, version string, at py.Span) { add(name, "=="+version, at, rankLock) })
	case "pipfile.lock":
		for _, m := range pipfileLocked.FindAllSubmatchIndex(src, 1) {
			add("django", "=="+string(src[m[2]:m[3]]), py.Span{Start: m[2], End: m[3]}, rankLock)
		}
	case "pipfile":
		each(tomlKey, code, rankPin)
	case "pyproject.toml":
		for _, t := range tomlTables(code) {
			switch {
			case t.name == "project" || t.name == "dependency-groups" || t.name == "project.optional-dependencies" ||
				t.name == "tool.uv" || strings.HasPrefix(t.name, "tool.pdm") || strings.HasPrefix(t.name, "tool.hatch"):
				blank := blankOutside(code, t.span)
				each(quotedRequirement, blank, rankRange)
			case strings.HasPrefix(t.name, "tool.poetry") && strings.HasSuffix(t.name, "dependencies"):
				each(tomlKey, blankOutside(code, t.span), rankRange)
			}
		}
	case "setup.py":
		if bytes.Contains(bytes.ToLower(code), []byte("django")) {
			each(quotedRequirement, code, rankRange)
		}
	case "setup.cfg":
		each(requirementLine, code, rankRange)
	case "environment.yml", "environment.yaml":
		// "- django=4.2" (conda) and "- Django==4.2" (pip).
		for _, m := range condaLine.FindAllSubmatchIndex(code, -1) {
			spec := string(code[m[4]:m[5]])
			if rest, ok := strings.CutPrefix(spec, "="); ok && !strings.HasPrefix(rest, "=") {
				// A single equals sign allows every release that starts so.
				spec = "==" + strings.TrimSuffix(rest, ".*") + ".*"
			}
			add(string(code[m[2]:m[3]]), spec, py.Span{Start: m[2], End: m[5]}, rankPin)
		}
	default:
		if isDockerfile(base) {
			for _, m := range pipInstall.FindAllSubmatchIndex(code, -1) {
				add("django", strings.TrimRight(string(code[m[2]:m[3]]), ","), py.Span{Start: m[0], End: m[1]}, rankPin)
			}
			break
		}
		each(requirementLine, code, rankPin)
		for _, m := range includeLine.FindAllSubmatch(code, -1) {
			includes = append(includes, path.Join(path.Dir(f), string(m[1])))
		}
	}
	return reqs, includes
}

// lockedPackages calls fn for each entry of poetry.lock, uv.lock and pdm.lock. These files are written by machines, one
// key a line, and long.
func lockedPackages(src []byte, fn func(name, version string, at py.Span)) {
	value := func(line []byte, key string) (string, bool) {
		rest, ok := bytes.CutPrefix(line, []byte(key+` = "`))
		if !ok {
			return "", false
		}
		text, _, ok := bytes.Cut(rest, []byte{'"'})
		return string(text), ok
	}
	name, start, offset := "", 0, 0
	for line := range bytes.Lines(src) {
		if v, ok := value(line, "version"); ok && name != "" {
			fn(name, v, py.Span{Start: start, End: offset + len(bytes.TrimRight(line, "\r\n"))})
		}
		var ok bool
		if name, ok = value(line, "name"); ok {
			start = offset
		} else {
			name = ""
		}
		offset += len(line)
	}
}

// combineRequirements narrows the range by the most telling sources.
func (p *Project) combineRequirements(found []requirement) {
	best := rankRange
	for _, r := range found {
		if folderLabel(r.place.File.Path) == Deployable {
			best = max(best, r.rank)
		}
	}
	var chosen []requirement
	for _, r := range found {
		if r.rank == best && folderLabel(r.place.File.Path) == Deployable {
			chosen = append(chosen, r)
		}
	}
	only := func(keep func(requirement) bool) {
		var kept []requirement
		for _, r := range chosen {
			if keep(r) {
				kept = append(kept, r)
			}
		}
		if len(kept) > 0 {
			chosen = kept
		}
	}
	// requirements/test.txt and docs.txt tell less than the rest, and base.in names a range that base.txt pins.
	only(func(r requirement) bool {
		base := path.Base(r.place.File.Path)
		return !anyWord(base, testWords) && !anyWord(base, localWords) && !anyWord(base, docsFolders)
	})
	if best == rankPin {
		only(func(r requirement) bool { return r.r.Exact })
	}
	for i, r := range chosen {
		p.versionAt = append(p.versionAt, r.place)
		switch {
		case i == 0:
			p.version = r.r
		case !r.r.Exact:
			p.version = p.version.intersect(r.r)
		case p.version.Min != r.r.Min || p.version.Max != r.r.Max:
			// Several services or environments with pins of their own: any of them may run.
			p.version = VersionRange{Min: lower(p.version.Min, r.r.Min), Max: higher(p.version.upper(), r.r.upper())}
		}
	}
}

func lower(a, b Version) Version {
	if a.compare(b) < 0 {
		return a
	}
	return b
}

func higher(a, b Version) Version {
	if a.compare(b) > 0 {
		return a
	}
	return b
}

// Version returns the range of Django versions that the project's requirements allow, and the places that say so.
func (p *Project) Version() (VersionRange, []Place) { return p.version, slices.Clone(p.versionAt) }

// Requires reports whether the project's requirements name a distribution, such as "django-redis".
func (p *Project) Requires(distribution string) bool { return p.required[packageName(distribution)] }

// isLibrary reports whether the repository is packaged for others to install: it has the metadata of a distribution at its
// top and no manage.py there.
func (p *Project) isLibrary() bool {
	for _, f := range []string{"setup.py", "setup.cfg", "pyproject.toml"} {
		if _, ok := slices.BinarySearch(p.prog.Paths, f); !ok {
			continue
		}
		src := p.prog.Read(f)
		if f == "setup.py" || f == "setup.cfg" && bytes.Contains(src, []byte("[metadata]")) ||
			f == "pyproject.toml" && bytes.Contains(src, []byte("[build-system]")) {
			return true
		}
	}
	return false
}

type tomlTable struct {
	name string
	span py.Span
}

var tomlHeader = regexp.MustCompile(`(?m)^\s*\[\[?\s*([^\]\n]+?)\s*\]\]?\s*$`)

// tomlTables returns the tables of a TOML file with the bytes of their bodies.
func tomlTables(src []byte) []tomlTable {
	var out []tomlTable
	for _, m := range tomlHeader.FindAllSubmatchIndex(src, -1) {
		if n := len(out); n > 0 {
			out[n-1].span.End = m[0]
		}
		out = append(out, tomlTable{strings.ReplaceAll(string(src[m[2]:m[3]]), `"`, ""), py.Span{Start: m[1], End: len(src)}})
	}
	return out
}

// blankOutside returns src with everything outside a span replaced by spaces, so that offsets stay.
func blankOutside(src []byte, keep py.Span) []byte {
	out := slices.Clone(src)
	for i := range out {
		if (i < keep.Start || i >= keep.End) && out[i] != '\n' {
			out[i] = ' '
		}
	}
	return out
}
