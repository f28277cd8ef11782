package source

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"canbao/etl/clean"
)

// furniture tells rows that are no data from those that are. It must never
// swallow a person: a row is furniture only if it is
//
//   - blank: no cell has text;
//   - a header again: its cells are those of a header row, all that are filled;
//   - the numbers of the columns under a header: 1, 2, 3 ... to its end, behind
//     甲, 乙 ... for those that are not counted;
//   - a title again: its cells are those of a row above the header;
//   - a total: one of its first three filled cells says 合计, 小计, 总计, 累计 or
//     共计, alone, behind what is summed or with a number, a unit or a bracket
//     behind it, and no cell holds what could be the number of a document;
//   - a note: at most half of the columns are filled (in a narrow table one
//     cell), none holds what could be the number of a document, and the first
//     filled one begins with a word that notes begin with (注：, 说明：, 制表人
//     ...), or it is the only one and is a sentence that mentions no such number:
//     a row parted another way is still a person's.
//
// Everything else is a row, however broken.
type furniture struct {
	width   int
	known   map[string]bool // header and title rows, as cleaned text
	opening map[[3]byte]bool
	first   [256]bool // of the bytes that those begin with
}

// totalWord matches a cell that makes its row a total.
var totalWord = regexp.MustCompile(`^\p{Han}{0,12}(合计|小计|总计|累计|共计)(数|人数|笔数|户数|金额)?[:：]?(\(.*\)|[\d,.人笔元条户行件]*)$`)

// document matches what could be the number of an identity document: no total
// row has one.
var document = regexp.MustCompile(`^[0-9]{14,17}[0-9Xx]$`)

// mentioned matches such a number within a text.
var mentioned = regexp.MustCompile(`[0-9]{14}[0-9Xx]`)

// noteWord matches the beginning of a note.
var noteWord = regexp.MustCompile(`^(备?注(\d*[:：.、]|释)|[*※]|说明[:：]|附注|制表|填表|填报|审核|复核|经办|负责人|联系(人|电话)[:：]|单位[:：]|` +
	`(打印|导出|统计|制表|生成|报表|查询)(时间|日期|人|单位|机构)|数据(来源|截止|截至)|来源[:：]|第\d+页|共\d+(页|条|笔|人|行|户)|以上|\(?以下空白|本表|\(?盖章)`)

// signature matches the beginning of the line where those who made a table sign.
var signature = regexp.MustCompile(`^\p{Han}{0,6}(制表|填表|填报|审核|复核|经办|负责|联系|打印|导出)(人|人员|单位|机构|日期|时间)?[:：]`)

// sentence matches what only a sentence has.
var sentence = regexp.MustCompile(`[,，。；;：:、].*\p{Han}|\p{Han}{13,}`)

func newFurniture(width int, above [][]string, headers [][]string) *furniture {
	f := &furniture{width: width, known: map[string]bool{}, opening: map[[3]byte]bool{}}
	for _, row := range append(above, headers...) {
		if key := rowKey(row); key != "" {
			f.known[key] = true
			f.open(row)
		}
	}
	for _, word := range strings.Split("合 小 总 累 共 本 全 栏 甲 备 注 说 附 制 填 审 复 经 负 联 单 打 导 统 生 报 查 数 来 第 以 盖", " ") {
		f.opens([]byte(word))
	}
	f.opens([]byte("1"))
	return f
}

// open notes how a known row begins, for the quick look.
func (f *furniture) open(row []string) {
	for _, cell := range row {
		if !clean.Empty([]byte(cell)) {
			f.opens([]byte(cell))
			return
		}
	}
}

// opens notes how a row of furniture may begin.
func (f *furniture) opens(cell []byte) {
	f.opening[beginning(cell)] = true
	f.first[cell[0]] = true
}

func beginning(cell []byte) (b [3]byte) {
	copy(b[:], cell)
	return b
}

// is tells whether a row is furniture. The quick look passes nearly every row:
// it has its full width, and none of its first cells begins like furniture.
func (f *furniture) is(cells [][]byte) bool {
	if len(cells) >= f.width && f.looksLikeData(cells) {
		return false
	}
	var filled []string
	for _, c := range cells {
		if text := string(clean.Label(nil, c)); text != "" {
			filled = append(filled, text)
		}
	}
	if len(filled) == 0 || f.known[strings.Join(filled, "\x1f")] {
		return true
	}
	if columnNumbers(filled) {
		return true
	}
	for _, text := range filled[:min(3, len(filled))] {
		if totalWord.MatchString(text) {
			return !slices.ContainsFunc(filled, document.MatchString)
		}
	}
	return f.note(filled)
}

// columnNumbers tells whether a row numbers the columns, as printed tables do
// under their header (栏次).
func columnNumbers(filled []string) bool {
	if filled[0] == "栏次" || filled[0] == "栏号" {
		filled = filled[1:]
	}
	i, n := 0, 1
	for i < min(5, len(filled)) && filled[i] == string([]rune("甲乙丙丁戊")[i]) {
		i++
	}
	for ; i < len(filled); i++ {
		if strings.Trim(filled[i], "()") != strconv.Itoa(n) {
			return false
		}
		n++
	}
	return len(filled) > 3 && n > 2
}

func (f *furniture) looksLikeData(cells [][]byte) bool {
	found := 0
	for _, c := range cells {
		if len(c) == 0 {
			continue
		}
		if !opensText(c[0]) || f.first[c[0]] && f.opening[beginning(c)] || bytes.Contains(c, []byte("计")) {
			return false
		}
		if found++; found == 3 {
			return true
		}
	}
	return false
}

// opensText tells whether a cell may begin with this byte as it is: a digit, a
// letter or a common Chinese character. Anything else, such as a blank, a quote
// or a full-width letter, is looked at closely.
func opensText(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0xe4 && c <= 0xe9
}

func (f *furniture) note(filled []string) bool {
	if len(filled) < f.width && signature.MatchString(filled[0]) {
		return !slices.ContainsFunc(filled, mentioned.MatchString)
	}
	if len(filled) > max(1, f.width/2) || slices.ContainsFunc(filled, document.MatchString) {
		return false
	}
	return noteWord.MatchString(filled[0]) || len(filled) == 1 && sentence.MatchString(filled[0]) && !mentioned.MatchString(filled[0])
}

// rowKey is a row as it is compared with others: its filled cells, cleaned.
func rowKey(row []string) string {
	var filled []string
	for _, cell := range row {
		if text := clean.Label(nil, []byte(cell)); len(text) > 0 {
			filled = append(filled, string(text))
		}
	}
	return strings.Join(filled, "\x1f")
}
