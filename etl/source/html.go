package source

import (
	"bytes"
	"errors"
	"io"
	"regexp"

	"golang.org/x/net/html"
)

// isHTML tells a web page that has a table, or may have one further on.
func isHTML(head []byte) bool {
	xml := bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"), []byte("<?xml"))
	head = bytes.ToLower(markupHead(head))
	if len(head) == 0 || head[0] != '<' {
		return false
	}
	for _, begin := range []string{"<html", "<!doctype html", "<table", "<head", "<meta", "<body"} {
		if bytes.HasPrefix(head, []byte(begin)) {
			return true
		}
	}
	return !xml && bytes.Contains(head, []byte("<table")) || bytes.Contains(head, []byte("<html"))
}

// htmlPage is a web page, all its tables one sheet.
type htmlPage struct {
	c      content
	enc    encoding
	merged []span
}

// htmlSheets reads the page once to know that it is whole and what is merged
// in it.
func htmlSheets(c content) ([]sheet, error) {
	s, err := surveyOf(c, nil)
	if err != nil {
		return nil, err
	}
	p := &htmlPage{c: c}
	if p.enc, err = s.decide(c.Name()); err != nil {
		return nil, err
	}
	if name := otherCharset.FindSubmatch(s.head); name != nil && s.invalid > 0 {
		return nil, otherEncoding(c.Name(), string(name[1]))
	}
	if err := p.survey(); err != nil {
		return nil, err
	}
	return []sheet{{open: p.open, merged: func() ([]span, error) { return p.merged, nil }}}, nil
}

// otherCharset matches a page that says it is encoded in what would be read
// wrongly as GB18030.
var otherCharset = regexp.MustCompile(`(?i)charset\s*=\s*["']?\s*(big5|big5-hkscs|shift_jis|euc-jp|euc-kr)\b`)

func (p *htmlPage) survey() error {
	from, err := p.start()
	if err != nil {
		return err
	}
	defer from.close()
	from.merge = func(s span) error {
		if len(p.merged) == maxMerges {
			return tooManyMerges(p.c.Name())
		}
		p.merged = append(p.merged, s)
		return nil
	}
	for {
		if _, _, err := from.next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func (p *htmlPage) open() (rowReader, error) { return p.start() }

func (p *htmlPage) start() (*htmlRows, error) {
	r, err := markupText(p.c, p.enc)
	if err != nil {
		return nil, unreadable(p.c.Name(), err)
	}
	z := html.NewTokenizer(r)
	z.SetMaxBuf(cellBytes)
	rows := &htmlRows{page: p, z: z, from: r}
	rows.levels = append(rows.levels, &htmlLevel{markupRow: newMarkupRow(p.c.Name())})
	return rows, nil
}

// explain turns errors of the page into refusals.
func (p *htmlPage) explain(line int64, err error) error {
	var bad badText
	switch {
	case errors.As(err, &bad):
		return bad.refuse(p.c.Name())
	case errors.Is(err, html.ErrBufferExceeded):
		return cellTooLong(p.c.Name(), line)
	}
	return unreadable(p.c.Name(), err)
}

// htmlDeep is how deep tables may lie in one another.
const htmlDeep = 32

func (p *htmlPage) tooDeep(line int64) error {
	return refusal(at(p.c.Name(), line), "网页里的表格套得太深", "nests tables too deep", saveAsXLSX.ZH, saveAsXLSX.EN, nil)
}

func (p *htmlPage) incomplete(line int64) error {
	return refusal(at(p.c.Name(), line), "网页在表格中间断开，可能没有传完", "ends in the middle of a table; it may not be complete",
		"重新导出或重新传输；核对无缺的，用表格软件另存为 XLSX", "export or transfer it again; if nothing is missing, save it as XLSX in a spreadsheet", nil)
}
