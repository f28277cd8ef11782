package measure

import (
	"context"
	"database/sql"
	"time"

	"canbao/etl/refuse"
)

// Outline is what a snapshot says of a campaign before any figure: its days and
// items, and the areas.
type Outline struct {
	Campaign *Campaign
	Snapshot Snapshot
	Areas    []Area // parents before children and else by code
}

// Outline reads that of the campaign of the id, or of the first one.
func (r *Reader) Outline(ctx context.Context, campaign string) (*Outline, error) {
	if h := r.holds(campaign); h != nil {
		return h.outline, nil
	}
	c, err := r.Campaign(ctx, campaign)
	if err != nil {
		return nil, err
	}
	s, err := r.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	areas, err := r.Areas(ctx)
	if err != nil {
		return nil, err
	}
	return &Outline{c, s, areas}, nil
}

// Village reads what there is to say of one village: as a town of its own,
// without villages, and the bulletin it belongs to with the campaign's items
// alone. It is one question to the snapshot at most, however many villages there are. The
// error is a refusal where the code is that of no village.
func (r *Reader) Village(ctx context.Context, o *Outline, asOf time.Time, code string) (*Bulletin, *Town, error) {
	b := &Bulletin{Edition: Internal, Campaign: o.Campaign, Snapshot: o.Snapshot, Level: "village", areas: map[string]Area{}}
	if err := b.days(Ask{AsOf: asOf}); err != nil {
		return nil, nil, err
	}
	for _, a := range o.Areas {
		b.areas[a.Code] = a
		if a.Level == "city" && b.City == nil {
			b.City = &a
		}
	}
	area, known := b.areas[code]
	if !known || area.Level != "village" {
		return nil, nil, &refuse.Error{
			What: refuse.Text{ZH: "没有这个村社：" + code, EN: "there is no village with the code " + code},
			Do:   refuse.Text{ZH: "代码见工作区的 areas.csv", EN: "the codes are in areas.csv of the workspace"},
		}
	}
	for _, a := range o.Areas {
		if a.Level == "village" && a.Town == area.Town {
			b.Areas = append(b.Areas, a)
		}
	}
	days, err := r.days(ctx, b.Campaign.ID, code, b.AsOf)
	if err != nil {
		return nil, nil, err
	}
	t := &Town{Area: area}
	b.Items = make([]ItemFigures, len(b.Campaign.Items))
	for n, item := range b.Campaign.Items {
		b.Items[n] = ItemFigures{Item: item}
		i := TownItem{ItemFigures: &b.Items[n]}
		for _, s := range days[item.ID] {
			i.Course = append(i.Course, Point{Day: s.AsOf, Expected: s.Expected, Actual: s.Actual})
			switch {
			case s.AsOf.Equal(b.Since):
				i.Row.Before = &s
			case s.AsOf.Equal(b.AsOf):
				i.Row.Standing = s
			}
		}
		if i.Row.AreaCode != "" {
			t.Items = append(t.Items, i)
		}
	}
	return b, t, nil
}

// days are the standings of one area from the opening to a day, by item and day.
func (r *Reader) days(ctx context.Context, campaign, area string, to time.Time) (map[string][]Standing, error) {
	if h := r.holds(campaign); h != nil {
		return h.days(area, to), nil
	}
	all, err := list(ctx, r, "days of an area", scanStanding, standingQuery+`
		where s.campaign = $campaign and s.area_code = $area and s.as_of <= $to::date
		order by s.as_of`, sql.Named("campaign", campaign), sql.Named("area", area), sql.Named("to", date(to)))
	days := map[string][]Standing{}
	for _, s := range all {
		days[s.Item] = append(days[s.Item], s)
	}
	return days, err
}
