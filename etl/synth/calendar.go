package synth

// calendar turns chance into the day a payer of a town pays, so that the shares
// paid follow the town's curve, faster on working days and before due days.
type calendar struct {
	days [1 << 16]Day
}

func newCalendar(curve []int) *calendar {
	share := make([]float64, marks[len(marks)-1]+1)
	share[0] = float64(curve[0]) / 10_000
	for k := 1; k < len(marks); k++ {
		from, to := marks[k-1]+1, marks[k]
		total := 0.0
		for i := from; i <= to; i++ {
			share[i] = busy(Opening + Day(i))
			total += share[i]
		}
		for i := from; i <= to; i++ {
			share[i] *= float64(curve[k]-curve[k-1]) / 10_000 / total
		}
	}
	c := &calendar{}
	upTo, at := 0.0, 0
	for i, s := range share {
		for upTo += s; at < len(c.days) && float64(at) < upTo*float64(len(c.days)); at++ {
			c.days[at] = Opening + Day(i)
		}
	}
	for ; at < len(c.days); at++ {
		c.days[at] = FullDue
	}
	return c
}

// busy is how much is paid on a day compared with others of its week or two.
func busy(d Day) float64 {
	if d == quietDay {
		return 0
	}
	w := 1.0
	switch d.weekday() {
	case 0:
		w = 0.45
	case 6:
		w = 0.6
	case 1:
		w = 1.15
	}
	if isBatch(d) {
		w += 2.5
	}
	for _, due := range [...]Day{MainDue, FullDue} {
		if left := due - d; left >= 0 && left < 3 {
			w *= 2.2 - 0.4*float64(left)
		}
	}
	return w
}

func (c *calendar) pick(d *dice) Day { return c.days[d.below(len(c.days))] }

// isBatch tells the days on which the banks deduct: Thursdays.
func isBatch(d Day) bool { return d.weekday() == 4 && d >= Opening && d <= LastDay }

// batchBefore is the last such day before d, NoDay where there is none.
func batchBefore(d Day) Day {
	for d--; d >= Opening; d-- {
		if isBatch(d) {
			return d
		}
	}
	return NoDay
}

// straggle is a day after the full due day.
func straggle(d *dice) Day { return FullDue + 1 + Day(d.below(int(LastDay-FullDue))) }

// hour draws the second of the day at which a channel is used.
func hour(d *dice, channel int) int {
	switch channel {
	case channelBatch:
		return 9*3600 + d.below(3*3600)
	case channelCounter, channelHall:
		return 8*3600 + 1800 + d.below(8*3600)
	}
	return 7*3600 + d.below(16*3600)
}

// Channels, numbered as their words.
const (
	channelBatch = iota
	channelAlipay
	channelWeChat
	channelKiosk
	channelCounter
	channelHall
)

var channelWeights = []int{0, 46, 27, 8, 11, 8}
