package export

import "strings"

// The styles of a bulletin, by their id.
const (
	docxNormal   = "Normal"
	docxTitle    = "Title"
	docxSubtitle = "Subtitle"
	docxSource   = "Source"
	docxLead     = "Lead"
	docxHeading1 = "Heading1"
	docxHeading2 = "Heading2"
	docxAnnex    = "Annex"
	docxArea     = "AreaTitle"
	docxBasis    = "Basis"
	docxListItem = "List"
	docxCaption  = "Caption"
	docxFigure   = "Figure"
	docxCell     = "TableText"
	docxFigures  = "TableFigure"
	docxCellHead = "TableHead"
	docxHeader   = "Header"
	docxFooter   = "Footer"
	docxEnd      = "SectionEnd"
	docxGap      = "TableGap"

	// of tables: a grid, rules above and below, no lines
	docxGrid  = "BulletinTable"
	docxRules = "FigureTable"
	docxPlain = "PictureTable"

	docxStrong = `<w:rStyle w:val="Strong"/>`
)

// docxHeading are the styles the levels of the headings' list are bound to.
var docxHeading = [4]string{docxHeading1, docxHeading2, "Heading3", "Heading4"}

// Two characters, as a Chinese paragraph begins.
const docxIndent = `<w:ind w:left="0" w:firstLineChars="200" w:firstLine="640"/>`

// docxStyle is a style of paragraphs; para and run are XML, in the order the
// schema wants.
type docxStyle struct {
	id, name  string
	zh        string // what it is called in a Chinese document, empty where Word has a name for it
	next      string
	para, run string
}

func docxFont(eastAsia, latin string) string {
	return `<w:rFonts w:ascii="` + latin + `" w:hAnsi="` + latin + `" w:eastAsia="` + eastAsia + `" w:cs="` + latin + `"/>`
}

// docxChinese is a face for Chinese text; the hint has quotes and dashes, which
// Latin fonts have as well, set in it.
func docxChinese(eastAsia string) string {
	return `<w:rFonts w:hint="eastAsia" w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="` + eastAsia + `" w:cs="Times New Roman"/>`
}

func docxSize(halfPoints string) string {
	return `<w:sz w:val="` + halfPoints + `"/><w:szCs w:val="` + halfPoints + `"/>`
}

