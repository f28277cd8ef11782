package reports

import (
	"encoding/json"
	"fmt"
	"html"
	"math/big"
	"slices"
	"strings"
	"testing"

	"canbao/models/measure"
	"canbao/reports/draw"
)

// drawnText is a text of a picture and the box it takes.
type drawnText struct {
	text                   string
	left, top, right, down float64
}

// drawnTexts reads the texts back out of the SVG of a picture.
func drawnTexts(t *testing.T, p *draw.Picture) []drawnText {
	t.Helper()
	var all []drawnText
	for _, part := range strings.Split(p.SVG(), "<text ")[1:] {
		var d drawnText
		var x, y, size float64
		head, body, _ := strings.Cut(part, ">")
		if _, err := fmt.Sscanf(head, `x="%g" y="%g" font-size="%g"`, &x, &y, &size); err != nil {
			t.Fatalf("%s: %v", head, err)
		}
		body, _, _ = strings.Cut(body, "</text>")
		d.text = html.UnescapeString(body)
		width := draw.TextWidth(d.text, size)
		d.left = x
		if strings.Contains(head, `text-anchor="middle"`) {
			d.left = x - width/2
		} else if strings.Contains(head, `text-anchor="end"`) {
			d.left = x - width
		}
		d.right, d.top, d.down = d.left+width, y-0.36*size-size/2, y-0.36*size+size/2
		all = append(all, d)
	}
	return all
}

func drawn(t *testing.T, c *Chart) []string {
	t.Helper()
	var texts []string
	for _, d := range drawnTexts(t, c.Picture) {
		texts = append(texts, d.text)
	}
	return texts
}

// wants checks that each text is drawn in the picture and told to the page.
func wants(t *testing.T, c *Chart, texts ...string) {
	t.Helper()
	picture := drawn(t, c)
	for _, text := range texts {
		if !slices.ContainsFunc(picture, func(s string) bool { return strings.Contains(s, text) }) {
			t.Errorf("%s: no %q in the picture: %q", c.ID, text, picture)
		}
	}
}

