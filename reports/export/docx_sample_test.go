package export

import (
	"fmt"
	"strings"
	"time"

	"canbao/models/measure"
	"canbao/reports"
	"canbao/reports/draw"
)

var docxTowns = strings.Fields("稠城街道 江东街道 稠江街道 北苑街道 后宅街道 城西街道 廿三里街道 福田街道 佛堂镇 赤岸镇 义亭镇 上溪镇 苏溪镇 大陈镇")

var docxItemNames = [][2]string{
	{"养老保险参保率", "Pension coverage"}, {"困难群体养老资助参保率", "Pension, people in hardship"}, {"户籍基本医疗保险参保率", "Medical insurance, registered people"},
	{"常住人口医疗保险参保率", "Medical insurance, residents"}, {"大病保险选缴率", "Critical illness uptake"}, {"大病保险选缴率（含职工）", "Critical illness uptake with employees"},
	{"困难群众医保资助参保率", "Medical, people in hardship"}, {"医疗救助政策落实率", "Medical assistance carried out"}, {"养老保险征缴完成率（主体）", "Pension collection (main)"},
	{"养老保险征缴完成率（全面）", "Pension collection (full)"}, {"医疗保险征缴完成率（主体）", "Medical collection (main)"}, {"医疗保险征缴完成率（全面）", "Medical collection (full)"},
}

// docxSample is a document with every kind of block, as large as that of a city
// of 14 towns with 50 villages each.
type docxSample struct{ english bool }

func (s docxSample) t(zh, en string) string {
	if s.english {
		return en
	}
	return zh
}

func docxSentenceOf(text string) reports.Sentence {
	var s reports.Sentence
	for n, part := range strings.Split(text, "**") {
		if part != "" {
			s = append(s, reports.Span{Text: part, Strong: n%2 == 1})
		}
	}
	return s
}

func (s docxSample) document() *reports.Document {
	d := &reports.Document{
		Figures: &measure.Bulletin{AsOf: time.Date(2020, 12, 12, 0, 0, 0, 0, time.UTC), Edition: measure.Internal},
		Lang:    s.t("zh-CN", "en"), Kind: s.t("进度通报", "Progress bulletin"),
		Title:  s.t("义乌市2021年度城乡居民社会保险参保缴费", "Social insurance of residents, Yiwu 2021"),
		Number: s.t("第3期", "No. 3"), AsOf: s.t("截至2020年12月12日（含当日）", "as of 12 December 2020, that day included"),
		Source: s.t("数据快照第1号，生成于2020年12月13日08:30", "Snapshot 1, made on 13 December 2020 at 08:30"),
		Notice: s.t("内部资料：含村社数据，不得外传", "Internal: carries figures of villages, not to be passed on"),
	}
	d.City = reports.Page{
		Title: s.t("义乌市", "Yiwu"),
		Lead: []reports.Sentence{
			docxSentenceOf(s.t("义乌市12项指标：**达标2项**，按现有进度可达标1项，**有风险9项**。", "Of 12 items of Yiwu **2 are met**, 1 is on track, **9 are at risk**.")),
			docxSentenceOf(s.t("**上溪镇**第一（92.17分），**义亭镇**末位（67.35分）；七日来上溪镇升幅最大（第8→第1），福田街道降幅最大（第4→第7）。", "**上溪镇** leads (92.17 points), **义亭镇** is last (67.35 points).")),
			docxSentenceOf(s.t("户籍基本医疗保险参保率**99.00%**，距目标99.91%还差**1,660人**；近七日日均增316人，此后须日均554人，按此进度到12月15日仅为99.52%，**达不到**。", "Medical insurance of registered people stands at **99.00%**, **1,660 people** short of 99.91%; 316 people a day came in, 554 a day are needed.")),
		},
		Tiles: []reports.Tile{
			{Label: s.t("距12月15日截止", "until 15 December"), Figure: "3", Unit: s.t("天", " days"), Note: s.t("最后截止12月15日", "last due day 15 December")},
			{Label: s.t("达标项", "met"), Figure: "2", Unit: "/12", Note: s.t("可达标1·有风险9", "1 on track, 9 at risk")},
			{Label: s.t("户籍基本医疗保险参保率", "medical, registered"), Figure: "99.00", Unit: "%", Note: s.t("目标99.91%·还差1,660人", "target 99.91%, 1,660 short")},
			{Label: s.t("当前第一", "leader"), Figure: "上溪镇", Note: s.t("92.17分", "92.17 points")},
		},
		Sections: s.sections(),
	}
	for n, name := range docxTowns {
		d.Towns = append(d.Towns, s.town(n, name))
	}
	return d
}

