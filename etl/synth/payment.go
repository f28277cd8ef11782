package synth

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Days whose file came twice: once the very same bytes, once with rows added.
var (
	sentAgain = Opening + 13
	sentLater = Opening + 21
)

// paymentFiles write the transactions of a day as the tax office sends them the
// next morning, and for two days once more.
func (c *city) paymentFiles(works []*townWork, day Day) error {
	name := c.named(fmt.Sprintf("05-payment/%s.csv", day))
	t := c.paymentFile(works, day, name, 0)
	if err := c.done(t); err != nil {
		return err
	}
	again := c.named(fmt.Sprintf("05-payment/%s_2.csv", day))
	switch day {
	case sentAgain:
		return c.copyFile(t, again)
	case sentLater:
		return c.done(c.paymentFile(works, day, again, 3))
	}
	return nil
}

// paymentFile writes the file of a day; with added > 0 it comes for the second
// time, with so many rows more.
func (c *city) paymentFile(works []*townWork, day Day, name string, added int) *table {
	l := paymentLayout
	at := int(day - Opening)
	if at%9 == 4 {
		l.cols = append([]column(nil), l.cols...)
		l.cols[4].header = "SKSSQQ"
	}
	t := c.open(name, l, ofPayment, at)
	t.line("社会保险费缴费明细表")
	t.line("征收机关：国家税务总局"+c.name+"税务局", "缴费日期："+day.String())
	t.head()
	for _, w := range works {
		for i := range w.events[at] {
			e := &w.events[at][i]
			if w.payment(t, e) && t.keep {
				t.tell(ref{w.t.index, int(e.who)}, e.truth(w))
			}
		}
	}
	if added > 0 {
		t.Repeated += t.Accepted
		t.Accepted = 0
		t.facts = nil
		for i := range added { // people of another city, entered here by mistake
			w := works[i%len(works)]
			stray := int32(len(w.people) - 1)
			e := event{who: stray, serial: uint32(90_000_000 + i), fen: medicalPremium, second: int32(hour(&t.dice, channelHall)),
				day: day, year: 2021, scheme: medical, channel: channelHall}
			if w.payment(t, &e) && t.keep {
				t.tell(ref{w.t.index, int(e.who)}, e.truth(w))
			}
		}
	}
	t.total("合计")
	return t
}

// appendReceipt appends the number of a tax receipt.
func (w *townWork) appendReceipt(b []byte, serial uint32) []byte {
	town := w.t.index
	b = append(append(b, w.c.code...), "2020"...)
	b = append(b, byte('0'+town/10), byte('0'+town%10))
	for unit := uint32(10_000_000); unit > 0; unit /= 10 {
		b = append(b, byte('0'+serial/unit%10))
	}
	return b
}

// payment writes a transaction; it tells whether it is accepted.
func (w *townWork) payment(t *table, e *event) bool {
	p := &w.people[e.who]
	for _, col := range t.cols {
		switch col.field {
		case fReceipt:
			t.buf = w.appendReceipt(t.buf, e.serial)
			t.next()
		case fID:
			t.bytes(p.id())
		case fIDType:
			t.document(p)
		case fScheme:
			t.word(schemeLong[e.scheme])
		case fYear:
			if t.buf = appendInt(t.buf, int(e.year)); col.header == "SKSSQQ" {
				t.buf = append(t.buf, "-01-01"...)
			}
			t.next()
		case fAmount:
			if e.flags&eventMinus != 0 {
				t.yuan(-int(e.fen))
			} else {
				t.yuan(int(e.fen))
			}
		case fKind:
			if e.flags&eventMinus != 0 || e.kind == paying && e.serial%3 == 0 {
				t.word(none)
			} else {
				t.word(payWords[e.kind])
			}
		case fPaidAt:
			t.moment(e.day, int(e.second))
		case fChannel:
			t.word(channels[e.channel])
		case fBank:
			t.word(banks[e.bank])
		case fState:
			if e.flags&eventFailed != 0 {
				t.word(lost)
			} else {
				t.word(success)
			}
		case fRefunds:
			if e.orig > 0 {
				t.buf = w.appendReceipt(t.buf, e.orig)
			}
			t.next()
		}
	}
	return t.end(e.flags&eventSpoilt != 0)
}

func (e *event) truth(w *townWork) Payment {
	p := Payment{Receipt: string(w.appendReceipt(nil, e.serial)), Scheme: schemeNames[e.scheme], Year: int(e.year), Fen: int(e.fen),
		Day: e.day, Second: int(e.second), Failed: e.flags&eventFailed != 0}
	if e.kind != paying || e.flags&eventMinus != 0 {
		p.Back, p.Fen = true, -p.Fen
	}
	return p
}

// copyFile sends a file again as it was: every row of it is repeated.
func (c *city) copyFile(t *table, name string) error {
	again := &table{path: filepath.Join(c.extracts(), filepath.FromSlash(name)), size: t.size,
		FileTruth: FileTruth{File: name, Dataset: t.Dataset, Rows: t.Rows, Repeated: t.Rows, Furniture: t.Furniture, Reasons: map[string]int64{}}}
	in, err := os.Open(t.path)
	if err != nil {
		return fmt.Errorf("copy %s: %w", t.path, err)
	}
	defer in.Close()
	if again.out, err = os.Create(again.path); err == nil {
		_, err = io.Copy(again.out, in)
	}
	if err != nil {
		return fmt.Errorf("copy %s: %w", t.path, err)
	}
	size := again.size
	err = c.done(again)
	again.size = size
	return err
}
