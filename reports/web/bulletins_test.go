package web

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canbao/reports/audit"
)

// issued puts files where bulletins lie.
func (s *service) issued(names ...string) {
	s.t.Helper()
	for _, name := range names {
		path := filepath.Join(s.Bulletins, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("text of "+name), 0o644); err != nil {
			s.t.Fatal(err)
		}
	}
}

const (
	issuedPage  = "yiwu-2021-2020-12-10.html"
	issuedBook  = "yiwu-2021-2020-12-10.xlsx"
	issuedTowns = "yiwu-2021-2020-12-10-towns"
	ownPage     = issuedTowns + "/330782100-佛堂镇.html"
	otherPage   = issuedTowns + "/330782101-赤岸镇.html"
)

func TestBulletins(t *testing.T) {
	s := opened(t, nil)
	lin := s.as("lin")
	if _, text, _ := lin.get("/bulletins"); !strings.Contains(text, "还没有通报") {
		t.Error("without any bulletin the page says nothing")
	}
	s.issued(issuedPage, issuedBook, "yiwu-2021-2020-12-10-public.html", "yiwu-2021-2020-12-12.pdf", ownPage, otherPage, "notes.txt", ".hidden-2020-12-10.html")
	_, text, _ := lin.get("/bulletins")
	for _, want := range []string{issuedPage, issuedBook, "公开版", "2020-12-12", "佛堂镇", "赤岸镇"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not listed", want)
		}
	}
	if strings.Contains(text, "notes") || strings.Index(text, "2020-12-12") > strings.Index(text, "2020-12-10") {
		t.Error("the list has what is no bulletin, or the wrong order")
	}
	for _, name := range []string{issuedPage, issuedBook, ownPage} {
		status, h := lin.status(http.MethodGet, "/bulletins/"+name)
		page := strings.HasSuffix(name, ".html")
		if status != http.StatusOK || page != (h.Get("Content-Security-Policy") == filePolicy) || page == (h.Get("Content-Disposition") != "") {
			t.Errorf("%s: %d %v", name, status, h)
		}
	}
	if _, text, _ := lin.get("/bulletins/" + issuedPage); text != "text of "+issuedPage {
		t.Errorf("the page is %q", text)
	}
	for _, bad := range []string{
		"notes.txt", "..%2Fservice%2Fusers.json", "yiwu-2021-2020-12-10.html%00", issuedTowns, issuedTowns + "/..%2F" + issuedPage, "service/users.json", "yiwu-2021-2020-12-11.html",
		issuedTowns + "/330782100-佛堂镇.xlsx", "..%2f..%2fetc%2fpasswd",
	} {
		if status, text, _ := lin.get("/bulletins/" + bad); status != http.StatusNotFound {
			t.Errorf("%s: %d %.60q", bad, status, text)
		}
	}
	taken := 0
	for e, err := range audit.Read(s.AuditDir, audit.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Act == audit.Export && e.By == "lin" && strings.HasPrefix(e.What, "yiwu-2021-") {
			taken++
		}
	}
	if taken != 4 {
		t.Errorf("%d of 4 files are on record", taken)
	}
}

// TestBulletinsOfTown shows a town's user its own page and nothing else, and an
// auditor all that was issued.
func TestBulletinsOfTown(t *testing.T) {
	s := opened(t, nil)
	s.issued(issuedPage, issuedBook, ownPage, otherPage)
	town := s.as("fotang")
	_, text, _ := town.get("/bulletins")
	if !strings.Contains(text, "佛堂镇") || strings.Contains(text, "赤岸镇") || strings.Contains(text, issuedPage) {
		t.Error("the list of a town is not its own")
	}
	for name, want := range map[string]int{ownPage: http.StatusOK, otherPage: http.StatusForbidden, issuedPage: http.StatusForbidden, issuedBook: http.StatusForbidden} {
		if status, _ := town.status(http.MethodGet, "/bulletins/"+name); status != want {
			t.Errorf("a town opens %s: %d", name, status)
		}
	}
	for _, bad := range []string{issuedTowns + "/330782100-x%2F..%2F..%2F" + issuedPage, issuedTowns + "/330782100-x%2F..%2F330782101-赤岸镇.html"} {
		if status, text, _ := town.get("/bulletins/" + bad); status == http.StatusOK {
			t.Errorf("a town opens %s: %d %.60q", bad, status, text)
		}
	}
	if status, _ := s.as("shen").status(http.MethodGet, "/bulletins/"+issuedPage); status != http.StatusOK {
		t.Errorf("the auditor opens the bulletin: %d", status)
	}
}
