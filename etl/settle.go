package etl

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"canbao/etl/lake"
)

// settle compares the rows that loads have just appended with the present row of
// their key, and marks those that repeat it. The others it marks as sharing
// their key. It returns how many rows of each load are repeats, nil where it had
// nothing to compare.
//
// Nearly every key is met once, so the keys that meet another row are found
// first and only those are compared. Rows stand in the order of their load
// numbers, whatever the order they came in: what a row repeats is the row
// before it. A load whose number lies before others may therefore change what
// those repeat.
func settle(ctx context.Context, conn *sql.Conn, s settling) (repeated map[int]int64, err error) {
	loads, err := s.meet(ctx, conn)
	if err != nil || loads == "" {
		return nil, err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "drop table if exists temp.meeting")
	if err := s.mark(ctx, conn, loads); err != nil {
		return nil, err
	}
	rows, err := conn.QueryContext(ctx, fmt.Sprintf("select load, count(*) from %s where %s and repeated group by load", s.written(), s.mine("load")))
	if err != nil {
		return nil, fmt.Errorf("count repeated rows: %w", err)
	}
	defer rows.Close()
	repeated = map[int]int64{}
	for rows.Next() {
		var load int
		var n int64
		if err := rows.Scan(&load, &n); err != nil {
			return nil, fmt.Errorf("count repeated rows: %w", err)
		}
		repeated[load] = n
	}
	return repeated, rows.Err()
}

// mark judges every row of temp.meeting, whose loads are listed, and writes the
// verdicts that differ from what stands.
func (s settling) mark(ctx context.Context, conn *sql.Conn, loads string) error {
	brought, err := bringing(ctx, conn, loads)
	if err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, s.verdicts(brought, loads)); err != nil {
		return fmt.Errorf("compare rows: %w", err)
	}
	if s.others {
		if err := s.lake.Fetch(ctx, s.dataset.name, "select load from temp.verdict"); err != nil {
			return err
		}
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "drop table if exists temp.verdict")
	update := fmt.Sprintf(`
update %s as r set repeated = v.verdict, shared = not v.verdict
from temp.verdict as v
where r.load = v.load and r.line = v.line`, s.written())
	if !s.others {
		// The rows before it stay what they were: they need not be read.
		update += " and " + s.mine("r.load")
	}
	statements := []string{update}
	if s.others {
		// What the ledger says of the loads whose rows were judged anew.
		statements = append(statements, fmt.Sprintf(`
update raw.load as l set accepted = l.accepted - d.more, repeated = l.repeated + d.more
from (
    select load, sum(case when verdict then 1 else -1 end) as more
    from temp.verdict where not (%s) and verdict <> repeated group by load
) as d
where l.load = d.load`, s.mine("load")))
	}
	for _, statement := range statements {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("mark repeated rows: %w", err)
		}
	}
	return nil
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

// settling writes the statements of the loads of one pass. It pastes names of the program's
// own columns and load numbers, never a value from a file.
type settling struct {
	lake    *lake.Lake // nil where the warehouse holds the rows itself
	dataset *dataset
	load    int     // the first load of the pass
	last    int     // the last: all between are of it
	first   int     // the first load of the run of files that they belong to
	former  int     // that of the run before, which is over
	again   []place // rows of that run whose keys meet, one of the pass among them
	lost    []place // rows of the pass whose keys have rows of that run that are not known
	forgot  bool    // all rows of the pass are judged: again and lost tell nothing
	others  bool    // loads of higher numbers are there
}

// table holds all rows there are.
func (s settling) table() string { return "raw." + s.dataset.name }

// written is where the rows of the pass were written to, and rows are changed.
func (s settling) written() string { return s.lake.Table(s.dataset.name) }

func (s settling) key() string { return strings.Join(s.dataset.key, ", ") }

// mine is the condition that a load is one of the pass.
func (s settling) mine(column string) string {
	return fmt.Sprintf("%s between %d and %d", column, s.load, s.last)
}

// meet makes temp.meeting, all rows of the keys that stand in more than one row
// with a load of the pass among them, and lists their loads, "" where there are none.
func (s settling) meet(ctx context.Context, conn *sql.Conn) (loads string, err error) {
	if s.forgot {
		if _, err := conn.ExecContext(ctx, s.meetAll()); err != nil {
			return "", fmt.Errorf("find keys met again: %w", err)
		}
		return meetingLoads(ctx, conn)
	}
	var earlier bool
	const ask = "select exists (select 1 from raw.load where dataset = ? and (load < ? or load > ?) and accepted > 0)"
	if err := conn.QueryRowContext(ctx, ask, s.dataset.name, s.first, s.last).Scan(&earlier); err != nil {
		return "", fmt.Errorf("ask for earlier loads: %w", err)
	}
	if !earlier && len(s.again) == 0 && len(s.lost) == 0 {
		return "", nil
	}
	if err := writePlaces(ctx, conn, "meeting", s.again); err != nil {
		return "", err
	}
	if len(s.lost) > 0 {
		if err := writePlaces(ctx, conn, "lost", s.lost); err != nil {
			return "", err
		}
		if _, err := conn.ExecContext(ctx, s.meetLost()); err != nil {
			return "", fmt.Errorf("find keys of rows long past: %w", err)
		}
	}
	if earlier {
		if _, err := conn.ExecContext(ctx, s.meetEarlier()); err != nil {
			return "", fmt.Errorf("find keys of earlier loads: %w", err)
		}
	}
	return meetingLoads(ctx, conn)
}

