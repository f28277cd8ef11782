package etl

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"hash/maphash"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"canbao/sql/duck"
)

// place is a row of raw: its load, and its line in the lower forty bits.
type place uint64

func placeOf(load int, line int64) place { return place(load)<<40 | place(line) }

func (p place) load() int64 { return int64(p >> 40) }
func (p place) line() int64 { return int64(p & (1<<40 - 1)) }

// met remembers, by a fingerprint of its key, every row that a run of files of
// one dataset has brought, so that the fiftieth daily file need not read the
// forty-nine before it to know which keys it meets again. Two keys of one
// fingerprint are compared in vain and do no harm.
type met struct {
	dataset *dataset
	since   int // the first load of the run
	former  int // that of the run before
	first   map[uint64]place
	more    map[uint64]*chain // of the few keys met again
	full    bool              // more rows than are remembered: the database is asked
}

// metRows bounds what is remembered, to some two hundred megabytes: a file may
// have any number of rows.
const metRows = 4 << 20

// chain is all rows of a key, and the last load that was told of them.
type chain struct {
	rows []place
	told int64
}

// remember is what is to be remembered while a load of d is settled: that of
// the run it goes on with, or of a new one, the memory of the other dataset
// being let go.
func (l *Loader) remember(d *dataset, load int) *met {
	if l.met == nil || l.met.dataset != d || l.met.full {
		m := &met{dataset: d, since: load, first: map[uint64]place{}, more: map[uint64]*chain{}}
		if l.met != nil {
			m.former = l.met.since
		}
		l.met = m
	}
	return l.met
}

// note remembers a row and appends to again the rows it meets, itself included,
// each once a load.
func (m *met) note(again []place, key uint64, at place) []place {
	if m.full {
		return nil
	}
	first, found := m.first[key]
	if !found {
		if len(m.first) == metRows {
			m.full, m.first, m.more = true, nil, nil
			return nil
		}
		m.first[key] = at
		return again
	}
	c := m.more[key]
	if c == nil {
		c = &chain{rows: []place{first}}
		m.more[key] = c
	}
	if c.told != at.load() {
		c.told = at.load()
		again = append(again, c.rows...)
	}
	c.rows = append(c.rows, at)
	return append(again, at)
}

// fingerprints are those of the rows without faults, in order. A key's
// fingerprint takes its parts as far as they are fields: rows of equal keys
// always have equal ones.
func (s *sheet) fingerprints(seed maphash.Seed) []uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	var keys []uint64
	var number [8]byte
	s.eachGood(func(r int) {
		h.Reset()
		for _, name := range s.c.m.dataset.parts {
			switch name {
			case "person":
				h.Write(s.people[r][:])
			case "back":
				number[0] = 0
				if s.back[r] {
					number[0] = 1
				}
				h.Write(number[:1])
			case "area":
				h.WriteString(s.area[r])
			default:
				s.hashField(&h, s.c.at[name], r)
			}
			h.WriteByte(0xff) // parts must not run together
		}
		keys = append(keys, h.Sum64())
	})
	return keys
}

func (s *sheet) hashField(h *maphash.Hash, i, r int) {
	col := &s.cols[i]
	if !col.has && s.c.m.dataset.fields[i].name != "year" || col.empty[r] {
		return
	}
	switch s.c.m.dataset.fields[i].kind {
	case kindText, kindLabel:
		h.Write(col.text(r))
	case kindWord:
		h.WriteString(col.words[r])
	default:
		var number [8]byte
		binary.LittleEndian.PutUint64(number[:], uint64(col.nums[r]))
		h.Write(number[:])
	}
}

// goodLines are the lines of the rows without faults.
func (s *sheet) goodLines() []int64 {
	var lines []int64
	s.eachGood(func(r int) { lines = append(lines, s.block.Lines[r]) })
	return lines
}

var placeSchema = arrow.NewSchema([]arrow.Field{
	{Name: "load", Type: arrow.PrimitiveTypes.Int64},
	{Name: "line", Type: arrow.PrimitiveTypes.Int64},
}, nil)

// writeMeeting makes temp.meeting of places.
func writeMeeting(ctx context.Context, conn *sql.Conn, places []place) error {
	b := array.NewRecordBuilder(memory.DefaultAllocator, placeSchema)
	defer b.Release()
	for _, p := range places {
		b.Field(0).(*array.Int64Builder).Append(p.load())
		b.Field(1).(*array.Int64Builder).Append(p.line())
	}
	rows, err := array.NewRecordReader(placeSchema, []arrow.RecordBatch{b.NewRecordBatch()})
	if err != nil {
		return fmt.Errorf("find keys met again: %w", err)
	}
	const create = "create or replace temp table meeting as select distinct cast(load as integer) as load, line from incoming"
	if _, err := duck.Append(ctx, conn, create, rows); err != nil {
		return fmt.Errorf("find keys met again: %w", err)
	}
	return nil
}
