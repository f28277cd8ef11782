package reports

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"time"

	"canbao/models/measure"
)

// Options say which bulletin to write and where.
type Options struct {
	Campaign string    // id, empty for the first one
	AsOf     time.Time // the day it speaks of, its last second included; zero for the latest
	Lang     string    // "en", or Chinese
	Dir      string    // made where it does not exist
}

// Bulletin writes <Dir>/<campaign>-<as-of>[-en].html and returns its path. An
// earlier one of that name is replaced as a whole or not at all.
func Bulletin(ctx context.Context, r *measure.Reader, o Options) (string, error) {
	library, err := chartLibrary()
	if err != nil {
		return "", err
	}
	f, err := gather(ctx, r, o)
	if err != nil {
		return "", err
	}
	text, err := render(newView(f, words(o.Lang)), library)
	if err != nil {
		return "", fmt.Errorf("write bulletin: %w", err)
	}
	name := f.campaign.ID + "-" + f.asOf.Format(time.DateOnly)
	if o.Lang == "en" {
		name += "-en"
	}
	path := filepath.Join(o.Dir, name+".html")
	if err := writeWhole(path, text); err != nil {
		return "", fmt.Errorf("write bulletin: %w", err)
	}
	return path, nil
}

// render fills the page. What comes from data is escaped by html/template for
// the place it stands in, chart options inside the script included.
func render(v *view, library template.JS) ([]byte, error) {
	t, err := template.New("bulletin.html").Funcs(template.FuncMap{"t": v.words.t}).
		ParseFS(page, "page/*.html")
	if err != nil {
		return nil, err
	}
	style, err := page.ReadFile("page/style.css")
	if err != nil {
		return nil, err
	}
	script, err := page.ReadFile("page/charts.js")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, struct {
		*view
		Style   template.CSS
		Library template.JS
		Script  template.JS
	}{v, template.CSS(style), library, template.JS(script)})
	return b.Bytes(), err
}

// writeWhole writes a file under a temporary name, makes it durable and only
// then gives it its name.
func writeWhole(path string, text []byte) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, ".bulletin-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			temp.Close()
			os.Remove(temp.Name())
		}
	}()
	if _, err = temp.Write(text); err != nil {
		return err
	}
	if err = temp.Chmod(0o644); err != nil {
		return err
	}
	if err = temp.Sync(); err != nil {
		return err
	}
	if err = temp.Close(); err != nil {
		return err
	}
	if err = os.Rename(temp.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// syncDir makes a rename durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
