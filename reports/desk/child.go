package desk

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"canbao/etl/refuse"
	"canbao/sql/duck"
)

// A program that has a desk is an engine when it is called as one: before its
// own main, so that none can forget to ask, tests among them.
func init() {
	if len(os.Args) == 1 && os.Args[0] == childName && os.Getenv(childMark) != "" {
		os.Exit(child(os.Stdin, os.Stdout))
	}
}

// child answers the one request on in and is the program's exit code.
func child(in io.Reader, out io.Writer) int {
	decoder := json.NewDecoder(in)
	var r request
	if err := decoder.Decode(&r); err != nil {
		return 1
	}
	// Nothing more comes: what ends is the asker.
	go func() {
		io.Copy(io.Discard, io.MultiReader(decoder.Buffered(), in))
		os.RemoveAll(r.Temp)
		os.Exit(1)
	}()
	buffered := bufio.NewWriterSize(out, 1<<20)
	f := &framer{to: buffered}
	if err := r.answer(f); err != nil {
		body, failed := json.Marshal(failureOf(err))
		if failed != nil || len(body) > maxFrame {
			body = []byte(`{"text":"an error too long to tell"}`)
		}
		if f.frame(frameError, body) != nil {
			return 1
		}
	}
	if buffered.Flush() != nil {
		return 1
	}
	return 0
}

func failureOf(err error) failure {
	f := failure{Text: err.Error(), Gone: errors.Is(err, fs.ErrNotExist)}
	var over *LimitError
	var no *refuse.Error
	if errors.As(err, &f.Query) {
		return f
	}
	if errors.As(err, &over) {
		f.Over = over.Limit
	} else if errors.As(err, &no) {
		f.Text = no.Error()
	}
	return f
}

func (r request) answer(f *framer) error {
	ctx := context.Background()
	q := Question{Text: r.Text, Params: r.Params, Parquet: r.Parquet}
	if len(r.Bound) > 0 {
		rows, err := ipc.NewReader(bytes.NewReader(r.Bound))
		if err != nil {
			return fmt.Errorf("read the parameters: %w", err)
		}
		defer rows.Release()
		if !rows.Next() {
			return errors.New("read the parameters: there are none")
		}
		q.Bound = rows.RecordBatch()
	}
	session, err := duck.OpenSession(r.Path, r.Parquet, duck.Options{Threads: r.Threads, MemoryLimit: r.Memory, TempDir: r.Temp, MaxTemp: r.Spill})
	if err != nil {
		return err
	}
	// From here on there is only so much more; what has been taken so far is
	// about the same for every question.
	if err := confine(r.Room); err != nil {
		return err
	}
	p, err := session.Prepare(ctx, r.Text)
	if err != nil {
		return err
	}
	switch r.Do {
	case "understand":
		u, err := understand(ctx, p, q)
		if err != nil {
			return err
		}
		for _, schema := range []*ipc.Writer{ipc.NewWriter(f, ipc.WithSchema(u.Columns)), ipc.NewWriter(f, ipc.WithSchema(u.Params))} {
			if err := errors.Join(schema.Close(), f.frame(frameEnd, nil)); err != nil {
				return err
			}
		}
		return nil
	case "write":
		rows, err := p.Parquet(ctx, r.Params, r.Parquet)
		if err != nil {
			return err
		}
		return f.frame(frameRows, fmt.Append(nil, rows))
	}
	rows, err := begin(ctx, p, q)
	if err != nil {
		return err
	}
	return send(f, rows, r.Bytes)
}

// send writes the answer. One that is larger than allowed is ended here: the
// asker need not make room for it.
func send(f *framer, rows array.RecordReader, most int64) error {
	w := ipc.NewWriter(f, ipc.WithSchema(rows.Schema()))
	sent := int64(0)
	first := true
	for rows.Next() {
		batch := rows.RecordBatch()
		if sent += SizeOf(batch); sent > most {
			return &LimitError{OverBytes}
		}
		if err := w.Write(batch); err != nil {
			return err
		}
		if first { // who waits for the first rows gets them
			first = false
			if err := f.flush(); err != nil {
				return err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return errors.Join(w.Close(), f.frame(frameEnd, nil))
}
