package synth

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

const (
	cityCode  = "330782"
	cityName  = "义乌市"
	hukouFull = 853_378 // registered people of the full city
)

// townPlan is what a town of the full city is like, in thousands of people.
type townPlan struct {
	code, name, aliases string
	residents, hukou    int
	villages            int
	away                int // of a thousand registered people, who live elsewhere
	temper
}

// seat tells one city from the others of a province.
type seat struct {
	number int    // 0 for a city of its own, else 1 and more
	code   string // six digits, those its areas' codes begin with
	name   string
	alias  string
	prefix string // put before the names of its towns, which every city has
}

// yiwu is the city that is made where no province is.
var yiwu = seat{code: cityCode, name: cityName, alias: "义乌"}

// town is a town of the city that is being made.
type town struct {
	townPlan
	index        int
	label        word
	alias        word
	homeHere     int // registered and resident
	homeAway     int // registered, not resident
	guests       int // resident, not registered
	villages     []village
	townsfolk    word   // the 12-digit code of the town itself
	spellings    []word // other ways to write its name
	schools      []word
	bankVillage  int // village whose bank files fail, -1 for none
	collideFirst int // first of two villages that bear the same name, -1
}

type village struct {
	code     string
	name     string
	aliases  string
	label    word
	short    word // an alias, its name without the ending
	codeWord word
	weight   int // share of the town's people
	clan     int // the surname many bear
	ease     int // of a thousand: how many of its people are slow, 1000 as the town
	twin     bool
}

// city holds everything that is known before the first person is drawn.
type city struct {
	Options
	seat
	form   form
	people int
	towns  []*town

	expected int // files

	mu    sync.Mutex
	files []*table // those written
}

func newCity(o Options) *city { return newCityAt(o, yiwu) }

func newCityAt(o Options, at seat) *city {
	c := &city{Options: o, seat: at, people: o.People}
	var total, homes, weights, hukouWeights int
	for i := range townPlans {
		weights += townPlans[i].residents
		hukouWeights += townPlans[i].hukou
	}
	hukou := int((int64(o.People)*hukouFull + Residents/2) / Residents)
	var seenRes, seenHukou int
	for i := range townPlans {
		p := townPlans[i]
		t := &town{townPlan: p.at(at), index: i, bankVillage: -1, collideFirst: -1}
		seenRes += p.residents
		seenHukou += p.hukou
		here := o.People*seenRes/weights - total // exact in sum
		registered := hukou*seenHukou/hukouWeights - homes
		total += here
		homes += registered
		t.homeAway = registered * p.away * 7 / 10_000
		t.homeHere = min(registered-t.homeAway, here)
		t.homeAway = registered - t.homeHere
		t.guests = here - t.homeHere
		c.nameTown(t)
		c.towns = append(c.towns, t)
	}
	return c
}

// at is the plan for the town's like in another city.
func (p townPlan) at(s seat) townPlan {
	p.code = s.code + p.code[len(cityCode):]
	p.name = s.prefix + p.name
	aliases := strings.Split(p.aliases, "|")
	for i := range aliases {
		aliases[i] = s.prefix + aliases[i]
	}
	p.aliases = strings.Join(aliases, "|")
	return p
}

func (c *city) nameTown(t *town) {
	t.label = wordOf(t.name)
	t.alias = wordOf(strings.Split(t.aliases, "|")[0])
	t.townsfolk = wordOf(t.code + "000")
	radical := strings.NewReplacer("大", "⼤", "赤", "⾚", "里", "⾥").Replace(t.name) // look-alikes
	t.spellings = []word{t.alias, wordOf(radical), wordOf(t.name + " ")}
	for _, kind := range schoolKinds {
		t.schools = append(t.schools, wordOf(c.name+t.alias[inUTF8]+kind))
	}
	n := t.townPlan.villages
	full := 70_000 // people, from whom on a city has all its villages
	if c.number > 0 {
		full = Residents // of a province the villages grow with the people
	}
	if scaled := n * c.people / full; scaled < n {
		n = max(4, scaled)
	}
	used := map[string]bool{}
	for v := 0; v < n; v++ {
		t.villages = append(t.villages, c.newVillage(t, v, used))
	}
	if t.twins && n >= 3 {
		a, b := &t.villages[n/2], &t.villages[n/2+1]
		b.name, b.label, b.aliases, b.short = a.name, a.label, a.aliases, a.short
		a.twin, b.twin = true, true
		t.collideFirst = n / 2
	}
	if t.bankFails {
		t.bankVillage = n / 3
		t.villages[t.bankVillage].weight = 2200
	}
}

// newVillage draws the name and nature of a village; its short name is unique
// in the town, and the first of each town is called the same everywhere.
func (c *city) newVillage(t *town, v int, used map[string]bool) village {
	d := roll(c.Seed, ofVillage, t.index*1000+v)
	stem, ending := "新", "村"
	urban := strings.HasSuffix(t.name, "街道") && d.chance(350_000)
	for v > 0 && (stem == "新" || used[stem]) {
		if urban && d.chance(500_000) {
			stem = estates[d.below(len(estates))]
		} else {
			stem = stemHeads[d.below(len(stemHeads))] + stemTails[d.below(len(stemTails))]
		}
	}
	used[stem] = true
	serial := 200 + v
	if urban && v > 0 {
		ending, serial = "社区", 1+v
	}
	code := t.code + string([]byte{byte('0' + serial/100), byte('0' + serial/10%10), byte('0' + serial%10)})
	name := stem + ending
	vil := village{
		code: code, name: name, label: wordOf(name), codeWord: wordOf(code), short: wordOf(name),
		weight: 300 + d.below(1400), clan: d.below(len(surnames)), ease: 200 + d.below(1600),
	}
	if ending == "村" {
		vil.aliases = stem + "行政村|" + stem
		vil.short = wordOf(stem)
		if v == 0 { // 新 alone says nothing
			vil.aliases, vil.short = "新村行政村", wordOf("新村行政村")
		}
	}
	return vil
}

// writeAreas writes areas.csv.
func (c *city) writeAreas(dir string) error {
	f, err := os.Create(filepath.Join(dir, "areas.csv"))
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	w.WriteString("code,name,parent,kind,aliases\n")
	w.WriteString(c.code + "," + c.name + ",,city," + c.alias + "\n")
	c.listAreas(w, c.code)
	if err := w.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// listAreas writes towns and villages.
func (c *city) listAreas(w *bufio.Writer, root string) {
	for _, t := range c.towns {
		w.WriteString(t.code + "," + t.name + "," + root + ",town," + t.aliases + "\n")
	}
	for _, t := range c.towns {
		for _, v := range t.villages {
			w.WriteString(v.code + "," + v.name + "," + t.code + ",village," + v.aliases + "\n")
		}
	}
}

// areas are the rows of areas.csv.
func (c *city) areas() []Area {
	all := []Area{{c.code, c.name, "", "city"}}
	for _, t := range c.towns {
		all = append(all, Area{t.code, t.name, c.code, "town"})
		for _, v := range t.villages {
			all = append(all, Area{v.code, v.name, t.code, "village"})
		}
	}
	return all
}
