package measure

import (
	"time"

	"canbao/etl/refuse"
)

// Answer is what somebody who is missing said when they were visited (走访反馈),
// the latest on or before the day of the list. It changes no figure.
type Answer struct {
	Code  string    // such as will_pay, as mart.answer has it; "" where nobody went
	Day   time.Time // of the visit
	Proof bool      // proof was seen
}

// answerWords are the answers in the words of whoever goes from door to door,
// which loading understands.
var answerWords = map[string]refuse.Text{
	"reached":     {ZH: "已联系", EN: "reached"},
	"will_pay":    {ZH: "愿意缴费", EN: "will pay"},
	"paid":        {ZH: "已缴费", EN: "has paid"},
	"elsewhere":   {ZH: "已在外地参保", EN: "insured elsewhere"},
	"employee":    {ZH: "已在职工参保", EN: "insured as employee"},
	"moved":       {ZH: "已迁出", EN: "moved"},
	"refuses":     {ZH: "拒绝参保", EN: "refuses"},
	"deceased":    {ZH: "已死亡", EN: "deceased"},
	"away":        {ZH: "不在本地", EN: "away"},
	"not_reached": {ZH: "联系不上", EN: "not reached"},
	"other":       {ZH: "其他", EN: "other"},
}

// answerOrder is that of a list to choose from: what is most often the case
// first.
var answerOrder = []string{"will_pay", "paid", "reached", "not_reached", "away", "elsewhere", "employee", "moved", "deceased", "refuses", "other"}

// Answers are all there are, in the order to choose from.
func Answers() []Answer {
	var all []Answer
	for _, code := range answerOrder {
		all = append(all, Answer{Code: code})
	}
	return all
}

// Word is the answer alone, empty where nobody went.
func (a Answer) Word() refuse.Text { return answerWords[a.Code] }

// Text is the answer with the day, and whether proof was seen; empty where
// nobody went.
func (a Answer) Text() refuse.Text {
	if a.Code == "" {
		return refuse.Text{}
	}
	t, day := a.Word(), a.Day.Format(time.DateOnly)
	if a.Proof {
		return refuse.Text{ZH: t.ZH + "（" + day + "，已看凭证）", EN: t.EN + " (" + day + ", proof seen)"}
	}
	return refuse.Text{ZH: t.ZH + "（" + day + "）", EN: t.EN + " (" + day + ")"}
}

// answers is heard, a table of a query: the latest answer of each person. That
// somebody moved away or died holds at every item, whichever list it was heard
// for.
func (w *Worklist) answers() string {
	if !w.heard {
		return `
		heard as (
			select person_no, '' as answer, cast(null as date) as visited_on, false as proof
			from placed
			where $item = ''
		)`
	}
	return `
		heard as (
			select person_no, answer, visited_on, proof
			from (
				select person_no, answer, visited_on, proof,
					row_number() over (partition by person_no order by visited_on desc, case when item = $item then 0 else 1 end, item) as place
				from mart.answer
				where campaign = $campaign and visited_on <= $day::date and (item = $item or answer in ('moved', 'deceased'))
					and person_no in (select person_no from inside)
			)
			where place = 1
		)`
}
