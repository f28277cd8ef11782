package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"time"

	"canbao/etl/synth"
)

// makeCity writes the extracts and a workspace that has loaded nothing. Some
// files are packed, as offices send them.
func (r *torture) makeCity(people, days int) {
	r.Helper()
	dir := r.TempDir()
	r.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	made, err := synth.Make(r.Context(), synth.Options{Dir: dir, People: people, Seed: 7, Days: days})
	r.must(err)
	r.files = made.Extracts
	if !r.long {
		r.drop("02-registration/1*.csv")
		r.drop("03-levy/[01]*.txt")
	}
	r.pack("01-roster/03-*.csv", intoGzip)
	r.pack("05-payment/2020-11-05.csv", intoGzip)
	r.pack("05-payment/2020-11-06.csv", intoZip)
	state := filepath.Join(dir, "state0")
	r.quick("init", state)
	areas, err := os.ReadFile(made.Areas)
	r.must(err)
	r.must(os.WriteFile(filepath.Join(state, areasFile), areas, 0o600))
	r.states = []string{state}
	r.steps = [][]string{
		{"load", filepath.Join(r.files, "01-roster"), filepath.Join(r.files, "02-registration")},
		{"build"},
		{"load", r.files},
		{"build"},
	}
}

// drop removes the files of a pattern: each is a transaction that takes its time.
func (r *torture) drop(pattern string) {
	r.Helper()
	found, err := filepath.Glob(filepath.Join(r.files, pattern))
	r.must(err)
	for _, path := range found[min(len(found), 2):] {
		r.must(os.Remove(path))
	}
}

// pack replaces the file of a pattern by its packed form.
func (r *torture) pack(pattern string, into func(name string, text []byte) ([]byte, string)) {
	r.Helper()
	found, err := filepath.Glob(filepath.Join(r.files, pattern))
	if err != nil || len(found) != 1 {
		r.Fatalf("%s: %d files, %v", pattern, len(found), err)
	}
	text, err := os.ReadFile(found[0])
	r.must(err)
	packed, suffix := into(filepath.Base(found[0]), text)
	r.must(os.WriteFile(found[0]+suffix, packed, 0o600))
	r.must(os.Remove(found[0]))
}

func intoGzip(_ string, text []byte) ([]byte, string) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(text)
	w.Close()
	return b.Bytes(), ".gz"
}

func intoZip(name string, text []byte) ([]byte, string) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if w, err := z.Create(name); err == nil {
		w.Write(text)
	}
	z.Close()
	return b.Bytes(), ".zip"
}

// undisturbed runs the steps once and keeps every state, what it shows and how
// long it took to reach.
func (r *torture) undisturbed() {
	r.Helper()
	for i, step := range r.steps {
		r.seen = append(r.seen, r.readable(r.states[i]))
		next := r.copyOf(r.states[i])
		began := time.Now()
		if out, err := r.command(next, step...).CombinedOutput(); err != nil {
			r.Fatalf("%v undisturbed: %v\n%s", step, err, out)
		}
		r.took = append(r.took, time.Since(began))
		r.states = append(r.states, next)
	}
	last := r.states[len(r.steps)]
	r.seen = append(r.seen, r.readable(last))
	r.truth = r.listings(last)
	r.whole(last)
}

// copyOf is a workspace of its own in the same state.
func (r *torture) copyOf(state string) string {
	r.Helper()
	dir := filepath.Join(r.TempDir(), "city")
	r.must(os.CopyFS(dir, os.DirFS(state)))
	return dir
}
