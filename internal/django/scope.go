package django

import (
	"maps"
	"slices"

	"github.com/sesslint/sesslint/internal/py"
)

// A namespace holds the names of a module while its body is interpreted. Branches work on forks of it; what they assign
// is joined afterwards.
type namespace struct {
	// parent is the state before the branch, nil for a module or function.
	parent *namespace
	// globals is the namespace of the module around a function or class body, nil for a module.
	globals *namespace
	vals    map[string]Value
	// skipped are assignments in branches that are known not to be taken.
	skipped map[string][]Step
	// open says why names may exist that the source does not show; empty if there are none.
	open string
	// override is the place where an optional module that the repository does not hold may assign any name.
	override *Step
}

func newNamespace(globals *namespace) *namespace {
	return &namespace{globals: globals, vals: make(map[string]Value)}
}

func (n *namespace) fork() *namespace {
	return &namespace{parent: n, vals: make(map[string]Value), open: n.open, override: n.override}
}

// own returns what the name is in this namespace, without the module around it.
func (n *namespace) own(name string) (Value, bool) {
	for s := n; s != nil; s = s.parent {
		if v, ok := s.vals[name]; ok {
			return v, true
		}
	}
	return Value{}, false
}

// root returns the namespace that the branches belong to.
func (n *namespace) root() *namespace {
	for n.parent != nil {
		n = n.parent
	}
	return n
}

func (n *namespace) set(name string, v Value) { n.vals[name] = v }

// names returns all names of this namespace, sorted.
func (n *namespace) names() []string {
	seen := make(map[string]bool)
	for s := n; s != nil; s = s.parent {
		for name := range s.vals {
			seen[name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// skip records an assignment in a branch that is not taken.
func (n *namespace) skip(name string, s Step) {
	if n.skipped == nil {
		n.skipped = make(map[string][]Step)
	}
	n.skipped[name] = append(n.skipped[name], s)
}

// mayOverride marks every name as one that an unknown module may replace at step.
func (n *namespace) mayOverride(step Step) {
	for _, name := range n.names() {
		if !isSettingName(name) {
			continue
		}
		v, _ := n.own(name)
		if v.override == nil {
			v.override = &step
			n.set(name, v)
		}
	}
	if n.override == nil {
		n.override = &step
	}
}

// adopt takes over what a fork of n did.
func (n *namespace) adopt(fork *namespace) {
	maps.Copy(n.vals, fork.vals)
	n.open, n.override = fork.open, fork.override
	for name, steps := range fork.skipped {
		for _, s := range steps {
			n.skip(name, s)
		}
	}
}

// merge joins two forks of n; a is what happens where cond holds.
func (n *namespace) merge(a, b *namespace, cond string, byDefault Tri) {
	// In the order of names, so that the result does not depend on the order of a map.
	changed := make(map[string]bool)
	for name := range a.vals {
		changed[name] = true
	}
	for name := range b.vals {
		changed[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		n.set(name, join(a.orAbsent(name), b.orAbsent(name), cond, byDefault))
	}
	for _, fork := range []*namespace{a, b} {
		if fork.open != "" && n.open == "" {
			n.open = fork.open
		}
		if fork.override != nil && n.override == nil {
			n.override = fork.override
		}
		for name, steps := range fork.skipped {
			for _, s := range steps {
				n.skip(name, s)
			}
		}
	}
}

func (n *namespace) orAbsent(name string) Value {
	v, ok := n.own(name)
	if !ok && n.open != "" {
		return unknown(n.open)
	}
	if !ok {
		return Value{override: n.override}
	}
	return v
}

// isSettingName reports whether Django would take a module attribute of that name as a setting.
func isSettingName(name string) bool {
	if name == "" || name[0] == '_' {
		return false
	}
	for i := range len(name) {
		if c := name[i]; c >= 'a' && c <= 'z' {
			return false
		}
	}
	return true
}

// Objects that names may stand for and that are no settings.
type (
	// external is something of an installed package, by its dotted name.
	external struct{ dotted string }
	// moduleRef is a module of the project.
	moduleRef struct{ path string }
	// lazy is a name imported from a module of the project that has not been looked at yet.
	lazy struct {
		path, name string
	}
	// function is a function of the project.
	function struct {
		def  *py.FunctionDef
		file *py.File
		ns   *namespace
	}
	// lambda is an anonymous function of the project.
	lambda struct {
		def  *py.Lambda
		file *py.File
		ns   *namespace
	}
	// class is a class of the project.
	class struct {
		def  *py.ClassDef
		file *py.File
		ns   *namespace
	}
	// instance is an object of a class of the project; settings is true if its attributes are the settings.
	instance struct {
		of       *class
		settings bool
	}
	// method is an attribute of an object that is about to be called.
	method struct {
		recv Value
		name string
	}
)

func (o external) text() string  { return "<" + o.dotted + ">" }
func (o moduleRef) text() string { return "<module " + o.path + ">" }
func (o lazy) text() string      { return "<" + o.name + " of " + o.path + ">" }
func (o *function) text() string { return "<function " + o.def.Name.Name + ">" }
func (o *lambda) text() string   { return "<lambda>" }
func (o *class) text() string    { return "<class " + o.def.Name.Name + ">" }
func (o *instance) text() string { return "<" + o.of.def.Name.Name + " object>" }
func (o *method) text() string   { return "<method " + o.name + ">" }
