package source

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// sharedStrings are the texts of a workbook that its cells refer to by number.
type sharedStrings struct {
	text []byte
	ends []uint32
}

func (s *sharedStrings) at(i uint32) ([]byte, bool) {
	if int64(i) >= int64(len(s.ends)) {
		return nil, false
	}
	start := uint32(0)
	if i > 0 {
		start = s.ends[i-1]
	}
	return s.text[start:s.ends[i]:s.ends[i]], true
}

// shared are the shared strings, read once. They stay in memory until the file
// is closed: every sheet and every reading of it needs them.
func (b *workbook) shared() (*sharedStrings, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.strings != nil {
		return b.strings, nil
	}
	r, err := b.part(b.related("sharedStrings"))
	if err != nil {
		return nil, err
	}
	s := &sharedStrings{}
	if r != nil {
		defer r.Close()
		if err := s.read(newXMLReader(r), roomOf(b.c)); err != nil {
			if errors.Is(err, errNoRoom) {
				return nil, refusal(b.c.Name(), "工作簿里的文字太多，内存里放不下", "is a workbook of more text than memory holds",
					"分成几个工作簿，或另存为 CSV 再装载", "part it into several workbooks or save it as CSV", nil)
			}
			return nil, spoiled(b.c.Name(), 0, err)
		}
	}
	b.strings = s
	return s, nil
}

var errNoRoom = errors.New("no room")

func (s *sharedStrings) read(x *xmlReader, room *room) error {
	held := 0
	for {
		token, err := x.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if token != xmlStart || string(x.name) != "si" {
			continue
		}
		start := len(s.text)
		if !x.empty {
			if s.text, err = x.richText(s.text, len(s.text)); err != nil {
				return err
			}
		}
		if s.text, err = polished(s.text, start); err != nil {
			return err
		}
		s.ends = append(s.ends, uint32(len(s.text)))
		// The slices grow by doubling at most.
		if now := len(s.text) + 4*len(s.ends); now > held {
			now += now/2 + 1<<10
			if !room.hold(int64(now - held)) {
				return errNoRoom
			}
			held = now
		}
	}
}

// richText appends the text of the element whose start tag was read last: of
// its t elements, whatever runs they are in, without phonetic guides.
func (x *xmlReader) richText(dst []byte, start int) ([]byte, error) {
	outside := x.depth - 1
	inText := false
	for x.depth > outside {
		token, err := x.next()
		switch {
		case err != nil:
			return dst, err
		case token == xmlText && inText:
			if dst, err = x.appendText(dst); err != nil {
				return dst, err
			}
			if len(dst)-start > cellBytes {
				return dst, errLongText
			}
		case token == xmlEnd:
			inText = false
		case token == xmlStart && string(x.name) == "rPh":
			if err := x.leave(); err != nil {
				return dst, err
			}
		case token == xmlStart:
			inText = string(x.name) == "t" && !x.empty
		}
	}
	return dst, nil
}

var errNoText = errors.New("no UTF-8 text")

// polished resolves the escapes of a spreadsheet in the text from start on:
// _x000D_ stands for a character that XML has none for, _x005F_ for the _ of
// what would be such an escape.
func polished(text []byte, start int) ([]byte, error) {
	if !utf8.Valid(text[start:]) {
		return text, errNoText
	}
	at := bytes.Index(text[start:], []byte("_x"))
	if at < 0 {
		return text, nil
	}
	out := text[:start+at]
	for rest := text[start+at:]; len(rest) > 0; {
		if r, ok := escape(rest); ok {
			out = append(out, byte(r)) // never longer than what it is read from
			rest = rest[7:]
			continue
		}
		out = append(out, rest[0])
		rest = rest[1:]
	}
	return out, nil
}

// escape reads _xHHHH_ of an ASCII character; others stand for themselves in
// the XML.
func escape(text []byte) (rune, bool) {
	if len(text) < 7 || text[0] != '_' || text[1] != 'x' || text[6] != '_' {
		return 0, false
	}
	r := rune(0)
	for _, c := range text[2:6] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		default:
			return 0, false
		}
	}
	return r, r > 0 && r < 0x80
}
