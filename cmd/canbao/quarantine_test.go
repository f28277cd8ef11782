package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// desk is a workspace in which one person works with the verbs.
type desk struct {
	*testing.T
	dir string
}

func newDesk(t *testing.T) desk {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(t.TempDir(), "config"))
	t.Setenv("CANBAO_USER", "李会计")
	d := desk{t, t.TempDir()}
	d.run(0, "init", filepath.Join(d.dir, "city"))
	return d
}

func (d desk) run(want int, args ...string) string {
	d.Helper()
	var out, errs bytes.Buffer
	if args[0] != "init" {
		args = append(args, "--workspace", filepath.Join(d.dir, "city"))
	}
	if code := Run(args, strings.NewReader(""), &out, &errs); code != want {
		d.Fatalf("canbao %s: exit %d, want %d\n%s%s", strings.Join(args, " "), code, want, &out, &errs)
	}
	return out.String() + errs.String()
}

func (d desk) path(name string) string { return filepath.Join(d.dir, name) }

func (d desk) write(name, text string) string {
	d.Helper()
	if err := os.WriteFile(d.path(name), []byte(text), 0o600); err != nil {
		d.Fatal(err)
	}
	return d.path(name)
}

// sheet reads the rows of the only sheet of a workbook.
func (d desk) sheet(path string) (*excelize.File, string, [][]string) {
	d.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		d.Fatal(err)
	}
	names := book.GetSheetList()
	rows, err := book.GetRows(names[0])
	if err != nil || len(names) != 1 {
		d.Fatalf("sheets %v, %v", names, err)
	}
	return book, names[0], rows
}

const faultyRoster = "证件号码,姓名,本市户籍,常住,镇街,学校\n" +
	"330782198001010012,吴大年,是,是,义亭,\n" +
	"330782197505050021,李二,或许,是,义亭,=cmd|'/c calc'!A1\n" + // one fault
	"330782197505050023,李三,也许,是,义亭,\n" + // two faults
	"3.30782198001010E+17,吴大年,是,是,义亭,\n" // damaged: 吴大年, born 1980-01-01

// TestCorrectedInASpreadsheet goes the way of a clerk: export, correct, load.
func TestCorrectedInASpreadsheet(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			d := newDesk(t)
			d.run(0, "load", d.write("a.csv", faultyRoster))
			held := d.path("held.xlsx")
			d.run(0, "quarantine", "export", held, "--lang", lang)
			if info, err := os.Stat(held); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("the export is %v, %v: want it for its owner alone", info.Mode(), err)
			}
			book, name, rows := d.sheet(held)
			if len(rows) != 5 || rows[2][0] != "1" || rows[2][8] != "或许" || rows[2][4] != "3" {
				t.Fatalf("exported:\n%q", rows)
			}
			if got := rows[2][11]; got != "'=cmd|'/c calc'!A1" {
				t.Errorf("a formula is exported as %q", got)
			}
			if !strings.HasPrefix(rows[4][5], "330782198001010012") || !strings.Contains(rows[4][5], map[string]string{"zh": "同镇街", "en": "town"}[lang]) {
				t.Errorf("hints for the damaged number: %q", rows[4][5])
			}
			book.SetCellStr(name, "C3", "否")                              // 更正 of the one fault
			book.SetCellStr(name, "I4", "是")                              // one of two faults, in the cell itself
			book.SetCellStr(name, "C5", "证件号码=330782198001010012；姓名=吴大年") // named
			fixed := d.path("fixed.xlsx")
			if err := book.SaveAs(fixed); err != nil {
				t.Fatal(err)
			}
			if got := d.run(0, "load", "--format", "csv", fixed); !strings.Contains(got, "fixed.xlsx,roster,3,1,1,1,2,id_checksum=1") {
				t.Errorf("loading the corrected sheet: %s", got)
			}
			if got := d.run(0, "quarantine", "--format", "csv"); !strings.Contains(got, "\n2,") || strings.Count(got, "roster") != 1 || strings.Contains(got, "unknown_word") {
				t.Errorf("held back still: %s", got)
			}
			if got := d.run(0, "load", "--format", "csv", fixed); !strings.Contains(got, ",3,0,0,3,") {
				t.Errorf("the same sheet again: %s", got)
			}
			d.run(2, "quarantine", "export", held)
			d.run(0, "quarantine", "export", held, "--force")
			_, _, rows = d.sheet(held)
			if len(rows) != 3 || rows[2][0] != "2" || rows[2][8] != "是" || len(rows[1]) != 12 {
				t.Errorf("exported after a partial correction:\n%q", rows)
			}
		})
	}
}

func TestDismissed(t *testing.T) {
	d := newDesk(t)
	d.run(0, "load", d.write("a.csv", faultyRoster))
	d.run(2, "quarantine", "dismiss", "1")
	d.run(2, "quarantine", "dismiss", "x", "--reason", "重复")
	if got := d.run(2, "quarantine", "dismiss", "1", "9", "--reason", "重复"); !strings.Contains(got, "9") {
		t.Errorf("an unknown number: %s", got)
	}
	if got := d.run(0, "quarantine"); !strings.Contains(got, "共 3 行暂存") {
		t.Errorf("half of a refused list was dismissed: %s", got)
	}
	d.run(0, "quarantine", "dismiss", "1", "3", "--reason", "已迁出")
	if got := d.run(0, "quarantine"); !strings.Contains(got, "共 1 行暂存") {
		t.Errorf("after two were dismissed: %s", got)
	}
	d.run(2, "quarantine", "dismiss", "1", "--reason", "重复")
}

