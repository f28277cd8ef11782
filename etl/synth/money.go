package synth

// settle pays for the schemes on the day, under one receipt, with what goes
// wrong on the way.
func (w *townWork) settle(x *someone, schemes []int, day Day, d *dice) {
	channel, bank := w.route(x, schemes[0], &day, d)
	second := hour(d, channel)
	first := 0
	for _, scheme := range schemes {
		at := w.transact(x, scheme, premium(scheme, 1), day, second, channel, bank)
		if first == 0 {
			first = at
		}
		x.pays[at-1].with = first
	}
	x.pays[first-1].with = 0
	if d.chance(5000) {
		w.undo(x, first, d)
	}
}

// settlePension pays the pension, under a receipt of its own.
func (w *townWork) settlePension(x *someone, tier int, day Day, d *dice) {
	channel, bank := w.route(x, pension, &day, d)
	at := w.transact(x, pension, premium(pension, tier), day, hour(d, channel), channel, bank)
	if d.chance(3000) {
		w.undo(x, at, d)
	}
}

func (w *townWork) transact(x *someone, scheme, fen int, day Day, second, channel, bank int) int {
	at := x.payFor(scheme, fen, day, second)
	p := &x.pays[at-1]
	p.channel, p.bank = channel, bank
	return at
}

// route draws channel and bank, and the attempts that failed before. In the
// village whose bank files fail the deduction succeeds only after the due day.
func (w *townWork) route(x *someone, scheme int, day *Day, d *dice) (channel, bank int) {
	bank = 1 + (w.t.index+d.pick([]int{70, 12, 8, 4, 3, 2, 1}, 100))%(len(banks)-1)
	if x.place.village == w.t.bankVillage && d.chance(720_000) {
		*day = bankRepaired
		for _, failed := range bankFailures {
			w.fail(x, scheme, failed, bank, d)
		}
		return channelBatch, bank
	}
	if isBatch(*day) && d.chance(880_000) {
		if before := batchBefore(*day); before != NoDay && d.chance(90_000) {
			w.fail(x, scheme, before, bank, d)
		}
		return channelBatch, bank
	}
	if before := batchBefore(*day); before != NoDay && d.chance(25_000) {
		w.fail(x, scheme, before, bank, d) // no funds; pays by hand afterwards
	}
	channel = d.pick(channelWeights, 100)
	if channel != channelCounter {
		bank = 0
	}
	return channel, bank
}

// The village whose bank file failed: the attempts, and the day it worked.
var (
	bankFailures = [...]Day{Opening + 11, Opening + 25, Opening + 39}
	bankRepaired = Opening + 46
)

// fail adds a deduction that did not succeed.
func (w *townWork) fail(x *someone, scheme int, day Day, bank int, d *dice) {
	at := w.transact(x, scheme, premium(scheme, 1), day, hour(d, channelBatch), channelBatch, bank)
	x.pays[at-1].failed = true
}

// undo gives back what was paid, for one of several reasons.
func (w *townWork) undo(x *someone, at int, d *dice) {
	was := x.pays[at-1]
	day := was.day + 2 + Day(d.below(12))
	if day == quietDay {
		day++
	}
	if day > LastDay {
		return
	}
	second := 9*3600 + d.below(7*3600)
	switch n := d.below(100); {
	case n < 40: // paid twice, once given back
		w.transact(x, was.scheme, was.fen, was.day, min(was.second+600+d.below(900), 86399), was.channel, was.bank)
		x.refund(len(x.pays), was.fen, day, second)
	case n < 55: // cancelled at once and paid again
		r := x.refund(at, was.fen, was.day, min(was.second+60, 86399))
		r.kind = reversing
		w.transact(x, was.scheme, was.fen, was.day, min(was.second+240, 86399), was.channel, was.bank)
	case n < 70: // a part given back, in parts, under the first receipt
		for part := range Day(2) {
			if day+part > LastDay || day+part == quietDay {
				break
			}
			x.refund(at, was.fen/10, day+part, second).with = at
		}
	case n < 85: // given back by mistake, paid again
		x.refund(at, was.fen, day, second)
		if again := day + 2; again <= LastDay && again != quietDay {
			w.transact(x, was.scheme, was.fen, again, second, channelAlipay, 0)
		}
	case was.scheme == medical: // found employment
		x.regs = append(x.regs, registration{scheme: employeeMedical, on: day, ended: NoDay})
		x.refund(at, was.fen, day, second).minus = true
	}
}

// garble makes what the daily files get wrong: rows that cannot be read and
// come again in a later file, and transactions a later file corrects.
func (w *townWork) garble(x *someone, d *dice) {
	for i := len(x.pays) - 1; i >= 0; i-- {
		switch n := d.below(10_000); {
		case n < 25:
			again := x.pays[i]
			x.pays[i].spoilt = true
			if n > 0 {
				again.file, again.echo = w.laterFile(again.day), true
				again.with = i + 1
				x.pays = append(x.pays, again)
			}
		case n < 29 && !x.pays[i].failed && x.pays[i].kind == paying: // ten times too much
			again := x.pays[i]
			if again.file = w.laterFile(again.day); again.file > again.day {
				x.pays[i].fen *= 10
				x.pays[i].echo = true
				again.with = i + 1
				x.pays = append(x.pays, again)
			}
		case n < 30 && !x.pays[i].failed && x.pays[i].kind == paying && x.pays[i].refunds == 0: // the bank took it back
			again := x.pays[i]
			if again.file = w.laterFile(again.day); again.file > again.day {
				again.failed, again.with = true, i+1
				x.pays[i].echo = true
				x.pays = append(x.pays, again)
				if day := again.file + 1; day <= LastDay && day != quietDay {
					w.transact(x, again.scheme, again.fen, day, again.second, channelWeChat, 0)
				}
			}
		}
	}
}

// laterFile is the day whose file brings what an earlier one could not.
func (w *townWork) laterFile(day Day) Day {
	next := day + 1
	if next == quietDay {
		next++
	}
	return min(next, LastDay)
}
