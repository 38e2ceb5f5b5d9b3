// Package rule holds the words every part of sesslint shares about a rule: its metadata, the scales on which a finding is
// graded, and the syntax of suppression comments. It holds no detection, no findings and no configuration, and it imports
// the standard library only, so that analyzers embedded in other tools may depend on it.
package rule

import "fmt"

// Wing is the language family a rule reads.
type Wing string

const (
	Go     Wing = "go"
	Python Wing = "python"
)

// Severity says how bad a finding is if it is true. The zero value means "not stated": the default of the rule applies.
type Severity uint8

const (
	Info Severity = iota + 1
	Warning
	Error
)

var severityNames = [...]string{"", "info", "warning", "error"}

func (s Severity) String() string { return severityNames[s] }

// ParseSeverity returns the severity named s. The error names the accepted words.
func ParseSeverity(s string) (Severity, error) {
	for i, name := range severityNames {
		if i > 0 && s == name {
			return Severity(i), nil
		}
	}
	return 0, fmt.Errorf("unknown severity %q: use error, warning or info", s)
}

// Confidence says how often findings of a rule are true. The zero value means "not stated".
type Confidence uint8

const (
	Low Confidence = iota + 1
	Medium
	High
)

var confidenceNames = [...]string{"", "low", "medium", "high"}

func (c Confidence) String() string { return confidenceNames[c] }

// Category groups rules by the kind of harm; categories can be selected like rules.
type Category string

const (
	Lifetime           Category = "lifetime"
	Size               Category = "size"
	LostWrite          Category = "lost-write"
	Race               Category = "race"
	WriteAmplification Category = "write-amplification"
	Cleanup            Category = "cleanup"
	Fixation           Category = "fixation"
	Exposure           Category = "exposure"
	Backend            Category = "backend"
	Settings           Category = "settings"
	Async              Category = "async"
	Correctness        Category = "correctness"
)

// Categories lists every category in the order in which documentation shows them.
var Categories = []Category{
	Lifetime, Size, LostWrite, Race, WriteAmplification, Cleanup,
	Fixation, Exposure, Backend, Settings, Async, Correctness,
}

// Applicability says how far a fix may be trusted.
type Applicability uint8

const (
	// Safe fixes keep every behaviour but the one that the finding is about.
	Safe Applicability = iota
	// Unsafe fixes change policy, data layout or timing; they are applied on request only.
	Unsafe
)

var applicabilityNames = [...]string{"safe", "unsafe"}

func (a Applicability) String() string { return applicabilityNames[a] }

// FixMeta declares a fix that a rule may offer. A fix whose title is not declared is a defect that the rule harness reports.
type FixMeta struct {
	Title         string
	Applicability Applicability
}

// Meta describes one rule of one wing.
type Meta struct {
	ID         string // kebab-case, reads after "allow"
	Wing       Wing
	Summary    string // what it finds: lower case, no final stop, at most 100 characters
	Category   Category
	Severity   Severity   // the default; a finding may carry another
	Confidence Confidence // the default; a finding may carry another
	Fixes      []FixMeta
	Doc        string // rule.md, embedded
}
