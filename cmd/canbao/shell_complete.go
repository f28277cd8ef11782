package main

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"canbao/sql/answer"
)

// complete offers what the word at the cursor may become.
func (s *shell) complete(line string, pos int) (head string, words []string, tail string) {
	runes := []rune(line)
	start := pos
	for start > 0 && (wordRune(runes[start-1]) || runes[start-1] == '.') {
		start--
	}
	head, word, tail := string(runes[:start]), string(runes[start:pos]), string(runes[pos:])
	return head, s.candidates(head, word), tail
}

func wordRune(r rune) bool { return r == '_' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// candidates are the completions of a word after a head.
func (s *shell) candidates(head, word string) []string {
	var all []string
	before := strings.Fields(head)
	switch {
	case head == "" && strings.HasPrefix(word, ".") && strings.TrimSpace(s.pending) == "":
		for _, c := range shellCommands {
			all = append(all, strings.Fields(c.form)[0])
		}
	case len(before) == 1 && before[0] == ".mode":
		all = shellModes
	case len(before) == 1 && before[0] == ".describe":
		all = s.tableNames()
	case strings.Contains(word, "."):
		all = s.tableNames()
		alias, _, _ := strings.Cut(word, ".")
		for _, c := range s.columnsOf(s.aliased(head + " " + s.pending)[strings.ToLower(alias)]) {
			all = append(all, alias+"."+c)
		}
	default:
		return s.wordCandidates(head, word)
	}
	return beginningWith(all, word)
}

// wordCandidates are tables where a table is expected, else columns, tables and
// keywords. A table is found by its name without the schema too.
func (s *shell) wordCandidates(head, word string) []string {
	tables := beginningWith(s.tableNames(), word)
	for _, t := range s.tables {
		if _, short, _ := strings.Cut(t.Name, "."); word != "" && hasPrefixFold(short, word) {
			tables = append(tables, t.Name)
		}
	}
	fields := strings.Fields(strings.ToLower(s.pending + " " + head))
	if n := len(fields); n > 0 && (fields[n-1] == "from" || fields[n-1] == "join") {
		return unique(tables)
	}
	if word == "" {
		return nil
	}
	all := tables
	named := s.aliased(s.pending + " " + head)
	for _, c := range s.columns {
		if _, ok := named[c.Table]; (ok || len(named) == 0) && hasPrefixFold(c.Name, word) {
			all = append(all, c.Name)
		}
	}
	for _, k := range beginningWith(answer.Keywords, word) {
		if strings.ToUpper(word) == word {
			k = strings.ToUpper(k)
		}
		all = append(all, k)
	}
	return unique(all)
}

var aliasForm = regexp.MustCompile(`(?i)\b(?:from|join|,)\s*((?:mart|ref)\.\w+)(?:\s+(?:as\s+)?(\w+))?`)

// aliased are the tables a text names, by their names and by those it gives them.
func (s *shell) aliased(text string) map[string]string {
	named := map[string]string{}
	for _, m := range aliasForm.FindAllStringSubmatch(text, -1) {
		table := strings.ToLower(m[1])
		named[table] = table
		named[strings.ToLower(m[2])] = table
	}
	delete(named, "")
	return named
}

func (s *shell) tableNames() (names []string) {
	for _, t := range s.tables {
		names = append(names, t.Name)
	}
	return names
}

func (s *shell) columnsOf(table string) (names []string) {
	for _, c := range s.columns {
		if c.Table == table {
			names = append(names, c.Name)
		}
	}
	return names
}

func beginningWith(list []string, word string) (found []string) {
	for _, w := range list {
		if hasPrefixFold(w, word) {
			found = append(found, w)
		}
	}
	return unique(found)
}

func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

func unique(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
