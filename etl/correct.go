package etl

import (
	"bytes"
	"math/bits"
	"strings"

	"canbao/etl/clean"
	"canbao/etl/source"
)

// The columns that make a file a corrected sheet: the number a row is held back
// under, and what is to be read instead of its faulty cell.
var (
	numberHeaders     = []string{"暂存号", "quarantine number"}
	correctionHeaders = []string{"更正", "correction"}
	// sheetHeaders are the other columns that the exported quarantine adds.
	sheetHeaders = []string{"文件", "行", "暂存原因", "参考", "file", "row", "held back because", "hints"}
)

// heldNumber is the number the row of a corrected sheet is held back under, 0
// where it gives none.
func (s *sheet) heldNumber(r int) int64 {
	if s.c.m.number < 0 {
		return 0
	}
	n, ok := clean.ParseCount(s.cell(r, s.c.m.number))
	if !ok {
		return 0
	}
	return n
}

// right are the rows without faults that give a number.
func (s *sheet) right() []numbered {
	if s.c.m.number < 0 {
		return nil
	}
	var rows []numbered
	s.eachGood(func(r int) {
		if n := s.heldNumber(r); n > 0 {
			rows = append(rows, numbered{line: s.block.Lines[r], number: n})
		}
	})
	return rows
}

// correct puts the corrections of a block into its cells, as far as it is plain
// which cell each is for: the one the row is held back for, or those it names,
// as in "证件号码=330...；年度=2021". It tells whether a cell has changed.
func (s *sheet) correct(b *source.Block) bool {
	changed := false
	for r := range s.rows {
		text := bytes.TrimSpace(s.cell(r, s.c.m.correction))
		if len(text) == 0 {
			continue
		}
		if named := s.named(string(text)); named != nil {
			for i, cell := range named {
				s.put(b, r, i, cell)
			}
			changed = true
		} else if i, ok := s.onlyFault(r); ok {
			s.put(b, r, i, string(text))
			changed = true
		}
	}
	return changed
}

// put makes text the cell of field i.
func (s *sheet) put(b *source.Block, r, i int, text string) {
	b.Cells[r*b.Width+s.c.m.columns[i]] = []byte(text)
}

// named reads a correction that says which columns it is for; nil where it does
// not, or names one the sheet does not have.
func (s *sheet) named(text string) map[int]string {
	found := map[int]string{}
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == '；' || r == ';' || r == '\n' }) {
		header, cell, ok := strings.Cut(strings.Replace(part, "＝", "=", 1), "=")
		if !ok {
			return nil
		}
		i, known := s.c.m.fieldUnder(header)
		if !known {
			return nil
		}
		found[i] = strings.TrimSpace(cell)
	}
	return found
}

// fieldUnder is the field whose column is headed so, or which is called so.
func (m *mapping) fieldUnder(header string) (int, bool) {
	key := clean.Header(header)
	for i, f := range m.dataset.fields {
		if m.columns[i] >= 0 && (clean.Header(m.headers[i]) == key || clean.Header(f.name) == key) {
			return i, true
		}
	}
	return 0, false
}

// onlyFault is the field whose cell alone holds the row back.
func (s *sheet) onlyFault(r int) (field int, ok bool) {
	field = -1
	faults := s.faults[r]
	for faults != 0 {
		bit := reasonSet(1) << bits.TrailingZeros64(uint64(faults))
		faults &^= bit
		i := s.c.faultyField(bit)
		if i < 0 || field >= 0 && i != field {
			return 0, false
		}
		field = i
	}
	return field, field >= 0 && s.c.m.columns[field] >= 0
}

// faultyField is the field a reason speaks of, -1 for reasons of the whole row.
// A row whose area cannot be told is corrected by its town.
func (c *converter) faultyField(reason reasonSet) int {
	switch {
	case reason == c.area:
		return c.at["town"]
	case reason == c.ragged:
		return -1
	case c.m.dataset.coded && (reason == c.nobody || reason == c.stranger || reason == c.other):
		return c.at["person"]
	}
	for _, id := range c.ids {
		if reason == id {
			return c.at["id_no"]
		}
	}
	for i := range c.m.dataset.fields {
		if c.missing[i] == reason || c.wrong[i] == reason {
			return i
		}
	}
	return -1
}
