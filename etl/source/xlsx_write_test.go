package source

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// book is an XLSX file as a test writes it: parts by their names. What is not
// given is written as it usually is.
type book map[string]string

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// xlsx packs a workbook.
func (b book) xlsx(t testing.TB) []byte { return b.packed(t, zipOf) }

// packed packs a workbook with one of the packers of these tests.
func (b book) packed(t testing.TB, pack func(testing.TB, ...packedFile) []byte) []byte {
	t.Helper()
	return pack(t, b.members()...)
}

// members are the parts of a workbook, those it does not give as they usually
// are; one that is given empty is left out.
func (b book) members() []packedFile {
	parts := book{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels":                `<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            bookOf("Sheet1"),
		"xl/_rels/workbook.xml.rels": relsOf(1),
	}
	for name, text := range b {
		parts[name] = text
	}
	var members []packedFile
	for _, name := range sorted(keys(parts)) {
		if parts[name] != "" {
			members = append(members, packedFile{name, []byte(parts[name])})
		}
	}
	return members
}

func keys(b book) (names []string) {
	for name := range b {
		names = append(names, name)
	}
	return names
}

// bookOf lists sheets; a name behind a ! is hidden.
func bookOf(names ...string) string {
	var out strings.Builder
	out.WriteString(xmlHead + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>`)
	for i, name := range names {
		state := ""
		if hidden, is := strings.CutPrefix(name, "!"); is {
			name, state = hidden, ` state="hidden"`
		}
		fmt.Fprintf(&out, `<sheet name="%s" sheetId="%d"%s r:id="rId%d"/>`, name, i+1, state, i+1)
	}
	return out.String() + `</sheets></workbook>`
}

// relsOf relates n sheets, the shared strings and the styles.
func relsOf(n int) string {
	const kind = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	var out bytes.Buffer
	out.WriteString(xmlHead + `<Relationships>`)
	for i := range n {
		fmt.Fprintf(&out, `<Relationship Id="rId%d" Type="%sworksheet" Target="worksheets/sheet%d.xml"/>`, i+1, kind, i+1)
	}
	fmt.Fprintf(&out, `<Relationship Id="rIdS" Type="%ssharedStrings" Target="sharedStrings.xml"/>`, kind)
	fmt.Fprintf(&out, `<Relationship Id="rIdF" Type="%sstyles" Target="styles.xml"/></Relationships>`, kind)
	return out.String()
}

// sheetOf is a worksheet of these rows, and of what stands behind them.
func sheetOf(rows string, behind ...string) string {
	return xmlHead + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:C3"/><sheetData>` +
		rows + `</sheetData>` + strings.Join(behind, "") + `</worksheet>`
}

// rowOf is a row of text cells; a cell that begins with < is XML as it stands.
func rowOf(line int, cells ...string) string {
	var out strings.Builder
	fmt.Fprintf(&out, `<row r="%d">`, line)
	for i, c := range cells {
		switch {
		case strings.HasPrefix(c, "<"):
			out.WriteString(strings.ReplaceAll(c, "$", fmt.Sprintf("%s%d", columnLetters(i), line)))
		case c != "":
			fmt.Fprintf(&out, `<c r="%s%d" t="inlineStr"><is><t>%s</t></is></c>`, columnLetters(i), line, c)
		}
	}
	return out.String() + `</row>`
}

// headRow is the header of the sheets of these tests.
func headRow(line int) string { return rowOf(line, "证件号码", "姓名", "实缴金额") }
