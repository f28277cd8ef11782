package models

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"canbao/etl/refuse"
)

// document reads one YAML file strictly and keeps the first fault it meets, so
// that the reading code needs no error after every key.
type document struct {
	file  string
	fault *refuse.Error
}

// mapping is one "key: value" block of a document.
type mapping struct {
	doc   *document
	line  int
	place string // what the block is, for messages: indicators[3]
	value map[string]*yaml.Node
	key   map[string]*yaml.Node
	order []string
	known []string
}

var yamlLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)

// read parses the one document of the file; nil after a fault.
func (d *document) read(text []byte) *mapping {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var node, more yaml.Node
	err := decoder.Decode(&node)
	if err == nil {
		if next := decoder.Decode(&more); !errors.Is(next, io.EOF) {
			d.refuse(max(more.Line, 1), t("一个文件里只能有一个 YAML 文档", "a file holds one YAML document"),
				t("请删去“---”之后的内容", "delete what follows ---"))
			return nil
		}
		return d.mapping(node.Content[0], "")
	}
	if errors.Is(err, io.EOF) {
		d.refuse(1, t("文件是空的", "the file is empty"), t("可用 canbao init 生成样例", "canbao init writes an example"))
		return nil
	}
	found := yamlLine.FindStringSubmatch(err.Error())
	line, _ := strconv.Atoi(found[1])
	d.refuse(max(line, 1), t("不是合法的 YAML（"+found[2]+"）", "not YAML ("+found[2]+")"),
		t("请改正这一行，并以 UTF-8 保存", "correct that line and save the file as UTF-8"))
	return nil
}

// refuse keeps the fault unless there is an earlier one.
func (d *document) refuse(line int, what, do refuse.Text) {
	if d.fault == nil {
		d.fault = &refuse.Error{What: what, Where: fmt.Sprintf("%s:%d", d.file, line), Do: do}
	}
}

func t(zh, en string) refuse.Text { return refuse.Text{ZH: zh, EN: en} }

func (d *document) mapping(node *yaml.Node, place string) *mapping {
	node = resolved(node)
	m := &mapping{doc: d, line: node.Line, place: place, value: map[string]*yaml.Node{}, key: map[string]*yaml.Node{}}
	if node.Kind != yaml.MappingNode {
		d.refuse(node.Line, t(m.named("这里")+"应为“键: 值”", m.named("this")+" must be key: value"), refuse.Text{})
		return m
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if _, twice := m.value[key.Value]; twice {
			d.refuse(key.Line, t("键“"+m.path(key.Value)+"”重复出现", "key "+m.path(key.Value)+" stands twice"),
				t("请删去一处", "delete one of them"))
		}
		m.value[key.Value], m.key[key.Value] = resolved(node.Content[i+1]), key
		m.order = append(m.order, key.Value)
	}
	return m
}

