package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/sesslint/sesslint/rule"
)

var (
	rulesMark  = regexp.MustCompile(`(?s)(<!-- rules:begin -->\n).*?(<!-- rules:end -->)`)
	outputMark = regexp.MustCompile("(?s)(<!-- output: sesslint ([^\n]*) -->\n).*?(<!-- /output -->)")
)

// readme fills the marked parts of README.md: the table of rules, and what the command prints.
func readme(root string, metas []*rule.Meta) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		return nil, err
	}
	if !rulesMark.Match(text) {
		return nil, fmt.Errorf("no <!-- rules:begin --> and <!-- rules:end -->")
	}
	text = replace(rulesMark, text, func([][]byte) string {
		return "\n" + table(metas, "docs/rules/") + "\n"
	})
	if !outputMark.Match(text) {
		return text, nil
	}
	dir, err := os.MkdirTemp("", "gen")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "sesslint")
	build := exec.Command("go", "build", "-o", binary, "./cmd/sesslint")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build ./cmd/sesslint: %w\n%s", err, out)
	}
	text = replace(outputMark, text, func(m [][]byte) string {
		args := strings.Fields(string(m[2]))
		cmd := exec.Command(binary, args...)
		cmd.Dir = root
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, runErr := cmd.Output()
		if runErr != nil && err == nil {
			err = fmt.Errorf("sesslint %s: %w\n%s", m[2], runErr, stderr.Bytes())
		}
		return "\n```text\n" + strings.TrimRight(string(out), "\n") + "\n```\n\n"
	})
	return text, err
}

// replace puts what fill makes between the first and the last group of every match.
func replace(re *regexp.Regexp, text []byte, fill func(groups [][]byte) string) []byte {
	return re.ReplaceAllFunc(text, func(match []byte) []byte {
		groups := re.FindSubmatch(match)
		return []byte(string(groups[1]) + fill(groups) + string(groups[len(groups)-1]))
	})
}
