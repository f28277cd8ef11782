// Package synth makes a synthetic city: areas, people, what they are insured
// for, what they owe and pay, and the extract files in which offices would
// send all that, dirt and quarrels between the books included. The same options
// give the same bytes. On request it keeps the truth: who, what and when, and
// what a loader must report for every file; Truth.Indicators computes every
// indicator of the contract from it, person by person, to prove the SQL right.
package synth
