package measure

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
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
	all, err := r.moves(ctx, b.Campaign.ID, b.AsOf)
	b.Money.Mix = mixed(all, b.Campaign.Opening, b.AsOf)
	return err
}

// move is what one channel and bank brought in of a scheme on a day, and what did
// not go through.
type move struct {
	day                       time.Time
	scheme, channel, bank     string
	payments, failed, refunds int64
	amount, failedFen, refund Fen
}

// moves lists them up to and with day to, by day, scheme, channel and bank.
func (r *Reader) moves(ctx context.Context, campaign string, to time.Time) ([]move, error) {
	return list(ctx, r, "payments by channel and bank", func(rows *sql.Rows) (m move, err error) {
		err = rows.Scan(&m.day, &m.scheme, &m.channel, &m.bank, &m.payments, &m.failed, &m.refunds, &m.amount, &m.failedFen, &m.refund)
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
		select day, scheme, coalesce(channel, ''), coalesce(bank, ''),
			sum(payments)::bigint, sum(failures)::bigint, sum(refunds)::bigint,
			(sum(amount) * 100)::bigint, (sum(failed) * 100)::bigint, (sum(refund_amount) * 100)::bigint
		from moves
		group by 1, 2, 3, 4
		order by 1, 2, 3, 4`,
		sql.Named("campaign", campaign), sql.Named("to", date(to)))
}

// mixed sums the moves up to and with day to by week from the opening; what came
// before it stands in the first.
func mixed(all []move, opening, to time.Time) []Mix {
	type way struct {
		week                  int
		scheme, channel, bank string
	}
	sums := map[way]*Mix{}
	var ways []way
	for _, m := range all {
		if m.day.After(to) {
			break // they come by day
		}
		w := way{max(0, daysBetween(opening, m.day)) / week, m.scheme, m.channel, m.bank}
		sum, known := sums[w]
		if !known {
			sum = &Mix{Scheme: w.scheme, Channel: w.channel, Bank: w.bank, From: opening.AddDate(0, 0, week*w.week)}
			if sum.To = sum.From.AddDate(0, 0, week-1); sum.To.After(to) {
				sum.To = to
			}
			sums[w], ways = sum, append(ways, w)
		}
		sum.Payments.N += m.payments
		sum.Failed.N += m.failed
		sum.Refunds.N += m.refunds
		sum.Amount += m.amount
		sum.FailedFen += m.failedFen
		sum.RefundsFen += m.refund
	}
	slices.SortFunc(ways, func(x, y way) int {
		return cmp.Or(cmp.Compare(x.week, y.week), strings.Compare(x.scheme, y.scheme), strings.Compare(x.channel, y.channel), strings.Compare(x.bank, y.bank))
	})
	var mix []Mix
	for _, w := range ways {
		mix = append(mix, *sums[w])
	}
	return mix
}
