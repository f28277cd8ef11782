package synth

import "fmt"

// Visit is what somebody answered when a grid worker came.
type Visit struct {
	Item   string // id of the item whose list it was
	Day    Day
	Answer string // will_pay, moved ...
	Proof  bool
}

var visitLayout = layout{dataset: "visit", comma: ',', mark: true, cols: heads(fSerial, "序号", fID, "证件号码", fIDType, "证件类型",
	fItem, "考核项", fAnswer, "走访结果", fVisited, "走访日期", fProof, "已看凭证")}

// visitItems are the items whose lists are gone through, by id and by title.
var visitItems = [][2]word{
	{wordOf("medical_hukou"), wordOf("户籍基本医疗保险参保率")},
	{wordOf("pension_coverage"), wordOf("养老保险参保率")},
	{wordOf("critical_uptake"), wordOf("大病保险选缴率")},
}

// visitAnswers are what people say, in words that mean the same.
var visitAnswers = []struct {
	code  string
	words []word
}{
	{"will_pay", wordsOf("愿缴 愿意缴费 承诺缴费")},
	{"paid", wordsOf("已缴费")},
	{"reached", wordsOf("已联系")},
	{"not_reached", wordsOf("未联系上 联系不上")},
	{"away", wordsOf("不在本地 外出")},
	{"elsewhere", wordsOf("异地参保 已在外地参保")},
	{"employee", wordsOf("职工参保")},
	{"moved", wordsOf("已迁出 户口迁出")},
	{"deceased", wordsOf("死亡")},
	{"refuses", wordsOf("拒缴 拒绝参保")},
	{"other", wordsOf("其他 其它")},
}

// visitFile brings the answers of a town: one in eight people was gone to see,
// some of them again and again, until the extracts were drawn.
func (c *city) visitFile(w *townWork) error {
	t := c.open(c.named(fmt.Sprintf("08-visit/%s.csv", w.t.code)), visitLayout, ofVisit, w.t.index)
	t.head()
	for i := range w.people {
		d := roll(c.Seed, ofVisit, 1000+w.t.index*10_000_000+i)
		if !d.chance(125_000) {
			continue
		}
		item := visitItems[d.below(len(visitItems))]
		for day := Opening - 4 + Day(d.below(30)); c.sent(day) && day < FullDue+3; day += 1 + Day(d.below(12)) {
			c.visit(t, &d, w, i, item, day)
			if d.chance(400_000) {
				break
			}
		}
	}
	return c.done(t)
}

func (c *city) visit(t *table, d *dice, w *townWork, i int, item [2]word, day Day) {
	p := &w.people[i]
	answer := visitAnswers[d.below(len(visitAnswers))]
	proof := d.chance(200_000)
	t.number(int(t.Rows) + 1)
	t.bytes(p.id())
	if p.doc == documentCard {
		t.word(none)
	} else {
		t.word(documents[p.doc])
	}
	t.word(item[d.below(2)])
	t.word(answer.words[d.below(len(answer.words))])
	t.day(day)
	t.flag(proof)
	if t.end(d.chance(4000)) && t.keep {
		t.tell(ref{w.t.index, i}, Visit{item[0][inUTF8], day, answer.code, proof})
	}
}

// Answered is the latest answer of each person about an item, as of the end of a
// day, by the area the person belongs to: how many people stand with it.
func (t *Truth) Answered(item string, day Day) map[[2]string]int64 {
	out := map[[2]string]int64{}
	for i := range t.People {
		p := &t.People[i]
		if v := p.answered(item, day); p.OnRoster && v != nil {
			area := p.Village
			if area == "" {
				area = p.Town
			}
			out[[2]string{area, v.Answer}]++
		}
	}
	return out
}

// answered is the latest visit about an item as of the end of a day, nil for
// none.
func (p *Person) answered(item string, day Day) (last *Visit) {
	for i := range p.Visits {
		if v := &p.Visits[i]; v.Item == item && v.Day <= day && (last == nil || v.Day > last.Day) {
			last = v
		}
	}
	return last
}

// Told is the visit that a list of an item tells of somebody as of the end of a
// day: the latest about the item, or a later one, whatever it was about, that
// found them moved away or dead. Nil for none.
func (p *Person) Told(item string, day Day) *Visit {
	last := p.answered(item, day)
	for i := range p.Visits {
		v := &p.Visits[i]
		if (v.Answer == "moved" || v.Answer == "deceased") && v.Day <= day && (last == nil || v.Day > last.Day) {
			last = v
		}
	}
	return last
}
