package source

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/schema"
	"github.com/google/go-cmp/cmp"
)

func TestParquet(t *testing.T) {
	for name, props := range parquetForms() {
		if diff := cmp.Diff(dirtyParquetPart, readOne(t, dirtyParquet(t, props))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Rows by the thousands lie in several blocks, pages and groups, with empty
// cells wherever they end.
func TestParquetManyRows(t *testing.T) {
	var numbers, names [][]any
	var want []string
	line := 1
	for _, rows := range []int{1, parquetRows, 3*parquetRows + 17} {
		var a, b []any
		for range rows {
			line++
			switch {
			case line%1000 == 0:
				a, b = append(a, "合计"), append(b, nil)
				continue
			case line%7 == 0:
				a, b = append(a, nil), append(b, "王小明")
				want = append(want, fmt.Sprintf("%d |王小明", line))
				continue
			}
			a, b = append(a, fmt.Sprint(line)), append(b, nil)
			want = append(want, fmt.Sprintf("%d %d|", line, line))
		}
		numbers, names = append(numbers, a), append(names, b)
	}
	for name, props := range parquetForms() {
		got := readOne(t, parquetBytes(t, props,
			parquetCells{leaf(t, "certno", schema.StringLogicalType{}, parquet.Types.ByteArray, -1), numbers},
			parquetCells{leaf(t, "name", schema.StringLogicalType{}, parquet.Types.ByteArray, -1), names}))
		if diff := cmp.Diff(want, got.Rows); diff != "" {
			t.Errorf("%s (-want +got):\n%.2000s", name, diff)
		}
		if int64(len(want))+got.Furniture != int64(line-1) {
			t.Errorf("%s: %d rows and %d furniture of %d", name, len(want), got.Furniture, line-1)
		}
	}
}

func TestParquetRefused(t *testing.T) {
	plain := parquetForms()["plain"]
	whole := dirtyParquet(t, plain)
	text := func(cells ...any) []byte {
		return parquetBytes(t, plain, parquetCells{leaf(t, "证件号码", nil, parquet.Types.ByteArray, -1), [][]any{cells}})
	}
	footer := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(footer[len(footer)-8:], 0x7fffffff)
	claims := append([]byte("PAR1"), 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0, 6, 0, 0, 0)
	claims = append(claims, "PAR1"...)
	damaged := bytes.Clone(whole)
	copy(damaged[4:], bytes.Repeat([]byte{0xff}, 60))
	list, err := schema.NewGroupNode("liste", parquet.Repetitions.Optional, schema.FieldList{leaf(t, "x", nil, parquet.Types.Int32, -1)}, -1)
	if err != nil {
		t.Fatal(err)
	}
	var repeated []any
	long := strings.Repeat("城乡居民", 10_000)
	for range 800 {
		repeated = append(repeated, long)
	}
	bomb := parquetBytes(t, parquetForms()["dictionary"], parquetCells{leaf(t, "certno", nil, parquet.Types.ByteArray, -1), [][]any{repeated}})
	for name, c := range map[string]struct {
		data            []byte
		where, what, do string
	}{
		"cut short":      {whole[:len(whole)-9], "", "incomplete Parquet", "transfer"},
		"cut at its top": {[]byte("PAR1\x00\x00\x00\x00PAR1"), "", "damaged, incomplete", "export"},
		"encrypted":      {append([]byte("PARE"), whole[4:]...), "", "encrypted", "without encryption"},
		"footer beyond":  {footer, "", "damaged, incomplete", "export"},
		"claimed lists":  {claims, "", "damaged, incomplete", "export"},
		"damaged page":   {damaged, ":2", "damaged, incomplete", "export"},
		"no text":        {text("王", "\xd5\xc5"), ":3", "neither UTF-8 nor GB18030", "UTF-8"},
		"half a letter":  {text("\xe7", "\x8e\x8b"), ":3", "neither UTF-8 nor GB18030", "UTF-8"},
		"nested":         {parquetBytes(t, plain, parquetCells{list, nil}), "", "nested: liste", "without these columns"},
		"interval": {parquetBytes(t, plain, parquetCells{leaf(t, "期限", schema.IntervalLogicalType{}, parquet.Types.FixedLenByteArray, 12), nil}), "",
			"cannot be read: 期限", "without these columns"},
		"bomb": {bomb, "", "unpacks to more than", "where it came from"},
	} {
		refusedBytes(t, name, c.data, c.where, c.what, c.do)
	}
}

func TestParquetPages(t *testing.T) {
	b := boundAllocator{left: 100}
	defer func() {
		if recover() == nil {
			t.Error("a page larger than what is left was given")
		}
	}()
	b.Allocate(101)
}

func TestCivilDates(t *testing.T) {
	for _, c := range []struct {
		day  int64
		want string
	}{{0, "1970-01-01"}, {-1, "1969-12-31"}, {18569, "2020-11-03"}, {11016, "2000-02-29"}, {-25509, "1900-02-28"}, {-25508, "1900-03-01"}, {2932896, "9999-12-31"}, {-719162, "0001-01-01"}} {
		if got := string(appendMoment(nil, c.day*86400, true)); got != c.want {
			t.Errorf("day %d is %s, want %s", c.day, got, c.want)
		}
	}
}