func (s docxSample) sections() []reports.Section {
	all := []reports.Section{
		{ID: "ranking", Title: s.t("总体排名", "Overall ranking"), Basis: s.t("按考核总分，满分100分；同分者先比户籍基本医疗保险参保率，再比计分项缺口人数之和。升降与12月5日比较。", "By the assessment score of at most 100 points. Movement is since 5 December."),
			Blocks: []reports.Block{
				{Prose: []reports.Sentence{docxSentenceOf(s.t("上溪镇、稠江街道、稠城街道居前三位；义亭镇、北苑街道、廿三里街道居后三位。", "上溪镇, 稠江街道 and 稠城街道 lead; 义亭镇, 北苑街道 and 廿三里街道 are last."))}},
				{Pair: []reports.Block{{Table: s.ranking()}, {Chart: s.chart("trail", s.t("上溪镇七日升7位", "上溪镇 rose by 7 places in a week"), 700, 420)}}},
			}},
		{ID: "findings", Title: s.t("值得关注", "Worth attention"), Blocks: []reports.Block{{List: []reports.Sentence{
			docxSentenceOf(s.t("大病保险选缴率（含职工）差**207,280人**，为各项之最。", "Critical illness uptake is **207,280 people** short, the most of all items.")),
			docxSentenceOf(s.t("税务与国库12月10日相差**3笔、1,140元**。", "Tax and treasury differ by **3 transactions, 1,140 yuan** on 10 December.")),
		}}}},
		{ID: "items", Title: s.t("分项进度", "Item by item"), Basis: s.t("义乌市合计在上；下方横条自目标线起。", "The city above; the bars below start at the target."),
			Blocks: []reports.Block{{Cards: s.cards()}, {Heading: s.t("各项情况", "Each item in words")}, {List: []reports.Sentence{
				docxSentenceOf(s.t("养老保险参保率98.32%，已达标。", "Pension coverage 98.32%, met.")), docxSentenceOf(s.t("大病保险选缴率61.02%，还差59,876人。", "Critical illness uptake 61.02%, 59,876 short."))}}}},
		{ID: "heat", Title: s.t("镇街与指标", "Towns by item"), Basis: s.t("颜色表示距目标的百分点。", "The shade is the distance to the target."),
			Blocks: []reports.Block{{Chart: s.chart("course", s.t("按现有进度到12月15日仅为99.52%", "At this pace 99.52% on 15 December"), 700, 300)}, {Table: s.heat()},
				{Prose: []reports.Sentence{docxSentenceOf(s.t("横表之后的正文回到竖页。", "The text behind the wide table stands upright again."))}}}},
		{ID: "trust", Title: s.t("数据质量", "How far to trust this"), Blocks: []reports.Block{
			{Heading: s.t("数字没有包括的", "What the figures do not cover")}, {Prose: []reports.Sentence{docxSentenceOf(s.t("12月6日没有缴费数据。", "There are no payments of 6 December."))}},
			{Heading: s.t("核查", "Checks")}, {Table: s.checks()}}},
		{ID: "points", Title: s.t("附表：考核得分", "Annex: assessment points"), Annex: true, Blocks: []reports.Block{{Table: s.points()}}},
	}
	for n := range docxItemNames {
		name := s.t(docxItemNames[n][0], docxItemNames[n][1])
		all = append(all, reports.Section{ID: fmt.Sprint("item-", n), Annex: true, Title: s.t("附表：", "Annex: ") + name,
			Basis: s.t("目标99.91%，截止2020年12月15日。", "Target 99.91%, due 15 December 2020."), Blocks: []reports.Block{{Table: s.item(n, name)}}})
	}
	return all
}

