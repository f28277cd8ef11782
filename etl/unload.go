package etl

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"canbao/etl/lake"
	"canbao/etl/refuse"
	"canbao/sql/duck"
)

// Unloaded is a load that was taken back.
type Unloaded struct {
	Load    int
	File    string
	Part    string
	Dataset string
	Rows    int64
	MovedTo int // the load of the same bytes that stands for its rows now, 0 for none
}

// Unload takes the file back that load belongs to, with all its parts, in one
// transaction: what it had superseded stands again, what it had repeated and
// what repeats it is judged anew, rows it had corrected are held back again. The
// ledger keeps that it was there. Its numbers are free for the same file alone
// to return to (Loader.Number).
func Unload(ctx context.Context, db *duck.DB, load int, by string, at time.Time) ([]Unloaded, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to the warehouse: %w", err)
	}
	defer forget(ctx, conn)
	in, err := lake.Of(ctx, conn)
	if err != nil {
		return nil, err
	}
	t := transaction{conn: conn, lake: in, keep: true}
	if err := t.begin(ctx); err != nil {
		return nil, err
	}
	done, err := unload(ctx, conn, in, load, by, at)
	if err == nil {
		err = t.done(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, t.end(ctx))
	}
	return done, nil
}

func unload(ctx context.Context, conn *sql.Conn, in *lake.Lake, load int, by string, at time.Time) ([]Unloaded, error) {
	parts, err := partsOf(ctx, conn, load)
	if err != nil {
		return nil, err
	}
	var numbers []string
	for _, p := range parts {
		numbers = append(numbers, fmt.Sprint(p.Load))
	}
	list := strings.Join(numbers, ", ")
	if err := notCorrected(ctx, conn, load, list); err != nil {
		return nil, err
	}
	for i := range parts {
		if err := takeBack(ctx, conn, in, &parts[i]); err != nil {
			return nil, err
		}
	}
	moment := at.Format(time.DateTime)
	if _, err := conn.ExecContext(ctx, fmt.Sprintf(`
insert into raw.unload
select load, file, part, sha256, dataset, loaded_at, loaded_by, rows, ?, nullif(?, '')
from raw.load where load in (%s)`, list), moment, by); err != nil {
		return nil, fmt.Errorf("enter what is taken back: %w", err)
	}
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("delete from raw.load where load in (%s)", list)); err != nil {
		return nil, fmt.Errorf("take the load out of the ledger: %w", err)
	}
	return parts, forgetDocuments(ctx, conn)
}

// partsOf are the loads of the file that load belongs to.
func partsOf(ctx context.Context, conn *sql.Conn, load int) ([]Unloaded, error) {
	rows, err := conn.QueryContext(ctx, `
select load, file, part, dataset, rows from raw.load
where whole = (select whole from raw.load where load = ?) order by load`, load)
	if err != nil {
		return nil, fmt.Errorf("look the load up: %w", err)
	}
	defer rows.Close()
	var parts []Unloaded
	for rows.Next() {
		var u Unloaded
		if err := rows.Scan(&u.Load, &u.File, &u.Part, &u.Dataset, &u.Rows); err != nil {
			return nil, fmt.Errorf("look the load up: %w", err)
		}
		parts = append(parts, u)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("look the load up: %w", err)
	}
	if len(parts) == 0 {
		return nil, &refuse.Error{
			What: refuse.Text{ZH: fmt.Sprintf("没有第 %d 次装载", load), EN: fmt.Sprintf("there is no load %d", load)},
			Do:   refuse.Text{ZH: "用 canbao loads 查看编号", EN: "canbao loads lists the numbers"},
		}
	}
	return parts, nil
}

// notCorrected refuses to take back a file some of whose rows were corrected by
// another: the corrections would be left without what they correct.
func notCorrected(ctx context.Context, conn *sql.Conn, load int, list string) error {
	var by sql.NullString
	err := conn.QueryRowContext(ctx, fmt.Sprintf(`
select string_agg(distinct c.load, ', ' order by c.load)
from raw.correction as c join raw.quarantine as q using (number)
where q.load in (%[1]s) and c.load not in (%[1]s)`, list)).Scan(&by)
	if err != nil {
		return fmt.Errorf("ask for corrections: %w", err)
	}
	if !by.Valid {
		return nil
	}
	return &refuse.Error{
		What: refuse.Text{
			ZH: fmt.Sprintf("第 %d 次装载的暂存行已由第 %s 次装载更正", load, by.String),
			EN: fmt.Sprintf("rows held back of load %d were corrected by load %s", load, by.String),
		},
		Do: refuse.Text{ZH: "请先撤回更正的装载，再撤回这一次", EN: "take the corrections back first, then this load"},
	}
}

