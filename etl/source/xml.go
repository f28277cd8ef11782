package source

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// xmlReader takes XML apart, fast and with little of it in memory: sheets run
// to hundreds of megabytes, where encoding/xml takes ten times as long. It
// knows elements, attributes, text and CDATA; a document type, and with it any
// entity but the five of XML itself, is refused. That an element is closed by
// its own name is not checked, only that all are closed.
type xmlReader struct {
	r     io.Reader
	buf   []byte
	at    int // of what is not yet read in buf
	end   int
	eof   bool
	depth int

	name  []byte // of the tag, without its prefix
	attrs []byte // of the tag, as they stand there
	empty bool   // the tag closes itself: there is no end tag
	text  []byte
	plain bool // the text is CDATA: nothing in it is an entity
}

type xmlToken uint8

const (
	xmlStart xmlToken = iota
	xmlEnd
	xmlText
)

const (
	xmlBuffer = 256 << 10
	xmlTag    = 1 << 20 // the longest tag or comment
	xmlDeep   = 256
)

var (
	errLongText = errors.New("text too long")
	errMarkup   = errors.New("broken markup")
	errDoctype  = errors.New("document type")
	errEntity   = errors.New("unknown entity")
)

func newXMLReader(r io.Reader) *xmlReader {
	return &xmlReader{r: r, buf: make([]byte, xmlBuffer)}
}

// next is the next token; what it tells is valid until the one after it.
// io.EOF comes only where every element is closed.
func (x *xmlReader) next() (xmlToken, error) {
	for {
		if x.at == x.end {
			if err := x.fill(); err != nil {
				return 0, err
			}
		}
		if x.buf[x.at] != '<' {
			return xmlText, x.readText()
		}
		tag, err := x.until(0, []byte{'>'}, xmlTag)
		if err != nil {
			return 0, err
		}
		switch {
		case len(tag) < 3:
			return 0, errMarkup
		case tag[1] == '/':
			x.at += len(tag)
			x.name = local(bytes.TrimRight(tag[2:len(tag)-1], " \t\r\n"))
			if x.depth--; x.depth < 0 {
				return 0, errMarkup
			}
			return xmlEnd, nil
		case tag[1] == '?':
			if err := x.skip("?>", xmlTag); err != nil {
				return 0, err
			}
		case tag[1] == '!':
			found, err := x.declaration()
			if err != nil || found {
				return xmlText, err
			}
		default:
			return xmlStart, x.start(tag)
		}
	}
}

