package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"canbao/etl/refuse"
)

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1859390: "1,859,390", -1234: "-1,234"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestRatio(t *testing.T) {
	for r, want := range map[ratio]string{0: "0.000000", 1: "1.000000", 0.9991: "0.999100", 2.0 / 3: "0.6666666666666666",
		1e-7: "0.0000001", 12.5: "12.500000"} {
		if got := r.String(); got != want {
			t.Errorf("ratio %v = %s, want %s", float64(r), got, want)
		}
	}
}

func TestWrapped(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"not wrapped", 0, "not wrapped"},
		{"short", 10, "short"},
		{"a name of several words", 10, "a name of\nseveral\nwords"},
		{"abcdefghij", 4, "abcd\nefgh\nij"},
		{"户籍基本医疗保险参保率", 12, "户籍基本医疗\n保险参保率"},
		{"请核实，再登记", 6, "请核\n实，再\n登记"},
		{"见 areas.csv 一栏", 12, "见 areas.csv\n一栏"},
		{"", 5, ""},
	} {
		if got := wrapped(c.text, c.width); got != c.want {
			t.Errorf("wrapped(%q, %d) = %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

// TestFormats prints one listing three ways: none is empty, null and a dash;
// Chinese counts two columns.
func TestFormats(t *testing.T) {
	l := listing{columns: []column{
		{key: "area", title: refuse.Text{ZH: "区划", EN: "area"}},
		{key: "rate", title: refuse.Text{ZH: "完成率", EN: "rate"}, right: true},
		{key: "met", title: refuse.Text{ZH: "达标", EN: "met"}},
		{key: "people", title: refuse.Text{ZH: "人数", EN: "people"}, right: true},
	}}
	l.add(plain("义乌, \"市\""), cell{data: ratio(0.5), shown: "50.00%"}, plain(true), plain(int64(1859390)))
	l.add(plain("Foo <b>"), plain(nil), plain(nil), plain(int64(0)))
	for format, want := range map[string]string{
		"csv": "area,rate,met,people\n\"义乌, \"\"市\"\"\",0.500000,true,1859390\nFoo <b>,,,0\n",
		"json": "[\n  {\"area\": \"义乌, \\\"市\\\"\", \"rate\": 0.500000, \"met\": true, \"people\": 1859390}," +
			"\n  {\"area\": \"Foo <b>\", \"rate\": null, \"met\": null, \"people\": 0}\n]\n",
		"table": "",
	} {
		var out bytes.Buffer
		a := &app{out: &out, set: settings{Format: format, Lang: "en"}}
		if err := a.print(l); err != nil {
			t.Fatal(err)
		}
		if format == "table" {
			for _, line := range []string{"50.00%", "1,859,390", "yes", "—"} {
				if !bytes.Contains(out.Bytes(), []byte(line)) {
					t.Errorf("the table lacks %s:\n%s", line, out.String())
				}
			}
			continue
		}
		if out.String() != want {
			t.Errorf("%s:\n%s\nwant:\n%s", format, out.String(), want)
		}
	}
}

func TestFormatsOfNothing(t *testing.T) {
	l := listing{columns: []column{{key: "area", title: refuse.Text{ZH: "区划", EN: "area"}}}}
	for format, want := range map[string]string{"csv": "area\n", "json": "[]\n"} {
		var out bytes.Buffer
		a := &app{out: &out, set: settings{Format: format}}
		if err := a.print(l); err != nil {
			t.Fatal(err)
		}
		if out.String() != want {
			t.Errorf("%s of nothing: %q, want %q", format, out.String(), want)
		}
	}
}

// A spreadsheet must take nothing of a listing for a formula, and every number for
// one.
func TestHarmlessListing(t *testing.T) {
	l := listing{columns: []column{{key: "=cmd|'/c calc'!A1"}, {key: "n"}, {key: "other"}}}
	l.add(plain("@SUM(1)"), plain(-280), plain(json.RawMessage("=1")))
	var out bytes.Buffer
	if err := (&app{out: &out, set: settings{Format: "csv"}}).print(l); err != nil {
		t.Fatal(err)
	}
	if want := "'=cmd|'/c calc'!A1,n,other\n'@SUM(1),-280,'=1\n"; out.String() != want {
		t.Errorf("csv:\n%swant:\n%s", &out, want)
	}
}
