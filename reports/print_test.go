package reports_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"canbao/reports"
	"canbao/reports/export"
)

// printed is the sample document as a PDF, and the text of each of its pages
// where there is a tool to read it.
func printed(t *testing.T) (pdf []byte, pages []string) {
	t.Helper()
	text, err := reports.SamplePage()
	if err != nil {
		t.Fatal(err)
	}
	pdf, err = export.PDF(t.Context(), text)
	if errors.Is(err, export.ErrNoBrowser) {
		t.Skip("no Chromium on this machine: nothing was printed")
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("pdftotext"); err != nil {
		return pdf, nil
	}
	path := filepath.Join(t.TempDir(), "bulletin.pdf")
	if err := os.WriteFile(path, pdf, 0o644); err != nil {
		t.Fatal(err)
	}
	all, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return pdf, strings.Split(strings.TrimSuffix(string(all), "\f"), "\f")
}

var size = regexp.MustCompile(`/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]`)

func TestPrinted(t *testing.T) {
	pdf, pages := printed(t)
	sizes := size.FindAllSubmatch(pdf, -1)
	upright, lying := 0, 0
	for _, s := range sizes {
		if bytes.HasPrefix(s[1], []byte("59")) && bytes.HasPrefix(s[2], []byte("84")) {
			upright++
		} else if bytes.HasPrefix(s[1], []byte("84")) && bytes.HasPrefix(s[2], []byte("59")) {
			lying++
		}
	}
	// Six sheets of the city, three of the upright annex, two of each town; the
	// wide annex.
	if len(sizes) != upright+lying || upright < 10 || upright > 16 || lying < 5 || lying > 8 {
		t.Errorf("%d pages: %d of A4, %d of A4 on its side", len(sizes), upright, lying)
	}
	if bytes.Contains(pdf, []byte("/Subtype /Image")) {
		t.Error("something was printed as a bitmap, not as lines and letters")
	}
	if pages == nil {
		t.Skip("no pdftotext on this machine: the text of the pages was not read")
	}
	if len(pages) != len(sizes) {
		t.Fatalf("%d pages of text, %d pages", len(pages), len(sizes))
	}
	for n, p := range pages {
		if !strings.Contains(p, "内部资料") {
			t.Errorf("page %d does not say who may read it", n+1)
		}
		if !regexp.MustCompile(fmt.Sprintf(`—\s*%d\s*—`, n+1)).MatchString(p) {
			t.Errorf("page %d has no number", n+1)
		}
	}
	for _, id := range []string{"long", "lines"} {
		checkRows(t, pages, id)
	}
}

// checkRows fails where a row is cut by the end of a page, or a page with rows
// does not repeat the header.
func checkRows(t *testing.T, pages []string, id string) {
	t.Helper()
	piece := regexp.MustCompile(id + `-(\d+)x(\d)`)
	on := map[string][]int{}
	sheets := 0
	for n, p := range pages {
		found := piece.FindAllStringSubmatch(p, -1)
		if len(found) == 0 {
			continue
		}
		sheets++
		if !strings.Contains(p, "HEAD"+id) {
			t.Errorf("page %d does not repeat the header of %s", n+1, id)
		}
		for _, f := range found {
			if !slices.Contains(on[f[1]], n) {
				on[f[1]] = append(on[f[1]], n)
			}
		}
	}
	if sheets < 3 || len(on) < 40 {
		t.Errorf("%s has %d rows on %d pages", id, len(on), sheets)
	}
	for row, where := range on {
		if len(where) > 1 {
			t.Errorf("row %s of %s is cut: on pages %v", row, id, where)
		}
	}
}