func told(t *testing.T, c *Chart) string {
	t.Helper()
	text, err := json.Marshal(c.Option)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestHeatChart(t *testing.T) {
	b := chartCity(t, "2020-12-10", measure.Internal)
	w := words("zh")
	c := heatChart(b, w)
	option := told(t, c)
	for _, i := range b.Items {
		for _, r := range append([]measure.Row{i.Whole}, i.Areas...) {
			text := r.Shown().String()
			if r.ShortBy == 0 && r.Shown().Valid {
				text = "✓" + text
			}
			wants(t, c, text)
			if tip := r.Area + `\n` + i.Title + "：" + percentText(r.Shown()) + "，" + w.shortText(r.Standing); !strings.Contains(option, tip) {
				t.Errorf("no %s in the option", tip)
			}
		}
	}
	met, all := 0, 0
	for _, row := range c.Data.Rows[1:] {
		for n, cell := range row.Cells[2:] {
			r := *rowOf(t, b, b.Items[n].ID, row.Cells[1].Text)
			if cell.Text != rateCell(r.Shown()).Text || cell.Number != r.Shown().Hundredths {
				t.Errorf("%s at %s: %+v", row.Cells[1].Text, b.Items[n].ID, cell)
			}
			if r.Shown().Valid {
				all++
				if *r.Met {
					met++
				}
			}
		}
	}
	if want := fmt.Sprintf("%d格中%d格达标", all, met); !strings.HasPrefix(c.Title, want) {
		t.Errorf("%s, want %s", c.Title, want)
	}
}

func rowOf(t *testing.T, b *measure.Bulletin, item, area string) *measure.Row {
	t.Helper()
	i := b.Item(item)
	for n := range i.Areas {
		if i.Areas[n].Area == area {
			return &i.Areas[n]
		}
	}
	t.Fatalf("no %s at %s", area, item)
	return nil
}

// TestShades: the steps end where they say, to the last person.
func TestShades(t *testing.T) {
	for _, c := range []struct {
		actual, expected, num, den int64
		class                      string
	}{
		{9991, 10000, 9991, 10000, "met"}, {9990, 10000, 9991, 10000, "g1"}, {9981, 10000, 9991, 10000, "g1"}, {9980, 10000, 9991, 10000, "g2"},
		{970, 1000, 98, 100, "g2"}, {969, 1000, 98, 100, "g3"}, {930, 1000, 98, 100, "g3"}, {929, 1000, 98, 100, "g4"}, {780, 1000, 98, 100, "g4"},
		{779, 1000, 98, 100, "g5"}, {480, 1000, 98, 100, "g5"}, {479, 1000, 98, 100, "g6"}, {0, 1000, 98, 100, "g6"}, {0, 0, 98, 100, "none"},
	} {
		short := max(0, (c.expected*c.num+c.den-1)/c.den-c.actual)
		s := measure.Standing{Actual: c.actual, Expected: c.expected, TargetNum: c.num, TargetDen: c.den, ShortBy: short}
		if got := shades[shadePlace(s)].Class; got != c.class {
			t.Errorf("%d of %d against %d/%d: %s, want %s", c.actual, c.expected, c.num, c.den, got, c.class)
		}
	}
	if got := shades[shadePlace(measure.Standing{Withheld: true, TargetNum: 1, TargetDen: 1})].Class; got != "none" {
		t.Errorf("withheld: %s", got)
	}
}

func TestRoadChart(t *testing.T) {
	both := `insert into mart.hardship_road select campaign, 'medical', level, area_code, as_of, expected, expected, actual, null
		from mart.standing where item = 'medical_hardship'`
	b := chartCity(t, "2020-12-10", measure.Internal, both)
	for _, code := range []string{"", "330782101"} {
		c := roadChart(b, "zh", code)
		area := code
		if area == "" {
			area = b.City.Code
		}
		lost := map[string]int64{}
		for _, r := range b.Roads {
			if r.AreaCode == area && r.Scheme == "pension" {
				lost["未登记"], lost["登记未资助"], lost["资助未记录"] = r.Certified.N-r.Registered.N, r.Registered.N-r.Funded.N, r.Funded.N-r.Recorded.N
				wants(t, c, "认定、应参保　"+measure.Grouped(r.Certified.N)+"人", "权益已记录　"+measure.Grouped(r.Recorded.N)+"人")
			}
		}
		for without, n := range lost {
			if n == 0 {
				t.Errorf("%s: nobody %s", code, without)
			}
			wants(t, c, "少"+measure.Grouped(n)+"人　"+without)
		}
		wants(t, c, "✓ 无人掉队", "从未收到权益记录日期", "权益已记录 "+measure.None)
		if len(c.Data.Rows) != 8 {
			t.Errorf("%d rows", len(c.Data.Rows))
		}
	}
	if c := roadChart(b, "zh", "330782999"); c != nil {
		t.Error("a road of an area that is not known")
	}
}

func TestChannelsChart(t *testing.T) {
	b := chartCity(t, "2020-12-10", measure.Internal)
	c := channelsChart(b, "zh")
	byWeek := map[string]int64{}
	byChannel := map[string]int64{}
	var total int64
	for _, m := range b.Money.Mix {
		byWeek[m.From.Format("1月2日")] += m.Payments.N
		byChannel[m.From.Format("1月2日")+m.Channel] += m.Payments.N
		total += m.Payments.N
	}
	for _, row := range c.Data.Rows[:len(c.Data.Rows)-1] {
		from, _, _ := strings.Cut(row.Cells[0].Text, "至")
		for n := 1; n+1 < len(row.Cells); n += 2 {
			count := byChannel[from+c.Data.Columns[n].Title]
			share := measure.Rounded(big.NewRat(100*count, byWeek[from]), 1) + "%"
			if row.Cells[n].Number != count || row.Cells[n+1].Text != share {
				t.Errorf("%s %s: %+v, want %d, %s", from, c.Data.Columns[n].Title, row.Cells[n:n+2], count, share)
			}
			if count*20 > byWeek[from]*2 {
				wants(t, c, share)
			}
		}
		wants(t, c, measure.Grouped(byWeek[from])+"笔")
	}
	if !strings.Contains(c.Label, measure.Grouped(total)+"笔") {
		t.Error(c.Label)
	}
	for _, name := range []string{"银行批扣", "支付宝", "微信", "自助终端", "银行柜面", "办税服务厅"} {
		wants(t, c, name)
	}
}

func TestBanksChart(t *testing.T) {
	if c := banksChart(chartCity(t, "2020-12-10", measure.Internal), "zh"); c != nil {
		t.Error("banks where nothing failed")
	}
	b := chartCity(t, "2020-12-10", measure.Internal, failedDeductions)
	c := banksChart(b, "zh")
	paid, failed := map[string]int64{}, map[string]int64{}
	var all int64
	for _, m := range b.Money.Mix {
		if m.Channel == "银行批扣" {
			paid[m.Bank] += m.Payments.N
			failed[m.Bank] += m.Failed.N
			all += m.Failed.N
		}
	}
	if len(paid) != 7 {
		t.Fatalf("banks %v", paid)
	}
	for bank := range paid {
		rate := measure.Rounded(big.NewRat(100*paid[bank], paid[bank]+failed[bank]), 1) + "%"
		wants(t, c, bank, rate, measure.Grouped(failed[bank]))
		if option := told(t, c); !strings.Contains(option, rate+"　失败"+measure.Grouped(failed[bank])+"笔") {
			t.Errorf("%s: %s not told", bank, rate)
		}
	}
	if !strings.Contains(c.Title, "失败"+measure.Grouped(all)+"笔") || !strings.Contains(c.Title, "中国农业银行") {
		t.Error(c.Title)
	}
	// Of the public edition no bank is told, and a week in which few failed is not.
	public := chartCity(t, "2020-12-10", measure.Public, failedDeductions,
		"delete from mart.payment_failed where tried_on = date '2020-12-03'; insert into mart.payment_failed select 'yiwu-2021', 'medical', '330782001201', date '2020-12-03', '银行批扣', '中国银行', 5, 5, 2500")
	c = banksChart(public, "zh")
	if len(c.Data.Rows) != 6 || !strings.HasSuffix(c.Title, "（不含未公布的周）") || strings.Contains(told(t, c), "中国银行") {
		t.Errorf("%s, %d rows", c.Title, len(c.Data.Rows))
	}
	if got := bankRateText(99999, 1); got != "99.9%" {
		t.Errorf("one of 100,000 failed: %s", got)
	}
}

func TestBooksChart(t *testing.T) {
	b := chartCity(t, "2020-12-18", measure.Internal)
	c := booksChart(b, "zh")
	for n, k := range b.Books {
		row := c.Data.Rows[n]
		if row.Cells[3].Number != k.Stated.N-k.Recorded.N || row.Cells[4].Number != int64(k.StatedFen-k.RecordedFen) || row.Cells[6].Number != int64(k.Differ) {
			t.Errorf("%+v: %+v", k, row)
		}
	}
	// 46 days of the tax office, the last of which differs by three; 45 of the treasury.
	wants(t, c, "+3", "+1,500元", "1/46天", "-1,800", "-900,000元", "45/45天")
	if agrees := booksChart(chartCity(t, "2020-12-10", measure.Internal), "zh"); !slices.Contains(drawn(t, agrees), "✓ 一致") {
		t.Error("the tax office's book that agrees is not said to")
	}
	offset := measure.Book{Source: "bank", Scheme: "medical", Days: 3, Differ: 2}
	if booksAgree(offset) || booksDays("zh", offset) != "3天中2天不一致" {
		t.Error("a book whose days differ and whose sums agree passes for one that agrees")
	}
}
