package flight

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	pb "github.com/apache/arrow-go/v18/arrow/flight/gen/flight"
)

// registerInfo says what the server can do, for clients that ask.
func (s *Server) registerInfo() error {
	version := s.o.Version
	if version == "" {
		version = "0"
	}
	const (
		subqueries = 1<<pb.SqlSupportedSubqueries_SQL_SUBQUERIES_IN_COMPARISONS | 1<<pb.SqlSupportedSubqueries_SQL_SUBQUERIES_IN_EXISTS |
			1<<pb.SqlSupportedSubqueries_SQL_SUBQUERIES_IN_INS | 1<<pb.SqlSupportedSubqueries_SQL_SUBQUERIES_IN_QUANTIFIEDS
		unions         = 1<<pb.SqlSupportedUnions_SQL_UNION | 1<<pb.SqlSupportedUnions_SQL_UNION_ALL
		groupBy        = 1<<pb.SqlSupportedGroupBy_SQL_GROUP_BY_UNRELATED | 1<<pb.SqlSupportedGroupBy_SQL_GROUP_BY_BEYOND_SELECT
		entryLevel     = 1 << pb.SupportedAnsi92SqlGrammarLevel_ANSI92_ENTRY_SQL
		fullOuterJoins = 1 << pb.SqlOuterJoinsSupportLevel_SQL_FULL_OUTER_JOINS
		coreGrammar    = 1<<pb.SupportedSqlGrammar_SQL_MINIMUM_GRAMMAR | 1<<pb.SupportedSqlGrammar_SQL_CORE_GRAMMAR
	)
	for id, value := range map[flightsql.SqlInfo]any{
		flightsql.SqlInfoFlightSqlServerName:                        "canbao",
		flightsql.SqlInfoFlightSqlServerVersion:                     version,
		flightsql.SqlInfoFlightSqlServerArrowVersion:                arrow.PkgVersion,
		flightsql.SqlInfoFlightSqlServerReadOnly:                    true,
		flightsql.SqlInfoFlightSqlServerSql:                         true,
		flightsql.SqlInfoFlightSqlServerSubstrait:                   false,
		flightsql.SqlInfoFlightSqlServerTransaction:                 int32(flightsql.SqlTransactionNone),
		flightsql.SqlInfoFlightSqlServerCancel:                      true,
		flightsql.SqlInfoFlightSqlServerBulkIngestion:               false,
		flightsql.SqlInfoFlightSqlServerIngestTransactionsSupported: false,
		flightsql.SqlInfoFlightSqlServerStatementTimeout:            int32(0),
		flightsql.SqlInfoFlightSqlServerTransactionTimeout:          int32(0),

		flightsql.SqlInfoDDLCatalog: false,
		flightsql.SqlInfoDDLSchema:  false,
		flightsql.SqlInfoDDLTable:   false,

		flightsql.SqlInfoIdentifierCase:                         int64(flightsql.SqlCaseSensitivityCaseInsensitive),
		flightsql.SqlInfoIdentifierQuoteChar:                    `"`,
		flightsql.SqlInfoQuotedIdentifierCase:                   int64(flightsql.SqlCaseSensitivityCaseInsensitive),
		flightsql.SqlInfoExtraNameChars:                         "",
		flightsql.SqlInfoSearchStringEscape:                     `\`,
		flightsql.SqlInfoAllTablesAreASelectable:                true,
		flightsql.SqlInfoNullOrdering:                           int64(flightsql.SqlNullOrderingSortAtEnd),
		flightsql.SqlInfoKeywords:                               []string{"QUALIFY", "SAMPLE", "PIVOT", "UNPIVOT", "ASOF", "POSITIONAL", "ANTI", "SEMI"},
		flightsql.SqlInfoNumericFunctions:                       []string{"ABS", "CEILING", "EXP", "FLOOR", "LOG10", "MOD", "PI", "POWER", "RANDOM", "ROUND", "SIGN", "SQRT"},
		flightsql.SqlInfoStringFunctions:                        []string{"CONCAT", "LCASE", "LEFT", "LENGTH", "LTRIM", "REPEAT", "REPLACE", "RIGHT", "RTRIM", "SUBSTRING", "UCASE"},
		flightsql.SqlInfoSystemFunctions:                        []string{"IFNULL"},
		flightsql.SqlInfoDateTimeFunctions:                      []string{"CURRENT_DATE", "DAYOFMONTH", "DAYOFWEEK", "DAYOFYEAR", "HOUR", "MINUTE", "MONTH", "QUARTER", "SECOND", "WEEK", "YEAR"},
		flightsql.SqlInfoSupportsConvert:                        map[int32][]int32{},
		flightsql.SqlInfoSupportsColumnAliasing:                 true,
		flightsql.SqlInfoNullPlusNullIsNull:                     true,
		flightsql.SqlInfoSupportsTableCorrelationNames:          true,
		flightsql.SqlInfoSupportsDifferentTableCorrelationNames: false,
		flightsql.SqlInfoSupportsExpressionsInOrderBy:           true,
		flightsql.SqlInfoSupportsOrderByUnrelated:               true,
		flightsql.SqlInfoSupportedGroupBy:                       int32(groupBy),
		flightsql.SqlInfoSupportsLikeEscapeClause:               true,
		flightsql.SqlInfoSupportsNonNullableColumns:             true,
		flightsql.SqlInfoSupportedGrammar:                       int32(coreGrammar),
		flightsql.SqlInfoANSI92SupportedLevel:                   int32(entryLevel),
		flightsql.SqlInfoSupportsIntegrityEnhancementFacility:   false,
		flightsql.SqlInfoOuterJoinsSupportLevel:                 int32(fullOuterJoins),

		flightsql.SqlInfoSchemaTerm:               "schema",
		flightsql.SqlInfoProcedureTerm:            "",
		flightsql.SqlInfoCatalogTerm:              "",
		flightsql.SqlInfoCatalogAtStart:           true,
		flightsql.SqlInfoSchemasSupportedActions:  int32(0),
		flightsql.SqlInfoCatalogsSupportedActions: int32(0),

		flightsql.SqlInfoSupportedPositionedCommands:   int32(0),
		flightsql.SqlInfoSelectForUpdateSupported:      false,
		flightsql.SqlInfoStoredProceduresSupported:     false,
		flightsql.SqlInfoSupportedSubqueries:           int32(subqueries),
		flightsql.SqlInfoCorrelatedSubqueriesSupported: true,
		flightsql.SqlInfoSupportedUnions:               int32(unions),

		flightsql.SqlInfoTransactionsSupported:                   false,
		flightsql.SqlInfoSavePointsSupported:                     false,
		flightsql.SqlInfoBatchUpdatesSupported:                   false,
		flightsql.SqlInfoNamedParametersSupported:                true,
		flightsql.SqlInfoLocatorsUpdateCopy:                      false,
		flightsql.SqlInfoStoredFunctionsUsingCallSyntaxSupported: false,
		flightsql.SqlInfoDataDefinitionCausesTransactionCommit:   false,
		flightsql.SqlInfoDataDefinitionsInTransactionsIgnored:    false,
		flightsql.SqlInfoSupportedTransactionsIsolationlevels:    int32(0),
		flightsql.SqlInfoDefaultTransactionIsolation:             int64(0),
		flightsql.SqlInfoMaxStatements:                           int64(maxPrepared),
		flightsql.SqlInfoMaxConnections:                          int64(maxConnections),
		flightsql.SqlInfoMaxStatementLen:                         int64(maxMessage),
	} {
		if err := s.RegisterSqlInfo(id, value); err != nil {
			return err
		}
	}
	return nil
}
