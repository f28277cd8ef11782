package measure

import (
	"maps"
	"slices"
	"time"

	"canbao/etl/refuse"
)

// Reason is why somebody is missing, as far as the extracts tell.
type Reason struct {
	Code string    // such as never or failed
	Day  time.Time // of what happened last: a failed deduction, a refund, the end of a registration; zero where there is none
}

// The kinds of indicators a reason is asked of.
type kind int

const (
	anyKind    kind = iota // of an indicator this program does not know
	coverage               // covered, by whatever insurance
	hardship               // registered and paid for
	uptake                 // a premium that is a choice
	assistance             // medical assistance
	collection             // what is due was paid
)

// line is what an indicator is about.
type line struct {
	kind   kind
	scheme string
}

var lines = map[string]line{
	"pension_coverage":    {coverage, "pension"},
	"medical_hukou":       {coverage, "medical"},
	"medical_resident":    {coverage, "medical"},
	"pension_hardship":    {hardship, "pension"},
	"medical_hardship":    {hardship, "medical"},
	"critical_uptake":     {uptake, "critical"},
	"critical_uptake_all": {uptake, "critical"},
	"medical_assistance":  {assistance, "medical"},
	"pension_collection":  {collection, "pension"},
	"medical_collection":  {collection, "medical"},
}

func lineOf(indicator string) line { return lines[indicator] }

// reason is the SQL that decides: m is how the person stands, k what is known to
// stand in the way. The first that holds is the reason; the order is that of
// docs/worklist.md. What somebody can act on comes before what is only likely.
func (l line) reason() string {
	other := map[string]string{"pension": "m.medical", "medical": "m.pension"}[l.scheme]
	stands := "m." + l.scheme
	switch l.kind {
	case coverage:
		return `case
				when ` + stands + ` = 'elsewhere' then 'elsewhere'
				when k.refunded is not null then 'refunded'
				when k.pending is not null then 'pending'
				when ` + stands + ` = 'none' and k.paused is not null then 'paused'
				when ` + stands + ` = 'none' and k.ended is not null then 'ended'
				when k.failed is not null then 'failed'
				when k.own_part is not null then 'own_part'
				when ` + other + ` in ('employee', 'elsewhere') then 'suspected'
				when ` + stands + ` = 'registered' then 'unpaid'
				else 'never'
			end`
	case hardship:
		absent := `(` + stands + ` = 'none' or k.unregistered is not null)`
		return `case
				when ` + absent + ` and k.paused is not null then 'paused'
				when ` + absent + ` and k.ended is not null then 'ended'
				when ` + absent + ` then 'never'
				when k.pending is not null then 'pending'
				else 'unfunded'
			end`
	case uptake:
		return `case
				when k.refunded is not null then 'refunded'
				when k.failed is not null then 'failed'
				else 'option'
			end`
	case assistance:
		return `'unassisted'`
	case collection:
		return `case
				when k.refunded is not null then 'refunded'
				when k.failed is not null then 'failed'
				when k.own_part is not null then 'own_part'
				else 'due'
			end`
	}
	return `'missing'`
}

// reasonWords are the reasons in the words of whoever goes from door to door.
var reasonWords = map[string]refuse.Text{
	"never":      {ZH: "从未参保登记", EN: "never registered"},
	"unpaid":     {ZH: "已登记，未缴费", EN: "registered, not paid"},
	"failed":     {ZH: "扣款失败", EN: "deduction failed"},
	"refunded":   {ZH: "缴费后已退费", EN: "paid and refunded"},
	"own_part":   {ZH: "部分资助，个人部分未缴", EN: "subsidised in part, own part not paid"},
	"pending":    {ZH: "已认定困难，资助未落实", EN: "certified, grant pending"},
	"suspected":  {ZH: "疑似在职工或异地参保，待核实", EN: "insured elsewhere suspected, to be checked"},
	"elsewhere":  {ZH: "已在异地参保", EN: "insured elsewhere"},
	"ended":      {ZH: "参保登记已终止", EN: "registration ended"},
	"paused":     {ZH: "参保登记已暂停", EN: "registration suspended"},
	"unfunded":   {ZH: "已登记，未列入资助", EN: "registered, in no grant"},
	"option":     {ZH: "未选缴大病保险", EN: "option not paid"},
	"unassisted": {ZH: "医疗救助未落实", EN: "assistance not granted"},
	"due":        {ZH: "应缴未缴", EN: "due, not paid"},
	"missing":    {ZH: "应计未计", EN: "expected, not counted"},
}

// Reasons are all there are, without a day.
func Reasons() []Reason {
	var all []Reason
	for _, code := range slices.Sorted(maps.Keys(reasonWords)) {
		all = append(all, Reason{Code: code})
	}
	return all
}

// Text is the reason in words, with the day where one is known.
func (r Reason) Text() refuse.Text {
	t := reasonWords[r.Code]
	if r.Day.IsZero() {
		return t
	}
	day := r.Day.Format(time.DateOnly)
	switch r.Code {
	case "failed", "refunded":
		return refuse.Text{ZH: t.ZH + "（最近 " + day + "）", EN: t.EN + " (last on " + day + ")"}
	}
	return refuse.Text{ZH: t.ZH + "（" + day + "）", EN: t.EN + " (" + day + ")"}
}
