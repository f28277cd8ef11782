package measure

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"canbao/etl/refuse"
)

// Missing is a person expected and not counted, without identity.
type Missing struct {
	AreaCode, Area string   // the smallest one the person belongs to
	Person         [16]byte // the key, as mart.person has it
	Reason         Reason
	Answer         Answer // what the person answered last when visited
}

// Worklist is who is missing at an item in an area on a day (应参未参名单).
type Worklist struct {
	Campaign *Campaign
	Item     *Item
	Area     Area
	AsOf     time.Time
	Total    int64 // people

	r      *Reader
	counts []areaCount // by code; none of a village
	parts  []part
	heard  bool      // the snapshot tells what people answered
	held   []Missing // of a village, which is read at once
}

// areaCount is how many people of the smallest areas are missing.
type areaCount struct {
	code   string
	people int64
}

// part is a stretch of areas, by code, that are read together.
type part struct{ first, last string }

// partPeople is how many people are read together, unless an area has more: a
// list of a city is never held as a whole.
const partPeople = 60_000

// AskMissing says whose list is wanted.
type AskMissing struct {
	Campaign *Campaign
	Item     string
	Area     string // code
	AsOf     time.Time
}

// Worklist counts who is missing; Each tells who.
func (r *Reader) Worklist(ctx context.Context, ask AskMissing) (*Worklist, error) {
	item, err := ask.Campaign.Item(ask.Item)
	if err != nil {
		return nil, err
	}
	if item.Source == "tally" {
		return nil, &refuse.Error{
			What: refuse.Text{ZH: item.ID + " 只有各地上报的汇总数，没有个人名单", EN: item.ID + " has reported counts only, there are no people behind it"},
			Do:   refuse.Text{ZH: "请向上报单位索取名单，或换一个按人统计的考核项", EN: "ask whoever reports the counts for the names, or take an item that counts people"},
		}
	}
	if err := r.hasReasons(ctx); err != nil {
		return nil, err
	}
	w := &Worklist{Campaign: ask.Campaign, Item: item, AsOf: ask.AsOf, r: r}
	if w.heard, err = r.Has(ctx, "answer"); err != nil {
		return nil, err
	}
	if w.Area, err = r.Area(ctx, ask.Area); err != nil {
		return nil, err
	}
	if w.Area.Level != "village" {
		return w, w.count(ctx)
	}
	w.held, err = w.read(ctx, part{w.Area.Code, w.Area.Code})
	w.Total = int64(len(w.held))
	return w, err
}

// Area finds an area by its code.
func (r *Reader) Area(ctx context.Context, code string) (Area, error) {
	areas, err := r.Areas(ctx)
	if err != nil {
		return Area{}, err
	}
	for _, a := range areas {
		if a.Code == code {
			return a, nil
		}
	}
	return Area{}, noArea(code)
}

