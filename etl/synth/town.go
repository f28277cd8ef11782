package synth

import (
	"context"
	"fmt"
	"sort"
)

// event is a transaction as it waits for its daily file.
type event struct {
	who          int32
	serial, orig uint32 // receipts, of the transaction and of the one it gives back
	fen          int32
	second       int32
	day          Day
	year         int16
	scheme, kind uint8
	channel      uint8
	bank         uint8
	flags        uint8
}

const (
	eventFailed uint8 = 1 << iota
	eventMinus
	eventSpoilt
)

// grantRow is a row that waits for the files of subsidies.
type grantRow struct {
	who  int32
	edge bool
	grant
}

// resent is a row that was held back and comes again, or changes another.
type resent struct {
	who int32
	reg registration
	due levy
}

// townWork makes the people of one town and writes the files that are the
// town's own. It belongs to one goroutine; what it leaves is read when all are
// done.
type townWork struct {
	c      *city
	t      *town
	cal    *calendar
	reg    *register
	roster *table
	enrol  *table
	levies *table

	people    []person
	events    [][]event // by day of the file
	grants    []grantRow
	books     books
	residents []int // per village: residents on the roster as it was meant
	again     []someone
	amended   []someone
	enrolled  []resent // registrations that come again
	changed   []resent
	raised    []resent
	serial    uint32   // the last receipt given
	serials   []uint32 // receipts of the person at hand
	errata    dice
	edges     []*edge        // that still want a person
	planted   map[int]string // who stands at which edge
}

// strays is how many people of the files the roster does not know.
func strays(roster int) int { return 2 + roster/2500 }

func (c *city) work(ctx context.Context, t *town) (*townWork, error) {
	w := &townWork{c: c, t: t, cal: newCalendar(t.curve), reg: newRegister(t.index, c.seat.regions()), residents: make([]int, len(t.villages)), errata: roll(c.Seed, ofFate, t.index)}
	w.events, w.planted = make([][]event, PaymentDays), map[int]string{}
	w.deal()
	name := fmt.Sprintf("%02d-%s.", t.index+1, t.name)
	w.roster = c.open(c.named("01-roster/"+name+"csv"), rosterLayout(t.index), ofRoster, t.index)
	w.enrol = c.open(c.named("02-registration/"+name+"csv"), registrationLayout(t.index), ofRegistration, t.index)
	w.levies = c.open(c.named("03-levy/"+name+"txt"), levyLayout, ofLevy, t.index)
	for _, s := range []*table{w.roster, w.enrol, w.levies} {
		s.alias, s.every = t.spellings, s.every*10/(10+t.sloppy)
	}
	w.top()
	err := w.populate(ctx)
	w.levies.total("合计")
	if t.index%3 == 0 {
		w.roster.line("")
	}
	w.roster.line(fmt.Sprintf("注：本表由%s填报，如有疑问请联系经办人。", t.name))
	for _, s := range []*table{w.roster, w.enrol, w.levies} {
		if e := c.done(s); err == nil {
			err = e
		}
	}
	w.reg = nil
	return w, err
}

// top writes titles and headers.
func (w *townWork) top() {
	w.roster.line(w.c.name + w.t.name + "全民参保登记底册")
	w.roster.head()
	w.enrol.head()
	w.levies.line("国家税务总局" + w.c.name + "税务局")
	w.levies.line("城乡居民社会保险费应征明细", "所属："+w.t.name)
	w.levies.head()
}

// populate draws the people village by village and writes what is theirs.
func (w *townWork) populate(ctx context.Context) error {
	t := w.t
	parts := [3]int{t.homeHere, t.homeAway, t.guests}
	onRoster := parts[0] + parts[1] + parts[2]
	var dealt [3]int
	weights := 0
	for v := range t.villages {
		weights += t.villages[v].weight
	}
	w.people = make([]person, 0, onRoster+strays(onRoster))
	v, upTo := 0, t.villages[0].weight
	var x someone
	for i := range onRoster + strays(onRoster) {
		if i%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		stray := i >= onRoster
		part := i % 2 * guest
		if !stray {
			// The part that lags most behind its share is next: the sums are exact.
			lag := -1 << 62
			for k, n := range parts {
				if l := n*(i+1) - dealt[k]*onRoster; l > lag {
					part, lag = k, l
				}
			}
			dealt[part]++
		}
		for i*weights >= upTo*onRoster && v < len(t.villages)-1 {
			v++
			upTo += t.villages[v].weight
		}
		w.draw(&x, i, part, v)
		w.people = append(w.people, x.person)
		w.write(&x, stray)
	}
	return nil
}

