package measure

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"canbao/etl/refuse"
)

// Inputs is what the figures of a campaign were made from.
type Inputs struct {
	Snapshot       Snapshot
	CampaignSHA256 string // of the campaign file
	AreasSHA256    string // of the areas, as the snapshot has them
	Loads          []InputFile
}

// InputFile is a file that was loaded, or a part of it.
type InputFile struct {
	Load                                  int
	File, Part, Dataset                   string // Part: the sheet, or the member of an archive
	LoadedAt                              time.Time
	Rows, Accepted, Quarantined, Repeated int64
	SHA256                                string // of the whole file
}

// Inputs lists them, loads by their number. A snapshot of an earlier program,
// which does not tell, is refused.
func (r *Reader) Inputs(ctx context.Context, c *Campaign) (in Inputs, err error) {
	if err := r.hasInputs(ctx); err != nil {
		return in, err
	}
	if in.Snapshot, err = r.Snapshot(ctx); err != nil {
		return in, err
	}
	err = r.db.QueryRowContext(ctx, "select coalesce(file_sha256, '') from ref.campaign where campaign = ?", c.ID).Scan(&in.CampaignSHA256)
	if err != nil {
		return in, fmt.Errorf("read the campaign: %w", err)
	}
	areas, err := r.Areas(ctx)
	if err != nil {
		return in, err
	}
	text, err := json.Marshal(areas)
	if err != nil {
		return in, fmt.Errorf("read the areas: %w", err)
	}
	sum := sha256.Sum256(text)
	in.AreasSHA256 = hex.EncodeToString(sum[:])
	in.Loads, err = list(ctx, r, "loads", func(rows *sql.Rows) (f InputFile, err error) {
		err = rows.Scan(&f.Load, &f.File, &f.Part, &f.Dataset, &f.LoadedAt, &f.Rows, &f.Accepted, &f.Quarantined, &f.Repeated, &f.SHA256)
		return f, err
	}, `
		select load, file, coalesce(part, ''), dataset, loaded_at, rows, accepted, quarantined, repeated, sha256
		from mart.load
		order by load`)
	return in, err
}

func (r *Reader) hasInputs(ctx context.Context) error {
	var found bool
	err := r.db.QueryRowContext(ctx, `
		select count(*) = 2 from information_schema.columns
		where table_schema = 'mart' and table_name = 'load' and column_name = 'sha256'
			or table_schema = 'ref' and table_name = 'campaign' and column_name = 'file_sha256'`).Scan(&found)
	if err == nil && !found {
		err = &refuse.Error{
			What: refuse.Text{ZH: "发布的数据由较早的程序生成，没有记下所依据的文件", EN: "an earlier program published the data and did not note which files they rest on"},
			Do:   refuse.Text{ZH: "请重新运行 canbao build", EN: "run canbao build again"},
		}
	}
	return err
}

// Rows are the rows of a published table as text, as a machine reads them: rates
// as fractions, days as 2020-11-30, an empty cell where there is none.
type Rows struct {
	Table   string // such as mart.standing
	Columns []string
	Cells   [][]string
}

// standingTables are the tables a bulletin rests on that tell how areas stand on
// a day, and what their rows are about.
var standingTables = []struct{ table, order string }{
	{"mart.standing", "item, area_code"},
	{"mart.score", "area_code, item"},
	{"mart.collection", "scheme, area_code"},
}

// StandingRows are the rows of a campaign as of a day of mart.standing, mart.score and
// mart.collection.
func (r *Reader) StandingRows(ctx context.Context, c *Campaign, asOf time.Time) ([]Rows, error) {
	var all []Rows
	for _, t := range standingTables {
		rows, err := r.rowsOf(ctx, t.table, t.order, c.ID, asOf)
		if err != nil {
			return nil, err
		}
		all = append(all, rows)
	}
	return all, nil
}

// rowsOf reads a table; its name and order are the program's own.
func (r *Reader) rowsOf(ctx context.Context, table, order, campaign string, asOf time.Time) (Rows, error) {
	out := Rows{Table: table}
	rows, err := r.db.QueryContext(ctx, fmt.Sprintf(
		"select coalesce(cast(columns(*) as varchar), '') from (select * from %s where campaign = ? and as_of = cast(? as date) order by %s)", table, order),
		campaign, date(asOf))
	if err != nil {
		return out, fmt.Errorf("read %s: %w", table, err)
	}
	defer rows.Close()
	if out.Columns, err = rows.Columns(); err != nil {
		return out, fmt.Errorf("read %s: %w", table, err)
	}
	for rows.Next() {
		cells, into := make([]string, len(out.Columns)), make([]any, len(out.Columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			return out, fmt.Errorf("read %s: %w", table, err)
		}
		out.Cells = append(out.Cells, cells)
	}
	return out, rows.Err()
}
