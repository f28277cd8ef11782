package source

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"
)

// dbfTable is the table of a dBase or FoxPro file: a header with the list of
// its fields, then records of one length. How many records the header claims
// is never believed; it only tells a file that was cut short.
type dbfTable struct {
	c        content
	claimed  uint32
	header   int // bytes down to the first record
	record   int // bytes of a record, the mark of deletion included
	fields   []dbfField
	nulls    int  // of the hidden field that marks empty cells, 0 for none
	gb       bool // texts are GB18030, else UTF-8
	language byte // that the header names
	deleted  atomic.Int64
}

// dbfField is a column.
type dbfField struct {
	name  []byte
	kind  byte
	at    int // within the record
	size  int
	full  int // bit that tells a text shorter than its field, -1 for none
	null  int // bit that tells an empty cell, -1 for none
	fox   bool
	width int
}

const (
	dbfEnd       = 0x1a // after the last record
	dbfFieldsEnd = 0x0d
	dbfDeleted   = '*'
)

// dbfVersions are the first bytes of the files of dBase III and IV, FoxBASE,
// FoxPro and Visual FoxPro, with and without memos.
var dbfVersions = []byte{0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8b, 0x8e, 0xcb, 0xe5, 0xf5, 0xfb}

// dbfChinese are the language drivers of Chinese Windows and DOS.
var dbfChinese = []byte{0x4d, 0x7a}

// dbfOther are those whose texts would be read wrongly as GB18030.
var dbfOther = map[byte]string{0x13: "Shift-JIS", 0x7b: "Shift-JIS", 0x4e: "EUC-KR", 0x79: "EUC-KR", 0x4f: "Big5", 0x78: "Big5"}

// isDBF looks at the header as strictly as it can be: a first byte alone could
// be that of a text.
func isDBF(head []byte) bool {
	_, _, err := parseDBF(head)
	return err == nil
}

var errDBF = errors.New("no header of a DBF file")

// parseDBF reads the header, of which there must be the beginning. Only where
// the list of the fields was there to its end do they lie within a record.
func parseDBF(head []byte) (t *dbfTable, whole bool, err error) {
	if len(head) < 65 || !slices.Contains(dbfVersions, head[0]) || head[2] > 12 || head[3] > 31 {
		return nil, false, errDBF
	}
	t = &dbfTable{
		claimed:  binary.LittleEndian.Uint32(head[4:]),
		header:   int(binary.LittleEndian.Uint16(head[8:])),
		record:   int(binary.LittleEndian.Uint16(head[10:])),
		gb:       slices.Contains(dbfChinese, head[29]),
		language: head[29],
	}
	for at := 32; at < len(head); at += 32 {
		if whole = head[at] == dbfFieldsEnd && at < t.header; whole {
			break
		}
		if at+32 > t.header {
			return nil, false, errDBF
		}
		if at+32 > len(head) {
			break
		}
		f, ok := dbfFieldOf(head[at:at+32], head[0])
		if !ok {
			return nil, false, errDBF
		}
		t.fields = append(t.fields, f)
	}
	if len(t.fields) == 0 || !t.place(false) && !t.place(true) && whole {
		return nil, false, errDBF
	}
	return t, whole, nil
}

// dbfFieldOf reads the description of a field.
func dbfFieldOf(d []byte, version byte) (f dbfField, ok bool) {
	f.name = d[:11]
	if end := bytes.IndexByte(f.name, 0); end >= 0 {
		f.name = f.name[:end]
	}
	f.name = slices.Clone(bytes.TrimRight(f.name, " "))
	f.kind, f.size, f.width = d[11], int(d[16]), int(d[17])
	f.fox = version >= 0x30 && version <= 0x32
	f.full, f.null = -1, -1
	if len(f.name) == 0 || bytes.ContainsFunc(f.name, func(r rune) bool { return r < ' ' }) || !strings.ContainsRune(dbfKinds, rune(f.kind)) {
		return f, false
	}
	if f.fox && d[18]&2 != 0 {
		f.null = 0 // numbered by place
	}
	size, fixed := map[byte]int{'D': 8, 'L': 1, 'I': 4, 'Y': 8, 'T': 8}[f.kind]
	return f, f.size > 0 && (!fixed || f.size == size)
}

// dbfKinds are the kinds of fields there are. Those of a text elsewhere, in the
// memo file, cannot be read.
const (
	dbfKinds = "CNFDLIYBTV" + dbfMemos + "0"
	dbfMemos = "MGPWQ"
)

// place tells where the fields lie in a record. Long texts have the upper half
// of their length where numbers have their decimals; whether they do shows
// when the lengths must sum up to the record's.
func (t *dbfTable) place(long bool) bool {
	at, bit := 1, 0
	for i := range t.fields {
		f := &t.fields[i]
		if long && f.kind == 'C' {
			f.size = f.size&0xff + f.width<<8
		}
		f.at = at
		at += f.size
		if f.kind == 'V' || f.kind == 'Q' {
			f.full = bit
			bit++
		}
		if f.null >= 0 {
			f.null = bit
			bit++
		}
		if f.kind == '0' {
			t.nulls = f.at
			if bit > 8*f.size {
				return false
			}
		}
	}
	return at == t.record && (bit == 0 || t.nulls > 0)
}

