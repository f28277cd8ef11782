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
