package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"canbao/etl/refuse"
)

// workbook is an XLSX file: a zip archive of XML. excelize, which writes our
// own, is not used to read: it unpacks large sheets into temporary files, in
// the clear, and sealing forbids that.
type workbook struct {
	c         content
	archive   *archive
	main      string            // the name of the workbook part
	targets   map[string]target // of its relations, by id
	dates     []bool            // per cell style: it shows a date
	since1904 bool

	mu      sync.Mutex
	strings *sharedStrings // once a sheet is read
}

// target is where a relation of a workbook leads, and of what kind it is.
type target struct{ kind, name string }

// xlsxSheets are the sheets of a workbook, in the order of their tabs.
func xlsxSheets(a *archive) ([]sheet, error) {
	b := &workbook{c: a.c, archive: a, main: "xl/workbook.xml"}
	top, err := b.relations("_rels/.rels", "")
	if err != nil {
		return nil, err
	}
	for _, t := range top {
		if t.kind == "officeDocument" {
			b.main = t.name
		}
	}
	dir, file := path.Split(b.main)
	if b.targets, err = b.relations(dir+"_rels/"+file+".rels", dir); err != nil {
		return nil, err
	}
	if b.dates, err = b.styles(); err != nil {
		return nil, err
	}
	return b.sheets()
}

// sheets reads the list of sheets.
func (b *workbook) sheets() ([]sheet, error) {
	var sheets []sheet
	found, err := b.each(b.main, func(x *xmlReader) error {
		switch string(x.name) {
		case "workbookPr":
			v := attr(x.attrs, "date1904")
			b.since1904 = v == "1" || v == "true"
		case "sheet":
			if len(sheets) == maxMembers {
				return errMarkup
			}
			to, ok := b.targets[relation(x.attrs)]
			s := sheet{name: shownName(attr(x.attrs, "name")), hidden: strings.HasSuffix(strings.ToLower(attr(x.attrs, "state")), "hidden")}
			if ok && to.kind != "worksheet" {
				return nil // a chart, a dialog, a macro: it has no cells
			}
			if !ok || b.archive.names[strings.ToLower(to.name)] == nil {
				return fmt.Errorf("sheet %q is not there", s.name)
			}
			where := joinName(b.c.Name(), s.name)
			s.open = func() (rowReader, error) { return b.open(to.name, where) }
			s.merged = func() ([]span, error) { return b.merged(to.name, where) }
			sheets = append(sheets, s)
		}
		return nil
	})
	if err == nil && !found {
		err = errors.New("no list of sheets")
	}
	if err != nil {
		return nil, spoiled(b.c.Name(), 0, err)
	}
	if len(sheets) == 0 {
		return nil, refusal(b.c.Name(), "工作簿里没有工作表", "is a workbook without a sheet of cells", "请重新导出", "export it again", nil)
	}
	return sheets, nil
}

