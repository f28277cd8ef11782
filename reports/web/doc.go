// Package web is the running service's pages: leaders read where the city
// stands on any day, analysts ask in SQL, and whoever keeps the data finds what
// was held back.
//
// A page is a row of a table (page.go): its address, the right that it needs and
// what answers. A row without a right is refused when the server is made, so
// nothing is shown because somebody forgot to ask. The figures come from the
// same composing and drawing that the bulletin is made of.
//
// Pages hold no script and no style of their own: what runs and how it looks
// comes from this server's files alone, which the content security policy says.
package web
