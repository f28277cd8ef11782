package measure

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// OtherChannels is the channel of Mix in which the public edition gathers those
// that fewer than ten used in some week.
const OtherChannels = "…"

// withholdMoney gathers the payments until each that is left stands for none or
// ten and more: first over schemes and banks, then the least used channels into
// one, then the weeks. So no total has one part missing. Of what failed no total
// is told, so a small number is taken out alone; refunds stand in the books too,
// so all go where one is small.
func (b *Bulletin) withholdMoney() {
	b.Money.Daily = nil
	mix := gather(b.Money.Mix, func(m *Mix) { m.Scheme, m.Bank = "", "" })
	for _, weekly := range []bool{true, false} {
		all := mix
		if !weekly {
			all = gather(mix, func(m *Mix) { m.From, m.To = b.Campaign.Opening, b.AsOf })
		}
		if b.Money.Mix = merged(all); b.Money.Mix != nil {
			break
		}
	}
	refunds := slices.ContainsFunc(b.Money.Mix, func(m Mix) bool { return sensitive(m.Refunds.N) })
	for n := range b.Money.Mix {
		m := &b.Money.Mix[n]
		if sensitive(m.Failed.N) {
			m.Failed, m.FailedFen = Count{Withheld: true}, 0
		}
		if refunds {
			m.Refunds, m.RefundsFen = Count{Withheld: true}, 0
		}
	}
}

// merged puts the channels that tell too little into OtherChannels, and then the
// least used of the rest until that one tells enough; nil where even all channels
// in one would not.
func merged(all []Mix) []Mix {
	for {
		poor := slices.IndexFunc(all, func(m Mix) bool { return m.tells() && m.Channel != OtherChannels })
		if poor < 0 && !slices.ContainsFunc(all, Mix.tells) {
			return all
		}
		var name string
		if poor >= 0 {
			name = all[poor].Channel
		} else if least, any := leastUsed(all); any {
			name = least
		} else {
			return nil
		}
		all = gather(all, func(m *Mix) {
			if m.Channel == name {
				m.Channel = OtherChannels
			}
		})
	}
}

// tells whether it stands for one to nine payments.
func (m Mix) tells() bool { return sensitive(m.Payments.N) }

// leastUsed is the channel with the fewest payments that has its own name, and
// whether there is one.
func leastUsed(all []Mix) (string, bool) {
	sums := map[string]int64{}
	for _, m := range all {
		if m.Channel != OtherChannels {
			sums[m.Channel] += m.Payments.N
		}
	}
	names := slices.Collect(maps.Keys(sums))
	if len(names) == 0 {
		return "", false
	}
	return slices.MinFunc(names, func(x, y string) int {
		return cmp.Or(cmp.Compare(sums[x], sums[y]), strings.Compare(x, y))
	}), true
}

// gather adds up what is the same once widen has made it less special.
func gather(all []Mix, widen func(*Mix)) []Mix {
	type key struct {
		scheme, channel, bank string
		from                  time.Time
	}
	at := map[key]int{}
	var out []Mix
	for _, m := range all {
		widen(&m)
		k := key{m.Scheme, m.Channel, m.Bank, m.From}
		n, met := at[k]
		if !met {
			at[k] = len(out)
			out = append(out, m)
			continue
		}
		o := &out[n]
		o.Payments.N += m.Payments.N
		o.Failed.N += m.Failed.N
		o.Refunds.N += m.Refunds.N
		o.Amount += m.Amount
		o.FailedFen += m.FailedFen
		o.RefundsFen += m.RefundsFen
	}
	slices.SortFunc(out, func(x, y Mix) int {
		return cmp.Or(x.From.Compare(y.From), strings.Compare(x.Scheme, y.Scheme), strings.Compare(x.Channel, y.Channel), strings.Compare(x.Bank, y.Bank))
	})
	return out
}
