package reports

import (
	"canbao/models/measure"
	"canbao/reports/draw"
)

// Document is a bulletin in words, in one language: everything that every
// format says, in the order it says it. A format adds nothing to it but a look.
type Document struct {
	Figures *measure.Bulletin
	Lang    string // of HTML: zh-CN or en
	Kind    string // 进度通报
	Title   string // of the campaign
	Number  string // 第3期, empty where it has none
	AsOf    string // 截至2020年12月12日（含当日）
	Source  string // 数据快照第3号，生成于…
	Notice  string // who may read it, on each page; empty in the public edition
	Stale   string // the day lies after all data; empty where it does not
	// why it is issued again, and what changed; empty for the first time
	Correction []Sentence
	Corrected  *Table

	City  Page
	Towns []Page // by rank; none in the public edition

	tiles TileLayout // how the areas lie on pages drawn later
}

// Page is what is said of the city, or of one town: headlines first, details
// last.
type Page struct {
	Code     string // of the area, empty where there is no whole
	Title    string
	Lead     []Sentence // for ten seconds
	Tiles    []Tile
	Sections []Section
}

// Section is a part of a page under its own heading. Annexes come last, on paper
// wide ones lie on their side.
type Section struct {
	ID     string // unique in the page: overall, ranking, items ...
	Title  string
	Basis  string // one line under the heading: how to read it, from what it is made
	Annex  bool
	Blocks []Block
}

// Block is one thing in a section: exactly one of its fields is set.
type Block struct {
	Heading string     // of the blocks that follow
	Prose   []Sentence // a paragraph each
	List    []Sentence
	Table   *Table
	Chart   *Chart
	Cards   []Card
	Pair    []Block // two beside each other where there is room
}

// Sentence is text with its figures set off.
type Sentence []Span

// Text is the sentence without anything set off.
func (s Sentence) Text() string {
	var all string
	for _, span := range s {
		all += span.Text
	}
	return all
}

// Span is a piece of a sentence.
type Span struct {
	Text   string
	Strong bool
}

// Tile is a figure that is read first.
type Tile struct{ Label, Figure, Unit, Note, Tone string }

// Card is one item at a glance. Chart is its bullet bar, Areas the areas
// against the target.
type Card struct {
	Item                         *measure.ItemFigures
	Title, Note                  string
	Status, Sign, Word           string // of the whole
	Rate, Change, Target, Due    string
	Short, Missing               string
	Expected, Actual             string
	Pace, OnTime, Amounts, Score string // a line each, empty where there is none
	Assumed                      bool
	Chart, Areas                 *Chart
}

// Chart answers one question. The same figures are drawn twice, for a page with
// scripts and as a still picture, and stand in a table.
type Chart struct {
	ID      string         // unique in the document, of a-z, 0-9 and -
	Title   string         // the question, or better its answer
	Label   string         // in words, for those who cannot see it
	Height  int            // of the interactive drawing in CSS pixels; its width is that of its box
	Option  map[string]any // of ECharts; nil where only the picture is drawn
	Narrow  map[string]any // what differs in a narrow window
	Picture *draw.Picture  // still, 700 pixels wide unless it is one of a card (338)
	Data    *Table         // what is drawn, in figures; nil where a table stands beside it anyway
}
