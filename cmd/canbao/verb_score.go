package main

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
	"canbao/models/measure"
)

// pointDecimals are the decimals of points for machines; people see two.
const pointDecimals = 6

func (a *app) scoreVerb() *cobra.Command {
	var q question
	cmd := a.verb("score --as-of DAY", refuse.Text{ZH: "考核得分表", EN: "the assessment table"},
		func(cmd *cobra.Command, _ []string) error { return a.score(cmd.Context(), q) })
	cmd.Args = none()
	a.asks(cmd, &q)
	a.takes(cmd, listed)
	return cmd
}

// score prints the towns with their points: by rank for people, by area code
// for machines.
func (a *app) score(ctx context.Context, q question) error {
	asked, err := a.ask(ctx, "score", q)
	if err != nil {
		return err
	}
	defer asked.Close()
	scores, err := asked.Scores(ctx, asked.campaign.ID, asked.day)
	if err != nil {
		return err
	}
	if a.set.Format == "table" {
		slices.SortStableFunc(scores, func(x, y measure.Score) int {
			return cmp.Or(cmp.Compare(x.Rank, y.Rank), cmp.Compare(x.AreaCode, y.AreaCode))
		})
	}
	l := listing{columns: []column{
		{key: "area_code", title: refuse.Text{ZH: "区划代码", EN: "code"}},
		{key: "area", title: refuse.Text{ZH: "区划", EN: "area"}},
		{key: "score", title: refuse.Text{ZH: "得分", EN: "score"}, right: true},
		{key: "rank", title: refuse.Text{ZH: "名次", EN: "rank"}, right: true},
	}}
	for _, item := range scoredItems(asked.campaign, scores) {
		title := a.itemTitle(asked.campaign, item)
		l.columns = append(l.columns, column{key: item, title: refuse.Text{ZH: title, EN: title}, right: true, width: 12})
	}
	for _, s := range scores {
		row := []cell{
			plain(s.AreaCode), plain(s.Area),
			{data: json.Number(measure.Rounded(s.Score, 2))}, plain(s.Rank),
		}
		for _, p := range s.Points {
			row = append(row, cell{
				data:  json.Number(measure.Rounded(p.Points, pointDecimals)),
				shown: measure.Rounded(p.Points, 2),
			})
		}
		l.add(row...)
	}
	return a.print(l)
}

// scoredItems are the columns of points: the scored items in campaign order,
// data quality last. The scores bear them in that order.
func scoredItems(c *measure.Campaign, scores []measure.Score) []string {
	var items []string
	if len(scores) > 0 {
		for _, p := range scores[0].Points {
			items = append(items, p.Item)
		}
		return items
	}
	for _, item := range c.Items {
		if item.Scored {
			items = append(items, item.ID)
		}
	}
	return items
}
