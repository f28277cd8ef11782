package source

import "bytes"

// format is a kind of file that holds sheets, told by its first bytes. Plain
// text is what no format claims.
type format struct {
	match  func(head []byte) bool
	sheets func(c content) ([]sheet, error)
}

// formats are asked in their order.
var formats = []format{
	{isXLS, xlsSheets},
	{isDBF, dbfSheets},
	{isXMLSS, xmlssSheets},
	{isHTML, htmlSheets},
	{isMHTML, mhtmlSheets},
	{isParquet, parquetSheets},
}

// kind is a kind of file that is known and cannot be read.
type kind struct {
	magic  string
	offset int
	remedy remedy
	zh, en string
}

// remedy is what can be done about a kind.
type remedy uint8

const (
	save   remedy = iota // it holds tables: save it in another format
	unpack               // it holds files
	ask                  // it is for people to look at: beside data in an archive it is passed over
)

var kinds = []kind{
	{"PK\x07\x08", 0, unpack, "分卷 ZIP 压缩包", "a ZIP archive of several volumes"},
	{"7z\xbc\xaf\x27\x1c", 0, unpack, "7z 压缩包", "a 7z archive"},
	{"Rar!\x1a\x07", 0, unpack, "RAR 压缩包", "a RAR archive"},
	{"1AY&SY", 4, unpack, "BZIP2 压缩文件", "a BZIP2 archive"},
	{"\xfd7zXZ\x00", 0, unpack, "XZ 压缩文件", "an XZ archive"},
	{"\x28\xb5\x2f\xfd", 0, unpack, "ZSTD 压缩文件", "a ZSTD archive"},
	{"ustar", 257, unpack, "TAR 归档文件", "a TAR archive"},
	{"%PDF", 0, ask, "PDF 文件", "a PDF document"},
	{"{\\rtf", 0, ask, "RTF 文档", "an RTF document"},
	{"\x89PNG", 0, ask, "PNG 图片", "a PNG picture"},
	{"\xff\xd8\xff", 0, ask, "JPEG 图片", "a JPEG picture"},
	{"GIF8", 0, ask, "GIF 图片", "a GIF picture"},
}

// markup are kinds of text that begin so, whatever stands in front.
var markup = []kind{
	{"<?xml", 0, save, "XML 文件", "an XML document"},
	{"<html", 0, save, "网页文件", "an HTML page"},
	{"<table", 0, save, "网页文件", "an HTML page"},
	{"<!DOCTYPE", 0, save, "网页文件", "an HTML page"},
}

// kindOf names a content that is known and cannot be read.
func kindOf(head []byte) *kind {
	for i, k := range kinds {
		if len(head) >= k.offset+len(k.magic) && string(head[k.offset:k.offset+len(k.magic)]) == k.magic {
			return &kinds[i]
		}
	}
	return nil
}

// markupOf names a text that is markup no format has claimed.
func markupOf(head []byte) *kind {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	for i, k := range markup {
		if len(head) >= len(k.magic) && bytes.EqualFold(head[:len(k.magic)], []byte(k.magic)) {
			return &markup[i]
		}
	}
	return nil
}

// refuse says what can be done about a kind that cannot be read.
func (k *kind) refuse(where string) error {
	do := say("打开后另存为 CSV（UTF-8）再装载", "open it and save it as CSV (UTF-8) first")
	switch k.remedy {
	case unpack:
		do = say("先解压，再装载里面的文件；或改用 ZIP", "unpack it and load what is inside, or use ZIP")
	case ask:
		do = say("请对方提供 XLSX 或 CSV 表格", "ask for the table itself, as XLSX or CSV")
	}
	return refusal(where, "是"+k.zh+"，不能直接装载", "is "+k.en+", which cannot be loaded as it is", do.ZH, do.EN, nil)
}
