package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"
)

// Kind is what is wrong with a record.
type Kind string

const (
	Changed   Kind = "changed"   // an entry is not as it was written
	Missing   Kind = "missing"   // entries between others are not there
	Reordered Kind = "reordered" // an entry stands behind a later one
	Repeated  Kind = "repeated"  // an entry stands there twice
	CutOff    Kind = "cut_off"   // the last entries are not there
	NoHead    Kind = "no_head"   // the head is missing, cannot be read, or is not that of the record
	NotThere  Kind = "not_there" // the head that was asked for is no entry's
)

// Finding is one thing that is wrong.
type Finding struct {
	Kind  Kind
	Seq   int64  // the entry, or the first of several; 0 where its number cannot be read
	Until int64  // the last of several, or Seq
	Line  int64  // of the file, from 1; 0 for none
	Hash  string // noted elsewhere, of NotThere
}

// Report is what Verify has found.
type Report struct {
	Entries     int64 // read
	Head        Head  // of the last entry
	First, Last time.Time
	Healed      int64     // crashes that the record tells of
	Behind      int64     // entries behind the head: a crash, the next entry brings it up
	Torn        bool      // a line at the end was never whole: the next entry takes it away
	Findings    []Finding // in the order found, the first maxFindings of them
	Broken      int64     // how many there are
}

const maxFindings = 100

// Whole tells whether nothing is wrong.
func (r Report) Whole() bool { return r.Broken == 0 }

// Verify reads a whole record and tells what is wrong with it. Heads that were
// noted elsewhere are looked for in it. The error is of reading, not of what
// was found.
func Verify(dir string, noted ...string) (Report, error) {
	head, size, err := state(dir)
	if err != nil {
		return Report{}, err
	}
	v := verifier{noted: map[string]bool{}, atHead: head.Seq == 0}
	v.report.Head.Hash = none
	for _, h := range noted {
		v.noted[h] = h == none
	}
	for text, err := range forward(recordPath(dir), size) {
		if err != nil {
			return v.report, err
		}
		v.line++
		v.next(text, head.Head)
	}
	if v.report.Torn, err = torn(recordPath(dir), size); err != nil {
		return v.report, err
	}
	v.end(head)
	return v.report, nil
}

// torn tells whether the last line of a record has no end.
func torn(path string, size int64) (bool, error) {
	if size == 0 {
		return false, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return false, fmt.Errorf("read the record: %w", err)
	}
	defer f.Close()
	last := make([]byte, 1)
	if _, err := f.ReadAt(last, size-1); err != nil {
		return false, fmt.Errorf("read the record: %w", err)
	}
	return last[0] != '\n', nil
}

// verifier follows a chain.
type verifier struct {
	report Report
	line   int64
	gaps   []Finding // entries not seen so far
	atHead bool      // the entry of the head is there
	noted  map[string]bool
}

func (v *verifier) find(f Finding) {
	v.report.Broken++
	if len(v.report.Findings) < maxFindings {
		v.report.Findings = append(v.report.Findings, f)
	}
}

// next takes the next line.
func (v *verifier) next(text []byte, head Head) {
	e, genuine, err := parse(text)
	last := &v.report.Head
	if err != nil || !genuine && e.Seq != last.Seq+1 {
		v.unread()
		return
	}
	v.report.Entries++
	switch {
	case e.Seq == last.Seq+1:
		v.chained(e, genuine)
	case e.Seq > last.Seq:
		v.gaps = append(v.gaps, Finding{Kind: Missing, Seq: last.Seq + 1, Until: e.Seq - 1, Line: v.line})
	default:
		v.back(e.Seq)
		return
	}
	if _, asked := v.noted[e.Hash]; asked && genuine {
		v.noted[e.Hash] = true
	}
	if e.Seq == head.Seq && e.Hash == head.Hash {
		v.atHead = true
	}
	last.Seq, last.Hash = e.Seq, e.Hash
	if v.report.First.IsZero() {
		v.report.First = e.At
	}
	v.report.Last = e.At
	if e.Act == Healed {
		v.report.Healed++
	}
}

// chained looks at an entry that stands where it should.
func (v *verifier) chained(e Entry, genuine bool) {
	before := v.report.Head.Hash
	switch {
	case !genuine:
		v.find(Finding{Kind: Changed, Seq: e.Seq, Until: e.Seq, Line: v.line})
	case before == "" || e.Prev == before:
	case e.Seq == 1:
		v.find(Finding{Kind: Changed, Seq: 1, Until: 1, Line: v.line})
	default:
		// The one before was changed and given a new hash; this one remembers.
		v.find(Finding{Kind: Changed, Seq: e.Seq - 1, Until: e.Seq - 1, Line: v.line - 1})
	}
}

// unread takes a line that is no entry, or whose number cannot be believed, for
// the next one, changed.
func (v *verifier) unread() {
	v.report.Entries++
	last := &v.report.Head
	last.Seq++
	last.Hash = ""
	v.find(Finding{Kind: Changed, Seq: last.Seq, Until: last.Seq, Line: v.line})
}

// back takes an entry that stands behind a later one.
func (v *verifier) back(seq int64) {
	for i, g := range v.gaps {
		if seq < g.Seq || seq > g.Until {
			continue
		}
		v.find(Finding{Kind: Reordered, Seq: seq, Until: seq, Line: v.line})
		var parts []Finding
		if seq > g.Seq {
			parts = append(parts, Finding{Kind: Missing, Seq: g.Seq, Until: seq - 1, Line: g.Line})
		}
		if seq < g.Until {
			parts = append(parts, Finding{Kind: Missing, Seq: seq + 1, Until: g.Until, Line: g.Line})
		}
		v.gaps = append(v.gaps[:i], append(parts, v.gaps[i+1:]...)...)
		return
	}
	v.find(Finding{Kind: Repeated, Seq: seq, Until: seq, Line: v.line})
}

// end says what can be said once all lines are read.
func (v *verifier) end(head headState) {
	for _, g := range v.gaps {
		v.find(g)
	}
	last := v.report.Head
	switch {
	case errors.Is(head.err, fs.ErrNotExist) && v.line == 0:
	case head.err != nil:
		v.find(Finding{Kind: NoHead})
	case head.Seq > last.Seq:
		v.find(Finding{Kind: CutOff, Seq: last.Seq + 1, Until: head.Seq})
	case !v.atHead:
		v.find(Finding{Kind: NoHead, Seq: head.Seq, Until: head.Seq})
	default:
		v.report.Behind = last.Seq - head.Seq
	}
	for _, h := range slices.Sorted(maps.Keys(v.noted)) {
		if !v.noted[h] {
			v.find(Finding{Kind: NotThere, Hash: h})
		}
	}
}
