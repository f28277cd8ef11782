package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"canbao/reports/audit"
	"canbao/sql/duck"
)

var (
	resultRows  = regexp.MustCompile(`<tr><td class="n">`)
	resultCells = regexp.MustCompile(`(?s)<td class="(?:l|null)">(.*?)</td>|<td>(.*?)</td>`)
)

// cells are the values of an answer as the page shows them.
func cells(html string) (all []string) {
	for _, m := range resultCells.FindAllStringSubmatch(html, -1) {
		all = append(all, m[1]+m[2])
	}
	return all
}

// tryQuery asks as the script does and as a form without script does.
func tryQuery(t *testing.T, p *pages) {
	b := p.as("zhang")
	got := b.ask("select 1 as n, null as nothing, '<script>' as x, date '2020-12-01' as d, 1.50::decimal(9,2) as money", nil)
	if want := "1|NULL|&lt;script&gt;|2020-12-01|1.50"; strings.Join(cells(got.HTML), "|") != want {
		t.Errorf("the answer is %q, want %q", strings.Join(cells(got.HTML), "|"), want)
	}
	for _, want := range []string{"INTEGER", "VARCHAR", "DATE", "DECIMAL(9,2)", "1 行 · 5 列 · 快照 1 · "} {
		if !strings.Contains(got.HTML, want) {
			t.Errorf("the answer does not show %q", want)
		}
	}
	got = b.ask("select range as n from range(12345)", nil)
	if n := len(resultRows.FindAllString(got.HTML, -1)); n != 500 || !strings.Contains(got.Status, "显示前 500 行，共 12,345 行") {
		t.Errorf("%d rows of 12,345 are shown: %s", n, got.Status)
	}
	// More than the role may look at: the first rows stand, and it is said.
	got = b.ask("select range as n from range(1000001)", nil)
	if n := len(resultRows.FindAllString(got.HTML, -1)); n != 500 || !strings.Contains(got.Status, "行以上") {
		t.Errorf("%d rows of a million and one are shown: %s", n, got.Status)
	}
	// However long the values are, the page is not.
	got = b.ask("select repeat('参', 100000) as x from range(400)", nil)
	if len(got.HTML) > 16<<20 || !strings.Contains(got.HTML, "很长的值只显示开头") || len(resultRows.FindAllString(got.HTML, -1)) != 400 {
		t.Errorf("%d bytes of forty million characters", len(got.HTML))
	}
	// The day and the campaign need not be given.
	latest := b.ask("select max(as_of)::varchar from mart.standing where as_of <= $as_of and campaign = $campaign", nil)
	given := b.ask("select max(as_of)::varchar from mart.standing where as_of <= $as_of", map[string]string{"as_of": "2020-12-01"})
	if a, b := cells(latest.HTML), cells(given.HTML); len(a) != 1 || a[0] == "" || len(b) != 1 || b[0] != "2020-12-01" || a[0] <= b[0] {
		t.Errorf("days: latest %v, given %v", a, b)
	}
	status, page, h := b.post("/query", url.Values{"text": {"select 41 + 1 as answer"}, "show": {"100"}})
	if status != http.StatusOK || strings.Join(cells(page), "") != "42" || !strings.Contains(page, "select 41 &#43; 1 as answer</textarea>") {
		t.Errorf("without script: %d", status)
	}
	if got := h.Get("Cache-Control"); got != "no-store" {
		t.Errorf("an answer may be cached: %q", got)
	}
	// Every table is described, and its example runs.
	for _, table := range regexp.MustCompile(`/tables/([a-z._]+)"`).FindAllStringSubmatch(second(b.get("/tables")), -1) {
		status, page, _ := b.get("/tables/" + table[1])
		if status != http.StatusOK || !strings.Contains(page, "执行这个例子") {
			t.Errorf("%s: %d, no example", table[1], status)
		}
		status, page, _ = b.get("/query?table=" + table[1])
		example := regexp.MustCompile(`(?s)<textarea id="text"[^>]*>(.*?)</textarea>`).FindStringSubmatch(page)
		if status != http.StatusOK || len(example) != 2 {
			t.Errorf("the example of %s is not in the editor: %d", table[1], status)
			continue
		}
		if got := b.ask(unescape(example[1]), nil); strings.Contains(got.HTML, `class="no"`) {
			t.Errorf("the example of %s: %s", table[1], got.HTML)
		}
	}
}

