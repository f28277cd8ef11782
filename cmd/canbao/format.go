package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"canbao/etl/refuse"
	"canbao/sql/answer"
)

// column is one column of a listing: its key in csv and json, and its title
// for people.
type column struct {
	key   string
	title refuse.Text
	right bool // numbers stand to the right
	width int  // of the column on a terminal, longer text is wrapped; 0: any
}

// ratio is a fraction, written with at least six decimals.
type ratio float64

// cell is one value of a listing: nil (none), string, bool, int, int64 or
// ratio for machines, and how people read it where that differs.
type cell struct {
	data  any
	shown string
	tone  tone // on a terminal, in columns of any width
}

// plain is a cell that people read as machines do.
func plain(data any) cell { return cell{data: data} }

// few is a count that somebody should look into unless it is none.
func few(n int64) cell {
	if n == 0 {
		return plain(n)
	}
	return cell{data: n, tone: watch}
}

// listing is a table on its way out.
type listing struct {
	columns []column
	rows    [][]cell
}

func (l *listing) add(cells ...cell) { l.rows = append(l.rows, cells) }

// print writes the listing as --format says.
func (a *app) print(l listing) error {
	w := a.rowWriter(l.columns)
	for _, row := range l.rows {
		if err := w.add(row); err != nil {
			return fmt.Errorf("write the result: %w", err)
		}
	}
	if err := w.end(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// rowWriter writes a listing row by row. Only a table is held as a whole.
type rowWriter interface {
	add(row []cell) error
	end() error
}

func (a *app) rowWriter(columns []column) rowWriter {
	switch a.set.Format {
	case "csv":
		return &csvWriter{w: csv.NewWriter(a.out), columns: columns}
	case "json":
		return &jsonWriter{w: bufio.NewWriter(a.out), columns: columns}
	}
	return &tableWriter{a, listing{columns: columns}}
}

type tableWriter struct {
	a *app
	l listing
}

func (t *tableWriter) add(row []cell) error {
	t.l.add(row...)
	return nil
}

func (t *tableWriter) end() error {
	_, err := fmt.Fprintln(t.a.out, t.a.table(t.l))
	return err
}

type csvWriter struct {
	w       *csv.Writer
	columns []column
	record  []string
}

// begin writes the header, before the first row or where there is none.
func (c *csvWriter) begin() error {
	if c.record != nil {
		return nil
	}
	c.record = make([]string, len(c.columns))
	for i, column := range c.columns {
		c.record[i] = answer.Harmless(column.key)
	}
	return c.w.Write(c.record)
}

func (c *csvWriter) add(row []cell) error {
	if err := c.begin(); err != nil {
		return err
	}
	for i, one := range row {
		c.record[i] = machine(one.data)
	}
	return c.w.Write(c.record)
}

func (c *csvWriter) end() error {
	if err := c.begin(); err != nil {
		return err
	}
	c.w.Flush()
	return c.w.Error()
}

type jsonWriter struct {
	w       *bufio.Writer
	columns []column
	rows    int
}

func (j *jsonWriter) add(row []cell) error {
	before := ",\n  {"
	if j.rows == 0 {
		before = "[\n  {"
	}
	j.rows++
	j.w.WriteString(before) // the first error stays and is that of the end
	for i, c := range row {
		if i > 0 {
			j.w.WriteString(", ")
		}
		value, err := jsonValue(c.data)
		if err != nil {
			return err
		}
		key, err := json.Marshal(j.columns[i].key)
		if err != nil {
			return err
		}
		j.w.Write(key)
		j.w.WriteString(": ")
		j.w.Write(value)
	}
	return j.w.WriteByte('}')
}

func (j *jsonWriter) end() error {
	after := "\n]\n"
	if j.rows == 0 {
		after = "[]\n"
	}
	j.w.WriteString(after)
	return j.w.Flush()
}

func jsonValue(data any) ([]byte, error) {
	if r, ok := data.(ratio); ok {
		return []byte(r.String()), nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(data); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

// machine is how csv writes a value; none is empty.
func machine(data any) string {
	switch v := data.(type) {
	case nil:
		return ""
	case string:
		return answer.Harmless(v)
	case bool:
		return strconv.FormatBool(v)
	case json.RawMessage:
		return answer.Harmless(string(v))
	default:
		return answer.Harmless(fmt.Sprint(v))
	}
}

// String writes the shortest digits that tell the fraction, at least six
// decimals.
func (r ratio) String() string {
	s := strconv.FormatFloat(float64(r), 'f', -1, 64)
	whole, decimals, _ := strings.Cut(s, ".")
	return whole + "." + decimals + strings.Repeat("0", max(0, 6-len(decimals)))
}

// table draws the listing for a terminal. Chinese characters are two columns
// wide, and so are they counted.
func (a *app) table(l listing) string {
	t := table.NewWriter()
	style := table.StyleLight
	style.Format.Header = text.FormatDefault
	style.Options.SeparateColumns = false
	style.Options.DrawBorder = false
	t.SetStyle(style)
	var header table.Row
	var configs []table.ColumnConfig
	for i, c := range l.columns {
		header = append(header, c.title.In(a.set.Lang))
		config := table.ColumnConfig{Number: i + 1, WidthMax: c.width, WidthMaxEnforcer: wrapped}
		if c.right {
			config.Align, config.AlignHeader = text.AlignRight, text.AlignRight
		}
		configs = append(configs, config)
	}
	t.AppendHeader(header)
	t.SetColumnConfigs(configs)
	for _, row := range l.rows {
		var shown table.Row
		for _, c := range row {
			shown = append(shown, coloured(a.out, c.tone, a.shown(c)))
		}
		t.AppendRow(shown)
	}
	return t.Render()
}

// wrapped breaks a text into lines of a width, at blanks where there are any.
// Chinese may break anywhere and takes two columns a character.
func wrapped(s string, width int) string {
	if width <= 0 {
		return s
	}
	var lines []string
	line, at, blank := []rune{}, 0, -1
	for _, r := range s {
		w := text.RuneWidth(r)
		for at+w > width && len(line) > 0 {
			cut := len(line)
			switch {
			case r == ' ': // it ends the line and is not needed
			case blank > 0 && w == 1:
				cut = blank
			case strings.ContainsRune("，。、；：？！）》”", r) && cut > 1:
				cut-- // no line begins with these
			}
			lines = append(lines, string(line[:cut]))
			line = []rune(strings.TrimLeft(string(line[cut:]), " "))
			at, blank = text.StringWidth(string(line)), -1
		}
		if r == ' ' {
			if len(line) == 0 {
				continue
			}
			blank = len(line)
		}
		line = append(line, r)
		at += w
	}
	return strings.Join(append(lines, string(line)), "\n")
}

// shown is how people read a cell.
func (a *app) shown(c cell) string {
	switch v := c.data.(type) {
	case nil:
		if c.shown == "" {
			return "—"
		}
	case bool:
		if c.shown == "" && v {
			return a.text("是", "yes")
		}
		if c.shown == "" {
			return a.text("否", "no")
		}
	case int64:
		if c.shown == "" {
			return thousands(v)
		}
	}
	if c.shown != "" {
		return c.shown
	}
	return machine(c.data)
}

// thousands writes a count as people read it: 1,859,390.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}
