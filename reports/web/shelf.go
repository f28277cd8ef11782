package web

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"canbao/etl/refuse"
	"canbao/reports/access"
	"canbao/reports/audit"
)

// How much the shelf keeps for one user. The oldest of the history goes first;
// what was saved goes when its owner says so.
const (
	mostSaved   = 200
	mostHistory = 200
	historyText = 1 << 20 // bytes of all texts together
	mostName    = 80      // characters of a name
)

// shelf keeps what every user has asked and saved, a file for each. Numbers of
// people are taken out of texts and values before they are written.
type shelf struct {
	dir   string
	mutex sync.Mutex
}

// savedQuery is a query that somebody means to ask again.
type savedQuery struct {
	ID     string            `json:"id"`
	Name   string            `json:"name"`
	Text   string            `json:"text"`
	Values map[string]string `json:"values,omitempty"` // of its parameters
	Shared bool              `json:"shared,omitempty"` // with everybody who may ask
	By     string            `json:"by"`
	At     time.Time         `json:"at"`
}

// askedQuery is a query that was run.
type askedQuery struct {
	ID       string            `json:"id"`
	Text     string            `json:"text"`
	Values   map[string]string `json:"values,omitempty"`
	At       time.Time         `json:"at"`
	Snapshot int               `json:"snapshot,omitempty"`
	Rows     int64             `json:"rows"`
	More     bool              `json:"more,omitempty"` // than Rows
	Outcome  string            `json:"outcome"`        // as the record names it
	As       string            `json:"as,omitempty"`   // the format of a file, empty for the page
}

// shelved is the file of one user.
type shelved struct {
	User    string       `json:"user"`
	Saved   []savedQuery `json:"saved"`
	History []askedQuery `json:"history"` // the latest first
}

// path is where the file of a user lies. Who is added anew under a former name
// finds nothing of that one.
func (s *shelf) path(u access.User) string {
	sum := sha256.Sum256([]byte(strings.ToLower(u.Name) + "\x00" + u.Since.UTC().Format(time.RFC3339Nano)))
	return filepath.Join(s.dir, hex.EncodeToString(sum[:12])+".json")
}

// of reads what is kept for a user.
func (s *shelf) of(u access.User) (shelved, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return readShelved(s.path(u))
}

func readShelved(path string) (k shelved, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return k, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &k)
	}
	if err != nil {
		return k, fmt.Errorf("read the queries kept: %w", err)
	}
	return k, nil
}

// change reads, changes and writes what is kept for a user, whole or not at all.
func (s *shelf) change(u access.User, change func(*shelved) error) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	path := s.path(u)
	k, err := readShelved(path)
	if err != nil {
		return err
	}
	k.User = u.Name
	if err := change(&k); err != nil {
		return err
	}
	text, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("keep the queries: %w", err)
	}
	if err := replaceFile(path, text); err != nil {
		return fmt.Errorf("keep the queries: %w", err)
	}
	return nil
}

// replaceFile puts a file in its place, whole or not at all.
func replaceFile(path string, text []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".new-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// remember puts a query that was run on top of the history. The same one run
// again stands there once.
func (s *shelf) remember(u access.User, q askedQuery) error {
	q.ID, q.Text, q.Values = newID(), audit.Masked(q.Text), maskedValues(q.Values)
	return s.change(u, func(k *shelved) error {
		k.History = slices.DeleteFunc(k.History, func(h askedQuery) bool { return h.Text == q.Text && h.As == q.As })
		k.History = slices.Insert(k.History, 0, q)
		k.History = k.History[:min(len(k.History), mostHistory)]
		bytes := 0
		for i, h := range k.History {
			if bytes += len(h.Text); bytes > historyText && i > 0 {
				k.History = k.History[:i]
				break
			}
		}
		return nil
	})
}

// save keeps a query under a name; one of the same name is replaced.
func (s *shelf) save(u access.User, q savedQuery) (savedQuery, error) {
	q.Name = strings.Join(strings.Fields(audit.Masked(q.Name)), " ")
	switch {
	case q.Name == "":
		return q, &refuse.Error{What: refuse.Text{ZH: "查询没有名称", EN: "the query has no name"},
			Do: refuse.Text{ZH: "请起一个名称再保存", EN: "give it one to save it"}}
	case len([]rune(q.Name)) > mostName:
		return q, &refuse.Error{What: refuse.Text{ZH: fmt.Sprintf("名称最多 %d 个字", mostName), EN: fmt.Sprintf("a name has %d characters at most", mostName)},
			Do: refuse.Text{ZH: "请缩短名称", EN: "make it shorter"}}
	case strings.TrimSpace(q.Text) == "":
		return q, errNoText
	}
	q.ID, q.By, q.Text, q.Values = newID(), u.Name, audit.Masked(q.Text), maskedValues(q.Values)
	err := s.change(u, func(k *shelved) error {
		if i := slices.IndexFunc(k.Saved, func(o savedQuery) bool { return o.Name == q.Name }); i >= 0 {
			q.ID = k.Saved[i].ID
			k.Saved[i] = q
			return nil
		}
		if len(k.Saved) >= mostSaved {
			return &refuse.Error{What: refuse.Text{ZH: fmt.Sprintf("最多保存 %d 个查询", mostSaved), EN: fmt.Sprintf("%d queries can be saved, no more", mostSaved)},
				Do: refuse.Text{ZH: "请先删除不用的", EN: "delete those no longer needed first"}}
		}
		k.Saved = append(k.Saved, q)
		slices.SortFunc(k.Saved, func(a, b savedQuery) int { return cmp.Compare(a.Name, b.Name) })
		return nil
	})
	return q, err
}

// remove takes a saved query away; one that is not there is gone already.
func (s *shelf) remove(u access.User, id string) error {
	return s.change(u, func(k *shelved) error {
		k.Saved = slices.DeleteFunc(k.Saved, func(q savedQuery) bool { return q.ID == id })
		return nil
	})
}

// forget empties the history.
func (s *shelf) forget(u access.User) error {
	return s.change(u, func(k *shelved) error { k.History = nil; return nil })
}

// shared lists what others share, by name.
func (s *shelf) shared(but access.User) ([]savedQuery, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	paths, err := filepath.Glob(filepath.Join(s.dir, "*.json"))
	if err != nil {
		return nil, err
	}
	own := s.path(but)
	var all []savedQuery
	for _, path := range paths {
		if path == own {
			continue
		}
		k, err := readShelved(path)
		if err != nil {
			return nil, err
		}
		for _, q := range k.Saved {
			if q.Shared {
				all = append(all, q)
			}
		}
	}
	slices.SortFunc(all, func(a, b savedQuery) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.By, b.By)) })
	return all, nil
}

func maskedValues(values map[string]string) map[string]string {
	masked := map[string]string{}
	for name, value := range values {
		masked[name] = audit.Masked(value)
	}
	return masked
}

func newID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}
