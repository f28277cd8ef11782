package etl

import (
	"canbao/etl/clean"
	"canbao/etl/seal"
	"canbao/etl/source"
)

// sheet is the block one goroutine works on: its cells by column, cleaned, and
// what is wrong with each row. Sheets are reused; nothing in them outlives the
// block but what build copies out.
type sheet struct {
	c      *converter
	sealer *seal.Sealer
	block  *source.Block
	rows   int
	faults []reasonSet
	cols   []column
	people []seal.Person
	born   []clean.Day // as the number tells
	sex    []byte      // as the number tells: 'M', 'F' or 0
	back   []bool      // payments: money given back
	area   []string    // headcount, tally: the area the row is about
	tmp    []byte

	documents []document // those that a person key cannot hold
}

// column holds the cells of one field, in the form its kind needs.
type column struct {
	has   bool     // the file has a column for it
	empty []bool   // the cell is empty
	nums  []int64  // days, seconds, years, fen, counts, 0/1
	words []string // words of the vocabulary, "" for the default
	buf   []byte   // cleaned texts, one after another
	ends  []int32  // where each text ends
}

func (col *column) text(r int) []byte {
	if !col.has {
		return nil
	}
	start := int32(0)
	if r > 0 {
		start = col.ends[r-1]
	}
	return col.buf[start:col.ends[r]]
}

func newSheet(c *converter) *sheet {
	return &sheet{c: c, sealer: c.key.Sealer(), cols: make([]column, len(c.m.dataset.fields))}
}

// read cleans the cells of a block, column by column.
func (s *sheet) read(b *source.Block) {
	s.block, s.rows = b, len(b.Lines)
	s.faults = resize(s.faults, s.rows)
	clear(s.faults)
	for i, f := range s.c.m.dataset.fields {
		col := &s.cols[i]
		at := s.c.m.columns[i]
		col.has = at >= 0
		if !col.has {
			continue
		}
		col.empty = resize(col.empty, s.rows)
		switch f.kind {
		case kindID, kindPerson, kindText, kindLabel, kindIDType, kindSealed:
			s.readTexts(i, f, at)
		case kindWord:
			s.readWords(i, f, at)
		default:
			s.readNumbers(i, f, at)
		}
		if f.required && f.name != "year" || f.name == "year" && s.c.m.dataset.field("year").required {
			for r, empty := range col.empty {
				if empty {
					s.faults[r] |= s.c.missing[i]
				}
			}
		}
	}
}

func (s *sheet) cell(r, at int) []byte { return s.block.Cells[r*s.block.Width+at] }

func (s *sheet) readTexts(i int, f field, at int) {
	col := &s.cols[i]
	col.ends = resize(col.ends, s.rows)
	col.buf = col.buf[:0]
	for r := range s.rows {
		cell := s.cell(r, at)
		before := len(col.buf)
		switch f.kind {
		case kindID:
			// The number is read by its own rule; only its raw cell is kept.
			col.buf = append(col.buf, cell...)
			col.empty[r] = clean.Empty(cell)
		case kindLabel, kindPerson:
			col.buf = clean.Label(col.buf, cell)
			col.empty[r] = len(col.buf) == before
		default:
			col.buf = clean.Text(col.buf, cell)
			col.empty[r] = len(col.buf) == before
		}
		col.ends[r] = int32(len(col.buf))
	}
}

func (s *sheet) readWords(i int, f field, at int) {
	col := &s.cols[i]
	col.words = resize(col.words, s.rows)
	for r := range s.rows {
		cell := s.cell(r, at)
		word, ok := f.words.Read(cell)
		col.words[r] = word
		col.empty[r] = false
		if !ok {
			if col.empty[r] = clean.Empty(cell); !col.empty[r] {
				s.faults[r] |= s.c.wrong[i]
			}
		}
	}
}

func (s *sheet) readNumbers(i int, f field, at int) {
	col := &s.cols[i]
	col.nums = resize(col.nums, s.rows)
	for r := range s.rows {
		cell := s.cell(r, at)
		n, ok := s.number(f.kind, cell)
		col.nums[r] = n
		col.empty[r] = false
		if !ok {
			if col.empty[r] = clean.Empty(cell); !col.empty[r] {
				s.faults[r] |= s.c.wrong[i]
			}
		}
	}
}

