package etl

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"canbao/sql/duck"
)

// Handled is something that was done about the rows held back.
type Handled struct {
	At      time.Time // local
	By      string
	What    string // released, still_held, dismissed, exported
	Number  int64  // of the row, 0 for an export
	File    string // that held it back; of an export where it went
	Part    string
	Line    int64
	Dataset string
	Sheet   string   // the corrected sheet
	Reasons []string // of a row still held
	Note    string   // why it was dismissed
	Rows    int64
}

const handled = `
with done as (
    select c.corrected_at as at, c.corrected_by as who, case when c.released then 'released' else 'still_held' end as what, c.number,
        s.file as sheet, coalesce(c.reasons, '') as reasons, '' as note
    from raw.correction as c join raw.load as s using (load)
    union all
    select dismissed_at, dismissed_by, 'dismissed', number, '', '', dismissed
    from raw.quarantine
    where dismissed is not null
),
rows_done as (
    select d.at, d.who, d.what, d.number, l.file, l.part, q.line, q.dataset, d.sheet, d.reasons, d.note, 1 as rows
    from done as d
    join raw.quarantine as q using (number)
    join raw.load as l on l.load = q.load
    where (? = '' or q.dataset = ?) and (? = '' or contains(l.file, ?)) and (? = '' or l.office = ?)
)
select * from rows_done
union all
select revealed_at, revealed_by, 'exported', 0, what, '', 0, '', '', '', '', rows
from raw.reveal
where verb = 'quarantine export' and ? = '' and ? = '' and ? = ''
order by 1, 4, 3`

// History calls fn with everything that was done about the rows held back,
// oldest first: who corrected or dismissed them, and who exported them, with
// their text. A dataset, file or office narrows it to its rows; a sheet that was
// unloaded has done nothing.
func History(ctx context.Context, db *duck.DB, f HeldFilter, fn func(Handled) error) error {
	rows, err := db.QueryContext(ctx, handled, f.Dataset, f.Dataset, f.File, f.File, f.Office, f.Office, f.Dataset, f.File, f.Office)
	if err != nil {
		return fmt.Errorf("list what was done about rows held back: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var h Handled
		var at sql.NullTime
		var who sql.NullString
		var reasons string
		if err := rows.Scan(&at, &who, &h.What, &h.Number, &h.File, &h.Part, &h.Line, &h.Dataset, &h.Sheet, &reasons, &h.Note, &h.Rows); err != nil {
			return fmt.Errorf("list what was done about rows held back: %w", err)
		}
		h.At, h.By, h.Reasons = at.Time, who.String, strings.Fields(reasons)
		if err := fn(h); err != nil {
			return err
		}
	}
	return rows.Err()
}
