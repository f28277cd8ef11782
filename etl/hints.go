package etl

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	"canbao/etl/clean"
	"canbao/etl/refuse"
	"canbao/etl/seal"
)

// hintsAtMost is how many people are offered for a row.
const hintsAtMost = 3

// stranger is what a row with a damaged number still tells of a person.
type stranger struct {
	at      int // in the batch
	name    string
	born    clean.Day
	digits  string // the first digits of the number, as far as they are whole
	village string // area codes, "" where unknown
	town    string
}

// hint offers, for rows whose document number is damaged, the people on the
// roster with the same name and birth date: those of the same village first.
// Nothing is applied: a clerk decides.
func (l *Loader) hint(ctx context.Context, batch []Opened) error {
	byDay := map[clean.Day][]stranger{}
	for i := range batch {
		if s, ok := l.stranger(batch[i]); ok {
			s.at = i
			byDay[s.born] = append(byDay[s.born], s)
		}
	}
	if len(byDay) == 0 {
		return nil
	}
	var days []string
	for day := range byDay {
		days = append(days, "date '"+day.String()+"'")
	}
	sort.Strings(days)
	rows, err := l.DB.QueryContext(ctx, fmt.Sprintf(`
select person, name, date_diff('day', date '1970-01-01', coalesce(id_born, birth_date)), coalesce(area_code, ''), coalesce(town, ''), coalesce(village, '')
from raw.roster
where not repeated and name is not null and coalesce(id_born, birth_date) in (%s)
qualify row_number() over (partition by person order by load desc, line desc) = 1
order by person`, strings.Join(days, ", ")))
	if err != nil {
		return fmt.Errorf("look for people: %w", err)
	}
	defer rows.Close()
	found := map[int][]hint{}
	for rows.Next() {
		var person, sealed []byte
		var born int64
		var code, town, village []byte
		if err := rows.Scan(&person, &sealed, &born, &code, &town, &village); err != nil {
			return fmt.Errorf("look for people: %w", err)
		}
		who := seal.Person(person)
		name, err := l.Key.OpenText(sealed, who, 'n')
		if err != nil {
			return fmt.Errorf("look for people: %w", err)
		}
		_, number, ok := l.Key.Open(who)
		if !ok {
			continue
		}
		area := l.placeOf(code, town, village)
		for _, s := range byDay[clean.Day(born)] {
			if s.name == string(name) && strings.HasPrefix(number, s.digits) {
				found[s.at] = append(found[s.at], s.hint(number, area))
			}
		}
	}
	for at, hints := range found {
		slices.SortStableFunc(hints, func(a, b hint) int { return b.near - a.near })
		for _, h := range hints[:min(hintsAtMost, len(hints))] {
			batch[at].Hints = append(batch[at].Hints, h.text)
		}
	}
	return rows.Err()
}

// hint is a person a row may be about; near tells how well the area fits.
type hint struct {
	near int
	text refuse.Text
}

func (s stranger) hint(number string, area stranger) hint {
	switch {
	case s.village != "" && s.village == area.village:
		return hint{2, refuse.Text{ZH: number + "（同名、同出生日期、同村）", EN: number + " (same name, birth date and village)"}}
	case s.town != "" && s.town == area.town:
		return hint{1, refuse.Text{ZH: number + "（同名、同出生日期、同镇街）", EN: number + " (same name, birth date and town)"}}
	}
	return hint{0, refuse.Text{ZH: number + "（同名、同出生日期）", EN: number + " (same name and birth date)"}}
}

// placeOf tells village and town of three area cells, as far as they tell it.
func (l *Loader) placeOf(code, town, village []byte) (s stranger) {
	area, level, _ := l.Areas.Resolve(code, town, village)
	switch level {
	case clean.Village:
		s.village = area
		for _, a := range l.Areas.All() {
			if a.Code == area {
				s.town = a.Town
			}
		}
	case clean.Town:
		s.town = area
	}
	return s
}

// stranger reads what is left of a person in a row held back for its number.
func (l *Loader) stranger(o Opened) (stranger, bool) {
	if !slices.ContainsFunc(o.Reasons, func(r string) bool { return strings.HasPrefix(r, "id_") }) {
		return stranger{}, false
	}
	m, err := l.words.recognise(o.File, o.Headers, o.Dataset)
	if err != nil {
		return stranger{}, false
	}
	cell := func(field string) []byte {
		for i, f := range m.dataset.fields {
			if f.name == field && m.columns[i] >= 0 && m.columns[i] < len(o.Cells) {
				return []byte(o.Cells[m.columns[i]])
			}
		}
		return nil
	}
	label := func(field string) []byte { return clean.Label(nil, cell(field)) }
	s := l.placeOf(label("area_code"), label("town"), label("village"))
	s.name = string(clean.Text(nil, cell("name")))
	if s.name == "" {
		return s, false
	}
	s.digits = wholeDigits(string(clean.Label(nil, cell("id_no"))))
	if len(s.digits) >= 14 {
		if day, ok := clean.ParseDay([]byte(s.digits[6:14])); ok {
			s.born, s.digits = day, s.digits[:14]
			return s, true
		}
	}
	day, ok := clean.ParseDay(cell("birth_date"))
	s.born, s.digits = day, ""
	return s, ok
}

// wholeDigits are the digits of a number that a spreadsheet has left: of
// 3.30782199001011E+17 those before the exponent.
func wholeDigits(cell string) string {
	mantissa, _, _ := strings.Cut(strings.ToUpper(cell), "E")
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, mantissa)
}
