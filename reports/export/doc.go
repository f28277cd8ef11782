// Package export writes a bulletin as files: the page, a workbook, a text for a
// word processor, and paper. All of them are drawn from one reports.Document,
// so that no figure can differ among them.
package export
