package reports

import (
	"strings"
	"time"

	"canbao/models/measure"
)

// view is the bulletin in words, ready for the page.
type view struct {
	words
	Lang, Title, Whole, Level string
	AsOf, DataUntil, BuiltAt  string
	Stale                     bool // the day lies after all data
	Snapshot                  measure.Snapshot
	Scored                    bool
	Lead                      []sentence
	Tiles                     []tile
	Ranking                   rankingView
	Findings                  []sentence
	Heat                      heatView
	Cards                     []card
	Progress                  *chart
	Pace                      paceView
	Money                     moneyView
	Trust                     trustView
	Definitions               []definition
	Annex                     []annexTable
	Points                    *pointsTable
	Inputs                    []input
	Files                     []file
	Charts                    []*chart
}

// chart is one drawing: the page has a box of that id, the script its options.
type chart struct {
	ID     string
	Label  string // for those who cannot see it
	Height int    // CSS pixels; the width is that of its box
	Paper  size   // on A4
	Option map[string]any
	Narrow map[string]any // what differs in a narrow window
}

// scrolledLegend keeps a legend to one line where many would cover the chart.
var scrolledLegend = map[string]any{"legend": map[string]any{"type": "scroll"}}

// size is in CSS pixels.
type size struct{ Width, Height int }

// The widths of A4 between its margins, and of one of two columns on it.
const (
	paperWidth = 700
	halfPaper  = 338
)

// tile is a figure that is read first.
type tile struct{ Label, Figure, Unit, Note, Tone string }

// sentence is text with its figures set off.
type sentence []span

type span struct {
	Text   string
	Strong bool
}

// mark cuts "of **12** items" into spans.
func mark(text string) sentence {
	var s sentence
	for i, part := range strings.Split(text, "**") {
		if part != "" {
			s = append(s, span{Text: part, Strong: i%2 == 1})
		}
	}
	return s
}

func newView(f *figures, w words) *view {
	c := f.campaign
	v := &view{
		words: w, Lang: w.t("zh-CN", "en"), Title: w.t(c.Title, c.TitleEN), Level: f.levelName(w),
		Whole: w.t("全市", "The city"), AsOf: w.longDay(f.asOf), DataUntil: w.longDay(c.Latest),
		BuiltAt: f.snapshot.BuiltAt.Format("2006-01-02 15:04"), Stale: f.asOf.After(c.Latest),
		Snapshot: f.snapshot, Scored: f.scored,
	}
	if a, ok := f.areas[f.root]; ok {
		v.Whole = a.Name
	}
	v.Lead = lead(f, w, v.Whole)
	v.Tiles = tiles(f, w)
	v.Ranking = ranking(f, w)
	v.Findings = findings(f, w)
	if len(f.items) > 1 {
		v.Heat = heat(f, w) // of one item the ranking says it all
	}
	v.Cards = cards(f, w)
	v.Progress = progressChart(f, w)
	v.Pace = pace(f, w)
	v.Money = money(f, w)
	v.Trust = trust(f, w)
	v.Definitions = definitions(f, w)
	v.Annex = annex(f, w)
	v.Points = points(f, w)
	v.Inputs, v.Files = inputs(f, w)
	v.Charts = v.allCharts()
	return v
}

// allCharts lists the charts that are drawn; sections without data have none.
func (v *view) allCharts() []*chart {
	all := []*chart{v.Ranking.Trail, v.Progress, v.Pace.Chart, v.Money.Daily}
	for _, c := range v.Cards {
		all = append(all, c.Line, c.Bars)
	}
	var drawn []*chart
	for _, c := range all {
		if c != nil {
			drawn = append(drawn, c)
		}
	}
	return drawn
}

// definition is what one item means.
type definition struct {
	Title, Note, Target, Due, Rule string
	Assumed                        bool
}

// assumed tells an item whose note speaks of an assumption of ours: the notice
// does not say it, so every report marks it.
func assumed(i measure.Item) bool {
	return strings.Contains(i.Note, "假定") || strings.Contains(i.NoteEN, "assumption")
}

func definitions(f *figures, w words) []definition {
	var all []definition
	for _, i := range f.items {
		d := definition{
			Title: w.title(i.Item), Note: w.t(i.Note, i.NoteEN), Assumed: assumed(i.Item),
			Target: measure.ShownTarget(i.TargetNum, i.TargetDen) + "%", Due: w.longDay(i.Due),
			Rule: rule(i.Item, w),
		}
		all = append(all, d)
	}
	return all
}

// rule says how an item is scored.
func rule(i measure.Item, w words) string {
	if !i.Scored {
		if i.Goal {
			return w.t("目标值，不计分", "a goal, not scored")
		}
		return w.t("列示，不计分", "shown, not scored")
	}
	how := map[string]string{
		"proportional": w.t("按完成比例", "in proportion"),
		"below":        w.t("低于目标扣分", "points off below the target"),
		"per_person":   w.t("按缺口人数扣分", "points off per person missing"),
		"staircase":    w.t("分档", "in bands"),
	}[i.Rule]
	text := w.f("%s分，%s", "%s points, %s", number(i.Weight), how)
	if i.Basis == "rate_on_time" {
		text += w.t("（按期）", " (on time)")
	}
	return text
}

// sameDay compares calendar days.
func sameDay(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }
