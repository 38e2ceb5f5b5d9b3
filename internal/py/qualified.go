package py

// Qualified returns the dotted name that e, a name or a chain of attributes, has by the imports of the module:
// "django.contrib.auth.login". Relative imports keep their dots: ".models.Cart", "..pkg.x". A builtin that nothing in the module
// binds is "builtins.dict". It returns "" where the root is unknown or is bound by something else than imports too, or by
// several imports of different things.
//
// Alternatives count as one import, and the first wins: the body of a try whose handlers catch ImportError and replace what is
// missing, and the branches of an if on a version (sys.version_info, django.VERSION, six.PY2, TYPE_CHECKING).
func (s *Scopes) Qualified(e Expr) string {
	n := 0
	root := e
	for {
		a, ok := root.(*Attribute)
		if !ok {
			break
		}
		root = a.X
		n += len(a.Attr.Name) + 1
	}
	name, ok := root.(*Name)
	if !ok {
		return ""
	}
	base := s.imported(name)
	if base == "" || n == 0 {
		return base
	}
	// The attributes come last to first.
	out := make([]byte, len(base)+n)
	end := len(out)
	for {
		a, ok := e.(*Attribute)
		if !ok {
			break
		}
		end -= len(a.Attr.Name)
		copy(out[end:], a.Attr.Name)
		end--
		out[end] = '.'
		e = a.X
	}
	copy(out, base)
	return string(out)
}

// imported returns the dotted name of what n was imported as, "" if it is not known to be an import or a builtin.
func (s *Scopes) imported(n *Name) string {
	b := s.names[n]
	if b == nil {
		if builtins[n.ID] {
			return "builtins." + n.ID
		}
		return ""
	}
	var first *Def
	for i := range b.Defs {
		d := &b.Defs[i]
		switch {
		case d.Kind == DelDef || d.Kind == AnnDef:
			// Neither gives the name another value.
		case first == nil:
			if d.Kind != ImportDef {
				return ""
			}
			first = d
		case d.Kind == ImportDef && d.Target == first.Target:
		case !alternative(first, d):
			return ""
		}
	}
	if first == nil {
		return ""
	}
	return first.Target
}

// alternative tells whether other is bound only where first, an import, is not.
func alternative(first, other *Def) bool {
	for a := first.arm; a != nil; a = a.parent {
		for b := other.arm; b != nil; b = b.parent {
			if a.of != b.of {
				continue
			}
			if _, try := a.of.(*Try); try {
				return a.index == 0 && b.index > 0
			}
			return a.index != b.index && other.Kind == ImportDef
		}
	}
	return false
}

// testsVersion tells whether e decides by the version of Python or of a library, or whether a type checker reads along.
func testsVersion(e Expr) bool {
	switch e := e.(type) {
	case *Name:
		return versionNames[e.ID]
	case *Attribute:
		return versionNames[e.Attr.Name] || testsVersion(e.X)
	case *Subscript:
		return testsVersion(e.X)
	case *UnaryOp:
		return testsVersion(e.X)
	case *BoolOp:
		return testsVersion(e.Left) && testsVersion(e.Right)
	case *Compare:
		return testsVersion(e.Left)
	}
	return false
}

var versionNames = WordSet(`VERSION version_info PY2 PY3 TYPE_CHECKING`)

// builtins are the names of the builtins module of Python 3.14 that a program may use, and those of Python 2 whose name means
// nothing else there.
var builtins = WordSet(`ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError
	BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError
	ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError Exception ExceptionGroup
	FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning
	IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError
	ModuleNotFoundError NameError NotADirectoryError NotImplemented NotImplementedError OSError OverflowError
	PendingDeprecationWarning PermissionError ProcessLookupError PythonFinalizationError RecursionError ReferenceError
	ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError
	SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError
	UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning ZeroDivisionError __build_class__ __debug__
	__import__ abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex
	copyright credits delattr dict dir divmod enumerate eval exec exit filter float format frozenset getattr globals
	hasattr hash help hex id input int isinstance issubclass iter len license list locals map max memoryview min next
	object oct open ord pow print property quit range repr reversed round set setattr slice sorted staticmethod str sum
	super tuple type vars zip
	basestring long raw_input unichr unicode xrange`)
