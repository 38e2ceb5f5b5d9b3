package treesitter

// A node is one visible node of the C tree; its layout is that of flat_node in walk.h, where the fields are described.
type node struct {
	start, end uint32
	next       uint32
	symbol     uint16
	flags      uint16
}

// flagHasError is set where a node or one below it is an error or a token that recovery made up.
const flagHasError = 1

// errorSymbol is the symbol of nodes that hold source which the grammar could not place.
const errorSymbol = 0xffff

// passSymbol is no symbol of the grammar. Lowering writes it into nodes of which only the first child counts.
const passSymbol = 0xfffe

// A kind is what lowering tells symbols apart by. Several symbols of the grammar may have one kind.
type kind uint8

const (
	kOther kind = iota
	kError
	kComment
	kLineContinuation

	// Expressions.
	kIdentifier
	kInteger
	kFloat
	kTrue
	kFalse
	kNone
	kEllipsis
	kString
	kConcatenatedString
	kAttribute
	kSubscript
	kSlice
	kCall
	kArgumentList
	kKeywordArgument
	kListSplat
	kDictionarySplat
	kBinaryOperator
	kUnaryOperator
	kNotOperator
	kBooleanOperator
	kComparisonOperator
	kConditional
	kNamedExpression
	kLambda
	kLambdaParameters
	kAwait
	kYield
	kParenthesized
	kTuple
	kList
	kSet
	kDictionary
	kPair
	kListComprehension
	kSetComprehension
	kDictionaryComprehension
	kGenerator
	kForInClause
	kIfClause
	kExpressionList
	kAsPattern
	kAsPatternTarget
	kPatternList
	kTuplePattern
	kListPattern
	kListSplatPattern
	kDictionarySplatPattern

	// Parts of strings.
	kStringStart
	kStringEnd
	kStringContent
	kInterpolation
	kFormatSpecifier
	kFormatExpression
	kTypeConversion
	kEscapeInterpolation

	// Types.
	kType
	kSplatType
	kGenericType
	kUnionType
	kConstrainedType
	kMemberType
	kTypeParameter

	// Statements.
	kModule
	kBlock
	kExpressionStatement
	kAssignment
	kAugmentedAssignment
	kImport
	kImportFrom
	kFutureImport
	kImportPrefix
	kRelativeImport
	kAliasedImport
	kWildcardImport
	kDottedName
	kPrint
	kChevron
	kExec
	kAssert
	kReturn
	kDelete
	kRaise
	kPass
	kBreak
	kContinue
	kGlobal
	kNonlocal
	kTypeAlias
	kIf
	kElif
	kElse
	kFor
	kWhile
	kTry
	kExcept
	kExceptGroup
	kFinally
	kWith
	kWithClause
	kWithItem
	kFunction
	kParameters
	kTypedParameter
	kDefaultParameter
	kTypedDefaultParameter
	kKeywordSeparator
	kPositionalSeparator
	kClass
	kDecorated
	kDecorator
	kMatch
	kCase
	kCasePattern
	kUnionPattern
	kDictPattern
	kKeywordPattern
	kSplatPattern
	kClassPattern
	kComplexPattern

	// Tokens.
	kTokenComma
	kTokenColon
	kTokenSemicolon
	kTokenLparen
	kTokenRparen
	kTokenLbrack
	kTokenRbrack
	kTokenEqual
	kTokenStar
	kTokenStarStar
	kTokenSlash
	kTokenAsync
	kTokenFrom
	kTokenIn
	kTokenAs
	kTokenDef
	kTokenClass
	kTokenUnderscore
	kToken
)

