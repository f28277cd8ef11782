package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"canbao/reports/audit"
)

// onRecord lists the entries of a workspace of these acts as "act rows outcome".
func (d desk) onRecord(acts ...audit.Act) (all []string) {
	d.Helper()
	for e, err := range audit.Read(filepath.Join(d.dir, "city", "audit"), audit.Filter{}) {
		if err != nil {
			d.Fatal(err)
		}
		if !strings.HasPrefix(e.By, "李会计") || e.Via != "cli" {
			d.Errorf("by %s, via %s", e.By, e.Via)
		}
		if slices.Contains(acts, e.Act) {
			all = append(all, fmt.Sprint(e.Act, " ", e.Rows, " ", e.Outcome))
		}
	}
	return all
}

// TestWhatBecomesOfRowsHeldBackIsOnRecord: looked at whole, corrected, dismissed,
// and what was refused of it.
func TestWhatBecomesOfRowsHeldBackIsOnRecord(t *testing.T) {
	d := newDesk(t)
	d.run(0, "load", d.write("a.csv", faultyRoster))
	held := d.path("held.xlsx")
	d.run(0, "quarantine", "export", held)
	d.run(2, "quarantine", "export", held) // is there already: nobody is seen
	book, name, _ := d.sheet(held)
	book.SetCellStr(name, "C3", "否")
	fixed := d.path("fixed.xlsx")
	if err := book.SaveAs(fixed); err != nil {
		t.Fatal(err)
	}
	d.run(0, "load", fixed)
	d.run(0, "quarantine", "dismiss", "2", "3", "--reason", "已迁出")
	d.run(2, "quarantine", "dismiss", "2", "--reason", "330782199001011234 迁出")
	want := []string{"load 4 ok", "reveal 3 ok", "correct 3 ok", "dismiss 2 ok", "dismiss 1 refused"}
	if got := d.onRecord(audit.Load, audit.Reveal, audit.Correct, audit.Dismiss); !slices.Equal(got, want) {
		t.Errorf("on record is %q, want %q", got, want)
	}
	d.run(0, "audit", "verify")
}

// TestNobodyIsRevealedOffTheRecord: where the record cannot be written no file
// that names people is there, nor half of one.
func TestNobodyIsRevealedOffTheRecord(t *testing.T) {
	d := newDesk(t)
	d.run(0, "load", d.write("a.csv", faultyRoster))
	record := filepath.Join(d.dir, "city", "audit")
	if err := os.Rename(record, record+".away"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(record, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"quarantine", "export", d.path("held.xlsx")},
		{"quarantine", "dismiss", "1", "--reason", "已迁出"},
		{"load", d.write("b.csv", faultyRoster)},
		{"unload", "1"},
		{"build"},
		{"key", "rotate"},
		{"user", "disable", "li"},
	} {
		if said := d.run(2, args...); !strings.Contains(said, "没有记录的事不能做") {
			t.Errorf("canbao %s says %s", strings.Join(args, " "), said)
		}
	}
	if left, _ := filepath.Glob(d.path("held*")); len(left) > 0 {
		t.Errorf("%v is there", left)
	}
	if err := os.Remove(record); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(record+".away", record); err != nil {
		t.Fatal(err)
	}
	if got := d.run(0, "quarantine"); !strings.Contains(got, "共 3 行暂存") {
		t.Errorf("something has changed: %s", got)
	}
	if got := d.run(0, "loads"); !strings.Contains(got, "共 1 次装载") {
		t.Errorf("something has changed: %s", got)
	}
}
