package desk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"canbao/reports/access"
	"canbao/sql/duck"
)

// engine runs one question and is nobody else's: its memory, its threads and
// what it spills end with it.
type engine interface {
	understand(ctx context.Context, q Question) (Understood, error)
	stream(ctx context.Context, q Question) (array.RecordReader, error)
	write(ctx context.Context, q Question) (rows int64, err error) // into q.Parquet
	close()
}

// Texts longer or deeper than these are not even parsed in this process.
const (
	tameLength = 64 << 10 // bytes
	tameDepth  = 60       // brackets within brackets
)

// openEngine opens the engine a question needs. A plain one runs in this process,
// which is fastest: whatever it takes, the engine counts, and it can be stopped
// at any moment. One that might take memory the engine does not count, or run on
// when told to stop, gets a process of its own, which can always be ended
// (process.go).
func (d *Desk) openEngine(q Question, path string, l access.Limits) (engine, error) {
	o := duck.Options{Threads: l.Threads, MemoryLimit: l.Memory, TempDir: d.spill.next(), MaxTemp: maxSpill}
	if wild(q.Text) {
		return startProcess(path, q, o, l)
	}
	s, err := duck.OpenSession(path, q.Parquet, o)
	if err != nil {
		return nil, err
	}
	tame, err := s.Tame(q.Text)
	if err != nil {
		s.Close()
		return nil, err
	}
	if !tame {
		s.Close()
		return startProcess(path, q, o, l)
	}
	return &own{session: s, temp: o.TempDir}, nil
}

// maxSpill is what one engine may put on disk while it sorts, groups and joins.
const maxSpill = "2GB"

// wild tells of a text that could break the parser.
func wild(text string) bool {
	if len(text) > tameLength {
		return true
	}
	if strings.Count(text, "/*") > tameDepth {
		return true // the parser looks for the end of each from its beginning
	}
	depth, deepest := 0, 0
	for _, c := range []byte(text) {
		switch c {
		case '(', '[', '{':
			depth++
			deepest = max(deepest, depth)
		case ')', ']', '}':
			depth--
		}
	}
	return deepest > tameDepth
}

// own is an engine in this process.
type own struct {
	session *duck.Session
	query   *duck.Prepared
	temp    string
}

func (e *own) prepare(ctx context.Context, text string) (err error) {
	if e.query == nil {
		e.query, err = e.session.Prepare(ctx, text)
	}
	return err
}

func (e *own) understand(ctx context.Context, q Question) (Understood, error) {
	if err := e.prepare(ctx, q.Text); err != nil {
		return Understood{}, err
	}
	return understand(ctx, e.query, q)
}

// understand reads what a prepared question will give and wants.
func understand(ctx context.Context, p *duck.Prepared, q Question) (u Understood, err error) {
	if q.Bound != nil {
		u.Columns, err = p.SchemaBound(ctx, q.Bound)
	} else {
		u.Columns, err = p.Schema(ctx)
	}
	if err != nil {
		return u, err
	}
	u.Params, err = p.ParamSchema()
	return u, err
}

func (e *own) stream(ctx context.Context, q Question) (array.RecordReader, error) {
	if err := e.prepare(ctx, q.Text); err != nil {
		return nil, err
	}
	rows, err := begin(ctx, e.query, q)
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// begin runs a prepared question with its parameters.
func begin(ctx context.Context, p *duck.Prepared, q Question) (*duck.Stream, error) {
	if q.Bound != nil {
		return p.StreamBound(ctx, q.Bound)
	}
	return p.Stream(ctx, q.Params)
}

func (e *own) write(ctx context.Context, q Question) (int64, error) {
	if err := e.prepare(ctx, q.Text); err != nil {
		return 0, err
	}
	return e.query.Parquet(ctx, q.Params, q.Parquet)
}

func (e *own) close() {
	if e.query != nil {
		e.query.Close()
	}
	e.session.Close()
	// The engine removes what it has spilled; this is what a failure has left.
	os.RemoveAll(e.temp)
}

// spill is the folder where engines spill, each in one of its own: two that
// shared one would overwrite each other's files.
type spill struct {
	dir  string
	last chan int
}

// openSpill clears what a killed service has left in the folder.
func openSpill(dir string) (*spill, error) {
	var err error
	if dir == "" {
		dir, err = os.MkdirTemp("", "canbao-")
	} else {
		dir = filepath.Join(dir, "engines")
		err = errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700))
	}
	if err != nil {
		return nil, fmt.Errorf("make the folder for what engines spill: %w", err)
	}
	s := &spill{dir: dir, last: make(chan int, 1)}
	s.last <- 0
	return s, nil
}

func (s *spill) next() string {
	n := <-s.last + 1
	s.last <- n
	return filepath.Join(s.dir, fmt.Sprint(n))
}

func (s *spill) close() error { return os.RemoveAll(s.dir) }
