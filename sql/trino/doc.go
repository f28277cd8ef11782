// Package trino runs the models of a build on a Trino cluster: the sibling of
// sql/duck for those whose people do not fit one machine.
//
// The files of core, indicators, mart and check run as they are; only what
// stands in staging is in Trino's own words, in the folder of that name here.
// Rows and results travel as Parquet files in the lake, which the cluster and
// the program both see: a folder that all share, or a bucket.
//
// A build with number n works in schemas of its own (core_n, mart_n, ...), so
// that readers of the snapshot before are not disturbed; mart_n and ref_n stay
// for as long as snapshot n does.
package trino
