package issue

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"canbao/etl/refuse"
)

// Order says what is to be issued. Of the manifest everything must be set but
// Revision, Files and Correction.
type Order struct {
	Dir      string // of all that was issued
	Manifest Manifest
	Figures  []Figures
	Reissue  bool   // the number may have been issued before, and must
	Reason   string // why it is issued again
}

// Draft is a revision on its way: its files are written into Folder, and Finish
// gives it its place. Whoever issues must keep others from issuing meanwhile.
type Draft struct {
	order    Order
	manifest Manifest
	changes  []Change
	parent   string // folder of the number
	folder   string
}

// Begin refuses what must not be issued, compares the figures with those issued
// before, and makes the folder. Finish or Abandon must follow.
func Begin(o Order) (*Draft, error) {
	all, err := List(o.Dir)
	if err != nil {
		return nil, err
	}
	d := &Draft{order: o, manifest: o.Manifest}
	d.manifest.Revision, d.manifest.Files, d.manifest.Correction = 1, nil, nil
	d.parent = filepath.Join(o.Dir, o.Manifest.Campaign, strconv.Itoa(o.Manifest.Number))
	before, err := o.may(all)
	if err != nil {
		return nil, err
	}
	if before != nil {
		if err := d.correct(before); err != nil {
			return nil, err
		}
	}
	d.folder = filepath.Join(d.parent, ".part-"+strconv.Itoa(d.manifest.Revision))
	if err := errors.Join(os.RemoveAll(d.folder), os.MkdirAll(filepath.Join(d.folder, FiguresDir), 0o755)); err != nil {
		return nil, fmt.Errorf("make the folder of the issue: %w", err)
	}
	return d, nil
}

// may refuses an order and finds the revision it corrects, nil for none.
func (o Order) may(all []Issued) (*Issued, error) {
	m := o.Manifest
	var before *Issued
	last := 0
	for i := range all {
		if all[i].Campaign != m.Campaign {
			continue
		}
		last = max(last, all[i].Number)
		if all[i].Number == m.Number {
			before = &all[i]
		}
	}
	no := func(zh, en, doZH, doEN string) error {
		e := &refuse.Error{What: refuse.Text{ZH: zh, EN: en}, Do: refuse.Text{ZH: doZH, EN: doEN}}
		if before != nil {
			e.Where = before.Dir
		}
		return e
	}
	switch {
	case before == nil && o.Reissue:
		return nil, no(fmt.Sprintf("第%d期还没有发过", m.Number), fmt.Sprintf("number %d was never issued", m.Number),
			"去掉 --reissue；canbao issue list 列出已发的", "leave --reissue out; canbao issue list tells what was issued")
	case before == nil:
		return nil, nil
	case !o.Reissue:
		return nil, no(fmt.Sprintf("第%d期已经发过，截至%s", m.Number, before.AsOf), fmt.Sprintf("number %d was issued already, as of %s", m.Number, before.AsOf),
			fmt.Sprintf("下一期是 --number %d；要更正这一期，加上 --reissue --reason 原因", last+1),
			fmt.Sprintf("the next is --number %d; to correct this one add --reissue --reason TEXT", last+1))
	case strings.TrimSpace(o.Reason) == "":
		return nil, no("重发要写明原因", "issuing a number again needs a reason", "加上 --reason 原因；它会写进更正说明", "add --reason TEXT; it goes into the note of correction")
	case before.AsOf != m.AsOf:
		return nil, no(fmt.Sprintf("第%d期截至%s，不能改成%s", m.Number, before.AsOf, m.AsOf), fmt.Sprintf("number %d speaks of %s, not of %s", m.Number, before.AsOf, m.AsOf),
			"重发时日期不变；另一天的通报请用新的期号", "the day stays when a number is issued again; give a bulletin of another day a new number")
	}
	return before, before.Verify()
}

