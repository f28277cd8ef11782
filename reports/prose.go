package reports

import (
	"embed"
	"errors"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"
	"text/template"
	"unicode/utf8"

	"canbao/etl/refuse"
	"canbao/models/measure"
)

//go:embed prose
var ownProse embed.FS

// part is one template: what it says, and what it must not leave unsaid.
type part struct {
	name string
	line bool // one line of plain text, no paragraphs
	must bool // never empty
}

// parts are all templates of a language. What is common to several stands in
// common.txt, which says nothing itself.
var parts = []part{
	{"title", true, true}, {"number", true, false}, {"asof", true, true}, {"notice", true, false}, {"stale", true, false},
	{"lead", false, false}, {"state", false, false}, {"leaders", false, false}, {"risk", false, false},
	{"hardship", false, false}, {"books", false, false}, {"gaps", false, false}, {"findings", false, false},
	{"town-title", true, true}, {"town-lead", false, false}, {"town-state", false, false}, {"town-villages", false, false},
	{"town-quality", false, false},
}

const commonPart = "common"

// prose is the templates of one language, the city's own before ours.
type prose struct {
	w     words
	parts map[string]*template.Template
}

// cityText is what is said of the whole.
type cityText struct {
	Title  string
	Number string // 第3期, empty where it has none
	AsOf   string
	Notice string // who may read it, on each page; empty in the public edition
	Stale  string // the day lies after all data; empty where it does not

	Lead, State, Leaders, Risk, Hardship, Books, Gaps, Findings []Sentence

	Tiles []Tile
}

// townText is what is said of one ranked area.
type townText struct {
	Title                          string
	Lead, State, Villages, Quality []Sentence
}

// city says what is to be said of the whole.
func (p *prose) city(b *measure.Bulletin) (*cityText, error) {
	said, text := teller{b, p.w}.city(), &cityText{}
	for _, l := range []struct {
		part string
		to   *string
	}{{"title", &text.Title}, {"number", &text.Number}, {"asof", &text.AsOf}, {"notice", &text.Notice}, {"stale", &text.Stale}} {
		line, err := p.line(l.part, said)
		if err != nil {
			return nil, err
		}
		*l.to = line
	}
	if text.Notice == "" && !said.Public {
		return nil, p.wrong("notice", refuse.Text{
			ZH: "内部版每页都要写明是内部资料，这里什么也没有写", EN: "the internal edition says on each page that it is internal, and this says nothing",
		}, nil)
	}
	for _, s := range []struct {
		part string
		to   *[]Sentence
	}{
		{"lead", &text.Lead}, {"state", &text.State}, {"leaders", &text.Leaders}, {"risk", &text.Risk},
		{"hardship", &text.Hardship}, {"books", &text.Books}, {"gaps", &text.Gaps}, {"findings", &text.Findings},
	} {
		all, err := p.say(s.part, said)
		if err != nil {
			return nil, err
		}
		*s.to = all
	}
	text.Tiles = teller{b, p.w}.tiles(said)
	return text, nil
}

// town says what is to be said of one ranked area.
func (p *prose) town(b *measure.Bulletin, t *measure.Town) (*townText, error) {
	said, text := teller{b, p.w}.town(t), &townText{}
	var err error
	if text.Title, err = p.line("town-title", said); err != nil {
		return nil, err
	}
	for _, s := range []struct {
		part string
		to   *[]Sentence
	}{
		{"town-lead", &text.Lead}, {"town-state", &text.State}, {"town-villages", &text.Villages}, {"town-quality", &text.Quality},
	} {
		if *s.to, err = p.say(s.part, said); err != nil {
			return nil, err
		}
	}
	return text, nil
}

// newProse reads all templates of a language; one that is broken, or that no
// part asks for, is refused before a word is written.
func newProse(w words, own fs.FS) (*prose, error) {
	switch {
	case own != nil:
		return readProse(w, own)
	case w == "en":
		return englishProse()
	}
	return chineseProse()
}

// Our own templates never change.
var (
	englishProse = sync.OnceValues(func() (*prose, error) { return readProse("en", nil) })
	chineseProse = sync.OnceValues(func() (*prose, error) { return readProse("", nil) })
)

func readProse(w words, own fs.FS) (*prose, error) {
	p := &prose{w: w, parts: map[string]*template.Template{}}
	if own != nil {
		if err := p.known(own); err != nil {
			return nil, err
		}
	}
	common, err := p.read(commonPart, own)
	if err != nil {
		return nil, err
	}
	for _, part := range parts {
		text, err := p.read(part.name, own)
		if err != nil {
			return nil, err
		}
		t := template.New(p.file(commonPart)).Funcs(w.functions())
		if t, err = t.Parse(common); err == nil {
			t, err = t.New(p.file(part.name)).Parse(text)
		}
		if err != nil {
			return nil, p.refuse(part.name, err)
		}
		p.parts[part.name] = t
	}
	return p, nil
}

