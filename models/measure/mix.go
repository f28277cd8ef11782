package measure

import (
	"context"
	"database/sql"
	"time"
)

// Money is what came in, over the whole campaign up to the day.
type Money struct {
	Daily       []Payment    // by day, scheme, channel; none in the public edition
	Mix         []Mix        // by week, scheme, channel, bank
	Collections []Collection // by scheme and area code
}

// Mix is what one channel and bank brought in of a scheme within a week from
// the opening, and what did not go through: bank deduction succeeds by
// Payments / (Payments + Failed). The public edition tells no scheme and no bank,
// and gathers what is little used in OtherChannels.
type Mix struct {
	Scheme, Channel, Bank     string    // channel and bank as written, empty where not told
	From, To                  time.Time // both included; To not beyond the day
	Payments, Failed, Refunds Count     // transactions
	Amount, FailedFen         Fen
	RefundsFen                Fen
}

// readMoney reads payments, their mix and what was due.
func (r *Reader) readMoney(ctx context.Context, b *Bulletin) (err error) {
	if b.Money.Daily, err = r.Payments(ctx, b.Campaign.ID, b.AsOf); err != nil {
		return err
	}
	if b.Money.Collections, err = r.Collections(ctx, b.Campaign.ID, b.AsOf); err != nil {
		return err
	}
	b.Money.Mix, err = r.mix(ctx, b)
	return err
}

// mix counts weeks from the opening; what came before it stands in the first.
func (r *Reader) mix(ctx context.Context, b *Bulletin) ([]Mix, error) {
	return list(ctx, r, "payments by channel and bank", func(rows *sql.Rows) (m Mix, err error) {
		var n int
		err = rows.Scan(&n, &m.Scheme, &m.Channel, &m.Bank, &m.Payments.N, &m.Failed.N, &m.Refunds.N, &m.Amount, &m.FailedFen, &m.RefundsFen)
		m.From = b.Campaign.Opening.AddDate(0, 0, week*n)
		m.To = m.From.AddDate(0, 0, week-1)
		if m.To.After(b.AsOf) {
			m.To = b.AsOf
		}
		return m, err
	}, `
		with moves as (
			select scheme, channel, bank, paid_on as day, payments, 0 as failures, refunds, amount, 0 as failed, refund_amount
			from mart.payment_daily
			where campaign = $campaign and paid_on <= $to::date
			union all
			select scheme, channel, bank, tried_on, 0, failures, 0, 0, amount, 0
			from mart.payment_failed
			where campaign = $campaign and tried_on <= $to::date
		)
		select greatest(0, date_diff('day', $opening::date, day)) // 7 as week, scheme, coalesce(channel, ''), coalesce(bank, ''),
			sum(payments)::bigint, sum(failures)::bigint, sum(refunds)::bigint,
			(sum(amount) * 100)::bigint, (sum(failed) * 100)::bigint, (sum(refund_amount) * 100)::bigint
		from moves
		group by 1, 2, 3, 4
		order by 1, 2, 3, 4`,
		sql.Named("campaign", b.Campaign.ID), sql.Named("to", date(b.AsOf)), sql.Named("opening", date(b.Campaign.Opening)))
}
