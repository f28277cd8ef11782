//go:build duckdb_arrow

package duck

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	bindings "github.com/duckdb/duckdb-go-bindings"
)

// Session is one connection to a published snapshot, for SQL that people write.
// It is locked like any read-only database (Options.ReadOnly), and differs from
// one of database/sql in three ways: answers stream, whatever their size; they
// come as Arrow batches, not as values of Go; and errors tell where in the text
// they are. database/sql offers none of these.
//
// A session runs one query at a time. Interrupt may be called from anywhere.
type Session struct {
	db   bindings.Database
	conn bindings.Connection
	path string
	mu   sync.Mutex // one query at a time
}

// sessionSettings are made before the session is locked. The buffer is what the
// engine may run ahead of the reader; days and moments are local whatever the
// machine's clock says.
var sessionSettings = []string{
	"set streaming_buffer_size = '16MB'",
	"set TimeZone = 'Asia/Shanghai'",
	"set enable_external_access = false",
	"set lock_configuration = true",
}

// sessions counts those opened, to tell apart where they spill.
var sessions atomic.Int64

// OpenSession opens the snapshot file at path, read-only and locked. Where
// parquet names a file, that one file may be written, by Prepared.Parquet alone:
// no query can name it in a statement that writes.
func OpenSession(path, parquet string, o Options) (*Session, error) {
	o.ReadOnly = true
	if o.TempDir == "" {
		// Beside the snapshot, and apart from what others spill: two that shared a
		// folder would write into each other's files.
		o.TempDir = fmt.Sprintf("%s.tmp-%d-%d", path, os.Getpid(), sessions.Add(1))
	}
	var config bindings.Config
	if bindings.CreateConfig(&config) == bindings.StateError {
		return nil, fmt.Errorf("open session %s: no configuration", path)
	}
	defer bindings.DestroyConfig(&config)
	set := o.configuration()
	set["errors_as_json"] = "true"
	// The last of what is set below.
	delete(set, "enable_external_access")
	delete(set, "lock_configuration")
	for name, value := range set {
		if bindings.SetConfig(config, name, value) == bindings.StateError {
			return nil, fmt.Errorf("open session %s: setting %s cannot be %s", path, name, value)
		}
	}
	s := &Session{path: path}
	var message string
	if bindings.OpenExt(path, &s.db, config, &message) == bindings.StateError {
		return nil, fmt.Errorf("open session %s: %w", path, orGone(path, o, errors.New(message)))
	}
	if bindings.Connect(s.db, &s.conn) == bindings.StateError {
		s.Close()
		return nil, fmt.Errorf("open session %s: no connection", path)
	}
	settings := sessionSettings
	if o.MaxTemp != "" {
		// Given when a database is opened the engine shows it and does not keep it.
		settings = slices.Concat([]string{"set max_temp_directory_size = " + quoted(o.MaxTemp)}, settings)
	}
	if parquet != "" {
		settings = slices.Concat([]string{"set allowed_paths = [" + quoted(parquet) + "]"}, settings)
	}
	for _, text := range settings {
		var result bindings.Result
		state := bindings.Query(s.conn, text, &result)
		message := bindings.ResultError(&result)
		bindings.DestroyResult(&result)
		if state == bindings.StateError {
			s.Close()
			return nil, fmt.Errorf("open session %s: %s: %s", path, text, message)
		}
	}
	return s, nil
}

// Close closes the session. What it has streamed must have been released.
func (s *Session) Close() {
	bindings.Disconnect(&s.conn)
	bindings.Close(&s.db)
}

// Interrupt stops the query under way, if any.
func (s *Session) Interrupt() { bindings.Interrupt(s.conn) }

// Prepared is a query understood, its parameters not yet given.
type Prepared struct {
	session   *Session
	text      string
	statement bindings.PreparedStatement
	params    []string
}

