package duck

import (
	"slices"
	"testing"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
		rest string
	}{
		{"select 1", nil, "select 1"},
		{"select 1;", []string{"select 1"}, ""},
		{"select 1; select 2 ; ", []string{"select 1", " select 2 "}, " "},
		{"select ';'; select \"a;b\"; x", []string{"select ';'", " select \"a;b\""}, " x"},
		{"select 'it''s;'; -- ; \n select 2;", []string{"select 'it''s;'", " -- ; \n select 2"}, ""},
		{"/* ; /* ; */ ; */ select 1;", []string{"/* ; /* ; */ ; */ select 1"}, ""},
		{"select e'\\';'; y", []string{"select e'\\';'"}, " y"},
		{"select $$;$$; select $a$ ; $$ ; $a$;", []string{"select $$;$$", " select $a$ ; $$ ; $a$"}, ""},
		{"select $x; select $y;", []string{"select $x", " select $y"}, ""},
		{"select $1, $2;", []string{"select $1, $2"}, ""},
		{";;-- nothing\n;", nil, ""},
		{"select '；';", []string{"select '；'"}, ""},
		{"select 'open;", nil, "select 'open;"},
		{"select name'x;y';", []string{"select name'x;y'"}, ""},
	} {
		got, rest := Split(c.text)
		if !slices.Equal(got, c.want) || rest != c.rest {
			t.Errorf("Split(%q) = %q, %q; want %q, %q", c.text, got, rest, c.want, c.rest)
		}
	}
}

func TestBare(t *testing.T) {
	for text, want := range map[string]string{
		"select 1":                    "select 1",
		" select 1 ; -- done":         " select 1",
		"select ';' /* a */; ;":       "select ';'",
		"select 1 -- ; ":              "select 1",
		"-- first\nselect 1\n;\n\n--": "-- first\nselect 1",
	} {
		if got := bare(text); got != want {
			t.Errorf("bare(%q) = %q, want %q", text, got, want)
		}
	}
	if !Blank(" -- x\n/* y */ ") || Blank("select") || Blank(";") {
		t.Error("Blank is wrong about comments, words or semicolons")
	}
}
