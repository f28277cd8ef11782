package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"canbao/reports/access"
	"canbao/sql/duck"
)

// process is an engine in a process of its own: this program once more, which
// reads one request from its standard input and answers on its standard output
// (child.go). It ends when it has answered, when it is killed, and when its
// standard input closes, as it does when this process is gone, however it went.
type process struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *frames
	said    bytes.Buffer // on standard error, its end: why it broke
	request request
	limits  access.Limits
	once    sync.Once
	ended   error // of the process
}

// request is what a child is asked; the child's answer are frames.
type request struct {
	Path    string            `json:"path"`
	Parquet string            `json:"parquet,omitempty"`
	Threads int               `json:"threads"`
	Memory  string            `json:"memory"`
	Temp    string            `json:"temp"`
	Spill   string            `json:"spill"` // the most it may put there
	Room    int64             `json:"room"`  // bytes it may take beside what it began with
	Bytes   int64             `json:"bytes"`
	Do      string            `json:"do"` // understand, stream or write
	Text    string            `json:"text"`
	Params  map[string]string `json:"params,omitempty"`
	Bound   []byte            `json:"bound,omitempty"` // an Arrow stream of one batch
}

// childName is what the program is called when it is an engine.
const (
	childName = "canbao-engine"
	childMark = "CANBAO_ENGINE"
)

// startProcess starts the process; it waits for the request. Of this process it
// learns nothing: neither its environment nor its files.
func startProcess(path string, q Question, o duck.Options, l access.Limits) (*process, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("start an engine: %w", err)
	}
	if runtime.GOOS == "linux" {
		program = "/proc/self/exe" // also where the file has been replaced by a newer program
	}
	p := &process{limits: l, request: request{Path: path, Parquet: q.Parquet, Threads: o.Threads,
		Memory: o.MemoryLimit, Temp: o.TempDir, Spill: o.MaxTemp, Bytes: l.Bytes, Text: q.Text, Params: q.Params}}
	if p.request.Room, err = room(l.Memory); err != nil {
		return nil, err
	}
	if p.request.Bound, err = packed(q.Bound); err != nil {
		return nil, err
	}
	p.cmd = &exec.Cmd{Path: program, Args: []string{childName}, Env: []string{childMark + "=1"}, Stderr: &tail{to: &p.said}}
	if p.in, err = p.cmd.StdinPipe(); err == nil {
		var out io.ReadCloser
		if out, err = p.cmd.StdoutPipe(); err == nil {
			p.out = &frames{from: out}
			err = p.cmd.Start()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("start an engine: %w", err)
	}
	return p, nil
}

// send hands the request over. The pipe stays open: its end would end the child.
func (p *process) send(do string) error {
	p.request.Do = do
	if err := json.NewEncoder(p.in).Encode(p.request); err != nil {
		return p.broken(err)
	}
	return nil
}

// guard ends the process with the context.
func (p *process) guard(ctx context.Context) (done func() bool) {
	return context.AfterFunc(ctx, func() { p.cmd.Process.Kill() })
}

func (p *process) understand(ctx context.Context, _ Question) (u Understood, err error) {
	defer p.guard(ctx)()
	if err = p.send("understand"); err == nil {
		for _, schema := range []**arrow.Schema{&u.Columns, &u.Params} {
			var r *ipc.Reader
			if r, err = p.reader(ctx); err != nil {
				break
			}
			*schema = r.Schema()
			for r.Next() { // to its end
			}
			r.Release()
			if err = p.told(ctx, p.out.end()); err != nil {
				break
			}
		}
	}
	return u, err
}

func (p *process) stream(ctx context.Context, _ Question) (array.RecordReader, error) {
	done := p.guard(ctx)
	err := p.send("stream")
	if err == nil {
		var r *ipc.Reader
		if r, err = p.reader(ctx); err == nil {
			return &childStream{Reader: r, ctx: ctx, process: p, done: done}, nil
		}
	}
	done()
	return nil, err
}

func (p *process) write(ctx context.Context, _ Question) (rows int64, err error) {
	defer p.guard(ctx)()
	if err := p.send("write"); err != nil {
		return 0, err
	}
	kind, body, err := p.out.next()
	if err == nil && kind == frameRows {
		err = json.Unmarshal(body, &rows)
	} else if err == nil {
		err = unexpected(kind, body)
	}
	return rows, p.told(ctx, err)
}

// reader reads the Arrow stream that comes next.
func (p *process) reader(ctx context.Context) (*ipc.Reader, error) {
	p.out.failed = nil
	r, err := ipc.NewReader(p.out)
	if err != nil {
		if p.out.failed != nil {
			err = p.out.failed
		}
		return nil, p.told(ctx, err)
	}
	return r, nil
}

// told is why the child has not answered: what it says itself, the context, or
// how it ended.
func (p *process) told(ctx context.Context, err error) error {
	var q *duck.QueryError
	var over *LimitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &q), errors.As(err, &over), errors.Is(err, fs.ErrNotExist):
		return err
	case errors.Is(err, errChild):
		return err
	}
	return p.broken(err)
}

// errChild is what a child tells of itself that is none of the others.
var errChild = errors.New("the engine failed")

// broken waits for the end of the process and tells it. One that could not get
// more memory ends like this when it was not the engine that asked for it.
func (p *process) broken(err error) error {
	p.in.Close()
	p.wait()
	said := p.said.String()
	for _, sign := range []string{"out of memory", "cannot allocate memory", "Cannot allocate memory", "bad_alloc", "pthread_create failed", "errno=12", "signal: killed"} {
		if strings.Contains(said, sign) || p.ended != nil && strings.Contains(p.ended.Error(), sign) {
			return overMemory(p.limits.Memory)
		}
	}
	return fmt.Errorf("%w: %w (%v): %s", errChild, err, p.ended, said)
}

func (p *process) wait() { p.once.Do(func() { p.ended = p.cmd.Wait() }) }

func (p *process) close() {
	p.in.Close()
	p.cmd.Process.Kill()
	p.wait()
	os.RemoveAll(p.request.Temp)
}

// childStream is an answer of a child.
type childStream struct {
	*ipc.Reader
	ctx     context.Context
	process *process
	done    func() bool
	over    bool
	err     error
}

func (s *childStream) Next() bool {
	if s.over {
		return false
	}
	if s.Reader.Next() {
		return true
	}
	err := s.process.out.failed
	if err == nil {
		err = s.Reader.Err()
	}
	if err == nil {
		err = s.process.out.end()
	}
	s.over = true
	s.err = s.process.told(s.ctx, err)
	return false
}

func (s *childStream) Err() error { return s.err }

func (s *childStream) Release() {
	s.done()
	s.Reader.Release()
}

// packed is a row of parameters as an Arrow stream.
func packed(row arrow.RecordBatch) ([]byte, error) {
	if row == nil {
		return nil, nil
	}
	var b bytes.Buffer
	w := ipc.NewWriter(&b, ipc.WithSchema(row.Schema()))
	err := errors.Join(w.Write(row), w.Close())
	return b.Bytes(), err
}

// tail keeps the last of what is written to it.
type tail struct{ to *bytes.Buffer }

func (t *tail) Write(b []byte) (int, error) {
	const most = 64 << 10
	if t.to.Len()+len(b) > most {
		t.to.Reset()
	}
	t.to.Write(b[max(0, len(b)-most):])
	return len(b), nil
}