// Prepare understands text, which must be exactly one reading statement, and
// runs nothing of it. What is wrong with it is a *QueryError.
func (s *Session) Prepare(ctx context.Context, text string) (*Prepared, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.oneSelect(text); err != nil {
		return nil, err
	}
	p := &Prepared{session: s, text: text}
	if err := p.prepare(text); err != nil {
		return nil, err
	}
	for i := range bindings.NParams(p.statement) {
		p.params = append(p.params, bindings.ParameterName(p.statement, i+1))
	}
	return p, ctx.Err()
}

func (p *Prepared) prepare(text string) error {
	if bindings.Prepare(p.session.conn, text, &p.statement) == bindings.StateError {
		err := queryError(bindings.PrepareError(p.statement))
		bindings.DestroyPrepare(&p.statement)
		return err
	}
	return nil
}

// oneSelect refuses what is not exactly one reading statement, and what names
// something that is closed. DuckDB's own parser is asked, with the text as a
// value: nothing of it is run.
func (s *Session) oneSelect(text string) (reading, error) {
	// The engine would read no further than there.
	if at := strings.IndexByte(text, 0); at >= 0 {
		return reading{}, &QueryError{Kind: "Parser", Message: "a text with a zero byte", At: at}
	}
	answer, err := s.value("select cast(json_serialize_sql(cast($1 as varchar)) as varchar)", text)
	if err != nil {
		return reading{}, err
	}
	var parsed struct {
		Error      bool              `json:"error"`
		Type       string            `json:"error_type"`
		Message    string            `json:"error_message"`
		Position   string            `json:"position"`
		Statements []json.RawMessage `json:"statements"`
	}
	if err := json.Unmarshal([]byte(answer), &parsed); err != nil {
		return reading{}, fmt.Errorf("parse the query: %w", err)
	}
	switch {
	case parsed.Error && parsed.Type == "parser":
		return reading{}, &QueryError{Kind: "Parser", Message: parsed.Message, At: position(parsed.Position)}
	case parsed.Error:
		return reading{}, &QueryError{Kind: NotReading, Message: parsed.Message, At: -1}
	case len(parsed.Statements) != 1:
		return reading{}, &QueryError{Kind: NotOne, Message: strconv.Itoa(len(parsed.Statements)), At: -1}
	}
	found, err := read(parsed.Statements[0])
	if err == nil && found.closed != nil {
		err = found.closed
	}
	return found, err
}

// Tame tells whether a query can do no more than the memory limit of its engine
// allows; one that is wrong or closed is a *QueryError. Some functions make what
// they return outside of what the engine counts, and cannot be stopped before
// they have made it: a query with any but the plainest functions, or one that
// calls itself, is better run where it can be ended from outside.
func (s *Session) Tame(text string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, err := s.oneSelect(text)
	return err == nil && found.tame(), err
}

// value runs a query of one text parameter and one text.
func (s *Session) value(query, arg string) (string, error) {
	var statement bindings.PreparedStatement
	defer bindings.DestroyPrepare(&statement)
	if bindings.Prepare(s.conn, query, &statement) == bindings.StateError {
		return "", queryError(bindings.PrepareError(statement))
	}
	bindings.BindVarchar(statement, 1, arg)
	var result bindings.Result
	if bindings.ExecutePrepared(statement, &result) == bindings.StateError {
		defer bindings.DestroyResult(&result)
		return "", queryError(bindings.ResultError(&result))
	}
	answer, err := newStream(context.Background(), result)
	if err != nil {
		return "", err
	}
	defer answer.Release()
	if !answer.Next() {
		return "", answer.Err()
	}
	return strings.Clone(answer.RecordBatch().Column(0).ValueStr(0)), nil
}

// Params are the names of the parameters, $name without the sign; a ? or $1 is
// named by its number.
func (p *Prepared) Params() []string { return p.params }

// Close lets go of the statement. Streams of it live on.
func (p *Prepared) Close() { bindings.DestroyPrepare(&p.statement) }

