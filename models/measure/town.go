package measure

// Town is what a bulletin says of one ranked area: its page.
type Town struct {
	Area
	Place    *Place // nil: it is not ranked
	Items    []TownItem
	Roads    []Road       // by scheme
	Money    []Collection // by scheme
	Quality  []Quality    // by dataset
	Checks   []TownCheck  // that found something in it
	Villages []Area
}

// TownItem is one item of a town.
type TownItem struct {
	*ItemFigures
	Row      Row
	Villages []Row   // best first; none in the public edition
	Course   []Point // day by day
}

// TownCheck is what a check found in a town and its villages.
type TownCheck struct {
	*CheckFigures
	Rows int64
}

// Town gathers the page of one ranked area; false where the code is none of
// them.
func (b *Bulletin) Town(code string) (*Town, bool) {
	t := &Town{Villages: b.Villages[code]}
	for _, a := range b.Areas {
		if a.Code == code {
			t.Area = a
		}
	}
	if t.Code == "" {
		return nil, false
	}
	for n := range b.Ranking {
		if b.Ranking[n].Code == code {
			t.Place = &b.Ranking[n]
		}
	}
	for n := range b.Items {
		i := &b.Items[n]
		for _, row := range i.Areas {
			if row.AreaCode == code {
				t.Items = append(t.Items, TownItem{ItemFigures: i, Row: row, Villages: i.Villages[code], Course: i.ByArea[code]})
			}
		}
	}
	t.Roads = where(b.Roads, func(r Road) bool { return r.AreaCode == code })
	t.Money = where(b.Money.Collections, func(c Collection) bool { return c.AreaCode == code })
	t.Quality = where(b.Quality, func(q Quality) bool { return q.AreaCode == code })
	for n := range b.Checks {
		c := &b.Checks[n]
		found := TownCheck{c, c.ByArea[code]}
		for _, v := range t.Villages {
			found.Rows += c.ByArea[v.Code]
		}
		if found.Rows > 0 {
			t.Checks = append(t.Checks, found)
		}
	}
	return t, true
}

// where keeps the elements that satisfy keep.
func where[T any](all []T, keep func(T) bool) []T {
	var kept []T
	for _, x := range all {
		if keep(x) {
			kept = append(kept, x)
		}
	}
	return kept
}
