package flight

import (
	"context"
	"fmt"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"canbao/etl/refuse"
	"canbao/reports/audit"
	"canbao/reports/desk"
	"canbao/sql/duck"
)

// A query is asked in two steps: GetFlightInfo understands it and gives a
// ticket, DoGet runs it for the ticket. The ticket is a random text that stands
// for the query in the session: it is good once, for its own session, for a
// while, and tells nothing.

const (
	ticketLasts = 10 * time.Minute
	maxTickets  = 500 // of a session
	maxPrepared = 500
)

var (
	errNoTicket = &refuse.Error{
		What: t("取数凭据无效：用过、过期，或不属于本次登录", "no such ticket: it was used, is over, or belongs to another session"),
		Do:   t("请重新执行查询", "run the query again"),
	}
	errNoStatement = &refuse.Error{
		What: t("没有这个预编译语句，或已关闭", "there is no such prepared statement, or it was closed"),
		Do:   t("请重新预编译", "prepare it again"),
	}
	errTooMany = &refuse.Error{
		What: t("打开的语句或未取的结果太多", "too many statements are open, or answers not fetched"),
		Do:   t("请关闭不用的语句", "close those not in use"),
	}
	errCancelled = &refuse.Error{
		What: t("查询已取消", "the query was cancelled"),
		Err:  context.Canceled,
	}
	errOneRow = &refuse.Error{
		What: t("一次只能绑定一行参数", "parameters are bound one row at a time"),
		Do:   t("请逐行执行", "run the query once for each row"),
	}
)

// prepared is a statement understood, with the parameters bound last.
type prepared struct {
	text  string
	known desk.Understood
	bound arrow.RecordBatch
}

// ticket is a query to be run once.
type ticket struct {
	question desk.Question
	until    time.Time
	stop     context.CancelCauseFunc // of the answer under way; nil before it
}

// forget drops what nobody has come for in time.
func (s *session) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for name, one := range s.tickets {
		if one.stop == nil && now.After(one.until) {
			delete(s.tickets, name)
		}
	}
}

// give puts a question down and returns the ticket for it.
func (s *session) give(q desk.Question) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.tickets) >= maxTickets {
		return "", errTooMany
	}
	name := secret()
	s.tickets[name] = &ticket{question: q, until: time.Now().Add(ticketLasts)}
	return name, nil
}

// take is the question of a ticket, to be stopped by stop from now on. done must
// be called at the end.
func (s *session) take(name string, stop context.CancelCauseFunc) (q desk.Question, done func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, found := s.tickets[name]
	if !found || one.stop != nil || time.Now().After(one.until) {
		return q, nil, errNoTicket
	}
	one.stop = stop
	return one.question, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.tickets, name)
	}, nil
}

// cancel stops the answer of a ticket, or sees to it that it never begins; false
// where there is none, or it has ended.
func (s *session) cancel(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, found := s.tickets[name]
	switch {
	case !found:
		return false
	case one.stop != nil:
		one.stop(errCancelled)
	default:
		delete(s.tickets, name)
	}
	return true
}

func (s *session) question(text string) desk.Question {
	// An answer over the wire is taken away: the limit is that of exports.
	return desk.Question{User: s.user, Via: via, Text: text, Export: true}
}

// GetFlightInfoStatement understands a query and gives a ticket for it.
func (s *Server) GetFlightInfoStatement(ctx context.Context, cmd flightsql.StatementQuery, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	if len(cmd.GetTransactionId()) > 0 {
		return nil, errNoTransactions
	}
	own := sessionOf(ctx)
	q := own.question(cmd.GetQuery())
	known, err := s.understand(ctx, q)
	if err != nil {
		return nil, err
	}
	return s.info(own, q, known, desc)
}

// GetSchemaStatement tells the columns of a query.
func (s *Server) GetSchemaStatement(ctx context.Context, cmd flightsql.StatementQuery, _ *flight.FlightDescriptor) (*flight.SchemaResult, error) {
	known, err := s.understand(ctx, sessionOf(ctx).question(cmd.GetQuery()))
	if err != nil {
		return nil, err
	}
	return &flight.SchemaResult{Schema: serialized(named(known.Columns, known.Snapshot))}, nil
}

// understand has the desk understand a question. One that is refused goes into
// the record: it was asked, and will not come to be answered.
func (s *Server) understand(ctx context.Context, q desk.Question) (desk.Understood, error) {
	known, err := s.o.Desk.Understand(ctx, q)
	if err == nil {
		return known, nil
	}
	told := s.fault(err, q.Text)
	if status.Code(told) == codes.Canceled {
		return known, told
	}
	_, err = s.o.Audit.Append(ctx, audit.Entry{By: q.User.Name, Role: string(q.User.Role), Via: via, Act: audit.Query,
		What: q.Text, Snapshot: known.Snapshot, Outcome: audit.Refused})
	if err != nil {
		return known, s.fault(err, "")
	}
	return known, told
}

func serialized(schema *arrow.Schema) []byte {
	return flight.SerializeSchema(schema, memory.DefaultAllocator)
}

// SnapshotKey is where the metadata of a schema tells the number of the snapshot.
const SnapshotKey = "canbao.snapshot"

