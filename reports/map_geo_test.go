package reports

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"canbao/etl/refuse"
	"canbao/models/measure"
)

// geoText is a FeatureCollection of features, each its properties and geometry.
func geoText(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

func geoFeatureText(properties, kind, coordinates string) string {
	return `{"type":"Feature","properties":` + properties + `,"geometry":{"type":"` + kind + `","coordinates":` + coordinates + `}}`
}

// geoBlob is a closed outline around a place, in degrees.
func geoBlob(lon, lat, radius float64, points int) string {
	var line []string
	for n := range points + 1 {
		at := 2 * math.Pi * float64(n%points) / float64(points)
		line = append(line, fmt.Sprintf("[%.5f,%.5f]", lon+radius*math.Cos(at), lat+0.85*radius*math.Sin(at)))
	}
	return "[" + strings.Join(line, ",") + "]"
}

// yiwuMap is a map made by hand: a blob for every town where its tile lies, one
// of two parts, one with a lake, named by all properties that are known; and a
// reservoir that is no area.
var yiwuMap = sync.OnceValue(func() string {
	var features []string
	for n, code := range []string{
		"330782106", "330782005", "330782105", "330782004", "330782008", "330782007", "330782104", "330782006", "330782001", "330782102",
		"330782003", "330782100", "330782002", "330782101",
	} {
		at := yiwuTiles()[code]
		lon, lat := 119.9+0.1*float64(at[0]), 29.45-0.085*float64(at[1])
		properties := []string{`{"code":"` + code + `"}`, `{"adcode":` + code + `}`, `{"area_code":"` + code + `000"}`}[n%3]
		switch code {
		case "330782007":
			features = append(features, geoFeatureText(properties, "MultiPolygon", "[["+geoBlob(lon, lat, 0.048, 4000)+"],["+geoBlob(lon+0.08, lat, 0.02, 12)+"]]"))
		case "330782101":
			features = append(features, geoFeatureText(`{"name":"赤岸镇"}`, "Polygon", "["+geoBlob(lon, lat, 0.048, 40)+","+geoBlob(lon+0.02, lat, 0.012, 9)+"]"))
		default:
			features = append(features, geoFeatureText(properties, "Polygon", "["+geoBlob(lon, lat, 0.048, 40)+"]"))
		}
	}
	features = append(features, geoFeatureText(`{"name":"水库"}`, "Polygon", "["+geoBlob(120.25, 29.05, 0.02, 8)+"]"), `{"type":"Feature","properties":null,"geometry":null}`)
	return geoText(features...)
})

func TestMapChart(t *testing.T) {
	b := chartCity(t, "2020-12-10", measure.Internal)
	i := b.Key()
	c, err := mapChart(b, "zh", i, []byte(yiwuMap()))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range i.Areas {
		wants(t, c, r.Area, percentText(r.Shown()), tileShort("zh", r))
	}
	// 14 towns, one of two parts, the reservoir; the hole belongs to its town.
	if got := strings.Count(c.Picture.SVG(), "Z\" fill=\"") - strings.Count(c.Picture.SVG(), "h0"); got < 16 {
		t.Errorf("%d shapes", got)
	}
	var told struct {
		RegisterMap struct {
			Name string
			Geo  struct {
				Features []struct {
					Properties struct{ Name string }
					Geometry   struct{ Coordinates [][][][2]float64 }
				}
			}
		}
		Series []struct {
			Map  string
			Data []struct {
				Name    string
				Value   int
				Tooltip struct{ Formatter string }
			}
		}
	}
	text, err := json.Marshal(c.Option)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &told); err != nil {
		t.Fatal(err)
	}
	if told.RegisterMap.Name != told.Series[0].Map || len(told.Series[0].Data) != 14 {
		t.Errorf("map %q, series %q of %d", told.RegisterMap.Name, told.Series[0].Map, len(told.Series[0].Data))
	}
	for _, d := range told.Series[0].Data {
		var row *measure.Row
		for n := range i.Areas {
			if i.Areas[n].AreaCode == d.Name {
				row = &i.Areas[n]
			}
		}
		if row == nil || d.Value != shadePlace(row.Standing)+1 || !strings.Contains(d.Tooltip.Formatter, percentText(row.Shown())) {
			t.Errorf("%+v of %+v", d, row)
		}
	}
	points := 0
	for _, f := range told.RegisterMap.Geo.Features {
		for _, polygon := range f.Geometry.Coordinates {
			for n, ring := range polygon {
				points += len(ring)
				if signed := ringArea(ring); n > 0 && (signed > 0) == (ringArea(polygon[0]) > 0) {
					t.Errorf("%s: the hole goes round as its outline does", f.Properties.Name)
				}
			}
		}
	}
	if points > 1000 || len(text) > 20_000 {
		t.Errorf("%d points, %d bytes: nothing was left out", points, len(text))
	}
}

