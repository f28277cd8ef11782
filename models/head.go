package models

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"canbao/etl/refuse"
)

// head is what the comment above a model says.
type head struct {
	view   bool          // materialize: view; a table otherwise
	order  []string      // order: the columns a table is stored by
	checks []columnCheck // check: unique a, b · check: not null a

	// checks of the data (check/*.sql) only
	severity       string // warning or error
	title, why, do refuse.Text

	// published tables only
	meaning, grain refuse.Text
	columns        []columnDoc // column: name [unit | unit]: meaning | meaning
	ask            refuse.Text // the question the example answers
	cut            cutRule     // what of it a user of some towns sees; zero: nothing
	example        []string    // lines of SQL
}

// columnDoc is what a head says of a column of a published table.
type columnDoc struct {
	name          string
	unit, meaning refuse.Text // unit empty for what is no number
}

// columnCheck is a promise about the columns of a model. A broken one is a
// defect of the model, not of the data.
type columnCheck struct {
	kind    string // unique, not null
	columns []string
	line    int
}

var (
	headLine = regexp.MustCompile(`^-- *(materialize|order|check|severity|title|why|do|meaning|grain|cut|column|ask|example): ?(.*?) *$`)
	docLine  = regexp.MustCompile(`^([a-z][a-z0-9_]*)(?: \[([^\]]+)\])?: (.+)$`)
	column   = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// parseHead reads the comment lines above the first line of SQL.
func parseHead(file, text string) (head, error) {
	var h head
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "--") {
			break
		}
		found := headLine.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		if err := h.set(found[1], found[2], i+1); err != nil {
			return h, fmt.Errorf("read %s:%d: %s: %w", file, i+1, found[1], err)
		}
	}
	return h, nil
}

func (h *head) set(key, value string, line int) error {
	var err error
	value = strings.TrimRight(value, " ")
	if key != "example" { // whose lines may be indented
		value = strings.TrimSpace(value)
	}
	switch key {
	case "materialize":
		if value != "view" && value != "table" {
			return fmt.Errorf("%q is neither table nor view", value)
		}
		h.view = value == "view"
	case "order":
		h.order, err = columns(value)
	case "check":
		check := columnCheck{line: line}
		for _, kind := range []string{"unique", "not null"} {
			if rest, ok := strings.CutPrefix(value, kind+" "); ok {
				check.kind = kind
				check.columns, err = columns(rest)
			}
		}
		if check.kind == "" {
			return fmt.Errorf("%q is neither unique nor not null", value)
		}
		h.checks = append(h.checks, check)
	case "severity":
		if value != "warning" && value != "error" {
			return fmt.Errorf("%q is neither warning nor error", value)
		}
		h.severity = value
	case "title":
		h.title, err = bilingual(value)
	case "why":
		h.why, err = bilingual(value)
	case "do":
		h.do, err = bilingual(value)
	case "meaning":
		h.meaning, err = bilingual(value)
	case "grain":
		h.grain, err = bilingual(value)
	case "ask":
		h.ask, err = bilingual(value)
	case "cut":
		h.cut, err = readCutRule(value)
	case "example":
		h.example = append(h.example, value)
	case "column":
		return h.setColumn(value)
	}
	return err
}

func (h *head) setColumn(value string) error {
	found := docLine.FindStringSubmatch(value)
	if found == nil {
		return fmt.Errorf("%q is not name [unit | unit]: Chinese | English", value)
	}
	c := columnDoc{name: found[1]}
	var err error
	if found[2] != "" {
		if c.unit, err = bilingual(found[2]); err != nil {
			return err
		}
	}
	if c.meaning, err = bilingual(found[3]); err != nil {
		return err
	}
	if slices.ContainsFunc(h.columns, func(o columnDoc) bool { return o.name == c.name }) {
		return fmt.Errorf("column %s stands twice", c.name)
	}
	h.columns = append(h.columns, c)
	return nil
}

func columns(list string) ([]string, error) {
	var out []string
	for _, name := range strings.Split(list, ",") {
		name = strings.TrimSpace(name)
		if !column.MatchString(name) || slices.Contains(out, name) {
			return nil, fmt.Errorf("%q is no column, or stands twice", name)
		}
		out = append(out, name)
	}
	return out, nil
}

func bilingual(value string) (refuse.Text, error) {
	zh, en, ok := strings.Cut(value, "|")
	text := t(strings.TrimSpace(zh), strings.TrimSpace(en))
	if !ok || text.ZH == "" || text.EN == "" {
		return text, fmt.Errorf("%q is not Chinese | English", value)
	}
	return text, nil
}
