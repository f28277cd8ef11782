package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// needle is one form of something nobody may find.
type needle struct {
	kind  string // number, name, phone
	form  string // how it is written
	bytes []byte
}

// needles are searched for all at once: by the hash of their first bytes, then
// whole.
type needles struct {
	filter []uint64 // a bit for each hash of some needle's head
	heads  map[uint64][]needle
	count  int
}

// headBytes is how much of a needle is looked up; none is shorter.
const headBytes = 6

const filterBits = 1 << 26

func newNeedles() *needles {
	return &needles{filter: make([]uint64, filterBits/64), heads: map[uint64][]needle{}}
}

func headOf(b []byte) uint64 {
	return uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint16(b[4:]))<<32
}

func filterAt(head uint64) uint64 { return (head * 0x9e3779b97f4a7c15) >> 38 }

func (n *needles) add(kind, form string, text []byte) {
	if len(text) < headBytes {
		panic("a needle too short to be told from chance: " + kind + " as " + form)
	}
	head := headOf(text)
	bit := filterAt(head)
	n.filter[bit/64] |= 1 << (bit % 64)
	n.heads[head] = append(n.heads[head], needle{kind, form, text})
	n.count++
}

// addText adds a text in every encoding of the extracts and of programs.
func (n *needles) addText(kind, text string) {
	n.add(kind, "UTF-8", []byte(text))
	var wide []byte
	for _, u := range utf16.Encode([]rune(text)) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	n.add(kind, "UTF-16LE", wide)
	if gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text)); err == nil && string(gb) != text {
		n.add(kind, "GB18030", gb)
	}
}

// addNumber adds a number of 18 characters, and its first 17 digits as programs
// pack them: as an integer of eight bytes either way round and as packed decimal.
func (n *needles) addNumber(id string) {
	n.addText("number", id)
	n.addText("number", strings.Map(func(r rune) rune { return r - '0' + '０' }, id)) // full-width
	n.addText("number", id[:6]+id[8:17])                                             // as it was before 1999
	digits, err := strconv.ParseUint(id[:17], 10, 64)
	if err != nil {
		panic(err)
	}
	n.add("number", "integer, high byte first", binary.BigEndian.AppendUint64(nil, digits))
	n.add("number", "integer, low byte first", binary.LittleEndian.AppendUint64(nil, digits))
	if whole, err := strconv.ParseUint(id, 10, 64); err == nil {
		n.add("number", "18 digits, high byte first", binary.BigEndian.AppendUint64(nil, whole))
		n.add("number", "18 digits, low byte first", binary.LittleEndian.AppendUint64(nil, whole))
	}
	packed, err := hex.DecodeString(id[:16])
	if err != nil {
		panic(err)
	}
	n.add("number", "packed decimal", packed)
}

// finds are what was found: kind and form, with the places.
type finds map[string][]string

// kinds are the kinds of what was found, without forms.
func (f finds) kinds() []string {
	found := map[string]bool{}
	for what := range f {
		kind, _, _ := strings.Cut(what, " ")
		found[kind] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// search looks for every needle in text.
func (n *needles) search(found finds, place string, text []byte) {
	for i := 0; i+headBytes <= len(text); i++ {
		head := uint64(binary.LittleEndian.Uint32(text[i:])) | uint64(binary.LittleEndian.Uint16(text[i+4:]))<<32
		bit := filterAt(head)
		if n.filter[bit/64]&(1<<(bit%64)) == 0 {
			continue
		}
		for _, what := range n.heads[head] {
			if len(text)-i >= len(what.bytes) && string(text[i:i+len(what.bytes)]) == string(what.bytes) {
				key := what.kind + " as " + what.form
				if at := fmt.Sprintf("%s at byte %d", place, i); len(found[key]) < 5 {
					found[key] = append(found[key], at)
				}
			}
		}
	}
}

// searchTree looks in every byte and in the name of every file under root, and
// returns how many files and bytes that were.
func (n *needles) searchTree(t *testing.T, found finds, root string) (files int, size int64) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		place := strings.TrimPrefix(path, root)
		n.search(found, "the name of "+place, []byte(place))
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files, size = files+1, size+int64(len(text))
		n.search(found, place, text)
		return n.searchPacked(found, place, text)
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, size
}

// searchPacked looks into a workbook or a document, which hide what they hold
// from a look at their bytes.
func (n *needles) searchPacked(found finds, place string, text []byte) error {
	if !bytes.HasPrefix(text, []byte("PK\x03\x04")) {
		return nil
	}
	packed, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return fmt.Errorf("unpack %s: %w", place, err)
	}
	for _, part := range packed.File {
		r, err := part.Open()
		if err != nil {
			return fmt.Errorf("unpack %s: %w", place, err)
		}
		inside, err := io.ReadAll(r)
		if err != nil {
			return fmt.Errorf("unpack %s: %w", place, err)
		}
		n.search(found, place+" "+part.Name, inside)
	}
	return nil
}

// The search finds what is there, wherever it stands, and nothing else.
func TestNeedles(t *testing.T) {
	n := newNeedles()
	n.addNumber("330782197001010018")
	n.addNumber("11010519491231002X")
	n.addText("name", "欧阳鳌鼍")
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"330782197001010018", "number"},
		{"x11010519491231002Xx", "number"},
		{"33078219700101001", ""},
		{"\x00\x0e\xf2\xc3\x4d\x9d\x8e\x2b\x00", ""},
		{"欧阳鳌", ""},
		{"\"欧阳鳌鼍\"", "name"},
		{"3\x003\x000\x007\x008\x002\x001\x009\x007\x000\x000\x001\x000\x001\x000\x000\x001\x008\x00", "number"},
		{"\x33\x07\x82\x19\x70\x01\x01\x00\x18", "number"},
		{"-\xc5\xb7\xd1\xf4\xf7\xa1\xf6\xbe", "name"},
	} {
		found := finds{}
		n.search(found, "here", []byte(c.text))
		if got := strings.Join(found.kinds(), " "); got != c.want {
			t.Errorf("in %q is found %q (%v), want %q", c.text, got, found, c.want)
		}
	}
	var whole []byte
	whole = binary.LittleEndian.AppendUint64(append(whole, "some"...), 33078219700101001)
	whole = binary.BigEndian.AppendUint64(whole, 330782197001010018)
	found := finds{}
	n.search(found, "here", append(whole, 0))
	if found["number as integer, low byte first"] == nil || found["number as 18 digits, high byte first"] == nil {
		t.Errorf("in integers is found %v", found)
	}
}
