package etl

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"

	"canbao/etl/lake"
	"canbao/etl/refuse"
	"canbao/etl/seal"
	"canbao/sql/duck"
)

// Rotation seals a whole warehouse anew under another key. It writes a second
// database beside the warehouse and leaves the first as it is: whoever calls
// puts the one in the place of the other, by one rename, so that there is never
// a moment in which part is sealed with the one key and part with the other.
// And nothing that the former key opens stays behind in free blocks of the file.
type Rotation struct {
	DB       *duck.DB
	From, To *seal.Key
	Path     string // of the new database; what lies there is removed
	// Progress is called before each table; may be nil.
	Progress func(done, total int, table string)
}

// Resealed is what was sealed anew in one table.
type Resealed struct {
	Table string
	Rows  int64
}

// Run writes the new database, whole and closed. Tables and columns are found
// in the warehouse itself; its rows are handed through in chunks on all threads
// and memory does not grow with them.
func (r Rotation) Run(ctx context.Context) (done []Resealed, err error) {
	if err := holdsKey(ctx, r.DB, r.From); err != nil {
		return nil, err
	}
	conn, err := r.DB.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to the warehouse: %w", err)
	}
	defer conn.Close()
	tables, err := warehouseTables(ctx, conn)
	if err != nil {
		return nil, err
	}
	if err := r.register(ctx, conn, tables); err != nil {
		return nil, err
	}
	if err := r.mustFindAll(ctx, conn, tables); err != nil {
		return nil, err
	}
	if err := ClearRotation(r.Path); err != nil {
		return nil, err
	}
	in, err := lake.Of(ctx, conn)
	if err != nil {
		return nil, err
	}
	if err := r.attach(ctx, conn); err != nil {
		return nil, err
	}
	done, err = r.copyAll(ctx, conn, in, tables)
	_, undo := conn.ExecContext(context.WithoutCancel(ctx), "detach resealed")
	if err = errors.Join(err, undo); err != nil {
		in.Ended(true)
		return nil, errors.Join(err, ClearRotation(r.Path))
	}
	return done, nil
}

// ClearRotation removes what an unfinished rotation left at path.
func ClearRotation(path string) error {
	for _, left := range []string{path, path + ".wal"} {
		if err := os.RemoveAll(left); err != nil {
			return fmt.Errorf("clear an unfinished rotation: %w", err)
		}
	}
	return nil
}

func (r Rotation) attach(ctx context.Context, conn *sql.Conn) error {
	var home string
	if err := conn.QueryRowContext(ctx, "select current_database()").Scan(&home); err != nil {
		return fmt.Errorf("open the new warehouse: %w", err)
	}
	for _, q := range []string{
		"checkpoint", // the log of the old one must be empty when it goes
		"attach '" + strings.ReplaceAll(r.Path, "'", "''") + "' as resealed",
		fmt.Sprintf("copy from database %s to resealed (schema)", quote(home)),
	} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("open the new warehouse: %w", err)
		}
	}
	return nil
}

// copyAll copies every table, sealing anew what is sealed, and names the key.
func (r Rotation) copyAll(ctx context.Context, conn *sql.Conn, in *lake.Lake, tables []warehouseTable) ([]Resealed, error) {
	var done []Resealed
	for i, t := range tables {
		if r.Progress != nil {
			r.Progress(i, len(tables), t.String())
		}
		n, err := r.copyTable(ctx, conn, in, t)
		if err != nil {
			return nil, fmt.Errorf("seal %s anew: %w", t, err)
		}
		if !t.has(sealedPerson, sealedText, sealedRow) {
			continue
		}
		done = append(done, Resealed{Table: t.String(), Rows: n})
	}
	if err := in.Rewritten(ctx, "resealed"); err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, "update resealed.raw.key set key_id = ?", r.To.ID()); err != nil {
		return nil, fmt.Errorf("name the new key: %w", err)
	}
	if _, err := conn.ExecContext(ctx, "checkpoint resealed"); err != nil {
		return nil, fmt.Errorf("seal the warehouse anew: %w", err)
	}
	return done, nil
}

// copyTable brings one table over and tells how many rows it has.
func (r Rotation) copyTable(ctx context.Context, conn *sql.Conn, in *lake.Lake, t warehouseTable) (int64, error) {
	var names, values []string
	for _, c := range t.columns {
		name := quote(c.name)
		value := name
		switch c.form {
		case sealedPerson:
			value = fmt.Sprintf("%s(%s)", r.function("person"), name)
		case sealedText:
			value = fmt.Sprintf("%s(person, %s)", r.function(textUse(c.fieldOf())), name)
		case sealedRow:
			value = fmt.Sprintf("%s(%s)", r.function("row"), name)
		}
		names, values = append(names, name), append(values, value+" as "+name)
	}
	if t.lies {
		return in.Rewrite(ctx, "resealed", t.name, values)
	}
	if in.Lists(t.String()) {
		return 0, nil
	}
	result, err := conn.ExecContext(ctx, fmt.Sprintf("insert into resealed.%s (%s) select %s from %s",
		t.quoted(), strings.Join(names, ", "), strings.Join(values, ", "), t.quoted()))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// mustFindAll refuses where the key of some person cannot be turned back and
// their document was not kept, as programs before raw.document did not: under a
// new key nobody would find them again.
func (r Rotation) mustFindAll(ctx context.Context, conn *sql.Conn, tables []warehouseTable) error {
	var asks []string
	for _, t := range tables {
		if t.has(sealedPerson) {
			asks = append(asks, fmt.Sprintf("select distinct person from %s where not %s(person)", t.quoted(), r.function("found")))
		}
	}
	if len(asks) == 0 {
		return nil
	}
	var lost int64
	ask := "select count(distinct person) from (" + strings.Join(asks, " union all ") + ")"
	if err := conn.QueryRowContext(ctx, ask).Scan(&lost); err != nil {
		return fmt.Errorf("look for people who cannot be found again: %w", err)
	}
	if lost == 0 {
		return nil
	}
	return &refuse.Error{
		What: refuse.Text{
			ZH: fmt.Sprintf("有 %d 人的证件号码过长，旧版程序装载时没有另存，换密钥后就再也对不上", lost),
			EN: fmt.Sprintf("%d people have document numbers too long to turn back, and the older program that loaded them did not keep them: under a new key they would never be found again", lost),
		},
		Where: r.DB.Path(),
		Do: refuse.Text{
			ZH: "先用 canbao unload 退回含这些人的文件并重新装载，再换密钥；什么都没有改动",
			EN: "take the files with these people back with canbao unload and load them again, then rotate; nothing was changed",
		},
	}
}
