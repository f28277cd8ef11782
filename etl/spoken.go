package etl

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"canbao/etl/clean"
	"canbao/etl/refuse"
)

// numberOfSomebody is what a header never is, but a cell about a person.
var numberOfSomebody = regexp.MustCompile(`[0-9０-９]{11,}`)

// signed is a cell that names who made or signed a sheet: 制表人：王小明.
var signed = regexp.MustCompile(`((?:人|员|者|制表|填表|填报|经办|审核|复核|审批|签字|签名|姓名|电话)\s*[:：])\s*\S[\s\S]*`)

// spoken are headers as they may be repeated: one that holds somebody's number is
// not, whatever else stands in it, nor who has signed beside the headers.
func spoken(headers []string) []string {
	said := slices.Clone(headers)
	for i, h := range said {
		if numberOfSomebody.MatchString(h) {
			said[i] = "…"
			continue
		}
		said[i] = signed.ReplaceAllString(h, "$1…")
	}
	return said
}

// longNumber is what no header has, but a row of people does.
var longNumber = regexp.MustCompile(`[0-9０-９]{7,}`)

// named lists the headers of a file that is refused. Its first row may be data,
// and a cell in it somebody's name: only what looks like a header is repeated,
// and nothing of a row that holds long numbers.
func (h *headings) named(headers []string) refuse.Text {
	var found []string
	hidden := 0
	for _, header := range headers {
		switch header = strings.TrimSpace(header); {
		case longNumber.MatchString(header):
			return refuse.Text{ZH: "没有，第一行就是数据", EN: "none, the first row is data"}
		case header == "":
		case h.headerlike(header):
			found = append(found, header)
		default:
			hidden++
		}
	}
	list := strings.Join(found, "、")
	switch {
	case hidden == 0:
		return refuse.Text{ZH: list, EN: list}
	case len(found) == 0:
		return refuse.Text{ZH: "没有，第一行不像表头", EN: "none, the first row does not look like headers"}
	}
	return refuse.Text{
		ZH: fmt.Sprintf("%s（另有 %d 格不像表头，不显示）", list, hidden),
		EN: fmt.Sprintf("%s (and %d cells that do not look like headers, not shown)", list, hidden),
	}
}

// headerEnds end many headers that no dataset has.
var headerEnds = []string{"序号", "编号", "备注", "说明", "单位", "地址", "年龄", "民族", "关系", "名称", "时间", "标志", "情况", "合计", "档次", "号"}

// headerlike tells a cell that names a column from one that may name a person:
// it is a known header, or ends as one does, or is a word of a database. A
// single character names nobody.
func (h *headings) headerlike(cell string) bool {
	key := clean.Header(cell)
	n := utf8.RuneCountInString(key)
	switch {
	case n <= 1, h.known[key], h.known[marks.ReplaceAllString(key, "")]:
		return true
	case n > 16:
		return false
	case isASCII(key):
		return databaseWord(strings.TrimSpace(cell))
	case n == 2:
		return slices.Contains(headerEnds, key)
	}
	key = strings.TrimRightFunc(marks.ReplaceAllString(key, ""), unicode.IsPunct)
	if slices.ContainsFunc(headerEnds, func(end string) bool { return strings.HasSuffix(key, end) }) {
		return true
	}
	for known := range h.known {
		if !isASCII(known) && strings.HasSuffix(key, lastTwo(known)) {
			return true
		}
	}
	return false
}

// databaseWord tells the name of a column of a database from that of a person in
// Latin letters, which has a capital and a vowel: certno, AAC002, ID_NO, SFZH.
func databaseWord(word string) bool {
	for _, r := range word {
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return strings.ContainsAny(word, "_0123456789") || word == strings.ToLower(word) || !strings.ContainsAny(strings.ToLower(word), "aeiou")
}

// lastTwo are the last two characters of a text.
func lastTwo(text string) string {
	runes := []rune(text)
	return string(runes[max(0, len(runes)-2):])
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}

// numberInName is what a document number or a phone may be, in a name.
var numberInName = regexp.MustCompile(`[0-9０-９]{11,}[XxＸｘ]?`)

// phone is a mobile number.
var phone = regexp.MustCompile(`^1[3-9][0-9]{9}$`)

// nobody is the name of a file, sheet or folder as the ledger keeps it, which is
// published: where somebody's number stands in it, only how it begins.
func nobody(name string, today clean.Day) string {
	return numberInName.ReplaceAllStringFunc(name, func(run string) string {
		number := string(clean.Text(nil, []byte(run)))
		shown := 6
		switch _, faults := clean.ParseID([]byte(number), nil, today); {
		case phone.MatchString(number):
			shown = 3
		case len(number) < 15 || faults != 0:
			return run
		}
		return number[:shown] + strings.Repeat("*", len(number)-shown)
	})
}
