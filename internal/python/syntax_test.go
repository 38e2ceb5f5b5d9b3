package python

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSyntaxProblems(t *testing.T) {
	const bad = "x = = 1\n"
	region := "region cannot be parsed, so it was not checked"
	tests := map[string]struct {
		src  string
		want []string
	}{
		"none":  {"session = 1\n", nil},
		"one":   {"session = 'é'; x = = 1\ny = 2\n", []string{"1:1 " + region}},
		"three": {"session = 1\n" + strings.Repeat("y = 1\n"+bad, 3), []string{"3:1 " + region, "5:1 " + region, "7:1 " + region}},
		"many": {"session = 1\n" + strings.Repeat("y = 1\n"+bad, 6), []string{"3:1 " + region, "5:1 " + region, "7:1 " + region,
			"9:1 3 more regions from here on cannot be parsed, so they were not checked"}},
		"unknown encoding": {"#!/usr/bin/python\n# -*- coding: nope -*-\nsession = '\xe9'\n" + bad,
			[]string{"2:15 file declares the encoding nope, which Python does not know, so Python refuses the file", "4:1 " + region}},
		"unusable encoding": {"# coding: utf-16\nsession = 1\n",
			[]string{"1:11 file declares the encoding utf-16, which is not a superset of ASCII, so Python cannot read the file"}},
		"known encoding":       {"# coding: cp1252\nsession = '\x80'\n", nil},
		"python 2 that parses": {"session = 1\nprint 'a'\n", nil},
		"python 2": {"session = 1\n" + strings.Repeat(bad, 5) + "class A:\n  def f(self):\n    try:\n      pass\n    except E:\n      print 'a'\n",
			[]string{"2:1 file looks like Python 2 (line 12), so 5 regions of it cannot be parsed and were not checked"}},
		"python 2 in the hole": {"session = 1\nx = = `y`\n",
			[]string{"2:1 file looks like Python 2 (line 2), so a region of it cannot be parsed and was not checked"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, line := range lines(tree(lay(t, map[string]string{"a.py": test.src})).Run(nil).FileProblems) {
				got = append(got, strings.Replace(strings.TrimPrefix(line, "a.py:"), " partial ", " ", 1))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
