package measure

import (
	"context"
	"database/sql"
	"time"
)

// Book is what one source states of a scheme from the opening to the day,
// against the transactions loaded: successful payments less what was given
// back. A source whose lines name channels or banks keeps one book for each way.
type Book struct {
	Source, Scheme         string // tax, treasury, bank, medical
	ByChannel, ByBank      bool   // what its lines name
	Days, Differ           int    // stated, and those of them that disagree
	Stated, Recorded       Count  // transactions
	StatedFen, RecordedFen Fen
	Withheld               bool       // counts and amounts
	Lines                  []BookLine // that disagree, by day; none in the public edition
}

// BookLine is a line of a statement that disagrees with the transactions.
type BookLine struct {
	Day                    time.Time
	Channel, Bank          string
	Stated, Recorded       int64
	StatedFen, RecordedFen Fen
}

// readBooks sums the statements of the campaign's schemes; there are none where
// no transaction was ever loaded to compare them with.
func (r *Reader) readBooks(ctx context.Context, b *Bulletin) error {
	type line struct {
		source, scheme    string
		byChannel, byBank bool
		BookLine
	}
	all, err := list(ctx, r, "books", func(rows *sql.Rows) (l line, err error) {
		err = rows.Scan(&l.source, &l.scheme, &l.byChannel, &l.byBank, &l.Day, &l.Channel, &l.Bank, &l.Stated, &l.Recorded,
			&l.StatedFen, &l.RecordedFen)
		return l, err
	}, `
		select source, scheme, channel is not null, bank is not null, date, coalesce(channel, ''), coalesce(bank, ''),
			stated_count, recorded_count, (stated_amount * 100)::bigint, (recorded_amount * 100)::bigint
		from mart.books
		where date between $from::date and $to::date
			and scheme in (select scheme from ref.scheme where campaign = $campaign)
			and exists (select 1 from mart.payment_daily)
		order by source, scheme, channel is not null, bank is not null, date, channel, bank`,
		sql.Named("campaign", b.Campaign.ID), sql.Named("from", date(b.Campaign.Opening)), sql.Named("to", date(b.AsOf)))
	if err != nil {
		return err
	}
	var day, differed time.Time
	for _, l := range all {
		n := len(b.Books) - 1
		if n < 0 || b.Books[n].Source != l.source || b.Books[n].Scheme != l.scheme ||
			b.Books[n].ByChannel != l.byChannel || b.Books[n].ByBank != l.byBank {
			b.Books = append(b.Books, Book{Source: l.source, Scheme: l.scheme, ByChannel: l.byChannel, ByBank: l.byBank})
			n, day, differed = n+1, time.Time{}, time.Time{}
		}
		book := &b.Books[n]
		if !l.Day.Equal(day) {
			book.Days, day = book.Days+1, l.Day
		}
		book.Stated.N += l.Stated
		book.Recorded.N += l.Recorded
		book.StatedFen += l.StatedFen
		book.RecordedFen += l.RecordedFen
		if l.Stated == l.Recorded && l.StatedFen == l.RecordedFen {
			continue
		}
		book.Lines = append(book.Lines, l.BookLine)
		if !l.Day.Equal(differed) {
			book.Differ, differed = book.Differ+1, l.Day
		}
	}
	return nil
}