func (p *prose) file(part string) string { return p.w.t("zh", "en") + "/" + part + ".txt" }

// known refuses a file that no part asks for: mistyped, it would be ignored
// without a word.
func (p *prose) known(own fs.FS) error {
	dir := p.w.t("zh", "en")
	files, err := fs.ReadDir(own, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	names := []string{commonPart}
	for _, part := range parts {
		names = append(names, part.name)
	}
	for _, f := range files {
		name, text := strings.CutSuffix(f.Name(), ".txt")
		if text && !slices.Contains(names, name) {
			return &refuse.Error{
				What: refuse.Text{ZH: "没有这一段措辞", EN: "there is no such part of the bulletin"}, Where: dir + "/" + f.Name(),
				Do: refuse.Text{
					ZH: "文件名可用：" + strings.Join(names, "、") + "（加 .txt）", EN: "known names: " + strings.Join(names, ", ") + " (with .txt)",
				},
			}
		}
	}
	return nil
}

// read takes the city's own text of a part before ours. An editor may have put
// a byte order mark before it.
func (p *prose) read(part string, own fs.FS) (string, error) {
	name := p.file(part)
	if own != nil {
		text, err := fs.ReadFile(own, name)
		if err == nil && !utf8.Valid(text) {
			return "", &refuse.Error{
				What:  refuse.Text{ZH: "不是 UTF-8 编码", EN: "is not UTF-8"},
				Where: name, Do: refuse.Text{ZH: "请另存为 UTF-8", EN: "save it as UTF-8"},
			}
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return strings.TrimPrefix(string(text), "\ufeff"), err
		}
	}
	text, err := ownProse.ReadFile("prose/" + name)
	return string(text), err
}

// say fills a part. Each line of it that is not blank is a paragraph, **x** is
// set off.
func (p *prose) say(part string, data any) ([]Sentence, error) {
	var b strings.Builder
	if err := p.parts[part].Execute(&b, data); err != nil {
		return nil, p.refuse(part, err)
	}
	var all []Sentence
	for line := range strings.Lines(b.String()) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if strings.Count(line, "**")%2 != 0 {
			return nil, p.wrong(part, refuse.Text{
				ZH: "加粗的 ** 不成对：" + line, EN: "a ** that opens or closes nothing: " + line,
			}, nil)
		}
		all = append(all, mark(line))
	}
	return all, nil
}

// line fills a part of one line without any part set off.
func (p *prose) line(name string, data any) (string, error) {
	all, err := p.say(name, data)
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(parts, func(x part) bool { return x.name == name })
	if len(all) > 1 || parts[at].must && len(all) == 0 {
		return "", p.wrong(name, refuse.Text{ZH: "这里要写一行字", EN: "one line of text belongs here"}, nil)
	}
	var b strings.Builder
	for _, s := range all {
		for _, span := range s {
			b.WriteString(span.Text)
		}
	}
	return b.String(), nil
}

var (
	templateError = regexp.MustCompile(`(?s)^template: ([^:]+):(\d+)(?::\d+)?: (?:executing ".*?" at <(.*?)>: )?(.*)$`)
	missingField  = regexp.MustCompile(`can't evaluate field (\S+)`)
	missingFunc   = regexp.MustCompile(`function "(\S+)" not defined`)
)

// refuse puts what the template package says of a file and line into words.
func (p *prose) refuse(part string, err error) error {
	found := templateError.FindStringSubmatch(err.Error())
	if found == nil {
		return p.wrong(part, refuse.Text{ZH: "模板有误：" + err.Error(), EN: "the template is wrong: " + err.Error()}, err)
	}
	what := refuse.Text{ZH: "模板有误：" + found[4], EN: "the template is wrong: " + found[4]}
	if m := missingField.FindStringSubmatch(found[4]); m != nil {
		what = refuse.Text{ZH: "没有 " + m[1] + " 这个数据", EN: "there is no " + m[1] + " here"}
	}
	if m := missingFunc.FindStringSubmatch(found[4]); m != nil {
		what = refuse.Text{ZH: "没有 " + m[1] + " 这个函数", EN: "there is no function " + m[1]}
	}
	if at := found[3]; at != "" {
		what.ZH, what.EN = what.ZH+"（在 "+at+" 处）", what.EN+" (at "+at+")"
	}
	return &refuse.Error{What: what, Where: found[1] + ":" + found[2], Do: proseAdvice, Err: err}
}

func (p *prose) wrong(part string, what refuse.Text, err error) error {
	return &refuse.Error{What: what, Where: p.file(part), Do: proseAdvice, Err: err}
}

var proseAdvice = refuse.Text{
	ZH: "数据和函数见 docs/bulletin.zh-CN.md 的“自己的措辞”；删去这个文件就用程序自带的措辞",
	EN: `data and functions are listed in docs/bulletin.md under "Your own words"; without the file the built-in words are used`,
}
