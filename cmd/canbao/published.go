package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
	"canbao/models"
	"canbao/models/measure"
)

// published opens the published snapshot.
func (a *app) published(ctx context.Context) (*measure.Reader, error) {
	if err := a.mustBeWorkspace(); err != nil {
		return nil, err
	}
	var r *measure.Reader
	err := models.Follow(a.publishDir(), func(s models.Snapshot) (err error) {
		r, err = measure.Open(ctx, s.Path)
		return err
	})
	return r, err
}

// question is what every verb that asks for figures of a day takes.
type question struct{ asOf, campaign string }

// asks adds the flags of a question to a verb.
func (a *app) asks(cmd *cobra.Command, q *question) {
	cmd.Flags().StringVar(&q.asOf, "as-of", "", a.text("截至哪一天：2020-11-30 这样的日期，或 latest",
		"as of which day: such as 2020-11-30, or latest"))
	cmd.Flags().StringVar(&q.campaign, "campaign", "", a.text("考核方案的 id（默认第一个）", "id of the campaign (default: the first)"))
}

// asked is a question understood: the snapshot, the campaign and the day.
type asked struct {
	*measure.Reader
	campaign *measure.Campaign
	day      time.Time
}

// ask opens the snapshot and reads campaign and day. The caller closes it.
func (a *app) ask(ctx context.Context, verb string, q question) (*asked, error) {
	if err := a.mustBeWorkspace(); err != nil {
		return nil, err
	}
	if q.asOf == "" {
		return nil, wrong(
			refuse.Text{ZH: verb + " 缺少 --as-of：要说明截至哪一天", EN: verb + " needs --as-of: the day the figures speak of"},
			refuse.Text{ZH: "写日期，如 --as-of 2020-11-30，或 --as-of latest（已装载数据的最后一天）",
				EN: "give a day, such as --as-of 2020-11-30, or --as-of latest (the last day that was loaded)"})
	}
	r, err := a.published(ctx)
	if err != nil {
		return nil, err
	}
	c, err := r.Campaign(ctx, q.campaign)
	if err != nil {
		r.Close()
		return nil, err
	}
	day, err := c.AsOf(q.asOf)
	if err != nil {
		r.Close()
		return nil, err
	}
	return &asked{r, c, day}, nil
}

// oneOf refuses a flag whose value is none of the words.
func oneOf(flag, value string, words []string) error {
	if slices.Contains(words, value) {
		return nil
	}
	list := strings.Join(words, ", ")
	return wrong(
		refuse.Text{ZH: fmt.Sprintf("选项 --%s 的值“%s”无效", flag, value), EN: fmt.Sprintf("flag --%s cannot be %q", flag, value)},
		refuse.Text{ZH: "可用的有：" + list, EN: "choose one of " + list})
}

// words completes the value of a flag on the command line.
func words(cmd *cobra.Command, flag string, list []string) {
	// The only error is a flag that does not exist, which a test would see.
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(list, cobra.ShellCompDirectiveNoFileComp))
}
