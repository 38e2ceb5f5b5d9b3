package pyrule

import (
	_ "embed"
	"strings"

	"github.com/sesslint/sesslint/internal/py"
	"github.com/sesslint/sesslint/rule"
)

//go:embed testdata/toyrule/rule.md
var toyDoc string

const (
	renameFix = "rename the key"
	clearFix  = "store nothing"
)

// toy is a rule that is right in every way: it reports session keys that say bad, and pedantically those that say ugly.
func toy() *py.Analyzer {
	return &py.Analyzer{
		Meta: &rule.Meta{
			ID: "toy-rule", Wing: rule.Python, Summary: "session key says that it is bad", Category: rule.Correctness,
			Severity: rule.Warning, Confidence: rule.High, Doc: toyDoc,
			Fixes: []rule.FixMeta{{Title: renameFix, Applicability: rule.Safe}, {Title: clearFix, Applicability: rule.Unsafe}},
		},
		Run: func(pass *py.Pass) {
			toyKeys(pass, func(f *py.File, assign *py.Assign, key *py.String) {
				switch {
				case strings.HasPrefix(key.Value, "bad"):
					pass.Report(toyDiagnostic(f, assign, key, "good"+strings.TrimPrefix(key.Value, "bad")))
				case key.Value == "ugly":
					pass.Report(py.Diagnostic{
						File: f, At: assign.Span, Severity: rule.Info, Pedantic: true,
						Message: "key \"ugly\" is ugly, so nothing happens", Help: "store None",
						Fixes: []py.Fix{{Title: clearFix, Applicability: rule.Unsafe, Edits: []py.Edit{
							{File: f, At: key.Span, New: `"plain"`},
							{File: f, At: assign.Value.Range(), New: "None"},
						}}},
					})
				}
			})
		},
	}
}

func toyDiagnostic(f *py.File, assign *py.Assign, key *py.String, to string) py.Diagnostic {
	return py.Diagnostic{
		File: f, At: assign.Span,
		Message: "key \"" + key.Value + "\" is bad, so readers worry",
		Help:    "use another key",
		Fixes: []py.Fix{{Title: renameFix, Applicability: rule.Safe, Edits: []py.Edit{
			{File: f, At: key.Span, New: `"` + to + `"`},
		}}},
	}
}

// toyKeys visits the assignments to a constant key in the functions of all files.
func toyKeys(pass *py.Pass, visit func(*py.File, *py.Assign, *py.String)) {
	for _, f := range pass.Program.Files {
		for _, s := range f.Module.Body {
			def, ok := s.(*py.FunctionDef)
			if !ok {
				continue
			}
			for _, s := range def.Body {
				assign, ok := s.(*py.Assign)
				if !ok {
					continue
				}
				if sub, ok := assign.Targets[0].(*py.Subscript); ok {
					if key, ok := sub.Index.(*py.String); ok {
						visit(f, assign, key)
					}
				}
			}
		}
	}
}
