package source

import (
	"regexp"
	"slices"
	"strings"

	"canbao/etl/clean"
)

// headerWithin is how many rows from the top, blank ones aside, a header is
// looked for.
const headerWithin = 30

// layout is what the top of a table tells: where its header stands and what
// stands above.
type layout struct {
	headers []string
	above   [][]string // titles over the header
	rows    [][]string // the one or two rows of the header
	fit     int
	width   int  // filled cells of the header
	people  bool // something like an ID number stands in the first rows
}

// textLayout is a layout of text, and how it is parted.
type textLayout struct {
	layout
	dialect dialect
	size    int // bytes down to the end of the header
}

// findLayout looks for the header in the first rows of the text, parted in
// every way there is; the best fitting row wins, then the one with more cells,
// then the upper one.
func findLayout(head []byte, end byte, whole bool, fit Recogniser) textLayout {
	var best textLayout
	for _, comma := range []byte{',', '\t', ';', '|'} {
		l := headerIn(head, dialect{comma: comma, end: end}, whole, fit)
		if l.fit == 0 && !slices.ContainsFunc(l.headers, says) {
			l.width = 0
		}
		if best.headers == nil || l.fit > best.fit || l.fit == best.fit && l.width > best.width {
			best = l
		}
	}
	return best
}

func headerIn(head []byte, d dialect, whole bool, fit Recogniser) textLayout {
	var rows [][]string
	var ends []int
	filled := 0
	for at := 0; at < len(head) && filled < headerWithin+1 && len(rows) < headerRows; {
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
		if anyFilled(cells) {
			filled++
		}
	}
	l := textLayout{layout: findHeader(rows, fit), dialect: d}
	if last := len(l.above) + len(l.rows); last > 0 {
		l.size = ends[last-1]
	}
	return l
}

// says tells whether a header has more than what parts the cells of another
// dialect: rows of nothing but commas hold no text.
func says(header string) bool { return !clean.Empty([]byte(strings.Trim(header, ",;|\t 　"))) }

func anyFilled(cells [][]byte) bool {
	return slices.ContainsFunc(cells, func(c []byte) bool { return !clean.Empty(c) })
}

// findHeader finds the header among the first rows of a table: the best
// fitting row or pair of rows, the upper one of equals.
func findHeader(rows [][]string, fit Recogniser) layout {
	best := layout{fit: -1}
	blank := make([]bool, len(rows))
	for i, row := range rows {
		if blank[i] = filledHeaders(row) == 0; blank[i] && best.headers != nil {
			continue
		}
		best.better(layout{headers: trimTail(row), above: rows[:i], rows: rows[i : i+1], fit: fit(row)})
	}
	for i := range max(0, len(rows)-1) {
		if blank[i] || blank[i+1] {
			continue
		}
		headers, n := joinRows(rows[i], rows[i+1], fit)
		best.better(layout{headers: trimTail(headers), above: rows[:i], rows: rows[i : i+2], fit: n})
	}
	best.people = slices.ContainsFunc(rows, func(row []string) bool { return slices.ContainsFunc(row, likeNumber) })
	return best
}

// damagedNumber matches an ID number that a spreadsheet has made a float of.
var damagedNumber = regexp.MustCompile(`[0-9]\.[0-9]+[Ee]\+1[4-7]`)

// likeNumber tells whether a cell holds what could be an ID number.
func likeNumber(cell string) bool {
	if len(cell) < 8 {
		return false
	}
	text := clean.Label(nil, []byte(cell))
	return mentioned.Match(text) || damagedNumber.Match(text)
}

// personAbove finds a row over the header that bears a valid ID number. Rows
// there are taken for titles, and a person must never be taken for one.
func (l *layout) personAbove() (row int, found bool) {
	const anyDay = 1<<31 - 1
	for i, cells := range l.above {
		for _, cell := range cells {
			if number := clean.Label(nil, []byte(cell)); len(number) == 18 {
				if _, faults := clean.ParseID(number, nil, anyDay); faults == 0 {
					return i + 1, true
				}
			}
		}
	}
	return 0, false
}

func peopleAbove(where string) error {
	return refusal(where, "表头以上有证件号码，那里的人会被当作标题", "has an ID number above its header, where a person would be taken for a title",
		"把表头移到第一个人之上，或删去表头以上的行", "move the header above the first person, or remove the rows above it", nil)
}

// better takes over a layout that fits better; the number of filled cells
// decides only where neither row names anything.
func (l *layout) better(other layout) {
	other.width = filledHeaders(other.headers)
	if other.fit > l.fit || other.fit == 0 && l.fit == 0 && len(other.rows) == 1 && other.width > l.width {
		*l = other
	}
}

func filledHeaders(headers []string) (n int) {
	for _, h := range headers {
		if !clean.Empty([]byte(h)) {
			n++
		}
	}
	return n
}

// joinRows joins a header of two rows and tells how well it fits: a lower cell
// under a merged upper one goes by its own name, or by both where that makes
// the header fit better (日期 under 缴费 is 缴费日期, 姓名 under 人员 stays 姓名).
func joinRows(upper, lower []string, fit Recogniser) (headers []string, best int) {
	n := max(len(upper), len(lower))
	headers, both := make([]string, n), make([]string, n)
	group := ""
	for i := range n {
		top, sub := cellAt(upper, i), cellAt(lower, i)
		if top != "" {
			group = top
		}
		if headers[i] = sub; sub == "" {
			headers[i] = top
		} else {
			both[i] = group + sub
		}
	}
	best = fit(headers)
	if best == 0 && fit(both) == 0 {
		return headers, 0 // two rows of people, most likely
	}
	for i, name := range both {
		if name == "" || name == headers[i] {
			continue
		}
		own := headers[i]
		headers[i] = name
		if better := fit(headers); better > best {
			best = better
		} else {
			headers[i] = own
		}
	}
	return headers, best
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
