package export

import (
	"encoding/xml"
	"strconv"
	"strings"

	"canbao/reports"
)

// paragraph writes a paragraph; props and runs are XML.
func (x *docx) paragraph(style, props, runs string) {
	x.body.WriteString(docxParagraph(style, props, runs))
}

// docxParagraph is a paragraph of a style. Props are what differs from it, in
// the order the schema wants; of those used here: keepNext, pageBreakBefore,
// numPr, jc, outlineLvl, sectPr.
func docxParagraph(style, props, runs string) string {
	return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/>` + props + `</w:pPr>` + runs + `</w:p>`
}

// docxRun is text with properties of its own, which are XML.
func docxRun(text, props string) string {
	if text == "" {
		return ""
	}
	var b strings.Builder
	b.WriteString("<w:r>")
	if props != "" {
		b.WriteString("<w:rPr>" + props + "</w:rPr>")
	}
	for n, line := range strings.Split(text, "\n") {
		if n > 0 {
			b.WriteString("<w:br/>")
		}
		b.WriteString(`<w:t xml:space="preserve">` + docxEscape(line) + "</w:t>")
	}
	b.WriteString("</w:r>")
	return b.String()
}

// docxSentence is a sentence, its figures set off.
func docxSentence(s reports.Sentence) string {
	var b strings.Builder
	for _, span := range s {
		props := ""
		if span.Strong {
			props = docxStrong
		}
		b.WriteString(docxRun(span.Text, props))
	}
	return b.String()
}

// docxEscape makes text safe inside an element and an attribute. What XML
// cannot hold at all is left out.
func docxEscape(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == '\t' || r >= ' ' && r != 0xFFFE && r != 0xFFFF {
			return r
		}
		return -1
	}, text)
	var b strings.Builder
	xml.EscapeText(&b, []byte(text)) // a builder takes all
	return b.String()
}

// docxField is a field that counts itself, and what it shows until it does.
func docxField(code, shown, props string) string {
	run := "<w:r>"
	if props != "" {
		run += "<w:rPr>" + props + "</w:rPr>"
	}
	return run + `<w:fldChar w:fldCharType="begin"/></w:r>` + run + `<w:instrText xml:space="preserve"> ` + docxEscape(code) + ` </w:instrText></w:r>` +
		run + `<w:fldChar w:fldCharType="separate"/></w:r>` + docxRun(shown, props) + run + `<w:fldChar w:fldCharType="end"/></w:r>`
}

// caption is 图1 and a title; the number is a field of Word's own captions.
func (x *docx) caption(label string, number int, title, props string) string {
	return docxParagraph(docxCaption, props, docxRun(label+x.t("", " "), "")+
		docxField("SEQ "+label+` \* ARABIC`, strconv.Itoa(number), "")+docxRun(x.t("　", "  ")+title, ""))
}
