package access

import (
	"slices"
	"testing"
	"time"
)

// TestWhatIsNotInTheTableIsNotAllowed: neither an unknown role nor an unknown
// right, nor the empty ones.
func TestWhatIsNotInTheTableIsNotAllowed(t *testing.T) {
	for _, row := range Matrix() {
		for _, r := range []Role{"", "mayor", "Leader", "leader ", "admin", "root"} {
			if r.May(row.Right) || r.Known() || r.Limits() != (Limits{}) {
				t.Errorf("%q may %s", r, row.Right)
			}
		}
	}
	for _, r := range Roles {
		for _, x := range []Right{"", "everything", "Ask", "ask "} {
			if r.May(x) {
				t.Errorf("%s may %q", r, x)
			}
		}
	}
}

// TestWhatDecides says in its own words who may do what is dangerous.
func TestWhatDecides(t *testing.T) {
	for right, want := range map[Right][]Role{
		Ask:         {Analyst, Town, Operator},
		SeePeople:   {Town, Operator},
		Reveal:      {Town, Operator},
		LoadVisits:  {Town, Operator},
		ManageUsers: {Operator},
		StopQueries: {Operator},
		ReadAudit:   {Auditor},
		SeeFigures:  {Leader, Analyst, Town, Operator},
	} {
		var got []Role
		for _, r := range Roles {
			if r.May(right) {
				got = append(got, r)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v may, want %v", right, got, want)
		}
	}
	for _, r := range Roles {
		switch {
		case r.May(Reveal) && !r.May(SeePeople):
			t.Errorf("%s may reveal what it may not see", r)
		case r.May(ReadAudit) && (r.May(Ask) || r.May(ManageUsers) || r.May(SeeFigures)):
			t.Errorf("%s is watched and watches", r)
		}
	}
}

// TestTheTableIsWhole: every right of the program once, with both titles, and
// every role.
func TestTheTableIsWhole(t *testing.T) {
	all := []Right{SeeFigures, SeeBulletins, SeeQuality, Ask, Export, SeePeople, Reveal, SeeQuarantine, LoadVisits, StopQueries, ManageUsers, ReadAudit}
	var rows []Right
	for _, row := range Matrix() {
		rows = append(rows, row.Right)
		if row.Title.ZH == "" || row.Title.EN == "" || len(row.May) != len(Roles) {
			t.Errorf("row %+v", row)
		}
		for r, may := range row.May {
			if may != r.May(row.Right) {
				t.Errorf("what is printed of %s and %s does not decide", r, row.Right)
			}
		}
	}
	if !slices.Equal(rows, all) {
		t.Errorf("the table has %v, want %v", rows, all)
	}
	Matrix()[0].May[Auditor] = true
	if Auditor.May(SeeFigures) {
		t.Error("who reads the table changes it")
	}
}

func TestLimits(t *testing.T) {
	for _, r := range Roles {
		l := r.Limits()
		if l.Time <= 0 || l.Memory == "" || l.Threads < 1 || l.Rows < 1 || l.Bytes < 1 || l.ExportRows < l.Rows || l.Concurrent < 1 {
			t.Errorf("%s: %+v", r, l)
		}
		if r.Title().ZH == "" || r.Title().EN == "" {
			t.Errorf("%s has no title", r)
		}
	}
	set := LimitBook{Town: {Time: time.Second}, "mayor": {Time: time.Hour}}
	if set.Of(Town).Time != time.Second || set.Of(Leader) != Leader.Limits() || set.Of("mayor") != (Limits{}) {
		t.Error("limits that were set are not those of their role")
	}
	var unset LimitBook
	if unset.Of(Town) != Town.Limits() {
		t.Error("without any set a role has lost its own")
	}
}
