package incidents

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sesslint/sesslint/internal/edit"
	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/internal/py/treesitter"
)

// A renamer gives the names of one project that are not Django's new ones. A name has the same new name everywhere.
type renamer struct {
	names map[string]string
	// members are those names that stand behind a dot or before the equals sign of an argument: fields and methods of the
	// project's classes, and what its modules define.
	members map[string]bool
}

// djangos are names that Django, Python or a convention gives to parameters, methods and attributes of a project's own code.
var djangos = set(`self cls request get_response args kwargs options parser response pk id user session name path help handle
	add_arguments urlpatterns application main Meta Command model models fields ordering constraints verbose_name_plural
	template_name list_display list_filter search_fields raw_id_fields objects admin`)

func set(words string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

var (
	command     = regexp.MustCompile(`--?[\w-]+|[A-Za-z_]\w*`)
	word        = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)
	templateTag = regexp.MustCompile(`\{%.*?%\}|\{\{.*?\}\}`)
	identifier  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	settingName = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
)

// parse returns the Python files of a project that are looked at: tests and migrations are not.
func parse(t *testing.T, files map[string]string) map[string]*py.Module {
	t.Helper()
	modules := make(map[string]*py.Module)
	for name, src := range files {
		if path.Ext(name) != ".py" || path.Base(name) == "tests.py" || strings.Contains(name, "migrations/") {
			continue
		}
		m, err := treesitter.Parse([]byte(src))
		if err != nil || len(m.Holes) > 0 {
			t.Fatalf("%s does not parse (%v)", name, err)
		}
		modules[name] = m
	}
	return modules
}

func newRenamer(t *testing.T, files map[string]string) *renamer {
	r := &renamer{names: make(map[string]string), members: make(map[string]bool)}
	own := make(map[string]bool)
	for name := range files {
		segments := strings.Split(name, "/")
		for i, s := range segments {
			base := strings.TrimSuffix(s, path.Ext(s))
			if (i < len(segments)-1 || path.Ext(s) == ".py") && !slices.Contains(unrenamedFiles, base) {
				own[base], r.members[base] = true, true
			}
		}
	}
	for name, m := range parse(t, files) {
		scopes := py.Resolve(m)
		isSettings := strings.Contains(name, "settings/")
		py.Inspect(m, func(n py.Node) bool {
			switch n := n.(type) {
			case *py.Module, *py.ClassDef, *py.FunctionDef, *py.Lambda, *py.Comp:
				scope := scopes.Of(n)
				for bound, b := range scope.Bindings {
					if b.Defs[0].Kind == py.ImportDef || isSettings && settingName.MatchString(bound) && bound != "BASE_DIR" {
						continue
					}
					own[bound] = true
					if scope.Kind == py.ModuleScope || scope.Kind == py.ClassScope {
						r.members[bound] = true
					}
				}
			case *py.Subscript:
				if key, ok := n.Index.(*py.String); ok && isSession(n.X) {
					own[key.Value] = true
				}
			case *py.Call:
				if at, ok := n.Func.(*py.Attribute); ok && isSession(at.X) && len(n.Args) > 0 {
					if key, ok := n.Args[0].Value.(*py.String); ok {
						own[key.Value] = true
					}
				}
			}
			return true
		})
	}
	for i, name := range slices.Sorted(maps.Keys(own)) {
		if djangos[name] || strings.HasPrefix(name, "__") || !identifier.MatchString(name) {
			continue
		}
		switch {
		case settingName.MatchString(name):
			r.names[name] = fmt.Sprintf("VB%d", i)
		case name[0] >= 'A' && name[0] <= 'Z':
			r.names[name] = fmt.Sprintf("Vb%d", i)
		default:
			r.names[name] = fmt.Sprintf("vb%d", i)
		}
	}
	return r
}

// isSession reports whether an expression ends in .session.
func isSession(e py.Expr) bool {
	at, ok := e.(*py.Attribute)
	return ok && at.Attr.Name == "session"
}

func (r *renamer) name(s string) string {
	if n, ok := r.names[s]; ok {
		return n
	}
	return s
}

// words renames all words of a text; those of a query, such as post__owner, are names joined by two underscores.
func (r *renamer) words(text string) string {
	return word.ReplaceAllStringFunc(text, func(w string) string {
		if n, ok := r.names[w]; ok || strings.HasPrefix(w, "__") {
			if ok {
				return n
			}
			return w
		}
		parts := strings.Split(w, "__")
		for i := range parts {
			parts[i] = r.name(parts[i])
		}
		return strings.Join(parts, "__")
	})
}

