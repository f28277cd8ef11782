package etl

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"strings"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"

	"canbao/etl/clean"
	"canbao/etl/seal"
	"canbao/etl/source"
)

// converter turns the blocks of one file into batches of typed, sealed rows.
// It is used by several goroutines at once; what changes lives in a sheet.
type converter struct {
	m       *mapping
	words   vocabulary // to know another header by
	where   string     // the file, or the part of it
	key     *seal.Key
	areas   *clean.Areas
	loadDay clean.Day
	loadSec int64 // last second of the load day
	schema  *arrow.Schema
	stored  []string // the fields stored, in the order of the schema
	seeds   [2]maphash.Seed
	reasons *reasonList
	missing []reasonSet // per field: its cell must be filled and is not
	wrong   []reasonSet // per field: its cell cannot be read
	ids     [4]reasonSet
	area    reasonSet
	ragged  reasonSet
	// of datasets whose people are told by their key
	nobody, stranger, other, beyond reasonSet
	// within holds the people of the areas the load is for; nil where it may speak
	// of everybody.
	within  map[seal.Person]struct{}
	areasOf []string // the load is for
	// placed holds the people whose area an earlier load left standing; set
	// only for a roster file that brings none of the area fields.
	placed map[seal.Person]struct{}
	// kept are the documents that no person key holds; set only where people
	// are told by their key.
	kept    map[seal.Person][]byte
	foreign map[seal.Person]struct{} // on the roster under another document than a card
	at      map[string]int           // field name to index
	// sample are the first rows, where they are asked for: in the clear.
	wantSample bool
	sample     [][]string
	sheets     sync.Pool
}

func (l *Loader) newConverter(m *mapping) *converter {
	day := clean.DayOf(l.now())
	c := &converter{
		m: m, words: l.words, key: l.Key, areas: l.Areas, seeds: l.seeds, areasOf: l.Within, loadDay: day, loadSec: (int64(day)+1)*86400 - 1,
		reasons: newReasonList(m.dataset), at: map[string]int{}, wantSample: l.preview,
	}
	c.numberReasons()
	c.schema, c.stored = m.schema()
	c.sheets.New = func() any { return newSheet(c) }
	return c
}

// asksPlaced tells whether what earlier loads left standing decides about rows:
// in a roster file that brings none of the area fields.
func (c *converter) asksPlaced() bool {
	return c.m.dataset.name == "roster" && !c.m.brings("town")
}

// asks tells whether rows cannot be converted before the database was asked for
// what earlier loads brought.
func (c *converter) asks() bool { return c.asksPlaced() || c.asksKept() }

func (c *converter) numberReasons() {
	d := c.m.dataset
	c.missing = make([]reasonSet, len(d.fields))
	c.wrong = make([]reasonSet, len(d.fields))
	for i, name := range []string{"id_length", "id_date", "id_checksum", "id_damaged"} {
		c.ids[i] = c.reasons.of(name)
	}
	c.area, c.ragged = c.reasons.of("unknown_area"), c.reasons.of("ragged")
	if d.coded {
		c.nobody, c.stranger, c.other = c.reasons.of("missing:person"), c.reasons.of("unknown_person"), c.reasons.of("other_person")
		c.beyond = c.reasons.of("other_area")
	}
	for i, f := range d.fields {
		c.at[f.name] = i
		if f.required || f.name == "year" {
			c.missing[i] = c.reasons.of("missing:" + f.name)
		}
		switch f.kind {
		case kindDay, kindPast, kindTime, kindYear:
			c.wrong[i] = c.reasons.of("bad_date:" + f.name)
		case kindFen, kindCount:
			c.wrong[i] = c.reasons.of("bad_amount:" + f.name)
		case kindWord, kindYesNo:
			if f.name == "scheme" {
				c.wrong[i] = c.reasons.of("unknown_scheme")
			} else {
				c.wrong[i] = c.reasons.of("unknown_word:" + f.name)
			}
		}
	}
}

// idFaults are the reasons for the faults found in a document number.
func (c *converter) idFaults(found clean.Faults) (set reasonSet) {
	for i, reason := range c.ids {
		if found&(1<<i) != 0 {
			set |= reason
		}
	}
	return set
}

