package clean

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"canbao/etl/refuse"
)

// FuzzReadAreas: any text is read or refused with a remedy, and areas written
// out and read again answer to the same labels.
func FuzzReadAreas(f *testing.F) {
	f.Add([]byte(yiwu))
	f.Add([]byte("\ufeff" + yiwu))
	f.Add([]byte("code,name,parent,kind,aliases\r\n330782,\"义乌\r\n市\",,city,\r\n330782100000,佛堂镇,330782,town,佛堂|佛 堂|\r\n"))
	f.Add([]byte("code,name,parent,kind\n1,甲,,city\n1,乙,,city\n"))
	f.Add([]byte("code,name,parent,kind\n1,甲,2,town\n2,乙,1,town\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		areas, err := ReadAreas("areas.csv", bytes.NewReader(text))
		if err != nil {
			var no *refuse.Error
			if !errors.As(err, &no) || no.What.ZH == "" || no.Do.ZH == "" || !strings.HasPrefix(no.Where, "areas.csv") {
				t.Errorf("%q: %v, want a refusal", text, err)
			}
			return
		}
		var again bytes.Buffer
		w := csv.NewWriter(&again)
		w.Write(areasHeader)
		for _, a := range areas.All() {
			w.Write([]string{a.Code, a.Name, a.Parent, a.Level.String(), strings.Join(a.labels, "|")})
		}
		w.Flush()
		read, err := ReadAreas("areas.csv", &again)
		if err != nil {
			t.Fatalf("%q, written out, is refused: %v", text, err)
		}
		if !slices.Equal(areas.Labels(), read.Labels()) {
			t.Errorf("%q, written out and read again, has other labels:\n%v\n%v", text, areas.Labels(), read.Labels())
		}
	})
}

// FuzzResolve: the area that three cells name is the one a search through the
// rows of areas.csv finds. The areas are made from bytes: few labels and codes,
// so that many are borne twice.
func FuzzResolve(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, "330782001", "甲", "乙")
	f.Add([]byte{0, 0, 1, 0, 0, 1, 2, 2, 2}, "", "甲", "甲")
	f.Add([]byte{8, 1, 1, 8, 1, 2, 0, 0, 0}, "330782001000", "", "")
	f.Add([]byte{3, 3, 3}, "330782", "义乌", "")
	f.Fuzz(func(t *testing.T, made []byte, code, town, village string) {
		text := areasOf(made)
		areas, err := ReadAreas("areas.csv", strings.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for _, cells := range [][3]string{{code, town, village}, {"", town, village}, {"", town, ""}, {code, "", ""}} {
			code, town, village := label(cells[0]), label(cells[1]), label(cells[2])
			area, level, full := areas.Resolve(code, town, village)
			wantArea, wantFull := naiveResolve(areas.all, string(code), string(town), string(village))
			if area != wantArea || full != wantFull || (area == "") != (level == NoLevel) {
				t.Errorf("%s\n(%q, %q, %q) is %q (%v), full %v, want %q, full %v", text, code, town, village, area, level, full, wantArea, wantFull)
			}
			own, known := areas.Town(town)
			if known != (own != "") || known && !full && area != own && len(code) == 0 {
				t.Errorf("%s\nTown(%q) = %q, %v, but the row is of %q", text, town, own, known, area)
			}
		}
	})
}

// areasOf makes up an areas.csv: three bytes an area.
func areasOf(made []byte) string {
	text := "code,name,parent,kind,aliases\n330782,义乌,,city,\n"
	labels := []string{"甲", "乙", "丙", "甲村", "义乌"}
	towns, used := []string{}, map[string]bool{}
	for i := 0; i+2 < len(made) && i < 60; i += 3 {
		name, alias := labels[int(made[i+1])%len(labels)], labels[int(made[i+2])%len(labels)]
		code, parent, kind := fmt.Sprintf("330782%03d", int(made[i])%12), "330782", "town"
		switch {
		case made[i]%3 == 0:
			code += "000"
		case made[i]%3 == 2 && len(towns) > 0:
			parent, kind = towns[int(made[i+2])%len(towns)], "village"
			code = fmt.Sprintf("%.9s%03d", parent, 1+int(made[i])%9)
		}
		if used[code] {
			continue
		}
		used[code] = true
		if kind == "town" {
			towns = append(towns, code)
		}
		text += fmt.Sprintf("%s,%s,%s,%s,%s\n", code, name, parent, kind, alias)
	}
	return text
}

// naiveResolve is Attribution (contract, section 3) as a search.
func naiveResolve(all []Area, code, town, village string) (area string, full bool) {
	named := func(level Level, in, label string) (found []Area) {
		for _, a := range all {
			if a.Level == level && (level != Village || a.Town == in) && slices.Contains(a.labels, label) {
				found = append(found, a)
			}
		}
		return found
	}
	byCode := append(coded(all, code, false), coded(all, code, true)...)
	if len(byCode) > 0 && (byCode[0].Level != City || town == "") {
		return byCode[0].Code, true
	}
	towns := named(Town, "", town)
	if len(towns) == 0 && village == "" {
		if cities := named(City, "", town); len(cities) == 1 {
			return cities[0].Code, true
		}
	}
	if len(towns) != 1 {
		return "", false
	}
	if village == "" {
		return towns[0].Code, true
	}
	if villages := named(Village, towns[0].Code, village); len(villages) == 1 {
		return villages[0].Code, true
	}
	return towns[0].Code, false
}

// coded are the areas of a code: as areas.csv writes it, or in the other form
// that a town's (9 and 12 digits) and a city's (6 and 12) have.
func coded(all []Area, code string, other bool) (found []Area) {
	for _, a := range all {
		short := map[Level]int{City: 6, Town: 9}[a.Level]
		switch {
		case !other && a.Code == code && code != "":
			found = append(found, a)
		case !other || short == 0 || !digits([]byte(a.Code)):
		case len(a.Code) == short && code == a.Code+"000000"[:12-short]:
			found = append(found, a)
		case len(a.Code) == 12 && len(code) == short && a.Code == code+"000000"[:12-short]:
			found = append(found, a)
		}
	}
	return found
}
