package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"canbao/reports/access"
	"canbao/reports/audit"
	"canbao/sql/duck"
)

// peopleOf are the people of `canbao worklist`, masked or in the clear, by person.
func peopleOf(t *testing.T, dir, item, area string, reveal ...string) map[string][]string {
	t.Helper()
	args := append([]string{"worklist", "--workspace", dir, "--as-of", "latest", "--item", item, "--area", area, "--format", "csv"}, reveal...)
	rows, err := csv.NewReader(strings.NewReader(canbao(t, args...))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	people := map[string][]string{}
	for _, row := range rows[1:] {
		people[row[3]] = row
	}
	return people
}

var listRow = regexp.MustCompile(`<tr><td class="l">(.*?)</td><td class="l">(.*?)</td><td class="l">(.*?)</td>.*?<td class="l key">(.*?)</td></tr>`)

const (
	listTown = "330782100"
	listItem = "critical_uptake_all" // many are missing at it
)

// tryLists pages through a list and finds exactly the people the command line
// lists, masked, and none of another town.
func tryLists(t *testing.T, p *pages) {
	want := peopleOf(t, p.dir, listItem, listTown)
	if len(want) < 120 {
		t.Fatalf("%d people make no three pages", len(want))
	}
	town := p.as("fotang")
	status, page, _ := town.get("/worklist")
	if link := "/worklist?area=" + listTown; status != http.StatusOK || !strings.Contains(page, link) || strings.Contains(page, "稠城街道") {
		t.Errorf("the overview of a town: %d, leads to its lists %v, shows another town %v", status, strings.Contains(page, link), strings.Contains(page, "稠城街道"))
	}
	seen := map[string]bool{}
	address := "/worklist?item=" + listItem + "&area=" + listTown
	for pages := 0; address != ""; pages++ {
		if pages > 50 {
			t.Fatal("the list has no end")
		}
		_, page, h := town.get(address)
		if h.Get("Cache-Control") != "no-store" {
			t.Error("a list may be cached")
		}
		for _, row := range listRow.FindAllStringSubmatch(page, -1) {
			w, known := want[row[4]]
			if !known || seen[row[4]] || row[2] != w[4] || row[3] != w[5] || !strings.Contains(row[3], "****") {
				t.Errorf("%v is listed, twice %v, want %v", row[1:], seen[row[4]], w)
			}
			seen[row[4]] = true
		}
		next := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(page)
		address = ""
		if next != nil {
			address = unescape(next[1])
		}
	}
	if len(seen) != len(want) {
		t.Errorf("%d people on all pages, want %d", len(seen), len(want))
	}
	for path, want := range map[string]int{
		"/worklist?item=" + listItem + "&area=330782001": http.StatusForbidden, "/worklist?area=330782": http.StatusForbidden,
		"/worklist?item=none": http.StatusBadRequest, "/worklist?day=1999-01-01": http.StatusBadRequest,
		"/worklist?item=" + listItem + "&page=999": http.StatusOK,
	} {
		if status, _, _ := town.get(path); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
	if status, page, _ := p.as("jing").get("/worklist?item=" + listItem + "&area=330782"); status != http.StatusOK || !strings.Contains(page, `rel="next"`) {
		t.Errorf("the operator's list of the city: %d", status)
	}
}

// tryReveal: nobody is named without a reason, and everybody who is stands on
// record, in the warehouse as well.
func tryReveal(t *testing.T, p *pages) {
	clear := peopleOf(t, p.dir, listItem, listTown, "--reveal", "--reason", "比对")
	town := p.as("fotang")
	form := func(reason string) url.Values {
		return url.Values{"item": {listItem}, "area": {listTown}, "page": {"2"}, "reason": {reason}}
	}
	shows := func(text string) (n int) {
		for _, row := range clear {
			if strings.Contains(text, row[5]) {
				n++
			}
		}
		return n
	}
	before := strings.Count(canbao(t, "worklist", "history", "--workspace", p.dir, "--format", "csv"), "\n")
	for reason, want := range map[string]string{
		"": "要写明原因", "  ": "要写明原因", "找 330782198506060066 本人": "原因里有证件号码或电话", strings.Repeat("查", 201): "最多 200 个字",
	} {
		status, page, _ := town.post("/worklist/reveal", form(reason))
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, want) || shows(page) > 0 {
			t.Errorf("reason %q: %d, %d people are named", reason, status, shows(page))
		}
		with := form(reason)
		with.Set("names", "1")
		if status, page, h := town.post("/worklist/book", with); status != http.StatusUnprocessableEntity || h.Get("Content-Disposition") != "" || shows(page) > 0 {
			t.Errorf("a workbook with names for the reason %q: %d", reason, status)
		}
	}
	if now := strings.Count(canbao(t, "worklist", "history", "--workspace", p.dir, "--format", "csv"), "\n"); now != before {
		t.Errorf("%d refused looks stand on record as looks", now-before)
	}
	status, page, h := town.post("/worklist/reveal", form("12 月第二周入户走访"))
	if status != http.StatusOK || shows(page) != 50 || h.Get("Cache-Control") != "no-store" {
		t.Errorf("revealed: %d, %d people are named, %q", status, shows(page), h.Get("Cache-Control"))
	}
	for _, row := range listRow.FindAllStringSubmatch(page, -1) {
		if w := clear[row[4]]; w == nil || row[2] != w[4] || row[3] != w[5] {
			t.Errorf("%v is revealed, want %v", row[1:], w)
		}
	}
	with := form("走访表")
	with.Set("names", "1")
	for _, c := range []struct {
		form  url.Values
		names bool
	}{{form(""), false}, {with, true}} {
		status, text, h := town.post("/worklist/book", c.form)
		book, err := excelize.OpenReader(strings.NewReader(text))
		if err != nil || status != http.StatusOK {
			t.Fatalf("workbook: %d, %v, %v", status, err, h)
		}
		var all strings.Builder
		for _, sheet := range book.GetSheetList() {
			rows, err := book.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				all.WriteString(strings.Join(row, "|") + "\n")
			}
		}
		want := 0
		if c.names {
			want = len(clear)
		}
		if got := shows(all.String()); got != want || strings.Count(all.String(), "\n") < len(clear) {
			t.Errorf("the workbook names %d of %d people, want %d", got, len(clear), want)
		}
	}
	history := canbao(t, "worklist", "history", "--workspace", p.dir, "--format", "csv")
	if strings.Count(history, "\n") != before+2 || !strings.Contains(history, "fotang,yiwu-2021,"+listItem+","+listTown) || !strings.Contains(history, "12 月第二周入户走访") {
		t.Errorf("the warehouse tells of the looks: %s", history)
	}
	var acts []string
	for e, err := range audit.Read(filepath.Join(p.dir, "audit"), audit.Filter{By: "fotang", Via: "web"}) {
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(e.What, "worklist ") {
			acts = append(acts, fmt.Sprintf("%s %d %s %s", e.Act, e.Rows, e.Outcome, e.What))
		}
	}
	day := regexp.MustCompile(`\d{4}-\d\d-\d\d`)
	got := day.ReplaceAllString(strings.Join(acts, "\n"), "DAY")
	what := "worklist yiwu-2021 " + listItem + " of " + listTown + " as of DAY"
	file := " > worklist-" + listItem + "-" + listTown + "_DAY.xlsx"
	if want := fmt.Sprintf("reveal 50 ok %s: 12 月第二周入户走访\nexport %d ok %s%s\nreveal %d ok %s%s: 走访表", what, len(clear), what, file, len(clear), what, file); got != want {
		t.Errorf("on record:\n%s\nwant:\n%s", got, want)
	}
	for name, path := range map[string]string{"zhang": "/worklist/reveal", "lin": "/worklist/reveal", "shen": "/worklist/book"} {
		if status, page, _ := p.as(name).post(path, form("好奇")); status != http.StatusForbidden || shows(page) > 0 {
			t.Errorf("%s reveals: %d", name, status)
		}
	}
	other := form("好奇")
	other.Set("area", "330782001")
	if status, page, _ := town.post("/worklist/reveal", other); status != http.StatusForbidden || listRow.MatchString(page) {
		t.Errorf("a town reveals another: %d", status)
	}
	for _, row := range clear {
		for _, dir := range []string{"service", "audit"} {
			if strings.Contains(everywhere(t, filepath.Join(p.dir, dir)), row[5]) {
				t.Fatalf("a number lies in %s", dir)
			}
		}
		break
	}
}