// convert reads one block. It is called by several goroutines.
func (c *converter) convert(b *source.Block) (*batch, error) {
	s := c.sheets.Get().(*sheet)
	defer c.sheets.Put(s)
	if c.wantSample && b.Seq == 0 {
		for r := range min(previewRows, len(b.Lines)) {
			c.sample = append(c.sample, b.Raw(r))
		}
	}
	s.weigh(b)
	if c.m.correction >= 0 && s.correct(b) {
		s.weigh(b)
	}
	held, err := c.holdBack(s, b)
	if err != nil {
		return nil, err
	}
	return &batch{seq: b.Seq, size: b.Bytes, rows: s.build(), held: held, right: s.right(), documents: s.goodDocuments(), marks: s.fingerprints(c.seeds), lines: s.goodLines()}, nil
}

// previewRows is how many rows a preview shows.
const previewRows = 3

// weigh finds the faults of every row of a block.
func (s *sheet) weigh(b *source.Block) {
	s.read(b)
	s.judge()
	s.place()
	for r, ragged := range b.Ragged {
		if ragged {
			s.faults[r] = s.c.ragged
		}
	}
}

// holdBack seals the rows with faults.
func (c *converter) holdBack(s *sheet, b *source.Block) ([]heldRow, error) {
	var held []heldRow
	for r, faults := range s.faults[:s.rows] {
		if faults == 0 {
			continue
		}
		cells := b.Raw(r)
		if err := c.secondHeader(b.Lines[r], cells); err != nil {
			return nil, err
		}
		text, err := json.Marshal(cells)
		if err != nil {
			return nil, fmt.Errorf("hold back row %d: %w", b.Lines[r], err)
		}
		h := heldRow{line: b.Lines[r], reasons: faults, number: s.heldNumber(r), sealed: c.key.SealRow(text)}
		if i, ok := c.at["town"]; ok && faults&c.ragged == 0 {
			h.town, _ = c.areas.Town(s.cols[i].text(r))
		}
		held = append(held, h)
	}
	return held, nil
}

// insert is the statement that brings the batches into table.
func (c *converter) insert(table string) string {
	names := make([]string, 0, len(c.schema.Fields()))
	for _, f := range c.schema.Fields() {
		names = append(names, f.Name)
	}
	cols := strings.Join(names, ", ")
	return fmt.Sprintf("insert into %s (load, shared, repeated, %s) select load, shared, repeated, %s from incoming",
		table, cols, cols)
}

// standing are the people on the roster whose area cells, as the last load that
// brought them left them, tell at least the town; of areas that are named, those
// in one of them.
func standing(ctx context.Context, conn *sql.Conn, areas *clean.Areas, within []string) (map[seal.Person]struct{}, error) {
	rows, err := conn.QueryContext(ctx, `
select person,
    coalesce(last(area_code order by load, line), ''),
    coalesce(last(town order by load, line), ''),
    coalesce(last(village order by load, line), '')
from raw.roster
where load in (select load from raw.load_field where field = 'town')
group by person`)
	if err != nil {
		return nil, fmt.Errorf("look up the areas left standing: %w", err)
	}
	defer rows.Close()
	inside := insideOf(areas, within)
	placed := map[seal.Person]struct{}{}
	for rows.Next() {
		var person []byte
		var code, town, village []byte
		if err := rows.Scan(&person, &code, &town, &village); err != nil {
			return nil, fmt.Errorf("look up the areas left standing: %w", err)
		}
		area, level, _ := areas.Resolve(code, town, village)
		if level != clean.NoLevel && (len(within) == 0 || inside[area]) {
			placed[seal.Person(person)] = struct{}{}
		}
	}
	return placed, rows.Err()
}

// insideOf are the codes of areas and of all that lies in them.
func insideOf(areas *clean.Areas, codes []string) map[string]bool {
	inside := map[string]bool{}
	for _, code := range codes {
		inside[code] = true
	}
	for _, level := range []clean.Level{clean.Town, clean.Village} {
		for _, a := range areas.All() {
			if a.Level == level && inside[a.Parent] {
				inside[a.Code] = true
			}
		}
	}
	return inside
}
