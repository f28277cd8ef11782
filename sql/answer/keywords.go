package answer

import "strings"

// Keywords are the words of SQL that questions are made of, functions with the
// bracket that follows.
var Keywords = strings.Fields(`select from where group order by having limit offset join left right full inner cross on using as
	and or not in is null like between exists case when then else end distinct union all except intersect with over partition
	rows preceding following unbounded window filter asc desc nulls first last date timestamp interval true false cast(
	count( sum( avg( min( max( round( coalesce( nullif( abs( floor( ceil( greatest( least( concat( substr( lower( upper( trim(
	replace( length( string_agg( row_number( rank( dense_rank( lag( lead( first_value( date_trunc( date_diff( extract( median( quantile_cont(
	try_cast( describe summarize explain`)
