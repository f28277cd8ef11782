package clean

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
	"unicode/utf8"

	"canbao/etl/refuse"
)

var areasHeader = []string{"code", "name", "parent", "kind", "aliases"}

// ReadAreas reads areas.csv (contract, section 1): UTF-8, columns code, name,
// parent, kind, aliases. file names it in refusals.
func ReadAreas(file string, r io.Reader) (*Areas, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	if !utf8.Valid(text) {
		return nil, areaError(file, 0, "不是 UTF-8 文字", "is not UTF-8", "另存为 UTF-8 编码的 CSV", "save it as CSV in UTF-8")
	}
	records := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff")))
	records.FieldsPerRecord = -1
	a := &Areas{}
	for first := true; ; first = false {
		cells, err := records.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			return nil, areaError(file, syntax.Line, "CSV 写法有误", "is not well-formed CSV", "检查这一行的引号", "check the quotes of this row")
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		line, _ := records.FieldPos(0)
		if first {
			if err := checkHeader(file, line, cells); err != nil {
				return nil, err
			}
			continue
		}
		area, err := readArea(file, line, cells)
		if err != nil {
			return nil, err
		}
		a.all = append(a.all, area)
	}
	if err := a.settle(file); err != nil {
		return nil, err
	}
	a.index()
	return a, nil
}

func checkHeader(file string, line int, cells []string) error {
	for i, want := range areasHeader[:4] {
		if i >= len(cells) || strings.TrimSpace(cells[i]) != want {
			return areaError(file, line, "表头不对："+strings.Join(cells, ","), "has the wrong header: "+strings.Join(cells, ","),
				"第一行应为 "+strings.Join(areasHeader, ","), "the first row must be "+strings.Join(areasHeader, ","))
		}
	}
	return nil
}

func readArea(file string, line int, cells []string) (Area, error) {
	for len(cells) < 5 {
		cells = append(cells, "")
	}
	label := func(s string) string { return string(Label(nil, []byte(s))) }
	area := Area{Code: label(cells[0]), Name: strings.TrimSpace(cells[1]), Parent: label(cells[2]), line: line}
	if area.Code == "" || area.Name == "" {
		return area, areaError(file, line, "缺少代码或名称", "lacks a code or a name", "每个区域都要有代码和名称", "give every area a code and a name")
	}
	switch strings.TrimSpace(cells[3]) {
	case "city":
		area.Level = City
	case "town":
		area.Level = Town
	case "village":
		area.Level = Village
	default:
		return area, areaError(file, line, fmt.Sprintf("类别“%s”不认识", cells[3]), fmt.Sprintf("has the unknown kind %q", cells[3]),
			"类别只能是 city、town、village", "a kind is city, town or village")
	}
	for _, name := range append([]string{area.Name}, strings.Split(cells[4], "|")...) {
		if name = label(name); name != "" {
			area.labels = append(area.labels, name)
		}
	}
	return area, nil
}

// settle sorts the areas by code and checks that they hang together: one code
// each, no ring, towns below the city and villages below towns.
func (a *Areas) settle(file string) error {
	sort.SliceStable(a.all, func(i, j int) bool { return a.all[i].Code < a.all[j].Code })
	at := map[string]*Area{}
	cities := 0
	for i := range a.all {
		area := &a.all[i]
		if other := at[area.Code]; other != nil {
			return areaError(file, max(area.line, other.line), fmt.Sprintf("代码 %s 出现两次", area.Code), fmt.Sprintf("repeats the code %s", area.Code),
				fmt.Sprintf("另一处在第 %d 行，删去其一", min(area.line, other.line)), fmt.Sprintf("it also stands in row %d; remove one", min(area.line, other.line)))
		}
		at[area.Code] = area
		if area.Level == City {
			cities++
		}
	}
	if cities == 0 {
		return areaError(file, 0, "没有 city 一级的区域", "has no area of kind city", "加一行本市，kind 为 city", "add the city itself, kind city")
	}
	for i := range a.all {
		if err := a.all[i].settle(file, at); err != nil {
			return err
		}
	}
	return nil
}

// settle checks an area against its parent and notes the town it lies in.
func (area *Area) settle(file string, at map[string]*Area) error {
	seen := map[string]bool{}
	for up := area; up.Parent != ""; up = at[up.Parent] {
		if seen[up.Code] {
			return areaError(file, area.line, fmt.Sprintf("%s 的上级绕成了圈", area.Code), fmt.Sprintf("%s lies in a cycle of parents", area.Code),
				"改正 parent 一列", "mend the column parent")
		}
		seen[up.Code] = true
		if at[up.Parent] == nil {
			return areaError(file, up.line, fmt.Sprintf("%s 的上级 %s 不存在", up.Code, up.Parent), fmt.Sprintf("%s has the parent %s, which does not exist", up.Code, up.Parent),
				"补上这个上级或改正 parent 一列", "add that parent or mend the column parent")
		}
	}
	parent := at[area.Parent]
	fits := area.Level == City && parent == nil ||
		area.Level == Town && parent != nil && parent.Level == City ||
		area.Level == Village && parent != nil && parent.Level == Town
	if !fits {
		return areaError(file, area.line, fmt.Sprintf("%s 的上级层级不对", area.Code), fmt.Sprintf("%s hangs below the wrong kind of area", area.Code),
			"city 没有上级，town 的上级是 city，village 的上级是 town", "a city has no parent, a town's is the city, a village's a town")
	}
	switch area.Level {
	case Town:
		area.Town = area.Code
	case Village:
		area.Town = parent.Code
	}
	return nil
}

func areaError(file string, line int, zh, en, doZH, doEN string) error {
	where := file
	if line > 0 {
		where = fmt.Sprintf("%s:%d", file, line)
	}
	return &refuse.Error{
		What: refuse.Text{ZH: zh, EN: en}, Where: where, Do: refuse.Text{ZH: doZH, EN: doEN},
	}
}
