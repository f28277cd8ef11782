package etl

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"canbao/etl/seal"
	"canbao/sql/duck"
)

// sealedFiles fill every table that holds identity: resident numbers, a passport
// that packs, documents that do not, names, phones, and rows held back.
var sealedFiles = []string{
	"姓名,证件号码,证件类型,镇街,户籍,常住,手机号\n" +
		"王小明," + idA + ",,稠城街道,是,是,13800001234\n" +
		"李四," + idB + ",,佛堂镇,是,否,\n" +
		"约翰,E12345678,护照,佛堂镇,否,是,13900001234\n" +
		"长号军人,军字第0000012345678号,军官证,佛堂镇,是,是,13900005678\n" +
		"长号边民,边境字第0000012345678号,边民证,佛堂镇,是,是,\n" +
		"坏号,33078219700101001,,稠城街道,是,是,\n",
	"姓名,证件号码,险种,年度,参保状态,登记日期\n王小明," + idA + ",居民医保,2021,正常参保,2020-11-02\n",
	"姓名,证件号码,险种,年度,应缴金额\n王小明," + idA + ",居民医保,2021,480\n",
	"电子税票号码,姓名,证件号码,证件类型,险种,年度,实缴金额,缴费日期\n" +
		"T1,王小明," + idA + ",,居民医保,2021,480,2020-11-05\nT2,,军字第0000012345678号,军官证,居民医保,2021,480,2020-11-06\n",
	"姓名,证件号码,困难类别,资助类型,险种,年度,认定日期\n李四," + idB + ",低保对象,资助参保,居民医保,2021,2020-10-01\n",
}

// sealedBench has all of them loaded, and a row in every other table that holds
// identity.
func sealedBench(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	for i, text := range sealedFiles {
		b.load(fmt.Sprintf("%d.csv", i), text)
	}
	for _, table := range tablesOf(t, b.DB) {
		if table.has(sealedPerson, sealedText, sealedRow) && b.count("select count(*) from "+table.quoted()) == 0 {
			b.invent(table)
		}
	}
	return b
}

// invent writes a row about the first person into a table, whatever its columns.
func (b *bench) invent(table warehouseTable) {
	b.t.Helper()
	person := b.Key.Sealer().Person("", []byte(idA))
	var values []string
	for _, c := range table.columns {
		sealed := map[sealing][]byte{
			sealedPerson: person[:],
			sealedText:   b.Key.Sealer().Text(nil, person, c.fieldOf(), []byte("王小明")),
			sealedRow:    b.Key.SealRow([]byte(`["王小明"]`)),
		}[c.form]
		switch c.form {
		case notSealed:
			values = append(values, "try_cast('2020-11-01' as "+b.typeOf(table, c.name)+")")
		case sealedPerson:
			values = append(values, "uuid '"+hex.EncodeToString(sealed)+"'")
		default:
			values = append(values, "unhex('"+hex.EncodeToString(sealed)+"')")
		}
	}
	at := table.quoted()
	if table.lies {
		at = "fresh." + table.name
	}
	insert := "insert into " + at + " values (" + strings.Join(values, ", ") + ")"
	insert = strings.NewReplacer("try_cast('2020-11-01' as INTEGER)", "1", "try_cast('2020-11-01' as BIGINT)", "1",
		"try_cast('2020-11-01' as BOOLEAN)", "false").Replace(insert)
	if _, err := b.DB.Exec(insert); err != nil {
		b.t.Fatalf("a row for %s: %v", table, err)
	}
	b.flush()
}

func (b *bench) typeOf(table warehouseTable, column string) (kind string) {
	b.t.Helper()
	err := b.DB.QueryRow("select data_type from duckdb_columns() where schema_name = ? and table_name = ? and column_name = ?",
		table.schema, table.name, column).Scan(&kind)
	if err != nil {
		b.t.Fatal(err)
	}
	return kind
}