// rename returns the project with new names in new files.
func (r *renamer) rename(t *testing.T, files map[string]string) map[string]string {
	t.Helper()
	modules := parse(t, files)
	out := make(map[string]string)
	for name, text := range files {
		switch m := modules[name]; {
		case m != nil:
			text = r.python(t, m)
		case path.Ext(name) == ".html":
			text = templateTag.ReplaceAllStringFunc(text, r.words)
		case path.Ext(name) == "" && name != "LICENSE": // Procfile, crontab
			text = command.ReplaceAllStringFunc(text, r.name)
		}
		out[r.renamePath(name)] = text
	}
	return out
}

// python renames in one file.
func (r *renamer) python(t *testing.T, m *py.Module) string {
	t.Helper()
	scopes := py.Resolve(m)
	var edits []edit.Edit
	replace := func(at py.Span, text string) {
		if text != string(m.Src[at.Start:at.End]) {
			edits = append(edits, edit.Edit{Start: at.Start, End: at.End, New: text})
		}
	}
	ident := func(id py.Ident) { replace(id.Span, r.words(id.Name)) }
	fixed := make(map[py.Node]bool) // docstrings, and the paths of URLs, which others see
	py.Inspect(m, func(n py.Node) bool {
		switch n := n.(type) {
		case *py.ExprStmt:
			if s, ok := n.X.(*py.String); ok {
				fixed[s] = true
			}
		case *py.Import:
			return false // of the standard library
		case *py.ImportFrom:
			first, _, _ := strings.Cut(n.Module, ".")
			if n.Level > 0 || r.names[first] != "" {
				replace(n.Span, r.words(string(m.Src[n.Start:n.End])))
			}
		case *py.FunctionDef:
			ident(n.Name)
		case *py.ClassDef:
			ident(n.Name)
		case *py.Param:
			ident(n.Name)
		case *py.Name:
			if b := scopes.Binding(n); b != nil && (b.Defs[0].Kind != py.ImportDef || r.imports(b.Defs[0].Target)) {
				replace(n.Span, r.name(n.ID))
			}
		case *py.Attribute:
			if r.members[n.Attr.Name] && !r.foreign(scopes, n.X) {
				ident(n.Attr)
			}
		case *py.Call:
			if scopes.Qualified(n.Func) == "django.urls.path" {
				fixed[n.Args[0].Value] = true
			}
			for _, a := range n.Args {
				field, _, _ := strings.Cut(a.Name.Name, "__")
				if a.Name.Name != "" && r.members[field] {
					ident(a.Name)
				}
			}
		case *py.String:
			if text := string(m.Src[n.Start:n.End]); !fixed[n] && !strings.HasPrefix(n.Value, "django.") {
				replace(n.Span, r.words(text))
			}
		}
		return true
	})
	src, err := edit.Apply(m.Src, edits)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// foreign reports whether an expression starts at something that was imported from elsewhere, as in admin.site.urls.
func (r *renamer) foreign(scopes *py.Scopes, e py.Expr) bool {
	for {
		switch x := e.(type) {
		case *py.Attribute:
			e = x.X
		case *py.Name:
			b := scopes.Binding(x)
			return b != nil && b.Defs[0].Kind == py.ImportDef && !r.imports(b.Defs[0].Target)
		default:
			return false
		}
	}
}

// imports reports whether an import leads to the project.
func (r *renamer) imports(target string) bool {
	first, _, _ := strings.Cut(target, ".")
	return first == "" || r.names[first] != ""
}

// reorder returns the project with the functions of each file, and the methods of each class, in reverse order.
func reorder(t *testing.T, files map[string]string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	modules := parse(t, files)
	for name, text := range files {
		out[name] = text
		m := modules[name]
		if m == nil {
			continue
		}
		var edits []edit.Edit
		bodies := [][]py.Stmt{m.Body}
		for _, s := range m.Body {
			if c, ok := s.(*py.ClassDef); ok {
				bodies = append(bodies, c.Body)
			}
		}
		for _, body := range bodies {
			var defs []py.Span
			for _, s := range body {
				if f, ok := s.(*py.FunctionDef); ok {
					defs = append(defs, wholeLines(m.Src, f.Span))
				}
			}
			for i, at := range defs {
				other := defs[len(defs)-1-i]
				edits = append(edits, edit.Edit{Start: at.Start, End: at.End, New: string(m.Src[other.Start:other.End])})
			}
		}
		src, err := edit.Apply(m.Src, edits)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = string(src)
	}
	return out
}

// wholeLines adds the comment behind the last line of a function.
func wholeLines(src []byte, at py.Span) py.Span {
	for at.End < len(src) && src[at.End] != '\n' {
		at.End++
	}
	return at
}