// TestHistory wants on record, and legible, what was done about the rows held
// back: what came right, what did not, what was set aside, and who saw them all.
func TestHistory(t *testing.T) {
	d := newDesk(t)
	if got := d.run(0, "quarantine", "history", "--format", "csv"); got != "at,by,what,number,file,row,dataset,sheet,note\n" {
		t.Errorf("before anything is loaded: %s", got)
	}
	d.run(0, "load", d.write("a.csv", faultyRoster))
	held := d.path("held.xlsx")
	d.run(0, "quarantine", "export", held)
	book, sheet, rows := d.sheet(held)
	for r, row := range rows {
		if row[0] == "1" || row[0] == "2" {
			book.SetCellStr(sheet, "C"+strconv.Itoa(r+1), "是")
		}
	}
	if err := book.Save(); err != nil {
		t.Fatal(err)
	}
	d.run(0, "load", held, "--user", "王科")
	d.run(0, "quarantine", "dismiss", "3", "--reason", "已迁出")
	d.run(2, "quarantine", "dismiss", "2", "--reason", "同 330782198001010012")
	var said []string
	for _, line := range strings.Split(strings.TrimSpace(d.run(0, "quarantine", "history", "--format", "csv")), "\n")[1:] {
		_, line, _ = strings.Cut(strings.ReplaceAll(line, d.dir+"/", ""), ",")
		said = append(said, line)
	}
	slices.Sort(said) // all within a second or so
	want := []string{
		"李会计,dismissed,3,a.csv,5,roster,,已迁出", "李会计,exported,,held.xlsx,,,,3 rows",
		"王科,released,1,a.csv,3,roster,held.xlsx,", "王科,still_held,2,a.csv,4,roster,held.xlsx,id_checksum unknown_word:hukou",
		"王科,still_held,3,a.csv,5,roster,held.xlsx,id_damaged",
	}
	if !slices.Equal(said, want) {
		t.Errorf("history:\n%s\nwant:\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
	if got := d.run(0, "quarantine", "history", "--dataset", "levy", "--format", "csv"); strings.Count(got, "\n") != 1 {
		t.Errorf("of levies: %s", got)
	}
}

func TestExportStaysOutOfTheProgramsFolders(t *testing.T) {
	d := newDesk(t)
	d.run(0, "load", d.write("a.csv", faultyRoster))
	for _, path := range []string{"city/warehouse/x.xlsx", "city/reports/x.xlsx", "city/audit/x.xlsx", "city/service/x.xlsx", "x.csv"} {
		d.run(2, "quarantine", "export", d.path(path))
		if exists(d.path(path)) {
			t.Errorf("%s was written", path)
		}
	}
	d.run(2, "quarantine", "export", d.path("none.xlsx"), "--dataset", "levy")
	if slices.ContainsFunc(mustRead(t, d.dir), func(name string) bool { return strings.HasSuffix(name, ".part") }) {
		t.Error("half an export was left behind")
	}
}

func mustRead(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// Formulas in headers, cells and the very name of a file are texts in what is
// exported, in XLSX and CSV; the corrected sheet is read all the same.
func TestExportedFormulas(t *testing.T) {
	const evil = `=cmd|'/c calc'!A1`
	d := newDesk(t)
	name := "=cmd.csv"
	t.Chdir(d.dir)
	d.write(name, "证件号码,姓名,本市户籍,常住,镇街,"+evil+",\"\t@SUM(1)\",学校\n"+
		"330782198001010012,+1+1,也许,是,义亭,-2+3,=1,\"\r=2\"\n330782197505050021,"+evil+",也许,是,义亭,-280,\"\t=3\",@x\n")
	d.run(0, "load", name)
	for _, verb := range []string{"loads", "quarantine"} {
		if got := d.run(0, verb, "--format", "csv"); strings.Contains(strings.ReplaceAll(got, "'=", ""), "=cmd") {
			t.Errorf("%s: %s", verb, got)
		}
	}
	held := d.path("held.xlsx")
	d.run(0, "quarantine", "export", held)
	book, sheet, rows := d.sheet(held)
	if len(rows) != 4 || !strings.Contains(strings.Join(rows[1], "\n"), "'"+evil) || !strings.Contains(strings.Join(rows[3], "\n"), "'"+evil) {
		t.Fatalf("exported: %q", rows)
	}
	for r, row := range rows {
		for c, text := range row {
			at, _ := excelize.CoordinatesToCellName(c+1, r+1)
			if formula, err := book.GetCellFormula(sheet, at); err != nil || formula != "" {
				t.Errorf("%s is a formula: %q, %v", at, formula, err)
			}
			if text != "-280" && strings.ContainsAny(text[:min(1, len(text))], "=+-@\t\r\n") {
				t.Errorf("%s is %q", at, text)
			}
		}
	}
	book.SetCellStr(sheet, "C3", "是")
	if err := book.SaveAs(held); err != nil {
		t.Fatal(err)
	}
	if got := d.run(0, "load", "--format", "csv", held); !strings.Contains(got, "held.xlsx,roster,2,1,1,0") {
		t.Errorf("loading the corrected sheet: %s", got)
	}
}
