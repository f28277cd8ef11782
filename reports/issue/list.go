package issue

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"canbao/etl/refuse"
)

// Issued is a revision that was issued.
type Issued struct {
	Manifest
	Dir string // its folder
}

// List are all revisions below dir, by campaign, number and revision; none where
// nothing was issued yet.
func List(dir string) ([]Issued, error) {
	paths, err := filepath.Glob(filepath.Join(escaped(dir), "*", "*", "*", ManifestFile))
	if err != nil {
		return nil, fmt.Errorf("list what was issued: %w", err)
	}
	var all []Issued
	for _, path := range paths {
		if filepath.Base(filepath.Dir(path))[0] == '.' {
			continue // one that was never finished
		}
		one, err := read(path)
		if err != nil {
			return nil, err
		}
		all = append(all, *one)
	}
	slices.SortFunc(all, func(a, b Issued) int {
		return cmp.Or(cmp.Compare(a.Campaign, b.Campaign), cmp.Compare(a.Number, b.Number), cmp.Compare(a.Revision, b.Revision))
	})
	return all, nil
}

// escaped is a path of which no character is a pattern's.
func escaped(path string) string {
	var out []rune
	for _, r := range path {
		if r == '*' || r == '?' || r == '[' || r == '\\' && filepath.Separator != '\\' {
			out = append(out, '\\')
		}
		out = append(out, r)
	}
	return string(out)
}

func read(path string) (*Issued, error) {
	text, err := os.ReadFile(path)
	if err == nil {
		one := &Issued{Dir: filepath.Dir(path)}
		if err = json.Unmarshal(text, &one.Manifest); err == nil {
			return one, nil
		}
	}
	return nil, &refuse.Error{
		What:  refuse.Text{ZH: "已发通报的清单读不了", EN: "the manifest of an issued bulletin cannot be read"},
		Where: path,
		Do:    refuse.Text{ZH: "请从备份恢复这个文件", EN: "restore the file from its backup"},
		Err:   err,
	}
}

// Verify refuses a revision of which a file was changed or is gone, and names it.
func (i *Issued) Verify() error {
	for _, f := range i.Files {
		path := filepath.Join(i.Dir, filepath.FromSlash(f.Path))
		what := refuse.Text{ZH: "已发通报的文件被改动过", EN: "a file of an issued bulletin was changed"}
		sum, n, err := hashOf(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			what = refuse.Text{ZH: "已发通报缺少文件", EN: "a file of an issued bulletin is gone"}
		case err != nil:
			what = refuse.Text{ZH: "已发通报的文件读不了", EN: "a file of an issued bulletin cannot be read"}
		case sum == f.SHA256 && n == f.Bytes:
			continue
		}
		return &refuse.Error{What: what, Where: path, Err: err,
			Do: refuse.Text{ZH: "请从备份恢复；它应与清单里的校验值一致", EN: "restore it from its backup; it must agree with the hash in the manifest"}}
	}
	return nil
}

// Sum is the SHA-256 of the manifest in hex, which holds those of all files.
func (i *Issued) Sum() (string, error) {
	sum, _, err := hashOf(filepath.Join(i.Dir, ManifestFile))
	if err != nil {
		return "", fmt.Errorf("read the manifest: %w", err)
	}
	return sum, nil
}

// hashOf is the SHA-256 of a file in hex, and its size in bytes.
func hashOf(path string) (string, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	return hex.EncodeToString(sum.Sum(nil)), n, err
}
