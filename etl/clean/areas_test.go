package clean

import (
	"errors"
	"strings"
	"testing"

	"canbao/etl/refuse"
)

const yiwu = `code,name,parent,kind,aliases
330782,义乌市,,city,义乌
330782001,稠城街道,330782,town,稠城|稠城办事处
330782002,江东街道,330782,town,江东|新区
330782003,稠江街道,330782,town,稠江|新区
330782100000,佛堂镇,330782,town,佛堂
330782001001,向阳社区,330782001,village,向阳|向阳居委会
330782001002,新村,330782001,village,
330782001003,新村,330782001,village,上新村
330782001004,下村,330782001,village,下|下村
330782002001,新村,330782002,village,
330782100201,王宅村（社区）,330782100000,village,王宅
`

func mustAreas(t *testing.T, text string) *Areas {
	t.Helper()
	areas, err := ReadAreas("areas.csv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return areas
}

func label(s string) []byte { return Label(nil, []byte(s)) }

// Attribution (contract, section 3): a known code alone, else town and village
// names through the aliases, else the town where only that can be told.
func TestResolve(t *testing.T) {
	areas := mustAreas(t, yiwu)
	for _, c := range []struct {
		name, code, town, village string
		area                      string
		level                     Level
		full                      bool
	}{
		{"code of a village", "330782001001", "", "", "330782001001", Village, true},
		{"code of a town", "330782001", "", "", "330782001", Town, true},
		{"town code of 12 digits", "330782001000", "", "", "330782001", Town, true},
		{"town code of 9 digits, 12 in areas.csv", "330782100", "", "", "330782100000", Town, true},
		{"code of the city", "330782", "", "", "330782", City, true},
		{"code of the city, 12 digits", "330782000000", "", "", "330782", City, true},
		{"code alone decides", "330782001001", "江东街道", "新村", "330782001001", Village, true},
		{"code of a town decides", "330782001", "江东街道", "新村", "330782001", Town, true},
		{"code of the city, names beside it", "330782", "稠城街道", "向阳社区", "330782001001", Village, true},
		{"code full-width and wrapped", `="３３０７８２００１００１"`, "", "", "330782001001", Village, true},
		{"unknown code is as if empty", "330999001001", "稠城街道", "向阳社区", "330782001001", Village, true},
		{"unknown code, nothing else", "330782103", "", "", "", NoLevel, false},
		{"names", "", "稠城街道", "向阳社区", "330782001001", Village, true},
		{"aliases", "", "稠城", "向阳居委会", "330782001001", Village, true},
		{"names with blanks and quotes", "", " 稠城 街道", "'向阳社区\t", "330782001001", Village, true},
		{"half-width brackets", "", "佛堂镇", "王宅村(社区)", "330782100201", Village, true},
		{"alias that repeats the name", "", "稠城街道", "下村", "330782001004", Village, true},
		{"same label in another town", "", "江东街道", "新村", "330782002001", Village, true},
		{"label of two villages", "", "稠城街道", "新村", "330782001", Town, false},
		{"own alias of one of them", "", "稠城街道", "上新村", "330782001003", Village, true},
		{"unknown village", "", "稠城街道", "王宅村", "330782001", Town, false},
		{"village of another town", "", "江东街道", "向阳社区", "330782002", Town, false},
		{"no village", "", "佛堂", "", "330782100000", Town, true},
		{"label of two towns", "", "新区", "新村", "", NoLevel, false},
		{"unknown town", "", "大元镇", "新村", "", NoLevel, false},
		{"village without its town", "", "", "向阳社区", "", NoLevel, false},
		{"name of the city", "", "义乌市", "", "330782", City, true},
		{"nothing", "", "", "", "", NoLevel, false},
	} {
		area, level, full := areas.Resolve(label(c.code), label(c.town), label(c.village))
		if area != c.area || level != c.level || full != c.full {
			t.Errorf("%s: (%q, %q, %q) is %q %q full %v, want %q %q full %v",
				c.name, c.code, c.town, c.village, area, level, full, c.area, c.level, c.full)
		}
	}
}

func TestTown(t *testing.T) {
	areas := mustAreas(t, yiwu)
	for town, want := range map[string]string{
		"稠城街道": "330782001", "稠城办事处": "330782001", "佛 堂": "330782100000", "新区": "", "义乌市": "", "": "", "向阳社区": "",
	} {
		if code, ok := areas.Town(label(town)); code != want || ok != (want != "") {
			t.Errorf("Town(%q) = %q, %v, want %q", town, code, ok, want)
		}
	}
}

// What the warehouse looks up by equality is what Resolve answers, and what
// tells nothing is not there.
func TestLabelsAgreeWithResolve(t *testing.T) {
	areas := mustAreas(t, yiwu)
	seen := map[AreaLabel]bool{}
	for _, l := range areas.Labels() {
		seen[AreaLabel{Kind: l.Kind, Town: l.Town, Label: l.Label}] = true
		var area string
		switch l.Kind {
		case "code":
			area, _, _ = areas.Resolve([]byte(l.Label), nil, nil)
		case "town":
			area, _, _ = areas.Resolve(nil, []byte(l.Label), nil)
		case "village":
			for _, a := range areas.All() {
				if a.Code == l.Town {
					area, _, _ = areas.Resolve(nil, label(a.Name), []byte(l.Label))
				}
			}
		}
		if area != l.Area {
			t.Errorf("label %+v, but Resolve says %q", l, area)
		}
	}
	for _, want := range []AreaLabel{
		{"code", "", "330782001000", ""}, {"code", "", "330782100", ""}, {"town", "", "稠城", ""}, {"village", "330782002", "新村", ""}, {"village", "330782001", "向阳", ""},
	} {
		if !seen[want] {
			t.Errorf("label %+v is lacking", want)
		}
	}
	for _, none := range []AreaLabel{{"town", "", "新区", ""}, {"village", "330782001", "新村", ""}} {
		if seen[none] {
			t.Errorf("label %+v tells two areas and is there", none)
		}
	}
}

func TestAllAreas(t *testing.T) {
	all := mustAreas(t, "\ufeff"+yiwu).All()
	if len(all) != 11 {
		t.Fatalf("%d areas, want 11", len(all))
	}
	for i, a := range all {
		if i > 0 && all[i-1].Code >= a.Code {
			t.Errorf("%s stands behind %s: not in the order of codes", a.Code, all[i-1].Code)
		}
		want := map[Level]string{City: "", Town: a.Code, Village: a.Parent}[a.Level]
		if a.Town != want {
			t.Errorf("%s %s lies in the town %q, want %q", a.Level, a.Code, a.Town, want)
		}
	}
	if first := all[0]; first.Code != "330782" || first.Name != "义乌市" || first.Level.String() != "city" {
		t.Errorf("first area is %+v", first)
	}
}

func TestReadAreasRefuses(t *testing.T) {
	const head, city = "code,name,parent,kind,aliases\n", "330782,义乌市,,city,\n"
	for _, c := range []struct{ name, text, where, what, do string }{
		{"missing parent", head + city + "330782001,稠城街道,330783,town,\n", "areas.csv:3", "330782001 has the parent 330783", "add that parent"},
		{"missing parent further up", head + city + "330782001,稠城街道,330783,town,\n330782001001,向阳,330782001,village,\n", "areas.csv:3", "has the parent 330783", "add that parent"},
		{"cycle", head + city + "330782001,稠城街道,330782002,town,\n330782002,江东街道,330782001,town,\n", "areas.csv:3", "cycle", "parent"},
		{"its own parent", head + city + "330782001,稠城街道,330782001,town,\n", "areas.csv:3", "cycle", "parent"},
		{"code twice", head + city + "330782001,稠城街道,330782,town,\n330782001,江东街道,330782,town,\n", "areas.csv:4", "repeats the code 330782001", "row 3"},
		{"no city", head, "areas.csv", "no area of kind city", "add the city"},
		{"empty file", "", "areas.csv", "no area of kind city", "add the city"},
		{"unknown kind", head + city + "330782001,稠城街道,330782,street,\n", "areas.csv:3", `unknown kind "street"`, "city, town or village"},
		{"no name", head + city + "330782001, ,330782,town,\n", "areas.csv:3", "lacks a code or a name", "code and a name"},
		{"no code", head + city + ",稠城街道,330782,town,\n", "areas.csv:3", "lacks a code or a name", "code and a name"},
		{"village below the city", head + city + "330782001001,向阳,330782,village,\n", "areas.csv:3", "wrong kind", "a village's a town"},
		{"town without parent", head + city + "330782001,稠城街道,,town,\n", "areas.csv:3", "wrong kind", "a town's is the city"},
		{"city below a town", head + city + "330782001,稠城街道,330782,town,\n330783,东阳市,330782001,city,\n", "areas.csv:4", "wrong kind", "a city has no parent"},
		{"wrong header", "code,name,kind,parent\n", "areas.csv:1", "wrong header: code,name,kind,parent", "code,name,parent,kind,aliases"},
		{"quote not closed", head + city + "330782001,\"稠城街道,330782,town,\n", "areas.csv:3", "not well-formed CSV", "quotes"},
		{"line counted past a quoted break", head + "330782,\"义乌\n市\",,city,\n330782001,稠城街道,1,town,\n", "areas.csv:4", "has the parent 1", "add that parent"},
		{"GB18030", "code,name,parent,kind,aliases\n330782,\xd2\xe5\xce\xda\xca\xd0,,city,\n", "areas.csv", "not UTF-8", "UTF-8"},
	} {
		_, err := ReadAreas("areas.csv", strings.NewReader(c.text))
		var no *refuse.Error
		if !errors.As(err, &no) {
			t.Errorf("%s: %v, want a refusal", c.name, err)
			continue
		}
		if no.Where != c.where ||
			!strings.Contains(no.What.EN, c.what) || !strings.Contains(no.Do.EN, c.do) {
			t.Errorf("%s: refused with %q, want %q, %q, %q", c.name, no, c.where, c.what, c.do)
		}
		if no.What.ZH == "" || no.Do.ZH == "" {
			t.Errorf("%s: says nothing in Chinese", c.name)
		}
	}
}
