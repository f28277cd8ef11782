package etl

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// mixRow is a row as it is meant, and the reasons that must hold it back.
type mixRow struct {
	cells   []string // 姓名, 身份证号, 险种, 年度, 应缴金额
	reasons string
	fen     string
}

var (
	mixHeaders = []string{"姓名", "身份证号", "险种", "年度", "应缴金额"}
	mixRows    = []mixRow{
		{[]string{"甲", idA, "居民医保", "2021", "450"}, "", "45000"},
		{[]string{"乙", idB, "职工医保", "2021", "1450.5"}, "", "145050"},
		{[]string{"丙", "11010519491231002X", "大病选缴", "2021", "-100"}, "", "-10000"},
		{[]string{"丁", "33078219700101001", "居民医保", "2021", "450"}, "id_length", ""},
		{[]string{"戊", "3.30782E+17", "居民医保", "2021", "450"}, "id_damaged", ""},
		{[]string{"", idC, "火星保险", "去年", "450"}, "bad_date:year unknown_scheme", ""},
		{[]string{"己", "", "居民医保", "2021", "四百"}, "missing:id_no bad_amount:amount", ""},
	}
)

// TestDirtMixed puts all kinds of dirt on the same few rows, many at once and
// by chance, and wants every row to come out as it is meant.
func TestDirtMixed(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			m := &mixer{Rand: rand.New(rand.NewPCG(seed, 3))}
			text := m.write()
			path := filepath.Join(t.TempDir(), "mixed.dat")
			if err := os.WriteFile(path, m.encode(t, text), 0o600); err != nil {
				t.Fatal(err)
			}
			b := newDirtBench(t)
			reports, err := b.Load(t.Context(), []string{path})
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			r := reports[0]
			got := mixResult{three: three(r), furniture: r.Furniture, unknown: slices.Sorted(slices.Values(r.Unknown)), held: map[int64]string{}, amounts: map[int64]string{}}
			for _, h := range b.heldBy(r.Load) {
				got.held[h.Line] = h.Reasons
			}
			for _, row := range b.arrived() {
				var line int64
				fmt.Sscan(row["line"], &line)
				got.amounts[line] = row["name"] + " " + row["id_no"] + " " + row["amount"]
			}
			if diff := cmp.Diff(m.want, got, cmp.AllowUnexported(mixResult{})); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, text)
			}
		})
	}
}

type mixResult struct {
	three     string
	furniture int64
	unknown   []string
	held      map[int64]string
	amounts   map[int64]string
}

// mixer writes one file and notes what must become of it.
type mixer struct {
	*rand.Rand
	sep, end string
	order    []int // which field stands in each column, -1 for none, -2 for a column nobody knows
	line     int64
	want     mixResult
}

func (m *mixer) one(of ...string) string { return of[m.IntN(len(of))] }

func (m *mixer) write() string {
	m.sep, m.end = m.one(",", "\t", ";", "|"), m.one("\n", "\r\n", "\r")
	m.want = mixResult{held: map[int64]string{}, amounts: map[int64]string{}}
	m.order = m.Perm(len(mixHeaders))
	for range m.IntN(3) {
		m.order = slices.Insert(m.order, m.IntN(len(m.order)+1), -1-m.IntN(2))
	}
	var b strings.Builder
	title, header := m.join(m.alone("应征明细表")), m.header()
	for range m.IntN(3) {
		m.furniture(&b, title)
	}
	m.furniture(&b, header...)
	var accepted, held int
	for i := range 12 {
		switch m.IntN(6) {
		case 0:
			m.furniture(&b, m.join(m.alone("")))
		case 1:
			m.furniture(&b, header...)
		case 2:
			m.furniture(&b, m.join(m.alone(m.one("合计", "小　计", "佛堂镇小计：", "注：以上数据来源于税务系统", "制表人：王"))))
		}
		row := mixRows[i%len(mixRows)]
		if i >= len(mixRows) {
			row.cells = slices.Clone(row.cells)
			row.cells[3] = strings.Replace(row.cells[3], "2021", fmt.Sprint(2021+i), 1) // another key
		}
		m.line++
		b.WriteString(m.row(row.cells))
		if row.reasons != "" {
			held++
			m.want.held[m.line] = row.reasons
		} else {
			accepted++
			m.want.amounts[m.line] = row.cells[0] + " " + row.cells[1] + " " + row.fen
		}
	}
	m.furniture(&b, m.join(m.alone("合计")))
	m.want.three = fmt.Sprintf("%d=%d+%d+0", accepted+held, accepted, held)
	return b.String()
}

