package source

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

type encoding uint8

const (
	utf8Text encoding = iota
	gb18030Text
	utf16Text
)

// survey looks once at every byte of a file: is it UTF-8 throughout, how do
// its lines end, does it hold quotes.
type survey struct {
	head    []byte // the first bytes
	carry   []byte // an unfinished character at the end of what was seen
	first   bool
	seen    int64
	valid   int64 // whole multi-byte UTF-8 characters
	invalid int64 // bytes that are none
	badAt   int64 // row of the first of those
	nul     bool
	quotes  bool
	lf, cr  int64
}

func newSurvey() *survey { return &survey{first: true} }

func (s *survey) see(p []byte) {
	if len(s.head) < 64<<10 {
		s.head = append(s.head, p[:min(len(p), 64<<10-len(s.head))]...)
	}
	s.seen += int64(len(p))
	s.nul = s.nul || bytes.IndexByte(p, 0) >= 0
	s.quotes = s.quotes || bytes.IndexByte(p, '"') >= 0
	s.cr += int64(bytes.Count(p, []byte{'\r'}))
	if len(s.carry) > 0 {
		p = append(s.carry, p...)
		s.carry = nil
	}
	s.lf += int64(bytes.Count(p, []byte{'\n'}))
	// Only what may still become a character is kept for the next time.
	for cut := 1; cut <= min(3, len(p)); cut++ {
		if c := p[len(p)-cut]; c >= 0xc0 {
			if !utf8.FullRune(p[len(p)-cut:]) {
				s.carry = append([]byte(nil), p[len(p)-cut:]...)
				p = p[:len(p)-cut]
			}
			break
		} else if c < 0x80 {
			break
		}
	}
	if s.invalid == 0 && utf8.Valid(p) {
		if len(p) > 0 && s.valid < 1000 {
			s.valid += int64(countMulti(p))
		}
		return
	}
	s.count(p)
}

func countMulti(p []byte) (n int) {
	for _, c := range p {
		if c >= 0xc0 {
			n++
		}
	}
	return n
}

// count tells characters from stray bytes once a file has shown one; the first
// megabytes are enough to know which encoding it is damaged in.
func (s *survey) count(p []byte) {
	if s.valid+s.invalid > 1<<20 {
		return
	}
	for len(p) > 0 {
		r, size := utf8.DecodeRune(p)
		switch {
		case r == utf8.RuneError && size == 1:
			if s.invalid == 0 {
				s.badAt = s.lf - int64(bytes.Count(p, []byte{'\n'})) + 1
			}
			s.invalid++
		case size > 1:
			s.valid++
		}
		p = p[size:]
	}
}

// encoding decides. Strict UTF-8 comes first: GB18030 tried first would read
// nearly anything, wrongly and without a word.
func (s *survey) encoding(path string) (encoding, error) {
	if k := markupOf(s.head); k != nil {
		return 0, k.refuse(path)
	}
	return s.decide(path)
}

// decide tells how any text is encoded, markup or not.
func (s *survey) decide(path string) (encoding, error) {
	if s.wide() {
		if s.seen%2 != 0 {
			return 0, truncated(path)
		}
		return utf16Text, nil
	}
	if s.nul {
		return 0, refusal(path, "是二进制文件，不是文字", "is binary, not text", "请导出为 CSV 再装载", "export it as CSV first", nil)
	}
	bom := bytes.HasPrefix(s.head, []byte("\xef\xbb\xbf"))
	switch {
	case s.invalid == 0 && len(s.carry) == 0:
		return utf8Text, nil
	case s.invalid == 0 && s.valid > 0 || bom && s.invalid == 0:
		return 0, truncated(path)
	case bom || s.valid > 20*s.invalid:
		return 0, refusal(fmt.Sprintf("%s:%d", path, s.badAt), "UTF-8 文字中有损坏的字节", "has damaged bytes in its UTF-8 text",
			"请重新导出该文件", "export the file again", nil)
	}
	return gb18030Text, nil
}

// wide tells whether the text begins with the mark of UTF-16.
func (s *survey) wide() bool {
	return bytes.HasPrefix(s.head, []byte("\xff\xfe")) || bytes.HasPrefix(s.head, []byte("\xfe\xff"))
}

