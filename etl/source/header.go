package source

import (
	"slices"
	"strings"

	"canbao/etl/clean"
)

// headerWithin is how many rows from the top, blank ones aside, a header is
// looked for.
const headerWithin = 30

// layout is what the top of a table tells: how it is parted, where its header
// stands, and what stands above.
type layout struct {
	dialect dialect
	headers []string
	above   [][]string // titles over the header
	rows    [][]string // the one or two rows of the header
	size    int        // bytes down to the end of the header
	fit     int
	width   int // filled cells of the header
}

// findLayout looks for the header in the first rows of the text, parted in
// every way there is; the best fitting row wins, then the one with more cells,
// then the upper one.
func findLayout(head []byte, end byte, whole bool, fit Recogniser) layout {
	var best layout
	for _, comma := range []byte{',', '\t', ';', '|'} {
		l := headerIn(head, dialect{comma: comma, end: end}, whole, fit)
		if best.headers == nil || l.fit > best.fit || l.fit == best.fit && l.width > best.width {
			best = l
		}
	}
	return best
}

func headerIn(head []byte, d dialect, whole bool, fit Recogniser) layout {
	var rows [][]string
	var ends []int
	filled := 0
	for at := 0; at < len(head) && filled < headerWithin+1; {
		size := d.rowEnd(head[at:])
		if size == 0 {
			if !whole && len(rows) > 0 {
				break // the row goes on beyond what is at hand
			}
			size = len(head) - at
		}
		cells, _, _ := d.cells(nil, head[at:at+size])
		at += size
		rows = append(rows, texts(cells))
		ends = append(ends, at)
		if slices.ContainsFunc(cells, func(c []byte) bool { return !clean.Empty(c) }) {
			filled++
		}
	}
	best := layout{dialect: d, fit: -1}
	for i, row := range rows {
		best.better(layout{dialect: d, headers: trimTail(row), above: rows[:i], rows: rows[i : i+1], size: ends[i], fit: fit(row)})
	}
	for i := range len(rows) - 1 {
		for _, joined := range joinRows(rows[i], rows[i+1]) {
			best.better(layout{dialect: d, headers: trimTail(joined), above: rows[:i], rows: rows[i : i+2], size: ends[i+1], fit: fit(joined)})
		}
	}
	return best
}

// better takes over a layout that fits better; the number of filled cells
// decides only where neither row names anything.
func (l *layout) better(other layout) {
	other.width = 0
	for _, h := range other.headers {
		if !clean.Empty([]byte(h)) {
			other.width++
		}
	}
	if other.fit > l.fit || other.fit == 0 && l.fit == 0 && len(other.rows) == 1 && other.width > l.width {
		*l = other
	}
}

// joinRows joins a header of two rows: the lower cell under a merged upper one
// goes by its own name, or by both, whichever is recognised.
func joinRows(upper, lower []string) [][]string {
	n := max(len(upper), len(lower))
	own, both := make([]string, n), make([]string, n)
	group := ""
	for i := range n {
		top, sub := cellAt(upper, i), cellAt(lower, i)
		if top != "" {
			group = top
		}
		switch {
		case sub == "":
			own[i], both[i] = top, top
		default:
			own[i], both[i] = sub, group+sub
		}
	}
	return [][]string{own, both}
}

func cellAt(row []string, i int) string {
	if i >= len(row) {
		return ""
	}
	return strings.TrimSpace(row[i])
}

// trimTail drops the blank headers at the end: columns that hold nothing.
func trimTail(row []string) []string {
	n := len(row)
	for n > 1 && clean.Empty([]byte(row[n-1])) {
		n--
	}
	return row[:n]
}
