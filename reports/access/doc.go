// Package access knows who people are and what they may: the users of a
// workspace with their passwords and tokens, the roles, the one table of rights
// that decides and is printed, and how much each role may ask for.
//
// It holds no session and asks no database: the pages and the wire ask it.
package access
