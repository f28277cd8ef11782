package export

import (
	"regexp"
	"strings"

	"canbao/reports"
)

// daysBefore1970 is the serial number a spreadsheet gives to 1 January 1970.
const daysBefore1970 = 25569

// shownNumber finds the number in a text, and what stands around it: 8/9, 90%（假定）,
// 100.40↑.
var shownNumber = regexp.MustCompile(`^([^0-9+-]*)[+-]?[0-9,]+(\.[0-9]+)?(%?)(.*)$`)

// value is what a spreadsheet holds of a cell, a number where there is one, and the
// number format that makes it read as the document has it.
func value(c reports.Cell, english bool) (any, string) {
	m := shownNumber.FindStringSubmatch(c.Text)
	if m == nil {
		m = make([]string, 5)
	}
	around := func(format string) string { return quoted(m[1]) + format + quoted(m[4]) }
	switch c.Kind {
	case reports.Count:
		if strings.HasPrefix(c.Text, "+") {
			return c.Number, "+#,##0;-#,##0;0"
		}
		return c.Number, around("#,##0")
	case reports.Rate:
		decimals := "0"
		if m[2] != "" {
			decimals = "0." + strings.Repeat("0", len(m[2])-1)
		}
		return float64(c.Number) / 10_000, around(decimals + "%")
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
	return Harmless(c.Text), ""
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
