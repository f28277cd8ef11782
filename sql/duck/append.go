//go:build duckdb_arrow

package duck

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow/array"
	duckdb "github.com/duckdb/duckdb-go/v2"
)

// Arrow tells whether this build can take and give Arrow batches.
const Arrow = true

// Append runs the statement insert on conn with the batches of rows visible to
// it as the view "incoming", in one pass and without a copy in between. It
// returns the number of rows the statement changed. The caller keeps conn and
// whatever transaction it holds.
func Append(ctx context.Context, conn *sql.Conn, insert string, rows array.RecordReader) (int64, error) {
	var changed int64
	err := conn.Raw(func(raw any) error {
		dc := raw.(driver.Conn)
		arrow, err := duckdb.NewArrowFromConn(dc)
		if err != nil {
			return fmt.Errorf("open arrow: %w", err)
		}
		release, err := arrow.RegisterView(rows, "incoming")
		if err != nil {
			return fmt.Errorf("register rows: %w", err)
		}
		defer release()
		// The driver's view is an entry of the database like any other. Left there
		// it would point to memory that is gone, and crash whoever looks at it. In
		// a transaction that has failed it goes with that.
		defer dc.(driver.ExecerContext).ExecContext(context.WithoutCancel(ctx), "drop view if exists incoming", nil)
		result, err := dc.(driver.ExecerContext).ExecContext(ctx, insert, nil)
		// A reader that broke off ends the stream like one that is done; its
		// own error says why and comes first.
		if err := errors.Join(rows.Err(), err); err != nil {
			return fmt.Errorf("append rows: %w", err)
		}
		changed, err = result.RowsAffected()
		return err
	})
	return changed, err
}
