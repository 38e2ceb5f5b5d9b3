package archtest

// A stair says what the packages that match a pattern may import besides the standard library. The first stair that matches
// a package decides; a package that no stair matches is an error, so that a new package has to be given its place.
//
// Patterns are import paths. Those of this module are written from its root, "..." ends a pattern and matches the folder
// and everything below it, and "pyrules/*" matches one folder level.
type stair struct {
	packages string
	imports  []string
	reason   string
}

// The floors of ARCHITECTURE.md, from the ground up. Allowed imports are listed one by one, because a floor number alone
// would let neighbours on the same floor import each other in both directions over time.
var stairs = []stair{
	// Floor 0: words, and the reference store.
	{"rule", nil,
		"analyzers that other tools embed depend on it, so it brings nothing along"},
	{"sessionstore/...", []string{"sessionstore/..."},
		"the reference store knows nothing of linting, so its behaviour cannot lean on what the rules believe"},

	// Floor 1: files, edits, findings, the Python tree.
	{"internal/finding", []string{"rule"},
		"findings are the common language of both wings and belong to neither"},
	{"internal/source", nil,
		"bytes, lines and encodings need no language"},
	{"internal/edit", []string{"internal/source"},
		"edits are bytes; a language in here would be a second place that knows syntax"},
	{"internal/py/treesitter", []string{"internal/py", "github.com/smacker/go-tree-sitter/..."},
		"the only package with cgo: everything above it works on plain Go memory and builds without a C compiler"},
	{"internal/py", []string{"rule"},
		"the Python tree and the interface of a rule know nothing of files, Django or sessions"},
	{"internal/pyproject", []string{"rule", "internal/py"},
		"links files; what Django or sessions mean by a link is decided above"},

	// Floor 2: what sessions and Django mean.
	{"internal/sessflow/...", []string{"rule", "internal/py", "internal/pyproject"},
		"sessflow and django do not import each other: a rule combines them"},
	{"internal/django/...", []string{"rule", "internal/py", "internal/pyproject"},
		"sessflow and django do not import each other: a rule combines them"},

	// Floor 3: the rules.
	{"pyrules", []string{"rule", "internal/py", "pyrules/*"},
		"the generated list"},
	{"pyrules/*", []string{"rule", "internal/py", "internal/pyproject", "internal/sessflow/...", "internal/django/..."},
		"a rule never imports another rule (what two rules share goes down a floor), nor files, findings or output"},

	// Floor 4: from a directory to findings, and the user's wishes.
	{"internal/python", []string{"rule", "internal/source", "internal/finding", "internal/py", "internal/django/...",
		"github.com/bmatcuk/doublestar/v4", "golang.org/x/sync/..."},
		"the wing gets its rules and its parser from above, so that it can be built and tested without either"},
	{"internal/config", []string{"rule",
		"github.com/bmatcuk/doublestar/v4", "github.com/pelletier/go-toml/v2/..."},
		"configuration names rules; it does not run them"},
	{"internal/suppress", []string{"rule", "internal/finding", "internal/py"},
		"suppression judges findings and comments, not code"},

	// Floor 5: one run, and what is printed of it.
	{"internal/engine", []string{"rule", "internal/source", "internal/edit", "internal/finding", "internal/py",
		"internal/config", "internal/suppress", "internal/python"},
		"the engine runs wings and merges findings; it prints nothing"},
	{"internal/output", []string{"rule", "internal/source", "internal/finding", "github.com/aymanbagabas/go-udiff"},
		"output shows findings; it decides nothing about them"},

	// Floor 6: the command.
	{"cmd/...", []string{"rule", "pyrules", "internal/finding", "internal/py", "internal/py/treesitter", "internal/python",
		"internal/engine", "internal/output", "github.com/spf13/cobra", "github.com/spf13/pflag", "github.com/schollz/progressbar/v3",
		"golang.org/x/term"},
		"the command wires what lies below; facts about Python, Django and sessions stay in the rules"},

	// The workshop: programs and helpers that build and test the house. No stair above allows an import of it.
	{"internal/ruletest/replay", []string{"internal/py", "sessionstore/..."},
		"replays evidence programs on the reference store; it must not see what the rules conclude about them"},
	{"internal/ruletest/pyrule", []string{"rule", "internal/edit", "internal/finding", "internal/py",
		"internal/py/treesitter", "internal/python", "internal/ruletest/replay", "golang.org/x/tools/txtar"},
		"the harness runs rules the way the command does and knows none of them"},
	{"internal/gen/...", []string{"rule", "pyrules", "internal/source", "internal/py",
		"internal/output", "internal/suppress", "internal/gen/...", "internal/ruletest/pyrule"},
		"generated files are made from the rules' own metadata"},
	{"internal/bench", nil,
		"measures the command from outside, as its user runs it"},
	{"internal/archtest", nil,
		"judges the others"},
}

