package reports

import (
	"slices"
	"strconv"
	"strings"

	"canbao/models/measure"
)

// paceView sets the present pace beside the needed one.
type paceView struct {
	Rows  []paceRow
	Chart *chart
}

type paceRow struct {
	Title, Due, Left, Short, PerDay, Needed, Ratio, Forecast, ForecastRate, Target string
	Sign, Word, Status                                                             string
	Assumed                                                                        bool
	ratio                                                                          float64 // present pace in percent of the needed one, 0: none
}

func pace(f *figures, w words) paceView {
	var v paceView
	for _, i := range f.items {
		s := i.whole
		status := statusOf(s)
		left := f.daysLeft(i.Due)
		row := paceRow{
			Title: w.title(i.Item), Due: f.day(w, i.Due), Left: w.t("已截止", "over"), Short: measure.Grouped(s.ShortBy),
			PerDay: measure.None, Needed: measure.None, Ratio: measure.None, Forecast: measure.None,
			ForecastRate: measure.None, Target: measure.ShownTarget(i.TargetNum, i.TargetDen) + "%",
			Sign: signs[status], Word: w.status(status), Status: status, Assumed: assumed(i.Item),
		}
		if left >= 0 {
			row.Left = strconv.Itoa(left)
		}
		if s.PerDay != nil {
			row.PerDay = oneDecimal(*s.PerDay)
		}
		if s.NeededPerDay != nil {
			row.Needed = measure.Grouped(*s.NeededPerDay)
			if *s.NeededPerDay > 0 && s.PerDay != nil {
				row.ratio = 100 * *s.PerDay / float64(*s.NeededPerDay)
				row.Ratio = strconv.FormatFloat(row.ratio, 'f', 0, 64) + "%"
			}
		}
		if s.Forecast != nil {
			end := s
			end.Actual = *s.Forecast
			row.Forecast, row.ForecastRate = measure.Grouped(*s.Forecast), percent(end.Shown())
		}
		v.Rows = append(v.Rows, row)
	}
	v.Chart = paceChart(w, v.Rows)
	return v
}

// moneyView is what came in, by channel and day, and what is due.
type moneyView struct {
	Schemes     []string
	Channels    []channelRow
	Total       channelRow
	Daily       *chart
	Collections []collectionRow
}

type channelRow struct {
	Channel string
	Color   string
	Cells   []string // transactions per scheme
	Count   string
	Amount  string
	Share   string  // of the transactions
	Width   float64 // of its bar
	Refunds string

	schemes map[string]int64
	count   int64
	refunds int64
	amount  measure.Fen
}

type collectionRow struct{ Scheme, People, Due, Received, Left, Share string }

func money(f *figures, w words) moneyView {
	var v moneyView
	total := channelRow{Channel: w.t("合计", "total"), schemes: map[string]int64{}}
	rows := map[string]*channelRow{}
	var schemes []string
	for _, p := range f.payments {
		row := rows[p.Channel]
		if row == nil {
			row = &channelRow{Channel: channelName(w, p.Channel), schemes: map[string]int64{}}
			rows[p.Channel] = row
		}
		if !slices.Contains(schemes, p.Scheme) {
			schemes = append(schemes, p.Scheme)
		}
		for _, r := range []*channelRow{row, &total} {
			r.schemes[p.Scheme] += p.Payments
			r.count += p.Payments
			r.refunds += p.Refunds
			r.amount += p.Amount - p.RefundsFen
		}
	}
	slices.Sort(schemes)
	order := f.channels()
	for n, name := range order {
		row := rows[name]
		row.Color = channelColor(n)
		v.Channels = append(v.Channels, row.written(w, schemes, total.count))
	}
	v.Total = total.written(w, schemes, total.count)
	for _, s := range schemes {
		v.Schemes = append(v.Schemes, w.scheme(s))
	}
	v.Daily = dailyChart(f, w, order)
	v.Collections = collections(f, w)
	return v
}

func (r channelRow) written(w words, schemes []string, total int64) channelRow {
	for _, s := range schemes {
		r.Cells = append(r.Cells, measure.Grouped(r.schemes[s]))
	}
	r.Count, r.Refunds, r.Amount = measure.Grouped(r.count), measure.Grouped(r.refunds), w.money(r.amount)
	if total > 0 {
		r.Width = 100 * float64(r.count) / float64(total)
		r.Share = strconv.FormatFloat(r.Width, 'f', 1, 64) + "%"
	}
	return r
}

// channels lists the channels, the most used first.
func (f *figures) channels() []string {
	count := map[string]int64{}
	for _, p := range f.payments {
		count[p.Channel] += p.Payments
	}
	var names []string
	for name := range count {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if count[a] != count[b] {
			return int(count[b] - count[a])
		}
		return strings.Compare(a, b)
	})
	return names
}

func channelName(w words, name string) string {
	if name == "" {
		return w.t("未注明", "not told")
	}
	return name
}

func collections(f *figures, w words) []collectionRow {
	var all []collectionRow
	for _, c := range f.collections {
		if c.AreaCode != f.root {
			continue
		}
		row := collectionRow{
			Scheme: w.scheme(c.Scheme), People: measure.Grouped(c.PeopleDue), Due: w.money(c.Due),
			Received: w.money(c.Received), Left: w.money(max(0, c.Due-c.Received)), Share: measure.None,
		}
		if c.Due > 0 {
			row.Share = share(int64(c.Received), int64(c.Due))
		}
		all = append(all, row)
	}
	return all
}
