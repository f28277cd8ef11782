// Package etl loads extracts into the warehouse: it recognises what a file is,
// cleans its cells, seals identity, holds back what cannot be trusted, and
// writes the rest, each file whole or not at all.
//
// Go streams: decoding, field rules and sealing run on the rows as they pass,
// so nothing in the clear ever reaches the database. SQL settles: which rows
// repeat what is known and which replace it are questions about sets.
package etl
