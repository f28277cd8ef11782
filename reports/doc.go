// Package reports writes the progress bulletin (进度通报): the figures of one
// day as headline sentences, ranking, charts and tables in one HTML file.
//
// The file carries all it needs within itself, the chart library included, and
// asks no network for anything. Every figure that a chart draws also stands in
// a table, so it is whole without scripts and on paper. The same snapshot and
// options give the same bytes.
package reports
