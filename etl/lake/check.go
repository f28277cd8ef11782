package lake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"canbao/etl/refuse"
)

// fileList are the files of the ledger: their sizes in bytes by folder and name.
type fileList map[string]map[string]int64

func listedFiles(ctx context.Context, q querier) (fileList, error) {
	rows, err := q.QueryContext(ctx, "select folder, file, bytes from raw.lake_file")
	if err != nil {
		return nil, fmt.Errorf("check the lake: %w", err)
	}
	defer rows.Close()
	listed := fileList{}
	for rows.Next() {
		var folder, name string
		var bytes int64
		if err := rows.Scan(&folder, &name, &bytes); err != nil {
			return nil, fmt.Errorf("check the lake: %w", err)
		}
		if listed[folder] == nil {
			listed[folder] = map[string]int64{}
		}
		listed[folder][name] = bytes
	}
	return listed, rows.Err()
}

// checkDisk refuses a lake in which a file is missing, of another size than it
// was written with, or too many. It looks at names and sizes, at none of the rows.
func checkDisk(dir string, listed fileList) error {
	for _, folder := range slices.Sorted(maps.Keys(listed)) {
		if err := checkFolder(filepath.Join(dir, folder), listed[folder]); err != nil {
			return err
		}
	}
	return nil
}

// checkStore is checkDisk for a bucket; there are its files.
func checkStore(st *store, there map[string]int64, listed fileList) error {
	found := fileList{}
	for name, bytes := range there {
		folder := path.Dir(name)
		if listed[folder] == nil {
			continue
		}
		if found[folder] == nil {
			found[folder] = map[string]int64{}
		}
		found[folder][path.Base(name)] = bytes
	}
	for _, folder := range slices.Sorted(maps.Keys(listed)) {
		if err := compare(st.at+"/"+folder, found[folder], listed[folder]); err != nil {
			return err
		}
	}
	return nil
}

func checkFolder(dir string, want map[string]int64) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("check the lake: %w", err)
	}
	found := map[string]int64{}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return fmt.Errorf("check the lake: %w", err)
		}
		found[e.Name()] = info.Size()
	}
	return compare(dir, found, want)
}

// compare compares the sizes of the files in a folder by name with those wanted.
func compare(dir string, found, want map[string]int64) error {
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if _, ours := want[name]; !ours {
			return damaged(dir+"/"+name, "数据湖里有一个不是程序写的文件", "a file in the lake that was not written by the program",
				"把它移走", "move it away")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		bytes, there := found[name]
		switch {
		case !there:
			return damaged(dir+"/"+name, "数据湖的文件不见了", "a file of the lake is missing", restoreZH, restoreEN)
		case bytes != want[name]:
			return damaged(dir+"/"+name, fmt.Sprintf("数据湖的文件坏了：写入时 %d 字节，现在 %d 字节", want[name], bytes),
				fmt.Sprintf("a file of the lake is damaged: %d bytes were written, there are %d", want[name], bytes), restoreZH, restoreEN)
		}
	}
	return nil
}

const (
	restoreZH = "从备份恢复这个文件；数据湖若已搬走，用设置 lake 指明新位置；没有备份则在新的工作区重新装载原文件"
	restoreEN = "bring it back from a backup; if the lake was moved, name its new place with the setting lake; without a backup load the extracts into a new workspace"
)

func damaged(path, zh, en, doZH, doEN string) error {
	return &refuse.Error{What: refuse.Text{ZH: zh, EN: en}, Where: path, Do: refuse.Text{ZH: doZH, EN: doEN}}
}

// clearOrphans removes the folders of loads that the ledger does not list: a
// writer that was killed has left them, before or after its transaction ended.
// The caller holds the lock of the warehouse.
func clearOrphans(ctx context.Context, q querier, dir string, st *store) error {
	list, err := texts(ctx, q, "select folder from raw.lake")
	if err != nil {
		return err
	}
	counts := map[string]bool{}
	for _, folder := range list {
		counts[folder] = true
	}
	datasets, err := datasetsOf(ctx, q)
	if err != nil {
		return err
	}
	for _, d := range datasets {
		entries, err := os.ReadDir(filepath.Join(dir, d.name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("clear the lake: %w", err)
		}
		for _, e := range entries {
			folder := d.name + "/" + e.Name()
			if counts[folder] || !strings.HasPrefix(e.Name(), "load=") {
				continue
			}
			if err := os.RemoveAll(filepath.Join(dir, folder)); err != nil {
				return fmt.Errorf("clear the lake: %w", err)
			}
		}
	}
	if st == nil {
		return nil
	}
	there, err := st.files(ctx)
	if err != nil {
		return err
	}
	var orphans []string
	for name := range there {
		folder := path.Dir(name)
		if name != mark && !counts[folder] && strings.HasPrefix(path.Base(folder), "load=") {
			orphans = append(orphans, name)
		}
	}
	return st.remove(ctx, orphans)
}
