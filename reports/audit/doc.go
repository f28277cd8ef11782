// Package audit keeps the record of what was done: who, when, what, on which
// snapshot, how many rows. Entries are only added, each chained to the one
// before by its hash, so that one changed, missing or out of order is found.
//
// What the chain cannot show: whoever may write the folder can make the whole of
// it anew. Hence a head noted elsewhere, which Verify finds again or not.
package audit
