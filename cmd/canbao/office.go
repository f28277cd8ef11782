package main

import (
	"context"
	"errors"
	"io"
	"sort"
	"strings"
	"time"

	"canbao/etl"
	"canbao/etl/refuse"
	"canbao/models/measure"
	"canbao/reports/access"
	"canbao/reports/web"
	"canbao/sql/duck"
)

// office is the private side of the warehouse, for the pages of the running
// service. A call opens the warehouse and closes it, so that loads and builds
// find it free; two calls never have it at once, because one process cannot hold
// a reading and a writing handle of a file.
type office struct {
	a    *app
	busy chan struct{} // holds one
}

var _ web.Office = (*office)(nil)

// newOffice is the office of a workspace, nil where there is no warehouse.
func (a *app) newOffice() *office { return &office{a: a, busy: make(chan struct{}, 1)} }

// How long a page waits for the warehouse while somebody else has it: one that
// can do without does so soon.
const (
	waitToLook = 2 * time.Second
	waitToAct  = 10 * time.Second
)

// enter waits for the other calls of the office, and is an app of its own that
// waits so long for other programs.
func (o *office) enter(ctx context.Context, wait time.Duration, lang string) (*app, func(), error) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case o.busy <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	case <-timer.C:
		return nil, nil, &refuse.Error{What: refuse.Text{ZH: "数据仓库正被使用", EN: "the warehouse is in use"},
			Do: refuse.Text{ZH: "请稍后再试", EN: "try again later"}}
	}
	a := *o.a
	a.out, a.errors, a.set.Quiet = io.Discard, io.Discard, true
	a.set.Wait = wait.String()
	if lang != "" {
		a.set.Lang = lang
	}
	if !exists(a.warehousePath()) {
		<-o.busy
		return nil, nil, a.noWarehouse()
	}
	return &a, func() { <-o.busy }, nil
}