func second(_ int, text string, _ http.Header) string { return text }

func unescape(text string) string {
	return strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&lt;", "<", "&gt;", ">", "&#43;", "+", "&amp;", "&").Replace(text)
}

// tryFaults: what is wrong is said in the reader's words, with the place.
func tryFaults(t *testing.T, p *pages) {
	b := p.as("zhang")
	at := func(n int) *int { return &n }
	for _, c := range []struct {
		text, want string
		from       *int
		missing    string
	}{
		{"select age_band\nfrom mart.persn", "第 2 行第  6 列：", at(21), ""},
		{"select '𠮷' as x, nam from mart.person", "没有 nam 这一列", at(18), ""},
		{"select area from mart.standing where item = $item", "查询里的 $item 没有值", nil, "item"},
		{"select 1; select 2", "这里有 2 句", nil, ""},
		{"drop table mart.person", "查询只能读", nil, ""},
		{"select * from read_csv('/etc/passwd')", "看不到文件", at(14), ""},
		{"", "还没有写查询", nil, ""},
		{"select 1 where $as_of > date '2020-01-01'", "", nil, ""},
	} {
		got := b.ask(c.text, nil)
		text := strings.Join(strings.Fields(got.HTML), " ")
		want := strings.Join(strings.Fields(c.want), " ")
		if want != "" && !strings.Contains(text, want) {
			t.Errorf("%s: %s, want %q", c.text, text, want)
		}
		if (got.From == nil) != (c.from == nil) || got.From != nil && *got.From != *c.from || got.Missing != c.missing {
			t.Errorf("%s: points at %v, misses %q", c.text, got.From, got.Missing)
		}
	}
	if got := b.ask("select 1 where $as_of > date '2020-01-01'", map[string]string{"as_of": "1999-01-01"}); !strings.Contains(got.HTML, "不在本活动期间") {
		t.Errorf("a day outside the campaign: %s", got.HTML)
	}
	if status, page, _ := b.post("/query", url.Values{"text": {"selec 1"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "在“selec”附近") {
		t.Errorf("without script: %d", status)
	}
}

// tryFiles opens what is downloaded, and finds it on record.
func tryFiles(t *testing.T, p *pages) {
	b := p.as("zhang")
	const text = "select range as n, case when range % 3 = 0 then null else '村' || range end as name, '=1+1' as formula, date '2020-12-01' as d from range(2500)"
	form := func(format string) url.Values { return url.Values{"text": {text}, "format": {format}} }

	marked := form("csv")
	marked.Set("mark", "1")
	status, body, h := b.post("/query/file", marked)
	if !strings.HasPrefix(body, "\ufeff") || !regexp.MustCompile(`^attachment; filename="canbao-1-\d{8}-\d{6}\.csv"$`).MatchString(h.Get("Content-Disposition")) {
		t.Errorf("csv for Excel: %d, begins with %q, %v", status, body[:min(len(body), 20)], h)
	}
	_, body, _ = b.post("/query/file", form("csv"))
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows) != 2501 || strings.Join(rows[2], "|") != "1|村1|'=1+1|2020-12-01" || rows[1][1] != "" {
		t.Errorf("csv: %d lines, %v", len(rows), err)
	}

	_, body, _ = b.post("/query/file", form("xlsx"))
	book, err := excelize.OpenReader(strings.NewReader(body))
	if err != nil {
		t.Fatalf("xlsx: %v", err)
	}
	sheet, err := book.GetRows("Sheet1")
	if err != nil || len(sheet) != 2501 || sheet[2][2] != "'=1+1" || sheet[2][3] != "2020-12-01" {
		t.Errorf("xlsx: %d rows, %q, %v", len(sheet), sheet[2], err)
	}
	if f, _ := book.GetCellFormula("Sheet1", "C3"); f != "" {
		t.Errorf("a text became the formula %s", f)
	}

	_, body, h = b.post("/query/file", form("parquet"))
	path := filepath.Join(t.TempDir(), "a.parquet")
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := duck.Open(t.Context(), "", duck.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n, nulls, sum int64
	if err := db.QueryRowContext(t.Context(), fmt.Sprintf("select count(*), count(*) filter (where name is null), sum(n) from '%s' where d = date '2020-12-01'", path)).Scan(&n, &nulls, &sum); err != nil || n != 2500 || nulls != 834 || sum != 2500*2499/2 {
		t.Errorf("parquet: %d rows, %d nulls, sum %d: %v", n, nulls, sum, err)
	}
	if h.Get("Content-Length") != fmt.Sprint(len(body)) {
		t.Errorf("the length of the file is not told: %v", h)
	}
	if left, err := os.ReadDir(filepath.Join(p.dir, "service", "files")); err == nil && len(left) > 0 {
		t.Errorf("files are left behind: %v", left)
	}

	// What cannot be answered is a page and no file.
	for format := range map[string]bool{"csv": true, "parquet": true} {
		status, body, h = b.post("/query/file", url.Values{"text": {"select nothing"}, "format": {format}})
		if status != http.StatusUnprocessableEntity || h.Get("Content-Disposition") != "" || !strings.Contains(body, "没有 nothing 这一列") {
			t.Errorf("%s of a wrong query: %d, %v", format, status, h)
		}
	}
	if status, _, _ := b.post("/query/file", url.Values{"text": {"select 1"}, "format": {"exe"}}); status != http.StatusBadRequest {
		t.Errorf("a format that is none: %d", status)
	}
	exports := 0
	for e, err := range audit.Read(filepath.Join(p.dir, "audit"), audit.Filter{By: "zhang", Act: audit.Export, Outcome: audit.OK}) {
		if err != nil || e.Rows != 2500 || e.Via != "web" || e.Snapshot != 1 {
			t.Errorf("on record: %+v, %v", e, err)
		}
		exports++
	}
	if exports != 4 {
		t.Errorf("%d exports on record, want 4", exports)
	}
	// What goes wrong behind the first byte breaks the connection.
	breaks := url.Values{"format": {"csv"}, "text": {"select range, case when range = 3000000 then error('late') else repeat('x', 40) end from range(3000001)"}}
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+"/query/file", strings.NewReader(breaks.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	a, err := b.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	var into bytes.Buffer
	if _, err := into.ReadFrom(a.Body); err == nil || a.StatusCode != http.StatusOK {
		t.Errorf("a file that fails late looks whole: %d, %d bytes", a.StatusCode, into.Len())
	}
}

// tryRoles: who may ask, and of what.
func tryRoles(t *testing.T, p *pages) {
	for name, want := range map[string]map[string]int{
		"lin":    {"/query": 403, "/tables": 403, "/worklist": 403, "/quarantine": 403, "/record": 403, "/users": 403, "/quality": 200, "/books": 200},
		"zhang":  {"/query": 200, "/tables": 200, "/worklist": 403, "/quarantine": 403, "/record": 403, "/users": 403, "/quality": 200},
		"fotang": {"/query": 200, "/tables": 200, "/worklist": 200, "/quarantine": 403, "/record": 403, "/users": 403, "/quality": 200, "/books": 200},
		"jing":   {"/query": 200, "/worklist": 200, "/quarantine": 200, "/record": 403, "/users": 200},
		"shen":   {"/query": 403, "/worklist": 403, "/quarantine": 403, "/record": 200, "/users": 200},
	} {
		b := p.as(name)
		for path, status := range want {
			if got, _, _ := b.get(path); got != status {
				t.Errorf("%s asks for %s: %d, want %d", name, path, got, status)
			}
		}
		may := want["/query"] == 200
		for _, path := range []string{"/query", "/query/file", "/query/save", "/query/delete", "/query/forget"} {
			got, _, _ := b.post(path, url.Values{"text": {"select 1"}, "format": {"csv"}, "name": {"x"}, "id": {"none"}})
			if refused := got == http.StatusForbidden; refused == may {
				t.Errorf("%s posts to %s: %d", name, path, got)
			}
		}
	}
	town := p.as("fotang")
	if got := cells(town.ask("select string_agg(distinct town, ',') from mart.person", nil).HTML); len(got) != 1 || got[0] != "330782100" {
		t.Errorf("a town's user sees people of %v", got)
	}
	// Nobody asks who is not signed in, or no longer.
	b := p.as("qian")
	if err := p.users.Passwd("qian", pagesPassword+"0"); err != nil {
		t.Fatal(err)
	}
	if status, text, _ := b.post("/query", url.Values{"text": {"select 1"}}); status != http.StatusUnauthorized || strings.Contains(text, "result") {
		t.Errorf("a session of a former password asks: %d", status)
	}
	if err := p.users.Passwd("qian", pagesPassword); err != nil {
		t.Fatal(err)
	}
}

// tryKept: what is saved and asked comes back, to whom it may, without numbers.
func tryKept(t *testing.T, p *pages) {
	zhang, qian, town := p.as("zhang"), p.as("qian"), p.as("fotang")
	const number = "330782198506060066"
	save := func(b *browser, name, text, shared string) {
		t.Helper()
		if status, _, h := b.post("/query/save", url.Values{"name": {name}, "text": {text}, "shared": {shared}, "value.item": {"medical_hukou"}}); status != http.StatusSeeOther || !strings.HasPrefix(h.Get("Location"), "/query?saved=") {
			t.Fatalf("save %s: %d", name, status)
		}
	}
	save(zhang, "只给自己", "select 'mine' as x", "")
	save(zhang, "大家的", "select $item as x, '"+number+"' as y", "1")
	of := func(b *browser) string { return second(b.get("/query")) }
	if text := of(zhang); !strings.Contains(text, "只给自己") || !strings.Contains(text, "大家的") {
		t.Error("what zhang saved is not there")
	}
	for name, b := range map[string]*browser{"qian": qian, "fotang": town} {
		if text := of(b); strings.Contains(text, "只给自己") || !strings.Contains(text, "大家的") {
			t.Errorf("%s sees what is not shared, or not what is", name)
		}
	}
	id := func(b *browser, name string) string {
		m := regexp.MustCompile(`href="(/query\?saved=[0-9a-f]+)"[^>]*>` + name + `<`).FindStringSubmatch(of(b))
		if m == nil {
			t.Fatalf("%s is not listed", name)
		}
		return m[1]
	}
	text := second(qian.get(id(qian, "大家的")))
	if !strings.Contains(text, "select $item as x") || !strings.Contains(text, `value="medical_hukou"`) || strings.Contains(text, number) {
		t.Error("a shared query does not come with its values, or with somebody's number")
	}
	if status, _, _ := qian.get(id(zhang, "只给自己")); status != http.StatusNotFound {
		t.Errorf("a private query is opened by its address: %d", status)
	}
	if status, text, _ := zhang.post("/query/save", url.Values{"name": {" "}, "text": {"select 1"}}); status != http.StatusUnprocessableEntity || !strings.Contains(text, "没有名称") {
		t.Errorf("a query without a name: %d", status)
	}
	qian.post("/query/delete", url.Values{"id": {strings.TrimPrefix(id(qian, "大家的"), "/query?saved=")}})
	if !strings.Contains(of(zhang), "大家的") {
		t.Error("somebody else's query was deleted")
	}
	zhang.post("/query/delete", url.Values{"id": {strings.TrimPrefix(id(zhang, "大家的"), "/query?saved=")}})
	if strings.Contains(of(qian), "大家的") {
		t.Error("a deleted query is still shared")
	}

	got := zhang.ask("select '"+number+"' as who, $x as x", map[string]string{"x": number})
	if !strings.Contains(got.HTML, number) || !strings.Contains(got.History, "select") || strings.Contains(got.History, number) {
		t.Error("the history does not tell what was asked, or tells a number")
	}
	if strings.Contains(everywhere(t, filepath.Join(p.dir, "service")), number) || strings.Contains(everywhere(t, filepath.Join(p.dir, "audit")), number) {
		t.Error("a number lies on the disk")
	}
	if strings.Contains(of(qian), "as who") {
		t.Error("somebody else's history is shown")
	}
	past := regexp.MustCompile(`href="(/query\?asked=[0-9a-f]+)" title="select &#39;`).FindStringSubmatch(of(zhang))
	if past == nil || !strings.Contains(second(zhang.get(past[1])), "as who, $x as x</textarea>") {
		t.Error("what was asked does not come back into the editor")
	}
	zhang.post("/query/forget", nil)
	if strings.Contains(of(zhang), "as who") {
		t.Error("the history is not emptied")
	}
}

// tryStop: a query ends with its reader.
func tryStop(t *testing.T, p *pages) {
	b := p.as("zhang")
	ctx, cancel := context.WithCancel(t.Context())
	form := url.Values{"text": {"select count(*) from range(10000000000) as a(x) where sqrt(x) > 1"}}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+"/query", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Accept", "application/x-ndjson")
	a, err := b.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	time.Sleep(300 * time.Millisecond)
	if len(p.desk.Running()) != 1 {
		t.Fatalf("%d queries run", len(p.desk.Running()))
	}
	cancel()
	for until := time.Now().Add(10 * time.Second); len(p.desk.Running()) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("the query goes on without its reader")
		}
	}
	stopped := 0
	for until := time.Now().Add(5 * time.Second); stopped == 0 && time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		for e, err := range audit.Read(filepath.Join(p.dir, "audit"), audit.Filter{By: "zhang", Outcome: audit.Stopped}) {
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(e.What, "sqrt") {
				stopped++
			}
		}
	}
	if stopped != 1 {
		t.Errorf("%d entries tell of the query stopped", stopped)
	}
	if errors.Is(ctx.Err(), context.Canceled) && !strings.Contains(second(b.get("/query")), "已停止") {
		t.Error("the history does not tell that it was stopped")
	}
}

