package etl

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"canbao/etl/refuse"
)

// expand lists the files of paths: a file as it is, a folder by every file in
// it in the byte order of their paths, without hidden ones and the lock files
// that office programs leave.
func expand(paths []string) ([]string, error) {
	var files []string
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, unreadable(p, err)
		}
		if !info.IsDir() {
			files = append(files, p)
			continue
		}
		found, err := filesUnder(p)
		if err != nil {
			return nil, unreadable(p, err)
		}
		if len(found) == 0 {
			return nil, &refuse.Error{
				What:  refuse.Text{ZH: "文件夹里没有文件", EN: "the folder holds no file"},
				Where: p,
				Do:    refuse.Text{ZH: "请指定装有数据文件的文件夹", EN: "name the folder that holds the extracts"},
			}
		}
		files = append(files, found...)
	}
	return files, nil
}

func filesUnder(dir string) ([]string, error) {
	var found []string
	if info, err := os.Lstat(dir); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		dir += string(filepath.Separator) // a link to a folder is that folder
	}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		hidden := p != dir && (strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "~$"))
		switch {
		case err != nil:
			return err
		case d.IsDir() && hidden:
			return fs.SkipDir
		case !d.IsDir() && !hidden:
			found = append(found, p)
		}
		return nil
	})
	sort.Strings(found)
	return found, err
}

func unreadable(path string, err error) error {
	return &refuse.Error{
		What:  refuse.Text{ZH: "读不到：" + cause(err), EN: "cannot be read: " + cause(err)},
		Where: path,
		Do:    refuse.Text{ZH: "检查路径和权限", EN: "check the path and its permissions"},
		Err:   err,
	}
}

// cause is the bare reason of a file error, without the path it repeats.
func cause(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

func unknownDataset(name string) error {
	return &refuse.Error{
		What:  refuse.Text{ZH: "没有这一类数据：" + name, EN: "no such dataset: " + name},
		Where: "--dataset",
		Do: refuse.Text{
			ZH: "可用的有：" + strings.Join(Datasets(), "、"),
			EN: "choose one of " + strings.Join(Datasets(), ", "),
		},
	}
}
