package etl

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"canbao/sql/duck"
)

// heldRow is a row held back, its text already sealed.
type heldRow struct {
	line    int64
	reasons reasonSet
	town    string // code of the town its own town cell names, "" where it names none
	sealed  []byte
}

var heldSchema = arrow.NewSchema([]arrow.Field{
	{Name: "line", Type: arrow.PrimitiveTypes.Int64},
	{Name: "reasons", Type: arrow.BinaryTypes.String},
	{Name: "town", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "sealed", Type: arrow.BinaryTypes.Binary},
}, nil)

// hold writes the rows held back to the quarantine, numbered on from the last
// one, and counts their reasons: a row with several faults counts in each.
func hold(ctx context.Context, conn *sql.Conn, m *mapping, load int, held []heldRow, list *reasonList) (int64, map[string]int64, error) {
	reasons := map[string]int64{}
	if len(held) == 0 {
		return 0, reasons, nil
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, heldSchema)
	defer b.Release()
	texts := map[reasonSet]string{}
	for _, h := range held {
		text, ok := texts[h.reasons]
		if !ok {
			text = list.text(h.reasons)
			texts[h.reasons] = text
		}
		list.each(h.reasons, func(name string) { reasons[name]++ })
		b.Field(0).(*array.Int64Builder).Append(h.line)
		b.Field(1).(*array.StringBuilder).Append(text)
		if town := b.Field(2).(*array.StringBuilder); h.town != "" {
			town.Append(h.town)
		} else {
			town.AppendNull()
		}
		b.Field(3).(*array.BinaryBuilder).Append(h.sealed)
	}
	rows, err := array.NewRecordReader(heldSchema, []arrow.RecordBatch{b.NewRecordBatch()})
	if err != nil {
		return 0, nil, fmt.Errorf("hold rows back: %w", err)
	}
	n, err := duck.Append(ctx, conn, fmt.Sprintf(`
insert into raw.quarantine
select (select coalesce(max(number), 0) from raw.quarantine) + row_number() over (order by line),
    %d, line, '%s', reasons, town, sealed, null, null
from incoming`, load, m.dataset.name), rows)
	if err != nil {
		return 0, nil, fmt.Errorf("hold rows back: %w", err)
	}
	return n, reasons, nil
}
