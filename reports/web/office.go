package web

// Office is what the pages need of the private side of the warehouse: names
// revealed, rows held back. The program that serves ties it to them.
type Office interface{}