// furniture writes rows that are none.
func (m *mixer) furniture(b *strings.Builder, rows ...string) {
	for _, row := range rows {
		b.WriteString(row)
		m.line++
		m.want.furniture++
	}
}

// header is one row, or a row of groups over it.
func (m *mixer) header() []string {
	cells := make([]string, len(m.order))
	group := make([]string, len(m.order))
	for i, field := range m.order {
		switch field {
		case -1:
		case -2:
			cells[i] = fmt.Sprintf("备注%d", i)
			m.want.unknown = append(m.want.unknown, cells[i])
		default:
			cells[i] = m.one("", " ") + mixHeaders[field] + m.one("", " ", "　")
		}
	}
	slices.Sort(m.want.unknown)
	if m.IntN(2) == 0 {
		return []string{m.join(cells)}
	}
	group[0], group[len(group)-1] = "人员信息", "征缴信息"
	for len(cells) > 0 && cells[len(cells)-1] == "" { // a group over nothing would be a header
		group[len(cells)-1], cells = "", cells[:len(cells)-1]
	}
	return []string{m.join(group), m.join(append(cells, make([]string, len(group)-len(cells))...))}
}

// alone is a row with one filled cell, the first.
func (m *mixer) alone(text string) []string {
	cells := make([]string, len(m.order))
	cells[0] = text
	return cells
}

func (m *mixer) row(row []string) string {
	cells := make([]string, len(m.order))
	for i, field := range m.order {
		switch {
		case field >= 0:
			cells[i] = m.dress(field, row[field])
		case field == -2:
			cells[i] = m.one("", "迁入", "第一行\n第二行", "他说\"好\"", "1"+m.sep+"2")
		}
	}
	return m.join(cells)
}

// dress puts on what a cell may come in.
func (m *mixer) dress(field int, cell string) string {
	if cell == "" {
		return m.one("", " ", "\t", "'")
	}
	if field == 4 && cell == "1450.5" {
		cell = m.one("1450.5", "1,450.50", "￥1,450.5", "1450.50元")
	}
	if field > 0 && m.IntN(4) == 0 {
		cell = strings.Map(func(r rune) rune {
			if r > ' ' && r < 0x7f {
				return r + 0xfee0 // full-width
			}
			return r
		}, cell)
	}
	switch m.IntN(6) {
	case 0:
		return "'" + cell
	case 1:
		return cell + m.one(" ", "\t", "　", "\u00a0")
	case 2:
		return `="` + cell + `"`
	case 3:
		return "\u200b" + cell
	}
	return cell
}

// join writes a row, quoting the cells that need it and some that do not.
func (m *mixer) join(cells []string) string {
	out := make([]string, len(cells))
	for i, cell := range cells {
		// Rows that end with a carriage return break their cells with line feeds.
		if strings.ContainsAny(cell, m.sep+"\r\n\"") && !strings.HasPrefix(cell, "=") || strings.Contains(cell, m.sep) || m.IntN(8) == 0 {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		out[i] = cell
	}
	return strings.Join(out, m.sep) + m.end
}

func (m *mixer) encode(t *testing.T, text string) []byte {
	t.Helper()
	var out []byte
	var err error
	switch m.IntN(5) {
	case 0:
		return []byte(text)
	case 1:
		return []byte("\ufeff" + text)
	case 2:
		out, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
	case 3:
		out, err = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
	default:
		out, err = simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}
