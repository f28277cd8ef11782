package synth

import (
	"sort"
	"time"
)

// Truth is who, what and when of a synthetic city as a loader must come to know
// it: rows held back are not in it, corrections have won.
type Truth struct {
	Areas      []Area
	People     []Person // those on the roster and those who are not, by town
	Headcounts []Headcount
	reports    []FileTruth
}

// Area is a row of areas.csv.
type Area struct{ Code, Name, Parent, Level string }

// Person is one of the people and all that is known of it.
type Person struct {
	Number   string // of the document
	Document string // its type as the files write it, empty for the identity card
	Edge     string // the edge of a rule it is planted at, empty for most
	OnRoster bool
	Roster

	Registrations []Registration
	Levies        []Levy
	Payments      []Payment
	Grants        []Grant
	Visits        []Visit
}

// Roster is what the roster says of a person.
type Roster struct {
	Town       string // code
	Village    string // code, empty where the village cannot be told
	Hukou      bool
	Resident   bool
	Student    bool
	Born       Day // NoDay where neither number nor roster tells
	Exempt     bool
	ExemptFrom Day
}

// Registration is a registration of one scheme.
type Registration struct {
	Scheme string
	Year   int    // 0 for the schemes of employees and elsewhere
	Status string // active, ended, paused
	On     Day
	Ended  Day // NoDay where it is not told
	Rights Day // the entitlement is recorded; NoDay: not yet
}

// Levy is what someone owes.
type Levy struct {
	Scheme string
	Year   int
	Fen    int
}

// Payment is a transaction; Fen is negative where money was given back.
type Payment struct {
	Receipt string
	Scheme  string
	Year    int
	Fen     int
	Back    bool
	Day     Day
	Second  int // of the day
	Failed  bool
}

// Grant is a subsidy: an enrolment paid for (funding) or medical assistance.
type Grant struct {
	Category  string
	Kind      string // funding, assistance
	Scheme    string
	Year      int
	Part      bool
	From, To  Day // of the certificate; To is NoDay where it does not end
	GrantedOn Day // NoDay: not yet
}

// Headcount is the resident population counted of an area; AsOf is NoDay where
// it is not told.
type Headcount struct {
	Area  string
	AsOf  Day
	Value int
}

// Reports are what a loader has to report, in the order of loading.
func (t *Truth) Reports() []FileTruth { return t.reports }

// Without is the truth where the files of some datasets were never loaded:
// levy, headcount, subsidy, payment, registration or visit.
func (t *Truth) Without(datasets ...string) *Truth {
	out := *t
	out.People = append([]Person(nil), t.People...)
	out.reports = nil
	for _, d := range datasets {
		if d == "headcount" {
			out.Headcounts = nil
		}
		for i := range out.People {
			p := &out.People[i]
			switch d {
			case "registration":
				p.Registrations = nil
			case "levy":
				p.Levies = nil
			case "payment":
				p.Payments = nil
			case "subsidy":
				p.Grants = nil
			case "visit":
				p.Visits = nil
			}
		}
	}
	for _, r := range t.reports {
		kept := true
		for _, d := range datasets {
			kept = kept && r.Dataset != d
		}
		if kept {
			out.reports = append(out.reports, r)
		}
	}
	return &out
}

// Time is midnight of the day, in UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// fact is what one accepted row says of a person, or of an area.
type fact struct {
	who  ref
	what any // Roster, rosterChange, Registration, Levy, Payment, Grant, Headcount
}

// rosterChange is a row of a roster file that leaves some fields standing.
type rosterChange Roster

// tell keeps a fact of an accepted row.
func (t *table) tell(who ref, what any) { t.facts = append(t.facts, fact{who, what}) }

// truth puts the facts of all files together, in the order of loading.
func (c *city) truth(towns []*townWork) *Truth {
	out := &Truth{Areas: c.areas()}
	first := make([]int, len(towns)) // place of each town's first person in People
	for i, w := range towns {
		first[i] = len(out.People)
		for k := range w.people {
			p := &w.people[k]
			person := Person{Number: string(p.id()), Edge: w.planted[k], Roster: Roster{Born: NoDay, ExemptFrom: NoDay}}
			if p.doc != documentCard {
				person.Document = documents[p.doc][inUTF8]
			}
			out.People = append(out.People, person)
		}
	}
	sort.Slice(c.files, func(i, j int) bool { return c.files[i].File < c.files[j].File })
	counts := map[Headcount]int{} // by area and day, Value 0
	for _, t := range c.files {
		out.reports = append(out.reports, t.FileTruth)
		for _, f := range t.facts {
			if h, ok := f.what.(Headcount); ok {
				counts[Headcount{Area: h.Area, AsOf: h.AsOf}] = h.Value
				continue
			}
			out.People[first[f.who.town]+f.who.index].learn(f.what)
		}
	}
	for h, value := range counts {
		out.Headcounts = append(out.Headcounts, Headcount{h.Area, h.AsOf, value})
	}
	sort.Slice(out.Headcounts, func(i, j int) bool {
		a, b := out.Headcounts[i], out.Headcounts[j]
		return a.Area < b.Area || a.Area == b.Area && a.AsOf < b.AsOf
	})
	return out
}

// learn takes in one accepted row: it takes the place of an earlier one of the
// same key.
func (p *Person) learn(what any) {
	switch row := what.(type) {
	case Roster:
		p.OnRoster, p.Roster = true, row
	case rosterChange:
		row.Student, row.Born = p.Student, p.Born
		p.OnRoster, p.Roster = true, Roster(row)
	case Registration:
		p.Registrations = put(p.Registrations, row, func(a, b Registration) bool {
			return a.Scheme == b.Scheme && a.Year == b.Year && (a.Year > 0 || a.On == b.On)
		})
	case Levy:
		p.Levies = put(p.Levies, row, func(a, b Levy) bool { return a.Scheme == b.Scheme && a.Year == b.Year })
	case Payment:
		p.Payments = put(p.Payments, row, func(a, b Payment) bool {
			return a.Receipt == b.Receipt && a.Scheme == b.Scheme && a.Year == b.Year && a.Back == b.Back &&
				(!a.Back || a.Day == b.Day && a.Second == b.Second)
		})
	case Grant:
		p.Grants = put(p.Grants, row, func(a, b Grant) bool {
			return a.Scheme == b.Scheme && a.Year == b.Year && a.Kind == b.Kind && a.Category == b.Category
		})
	case Visit:
		p.Visits = put(p.Visits, row, func(a, b Visit) bool { return a.Item == b.Item && a.Day == b.Day })
	}
}

func put[T any](rows []T, row T, same func(a, b T) bool) []T {
	for i := range rows {
		if same(rows[i], row) {
			rows[i] = row
			return rows
		}
	}
	return append(rows, row)
}

func (r registration) truth() Registration {
	return Registration{schemeNames[r.scheme], r.year, [...]string{"active", "ended", "paused"}[r.status], r.on, r.ended, r.rights}
}

// onRoster is what an accepted roster row of someone says.
func (w *townWork) onRoster(x *someone, coded bool) Roster {
	r := Roster{Town: w.t.code, Hukou: x.hukou, Resident: x.resident, Student: x.student, Born: x.born,
		Exempt: x.exempt > 0, ExemptFrom: x.exemptFrom}
	if x.doc == documentPassport && !x.told {
		r.Born = NoDay
	}
	if v := &w.t.villages[x.place.village]; x.place.shown == byName && (coded || !v.twin) {
		r.Village = v.code
	}
	return r
}
