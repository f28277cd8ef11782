//go:build duckdb_arrow

package answer

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/xuri/excelize/v2"

	"canbao/sql/duck"
)

// ask runs a query on an empty database and hands its answer to read.
func ask(t *testing.T, query string, read func(*duck.Stream) error) error {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "a.duckdb")
	db, err := duck.Open(ctx, path, duck.Options{})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	s, err := duck.OpenSession(path, "", duck.Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p, err := s.Prepare(ctx, query)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	rows, err := p.Stream(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Release()
	return read(rows)
}

// written is the answer of a query in a format.
func written(t *testing.T, format, query string) []byte {
	t.Helper()
	var b bytes.Buffer
	err := ask(t, query, func(s *duck.Stream) error {
		_, err := Writing{Format: format}.Write(context.Background(), &b, s)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return b.Bytes()
}

// values are expressions with what they are in CSV and in JSON.
var values = []struct{ sql, csv, json string }{
	{"null", "", "null"},
	{"true", "true", "true"},
	{"cast(-128 as tinyint)", "-128", "-128"},
	{"cast(9223372036854775807 as bigint)", "9223372036854775807", "9223372036854775807"},
	{"cast(18446744073709551615 as ubigint)", "18446744073709551615", "18446744073709551615"},
	{"cast('-170141183460469231731687303715884105727' as hugeint)", "-170141183460469231731687303715884105727", "-170141183460469231731687303715884105727"},
	{"cast(0.07 as decimal(18, 2))", "0.07", "0.07"},
	{"cast(-12345.6 as decimal(18, 2))", "-12345.60", "-12345.60"},
	{"cast(-0.5 as decimal(38, 3))", "-0.500", "-0.500"},
	{"cast('12345678901234567890123456.7' as decimal(38, 1))", "12345678901234567890123456.7", "12345678901234567890123456.7"},
	{"cast(1859390 as double)", "1859390", "1859390"},
	{"cast(1 as double) / 3", "0.3333333333333333", "0.3333333333333333"},
	{"cast(1e300 as double)", "1e+300", "1e+300"},
	{"cast('nan' as double)", "NaN", `"NaN"`},
	{"cast(0.1 as float)", "0.1", "0.1"},
	{"date '2020-11-30'", "2020-11-30", `"2020-11-30"`},
	{"date '0001-01-01'", "0001-01-01", `"0001-01-01"`},
	{"date '2000-02-29'", "2000-02-29", `"2000-02-29"`},
	{"date 'infinity'", "infinity", `"infinity"`},
	{"timestamp '2020-11-30 08:09:10'", "2020-11-30 08:09:10", `"2020-11-30 08:09:10"`},
	{"timestamp '2020-11-30 08:09:10.5'", "2020-11-30 08:09:10.5", `"2020-11-30 08:09:10.5"`},
	{"timestamptz '2020-11-30 00:00:00+00'", "2020-11-30 08:00:00+08:00", `"2020-11-30 08:00:00+08:00"`},
	{"time '01:02:03'", "01:02:03", `"01:02:03"`},
	{"interval '14 months 3 days 04:05:06'", "1 year 2 months 3 days 04:05:06", `"1 year 2 months 3 days 04:05:06"`},
	{"cast('5a0c66ad-8800-5e5e-80e7-aa1d0c5995e4' as uuid)", "5a0c66ad-8800-5e5e-80e7-aa1d0c5995e4", `"5a0c66ad-8800-5e5e-80e7-aa1d0c5995e4"`},
	{"cast('A' as blob)", "41", `"41"`},
	{"'村'", "村", `"村"`},
	{"'a\"b,c'", `"a""b,c"`, `"a\"b,c"`},
	{"''", `""`, `""`},
	{"'=1+1'", "'=1+1", `"=1+1"`},
	{"'　＋1'", "'　＋1", `"　＋1"`},
	{"'-5'", "-5", `"-5"`},
	{"chr(1) || chr(10)", "\"\x01\n\"", `"\u0001\n"`},
	{"cast('甲' as enum ('乙', '甲'))", "甲", `"甲"`},
	{"[1, null, 3]", `"[1,null,3]"`, "[1,null,3]"},
	{"{'a': '甲', 'b': [date '2020-01-02']}", `"{""a"":""甲"",""b"":[""2020-01-02""]}"`, `{"a":"甲","b":["2020-01-02"]}`},
	{"map {'k': 1}", `"{""k"":1}"`, `{"k":1}`},
}

func TestValues(t *testing.T) {
	var columns []string
	for i, v := range values {
		columns = append(columns, fmt.Sprintf("%s as c%d", v.sql, i))
	}
	query := "select " + strings.Join(columns, ", ")
	text := string(written(t, "csv", query))
	_, line, _ := strings.Cut(text, "\n")
	for i, v := range values {
		if rest, ok := strings.CutPrefix(line, v.csv); !ok {
			t.Fatalf("%s is not %s in %q", v.sql, v.csv, line)
		} else if i+1 < len(values) {
			line = strings.TrimPrefix(rest, ",")
		} else if rest != "\n" {
			t.Errorf("the line ends in %q", rest)
		}
	}
	if records, err := csv.NewReader(strings.NewReader(text)).ReadAll(); err != nil || len(records) != 2 || len(records[1]) != len(values) {
		t.Errorf("csv is not read back: %v", err)
	}
	for format, record := range map[string][]byte{
		"ndjson": written(t, "ndjson", query), "json": bytes.Trim(written(t, "json", query), "[] \n"),
	} {
		var got map[string]json.RawMessage
		if err := json.Unmarshal(record, &got); err != nil {
			t.Fatalf("%s: %v: %s", format, err, record)
		}
		for i, v := range values {
			if s := string(got[fmt.Sprintf("c%d", i)]); s != v.json {
				t.Errorf("%s: %s is %s, want %s", format, v.sql, s, v.json)
			}
		}
	}
}

// TestOrderIsKept: batches are encoded several at a time and written in order.
func TestOrderIsKept(t *testing.T) {
	lines := strings.Fields(string(written(t, "csv", "select range as n from range(300000)")))
	for i, line := range lines[1:] {
		if line != fmt.Sprint(i) {
			t.Fatalf("line %d is %s", i+1, line)
		}
	}
	var list []map[string]int
	if err := json.Unmarshal(written(t, "json", "select range as n from range(10000)"), &list); err != nil || len(list) != 10000 || list[9999]["n"] != 9999 {
		t.Errorf("json: %d rows, %v", len(list), err)
	}
	if err := json.Unmarshal(written(t, "json", "select 1 as n where false"), &list); err != nil || len(list) != 0 {
		t.Errorf("json of nothing: %d rows, %v", len(list), err)
	}
	if got := string(written(t, "csv", "select null as n from range(2)")); got != "n\n\"\"\n\"\"\n" {
		t.Errorf("rows of one null are %q", got)
	}
}

func TestArrowIsReadBack(t *testing.T) {
	r, err := ipc.NewReader(bytes.NewReader(written(t, "arrow", "select range as n, '村' || range as name from range(5000)")))
	if err != nil {
		t.Fatal(err)
	}
	n := int64(0)
	for r.Next() {
		n += r.RecordBatch().NumRows()
	}
	if n != 5000 || r.Err() != nil {
		t.Errorf("%d rows, %v", n, r.Err())
	}
}

func TestWorkbookIsReadBack(t *testing.T) {
	book, err := excelize.OpenReader(bytes.NewReader(written(t, "xlsx",
		"select '=1+1' as \"=head\", date '2020-11-30' as day, 12.5 as n, 330782198001010012 as id, true as yes, null as nothing, timestamp '2020-11-30 08:09:10' as at, cast('nan' as double) as odd")))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(rows[0], "|") + "\n" + strings.Join(rows[1], "|")
	want := "'=head|day|n|id|yes|nothing|at|odd\n'=1+1|2020-11-30|12.5|330782198001010012|TRUE||2020-11-30 08:09:10|NaN"
	if got != want {
		t.Errorf("the workbook reads\n%s\nwant\n%s", got, want)
	}
	if formula, err := book.GetCellFormula("Sheet1", "A2"); err != nil || formula != "" {
		t.Errorf("a text became the formula %q (%v)", formula, err)
	}
}

// failing takes so many bytes.
type failing struct{ left int }

var errFull = errors.New("full")

func (f *failing) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestWritingFails(t *testing.T) {
	for _, format := range []string{"csv", "json", "ndjson", "arrow", "xlsx"} {
		err := ask(t, "select range as n, '村' || range as name from range(200000)", func(s *duck.Stream) error {
			_, err := Writing{Format: format}.Write(context.Background(), &failing{left: 300_000}, s)
			return err
		})
		if !errors.Is(err, errFull) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

func TestPreview(t *testing.T) {
	err := ask(t, "select range as n, 'a' || chr(27) || chr(10) || 'b' as t, range % 2 = 0 as even, null as none from range(5000)", func(s *duck.Stream) error {
		first, err := Preview(s, 10, time.Minute)
		if len(first.Rows) != 10 || first.More != 4990 || first.Cut || !first.Right[0] || first.Right[2] {
			t.Errorf("%d rows, %d more, cut %v, right %v", len(first.Rows), first.More, first.Cut, first.Right)
		}
		if row := first.Rows[3]; row[0].Text != "3" || row[1].Text != "a\ufffd b" || !row[2].Bool || !row[3].Null {
			t.Errorf("row %+v", row)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
