package models

// Campaign is what one campaign.yaml assesses (contract, section 1): data, so
// that next year's campaign or another city needs no new code.
type Campaign struct {
	ID, Title, TitleEN string
	Opening            Day // first day of collection
	AgeOn              Day // the day ages are taken on
	Schemes            []Scheme
	Stages             []Stage
	Indicators         []Indicator
	TieBreak           string   // item whose exact rate parts equal scores, or empty
	DataQuality        Fraction // its weight in points, zero: not scored

	file  string
	hash  string // SHA-256 of the file, in hex
	items []Item // indicators in file order, the stages of each in the order listed there
}

// Scheme is a contribution (险种) of the campaign and its benefit year.
type Scheme struct {
	ID   string // pension, medical, critical
	Year int
}

// Stage is a part of the work with one due day, which counts to its last second.
type Stage struct {
	ID, Title, TitleEN string
	Due                Day
}

// Source tells where an indicator's counts come from.
type Source string

// The sources of counts.
const (
	People    Source = "people"    // both counts from memberships
	Headcount Source = "headcount" // denominator from headcounts, where there is one
	Tally     Source = "tally"     // both counts as reported, nobody behind them
)

// Indicator is one figure of the notice, assessed at one stage or more. Its
// people come from sql/indicators/<id>.sql.
type Indicator struct {
	ID, Title, TitleEN string
	Source             Source
	Measure            string // 口径 of the headcount
	Scheme             string // whose amounts stand beside it, or empty
	Goal               bool   // a goal, not scored
	Note, NoteEN       string
	Stages             []Target

	line int
}

// Target is what an indicator must reach at a stage.
type Target struct {
	Stage        string
	Rate         Fraction // 0 < rate <= 1
	Score        *Score   // nil: shown, not scored
	Note, NoteEN string
}

// Rule is a way to give points.
type Rule string

// The scoring rules (contract, section 3, "Score").
const (
	Proportional Rule = "proportional" // weight x min(1, rate/target)
	Below        Rule = "below"        // off per step or part of one below target
	PerPerson    Rule = "per_person"   // off per person missing
	Staircase    Rule = "staircase"    // points of the highest band reached
)

// Basis is the rate a rule takes.
type Basis string

// The two rates.
const (
	Rate       Basis = "rate"
	RateOnTime Basis = "rate_on_time"
)

// Score is how an item is scored, in points.
type Score struct {
	Rule   Rule
	Basis  Basis
	Weight Fraction
	Step   Fraction // below: the step, as a rate
	Off    Fraction // below, per_person: points off
	Bands  []Band   // staircase, highest first
	Bonus  *Bonus
}

// Band gives Points from the rate From upwards.
type Band struct{ From, Points Fraction }

// Bonus gives Points to who has met the target before a day: as of the earlier
// of D and the last day before Before. Like every deadline it then stands.
type Bonus struct {
	Points Fraction
	Before Day
}

// Item is one assessed pair of indicator and stage. Where only one stage
// applies it bears the indicator's id, else indicator_stage.
type Item struct {
	ID, Title, TitleEN string
	Ordinal            int // campaign order, from 1
	Indicator          *Indicator
	Due                Day
	Target             Fraction
	Score              *Score // nil: not scored
	Note, NoteEN       string
	stage              string
}

// QualityItem is the item of the score that speaks of the data, not of people.
const QualityItem = "data_quality"

// LastDue is the last due day of the campaign.
func (c *Campaign) LastDue() Day {
	last := c.Opening
	for _, s := range c.Stages {
		last = max(last, s.Due)
	}
	return last
}

// Year is the benefit year of a scheme.
func (c *Campaign) Year(scheme string) (int, bool) {
	for _, s := range c.Schemes {
		if s.ID == scheme {
			return s.Year, true
		}
	}
	return 0, false
}

func (c *Campaign) stage(id string) *Stage {
	for i := range c.Stages {
		if c.Stages[i].ID == id {
			return &c.Stages[i]
		}
	}
	return nil
}

// setItems fills the items; stages are known to exist.
func (c *Campaign) setItems() {
	c.items = nil
	for i := range c.Indicators {
		ind := &c.Indicators[i]
		for _, target := range ind.Stages {
			stage := c.stage(target.Stage)
			item := Item{
				ID: ind.ID, Title: ind.Title, TitleEN: ind.TitleEN, Ordinal: len(c.items) + 1,
				Indicator: ind, stage: stage.ID, Due: stage.Due, Target: target.Rate, Score: target.Score,
				Note: target.Note, NoteEN: target.NoteEN,
			}
			if len(ind.Stages) > 1 {
				item.ID = ind.ID + "_" + stage.ID
				item.Title += "（" + stage.Title + "）"
				item.TitleEN += " (" + stage.TitleEN + ")"
			}
			if item.Note == "" {
				item.Note, item.NoteEN = ind.Note, ind.NoteEN
			}
			c.items = append(c.items, item)
		}
	}
}