// namedKinds are the kinds of named nodes by the name that the grammar gives them.
var namedKinds = map[string]kind{
	"comment": kComment, "line_continuation": kLineContinuation,

	"identifier": kIdentifier, "integer": kInteger, "float": kFloat, "true": kTrue, "false": kFalse, "none": kNone,
	"ellipsis": kEllipsis, "string": kString, "concatenated_string": kConcatenatedString, "attribute": kAttribute,
	"subscript": kSubscript, "slice": kSlice, "call": kCall, "argument_list": kArgumentList,
	"keyword_argument": kKeywordArgument, "list_splat": kListSplat, "parenthesized_list_splat": kParenthesized,
	"dictionary_splat": kDictionarySplat, "binary_operator": kBinaryOperator, "unary_operator": kUnaryOperator,
	"not_operator": kNotOperator, "boolean_operator": kBooleanOperator, "comparison_operator": kComparisonOperator,
	"conditional_expression": kConditional, "named_expression": kNamedExpression, "lambda": kLambda,
	"lambda_parameters": kLambdaParameters, "await": kAwait, "yield": kYield, "parenthesized_expression": kParenthesized,
	"tuple": kTuple, "list": kList, "set": kSet, "dictionary": kDictionary, "pair": kPair,
	"list_comprehension": kListComprehension, "set_comprehension": kSetComprehension,
	"dictionary_comprehension": kDictionaryComprehension, "generator_expression": kGenerator,
	"for_in_clause": kForInClause, "if_clause": kIfClause, "expression_list": kExpressionList, "as_pattern": kAsPattern,
	"as_pattern_target": kAsPatternTarget, "pattern_list": kPatternList, "tuple_pattern": kTuplePattern,
	"list_pattern": kListPattern, "list_splat_pattern": kListSplatPattern,
	"dictionary_splat_pattern": kDictionarySplatPattern,

	"string_start": kStringStart, "string_end": kStringEnd, "string_content": kStringContent,
	"interpolation": kInterpolation, "format_specifier": kFormatSpecifier, "format_expression": kFormatExpression,
	"type_conversion": kTypeConversion, "escape_interpolation": kEscapeInterpolation,

	"type": kType, "splat_type": kSplatType, "generic_type": kGenericType, "union_type": kUnionType,
	"constrained_type": kConstrainedType, "member_type": kMemberType, "type_parameter": kTypeParameter,

	"module": kModule, "block": kBlock, "expression_statement": kExpressionStatement, "assignment": kAssignment,
	"augmented_assignment": kAugmentedAssignment, "import_statement": kImport, "import_from_statement": kImportFrom,
	"future_import_statement": kFutureImport, "import_prefix": kImportPrefix, "relative_import": kRelativeImport,
	"aliased_import": kAliasedImport, "wildcard_import": kWildcardImport, "dotted_name": kDottedName,
	"print_statement": kPrint, "chevron": kChevron, "exec_statement": kExec, "assert_statement": kAssert,
	"return_statement": kReturn, "delete_statement": kDelete, "raise_statement": kRaise, "pass_statement": kPass,
	"break_statement": kBreak, "continue_statement": kContinue, "global_statement": kGlobal,
	"nonlocal_statement": kNonlocal, "type_alias_statement": kTypeAlias, "if_statement": kIf, "elif_clause": kElif,
	"else_clause": kElse, "for_statement": kFor, "while_statement": kWhile, "try_statement": kTry,
	"except_clause": kExcept, "except_group_clause": kExceptGroup, "finally_clause": kFinally, "with_statement": kWith,
	"with_clause": kWithClause, "with_item": kWithItem, "function_definition": kFunction, "parameters": kParameters,
	"typed_parameter": kTypedParameter, "default_parameter": kDefaultParameter,
	"typed_default_parameter": kTypedDefaultParameter, "keyword_separator": kKeywordSeparator,
	"positional_separator": kPositionalSeparator, "class_definition": kClass, "decorated_definition": kDecorated,
	"decorator": kDecorator, "match_statement": kMatch, "case_clause": kCase, "case_pattern": kCasePattern,
	"union_pattern": kUnionPattern, "dict_pattern": kDictPattern, "keyword_pattern": kKeywordPattern,
	"splat_pattern": kSplatPattern, "class_pattern": kClassPattern, "complex_pattern": kComplexPattern,
}

// tokenKinds are the kinds of the tokens that lowering looks at; other tokens are kToken.
var tokenKinds = map[string]kind{
	",": kTokenComma, ":": kTokenColon, ";": kTokenSemicolon, "(": kTokenLparen, ")": kTokenRparen, "[": kTokenLbrack,
	"]": kTokenRbrack, "=": kTokenEqual, "*": kTokenStar, "**": kTokenStarStar, "/": kTokenSlash, "async": kTokenAsync,
	"from": kTokenFrom, "in": kTokenIn, "as": kTokenAs, "def": kTokenDef, "class": kTokenClass, "_": kTokenUnderscore,
}

// A kindTable maps symbols to kinds. It has an entry for every uint16, so that no look-up needs a check.
type kindTable [1 << 16]kind

// newKindTable builds the table from the names of the symbols 0..count-1.
func newKindTable(count int, name func(symbol int) (string, bool)) *kindTable {
	table := new(kindTable)
	for symbol := range count {
		s, named := name(symbol)
		switch {
		case named:
			table[symbol] = namedKinds[s]
		case tokenKinds[s] != kOther:
			table[symbol] = tokenKinds[s]
		default:
			table[symbol] = kToken
		}
	}
	table[errorSymbol] = kError
	table[passSymbol] = kType
	return table
}
