package source

import (
	"encoding/binary"
	"errors"
	"slices"
	"sort"
	"unicode/utf8"
)

// biffBook is a legacy workbook: what its sheets share, and where they lie.
type biffBook struct {
	name    string // for refusals
	data    []byte // all records
	version int    // of BIFF, 2 to 8

	sheets    []biffSheet
	texts     sharedTexts
	codePage  int
	gb        bool // texts of bytes are GB18030, else UTF-8
	since1904 bool
	formats   map[int]bool // number formats spelled out: do they show dates
	dates     []bool       // per cell style: does it show dates
	styles    []int        // per cell style, its number format
}

// biffSheet is one sheet: the records from its beginning to its end.
type biffSheet struct {
	book    *biffBook
	name    string
	hidden  bool
	data    []byte
	order   []uint32 // of a sheet whose rows are out of order: its records of cells in order
	mergers []span
}

var errBiffEnd = errors.New("ends before its end mark")

// newBiffBook reads what the sheets of a workbook share. The cells are read
// when a sheet is.
func newBiffBook(name string, data []byte) (*biffBook, error) {
	b := &biffBook{name: name, data: data, formats: map[int]bool{}}
	version, kind := biffBegin(data)
	b.version = version
	switch {
	case version == 0:
		return nil, damagedXLS(name, errBiffShort)
	case version < 5 && kind == biffWorkspace:
		return nil, refusal(name, "是 Excel 4.0 的工作簿", "is a workbook of Excel 4.0", saveAsXLSX.ZH, saveAsXLSX.EN, nil)
	case kind == biffGlobals && version >= 5:
		if err := b.readGlobals(); err != nil {
			return nil, err
		}
	default: // a sheet alone, without a book around it
		b.sheets = []biffSheet{{book: b, data: data}}
	}
	for i := range b.sheets {
		if err := b.sheets[i].survey(); err != nil {
			return nil, err
		}
	}
	return b, b.knowBytes()
}

// readGlobals reads the records before the first sheet.
func (b *biffBook) readGlobals() error {
	r := biffRecords{data: b.data}
	var found []boundSheet
	for depth := 0; ; {
		ok, err := r.next()
		if err != nil || !ok {
			return damagedXLS(b.name, errors.Join(err, errBiffEnd))
		}
		switch r.id {
		case biffBOF5:
			depth++
		case biffEOF:
			if depth--; depth <= 0 {
				return b.cutSheets(found)
			}
		case biffBoundSheet:
			s, err := b.boundSheet(r.body)
			if err != nil {
				return damagedXLS(b.name, err)
			}
			if len(found) >= maxMembers {
				return damagedXLS(b.name, errBiffBounds)
			}
			found = append(found, s)
		case biffSST:
			parts, err := r.parts()
			if err == nil {
				err = b.texts.read(parts)
			}
			if err != nil {
				return damagedXLS(b.name, err)
			}
		default:
			if err := b.note(r.id, r.body); err != nil {
				return err
			}
		}
	}
}

// note takes over what a record tells of all cells. A sheet that stands alone
// brings these records itself.
func (b *biffBook) note(id uint16, body []byte) error {
	short := func(n int) bool { return len(body) < n }
	switch id {
	case biffFilePass:
		return encrypted(b.name)
	case biffCodePage:
		if !short(2) {
			b.codePage = int(binary.LittleEndian.Uint16(body))
		}
	case biffDateMode:
		b.since1904 = !short(2) && binary.LittleEndian.Uint16(body) == 1
	case biffFormat:
		if b.version < 5 || short(4) {
			return nil
		}
		code := byteString(body[2:], 1)
		if b.version == 8 {
			// A format that cannot be read is one that shows no date.
			code, _ = newBiffReader([][]byte{body[2:]}).unicode(nil, 2)
		}
		b.formats[int(binary.LittleEndian.Uint16(body))] = showsDate(string(code))
	case biffXF:
		if b.version < 5 || short(4) {
			return nil
		}
		b.styles = append(b.styles, int(binary.LittleEndian.Uint16(body[2:])))
	}
	return nil
}

// showsDate tells whether cells of this style show dates.
func (b *biffBook) showsDate(style int) bool {
	if b.dates == nil {
		b.dates = make([]bool, len(b.styles))
		for i, format := range b.styles {
			date, spelled := b.formats[format]
			b.dates[i] = date || !spelled && builtInDate(format)
		}
	}
	return style < len(b.dates) && b.dates[style]
}

// boundSheet is what the globals tell of a sheet.
type boundSheet struct {
	name  []byte
	at    int64
	state byte // 0 visible, 1 hidden, 2 hidden from the menus too
	kind  byte // 0 a worksheet, 1 a sheet of macros, which has cells too
}

var errBiffBounds = errors.New("a sheet lies outside of the workbook")

func (b *biffBook) boundSheet(body []byte) (s boundSheet, err error) {
	if len(body) < 8 {
		return s, errBiffShort
	}
	s.at = int64(binary.LittleEndian.Uint32(body))
	s.state, s.kind = body[4]&3, body[5]
	if b.version == 8 {
		s.name, err = newBiffReader([][]byte{body[6:]}).unicode(nil, 1)
	} else {
		s.name = slices.Clone(byteString(body[6:], 1))
	}
	if s.at >= int64(len(b.data)) {
		err = errBiffBounds
	}
	return s, err
}

