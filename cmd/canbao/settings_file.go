package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"go.yaml.in/yaml/v3"

	"canbao/etl/refuse"
)

// entry is one key of canbao.yaml.
type entry struct {
	value any
	line  int
}

// readSettingsFile reads canbao.yaml; a missing file has no entries. Every
// refusal names file, line and key.
func readSettingsFile(file string) (map[string]entry, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, nil
	}
	if err != nil {
		return nil, &refuse.Error{
			What:  refuse.Text{ZH: "设置文件读不了", EN: "the settings cannot be read"},
			Where: file,
			Do:    refuse.Text{ZH: "请检查该文件及其权限", EN: "check the file and its permissions"},
			Err:   err,
		}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		reason := strings.TrimPrefix(err.Error(), "yaml: ")
		return nil, &refuse.Error{
			What:  refuse.Text{ZH: "不是合法的 YAML（" + reason + "）", EN: "not YAML (" + reason + ")"},
			Where: file,
			Do:    refuse.Text{ZH: "请改正这一行", EN: "correct that line"},
		}
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	top := doc.Content[0]
	if top.Kind != yaml.MappingNode {
		return nil, &refuse.Error{
			What:  refuse.Text{ZH: "应为“键: 值”的列表", EN: "expected a list of key: value"},
			Where: fmt.Sprintf("%s:%d", file, top.Line),
		}
	}
	entries := map[string]entry{}
	for i := 0; i+1 < len(top.Content); i += 2 {
		key, value := top.Content[i], top.Content[i+1]
		e, err := readEntry(file, key, value)
		if err != nil {
			return nil, err
		}
		if _, twice := entries[key.Value]; twice {
			return nil, badKey(file, key, refuse.Text{ZH: "重复出现", EN: "stands twice"}, refuse.Text{ZH: "请删去一处", EN: "delete one of them"})
		}
		entries[key.Value] = e
	}
	return entries, nil
}

func readEntry(file string, key, value *yaml.Node) (entry, error) {
	if key.Value == synonymsKey {
		list, err := readSynonyms(file, value)
		return entry{value: list, line: key.Line}, err
	}
	if key.Value == limitsKey {
		book, err := readLimits(file, value)
		return entry{value: book, line: key.Line}, err
	}
	var names []string
	for _, s := range settingTable {
		if s.name != key.Value {
			names = append(names, s.name)
			continue
		}
		e := entry{line: key.Line}
		var err error
		switch s.def.(type) {
		case string:
			var v string
			err = value.Decode(&v)
			e.value = v
		case int:
			var v int
			err = value.Decode(&v)
			e.value = v
		case bool:
			var v bool
			err = value.Decode(&v)
			e.value = v
		case []string:
			var v []string
			if value.Kind == yaml.ScalarNode {
				v = []string{value.Value}
			} else {
				err = value.Decode(&v)
			}
			e.value = v
		}
		if err != nil {
			return e, s.refusal(fmt.Sprintf("%s:%d", file, key.Line), value.Value)
		}
		return e, nil
	}
	known := strings.Join(append(names, synonymsKey, limitsKey), ", ")
	return entry{}, badKey(file, key,
		refuse.Text{ZH: "不是已知的设置", EN: "is no setting"},
		refuse.Text{ZH: "已知的有：" + known, EN: "known are: " + known})
}

func badKey(file string, key *yaml.Node, what, do refuse.Text) error {
	return &refuse.Error{
		What: refuse.Text{
			ZH: fmt.Sprintf("键“%s”%s", key.Value, what.ZH),
			EN: fmt.Sprintf("key %q %s", key.Value, what.EN),
		},
		Where: fmt.Sprintf("%s:%d", file, key.Line),
		Do:    do,
	}
}
