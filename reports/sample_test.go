package reports

import (
	"fmt"
	"strconv"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// sample is a document made by hand that holds every kind of block, with names
// and marks that would break a page that did not escape them.
func sample(w words, towns, villages int) *Document {
	d := &Document{
		Lang: w.t("zh-CN", "en"), Kind: w.t("进度通报", "Progress bulletin"), Title: w.t("义乌市2021年度城乡居民社会保险参保缴费", "Enrolment of residents 2021, Yiwu"),
		Number: w.t("第3期", "No. 3"), AsOf: w.t("截至2020年12月12日（含当日）", "As of 12 December 2020, the day included"),
		Source: w.t("数据快照第1号，生成于2020-12-13 08:30", "snapshot 1, built 2020-12-13 08:30"),
		Notice: w.t("内部资料，注意保密", `internal: "not" to be passed on </style>`),
	}
	d.City = Page{
		Title: w.t("义乌市", "Yiwu"),
		Lead: []Sentence{
			mark(w.t("义乌市12项指标：**达标2项**，按现有进度可达标1项，**有风险9项**。", "Of 12 items **2 are met**, 1 is on track, **9 are at risk**.")),
			mark(w.t("户籍基本医疗保险参保率**99.00%**，距目标99.91%还差**1,660人**；近七日日均增316人，此后须日均554人，按此进度到12月15日仅为99.52%，**达不到**。", "Medical insurance of registered residents stands at **99.00 %**, 1,660 people short.")),
		},
		Tiles: []Tile{
			{w.t("距12月15日截止", "to 15 Dec"), "3", w.t("天", "days"), w.t("最后截止12月15日", "the last due day"), ""},
			{w.t("达标项", "items met"), "2", "/12", w.t("可达标1 · 有风险9 · 未达标0", "1 on track, 9 at risk"), measure.AtRisk},
			{w.t("户籍基本医疗保险参保率", "medical insurance"), "99.00", "%", w.t("目标99.91% · 还差1,660人", "target 99.91 %, 1,660 short"), measure.Missed},
			{w.t("当前第一", "first now"), w.t("上溪镇", "Shangxi"), "", w.t("92.17分", "92.17 points"), measure.Met},
		},
		Sections: []Section{
			{ID: "ranking", Title: w.t("总体排名", "Overall ranking"), Basis: w.t("按考核总分，满分100分；升降与12月5日比较。", "By score of at most 100; movement since 5 December."), Blocks: []Block{
				{Pair: []Block{{Table: sampleRank(w, towns)}, {Chart: sampleChart(w, "trail", 700, 400)}}},
			}},
			{ID: "findings", Title: w.t("值得关注", "Worth attention"), Blocks: []Block{{List: []Sentence{mark(w.t("佛堂镇**一周降3位**。", "Fotang fell **3 places**.")), mark("</ul><script>alert(1)</script>")}}}},
			{ID: "heat", Title: w.t("镇街与指标：比率与目标的距离", "Towns by item"), Blocks: []Block{{Table: sampleHeat(w, "heat", towns)}}},
			{ID: "items", Title: w.t("分项进度", "Item by item"), Blocks: []Block{{Cards: []Card{sampleCard(w, "a", measure.Met), sampleCard(w, "b", measure.AtRisk), sampleCard(w, "c", measure.Missed)}}}},
			{ID: "progress", Title: w.t("累计进度", "Progress"), Blocks: []Block{
				{Heading: w.t("按现有进度能到哪里", "Where the pace leads")}, {Prose: []Sentence{mark(w.t("全市还差**1,660人**，须日均**554人**。", "The city is **1,660 people** short."))}},
				{Chart: sampleChart(w, "course", 700, 300)}, {Heading: w.t("困难群体", "Hardship")}, {Chart: sampleChart(w, "road", 700, 260)},
			}},
			{ID: "annex-1", Title: w.t("附表1 各镇街各项", "Annex 1: towns"), Annex: true, Blocks: []Block{{Table: sampleLong(w, "long", 60, true)}}},
			{ID: "annex-2", Title: w.t("附表2 口径", "Annex 2: definitions"), Annex: true, Blocks: []Block{{Table: sampleLong(w, "lines", 40, false)}}},
		},
	}
	for n := range towns {
		code := fmt.Sprintf("3307820%02d", n+1)
		d.Towns = append(d.Towns, Page{
			Code: code, Title: sampleTown(w, n), Lead: []Sentence{mark(w.t("总分**92.17**，第1名。", "Score **92.17**, first."))}, Tiles: d.City.Tiles,
			Sections: []Section{
				{ID: "villages", Title: w.t("各村社", "Villages"), Basis: w.t("按比率排名。", "By rate."), Blocks: []Block{{Table: sampleHeat(w, "v"+code, villages)}}},
				{ID: "course", Title: w.t("进度", "Course"), Blocks: []Block{{Chart: sampleChart(w, "course-"+code, 700, 260)}}},
			},
		})
	}
	return d
}

func sampleTown(w words, n int) string {
	return []string{w.t("廿三里街道", "Niansanli sub-district"), w.t("上溪镇", "Shangxi"), w.t("佛堂镇", "Fotang")}[n%3] + strconv.Itoa(n+1)
}

func sampleRank(w words, rows int) *Table {
	t := &Table{
		ID: "rank", Caption: w.t("考核总分", "Scores"), Class: "rank", Frozen: 2,
		Columns: []Column{
			{Title: w.t("名次", "rank"), Kind: Count}, {Title: w.t("镇街", "town")}, {Title: w.t("升降", "moved")}, {Title: w.t("总分", "score"), Kind: Score},
			{Title: w.t("达标项", "met"), Kind: Count, Minor: true}, {Title: w.t("失分最多", "most points lost"), Minor: true},
		},
	}
	for n := range rows {
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			countCell(int64(n + 1)), headCell(sampleTown(w, n)), {Text: []string{"▲7", "▼2", "="}[n%3], Class: []string{"up", "down", ""}[n%3]},
			{Text: "92.17", Kind: Score, Number: 9217, Bar: 0.92, Strong: true}, countCell(5), textCell(w.t("户籍基本医疗保险参保率 −3.50", "medical insurance −3.50")),
		}})
	}
	return t
}