// write sends what is known of someone to the files.
func (w *townWork) write(x *someone, stray bool) {
	if !stray {
		w.enter(x)
	}
	for i := range x.regs {
		x.regs[i].rights = w.recorded(x, x.regs[i])
		spoilt := !x.edge && w.errata.chance(2500)
		if row := x.regs[i]; w.c.sent(row.on) {
			if w.register(w.enrol, x.ref, &x.person, row, spoilt, w.t.label); spoilt && !w.errata.chance(20_000) {
				w.enrolled = append(w.enrolled, resent{who: int32(x.index), reg: row})
			}
		}
	}
	for _, row := range x.changed {
		row.rights = w.recorded(x, row)
		w.changed = append(w.changed, resent{who: int32(x.index), reg: row})
	}
	for _, row := range x.levies {
		spoilt := !x.edge && w.errata.chance(2500)
		w.levy(w.levies, x.ref, &x.person, row, spoilt)
	}
	for _, row := range x.raised {
		w.raised = append(w.raised, resent{who: int32(x.index), due: row})
	}
	for _, g := range x.grants {
		if !w.c.sent(g.grantedOn) {
			g.grantedOn = NoDay
		}
		w.grants = append(w.grants, grantRow{int32(x.index), x.edge, g})
	}
	if !x.edge && len(x.pays) > 0 {
		w.garble(x, &w.errata)
	}
	w.collect(x)
}

// enter writes the roster row.
func (w *townWork) enter(x *someone) {
	if x.resident {
		w.residents[x.place.village]++
	}
	spoilt := !x.edge && w.errata.chance(2500)
	x.onRoster = w.enrolOnRoster(w.roster, x, spoilt)
	switch {
	case spoilt && !w.errata.chance(300_000):
		w.again = append(w.again, x.bare())
	case !spoilt && x.later != nil && x.doc == documentCard:
		w.amended = append(w.amended, x.bare())
	}
	if len(w.people)%20_000 == 0 && w.t.index%5 == 0 { // printed page by page
		w.roster.line("本页小计", "20000人")
		w.roster.head()
	}
}

// bare is the person without the plan, to be kept.
func (x *someone) bare() someone {
	y := *x
	y.plan = plan{}
	return y
}

// collect puts the transactions into the days of their files, and into the
// books of those that handle the money.
func (w *townWork) collect(x *someone) {
	serials := w.serials[:0]
	for i := range x.pays {
		p := &x.pays[i]
		if p.with > 0 {
			serials = append(serials, serials[p.with-1])
		} else {
			w.serial++
			serials = append(serials, w.serial)
		}
		e := event{who: int32(x.index), serial: serials[i], fen: int32(p.fen), second: int32(p.second), day: p.day, year: int16(p.year),
			scheme: uint8(p.scheme), kind: uint8(p.kind), channel: uint8(p.channel), bank: uint8(p.bank)}
		if p.refunds > 0 {
			e.orig = serials[p.refunds-1]
		}
		e.flags = flagged(p.failed, eventFailed) | flagged(p.minus, eventMinus) | flagged(p.spoilt, eventSpoilt)
		file := p.file
		if file == NoDay {
			file = p.day
		}
		if at := int(file - Opening); w.c.sent(file) {
			w.events[at] = append(w.events[at], e)
		}
		if !p.failed && !p.echo {
			w.books.add(p)
		}
	}
	w.serials = serials
}

func flagged(set bool, flag uint8) uint8 {
	if set {
		return flag
	}
	return 0
}

// bySize orders the towns so that the largest are made first.
func bySize(towns []*town) []*town {
	sorted := append([]*town(nil), towns...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].guests+sorted[i].homeHere > sorted[j].guests+sorted[j].homeHere })
	return sorted
}
