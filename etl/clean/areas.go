package clean

import (
	"sort"
	"strings"
)

// Level is how far down an area lies.
type Level uint8

// The levels, NoLevel for an area that cannot be told at all.
const (
	NoLevel Level = iota
	City
	Town
	Village
)

// String is the level as areas.csv writes it.
func (l Level) String() string {
	return [...]string{"", "city", "town", "village"}[l]
}

// Area is one row of areas.csv.
type Area struct {
	Code   string
	Name   string
	Parent string // code, empty for the city
	Level  Level
	Town   string // code of the town it is or lies in, empty for the city
	labels []string
	line   int
}

// AreaLabel is one thing that may be written for an area, as raw.area_label
// keeps it.
type AreaLabel struct {
	Kind  string // code, city, town, village
	Town  string // for village labels, the town they hold in
	Label string
	Area  string
}

// Areas answers which area a row speaks of.
type Areas struct {
	all      []Area
	codes    map[string]*Area
	cities   map[string]*Area
	towns    map[string]*Area
	villages map[string]map[string]*Area // by town code and label
}

// All are the areas in the order of their codes as text.
func (a *Areas) All() []Area { return a.all }

// Resolve tells the area that the three area cells of a row name (contract,
// section 3, "Attribution"): a known code alone; else the town by its name and
// the village by its name within that town. Cells are labels. Where the village
// cannot be told the town is the answer; full is true only where the area is
// told in full. A code or name of the city tells the city.
func (a *Areas) Resolve(code, town, village []byte) (area string, level Level, full bool) {
	if hit := a.codes[string(code)]; hit != nil && len(code) > 0 {
		if hit.Level != City || len(town) == 0 {
			return hit.Code, hit.Level, true
		}
	}
	hit, named := a.towns[string(town)]
	if hit == nil {
		// A label that two towns bear tells neither of them, and no city.
		if hit = a.cities[string(town)]; hit != nil && !named && len(village) == 0 {
			return hit.Code, City, true
		}
		return "", NoLevel, false
	}
	if len(village) == 0 {
		return hit.Code, Town, true
	}
	if v := a.villages[hit.Code][string(village)]; v != nil {
		return v.Code, Village, true
	}
	return hit.Code, Town, false
}

// Town tells the town that a town cell names.
func (a *Areas) Town(town []byte) (code string, ok bool) {
	if hit := a.towns[string(town)]; hit != nil {
		return hit.Code, true
	}
	return "", false
}

// Labels are the rows of raw.area_label: equality with them gives the answers
// of Resolve. A label that two towns, or two villages of a town, bear is left
// out, because it tells neither.
func (a *Areas) Labels() []AreaLabel {
	var out []AreaLabel
	for code, area := range a.codes {
		out = append(out, AreaLabel{Kind: "code", Label: code, Area: area.Code})
	}
	for label, area := range a.towns {
		if area != nil {
			out = append(out, AreaLabel{Kind: "town", Label: label, Area: area.Code})
		}
	}
	for town, villages := range a.villages {
		for label, area := range villages {
			if area != nil {
				out = append(out, AreaLabel{Kind: "village", Town: town, Label: label, Area: area.Code})
			}
		}
	}
	sort.Slice(out, func(i, j int) bool {
		x, y := out[i], out[j]
		if x.Kind != y.Kind {
			return x.Kind < y.Kind
		}
		if x.Town != y.Town {
			return x.Town < y.Town
		}
		return x.Label < y.Label
	})
	return out
}

// index builds the look-ups; a label met twice is kept with no area.
func (a *Areas) index() {
	a.codes = map[string]*Area{}
	a.cities = map[string]*Area{}
	a.towns = map[string]*Area{}
	a.villages = map[string]map[string]*Area{}
	for i := range a.all {
		area := &a.all[i]
		a.codes[area.Code] = area
		switch area.Level {
		case City:
			bear(a.cities, area)
		case Town:
			bear(a.towns, area)
		case Village:
			if a.villages[area.Town] == nil {
				a.villages[area.Town] = map[string]*Area{}
			}
			bear(a.villages[area.Town], area)
		}
	}
	// Statistical codes have twelve digits, a town's ends in 000, the city's in
	// 000000; either form may be written, in areas.csv and in the extracts.
	for i := range a.all {
		area := &a.all[i]
		if area.Level == Village || !digits([]byte(area.Code)) {
			continue
		}
		short := map[Level]int{City: 6, Town: 9}[area.Level]
		switch tail := "000000"[:12-short]; {
		case len(area.Code) == short:
			a.alsoCode(area.Code+tail, area)
		case len(area.Code) == 12 && strings.HasSuffix(area.Code, tail):
			a.alsoCode(area.Code[:short], area)
		}
	}
}

func (a *Areas) alsoCode(code string, area *Area) {
	if _, taken := a.codes[code]; !taken {
		a.codes[code] = area
	}
}

func bear(labels map[string]*Area, area *Area) {
	for _, label := range area.labels {
		if other, met := labels[label]; met && other != area {
			labels[label] = nil
		} else {
			labels[label] = area
		}
	}
}
