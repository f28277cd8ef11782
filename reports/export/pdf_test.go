package export

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"canbao/etl/refuse"
)

const twoPages = `<!DOCTYPE html><html lang="zh"><title>通报</title><style>@page { size: A4 landscape }</style>
	<h1>通报</h1><p style="break-before:page">第二页`

// withBrowser skips where none is installed, and gives the browser a place of
// its own for what it writes.
func withBrowser(t *testing.T) string {
	t.Helper()
	if _, err := browser(); err != nil {
		t.Skip("no Chromium on this machine: nothing was printed")
	}
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	return dir
}

func left(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestPDF(t *testing.T) {
	dir := withBrowser(t)
	text, err := PDF(t.Context(), []byte(twoPages))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(text, []byte("%PDF-")) || bytes.Count(text, []byte("/Type /Page\n")) != 2 {
		t.Errorf("%d bytes, %d pages", len(text), bytes.Count(text, []byte("/Type /Page\n")))
	}
	if !bytes.Contains(text, []byte("/MediaBox [0 0 841.9")) {
		t.Error("the pages do not lie on their side as the style says")
	}
	if names := left(t, dir); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
	time.Sleep(1100 * time.Millisecond) // a PDF tells the second of its making
	again, err := PDF(t.Context(), []byte(twoPages))
	if err != nil || !bytes.Equal(text, again) {
		t.Errorf("printed again it has other bytes: %v", err)
	}
}

func TestPDFGivenUp(t *testing.T) {
	dir := withBrowser(t)
	for _, limit := range []time.Duration{time.Nanosecond, 150 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		_, err := PDF(ctx, []byte(twoPages+strings.Repeat("<p>通报", 1<<16)))
		cancel()
		if err == nil {
			t.Errorf("printed within %v", limit)
		}
		if names := left(t, dir); len(names) > 0 {
			t.Errorf("given up after %v, left behind: %v", limit, names)
		}
	}
}

func TestNoBrowser(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := PDF(t.Context(), []byte(twoPages))
	var no *refuse.Error
	if !errors.As(err, &no) || !errors.Is(err, ErrNoBrowser) {
		t.Fatalf("without a browser: %v", err)
	}
	if !strings.Contains(no.In("zh"), "打印为 PDF") || !strings.Contains(no.In("en"), "install Chromium") {
		t.Errorf("it does not say what to do: %v", no.In("zh"))
	}
}
