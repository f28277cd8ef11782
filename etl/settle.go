package etl

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// settle compares the rows that load has just appended with the present row of
// their key, removes those that repeat it, and marks the others as sharing
// their key. It returns how many rows were repeats.
//
// Nearly every key is met once, so the keys that meet another row are found
// first and only those are compared. Within the file each row is compared with
// the one before it; the first with what earlier loads had left standing.
func settle(ctx context.Context, conn *sql.Conn, s settling) (repeated int64, err error) {
	s.table = "raw." + s.m.dataset.name
	loads, err := s.meet(ctx, conn)
	if err != nil || loads == "" {
		return 0, err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "drop table if exists temp.meeting")
	other, err := s.bringOther(ctx, conn)
	if err != nil {
		return 0, err
	}
	if _, err := conn.ExecContext(ctx, s.verdicts(other, loads)); err != nil {
		return 0, fmt.Errorf("compare rows: %w", err)
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "drop table if exists temp.verdict")
	result, err := conn.ExecContext(ctx, fmt.Sprintf(
		"delete from %s where load = %d and line in (select line from temp.verdict where repeated)", s.table, s.load))
	if err != nil {
		return 0, fmt.Errorf("drop repeated rows: %w", err)
	}
	if repeated, err = result.RowsAffected(); err != nil {
		return 0, fmt.Errorf("count repeated rows: %w", err)
	}
	_, err = conn.ExecContext(ctx, fmt.Sprintf(
		"update %s set shared = true where load = %d and line in (select line from temp.verdict where not repeated)", s.table, s.load))
	if err != nil {
		return 0, fmt.Errorf("mark shared keys: %w", err)
	}
	return repeated, nil
}

// forget drops what settling kept beside the connection and returns it. What
// cannot be dropped goes with the database.
func forget(ctx context.Context, conn *sql.Conn) {
	defer conn.Close()
	ctx = context.WithoutCancel(ctx)
	var drop sql.NullString
	const ask = "select string_agg(concat('drop table temp.', table_name), '; ') from duckdb_tables() where temporary"
	if err := conn.QueryRowContext(ctx, ask).Scan(&drop); err == nil && drop.Valid {
		conn.ExecContext(ctx, drop.String)
	}
}

// settling writes the statements of one load. It pastes names of the program's
// own columns and load numbers, never a value from a file.
type settling struct {
	m     *mapping
	load  int
	first int     // the first load of the run of files that load belongs to
	again []place // rows of that run whose keys meet, one of load among them
	table string
}

func (s settling) key() string { return strings.Join(s.m.dataset.key, ", ") }

// meet makes temp.meeting, the rows whose key stands in more than one row with
// this load among them, and lists their loads, "" where there are none.
func (s settling) meet(ctx context.Context, conn *sql.Conn) (loads string, err error) {
	var earlier bool
	const ask = "select exists (select 1 from raw.load where dataset = ? and load < ? and accepted > 0)"
	if err := conn.QueryRowContext(ctx, ask, s.m.dataset.name, s.first).Scan(&earlier); err != nil {
		return "", fmt.Errorf("ask for earlier loads: %w", err)
	}
	if !earlier && len(s.again) == 0 {
		return "", nil
	}
	if err := writeMeeting(ctx, conn, s.again); err != nil {
		return "", err
	}
	if earlier {
		if _, err := conn.ExecContext(ctx, s.meetEarlier()); err != nil {
			return "", fmt.Errorf("find keys of earlier loads: %w", err)
		}
	}
	var list sql.NullString
	if err := conn.QueryRowContext(ctx, "select string_agg(distinct load, ', ') from temp.meeting").Scan(&list); err != nil {
		return "", fmt.Errorf("list the loads that meet: %w", err)
	}
	return list.String, nil
}

// meetEarlier adds the keys that stood before the run. Their hashes are kept
// beside the connection, by the run's first load: they serve all its files.
func (s settling) meetEarlier() string {
	hashes := fmt.Sprintf("select hash(%s) as h, load, line from %s where load", s.key(), s.table)
	return fmt.Sprintf(`
create temp table if not exists seen_%[3]d as %[1]s < %[3]d;
create or replace temp table fresh as %[1]s = %[2]d;
insert into temp.meeting
with again as (
    select distinct h from temp.seen_%[3]d semi join fresh using (h)
)
select load, line from fresh semi join again using (h)
union all
select load, line from temp.seen_%[3]d semi join again using (h)`, hashes, s.load, s.first)
}

// bringOther are the fields that this file brings and some earlier load of the
// dataset does not; only for those must the value left standing be searched.
func (s settling) bringOther(ctx context.Context, conn *sql.Conn) (map[string]bool, error) {
	rows, err := conn.QueryContext(ctx, `
select f.field
from raw.load as l
cross join (select field from raw.load_field where load = ?) as f
where l.dataset = ? and l.load <> ? and l.same_as is null
  and not exists (select 1 from raw.load_field as b where b.load = l.load and b.field = f.field)
group by all`, s.load, s.m.dataset.name, s.load)
	if err != nil {
		return nil, fmt.Errorf("compare columns with earlier loads: %w", err)
	}
	defer rows.Close()
	other := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("compare columns with earlier loads: %w", err)
		}
		other[name] = true
	}
	return other, rows.Err()
}

// verdicts makes temp.verdict: per row of this load with a key met again,
// whether every field it brings equals what stood before it. loads are those
// of temp.meeting, so that the rows of all others need not be read.
func (s settling) verdicts(other map[string]bool, loads string) string {
	var before, same []string
	window := fmt.Sprintf("partition by %s order by load, line", s.key())
	for _, name := range s.m.stored() {
		if other[name] {
			// The struct carries an emptied cell past "ignore nulls".
			before = append(before, fmt.Sprintf(
				"last_value(case when load in (select load from raw.load_field where field = '%[1]s') then {'v': %[1]s} end ignore nulls)"+
					" over (%[2]s rows between unbounded preceding and 1 preceding).v as was_%[1]s", name, window))
		} else {
			before = append(before, fmt.Sprintf("lag(%[1]s) over (%[2]s) as was_%[1]s", name, window))
		}
		same = append(same, fmt.Sprintf("%[1]s is not distinct from was_%[1]s", name))
	}
	return fmt.Sprintf(`
create or replace temp table verdict as
with compared as (
    select load, line, %[1]s,
        row_number() over (%[2]s) as place,
        %[3]s
    from %[4]s
    semi join temp.meeting using (load, line)
    where load in (%[5]s)
)
select line, place > 1 and %[6]s as repeated
from compared
where load = %[7]d`,
		strings.Join(s.m.stored(), ", "), window, strings.Join(before, ",\n        "),
		s.table, loads, strings.Join(same, " and "), s.load)
}
