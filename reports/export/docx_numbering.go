package export

import (
	"fmt"
	"strconv"
	"strings"
)

// docxList is a list that counts on its own: of headings or of items.
type docxList int

// The patterns of lists, by their number in numbering.xml.
const (
	docxHeadings docxList = iota
	docxItems
)

// list begins a list and returns its number. The first is the one that the
// styles of headings are bound to.
func (x *docx) list(pattern docxList) int {
	x.lists = append(x.lists, pattern)
	return len(x.lists)
}

// docxNumber puts a paragraph into a list.
func docxNumber(list, level int) string {
	return fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, level, list)
}

// numbered are the properties of a heading, of level 0 or below. The city's
// headings take their list from the style; those of a town count anew and stand
// one level lower in the outline, below the town's name.
func (x *docx) numbered(level int) string {
	if !x.inTown {
		return ""
	}
	return docxNumber(x.heads, level) + x.level(level)
}

// level is the place in the outline where it differs from that of the style.
func (x *docx) level(level int) string {
	if !x.inTown {
		return ""
	}
	return `<w:outlineLvl w:val="` + strconv.Itoa(level+1) + `"/>`
}

// numbering is numbering.xml: headings as 一、（一）1.（1）, in English 1. 1.1
// 1.1.1, and items as 1.
func (x *docx) numbering() string {
	type level struct{ format, text string }
	levels := []level{
		{"chineseCountingThousand", "%1、"}, {"chineseCountingThousand", "（%2）"}, {"decimal", "%3."}, {"decimal", "（%4）"},
	}
	if x.english {
		levels = []level{{"decimal", "%1."}, {"decimal", "%1.%2"}, {"decimal", "%1.%2.%3"}, {"decimal", "(%4)"}}
	}
	var b strings.Builder
	b.WriteString(docxXML + `<w:numbering xmlns:w="` + docxSpaceW + `">`)
	b.WriteString(`<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>`)
	for n, l := range levels {
		suffix, indent := "nothing", docxIndent
		if x.english {
			suffix, indent = "tab", `<w:tabs><w:tab w:val="num" w:pos="680"/></w:tabs><w:ind w:left="680" w:hanging="680"/>`
		}
		fmt.Fprintf(&b, `<w:lvl w:ilvl="%d"><w:start w:val="1"/><w:numFmt w:val="%s"/><w:pStyle w:val="%s"/><w:suff w:val="%s"/><w:lvlText w:val="%s"/><w:lvlJc w:val="left"/><w:pPr>%s</w:pPr></w:lvl>`,
			n, l.format, docxHeading[n], suffix, l.text, indent)
	}
	b.WriteString(`</w:abstractNum><w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="singleLevel"/>`)
	indent := docxIndent
	if x.english {
		indent = `<w:ind w:left="360" w:hanging="360"/>`
	}
	fmt.Fprintf(&b, `<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:suff w:val="%s"/><w:lvlText w:val="%%1."/><w:lvlJc w:val="left"/><w:pPr>%s</w:pPr></w:lvl></w:abstractNum>`,
		x.t("nothing", "tab"), indent)
	for n, pattern := range x.lists {
		fmt.Fprintf(&b, `<w:num w:numId="%d"><w:abstractNumId w:val="%d"/>`, n+1, pattern)
		if n > 0 {
			b.WriteString(`<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>`)
		}
		b.WriteString(`</w:num>`)
	}
	b.WriteString(`</w:numbering>`)
	return b.String()
}
