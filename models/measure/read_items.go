package measure

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"
)

// readStandings reads the day and the one it is compared with.
func (r *Reader) readStandings(ctx context.Context, b *Bulletin) error {
	now, err := r.day(ctx, b.Campaign.ID, b.AsOf)
	if err != nil {
		return err
	}
	var since []Standing
	if !b.Since.IsZero() {
		if since, err = r.day(ctx, b.Campaign.ID, b.Since); err != nil {
			return err
		}
	}
	b.layOut(now, since)
	return nil
}

// day lists the standings of a campaign on a day, by item and area code.
func (r *Reader) day(ctx context.Context, campaign string, day time.Time) ([]Standing, error) {
	if h := r.holds(campaign); h != nil {
		return h.day(day), nil
	}
	return r.Standings(ctx, Filter{Campaign: campaign, From: day, To: day})
}

// layOut sorts the standings of the day, and those of the day it is compared
// with, into items and areas.
func (b *Bulletin) layOut(now, since []Standing) {
	type place struct{ item, area string }
	before := make(map[place]*Standing, len(since))
	for n := range since {
		before[place{since[n].Item, since[n].AreaCode}] = &since[n]
	}
	b.rankedAreas(now)
	at := map[string]*ItemFigures{}
	b.Items = make([]ItemFigures, len(b.Campaign.Items))
	for n, item := range b.Campaign.Items {
		b.Items[n] = ItemFigures{Item: item, Villages: map[string][]Row{}, ByArea: map[string][]Point{}}
		at[item.ID] = &b.Items[n]
		b.Scored = b.Scored || item.Scored
	}
	for _, s := range now {
		i, row := at[s.Item], Row{s, before[place{s.Item, s.AreaCode}]}
		switch {
		case b.City != nil && s.AreaCode == b.City.Code:
			i.Whole = row
		case s.Level == b.Level:
			i.Areas = append(i.Areas, row)
		case s.Level == "village":
			town := b.areas[s.AreaCode].Town
			if i.Villages[town] == nil {
				i.Villages[town] = make([]Row, 0, len(b.Villages[town]))
			}
			i.Villages[town] = append(i.Villages[town], row)
		}
	}
	for n := range b.Items {
		i := &b.Items[n]
		// No two are the same: the code decides at last.
		slices.SortFunc(i.Areas, byRank)
		for _, rows := range i.Villages {
			slices.SortFunc(rows, byRank)
		}
		if b.City == nil {
			i.Whole = sum(i.Item, i.Areas)
		}
	}
}

// rankedAreas settles which areas are ranked: towns, or in a list that has none
// whatever lies below the top; and the one city above them. Several cities have
// no whole above them in the figures.
func (b *Bulletin) rankedAreas(now []Standing) {
	found := map[string]bool{}
	for _, s := range now {
		found[s.Level] = true
	}
	b.Level = "city"
	for _, level := range []string{"village", "town"} {
		if found[level] {
			b.Level = level
		}
	}
	var cities []Area
	for _, a := range b.areas {
		if a.Level == b.Level {
			b.Areas = append(b.Areas, a)
		}
		if a.Level == "city" {
			cities = append(cities, a)
		}
	}
	slices.SortFunc(b.Areas, func(x, y Area) int { return strings.Compare(x.Code, y.Code) })
	if len(cities) == 1 && b.Level != "city" {
		b.City = &cities[0]
	}
	if b.Level == "village" {
		clear(b.Villages)
	}
}

func byRank(a, b Row) int {
	if (a.Rank == nil) != (b.Rank == nil) {
		if a.Rank == nil {
			return 1
		}
		return -1
	}
	if a.Rank != nil && *a.Rank != *b.Rank {
		return cmp.Compare(*a.Rank, *b.Rank)
	}
	return strings.Compare(a.AreaCode, b.AreaCode)
}

// sum adds areas up where no standing above them exists. What takes more than
// adding (pace, forecast, status) stays unknown.
func sum(item Item, areas []Row) Row {
	row := Row{Standing: Standing{Item: item.ID, TargetNum: item.TargetNum, TargetDen: item.TargetDen}}
	for _, a := range areas {
		row.AsOf = a.AsOf
		row.add(a.Standing)
		if a.Before == nil {
			continue
		}
		if row.Before == nil {
			row.Before = &Standing{Item: item.ID, AsOf: a.Before.AsOf, TargetNum: item.TargetNum, TargetDen: item.TargetDen}
		}
		row.Before.add(*a.Before)
	}
	return row
}

