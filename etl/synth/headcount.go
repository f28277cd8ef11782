package synth

// headcountFiles bring the resident population as counted: of the city and the
// towns, of the villages, and of some of both anew in December. One town has no
// count of its own but all its villages have; one has none, nor has one of its
// villages; some villages elsewhere have none.
func (c *city) headcountFiles(works []*townWork) error {
	measure, other := wordOf("常住人口"), wordOf("户籍人口")
	counted := Date(2020, 10, 31)
	t := c.open(c.named("07-headcount/1-镇街.csv"), headcountTowns, ofHeadcount, 1)
	t.line(c.name + "常住人口统计")
	t.head()
	if c.number == 0 {
		t.headcount(wordOf(c.name), none, c.code, measure, c.people, counted, true)
	}
	for _, w := range works {
		sum := total(w.residents)
		if w.t.index != withoutCount && w.t.index != bySum {
			t.headcount(w.t.label, none, w.t.code, measure, near(sum, w.t.index), counted, true)
		}
		t.headcount(w.t.label, none, w.t.code, other, w.t.homeHere+w.t.homeAway, counted, false)
	}
	w := works[twinTown(works)]
	if at := w.t.collideFirst; at >= 0 { // a name two villages bear tells neither
		t.refused(w.t.label, w.t.villages[at].label, measure, counted)
	}
	if err := c.done(t); err != nil {
		return err
	}
	t = c.open(c.named("07-headcount/2-村社.txt"), headcountVillages, ofHeadcount, 2)
	t.head()
	for _, w := range works {
		for v := range w.t.villages {
			village := &w.t.villages[v]
			switch {
			case w.t.index == withoutCount && v == 1, w.t.index != bySum && w.t.index != withoutCount && v%17 == 5:
				continue
			case v%23 == 3:
				t.villageCount(village, measure, near(w.residents[v], v)+7, NoDay) // of no known day: older than any
			}
			t.villageCount(village, measure, near(w.residents[v], v), counted)
		}
	}
	if err := c.done(t); err != nil || !c.sent(recounted) {
		return err
	}
	t = c.open(c.named("07-headcount/3-调整.csv"), headcountTowns, ofHeadcount, 3)
	t.head()
	for _, w := range works {
		if w.t.index%4 == 2 && w.t.index != withoutCount {
			t.headcount(w.t.label, none, w.t.code, measure, near(total(w.residents), 11)+3, recounted, true)
		}
		for v := range w.t.villages {
			if village := &w.t.villages[v]; v%11 == 7 && !village.twin && w.t.index != withoutCount {
				t.headcount(w.t.label, village.label, village.code, measure, near(w.residents[v], v+5), recounted, true)
			}
		}
	}
	return c.done(t)
}

// recounted is the day of the counts that came during the campaign.
var recounted = Date(2020, 12, 1)

// The towns with a count by their villages alone, and with none.
const (
	bySum        = 13
	withoutCount = 9
)

func twinTown(works []*townWork) int {
	for i, w := range works {
		if w.t.twins {
			return i
		}
	}
	return 0
}

func total(numbers []int) (sum int) {
	for _, n := range numbers {
		sum += n
	}
	return sum
}

// near is a count that differs by up to two in a hundred.
func near(n, salt int) int { return n + n*(salt*7%5-2)/100 }

func (t *table) headcount(town, village word, code string, measure word, value int, asOf Day, counts bool) {
	t.word(town)
	t.word(village)
	t.word(measure)
	t.number(value)
	t.day(asOf)
	if t.end(false) && t.keep && counts {
		t.tell(ref{}, Headcount{code, asOf, value})
	}
}

// refused writes a row whose area cannot be told in full.
func (t *table) refused(town, village, measure word, asOf Day) {
	t.word(town)
	t.word(village)
	t.word(measure)
	t.number(100)
	t.day(asOf)
	t.Rows++
	t.Quarantined++
	t.Reasons["unknown_area"]++
	t.put()
}

func (t *table) villageCount(v *village, measure word, value int, asOf Day) {
	t.word(v.codeWord)
	t.word(measure)
	t.number(value)
	t.day(asOf)
	if t.end(false) && t.keep {
		t.tell(ref{}, Headcount{v.code, asOf, value})
	}
}
