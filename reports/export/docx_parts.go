package export

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
	"time"

	"canbao/reports"
)

const (
	docxXML       = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	docxSpaceW    = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	docxRelations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	docxPackage   = "http://schemas.openxmlformats.org/package/2006"
)

// The relations of the text to its parts, before those to its pictures.
const (
	docxRelHeader = "rId5"
	docxRelOdd    = "rId6"
	docxRelEven   = "rId7"
	docxRelFixed  = 7
)

// A4, in twentieths of a point. Standing pages have the margins of GB/T 9704, 37
// mm above, 35 below, 28 left and 26 right; on lying ones tables get more room.
const (
	docxShort, docxLong = 11906, 16838
	docxStanding        = docxShort - 1587 - 1474
	docxLying           = docxLong - 2*1304
	docxStandingHeight  = docxLong - 2098 - 1984
	docxLyingHeight     = docxShort - 1587 - 1474
)

// width is that of the text on the present pages.
func (x *docx) width() int {
	if x.turned {
		return docxLying
	}
	return docxStanding
}

// height is that of the text on the present pages.
func (x *docx) height() int {
	if x.turned {
		return docxLyingHeight
	}
	return docxStandingHeight
}

// pages is the section of the present pages.
func (x *docx) pages() string {
	var b strings.Builder
	b.WriteString("<w:sectPr>")
	if x.notice {
		for _, kind := range []string{"default", "even"} {
			b.WriteString(`<w:headerReference w:type="` + kind + `" r:id="` + docxRelHeader + `"/>`)
		}
	}
	b.WriteString(`<w:footerReference w:type="default" r:id="` + docxRelOdd + `"/><w:footerReference w:type="even" r:id="` + docxRelEven + `"/><w:type w:val="nextPage"/>`)
	if x.turned {
		fmt.Fprintf(&b, `<w:pgSz w:w="%d" w:h="%d" w:orient="landscape"/><w:pgMar w:top="1587" w:right="1304" w:bottom="1474" w:left="1304" w:header="850" w:footer="794" w:gutter="0"/>`, docxLong, docxShort)
	} else {
		fmt.Fprintf(&b, `<w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" w:header="1134" w:footer="1304" w:gutter="0"/>`, docxShort, docxLong)
	}
	b.WriteString("</w:sectPr>")
	return b.String()
}

// footer is — 1 — on the outer side of a page, a character away from the edge.
func (x *docx) footer(even bool) string {
	props := `<w:ind w:rightChars="100" w:right="280"/><w:jc w:val="right"/>`
	if even {
		props = `<w:ind w:leftChars="100" w:left="280"/><w:jc w:val="left"/>`
	}
	return docxXML + `<w:ftr xmlns:w="` + docxSpaceW + `">` +
		docxParagraph(docxFooter, props, docxRun("— ", "")+docxField("PAGE", "1", "")+docxRun(" —", "")) + `</w:ftr>`
}

func docxHeaderPart(notice string) string {
	return docxXML + `<w:hdr xmlns:w="` + docxSpaceW + `">` + docxParagraph(docxHeader, "", docxRun(notice, "")) + `</w:hdr>`
}

// settings has pages differ on both sides of a sheet, and Word lay out as it
// does today and not as in 2007.
func (x *docx) settings() string {
	return docxXML + `<w:settings xmlns:w="` + docxSpaceW + `"><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>` +
		`<w:characterSpacingControl w:val="` + x.t("compressPunctuation", "doNotCompress") + `"/><w:compat>` +
		`<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>` +
		`<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>`
}

// fonts names what stands in where a machine lacks a face: few have the 小标宋 of
// a print shop.
func docxFonts() string {
	var b strings.Builder
	b.WriteString(docxXML + `<w:fonts xmlns:w="` + docxSpaceW + `">`)
	for _, f := range [][2]string{{"仿宋", "仿宋_GB2312"}, {"楷体", "楷体_GB2312"}, {"黑体", "SimHei"}, {"宋体", "SimSun"}, {"方正小标宋简体", "宋体"}} {
		b.WriteString(`<w:font w:name="` + f[0] + `"><w:altName w:val="` + f[1] + `"/><w:charset w:val="86"/></w:font>`)
	}
	b.WriteString(`</w:fonts>`)
	return b.String()
}