// hasReasons refuses a snapshot of an earlier program, and one that tells of a
// table without having it: a cluster has kept that.
func (r *Reader) hasReasons(ctx context.Context) error {
	found, err := r.Has(ctx, "obstacle")
	if err != nil || found {
		return err
	}
	tables, err := r.Tables(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(tables, func(t Table) bool { return t.Name == "mart.obstacle" }) {
		return &refuse.Error{
			What: refuse.Text{ZH: "数据由集群计算，个人名单留在集群里", EN: "a cluster computed the data and has kept what is known of single people"},
			Do:   refuse.Text{ZH: "请用命令 canbao worklist 列出或导出名单", EN: "list and export them with the command canbao worklist"},
		}
	}
	return &refuse.Error{
		What: refuse.Text{ZH: "发布的数据由较早的程序生成，没有名单所需的表", EN: "an earlier program published the data, without what a list of people needs"},
		Do:   refuse.Text{ZH: "请重新运行 canbao build", EN: "run canbao build again"},
	}
}

// Has tells whether the snapshot has a table of mart.
func (r *Reader) Has(ctx context.Context, table string) (found bool, err error) {
	err = r.db.QueryRowContext(ctx, `
		select count(*) > 0 from information_schema.tables where table_schema = 'mart' and table_name = ?`, table).Scan(&found)
	return found, err
}

// placed are the missing with where they belong, as tables of a query; the name
// of an indicator is a column of mart.stretch.
func (w *Worklist) placed() (string, error) {
	if !columnName.MatchString(w.Item.Indicator) {
		return "", fmt.Errorf("list who is missing: %q cannot name a column", w.Item.Indicator)
	}
	inside := map[string]string{"village": "area_code = $area", "town": "town = $area", "city": "$area <> ''"}[w.Area.Level]
	return fmt.Sprintf(`
		missing as (
			select person_no, pension, medical
			from mart.stretch
			where campaign = $campaign and not "%s" and from_day <= $day::date and (until_day is null or until_day > $day::date)
		),
		inside as (
			select person_no, area_code, person
			from mart.person
			where campaign = $campaign and %s and area_code between $first and $last
		),
		placed as (
			select m.*, i.area_code, i.person
			from missing as m
			join inside as i on i.person_no = m.person_no
		)`, w.Item.Indicator, inside), nil
}

var columnName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func (w *Worklist) args(p part) []any {
	return []any{sql.Named("campaign", w.Campaign.ID), sql.Named("day", date(w.AsOf)), sql.Named("area", w.Area.Code),
		sql.Named("first", p.first), sql.Named("last", p.last)}
}

// everywhere is every area: no code sorts behind the last character there is.
var everywhere = part{"", string(utf8.MaxRune)}

// count counts the missing of every area inside, and settles which are read
// together.
func (w *Worklist) count(ctx context.Context) error {
	placed, err := w.placed()
	if err != nil {
		return err
	}
	w.counts, err = list(ctx, w.r, "who is missing", func(rows *sql.Rows) (c areaCount, err error) {
		err = rows.Scan(&c.code, &c.people)
		return c, err
	}, "with "+placed+`
		select area_code, count(*)
		from placed
		group by area_code
		order by area_code`, w.args(everywhere)...)
	if err != nil {
		return err
	}
	var held int64
	for _, c := range w.counts {
		if len(w.parts) == 0 || held+c.people > partPeople {
			w.parts, held = append(w.parts, part{first: c.code}), 0
		}
		w.parts[len(w.parts)-1].last = c.code
		held += c.people
		w.Total += c.people
	}
	return nil
}

// Each calls fn with the missing, some thousands at a time, by area code and
// within an area by the key of the person, which stays the same from snapshot to
// snapshot.
func (w *Worklist) Each(ctx context.Context, fn func([]Missing) error) error {
	if len(w.held) > 0 {
		return fn(w.held)
	}
	for _, p := range w.parts {
		people, err := w.read(ctx, p)
		if err != nil {
			return err
		}
		if err := fn(people); err != nil {
			return err
		}
	}
	return nil
}

// Page reads some of the missing, in the order of Each: those behind the first
// skip, most at most. Only the areas they belong to are read.
func (w *Worklist) Page(ctx context.Context, skip, most int64) ([]Missing, error) {
	skip, most = max(skip, 0), max(most, 0)
	if len(w.held) > 0 {
		return w.held[min(skip, w.Total):min(skip+most, w.Total)], nil
	}
	var p part
	var passed, before int64 // people of the areas so far, and of those before the first one read
	for _, c := range w.counts {
		if passed+c.people > skip && passed < skip+most {
			if p.last == "" {
				p.first, before = c.code, passed
			}
			p.last = c.code
		}
		passed += c.people
	}
	if p.last == "" {
		return nil, nil
	}
	people, err := w.read(ctx, p)
	n := int64(len(people))
	return people[min(skip-before, n):min(skip-before+most, n)], err
}

// read reads the missing of a part.
func (w *Worklist) read(ctx context.Context, p part) ([]Missing, error) {
	placed, err := w.placed()
	if err != nil {
		return nil, err
	}
	line := lineOf(w.Item.Indicator)
	return list(ctx, w.r, "who is missing", scanMissing, "with "+placed+`,
		known as (
			select person_no,
				max(from_day) filter (where what = 'refunded') as refunded,
				max(from_day) filter (where what = 'failed') as failed,
				max(from_day) filter (where what = 'ended') as ended,
				max(from_day) filter (where what = 'paused') as paused,
				max(from_day) filter (where what = 'own_part') as own_part,
				max(from_day) filter (where what = 'pending') as pending,
				max(from_day) filter (where what = 'unregistered') as unregistered
			from mart.obstacle
			where campaign = $campaign and scheme = $scheme and from_day <= $day::date and (until_day is null or until_day > $day::date)
				and person_no in (select person_no from inside)
			group by person_no
		),
		told as (
			select m.person_no, m.area_code, m.person, `+line.reason()+` as reason, k.refunded, k.failed, k.ended, k.paused
			from placed as m
			left join known as k on k.person_no = m.person_no
		),`+w.answers()+`
		select t.area_code, a.area, t.person, t.reason,
			case t.reason when 'refunded' then refunded when 'failed' then failed when 'ended' then ended when 'paused' then paused end,
			coalesce(h.answer, ''), h.visited_on, coalesce(h.proof, false)
		from told as t
		join ref.area as a on a.area_code = t.area_code
		left join heard as h on h.person_no = t.person_no
		order by t.area_code, t.person`, append(w.args(p), sql.Named("scheme", line.scheme), sql.Named("item", w.Item.ID))...)
}

func scanMissing(rows *sql.Rows) (m Missing, err error) {
	var person []byte
	var day, visited sql.NullTime
	if err = rows.Scan(&m.AreaCode, &m.Area, &person, &m.Reason.Code, &day, &m.Answer.Code, &visited, &m.Answer.Proof); err != nil {
		return m, err
	}
	if copy(m.Person[:], person) != len(m.Person) {
		return m, fmt.Errorf("a person key of %d bytes", len(person))
	}
	m.Reason.Day, m.Answer.Day = day.Time, visited.Time
	return m, nil
}
