package export

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"canbao/models/measure"
	"canbao/reports"
	"canbao/sql/answer"
)

// opened is a cell as LibreOffice has it.
type opened struct {
	kind, text, formula string
	number              float64
}

// openByOffice lets LibreOffice open workbooks and write down what it sees; the
// cells of each sheet by row and column from 0.
func openByOffice(t *testing.T, books map[string][]byte) map[string]map[string][][]opened {
	t.Helper()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("soffice is not installed: no workbook is opened by LibreOffice")
	}
	dir := t.TempDir()
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", "fods", "--outdir", dir}
	for name, text := range books {
		path := filepath.Join(dir, name+".xlsx")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	if out, err := exec.Command(office, args...).CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	sheets := map[string]map[string][][]opened{}
	for name := range books {
		f, err := os.Open(filepath.Join(dir, name+".fods"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		sheets[name] = readSheets(t, f)
	}
	return sheets
}

func readSheets(t *testing.T, r io.Reader) map[string][][]opened {
	t.Helper()
	sheets := map[string][][]opened{}
	var name string
	var cell *opened
	var repeat int
	inText := false
	for d := xml.NewDecoder(r); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return sheets
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			switch x.Name.Local {
			case "table":
				name = attribute(x, "name")
			case "table-row":
				sheets[name] = append(sheets[name], nil)
			case "table-cell", "covered-table-cell":
				cell, repeat = &opened{kind: attribute(x, "value-type"), formula: attribute(x, "formula")}, 1
				if n, err := strconv.Atoi(attribute(x, "number-columns-repeated")); err == nil {
					repeat = min(n, 100)
				}
				cell.number, _ = strconv.ParseFloat(attribute(x, "value"), 64)
				if day := attribute(x, "date-value"); day != "" {
					cell.number = serial(t, day)
				}
			case "p":
				inText = cell != nil
			}
		case xml.CharData:
			if inText {
				cell.text += string(x)
			}
		case xml.EndElement:
			switch x.Name.Local {
			case "p":
				inText = false
			case "table-cell", "covered-table-cell":
				rows := sheets[name]
				for range repeat {
					rows[len(rows)-1] = append(rows[len(rows)-1], *cell)
				}
				cell = nil
			}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// serial is a day, or a moment, as a spreadsheet counts it.
func serial(t *testing.T, text string) float64 {
	t.Helper()
	for _, form := range []string{"2006-01-02T15:04:05", "2006-01-02"} {
		if at, err := time.Parse(form, strings.SplitN(text, ".", 2)[0]); err == nil {
			return float64(at.Unix())/(24*60*60) + daysBefore1970
		}
	}
	t.Fatalf("not a day: %s", text)
	return 0
}

// reads is how a cell of the document reads in a spreadsheet.
func reads(c reports.Cell) string {
	if c.Kind == reports.Rate && !strings.Contains(c.Text, "%") {
		bare := strings.TrimSuffix(c.Text, "↑")
		return bare + "%" + c.Text[len(bare):]
	}
	if c.Kind == reports.Text {
		return answer.Harmless(c.Text)
	}
	return c.Text
}

func TestOfficeReadsEveryFigure(t *testing.T) {
	spoilt := []string{
		"update ref.area set area = '=1+1' where area_code = '330782001'", "update mart.standing set area = '=1+1' where area_code = '330782001'",
		"update mart.score set area = '=1+1' where area_code = '330782001'", "update mart.payment_daily set channel = '@SUM(1)' where channel = '微信'",
		"update mart.standing set actual = expected + 7 where area_code = '330782002' and item = 'medical_resident' and as_of = date '2020-12-10'",
		"update mart.collection set amount_received = amount_received + 0.55 where area_code = '330782004'",
		"update mart.standing set expected = 0, actual = 0, rate = null, met = null, rank = null, status = null, short_by = 0 where area_code = '330782106' and item = 'medical_assistance'",
	}
	documents := map[string]*reports.Document{
		"chinese": document(t, measure.Ask{}, "zh", spoilt...),
		"english": document(t, measure.Ask{}, "en", spoilt...),
		"public": document(t, measure.Ask{Edition: measure.Public}, "zh",
			"update mart.standing set actual = expected - 3 where item = 'medical_hardship' and area_code = '330782106' and as_of = date '2020-12-10'"),
	}
	books := map[string][]byte{}
	for name, d := range documents {
		books[name] = written(t, d)
	}
	seen := openByOffice(t, books)
	for name, d := range documents {
		b := planned(d)
		numbers := 0
		for _, s := range b.sheets {
			rows := seen[name][s.name]
			l := b.layOut(s)
			for n, r := range s.table.Rows {
				for m, c := range r.Cells {
					at := cellName(m, l.body+n)
					if l.body+n > len(rows) || m >= len(rows[l.body+n-1]) {
						t.Fatalf("%s, %s: no cell %s", name, s.name, at)
					}
					o := rows[l.body+n-1][m]
					compare(t, name+", "+s.name+", "+at, c, o)
					if c.Kind != reports.Text {
						numbers++
					}
				}
			}
		}
		if numbers < 500 {
			t.Errorf("%s: %d numbers only", name, numbers)
		}
	}
}

// planned is a book with its sheets, not written.
func planned(d *reports.Document) *book {
	b := &book{d: d, english: d.Lang == "en", names: names{}}
	b.plan()
	return b
}

func compare(t *testing.T, where string, c reports.Cell, o opened) {
	t.Helper()
	if o.formula != "" {
		t.Errorf("%s is a formula: %s", where, o.formula)
	}
	if o.text != reads(c) {
		t.Errorf("%s reads %q, want %q", where, o.text, reads(c))
	}
	if c.Kind == reports.Text {
		if c.Text != "" && o.kind != "string" {
			t.Errorf("%s, %q, is of kind %s", where, c.Text, o.kind)
		}
		return
	}
	if o.kind == "string" || o.kind == "" {
		t.Errorf("%s, %q, is no number", where, c.Text)
		return
	}
	want, _ := value(c, false)
	if w := asFloat(t, want); math.Abs(o.number-w) > 1e-6 {
		t.Errorf("%s holds %v, want %v", where, o.number, w)
	}
}

func asFloat(t *testing.T, v any) float64 {
	t.Helper()
	switch n := v.(type) {
	case int64:
		return float64(n)
	case float64:
		return n
	}
	t.Fatalf("%v is no number", v)
	return 0
}