// relations are those of a part of the workbook, by their ids.
func (b *workbook) relations(name, dir string) (map[string]target, error) {
	found := map[string]target{}
	_, err := b.each(name, func(x *xmlReader) error {
		if string(x.name) != "Relationship" || attr(x.attrs, "TargetMode") == "External" {
			return nil
		}
		to := strings.ReplaceAll(attr(x.attrs, "Target"), `\`, "/")
		if !strings.HasPrefix(to, "/") {
			to = path.Join("/", dir, to)
		}
		kind := attr(x.attrs, "Type")
		found[attr(x.attrs, "Id")] = target{kind[strings.LastIndexByte(kind, '/')+1:], strings.TrimPrefix(path.Clean(to), "/")}
		return nil
	})
	if err != nil {
		return nil, spoiled(b.c.Name(), 0, err)
	}
	return found, nil
}

// styles tells of every cell style whether it shows a date.
func (b *workbook) styles() (dates []bool, err error) {
	formats := map[string]string{}
	section := ""
	_, err = b.each(b.related("styles"), func(x *xmlReader) error {
		switch string(x.name) {
		case "numFmts", "cellXfs", "cellStyleXfs", "dxfs":
			section = string(x.name)
		case "numFmt":
			if section == "numFmts" {
				formats[attr(x.attrs, "numFmtId")] = attr(x.attrs, "formatCode")
			}
		case "xf":
			if section == "cellXfs" {
				id := attr(x.attrs, "numFmtId")
				format, own := formats[id]
				n, good := number32([]byte(id))
				dates = append(dates, own && showsDate(format) || !own && good && builtInDate(int(n)))
			}
		}
		return nil
	})
	if err != nil {
		return nil, spoiled(b.c.Name(), 0, err)
	}
	return dates, nil
}

// related is the name of the workbook's part of a kind, "" for none.
func (b *workbook) related(kind string) string {
	for _, t := range b.targets {
		if t.kind == kind {
			return t.name
		}
	}
	return ""
}

// each calls fn with every start tag of a small part; found tells whether
// there is such a part.
func (b *workbook) each(name string, fn func(*xmlReader) error) (found bool, err error) {
	r, err := b.part(name)
	if r == nil || err != nil {
		return false, err
	}
	defer r.Close()
	x := newXMLReader(r)
	for {
		token, err := x.next()
		if err == io.EOF {
			return true, nil
		}
		if err == nil && token == xmlStart {
			err = fn(x)
		}
		if err != nil {
			return true, err
		}
	}
}

// part opens a part of the workbook; nil where there is none.
func (b *workbook) part(name string) (io.ReadCloser, error) {
	f := b.archive.names[strings.ToLower(name)]
	if f == nil {
		return nil, nil
	}
	c, err := b.archive.open(f)
	if err != nil {
		return nil, err
	}
	r, err := c.Open()
	if err != nil {
		return nil, err
	}
	return both{asUTF8(r), r}, nil
}

// asUTF8 decodes XML that is UTF-16, as its mark says.
func asUTF8(r io.Reader) io.Reader {
	mark := make([]byte, 2)
	n, _ := io.ReadFull(r, mark)
	all := io.MultiReader(bytes.NewReader(mark[:n]), r)
	if string(mark) == "\xff\xfe" || string(mark) == "\xfe\xff" {
		return transform.NewReader(all, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
	}
	return all
}

// spoiled refuses a workbook whose XML is not what it must be. Refusals from
// below stay what they are.
func spoiled(where string, line int64, err error) error {
	var no *refuse.Error
	var disk *fs.PathError
	switch {
	case errors.As(err, &no), errors.As(err, &disk):
		return err
	case errors.Is(err, errLongText):
		return cellTooLong(where, line)
	case errors.Is(err, errDoctype), errors.Is(err, errEntity):
		return refusal(at(where, line), "工作簿里有不允许的 XML 实体", "is a workbook with XML entities, which are not allowed",
			"核实文件来源；用 Excel 或 WPS 打开并另存后再装载", "ask where it came from; open it in a spreadsheet program and save it again", err)
	}
	return refusal(at(where, line), "工作簿已损坏或不完整", "is a workbook that is damaged or not complete",
		"用 Excel 或 WPS 打开并另存，或重新导出", "open it in a spreadsheet program and save it again, or export it again", err)
}

// attr is the value of an attribute, "" for none.
func attr(attrs []byte, name string) string { return unescaped(attrOf(attrs, name, false)) }

// relation is the r:id of a tag, by whatever prefix: there may be an id of no
// namespace beside it.
func relation(attrs []byte) string { return unescaped(attrOf(attrs, "id", true)) }

// attrOf is the value of an attribute as it stands there, by its local name.
func attrOf(attrs []byte, name string, prefixed bool) []byte {
	for {
		n, value, rest, ok := nextAttr(attrs)
		if !ok {
			return nil
		}
		if own := local(n); string(own) == name && (!prefixed || len(own) < len(n)) {
			return value
		}
		attrs = rest
	}
}

func unescaped(value []byte) string {
	x := xmlReader{text: value}
	text, err := x.appendText(nil)
	if err != nil {
		return string(value)
	}
	return strings.ToValidUTF8(string(text), "")
}
