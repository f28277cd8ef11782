package source

import (
	"bytes"
	"fmt"

	"canbao/etl/refuse"
)

// finder walks through a file, its archives and workbooks, for tables.
type finder struct {
	fit       Recogniser
	unchanged func() error
	outer     *survey // of the file itself
	found     []candidate
	skipped   []refuse.Text
}

// candidate is a table that may be a part of the file.
type candidate struct {
	Part
	fit    int  // of its header
	width  int  // filled cells of its header, 0 for a table without any text
	people bool // something like an ID number stands in its first rows
}

// in looks into a content. Its name is empty for the file itself and for the
// only member of an archive.
func (f *finder) in(c content, name string, depth int) error {
	head, err := headOf(c)
	switch {
	case err != nil:
		return unreadable(c.Name(), err)
	case len(head) == 0 && name == "":
		return emptyFile(c.Name())
	case len(head) == 0:
		f.skip(name, "是空文件", "is empty")
		return nil
	}
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		if depth == maxDepth {
			return tooDeep(c.Name())
		}
		return f.in(gzipped(c), name, depth+1)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return f.zip(c, name, depth)
	}
	if k := kindOf(head); k != nil {
		return f.unread(c, name, k)
	}
	for _, format := range formats {
		if !format.match(head) {
			continue
		}
		sheets, err := format.sheets(c)
		if err != nil {
			return err
		}
		return f.sheets(c, name, sheets)
	}
	return f.text(c, name, depth)
}

// unread refuses a kind that cannot be read; a document for people that lies
// beside data in an archive is passed over.
func (f *finder) unread(c content, name string, k *kind) error {
	if k.remedy == ask && name != "" {
		f.skip(name, "是"+k.zh+"，不是表格", "is "+k.en+", not a table")
		return nil
	}
	return k.refuse(c.Name())
}

func (f *finder) text(c content, name string, depth int) error {
	s := f.outer
	if depth > 0 {
		var err error
		if s, err = surveyOf(c, nil); err != nil {
			return err
		}
	}
	enc, err := s.encoding(c.Name())
	if err != nil {
		return err
	}
	t, err := newTextTable(c, enc, s, f.fit)
	if err != nil {
		return err
	}
	t.unchanged = f.unchanged
	f.found = append(f.found, candidate{Part{name, t}, t.fit, t.width, t.people})
	return nil
}

// sheets takes in the sheets of a workbook, or the table of a database file.
func (f *finder) sheets(c content, name string, sheets []sheet) error {
	for _, s := range sheets {
		part := joinName(name, s.name)
		if s.hidden {
			f.skip(part, "是隐藏的工作表", "is a hidden sheet")
			continue
		}
		g, err := newGrid(c, s, f.fit)
		if err != nil {
			return err
		}
		g.unchanged = f.unchanged
		f.found = append(f.found, candidate{Part{part, g}, g.fit, g.width, g.people})
	}
	return nil
}

// result tells parts from tables that are none. A file's only table is its
// part whatever stands in it: who takes it says what it lacks.
func (f *finder) result(where string) ([]Part, []refuse.Text, error) {
	var parts []Part
	widest := -1
	for i, c := range f.found {
		switch {
		case c.width == 0:
			continue
		case c.fit > 0 || c.people || len(f.found) == 1:
			parts = append(parts, c.Part)
		}
		if widest < 0 || c.width > f.found[widest].width {
			widest = i
		}
	}
	if len(parts) == 0 {
		if widest < 0 {
			return nil, nil, f.nothing(where)
		}
		parts = append(parts, f.found[widest].Part)
	}
	for _, c := range f.found {
		switch {
		case c.width == 0:
			f.skip(c.Name, "是空表", "is empty")
		case c.fit == 0 && !c.people && c.Part != parts[0]:
			f.skip(c.Name, "没有认得的表头", "has no known header")
		}
	}
	return parts, f.skipped, nil
}

func (f *finder) nothing(where string) error {
	if len(f.skipped) > 0 && len(f.found) == 0 {
		return refusal(where, "里面没有可读的表："+f.skipped[0].ZH, "holds no table to read: "+f.skipped[0].EN,
			"取消隐藏工作表，或放入数据文件再装载", "show the hidden sheets or put the extract in, then load again", nil)
	}
	return refusal(where, "没有一行文字", "holds no text", "请重新导出", "export it again", nil)
}

// skip notes what is not read, and why.
func (f *finder) skip(name, zh, en string) {
	f.skipped = append(f.skipped, say(fmt.Sprintf("“%s”%s，没有读", name, zh), fmt.Sprintf("%q %s and was not read", name, en)))
}

// joinName is the name of a part within a part.
func joinName(outer, inner string) string {
	if outer == "" || inner == "" {
		return outer + inner
	}
	return outer + "/" + inner
}
