package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
	"canbao/models/measure"
)

func (a *app) reconcileVerb() *cobra.Command {
	var q question
	var f measure.BookFilter
	var days bool
	cmd := a.verb("reconcile", refuse.Text{ZH: "对账：税务、国库、银行、医保的对账单与已装载的交易比对", EN: "tax, treasury, banks and medical insurance: their statements against the transactions loaded"},
		func(cmd *cobra.Command, _ []string) error { return a.reconcile(cmd.Context(), q, f, days) })
	cmd.Example = "  canbao reconcile\n  canbao reconcile --source treasury --days"
	cmd.Args = none()
	a.asks(cmd, &q)
	flags := cmd.Flags()
	flags.Lookup("as-of").Usage = a.text("只看到这一天为止的对账单（默认全部）", "only statements up to this day (default: all)")
	flags.Lookup("campaign").Usage = a.text("只看这一考核方案的险种（默认全部）", "only schemes of this campaign (default: all)")
	flags.StringVar(&f.Scheme, "scheme", "", a.text("只看这一险种", "only this scheme"))
	flags.StringVar(&f.Source, "source", "", a.text("只看这一来源：", "only this source: ")+strings.Join(sources, ", "))
	flags.BoolVar(&days, "days", false, a.text("逐日列出对不上的", "list the days that disagree one by one"))
	words(cmd, "source", sources)
	words(cmd, "scheme", schemes)
	a.takes(cmd, listed)
	return cmd
}

// Whose books there are, and of what.
var (
	sources = []string{"tax", "treasury", "bank", "medical"}
	schemes = []string{"pension", "medical", "critical", "employee_pension", "employee_medical", "elsewhere_pension", "elsewhere_medical"}
)

var sourceTitles = map[string]refuse.Text{
	"tax": {ZH: "税务", EN: "tax"}, "treasury": {ZH: "国库", EN: "treasury"}, "bank": {ZH: "银行", EN: "bank"}, "medical": {ZH: "医保", EN: "medical insurance"},
}

var schemeTitles = map[string]refuse.Text{
	"pension": {ZH: "居民养老", EN: "pension"}, "medical": {ZH: "居民医保", EN: "medical"}, "critical": {ZH: "大病选缴", EN: "critical illness"},
	"employee_pension": {ZH: "职工养老", EN: "employee pension"}, "employee_medical": {ZH: "职工医保", EN: "employee medical"},
	"elsewhere_pension": {ZH: "异地养老", EN: "pension elsewhere"}, "elsewhere_medical": {ZH: "异地医保", EN: "medical elsewhere"},
}

// bookColumns are those every line of a reconciliation has, around what it
// counts days by.
func bookColumns(middle ...column) []column {
	what := []column{
		{key: "source", title: refuse.Text{ZH: "来源", EN: "source"}},
		{key: "scheme", title: refuse.Text{ZH: "险种", EN: "scheme"}},
		{key: "channel", title: refuse.Text{ZH: "渠道", EN: "channel"}},
		{key: "bank", title: refuse.Text{ZH: "银行", EN: "bank"}},
	}
	return slices.Concat(what, middle, []column{
		{key: "stated_count", title: refuse.Text{ZH: "对账单笔数", EN: "stated"}, right: true},
		{key: "recorded_count", title: refuse.Text{ZH: "交易笔数", EN: "recorded"}, right: true},
		{key: "count_difference", title: refuse.Text{ZH: "相差", EN: "difference"}, right: true},
		{key: "stated_amount", title: refuse.Text{ZH: "对账单金额", EN: "yuan stated"}, right: true},
		{key: "recorded_amount", title: refuse.Text{ZH: "交易金额", EN: "yuan recorded"}, right: true},
		{key: "amount_difference", title: refuse.Text{ZH: "相差", EN: "difference"}, right: true},
	})
}