func (s *Standing) add(a Standing) {
	s.Expected += a.Expected
	s.Actual += a.Actual
	s.OnTime += a.OnTime
	s.ExpectedOnTime += a.ExpectedOnTime
	s.Gained += a.Gained
	s.ShortBy += a.ShortBy
}

// courseRows is how many points of the areas' courses a bulletin holds at most;
// where the days are more, every second, third, ... back from the last is kept.
const courseRows = 20_000

// readSeries reads the course of the whole, day by day, and of the ranked areas.
func (r *Reader) readSeries(ctx context.Context, b *Bulletin) error {
	days := int(b.AsOf.Sub(b.Campaign.Opening).Hours()/24) + 1
	step := 1 + days*len(b.Items)*len(b.Areas)/courseRows
	all, err := r.courses(ctx, b, step)
	if err != nil {
		return err
	}
	at := map[string]*ItemFigures{}
	for n := range b.Items {
		at[b.Items[n].ID] = &b.Items[n]
	}
	for _, p := range all {
		if i := at[p.item]; b.City != nil && p.area == b.City.Code {
			i.Series = append(i.Series, p.Point)
		} else {
			i.ByArea[p.area] = append(i.ByArea[p.area], p.Point)
		}
	}
	return nil
}

// coursePoint is a point of the course of an area at an item.
type coursePoint struct {
	item, area string
	Point
}

// courses are the points by day: of the city every day, of the ranked areas each
// so many days.
func (r *Reader) courses(ctx context.Context, b *Bulletin, step int) ([]coursePoint, error) {
	if h := r.holds(b.Campaign.ID); h != nil {
		return h.courses(b, step), nil
	}
	return list(ctx, r, "courses", func(rows *sql.Rows) (p coursePoint, err error) {
		err = rows.Scan(&p.item, &p.area, &p.Day, &p.Expected, &p.Actual)
		return p, err
	}, `
		select item, area_code, as_of, expected, actual
		from mart.standing
		where campaign = $campaign and as_of <= $to::date
			and (area_code = $city or level = $level and date_diff('day', as_of, $to::date) % $step::integer = 0)
		order by as_of`,
		sql.Named("campaign", b.Campaign.ID), sql.Named("to", date(b.AsOf)), sql.Named("city", b.cityCode()),
		sql.Named("level", b.Level), sql.Named("step", step))
}

// cityCode is the code of the city, empty where there is no whole.
func (b *Bulletin) cityCode() string {
	if b.City == nil {
		return ""
	}
	return b.City.Code
}

// readEarlier reads the course of the latest campaign before this one that
// assessed any of its indicators at the same stage.
func (r *Reader) readEarlier(ctx context.Context, b *Bulletin) error {
	if b.City == nil {
		return nil
	}
	found, err := list(ctx, r, "earlier campaigns", func(rows *sql.Rows) (e EarlierFigures, err error) {
		err = rows.Scan(&e.ID, &e.Title, &e.TitleEN, &e.Opening, &e.LastDue)
		return e, err
	}, `
		select campaign, title, coalesce(title_en, title), opening, last_due
		from ref.campaign as c
		where opening < ?::date and exists (
			select 1
			from ref.item as i
			join ref.item as own on own.campaign = ? and own.indicator = i.indicator and own.stage = i.stage
			where i.campaign = c.campaign)
		order by opening desc, campaign
		limit 1`, date(b.Campaign.Opening), b.Campaign.ID)
	if err != nil || len(found) == 0 {
		return err
	}
	b.Earlier = &found[0]
	type point struct {
		item string
		Point
	}
	all, err := list(ctx, r, "earlier courses", func(rows *sql.Rows) (p point, err error) {
		err = rows.Scan(&p.item, &p.Day, &p.Expected, &p.Actual)
		return p, err
	}, `
		select own.item, s.as_of, s.expected, s.actual
		from mart.standing as s
		join ref.item as i on i.campaign = s.campaign and i.item = s.item
		join ref.item as own on own.campaign = $campaign and own.indicator = i.indicator and own.stage = i.stage
		where s.campaign = $earlier and s.area_code = $city
		order by s.as_of`,
		sql.Named("campaign", b.Campaign.ID), sql.Named("earlier", b.Earlier.ID), sql.Named("city", b.cityCode()))
	for _, p := range all {
		i := b.Item(p.item)
		i.Earlier = append(i.Earlier, p.Point)
	}
	return err
}