func (s docxSample) ranking() *reports.Table {
	t := &reports.Table{ID: "ranking", Caption: s.t("镇街总分与名次", "Scores and ranks of the towns"), Class: "rank", Columns: []reports.Column{
		{Title: s.t("名次", "rank"), Kind: reports.Count}, {Title: s.t("升降", "moved")}, {Title: s.t("镇街", "town")}, {Title: s.t("总分", "score"), Kind: reports.Score},
		{Title: s.t("较上期", "change"), Kind: reports.Points}, {Title: s.t("达标项", "met"), Kind: reports.Count}, {Title: s.t("失分最多", "most points lost"), Minor: true},
	}}
	for n, name := range docxTowns {
		move := reports.Cell{Text: "▲7", Class: "up"}
		if n%3 > 0 {
			move = reports.Cell{Text: "▼1", Class: "down"}
		}
		t.Rows = append(t.Rows, reports.Row{Cells: []reports.Cell{
			{Text: fmt.Sprint(n + 1), Kind: reports.Count, Number: int64(n + 1), Strong: true}, move, {Text: name, Head: true},
			{Text: fmt.Sprintf("%d.17", 92-n), Kind: reports.Score, Number: int64(9217 - 100*n), Strong: true}, {Text: "+16.73", Kind: reports.Points, Number: 1673},
			{Text: "5/10"}, {Text: s.t("户籍基本医疗保险参保率 −3.50", "Medical insurance, registered people −3.50")},
		}})
	}
	return t
}

