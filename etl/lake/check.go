package lake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"canbao/etl/refuse"
)

// check refuses a lake in which a file is missing, of another size than it was
// written with, or too many. It looks at names and sizes, at none of the rows.
// some tells whether the warehouse has any files.
func check(ctx context.Context, q querier, dir string) (some bool, err error) {
	rows, err := q.QueryContext(ctx, "select folder, file, bytes from raw.lake_file order by folder, file")
	if err != nil {
		return false, fmt.Errorf("check the lake: %w", err)
	}
	defer rows.Close()
	listed := map[string]map[string]int64{}
	var folders []string
	for rows.Next() {
		var folder, name string
		var bytes int64
		if err := rows.Scan(&folder, &name, &bytes); err != nil {
			return false, fmt.Errorf("check the lake: %w", err)
		}
		if listed[folder] == nil {
			listed[folder] = map[string]int64{}
			folders = append(folders, folder)
		}
		listed[folder][name] = bytes
	}
	if err := rows.Err(); err != nil {
		return false, fmt.Errorf("check the lake: %w", err)
	}
	for _, folder := range folders {
		if err := checkFolder(filepath.Join(dir, folder), listed[folder]); err != nil {
			return true, err
		}
	}
	return len(folders) > 0, nil
}

// checkFolder compares a folder with the sizes of its files by name.
func checkFolder(dir string, want map[string]int64) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("check the lake: %w", err)
	}
	found := map[string]bool{}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		bytes, ours := want[e.Name()]
		if !ours {
			return damaged(path, "数据湖里有一个不是程序写的文件", "a file in the lake that was not written by the program",
				"把它移走", "move it away")
		}
		info, err := e.Info()
		if err != nil {
			return fmt.Errorf("check the lake: %w", err)
		}
		if info.Size() != bytes {
			return damaged(path, fmt.Sprintf("数据湖的文件坏了：写入时 %d 字节，现在 %d 字节", bytes, info.Size()),
				fmt.Sprintf("a file of the lake is damaged: %d bytes were written, there are %d", bytes, info.Size()), restoreZH, restoreEN)
		}
		found[e.Name()] = true
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !found[name] {
			return damaged(filepath.Join(dir, name), "数据湖的文件不见了", "a file of the lake is missing", restoreZH, restoreEN)
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
func clearOrphans(ctx context.Context, q querier, dir string) error {
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
	return nil
}