// correct compares with the revision before.
func (d *Draft) correct(before *Issued) error {
	sum, _, err := hashOf(filepath.Join(before.Dir, ManifestFile))
	if err != nil {
		return fmt.Errorf("read the revision before: %w", err)
	}
	d.manifest.Revision = before.Revision + 1
	now := d.manifest
	c := &Correction{Replaces: before.Revision, ReplacesSHA256: sum, Reason: strings.TrimSpace(d.order.Reason),
		Added: without(now.Loads, before.Loads), TakenBack: without(before.Loads, now.Loads),
		CampaignChanged: now.CampaignSHA256 != before.CampaignSHA256, AreasChanged: now.AreasSHA256 != before.AreasSHA256,
		ProgramChanged: now.Snapshot.Program != before.Snapshot.Program}
	names := map[string]string{}
	for _, f := range d.order.Figures {
		was, err := readFigures(before.Dir, f.Table)
		if err != nil {
			return err
		}
		d.changes = append(d.changes, changes(was, f, names)...)
	}
	c.Changed = len(d.changes)
	d.manifest.Correction = c
	return nil
}

// without are the loads of all that others has not.
func without(all, others []Load) []Load {
	out := []Load{}
	for _, l := range all {
		same := func(o Load) bool {
			return o.Load == l.Load && o.SHA256 == l.SHA256 && o.Part == l.Part && o.Dataset == l.Dataset
		}
		if !slices.ContainsFunc(others, same) {
			out = append(out, l)
		}
	}
	return out
}

// Folder is where the files of the bulletin are to be written.
func (d *Draft) Folder() string { return d.folder }

// Manifest is what it will say, as far as that is known.
func (d *Draft) Manifest() Manifest { return d.manifest }

// Changes are the figures that differ from the revision before.
func (d *Draft) Changes() []Change { return d.changes }

// Abandon takes back what was written.
func (d *Draft) Abandon() error {
	err := os.RemoveAll(d.folder)
	os.Remove(d.parent) // stays where other revisions are
	return err
}

// Finish writes figures and manifest, makes everything durable and read-only and
// gives the folder its name: then it is issued, before it is not.
func (d *Draft) Finish() (*Issued, error) {
	if err := d.writeFigures(); err != nil {
		return nil, err
	}
	if err := d.seal(); err != nil {
		return nil, fmt.Errorf("issue the bulletin: %w", err)
	}
	text, err := json.MarshalIndent(d.manifest, "", "  ")
	if err == nil {
		err = writeDurably(filepath.Join(d.folder, ManifestFile), append(text, '\n'))
	}
	home := filepath.Join(d.parent, strconv.Itoa(d.manifest.Revision))
	if err == nil {
		err = syncTree(d.folder)
	}
	if err == nil {
		err = os.Rename(d.folder, home)
	}
	if err == nil {
		err = syncTree(d.order.Dir)
	}
	if err != nil {
		return nil, fmt.Errorf("issue the bulletin: %w", err)
	}
	return &Issued{Manifest: d.manifest, Dir: home}, nil
}

func (d *Draft) writeFigures() error {
	for _, f := range d.order.Figures {
		text, err := f.text()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(d.folder, filepath.FromSlash(f.file())), text, 0o644); err != nil {
			return fmt.Errorf("write the figures: %w", err)
		}
	}
	if d.manifest.Correction == nil {
		return nil
	}
	text, err := changesText(d.changes)
	if err == nil {
		err = os.WriteFile(filepath.Join(d.folder, filepath.FromSlash(changesFile)), text, 0o644)
	}
	if err != nil {
		return fmt.Errorf("write what changed: %w", err)
	}
	return nil
}

// seal lists every file that was written, and makes it durable and read-only.
func (d *Draft) seal() error {
	err := filepath.WalkDir(d.folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		below, err := filepath.Rel(d.folder, path)
		if err != nil {
			return err
		}
		f := File{Path: filepath.ToSlash(below), Kind: BulletinFile}
		if strings.HasPrefix(f.Path, FiguresDir+"/") {
			f.Kind = FigureFile
		}
		if f.SHA256, f.Bytes, err = hashOf(path); err != nil {
			return err
		}
		d.manifest.Files = append(d.manifest.Files, f)
		return keep(path)
	})
	slices.SortStableFunc(d.manifest.Files, func(a, b File) int { return strings.Compare(a.Kind, b.Kind) })
	return err
}
