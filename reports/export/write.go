package export

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"canbao/models/measure"
	"canbao/reports"
)

// The formats a bulletin can be written in.
const (
	HTMLFormat = "html"
	XLSXFormat = "xlsx"
	DOCXFormat = "docx"
	PDFFormat  = "pdf"
)

// Formats lists them in the order files are named in.
func Formats() []string { return []string{HTMLFormat, XLSXFormat, DOCXFormat, PDFFormat} }

// Name is what the files of a bulletin are called, without an ending: the
// campaign, the day, the edition unless it is the internal one, the language
// unless it is Chinese.
func Name(d *reports.Document) string {
	name := d.Figures.Campaign.ID + "-" + d.Figures.AsOf.Format(time.DateOnly)
	if d.Figures.Edition == measure.Public {
		name += "-public"
	}
	if d.Lang == "en" {
		name += "-en"
	}
	return name
}

// Write writes a bulletin into dir, which is made where it does not exist, and
// returns the paths in the order of Formats: the page first, behind it the
// folder with the page of each town. An earlier file of that name is replaced
// as a whole or not at all. What could be written stays where one format fails.
func Write(ctx context.Context, d *reports.Document, dir string, formats []string) ([]string, error) {
	w := &writing{base: filepath.Join(dir, Name(d)), done: map[string][]string{}}
	var page []byte
	var group errgroup.Group
	if slices.Contains(formats, HTMLFormat) || slices.Contains(formats, PDFFormat) {
		group.Go(func() (err error) {
			if page, err = d.HTML(); err != nil || !slices.Contains(formats, HTMLFormat) {
				return err
			}
			return w.pages(d, page)
		})
	}
	if slices.Contains(formats, XLSXFormat) {
		group.Go(func() error { return w.put(d, XLSXFormat, XLSX) })
	}
	if slices.Contains(formats, DOCXFormat) {
		group.Go(func() error { return w.put(d, DOCXFormat, DOCX) })
	}
	err := group.Wait()
	if err == nil && slices.Contains(formats, PDFFormat) {
		err = w.paper(ctx, page)
	}
	var paths []string
	for _, f := range Formats() {
		paths = append(paths, w.done[f]...)
	}
	return paths, err
}

// writing is a bulletin on its way to its files.
type writing struct {
	base  string // the path without an ending
	mutex sync.Mutex
	done  map[string][]string // what was written, by format
}

// put writes one file and notes it.
func (w *writing) put(d *reports.Document, format string, draw func(*reports.Document, io.Writer) error) error {
	var b bytes.Buffer
	if err := draw(d, &b); err != nil {
		return err
	}
	return w.file(format, b.Bytes())
}

func (w *writing) file(format string, text []byte) error {
	path := w.base + "." + format
	if err := reports.WriteWhole(path, text); err != nil {
		return err
	}
	w.note(format, path)
	return nil
}

func (w *writing) note(format, path string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.done[format] = append(w.done[format], path)
}

// pages writes the page and, into a folder of its own, that of each town, so that
// the city can send each its own.
func (w *writing) pages(d *reports.Document, page []byte) error {
	if err := w.file(HTMLFormat, page); err != nil {
		return err
	}
	dir := w.base + "-towns"
	for n := range d.Towns {
		t := &d.Towns[n]
		text, err := d.TownHTML(t)
		if err != nil {
			return err
		}
		if err := reports.WriteWhole(filepath.Join(dir, t.Code+"-"+fileName(d.Figures.Area(t.Code).Name)+".html"), text); err != nil {
			return err
		}
	}
	if len(d.Towns) > 0 {
		w.note(HTMLFormat, dir)
	}
	return nil
}

func (w *writing) paper(ctx context.Context, page []byte) error {
	text, err := PDF(ctx, page)
	if err != nil {
		return err
	}
	return w.file(PDFFormat, text)
}

// Wall writes the page of the command room and returns its path.
func Wall(d *reports.Document, dir string) (string, error) {
	text, err := d.Wall()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, Name(d)+"-wall.html")
	return path, reports.WriteWhole(path, text)
}

// fileName keeps of a name what every file system takes.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`\/:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
}
