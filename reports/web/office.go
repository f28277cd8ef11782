package web

import (
	"context"
	"io"

	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/reports/access"
)

// Office is what the pages need of the private side of the warehouse: who people
// are, rows held back, answers of visits. The program that serves ties it to
// them. Nothing holds the warehouse longer than its own call; while another has
// it, or without the key, every call is refused (*refuse.Error).
type Office interface {
	// Masked tells who people are as a list may show it to everybody who may see
	// lists: 周*, 3307**********0066.
	Masked(ctx context.Context, people []measure.Missing) (map[Person]Named, error)

	// Reveal tells who people are, once the warehouse has written down who asks
	// and why.
	Reveal(ctx context.Context, r Revealing, people []measure.Missing) (map[Person]Named, error)

	// Book writes the workbook for the visits of a list: masked where r has no
	// reason, else as Reveal.
	Book(ctx context.Context, w io.Writer, r Revealing, lang string) error

	// Held lists rows held back by their number, never what stands in them: those
	// behind the first skip, most at most.
	Held(ctx context.Context, f HeldFilter, skip, most int) (HeldPage, error)

	// LoadVisits loads an answered sheet, named as it came, and tells what became
	// of its rows. Of a user of towns rows about people of other areas than its own
	// are held back.
	LoadVisits(ctx context.Context, by access.User, name string, sheet io.Reader) ([]VisitLoad, error)
}

// Person is the key of a person, as mart.person has it.
type Person = [16]byte

// Named is who a person is. Phone is told by Reveal alone, where there is one.
type Named struct{ Name, Number, Phone string }

// Revealing says whose list is seen, by whom and why.
type Revealing struct {
	By     string
	Reason string
	List   *measure.Worklist
	Rows   int64  // shown
	File   string // that it goes to, empty for a page
}

// HeldFilter narrows the rows held back; empty fields take all.
type HeldFilter struct{ Reason, Dataset, File, Office string }

// HeldPage is a part of the rows held back.
type HeldPage struct {
	Rows  []HeldRow
	All   int // that fit the filter
	Sums  []HeldSum
	Files []string // with rows held back, of all
	Desks []string // offices with rows held back, of all
}

// HeldRow is a row held back.
type HeldRow struct {
	Number, Line         int64
	File, Part, Office   string
	Dataset              refuse.Text
	Reasons              []refuse.Text
	DatasetID, ReasonIDs string
}

// HeldSum counts rows that fit the filter by dataset and reason; a row of two
// reasons counts in both.
type HeldSum struct {
	DatasetID, ReasonID string
	Dataset, Reason     refuse.Text
	Rows                int
}

// VisitLoad is what became of the rows of a sheet: Rows = Accepted + Held + Repeated.
type VisitLoad struct {
	File                           string
	Number                         int // of the load
	Rows, Accepted, Held, Repeated int64
	Reasons                        []refuse.Text // why rows were held back
}
