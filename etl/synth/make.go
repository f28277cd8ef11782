package synth

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"

	"canbao/etl/refuse"
)

// Options say which city is made, and where.
type Options struct {
	Dir       string // gets areas.csv and the folder extracts
	People    int    // residents; 0 is the full city of 1,859,390
	Seed      uint64
	County    int // of a province: people of a county at most, 0 is those of the full city
	Days      int // days of payment files from the opening, 0 is all 50
	Workers   int // goroutines, 0 is one per processor
	KeepTruth bool
	Visits    bool                  // the sheets of the grid workers too, which the offices do not send
	Progress  func(done, total int) // files done; called from one goroutine at a time, may be nil
}

// Made tells what was made.
type Made struct {
	Areas    string // path of areas.csv
	Extracts string // folder of the extracts
	Files    int    // extracts
	People   int64  // on the roster and not
	Rows     int64
	Bytes    int64
	Truth    *Truth // nil unless KeepTruth
}

// What a city can be.
const (
	Residents   = 1_859_390 // of the full city
	PaymentDays = 50        // from the opening on 1 November to 20 December
	fewest      = 500       // residents with whom every story still has its people
)

// Make writes a synthetic city: areas.csv and the extracts as offices send
// them. The same options give the same bytes, however many workers there are.
func Make(ctx context.Context, o Options) (*Made, error) {
	if o.People == 0 {
		o.People = Residents
	}
	if o.Days == 0 {
		o.Days = PaymentDays
	}
	if err := o.Check(); err != nil {
		return nil, err
	}
	c := newCity(o)
	if found, err := os.ReadDir(c.extracts()); err == nil && len(found) > 0 {
		return nil, o.wrong("extracts 里已有文件", "the folder extracts holds files already", "换一个文件夹，或先清空它", "choose another folder, or empty it first")
	}
	c.expected = c.countFiles()
	if err := os.MkdirAll(c.extracts(), 0o755); err != nil {
		return nil, fmt.Errorf("make the folder of the extracts: %w", err)
	}
	if err := c.writeAreas(o.Dir); err != nil {
		return nil, fmt.Errorf("write areas: %w", err)
	}
	works, err := c.makeFiles(ctx)
	if err != nil {
		return nil, err
	}
	return c.made(works), nil
}

// makeFiles writes the extracts.
func (c *city) makeFiles(ctx context.Context) ([]*townWork, error) {
	works := make([]*townWork, len(c.towns))
	group, run := c.workers(ctx)
	for _, t := range bySize(c.towns) {
		group.Go(func() (err error) {
			works[t.index], err = c.work(run, t)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	group, run = c.workers(ctx)
	for _, job := range c.common(works) {
		group.Go(func() error {
			if run.Err() != nil {
				return run.Err()
			}
			return job()
		})
	}
	return works, group.Wait()
}

// Check refuses a city that cannot be made, before anything is.
func (o Options) Check() error {
	if o.People < fewest || o.People > 4*Residents {
		return o.wrong(fmt.Sprintf("造不出 %d 人的城市", o.People), fmt.Sprintf("a city of %d people cannot be made", o.People),
			fmt.Sprintf("人数请在 %d 到 %d 之间", fewest, 4*Residents), fmt.Sprintf("choose from %d to %d people", fewest, 4*Residents))
	}
	return o.checkDays()
}

func (o Options) checkDays() error {
	if o.Days < 1 || o.Days > PaymentDays {
		return o.wrong(fmt.Sprintf("没有 %d 天的缴费文件", o.Days), fmt.Sprintf("there are no payment files for %d days", o.Days),
			fmt.Sprintf("天数请在 1 到 %d 之间", PaymentDays), fmt.Sprintf("choose from 1 to %d days", PaymentDays))
	}
	return nil
}

func (o Options) wrong(zh, en, doZH, doEN string) error {
	return &refuse.Error{What: refuse.Text{ZH: zh, EN: en}, Where: o.Dir, Do: refuse.Text{ZH: doZH, EN: doEN}}
}

func (c *city) workers(ctx context.Context) (*errgroup.Group, context.Context) {
	group, ctx := errgroup.WithContext(ctx)
	n := c.Workers
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	group.SetLimit(n)
	return group, ctx
}

func (c *city) extracts() string { return filepath.Join(c.Dir, "extracts") }

// sent tells whether something of the day is known when the extracts are drawn.
func (c *city) sent(d Day) bool { return d < Opening+Day(c.Days) }

// done closes a file and counts it.
func (c *city) done(t *table) error {
	err := t.close()
	t.buf = nil
	c.mu.Lock()
	defer c.mu.Unlock()
	c.files = append(c.files, t)
	if c.Progress != nil {
		c.Progress(len(c.files), c.expected)
	}
	return err
}

// countFiles is how many extracts there will be.
func (c *city) countFiles() int {
	n := 3*len(c.towns) + 2 + 2 + 1 + 3 + 2 // rosters, registrations, levies; their later files; subsidies, headcounts
	if c.number == 0 {
		n += 3 // statements
	}
	if c.sent(recounted) {
		n++
	}
	if c.Visits {
		n += len(c.towns)
	}
	for i := range c.Days {
		switch day := Opening + Day(i); day {
		case quietDay:
		case sentAgain, sentLater:
			n += 2
		default:
			n++
		}
	}
	return n
}

func (c *city) made(works []*townWork) *Made {
	m := &Made{Areas: filepath.Join(c.Dir, "areas.csv"), Extracts: c.extracts(), Files: len(c.files)}
	for _, w := range works {
		m.People += int64(len(w.people))
	}
	for _, t := range c.files {
		m.Rows += t.Rows
		m.Bytes += t.size
	}
	if c.KeepTruth {
		m.Truth = c.truth(works)
	}
	return m
}