// chineseStyles follow GB/T 9704: text 仿宋 三号 on lines of 29 pt, first level
// 黑体, second 楷体, title 小标宋 二号. What the standard does not know, tables,
// captions and notes, is set smaller in 宋体 and 楷体.
func chineseStyles() []docxStyle {
	const (
		keep = "<w:keepNext/>"
		line = `<w:spacing w:line="580" w:lineRule="exact"/>`
		mid  = `<w:jc w:val="center"/>`
		thin = `<w:spacing w:line="440" w:lineRule="exact"/>`
		grey = `<w:color w:val="404040"/>`
	)
	song, kai, hei, fang := docxChinese("宋体"), docxChinese("楷体"), docxChinese("黑体"), docxChinese("仿宋")
	number := func(level string) string {
		return `<w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="1"/></w:numPr>`
	}
	return []docxStyle{
		{docxNormal, "Normal", "", "", line + docxIndent + `<w:jc w:val="both"/>`, fang + docxSize("32")},
		{docxTitle, "Title", "", docxSubtitle, `<w:spacing w:before="120" w:after="200" w:line="700" w:lineRule="exact"/>` + mid, docxChinese("方正小标宋简体") + docxSize("44")},
		{docxSubtitle, "Subtitle", "", docxNormal, line + mid, kai + docxSize("32")},
		{docxSource, "Source", "出处行", docxNormal, `<w:spacing w:after="240" w:line="440" w:lineRule="exact"/>` + mid, kai + grey + docxSize("24")},
		{docxLead, "Lead", "导语", "", line + docxIndent + `<w:jc w:val="both"/>`, fang + docxSize("32")},
		{docxHeading1, "heading 1", "", docxNormal, keep + number("0") + line + docxIndent + `<w:outlineLvl w:val="0"/>`, hei + docxSize("32")},
		{docxHeading2, "heading 2", "", docxNormal, keep + number("1") + line + docxIndent + `<w:outlineLvl w:val="1"/>`, kai + docxSize("32")},
		{"Heading3", "heading 3", "", docxNormal, keep + number("2") + line + docxIndent + `<w:outlineLvl w:val="2"/>`, fang + "<w:b/>" + docxSize("32")},
		{"Heading4", "heading 4", "", docxNormal, keep + number("3") + line + docxIndent + `<w:outlineLvl w:val="3"/>`, fang + docxSize("32")},
		{docxAnnex, "Annex", "附表标题", docxNormal, keep + `<w:spacing w:before="120" w:line="580" w:lineRule="exact"/><w:outlineLvl w:val="0"/>`, hei + docxSize("32")},
		{docxArea, "Area Title", "镇街标题", docxNormal, keep + `<w:pageBreakBefore/><w:spacing w:before="120" w:after="60" w:line="640" w:lineRule="exact"/>` + mid + `<w:outlineLvl w:val="0"/>`, docxChinese("方正小标宋简体") + docxSize("36")},
		{docxBasis, "Basis", "题下说明", docxNormal, keep + thin + `<w:ind w:firstLineChars="200" w:firstLine="480"/><w:jc w:val="both"/>`, kai + grey + docxSize("24")},
		{docxListItem, "List", "", "", line + docxIndent + `<w:jc w:val="both"/>`, fang + docxSize("32")},
		{docxCaption, "caption", "", docxNormal, `<w:spacing w:before="120" w:after="60"/>` + mid, docxChinese("黑体") + docxSize("21")},
		{docxFigure, "Figure", "插图", docxCaption, keep + `<w:spacing w:before="120"/>` + mid, song},
		{docxCell, "Table Text", "表格文字", "", `<w:spacing w:before="20" w:after="20"/>`, song + docxSize("21")},
		{docxFigures, "Table Figure", "表格数字", "", `<w:spacing w:before="20" w:after="20"/><w:jc w:val="right"/>`, song + docxSize("21")},
		{docxCellHead, "Table Head", "表头", docxCell, keep + `<w:spacing w:before="20" w:after="20"/>` + mid, hei + docxSize("21")},
		{docxHeader, "header", "", "", mid, kai + grey + docxSize("21")},
		{docxFooter, "footer", "", "", "", song + docxSize("28")},
		{docxEnd, "Section End", "分节行", "", `<w:spacing w:line="20" w:lineRule="exact"/>`, song + docxSize("2")},
		{docxGap, "Table Gap", "表后空行", docxNormal, `<w:spacing w:line="160" w:lineRule="exact"/>`, song + docxSize("8")},
	}
}