// dbfSheets is the table of a DBF file. It is read once to know how its texts
// are encoded: what the header says of that is often wrong.
func dbfSheets(c content) ([]sheet, error) {
	t, err := openDBF(c)
	if err != nil {
		return nil, err
	}
	if err := t.survey(); err != nil {
		return nil, err
	}
	headers := []string{}
	for _, f := range t.fields {
		if f.kind == '0' {
			continue
		}
		name, ok := t.text(nil, f.name)
		if !ok {
			return nil, t.damaged(1, errDBF)
		}
		header := string(name)
		if f.unreadable() {
			header += "（备注型字段，未读 / memo field, not read）"
		}
		headers = append(headers, header)
	}
	return []sheet{{headers: headers, open: t.open, skipped: t.deleted.Load}}, nil
}

// unreadable tells a field whose text lies in another file.
func (f *dbfField) unreadable() bool {
	return strings.IndexByte(dbfMemos, f.kind) >= 0 || f.kind == 'B' && f.size != 8
}

// openDBF reads the whole header.
func openDBF(c content) (*dbfTable, error) {
	r, err := c.Open()
	if err != nil {
		return nil, unreadable(c.Name(), err)
	}
	defer r.Close()
	head := make([]byte, 64<<10) // as long as a header can be
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, unreadable(c.Name(), err)
	}
	t, whole, err := parseDBF(head[:n])
	if err != nil || !whole {
		t = &dbfTable{c: c}
		return nil, t.damaged(0, errDBF)
	}
	t.c = c
	return t, nil
}

// survey looks at every text. They are UTF-8 if all of them can be; where the
// header names a Chinese code page, some must also be plainly Chinese: two
// bytes of GBK can be one letter of UTF-8.
func (t *dbfTable) survey() error {
	r, err := t.start()
	if err != nil {
		return err
	}
	defer r.close()
	chinese, other := false, false
	see := func(text []byte) {
		text = wholeUTF8(text)
		other = other || !utf8.Valid(text)
		chinese = chinese || hasHan3(text)
	}
	for _, f := range t.fields {
		see(f.name)
	}
	for !other {
		err := r.step()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		for i := range t.fields {
			if f := &t.fields[i]; strings.IndexByte("CVNFDL", f.kind) >= 0 {
				see(r.bytes(f))
			}
		}
	}
	if name := dbfOther[t.language]; name != "" && other {
		return otherEncoding(t.c.Name(), name)
	}
	t.gb = other || t.gb && !chinese
	return nil
}

// hasHan3 tells whether a text has three bytes that are a Chinese character of
// UTF-8.
func hasHan3(text []byte) bool {
	return slices.ContainsFunc(text, func(c byte) bool { return c >= 0xe3 && c <= 0xe9 })
}

// wholeUTF8 drops the beginning of a character at the end of a text: a field
// has room for so many bytes, and cuts what is longer.
func wholeUTF8(text []byte) []byte {
	for cut := 1; cut <= min(3, len(text)); cut++ {
		if c := text[len(text)-cut]; c >= 0xc0 {
			if !utf8.FullRune(text[len(text)-cut:]) {
				return text[:len(text)-cut]
			}
			break
		}
	}
	return text
}

// text appends a text as UTF-8, without a character that the end of its field
// has cut.
func (t *dbfTable) text(dst, text []byte) ([]byte, bool) {
	if !t.gb {
		return append(dst, wholeUTF8(text)...), true
	}
	out, _, err := appendGB(dst, text)
	return out, err == nil
}

func (t *dbfTable) damaged(line int64, cause error) error {
	return refusal(at(t.c.Name(), line), "DBF 文件已损坏", "is a damaged DBF file", "请重新导出", "export it again", cause)
}

func (t *dbfTable) cutShort(records int64) error {
	return refusal(t.c.Name(), fmt.Sprintf("DBF 文件没有传完：文件头写明 %d 条记录，只有 %d 条", t.claimed, records),
		fmt.Sprintf("is an incomplete DBF file: its header tells of %d records, it holds %d", t.claimed, records),
		"请重新导出或重新传输该文件", "export or transfer it again", nil)
}

// start reads down to the first record.
func (t *dbfTable) start() (*dbfRows, error) {
	from, err := t.c.Open()
	if err != nil {
		return nil, unreadable(t.c.Name(), err)
	}
	r := &dbfRows{table: t, from: from, r: bufio.NewReaderSize(from, 256<<10), record: make([]byte, t.record), line: 1}
	if _, err := r.r.Discard(t.header); err != nil {
		from.Close()
		if errors.Is(err, io.EOF) {
			return nil, t.cutShort(0)
		}
		return nil, unreadable(t.c.Name(), err)
	}
	return r, nil
}

func (t *dbfTable) open() (rowReader, error) { return t.start() }
