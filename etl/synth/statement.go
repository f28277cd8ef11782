package synth

import "fmt"

// book is what one way of paying brought in on a day: transactions of both
// directions, and their net amount.
type book struct {
	count int
	fen   int
}

// books are the sums of a town by day, scheme, channel and bank.
type books struct {
	days [][3][6][8]book
}

func (b *books) add(p *pay) {
	if b.days == nil {
		b.days = make([][3][6][8]book, PaymentDays)
	}
	if p.day < Opening || p.day > LastDay || p.scheme > critical {
		return
	}
	at := &b.days[p.day-Opening][p.scheme][p.channel][p.bank]
	at.count++
	if p.kind == paying && !p.minus {
		at.fen += p.fen
	} else {
		at.fen -= p.fen
	}
}

// sumBooks are the books of towns together.
func sumBooks(works []*townWork) books {
	all := books{days: make([][3][6][8]book, PaymentDays)}
	for _, w := range works {
		all.addAll(&w.books)
	}
	return all
}

func (b *books) addAll(more *books) {
	for i := range more.days {
		for s := range more.days[i] {
			for ch := range more.days[i][s] {
				for bank, v := range more.days[i][s][ch] {
					at := &b.days[i][s][ch][bank]
					at.count += v.count
					at.fen += v.fen
				}
			}
		}
	}
}

// statementFiles write what tax, treasury and banks say they received, a line
// for every day and scheme. A statement counts the transactions of both
// directions and sums them net. The books do not quite agree: the treasury
// books some days late, a bank misses a batch, the tax office a correction.
func (c *city) statementFiles(all books) error {
	for number, source := range []string{"税务", "国库", "银行"} {
		l := statementLayout
		if number == 0 {
			l.enc = inGB
		}
		t := c.open(c.form.named(fmt.Sprintf("06-statement/%d-%s.csv", number+1, source)), l, ofStatement, number)
		t.line(c.name + "城乡居民社会保险费对账单")
		t.head()
		for i := range c.Days {
			if Opening+Day(i) != quietDay {
				c.statement(t, number, wordOf(source), Opening+Day(i), &all.days[i])
			}
		}
		t.total("合计")
		if err := c.done(t); err != nil {
			return err
		}
	}
	return nil
}

// statement writes the lines of one source for a day.
func (c *city) statement(t *table, source int, name word, day Day, sums *[3][6][8]book) {
	d := roll(c.Seed, ofStatement, source<<16|int(day))
	var byChannel [6]book
	for s := range sums {
		var whole book
		byChannel = [6]book{}
		for ch := range sums[s] {
			for b, v := range sums[s][ch] {
				if source == 2 && (ch == channelBatch || ch == channelCounter) && v.count > 0 {
					if d.chance(20_000) { // a transaction the bank has not booked
						v.count, v.fen = v.count-1, v.fen-premium(s, 1)
					}
					t.statement(day, name, s, channels[ch], banks[b], v)
				}
				byChannel[ch].count += v.count
				byChannel[ch].fen += v.fen
			}
			whole.count += byChannel[ch].count
			whole.fen += byChannel[ch].fen
			if source == 0 && byChannel[ch].count > 0 {
				if d.chance(8000) {
					byChannel[ch].count++
				}
				t.statement(day, name, s, channels[ch], none, byChannel[ch])
			}
		}
		if source == 1 && whole.count > 0 {
			if d.chance(50_000) { // booked the next day
				n := 1 + d.below(3)
				whole.count, whole.fen = whole.count-n, whole.fen-n*premium(s, 1)
			}
			t.statement(day, name, s, none, none, whole)
		}
	}
}

func (t *table) statement(day Day, source word, scheme int, channel, bank word, v book) {
	t.day(day)
	t.word(source)
	t.word(schemeLong[scheme])
	t.word(channel)
	t.word(bank)
	t.number(max(v.count, 0))
	t.yuan(v.fen)
	t.end(t.dice.chance(3000))
}
