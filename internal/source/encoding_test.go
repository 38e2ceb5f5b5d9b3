package source

import "testing"

func TestEncoding(t *testing.T) {
	tests := []struct {
		name, data string
		encoding   Encoding
		declared   string
		invalid    int
	}{
		{"empty", "", UTF8, "utf-8", -1},
		{"ascii", "x = 1\n", UTF8, "utf-8", -1},
		{"utf-8", "x = 'é'\n", UTF8, "utf-8", -1},
		{"byte order mark", "\ufeffx = 1\n", UTF8BOM, "utf-8", -1},
		{"byte order mark and comment", "\ufeff# coding: latin-1\n", UTF8BOM, "utf-8", -1},
		{"byte order mark and invalid", "\ufeffx = '\xe9'\n", Invalid, "utf-8", 8},
		{"invalid", "x = '\xe9'\n", Invalid, "utf-8", 5},
		{"cut at the end", "x = '\xc3", Invalid, "utf-8", 5},
		{"surrogate", "'\xed\xa0\x80'", Invalid, "utf-8", 1},
		{"overlong", "'\xc0\x80'", Invalid, "utf-8", 1},
		{"replacement character is valid", "x = '\ufffd'\n", UTF8, "utf-8", -1},
		{"latin-1", "# -*- coding: latin-1 -*-\nx = '\xe9'\n", Declared, "latin-1", 31},
		{"latin-1 without high bytes", "# coding: latin-1\nx\n", Declared, "latin-1", -1},
		{"vim", "# vim: set fileencoding=cp1252 :\n", Declared, "cp1252", -1},
		{"line 2", "#!/usr/bin/python\n# coding=iso-8859-15\n", Declared, "iso-8859-15", -1},
		{"line 2 below a blank line", "\n# coding=koi8-r\n", Declared, "koi8-r", -1},
		{"line 2 below a line of blanks", " \t\f\r\n# coding=koi8-r\n", Declared, "koi8-r", -1},
		{"line 2 with CR line ends", "#\r# coding=koi8-r\r", Declared, "koi8-r", -1},
		{"line 2 below code", "x = 1\n# coding=koi8-r\n", UTF8, "utf-8", -1},
		{"line 2 below a docstring", "''''''\n# coding=koi8-r\n", UTF8, "utf-8", -1},
		{"line 3", "\n\n# coding=koi8-r\n", UTF8, "utf-8", -1},
		{"indented", " \t# coding=koi8-r\n", Declared, "koi8-r", -1},
		{"behind code", "x = 1 # coding=koi8-r\n", UTF8, "utf-8", -1},
		{"not next to coding", "# coding is fun: yes\n", UTF8, "utf-8", -1},
		{"later in the comment", "# encoding is coding:koi8-r ok\n", Declared, "koi8-r", -1},
		{"declares utf-8", "# coding: utf-8\nx = 'é'\n", UTF8, "utf-8", -1},
		{"declares utf-8 and is not", "# coding: UTF_8\nx = '\xe9'\n", Invalid, "utf-8", 21},
		{"names of utf-8", "# coding: utf8\n", UTF8, "utf-8", -1},
		{"names of utf-8, with line ends", "# coding: utf-8-unix\n", UTF8, "utf-8", -1},
		{"names of utf-8, signed", "# coding: utf_8_sig\n", UTF8, "utf-8", -1},
		{"underscores", "# coding: ISO_8859_1\n", Declared, "iso-8859-1", -1},
		{"binary", "x\x00y", Binary, "utf-8", -1},
		{"binary with a comment", "# coding: latin-1\n\x00", Binary, "latin-1", -1},
	}
	for _, test := range tests {
		f := New("a.py", []byte(test.data))
		if got := f.Encoding(); got != test.encoding {
			t.Errorf("%s: encoding = %v, want %v", test.name, got, test.encoding)
		}
		if got := f.DeclaredEncoding(); got != test.declared {
			t.Errorf("%s: declared encoding = %q, want %q", test.name, got, test.declared)
		}
		if got := f.FirstInvalid(); got != test.invalid {
			t.Errorf("%s: first invalid byte = %d, want %d", test.name, got, test.invalid)
		}
	}
}

func TestEncodingString(t *testing.T) {
	seen := map[string]bool{}
	for e := UTF8; e <= Binary; e++ {
		if s := e.String(); s == "" || seen[s] {
			t.Errorf("encoding %d has the name %q", e, s)
		} else {
			seen[s] = true
		}
	}
}