// named is a schema that names the snapshot.
func named(schema *arrow.Schema, snapshot int) *arrow.Schema {
	meta := schema.Metadata().ToMap()
	if meta == nil {
		meta = map[string]string{}
	}
	meta[SnapshotKey] = fmt.Sprint(snapshot)
	all := arrow.MetadataFrom(meta)
	return arrow.NewSchema(schema.Fields(), &all)
}

// info is the answer to whoever wants to ask q: the columns, and a ticket.
func (s *Server) info(own *session, q desk.Question, known desk.Understood, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	name, err := own.give(q)
	if err != nil {
		return nil, err
	}
	body, err := flightsql.CreateStatementQueryTicket([]byte(name))
	if err != nil {
		return nil, err
	}
	return &flight.FlightInfo{
		Schema:           serialized(named(known.Columns, known.Snapshot)),
		FlightDescriptor: desc,
		Endpoint:         []*flight.FlightEndpoint{{Ticket: &flight.Ticket{Ticket: body}}},
		TotalRecords:     -1,
		TotalBytes:       -1,
		AppMetadata:      fmt.Appendf(nil, "%s=%d", SnapshotKey, known.Snapshot),
	}, nil
}

// CreatePreparedStatement understands a query to be asked with parameters.
func (s *Server) CreatePreparedStatement(ctx context.Context, cmd flightsql.ActionCreatePreparedStatementRequest) (result flightsql.ActionCreatePreparedStatementResult, err error) {
	if len(cmd.GetTransactionId()) > 0 {
		return result, errNoTransactions
	}
	own := sessionOf(ctx)
	q := own.question(cmd.GetQuery())
	known, err := s.understand(ctx, q)
	if err != nil {
		return result, err
	}
	own.mu.Lock()
	defer own.mu.Unlock()
	if len(own.prepared) >= maxPrepared {
		return result, errTooMany
	}
	name := secret()
	own.prepared[name] = &prepared{text: q.Text, known: known}
	result.Handle = []byte(name)
	result.DatasetSchema = named(known.Columns, known.Snapshot)
	result.ParameterSchema = known.Params
	return result, nil
}

// ClosePreparedStatement forgets a statement. One that is not there is closed.
func (s *Server) ClosePreparedStatement(ctx context.Context, cmd flightsql.ActionClosePreparedStatementRequest) error {
	own := sessionOf(ctx)
	own.mu.Lock()
	defer own.mu.Unlock()
	delete(own.prepared, string(cmd.GetPreparedStatementHandle()))
	return nil
}

// DoPutPreparedStatementQuery binds one row of parameters.
func (s *Server) DoPutPreparedStatementQuery(ctx context.Context, cmd flightsql.PreparedStatementQuery, rows flight.MessageReader, _ flight.MetadataWriter) ([]byte, error) {
	var row arrow.RecordBatch
	for rows.Next() {
		batch := rows.RecordBatch()
		if batch.NumRows() == 0 {
			continue
		}
		if batch.NumRows() > 1 || row != nil {
			return nil, errOneRow
		}
		batch.Retain() // for good: a question may hold it yet, and it lies on Go's heap
		row = batch
	}
	if err := rows.Err(); err != nil { // what the client sent is no stream of Arrow
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	own := sessionOf(ctx)
	own.mu.Lock()
	defer own.mu.Unlock()
	one, found := own.prepared[string(cmd.GetPreparedStatementHandle())]
	if !found {
		return nil, errNoStatement
	}
	one.bound = row
	return cmd.GetPreparedStatementHandle(), nil
}

// GetFlightInfoPreparedStatement gives a ticket for a statement with the
// parameters bound last.
func (s *Server) GetFlightInfoPreparedStatement(ctx context.Context, cmd flightsql.PreparedStatementQuery, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	own := sessionOf(ctx)
	q, known, err := s.statement(ctx, own, cmd)
	if err != nil {
		return nil, err
	}
	if q.Bound == nil && known.Params.NumFields() > 0 {
		return nil, s.fault(&duck.QueryError{Kind: duck.NoParameter, Message: known.Params.Field(0).Name, At: -1}, q.Text)
	}
	return s.info(own, q, known, desc)
}

// GetSchemaPreparedStatement tells the columns of a statement.
func (s *Server) GetSchemaPreparedStatement(ctx context.Context, cmd flightsql.PreparedStatementQuery, _ *flight.FlightDescriptor) (*flight.SchemaResult, error) {
	_, known, err := s.statement(ctx, sessionOf(ctx), cmd)
	if err != nil {
		return nil, err
	}
	return &flight.SchemaResult{Schema: serialized(named(known.Columns, known.Snapshot))}, nil
}

// statement is a prepared statement as the question it comes to, understood with
// the parameters bound: types of columns may hang on them.
func (s *Server) statement(ctx context.Context, own *session, cmd flightsql.PreparedStatementQuery) (q desk.Question, known desk.Understood, err error) {
	own.mu.Lock()
	one, found := own.prepared[string(cmd.GetPreparedStatementHandle())]
	if !found {
		own.mu.Unlock()
		return q, known, errNoStatement
	}
	q, known = own.question(one.text), one.known
	q.Bound = one.bound
	own.mu.Unlock()
	if q.Bound != nil {
		known, err = s.understand(ctx, q)
	}
	return q, known, err
}
