package etl

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"canbao/etl/clean"
	"canbao/etl/refuse"
	"canbao/etl/seal"
	"canbao/sql/duck"
)

// HeldFilter narrows the rows held back; empty fields take all.
type HeldFilter struct {
	Reason, Dataset string
	File            string // the file's name or a part of it
	Office          string
}

// Held is a row held back, as it stands now: where it came back corrected and
// still wrong, as it came last.
type Held struct {
	Number  int64
	File    string // of the load that held it back first
	Part    string
	Line    int64
	Dataset string
	Office  string
	Reasons []string
	headers string
	sealed  []byte
}

// Opened is a row held back with its text: identity in the clear.
type Opened struct {
	Held
	Headers []string // of its columns, as they stood
	Cells   []string
	Hints   []refuse.Text // people it may be, offered and never applied
}

const heldNow = `
with attempt as (
    select number, load, reasons, sealed, row_number() over (partition by number order by load desc, line desc) as latest
    from raw.correction
    where not released
)
select q.number, l.file, l.part, q.line, q.dataset, coalesce(l.office, ''),
    case when a.number is null then q.reasons else a.reasons end as now,
    coalesce(case when a.number is null then l.headers else al.headers end, '[]') as headers,
    case when a.number is null then q.sealed else a.sealed end as sealed
from raw.quarantine as q
join raw.load as l on l.load = q.load
left join attempt as a on a.number = q.number and a.latest = 1
left join raw.load as al on al.load = a.load
where q.released_by is null and q.dismissed is null
  and (? = '' or list_contains(string_split(case when a.number is null then q.reasons else a.reasons end, ' '), ?))
  and (? = '' or q.dataset = ?)
  and (? = '' or contains(l.file, ?))
  and (? = '' or l.office = ?)`

// EachHeld calls fn with every row held back, in the order of their numbers.
func EachHeld(ctx context.Context, db *duck.DB, f HeldFilter, fn func(Held) error) error {
	return eachHeld(ctx, db, f, "order by q.number", fn)
}

func eachHeld(ctx context.Context, db *duck.DB, f HeldFilter, order string, fn func(Held) error) error {
	rows, err := db.QueryContext(ctx, heldNow+"\n"+order, f.Reason, f.Reason, f.Dataset, f.Dataset, f.File, f.File, f.Office, f.Office)
	if err != nil {
		return fmt.Errorf("list rows held back: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var h Held
		var reasons string
		if err := rows.Scan(&h.Number, &h.File, &h.Part, &h.Line, &h.Dataset, &h.Office, &reasons, &h.headers, &h.sealed); err != nil {
			return fmt.Errorf("list rows held back: %w", err)
		}
		h.Reasons = strings.Fields(reasons)
		if err := fn(h); err != nil {
			return err
		}
	}
	return rows.Err()
}

// openedAtOnce is how many rows are opened together.
const openedAtOnce = 2000

// Open calls fn with every row held back, opened, those of one dataset and one
// layout of columns together. Damaged numbers come with hints. Who asked must
// have been recorded before (Reveal).
func (l *Loader) Open(ctx context.Context, f HeldFilter, fn func(Opened) error) error {
	words, err := newVocabulary(l.Synonyms, "")
	if err != nil {
		return err
	}
	l.words = words
	var batch []Opened
	flush := func() error {
		if err := l.hint(ctx, batch); err != nil {
			return err
		}
		for _, o := range batch {
			if err := fn(o); err != nil {
				return err
			}
		}
		batch = batch[:0]
		return nil
	}
	err = eachHeld(ctx, l.DB, f, "order by q.dataset, headers, q.number", func(h Held) error {
		o, err := open(l.Key, h)
		if err != nil {
			return err
		}
		batch = append(batch, o)
		if len(batch) < openedAtOnce {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// open opens the text of a row. Of a corrected sheet the columns that the export
// added are left out.
func open(key *seal.Key, h Held) (Opened, error) {
	o := Opened{Held: h}
	text, err := key.OpenRow(h.sealed)
	if err != nil {
		return o, fmt.Errorf("open row %d: %w", h.Number, err)
	}
	var headers, cells []string
	if err := json.Unmarshal([]byte(h.headers), &headers); err != nil {
		return o, fmt.Errorf("read the columns of row %d: %w", h.Number, err)
	}
	if err := json.Unmarshal(text, &cells); err != nil {
		return o, fmt.Errorf("read row %d: %w", h.Number, err)
	}
	corrected := slices.ContainsFunc(headers, func(header string) bool { return isOneOf(numberHeaders, header) })
	for i := range max(len(headers), len(cells)) {
		header, cell := "", ""
		if i < len(headers) {
			header = headers[i]
		}
		if i < len(cells) {
			cell = cells[i]
		}
		if corrected && (isOneOf(numberHeaders, header) || isOneOf(correctionHeaders, header) || isOneOf(sheetHeaders, header)) {
			continue
		}
		o.Headers, o.Cells = append(o.Headers, header), append(o.Cells, cell)
	}
	return o, nil
}

func isOneOf(names []string, header string) bool {
	key := clean.Header(header)
	return slices.ContainsFunc(names, func(name string) bool { return clean.Header(name) == key })
}

// Dismiss sets rows aside for good, with a reason, on record: all of them or
// none. Only rows that are held back can be. The reason is kept in the clear: it
// must not hold anybody's number.
func Dismiss(ctx context.Context, db *duck.DB, numbers []int64, reason, by string, at time.Time) error {
	if err := namesNobody(reason, at); err != nil {
		err.Do = refuse.Text{ZH: "去掉号码，写暂存号即可；一行都没有作废", EN: "leave it out, the row's number is enough; none was dismissed"}
		return err
	}
	list := make([]string, len(numbers))
	for i, n := range numbers {
		list[i] = fmt.Sprint(n)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	var strange sql.NullString
	err = tx.QueryRowContext(ctx, fmt.Sprintf(`
select string_agg(n, ', ' order by n)
from (select unnest([%s]) as n)
where n not in (select number from raw.quarantine where released_by is null and dismissed is null)`, strings.Join(list, ", "))).Scan(&strange)
	if err != nil {
		return fmt.Errorf("look the rows up: %w", err)
	}
	if strange.Valid {
		return &refuse.Error{
			What: refuse.Text{ZH: "这些暂存号现在没有暂存：" + strange.String, EN: "not held back now: " + strange.String},
			Do: refuse.Text{ZH: "用 canbao quarantine 查看暂存号；一行都没有作废",
				EN: "canbao quarantine lists the numbers; none was dismissed"},
		}
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf("update raw.quarantine set dismissed = ?, dismissed_by = nullif(?, ''), dismissed_at = ? where number in (%s)",
		strings.Join(list, ", ")), reason, by, at.Format(time.DateTime))
	if err != nil {
		return fmt.Errorf("dismiss rows: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("dismiss rows: %w", err)
	}
	return nil
}
