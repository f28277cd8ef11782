package flight

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"

	"canbao/etl/refuse"
)

// What a client may want that no reader of a published snapshot has.
var (
	errReadOnly = &refuse.Error{
		What: t("这里只能查询，不能写入", "this is read-only: nothing can be written"),
		Do:   t("请写一句 SELECT，并用查询（query）而不是更新（update）执行", "write one SELECT, and run it as a query, not as an update"),
	}
	errNoTransactions = &refuse.Error{
		What: t("这里没有事务：每次查询都对应一份完整的快照", "there are no transactions: each query sees one whole snapshot"),
		Do:   t("请打开自动提交（autocommit）", "turn autocommit on"),
	}
	errNoSubstrait = &refuse.Error{
		What: t("不接受 Substrait 计划", "Substrait plans are not taken"),
		Do:   t("请写 SQL", "write SQL"),
	}
)

func (*Server) DoPutCommandStatementUpdate(context.Context, flightsql.StatementUpdate) (int64, error) {
	return 0, errReadOnly
}

func (*Server) DoPutPreparedStatementUpdate(context.Context, flightsql.PreparedStatementUpdate, flight.MessageReader) (int64, error) {
	return 0, errReadOnly
}

func (*Server) DoPutCommandStatementIngest(context.Context, flightsql.StatementIngest, flight.MessageReader) (int64, error) {
	return 0, errReadOnly
}

func (*Server) DoPutCommandSubstraitPlan(context.Context, flightsql.StatementSubstraitPlan) (int64, error) {
	return 0, errNoSubstrait
}

func (*Server) GetFlightInfoSubstraitPlan(context.Context, flightsql.StatementSubstraitPlan, *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return nil, errNoSubstrait
}

func (*Server) GetSchemaSubstraitPlan(context.Context, flightsql.StatementSubstraitPlan, *flight.FlightDescriptor) (*flight.SchemaResult, error) {
	return nil, errNoSubstrait
}

func (*Server) CreatePreparedSubstraitPlan(context.Context, flightsql.ActionCreatePreparedSubstraitPlanRequest) (r flightsql.ActionCreatePreparedStatementResult, err error) {
	return r, errNoSubstrait
}

func (*Server) BeginTransaction(context.Context, flightsql.ActionBeginTransactionRequest) ([]byte, error) {
	return nil, errNoTransactions
}

func (*Server) EndTransaction(context.Context, flightsql.ActionEndTransactionRequest) error {
	return errNoTransactions
}

func (*Server) BeginSavepoint(context.Context, flightsql.ActionBeginSavepointRequest) ([]byte, error) {
	return nil, errNoTransactions
}

func (*Server) EndSavepoint(context.Context, flightsql.ActionEndSavepointRequest) error {
	return errNoTransactions
}
