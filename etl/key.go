package etl

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"canbao/etl/refuse"
	"canbao/etl/seal"
	"canbao/sql/duck"
)

// holdKey ties the warehouse to the key of its first load and refuses any
// other: under another key everyone would be a new person, counted twice.
func holdKey(ctx context.Context, db *duck.DB, key *seal.Key) error {
	var held string
	err := db.QueryRowContext(ctx, "select key_id from raw.key").Scan(&held)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		if _, err := db.ExecContext(ctx, "insert into raw.key values (?)", key.ID()); err != nil {
			return fmt.Errorf("note the key: %w", err)
		}
		return nil
	case err != nil:
		return fmt.Errorf("ask for the key of the warehouse: %w", err)
	case held != key.ID():
		return &refuse.Error{
			What: refuse.Text{
				ZH: fmt.Sprintf("密钥不对：数据仓库用的是 %s，这是 %s", held, key.ID()),
				EN: fmt.Sprintf("the wrong key: the warehouse is sealed with %s, this is %s", held, key.ID()),
			},
			Where: db.Path(),
			Do: refuse.Text{
				ZH: "请用 --key-file 指明该数据仓库自己的密钥文件",
				EN: "name the warehouse's own key file with --key-file",
			},
		}
	}
	return nil
}
