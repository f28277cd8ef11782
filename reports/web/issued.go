package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"canbao/etl/refuse"
	"canbao/reports/access"
	"canbao/reports/audit"
	"canbao/reports/issue"
)

var issuedPages = []page{
	{pattern: "GET /issued/{campaign}/{number}/{revision}/{path...}", right: access.SeeBulletins, answer: (*Server).issuedFile},
}

// numbered is a bulletin as it was issued under a number.
type numbered struct {
	issue.Issued
	Files, Towns []issueFile
	When         string
}

// numbered lists what was issued, the last first, with the files the reader may
// take.
func (s *Server) numbered(r *request) ([]numbered, error) {
	if s.Issued == "" {
		return nil, nil
	}
	all, err := issue.List(s.Issued)
	if err != nil {
		return nil, err
	}
	slices.Reverse(all)
	var seen []numbered
	for _, i := range all {
		n := numbered{Issued: i, When: i.IssuedAt.Format("2006-01-02 15:04")}
		for _, f := range i.Manifest.Files {
			if f.Kind != issue.BulletinFile || !seesIssued(r.User, f.Path) {
				continue
			}
			file := issueFile{Address: issuedAddress(i, f.Path), Bytes: f.Bytes}
			if _, name, is := townOf(f.Path); is {
				file.Title = name
				n.Towns = append(n.Towns, file)
				continue
			}
			file.Title = issuedTitle(r.words, f.Path)
			n.Files = append(n.Files, file)
		}
		if len(n.Files)+len(n.Towns) > 0 {
			seen = append(seen, n)
		}
	}
	return seen, nil
}

func issuedAddress(i issue.Issued, file string) string {
	u := url.URL{Path: path.Join("/issued", i.Campaign, strconv.Itoa(i.Number), strconv.Itoa(i.Revision), file)}
	return u.EscapedPath()
}

// townOf takes the path of a town's page apart.
func townOf(file string) (code, name string, is bool) {
	if !strings.HasSuffix(path.Dir(file), "-towns") {
		return "", "", false
	}
	return strings.Cut(strings.TrimSuffix(path.Base(file), path.Ext(file)), "-")
}

// seesIssued tells whether somebody may take a file of an issued bulletin: a
// town's user the page of its towns.
func seesIssued(u access.User, file string) bool {
	if u.Role != access.Town {
		return true
	}
	code, _, is := townOf(file)
	return is && seesTown(u, code)
}

// issuedTitle names a file by its format and edition.
func issuedTitle(w words, file string) string {
	ext := path.Ext(file)
	title := strings.TrimPrefix(ext, ".")
	if t, known := bulletinTitles[ext]; known {
		title = t.In(string(w))
	}
	if parts := bulletinName.FindStringSubmatch(strings.TrimSuffix(path.Base(file), ext)); parts != nil {
		if edition := editionText(w, parts[3]); edition != "" {
			title += w.t("（", " (") + edition + w.t("）", ")")
		}
	}
	return title
}

// issuedFile hands out a file of an issued bulletin, on record, if it is as it
// was issued.
func (s *Server) issuedFile(w http.ResponseWriter, r *request) error {
	if s.Issued == "" {
		return errNotFound
	}
	all, err := issue.List(s.Issued)
	if err != nil {
		return err
	}
	file := r.PathValue("path")
	for _, i := range all {
		if i.Campaign != r.PathValue("campaign") || strconv.Itoa(i.Number) != r.PathValue("number") || strconv.Itoa(i.Revision) != r.PathValue("revision") {
			continue
		}
		at := slices.IndexFunc(i.Manifest.Files, func(f issue.File) bool { return f.Path == file && f.Kind == issue.BulletinFile })
		if at < 0 {
			return errNotFound
		}
		if !seesIssued(r.User, file) {
			return errForbidden
		}
		text, err := asIssued(i, i.Manifest.Files[at])
		if err != nil {
			return err
		}
		if err := s.record(r, audit.Entry{Act: audit.Export, What: path.Join(i.Campaign, strconv.Itoa(i.Number), strconv.Itoa(i.Revision), file), Outcome: audit.OK}); err != nil {
			return err
		}
		handOut(w, path.Ext(file))
		http.ServeContent(w, r.Request, path.Base(file), i.IssuedAt, bytes.NewReader(text))
		return nil
	}
	return errNotFound
}

// asIssued reads a file, and refuses one that was changed since.
func asIssued(i issue.Issued, f issue.File) ([]byte, error) {
	root, err := os.OpenRoot(i.Dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	text, err := root.ReadFile(f.Path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if sum := sha256.Sum256(text); err != nil || hex.EncodeToString(sum[:]) != f.SHA256 {
		return nil, &problem{status: http.StatusConflict, err: err,
			what: refuse.Text{ZH: "这份通报的文件与发出时不同，不能提供", EN: "this file is not as it was issued, and is not handed out"},
			do:   refuse.Text{ZH: "请告知管理员，用 canbao issue list 核对", EN: "tell whoever runs the system: canbao issue list checks it"}}
	}
	return text, nil
}

// handOut tells the browser what to do with a bulletin: a page is shown in a box
// of its own (filePolicy), everything else is saved.
func handOut(w http.ResponseWriter, ext string) {
	if ext == ".html" {
		w.Header().Set("Content-Security-Policy", filePolicy)
	} else {
		w.Header().Set("Content-Disposition", "attachment")
	}
}
