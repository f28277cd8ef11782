package reports

import (
	"encoding/json"
	"math"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// shadeStep is one step of the distance to a target. In grey the steps darken
// with the distance; met is set off by its sign.
type shadeStep struct{ Class, Fill, Ink string }

// shades are the steps, nearest first, and last what has no rate.
var shades = []shadeStep{
	{"met", "#d3e7f4", "#06395a"},
	{"g1", "#fff3cf", ink}, {"g2", "#fddf98", ink}, {"g3", "#f8bd5e", ink}, {"g4", "#e58b3a", "#1c1c1c"},
	{"g5", "#b8500c", "#ffffff"}, {"g6", "#74300a", "#ffffff"},
	{"none", "#f3f3f3", "#666666"},
}

// shadePlace is the place of a standing in shades.
func shadePlace(s measure.Standing) int {
	class, shown := "none", s.Shown()
	if shown.Valid && !shown.Withheld {
		class = shadeOf(s, shown)
	}
	return slices.IndexFunc(shades, func(step shadeStep) bool { return step.Class == class })
}

// shadeWords say what the steps mean, in their order.
func (w words) shadeWords() []string {
	return []string{
		w.t("✓ 达标", "✓ met"), w.t("差0.1以内", "≤ 0.1 below"), "≤ 1", "≤ 5", "≤ 20", "≤ 50", w.t("超过50个百分点", "over 50 points"), w.t("— 无应参保　* 不公布", "— nobody expected   * withheld"),
	}
}

// shadeKey draws what the shades mean, from the left at x, in the middle at y;
// the last step only where it occurs.
func shadeKey(p *draw.Picture, w words, x, y float64, none bool) {
	texts := w.shadeWords()
	if !none {
		texts = texts[:len(texts)-1]
	}
	for n, text := range texts {
		s := shades[n]
		width := draw.TextWidth(text, 11) + 14
		p.Rect(x, y-9, width, 18, draw.Style{Fill: s.Fill})
		p.Text(x+width/2, y, text, draw.TextStyle{Size: 11, Color: s.Ink, Anchor: draw.Middle})
		x += width + 2
	}
}

// shadeMap tells the chart library the shades; the last number of a datum is the
// place in shades, from 1; its last step is told only where it occurs. The
// option types know no pieces with a name.
func shadeMap(w words, dimension int, none bool) map[string]any {
	var pieces []any
	for n, text := range w.shadeWords() {
		if n == len(shades)-1 && !none {
			continue
		}
		pieces = append(pieces, map[string]any{"value": n + 1, "label": text, "color": shades[n].Fill})
	}
	return map[string]any{
		"type": "piecewise", "pieces": pieces, "show": true, "orient": "horizontal", "left": "center", "bottom": 0, "dimension": dimension,
		"itemWidth": 16, "itemHeight": 12, "itemGap": 8, "textStyle": map[string]any{"fontSize": 11, "color": ink},
	}
}

// shadeNarrow is the key with few words.
func shadeNarrow(w words) map[string]any {
	var pieces []any
	for n, text := range []string{w.t("✓达标", "✓met"), "≤0.1", "≤1", "≤5", "≤20", "≤50", w.t(">50点", ">50 points")} {
		pieces = append(pieces, map[string]any{"value": n + 1, "label": text, "color": shades[n].Fill})
	}
	last := len(shades) - 1
	pieces = append(pieces, map[string]any{"value": last + 1, "label": measure.None, "color": shades[last].Fill})
	return map[string]any{"pieces": pieces, "itemWidth": 8, "itemHeight": 10, "itemGap": 3, "textStyle": map[string]any{"fontSize": 10}}
}

// shadedText is a rate as it stands on its shade.
func shadedText(s measure.Standing) string {
	text := s.Shown().String()
	if s.Shown().Over {
		text += "↑"
	}
	if shadePlace(s) == 0 {
		text = "✓" + text
	}
	return text
}

// percentText is a rate with its sign, or what stands for one.
func percentText(s measure.Shown) string {
	switch {
	case !s.Valid || s.Withheld:
		return s.String()
	case s.Over:
		return s.String() + "%↑"
	}
	return s.String() + "%"
}

// shortText says how many people are missing to the target.
func (w words) shortText(s measure.Standing) string {
	switch {
	case s.Withheld:
		return measure.Hidden
	case !s.Shown().Valid:
		return w.status("")
	case s.ShortBy == 0:
		return w.t("✓ 达标", "✓ met")
	}
	return w.f("差%s", "%s short", w.people(s.ShortBy))
}

// shortCell is the number of people missing to the target.
func shortCell(s measure.Standing) Cell {
	switch {
	case s.Withheld:
		return Cell{Text: measure.Hidden}
	case !s.Shown().Valid:
		return noneCell()
	}
	return countCell(s.ShortBy)
}

// plotDatum is one datum of the chart library, with a tooltip of its own: plain
// text, so that no name can become markup.
type plotDatum struct {
	Name         string          `json:"name,omitempty"`
	Value        any             `json:"value"`
	ItemStyle    *opts.ItemStyle `json:"itemStyle,omitempty"`
	Label        any             `json:"label,omitempty"`
	Symbol       string          `json:"symbol,omitempty"`
	SymbolRotate int             `json:"symbolRotate,omitempty"`
	Tooltip      *plotTip        `json:"tooltip,omitempty"`
}

type plotTip struct {
	Formatter string `json:"formatter"`
}

// plotData sets the data of a series whose type the library binds more tightly.
func plotData(data any) charts.SeriesOpts {
	return charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.Data = data })
}

// plotLines sets how far the lines of the labels of an axis lie apart, in pixels:
// the option types know texts alone there.
func plotLines(o map[string]any, axis string, pixels int) {
	var axes []map[string]any
	if text, err := json.Marshal(o[axis]); err == nil && json.Unmarshal(text, &axes) == nil {
		for _, a := range axes {
			label, _ := a["axisLabel"].(map[string]any)
			if label == nil {
				label = map[string]any{}
				a["axisLabel"] = label
			}
			label["lineHeight"] = pixels
		}
		o[axis] = axes
	}
}

// withinWidth cuts a text so that it takes no more than width.
func withinWidth(text string, size, width float64) string {
	if draw.TextWidth(text, size) <= width {
		return text
	}
	letters := []rune(text)
	for len(letters) > 1 {
		letters = letters[:len(letters)-1]
		if cut := string(letters) + "…"; draw.TextWidth(cut, size) <= width {
			return cut
		}
	}
	return "…"
}

// round2 is x with two decimals, as a rate is shown.
func round2(x float64) float64 { return math.Round(x*100) / 100 }

// round4 is x with four decimals, enough for any pixel.
func round4(x float64) float64 { return math.Round(x*1e4) / 1e4 }
