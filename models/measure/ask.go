package measure

import (
	"context"
	"time"

	"canbao/etl/refuse"
)

// Ask says which bulletin is wanted.
type Ask struct {
	Campaign string    // id, empty for the first one
	AsOf     time.Time // zero for the latest day
	Since    time.Time // the day to compare with; zero for a week before, or none before the opening
	Number   int       // 第n期; 0: none
	Edition  Edition   // empty for Internal
}

// week is how far back a bulletin looks where no day is given.
const week = 7

// Bulletin reads what is asked for. The public edition has what it must not
// tell already taken out.
func (r *Reader) Bulletin(ctx context.Context, ask Ask) (*Bulletin, error) {
	b, err := r.begin(ctx, ask)
	if err != nil {
		return nil, err
	}
	reads := []func(context.Context, *Bulletin) error{r.readStandings, r.readSeries, r.readRanking}
	// The public edition changes what it is made from.
	if h := r.holds(b.Campaign.ID); h != nil && b.Edition != Public {
		reads = append(reads, h.complete)
	} else {
		reads = append(reads, r.readEarlier, r.readTrail, r.readRoads, r.readMoney, r.readBooks, r.readTrust)
	}
	for _, read := range reads {
		if err := read(ctx, b); err != nil {
			return nil, err
		}
	}
	b.findGaps()
	if b.Edition == Public {
		b.withhold()
	}
	return b, nil
}

// begin settles campaign, edition, days and areas.
func (r *Reader) begin(ctx context.Context, ask Ask) (*Bulletin, error) {
	if h := r.holds(ask.Campaign); h != nil {
		return h.outline.begin(ask)
	}
	if err := r.complete(ctx); err != nil {
		return nil, err
	}
	o, err := r.Outline(ctx, ask.Campaign)
	if err != nil {
		return nil, err
	}
	return o.begin(ask)
}

func (o *Outline) begin(ask Ask) (*Bulletin, error) {
	b := &Bulletin{Edition: ask.Edition, Number: ask.Number, Campaign: o.Campaign, Snapshot: o.Snapshot,
		areas: map[string]Area{}, Villages: map[string][]Area{}}
	switch b.Edition {
	case "":
		b.Edition = Internal
	case Internal, Public:
	default:
		return nil, &refuse.Error{
			What: refuse.Text{ZH: "没有这个版本：" + string(ask.Edition), EN: "there is no edition " + string(ask.Edition)},
			Do:   oneOf([]string{string(Internal), string(Public)}),
		}
	}
	if err := b.days(ask); err != nil {
		return nil, err
	}
	for _, a := range o.Areas {
		b.areas[a.Code] = a
		if a.Level == "village" {
			b.Villages[a.Town] = append(b.Villages[a.Town], a)
		}
	}
	return b, nil
}

func (b *Bulletin) days(ask Ask) (err error) {
	b.AsOf = b.Campaign.Latest
	if !ask.AsOf.IsZero() {
		if b.AsOf, err = b.Campaign.AsOf(ask.AsOf.Format(time.DateOnly)); err != nil {
			return err
		}
	}
	if ask.Since.IsZero() {
		if d := b.AsOf.AddDate(0, 0, -week); !d.Before(b.Campaign.Opening) {
			b.Since = d
		}
		return nil
	}
	if b.Since, err = b.Campaign.AsOf(ask.Since.Format(time.DateOnly)); err != nil {
		return err
	}
	if !b.Since.Before(b.AsOf) {
		return &refuse.Error{
			What: refuse.Text{
				ZH: b.Since.Format(time.DateOnly) + " 不早于 " + b.AsOf.Format(time.DateOnly) + "，无法比较",
				EN: b.Since.Format(time.DateOnly) + " is not before " + b.AsOf.Format(time.DateOnly) + ", so nothing can be compared",
			},
			Do: refuse.Text{ZH: "请给出上一期通报的日期", EN: "give the day of the bulletin before"},
		}
	}
	return nil
}

// complete refuses a snapshot that an earlier program published without the
// tables a bulletin needs.
func (r *Reader) complete(ctx context.Context) error {
	const needed = 4
	var found int
	err := r.db.QueryRowContext(ctx, `
		select count(*) from information_schema.tables
		where table_schema = 'mart' and table_name in ('hardship_road', 'payment_failed', 'books', 'check_area')`).Scan(&found)
	if err == nil && found < needed {
		err = &refuse.Error{
			What: refuse.Text{ZH: "发布的数据由较早的程序生成，通报所需的表不全", EN: "an earlier program published the data, without all that a bulletin needs"},
			Do:   refuse.Text{ZH: "请重新运行 canbao build", EN: "run canbao build again"},
		}
	}
	return err
}