// Tests may import more than the package they test, but not everything.
var testStairs = []stair{
	{"rule", []string{"github.com/google/go-cmp/..."},
		"go mod tidy follows the tests of packages that others import"},
	{"pyrules", []string{"..."},
		"tests of the whole rule set"},
	{"pyrules/*", []string{"rule", "internal/py", "internal/ruletest/...", "internal/sessflow/...", "internal/django/...",
		"github.com/google/go-cmp/...", "golang.org/x/tools/txtar"},
		"a rule is tested through the harness, alone"},
	{"pyrules/*/evidence", []string{"rule", "pyrules/*", "internal/py", "internal/ruletest/...", "sessionstore/..."},
		"evidence is measured on the reference store"},
	{"...", []string{"..."},
		"tests of everything else may build whatever they need"},
}

// A ban says what the packages that match a pattern may not reach over any number of imports, tests left out.
type ban struct {
	packages string
	except   []string
	banned   []string
	reason   string
}

var bans = []ban{
	{"cmd/...", nil, []string{"sessionstore/...", "internal/ruletest/...", "internal/gen/...", "internal/bench"},
		"a shipped binary contains neither the reference store nor the workshop"},
	{"...", []string{"internal/py/treesitter", "cmd/sesslint", "internal/ruletest/pyrule", "internal/gen/..."},
		[]string{"github.com/smacker/go-tree-sitter/...", "internal/py/treesitter"},
		"the command and the workshop pass a parser down; everything else builds without cgo"},
}

// A word is something that source text may say in some packages only. Tests are left out.
type word struct {
	name   string   // a function such as "os.Exit", a builtin, a variable such as "os.Stdout", or "func init"
	except []string // packages that may
	reason string
}

var (
	programs = []string{"cmd/...", "internal/gen/...", "internal/bench"}
	printers = append([]string{"internal/output"}, programs...)
)

var words = []word{
	{"os.Exit", programs, "a package that ends the process cannot be tested or embedded"},
	{"log.Fatal", programs, "a package that ends the process cannot be tested or embedded"},
	{"log.Fatalf", programs, "a package that ends the process cannot be tested or embedded"},
	{"log.Fatalln", programs, "a package that ends the process cannot be tested or embedded"},
	{"os.Stdout", printers, "standard output is the report; one stray line breaks every machine that reads it"},
	{"fmt.Print", printers, "standard output is the report; one stray line breaks every machine that reads it"},
	{"fmt.Printf", printers, "standard output is the report; one stray line breaks every machine that reads it"},
	{"fmt.Println", printers, "standard output is the report; one stray line breaks every machine that reads it"},
	{"print", nil, "left over from debugging"},
	{"println", nil, "left over from debugging"},
	{"func init", nil, "importing a package does nothing; what it needs is passed to it"},
	{"panic", []string{"internal/ruletest/..."}, "input never ends a run: return an error, or stay silent and record a problem"},
}
