package measure

import (
	"context"
	"database/sql"
	"fmt"
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

// BookLine is a line of a statement beside what the transactions loaded for its
// day come to, of the channel and bank it names.
type BookLine struct {
	Source, Scheme         string
	Day                    time.Time
	Channel, Bank          string // empty for all
	Stated, Recorded       int64
	StatedFen, RecordedFen Fen
}

// Agrees tells whether count and amount are the same.
func (l BookLine) Agrees() bool { return l.Stated == l.Recorded && l.StatedFen == l.RecordedFen }

// BookFilter selects lines of statements. An empty field selects all.
type BookFilter struct {
	Campaign       string // whose schemes are meant
	From, To       time.Time
	Scheme, Source string
}

// BookLines lists the lines of statements by source, scheme, what they name, day,
// channel and bank. There are none where no transaction was ever loaded to
// compare them with.
func (r *Reader) BookLines(ctx context.Context, f BookFilter) ([]BookLine, error) {
	return list(ctx, r, "books", func(rows *sql.Rows) (l BookLine, err error) {
		err = rows.Scan(&l.Source, &l.Scheme, &l.Day, &l.Channel, &l.Bank, &l.Stated, &l.Recorded, &l.StatedFen, &l.RecordedFen)
		return l, err
	}, `
		select source, scheme, date, coalesce(channel, ''), coalesce(bank, ''),
			stated_count, recorded_count, (stated_amount * 100)::bigint, (recorded_amount * 100)::bigint
		from mart.books
		where ($from::date is null or date >= $from::date) and ($to::date is null or date <= $to::date)
			and ($campaign = '' or scheme in (select scheme from ref.scheme where campaign = $campaign))
			and ($scheme = '' or scheme = $scheme) and ($source = '' or source = $source)
			and exists (select 1 from mart.payment_daily)
		order by source, scheme, channel is not null, bank is not null, date, channel, bank`,
		sql.Named("campaign", f.Campaign), sql.Named("from", date(f.From)), sql.Named("to", date(f.To)),
		sql.Named("scheme", f.Scheme), sql.Named("source", f.Source))
}

// Stated counts the lines of statements that were loaded, whether or not there
// is anything to compare them with.
func (r *Reader) Stated(ctx context.Context) (lines int64, err error) {
	if err := r.db.QueryRowContext(ctx, "select count(*) from mart.books").Scan(&lines); err != nil {
		return 0, fmt.Errorf("read books: %w", err)
	}
	return lines, nil
}

// readBooks sums the statements of the campaign's schemes.
func (r *Reader) readBooks(ctx context.Context, b *Bulletin) error {
	all, err := r.BookLines(ctx, BookFilter{Campaign: b.Campaign.ID, From: b.Campaign.Opening, To: b.AsOf})
	if err != nil {
		return err
	}
	b.layBooks(all)
	return nil
}

// layBooks sums lines as BookLines lists them.
func (b *Bulletin) layBooks(all []BookLine) {
	var day, differed time.Time
	for _, l := range all {
		n := len(b.Books) - 1
		byChannel, byBank := l.Channel != "", l.Bank != ""
		if n < 0 || b.Books[n].Source != l.Source || b.Books[n].Scheme != l.Scheme ||
			b.Books[n].ByChannel != byChannel || b.Books[n].ByBank != byBank {
			b.Books = append(b.Books, Book{Source: l.Source, Scheme: l.Scheme, ByChannel: byChannel, ByBank: byBank})
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
		if l.Agrees() {
			continue
		}
		book.Lines = append(book.Lines, l)
		if !l.Day.Equal(differed) {
			book.Differ, differed = book.Differ+1, l.Day
		}
	}
}

// AnyPayment tells whether any transaction was loaded.
func (r *Reader) AnyPayment(ctx context.Context) (any bool, err error) {
	if err := r.db.QueryRowContext(ctx, "select exists (select 1 from mart.payment_daily)").Scan(&any); err != nil {
		return false, fmt.Errorf("read payments: %w", err)
	}
	return any, nil
}
