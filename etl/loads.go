package etl

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"canbao/sql/duck"
)

// Load is one entry of the ledger: a file, or a part of one.
type Load struct {
	Load     int       `json:"load"`
	Whole    int       `json:"whole"` // the load of the file's first part
	File     string    `json:"file"`
	Part     string    `json:"part"`
	SHA256   string    `json:"sha256"`
	Bytes    int64     `json:"bytes"`
	Dataset  string    `json:"dataset"`
	Office   string    `json:"office"`
	LoadedAt time.Time `json:"loaded_at"`
	LoadedBy string    `json:"loaded_by"`
	Rows     int64     `json:"rows"`
	Accepted int64     `json:"accepted"`
	Held     int64     `json:"quarantined"`
	Repeated int64     `json:"repeated"`
	SameAs   int       `json:"same_as"` // the load with the very same bytes, 0 for none
	// The control totals: people and fen of the rows that could be read, repeats
	// among them; to be held against what the sender counted.
	People     sql.NullInt64 `json:"people"`
	Fen        sql.NullInt64 `json:"fen"`
	UnloadedAt sql.NullTime  `json:"unloaded_at"`
	UnloadedBy string        `json:"unloaded_by"`
}

// Loads are the entries of the ledger in the order of their numbers, with what
// was taken back where all is asked for.
func Loads(ctx context.Context, db *duck.DB, all bool) ([]Load, error) {
	query := `
with totals as (` + controlTotals() + `
)
select l.load, l.whole, l.file, l.part, l.sha256, l.bytes, l.dataset, coalesce(l.office, ''), l.loaded_at,
    coalesce(l.loaded_by, ''), l.rows, l.accepted, l.quarantined, l.repeated, coalesce(l.same_as, 0), t.people, t.fen, null, ''
from raw.load as l
left join totals as t on t.load = coalesce(l.same_as, l.load)`
	if all {
		query += `
union all
select load, load, file, part, sha256, 0, dataset, '', loaded_at, coalesce(loaded_by, ''), rows, 0, 0, 0, 0, null, null,
    unloaded_at, coalesce(unloaded_by, '')
from raw.unload`
	}
	rows, err := db.QueryContext(ctx, query+"\norder by 1")
	if err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	defer rows.Close()
	var loads []Load
	for rows.Next() {
		var l Load
		if err := rows.Scan(&l.Load, &l.Whole, &l.File, &l.Part, &l.SHA256, &l.Bytes, &l.Dataset, &l.Office, &l.LoadedAt, &l.LoadedBy,
			&l.Rows, &l.Accepted, &l.Held, &l.Repeated, &l.SameAs, &l.People, &l.Fen, &l.UnloadedAt, &l.UnloadedBy); err != nil {
			return nil, fmt.Errorf("read the ledger: %w", err)
		}
		loads = append(loads, l)
	}
	return loads, rows.Err()
}

// controlTotals counts the people and sums the amounts of every load, as the
// rows kept tell them.
func controlTotals() string {
	var parts []string
	for _, d := range datasets {
		people, fen := "cast(null as bigint)", "cast(null as bigint)"
		if d.field("id_no") != nil {
			people = "count(distinct person)"
		}
		if d.field("amount") != nil {
			fen = "cast(sum(amount) as bigint)"
		}
		if people == fen {
			continue
		}
		parts = append(parts, fmt.Sprintf("\n    select load, %s as people, %s as fen from raw.%s group by load", people, fen, d.name))
	}
	return strings.Join(parts, "\n    union all")
}
