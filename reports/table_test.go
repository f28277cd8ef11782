package reports

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"canbao/models/measure"
)

// everyTable makes all tables of a document.
func everyTable(d *Document) []*Table {
	b := d.Figures
	all := []*Table{d.RankingTable(), d.PointsTable(), d.RatesTable(), d.ItemsTable(), d.RoadTable(), d.MixTable(), d.MixWeeksTable(),
		d.CollectionTable(), d.BooksTable(), d.BookLinesTable(), d.QualityTable(), d.ChecksTable(), d.InputsTable(), d.FilesTable(), d.DefinitionsTable()}
	for n := range b.Items {
		all = append(all, d.ItemTable(&b.Items[n]))
	}
	for _, a := range b.Areas {
		if t, ok := b.Town(a.Code); ok {
			all = append(all, d.TownTable(t), d.TownVillagesTable(t), d.TownShortTable(t))
		}
	}
	var made []*Table
	for _, t := range all {
		if t != nil {
			made = append(made, t)
		}
	}
	return made
}

func TestTablesAreWhole(t *testing.T) {
	id := regexp.MustCompile(`^[a-z0-9-]+$`)
	han := regexp.MustCompile(`\p{Han}`)
	// Channels stand as the extracts write them, in both languages.
	channels := []string{"银行批扣", "支付宝", "微信", "自助终端", "银行柜面", "办税服务厅"}
	r := open(t, []string{"city.sql", "books.sql", "few.sql"})
	for _, lang := range []string{"zh-CN", "en"} {
		for _, edition := range []measure.Edition{measure.Internal, measure.Public} {
			d := &Document{Lang: lang, Figures: figures(t, r, measure.Ask{AsOf: day("2020-12-10"), Edition: edition})}
			seen := map[string]bool{}
			all := everyTable(d)
			if len(all) < 20 {
				t.Errorf("%s %s: %d tables only", lang, edition, len(all))
			}
			for _, table := range all {
				if !id.MatchString(table.ID) || seen[table.ID] || table.Caption == "" || len(table.Rows) == 0 {
					t.Errorf("%s %s: table %q, caption %q, %d rows", lang, edition, table.ID, table.Caption, len(table.Rows))
				}
				seen[table.ID] = true
				width := 0
				for _, g := range table.Groups {
					width += g.Span
				}
				if len(table.Groups) > 0 && width != len(table.Columns) {
					t.Errorf("%s: groups over %d of %d columns", table.ID, width, len(table.Columns))
				}
				for _, c := range table.Columns {
					if lang == "en" && han.MatchString(c.Title+c.Note) && !slices.Contains(channels, c.Title) {
						t.Errorf("%s: the English column %q", table.ID, c.Title+c.Note)
					}
				}
				for n, row := range table.Rows {
					if len(row.Cells) != len(table.Columns) {
						t.Errorf("%s: row %d has %d cells for %d columns", table.ID, n, len(row.Cells), len(table.Columns))
					}
					if edition == measure.Public && row.Class == villageClass {
						t.Errorf("%s: a village in the public edition", table.ID)
					}
					for m, c := range row.Cells {
						checkCell(t, table, m, c)
					}
				}
			}
		}
	}
}

// checkCell tells a number from a figure that is none, and one that does not stand
// in its column.
func checkCell(t *testing.T, table *Table, column int, c Cell) {
	t.Helper()
	if c.Kind != Text && (c.Text == measure.Hidden || c.Text == measure.None) {
		t.Errorf("%s: %q carries the number %d", table.ID, c.Text, c.Number)
	}
	if c.Kind != Text && c.Kind != table.Columns[column].Kind {
		t.Errorf("%s, %s: a cell of kind %d in a column of kind %d", table.ID, table.Columns[column].Title, c.Kind, table.Columns[column].Kind)
	}
	if c.Kind == Text && c.Number != 0 {
		t.Errorf("%s: text %q carries %d", table.ID, c.Text, c.Number)
	}
}

func TestItemTable(t *testing.T) {
	b := figures(t, open(t, []string{"city.sql"}), measure.Ask{AsOf: day("2020-12-10")})
	d := &Document{Lang: "zh-CN", Figures: b}
	table := d.ItemTable(b.Item("medical_collection_main"))
	var titles []string
	for _, c := range table.Columns {
		titles = append(titles, c.Title)
	}
	want := "名次 镇街 应完成 已完成 比率% 按期% 较12月3日（百分点） 缺口 现有日均 所需日均 预测完成 状态 应收 实收"
	if got := strings.Join(titles, " "); got != want {
		t.Errorf("columns\n%s, want\n%s", got, want)
	}
	if c := table.Columns[4]; c.Note != "90%" || !c.Assumed || c.Num*10 != c.Den*9 {
		t.Errorf("the target is %+v", c)
	}
	if want := "医疗保险征缴完成率（主体部分）（目标90%（假定），11月30日截止）"; table.Caption != want {
		t.Errorf("caption %q, want %q", table.Caption, want)
	}
	if len(table.Rows) != 1+14*3 || !table.Rows[0].Whole || table.Rows[1].Class != "" || table.Rows[2].Class != villageClass {
		t.Fatalf("%d rows, the first %+v", len(table.Rows), table.Rows[:3])
	}
	town := b.Item("medical_collection_main").Areas[0]
	if c := table.Rows[1].Cells; c[1].Text != town.Area || c[2].Number != town.Expected || c[4].Text != town.Shown().String() || c[12].Kind != Money {
		t.Errorf("first town %+v", c)
	}
}

func TestWithheldIsNeverANumber(t *testing.T) {
	b := figures(t, open(t, []string{"city.sql", "few.sql"}), measure.Ask{AsOf: day("2020-12-10"), Edition: measure.Public})
	d := &Document{Lang: "zh-CN", Figures: b}
	i := b.Item("medical_hardship")
	hidden := 0
	for n, row := range d.ItemTable(i).Rows[1:] {
		if !i.Areas[n].Withheld {
			continue
		}
		hidden++
		for m, c := range row.Cells {
			if m != 1 && c.Text != measure.Hidden {
				t.Errorf("%s, column %d: %q", i.Areas[n].Area, m, c.Text)
			}
		}
	}
	if hidden == 0 {
		t.Error("nothing is withheld: the case tests nothing")
	}
}
