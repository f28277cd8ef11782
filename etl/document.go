package etl

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"canbao/etl/seal"
	"canbao/sql/duck"
)

// document is one that a person key cannot hold, sealed: rotating the key needs
// it to find the person's new one.
type document struct {
	row    int
	person seal.Person
	sealed []byte
}

// goodDocuments are those of the rows without faults.
func (s *sheet) goodDocuments() []document {
	var good []document
	for _, d := range s.documents {
		if s.faults[d.row] == 0 {
			good = append(good, d)
		}
	}
	return good
}

var documentSchema = arrow.NewSchema([]arrow.Field{
	uuidField("person"),
	{Name: "document", Type: arrow.BinaryTypes.Binary},
}, nil)

// keepDocuments writes the documents to raw that are not there yet.
func keepDocuments(ctx context.Context, conn *sql.Conn, documents []document) error {
	if len(documents) == 0 {
		return nil
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, documentSchema)
	defer b.Release()
	seen := map[seal.Person]bool{}
	for _, d := range documents {
		if seen[d.person] {
			continue
		}
		seen[d.person] = true
		b.Field(0).(*array.FixedSizeBinaryBuilder).Append(d.person[:])
		b.Field(1).(*array.BinaryBuilder).Append(d.sealed)
	}
	rows, err := array.NewRecordReader(documentSchema, []arrow.RecordBatch{b.NewRecordBatch()})
	if err != nil {
		return fmt.Errorf("keep documents: %w", err)
	}
	const insert = "insert into raw.document select person, document from incoming on conflict do nothing"
	if _, err := duck.Append(ctx, conn, insert, rows); err != nil {
		return fmt.Errorf("keep documents: %w", err)
	}
	return nil
}

// keptDocuments are the sealed documents of raw.document by person.
func keptDocuments(ctx context.Context, conn *sql.Conn) (map[seal.Person][]byte, error) {
	kept := map[seal.Person][]byte{}
	var there bool
	const ask = "select exists (select 1 from duckdb_tables() where database_name = current_database() and schema_name = 'raw' and table_name = 'document')"
	if err := conn.QueryRowContext(ctx, ask).Scan(&there); err != nil || !there {
		return kept, err
	}
	rows, err := conn.QueryContext(ctx, "select person, document from raw.document")
	if err != nil {
		return nil, fmt.Errorf("read the documents kept: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var person, sealed []byte
		if err := rows.Scan(&person, &sealed); err != nil {
			return nil, fmt.Errorf("read the documents kept: %w", err)
		}
		kept[seal.Person(person)] = sealed
	}
	return kept, rows.Err()
}

// forgetDocuments removes the documents of people of whom nothing that is loaded
// speaks any more.
func forgetDocuments(ctx context.Context, conn *sql.Conn) error {
	var some bool
	if err := conn.QueryRowContext(ctx, "select exists (select 1 from raw.document)").Scan(&some); err != nil {
		return fmt.Errorf("forget documents: %w", err)
	}
	if !some {
		return nil
	}
	tables, err := warehouseTables(ctx, conn)
	if err != nil {
		return err
	}
	var people []string
	for _, t := range tables {
		if t.name != "document" && t.has(sealedPerson) {
			people = append(people, "select person from "+t.quoted())
		}
	}
	if _, err := conn.ExecContext(ctx, "delete from raw.document where person not in ("+strings.Join(people, " union all ")+")"); err != nil {
		return fmt.Errorf("forget documents: %w", err)
	}
	return nil
}
