package main

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"
)

//go:embed scaffold
var templates embed.FS

var ruleID = regexp.MustCompile(`^[a-z]+(-[a-z]+)+$`)

// scaffold starts the rule id in a folder of its own and returns the files it wrote.
func scaffold(root, id string) ([]string, error) {
	files, err := scaffoldFiles(id)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(root, "pyrules", folder(id))
	if _, err := os.Stat(dir); err == nil {
		return nil, fmt.Errorf("pyrules/%s exists", folder(id))
	}
	var written []string
	for _, f := range files {
		name := filepath.Join(root, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return written, err
		}
		if err := os.WriteFile(name, f.data, 0o644); err != nil {
			return written, err
		}
		written = append(written, f.name)
	}
	return written, nil
}

// folder is the name of a rule's folder and package.
func folder(id string) string { return strings.ReplaceAll(id, "-", "") }

type scaffoldFile struct {
	name string // path from the root of the module, with forward slashes
	data []byte
}

// scaffoldFiles returns the files of a new rule.
func scaffoldFiles(id string) ([]scaffoldFile, error) {
	if !ruleID.MatchString(id) {
		return nil, fmt.Errorf("-id %q: want at least two lower-case words joined by dashes, such as nested-mutation-lost", id)
	}
	var files []scaffoldFile
	err := fs.WalkDir(templates, "scaffold", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := templates.ReadFile(name)
		if err != nil {
			return err
		}
		tmpl, err := template.New(name).Delims("[[", "]]").Parse(string(text))
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := tmpl.Execute(&b, map[string]string{"ID": id, "Package": folder(id)}); err != nil {
			return err
		}
		target := strings.TrimSuffix(strings.TrimPrefix(name, "scaffold/"), ".tmpl")
		target = strings.ReplaceAll(target, "RULE", folder(id))
		files = append(files, scaffoldFile{path.Join("pyrules", folder(id), target), b.Bytes()})
		return nil
	})
	return files, err
}