func ringArea(ring [][2]float64) (sum float64) {
	for n := range ring {
		a, b := ring[n], ring[(n+1)%len(ring)]
		sum += a[0]*b[1] - b[0]*a[1]
	}
	return sum
}

// TestMapMissing: an area that the map does not show is named below it.
func TestMapMissing(t *testing.T) {
	b := chartCity(t, "2020-12-10", measure.Internal)
	c, err := mapChart(b, "zh", b.Key(), []byte(geoText(geoFeatureText(`{"code":"330782001"}`, "Polygon", "["+geoBlob(120, 29, 0.1, 30)+"]"))))
	if err != nil {
		t.Fatal(err)
	}
	wants(t, c, "稠城街道", "图上没有：")
	readable(t, "one town", c.Picture)
}

func TestMapRefused(t *testing.T) {
	b := chartCity(t, "2020-12-10", measure.Internal)
	square := "[[120,29],[120.1,29],[120.1,29.1],[120,29]]"
	for _, c := range []struct{ text, where, what string }{
		{"{", "", "not GeoJSON"},
		{`{"type":"Feature"}`, "", "not a FeatureCollection"},
		{geoText(), "", "has no area"},
		{geoText(geoFeatureText(`{"code":"330782001"}`, "Polygon", "["+square+"]"), geoFeatureText(`{"name":"公路"}`, "LineString", "[[120,29],[121,29]]")), "features[1] 公路", "LineString"},
		{geoText(geoFeatureText(`{"code":"330782001"}`, "Polygon", `"x"`)), "features[0] 330782001", "no Polygon"},
		{geoText(geoFeatureText(`{}`, "MultiPolygon", "["+square+"]")), "features[0]", "no MultiPolygon"},
		{geoText(geoFeatureText(`{}`, "MultiPolygon", "[]")), "features[0]", "no coordinates"},
		{geoText(geoFeatureText(`{}`, "Polygon", "[[[120,29],[120.1,29],[120,29]]]")), "features[0]", "three points"},
		{geoText(geoFeatureText(`{}`, "Polygon", "[[[120],[120.1,29],[120,29]]]")), "features[0]", "no latitude"},
		{geoText(geoFeatureText(`{}`, "Polygon", "[[[40520000,3240000],[40530000,3240000],[40530000,3250000]]]")), "features[0]", "not degrees"},
		{geoText(geoFeatureText(`{"name":"别处"}`, "Polygon", "["+square+"]")), "", "areas.csv"},
	} {
		_, err := mapChart(b, "zh", b.Key(), []byte(c.text))
		var r *refuse.Error
		if !errors.As(err, &r) || r.Where != c.where || !strings.Contains(r.What.EN, c.what) || r.Do.ZH == "" || r.What.ZH == "" {
			t.Errorf("%.60s: %v, want %q at %q", c.text, err, c.what, c.where)
		}
	}
}

