// Package archtest holds the architecture of sesslint as a table and checks it in go test: which package may import which,
// where cgo, process exits and printing to standard output may stand. It has no code for other packages to import.
package archtest
