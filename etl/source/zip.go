package source

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// directoryBytes is how much of an archive its directory may take.
const directoryBytes = 16 << 20

// archive is an open zip archive: a folder of files, or a document of one of
// the formats that are made of one.
type archive struct {
	c       content
	members []*zip.File
	names   map[string]*zip.File // by their lower-case names
}

// openZip reads the directory of an archive.
func openZip(c content) (*archive, error) {
	r, size, err := c.ReaderAt()
	if err != nil {
		return nil, err
	}
	limited := &directoryReader{r: r, left: directoryBytes}
	z, err := zip.NewReader(limited, size)
	if limited.left < 0 {
		return nil, tooManyMembers(c.Name())
	}
	if errors.Is(err, zip.ErrFormat) {
		err = io.ErrUnexpectedEOF // the directory stands at the end
	}
	if err != nil {
		return nil, damaged(c.Name(), err)
	}
	limited.left = -1
	if len(z.File) > maxMembers {
		return nil, tooManyMembers(c.Name())
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	a := &archive{c: c, members: z.File, names: map[string]*zip.File{}}
	for _, f := range a.members {
		f.Name = memberName(f)
		key := strings.ToLower(f.Name)
		if a.names[key] != nil && !ignored(f.Name) {
			return nil, refusal(c.Name(), fmt.Sprintf("压缩包里有两个“%s”，分不清以哪个为准", f.Name),
				fmt.Sprintf("is an archive with two members of the name %q", f.Name), "重新压缩", "pack it again", nil)
		}
		a.names[key] = f
	}
	return a, nil
}

// directoryReader bounds what is read until the directory is known: it costs
// many times its bytes in memory, and an archive may be nothing else.
type directoryReader struct {
	r    io.ReaderAt
	left int64 // negative: no bound any more, or overrun
}

func (d *directoryReader) ReadAt(p []byte, at int64) (int, error) {
	if d.left >= 0 {
		if d.left -= int64(len(p)); d.left < 0 {
			return 0, io.ErrUnexpectedEOF
		}
	}
	return d.r.ReadAt(p, at)
}

// memberName is the name of a member as a person reads it. It is only ever a
// name: nothing is written to where it points. Without the mark of UTF-8,
// Chinese programs write GBK.
func memberName(f *zip.File) string {
	name := f.Name
	if !utf8.ValidString(name) {
		if text, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil {
			name = text
		}
	}
	name = shownName(strings.ReplaceAll(name, `\`, "/"))
	folder := strings.HasSuffix(name, "/")
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	if folder {
		name += "/"
	}
	return name
}

// shownName is a name without what would not be seen, or drive a terminal.
func shownName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
}

// ignored tells members that nobody put there on purpose: folders, and what
// systems and office programs leave beside files.
func ignored(name string) bool {
	if strings.HasSuffix(name, "/") || name == "" {
		return true
	}
	for _, part := range strings.Split(name, "/") {
		if strings.HasPrefix(part, ".") || strings.HasPrefix(part, "~$") || part == "__MACOSX" ||
			strings.EqualFold(part, "Thumbs.db") || strings.EqualFold(part, "desktop.ini") {
			return true
		}
	}
	return false
}

// has tells whether one of the names is that of a member.
func (a *archive) has(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return a.names[name] != nil })
}

// open is the content of a member.
func (a *archive) open(f *zip.File) (content, error) {
	where := a.c.Name() + "/" + f.Name
	switch {
	case f.Flags&1 != 0:
		return nil, encrypted(where)
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return nil, refusal(where, fmt.Sprintf("用了读不了的压缩方法（%d）", f.Method), fmt.Sprintf("is packed by a method that cannot be read (%d)", f.Method),
			"用普通 ZIP 方式重新压缩，或先解压", "pack it again as a plain ZIP, or unpack it first", nil)
	}
	return &packed{name: where, room: roomOf(a.c), unpack: f.Open}, nil
}

func encrypted(where string) error {
	return refusal(where, "有密码保护", "is protected by a password", "解除密码后再装载", "remove the password, then load again", nil)
}

// document names an archive that is a document of a kind that cannot be read.
func (a *archive) document() *kind {
	switch {
	case a.has("xl/workbook.bin"):
		return &kind{zh: "XLSB 工作簿", en: "an XLSB workbook"}
	case a.has("word/document.xml"):
		return &kind{remedy: ask, zh: "Word 文档", en: "a Word document"}
	case a.has("ppt/presentation.xml"):
		return &kind{remedy: ask, zh: "PowerPoint 演示文稿", en: "a PowerPoint presentation"}
	case a.has("ofd.xml"):
		return &kind{remedy: ask, zh: "OFD 文档", en: "an OFD document"}
	case a.has("mimetype") && a.has("content.xml"):
		return &kind{zh: "ODS 工作簿", en: "an ODS workbook"}
	case a.has("index/document.iwa"):
		return &kind{zh: "Numbers 工作簿", en: "a Numbers workbook"}
	}
	return nil
}

// zip looks into an archive. Its members come in the byte order of their names,
// as the files of a folder do.
func (f *finder) zip(c content, name string, depth int) error {
	a, err := openZip(c)
	if err != nil {
		return err
	}
	if k := a.document(); k != nil {
		return f.unread(c, name, k)
	}
	if a.has("[content_types].xml") && a.has("_rels/.rels", "xl/workbook.xml") {
		sheets, err := xlsxSheets(a)
		if err != nil {
			return err
		}
		return f.sheets(c, name, sheets)
	}
	if depth == maxDepth {
		return tooDeep(c.Name())
	}
	members := slices.DeleteFunc(a.members, func(m *zip.File) bool { return ignored(m.Name) })
	if len(members) == 0 {
		return refusal(c.Name(), "压缩包里没有文件", "is an archive without a file", "放入数据文件再装载", "put the extract in, then load again", nil)
	}
	slices.SortFunc(members, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	for _, m := range members {
		part := joinName(name, m.Name)
		if len(members) == 1 {
			part = name
		}
		inner, err := a.open(m)
		if err == nil {
			err = f.in(inner, part, depth+1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
