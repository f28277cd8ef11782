package synth

import (
	"fmt"
	"os"
	"path/filepath"
	"unicode/utf16"
)

// FileTruth is what a loader has to report of one file.
type FileTruth struct {
	File        string // path below the folder of the extracts, with slashes
	Dataset     string
	Rows        int64 // Accepted + Quarantined + Repeated
	Accepted    int64
	Quarantined int64
	Repeated    int64
	Furniture   int64 // title, header, total, note and blank rows
	Reasons     map[string]int64
}

// layout is how an office writes one kind of file.
type layout struct {
	dataset string
	enc     int // inUTF8 or inGB
	comma   byte
	mark    bool // a byte order mark stands first
	wide    bool // UTF-16; for small files
	wraps   bool // numbers may stand as ="..."
	style   dayStyle
	cols    []column
}

// column is a field under the header of the file.
type column struct {
	field  field
	header string
}

// table writes one extract file, dirt included, and counts what a loader has to
// report. It belongs to one goroutine.
type table struct {
	FileTruth
	layout
	path  string
	out   *os.File
	group *rowGroup // where a Parquet file is written
	buf   []byte
	row   int     // where the row begins in buf
	at    [24]int // where its cells begin
	n     int     // cells so far
	dice  dice
	until int // rows until the next one that is written untidily
	every int // such a row comes once in so many
	keep  bool
	facts []fact
	alias []word // other spellings of the town, where all rows are of one
	size  int64
	fen   int // sum of what the rows say, for the total row
	err   error
}

const (
	flushAt   = 256 << 10
	untidyPer = 140 // one row in so many is untidy or repeated
)

// open begins a file; number tells it from the others of its kind.
func (c *city) open(name string, l layout, kind uint64, number int) *table {
	t := &table{layout: l, path: filepath.Join(c.extracts(), filepath.FromSlash(name)), dice: roll(c.Seed, kind, number),
		every: untidyPer, keep: c.KeepTruth, FileTruth: FileTruth{File: name, Dataset: l.dataset, Reasons: map[string]int64{}}}
	if c.form == asParquet {
		t.enc, t.mark, t.wide = inUTF8, false, false
	}
	t.buf = make([]byte, 0, flushAt+4096)
	t.until = 1 + t.dice.below(2*t.every)
	if t.err = os.MkdirAll(filepath.Dir(t.path), 0o755); t.err == nil {
		t.out, t.err = os.Create(t.path)
	}
	if c.form == asParquet && t.err == nil {
		t.group, t.err = newRowGroup(t.out, l.cols)
	}
	if t.mark {
		t.buf = append(t.buf, "\ufeff"...)
	}
	t.begin()
	return t
}

func (t *table) begin() {
	t.row, t.n = len(t.buf), 0
	t.at[0] = t.row
}

// close writes what is left.
func (t *table) close() error {
	if t.group != nil {
		if err := t.group.close(); t.err == nil {
			t.err = err
		}
		t.size = t.group.size
	} else {
		t.flush(true)
	}
	if t.out != nil {
		if err := t.out.Close(); t.err == nil {
			t.err = err
		}
	}
	if t.err != nil {
		return fmt.Errorf("write %s: %w", t.path, t.err)
	}
	return nil
}

func (t *table) flush(whole bool) {
	if t.wide && !whole {
		return
	}
	if t.wide {
		t.buf = inUTF16(t.buf)
	}
	t.size += int64(len(t.buf))
	if t.err == nil {
		_, t.err = t.out.Write(t.buf)
	}
	t.buf = t.buf[:0]
}

func inUTF16(text []byte) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(string(text))) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

// line writes a row of furniture: a title, a total, a note.
func (t *table) line(cells ...string) {
	if t.group != nil {
		return // its columns have names, and there is no room for more
	}
	for i, s := range cells {
		if i > 0 {
			t.buf = append(t.buf, t.comma)
		}
		t.buf = append(t.buf, wordOf(s)[t.enc]...)
	}
	t.buf = append(t.buf, '\n')
	t.Furniture++
	t.begin()
}

// head writes the header.
func (t *table) head() {
	headers := make([]string, len(t.cols))
	for i, c := range t.cols {
		headers[i] = c.header
	}
	t.line(headers...)
}

// total writes the row of sums: the word in the first cell, the sum below the
// amounts.
func (t *table) total(label string) {
	cells := make([]string, len(t.cols))
	cells[0] = label
	for i, c := range t.cols {
		if i > 0 && c.field.role() == roleAmount {
			cells[i] = string(appendYuan(nil, t.fen))
		}
	}
	t.line(cells...)
}

// The cells of a row, one after another.

func (t *table) next() {
	t.buf = append(t.buf, t.comma)
	t.n++
	t.at[t.n] = len(t.buf)
}

func (t *table) word(w word) { t.buf = append(t.buf, w[t.enc]...); t.next() }

func (t *table) bytes(b []byte) { t.buf = append(t.buf, b...); t.next() }

func (t *table) day(d Day) { t.buf = t.appendDay(t.buf, d); t.next() }

func (t *table) appendDay(b []byte, d Day) []byte {
	if t.enc == inGB && t.style == hanzi {
		return appendDay(b, d, dashes)
	}
	return appendDay(b, d, t.style)
}

func (t *table) moment(d Day, second int) {
	t.buf = appendClock(append(t.appendDay(t.buf, d), ' '), second)
	t.next()
}

func (t *table) number(n int) { t.buf = appendInt(t.buf, n); t.next() }

func (t *table) yuan(fen int) { t.buf = appendYuan(t.buf, fen); t.fen += fen; t.next() }

func (t *table) flag(set bool) {
	if set {
		t.word(yes)
	} else {
		t.word(no)
	}
}

// end closes the row. A row that is to be spoilt becomes one that a loader must
// hold back; of the others some are written untidily, and some twice. It tells
// whether a loader accepts the row.
func (t *table) end(spoilt bool) bool {
	t.Rows++
	if spoilt {
		t.Quarantined++
		for _, reason := range t.spoil() {
			t.Reasons[reason]++
		}
	} else {
		t.Accepted++
		if t.until--; t.until == 0 {
			t.until = 1 + t.dice.below(2*t.every)
			if t.dice.chance(200_000) {
				t.again()
			} else {
				t.soil()
			}
		}
	}
	t.put()
	return !spoilt
}

// put sends the row on its way.
func (t *table) put() {
	if t.group != nil {
		if err := t.group.add(t); t.err == nil {
			t.err = err
		}
		t.buf = t.buf[:t.row]
		t.begin()
		return
	}
	t.buf[len(t.buf)-1] = '\n'
	if len(t.buf) > flushAt {
		t.flush(false)
	}
	t.begin()
}

// again writes the row a second time.
func (t *table) again() {
	t.Rows++
	t.Repeated++
	if t.group != nil {
		if err := t.group.add(t); t.err == nil {
			t.err = err
		}
		return
	}
	t.buf[len(t.buf)-1] = '\n'
	t.buf = append(t.buf, t.buf[t.row:]...)
}

// cells are copies of the cells of the row.
func (t *table) cells() [][]byte {
	cells := make([][]byte, t.n)
	for i := range cells {
		cells[i] = append([]byte(nil), t.buf[t.at[i]:t.at[i+1]-1]...)
	}
	return cells
}

// rewrite writes the row anew.
func (t *table) rewrite(cells [][]byte) {
	t.buf, t.n = t.buf[:t.row], len(cells)
	for i, cell := range cells {
		t.buf = append(append(t.buf, cell...), t.comma)
		t.at[i+1] = len(t.buf)
	}
}
