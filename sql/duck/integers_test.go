package duck

import (
	"context"
	"errors"
	"testing"
)

// All rows come, in order and with their signs, over more than one batch.
func TestIntegers(t *testing.T) {
	ctx := context.Background()
	db, err := Open(ctx, "", Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const rows = 5000
	got := int32(0)
	err = db.Integers(ctx, "select range::integer, (-2 * range)::integer from range(?) order by range", []any{rows}, func(c [][]int32) error {
		for i := range c[0] {
			if c[0][i] != got || c[1][i] != -2*got {
				t.Fatalf("row %d is %d, %d", got, c[0][i], c[1][i])
			}
			got++
		}
		return nil
	})
	if err != nil || got != rows {
		t.Errorf("%d rows, %v", got, err)
	}
	for _, wrong := range []string{"select null::integer", "select 'x'", "select 3000000000::bigint::integer", "select nothing"} {
		if err := db.Integers(ctx, wrong, nil, func([][]int32) error { return nil }); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
	enough := errors.New("enough")
	calls := 0
	if err := db.Integers(ctx, "select range::integer from range(5000)", nil, func([][]int32) error { calls++; return enough }); !errors.Is(err, enough) || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
}
