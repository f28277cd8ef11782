package etl

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"canbao/etl/seal"
)

// The forms identity has in the warehouse.
type sealing int

const (
	notSealed    sealing = iota
	sealedPerson         // a person key: UUID named person
	sealedText           // a text about the person of its row: any other BLOB there
	sealedRow            // a whole row: BLOB named sealed
)

// warehouseColumn is a column of a warehouse table and how it is sealed.
type warehouseColumn struct {
	name string
	form sealing
}

// warehouseTable is a table of the warehouse, its columns in order.
type warehouseTable struct {
	schema, name string
	columns      []warehouseColumn
	lies         bool // in a lake: what has the name in the database is a view
}

func (t warehouseTable) String() string { return t.schema + "." + t.name }

// quoted is the table's name for a statement.
func (t warehouseTable) quoted() string { return quote(t.schema) + "." + quote(t.name) }

// has tells whether the table has a column sealed in one of the forms.
func (t warehouseTable) has(forms ...sealing) bool {
	return slices.ContainsFunc(t.columns, func(c warehouseColumn) bool { return slices.Contains(forms, c.form) })
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// fieldOf is the field byte a text was sealed with: the first of its column's
// name (fillField).
func (c warehouseColumn) fieldOf() byte { return c.name[0] }

// warehouseTables lists every table of the database and finds what is sealed in
// it, so that a table made tomorrow is sealed anew as those of today are. A
// column whose bytes it cannot tell is an error: passing it over would leave it
// behind under a key that is gone. The rows of a lake are those of the views of
// raw, not of the empty tables of fresh behind them.
func warehouseTables(ctx context.Context, conn *sql.Conn) ([]warehouseTable, error) {
	rows, err := conn.QueryContext(ctx, `
with tables as (
    select schema_name, table_name
    from duckdb_tables()
    where database_name = current_database() and not internal and not temporary
),
lain as (select table_name from tables where schema_name = 'fresh')
select c.schema_name, c.table_name, c.column_name, c.data_type, c.schema_name = 'raw' and lain.table_name is not null
from duckdb_columns() as c
left join tables as t on t.schema_name = c.schema_name and t.table_name = c.table_name
left join lain on lain.table_name = c.table_name
where c.database_name = current_database() and c.schema_name <> 'fresh' and (t.table_name is not null or c.schema_name = 'raw' and lain.table_name is not null)
order by c.schema_name, c.table_name, c.column_index`)
	if err != nil {
		return nil, fmt.Errorf("list what is sealed: %w", err)
	}
	defer rows.Close()
	var tables []warehouseTable
	types := map[string]string{}
	for rows.Next() {
		var schema, table, column, kind string
		var lies bool
		if err := rows.Scan(&schema, &table, &column, &kind, &lies); err != nil {
			return nil, fmt.Errorf("list what is sealed: %w", err)
		}
		if n := len(tables); n == 0 || tables[n-1].schema != schema || tables[n-1].name != table {
			tables = append(tables, warehouseTable{schema: schema, name: table, lies: lies})
		}
		t := &tables[len(tables)-1]
		t.columns = append(t.columns, warehouseColumn{name: column})
		types[t.String()+"."+column] = kind
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list what is sealed: %w", err)
	}
	for i := range tables {
		if err := tables[i].tell(types); err != nil {
			return nil, err
		}
	}
	return tables, nil
}

// tell finds out how the columns are sealed; types are theirs by full name.
func (t *warehouseTable) tell(types map[string]string) error {
	of := func(name string) string { return types[t.String()+"."+name] }
	for i := range t.columns {
		c := &t.columns[i]
		switch kind := of(c.name); {
		case kind == "UUID" && c.name == "person":
			c.form = sealedPerson
		case kind == "BLOB" && c.name == "sealed":
			c.form = sealedRow
		case kind == "BLOB" && of("person") == "UUID":
			c.form = sealedText
		case strings.Contains(kind, "UUID"), strings.Contains(kind, "BLOB"):
			return fmt.Errorf("list what is sealed: column %s of %s is of type %s: how it is sealed is not known", c.name, t, kind)
		}
	}
	return nil
}

// Sample is what became of trying to open some of what is sealed.
type Sample struct {
	Table  string
	Tried  int64 // values
	Failed int64

	key  *seal.Key
	kept map[seal.Person][]byte // of raw.document
}

// OpenSample tries to open some of what is sealed in every table, some hundred
// rows each, spread over it.
func OpenSample(ctx context.Context, conn *sql.Conn, key *seal.Key) ([]Sample, error) {
	tables, err := warehouseTables(ctx, conn)
	if err != nil {
		return nil, err
	}
	kept, err := keptDocuments(ctx, conn)
	if err != nil {
		return nil, err
	}
	var samples []Sample
	for _, t := range tables {
		if !t.has(sealedPerson, sealedText, sealedRow) {
			continue
		}
		s := Sample{Table: t.String(), key: key, kept: kept}
		if err := s.take(ctx, conn, t); err != nil {
			return nil, fmt.Errorf("open a sample of %s: %w", t, err)
		}
		if s.Tried > 0 {
			samples = append(samples, s)
		}
	}
	return samples, nil
}

// sampleRows is how many rows of a table a sample takes.
const sampleRows = 500

func (s *Sample) take(ctx context.Context, conn *sql.Conn, t warehouseTable) error {
	var columns []warehouseColumn
	var names []string
	person := -1
	for _, c := range t.columns {
		if c.form == notSealed {
			continue
		}
		if c.form == sealedPerson {
			person = len(columns)
		}
		columns, names = append(columns, c), append(names, quote(c.name))
	}
	row := "rowid"
	if t.lies {
		row = "hash(load, line)"
	}
	rows, err := conn.QueryContext(ctx, fmt.Sprintf(
		"select %[1]s from %[2]s where %[4]s %% (select greatest(count(*) // %[3]d, 1) from %[2]s) = 0 limit %[3]d",
		strings.Join(names, ", "), t.quoted(), sampleRows, row))
	if err != nil {
		return err
	}
	defer rows.Close()
	values, into := make([][]byte, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		var who seal.Person
		if person >= 0 && len(values[person]) == len(who) {
			who = seal.Person(values[person])
		}
		for i, c := range columns {
			if values[i] == nil {
				continue
			}
			s.Tried++
			if !s.opens(c, who, values[i]) {
				s.Failed++
			}
		}
	}
	return rows.Err()
}

// opens tries one value. A person key that is a hash does not open; its document
// lies in raw.document.
func (s *Sample) opens(c warehouseColumn, who seal.Person, value []byte) bool {
	var err error
	switch c.form {
	case sealedPerson:
		_, _, ok := s.key.Open(who)
		return ok || s.kept[who] != nil
	case sealedText:
		_, err = s.key.OpenText(value, who, c.fieldOf())
	case sealedRow:
		_, err = s.key.OpenRow(value)
	}
	return err == nil
}
