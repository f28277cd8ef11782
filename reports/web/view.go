package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed page
var pageFiles embed.FS

// views are the pages' templates by name, each with the layout around it.
type views map[string]*template.Template

// readViews reads page/*.html in both languages: layout.html stands around all
// others, parts.html is at hand in all, and each of the others defines content.
func readViews(files *static) (map[string]views, error) {
	names, err := fs.Glob(pageFiles, "page/*.html")
	if err != nil {
		return nil, err
	}
	all := map[string]views{}
	for _, lang := range []words{"zh", "en"} {
		all[string(lang)] = views{}
		for _, file := range names {
			name := strings.TrimSuffix(path.Base(file), ".html")
			if name == "layout" || name == "parts" {
				continue
			}
			t, err := template.New("layout.html").Funcs(template.FuncMap{
				"t": lang.t, "day": lang.day, "file": files.address, "size": size, "line": func(n int) int { return n + 1 }, "other": func() string { return lang.t("en", "zh") },
			}).ParseFS(pageFiles, "page/layout.html", "page/parts.html", file)
			if err != nil {
				return nil, fmt.Errorf("read page %s: %w", name, err)
			}
			all[string(lang)][name] = t
		}
	}
	return all, nil
}

// frame is what stands around every page.
type frame struct {
	Lang, Title string
	Name        string // who is signed in, empty for nobody
	Role        string
	Menu        []entry
	Address     string // of this page, to come back to
	Foot        string // the snapshot and the day it speaks of
	Charts      bool   // the page has charts that move
	Content     any
}

// entry is a line of the menu.
type entry struct {
	Address, Title string
	Here           bool
}

// show writes a page: the view of that name with its content, in the reader's
// language. Content that tells its Foot or has Charts is asked for them.
func (s *Server) show(w http.ResponseWriter, r *request, status int, name, title string, content any) error {
	text, err := s.fill(r, name, title, content)
	if err != nil {
		return err
	}
	return send(w, r.Request, status, text)
}

// fill is the text of a page.
func (s *Server) fill(r *request, name, title string, content any) ([]byte, error) {
	f := frame{
		Lang: r.tag(), Title: title, Name: r.User.Name, Address: s.back(r), Content: content,
		Menu: s.menu(r), Role: r.User.Role.Title().In(string(r.words)),
	}
	if c, ok := content.(interface{ foot(words) string }); ok {
		f.Foot = c.foot(r.words)
	}
	if c, ok := content.(interface{ charts() bool }); ok {
		f.Charts = c.charts()
	}
	if c, ok := content.(interface{ carry(string) string }); ok {
		for n := range f.Menu {
			f.Menu[n].Address = c.carry(f.Menu[n].Address)
		}
	}
	view, known := s.views[string(r.words)][name]
	if !known {
		return nil, fmt.Errorf("show page: there is no view %s", name)
	}
	var b bytes.Buffer
	if err := view.Execute(&b, f); err != nil {
		return nil, fmt.Errorf("show page %s: %w", name, err)
	}
	return b.Bytes(), nil
}

// back is where the reader is, for forms that lead back to it.
func (s *Server) back(r *request) string {
	if r.Method != http.MethodGet {
		return "/"
	}
	return local(r.URL.RequestURI())
}

// menu is what the reader may see, page by page.
func (s *Server) menu(r *request) []entry {
	var all []entry
	for n := range s.pages {
		p := &s.pages[n]
		if p.menu.ZH == "" || r.User.Name == "" || !p.allows(r.User) {
			continue
		}
		_, address, _ := strings.Cut(p.pattern, " ")
		address = strings.TrimSuffix(address, "{$}")
		all = append(all, entry{address, p.menu.In(string(r.words)), r.page != nil && r.page.pattern == p.pattern})
	}
	return all
}
