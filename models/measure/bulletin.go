package measure

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
	"time"
)

// Edition says who may read a bulletin.
type Edition string

// The editions. Public carries no person, and no figure of which one to nine
// people could be told.
const (
	Internal Edition = "internal"
	Public   Edition = "public"
)

// Bulletin is everything a bulletin speaks of, as figures; no word of it yet.
// All formats are drawn from one such value, so that none can differ.
type Bulletin struct {
	Edition  Edition
	Number   int // 第n期; 0: none
	Campaign *Campaign
	Snapshot Snapshot
	AsOf     time.Time         // its last second included
	Since    time.Time         // the day it compares with; zero: the first bulletin
	Level    string            // of the areas that are ranked: town, village, city
	City     *Area             // the one area above them, nil where there is none
	Areas    []Area            // ranked, by code
	Villages map[string][]Area // of each town, by code; none in the public edition
	Scored   bool              // ranked by score, else by the item of Key
	Items    []ItemFigures     // campaign order
	Ranking  []Place           // best first, those without a rank last
	Trail    []TrailDay        // week by week, the last is AsOf
	Roads    []Road            // by scheme, then area code: the city first
	Money    Money
	Books    []Book          // by source and scheme
	Quality  []Quality       // by area code and dataset
	Checks   []CheckFigures  // errors first
	Loads    []Load          // none in the public edition
	Gaps     Gaps            // what the figures do not cover
	Earlier  *EarlierFigures // an earlier campaign to compare the course with, or nil

	areas map[string]Area
}

// ItemFigures is one item: as a whole, by area, by village, by day.
type ItemFigures struct {
	Item
	Whole    Row
	Areas    []Row              // best first, those without a rank last
	Villages map[string][]Row   // of each town, best first; none in the public edition
	Series   []Point            // the whole, from the opening to the day
	ByArea   map[string][]Point // each ranked area
	Earlier  []Point            // the whole of the same item in Bulletin.Earlier
}

// Row is where an area stands now, and where it stood at the last bulletin.
type Row struct {
	Standing
	Before *Standing // nil: there is none
}

// Change is the difference of the two shown rates in hundredths of a point, and
// whether there is one.
func (r Row) Change() (int64, bool) {
	if r.Before == nil {
		return 0, false
	}
	return Change(r.Shown(), r.Before.Shown())
}

// Climbed is how many places the area went up, and whether that can be told.
func (r Row) Climbed() (int, bool) {
	if r.Before == nil || r.Before.Rank == nil || r.Rank == nil {
		return 0, false
	}
	return *r.Before.Rank - *r.Rank, true
}

// Point is a day of a course. In the public edition it may tell its rate alone.
type Point struct {
	Day              time.Time
	Expected, Actual int64
	kept             Shown
}

// At is the rate of a point as it is shown.
func (i Item) At(p Point) Shown {
	if p.kept.Valid {
		return p.kept
	}
	return shown(p.Actual, p.Expected, i.TargetNum, i.TargetDen)
}

// Place is an area in the overall ranking.
type Place struct {
	Area
	Rank, RankBefore   int          // 0: none
	Score, ScoreBefore *big.Rat     // nil where nothing is scored, or withheld
	Points             []ItemPoints // scored items in campaign order, QualityItem last
	Key                Row          // at the item of Bulletin.Key
	Met, Items         int          // targets met, of those that count and expect anybody
	Withheld           bool         // score, points and targets met are not shown
}

// Climbed is how many places the area went up, and whether that can be told.
func (p Place) Climbed() (int, bool) {
	return p.RankBefore - p.Rank, p.Rank > 0 && p.RankBefore > 0
}

// TrailDay is the order of the areas, best first, on one day.
type TrailDay struct {
	Day   time.Time
	Order []string       // area codes
	Ranks map[string]int // by area code
}

// EarlierFigures is an earlier campaign that assessed some of the same items.
type EarlierFigures struct {
	ID, Title, TitleEN string
	Opening, LastDue   time.Time
}

// Area finds an area of the bulletin by its code; one that is not known keeps
// its code for a name.
func (b *Bulletin) Area(code string) Area {
	if a, ok := b.areas[code]; ok {
		return a
	}
	return Area{Code: code, Name: code}
}

// Key is the item a bulletin leads with: the one that parts equal scores, else
// the heaviest, else the first; nil where there is no item.
func (b *Bulletin) Key() *ItemFigures {
	var best *ItemFigures
	for n := range b.Items {
		i := &b.Items[n]
		if i.ID == b.Campaign.TieBreak {
			return i
		}
		if best == nil || i.Weight > best.Weight {
			best = i
		}
	}
	return best
}

// Item finds an item by its id, nil where there is none.
func (b *Bulletin) Item(id string) *ItemFigures {
	for n := range b.Items {
		if b.Items[n].ID == id {
			return &b.Items[n]
		}
	}
	return nil
}

// DaysLeft is the number of days after the day up to and with due; 0 on the due
// day, below 0 after it.
func (b *Bulletin) DaysLeft(due time.Time) int { return int(due.Sub(b.AsOf).Hours() / 24) }

// Risk is an area that will not meet, or has not met, the target of an item.
type Risk struct {
	Item *ItemFigures
	Row
}

// AtRisk lists the ranked areas that are at risk or missed their due day, those
// at risk first, then by people needed a day, people missing, item and code.
func (b *Bulletin) AtRisk() []Risk {
	var all []Risk
	for n := range b.Items {
		for _, r := range b.Items[n].Areas {
			if r.Status == AtRisk || r.Status == Missed {
				all = append(all, Risk{&b.Items[n], r})
			}
		}
	}
	slices.SortStableFunc(all, func(x, y Risk) int {
		return cmp.Or(strings.Compare(x.Status, y.Status), cmp.Compare(y.needed(), x.needed()), cmp.Compare(y.ShortBy, x.ShortBy),
			cmp.Compare(x.Item.Ordinal, y.Item.Ordinal), strings.Compare(x.AreaCode, y.AreaCode))
	})
	return all
}

func (r Risk) needed() int64 {
	if r.NeededPerDay == nil {
		return 0
	}
	return *r.NeededPerDay
}

// Assumed tells an item whose note speaks of an assumption of ours: the notice
// does not say it, so every report marks it.
func (i Item) Assumed() bool {
	return strings.Contains(i.Note, "假定") || strings.Contains(i.NoteEN, "assumption")
}
