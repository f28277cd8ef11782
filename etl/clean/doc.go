// Package clean holds the rules of one field: document numbers, days, money,
// yes and no, the words of the extracts, and the names of areas.
//
// Every rule takes the bytes of a cell as they stood in the file and answers
// with a value or not at all. Plain cells take a path that allocates nothing;
// all others go through NFKC first (contract, section 2).
package clean
