// Package measure answers, in types, what the published snapshot says: where
// each area stands at each item on each day, the assessment score, the checks,
// the money, and how far all of it can be trusted.
//
// It opens the snapshot read-only and locked. It decides nothing that a figure
// means: that is the models' work. It does know how a figure is shown (Shown),
// so that every table, page and chart prints the same digits.
package measure
