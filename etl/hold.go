package etl

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"canbao/sql/duck"
)

// holding is what became of the rows of a load that were held back, and of the
// rows held back before that it brings corrected.
type holding struct {
	rows     int64
	reasons  map[string]int64 // a row with several faults counts in each
	released int64            // rows let go of the quarantine
	strange  int64            // rows whose number is none that is held back
}

// hold writes the rows held back to the quarantine, under numbers never given
// before. A row of a corrected sheet whose number is held back stays held under
// that number; everything else about it is new.
func (m *member) hold(ctx context.Context, conn *sql.Conn) error {
	held, list, e := &m.part.rows.held, m.part.c.reasons, &m.entry
	m.held = holding{rows: held.count, reasons: map[string]int64{}}
	for set, n := range held.counts {
		list.each(set, func(name string) { m.held.reasons[name] += n })
	}
	if held.count == 0 {
		return nil
	}
	rows, err := held.reader(list)
	if err != nil {
		return err
	}
	const bring = "create or replace temp table held as select * from incoming"
	if _, err := duck.Append(ctx, conn, bring, rows); err != nil {
		return fmt.Errorf("hold rows back: %w", err)
	}
	at := e.at.Format(time.DateTime)
	for _, q := range []struct {
		text string
		args []any
	}{
		{`
insert into raw.correction (number, load, line, corrected_by, corrected_at, released, reasons, town, sealed)
select h.number, ?, h.line, ?, ?, false, h.reasons, h.town, h.sealed
from temp.held as h
join raw.quarantine as q on q.number = h.number and q.dataset = ? and q.released_by is null and q.dismissed is null`,
			[]any{e.load, e.by, at, e.report.Dataset}},
		{"delete from temp.held where line in (select line from raw.correction where load = ?)", []any{e.load}},
		{`
insert into raw.quarantine (number, load, line, dataset, reasons, town, sealed)
select (select number from raw.last_number) + row_number() over (order by line), ?, line, ?, reasons, town, sealed
from temp.held`, []any{e.load, e.report.Dataset}},
		{"update raw.last_number set number = number + (select count(*) from temp.held)", nil},
		{"drop table temp.held", nil},
	} {
		if _, err := conn.ExecContext(ctx, q.text, q.args...); err != nil {
			return fmt.Errorf("hold rows back: %w", err)
		}
	}
	return nil
}

// numbered is a row without faults of a corrected sheet.
type numbered struct{ line, number int64 }

var numberedSchema = arrow.NewSchema([]arrow.Field{
	{Name: "line", Type: arrow.PrimitiveTypes.Int64},
	{Name: "number", Type: arrow.PrimitiveTypes.Int64},
}, nil)

// release lets go of the rows that came back corrected and right, and records
// who corrected them. Nothing else releases (contract, section 2). A number that
// is not held back, or belongs to another dataset, releases nothing.
func (m *member) release(ctx context.Context, conn *sql.Conn) error {
	right, e, done := m.part.rows.right, &m.entry, &m.held
	if len(right) == 0 {
		return nil
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, numberedSchema)
	defer b.Release()
	for _, r := range right {
		b.Field(0).(*array.Int64Builder).Append(r.line)
		b.Field(1).(*array.Int64Builder).Append(r.number)
	}
	rows, err := array.NewRecordReader(numberedSchema, []arrow.RecordBatch{b.NewRecordBatch()})
	if err != nil {
		return fmt.Errorf("release rows: %w", err)
	}
	if _, err := duck.Append(ctx, conn, "create or replace temp table right_now as select * from incoming", rows); err != nil {
		return fmt.Errorf("release rows: %w", err)
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "drop table if exists temp.right_now")
	_, err = conn.ExecContext(ctx, `
insert into raw.correction (number, load, line, corrected_by, corrected_at, released)
select r.number, ?, r.line, ?, ?, true
from temp.right_now as r
join raw.quarantine as q on q.number = r.number and q.dataset = ? and q.released_by is null and q.dismissed is null`,
		e.load, e.by, e.at.Format(time.DateTime), e.report.Dataset)
	if err != nil {
		return fmt.Errorf("release rows: %w", err)
	}
	result, err := conn.ExecContext(ctx, `
update raw.quarantine set released_by = ?
where number in (select number from raw.correction where load = ? and released)`, e.load, e.load)
	if err != nil {
		return fmt.Errorf("release rows: %w", err)
	}
	if done.released, err = result.RowsAffected(); err != nil {
		return fmt.Errorf("release rows: %w", err)
	}
	return conn.QueryRowContext(ctx, `
select count(*) from temp.right_now where line not in (select line from raw.correction where load = ?)`, e.load).Scan(&done.strange)
}