// Stream runs the query with the parameters given, as texts: DuckDB reads each
// as what its place in the query wants. The caller releases the stream.
func (p *Prepared) Stream(ctx context.Context, params map[string]string) (*Stream, error) {
	return p.run(ctx, func() error { return p.bind(params) })
}

func (p *Prepared) bind(params map[string]string) error {
	for i, name := range p.params {
		value, given := params[name]
		if !given {
			return &QueryError{Kind: NoParameter, Message: name, At: -1}
		}
		if bindings.BindVarchar(p.statement, bindings.IdxT(i+1), value) == bindings.StateError {
			return queryError(bindings.PrepareError(p.statement))
		}
	}
	return nil
}

// Parquet writes the answer into the file the session was opened for, by
// DuckDB's own writer, and tells its rows. Batches handed to a writer of Go take
// more than three times as long.
func (p *Prepared) Parquet(ctx context.Context, params map[string]string, file string) (int64, error) {
	p.session.mu.Lock()
	defer p.session.mu.Unlock()
	const before = "copy (\n"
	c := &Prepared{session: p.session, params: p.params}
	if err := c.prepare(before + bare(p.text) + "\n) to " + quoted(file) + " (format parquet, use_tmp_file false)"); err != nil {
		return 0, moved(err, len(before))
	}
	defer c.Close()
	if err := errors.Join(ctx.Err(), c.bind(params)); err != nil {
		return 0, err
	}
	stop := context.AfterFunc(ctx, p.session.Interrupt)
	defer stop()
	answer, err := c.begin(ctx)
	if err != nil {
		return 0, moved(err, len(before))
	}
	defer answer.Release()
	if !answer.Next() {
		return 0, moved(answer.Err(), len(before))
	}
	rows, err := strconv.ParseInt(answer.RecordBatch().Column(0).ValueStr(0), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("count the rows written: %w", err)
	}
	return rows, nil
}

// moved is an error as it would be without the bytes before the query's text.
func moved(err error, by int) error {
	if e, ok := err.(*QueryError); ok && e.At >= by {
		e.At -= by
	}
	return err
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func (p *Prepared) begin(ctx context.Context) (*Stream, error) {
	var pending bindings.PendingResult
	state := bindings.PendingPreparedStreaming(p.statement, &pending)
	defer bindings.DestroyPending(&pending)
	if state == bindings.StateError {
		return nil, orCancelled(ctx, queryError(bindings.PendingError(pending)))
	}
	var result bindings.Result
	if bindings.ExecutePending(pending, &result) == bindings.StateError {
		err := queryError(bindings.ResultError(&result))
		bindings.DestroyResult(&result)
		return nil, orCancelled(ctx, err)
	}
	return newStream(ctx, result)
}

// orCancelled is the reason the context ended where it has.
func orCancelled(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// queryError reads an error of the engine, which is JSON here.
func queryError(text string) error {
	kind := ""
	if at := strings.Index(text, "{"); at > 0 { // Parser Error: {...}
		kind, text = strings.TrimSuffix(text[:at], " Error: "), text[at:]
	}
	var e struct {
		Kind       string `json:"exception_type"`
		Message    string `json:"exception_message"`
		Position   string `json:"position"`
		Subtype    string `json:"error_subtype"`
		Name       string `json:"name"`
		Type       string `json:"type"`
		Candidates string `json:"candidates"`
	}
	if json.Unmarshal([]byte(text), &e) != nil {
		return &QueryError{Kind: kind, Message: text, At: -1}
	}
	q := &QueryError{Kind: e.Kind, Subtype: e.Subtype, Message: e.Message, Name: e.Name, Type: e.Type, At: position(e.Position)}
	if e.Candidates != "" && e.Subtype != "NO_MATCHING_FUNCTION" {
		q.Candidates = strings.Split(e.Candidates, ",")
	}
	return q
}

// position is a byte of the text, -1 where the engine does not tell.
func position(text string) int {
	at, err := strconv.Atoi(text)
	if err != nil || at < 0 {
		return -1
	}
	return at
}