func truncated(path string) error {
	return refusal(path, "文件在一个字的中间断开，可能没有传完", "ends in the middle of a character; it may not be complete",
		"请重新导出或重新传输该文件", "export or transfer it again", nil)
}

// decoded reads the text of a file as UTF-8 in one stream, for what cannot be
// cut before it is decoded.
func decoded(r io.Reader, enc encoding) io.Reader {
	switch enc {
	case utf16Text:
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
	case gb18030Text:
		return &gbReader{r: r}
	}
	return r
}

// gbTable has the character for every two-byte sequence of GB18030, 0 for none.
var gbTable = sync.OnceValue(func() *[126][191]rune {
	var table [126][191]rune
	decoder := simplifiedchinese.GB18030.NewDecoder()
	for lead := range table {
		for trail := range table[lead] {
			pair := []byte{byte(lead + 0x81), byte(trail + 0x40)}
			text, err := decoder.Bytes(pair)
			r, size := utf8.DecodeRune(text)
			if err == nil && r != utf8.RuneError && size == len(text) {
				table[lead][trail] = r
			}
		}
	}
	return &table
})

// errNoCharacter is a byte sequence that is no character of GB18030.
type errNoCharacter struct{ at int }

func (e errNoCharacter) Error() string { return fmt.Sprintf("no GB18030 character at byte %d", e.at) }

// appendGB appends text, which begins and should end between characters, to
// dst as UTF-8. rest is an unfinished character at its end.
func appendGB(dst, text []byte) (out, rest []byte, err error) {
	table := gbTable()
	for i := 0; i < len(text); {
		start := i
		for i < len(text) && text[i] < 0x80 {
			i++
		}
		dst = append(dst, text[start:i]...)
		if i == len(text) {
			break
		}
		lead := text[i]
		if lead == 0x80 || lead == 0xff {
			return dst, nil, errNoCharacter{i}
		}
		if i+1 == len(text) {
			return dst, text[i:], nil
		}
		trail := text[i+1]
		if trail >= 0x40 && trail != 0xff {
			r := table[lead-0x81][trail-0x40]
			if r == 0 {
				return dst, nil, errNoCharacter{i}
			}
			dst = utf8.AppendRune(dst, r)
			i += 2
			continue
		}
		if trail < '0' || trail > '9' {
			return dst, nil, errNoCharacter{i}
		}
		if i+4 > len(text) {
			return dst, text[i:], nil
		}
		four, err := simplifiedchinese.GB18030.NewDecoder().Bytes(text[i : i+4])
		if r, size := utf8.DecodeRune(four); err != nil || r == utf8.RuneError || size != len(four) {
			return dst, nil, errNoCharacter{i}
		}
		dst = append(dst, four...)
		i += 4
	}
	return dst, nil, nil
}

// gbReader decodes GB18030 as a stream.
type gbReader struct {
	r    io.Reader
	in   []byte
	out  []byte
	rows int64
	err  error
}

func (g *gbReader) Read(p []byte) (int, error) {
	for len(g.out) == 0 {
		if g.err != nil {
			return 0, g.err
		}
		buf := make([]byte, 256<<10)
		n := copy(buf, g.in)
		read, err := g.r.Read(buf[n:])
		text := buf[:n+read]
		var bad error
		g.out, g.in, bad = appendGB(nil, text)
		g.rows += int64(bytes.Count(g.out, []byte{'\n'}))
		switch {
		case bad != nil:
			g.err = badText{row: g.rows + 1}
		case err == io.EOF && len(g.in) > 0:
			g.err = badText{row: g.rows + 1, end: true}
		default:
			g.err = err
		}
	}
	n := copy(p, g.out)
	g.out = g.out[n:]
	return n, nil
}

// badText is text that its encoding cannot explain.
type badText struct {
	row int64
	end bool // the file ends within a character
}

func (b badText) Error() string { return fmt.Sprintf("no character at row %d", b.row) }

// refuse says so to a person.
func (b badText) refuse(path string) error {
	if b.end {
		return truncated(path)
	}
	return refusal(fmt.Sprintf("%s:%d", path, b.row), "既不是 UTF-8 也不是 GB18030 文字", "is neither UTF-8 nor GB18030 text",
		"请另存为 CSV（UTF-8）再装载", "save it as CSV (UTF-8) first", nil)
}