// number reads one cell; ok is false for an empty cell too.
func (s *sheet) number(k kind, cell []byte) (n int64, ok bool) {
	switch k {
	case kindDay, kindPast:
		day, ok := clean.ParseDay(cell)
		return int64(day), ok && (k == kindDay || day <= s.c.loadDay)
	case kindTime:
		n, ok = clean.ParseTime(cell)
		return n, ok && n <= s.c.loadSec
	case kindYear:
		return clean.ParseYear(cell)
	case kindFen:
		return clean.ParseFen(cell)
	case kindCount:
		return clean.ParseCount(cell)
	case kindYesNo:
		yes, ok := clean.YesNo(cell)
		if yes {
			n = 1
		}
		return n, ok
	}
	panic("kind without a number")
}

// judge applies the rules that look at more than one cell of a row.
func (s *sheet) judge() {
	if i, ok := s.c.at["id_no"]; ok {
		s.identify(i)
	}
	if s.c.m.dataset.coded {
		s.identifyByCode()
	}
	switch s.c.m.dataset.name {
	case "registration":
		s.judgeYears()
	case "payment":
		s.judgeBack()
	case "visit":
		s.judgeUnanswered()
	}
}

// identify turns document numbers into person keys.
func (s *sheet) identify(i int) {
	s.people = resize(s.people, s.rows)
	s.born = resize(s.born, s.rows)
	s.sex = resize(s.sex, s.rows)
	s.documents = nil
	types := &s.cols[s.c.at["id_type"]]
	for r := range s.rows {
		if !s.cols[i].has || s.cols[i].empty[r] || s.byCode(r) {
			continue // missing:id_no says it all
		}
		id, faults := clean.ParseID(s.cols[i].text(r), types.text(r), s.c.loadDay)
		if faults != 0 {
			s.faults[r] |= s.c.idFaults(faults)
			continue
		}
		s.people[r] = s.sealer.Person(id.Type, id.Number())
		if !seal.Packs(id.Type, id.Number()) {
			sealed := s.sealer.Document(nil, s.people[r], id.Type, id.Number())
			s.documents = append(s.documents, document{r, s.people[r], sealed})
		}
		s.born[r], s.sex[r] = id.Born, id.Sex
	}
}

// judgeYears holds back registrations of a resident scheme without a year; for
// the other schemes the year is ignored, whatever it says.
func (s *sheet) judgeYears() {
	at := s.c.at["year"]
	years, schemes := &s.cols[at], &s.cols[s.c.at["scheme"]]
	if !years.has {
		years.empty = resize(years.empty, s.rows)
		years.nums = resize(years.nums, s.rows)
		for r := range s.rows {
			years.empty[r] = true
		}
	}
	for r := range s.rows {
		switch schemes.words[r] {
		case "pension", "medical", "critical":
			if years.empty[r] {
				s.faults[r] |= s.c.missing[at]
			}
		default:
			s.faults[r] &^= s.c.wrong[at]
			years.empty[r] = true
		}
	}
}

// judgeBack tells money received from money given back: a refund or reversal
// by its kind, and a negative amount whatever the kind.
func (s *sheet) judgeBack() {
	s.back = resize(s.back, s.rows)
	amounts, kinds := &s.cols[s.c.at["amount"]], &s.cols[s.c.at["kind"]]
	for r := range s.rows {
		s.back[r] = amounts.nums[r] < 0 || kinds.has && kinds.words[r] != ""
	}
}

// place tells the area of a row where the dataset needs it.
func (s *sheet) place() {
	d := s.c.m.dataset
	if !d.placed {
		return
	}
	code, town, village := &s.cols[s.c.at["area_code"]], &s.cols[s.c.at["town"]], &s.cols[s.c.at["village"]]
	if d.whole {
		s.area = resize(s.area, s.rows)
	}
	for r := range s.rows {
		if s.c.placed != nil {
			if _, ok := s.c.placed[s.people[r]]; !ok {
				s.faults[r] |= s.c.area
			}
			continue
		}
		area, level, full := s.c.areas.Resolve(code.text(r), town.text(r), village.text(r))
		switch {
		case d.whole && full:
			s.area[r] = area
		case d.whole, level != clean.Town && level != clean.Village:
			s.faults[r] |= s.c.area
		}
	}
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}
