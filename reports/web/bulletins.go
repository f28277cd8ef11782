package web

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"canbao/etl/refuse"
	"canbao/reports/access"
	"canbao/reports/audit"
)

var bulletinPages = []page{
	{pattern: "GET /bulletins", right: access.SeeBulletins, menu: refuse.Text{ZH: "已发通报", EN: "Bulletins"}, answer: (*Server).bulletins},
	{pattern: "GET /bulletins/{file}", right: access.SeeBulletins, whole: true, answer: (*Server).bulletin},
	{pattern: "GET /bulletins/{folder}/{file}", right: access.SeeBulletins, answer: (*Server).bulletin},
}

// written is a bulletin that was written and has no number, with its files.
type written struct {
	Name, Day, Edition string
	Written            time.Time
	Files              []issueFile
	Towns              []issueFile
}

type issueFile struct {
	Address, Title string
	Bytes          int64
}

// bulletinName is how the files of a bulletin are called: campaign, day, and
// what sets it apart.
var bulletinName = regexp.MustCompile(`^(.+)-(\d{4}-\d{2}-\d{2})((?:-public|-wall|-en)*)$`)

// bulletinKinds are the formats, in the order they are listed in.
var bulletinKinds = []string{".html", ".pdf", ".docx", ".xlsx"}

var bulletinTitles = map[string]refuse.Text{
	".html": {ZH: "网页", EN: "page"}, ".pdf": {ZH: "PDF", EN: "PDF"}, ".docx": {ZH: "文档", EN: "document"}, ".xlsx": {ZH: "表格", EN: "workbook"},
}

type bulletinsView struct {
	Numbered []numbered
	Written  []written
}

// bulletins lists what was written, the last day first.
func (s *Server) bulletins(w http.ResponseWriter, r *request) error {
	numbered, err := s.numbered(r)
	if err != nil {
		return err
	}
	all, err := s.unnumbered(r)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "bulletins", r.t("已发通报", "Bulletins"), bulletinsView{numbered, all})
}

func (s *Server) unnumbered(r *request) ([]written, error) {
	entries, err := os.ReadDir(s.Bulletins)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found := map[string]*written{}
	at := func(name string) *written {
		parts := bulletinName.FindStringSubmatch(name)
		if parts == nil {
			return nil
		}
		if found[name] == nil {
			found[name] = &written{Name: parts[1], Day: parts[2], Edition: editionText(r.words, parts[3])}
		}
		return found[name]
	}
	for _, e := range entries {
		if name, is := strings.CutSuffix(e.Name(), "-towns"); is && e.IsDir() {
			if i := at(name); i != nil {
				i.Towns, err = s.townFiles(r, e.Name())
				if err != nil {
					return nil, err
				}
			}
			continue
		}
		ext := path.Ext(e.Name())
		i := at(strings.TrimSuffix(e.Name(), ext))
		if i == nil || !slices.Contains(bulletinKinds, ext) || r.User.Role == access.Town {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		i.Files = append(i.Files, issueFile{"/bulletins/" + e.Name(), bulletinTitles[ext].In(string(r.words)), info.Size()})
		if info.ModTime().After(i.Written) {
			i.Written = info.ModTime()
		}
	}
	var all []written
	for _, i := range found {
		if len(i.Files)+len(i.Towns) > 0 {
			slices.SortFunc(i.Files, func(a, b issueFile) int { return kindOf(a) - kindOf(b) })
			all = append(all, *i)
		}
	}
	slices.SortFunc(all, func(a, b written) int {
		return strings.Compare(b.Day+" "+a.Name+a.Edition, a.Day+" "+b.Name+b.Edition)
	})
	return all, nil
}

func kindOf(f issueFile) int { return slices.Index(bulletinKinds, path.Ext(f.Address)) }

// townFiles are the pages of the towns that the reader may see.
func (s *Server) townFiles(r *request, folder string) ([]issueFile, error) {
	entries, err := os.ReadDir(path.Join(s.Bulletins, folder))
	if err != nil {
		return nil, err
	}
	var all []issueFile
	for _, e := range entries {
		code, name, named := strings.Cut(strings.TrimSuffix(e.Name(), ".html"), "-")
		if !named || !seesTown(r.User, code) {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		all = append(all, issueFile{"/bulletins/" + folder + "/" + e.Name(), name, info.Size()})
	}
	return all, nil
}

// seesTown tells whether somebody may see the page of a town.
func seesTown(u access.User, code string) bool {
	return u.Role != access.Town || slices.Contains(u.Areas, code)
}

func editionText(w words, marks string) string {
	var parts []string
	for _, m := range strings.Split(marks, "-") {
		switch m {
		case "public":
			parts = append(parts, w.t("公开版", "public edition"))
		case "wall":
			parts = append(parts, w.t("大屏版", "for the wall"))
		case "en":
			parts = append(parts, w.t("英文", "in English"))
		}
	}
	return strings.Join(parts, w.t("，", ", "))
}

// bulletin hands out one file, on record. A page is shown in a box of its own
// (filePolicy), everything else is saved.
func (s *Server) bulletin(w http.ResponseWriter, r *request) error {
	folder, name := r.PathValue("folder"), r.PathValue("file")
	ext := path.Ext(name)
	if strings.ContainsAny(folder+name, `/\`) { // written %2F, to get out of a folder that one may see
		return errNotFound
	}
	if folder != "" {
		code, _, _ := strings.Cut(name, "-")
		base, is := strings.CutSuffix(folder, "-towns")
		if !is || !bulletinName.MatchString(base) || ext != ".html" {
			return errNotFound
		}
		if !seesTown(r.User, code) {
			return errForbidden
		}
	} else if !bulletinName.MatchString(strings.TrimSuffix(name, ext)) || !slices.Contains(bulletinKinds, ext) {
		return errNotFound
	}
	root, err := os.OpenRoot(s.Bulletins)
	if errors.Is(err, fs.ErrNotExist) {
		return errNotFound
	}
	if err != nil {
		return err
	}
	defer root.Close()
	f, err := root.Open(path.Join(folder, name))
	if err != nil {
		return errNotFound
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return errNotFound
	}
	if r.Method == http.MethodGet && r.Header.Get("Range") == "" {
		if err := s.record(r, audit.Entry{Act: audit.Export, What: path.Join(folder, name), Outcome: audit.OK}); err != nil {
			return err
		}
	}
	handOut(w, ext)
	http.ServeContent(w, r.Request, name, info.ModTime(), f)
	return nil
}
