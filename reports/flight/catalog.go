package flight

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"

	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/reports/access"
	"canbao/reports/desk"
)

// catalog is what tools browse: the tables of a snapshot with their columns.
type catalog struct {
	snapshot int
	tables   []table
}

type table struct {
	schema, name string
	columns      *arrow.Schema // with remarks and what else there is to say of a column
}

// catalogs keeps the catalog of the newest snapshot for each kind of copy: a
// tool asks for it over and over while somebody clicks through a tree.
type catalogs struct {
	mu  sync.Mutex
	all map[string]*catalog // by the areas the copy holds
}

// catalogOf is the catalog of the snapshot as a user sees it.
func (s *Server) catalogOf(ctx context.Context, u access.User) (*catalog, error) {
	if !u.Role.May(access.Ask) {
		// The desk has the words for this.
		_, err := s.o.Desk.Understand(ctx, desk.Question{User: u, Via: via, Text: "select 1", Quiet: true})
		return nil, err
	}
	for try := 0; ; try++ {
		c, err := s.currentCatalog(ctx, u)
		if !errors.Is(err, errMoved) || try == 3 {
			return c, err
		}
	}
}

func (s *Server) currentCatalog(ctx context.Context, u access.User) (*catalog, error) {
	lease, err := s.o.Desk.Lease(ctx, u)
	if err != nil {
		return nil, err
	}
	defer lease.Release()
	key := strings.Join(u.Areas, " ")
	s.catalogs.mu.Lock()
	kept := s.catalogs.all[key]
	s.catalogs.mu.Unlock()
	if kept != nil && kept.snapshot == lease.Number {
		return kept, nil
	}
	read, err := s.readCatalog(ctx, u, lease.Reader)
	if err != nil {
		return nil, err
	}
	s.catalogs.mu.Lock()
	defer s.catalogs.mu.Unlock()
	if s.catalogs.all == nil {
		s.catalogs.all = map[string]*catalog{}
	}
	s.catalogs.all[key] = read
	return read, nil
}

const listTables = `
select schema_name, table_name from duckdb_tables() where not internal
union all
select schema_name, view_name from duckdb_views() where not internal
order by schema_name, table_name`

// readCatalog asks the engine, as the user would: whatever a query can name is
// listed, and nothing else.
func (s *Server) readCatalog(ctx context.Context, u access.User, r *measure.Reader) (*catalog, error) {
	c := &catalog{}
	rows, err := s.o.Desk.Ask(ctx, desk.Question{User: u, Via: via, Text: listTables, Quiet: true})
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	c.snapshot = rows.Snapshot()
	for rows.Next() {
		batch := rows.RecordBatch()
		schemas, names := batch.Column(0).(*array.String), batch.Column(1).(*array.String)
		for i := range schemas.Len() {
			c.tables = append(c.tables, table{schema: strings.Clone(schemas.Value(i)), name: strings.Clone(names.Value(i))})
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(c.tables) == 0 {
		return c, nil
	}
	docs, err := readDocs(ctx, r)
	if err != nil {
		return nil, err
	}
	// One question for the types of all columns: a table's name where a column's
	// should be is a struct of its columns.
	var ask []string
	for _, t := range c.tables {
		ask = append(ask, fmt.Sprintf("(select t from %s.%s as t limit 0)", quoted(t.schema), quoted(t.name)))
	}
	known, err := s.o.Desk.Understand(ctx, desk.Question{User: u, Via: via, Text: "select " + strings.Join(ask, ", "), Quiet: true})
	if err != nil {
		return nil, err
	}
	if known.Snapshot != c.snapshot { // published meanwhile
		return nil, errMoved
	}
	for i := range c.tables {
		columns, whole := known.Columns.Field(i).Type.(*arrow.StructType)
		if !whole {
			return nil, fmt.Errorf("describe %s: the engine tells no columns", c.tables[i].name)
		}
		c.tables[i].columns = s.described(c.tables[i], columns, docs)
	}
	return c, nil
}

var errMoved = errors.New("a new snapshot was published while the tables were listed")

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// docs say what tables and columns mean.
type docs struct {
	tables  map[string]measure.Table
	columns map[[2]string]measure.TableColumn
}

func readDocs(ctx context.Context, r *measure.Reader) (docs, error) {
	d := docs{map[string]measure.Table{}, map[[2]string]measure.TableColumn{}}
	tables, err := r.Tables(ctx)
	var no *refuse.Error
	if errors.As(err, &no) { // a snapshot of an earlier program: browsed without remarks
		return d, nil
	}
	if err != nil {
		return d, err
	}
	columns, err := r.TableColumns(ctx)
	if err != nil {
		return d, err
	}
	for _, t := range tables {
		d.tables[t.Name] = t
	}
	for _, c := range columns {
		d.columns[[2]string{c.Table, c.Name}] = c
	}
	return d, nil
}

// described is the schema of a table as the protocol tells it.
func (s *Server) described(t table, columns *arrow.StructType, d docs) *arrow.Schema {
	name := t.schema + "." + t.name
	var fields []arrow.Field
	for _, f := range columns.Fields() {
		meta := map[string]string{
			flightsql.SchemaNameKey: t.schema, flightsql.TableNameKey: t.name,
			flightsql.IsReadOnlyKey: "1", flightsql.IsSearchableKey: "1", flightsql.IsAutoIncrementKey: "0",
		}
		if doc, known := d.columns[[2]string{name, f.Name}]; known {
			meta[flightsql.TypeNameKey] = doc.Type
			meta[flightsql.RemarksKey] = remark(doc.Meaning, doc.Unit, s.o.Lang)
		}
		if n, is := f.Type.(arrow.DecimalType); is {
			meta[flightsql.PrecisionKey], meta[flightsql.ScaleKey] = fmt.Sprint(n.GetPrecision()), fmt.Sprint(n.GetScale())
		}
		if f.Type.ID() == arrow.STRING {
			meta[flightsql.IsCaseSensitiveKey] = "1"
		}
		f.Metadata = arrow.MetadataFrom(meta)
		fields = append(fields, f)
	}
	all := arrow.MetadataFrom(map[string]string{flightsql.RemarksKey: remark(d.tables[name].Meaning, d.tables[name].Grain, s.o.Lang)})
	return arrow.NewSchema(fields, &all)
}

// remark is a meaning with what else there is to say.
func remark(meaning, more refuse.Text, lang string) string {
	text := meaning.In(lang)
	if rest := more.In(lang); rest != "" && text != "" {
		return text + t("（"+rest+"）", " ("+rest+")").In(lang)
	}
	return text
}
