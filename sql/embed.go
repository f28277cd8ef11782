// Package sql holds every SQL file of canbao, embedded.
//
// The folder is the schema, the stem of a file its table: core/person.sql is
// the table core.person. schema/ holds the numbered migrations of the private
// warehouse, check/ the data checks, ref/ the tables of what is assessed and
// where, own/ those of mart that the program itself fills, cut/ what a user of
// some towns sees of them. Files import nothing: what refers to what is read
// from the SQL itself.
package sql

import "embed"

// Files are the SQL files by folder: schema, ref, staging, core, indicators,
// mart, own, check and cut.
//
//go:embed schema ref staging core indicators mart own check cut
var Files embed.FS
