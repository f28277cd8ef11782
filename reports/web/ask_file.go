package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"canbao/etl/refuse"
	"canbao/reports/audit"
	"canbao/reports/desk"
	"canbao/sql/answer"
)

// fileTypes are what an answer can be taken away as.
var fileTypes = map[string]string{
	"csv":     "text/csv; charset=utf-8",
	"xlsx":    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"parquet": "application/vnd.apache.parquet",
}

// queryFile answers a query as a file. Rows go out as they come; where something
// goes wrong behind the first of them the connection is broken off, so that the
// browser knows the file is not whole.
func (s *Server) queryFile(w http.ResponseWriter, r *request) error {
	if !mayExport(r.User) {
		return errForbidden
	}
	q, err := readAsked(r)
	if err != nil {
		if f := faultOf(err, "", r.words); f != nil {
			return s.showQuery(w, r, q, &answered{Fault: f})
		}
		return err
	}
	format := r.PostFormValue("format")
	if fileTypes[format] == "" {
		return &problem{http.StatusBadRequest, refuse.Text{ZH: "没有这种文件格式", EN: "there is no such format"},
			refuse.Text{ZH: "可用：csv、xlsx、parquet", EN: "there are: csv, xlsx, parquet"}, nil}
	}
	out := &download{ResponseWriter: w, kind: fileTypes[format]}
	h := askedQuery{Text: q.Text, Values: q.Values, At: s.Now(), As: format, Outcome: audit.OK}
	h.Rows, h.Snapshot, err = s.writeFile(out, r, q, answer.Writing{Format: format, Mark: r.PostFormValue("mark") != ""})
	if err != nil {
		h.Outcome = audit.Refused
		if r.Context().Err() != nil {
			h.Outcome = audit.Stopped
		}
	}
	kept := s.shelf.remember(r.User, h)
	switch {
	case err == nil && kept == nil:
		return nil
	case out.begun:
		if r.Context().Err() == nil {
			tracked(r.Context()).fault = errors.Join(err, kept)
		}
		panic(http.ErrAbortHandler)
	case kept != nil:
		return errors.Join(err, kept)
	}
	f := faultOf(err, q.Text, r.words)
	if f == nil {
		return err
	}
	return s.showQuery(w, r, q, &answered{Fault: f, Show: q.Show})
}

func (s *Server) writeFile(w *download, r *request, q asked, f answer.Writing) (rows int64, snapshot int, err error) {
	ctx := r.Context()
	question, err := s.question(ctx, r, q)
	if err != nil {
		return 0, 0, err
	}
	question.Export = true
	if f.Format == "parquet" {
		return s.writeParquet(w, r, question)
	}
	a, err := s.Desk.Ask(ctx, question)
	if err != nil {
		return 0, 0, err
	}
	w.name = s.fileName(a.Snapshot(), f.Format)
	rows, err = f.Write(ctx, w, a)
	return rows, a.Snapshot(), errors.Join(err, a.Close())
}

// writeParquet has the engine write the file, which is gone when it was sent.
func (s *Server) writeParquet(w *download, r *request, question desk.Question) (rows int64, snapshot int, err error) {
	if err := os.MkdirAll(s.files(), 0o700); err != nil {
		return 0, 0, fmt.Errorf("make a file to send: %w", err)
	}
	question.Parquet = filepath.Join(s.files(), newID()+".parquet")
	defer func() {
		if gone := os.Remove(question.Parquet); gone != nil && !os.IsNotExist(gone) {
			err = errors.Join(err, gone)
		}
	}()
	a, err := s.Desk.Ask(r.Context(), question)
	if err != nil {
		return 0, 0, err
	}
	rows, snapshot = a.Rows(), a.Snapshot()
	if err := a.Close(); err != nil {
		return rows, snapshot, err
	}
	file, err := os.Open(question.Parquet)
	if err != nil {
		return rows, snapshot, fmt.Errorf("send the file: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return rows, snapshot, fmt.Errorf("send the file: %w", err)
	}
	w.name = s.fileName(snapshot, "parquet")
	w.Header().Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	_, err = io.Copy(w, file)
	return rows, snapshot, err
}

// files is where files lie while they are sent.
func (s *Server) files() string { return filepath.Join(s.Service, "files") }

func (s *Server) fileName(snapshot int, format string) string {
	return fmt.Sprintf("canbao-%d-%s.%s", snapshot, s.Now().In(shanghai).Format("20060102-150405"), format)
}

var shanghai = time.FixedZone("CST", 8*60*60)

// download is a file on its way to the browser. Its headers go out with its
// first byte: until then the answer can still be a page.
type download struct {
	http.ResponseWriter
	kind, name string
	begun      bool
}

func (d *download) Write(p []byte) (int, error) {
	if !d.begun && len(p) > 0 {
		d.begun = true
		h := d.Header()
		h.Set("Content-Type", d.kind)
		h.Set("Content-Disposition", `attachment; filename="`+d.name+`"`)
	}
	return d.ResponseWriter.Write(p)
}
