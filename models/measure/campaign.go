package measure

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"canbao/etl/refuse"
)

// Campaign is one assessed campaign as the snapshot knows it.
type Campaign struct {
	ID, Title, TitleEN string
	Opening            time.Time // first day of collection
	LastDue            time.Time // the last due day
	LastDay            time.Time // the last day that has figures
	Latest             time.Time // the last day anything loaded speaks of
	TieBreak           string    // item that parts equal scores, or empty
	MaxPoints          float64   // 0: nothing is scored
	Items              []Item    // campaign order
}

// Item is one assessed pair of indicator and stage.
type Item struct {
	ID, Title, TitleEN   string
	Note, NoteEN         string // who is expected and who counts; assumptions
	Indicator            string
	Source               string // people, headcount, tally
	Scheme               string // whose money stands beside it, or empty
	Ordinal              int    // campaign order, from 1
	Goal                 bool   // a goal, not scored
	Scored               bool
	Due                  time.Time // counts to its last second
	TargetNum, TargetDen int64     // the exact target
	Rule, Basis          string    // how it is scored, empty where it is not
	Weight               float64   // points
}

// QualityItem is the item of the score that speaks of the data, not of people.
const QualityItem = "data_quality"

// Campaign reads the campaign of that id, or the first one where id is empty.
func (r *Reader) Campaign(ctx context.Context, id string) (*Campaign, error) {
	all, err := list(ctx, r, "campaigns", scanCampaign, `
		select campaign, title, coalesce(title_en, title), opening, last_due, last_day, latest,
			coalesce(tie_break, ''), coalesce(max_points, 0)
		from ref.campaign
		order by ordinal, campaign`)
	if err != nil {
		return nil, err
	}
	var known []string
	for i := range all {
		c := &all[i]
		if id == "" || c.ID == id {
			c.Items, err = r.items(ctx, c.ID)
			return c, err
		}
		known = append(known, c.ID)
	}
	return nil, &refuse.Error{
		What: refuse.Text{ZH: "没有这个活动：" + id, EN: "there is no campaign " + id},
		Do:   oneOf(known),
	}
}

func scanCampaign(rows *sql.Rows) (c Campaign, err error) {
	err = rows.Scan(&c.ID, &c.Title, &c.TitleEN, &c.Opening, &c.LastDue, &c.LastDay, &c.Latest, &c.TieBreak, &c.MaxPoints)
	return c, err
}

func (r *Reader) items(ctx context.Context, campaign string) ([]Item, error) {
	return list(ctx, r, "items", func(rows *sql.Rows) (i Item, err error) {
		err = rows.Scan(&i.ID, &i.Title, &i.TitleEN, &i.Note, &i.NoteEN, &i.Indicator, &i.Source, &i.Scheme,
			&i.Ordinal, &i.Goal, &i.Scored, &i.Due, &i.TargetNum, &i.TargetDen, &i.Rule, &i.Basis, &i.Weight)
		return i, err
	}, `
		select item, title, coalesce(title_en, title), coalesce(note, ''), coalesce(note_en, note, ''), indicator,
			source, coalesce(scheme, ''), ordinal, goal, scored, due, target_num, target_den, coalesce(rule, ''),
			coalesce(basis, ''), coalesce(weight, 0)
		from ref.item
		where campaign = ?
		order by ordinal`, campaign)
}

// AsOf reads a day of the campaign, written 2020-11-30; "latest" or nothing is
// the last day the loaded data speak of.
func (c *Campaign) AsOf(text string) (time.Time, error) {
	if text == "" || text == "latest" {
		return c.Latest, nil
	}
	first, last := c.Opening.Format(time.DateOnly), c.LastDay.Format(time.DateOnly)
	do := refuse.Text{
		ZH: "请给出 " + first + " 至 " + last + " 之间的日期，或 latest",
		EN: "give a day from " + first + " to " + last + ", or latest",
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, &refuse.Error{
			What: refuse.Text{ZH: "不是日期：" + text, EN: "not a day: " + text}, Do: do, Err: err,
		}
	}
	if day.Before(c.Opening) || day.After(c.LastDay) {
		return time.Time{}, &refuse.Error{
			What: refuse.Text{ZH: text + " 不在本活动期间", EN: text + " is outside the campaign"}, Do: do,
		}
	}
	return day, nil
}

// Item finds an item by its id.
func (c *Campaign) Item(id string) (*Item, error) {
	var known []string
	for i := range c.Items {
		if c.Items[i].ID == id {
			return &c.Items[i], nil
		}
		known = append(known, c.Items[i].ID)
	}
	return nil, &refuse.Error{
		What: refuse.Text{ZH: "没有这个考核项：" + id, EN: "there is no item " + id},
		Do:   oneOf(known),
	}
}

// oneOf is the advice to take one of the known words.
func oneOf(known []string) refuse.Text {
	return refuse.Text{
		ZH: "可用：" + strings.Join(known, "、"),
		EN: "known: " + strings.Join(known, ", "),
	}
}