func englishStyles() []docxStyle {
	const (
		keep = "<w:keepNext/>"
		line = `<w:spacing w:after="120" w:line="288" w:lineRule="auto"/>`
		mid  = `<w:jc w:val="center"/>`
		grey = `<w:color w:val="404040"/>`
	)
	serif, sans := docxFont("宋体", "Times New Roman"), docxFont("黑体", "Arial")
	number := func(level string) string {
		return `<w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="1"/></w:numPr>`
	}
	head := func(level, before string) string {
		return keep + number(level) + `<w:spacing w:before="` + before + `" w:after="100"/><w:outlineLvl w:val="` + level + `"/>`
	}
	return []docxStyle{
		{docxNormal, "Normal", "", "", line, serif + docxSize("23")},
		{docxTitle, "Title", "", docxSubtitle, `<w:spacing w:before="120" w:after="120"/>` + mid, sans + "<w:b/>" + docxSize("38")},
		{docxSubtitle, "Subtitle", "", docxNormal, `<w:spacing w:after="60"/>` + mid, serif + docxSize("26")},
		{docxSource, "Source", "", docxNormal, `<w:spacing w:after="240"/>` + mid, serif + grey + docxSize("20")},
		{docxLead, "Lead", "", "", line, serif + docxSize("25")},
		{docxHeading1, "heading 1", "", docxNormal, head("0", "320"), sans + "<w:b/>" + docxSize("28")},
		{docxHeading2, "heading 2", "", docxNormal, head("1", "240"), sans + "<w:b/>" + docxSize("24")},
		{"Heading3", "heading 3", "", docxNormal, head("2", "200"), sans + "<w:b/>" + docxSize("22")},
		{"Heading4", "heading 4", "", docxNormal, head("3", "160"), sans + docxSize("22")},
		{docxAnnex, "Annex", "", docxNormal, keep + `<w:spacing w:before="240" w:after="100"/><w:outlineLvl w:val="0"/>`, sans + "<w:b/>" + docxSize("28")},
		{docxArea, "Area Title", "", docxNormal, keep + `<w:pageBreakBefore/><w:spacing w:before="120" w:after="60"/>` + mid + `<w:outlineLvl w:val="0"/>`, sans + "<w:b/>" + docxSize("34")},
		{docxBasis, "Basis", "", docxNormal, keep + line, serif + "<w:i/>" + grey + docxSize("21")},
		{docxListItem, "List", "", "", line, serif + docxSize("23")},
		{docxCaption, "caption", "", docxNormal, `<w:spacing w:before="120" w:after="60"/>`, sans + "<w:b/>" + docxSize("19")},
		{docxFigure, "Figure", "", docxCaption, keep + `<w:spacing w:before="120"/>` + mid, serif},
		{docxCell, "Table Text", "", "", `<w:spacing w:before="20" w:after="20"/>`, sans + docxSize("18")},
		{docxFigures, "Table Figure", "", "", `<w:spacing w:before="20" w:after="20"/><w:jc w:val="right"/>`, sans + docxSize("18")},
		{docxCellHead, "Table Head", "", docxCell, keep + `<w:spacing w:before="20" w:after="20"/>` + mid, sans + "<w:b/>" + docxSize("18")},
		{docxHeader, "header", "", "", mid, serif + grey + docxSize("20")},
		{docxFooter, "footer", "", "", "", serif + docxSize("22")},
		{docxEnd, "Section End", "", "", `<w:spacing w:line="20" w:lineRule="exact"/>`, serif + docxSize("2")},
		{docxGap, "Table Gap", "", docxNormal, `<w:spacing w:line="160" w:lineRule="exact"/>`, serif + docxSize("8")},
	}
}

// styles is styles.xml.
func (x *docx) styles() string {
	all := chineseStyles()
	if x.english {
		all = englishStyles()
	}
	var b strings.Builder
	b.WriteString(docxXML + `<w:styles xmlns:w="` + docxSpaceW + `"><w:docDefaults><w:rPrDefault><w:rPr>` + docxFont("宋体", "Times New Roman") + docxSize("21") +
		`<w:lang w:val="` + x.t("en-US", "en-GB") + `" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>`)
	for _, s := range all {
		s.write(&b)
	}
	b.WriteString(`<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/><w:qFormat/><w:rPr><w:b/><w:bCs/></w:rPr></w:style>`)
	b.WriteString(`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`)
	table := func(id, name string, edges []string) {
		b.WriteString(`<w:style w:type="table" w:customStyle="1" w:styleId="` + id + `"><w:name w:val="` + name + `"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>`)
		for _, edge := range edges {
			b.WriteString(`<w:` + edge + ` w:val="single" w:sz="4" w:space="0" w:color="808080"/>`)
		}
		b.WriteString(`</w:tblBorders></w:tblPr></w:style>`)
	}
	table(docxGrid, x.t("通报表格", "Bulletin Table"), []string{"top", "left", "bottom", "right", "insideH", "insideV"})
	table(docxRules, x.t("要数表格", "Figure Table"), []string{"top", "bottom", "insideV"})
	table(docxPlain, x.t("插图表格", "Picture Table"), nil)
	b.WriteString("</w:styles>")
	return b.String()
}

func (s docxStyle) write(b *strings.Builder) {
	name, custom := s.name, ""
	switch s.id {
	case docxSource, docxLead, docxAnnex, docxArea, docxBasis, docxFigure, docxCell, docxFigures, docxCellHead, docxEnd, docxGap:
		custom = ` w:customStyle="1"`
	case docxNormal:
		custom = ` w:default="1"`
	}
	if s.zh != "" {
		name = s.zh
	}
	b.WriteString(`<w:style w:type="paragraph"` + custom + ` w:styleId="` + s.id + `"><w:name w:val="` + name + `"/>`)
	if s.next != "" {
		b.WriteString(`<w:next w:val="` + s.next + `"/>`)
	}
	b.WriteString(`<w:qFormat/><w:pPr>` + s.para + `</w:pPr><w:rPr>` + s.run + `</w:rPr></w:style>`)
}