func resolved(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

func (m *mapping) named(otherwise string) string {
	if m.place == "" {
		return otherwise
	}
	return m.place
}

func (m *mapping) path(key string) string {
	if m.place == "" {
		return key
	}
	return m.place + "." + key
}

// at is the line of a key's value, of the block where the key is absent.
func (m *mapping) at(key string) int {
	if node, ok := m.value[key]; ok {
		return node.Line
	}
	return m.line
}

// bad refuses the value of a key.
func (m *mapping) bad(key string, what, do refuse.Text) {
	m.doc.refuse(m.at(key), t(m.path(key)+"："+what.ZH, m.path(key)+": "+what.EN), do)
}

// node notes that key is a known one and returns its value, nil where absent.
func (m *mapping) node(key string, required bool) *yaml.Node {
	m.known = append(m.known, key)
	node, ok := m.value[key]
	if !ok && required {
		m.doc.refuse(m.line, t("缺少“"+m.path(key)+"”", "missing "+m.path(key)), t("请补上这一项", "add it"))
	}
	return node
}

// text is a scalar as it is written.
func (m *mapping) text(key string, required bool) string {
	node := m.node(key, required)
	if node == nil {
		return ""
	}
	if node.Kind != yaml.ScalarNode || node.Tag == "!!null" || strings.TrimSpace(node.Value) == "" {
		m.bad(key, t("应为一个值", "must be one value"), t("请填写，或删去这个键", "fill it in or delete the key"))
		return ""
	}
	return strings.TrimSpace(node.Value)
}

func (m *mapping) day(key string, required bool) Day {
	text := m.text(key, required)
	if text == "" {
		return 0
	}
	day, ok := ParseDay(text)
	if !ok {
		m.bad(key, t("“"+text+"”不是日期", fmt.Sprintf("%q is no day", text)), t("应写作 2020-11-30", "write it as 2020-11-30"))
	}
	return day
}

// fraction is an exact number above 0.
func (m *mapping) fraction(key string, required bool) Fraction {
	text := m.text(key, required)
	if text == "" {
		return Fraction{}
	}
	f, ok := ParseFraction(text)
	if !ok || f.IsZero() {
		m.bad(key, t("“"+text+"”不是大于 0 的数", fmt.Sprintf("%q is no number above 0", text)),
			t("应写作 99.91%、0.9991、9991/10000 或 2.5，至多九位数字", "write it as 99.91%, 0.9991, 9991/10000 or 2.5, nine digits at most"))
		return Fraction{}
	}
	return f
}

// rate is a fraction of at most 100 %.
func (m *mapping) rate(key string) Fraction {
	f := m.fraction(key, true)
	if f.Num > f.Den {
		m.bad(key, t("“"+m.value[key].Value+"”超过 100%", fmt.Sprintf("%q is above 100%%", m.value[key].Value)),
			t("应大于 0 且不超过 100%", "it must be above 0 and at most 100%"))
	}
	return f
}

// word is one of the words allowed, the first where the key is absent and
// not required.
func (m *mapping) word(key string, required bool, allowed ...string) string {
	text := m.text(key, required)
	if text == "" {
		return allowed[0]
	}
	if !slices.Contains(allowed, text) {
		list := strings.Join(allowed, ", ")
		m.bad(key, t("不认识“"+text+"”", fmt.Sprintf("unknown word %q", text)), t("可用的有："+list, "known are: "+list))
	}
	return text
}

func (m *mapping) flag(key string) bool {
	return m.word(key, false, "false", "true") == "true"
}

var idForm = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// id is a name that file names, columns and commands can bear.
func (m *mapping) id(key string) string {
	text := m.text(key, true)
	if text != "" && !idForm.MatchString(text) {
		m.bad(key, t("“"+text+"”不能作编号", fmt.Sprintf("%q cannot be an id", text)),
			t("用小写字母开头，只含小写字母、数字、_ 和 -", "start with a small letter; small letters, digits, _ and - only"))
	}
	return text
}

// list reads each element of a list as a block.
func (m *mapping) list(key string, required bool, each func(*mapping)) {
	node := m.node(key, required)
	if node == nil {
		return
	}
	if node.Kind != yaml.SequenceNode || (required && len(node.Content) == 0) {
		m.bad(key, t("应为列表，至少一项", "must be a list of at least one entry"), t("每项以“- ”开头", "begin each entry with \"- \""))
		return
	}
	for i, child := range node.Content {
		block := m.doc.mapping(child, fmt.Sprintf("%s[%d]", m.path(key), i+1))
		each(block)
		block.close()
	}
}

// block reads a block inside this one; false where it is absent.
func (m *mapping) block(key string, each func(*mapping)) bool {
	node := m.node(key, false)
	if node == nil {
		return false
	}
	inner := m.doc.mapping(node, m.path(key))
	each(inner)
	inner.close()
	return true
}

// close refuses keys that nobody asked for.
func (m *mapping) close() {
	for _, key := range m.order {
		if !slices.Contains(m.known, key) {
			list := strings.Join(m.known, ", ")
			m.doc.refuse(m.key[key].Line, t("不认识的键“"+m.path(key)+"”", "unknown key "+m.path(key)),
				t("这里可用的有："+list, "known here are: "+list))
		}
	}
}