// tryQueue: who asks more at once than the role may waits, is told the place,
// and that the wait is over.
func tryQueue(t *testing.T, p *pages) {
	b := p.as("zhang")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	most := p.most
	for range most {
		form := url.Values{"text": {"select count(*) from range(10000000000) as a(x) where sqrt(x) > 1"}}
		q, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+"/query", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("Accept", "application/x-ndjson")
		a, err := b.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
	}
	for until := time.Now().Add(10 * time.Second); len(p.desk.Running()) < most; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("%d of %d run", len(p.desk.Running()), most)
		}
	}
	// The operator sees them, and stops one.
	jing := p.as("jing")
	_, page, _ := jing.get("/running")
	ids := regexp.MustCompile(`name="id" value="(\d+)"`).FindAllStringSubmatch(page, -1)
	if len(ids) != most || !strings.Contains(page, "sqrt") {
		t.Errorf("the operator sees %d queries", len(ids))
	} else {
		time.AfterFunc(700*time.Millisecond, func() { jing.post("/running/stop", url.Values{"id": {ids[0][1]}}) })
	}
	got := b.ask("select 42 as answer", nil)
	if strings.Join(cells(got.HTML), "") != "42" || fmt.Sprint(got.Places) != "[0 1 0 0]" {
		t.Errorf("places %v, then %v", got.Places, cells(got.HTML))
	}
	if stops := onRecord(t, p, audit.Filter{By: "jing", Act: audit.Stop}); len(stops) != 1 || !strings.HasPrefix(stops[0], "zhang: select") {
		t.Errorf("on record: %q", stops)
	}
	if status, _, _ := b.post("/running/stop", url.Values{"id": {"1"}}); status != http.StatusForbidden {
		t.Errorf("an analyst stops a query: %d", status)
	}
}
