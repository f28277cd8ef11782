package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// tryQuality: what the pages tell of the data is what the command line tells.
func tryQuality(t *testing.T, p *pages) {
	jing := p.as("jing")
	status, page, _ := jing.get("/quality")
	if status != http.StatusOK || !strings.Contains(page, "not_on_roster") || !strings.Contains(page, "佛堂镇") || strings.Contains(page, p.dir) {
		t.Errorf("quality: %d, shows where the files lie: %v", status, strings.Contains(page, p.dir))
	}
	all := strings.Count(canbao(t, "quarantine", "--workspace", p.dir, "--format", "csv"), "\n") - 1
	status, page, _ = jing.get("/quarantine")
	if want := "共 <b>" + decimal(all) + "</b>"; status != http.StatusOK || !strings.Contains(page, want) {
		t.Errorf("rows held back: %d, not %s", status, want)
	}
	const reason = "id_checksum"
	some := strings.Count(canbao(t, "quarantine", "--workspace", p.dir, "--reason", reason, "--format", "csv"), "\n") - 1
	_, page, _ = jing.get("/quarantine?reason=" + reason)
	if want := "共 <b>" + decimal(some) + "</b>"; some == 0 || some == all || !strings.Contains(page, want) {
		t.Errorf("rows held back for %s: not %s", reason, want)
	}
	if ids := regexp.MustCompile(`[0-9]{15,}`).FindAllString(page, -1); len(ids) > 0 {
		t.Errorf("the page shows what stands in the rows: %v", ids)
	}
	// A line of the books for a line of `canbao reconcile`, and the days that differ.
	books := strings.Count(run(t, exitNo, "reconcile", "--workspace", p.dir, "--format", "csv"), "\n") - 1
	days := strings.Count(run(t, exitNo, "reconcile", "--days", "--workspace", p.dir, "--format", "csv"), "\n") - 1
	_, page, _ = p.as("lin").get("/books")
	if got := bodies(page); len(got) != 2 || got[0] != books || got[1] != days {
		t.Errorf("%d lines; want %d books and %d days", got, books, days)
	}
	_, page, _ = p.as("lin").get("/books?source=treasury&scheme=medical")
	if got := bodies(page); len(got) == 0 || got[0] != 1 {
		t.Errorf("%d books of the treasury and medical insurance", got)
	}
}

// bodies are the numbers of rows of the tables of a page.
func bodies(page string) (all []int) {
	for _, body := range regexp.MustCompile(`(?s)<tbody>(.*?)</tbody>`).FindAllString(page, -1) {
		all = append(all, strings.Count(body, "<tr"))
	}
	return all
}

func decimal(n int) string { return strings.TrimSpace(thousands(int64(n))) }

// run runs the program, wants the exit code and returns what went to standard
// output.
func run(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, errs strings.Builder
	if code := Run(args, strings.NewReader(""), &out, &errs); code != want {
		t.Fatalf("canbao %s: exit %d, want %d\n%s", strings.Join(args, " "), code, want, errs.String())
	}
	return out.String()
}

// tryRecord: the auditor reads what was done, finds it whole, and sees where it
// was changed.
func tryRecord(t *testing.T, p *pages) {
	zhang := p.as("zhang")
	zhang.ask("select 'an entry to be found' as x", nil)
	shen := p.as("shen")
	if status, page, _ := shen.get("/record?by=zhang&act=query"); status != http.StatusOK || !strings.Contains(page, "an entry to be found") || strings.Contains(page, `<td class="l">shen</td>`) {
		t.Errorf("the record of zhang's queries: %d", status)
	}
	for n := range 110 { // more than a page
		zhang.post("/query", url.Values{"text": {fmt.Sprint("select ", n)}})
	}
	// All pages together show every entry once, the latest first.
	var seen []string
	for address, n := "/record?via=web", 0; address != ""; n++ {
		if n > 100 {
			t.Fatal("the record has no end")
		}
		_, page, _ := shen.get(address)
		for _, m := range regexp.MustCompile(`<tr class="[a-z]*"><td>(\d+)</td>`).FindAllStringSubmatch(page, -1) {
			seen = append(seen, m[1])
		}
		next := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(page)
		address = ""
		if next != nil {
			address = unescape(next[1])
		}
	}
	once := map[string]bool{}
	for _, seq := range seen {
		if once[seq] {
			t.Errorf("entry %s is shown twice", seq)
		}
		once[seq] = true
	}
	if len(seen) < 101 {
		t.Errorf("%d entries make no second page", len(seen))
	}
	status, page, _ := shen.post("/record/verify", url.Values{})
	if status != http.StatusOK || !strings.Contains(page, "记录完整") || !regexp.MustCompile(`<code class="hash">[0-9a-f]{64}</code>`).MatchString(page) {
		t.Errorf("verified: %d", status)
	}
	files, err := filepath.Glob(filepath.Join(p.dir, "audit", "*.ndjson"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the record lies in %v, %v", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), "an entry to be found", "an entry nobody found", 1)
	if err := os.WriteFile(files[0], []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	_, page, _ = shen.post("/record/verify", url.Values{})
	if !strings.Contains(page, "记录不完整") || !regexp.MustCompile(`第 \d+ 条：被改动`).MatchString(page) {
		t.Error("a changed entry is not found")
	}
	if err := os.WriteFile(files[0], text, 0o600); err != nil {
		t.Fatal(err)
	}
}