func (o *office) Masked(ctx context.Context, people []measure.Missing) (map[web.Person]web.Named, error) {
	a, leave, err := o.enter(ctx, waitToLook, "")
	if err != nil {
		return nil, err
	}
	defer leave()
	n, done, err := a.maskedNames(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	return namesOf(ctx, n, people)
}

// maskedNames opens the names, masked, and refuses where they cannot be.
func (a *app) maskedNames(ctx context.Context) (*namer, func(), error) {
	n, done, err := a.names(ctx, false)
	if err == nil && n.opener == nil {
		done()
		return nil, nil, noKeyHere
	}
	return n, done, err
}

// noKeyHere tells no page where the key should be.
var noKeyHere = &refuse.Error{What: refuse.Text{ZH: "服务器上没有数据仓库的密钥，看不到姓名和证件号码", EN: "the server does not have the warehouse's key, names and numbers cannot be read"},
	Do: refuse.Text{ZH: "请告知管理员", EN: "tell whoever runs the system"}}

func namesOf(ctx context.Context, n *namer, people []measure.Missing) (map[web.Person]web.Named, error) {
	told, err := n.tell(ctx, people)
	if err != nil {
		return nil, err
	}
	names := make(map[web.Person]web.Named, len(told))
	for _, p := range told {
		names[p.Person] = web.Named{Name: p.name, Number: p.number, Phone: p.phone}
	}
	return names, nil
}

// revealing opens the warehouse, writes down who is about to see whom, and is a
// namer that tells. The caller ends it.
func (a *app) revealing(ctx context.Context, r web.Revealing) (*namer, func() error, error) {
	db, key, err := a.openSealed(ctx)
	if err != nil {
		return nil, nil, err
	}
	err = etl.Reveal(ctx, db, etl.Revealed{
		At: time.Now().In(shanghai), By: r.By, Verb: "worklist", What: r.File, Rows: r.Rows,
		Campaign: r.List.Campaign.ID, Item: r.List.Item.ID, AreaCode: r.List.Area.Code, AsOf: r.List.AsOf, Reason: r.Reason,
	})
	n := &namer{whole: true}
	if err == nil {
		n.opener, err = etl.NewOpener(ctx, db, key)
	}
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return n, db.Close, nil
}

func (o *office) Reveal(ctx context.Context, r web.Revealing, people []measure.Missing) (names map[web.Person]web.Named, err error) {
	a, leave, err := o.enter(ctx, waitToAct, "")
	if err != nil {
		return nil, err
	}
	defer leave()
	n, done, err := a.revealing(ctx, r)
	if err != nil {
		return nil, err
	}
	names, err = namesOf(ctx, n, people)
	return names, errors.Join(err, done())
}

func (o *office) Book(ctx context.Context, w io.Writer, r web.Revealing, lang string) error {
	if err := fitsBook(r.List); err != nil {
		return err
	}
	a, leave, err := o.enter(ctx, waitToAct, lang)
	if err != nil {
		return err
	}
	defer leave()
	var n *namer
	var done func() error
	if r.Reason != "" {
		n, done, err = a.revealing(ctx, r)
	} else {
		var close func()
		n, close, err = a.maskedNames(ctx)
		done = func() error { close(); return nil }
	}
	if err != nil {
		return err
	}
	book, err := a.makeBook(ctx, r.List, n)
	if err = errors.Join(err, done()); err != nil {
		return err
	}
	defer book.Close()
	return book.Write(w)
}

func (o *office) Held(ctx context.Context, f web.HeldFilter, skip, most int) (p web.HeldPage, err error) {
	a, leave, err := o.enter(ctx, waitToLook, "")
	if err != nil {
		return p, err
	}
	defer leave()
	db, err := a.readWarehouse(ctx)
	if err != nil || db == nil {
		return p, err
	}
	defer db.Close()
	return heldPage(ctx, db, f, skip, most)
}

// heldPage reads the rows held back. They are read whole, so that the choices of
// the page and its sums fit what is there; their text stays sealed.
func heldPage(ctx context.Context, db *duck.DB, f web.HeldFilter, skip, most int) (p web.HeldPage, err error) {
	sums := map[[2]string]int{}
	files, offices := map[string]bool{}, map[string]bool{}
	takes := func(h etl.Held) bool {
		has := f.Reason == ""
		for _, r := range h.Reasons {
			has = has || r == f.Reason
		}
		return has && (f.Dataset == "" || f.Dataset == h.Dataset) && (f.File == "" || f.File == h.File) && (f.Office == "" || f.Office == h.Office)
	}
	err = etl.EachHeld(ctx, db, etl.HeldFilter{}, func(h etl.Held) error {
		files[h.File] = true
		if h.Office != "" {
			offices[h.Office] = true
		}
		if !takes(h) {
			return nil
		}
		for _, r := range h.Reasons {
			sums[[2]string{h.Dataset, r}]++
		}
		if p.All++; p.All > skip && len(p.Rows) < most {
			p.Rows = append(p.Rows, heldRow(h))
		}
		return nil
	})
	for at, n := range sums {
		p.Sums = append(p.Sums, web.HeldSum{DatasetID: at[0], ReasonID: at[1], Dataset: datasetText(at[0]), Reason: reasonText(at[1]), Rows: n})
	}
	sort.Slice(p.Sums, func(i, j int) bool {
		x, y := p.Sums[i], p.Sums[j]
		return x.Rows > y.Rows || x.Rows == y.Rows && x.DatasetID+x.ReasonID < y.DatasetID+y.ReasonID
	})
	p.Files, p.Desks = sortedKeys(files), sortedKeys(offices)
	return p, err
}

func heldRow(h etl.Held) web.HeldRow {
	row := web.HeldRow{Number: h.Number, Line: h.Line, File: h.File, Part: h.Part, Office: h.Office,
		Dataset: datasetText(h.Dataset), DatasetID: h.Dataset, ReasonIDs: strings.Join(h.Reasons, " ")}
	for _, r := range h.Reasons {
		row.Reasons = append(row.Reasons, reasonText(r))
	}
	return row
}

func datasetText(id string) refuse.Text {
	return refuse.Text{ZH: datasetTitle(id, "zh"), EN: datasetTitle(id, "en")}
}

func sortedKeys(set map[string]bool) []string {
	var all []string
	for k := range set {
		all = append(all, k)
	}
	sort.Strings(all)
	return all
}

// LoadVisits loads a sheet as `canbao load --dataset visit` does, in a process of
// its own: what a file does to the program that reads it, it does to that one. It
// lies in memory while it is read: names may stand in it. A town answers for its
// own people.
func (o *office) LoadVisits(ctx context.Context, by access.User, name string, sheet io.Reader) ([]web.VisitLoad, error) {
	if err := canLoad(ctx); err != nil {
		return nil, err
	}
	if by.Role == access.Town && len(by.Areas) == 0 {
		return nil, &refuse.Error{What: refuse.Text{ZH: "您名下没有区划，不能装载走访结果", EN: "you have no area, and cannot load answers of visits"},
			Do: refuse.Text{ZH: "请告知管理员", EN: "tell whoever runs the system"}}
	}
	file, path, gone, err := inMemory(name, sheet)
	if err != nil {
		return nil, err
	}
	defer gone()
	a, leave, err := o.enter(ctx, waitToAct, "")
	if err != nil {
		return nil, err
	}
	defer leave()
	asked := sheetAsked{Dir: a.dir, Verb: a.name, Settings: a.set, Synonyms: a.set.synonyms, Key: a.set.keyFrom.kind, KeyAt: a.set.keyFrom.where, Name: name, Path: path}
	asked.Settings.User = by.Name
	if by.Role == access.Town {
		asked.Within = by.Areas
	}
	return asked.send(ctx, file)
}
