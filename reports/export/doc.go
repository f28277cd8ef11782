// Package export writes a bulletin as the files an office works with. They say
// what the reports.Document says, figure by figure: a format adds nothing but a
// look. Numbers are real numbers behind the texts of the document, so that a
// reader can sort, filter and go on calculating, and nothing that was withheld
// is in a file in any form.
package export
