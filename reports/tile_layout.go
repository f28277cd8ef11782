package reports

import (
	"bytes"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"

	"canbao/etl/refuse"
	"canbao/models/measure"
)

// tileLayouts place the areas of a city on a grid of equal squares, roughly as
// they lie.
//
//go:embed tiles
var tileLayouts embed.FS

// TileLayout places areas, by code, on a grid of equal squares: column from the
// west and row from the north, from 0.
type TileLayout map[string][2]int

// mostTiles is how many columns, or rows, a layout may have: more are too small
// to be read.
const mostTiles = 40

var tileColumns = []string{"code", "column", "row"}

// ReadTiles reads a layout, CSV with the columns code, column and row. What is wrong
// with it is a *refuse.Error that names file and line.
func ReadTiles(file string, text []byte) (TileLayout, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	wrong := func(line int, zh, en string, cause error) error {
		where := file
		if line > 0 {
			where = fmt.Sprintf("%s:%d", file, line)
		}
		return &refuse.Error{What: refuse.Text{ZH: zh, EN: en}, Where: where, Err: cause, Do: refuse.Text{
			ZH: "应为 UTF-8 的 CSV，三列 code,column,row：区划代码、自西向东第几格、自北向南第几格，都从 0 起",
			EN: "give CSV in UTF-8 with the columns code,column,row: the area, its square from the west and from the north, both from 0"}}
	}
	head, err := r.Read()
	if err != nil || !slices.Equal(head, tileColumns) {
		return nil, wrong(1, "方块布局的表头不对", "the layout of the tiles has another header", errors.Join(err))
	}
	layout, taken := TileLayout{}, map[[2]int]string{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			return nil, wrong(parse.Line, "方块布局的这一行读不了", "this row of the layout cannot be read", err)
		}
		if err != nil {
			return nil, wrong(0, "方块布局读不了", "the layout of the tiles cannot be read", err)
		}
		line, _ := r.FieldPos(0)
		code := strings.TrimSpace(row[0])
		column, err1 := strconv.Atoi(strings.TrimSpace(row[1]))
		south, err2 := strconv.Atoi(strings.TrimSpace(row[2]))
		at := [2]int{column, south}
		_, twice := layout[code]
		switch {
		case code == "" || err1 != nil || err2 != nil || min(column, south) < 0 || max(column, south) >= mostTiles:
			return nil, wrong(line, fmt.Sprintf("应有区划代码和两个 0 到 %d 的整数", mostTiles-1), fmt.Sprintf("expected a code and two whole numbers from 0 to %d", mostTiles-1), nil)
		case twice:
			return nil, wrong(line, code+" 出现两次", code+" stands twice", nil)
		case taken[at] != "":
			return nil, wrong(line, code+" 与 "+taken[at]+" 在同一格", code+" and "+taken[at]+" are in one square", nil)
		}
		layout[code], taken[at] = at, code
	}
	if len(layout) == 0 {
		return nil, wrong(0, "方块布局是空的", "the layout of the tiles is empty", nil)
	}
	return layout, nil
}

// builtIn is the layout of ours that knows all areas of an item, nil for none.
func builtIn(i *measure.ItemFigures) TileLayout {
	names, err := fs.Glob(tileLayouts, "tiles/*.csv")
	if err != nil {
		return nil
	}
	for _, name := range names {
		text, err := fs.ReadFile(tileLayouts, name)
		if err != nil {
			continue
		}
		// One of ours that cannot be read places nobody, which a test would see.
		layout, err := ReadTiles(name, text)
		if err == nil && layout.knows(i) == len(i.Areas) {
			return layout
		}
	}
	return nil
}

// knows is how many of the areas of an item the layout places.
func (l TileLayout) knows(i *measure.ItemFigures) (n int) {
	for _, r := range i.Areas {
		if _, known := l[r.AreaCode]; known {
			n++
		}
	}
	return n
}

// tilesOf places the areas of an item by the city's own layout, by one of ours
// that knows them all, else in rank order on a grid that is nearly a square. Areas
// that the city's own does not name stand in rows below it.
func tilesOf(i *measure.ItemFigures, own TileLayout) []tile {
	layout := own
	if layout.knows(i) == 0 {
		layout = builtIn(i)
	}
	var tiles, left []tile
	for _, r := range i.Areas {
		if at, known := layout[r.AreaCode]; known {
			tiles = append(tiles, tile{r, at[0], at[1]})
		} else {
			left = append(left, tile{Row: r})
		}
	}
	columns, lines := tileSize(tiles)
	if columns == 0 {
		columns = min(8, int(math.Ceil(math.Sqrt(float64(len(i.Areas))))))
	}
	for n, t := range left {
		t.Column, t.Line = n%columns, lines+n/columns
		tiles = append(tiles, t)
	}
	return tiles
}

// fits refuses a layout that places none of the areas: it is another city's.
func (l TileLayout) fits(i *measure.ItemFigures) error {
	if l == nil || len(i.Areas) == 0 || l.knows(i) > 0 {
		return nil
	}
	return &refuse.Error{
		What: refuse.Text{ZH: "方块布局里没有本市的任何镇街", EN: "the layout of the tiles names none of the areas"},
		Do:   refuse.Text{ZH: "请检查设置 tiles；code 应与 areas.csv 一致", EN: "check the setting tiles; code must agree with areas.csv"},
	}
}