func tablesOf(t *testing.T, db *duck.DB) []warehouseTable {
	t.Helper()
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	tables, err := warehouseTables(context.Background(), conn)
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

func newKeyFor(t *testing.T, cipher string) *seal.Key {
	t.Helper()
	k, err := seal.NewKeyFor(cipher)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func openAt(t *testing.T, path string) *duck.DB {
	t.Helper()
	db, err := duck.Open(context.Background(), path, duck.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// dump is every row of every table, what is sealed opened with the key: a person
// as their document. Rows stand in the order of all their columns.
func dump(t *testing.T, db *duck.DB, key *seal.Key) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	kept := map[seal.Person]string{}
	tables := tablesOf(t, db)
	for _, table := range append(tables, tables...) { // raw.document first
		rows := rowsOf(t, db, table)
		all[table.String()] = nil
		for _, row := range rows {
			var who seal.Person
			var line []string
			for i, c := range table.columns {
				if c.form == sealedPerson {
					who = seal.Person(row[i].([]byte))
				}
				line = append(line, c.name+"="+opened(t, key, c, who, row[i], kept))
			}
			if table.name == "document" {
				kept[who] = line[1]
			}
			all[table.String()] = append(all[table.String()], strings.Join(line, " "))
		}
	}
	delete(all, "raw.key")
	return all
}

func rowsOf(t *testing.T, db *duck.DB, table warehouseTable) [][]any {
	t.Helper()
	order := "1"
	for _, c := range table.columns {
		if c.form == notSealed {
			order += ", " + quote(c.name)
		}
	}
	if table.has(sealedPerson) && table.columns[0].form == sealedPerson {
		order = "octet_length(" + quote(table.columns[len(table.columns)-1].name) + ")"
	}
	rows, err := db.Query("select * from " + table.quoted() + " order by " + order)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all [][]any
	for rows.Next() {
		values, into := make([]any, len(table.columns)), make([]any, len(table.columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		all = append(all, values)
	}
	return all
}

func opened(t *testing.T, key *seal.Key, c warehouseColumn, who seal.Person, value any, kept map[seal.Person]string) string {
	t.Helper()
	sealed, _ := value.([]byte)
	var plain []byte
	var err error
	switch {
	case c.form == notSealed, value == nil:
		return fmt.Sprint(value)
	case c.form == sealedPerson:
		if docType, number, ok := key.Open(who); ok {
			return docType + "/" + number
		}
		return kept[who]
	case c.form == sealedText:
		plain, err = key.OpenText(sealed, who, c.fieldOf())
	case c.form == sealedRow:
		plain, err = key.OpenRow(sealed)
	}
	if err != nil {
		t.Errorf("column %s: %v", c.name, err)
	}
	return string(plain)
}

// madeOf are the statements that make the tables, views and indexes.
func madeOf(t *testing.T, db *duck.DB) (all []string) {
	t.Helper()
	rows, err := db.Query(`
select sql from duckdb_tables() where not internal and database_name = current_database()
union all select sql from duckdb_views() where not internal and database_name = current_database()
union all select sql from duckdb_indexes() where database_name = current_database()
order by sql`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var made string
		if err := rows.Scan(&made); err != nil {
			t.Fatal(err)
		}
		all = append(all, made)
	}
	if len(all) < 10 {
		t.Fatalf("the warehouse is made of %v", all)
	}
	return all
}

// sealedValues are the values of every sealed column, and of any column whose
// type could hide one, with the column's name.
func sealedValues(t *testing.T, db *duck.DB) []string {
	t.Helper()
	var values []string
	for _, table := range tablesOf(t, db) {
		empty := true
		for _, row := range rowsOf(t, db, table) {
			for i, c := range table.columns {
				if b, is := row[i].([]byte); is && len(b) > 0 {
					values = append(values, fmt.Sprintf("%s.%s %x", table, c.name, b))
				}
			}
			empty = false
		}
		if empty && table.has(sealedPerson, sealedText, sealedRow) {
			t.Errorf("%s holds identity, and this test has no row of it", table)
		}
	}
	return values
}

// A column whose seal nobody knows must not be left under the former key.
func TestUnknownSealIsNoticed(t *testing.T) {
	for _, create := range []string{
		"create table raw.more (secret blob)",
		"create table raw.more (other uuid)",
		"create table raw.more (person uuid, names blob[])",
		"create table raw.more (person struct(a uuid))",
	} {
		b := newBench(t)
		if _, err := b.DB.Exec(create); err != nil {
			t.Fatal(err)
		}
		conn, err := b.DB.Conn(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := warehouseTables(context.Background(), conn); err == nil || !strings.Contains(err.Error(), "raw.more") {
			t.Errorf("%s: %v", create, err)
		}
		conn.Close()
	}
}

func TestOpenSample(t *testing.T) {
	ctx := context.Background()
	b := sealedBench(t)
	conn, err := b.DB.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, c := range []struct {
		name   string
		key    *seal.Key
		damage string
		failed bool
	}{
		{"its own key", b.Key, "", false},
		{"another key", newKeyFor(t, seal.AES256), "", true},
		{"damage", b.Key, "update raw.roster set phone = unhex('0011') where phone is not null", true},
	} {
		if _, err := conn.ExecContext(ctx, "select 1;"+c.damage); err != nil {
			t.Fatal(err)
		}
		samples, err := OpenSample(ctx, conn, c.key)
		if err != nil {
			t.Fatal(err)
		}
		var tried, failed int64
		for _, s := range samples {
			tried, failed = tried+s.Tried, failed+s.Failed
		}
		if tried < 20 || (failed > 0) != c.failed {
			t.Errorf("%s: %d of %d do not open", c.name, failed, tried)
		}
	}
}
