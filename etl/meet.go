package etl

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"canbao/etl/clean"
	"canbao/sql/duck"
)

// place is a row of raw: its load, and its line in the lower forty bits.
type place uint64

func placeOf(load int, line int64) place { return place(load)<<40 | place(line) }

func (p place) load() int64 { return int64(p >> 40) }
func (p place) line() int64 { return int64(p & (1<<40 - 1)) }

// met remembers, by a fingerprint of its key, every row that a run of files of
// one dataset has brought, so that the fiftieth daily file need not read the
// forty-nine before it to know which keys it meets again. As long as all files
// of the run bring the same columns, what a row repeats is told here, before it
// is written: the database is then left alone.
type met struct {
	dataset *dataset
	since   int               // the first load of the run
	former  int               // that of the run before
	parts   [metParts]metPart // by the first bits of the key
	over    bool              // the database judged a load: the next begins a run
	grown   func(bytes int64) // told about how much is remembered beyond first; may be nil
	form    string            // the columns of the run's files
	mixed   bool              // they differ: what a row repeats is left to the database
}

// metParts is how many processors remember at once: to look a key up among
// millions is to wait for memory.
const (
	metParts    = 1 << metPartBits
	metPartBits = 2
)

// metPart is what is remembered of the keys that begin with the same bits.
type metPart struct {
	first  map[uint64]present
	older  map[uint64]present // those noted before first was begun
	past   keySet             // keys noted before that: that they were there is all that is remembered
	begun  int64              // the load that began first
	window int                // rows that first holds
	more   map[uint64]*chain  // of the few keys met again
	full   bool               // one load alone has brought more: the database judges it, and nothing is remembered any more
	grew   bool
}

// present is the row that stands for a key, as far as the run has come.
type present struct {
	at   place
	rest uint64 // of the key's fingerprint
	text uint64 // of everything the row says
}

// metRows bounds what is remembered of rows, to twice some two hundred megabytes.
// A run may have any number of rows: of those before, some six bytes a key are
// kept. A file that has more than this is a run of its own, which the database
// judges once it is there: memory does not grow with the size of a file.
const metRows = 4 << 20

// metBytes is about what is remembered of a row.
const metBytes = 64

// chain is all rows of a key, and the last load that was told of them.
type chain struct {
	rows []place
	told int64
	odd  bool // the database judges them
	lost bool // there are others, where is no longer known
}

// remember is what is to be remembered while a load of d is settled, of a file
// that brings these columns: that of the run it goes on with, or of a new one,
// the memory of the other dataset being let go. A load whose number was given
// may lie before others, and is judged by the database.
func (l *Loader) remember(m *mapping, load int) *met {
	form := strings.Join(m.stored(), " ")
	if l.met == nil || l.met.dataset != m.dataset || l.met.over {
		n := &met{dataset: m.dataset, since: load, form: form, grown: l.Remembered}
		for i := range n.parts {
			n.parts[i] = metPart{window: max(1, cmp.Or(l.window, metRows)/metParts), begun: int64(load),
				first: map[uint64]present{}, more: map[uint64]*chain{}}
		}
		if l.met != nil && l.Remembered != nil {
			l.Remembered(0)
		}
		if l.met != nil {
			n.former = l.met.since
		}
		l.met = n
	}
	l.met.mixed = l.met.mixed || l.met.form != form || l.Number != 0
	return l.met
}

// verdict is what is known of a row before it is written.
type verdict struct{ shared, repeated bool }

// meetings are the rows of a load that the database judges.
type meetings struct {
	again []place // with all others of their keys, which are known
	lost  []place // whose keys have other rows that are not known any more
	all   bool    // and all others
}