func (s docxSample) heat() *reports.Table {
	t := &reports.Table{ID: "heat", Caption: s.t("各镇街各项比率（%）", "Rates by town and item (%)"), Wide: true, Class: "map",
		Groups:  []reports.Group{{Span: 2}, {Title: s.t("参保", "coverage"), Span: 8}, {Title: s.t("征缴", "collection"), Span: 4}},
		Columns: []reports.Column{{Title: s.t("名次", "rank"), Kind: reports.Count}, {Title: s.t("镇街", "town")}}}
	for n, name := range docxItemNames {
		t.Columns = append(t.Columns, reports.Column{Title: s.t(name[0], name[1]), Note: "99.91%", Kind: reports.Rate, Assumed: n == 8})
	}
	classes := []string{"met", "g1", "g2", "g3", "g4", "g5", "g6", "none"}
	for n, name := range append([]string{s.t("全市", "city")}, docxTowns...) {
		r := reports.Row{Whole: n == 0, Cells: []reports.Cell{{Text: fmt.Sprint(n), Kind: reports.Count, Number: int64(n)}, {Text: name, Head: true}}}
		for k := range docxItemNames {
			c := reports.Cell{Text: fmt.Sprintf("%d.%02d", 99-n, (n*13+k*7)%100), Kind: reports.Rate, Number: int64(100*(99-n) + (n*13+k*7)%100), Class: classes[(n+k)%8]}
			if c.Class == "none" {
				c = reports.Cell{Text: measure.None, Class: "none"}
			}
			r.Cells = append(r.Cells, c)
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

func (s docxSample) points() *reports.Table {
	t := s.heat()
	t.ID, t.Caption, t.Groups = "points", "", nil
	return t
}

func (s docxSample) checks() *reports.Table {
	return &reports.Table{ID: "checks", Caption: s.t("核查发现", "What the checks found"), Columns: []reports.Column{{Title: s.t("行数", "rows"), Kind: reports.Count}, {Title: s.t("核查", "check")}, {Title: s.t("处理", "what to do")}},
		Rows: []reports.Row{
			{Class: "error", Cells: []reports.Cell{{Text: "1,204", Kind: reports.Count, Number: 1204}, {Text: s.t("缴费人不在底册", "Payers who are not on the roster"), Note: s.t("这些人不计入任何指标", "They count in no item"), Head: true}, {Text: s.t("核对证件号码，补录底册后重新装载。", "Compare the document numbers, complete the roster and load it again.")}}},
			{Cells: []reports.Cell{{Text: "8", Kind: reports.Count, Number: 8}, {Text: s.t("只能定位到镇街的人员", "People whose village cannot be told"), Head: true}, {Text: s.t("请镇街补充村社名称。", "Ask the towns for the names of the villages.")}}},
		}}
}

func (s docxSample) item(n int, name string) *reports.Table {
	t := &reports.Table{ID: fmt.Sprint("item-", n), Caption: name, Columns: []reports.Column{
		{Title: s.t("名次", "rank"), Kind: reports.Count}, {Title: s.t("镇街", "town")}, {Title: s.t("应完成", "expected"), Kind: reports.Count}, {Title: s.t("已完成", "actual"), Kind: reports.Count},
		{Title: s.t("比率%", "rate %"), Kind: reports.Rate}, {Title: s.t("按期%", "on time %"), Kind: reports.Rate}, {Title: s.t("较上期", "change"), Kind: reports.Points}, {Title: s.t("缺口", "short by"), Kind: reports.Count},
		{Title: s.t("现有日均", "a day now"), Kind: reports.Pace}, {Title: s.t("所需日均", "a day needed"), Kind: reports.Count}, {Title: s.t("预测", "forecast"), Kind: reports.Count}, {Title: s.t("状态", "status")},
	}}
	for k, town := range docxTowns {
		t.Rows = append(t.Rows, reports.Row{Cells: []reports.Cell{
			{Text: fmt.Sprint(k + 1)}, {Text: town, Head: true}, {Text: measure.Grouped(int64(31234 + 1000*k + n))}, {Text: measure.Grouped(int64(30234 + 900*k + n))}, {Text: "97.35", Strong: true}, {Text: "96.02"},
			{Text: "+0.41"}, {Text: measure.Grouped(int64(1310 - k))}, {Text: "316.4"}, {Text: "554"}, {Text: "31,007"}, {Text: s.t("! 有风险", "! at risk"), Class: "at_risk"},
		}})
	}
	t.Rows = append(t.Rows, reports.Row{Whole: true, Cells: []reports.Cell{{Text: ""}, {Text: s.t("全市", "city"), Head: true}, {Text: "853,378"}, {Text: "844,870"}, {Text: "99.00"}, {Text: "98.80"}, {Text: "+0.38"}, {Text: "7,741"}, {Text: "2,316.4"}, {Text: "2,581"}, {Text: "851,819"}, {Text: s.t("! 有风险", "! at risk"), Class: "at_risk"}}})
	return t
}

func (s docxSample) cards() []reports.Card {
	var all []reports.Card
	for n, name := range docxItemNames {
		c := reports.Card{
			Title: s.t(name[0], name[1]), Status: measure.AtRisk, Sign: "!", Word: s.t("有风险", "at risk"), Rate: fmt.Sprintf("%d.02%%", 61+n), Change: "+1.84", Target: "85.00%", Due: s.t("12月15日", "15 Dec"),
			Short: s.t("59,876人", "59,876 people"), Missing: s.t("97,400人", "97,400 people"), Expected: "249,871", Actual: "152,471",
			Pace: s.t("日均+1,204，须+19,959", "+1,204 a day, +19,959 needed"), Score: s.t("每低1个百分点扣1分", "1 point off per percentage point"),
			Chart: s.small("bullet", n, 40), Areas: s.small("areas", n, 290),
		}
		if n == 8 {
			c.Assumed, c.Note = true, s.t("通知未写明主体部分的比例，按90%计", "The notice does not say what the main part is; 90% is taken")
			c.Amounts, c.OnTime = s.t("应收1,204万元，实收1,102万元", "due ¥12,040k, received ¥11,020k"), s.t("截止日11月30日：88.10%", "on the due day 30 Nov: 88.10%")
		}
		if n == 0 {
			c.Status, c.Sign, c.Word, c.Change = measure.Met, "✓", s.t("达标", "met"), ""
		}
		all = append(all, c)
	}
	return all
}

// small is a chart of a card.
func (s docxSample) small(id string, n int, height float64) *reports.Chart {
	p := draw.New(338, height, id)
	if height < 100 {
		p.Rect(10, 8, 310, 14, draw.Style{Fill: "#DDDDDD"})
		p.Rect(10, 11, float64(190+8*n), 8, draw.Style{Fill: "#E69F00"})
		p.Line(280, 4, 280, 26, draw.Style{Stroke: "#333333", Width: 2})
		p.Text(280, 33, s.t("目标85%", "target 85%"), draw.TextStyle{Size: 11, Anchor: draw.Middle})
	} else {
		for k, town := range docxTowns {
			y := float64(10 + 20*k)
			p.Text(84, y, town, draw.TextStyle{Size: 11, Anchor: draw.End})
			p.Rect(90, y-6, float64(60+8*k), 12, draw.Style{Fill: "#0072B2"})
			p.Text(float64(154+8*k), y, fmt.Sprintf("%d.02%%", 61+k), draw.TextStyle{Size: 11})
		}
	}
	return &reports.Chart{ID: fmt.Sprint(id, "-", n), Title: s.t(docxItemNames[n][0]+"：义亭镇差得最多", docxItemNames[n][1]+": 义亭镇 is furthest"), Label: fmt.Sprint(s.t("各镇街距目标，图", "towns against target, picture "), n), Picture: p}
}

func (s docxSample) chart(id, title string, width, height float64) *reports.Chart {
	p := draw.New(width, height, title)
	p.Rect(0, 0, width, height, draw.Style{Fill: "#FFFFFF"})
	for k := range 6 {
		y := 30 + (height-70)*float64(k)/5
		p.Line(60, y, width-80, y, draw.Style{Stroke: "#DDDDDD"})
		p.Text(54, y, fmt.Sprint(100-k), draw.TextStyle{Size: 11, Anchor: draw.End})
	}
	for k, color := range []string{"#9A9A9A", "#0072B2", "#D55E00"} {
		var line []draw.Point
		for i := range 7 {
			line = append(line, draw.Point{X: 60 + (width-140)*float64(i)/6, Y: height - 50 - float64(i*i*(k+2))*height/140})
		}
		p.Polyline(line, draw.Style{Stroke: color, Width: 2, Dashed: k == 0})
		end := line[len(line)-1]
		p.Circle(end.X, end.Y, 4, draw.Style{Fill: color})
		p.Text(end.X+8, end.Y, docxTowns[k], draw.TextStyle{Size: 12, Bold: k > 0, Color: color})
	}
	return &reports.Chart{ID: id, Title: title, Label: s.t("折线图：", "lines: ") + title, Picture: p}
}

func (s docxSample) town(n int, name string) reports.Page {
	villages := &reports.Table{ID: fmt.Sprint("villages-", n), Caption: name + s.t("各村社", ": villages"), Columns: []reports.Column{
		{Title: s.t("名次", "rank"), Kind: reports.Count}, {Title: s.t("村社", "village")}, {Title: s.t("应完成", "expected"), Kind: reports.Count}, {Title: s.t("已完成", "actual"), Kind: reports.Count},
		{Title: s.t("比率%", "rate %"), Kind: reports.Rate}, {Title: s.t("缺口", "short by"), Kind: reports.Count}, {Title: s.t("所需日均", "a day needed"), Kind: reports.Count}, {Title: s.t("状态", "status")}}}
	for k := range 50 {
		villages.Rows = append(villages.Rows, reports.Row{Cells: []reports.Cell{{Text: fmt.Sprint(k + 1)}, {Text: fmt.Sprintf("%s%d村", strings.TrimSuffix(name, "街道"), k+1), Head: true}, {Text: "1,024"}, {Text: "998"}, {Text: "97.46"}, {Text: "26"}, {Text: "9"}, {Text: s.t("! 有风险", "! at risk"), Class: "at_risk"}}})
	}
	return reports.Page{Code: fmt.Sprint(330782001 + n), Title: name, Lead: []reports.Sentence{docxSentenceOf(fmt.Sprintf(s.t("%s总分第**%d**，户籍基本医疗保险还差**1,310人**。", "%s ranks **%d**, 1,310 people are short."), name, n+1))},
		Sections: []reports.Section{
			{ID: "items", Title: s.t("分项情况", "Item by item"), Blocks: []reports.Block{{List: []reports.Sentence{docxSentenceOf(s.t("养老保险参保率98.32%，已达标。", "Pension coverage 98.32%, met."))}}}},
			{ID: "villages", Title: s.t("各村社", "Villages"), Blocks: []reports.Block{{Heading: s.t("逐村排名", "Ranked")}, {Table: villages}, {Chart: s.chart(fmt.Sprint("town-", n), name+s.t("：到12月15日仅为99.52%", ": 99.52% on 15 December"), 700, 260)}}},
		}}
}
