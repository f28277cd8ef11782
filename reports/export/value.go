package export

import (
	"strings"

	"canbao/reports"
	"canbao/sql/answer"
)

// daysBefore1970 is the serial number a spreadsheet gives to 1 January 1970.
const daysBefore1970 = 25569

// around is what stands before and after the number in a text, its percent sign left
// out, and how many decimals it has: 8/9, 90%（假定）, 100.40↑.
func around(text string) (before string, decimals int, after string) {
	digit := func(n int) bool { return n < len(text) && text[n] >= '0' && text[n] <= '9' }
	from := 0
	for from < len(text) && !digit(from) && text[from] != '+' && text[from] != '-' {
		from++
	}
	to := from
	for to < len(text) && (digit(to) || to == from || text[to] == ',') {
		to++
	}
	if digit(to+1) && text[to] == '.' {
		for to++; digit(to); to++ {
			decimals++
		}
	}
	return text[:from], decimals, strings.TrimPrefix(text[to:], "%")
}

// percents are the formats of rates by their decimals.
var percents = []string{"0%", "0.0%", "0.00%", "0.000%", "0.0000%", "0.00000%", "0.000000%"}

// value is what a spreadsheet holds of a cell, a number where there is one, and the
// number format that makes it read as the document has it.
func value(c reports.Cell, english bool) (any, string) {
	switch c.Kind {
	case reports.Count:
		if strings.HasPrefix(c.Text, "+") {
			return c.Number, "+#,##0;-#,##0;0"
		}
		before, _, after := around(c.Text)
		return c.Number, quoted(before) + "#,##0" + quoted(after)
	case reports.Rate:
		before, decimals, after := around(c.Text)
		return float64(c.Number) / 10_000, quoted(before) + percents[min(decimals, len(percents)-1)] + quoted(after)
	case reports.Points:
		return hundredths(c.Number), "+0.00;-0.00;0.00"
	case reports.Money:
		format := "#,##0"
		if strings.HasPrefix(c.Text, "+") {
			format = "+#,##0;-#,##0;0"
		}
		return hundredths(c.Number), format
	case reports.Score:
		return hundredths(c.Number), "0.00"
	case reports.Pace:
		return float64(c.Number) / 10, "#,##0.0"
	case reports.Places:
		return c.Number, `"▲"0;"▼"0;"＝"`
	case reports.Day:
		return c.Number + daysBefore1970, dayFormat(c.Text, english)
	case reports.Moment:
		return float64(c.Number)/(24*60*60) + daysBefore1970, "yyyy-mm-dd hh:mm"
	}
	if c.Text == "" {
		return nil, ""
	}
	return answer.Harmless(c.Text), ""
}

// hundredths is n/100, whole where it is.
func hundredths(n int64) any {
	if n%100 == 0 {
		return n / 100
	}
	return float64(n) / 100
}

// dayFormat writes a day with its year where the text has one.
func dayFormat(text string, english bool) string {
	switch {
	case english && len(text) > len("30 Sept"):
		return "[$-409]d mmmm yyyy"
	case english:
		return "[$-409]d mmm"
	case strings.Contains(text, "年"):
		return `yyyy"年"m"月"d"日"`
	}
	return `m"月"d"日"`
}

// quoted is text in a number format.
func quoted(text string) string {
	if text == "" {
		return ""
	}
	return `"` + strings.ReplaceAll(text, `"`, "") + `"`
}