// note remembers rows of a load and tells what each is beside the row that
// stands for its key. Where only the database can tell, it adds to to the rows
// they meet, themselves included, each once a load.
func (m *met) note(to *meetings, marks []fingerprint, load int, lines []int64) []verdict {
	verdicts := make([]verdict, len(marks))
	var meet [metParts]meetings
	var all sync.WaitGroup
	for i := range m.parts {
		all.Go(func() {
			for r, mark := range marks {
				if mark.key>>(64-metPartBits) == uint64(i) {
					verdicts[r] = m.parts[i].note(&meet[i], mark, placeOf(load, lines[r]), m.mixed)
				}
			}
		})
	}
	all.Wait()
	for i := range meet {
		to.again, to.lost, to.all = append(to.again, meet[i].again...), append(to.lost, meet[i].lost...), to.all || meet[i].all
	}
	m.tell()
	return verdicts
}

// tell tells how much is remembered where it has grown.
func (m *met) tell() {
	var grew bool
	var bytes int64
	for i := range m.parts {
		p := &m.parts[i]
		grew, p.grew = grew || p.grew, false
		bytes += int64(p.window)*metBytes + p.past.bytes()
	}
	if grew && m.grown != nil {
		m.grown(bytes)
	}
}

// full tells whether the database has to judge what a load brought.
func (m *met) full() bool {
	return slices.ContainsFunc(m.parts[:], func(p metPart) bool { return p.full })
}

func (p *metPart) note(to *meetings, mark fingerprint, at place, mixed bool) verdict {
	now := present{at, mark.rest, mark.text}
	first, held := p.first[mark.key]
	found := held
	if !found {
		first, found = p.older[mark.key]
	}
	if p.hold(mark.key, now, held); p.full {
		to.all = true
		return verdict{}
	}
	if !found && !p.past.has(mark.key) {
		return verdict{}
	}
	c := p.more[mark.key]
	if !found {
		if c == nil {
			c = &chain{}
			p.more[mark.key] = c
		}
		c.lost = true
		to.lost = append(to.lost, at)
		return verdict{}
	}
	if c == nil {
		c = &chain{rows: []place{first.at}}
		p.more[mark.key] = c
	}
	c.odd = c.odd || mixed || first.rest != mark.rest
	switch {
	case !c.odd:
		c.rows = append(c.rows, at)
		return verdict{shared: first.text != now.text, repeated: first.text == now.text}
	case c.lost:
		to.lost = append(to.lost, at)
		return verdict{}
	case c.told != at.load():
		c.told = at.load()
		to.again = append(to.again, c.rows...)
	}
	c.rows = append(c.rows, at)
	to.again = append(to.again, at)
	return verdict{}
}

// hold makes a row the one that stands for its key, held telling that first has
// one, and lets go of the oldest where too many are held. What stands in first
// hides what older has.
func (p *metPart) hold(key uint64, now present, held bool) {
	if p.full {
		return
	}
	if !held && len(p.first) == p.window {
		if now.at.load() == p.begun {
			*p = metPart{full: true, window: p.window}
			return
		}
		for k := range p.older {
			p.past.add(k)
		}
		p.older, p.first, p.begun, p.grew = p.first, make(map[uint64]present, p.window), now.at.load(), true
	}
	p.first[key] = now
}

// keySet holds any number of keys in some six bytes each. It may take a key for
// one it has, once in ten million where it holds eighty million: that one is then
// looked for in vain. There is no pointer in it that the collector would follow.
type keySet struct {
	// Of each key the upper bits say in which part it is; the lower half of its
	// bits stands there, and says where it is looked for first. 0: nothing stands there.
	slots []uint32
	in    []uint32 // keys in each part
	room  int      // slots of a part
}

const keyParts = 1 << 18 / metParts

// find is where a key stands, or would.
func (s *keySet) find(key uint64) (part, slot int, half uint32, found bool) {
	part, half = int(key>>32)&(keyParts-1), max(1, uint32(key))
	if s.room == 0 {
		return part, 0, half, false
	}
	from := part * s.room
	slots := s.slots[from : from+s.room]
	for at := int(uint64(half) * uint64(s.room) >> 32); ; at++ {
		if at == len(slots) {
			at = 0
		}
		switch slots[at] {
		case 0:
			return part, from + at, half, false
		case half:
			return part, from + at, half, true
		}
	}
}

func (s *keySet) has(key uint64) bool {
	_, _, _, found := s.find(key)
	return found
}