func docxCore(d *reports.Document) string {
	day := ""
	if d.Figures != nil && !d.Figures.AsOf.IsZero() {
		day = `<dcterms:created xsi:type="dcterms:W3CDTF">` + d.Figures.AsOf.Format(time.DateOnly) + `T00:00:00Z</dcterms:created>`
	}
	return docxXML + `<cp:coreProperties xmlns:cp="` + docxPackage + `/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>` +
		docxEscape(docxWhole(d, " ")) + `</dc:title><dc:subject>` + docxEscape(d.AsOf) + `</dc:subject><dc:creator>canbao</dc:creator>` + day + `<dc:language>` + docxEscape(d.Lang) + `</dc:language></cp:coreProperties>`
}

func (x *docx) types() string {
	const word = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	var b strings.Builder
	b.WriteString(docxXML + `<Types xmlns="` + docxPackage + `/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="emf" ContentType="image/x-emf"/>`)
	for _, part := range [][2]string{
		{"document", "document.main"}, {"styles", "styles"}, {"numbering", "numbering"}, {"settings", "settings"}, {"fontTable", "fontTable"},
		{"header", "header"}, {"footerOdd", "footer"}, {"footerEven", "footer"},
	} {
		if part[0] == "header" && !x.notice {
			continue
		}
		b.WriteString(`<Override PartName="/word/` + part[0] + `.xml" ContentType="` + word + part[1] + `+xml"/>`)
	}
	b.WriteString(`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`)
	return b.String()
}

// relations are those of the text to the parts that it uses.
func (x *docx) relations() string {
	var b strings.Builder
	b.WriteString(docxXML + `<Relationships xmlns="` + docxPackage + `/relationships">`)
	relation := func(id int, kind, target string) {
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s/%s" Target="%s"/>`, id, docxRelations, kind, target)
	}
	relation(1, "styles", "styles.xml")
	relation(2, "numbering", "numbering.xml")
	relation(3, "settings", "settings.xml")
	relation(4, "fontTable", "fontTable.xml")
	if x.notice {
		relation(5, "header", "header.xml")
	}
	relation(6, "footer", "footerOdd.xml")
	relation(7, "footer", "footerEven.xml")
	for n := range x.pictures {
		relation(docxRelFixed+1+n, "image", docxPictureName(n))
	}
	b.WriteString(`</Relationships>`)
	return b.String()
}

func docxPictureName(n int) string { return fmt.Sprintf("media/picture%d.emf", n+1) }

// write puts the parts into a package whose files bear no time of making.
func (x *docx) write(d *reports.Document, w io.Writer) error {
	z := zip.NewWriter(w)
	put := func(name string, parts ...[]byte) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		for n := 0; err == nil && n < len(parts); n++ {
			_, err = f.Write(parts[n])
		}
		return err
	}
	type part struct{ name, text string }
	all := []part{
		{"[Content_Types].xml", x.types()},
		{"_rels/.rels", docxXML + `<Relationships xmlns="` + docxPackage + `/relationships"><Relationship Id="rId1" Type="` + docxRelations + `/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="` + docxPackage + `/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`},
		{"docProps/core.xml", docxCore(d)},
		{"word/_rels/document.xml.rels", x.relations()},
		{"word/styles.xml", x.styles()},
		{"word/numbering.xml", x.numbering()},
		{"word/settings.xml", x.settings()},
		{"word/fontTable.xml", docxFonts()},
		{"word/footerOdd.xml", x.footer(false)},
		{"word/footerEven.xml", x.footer(true)},
	}
	if x.notice {
		all = append(all, part{"word/header.xml", docxHeaderPart(d.Notice)})
	}
	for _, p := range all {
		if err := put(p.name, []byte(p.text)); err != nil {
			return err
		}
	}
	head := docxXML + `<w:document xmlns:w="` + docxSpaceW + `" xmlns:r="` + docxRelations + `" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body>`
	if err := put("word/document.xml", []byte(head), x.body.Bytes(), []byte(x.pages()+`</w:body></w:document>`)); err != nil {
		return err
	}
	for n, p := range x.pictures {
		if err := put("word/"+docxPictureName(n), p); err != nil {
			return err
		}
	}
	return z.Close()
}
