package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
	"canbao/models/measure"
)

// levels are the words of --level.
var levels = []string{"city", "town", "village", "all"}

func (a *app) rankingVerb() *cobra.Command {
	var q question
	var f measure.Filter
	var level string
	cmd := a.verb("ranking --as-of DAY", refuse.Text{ZH: "各地的完成情况和名次", EN: "the standing of the areas"},
		func(cmd *cobra.Command, _ []string) error {
			f.Level = level
			if f.Under != "" && !cmd.Flags().Changed("level") {
				f.Level = "" // that of the children
			}
			return a.ranking(cmd.Context(), q, f)
		})
	cmd.Example = "  canbao ranking --as-of 2020-11-30 --item medical_hukou --level village --under 330782102"
	cmd.Args = none()
	a.asks(cmd, &q)
	cmd.Flags().StringVar(&f.Item, "item", "", a.text("只列这一考核项的 id（默认全部）", "only the item with this id (default: all)"))
	cmd.Flags().StringVar(&level, "level", "town", a.text("层级：", "level: ")+strings.Join(levels, ", ")+
		a.text("；有 --under 时默认为其下一级", "; with --under that of its children"))
	cmd.Flags().StringVar(&f.Under, "under", "", a.text("只列这一区划之下的", "only areas below the one with this code"))
	words(cmd, "level", levels)
	a.takes(cmd, listed)
	return cmd
}

var rankingColumns = []column{
	{key: "item", title: refuse.Text{ZH: "考核项", EN: "item"}},
	{key: "area_code", title: refuse.Text{ZH: "区划代码", EN: "code"}},
	{key: "area", title: refuse.Text{ZH: "区划", EN: "area"}},
	{key: "expected", title: refuse.Text{ZH: "应参保", EN: "expected"}, right: true},
	{key: "actual", title: refuse.Text{ZH: "已参保", EN: "actual"}, right: true},
	{key: "actual_on_time", title: refuse.Text{ZH: "按期参保", EN: "on time"}, right: true},
	{key: "rate", title: refuse.Text{ZH: "完成率", EN: "rate"}, right: true},
	{key: "rate_on_time", title: refuse.Text{ZH: "按期率", EN: "rate on time"}, right: true},
	{key: "target", title: refuse.Text{ZH: "目标", EN: "target"}, right: true},
	{key: "met", title: refuse.Text{ZH: "达标", EN: "met"}},
	{key: "short_by", title: refuse.Text{ZH: "还差", EN: "short by"}, right: true},
	{key: "rank", title: refuse.Text{ZH: "名次", EN: "rank"}, right: true},
}

// ranking prints the standing of the areas in campaign order of the items,
// then by area code.
func (a *app) ranking(ctx context.Context, q question, f measure.Filter) error {
	if f.Level != "" {
		if err := oneOf("level", f.Level, levels); err != nil {
			return err
		}
	}
	asked, err := a.ask(ctx, "ranking", q)
	if err != nil {
		return err
	}
	defer asked.Close()
	if f.Item != "" {
		if _, err := asked.campaign.Item(f.Item); err != nil {
			return err
		}
	}
	if f.Level == "" {
		if f.Level, err = childLevel(ctx, asked.Reader, f.Under); err != nil {
			return err
		}
	}
	f.Campaign, f.From, f.To = asked.campaign.ID, asked.day, asked.day
	standings, err := asked.Standings(ctx, f)
	if err != nil {
		return err
	}
	l := listing{columns: rankingColumns}
	for _, s := range standings {
		l.add(a.standing(asked.campaign, s)...)
	}
	if err := a.print(l); err != nil {
		return err
	}
	if len(l.rows) == 0 {
		a.tell("没有符合条件的区划；--level all 列出各级", "no area fits; --level all lists every level")
	}
	return nil
}

// childLevel is the level of the areas right below an area. An unknown area is
// left to be refused where it is looked for.
func childLevel(ctx context.Context, r *measure.Reader, code string) (string, error) {
	areas, err := r.Areas(ctx)
	if err != nil {
		return "", err
	}
	for _, area := range areas {
		if area.Parent == code {
			return area.Level, nil
		}
	}
	return "village", nil
}

// standing is one row of the ranking.
func (a *app) standing(c *measure.Campaign, s measure.Standing) []cell {
	return []cell{
		{data: s.Item, shown: a.itemTitle(c, s.Item)},
		plain(s.AreaCode), plain(s.Area), plain(s.Expected), plain(s.Actual), plain(s.OnTime),
		rateCell(s.Rate, s.Shown()), rateCell(s.RateOnTime, s.ShownOnTime()),
		{data: ratio(s.Target), shown: measure.ShownTarget(s.TargetNum, s.TargetDen) + "%"},
		metCell(s.Met), plain(s.ShortBy), rankCell(s.Rank),
	}
}

// rateCell is a rate: exact for machines, as the contract shows it for people,
// who see an arrow where it is above 100 %.
func rateCell(rate *float64, shown measure.Shown) cell {
	if rate == nil {
		return plain(nil)
	}
	text := shown.String() + "%"
	if shown.Over {
		text += "↑"
	}
	return cell{data: ratio(*rate), shown: text}
}

func metCell(met *bool) cell {
	if met == nil {
		return plain(nil)
	}
	return plain(*met)
}

func rankCell(rank *int) cell {
	if rank == nil {
		return plain(nil)
	}
	return plain(*rank)
}

// qualityTitle is the item of the score that no campaign lists.
var qualityTitle = refuse.Text{ZH: "数据质量", EN: "data quality"}

// itemTitle is how people call an item.
func (a *app) itemTitle(c *measure.Campaign, id string) string {
	for _, item := range c.Items {
		if item.ID == id {
			return refuse.Text{ZH: item.Title, EN: item.TitleEN}.In(a.set.Lang)
		}
	}
	if id == measure.QualityItem {
		return qualityTitle.In(a.set.Lang)
	}
	return id
}