// fill reads on; what is not yet read is kept.
func (x *xmlReader) fill() error {
	if x.eof {
		if x.depth > 0 || x.at < x.end {
			return io.ErrUnexpectedEOF
		}
		return io.EOF
	}
	if x.at > 0 {
		copy(x.buf, x.buf[x.at:x.end])
		x.end, x.at = x.end-x.at, 0
	}
	if x.end == len(x.buf) {
		x.buf = append(x.buf, make([]byte, len(x.buf))...)
	}
	for range 100 {
		n, err := x.r.Read(x.buf[x.end:])
		x.end += n
		if err == io.EOF {
			x.eof = true
			if n == 0 {
				return x.fill()
			}
			return nil
		}
		if n > 0 || err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// until is what is not yet read down to and including mark, searched for from
// an offset. It is not taken.
func (x *xmlReader) until(from int, mark []byte, limit int) ([]byte, error) {
	for {
		var i int
		if len(mark) == 1 {
			i = bytes.IndexByte(x.buf[x.at+from:x.end], mark[0])
		} else {
			i = bytes.Index(x.buf[x.at+from:x.end], mark)
		}
		if i >= 0 {
			return x.buf[x.at : x.at+from+i+len(mark)], nil
		}
		if from = max(from, x.end-x.at-len(mark)+1); from > limit {
			if limit == xmlTag {
				return nil, errMarkup // a tag or comment without an end
			}
			return nil, errLongText
		}
		if err := x.fill(); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
	}
}

func (x *xmlReader) skip(mark string, limit int) error {
	all, err := x.until(0, []byte(mark), limit)
	x.at += len(all)
	return err
}

// readText reads down to the next tag.
func (x *xmlReader) readText() error {
	all, err := x.until(0, []byte{'<'}, cellBytes)
	if err == io.ErrUnexpectedEOF && x.eof && x.depth == 0 {
		x.text, x.plain = x.buf[x.at:x.end], false
		x.at = x.end
		return nil
	}
	if err != nil {
		return err
	}
	x.text, x.plain = all[:len(all)-1], false
	x.at += len(x.text)
	return nil
}

// declaration reads what begins with <!: a comment, or CDATA, which is text.
func (x *xmlReader) declaration() (text bool, err error) {
	const open = "<![CDATA["
	for x.end-x.at < len(open) {
		if err := x.fill(); err != nil {
			return false, io.ErrUnexpectedEOF
		}
	}
	switch begin := x.buf[x.at : x.at+len(open)]; {
	case bytes.HasPrefix(begin, []byte("<!--")):
		x.at += 4
		return false, x.skip("-->", xmlTag)
	case string(begin) == open:
		all, err := x.until(len(open), []byte("]]>"), cellBytes)
		if err != nil {
			return false, err
		}
		x.text, x.plain = all[len(open):len(all)-3], true
		x.at += len(all)
		return true, nil
	}
	return false, errDoctype
}

// start takes a tag apart. A > within quotes does not end it.
func (x *xmlReader) start(tag []byte) error {
	for oddQuotes(tag) {
		longer, err := x.until(len(tag), []byte{'>'}, xmlTag)
		if err != nil {
			return err
		}
		tag = longer
	}
	x.at += len(tag)
	inner := tag[1 : len(tag)-1]
	x.empty = inner[len(inner)-1] == '/'
	if x.empty {
		inner = inner[:len(inner)-1]
	} else if x.depth++; x.depth > xmlDeep {
		return errMarkup
	}
	n := 0
	for n < len(inner) && !blank(inner[n]) {
		n++
	}
	if n == 0 {
		return errMarkup
	}
	x.name, x.attrs = local(inner[:n]), inner[n:]
	return nil
}

// oddQuotes tells whether a tag ends within a quoted value.
func oddQuotes(tag []byte) bool {
	if bytes.IndexByte(tag, '\'') < 0 {
		return bytes.Count(tag, []byte{'"'})%2 == 1
	}
	in := byte(0)
	for _, c := range tag {
		switch {
		case in == 0 && (c == '"' || c == '\''):
			in = c
		case c == in:
			in = 0
		}
	}
	return in != 0
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// local is a name without its prefix: producers are free to choose it.
func local(name []byte) []byte { return name[bytes.IndexByte(name, ':')+1:] }

// nextAttr takes the first attribute off attrs.
func nextAttr(attrs []byte) (name, value, rest []byte, ok bool) {
	for len(attrs) > 0 && blank(attrs[0]) {
		attrs = attrs[1:]
	}
	i := bytes.IndexByte(attrs, '=')
	if i < 0 {
		return nil, nil, nil, false
	}
	name, attrs = bytes.TrimRight(attrs[:i], " \t\r\n"), bytes.TrimLeft(attrs[i+1:], " \t\r\n")
	if len(attrs) == 0 || attrs[0] != '"' && attrs[0] != '\'' {
		return nil, nil, nil, false
	}
	i = bytes.IndexByte(attrs[1:], attrs[0])
	if i < 0 {
		return nil, nil, nil, false
	}
	return name, attrs[1 : 1+i], attrs[i+2:], true
}

// leave reads to the end of the element whose start tag was read last.
func (x *xmlReader) leave() error {
	if x.empty {
		return nil
	}
	for outside := x.depth - 1; x.depth > outside; {
		if _, err := x.next(); err != nil {
			return err
		}
	}
	return nil
}

// appendText appends the text that was read last, its entities resolved.
func (x *xmlReader) appendText(dst []byte) ([]byte, error) {
	text := x.text
	for !x.plain {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			break
		}
		dst = append(dst, text[:i]...)
		end := bytes.IndexByte(text[i:min(len(text), i+12)], ';')
		if end < 0 {
			return dst, errEntity
		}
		r, ok := entity(text[i+1 : i+end])
		if !ok {
			return dst, errEntity
		}
		dst = utf8.AppendRune(dst, r)
		text = text[i+end+1:]
	}
	return append(dst, text...), nil
}

func entity(name []byte) (rune, bool) {
	switch string(name) {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := string(name[1:]), 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	r := rune(n)
	return r, err == nil && n != 0 && utf8.ValidRune(r)
}

// past goes on behind the first end tag that ends so, without looking at what
// stands before it; to the end where there is none. Text cannot hold such a
// tag, a comment or CDATA could: then what follows is not what is looked for.
func (x *xmlReader) past(tag []byte) error {
	for {
		window := x.buf[x.at:x.end]
		if i := bytes.Index(window, tag); i >= 0 {
			x.at += i + len(tag)
			if begin := bytes.LastIndexByte(window[:i], '<'); begin >= 0 && window[begin+1] == '/' {
				x.depth = 1
				return nil
			}
			continue
		}
		if x.eof {
			x.at, x.depth = x.end, 0
			return nil
		}
		x.at = max(x.at, x.end-64) // the tag may have begun
		if err := x.fill(); err != nil && !x.eof {
			return err
		}
	}
}
