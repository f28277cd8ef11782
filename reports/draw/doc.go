// Package draw holds a picture as shapes and texts and writes it as SVG for a
// page and as EMF for a word processor. Text stays text in both: it is set in
// the reader's own fonts, prints sharply and can be searched.
//
// Lengths are CSS pixels (1/96 inch), x to the right, y downwards.
package draw
