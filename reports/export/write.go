package export

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
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
	base := filepath.Join(dir, Name(d))
	wanted := map[string]bool{}
	for _, f := range formats {
		wanted[f] = true
	}
	var page []byte
	var group errgroup.Group
	if wanted[HTMLFormat] || wanted[PDFFormat] {
		group.Go(func() (err error) {
			if page, err = d.HTML(); err != nil || !wanted[HTMLFormat] {
				return err
			}
			if err := reports.WriteWhole(base+".html", page); err != nil {
				return err
			}
			return writeTowns(d, base+"-towns")
		})
	}
	for format, write := range map[string]func(*reports.Document, *bytes.Buffer) error{
		XLSXFormat: func(d *reports.Document, b *bytes.Buffer) error { return XLSX(d, b) },
		DOCXFormat: func(d *reports.Document, b *bytes.Buffer) error { return DOCX(d, b) },
	} {
		if wanted[format] {
			group.Go(func() error {
				var b bytes.Buffer
				if err := write(d, &b); err != nil {
					return err
				}
				return reports.WriteWhole(base+"."+format, b.Bytes())
			})
		}
	}
	err := group.Wait()
	if err == nil && wanted[PDFFormat] {
		err = writePDF(ctx, page, base+".pdf")
	}
	return pathsOf(base, wanted, len(d.Towns) > 0, err == nil), err
}

// pathsOf lists what was asked for; of a bulletin that failed nothing is
// promised but what cannot fail any more.
func pathsOf(base string, wanted map[string]bool, towns, whole bool) []string {
	var paths []string
	for _, f := range Formats() {
		if !wanted[f] || f == PDFFormat && !whole {
			continue
		}
		paths = append(paths, base+"."+f)
		if f == HTMLFormat && towns {
			paths = append(paths, base+"-towns")
		}
	}
	return paths
}

// writeTowns writes the page of each town into a folder of its own, so that the
// city can send each its own.
func writeTowns(d *reports.Document, dir string) error {
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
	return nil
}

func writePDF(ctx context.Context, page []byte, path string) error {
	text, err := PDF(ctx, page)
	if err != nil {
		return err
	}
	return reports.WriteWhole(path, text)
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
