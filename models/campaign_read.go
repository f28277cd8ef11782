package models

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"canbao/etl/refuse"
	"canbao/sql"
)

// maxYears bounds the calendar of a campaign: every item, area and day is a
// row, and a slip of the year would make millions of them.
const maxYears = 10

// ReadCampaign reads a campaign file strictly. Whatever is wrong with it is a
// *refuse.Error that names file, line and key.
func ReadCampaign(path string) (*Campaign, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		refusal := &refuse.Error{
			What:  t("考核方案文件读不了", "the campaign file cannot be read"),
			Where: path, Err: err,
			Do: t("请检查该文件及其权限", "check the file and its permissions"),
		}
		if errors.Is(err, fs.ErrNotExist) {
			refusal.What = t("没有考核方案文件", "there is no campaign file")
			refusal.Do = t("请检查路径；canbao init 会生成一个样例", "check the path; canbao init writes an example")
		}
		return nil, refusal
	}
	c, err := parseCampaign(path, text)
	if err != nil {
		return nil, err
	}
	return c, c.CheckModels(sql.Files)
}

// CheckModels refuses an indicator of people that has no file in indicators/
// of fsys.
func (c *Campaign) CheckModels(fsys fs.FS) error {
	known, err := fs.Glob(fsys, "indicators/*.sql")
	if err != nil {
		return fmt.Errorf("list indicators: %w", err)
	}
	have := map[string]bool{}
	for _, name := range known {
		have[filepath.Base(name)] = true
	}
	for _, ind := range c.Indicators {
		if ind.Source != Tally && !have[ind.ID+".sql"] {
			return &refuse.Error{
				What:  t("指标“"+ind.ID+"”没有模型", "indicator "+ind.ID+" has no model"),
				Where: fmt.Sprintf("%s:%d", c.file, ind.line),
				Do: t("请改正编号，或加上 indicators/"+ind.ID+".sql；只有汇总数的指标写 source: tally",
					"correct the id or add indicators/"+ind.ID+".sql; an indicator of reported counts needs source: tally"),
			}
		}
	}
	return nil
}

func parseCampaign(file string, text []byte) (*Campaign, error) {
	doc := &document{file: file}
	c := &Campaign{file: file, hash: fmt.Sprintf("%x", sha256.Sum256(text))}
	if m := doc.read(text); m != nil {
		c.read(m)
	}
	if doc.fault != nil {
		return nil, doc.fault
	}
	return c, nil
}

func (c *Campaign) read(m *mapping) {
	c.ID = m.id("id")
	c.Title, c.TitleEN = titles(m)
	c.Opening = m.day("opening", true)
	c.AgeOn = m.day("age_on", false)
	if c.AgeOn == 0 && c.Opening != 0 {
		// The contract's default, 2020-12-31 for a campaign that opens in 2020.
		c.AgeOn, _ = ParseDay(fmt.Sprintf("%d-12-31", c.Opening.Time().Year()))
	}
	m.list("schemes", false, c.readScheme)
	m.list("stages", true, c.readStage)
	m.list("indicators", true, c.readIndicator)
	m.block("data_quality", func(m *mapping) { c.DataQuality = m.fraction("weight", true) })
	c.TieBreak = m.text("tie_break", false)
	m.close()
	if m.doc.fault == nil {
		c.setItems()
		c.checkItems(m)
	}
}

// titles reads title and title_en, which falls back to the Chinese one.
func titles(m *mapping) (zh, en string) {
	zh, en = m.text("title", true), m.text("title_en", false)
	if en == "" {
		en = zh
	}
	return zh, en
}

func notes(m *mapping) (zh, en string) {
	zh, en = m.text("note", false), m.text("note_en", false)
	if en == "" {
		en = zh
	}
	return zh, en
}

