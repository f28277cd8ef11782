// Package answer writes what a query came to: text for people, CSV, JSON and
// NDJSON, XLSX, Parquet, Arrow.
//
// Answers are read as Arrow batches and written as they come, in memory that
// does not grow with them.
package answer
