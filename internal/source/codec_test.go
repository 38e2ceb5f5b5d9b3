package source

import (
	"slices"
	"strings"
	"testing"
)

func TestCodec(t *testing.T) {
	tests := []struct {
		data   string
		codec  Codec
		cookie string
	}{
		{"x = 1\n", MultiByte, ""},
		{"# coding: utf-8\n", MultiByte, "utf-8"},
		{"# coding: UTF8-unix\n", UnknownCodec, "UTF8-unix"},
		{"# coding: utf-8-unix\n", MultiByte, "utf-8-unix"},
		{"\ufeff# coding: nope\n", MultiByte, ""},
		{"# coding: nope\n", UnknownCodec, "nope"},
		{"#!/bin/python\r\n# -*- coding: Nope -*-\r\n", UnknownCodec, "Nope"},
		{"# coding: latin-1\n", SingleByte, "latin-1"},
		{"# coding: Latin_1-dos\n", SingleByte, "Latin_1-dos"},
		{"# coding: iso-latin-1\n", SingleByte, "iso-latin-1"},
		{"# coding: cp1252\n", SingleByte, "cp1252"},
		{"# coding: cp1252-dos\n", UnknownCodec, "cp1252-dos"},
		{"# coding: windows-1252\n", SingleByte, "windows-1252"},
		{"# coding: ISO_8859-15\n", SingleByte, "ISO_8859-15"},
		{"# coding: koi8-r\n", SingleByte, "koi8-r"},
		{"# coding: iso8859.1\n", SingleByte, "iso8859.1"},
		{"# coding: ansi_x3.4_1968\n", MultiByte, "ansi_x3.4_1968"},
		{"# coding: us-ascii\n", MultiByte, "us-ascii"},
		{"# coding: shift-jis\n", MultiByte, "shift-jis"},
		{"# coding: gbk\n", MultiByte, "gbk"},
		{"# coding: mbcs\n", MultiByte, "mbcs"},
		{"# coding: utf-16\n", NotASCII, "utf-16"},
		{"# coding: UTF-32-LE\n", NotASCII, "UTF-32-LE"},
		{"# coding: cp037\n", NotASCII, "cp037"},
		{"# coding: hex\n", NotASCII, "hex"},
	}
	for _, test := range tests {
		f := New("a.py", []byte(test.data))
		if got := f.Codec(); got != test.codec {
			t.Errorf("%q: codec %d, want %d", test.data, got, test.codec)
		}
		if start, end := f.Cookie(); test.data[start:end] != test.cookie {
			t.Errorf("%q: cookie %q, want %q", test.data, test.data[start:end], test.cookie)
		}
	}
}

// TestCodecNames checks that the lists hold normalised names, sorted, and none twice.
func TestCodecNames(t *testing.T) {
	var all []string
	for _, list := range []string{singleByteCodecs, multiByteCodecs, notASCIICodecs} {
		names := strings.Fields(list)
		if !slices.IsSorted(names) {
			t.Errorf("names are not sorted: %v", names)
		}
		all = append(all, names...)
	}
	if n := len(codecs()); n != len(all) || n < 400 {
		t.Errorf("%d codecs of %d names", n, len(all))
	}
	for _, name := range all {
		if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_.") != "" {
			t.Errorf("%q is not normalised", name)
		}
	}
}
