package source

import (
	"bytes"
	"sync"

	"canbao/etl/clean"
)

// dialect is how the text of a table is parted.
type dialect struct {
	comma byte // between cells
	end   byte // of a row: '\n', or '\r' in files that know no other
}

// quote surrounds a cell that holds commas or line breaks. It counts only at
// the beginning of a cell; elsewhere it is text.
const quote = '"'

// cells parses the row at the beginning of text into dst and tells how long it
// is with its line end. A cell without quotes is a slice of text. closed is
// false where the text ends within quotes.
func (d dialect) cells(dst [][]byte, text []byte) (cells [][]byte, size int, closed bool) {
	i := 0
	for {
		if i < len(text) && text[i] == quote {
			cell, next, ok := d.quoted(text, i)
			dst = append(dst, cell)
			if !ok {
				return dst, len(text), false
			}
			i = next
		} else {
			start := i
			for i < len(text) && text[i] != d.comma && text[i] != d.end {
				i++
			}
			cell := text[start:i]
			if d.end == '\n' && (i == len(text) || text[i] == d.end) {
				cell = bytes.TrimSuffix(cell, []byte{'\r'}) // of a CRLF
			}
			dst = append(dst, cell)
		}
		if i >= len(text) || text[i] == d.end {
			return dst, min(i+1, len(text)), true
		}
		i++
	}
}

// quoted reads the cell whose opening quote is at i; next is the comma or line
// end behind it. Doubled quotes stand for one; text behind the closing quote
// is kept as it is.
func (d dialect) quoted(text []byte, i int) (cell []byte, next int, closed bool) {
	start := i + 1
	i = start
	doubled := false
	for {
		at := bytes.IndexByte(text[i:], quote)
		if at < 0 {
			return text[start:], len(text), false
		}
		i += at
		if i+1 < len(text) && text[i+1] == quote {
			doubled = true
			i += 2
			continue
		}
		break
	}
	cell = text[start:i]
	i++
	tail := i
	for i < len(text) && text[i] != d.comma && text[i] != d.end {
		i++
	}
	if doubled {
		cell = bytes.ReplaceAll(cell, []byte(`""`), []byte(`"`))
	}
	if rest := bytes.TrimSuffix(text[tail:i], []byte{'\r'}); len(rest) > 0 {
		cell = append(append([]byte(nil), cell...), rest...)
	}
	return cell, i, true
}

// rowEnd is the length of the first row of text with its line end, 0 where
// text holds no whole row.
func (d dialect) rowEnd(text []byte) int {
	if bytes.IndexByte(text, quote) < 0 {
		return bytes.IndexByte(text, d.end) + 1
	}
	i := 0
	for {
		if i < len(text) && text[i] == quote {
			_, next, closed := d.quoted(text, i)
			if !closed {
				return 0
			}
			i = next
		} else {
			for i < len(text) && text[i] != d.comma && text[i] != d.end {
				i++
			}
		}
		switch {
		case i >= len(text):
			return 0
		case text[i] == d.end:
			return i + 1
		}
		i++
	}
}

// wholeRows is the length of all whole rows of text, and their number.
func (d dialect) wholeRows(text []byte) (size, rows int) {
	for {
		// Rows down to the next quote end where their line ends.
		plain := bytes.IndexByte(text[size:], quote)
		if plain < 0 {
			plain = len(text) - size
		}
		n := bytes.LastIndexByte(text[size:size+plain], d.end) + 1
		rows += bytes.Count(text[size:size+n], []byte{d.end})
		size += n
		if n = d.rowEnd(text[size:]); n == 0 {
			return size, rows
		}
		size += n
		rows++
	}
}

// lineEnd finds what ends the rows of a text: carriage returns where no line
// feed stands outside of quotes. Programs that end rows with carriage returns
// write line feeds for the breaks within a cell.
func lineEnd(head []byte) byte {
	end := byte('\n')
	start := true // of a cell
	for i := 0; i < len(head); i++ {
		switch c := head[i]; c {
		case quote:
			if start {
				i = quoteEnd(head, i)
			}
			start = false
		case '\n':
			return '\n'
		case '\r':
			end, start = '\r', true
		case ',', '\t', ';', '|':
			start = true
		default:
			start = false
		}
	}
	return end
}

// quoteEnd is where the quote closes that opens at i.
func quoteEnd(text []byte, i int) int {
	for i++; i < len(text); i++ {
		if text[i] != quote {
			continue
		}
		if i+1 == len(text) || text[i+1] != quote {
			return i
		}
		i++
	}
	return len(text)
}

// parsers are kept from file to file: a folder may hold hundreds of small ones,
// and what a parser has grown to fits the next.
var parsers = sync.Pool{New: func() any { return new(parser) }}

// parser turns chunks of text into blocks. It belongs to one worker.
type parser struct {
	t     *textTable
	block Block
	cells [][]byte // of one row, as long as it is
	rows  [][]byte // text of each row of the block, for Raw
	text  []byte   // decoded chunk, reused
	// ragged is what Block.Ragged is made of, reused.
	ragged []bool
}

// parse makes a block of the rows of a chunk; furniture is counted, not kept.
func (p *parser) parse(c chunk) (*Block, int64, error) {
	d, width := p.t.dialect, len(p.t.headers)
	b := &p.block
	*b = Block{Seq: c.seq, Width: width, Bytes: len(c.text), Lines: b.Lines[:0], Cells: b.Cells[:0], raw: p.raw}
	ragged := p.ragged[:0]
	any := false
	p.rows = p.rows[:0]
	furniture := int64(0)
	text, line := c.text, c.line
	for len(text) > 0 {
		cells, size, closed := d.cells(p.cells[:0], text)
		p.cells = cells
		if !closed {
			return nil, 0, unclosed{line}
		}
		if len(cells) > maxColumns {
			return nil, 0, tooManyColumns(p.t.c.Name(), line)
		}
		if p.t.furniture.is(cells) {
			furniture++
		} else {
			bad := len(cells) < width || filledBeyond(cells, width)
			any = any || bad
			ragged = append(ragged, bad)
			b.Lines = append(b.Lines, line)
			p.rows = append(p.rows, text[:size])
			b.Cells = append(b.Cells, cells[:min(width, len(cells))]...)
			for range width - len(cells) {
				b.Cells = append(b.Cells, nil)
			}
			p.t.unnamed.seeWithin(cells)
		}
		text = text[size:]
		line++
	}
	p.ragged = ragged
	if any {
		b.Ragged = ragged
	}
	return b, furniture, nil
}

func (p *parser) raw(row int) []string {
	cells, _, _ := p.t.dialect.cells(nil, p.rows[row])
	return texts(cells)
}

func texts(cells [][]byte) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = string(c)
	}
	return out
}

// filledBeyond tells whether a row has text behind the last header.
func filledBeyond(cells [][]byte, width int) bool {
	for i := width; i < len(cells); i++ {
		if !clean.Empty(cells[i]) {
			return true
		}
	}
	return false
}
