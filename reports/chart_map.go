package reports

import (
	"cmp"
	"math"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// mapArea is a feature of the city's map and the area it shows; Row is nil where
// it shows none.
type mapArea struct {
	geoFeature
	Row *measure.Row
}

// mapName is what the map is registered as with the chart library.
const mapName = "areas"

// mapChart shades the areas of an item on the map that the city supplies, a
// GeoJSON FeatureCollection of Polygon and MultiPolygon in degrees whose
// property code, area_code, adcode or name is an area's; nil where no map was
// supplied. A map that cannot be drawn is refused.
//
// Option carries the map under "registerMap", {name, geo}: the page takes it out
// and calls echarts.registerMap(name, geo) before it draws.
func mapChart(b *measure.Bulletin, w words, i *measure.ItemFigures, geojson []byte) (*Chart, error) {
	if len(geojson) == 0 || len(i.Areas) == 0 {
		return nil, nil
	}
	features, err := readGeo(geojson)
	if err != nil {
		return nil, err
	}
	frame := geoFit(features, 700, 500)
	areas, missing := mapAreas(i, frame.thinAll(features))
	if len(missing) == len(i.Areas) {
		return nil, geoError("", "地图上的区域与areas.csv没有一个对得上", "no area of the map is one of areas.csv", nil)
	}
	id := "map-" + i.ID
	title := areasTitle(b, w, i)
	return &Chart{
		ID: id, Title: title, Label: areasLabel(b, w, i), Height: int(frame.Height) + 60,
		Option: mapOption(w, i, frame, areas), Narrow: map[string]any{"visualMap": shadeNarrow(w)}, Picture: mapPicture(w, i, frame, areas, missing, title), Data: areasTable(b, w, id, i),
	}, nil
}

// mapAreas finds the area of each feature, and the areas that have none.
func mapAreas(i *measure.ItemFigures, features []geoFeature) (areas []mapArea, missing []measure.Row) {
	found := map[string]bool{}
	for _, f := range features {
		a := mapArea{geoFeature: f}
		for n := range i.Areas {
			if r := &i.Areas[n]; mapIs(f, r.AreaCode, r.Area) {
				a.Row = r
				found[r.AreaCode] = true
				break
			}
		}
		areas = append(areas, a)
	}
	for _, r := range i.Areas {
		if !found[r.AreaCode] {
			missing = append(missing, r)
		}
	}
	return areas, missing
}

// mapIs tells whether a feature is the area of that code or name. The code of a
// town has nine digits, or twelve of which the last are 000.
func mapIs(f geoFeature, code, name string) bool {
	return slices.ContainsFunc(f.Keys, func(key string) bool {
		return key == code || key == name || key == code+"000" || key+"000" == code
	})
}

func mapPicture(w words, i *measure.ItemFigures, frame geoFrame, areas []mapArea, missing []measure.Row, title string) *draw.Picture {
	notes := mapMissing(w, missing)
	height := frame.Height + 12 + 26
	if notes != "" {
		height += 18
	}
	p := draw.New(700, height, title)
	left := (700 - frame.Width) / 2
	none := false
	for _, a := range areas {
		step := mapStep(a)
		none = none || step == len(shades)-1
		for _, shape := range a.Shapes {
			mapShape(p, frame, shape, left, 6, shades[step].Fill)
		}
	}
	taken := &villageBoxes{left: 0, right: 700}
	for _, a := range mapLargest(frame, areas) {
		mapLabel(p, taken, w, frame, a, left, 6)
	}
	if notes != "" {
		p.Text(0, frame.Height+24, withinWidth(notes, 11, 700), draw.TextStyle{Size: 11, Color: "#666666"})
	}
	shadeKey(p, w, 0, height-12, none)
	return p
}

// mapMissing names the areas that the map does not show.
func mapMissing(w words, missing []measure.Row) string {
	var parts []string
	for _, r := range missing {
		parts = append(parts, r.Area+" "+percentText(r.Shown()))
	}
	if len(parts) == 0 {
		return ""
	}
	return w.t("图上没有：", "not on the map: ") + w.list(parts)
}

func mapStep(a mapArea) int {
	if a.Row == nil {
		return len(shades) - 1
	}
	return shadePlace(a.Row.Standing)
}

// mapShape draws a polygon. Its holes are joined to the outline by lines without
// width, against its direction, so that they stay open in every format.
func mapShape(p *draw.Picture, frame geoFrame, shape geoShape, left, top float64, fill string) {
	var joined []draw.Point
	var edges [][]draw.Point
	for n, ring := range shape {
		var line []draw.Point
		for _, at := range ring {
			x, y := frame.at(at)
			line = append(line, draw.Point{X: left + x, Y: top + y})
		}
		line = append(line, line[0])
		edges = append(edges, slices.Clone(line))
		if n > 0 && (frame.geoSigned(ring) > 0) == (frame.geoSigned(shape[0]) > 0) {
			slices.Reverse(line)
		}
		joined = append(joined, line...)
		if n > 0 {
			joined = append(joined, joined[0])
		}
	}
	p.Polygon(joined, draw.Style{Fill: fill})
	for _, edge := range edges {
		p.Polyline(edge, draw.Style{Stroke: "#ffffff", Width: 1.4})
	}
}

// mapLargest orders the areas so that the largest are labelled first.
func mapLargest(frame geoFrame, areas []mapArea) []mapArea {
	size := func(a mapArea) float64 {
		most := 0.0
		for _, shape := range a.Shapes {
			s := frame.geoSigned(shape[0])
			most = max(most, s, -s)
		}
		return most
	}
	sorted := slices.Clone(areas)
	slices.SortStableFunc(sorted, func(x, y mapArea) int { return cmp.Compare(size(y), size(x)) })
	return sorted
}

// mapLabel writes name, rate and people missing into the widest part of an area,
// as much of it as has room.
func mapLabel(p *draw.Picture, taken *villageBoxes, w words, frame geoFrame, a mapArea, left, top float64) {
	if a.Row == nil || len(a.Shapes) == 0 {
		return
	}
	x, y := frame.widest(mapBody(frame, a))
	x, y = x+left, y+top
	name, rate, short := a.Row.Area, percentText(a.Row.Shown()), tileShort(w, *a.Row)
	for _, lines := range [][]string{{name, rate, short}, {name, rate}, {name + " " + rate}, {rate}} {
		wide := 0.0
		for _, text := range lines {
			wide = max(wide, draw.TextWidth(text, 12))
		}
		high := 15 * float64(len(lines))
		at := max(wide/2+1, min(699-wide/2, x))
		if !taken.free(at-wide/2, y-high/2, wide, high) {
			continue
		}
		taken.add(at-wide/2, y-high/2, wide, high)
		for n, text := range lines {
			look := draw.TextStyle{Size: 11, Anchor: draw.Middle, Color: shades[mapStep(a)].Ink}
			if text == rate {
				look.Size, look.Bold = 12, true
			}
			p.Text(at, y+15*(float64(n)-float64(len(lines)-1)/2), text, look)
		}
		return
	}
}

func mapOption(w words, i *measure.ItemFigures, frame geoFrame, areas []mapArea) map[string]any {
	var data []plotDatum
	var features []any
	seen := map[string]bool{}
	none := false
	for _, a := range areas {
		name := ""
		none = none || mapStep(a) == len(shades)-1
		if a.Row != nil {
			name = a.Row.AreaCode
			if !seen[name] {
				seen[name] = true
				step := mapStep(a)
				data = append(data, plotDatum{Name: name, Value: step + 1, Tooltip: &plotTip{areaTip(w, i, *a.Row)},
					Label: map[string]any{"show": true, "formatter": a.Row.Area + "\n" + percentText(a.Row.Shown()), "color": shades[step].Ink}})
			}
		}
		features = append(features, map[string]any{"type": "Feature", "properties": mapProperties(name, frame, a), "geometry": mapGeometry(frame, a.Shapes)})
	}
	m := charts.NewMap()
	m.SetGlobalOptions(
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}))
	o := option(m)
	// The option types do not know aspectScale.
	o["series"] = []any{map[string]any{
		"type": "map", "map": mapName, "aspectScale": 1, "left": 4, "right": 4, "top": 4, "bottom": 44, "preserveAspect": "contain", "data": data,
		"selectedMode": false, "showLegendSymbol": false,
		"label":       map[string]any{"show": false, "fontSize": 11, "lineHeight": 15},
		"itemStyle":   map[string]any{"areaColor": shades[len(shades)-1].Fill, "borderColor": "#ffffff", "borderWidth": 1.4},
		"labelLayout": map[string]any{"hideOverlap": true},
	}}
	o["visualMap"] = shadeMap(w, 0, none)
	o["registerMap"] = map[string]any{"name": mapName, "geo": map[string]any{"type": "FeatureCollection", "features": features}}
	return o
}

