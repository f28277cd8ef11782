//go:build duckdb_arrow

package flight

import (
	"crypto/tls"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/flight/flightsql/driver"
)

// TestDatabaseSQL: programs in Go ask through database/sql.
func TestDatabaseSQL(t *testing.T) {
	s := serve(t, city(t), nil)
	if err := driver.RegisterTLSConfig("canbao", &tls.Config{RootCAs: s.roots}); err != nil {
		t.Fatal(err)
	}
	open := func(secret string) *sql.DB {
		config := driver.DriverConfig{Address: fmt.Sprintf("localhost:%d", s.port), Username: "zhang", Password: secret,
			Timeout: time.Minute, TLSEnabled: true, TLSConfigName: "canbao"}
		db, err := sql.Open("flightsql", config.DSN())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}
	db := open(password)
	var n int64
	var place string
	var day time.Time
	var nothing sql.NullInt64
	err := db.QueryRow("select count(*), '佛堂镇', date '2020-12-25', null::bigint from range(100) as r (n) where n >= ?", int64(90)).
		Scan(&n, &place, &day, &nothing)
	if err != nil || n != 10 || place != "佛堂镇" || day.Format(time.DateOnly) != "2020-12-25" || nothing.Valid {
		t.Errorf("%d %s %s %v, %v", n, place, day, nothing, err)
	}
	rows, err := db.Query("select n from range(100000) as r (n)")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	sum := int64(0)
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	if rows.Err() != nil || sum != 100000*99999/2 {
		t.Errorf("the sum is %d, %v", sum, rows.Err())
	}
	if err := db.QueryRow("select nonesuch from mart.person").Scan(&n); err == nil || !strings.Contains(err.Error(), "line 1, column 8") {
		t.Errorf("a column that is none: %v", err)
	}
	if err := open("guess").QueryRow("select 1").Scan(&n); err == nil || !strings.Contains(err.Error(), "wrong name or password") {
		t.Errorf("a wrong password: %v", err)
	}
}
