package export

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"canbao/etl/refuse"
)

// ErrNoBrowser is the cause of a refusal: a PDF is printed by Chromium, and
// there is none.
var ErrNoBrowser = errors.New("no Chromium")

// browsers are the names under which Chromium and its kin are installed.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge"}

// browser finds one on the path.
func browser() (string, error) {
	for _, name := range browsers {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", &refuse.Error{
		What: refuse.Text{
			ZH: "没有找到 Chromium 浏览器，无法生成 PDF",
			EN: "a PDF is printed by Chromium, and none was found",
		},
		Do: refuse.Text{
			ZH: "请安装 Chromium（如 apt install chromium）或 Chrome、Edge，并使其在 PATH 中；也可用任何浏览器打开 HTML 通报，打印为 PDF",
			EN: "install Chromium (apt install chromium), Chrome or Edge and put it on the PATH; or open the HTML bulletin in any browser and print it to PDF",
		},
		Err: ErrNoBrowser,
	}
}

// PDF prints a page of package reports as its style says: size of paper,
// margins, page numbers. The browser has no network, and is gone with its
// profile when PDF returns. The same page and browser give the same bytes.
func PDF(ctx context.Context, html []byte) (text []byte, err error) {
	path, err := browser()
	if err != nil {
		return nil, err
	}
	// A file and not an address of data: these may not be longer than 2 MB.
	dir, err := os.MkdirTemp("", "canbao-pdf-*")
	if err != nil {
		return nil, fmt.Errorf("print the bulletin: %w", err)
	}
	defer func() {
		if gone := os.RemoveAll(dir); err == nil && gone != nil {
			err = fmt.Errorf("print the bulletin: %w", gone)
		}
	}()
	file := filepath.Join(dir, "bulletin.html")
	if err := os.WriteFile(file, html, 0o600); err != nil {
		return nil, fmt.Errorf("print the bulletin: %w", err)
	}
	text, err = printed(ctx, path, file)
	if err != nil {
		return nil, fmt.Errorf("print the bulletin with %s: %w", path, err)
	}
	return undated(text), nil
}

// printed runs the browser. Each way out of it ends the browser, waits for it
// and removes its profile.
func printed(ctx context.Context, path, file string) ([]byte, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.Env("TMPDIR="+filepath.Dir(file)), // what it leaves behind goes with the file
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"),
		chromedp.ProxyServer("127.0.0.1:9"), // nobody listens there
	)
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox) // the sandbox refuses root
	}
	ctx, end := chromedp.NewExecAllocator(ctx, options...)
	defer end()
	ctx, closeTab := chromedp.NewContext(ctx)
	defer closeTab()
	place := (&url.URL{Scheme: "file", Path: filepath.ToSlash(file)}).String()
	if err := chromedp.Do(ctx, chromedp.Navigate(place)); err != nil {
		return nil, err
	}
	return chromedp.Run(ctx, chromedp.PrintToPDF(asStyled))
}

// asStyled leaves all to the style of the page, and adds what readers of
// screens need: an outline and the tags of what is a heading, a table, a
// picture.
func asStyled(p *page.PrintToPDFParams) {
	yes := true
	p.PreferCSSPageSize, p.PrintBackground, p.GenerateTaggedPDF, p.GenerateDocumentOutline = &yes, &yes, &yes, &yes
	p.TransferMode = page.PrintToPDFTransferModeReturnAsStream
}

var dates = regexp.MustCompile(`/(Creation|Mod)Date \(D:\d{14}`)

// undated drops the time of printing, which tells nothing of the bulletin: the
// day it speaks of stands on the page. The length stays, as a PDF counts bytes.
func undated(text []byte) []byte {
	return dates.ReplaceAllFunc(text, func(found []byte) []byte {
		return append(found[:len(found)-14:len(found)-14], "20000101000000"...)
	})
}
