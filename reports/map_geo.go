package reports

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"canbao/etl/refuse"
)

// geoPoint is a place on earth in degrees.
type geoPoint struct{ Lon, Lat float64 }

// geoRing is a closed line, its first point not repeated.
type geoRing []geoPoint

// geoShape is a polygon: its outline, then its holes.
type geoShape []geoRing

// geoFeature is a feature of the file with the words it can be known by.
type geoFeature struct {
	Keys   []string // code, area_code, adcode, name, as far as there are
	Shapes []geoShape
}

// readGeo reads a FeatureCollection of polygons in degrees.
func readGeo(text []byte) ([]geoFeature, error) {
	var file struct {
		Type     string
		Features []struct {
			Properties map[string]any
			Geometry   *struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber() // a code is text, even where it is written as a number
	if err := d.Decode(&file); err != nil {
		return nil, geoError("", "地图文件不是GeoJSON", "the map is not GeoJSON", err)
	}
	if file.Type != "FeatureCollection" {
		return nil, geoError("", "地图文件不是FeatureCollection", "the map is not a FeatureCollection", nil)
	}
	var features []geoFeature
	for n, f := range file.Features {
		feature := geoFeature{Keys: geoKeys(f.Properties)}
		where := fmt.Sprintf("features[%d]", n)
		if len(feature.Keys) > 0 {
			where += " " + feature.Keys[len(feature.Keys)-1]
		}
		if f.Geometry == nil {
			continue // the format allows it: a feature that is nowhere
		}
		var err error
		if feature.Shapes, err = geoShapes(f.Geometry.Type, f.Geometry.Coordinates); err != nil {
			err.(*refuse.Error).Where = where
			return nil, err
		}
		features = append(features, feature)
	}
	if len(features) == 0 {
		return nil, geoError("", "地图文件里没有任何区域", "the map has no area", nil)
	}
	return features, nil
}

func geoError(where, zh, en string, cause error) error {
	return &refuse.Error{
		What: refuse.Text{ZH: zh, EN: en}, Where: where, Err: cause,
		Do: refuse.Text{
			ZH: "请提供经纬度坐标的GeoJSON（FeatureCollection，Polygon或MultiPolygon，属性code或name与areas.csv一致）",
			EN: "give a GeoJSON FeatureCollection of Polygon or MultiPolygon in degrees, whose property code or name agrees with areas.csv",
		},
	}
}

// geoKeys are the words a feature can be known by, codes first.
func geoKeys(properties map[string]any) []string {
	var keys []string
	for _, name := range []string{"code", "area_code", "adcode", "name"} {
		switch v := properties[name].(type) {
		case string:
			if v = strings.TrimSpace(v); v != "" {
				keys = append(keys, v)
			}
		case json.Number:
			keys = append(keys, v.String())
		}
	}
	return keys
}

func geoShapes(kind string, coordinates json.RawMessage) ([]geoShape, error) {
	var all [][][][]float64
	switch kind {
	case "Polygon":
		all = make([][][][]float64, 1)
		if err := json.Unmarshal(coordinates, &all[0]); err != nil {
			return nil, geoError("", "坐标不成Polygon", "the coordinates are no Polygon", err)
		}
	case "MultiPolygon":
		if err := json.Unmarshal(coordinates, &all); err != nil {
			return nil, geoError("", "坐标不成MultiPolygon", "the coordinates are no MultiPolygon", err)
		}
	default:
		return nil, geoError("", "不是面而是"+kind, "it is no area but "+kind, nil)
	}
	var shapes []geoShape
	for _, polygon := range all {
		var shape geoShape
		for _, line := range polygon {
			ring, err := geoRingOf(line)
			if err != nil {
				return nil, err
			}
			shape = append(shape, ring)
		}
		if len(shape) > 0 {
			shapes = append(shapes, shape)
		}
	}
	if len(shapes) == 0 {
		return nil, geoError("", "没有坐标", "it has no coordinates", nil)
	}
	return shapes, nil
}

func geoRingOf(line [][]float64) (geoRing, error) {
	var ring geoRing
	for _, at := range line {
		if len(at) < 2 {
			return nil, geoError("", "坐标缺经度或纬度", "a point has no longitude or no latitude", nil)
		}
		p := geoPoint{at[0], at[1]}
		if math.Abs(p.Lon) > 180 || math.Abs(p.Lat) > 90 {
			return nil, geoError("", "坐标不是经纬度", "the coordinates are not degrees", nil)
		}
		ring = append(ring, p)
	}
	if n := len(ring); n > 1 && ring[0] == ring[n-1] {
		ring = ring[:n-1]
	}
	if len(ring) < 3 {
		return nil, geoError("", "边界少于三个点", "an outline has fewer than three points", nil)
	}
	return ring, nil
}

// geoFrame turns degrees into pixels: an equirectangular projection that is true
// in the middle latitude.
type geoFrame struct {
	west, north   float64
	scale         float64 // pixels per degree of latitude
	narrow        float64 // how much shorter a degree of longitude is
	Width, Height float64 // of what is drawn, in pixels
}

// geoFit makes the features as large as a box of pixels allows.
func geoFit(features []geoFeature, width, height float64) geoFrame {
	west, south, east, north := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, f := range features {
		for _, shape := range f.Shapes {
			for _, p := range shape[0] {
				west, east = min(west, p.Lon), max(east, p.Lon)
				south, north = min(south, p.Lat), max(north, p.Lat)
			}
		}
	}
	narrow := max(0.01, math.Cos((south+north)/2*math.Pi/180))
	wide, high := max((east-west)*narrow, 1e-6), max(north-south, 1e-6)
	scale := min(width/wide, height/high)
	return geoFrame{west: west, north: north, scale: scale, narrow: narrow, Width: wide * scale, Height: high * scale}
}

// at is where a place lies in the frame.
func (f geoFrame) at(p geoPoint) (x, y float64) {
	return (p.Lon - f.west) * f.narrow * f.scale, (f.north - p.Lat) * f.scale
}

// thin leaves out points that lie less than a pixel from the last one kept; nil
// where too little is left to be seen.
func (f geoFrame) thin(ring geoRing) geoRing {
	var kept geoRing
	var lastX, lastY float64
	for _, p := range ring {
		x, y := f.at(p)
		if len(kept) > 0 && math.Hypot(x-lastX, y-lastY) < 1 {
			continue
		}
		lastX, lastY = x, y
		kept = append(kept, p)
	}
	if len(kept) < 3 {
		return nil
	}
	return kept
}

// thinAll thins every shape; one whose outline vanishes goes with its holes.
func (f geoFrame) thinAll(features []geoFeature) []geoFeature {
	thinned := make([]geoFeature, len(features))
	for n, feature := range features {
		thinned[n].Keys = feature.Keys
		for _, shape := range feature.Shapes {
			var kept geoShape
			for m, ring := range shape {
				if ring = f.thin(ring); ring != nil {
					kept = append(kept, ring)
				} else if m == 0 {
					break
				}
			}
			if len(kept) > 0 {
				thinned[n].Shapes = append(thinned[n].Shapes, kept)
			}
		}
	}
	return thinned
}

// geoSigned is twice the area of a ring of pixels, signed by its direction.
func (f geoFrame) geoSigned(ring geoRing) float64 {
	var sum float64
	for n := range ring {
		x1, y1 := f.at(ring[n])
		x2, y2 := f.at(ring[(n+1)%len(ring)])
		sum += x1*y2 - x2*y1
	}
	return sum
}

// widest finds the widest place in a shape that has room for three lines of text
// around it, its holes spared, in pixels.
func (f geoFrame) widest(shape geoShape) (x, y float64) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range shape[0] {
		_, py := f.at(p)
		low, high = min(low, py), max(high, py)
	}
	const lines, text = 24, 20.0
	best := math.Inf(-1)
	for n := 1; n < lines; n++ {
		line := low + (high-low)*float64(n)/lines
		cuts, above, below := f.cuts(shape, line), f.cuts(shape, line-text), f.cuts(shape, line+text)
		for m := 0; m+1 < len(cuts); m += 2 {
			from, to := geoWithin(above, cuts[m], cuts[m+1])
			from, to = geoWithin(below, from, to)
			// The middle is better than the edge where both are as wide.
			if worth := to - from - 0.3*math.Abs(line-(low+high)/2); worth > best {
				best, x, y = worth, (from+to)/2, line
			}
		}
	}
	return x, y
}

// geoWithin is the longest part of a stretch that lies between two cuts; a small
// piece of its middle where none does.
func geoWithin(cuts []float64, from, to float64) (float64, float64) {
	a, b := (from+to)/2, (from+to)/2
	for m := 0; m+1 < len(cuts); m += 2 {
		if l, r := max(from, cuts[m]), min(to, cuts[m+1]); r-l > b-a {
			a, b = l, r
		}
	}
	return a, b
}

// cuts are where the rings of a shape cross a line, from west to east.
func (f geoFrame) cuts(shape geoShape, line float64) []float64 {
	var cuts []float64
	for _, ring := range shape {
		for n := range ring {
			x1, y1 := f.at(ring[n])
			x2, y2 := f.at(ring[(n+1)%len(ring)])
			if (y1 <= line) != (y2 <= line) {
				cuts = append(cuts, x1+(x2-x1)*(line-y1)/(y2-y1))
			}
		}
	}
	slices.Sort(cuts)
	return cuts
}
