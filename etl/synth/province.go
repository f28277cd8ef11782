package synth

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// Province tells what was made of a province, and what a loader and the models
// must come to.
type Province struct {
	Areas    string // path of areas.csv
	Extracts string // folder of the extracts
	Files    int
	People   int64 // on the roster and not
	Rows     int64
	Bytes    int64
	Datasets map[string]*FileTruth // the sums of all files, by dataset
	// Indicators at the end of LastDay, counted person by person: of the towns of
	// the counties that were to be counted, and of the province if these are all.
	Indicators map[Key]Count
}

// The root of a province's areas.
const (
	ProvinceCode  = "330000"
	provinceName  = "浙江省"
	provinceAlias = "浙江"
	mostCounties  = 60
)

// CheckProvince refuses a province that cannot be made, before anything is.
func (o Options) CheckProvince() error {
	if each := cmp.Or(o.County, Residents); o.People < fewest || o.People > mostCounties*each {
		return o.wrong(fmt.Sprintf("造不出 %d 人的省", o.People), fmt.Sprintf("a province of %d people cannot be made", o.People),
			fmt.Sprintf("人数请在 %d 到 %d 之间", fewest, mostCounties*each), fmt.Sprintf("choose from %d to %d people", fewest, mostCounties*each))
	}
	return o.checkDays()
}

// MakeProvince writes a synthetic province: areas.csv and the extracts in
// Parquet, those of every county in folders of its own. A county is a city like
// that of Make, people and dirt of its own; it is made, written and forgotten
// before the next, so that a province takes no more memory than a city. The areas
// are one root, the towns of all counties and their villages. Visits are not
// made. The people of so many counties are counted, which takes twice as long as
// to make them.
func MakeProvince(ctx context.Context, o Options, counted int) (*Province, error) {
	if o.Days == 0 {
		o.Days = PaymentDays
	}
	if err := o.CheckProvince(); err != nil {
		return nil, err
	}
	o.Visits = false
	p := &province{o: o, counted: counted, books: books{days: make([][3][6][8]book, PaymentDays)},
		made: &Province{Areas: filepath.Join(o.Dir, "areas.csv"), Extracts: filepath.Join(o.Dir, "extracts"), Datasets: map[string]*FileTruth{}, Indicators: map[Key]Count{}}}
	if found, err := os.ReadDir(p.made.Extracts); err == nil && len(found) > 0 {
		return nil, o.wrong("extracts 里已有文件", "the folder extracts holds files already", "换一个文件夹，或先清空它", "choose another folder, or empty it first")
	}
	if err := os.MkdirAll(p.made.Extracts, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder of the extracts: %w", err)
	}
	if err := p.make(ctx); err != nil {
		return nil, err
	}
	return p.made, nil
}

// province is one that is being made.
type province struct {
	o       Options
	counted int   // counties whose people are counted
	books   books // of all counties: statements speak of the whole
	made    *Province
}

func (p *province) make(ctx context.Context) error {
	f, err := os.Create(p.made.Areas)
	if err != nil {
		return fmt.Errorf("write areas: %w", err)
	}
	defer f.Close()
	areas := bufio.NewWriter(f)
	fmt.Fprintf(areas, "code,name,parent,kind,aliases\n%s,%s,,city,%s\n", ProvinceCode, provinceName, provinceAlias)
	each := cmp.Or(p.o.County, Residents)
	counties := (p.o.People + each - 1) / each
	for i, done := 1, 0; i <= counties; i++ {
		people := p.o.People*i/counties - done
		done += people
		if err := p.county(ctx, i, counties, people, areas); err != nil {
			return err
		}
	}
	if err := areas.Flush(); err != nil {
		return fmt.Errorf("write areas: %w", err)
	}
	whole := newCityAt(p.o, seat{code: ProvinceCode, name: provinceName})
	whole.form, whole.Progress = asParquet, nil
	if err := whole.statementFiles(p.books); err != nil {
		return err
	}
	if err := whole.provinceHeadcount(); err != nil {
		return err
	}
	p.add(whole)
	if p.counted >= counties { // the province has a headcount of its own
		key := Key{"medical_resident", ProvinceCode}
		p.made.Indicators[key] = Count{int64(p.o.People), p.made.Indicators[key].Actual}
	}
	return f.Close()
}

// county makes one of the counties and adds it up.
func (p *province) county(ctx context.Context, number, counties, people int, areas *bufio.Writer) error {
	o := p.o
	o.People, o.Seed, o.KeepTruth = people, mix(o.Seed+uint64(number)<<32), number <= p.counted
	c := newCityAt(o, countySeat(number))
	c.form = asParquet
	each := c.countFiles()
	if p.o.Progress != nil {
		c.Progress = func(done, _ int) { p.o.Progress((number-1)*each+done, counties*each) }
	}
	c.expected = each
	works, err := c.makeFiles(ctx)
	if err != nil {
		return err
	}
	c.listAreas(areas, ProvinceCode)
	for _, w := range works {
		p.books.addAll(&w.books)
		p.made.People += int64(len(w.people))
	}
	p.add(c)
	if !o.KeepTruth {
		return nil
	}
	for key, n := range c.truth(works).Indicators(LastDay) {
		switch {
		case key.AreaCode == c.code && p.counted >= counties:
			key.AreaCode = ProvinceCode
			sum := p.made.Indicators[key]
			p.made.Indicators[key] = Count{sum.Expected + n.Expected, sum.Actual + n.Actual}
		case len(key.AreaCode) == len(c.towns[0].code):
			p.made.Indicators[key] = n
		}
	}
	return nil
}

// add adds up the files of a city.
func (p *province) add(c *city) {
	for _, t := range c.files {
		p.made.Files++
		p.made.Rows += t.Rows
		p.made.Bytes += t.size
		sum := p.made.Datasets[t.Dataset]
		if sum == nil {
			sum = &FileTruth{Dataset: t.Dataset, Reasons: map[string]int64{}}
			p.made.Datasets[t.Dataset] = sum
		}
		sum.Rows += t.Rows
		sum.Accepted += t.Accepted
		sum.Quarantined += t.Quarantined
		sum.Repeated += t.Repeated
		for reason, n := range t.Reasons {
			sum.Reasons[reason] += n
		}
	}
}

// countySeat is a county named by the sexagenary cycle.
func countySeat(number int) seat {
	const stems, branches = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
	at := func(cycle string, n int) string {
		all := []rune(cycle)
		return string(all[n%len(all)])
	}
	name := at(stems, number-1) + at(branches, number-1)
	return seat{number: number, code: fmt.Sprintf("339%03d", number), name: name + "县", alias: name, prefix: name}
}

// provinceHeadcount is the resident population of the whole.
func (c *city) provinceHeadcount() error {
	t := c.open(c.form.named("07-headcount/0-全省.csv"), headcountTowns, ofHeadcount, 0)
	t.headcount(wordOf(c.name), none, c.code, wordOf("常住人口"), c.people, Date(2020, 10, 31), false)
	return c.done(t)
}
