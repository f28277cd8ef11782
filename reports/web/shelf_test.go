package web

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"canbao/etl/refuse"
	"canbao/reports/access"
)

func TestShelfIsBounded(t *testing.T) {
	s := &shelf{dir: filepath.Join(t.TempDir(), "queries")}
	zhang := access.User{Name: "zhang", Since: time.Unix(1, 0)}
	for n := range mostHistory + 20 {
		if err := s.remember(zhang, askedQuery{Text: fmt.Sprint("select ", n)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.remember(zhang, askedQuery{Text: "select 100"}); err != nil {
		t.Fatal(err)
	}
	k, err := s.of(zhang)
	if err != nil || len(k.History) != mostHistory || k.History[0].Text != "select 100" || k.History[1].Text != fmt.Sprint("select ", mostHistory+19) {
		t.Errorf("%d of the history, first %q, %v", len(k.History), k.History[0].Text, err)
	}
	again := 0
	for _, h := range k.History {
		if h.Text == "select 100" {
			again++
		}
	}
	if again != 1 {
		t.Errorf("a query asked twice stands there %d times", again)
	}
	long := strings.Repeat("x", mostText)
	for n := range 40 {
		if err := s.remember(zhang, askedQuery{Text: fmt.Sprint(n, long)}); err != nil {
			t.Fatal(err)
		}
	}
	if k, err = s.of(zhang); err != nil || len(k.History) != historyText/mostText-1 {
		t.Errorf("%d long texts are kept, %v", len(k.History), err)
	}
	for n := range mostSaved {
		if _, err := s.save(zhang, savedQuery{Name: fmt.Sprint("q", n), Text: "select 1"}); err != nil {
			t.Fatal(err)
		}
	}
	var no *refuse.Error
	if _, err := s.save(zhang, savedQuery{Name: "one more", Text: "select 1"}); !errors.As(err, &no) {
		t.Errorf("one more than fits is saved: %v", err)
	}
	replaced, err := s.save(zhang, savedQuery{Name: "q1", Text: "select 2"})
	if err != nil {
		t.Fatal(err)
	}
	if k, err = s.of(zhang); err != nil || len(k.Saved) != mostSaved {
		t.Errorf("%d saved, %v", len(k.Saved), err)
	}
	for _, q := range k.Saved {
		if q.Name == "q1" && (q.Text != "select 2" || q.ID != replaced.ID) {
			t.Errorf("saved again under its name: %+v", q)
		}
	}
	info, err := os.Stat(s.path(zhang))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is for its owner alone: %v, %v", info.Mode(), err)
	}
	if strings.Contains(filepath.Base(s.path(zhang)), "zhang") {
		t.Error("the name of a file comes from the name of a user")
	}
}

func TestShelfKeepsNobodysNumber(t *testing.T) {
	s := &shelf{dir: t.TempDir()}
	u := access.User{Name: "zhang"}
	const number, phone = "33078219850606006X", "13812345678"
	if err := s.remember(u, askedQuery{Text: "select '" + number + "'", Values: map[string]string{"p": phone}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.save(u, savedQuery{Name: "找 " + phone, Text: "select '" + number + "'", Values: map[string]string{"p": phone}}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(s.path(u))
	if err != nil || strings.Contains(string(text), number) || strings.Contains(string(text), phone) {
		t.Errorf("the file holds a number: %v", err)
	}
}

// Somebody added anew under a former name is somebody else.
func TestShelfOfAFormerUser(t *testing.T) {
	s := &shelf{dir: t.TempDir()}
	former, now := access.User{Name: "zhang", Since: time.Unix(1, 0)}, access.User{Name: "zhang", Since: time.Unix(2, 0)}
	if err := s.remember(former, askedQuery{Text: "select 1"}); err != nil {
		t.Fatal(err)
	}
	if k, err := s.of(now); err != nil || len(k.History) != 0 {
		t.Errorf("the history of a former user is shown: %v, %v", k.History, err)
	}
	if k, err := s.of(former); err != nil || len(k.History) != 1 {
		t.Errorf("%v, %v", k.History, err)
	}
}

func TestShelfOfManyWindows(t *testing.T) {
	s := &shelf{dir: t.TempDir()}
	u := access.User{Name: "zhang"}
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			if err := s.remember(u, askedQuery{Text: fmt.Sprint("select ", n)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if k, err := s.of(u); err != nil || len(k.History) != 20 {
		t.Errorf("%d of 20 are kept, %v", len(k.History), err)
	}
	if left, err := filepath.Glob(filepath.Join(s.dir, ".new-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