func meetingLoads(ctx context.Context, conn *sql.Conn) (string, error) {
	var list sql.NullString
	if err := conn.QueryRowContext(ctx, "select string_agg(distinct load, ', ') from temp.meeting").Scan(&list); err != nil {
		return "", fmt.Errorf("list the loads that meet: %w", err)
	}
	return list.String, nil
}

// hashes are the rows of the table that a condition takes, with a hash of
// their key. Two keys of one hash are compared in vain and do no harm.
func (s settling) hashes(table, condition string) string {
	return fmt.Sprintf("select hash(%s) as h, load, line from %s where %s", s.key(), table, condition)
}

// came are the hashes of the pass, beside those of all other rows.
func (s settling) came() string   { return s.hashes(s.written(), s.mine("load")) }
func (s settling) beside() string { return s.hashes(s.table(), "not ("+s.mine("load")+")") }

// meetEarlier adds the keys that stood before the run. Their hashes are kept
// beside the connection, by the run's first load: they serve all its files.
func (s settling) meetEarlier() string {
	return fmt.Sprintf(`
drop table if exists temp.seen_%[4]d;
create temp table if not exists seen_%[3]d as %[1]s;
create or replace temp table fresh as %[2]s;
insert into temp.meeting
with again as (
    select distinct h from temp.seen_%[3]d semi join fresh using (h)
)
select load, line from fresh semi join again using (h)
union all
select load, line from temp.seen_%[3]d semi join again using (h)`,
		s.beside(), s.came(), s.first, s.former)
}

// meetLost adds the rows of the keys whose others are not known any more, by
// asking all rows there are.
func (s settling) meetLost() string {
	return fmt.Sprintf(`
create or replace temp table fresh as
select distinct hash(%s) as h from %s semi join temp.lost using (load, line) where %s;
insert into temp.meeting
select load, line from (%s union all %s) as r semi join temp.fresh using (h)`,
		s.key(), s.written(), s.mine("load"), s.came(), s.beside())
}

// meetAll makes temp.meeting by asking all rows there are.
func (s settling) meetAll() string {
	return fmt.Sprintf(`
create or replace temp table fresh as %[1]s;
create or replace temp table meeting as
with others as (
    %[2]s
),
again as (
    select h from fresh group by h having count(*) > 1
    union
    select h from others semi join fresh using (h)
)
select load, line from fresh semi join again using (h)
union all
select load, line from others semi join again using (h);
drop table temp.fresh`, s.came(), s.beside())
}

// bringing tells, of the loads listed, which fields all of them bring (true)
// and which only some (false).
func bringing(ctx context.Context, conn *sql.Conn, loads string) (map[string]bool, error) {
	rows, err := conn.QueryContext(ctx, fmt.Sprintf(
		"select field, count(distinct load) = %d from raw.load_field where load in (%s) group by field",
		strings.Count(loads, ",")+1, loads))
	if err != nil {
		return nil, fmt.Errorf("compare columns of loads: %w", err)
	}
	defer rows.Close()
	brought := map[string]bool{}
	for rows.Next() {
		var name string
		var all bool
		if err := rows.Scan(&name, &all); err != nil {
			return nil, fmt.Errorf("compare columns of loads: %w", err)
		}
		brought[name] = all
	}
	return brought, rows.Err()
}

// verdicts makes temp.verdict: the rows of temp.meeting whose mark must change,
// and every row of the pass that does not repeat: those share their key. A row
// repeats what stood before it if every field it brings is equal; loads are
// those of temp.meeting, so that the rows of all others need not be read.
func (s settling) verdicts(brought map[string]bool, loads string) string {
	var fields, before, same []string
	window := fmt.Sprintf("partition by %s order by load, line", s.key())
	for _, f := range s.dataset.fields {
		all, some := brought[f.name]
		if f.kind == kindID || f.kind == kindPerson || !some {
			continue
		}
		fields = append(fields, f.name)
		if all {
			before = append(before, fmt.Sprintf("lag(%[1]s) over (%[2]s) as was_%[1]s", f.name, window))
			same = append(same, fmt.Sprintf("%[1]s is not distinct from was_%[1]s", f.name))
			continue
		}
		brings := fmt.Sprintf("load in (select load from raw.load_field where field = '%s')", f.name)
		// The struct carries an emptied cell past "ignore nulls".
		before = append(before, fmt.Sprintf(
			"last_value(case when %[3]s then {'v': %[1]s} end ignore nulls)"+
				" over (%[2]s rows between unbounded preceding and 1 preceding).v as was_%[1]s", f.name, window, brings))
		same = append(same, fmt.Sprintf("(not (%[2]s) or %[1]s is not distinct from was_%[1]s)", f.name, brings))
	}
	return fmt.Sprintf(`
create or replace temp table verdict as
with compared as (
    select load, line, repeated, %[1]s,
        row_number() over (%[2]s) as place,
        %[3]s
    from %[4]s
    semi join temp.meeting using (load, line)
    where load in (%[5]s)
),
judged as (
    select load, line, repeated, place > 1 and %[6]s as verdict from compared
)
select load, line, repeated, verdict
from judged
where repeated <> verdict or %[7]s and not verdict`,
		strings.Join(fields, ", "), window, strings.Join(before, ",\n        "),
		s.table(), loads, strings.Join(same, " and "), s.mine("load"))
}
