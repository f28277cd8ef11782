package source

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// textTable is the table of a CSV, TSV or TXT file.
type textTable struct {
	textLayout
	c         content
	unchanged func() error
	enc       encoding
	early     bool // decode before cutting: quotes or line ends need it
	furniture *furniture
	counted   atomic.Int64
	unnamed   *unnamed
	chunk     int // chunkBytes; smaller in tests
}

// chunk is a run of whole rows, still encoded unless the table decodes early.
type chunk struct {
	seq  int
	line int64 // of its first row
	text []byte
}

// unclosed is a quote that nothing closes.
type unclosed struct{ line int64 }

func (u unclosed) Error() string { return fmt.Sprintf("quote not closed at row %d", u.line) }

func newTextTable(c content, enc encoding, s *survey, fit Recogniser) (*textTable, error) {
	t := &textTable{c: c, enc: enc, chunk: chunkBytes}
	// Line ends are never part of a GB18030 character, so files without quotes
	// can be cut while still encoded and decoded side by side.
	t.early = enc == utf16Text || enc == gb18030Text && s.quotes
	head, whole, err := t.head()
	if err != nil {
		return nil, err
	}
	end := byte('\n')
	if s.cr > 0 {
		end = lineEnd(head)
	}
	t.textLayout = findLayout(head, end, whole, fit)
	if len(t.headers) > maxColumns {
		return nil, tooManyColumns(c.Name(), int64(len(t.above)+1))
	}
	if row, found := t.personAbove(); found && t.fit > 0 {
		return nil, peopleAbove(fmt.Sprintf("%s:%d", c.Name(), row))
	}
	t.furniture = newFurniture(len(t.headers), t.above, t.rows)
	t.unnamed = newUnnamed(t.headers)
	return t, nil
}

func (t *textTable) Headers() []string { return t.headers }
func (t *textTable) Furniture() int64  { return t.counted.Load() }
func (t *textTable) Unnamed() []string { return t.unnamed.letters() }
func (t *textTable) Deleted() int64    { return 0 }

// head is the decoded beginning of the text.
func (t *textTable) head() (text []byte, whole bool, err error) {
	r, err := t.c.Open()
	if err != nil {
		return nil, false, err
	}
	defer r.Close()
	text = make([]byte, 256<<10)
	n, err := io.ReadFull(t.decoded(r), text)
	whole = errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !whole {
		return nil, false, t.explain(err)
	}
	return text[:n], whole, nil
}

// decoded reads the text as UTF-8 without a mark.
func (t *textTable) decoded(r io.Reader) io.Reader { return withoutMark(decoded(r, t.enc)) }

func withoutMark(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 64<<10)
	if mark, _ := b.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		b.Discard(3)
	}
	return b
}

// explain turns errors of the text into refusals.
func (t *textTable) explain(err error) error {
	var bad badText
	var open unclosed
	switch {
	case errors.As(err, &bad):
		return bad.refuse(t.c.Name())
	case errors.As(err, &open):
		return refusal(fmt.Sprintf("%s:%d", t.c.Name(), open.line), "引号没有成对", "has a quote that is never closed",
			"补上或删去这一行的引号", "close or remove the quote in this row", err)
	}
	return err
}

// Read cuts the text into chunks of whole rows, which workers decode and parse.
func (t *textTable) Read(ctx context.Context, workers int, fn func(*Block) error) error {
	work, ctx := errgroup.WithContext(ctx)
	chunks := make(chan chunk)
	spare := make(chan []byte, workers+2)
	work.Go(func() error {
		defer close(chunks)
		return t.cut(ctx, chunks, spare)
	})
	for range max(1, workers) {
		work.Go(func() error {
			p := parsers.Get().(*parser)
			p.t = t
			defer parsers.Put(p)
			for c := range chunks {
				if err := t.work(p, c, fn); err != nil {
					return err
				}
				select {
				case spare <- c.text:
				default:
				}
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return t.explain(err)
	}
	return t.unchanged()
}

func (t *textTable) work(p *parser, c chunk, fn func(*Block) error) error {
	if t.enc == gb18030Text && !t.early {
		text, rest, err := appendGB(p.text[:0], c.text)
		p.text = text
		if err != nil || len(rest) > 0 {
			return badText{row: c.line + int64(bytes.Count(text, []byte{t.dialect.end})), end: err == nil}
		}
		c.text = text
	}
	block, furniture, err := p.parse(c)
	if err != nil {
		return err
	}
	t.counted.Add(furniture)
	return fn(block)
}

// cut sends the text below the header in chunks of whole rows.
func (t *textTable) cut(ctx context.Context, chunks chan<- chunk, spare <-chan []byte) error {
	from, err := t.c.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	r, err := t.toBody(from)
	if err != nil {
		return err
	}
	line := int64(len(t.above)+len(t.rows)) + 1
	t.counted.Store(line - 1)
	var tail []byte
	for seq := 0; ; seq++ {
		buf := t.buffer(spare, len(tail)+t.chunk)
		buf = append(buf, tail...)
		read, err := io.ReadFull(r, buf[len(buf):len(buf)+t.chunk])
		buf = buf[:len(buf)+read]
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return err
		}
		size, rows := t.dialect.wholeRows(buf)
		if last {
			size = len(buf)
		} else if size == 0 && len(buf) > rowBytes {
			if bytes.IndexByte(buf, quote) < 0 {
				return rowTooLong(t.c.Name(), line)
			}
			return unclosed{line}
		}
		tail = append([]byte(nil), buf[size:]...)
		select {
		case chunks <- chunk{seq: seq, line: line, text: buf[:size]}:
		case <-ctx.Done():
			return ctx.Err()
		}
		line += int64(rows)
		if last {
			return nil
		}
	}
}

func (t *textTable) buffer(spare <-chan []byte, size int) []byte {
	select {
	case buf := <-spare:
		if cap(buf) >= size {
			return buf[:0]
		}
	default:
	}
	return make([]byte, 0, size+size/8)
}

// toBody reads on from where the header ends: decoded, or as it stands in the
// file where the chunks are decoded later.
func (t *textTable) toBody(from io.Reader) (io.Reader, error) {
	if t.early || t.enc == utf8Text {
		r := t.decoded(from)
		_, err := io.CopyN(io.Discard, r, int64(t.size))
		return r, err
	}
	// Counting line ends is safe while the text is still encoded.
	r := bufio.NewReaderSize(from, 256<<10)
	for range len(t.above) + len(t.rows) {
		for {
			_, err := r.ReadSlice(t.dialect.end)
			if err == nil || err == io.EOF {
				break
			}
			if err != bufio.ErrBufferFull {
				return nil, err
			}
		}
	}
	return r, nil
}
