package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"canbao/etl"
	"canbao/etl/refuse"
	"canbao/reports/web"
)

// A program that has an office reads a sheet when it is called for that: before its
// own main, so that none can forget to ask, tests among them.
func init() {
	if len(os.Args) == 1 && os.Args[0] == sheetReader && os.Getenv(sheetMark) != "" {
		os.Exit(readSheet(os.Stdin, os.Stdout))
	}
}

// sheetReader is what the program is called when it reads a sheet that was sent.
const (
	sheetReader = "canbao-sheet"
	sheetMark   = "CANBAO_SHEET"
	sheetFD     = 3 // its file descriptor
)

// sheetAsked is what such a process is asked, with the settings of the service.
type sheetAsked struct {
	Dir, Verb  string
	Settings   settings
	Synonyms   []etl.Synonym
	Key, KeyAt string // who named the key file
	Name       string // of the sheet as it came
	Path       string // under which it lies there
	Within     []string
}

// sheetAnswer is what it answers: loads, a refusal or a fault.
type sheetAnswer struct {
	Loads   []web.VisitLoad
	Refused *refused
	Fault   string
}

// refused is a refusal on its way, without the cause, which is never shown.
type refused struct {
	What  refuse.Text
	Where string
	Do    refuse.Text
}

// send has a process read the sheet. It ends when it has answered, with the context,
// and when its standard input closes, as it does when this process is gone.
func (q sheetAsked) send(ctx context.Context, sheet *os.File) ([]web.VisitLoad, error) {
	text, err := json.Marshal(q)
	if err != nil {
		return nil, fmt.Errorf("read a sheet: %w", err)
	}
	// Of what the process says beside its answer nothing is kept: where it breaks,
	// what it has read may stand in it.
	cmd := exec.CommandContext(ctx, "/proc/self/exe") // also where the file has been replaced by a newer program
	cmd.Args, cmd.Env, cmd.ExtraFiles = []string{sheetReader}, append(os.Environ(), sheetMark+"=1"), []*os.File{sheet}
	var said bytes.Buffer
	cmd.Stdout = &said
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("read a sheet: %w", err)
	}
	_, wrote := in.Write(append(text, '\n'))
	ended := cmd.Wait() // closes in
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var a sheetAnswer
	if err := errors.Join(ended, json.Unmarshal(said.Bytes(), &a)); err != nil {
		return nil, fmt.Errorf("read a sheet: the process that read it broke off: %w", errors.Join(wrote, err))
	}
	switch {
	case a.Refused != nil:
		return nil, &refuse.Error{What: a.Refused.What, Where: a.Refused.Where, Do: a.Refused.Do}
	case a.Fault != "":
		return nil, errors.New(a.Fault)
	}
	return a.Loads, nil
}

// readSheet answers the one request on in and is the program's exit code.
func readSheet(in io.Reader, out io.Writer) int {
	decoder := json.NewDecoder(in)
	var q sheetAsked
	if err := decoder.Decode(&q); err != nil {
		return exitFailed
	}
	// Nothing more comes: what ends is the service. What is not loaded by then is not.
	go func() {
		io.Copy(io.Discard, io.MultiReader(decoder.Buffered(), in))
		os.Exit(exitFailed)
	}()
	standBack()
	var a sheetAnswer
	var err error
	var no *refuse.Error
	if a.Loads, err = q.load(context.Background()); errors.As(err, &no) {
		a.Refused = &refused{no.What, no.Where, no.Do}
	} else if err != nil {
		a.Fault = err.Error()
	}
	if json.NewEncoder(out).Encode(a) != nil {
		return exitFailed
	}
	return exitDone
}

// load loads the sheet.
func (q sheetAsked) load(ctx context.Context) ([]web.VisitLoad, error) {
	a := &app{in: strings.NewReader(""), out: io.Discard, errors: io.Discard, dir: q.Dir, name: q.Verb, set: q.Settings}
	a.set.synonyms, a.set.keyFrom = q.Synonyms, origin{q.Key, q.KeyAt}
	loader, err := a.loader(loading{dataset: "visit"})
	if err != nil {
		return nil, err
	}
	loader.As, loader.Within = q.Name, q.Within
	if loader.DB, loader.Key, err = a.openSealed(ctx); err != nil {
		return nil, err
	}
	reports, err := loader.Load(ctx, []string{q.Path})
	if err = errors.Join(err, loader.DB.Close()); err != nil {
		var no *refuse.Error
		if errors.As(err, &no) {
			no.Where = strings.ReplaceAll(no.Where, q.Path, q.Name)
		}
		return nil, err
	}
	var all []web.VisitLoad
	for _, r := range reports {
		l := web.VisitLoad{File: r.File, Number: r.Load, Rows: r.Rows, Accepted: r.Accepted, Held: r.Quarantined, Repeated: r.Repeated}
		for _, id := range sortedReasons(r.Reasons) {
			t := reasonText(id)
			l.Reasons = append(l.Reasons, refuse.Text{ZH: fmt.Sprintf("%s %d 行", t.ZH, r.Reasons[id]), EN: fmt.Sprintf("%s: %d rows", t.EN, r.Reasons[id])})
		}
		all = append(all, l)
	}
	return all, nil
}
