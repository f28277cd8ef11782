package reports

import (
	"math"
	"slices"
	"strconv"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// villagesPicture is light: the dots of a town that look alike follow each other
// and are written as one path.
func villagesPicture(w words, i *measure.ItemFigures, lines []villageLine, low, high float64, title string) *draw.Picture {
	const left, right, top, row = 96.0, 622.0, 40.0, 26.0
	p := draw.New(700, top+row*float64(len(lines))+30, title)
	x := func(v float64) float64 { return left + (right-left)*(v-low)/(high-low) }
	bottom := top + row*float64(len(lines))
	for _, v := range ticks(max(0, low), high, 6) {
		if v < low || v > high { // ticks reach beyond a scale that is not round
			continue
		}
		p.Line(x(v), top, x(v), bottom, draw.Style{Stroke: "#eeeeee"})
		p.Text(x(v), bottom+13, measure.ShownTarget(int64(math.Round(v*100)), 10000)+"%", draw.TextStyle{Size: 11, Anchor: draw.Middle, Color: "#666666"})
	}
	villageTarget(p, w, i, x(100*float64(i.TargetNum)/float64(i.TargetDen)), top, bottom, villageBelow(lines))
	p.Text(698, 28, w.t("未达标", "short"), draw.TextStyle{Size: 11, Anchor: draw.End, Color: "#666666"})
	for n, l := range lines {
		y := top + row*(float64(n)+0.5)
		p.Line(left, y, right, y, draw.Style{Stroke: "#e4e4e4"})
		p.Text(left-8, y, withinWidth(l.Town.Area, 12, left-32), draw.TextStyle{Anchor: draw.End})
		p.Text(20, y, villageRank(l), draw.TextStyle{Size: 11, Anchor: draw.End, Color: "#666666"})
		p.Text(698, y, w.f("%d/%d村", "%d of %d", l.Lack, l.Count), draw.TextStyle{Size: 11, Anchor: draw.End})
	}
	villageMarks(p, lines, &villageBoxes{left: left, right: right}, x, func(d villageDot) float64 {
		return top + row*(float64(d.Line)+0.5) + d.Shift*(row/2-4)
	})
	return p
}

// villageMarks draws the dots, the towns over them and the names where there is
// room.
func villageMarks(p *draw.Picture, lines []villageLine, taken *villageBoxes, x func(float64) float64, y func(villageDot) float64) {
	const radius, half = 2.6, 11.0
	for n, l := range lines {
		for _, status := range []string{measure.Met, measure.OnTrack, measure.AtRisk, measure.Missed} {
			for _, d := range l.Dots {
				if d.Row.Status == status {
					villageMark(p, x(d.At), y(d), radius, d)
					taken.add(x(d.At)-radius, y(d)-radius, 2*radius, 2*radius)
				}
			}
		}
		if l.Town.Shown().Valid {
			at, middle := x(villagePercent(l.Town.Shown())), y(villageDot{Line: n})
			p.Line(at, middle-half, at, middle+half, draw.Style{Stroke: ink, Width: 2.4})
			taken.add(at-2, middle-half, 4, 2*half)
		}
	}
	for n := range lines {
		for m := range lines[n].Dots {
			if d := &lines[n].Dots[m]; d.Named {
				d.Told = taken.name(p, d.Row.Area+" "+percentText(d.Row.Shown()), x(d.At), y(*d))
			}
		}
	}
}

// villageMark is a dot, or a head of an arrow where the rate lies below the scale.
func villageMark(p *draw.Picture, x, y, radius float64, d villageDot) {
	style := draw.Style{Fill: statusColor(d.Row.Status)}
	if d.Below {
		p.Polygon([]draw.Point{{X: x - 5, Y: y}, {X: x + 3, Y: y - 4}, {X: x + 3, Y: y + 4}}, style)
		return
	}
	p.Circle(x, y, radius, style)
}

// villageTarget draws the line of the target and says what the signs are.
func villageTarget(p *draw.Picture, w words, i *measure.ItemFigures, x, top, bottom float64, below bool) {
	p.Line(x, top-4, x, bottom, draw.Style{Stroke: "#7A1C1C", Dashed: true})
	text := w.t("目标", "target ") + targetText(i.Item)
	p.Text(min(x, 622), top-12, text, draw.TextStyle{Size: 11, Anchor: draw.End, Color: "#7A1C1C", Bold: true})
	p.Circle(100, 12, 2.6, draw.Style{Fill: vermilion})
	p.Text(108, 12, w.t("一点一村", "a dot is a village"), draw.TextStyle{Size: 11, Color: "#666666"})
	at := 120 + draw.TextWidth(w.t("一点一村", "a dot is a village"), 11)
	p.Line(at, 5, at, 19, draw.Style{Stroke: ink, Width: 2.4})
	text = w.t("竖线为该镇街整体；标名的为全市最低", "the bar is the town; named are the lowest of all")
	if below {
		text += w.t("，◂ 低于刻度起点", ", ◂ below the scale")
	}
	p.Text(at+8, 12, text, draw.TextStyle{Size: 11, Color: "#666666"})
}

// villageBelow tells whether a village lies below the scale.
func villageBelow(lines []villageLine) bool {
	return slices.ContainsFunc(lines, func(l villageLine) bool {
		return slices.ContainsFunc(l.Dots, func(d villageDot) bool { return d.Below })
	})
}

func villageRank(l villageLine) string {
	if l.Town.Rank == nil {
		return measure.None
	}
	return strconv.Itoa(*l.Town.Rank)
}

// villageBoxes are what a name must not lie over.
type villageBoxes struct {
	left, right float64
	boxes       [][4]float64
}

func (t *villageBoxes) add(x, y, width, height float64) {
	t.boxes = append(t.boxes, [4]float64{x, y, x + width, y + height})
}

func (t *villageBoxes) free(x, y, width, height float64) bool {
	for _, k := range t.boxes {
		if x < k[2] && k[0] < x+width && y < k[3] && k[1] < y+height {
			return false
		}
	}
	return x >= t.left && x+width <= t.right
}

// name writes a name beside its dot where nothing else is, or not at all.
// It tells whether it did.
func (t *villageBoxes) name(p *draw.Picture, text string, x, y float64) bool {
	const size, gap = 11.0, 6.0
	width := draw.TextWidth(text, size)
	for _, place := range []draw.Point{{X: x - gap - width, Y: y}, {X: x + gap, Y: y}, {X: x - gap - width, Y: y - 8}, {X: x - gap - width, Y: y + 8}, {X: x + gap, Y: y - 8}, {X: x + gap, Y: y + 8}} {
		if t.free(place.X-1, place.Y-size*0.55, width+2, size*1.1) {
			p.Text(place.X, place.Y, text, draw.TextStyle{Size: size})
			t.add(place.X-1, place.Y-size*0.55, width+2, size*1.1)
			return true
		}
	}
	return false
}
