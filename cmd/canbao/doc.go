// Command canbao turns the extracts of a city's social-insurance campaign into
// a ranked bulletin.
//
// One file per verb. main is a few lines over Run, which takes arguments and
// streams and returns an exit code: 0 done, 1 the answer is no, 2 wrong use or
// bad input, 3 the system failed.
package main