// cutSheets parts the records at the beginnings of the sheets, so that every
// record is read as part of one sheet, however often it is claimed.
func (b *biffBook) cutSheets(found []boundSheet) error {
	begins := make([]int64, 0, len(found)+1)
	for _, s := range found {
		begins = append(begins, s.at)
	}
	begins = append(begins, int64(len(b.data)))
	slices.Sort(begins)
	begins = slices.Compact(begins)
	if len(begins) != len(found)+1 {
		return damagedXLS(b.name, errBiffBounds)
	}
	for _, s := range found {
		if s.kind > 1 {
			continue // a chart or a module: no cells
		}
		next, _ := slices.BinarySearch(begins, s.at+1)
		data := b.data[s.at:begins[next]]
		if version, _ := biffBegin(data); version == 0 {
			return damagedXLS(b.name, errBiffBounds)
		}
		b.sheets = append(b.sheets, biffSheet{book: b, name: string(s.name), hidden: s.state != 0, data: data})
	}
	return nil
}

// knowBytes decides how the texts of a BIFF before 8 are encoded. A workbook
// that names the Chinese code page is believed. Others name none, or one they
// do not use; their texts are UTF-8 if all of them can be, else GB18030.
func (b *biffBook) knowBytes() error {
	if b.version == 8 {
		return nil
	}
	b.gb = b.codePage == 936
	if !b.gb {
		for i := range b.sheets {
			s := &b.sheets[i]
			b.gb = b.gb || !utf8.ValidString(s.name)
			s.each(func(r *biffRecords) bool {
				b.gb = b.gb || !utf8.Valid(s.labelBytes(r))
				return !b.gb
			})
		}
	}
	if other := otherPages[b.codePage]; other != "" && b.gb {
		return otherEncoding(b.name, other)
	}
	for i := range b.sheets {
		name, err := b.byteText(nil, []byte(b.sheets[i].name))
		if err != nil {
			return damagedXLS(b.name, err)
		}
		b.sheets[i].name = string(name)
	}
	return nil
}

// otherPages are code pages whose texts would be read wrongly as GB18030.
var otherPages = map[int]string{932: "Shift-JIS", 949: "EUC-KR", 950: "Big5"}

func otherEncoding(where, name string) error {
	return refusal(where, "文字编码是 "+name+"，不支持", "is encoded in "+name+", which is not supported", saveAsXLSX.ZH, saveAsXLSX.EN, nil)
}

// damagedXLS refuses a workbook that contradicts itself.
func damagedXLS(where string, cause error) error {
	return refusal(where, "XLS 工作簿已损坏或没有传完", "is a damaged or incomplete XLS workbook",
		"重新导出或重新传输；能用表格软件打开的，另存为 XLSX 再装载", "export or transfer it again; if a spreadsheet opens it, save it as XLSX", cause)
}

var saveAsXLSX = say("用表格软件打开，另存为 XLSX 再装载", "open it in a spreadsheet and save it as XLSX")

// survey walks over a sheet once: that it is whole, whether its rows come in
// order, and which cells are merged, which is told behind them.
func (s *biffSheet) survey() error {
	last, sorted := -1, true
	var err error
	whole := s.each(func(r *biffRecords) bool {
		if row := s.rowOf(r); row >= 0 {
			sorted = sorted && row >= last
			last = row
			return true
		}
		switch r.id {
		case biffMerged:
			err = s.merge(r.body)
		default:
			err = s.book.note(r.id, r.body)
		}
		return err == nil
	})
	switch {
	case err != nil:
		return err
	case !whole:
		return damagedXLS(joinName(s.book.name, s.name), errBiffEnd)
	case !sorted:
		s.sort()
	}
	return nil
}

// each calls fn with every record of the sheet itself until it returns false;
// what is nested in it, such as a chart, is passed over. It tells whether the
// sheet came to its end.
func (s *biffSheet) each(fn func(*biffRecords) bool) (whole bool) {
	r := biffRecords{data: s.data}
	for depth := 0; ; {
		ok, err := r.next()
		if err != nil || !ok {
			return false
		}
		switch r.id {
		case biffBOF2, biffBOF3, biffBOF4, biffBOF5:
			depth++
			continue
		case biffEOF:
			if depth--; depth <= 0 {
				return true
			}
			continue
		}
		if depth == 1 && !fn(&r) {
			return true
		}
	}
}

// sort notes where the rows lie of a sheet whose exporter went down its columns.
func (s *biffSheet) sort() {
	var rows []int
	s.each(func(r *biffRecords) bool {
		if row := s.rowOf(r); row >= 0 {
			s.order = append(s.order, uint32(r.start))
			rows = append(rows, row)
		}
		return true
	})
	sort.Stable(byRow{rows, s.order})
}

type byRow struct {
	rows  []int
	order []uint32
}

func (b byRow) Len() int           { return len(b.rows) }
func (b byRow) Less(i, j int) bool { return b.rows[i] < b.rows[j] }
func (b byRow) Swap(i, j int) {
	b.rows[i], b.rows[j] = b.rows[j], b.rows[i]
	b.order[i], b.order[j] = b.order[j], b.order[i]
}

// merge takes over which cells are merged.
func (s *biffSheet) merge(body []byte) error {
	if len(body) < 2 {
		return nil
	}
	for body = body[2:]; len(body) >= 8; body = body[8:] {
		n := func(i int) int { return int(binary.LittleEndian.Uint16(body[2*i:])) }
		if len(s.mergers) == maxMerges {
			return tooManyMerges(joinName(s.book.name, s.name))
		}
		s.mergers = append(s.mergers, span{top: int64(n(0)) + 1, bottom: int64(n(1)) + 1, left: n(2), right: n(3)})
	}
	return nil
}
