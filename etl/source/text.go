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

// chunkBytes is how much text a worker takes at once, rowBytes the longest row
// that is believed.
const (
	chunkBytes = 1 << 20
	rowBytes   = 16 << 20
)

// textTable is the table of a CSV, TSV or TXT file.
type textTable struct {
	layout
	file      *File
	enc       encoding
	early     bool // decode before cutting: quotes or line ends need it
	furniture *furniture
	counted   atomic.Int64
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

func newTextTable(f *File, enc encoding, s *survey, fit Recogniser) (*textTable, error) {
	t := &textTable{file: f, enc: enc, chunk: chunkBytes}
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
	t.layout = findLayout(head, end, whole, fit)
	if t.headers == nil || t.width == 0 {
		return nil, refusal(f.path, "没有一行文字", "holds no text", "请重新导出", "export it again", nil)
	}
	t.furniture = newFurniture(len(t.headers), t.above, t.rows)
	return t, nil
}

func (t *textTable) Headers() []string { return t.headers }
func (t *textTable) Furniture() int64  { return t.counted.Load() }

// head is the decoded beginning of the file.
func (t *textTable) head() (text []byte, whole bool, err error) {
	r, err := t.decodedFromStart()
	if err != nil {
		return nil, false, err
	}
	text = make([]byte, 256<<10)
	n, err := io.ReadFull(r, text)
	whole = errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !whole {
		return nil, false, t.explain(err)
	}
	return text[:n], whole, nil
}

// decodedFromStart reads the file from its beginning as UTF-8 without a mark.
func (t *textTable) decodedFromStart() (io.Reader, error) {
	if _, err := t.file.f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read %s: %w", t.file.path, err)
	}
	return withoutMark(decoded(t.file.f, t.enc)), nil
}

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
		return bad.refuse(t.file.path)
	case errors.As(err, &open):
		return refusal(fmt.Sprintf("%s:%d", t.file.path, open.line), "引号没有成对", "has a quote that is never closed",
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
	return t.file.unchanged()
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
	r, err := t.toBody()
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
func (t *textTable) toBody() (io.Reader, error) {
	if t.early || t.enc == utf8Text {
		r, err := t.decodedFromStart()
		if err == nil {
			_, err = io.CopyN(io.Discard, r, int64(t.size))
		}
		return r, err
	}
	if _, err := t.file.f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read %s: %w", t.file.path, err)
	}
	// Counting line ends is safe while the text is still encoded.
	r := bufio.NewReaderSize(t.file.f, 256<<10)
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
