// Package duck is the one door to DuckDB and Arrow.
//
// It opens databases (the writer's warehouse, a reader's locked snapshot),
// migrates them, and takes rows in bulk as a stream of Arrow batches. All else
// goes through database/sql. Nothing outside this package names the driver.
package duck
