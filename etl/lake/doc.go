// Package lake keeps the rows of a warehouse as Parquet files that a distributed
// engine reads: a folder per dataset and load, in each a file per bucket of the
// people, so that what an engine joins by person lies in files of one number.
//
// The warehouse stays the ledger and is what counts. A folder that it does not
// list is nothing, whatever left it there; one that it lists was on the disk,
// under its name, before the ledger's transaction ended. A folder never changes:
// rows that must are taken out, and go back into a folder of another name.
package lake
