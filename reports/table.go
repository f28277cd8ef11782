package reports

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"canbao/models/measure"
)

// Table is figures in rows. Every format prints the texts of its cells; a
// spreadsheet takes their numbers.
type Table struct {
	ID      string // unique in the document, of a-z, 0-9 and -
	Caption string
	Groups  []Group // a row of headers above that of the columns, or none
	Columns []Column
	Rows    []Row
	Frozen  int    // columns that stay in sight, from the left
	Class   string // of the page: rank, map, annex ...
	Wide    bool   // on paper it lies on its side
}

// Group is a header over several columns.
type Group struct {
	Title string // may be empty
	Span  int
}

// Column is one column: its header, and what its cells hold.
type Column struct {
	Title   string
	Note    string // below the header: the target of an item
	Kind    Kind
	Num     int64 // the exact target that Note tells
	Den     int64 // 0: it tells none
	Target  bool  // its cells are the targets of the rates beside them
	Assumed bool  // a target that the notice does not give
	Minor   bool  // left out where there is little room
}

// Row is one row; Whole marks a total.
type Row struct {
	Cells []Cell
	Whole bool
	Class string
}

// Kind is what a cell holds, and in which unit its number is.
type Kind int

// The kinds of cells.
const (
	Text   Kind = iota // no number
	Count              // people, rows, transactions, days, ranks
	Rate               // hundredths of a percent
	Points             // hundredths of a percentage point, or of a point of the score, signed
	Money              // fen
	Score              // hundredths of a point, half-up
	Pace               // tenths of a person a day, half-up
	Places             // places climbed, signed
	Day                // days since 1 January 1970
	Moment             // seconds since 1 January 1970, of the clock on the wall
)

// Cell is one cell: Text as it is read, and the number behind it where it has
// one. A cell without a figure (measure.None, measure.Hidden) has none.
type Cell struct {
	Text   string
	Kind   Kind
	Number int64
	Class  string  // shade or tone: met, g1 to g6, none, up, down, a status
	Note   string  // further words, shown where there is room for them
	Bar    float64 // a bar beside the figure, 0 to 1; 0 is none
	Strong bool
	Head   bool // names its row

	Area, Item string // codes of what it names, where a page of the service can tell more
}

func textCell(s string) Cell { return Cell{Text: s} }
func headCell(s string) Cell { return Cell{Text: s, Head: true} }
func noneCell() Cell         { return Cell{Text: measure.None} }

// areaCell names an area, at an item or at all.
func areaCell(name, code, item string) Cell {
	return Cell{Text: name, Head: true, Area: code, Item: item}
}

func countCell(n int64) Cell { return Cell{Text: measure.Grouped(n), Kind: Count, Number: n} }

// countCellOf is a number that may be withheld.
func countCellOf(c measure.Count) Cell {
	if c.Withheld {
		return Cell{Text: c.String()}
	}
	return countCell(c.N)
}

// countCellIf is a number that may not be known.
func countCellIf[N int | int64](n *N) Cell {
	if n == nil {
		return noneCell()
	}
	return countCell(int64(*n))
}

// rateCell is a shown rate; one above 100 % is flagged.
func rateCell(s measure.Shown) Cell {
	if !s.Valid || s.Withheld {
		return Cell{Text: s.String()}
	}
	text := s.String()
	if s.Over {
		text += "↑"
	}
	return Cell{Text: text, Kind: Rate, Number: s.Hundredths}
}

// changeCell is the change of a shown rate since the last bulletin.
func changeCell(h int64, known bool) Cell {
	if !known {
		return noneCell()
	}
	return Cell{Text: measure.ShownChange(h), Kind: Points, Number: h}
}

// moneyCell is an amount in yuan, rounded half-up for the eye, exact behind it.
func moneyCell(f measure.Fen) Cell { return Cell{Text: f.Yuan(), Kind: Money, Number: int64(f)} }

// scoreCell is a score with two decimals, half-up.
func scoreCell(r *big.Rat) Cell {
	if r == nil {
		return noneCell()
	}
	text := measure.Rounded(r, 2)
	n, err := strconv.ParseInt(strings.Replace(text, ".", "", 1), 10, 64)
	if err != nil {
		return textCell(text)
	}
	return Cell{Text: text, Kind: Score, Number: n}
}

// paceCell is the mean gain a day of seven days, with one decimal.
func paceCell(s measure.Standing) Cell {
	if s.PerDay == nil {
		return noneCell()
	}
	text := measure.Rounded(big.NewRat(s.Gained, 7), 1)
	n, err := strconv.ParseInt(strings.Replace(text, ".", "", 1), 10, 64)
	if err != nil {
		return textCell(text)
	}
	whole, tenth, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	people, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return textCell(text)
	}
	grouped := measure.Grouped(people) + "." + tenth
	if strings.HasPrefix(text, "-") {
		grouped = "-" + grouped
	}
	return Cell{Text: grouped, Kind: Pace, Number: n}
}

// dayCell is a day as the reader's language writes it.
func dayCell(w words, d time.Time) Cell {
	return Cell{Text: w.longDay(d), Kind: Day, Number: d.Unix() / (24 * 60 * 60)}
}

// momentCell is a time to the minute.
func momentCell(t time.Time) Cell {
	_, offset := t.Zone()
	return Cell{Text: t.Format("2006-01-02 15:04"), Kind: Moment, Number: t.Unix() + int64(offset)}
}

// without is the table but for the rows of a class.
func (t *Table) without(class string) *Table {
	kept := *t
	kept.Rows = slices.DeleteFunc(slices.Clone(t.Rows), func(r Row) bool { return r.Class == class })
	return &kept
}
