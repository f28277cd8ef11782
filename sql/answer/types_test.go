//go:build duckdb_arrow

package answer

import (
	"strings"
	"testing"
	"time"

	"canbao/sql/duck"
)

// Types are named as the engine itself names them.
func TestTypesAreNamedAsTheEngineDoes(t *testing.T) {
	values := []string{
		"true", "1::tinyint", "1::smallint", "1", "1::bigint", "1::utinyint", "1::usmallint", "1::uinteger", "1::ubigint",
		"1.5::float", "1.5::double", "1.25::decimal(9,2)", "'文'", "date '2020-12-01'", "timestamp '2020-12-01 08:00:00'",
		"timestamptz '2020-12-01 08:00:00+08'", "time '08:00:00'", "[1, 2]", "[[date '2020-12-01']]", "'a'::blob", "interval 1 day",
		"'1'::enum('1')::varchar",
	}
	err := ask(t, "select "+strings.Join(values, ", ")+", typeof("+strings.Join(values, "), typeof(")+")", func(s *duck.Stream) error {
		first, err := Preview(s, 1, time.Second)
		if err != nil {
			return err
		}
		for i, value := range values {
			if got, want := first.Types[i], first.Rows[0][len(values)+i].Text; got != want {
				t.Errorf("%s is named %s, the engine says %s", value, got, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPlaceOf(t *testing.T) {
	const query = "select 镇街,\r\n\tnothing\r\nfrom mart.person"
	for _, c := range []struct {
		at           int
		line, column int
		before       string
	}{
		{-1, 0, 0, ""},
		{len(query) + 1, 0, 0, ""},
		{0, 1, 1, ""},
		{strings.Index(query, ","), 1, 10, "select 镇街"},
		{strings.Index(query, "nothing"), 2, 2, " "},
		{len(query), 3, 17, "from mart.person"},
	} {
		p := PlaceOf(query, c.at)
		if p.Line != c.line || p.Column != c.column || p.Before != c.before {
			t.Errorf("byte %d is line %d, column %d behind %q, want %d, %d, %q", c.at, p.Line, p.Column, p.Before, c.line, c.column, c.before)
		}
		if strings.ContainsAny(p.After, "\r\n") {
			t.Errorf("byte %d shows %q", c.at, p.After)
		}
	}
}

// A look takes so much memory and no more, however long the values are.
func TestLookIsBounded(t *testing.T) {
	for _, c := range []struct {
		query       string
		look        Look
		rows        int
		more        int64
		first       string
		short, ends bool
	}{
		{"select repeat('参', 10000) from range(50)", Look{Rows: 10, Cell: 8, Counting: time.Minute}, 10, 40, "参参…", true, true},
		{"select repeat('x', 1000) from range(5000)", Look{Rows: 5000, Cell: 100, Bytes: 1030, Counting: time.Minute}, 10, 4990, strings.Repeat("x", 100) + "…", true, true},
		{"select 'abc' from range(3)", Look{Rows: 5, Cell: 3, Bytes: 9, Counting: time.Minute}, 3, 0, "abc", false, true},
		{"select 'abc' from range(3)", Look{Rows: 5}, 3, 0, "abc", false, true},
	} {
		err := ask(t, c.query, func(s *duck.Stream) error {
			f, err := c.look.Read(s)
			if err == nil && (len(f.Rows) != c.rows || f.More != c.more || f.Rows[0][0].Text != c.first || f.Short != c.short || f.Cut == c.ends) {
				t.Errorf("%s: %d rows and %d more, first %q, short %v, cut %v", c.query, len(f.Rows), f.More, f.Rows[0][0].Text, f.Short, f.Cut)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", c.query, err)
		}
	}
}
