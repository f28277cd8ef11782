// Package source turns files into rows of text. What a file is, how its text
// is encoded and parted, where its header stands and which rows are furniture
// (titles, repeated headers, totals, notes, blank rows) is found from the
// content, never from the name. Cells come out as they stood there, decoded.
//
// A Table is read in blocks by several goroutines at once, in bounded memory
// whatever the size of the file. Other formats join by offering a Table.
package source
