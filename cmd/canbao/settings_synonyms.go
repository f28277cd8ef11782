package main

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"canbao/etl"
	"canbao/etl/refuse"
)

// synonymsKey is the one setting that is no single value: it stands in
// canbao.yaml alone and has neither flag nor variable.
const synonymsKey = "synonyms"

// synonymsExample is what a new canbao.yaml says of it.
var synonymsExample = refuse.Text{
	ZH: `
# 表头的其他叫法。dataset 省略时对所有有这些字段的数据有效，office 省略时对所有部门有效。
#synonyms:
#  - dataset: payment
#    office: 税务局
#    headers: {receipt: [完税证号, 凭证序号]}
`,
	EN: `
# Other headers. Without dataset they hold for every dataset with these fields,
# without office for every office.
#synonyms:
#  - dataset: payment
#    office: 税务局
#    headers: {receipt: [完税证号, 凭证序号]}
`}

// readSynonyms reads the list under synonyms; every refusal names file, line
// and key. Whether datasets, fields and headers can be meant is told by loading.
func readSynonyms(file string, list *yaml.Node) ([]etl.Synonym, error) {
	if list.Kind != yaml.SequenceNode {
		return nil, badSynonyms(file, list, "应为一组条目", "expected a list of entries")
	}
	var all []etl.Synonym
	for _, node := range list.Content {
		if node.Kind != yaml.MappingNode {
			return nil, badSynonyms(file, node, "应有 headers，可有 dataset 和 office", "expected headers, and dataset or office if wanted")
		}
		var common etl.Synonym
		var headers *yaml.Node
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i], node.Content[i+1]
			switch key.Value {
			case "dataset":
				common.Dataset = strings.TrimSpace(value.Value)
			case "office":
				common.Office = strings.TrimSpace(value.Value)
			case "headers":
				headers = value
			default:
				return nil, badKey(file, key, refuse.Text{ZH: "不是已知的键", EN: "is no key"},
					refuse.Text{ZH: "已知的有：dataset, office, headers", EN: "known are: dataset, office, headers"})
			}
		}
		if headers == nil || headers.Kind != yaml.MappingNode {
			return nil, badSynonyms(file, node, "缺少 headers：字段: [表头, 表头]", "headers is missing: field: [header, header]")
		}
		more, err := readHeaders(file, headers, common)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// readHeaders reads field: header, or field: [header, header].
func readHeaders(file string, headers *yaml.Node, common etl.Synonym) ([]etl.Synonym, error) {
	var all []etl.Synonym
	for i := 0; i+1 < len(headers.Content); i += 2 {
		key, value := headers.Content[i], headers.Content[i+1]
		names := []*yaml.Node{value}
		if value.Kind == yaml.SequenceNode {
			names = value.Content
		}
		for _, name := range names {
			if name.Kind != yaml.ScalarNode {
				return nil, badSynonyms(file, name, "应为表头文字", "expected the text of a header")
			}
			s := common
			s.Field, s.Header, s.Where = key.Value, name.Value, fmt.Sprintf("%s:%d", file, name.Line)
			all = append(all, s)
		}
	}
	return all, nil
}

func badSynonyms(file string, node *yaml.Node, zh, en string) error {
	return &refuse.Error{
		What:  refuse.Text{ZH: "synonyms 读不了：" + zh, EN: "synonyms cannot be read: " + en},
		Where: fmt.Sprintf("%s:%d", file, node.Line),
		Do: refuse.Text{
			ZH: "写法如：- {dataset: payment, office: 税务局, headers: {receipt: [完税证号]}}",
			EN: "such as: - {dataset: payment, office: 税务局, headers: {receipt: [完税证号]}}",
		},
	}
}
