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

// WarehouseKey is the id of the key that the warehouse is sealed with, "" where
// nothing has been loaded yet.
func WarehouseKey(ctx context.Context, db *duck.DB) (string, error) {
	var held string
	err := db.QueryRowContext(ctx, "select key_id from raw.key").Scan(&held)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("ask for the key of the warehouse: %w", err)
	}
	return held, nil
}

// holdKey ties the warehouse to the key of its first load and refuses any
// other: under another key everyone would be a new person, counted twice.
func holdKey(ctx context.Context, db *duck.DB, key *seal.Key) error {
	held, err := WarehouseKey(ctx, db)
	switch {
	case err != nil:
		return err
	case held != "":
		return mustMatch(db, held, key)
	}
	if _, err := db.ExecContext(ctx, "insert into raw.key values (?)", key.ID()); err != nil {
		return fmt.Errorf("note the key: %w", err)
	}
	return nil
}

// holdsKey refuses any key but that of the warehouse.
func holdsKey(ctx context.Context, db *duck.DB, key *seal.Key) error {
	held, err := WarehouseKey(ctx, db)
	if err != nil {
		return err
	}
	return mustMatch(db, held, key)
}

func mustMatch(db *duck.DB, held string, key *seal.Key) error {
	if held == key.ID() {
		return nil
	}
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
