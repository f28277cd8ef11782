package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canbao/reports/issue"
)

// issue puts a revision of No. 3 where issued bulletins lie.
func (s *service) issue(revision int, correction *issue.Correction, files ...string) {
	s.t.Helper()
	m := issue.Manifest{Campaign: "yiwu-2021", Title: "义乌市2021年度", Number: 3, Revision: revision, AsOf: "2020-12-10", IssuedAt: time.Date(2020, 12, 11, 9, 30, 0, 0, time.UTC), Correction: correction}
	dir := filepath.Join(s.Issued, m.Campaign, "3", string(rune('0'+revision)))
	for _, name := range files {
		text := []byte("text of " + name)
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			s.t.Fatal(err)
		}
		kind, sum := issue.BulletinFile, sha256.Sum256(text)
		if strings.HasPrefix(name, issue.FiguresDir) {
			kind = issue.FigureFile
		}
		m.Files = append(m.Files, issue.File{Path: name, Kind: kind, Bytes: int64(len(text)), SHA256: hex.EncodeToString(sum[:])})
	}
	text, err := json.Marshal(m)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, issue.ManifestFile), text, 0o644)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestIssued(t *testing.T) {
	s := opened(t, func(o *Options) { o.Issued = filepath.Join(t.TempDir(), "issued") })
	const figures = issue.FiguresDir + "/standing.csv"
	s.issue(1, nil, issuedPage, issuedBook, ownPage, otherPage, figures)
	s.issue(2, &issue.Correction{Replaces: 1, Reason: "漏装一个文件", Changed: 14}, issuedPage)
	lin, town := s.as("lin"), s.as("fotang")
	_, text, _ := lin.get("/bulletins")
	for _, want := range []string{"第3期", "第2版", "漏装一个文件", "14", "赤岸镇", "/issued/yiwu-2021/3/1/" + issuedBook, "2020-12-11 09:30"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not listed", want)
		}
	}
	if strings.Contains(text, "standing.csv") {
		t.Error("the figures of the office are listed")
	}
	if _, text, _ := town.get("/bulletins"); !strings.Contains(text, "佛堂镇") || strings.Contains(text, "赤岸镇") || strings.Contains(text, issuedBook) {
		t.Error("the list of a town is not its own")
	}
	for _, c := range []struct {
		who  *reader
		name string
		want int
	}{
		{lin, "1/" + issuedPage, http.StatusOK}, {lin, "2/" + issuedPage, http.StatusOK}, {lin, "1/" + ownPage, http.StatusOK}, {lin, "3/" + issuedPage, http.StatusNotFound},
		{lin, "1/" + figures, http.StatusNotFound}, {lin, "1/" + issue.ManifestFile, http.StatusNotFound}, {lin, "1/..%2F2%2F" + issuedPage, http.StatusNotFound},
		{town, "1/" + ownPage, http.StatusOK}, {town, "1/" + otherPage, http.StatusForbidden}, {town, "1/" + issuedPage, http.StatusForbidden}, {town, "2/" + issuedPage, http.StatusForbidden},
		{s.as("shen"), "1/" + issuedBook, http.StatusOK},
	} {
		status, h := c.who.status(http.MethodGet, "/issued/yiwu-2021/3/"+c.name)
		if status != c.want {
			t.Errorf("%s: %d, want %d", c.name, status, c.want)
		}
		if page := path.Ext(c.name) == ".html"; status == http.StatusOK && page != (h.Get("Content-Security-Policy") == filePolicy) {
			t.Errorf("%s: %v", c.name, h)
		}
	}
	// A file that somebody has changed since is not what was issued.
	if err := os.WriteFile(filepath.Join(s.Issued, "yiwu-2021", "3", "1", issuedPage), []byte("other"), 0o644); err != nil {
		t.Fatal(err)
	}
	if status, text, _ := lin.get("/issued/yiwu-2021/3/1/" + issuedPage); status != http.StatusConflict || strings.Contains(text, "other") {
		t.Errorf("a changed file: %d", status)
	}
}