// takeBack removes the rows of one load. Where another load has the very same
// bytes, its rows are not lost: they go to the first of those.
func takeBack(ctx context.Context, conn *sql.Conn, in *lake.Lake, u *Unloaded) error {
	var heir int
	err := conn.QueryRowContext(ctx, "select load from raw.load where same_as = ? order by load limit 1", u.Load).Scan(&heir)
	switch {
	case err == nil:
		u.MovedTo = heir
		return moveRows(ctx, conn, in, u.Dataset, u.Load, heir)
	case !errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("look for the same bytes: %w", err)
	}
	s := settling{lake: in, dataset: datasetNamed(u.Dataset), load: u.Load, others: true}
	if err := s.judgeWithout(ctx, conn); err != nil {
		return err
	}
	for _, q := range []string{
		"delete from raw.quarantine where load = %d",
		"update raw.quarantine set released_by = null where released_by = %d",
		"delete from raw.correction where load = %d",
		"delete from raw.load_field where load = %d",
		"delete from raw.load_reason where load = %d",
	} {
		if _, err := conn.ExecContext(ctx, fmt.Sprintf(q, u.Load)); err != nil {
			return fmt.Errorf("take load %d back: %w", u.Load, err)
		}
	}
	return nil
}

// judgeWithout deletes the rows of the load and judges the rows that shared
// their keys as if it had never been.
func (s settling) judgeWithout(ctx context.Context, conn *sql.Conn) error {
	meeting := fmt.Sprintf(`
create or replace temp table meeting as
with gone as (
    %s
)
select o.load, o.line from (%s) as o semi join gone using (h)`,
		s.hashes(s.table(), fmt.Sprintf("load = %d", s.load)), s.hashes(s.table(), fmt.Sprintf("load <> %d", s.load)))
	if _, err := conn.ExecContext(ctx, meeting); err != nil {
		return fmt.Errorf("take load %d back: %w", s.load, err)
	}
	if err := s.lake.Delete(ctx, conn, s.dataset.name, s.load); err != nil {
		return err
	}
	return s.judgeMeeting(ctx, conn)
}

// judgeMeeting judges temp.meeting and drops it.
func (s settling) judgeMeeting(ctx context.Context, conn *sql.Conn) error {
	defer conn.ExecContext(context.WithoutCancel(ctx), "drop table if exists temp.meeting")
	loads, err := meetingLoads(ctx, conn)
	if err != nil || loads == "" {
		return err
	}
	return s.mark(ctx, conn, loads)
}

// moveRows gives everything that load from brought to load to, which has the
// very same bytes, and judges anew what shares a key with it: its place among
// the loads has changed. From is left as the one without rows.
func moveRows(ctx context.Context, conn *sql.Conn, in *lake.Lake, dataset string, from, to int) error {
	d := datasetNamed(dataset)
	if err := in.Fetch(ctx, d.name, fmt.Sprint("select ", from)); err != nil {
		return err
	}
	for _, q := range []string{
		fmt.Sprintf("update %s set load = %d where load = %d", in.Table(d.name), to, from),
		fmt.Sprintf("update raw.quarantine set load = %d where load = %d", to, from),
		fmt.Sprintf("update raw.quarantine set released_by = %d where released_by = %d", to, from),
		fmt.Sprintf("update raw.correction set load = %d where load = %d", to, from),
		fmt.Sprintf("update raw.load_field set load = %d where load = %d", to, from),
		fmt.Sprintf("update raw.load_reason set load = %d where load = %d", to, from),
		fmt.Sprintf(`
update raw.load as t set accepted = f.accepted, quarantined = f.quarantined, repeated = f.repeated, headers = f.headers, same_as = null
from raw.load as f where f.load = %d and t.load = %d`, from, to),
		fmt.Sprintf("update raw.load set accepted = 0, quarantined = 0, repeated = rows, same_as = %d where load = %d", to, from),
		fmt.Sprintf("update raw.load set same_as = %d where same_as = %d", to, from),
	} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("give the rows of load %d to load %d: %w", from, to, err)
		}
	}
	s := settling{lake: in, dataset: d, load: to, last: to, others: true}
	if _, err := conn.ExecContext(ctx, s.meetAll()); err != nil {
		return fmt.Errorf("find keys met again: %w", err)
	}
	s.load, s.last = 0, 0 // what its own rows are judged to be changes the ledger like any other's
	return s.judgeMeeting(ctx, conn)
}
