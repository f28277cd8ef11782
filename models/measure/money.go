package measure

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// Fen is an amount of money in fen, 1/100 yuan.
type Fen int64

// Yuan is the amount in yuan with grouped digits, rounded half-up: "1,234".
func (f Fen) Yuan() string { return Grouped(floorDiv(int64(f)+50, 100)) }

// Grouped is n with a comma every three digits.
func Grouped(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	text := fmt.Sprint(n)
	var b strings.Builder
	for i, c := range text {
		if i > 0 && (len(text)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return sign + b.String()
}

// Payment sums the transactions of one scheme, day and channel over all areas.
type Payment struct {
	Scheme, Channel    string
	Day                time.Time
	Payments, Refunds  int64 // transactions
	Amount, RefundsFen Fen
}

// Payments lists the payments up to and with day to, by day, scheme, channel.
func (r *Reader) Payments(ctx context.Context, campaign string, to time.Time) ([]Payment, error) {
	return list(ctx, r, "payments", func(rows *sql.Rows) (p Payment, err error) {
		err = rows.Scan(&p.Scheme, &p.Channel, &p.Day, &p.Payments, &p.Refunds, &p.Amount, &p.RefundsFen)
		return p, err
	}, `
		select scheme, coalesce(channel, ''), paid_on, sum(payments)::bigint, sum(refunds)::bigint,
			(sum(amount) * 100)::bigint, (sum(refund_amount) * 100)::bigint
		from mart.payment_daily
		where campaign = ? and paid_on <= ?::date
		group by scheme, coalesce(channel, ''), paid_on
		order by paid_on, scheme, coalesce(channel, '')`, campaign, date(to))
}

// Collection is what an area owed and paid of one scheme, as of a day.
type Collection struct {
	Scheme, Level, AreaCode string
	PeopleDue               int64
	Due, Received           Fen
	Withheld                bool // in the public edition: nothing of it is carried
}

// Collections lists amounts due and received as of a day, by scheme and area.
func (r *Reader) Collections(ctx context.Context, campaign string, asOf time.Time) ([]Collection, error) {
	return list(ctx, r, "collections", func(rows *sql.Rows) (c Collection, err error) {
		err = rows.Scan(&c.Scheme, &c.Level, &c.AreaCode, &c.PeopleDue, &c.Due, &c.Received)
		return c, err
	}, `
		select scheme, level, area_code, people_due, coalesce((amount_due * 100)::bigint, 0),
			coalesce((amount_received * 100)::bigint, 0)
		from mart.collection
		where campaign = ? and as_of = ?::date
		order by scheme, area_code`, campaign, date(asOf))
}