func sampleHeat(w words, id string, rows int) *Table {
	t := &Table{ID: id, Class: "map", Frozen: 2, Groups: []Group{{"", 2}, {w.t("养老", "Pension"), 4}, {w.t("医疗", "Medical"), 8}}, Columns: []Column{{Title: w.t("名次", "rank"), Kind: Count}, {Title: w.t("地区", "area")}}}
	for n := range 12 {
		t.Columns = append(t.Columns, Column{Title: w.t("户籍基本医疗保险参保率", "medical insurance of residents"), Note: "99.91%", Kind: Rate, Assumed: n == 3})
	}
	for n := range rows {
		r := Row{Cells: []Cell{countCell(int64(n + 1)), headCell(sampleTown(w, n) + w.t("村", " village"))}, Whole: n == 0}
		for m := range 12 {
			class := []string{"met", "g1", "g2", "g3", "g4", "g5", "g6", "none"}[(n+m)%8]
			r.Cells = append(r.Cells, Cell{Text: "98.07", Kind: Rate, Number: 9807, Class: class, Note: w.t("差12人", "12 short")})
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// sampleLong fills several sheets of paper; each cell of a row tells its row.
func sampleLong(w words, id string, rows int, wide bool) *Table {
	t := &Table{ID: id, Caption: w.t("各项数字", "Figures"), Wide: wide, Frozen: 1, Columns: []Column{{Title: "HEAD" + id}, {Title: w.t("应完成", "expected"), Kind: Count}, {Title: w.t("说明", "remarks")}, {Title: w.t("状态", "status")}}}
	for n := 0; wide && n < 6; n++ {
		t.Columns = append(t.Columns, Column{Title: w.t("缺口", "short"), Kind: Count})
	}
	for n := range rows {
		text := ""
		for m := range 4 {
			text += fmt.Sprintf("%s-%dx%d %s ", id, n, m, w.t("在册、户籍、未注明不应参保的人员，扣除已参加职工医保者", "people on the roster who are registered and not exempt, less employees"))
		}
		status := []string{measure.Met, measure.OnTrack, measure.AtRisk, measure.Missed}[n%4]
		r := Row{Cells: []Cell{headCell(fmt.Sprintf("%s-%d", id, n)), countCell(123456), textCell(text), {Text: w.status(status), Class: status}}}
		for range len(t.Columns) - len(r.Cells) {
			r.Cells = append(r.Cells, countCell(12))
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

func sampleCard(w words, id, status string) Card {
	return Card{
		Title: w.t("户籍基本医疗保险参保率（全面完成）", "Medical insurance of registered residents"), Status: status, Sign: signs[status], Word: w.status(status),
		Rate: "99.00%", Change: "+0.26", Target: "99.91%", Due: w.t("2020年12月15日", "15 December 2020"),
		Short: w.people(1660), Missing: w.people(1812), Expected: "180,903", Actual: "179,091", Pace: w.t("近七日日均316人，所需日均554人", "316 a day now, 554 needed"),
		Assumed: true, Chart: sampleChart(w, "bullet-"+id, 338, 60), Areas: sampleChart(w, "areas-"+id, 338, 300), Score: w.t("20分，每低0.1个百分点扣0.5分", "20 points, 0.5 off per 0.1 point"),
	}
}

// sampleChart is drawn twice: bars, and the same bars as a still.
func sampleChart(w words, id string, width, height float64) *Chart {
	p := draw.New(width, height, id)
	names, values := []any{}, []any{}
	data := &Table{ID: id + "-data", Columns: []Column{{Title: w.t("镇街", "town")}, {Title: w.t("人数", "people"), Kind: Count}}}
	for n := range 5 {
		y := 10 + float64(n)*(height-20)/5
		p.Rect(150, y, float64(40+30*n), 8, draw.Style{Fill: "#0072B2"})
		p.Text(144, y+4, sampleTown(w, n), draw.TextStyle{Anchor: draw.End})
		names, values = append(names, sampleTown(w, n)), append(values, 40+30*n)
		data.Rows = append(data.Rows, Row{Cells: []Cell{headCell(sampleTown(w, n)), countCell(int64(40 + 30*n))}})
	}
	return &Chart{
		ID: id, Title: w.t("最后一名还差1,660人", "The last is 1,660 people short"), Label: w.t("各镇街人数的横条：第一40，末位160", "bars of people by town, from 40 to 160 </script>"),
		Height: int(height), Picture: p, Data: data,
		Option: map[string]any{
			"grid": map[string]any{"left": 100, "right": 30, "top": 10, "bottom": 20}, "tooltip": map[string]any{"trigger": "axis"},
			"xAxis": map[string]any{"type": "value"}, "yAxis": map[string]any{"type": "category", "data": names, "inverse": true},
			"series": []any{map[string]any{"type": "bar", "data": values, "itemStyle": map[string]any{"color": "#0072B2"}}},
		},
	}
}