// tryBusy: while a load has the warehouse a list is shown without names, soon,
// and nobody is revealed.
func tryBusy(t *testing.T, p *pages) {
	lock, err := duck.Acquire(context.Background(), filepath.Join(p.dir, "warehouse", "warehouse.duckdb"), duck.Options{Holder: duck.Here("load", time.Now())})
	if err != nil {
		t.Fatal(err)
	}
	town := p.as("fotang")
	begun := time.Now()
	status, page, _ := town.get("/worklist?item=" + listItem + "&area=" + listTown)
	if took := time.Since(begun); status != http.StatusOK || !strings.Contains(page, "名单暂不含姓名") || len(listRow.FindAllString(page, -1)) != 50 || took > 5*time.Second {
		t.Errorf("while a load runs: %d after %v", status, took)
	}
	status, page, _ = p.as("jing").get("/quarantine")
	if status != http.StatusServiceUnavailable || strings.Contains(page, p.dir) {
		t.Errorf("rows held back while a load runs: %d, the folder is told: %v", status, strings.Contains(page, p.dir))
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	if _, page, _ := town.get("/worklist?item=" + listItem + "&area=" + listTown); strings.Contains(page, "名单暂不含姓名") {
		t.Error("the names stay away when the load is done")
	}
}

// tryVisits sends the sheet that was taken away back, filled in, and finds the
// answers counted once they are built.
func tryVisits(t *testing.T, p *pages) {
	town := p.as("fotang")
	_, text, _ := town.post("/worklist/book", url.Values{"item": {listItem}, "area": {listTown}, "reason": {"走访"}, "names": {"1"}})
	book, err := excelize.OpenReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	sheet := book.GetSheetList()[0]
	rows, err := book.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, title := range rows[visitHeaderRow-1] {
		column[title] = i + 1
	}
	fill := func(row int, title, value string) {
		t.Helper()
		if column[title] == 0 {
			t.Fatalf("the sheet has no column %s: %v", title, rows[visitHeaderRow-1])
		}
		cell, err := excelize.CoordinatesToCellName(column[title], row)
		if err == nil {
			err = book.SetCellStr(sheet, cell, value)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for n, answer := range []string{"愿意缴费", "愿意缴费", "已迁出"} {
		fill(visitHeaderRow+1+n, "走访结果", answer)
		fill(visitHeaderRow+1+n, "走访日期", "2020-12-15")
	}
	var filled bytes.Buffer
	if err := book.Write(&filled); err != nil {
		t.Fatal(err)
	}
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	send := func(b *browser, name string, text []byte) (int, string) {
		t.Helper()
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, err := form.CreateFormFile("sheet", name)
		if err == nil {
			_, err = part.Write(text)
		}
		if err != nil || form.Close() != nil {
			t.Fatal(err)
		}
		status, page, _ := b.do(http.MethodPost, "/visits", &body, form.FormDataContentType())
		return status, page
	}
	if status, _ := send(p.as("zhang"), "a.xlsx", filled.Bytes()); status != http.StatusForbidden {
		t.Errorf("an analyst loads visits: %d", status)
	}
	if status, page := send(town, "a.xlsx", []byte("no workbook")); status != http.StatusUnprocessableEntity || strings.Contains(page, temporary) || strings.Contains(page, "/proc/") {
		t.Errorf("what is no workbook: %d\n%s", status, page)
	}
	status, page := send(town, `C:\桌面\佛堂镇走访.xlsx`, filled.Bytes())
	if status != http.StatusOK || !strings.Contains(page, "佛堂镇走访.xlsx") || !strings.Contains(page, "接收 219") {
		t.Fatalf("visits are loaded: %d\n%s", status, page)
	}
	// Another town cannot answer for these people.
	if err := p.users.Add(access.User{Name: "choucheng", Role: access.Town, Areas: []string{"330782001"}}, pagesPassword); err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		fill(visitHeaderRow+1+n, "走访日期", "2020-12-16")
	}
	var others bytes.Buffer
	if err := book.Write(&others); err != nil {
		t.Fatal(err)
	}
	if status, page := send(p.as("choucheng"), "别处.xlsx", others.Bytes()); status != http.StatusOK || !strings.Contains(page, "不是您负责区划的人 3 行") {
		t.Errorf("another town answers: %d\n%s", status, page)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left on the disk: %v, %v", left, err)
	}
	canbao(t, "build", "--workspace", p.dir)
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		_, page, _ = town.get("/worklist")
		counts := regexp.MustCompile(`<th scope="row">(愿意缴费|已迁出)</th><td>(\d+)</td>`).FindAllStringSubmatch(page, -1)
		if len(counts) == 2 && counts[0][2] == "2" && counts[1][2] == "1" {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("the answers are not counted: %v", counts)
		}
	}
	if _, page, _ := town.get("/worklist?item=" + listItem + "&area=" + listTown + "&day=2020-12-20"); strings.Count(page, "（2020-12-15）") == 0 {
		t.Error("the list does not tell the last visit")
	}
	if entry := strings.Join(onRecord(t, p, audit.Filter{By: "fotang", Act: audit.Visit, Outcome: audit.OK}), "\n"); !strings.Contains(entry, "219 accepted") {
		t.Errorf("on record: %s", entry)
	}
}

func onRecord(t *testing.T, p *pages, f audit.Filter) (all []string) {
	t.Helper()
	for e, err := range audit.Read(filepath.Join(p.dir, "audit"), f) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e.What)
	}
	return all
}
