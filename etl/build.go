package etl

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"canbao/etl/clean"
)

// schema is the form of the batches of a file: the row's line, the key and the
// derived columns, then every field it brings.
func (m *mapping) schema() (*arrow.Schema, []string) {
	fields := []arrow.Field{{Name: "line", Type: arrow.PrimitiveTypes.Int64}}
	if m.dataset.field("id_no") != nil {
		fields = append(fields, uuidField("person"))
	}
	for _, name := range m.dataset.derived {
		fields = append(fields, derivedField(name))
	}
	names := m.stored()
	for _, name := range names {
		f := m.dataset.field(name)
		fields = append(fields, arrow.Field{Name: name, Type: f.arrowType(), Nullable: true})
	}
	return arrow.NewSchema(fields, nil), names
}

// stored are the fields of the dataset that the file brings and raw keeps as
// they are; the document number is kept as the person key.
func (m *mapping) stored() []string {
	var names []string
	for _, f := range m.dataset.fields {
		if f.kind != kindID && f.kind != kindPerson && m.brings(f.name) {
			names = append(names, f.name)
		}
	}
	return names
}

// broughtFields are the fields for the ledger, with the header each had.
func (m *mapping) broughtFields() [][2]string {
	var fields [][2]string
	for i, f := range m.dataset.fields {
		if m.brings(f.name) {
			fields = append(fields, [2]string{f.name, m.headers[i]})
		}
	}
	return fields
}

// uuidField is a 16-byte column that DuckDB takes as UUID.
func uuidField(name string) arrow.Field {
	return arrow.Field{
		Name:     name,
		Type:     &arrow.FixedSizeBinaryType{ByteWidth: 16},
		Metadata: arrow.NewMetadata([]string{"ARROW:extension:name", "ARROW:extension:metadata"}, []string{"arrow.uuid", ""}),
	}
}

func derivedField(name string) arrow.Field {
	f := arrow.Field{Name: name, Nullable: true, Type: arrow.BinaryTypes.String}
	switch name {
	case "id_born":
		f.Type = arrow.FixedWidthTypes.Date32
	case "back":
		f.Type = arrow.FixedWidthTypes.Boolean
	}
	return f
}

// arrowType is how the cells of a field are handed to the database.
func (f field) arrowType() arrow.DataType {
	switch f.kind {
	case kindSealed:
		return arrow.BinaryTypes.Binary
	case kindDay, kindPast:
		return arrow.FixedWidthTypes.Date32
	case kindTime:
		return &arrow.TimestampType{Unit: arrow.Second}
	case kindYear, kindFen, kindCount:
		return arrow.PrimitiveTypes.Int64
	case kindYesNo:
		return arrow.FixedWidthTypes.Boolean
	}
	return arrow.BinaryTypes.String
}

// build makes a batch of the rows without faults, nil where none is.
func (s *sheet) build() arrow.RecordBatch {
	good := 0
	for _, faults := range s.faults {
		if faults == 0 {
			good++
		}
	}
	if good == 0 {
		return nil
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, s.c.schema)
	defer b.Release()
	b.Reserve(good)
	for at, f := range s.c.schema.Fields() {
		s.fill(b.Field(at), f.Name)
	}
	return b.NewRecordBatch()
}

// fill appends the cells of one stored column for every row without faults.
func (s *sheet) fill(b array.Builder, name string) {
	switch name {
	case "line":
		s.eachGood(func(r int) { b.(*array.Int64Builder).UnsafeAppend(s.block.Lines[r]) })
	case "person":
		p := b.(*array.FixedSizeBinaryBuilder)
		s.eachGood(func(r int) { p.Append(s.people[r][:]) })
	case "id_born":
		s.fillBorn(b.(*array.Date32Builder))
	case "id_sex":
		s.fillSex(b.(*array.StringBuilder))
	case "back":
		s.eachGood(func(r int) { b.(*array.BooleanBuilder).UnsafeAppend(s.back[r]) })
	case "area":
		s.eachGood(func(r int) { b.(*array.StringBuilder).Append(s.area[r]) })
	default:
		i := s.c.at[name]
		s.fillField(b, &s.cols[i], s.c.m.dataset.fields[i])
	}
}

func (s *sheet) eachGood(fn func(r int)) {
	for r, faults := range s.faults {
		if faults == 0 {
			fn(r)
		}
	}
}

func (s *sheet) fillBorn(b *array.Date32Builder) {
	s.eachGood(func(r int) {
		if s.born[r] == clean.NoDay {
			b.UnsafeAppendBoolToBitmap(false)
		} else {
			b.UnsafeAppend(arrow.Date32(s.born[r]))
		}
	})
}

func (s *sheet) fillSex(b *array.StringBuilder) {
	s.eachGood(func(r int) {
		switch s.sex[r] {
		case 'M':
			b.Append("男")
		case 'F':
			b.Append("女")
		default:
			b.AppendNull()
		}
	})
}

// fillField appends the cells of a field. Defaults are stored as NULL: a
// default equals an empty cell and one that was never brought.
func (s *sheet) fillField(b array.Builder, col *column, f field) {
	s.eachGood(func(r int) {
		if !col.has && f.name != "year" || col.empty[r] {
			b.AppendNull()
			return
		}
		switch b := b.(type) {
		case *array.Int64Builder:
			b.UnsafeAppend(col.nums[r])
		case *array.Date32Builder:
			b.UnsafeAppend(arrow.Date32(col.nums[r]))
		case *array.TimestampBuilder:
			b.UnsafeAppend(arrow.Timestamp(col.nums[r]))
		case *array.BooleanBuilder:
			if col.nums[r] == 0 && !f.required {
				b.AppendNull()
			} else {
				b.UnsafeAppend(col.nums[r] != 0)
			}
		case *array.BinaryBuilder:
			s.tmp = s.sealer.Text(s.tmp[:0], s.people[r], f.name[0], col.text(r))
			b.Append(s.tmp)
		case *array.StringBuilder:
			s.fillText(b, col, f, r)
		}
	})
}

func (s *sheet) fillText(b *array.StringBuilder, col *column, f field, r int) {
	switch f.kind {
	case kindWord:
		if col.words[r] == "" {
			b.AppendNull()
		} else {
			b.Append(col.words[r])
		}
	case kindIDType:
		if word := clean.IDTypeName(col.text(r)); word == "" {
			b.AppendNull()
		} else {
			b.Append(word)
		}
	default:
		b.BinaryBuilder.Append(col.text(r))
	}
}
