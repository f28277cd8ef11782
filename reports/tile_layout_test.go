package reports

import (
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"canbao/etl/refuse"
	"canbao/models/measure"
)

// yiwuTiles is our layout of Yiwu.
var yiwuTiles = sync.OnceValue(func() TileLayout {
	text, err := fs.ReadFile(tileLayouts, "tiles/yiwu.csv")
	if err != nil {
		panic(err)
	}
	layout, err := ReadTiles("tiles/yiwu.csv", text)
	if err != nil {
		panic(err)
	}
	return layout
})

// TestOwnTiles: the layout a city gives is taken before ours; areas it does not
// name stand below; one that names nobody is another city's and is refused.
func TestOwnTiles(t *testing.T) {
	b := chartCity(t, "2020-12-10", measure.Internal)
	i := b.Key()
	first, second, third := i.Areas[0].AreaCode, i.Areas[1].AreaCode, i.Areas[2].AreaCode
	own, err := ReadTiles("own.csv", []byte("\ufeffcode,column,row\n"+first+",3,2\n"+second+", 0 ,1\nother,1,0\n"))
	if err != nil {
		t.Fatal(err)
	}
	at := map[string][2]int{}
	for _, tile := range tilesOf(i, own) {
		at[tile.Row.AreaCode] = [2]int{tile.Column, tile.Line}
	}
	if len(at) != len(i.Areas) || at[first] != [2]int{3, 2} || at[second] != [2]int{0, 1} || at[third] != [2]int{0, 3} {
		t.Errorf("%d areas: %v", len(at), at)
	}
	d := compose(t, b, Options{Tiles: own})
	drawn := false
	d.blocks(func(_ *Section, block *Block) {
		drawn = drawn || block.Chart != nil && block.Chart.ID == "tiles-"+i.ID && block.Chart.Picture.SVG() == tilesChart(b, "zh", i, own).Picture.SVG()
	})
	if !drawn || tilesChart(b, "zh", i, own).Picture.SVG() == tilesChart(b, "zh", i, nil).Picture.SVG() {
		t.Error("the bulletin does not take the layout")
	}
	var no *refuse.Error
	if _, err := Compose(b, Options{Tiles: TileLayout{"elsewhere": {0, 0}}}); !errors.As(err, &no) || !strings.Contains(no.What.EN, "none of the areas") {
		t.Errorf("a layout of another city: %v", err)
	}
}

// TestLayoutsThatCannotBeMeant names file and line of what is wrong.
func TestLayoutsThatCannotBeMeant(t *testing.T) {
	for text, where := range map[string]string{
		"":                                    "own.csv:1",
		"area,column,row\na,0,0\n":            "own.csv:1",
		"code,column,row\n":                   "own.csv",
		"code,column,row\na,0,0\nb,1\n":       "own.csv:3",
		"code,column,row\na,0,0\n,1,0\n":      "own.csv:3",
		"code,column,row\na,-1,0\n":           "own.csv:2",
		"code,column,row\na,0,1.5\n":          "own.csv:2",
		"code,column,row\na,0,40\n":           "own.csv:2",
		"code,column,row\na,0,0\na,1,0\n":     "own.csv:3",
		"code,column,row\na,0,0\n\nb,0,0\n":   "own.csv:4",
		"code,column,row\na,0,0\n\"b,1,0\n\n": "own.csv:4",
	} {
		var no *refuse.Error
		if _, err := ReadTiles("own.csv", []byte(text)); !errors.As(err, &no) || no.Where != where || no.What.ZH == "" || no.Do.EN == "" {
			t.Errorf("%q: %v, want it at %s", text, err, where)
		}
	}
}