// TestTiles: the layout of Yiwu has each of its towns once, where they lie.
func TestTiles(t *testing.T) {
	at := yiwuTiles()
	taken := map[[2]int]string{}
	for code, place := range at {
		if taken[place] != "" {
			t.Errorf("%s and %s in one square", code, taken[place])
		}
		taken[place] = code
	}
	for _, c := range []struct {
		code        string
		east, south int // of 稠城 in the middle
	}{
		{"330782002", 1, 1}, {"330782003", -1, 1}, {"330782004", -1, -1}, {"330782005", -1, -1}, {"330782006", -1, 0}, {"330782007", 1, -1}, {"330782008", 0, -1},
		{"330782100", 0, 1}, {"330782101", 0, 1}, {"330782102", -1, 1}, {"330782104", -1, 0}, {"330782105", 0, -1}, {"330782106", 0, -1},
	} {
		middle := at["330782001"]
		place, known := at[c.code]
		if !known || sign(place[0]-middle[0]) != c.east || sign(place[1]-middle[1]) != c.south {
			t.Errorf("%s lies at %v, the middle at %v", c.code, place, middle)
		}
	}
	b := chartCity(t, "2020-12-10", measure.Internal)
	i := b.Key()
	c := tilesChart(b, "zh", i, nil)
	for _, r := range i.Areas {
		wants(t, c, r.Area, percentText(r.Shown()), tileShort("zh", r))
	}
	// A city that no layout knows: rank order on a near-square grid.
	other := *i
	for _, r := range i.Areas[:7] {
		r.AreaCode = "x" + r.AreaCode
		other.Areas = append([]measure.Row{}, append(other.Areas, r)...)
	}
	tiles := tilesOf(&other, nil)
	if columns, lines := tileSize(tiles); columns != 5 || lines != 5 || tiles[6].Row.AreaCode != other.Areas[6].AreaCode || tiles[6].Line != 1 || tiles[6].Column != 1 {
		t.Errorf("%d columns, %d lines, %+v", columns, lines, tiles[6])
	}
}

func sign(n int) int { return max(-1, min(1, n)) }

func TestVillagesChart(t *testing.T) {
	b := chartCity(t, "2020-12-10", measure.Internal, manyVillages)
	i := b.Key()
	c := villagesChart(b, "zh", i)
	villages, lack := 0, 0
	var lowest measure.Row
	for _, a := range b.Areas {
		short := 0
		for _, v := range i.Villages[a.Code] {
			villages++
			if v.ShortBy > 0 {
				short++
			}
			if lowest.Expected == 0 || v.Actual*lowest.Expected < lowest.Actual*v.Expected {
				lowest = v
			}
		}
		lack += short
		wants(t, c, a.Name, fmt.Sprintf("%d/50村", short))
	}
	if want := fmt.Sprintf("%d个村社中%d个未达标", villages, lack); villages != 700 || !strings.Contains(c.Title, want) || !strings.Contains(c.Title, lowest.Area+"，"+percentText(lowest.Shown())) {
		t.Errorf("%s, want %s and %s", c.Title, want, lowest.Area)
	}
	wants(t, c, lowest.Area+" "+percentText(lowest.Shown()), "目标99.91%")
	svg := c.Picture.SVG()
	// Arrow heads and the dot of the key stand beside the dots.
	if dots := strings.Count(svg, "h0") + strings.Count(svg, "<circle") + strings.Count(svg, "Z\""); dots != villages+1 {
		t.Errorf("%d dots for %d villages", dots, villages)
	}
	if len(svg) > 25_000 || len(told(t, c)) > 60_000 {
		t.Errorf("%d and %d bytes for 700 villages", len(svg), len(told(t, c)))
	}
	if len(c.Data.Rows) != villages+len(b.Areas) {
		t.Errorf("%d rows", len(c.Data.Rows))
	}
}

func TestTownVillagesChart(t *testing.T) {
	b := chartCity(t, "2020-12-10", measure.Internal, manyVillages)
	town, _ := b.Town("330782101")
	for _, i := range town.Items {
		c := townVillagesChart(b, "zh", town, i)
		if c.ID != "villages-"+i.ID+"-330782101" || len(c.Data.Rows) != len(i.Villages) {
			t.Fatalf("%s with %d rows", c.ID, len(c.Data.Rows))
		}
		worst := i.Villages[len(i.Villages)-1]
		if first := c.Data.Rows[0].Cells; first[0].Text != worst.Area || first[3].Text != rateCell(worst.Shown()).Text || first[4].Number != worst.ShortBy {
			t.Errorf("%s: %+v, the worst is %s", i.ID, first, worst.Area)
		}
		wants(t, c, worst.Area, percentText(worst.Shown()), tileShort("zh", worst), fmt.Sprintf("其余%d个村社", len(i.Villages)-townVillagesMost))
	}
	few, _ := chartCity(t, "2020-12-10", measure.Internal).Town("330782101")
	c := townVillagesChart(b, "zh", few, few.Items[0])
	for _, v := range few.Items[0].Villages {
		wants(t, c, v.Area, percentText(v.Shown()))
	}
}