// reconcile sets what the books state against what was loaded. The answer is no
// where they disagree.
func (a *app) reconcile(ctx context.Context, q question, f measure.BookFilter, days bool) error {
	if f.Source != "" {
		if err := oneOf("source", f.Source, sources); err != nil {
			return err
		}
	}
	if f.Scheme != "" {
		if err := oneOf("scheme", f.Scheme, schemes); err != nil {
			return err
		}
	}
	r, err := a.published(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	if q.asOf != "" || q.campaign != "" {
		c, err := r.Campaign(ctx, q.campaign)
		if err != nil {
			return err
		}
		if q.campaign != "" {
			f.Campaign = c.ID
		}
		if q.asOf != "" {
			if f.To, err = c.AsOf(q.asOf); err != nil {
				return err
			}
		}
	}
	lines, err := r.BookLines(ctx, f)
	if err != nil {
		return err
	}
	books := sumBooks(lines)
	l := a.bookListing(books)
	if days {
		l = a.bookDays(lines)
	}
	if err := a.print(l); err != nil {
		return err
	}
	if len(lines) == 0 {
		return a.tellNoBooks(ctx, r)
	}
	differ, on := 0, 0
	for _, b := range books {
		if b.differ > 0 {
			differ++
			on += b.differ
		}
	}
	if differ > 0 {
		return &answerNo{refuse.Text{
			ZH: fmt.Sprintf("%d 本账中 %d 本对不上，共 %d 天；--days 逐日列出", len(books), differ, on),
			EN: fmt.Sprintf("%d of %d books disagree, on %d days in all; --days lists them", differ, len(books), on),
		}}
	}
	a.tell("全部对上", "all agree")
	return nil
}

// tellNoBooks says why there is nothing to compare.
func (a *app) tellNoBooks(ctx context.Context, r *measure.Reader) error {
	stated, err := r.Stated(ctx)
	if err != nil {
		return err
	}
	payments, err := r.AnyPayment(ctx)
	switch {
	case err != nil:
		return err
	case stated == 0:
		a.say("没有装载过对账单，无从比对", "no statement was loaded, there is nothing to compare")
	case !payments:
		a.say("有对账单，但没有装载过交易，无从比对", "statements were loaded, but no transaction to compare them with")
	default:
		a.say("没有符合条件的对账单", "no statement fits")
	}
	return nil
}

// book is what one source states of a scheme, channel and bank.
type book struct {
	measure.BookLine     // sums; the day is not told
	days, differ     int // stated, and those of them that disagree
}

// sumBooks adds the lines up. A day of a book is one line.
func sumBooks(lines []measure.BookLine) []book {
	var books []book
	type key struct{ source, scheme, channel, bank string }
	at := map[key]int{}
	for _, l := range lines {
		k := key{l.Source, l.Scheme, l.Channel, l.Bank}
		i, met := at[k]
		if !met {
			i = len(books)
			at[k] = i
			books = append(books, book{BookLine: measure.BookLine{Source: l.Source, Scheme: l.Scheme, Channel: l.Channel, Bank: l.Bank}})
		}
		b := &books[i]
		b.days++
		if !l.Agrees() {
			b.differ++
		}
		b.Stated += l.Stated
		b.Recorded += l.Recorded
		b.StatedFen += l.StatedFen
		b.RecordedFen += l.RecordedFen
	}
	slices.SortFunc(books, func(x, y book) int {
		return cmp.Or(cmp.Compare(slices.Index(sources, x.Source), slices.Index(sources, y.Source)),
			cmp.Compare(slices.Index(schemes, x.Scheme), slices.Index(schemes, y.Scheme)),
			strings.Compare(x.Channel, y.Channel), strings.Compare(x.Bank, y.Bank))
	})
	return books
}

func (a *app) bookListing(books []book) listing {
	l := listing{columns: bookColumns(
		column{key: "days", title: refuse.Text{ZH: "天数", EN: "days"}, right: true},
		column{key: "days_differ", title: refuse.Text{ZH: "对不上", EN: "differ"}, right: true})}
	for _, b := range books {
		l.add(slices.Concat(a.bookName(b.BookLine), []cell{plain(int64(b.days)), few(int64(b.differ))}, bookCells(b.BookLine))...)
	}
	return l
}

// bookDays lists the lines that disagree, by book and day.
func (a *app) bookDays(lines []measure.BookLine) listing {
	l := listing{columns: bookColumns(column{key: "date", title: refuse.Text{ZH: "日期", EN: "date"}})}
	for _, line := range lines {
		if !line.Agrees() {
			l.add(slices.Concat(a.bookName(line), []cell{plain(line.Day.Format(time.DateOnly))}, bookCells(line))...)
		}
	}
	return l
}

func (a *app) bookName(l measure.BookLine) []cell {
	return []cell{
		{data: l.Source, shown: sourceTitles[l.Source].In(a.set.Lang)}, {data: l.Scheme, shown: schemeTitles[l.Scheme].In(a.set.Lang)},
		orNone(l.Channel), orNone(l.Bank),
	}
}

func bookCells(l measure.BookLine) []cell {
	return []cell{
		plain(l.Stated), plain(l.Recorded), few(l.Recorded - l.Stated),
		yuanCell(l.StatedFen), yuanCell(l.RecordedFen), yuanCell(l.RecordedFen - l.StatedFen),
	}
}

// yuanCell is an amount to the fen.
func yuanCell(f measure.Fen) cell {
	sign, n := "", int64(f)
	if n < 0 {
		sign, n = "-", -n
	}
	return cell{
		data:  json.RawMessage(fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)),
		shown: fmt.Sprintf("%s%s.%02d", sign, thousands(n/100), n%100),
	}
}
