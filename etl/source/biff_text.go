package source

import (
	"encoding/binary"
	"errors"
	surrogate "unicode/utf16"
	"unicode/utf8"
)

var (
	errBiffText = errors.New("a text is longer than its record")
	errBiffByte = errors.New("a text is neither UTF-8 nor GB18030")
)

// Flags before the characters of a text of BIFF8.
const (
	biffWide     = 0x01 // two bytes a character
	biffPhonetic = 0x04
	biffRich     = 0x08
)

// biffReader reads values from the bodies of a record and its continuations.
type biffReader struct {
	parts [][]byte
	rest  []byte // of the present part
}

func newBiffReader(parts [][]byte) *biffReader {
	return &biffReader{parts: parts[1:], rest: parts[0]}
}

// turn goes on to the next part.
func (r *biffReader) turn() bool {
	if len(r.parts) == 0 {
		return false
	}
	r.rest, r.parts = r.parts[0], r.parts[1:]
	return true
}

// number reads a whole number of so many bytes.
func (r *biffReader) number(size int) (n int, ok bool) {
	for i := range size {
		for len(r.rest) == 0 {
			if !r.turn() {
				return 0, false
			}
		}
		n |= int(r.rest[0]) << (8 * i)
		r.rest = r.rest[1:]
	}
	return n, true
}

// skip passes over bytes, however many parts they lie in.
func (r *biffReader) skip(size int) bool {
	for size > len(r.rest) {
		size -= len(r.rest)
		if !r.turn() {
			return false
		}
	}
	r.rest = r.rest[size:]
	return true
}

// unicode appends a text of BIFF8, whose length of so many bytes comes first:
// its characters without fonts and phonetic marks.
func (r *biffReader) unicode(dst []byte, lengthBytes int) ([]byte, error) {
	chars, ok := r.number(lengthBytes)
	flags, ok2 := r.number(1)
	if !ok || !ok2 {
		return dst, errBiffText
	}
	behind := 0
	if flags&biffRich != 0 {
		runs, ok := r.number(2)
		if !ok {
			return dst, errBiffText
		}
		behind += 4 * runs
	}
	if flags&biffPhonetic != 0 {
		size, ok := r.number(4)
		if !ok {
			return dst, errBiffText
		}
		behind += size
	}
	dst, err := r.characters(dst, chars, flags)
	if err == nil && !r.skip(behind) {
		err = errBiffText
	}
	return dst, err
}

// characters appends so many characters. Where they go on in the next part, a
// byte of flags tells anew how wide they are.
func (r *biffReader) characters(dst []byte, chars, flags int) ([]byte, error) {
	pending := rune(0) // the first half of a pair
	for chars > 0 {
		if len(r.rest) == 0 {
			if !r.turn() || len(r.rest) == 0 {
				return dst, errBiffText
			}
			flags = int(r.rest[0])
			r.rest = r.rest[1:]
			continue
		}
		if flags&biffWide == 0 {
			n := min(chars, len(r.rest))
			dst = appendLatin(dst, r.rest[:n])
			r.rest, chars = r.rest[n:], chars-n
			continue
		}
		n := min(chars, len(r.rest)/2)
		if n == 0 {
			return dst, errBiffText
		}
		dst, pending = appendUTF16(dst, r.rest[:2*n], pending)
		r.rest, chars = r.rest[2*n:], chars-n
	}
	if pending != 0 {
		dst = utf8.AppendRune(dst, utf8.RuneError)
	}
	return dst, nil
}

// appendLatin appends characters of one byte each.
func appendLatin(dst, text []byte) []byte {
	for _, c := range text {
		if c < utf8.RuneSelf {
			dst = append(dst, c)
		} else {
			dst = utf8.AppendRune(dst, rune(c))
		}
	}
	return dst
}

// appendUTF16 appends little-endian UTF-16. pending is the first half of a
// pair left over from before, and returned where the text ends with one.
func appendUTF16(dst, text []byte, pending rune) ([]byte, rune) {
	for i := 0; i+1 < len(text); i += 2 {
		c := rune(binary.LittleEndian.Uint16(text[i:]))
		if pending != 0 {
			if r := surrogate.DecodeRune(pending, c); r != utf8.RuneError {
				dst, pending = utf8.AppendRune(dst, r), 0
				continue
			}
			dst, pending = utf8.AppendRune(dst, utf8.RuneError), 0
		}
		if c >= 0xd800 && c < 0xdc00 {
			pending = c
			continue
		}
		dst = utf8.AppendRune(dst, c) // a lone second half becomes U+FFFD
	}
	return dst, pending
}

// sharedTexts are the texts that the cells of a workbook of BIFF8 share.
type sharedTexts struct {
	text []byte
	ends []uint32 // of each text, where the next one begins
}

// read takes the texts over. How many there are is not taken from the record:
// they end where it ends.
func (s *sharedTexts) read(parts [][]byte) error {
	r := newBiffReader(parts)
	if _, ok := r.number(4); !ok { // uses
		return errBiffText
	}
	claimed, ok := r.number(4)
	if !ok {
		return errBiffText
	}
	for len(s.ends) < claimed {
		if len(r.rest) == 0 && !r.turn() {
			return errBiffText
		}
		text, err := r.unicode(s.text, 2)
		if err != nil {
			return err
		}
		s.text = text
		s.ends = append(s.ends, uint32(len(text)))
	}
	return nil
}

// at is the text of this number, counted from 0.
func (s *sharedTexts) at(n int) ([]byte, bool) {
	if n < 0 || n >= len(s.ends) {
		return nil, false
	}
	start := uint32(0)
	if n > 0 {
		start = s.ends[n-1]
	}
	return s.text[start:s.ends[n]:s.ends[n]], true
}

// byteText appends a text of a BIFF before 8, whose characters are bytes of
// the workbook's code page.
func (b *biffBook) byteText(dst, text []byte) ([]byte, error) {
	if !b.gb {
		if !utf8.Valid(text) {
			return dst, errBiffByte
		}
		return append(dst, text...), nil
	}
	out, rest, err := appendGB(dst, text)
	if err != nil || len(rest) > 0 {
		return dst, errBiffByte
	}
	return out, nil
}

// byteString parts a text of a BIFF before 8 off the beginning of body. One
// that claims more than there is has what is there.
func byteString(body []byte, lengthBytes int) []byte {
	if len(body) < lengthBytes {
		return nil
	}
	size := int(body[0])
	if lengthBytes == 2 {
		size = int(binary.LittleEndian.Uint16(body))
	}
	body = body[lengthBytes:]
	return body[:min(size, len(body))]
}
