package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"canbao/models/measure"
	"canbao/reports"
)

// booksView sets statements against the transactions loaded.
type booksView struct {
	Source, Scheme   string
	Sources, Schemes []optionView
	Books            []bookView
	Days             []bookView // that disagree
	None             string     // why there is nothing to compare
	More             int        // days beyond those shown
	snapshot         int
}

func (v booksView) foot(w words) string { return w.f("快照 %d", "Snapshot %d", v.snapshot) }

type bookView struct {
	Source, Scheme, Way, Day       string
	Days, Differ                   int
	Stated, Recorded, Count        string
	StatedYuan, RecordedYuan, Yuan string
	Off                            bool
}

// bookDays is how many days that disagree a page shows.
const bookDays = 500

func (s *Server) books(w http.ResponseWriter, r *request) error {
	lease, err := s.Desk.Lease(r.Context(), r.User)
	if err != nil {
		return err
	}
	defer lease.Release()
	ctx, form := r.Context(), r.URL.Query()
	v := booksView{Source: form.Get("source"), Scheme: form.Get("scheme"), snapshot: lease.Number}
	all, err := lease.Reader.BookLines(ctx, measure.BookFilter{})
	if err != nil {
		return err
	}
	var kept []measure.BookLine
	for _, l := range all {
		v.Sources = addOption(v.Sources, optionView{l.Source, reports.SourceTitle(l.Source, string(r.words)), l.Source == v.Source})
		v.Schemes = addOption(v.Schemes, optionView{l.Scheme, reports.SchemeTitle(l.Scheme, string(r.words)), l.Scheme == v.Scheme})
		if (v.Source == "" || l.Source == v.Source) && (v.Scheme == "" || l.Scheme == v.Scheme) {
			kept = append(kept, l)
		}
	}
	v.sum(kept, r.words)
	if len(all) == 0 {
		stated, err := lease.Reader.Stated(ctx)
		if err != nil {
			return err
		}
		v.None = r.t("没有装载过对账单，无从比对。", "No statement was loaded: there is nothing to compare.")
		if stated > 0 {
			v.None = r.t("有对账单，但没有装载过交易，无从比对。", "Statements were loaded, but no transaction to compare them with.")
		}
	}
	return s.show(w, r, http.StatusOK, "books", r.t("对账", "Books"), v)
}

// sum adds the lines up by book, and lists those that disagree. A day of a book
// is one line.
func (v *booksView) sum(lines []measure.BookLine, w words) {
	type total struct {
		measure.BookLine
		days, differ int
	}
	var books []*total
	at := map[[4]string]*total{}
	for _, l := range lines {
		key := [4]string{l.Source, l.Scheme, l.Channel, l.Bank}
		b := at[key]
		if b == nil {
			b = &total{BookLine: measure.BookLine{Source: l.Source, Scheme: l.Scheme, Channel: l.Channel, Bank: l.Bank}}
			at[key] = b
			books = append(books, b)
		}
		b.days++
		b.Stated, b.Recorded = b.Stated+l.Stated, b.Recorded+l.Recorded
		b.StatedFen, b.RecordedFen = b.StatedFen+l.StatedFen, b.RecordedFen+l.RecordedFen
		if l.Agrees() {
			continue
		}
		b.differ++
		if len(v.Days) == bookDays {
			v.More++
			continue
		}
		v.Days = append(v.Days, bookLine(l, w))
	}
	for _, b := range books {
		line := bookLine(b.BookLine, w)
		line.Day, line.Days, line.Differ, line.Off = "", b.days, b.differ, b.differ > 0
		v.Books = append(v.Books, line)
	}
}

func bookLine(l measure.BookLine, w words) bookView {
	lang := string(w)
	return bookView{
		Source: reports.SourceTitle(l.Source, lang), Scheme: reports.SchemeTitle(l.Scheme, lang), Way: strings.TrimSpace(l.Channel + " " + l.Bank),
		Day: l.Day.Format(time.DateOnly), Stated: thousands(l.Stated), Recorded: thousands(l.Recorded), Count: signed(thousands(l.Recorded - l.Stated)),
		StatedYuan: yuan(l.StatedFen), RecordedYuan: yuan(l.RecordedFen), Yuan: signed(yuan(l.RecordedFen - l.StatedFen)), Off: !l.Agrees(),
	}
}

// yuan is an amount to the fen.
func yuan(f measure.Fen) string {
	sign, n := "", int64(f)
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%s.%02d", sign, thousands(n/100), n%100)
}

// signed is a difference: none is a dash, more has its sign.
func signed(text string) string {
	switch {
	case text == "0" || text == "0.00":
		return "—"
	case text[0] != '-':
		return "+" + text
	}
	return text
}
