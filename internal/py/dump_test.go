package py

import "testing"

func TestDump(t *testing.T) {
	name := func(start int, id string) *Name { return &Name{Span{start, start + len(id)}, id} }
	call := &Call{Span: Span{4, 15}, Func: name(4, "f"), Rparen: 14, Args: []Arg{
		{Span: Span{6, 7}, Value: name(6, "a")},
		{Span: Span{9, 14}, Name: Ident{Span{9, 10}, "b"}, Value: &String{Span{11, 14}, "é\n", false}},
	}}
	body := []Stmt{
		&Assign{Span: Span{0, 15}, Targets: []Expr{name(0, "x")}, Value: call},
		&Return{Span: Span{16, 22}},
	}
	for _, test := range []struct{ what, got, want string }{
		{"expression", Dump(call, false), `(Call (Name f) [(Name a) b=(String "\u00e9\n")])`},
		{"statements", DumpStmts(body, false), "(Assign [(Name x)] (Call (Name f) [(Name a) b=(String \"\\u00e9\\n\")]))\n(Return _)\n"},
		{"spans", Dump(body[0], true), `(Assign@0:15 [(Name@0:1 x)] (Call@4:15 (Name@4:5 f) [(Name@6:7 a) b=(String@11:14 "\u00e9\n")]))`},
		{"module", Dump(&Module{Body: body[1:]}, false), "(Module {(Return _)})"},
		{"nothing", Dump(nil, false), "_"},
	} {
		if test.got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.what, test.got, test.want)
		}
	}
}
