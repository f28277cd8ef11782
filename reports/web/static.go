package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strings"

	"canbao/reports"
)

//go:embed static
var staticFiles embed.FS

// static are the files that look the same for everybody. Their addresses name
// what is in them, so that a browser keeps them for good.
type static struct {
	files     map[string]staticFile // by the name in the address
	addresses map[string]string     // by plain name
}

type staticFile struct {
	kind          string
	plain, packed []byte
}

func readStatic() (*static, error) {
	s := &static{files: map[string]staticFile{}, addresses: map[string]string{}}
	entries, err := staticFiles.ReadDir("static")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		text, err := staticFiles.ReadFile("static/" + e.Name())
		if err != nil {
			return nil, err
		}
		if err := s.add(e.Name(), text); err != nil {
			return nil, err
		}
	}
	for name, read := range map[string]func() ([]byte, error){
		"bulletin.css": reports.ServedStyle, "charts.js": reports.ServedScript, "echarts.js": reports.ChartLibrary,
	} {
		text, err := read()
		if err != nil {
			return nil, err
		}
		if err := s.add(name, text); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *static) add(name string, text []byte) error {
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(text); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	sum, ext := sha256.Sum256(text), path.Ext(name)
	full := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	s.files[full] = staticFile{mime.TypeByExtension(ext), text, packed.Bytes()}
	s.addresses[name] = "/static/" + full
	return nil
}

// address is where the file of that name is served.
func (s *static) address(name string) (string, error) {
	if a, known := s.addresses[name]; known {
		return a, nil
	}
	return "", fmt.Errorf("there is no file %s", name)
}

func (s *Server) file(w http.ResponseWriter, r *request) error {
	f, known := s.static.files[r.PathValue("file")]
	if !known {
		return errNotFound
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Add("Vary", "Accept-Encoding")
	text := f.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		text = f.packed
	}
	_, err := w.Write(text)
	return quiet(err)
}