func (c *Campaign) readScheme(m *mapping) {
	s := Scheme{ID: m.word("id", true, "pension", "medical", "critical")}
	text := m.text("year", true)
	year, err := strconv.Atoi(text)
	if text != "" && (err != nil || year < 1900 || year > 2200) {
		m.bad("year", t("“"+text+"”不是年度", fmt.Sprintf("%q is no year", text)), t("应写作 2021", "write it as 2021"))
	}
	s.Year = year
	if _, twice := c.Year(s.ID); twice {
		m.twice("id", s.ID)
	}
	c.Schemes = append(c.Schemes, s)
}

func (m *mapping) twice(key, id string) {
	m.bad(key, t("“"+id+"”重复", id+" stands twice"), t("每个编号只能用一次", "use every id once"))
}

func (c *Campaign) readStage(m *mapping) {
	s := Stage{ID: m.id("id"), Due: m.day("due", true)}
	s.Title, s.TitleEN = titles(m)
	if c.stage(s.ID) != nil {
		m.twice("id", s.ID)
	}
	switch {
	case s.Due == 0 || c.Opening == 0:
	case s.Due < c.Opening:
		m.bad("due", t(s.Due.String()+" 早于开征日 "+c.Opening.String(), s.Due.String()+" is before the opening "+c.Opening.String()),
			t("请改正截止日或 opening", "correct the due day or opening"))
	case s.Due.Time().Year()-c.Opening.Time().Year() > maxYears:
		m.bad("due", t(s.Due.String()+" 离开征日太远", s.Due.String()+" is too far from the opening"),
			t(fmt.Sprintf("一个方案至多 %d 年，请检查年份", maxYears), fmt.Sprintf("a campaign spans at most %d years, check the year", maxYears)))
	}
	c.Stages = append(c.Stages, s)
}

func (c *Campaign) readIndicator(m *mapping) {
	ind := Indicator{ID: m.id("id"), line: m.at("id")}
	ind.Title, ind.TitleEN = titles(m)
	ind.Source = Source(m.word("source", false, string(People), string(Headcount), string(Tally)))
	ind.Measure = m.text("measure", ind.Source == Headcount)
	if ind.Measure != "" && ind.Source != Headcount {
		m.bad("measure", t("只有 source: headcount 的指标才有口径", "only an indicator with source: headcount has a measure"),
			t("请删去 measure，或改 source", "delete it or change source"))
	}
	if ind.Scheme = m.text("scheme", false); ind.Scheme != "" {
		if _, ok := c.Year(ind.Scheme); !ok {
			m.bad("scheme", t("本方案没有险种“"+ind.Scheme+"”", "the campaign has no scheme "+ind.Scheme),
				t("请先列在 schemes 之下", "list it under schemes"))
		}
	}
	ind.Goal = m.flag("goal")
	ind.Note, ind.NoteEN = notes(m)
	var score *Score
	m.block("score", func(b *mapping) { score = c.readScore(b) })
	m.list("stages", true, func(b *mapping) {
		ind.Stages = append(ind.Stages, c.readTarget(b, &ind, score))
	})
	if ind.Goal && score != nil {
		m.bad("score", t("goal: true 的指标不计分", "an indicator with goal: true is not scored"),
			t("请删去 goal 或 score", "delete goal or score"))
	}
	for _, other := range c.Indicators {
		if other.ID == ind.ID {
			m.twice("id", ind.ID)
		}
	}
	c.Indicators = append(c.Indicators, ind)
}

func (c *Campaign) readTarget(m *mapping, ind *Indicator, score *Score) Target {
	target := Target{Stage: m.text("stage", true), Rate: m.rate("target"), Score: score}
	target.Note, target.NoteEN = notes(m)
	if target.Stage != "" && c.stage(target.Stage) == nil {
		m.bad("stage", t("没有阶段“"+target.Stage+"”", "there is no stage "+target.Stage),
			t("请先列在 stages 之下", "list it under stages"))
	}
	for _, other := range ind.Stages {
		if other.Stage == target.Stage {
			m.twice("stage", target.Stage)
		}
	}
	m.block("score", func(b *mapping) { target.Score = c.readScore(b) })
	return target
}
