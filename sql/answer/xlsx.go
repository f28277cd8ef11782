package answer

import (
	"context"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/xuri/excelize/v2"

	"canbao/etl/refuse"
)

// What a sheet can hold.
const (
	sheetRows    = 1_048_576 // the header among them
	sheetColumns = 16_384
	cellRunes    = 32_767
)

// XLSX writes the rows as a workbook of one sheet, its header in bold and kept
// in sight. Days and moments are those of Excel, numbers of more than 15 digits
// are text, and a text is never a formula.
func XLSX(_ context.Context, w io.Writer, rows array.RecordReader) (int64, error) {
	fields := rows.Schema().Fields()
	if len(fields) > sheetColumns {
		return 0, tooMuch(fmt.Sprintf("一张工作表最多 %d 列", sheetColumns), fmt.Sprintf("a sheet holds %d columns", sheetColumns))
	}
	book := excelize.NewFile()
	defer book.Close()
	s, err := newSheet(book, fields)
	if err != nil {
		return 0, fmt.Errorf("write the workbook: %w", err)
	}
	n, err := each(rows, s.batch)
	if err != nil {
		return n, err
	}
	if err := s.w.Flush(); err != nil {
		return n, fmt.Errorf("write the workbook: %w", err)
	}
	return n, book.Write(w)
}

// sheet is a sheet being written.
type sheet struct {
	w           *excelize.StreamWriter
	row         int // of those written, the header included
	day, moment int // styles
}

func newSheet(book *excelize.File, fields []arrow.Field) (*sheet, error) {
	w, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		return nil, err
	}
	s := &sheet{w: w, row: 1}
	day, moment := "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
	if s.day, err = book.NewStyle(&excelize.Style{CustomNumFmt: &day}); err != nil {
		return nil, err
	}
	if s.moment, err = book.NewStyle(&excelize.Style{CustomNumFmt: &moment}); err != nil {
		return nil, err
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	head := make([]any, len(fields))
	for i, f := range fields {
		head[i] = excelize.Cell{StyleID: bold, Value: Harmless(f.Name)}
	}
	return s, w.SetRow("A1", head)
}

func (s *sheet) batch(batch arrow.RecordBatch) error {
	columns := batch.Columns()
	values := make([]func(row int) (any, error), len(columns))
	for i, a := range columns {
		values[i] = s.column(a, batch.ColumnName(i))
	}
	cells := make([]any, len(columns))
	for row := range int(batch.NumRows()) {
		if s.row == sheetRows {
			return tooMuch(fmt.Sprintf("一张工作表最多 %d 行（含表头），结果更多", sheetRows),
				fmt.Sprintf("a sheet holds %d rows, the header included: the answer has more", sheetRows))
		}
		for i, value := range values {
			cells[i] = nil
			if columns[i].IsNull(row) {
				continue
			}
			v, err := value(row)
			if err != nil {
				return err
			}
			cells[i] = v
		}
		s.row++
		if err := s.w.SetRow("A"+strconv.Itoa(s.row), cells); err != nil {
			return fmt.Errorf("write the workbook: %w", err)
		}
	}
	return nil
}

// Excel counts days from 1900, believes 29 February 1900, and knows none before.
const firstExcelDay = -25508 // 1900-03-01, counted from 1970-01-01

// column makes cells of a column's values.
func (s *sheet) column(a arrow.Array, name string) func(row int) (any, error) {
	switch a := a.(type) {
	case *array.Boolean:
		return func(row int) (any, error) { return a.Value(row), nil }
	case *array.Date32:
		text, _ := Column(a)
		return func(row int) (any, error) {
			if d := a.Value(row); d >= firstExcelDay && d < 2_932_897 {
				return excelize.Cell{StyleID: s.day, Value: float64(d) + 25569}, nil
			}
			return string(text(nil, row)), nil
		}
	case *array.Timestamp:
		if kind := a.DataType().(*arrow.TimestampType); kind.TimeZone == "" {
			return func(row int) (any, error) {
				t := a.Value(row).ToTime(kind.Unit)
				return excelize.Cell{StyleID: s.moment, Value: float64(t.UnixMilli())/float64(24*time.Hour/time.Millisecond) + 25569}, nil
			}
		}
	}
	value, shape := Column(a)
	return func(row int) (any, error) {
		text := string(value(nil, row))
		if shape == Bare && exact(text) {
			if f, err := strconv.ParseFloat(text, 64); err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
				return f, nil
			}
		}
		if shape == Text || shape == Nested {
			text = Harmless(text)
		}
		if len(text) > cellRunes && utf8.RuneCountInString(text) > cellRunes {
			return nil, tooMuch(fmt.Sprintf("一个单元格最多 %d 个字，%s 列有更长的", cellRunes, name),
				fmt.Sprintf("a cell holds %d characters: the column %s has more", cellRunes, name))
		}
		return text, nil
	}
}

// exact tells that a number's digits survive Excel, which keeps 15; a fraction
// may lose what no reader sees.
func exact(text string) bool {
	digits := 0
	for _, c := range []byte(text) {
		switch {
		case c == '.' || c == 'e':
			return true
		case c >= '0' && c <= '9':
			digits++
		}
	}
	return digits <= 15
}

func tooMuch(zh, en string) error {
	return &refuse.Error{What: refuse.Text{ZH: zh, EN: en}, Do: refuse.Text{
		ZH: "用 --format csv 或 parquet，或在查询里汇总、分批", EN: "use --format csv or parquet, or add up or split the rows in the query"}}
}
