package source

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"path"
	"strings"
)

// isMHTML tells a web page saved as a single file: a message of which the page
// is a part.
func isMHTML(head []byte) bool {
	begin := bytes.ToLower(head[:min(len(head), 2<<10)])
	return bytes.HasPrefix(begin, []byte("mime-version:")) ||
		(bytes.HasPrefix(begin, []byte("from:")) || bytes.HasPrefix(begin, []byte("content-type: multipart/related"))) && bytes.Contains(begin, []byte("mime-version:"))
}

// mhtmlPages is how many pages of such a file are looked for: each is found
// again by reading down to it.
const mhtmlPages = 256

// mhtmlSheets lists the pages that have a table, a sheet each.
func mhtmlSheets(c content) ([]sheet, error) {
	pages, err := mhtmlFind(c)
	if err != nil {
		return nil, err
	}
	if len(pages) == 0 {
		return nil, refusal(c.Name(), "里面没有网页", "holds no web page", saveAsXLSX.ZH, saveAsXLSX.EN, nil)
	}
	var sheets []sheet
	for _, p := range pages {
		found, err := htmlSheets(p)
		if err != nil {
			return nil, err
		}
		if len(pages) > 1 {
			found[0].name = p.name
		}
		sheets = append(sheets, found...)
	}
	return sheets, nil
}

// mhtmlPage is one of the pages, as a content of its own.
type mhtmlPage struct {
	outer content
	name  string
	at    int // its number among the parts
}

func (p *mhtmlPage) Name() string { return p.outer.Name() }
func (p *mhtmlPage) of() *room    { return roomOf(p.outer) }

func (p *mhtmlPage) ReaderAt() (io.ReaderAt, int64, error) {
	return nil, 0, errors.New("a page within a file has no place of its own")
}

func (p *mhtmlPage) Open() (io.ReadCloser, error) {
	from, err := p.outer.Open()
	if err != nil {
		return nil, err
	}
	m, err := newMessage(from)
	for i := 0; err == nil; i++ {
		var page io.Reader
		if _, page, err = m.next(); err == nil && i == p.at {
			return both{page, from}, nil
		}
	}
	from.Close()
	return nil, mhtmlDamaged(p.outer.Name(), err)
}

func mhtmlDamaged(where string, cause error) error {
	return refusal(where, "单个文件网页已损坏或没有传完", "is a damaged or incomplete single-file web page",
		"请重新导出或重新传输；能用表格软件打开的，另存为 XLSX", "export or transfer it again; if a spreadsheet opens it, save it as XLSX", cause)
}

// mhtmlFind finds the pages that have rows; the others tell of frames and tabs.
func mhtmlFind(c content) (pages []*mhtmlPage, err error) {
	from, err := c.Open()
	if err != nil {
		return nil, err
	}
	defer from.Close()
	m, err := newMessage(from)
	if err != nil {
		return nil, mhtmlDamaged(c.Name(), err)
	}
	for i := 0; ; i++ {
		header, page, err := m.next()
		if err == io.EOF {
			return pages, nil
		}
		if err != nil {
			return nil, mhtmlDamaged(c.Name(), err)
		}
		kind, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
		if kind != "text/html" && kind != "application/xhtml+xml" {
			continue
		}
		rows, err := holds(page, "<tr")
		switch {
		case err != nil:
			return nil, mhtmlDamaged(c.Name(), err)
		case !rows:
			continue
		case len(pages) == mhtmlPages:
			return nil, refusal(c.Name(), "工作表多得反常", "has an impossible number of sheets", saveAsXLSX.ZH, saveAsXLSX.EN, nil)
		}
		name := path.Base(strings.ReplaceAll(strings.ToValidUTF8(header.Get("Content-Location"), ""), "\\", "/"))
		pages = append(pages, &mhtmlPage{outer: c, name: name, at: i})
	}
}

// holds tells whether a text of small or capital letters is read from r.
func holds(r io.Reader, text string) (bool, error) {
	b := bufio.NewReader(r)
	for at := 0; at < len(text); {
		c, err := b.ReadByte()
		if err == io.EOF {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		switch c {
		case text[at]:
			at++
		case text[0]:
			at = 1
		default:
			at = 0
		}
	}
	return true, nil
}

// message walks over the parts of a message, or its only one.
type message struct {
	parts  *multipart.Reader
	header textproto.MIMEHeader // of the only part
	body   io.Reader
}

func newMessage(r io.Reader) (*message, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	header, err := textproto.NewReader(b).ReadMIMEHeader()
	if err != nil {
		return nil, err
	}
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err == nil && strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" {
		return &message{parts: multipart.NewReader(b, params["boundary"])}, nil
	}
	return &message{header: header, body: b}, nil
}

// next is the next part, decoded; io.EOF after the last.
func (m *message) next() (header textproto.MIMEHeader, body io.Reader, err error) {
	header, body = m.header, m.body
	switch {
	case m.parts != nil:
		part, err := m.parts.NextRawPart()
		if err != nil {
			return nil, nil, err
		}
		header, body = part.Header, part
	case header == nil:
		return nil, nil, io.EOF
	}
	m.header, m.body = nil, nil
	switch strings.ToLower(header.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	return header, body, nil
}
