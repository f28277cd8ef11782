package source

import (
	"bytes"
	"io"

	"golang.org/x/text/encoding/unicode"
)

// Spreadsheets that are text with tags: SpreadsheetML of 2003 and HTML, both
// often under the name of a workbook.

// markupHead is the beginning of a text with tags from its first element on:
// without a mark of its encoding, a declaration, comments or blanks.
func markupHead(head []byte) []byte {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		head, _ = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(head[:len(head)&^1])
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	for {
		head = bytes.TrimLeft(head, " \t\r\n\x00")
		end := ""
		switch {
		case bytes.HasPrefix(head, []byte("<?")):
			end = "?>"
		case bytes.HasPrefix(head, []byte("<!--")):
			end = "-->"
		default:
			return head
		}
		i := bytes.Index(head, []byte(end))
		if i < 0 {
			return nil
		}
		head = head[i+len(end):]
	}
}

// markupText reads a text with tags as UTF-8 from its beginning.
func markupText(c content, enc encoding) (io.ReadCloser, error) {
	r, err := c.Open()
	if err != nil {
		return nil, err
	}
	return both{withoutMark(decoded(r, enc)), r}, nil
}

// markupRow gathers the cells of a row.
type markupRow struct {
	where string
	text  []byte
	spans []textSpan // per column, where its text lies
	cells [][]byte
	// spare is how many columns may still be made up by tags that skip or span
	// them: a few bytes in a file must not become thousands of cells each row.
	spare *int
}

func tooManyMerges(where string) error {
	return refusal(where, "合并单元格多得反常", "has an impossible number of merged cells", saveAsXLSX.ZH, saveAsXLSX.EN, nil)
}

// textSpan is a piece of markupRow.text.
type textSpan struct{ start, end int }

const spareColumns = 1 << 28

func newMarkupRow(where string) markupRow {
	spare := spareColumns
	return markupRow{where: where, spare: &spare}
}

func (m *markupRow) begin() { m.text, m.spans = m.text[:0], m.spans[:0] }

// put takes the text appended since start as that of a column.
func (m *markupRow) put(line int64, column, start int) error {
	switch {
	case column >= maxColumns:
		return tooManyColumns(m.where, line)
	case len(m.text)-start > cellBytes:
		return cellTooLong(m.where, line)
	case len(m.text) > gridBytes:
		return rowTooLong(m.where, line)
	}
	if *m.spare -= max(0, column-len(m.spans)); *m.spare < 0 {
		return tooManyColumns(m.where, line)
	}
	for len(m.spans) <= column {
		m.spans = append(m.spans, textSpan{})
	}
	m.spans[column] = textSpan{start, len(m.text)}
	return nil
}

// row is the row gathered.
func (m *markupRow) row() [][]byte {
	m.cells = m.cells[:0]
	for _, s := range m.spans {
		m.cells = append(m.cells, m.text[s.start:s.end:s.end])
	}
	return m.cells
}