// mapProperties name a feature and say where its label stands.
func mapProperties(name string, frame geoFrame, a mapArea) map[string]any {
	if len(a.Shapes) == 0 {
		return map[string]any{"name": name}
	}
	x, y := frame.widest(mapBody(frame, a))
	return map[string]any{"name": name, "cp": [2]float64{math.Round(x), math.Round(frame.Height - y)}}
}

// mapBody is the largest shape of an area that has any.
func mapBody(frame geoFrame, a mapArea) geoShape {
	best := a.Shapes[0]
	for _, shape := range a.Shapes {
		if x, y := frame.geoSigned(shape[0]), frame.geoSigned(best[0]); max(x, -x) > max(y, -y) {
			best = shape
		}
	}
	return best
}

// mapGeometry is thinned shapes in pixels, northwards, to a tenth.
func mapGeometry(frame geoFrame, shapes []geoShape) map[string]any {
	polygons := make([][][][2]float64, 0, len(shapes))
	for _, shape := range shapes {
		var rings [][][2]float64
		for n, ring := range shape {
			if n > 0 && (frame.geoSigned(ring) > 0) == (frame.geoSigned(shape[0]) > 0) {
				ring = slices.Clone(ring)
				slices.Reverse(ring) // a hole goes round the other way
			}
			var line [][2]float64
			for _, p := range ring {
				x, y := frame.at(p)
				line = append(line, [2]float64{math.Round(x*10) / 10, math.Round((frame.Height-y)*10) / 10})
			}
			rings = append(rings, append(line, line[0]))
		}
		polygons = append(polygons, rings)
	}
	return map[string]any{"type": "MultiPolygon", "coordinates": polygons}
}