func (s *keySet) add(key uint64) {
	part, slot, half, found := s.find(key)
	if found {
		return
	}
	if s.room == 0 || int(s.in[part]) >= s.room*7/8 {
		s.grow()
		_, slot, _, _ = s.find(key)
	}
	s.slots[slot] = half
	s.in[part]++
}

// grow gives all parts more room: keys are spread evenly, so that all are about
// as full. What stands in a part is all that is needed to put it there anew.
func (s *keySet) grow() {
	old := *s
	s.room = max(16, old.room*5/4)
	s.slots = make([]uint32, keyParts*s.room)
	if s.in == nil {
		s.in = make([]uint32, keyParts)
	}
	for i, half := range old.slots {
		if half != 0 {
			_, slot, _, _ := s.find(uint64(i/old.room)<<32 | uint64(half))
			s.slots[slot] = half
		}
	}
}

// bytes is what the set takes.
func (s *keySet) bytes() int64 { return 4 * int64(len(s.slots)+len(s.in)) }

// fingerprint is that of a row: of its key, in 128 bits, and of all it says. Two
// rows of one key, and only they, have one key; a hash of 64 bits alone would
// find two of a city's millions alike once in some thousand cities.
type fingerprint struct{ key, rest, text uint64 }

// fingerprints are those of the rows without faults, in order.
func (s *sheet) fingerprints(seeds [2]maphash.Seed) []fingerprint {
	d := s.c.m.dataset
	var marks []fingerprint
	buf := s.tmp[:0]
	s.eachGood(func(r int) {
		buf = buf[:0]
		for _, name := range d.parts {
			buf = s.appendPart(buf, name, r)
		}
		if d.when != nil && d.when(s, r) {
			buf = s.appendPart(buf, d.partly, r)
		}
		mark := fingerprint{key: maphash.Bytes(seeds[0], buf), rest: maphash.Bytes(seeds[1], buf)}
		for i, f := range d.fields {
			if f.kind != kindID && f.kind != kindPerson { // they are in the key
				buf = s.appendField(buf, i, r)
			}
		}
		mark.text = maphash.Bytes(seeds[0], buf)
		marks = append(marks, mark)
	})
	s.tmp = buf
	return marks
}

// appendPart appends a part of the key.
func (s *sheet) appendPart(buf []byte, name string, r int) []byte {
	switch name {
	case "person":
		return append(buf, s.people[r][:]...)
	case "back":
		if s.back[r] {
			return append(buf, 1)
		}
		return append(buf, 0)
	case "area":
		return append(append(buf, s.area[r]...), 0xff)
	}
	return s.appendField(buf, s.c.at[name], r)
}

// appendField appends a cell as it is stored, with what keeps it from running
// into the next: a byte that no text has. A default equals an empty cell.
func (s *sheet) appendField(buf []byte, i, r int) []byte {
	col, f := &s.cols[i], s.c.m.dataset.fields[i]
	if !col.has && f.name != "year" || col.empty[r] {
		return append(buf, 0xff)
	}
	switch f.kind {
	case kindText, kindLabel, kindSealed:
		return append(append(buf, col.text(r)...), 0xff)
	case kindIDType:
		return append(append(buf, clean.IDTypeName(col.text(r))...), 0xff)
	case kindWord:
		return append(append(buf, col.words[r]...), 0xff)
	case kindYesNo:
		if col.nums[r] == 0 && !f.required {
			return append(buf, 0xff)
		}
	}
	return append(binary.LittleEndian.AppendUint64(buf, uint64(col.nums[r])), 0xfe)
}

// none tells whether a row has nothing for a field.
func (s *sheet) none(name string, r int) bool {
	col := &s.cols[s.c.at[name]]
	return !col.has && name != "year" || col.empty[r]
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

// writePlaces makes a temporary table of places.
func writePlaces(ctx context.Context, conn *sql.Conn, table string, places []place) error {
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
	create := "create or replace temp table " + table + " as select distinct cast(load as integer) as load, line from incoming"
	if _, err := duck.Append(ctx, conn, create, rows); err != nil {
		return fmt.Errorf("find keys met again: %w", err)
	}
	return nil
}
