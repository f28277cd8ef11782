package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"canbao/etl"
)

// intakePages are the page for the clerk and its twin.
var intakePages = map[string]string{"zh": "docs/intake.zh-CN.md", "en": "docs/intake.md"}

// TestIntakePageIsWhole wants a row for every dataset, every field and every
// reason on the page for the clerk, as the program's own lists tell them, and
// the page linked from the README of its language.
func TestIntakePageIsWhole(t *testing.T) {
	for lang, file := range intakePages {
		text := readRepoFile(t, file)
		var rows []string
		for _, d := range etl.Datasets() {
			rows = append(rows, intakeDataset(d, lang))
		}
		rows = append(rows, intakeFields(lang)...)
		for _, row := range append(rows, intakeReasons(lang)...) {
			if !strings.Contains(text, row) {
				t.Errorf("%s lacks the row %s", file, row)
			}
		}
		for _, c := range reportColumns {
			if !strings.Contains(text, c.title.In(lang)) {
				t.Errorf("%s does not explain the column %s of the load report", file, c.title.In(lang))
			}
		}
		readme := map[string]string{"zh": "README.zh-CN.md", "en": "README.md"}[lang]
		if !strings.Contains(readRepoFile(t, readme), "("+file+")") {
			t.Errorf("%s does not lead to %s", readme, file)
		}
	}
}

// intakeDataset is the row of a dataset: the columns that must be there, and
// those that may, by the header to prefer.
func intakeDataset(dataset, lang string) string {
	comma := map[string]string{"zh": "、", "en": ", "}[lang]
	var must, may []string
	fields := etl.Fields(dataset)
	for _, f := range fields {
		switch {
		case f.Required:
			must = append(must, f.Headers[0])
		case dataset == "registration" && f.Name == "year": // of the resident schemes
			must = append(must, f.Headers[0]+map[string]string{"zh": "（居民三险）", "en": " (resident schemes)"}[lang])
		case f.Name == "area_code" && fields[0].Name == "area_code": // the area is what the row is about
			must = append(must, f.Headers[0]+map[string]string{"zh": "或镇街", "en": " or 镇街"}[lang])
		default:
			may = append(may, f.Headers[0])
		}
	}
	return fmt.Sprintf("| %s `%s` | %s | %s |", datasetTitles[dataset].ZH, dataset, strings.Join(must, comma), strings.Join(may, comma))
}

// intakeFields are the rows of the fields: as reasons name them, as --reason
// takes them, and every header that brings them.
func intakeFields(lang string) []string {
	comma := map[string]string{"zh": "、", "en": ", "}[lang]
	var names []string
	headers := map[string][]string{}
	for _, d := range etl.Datasets() {
		for _, f := range etl.Fields(d) {
			if _, met := headers[f.Name]; !met {
				names = append(names, f.Name)
			}
			for _, h := range f.Headers {
				if !slices.Contains(headers[f.Name], h) {
					headers[f.Name] = append(headers[f.Name], h)
				}
			}
		}
	}
	var rows []string
	for _, name := range names {
		rows = append(rows, fmt.Sprintf("| %s | `%s` | %s |", fieldTitles[name].In(lang), name, strings.Join(headers[name], comma)))
	}
	return rows
}

// intakeReasons are the beginnings of the rows of the reasons, those that name a
// field once for all.
func intakeReasons(lang string) []string {
	var rows []string
	for _, d := range etl.Datasets() {
		for _, reason := range etl.Reasons(d) {
			row := fmt.Sprintf("| %s | `%s` | ", reasonText(reason).In(lang), reason)
			if name, _, named := strings.Cut(reason, ":"); named {
				row = fmt.Sprintf("| %s | `%s:…` | ", strings.Replace(reasonForms[name].In(lang), "%s", "…", 1), name)
			}
			if !slices.Contains(rows, row) {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// TestIntakePagePrintsTheProgramsWords wants every refusal and warning that the
// page quotes (“…” at the beginning of a row) to stand in the program.
func TestIntakePagePrintsTheProgramsWords(t *testing.T) {
	program := programText(t)
	quoted := map[string]*regexp.Regexp{"zh": regexp.MustCompile(`(?m)^\| “([^|]+)” \|`), "en": regexp.MustCompile(`(?m)^\| "([^|]+)" \|`)}
	for lang, file := range intakePages {
		found := quoted[lang].FindAllStringSubmatch(readRepoFile(t, file), -1)
		if len(found) == 0 {
			t.Errorf("%s quotes nothing", file)
		}
		for _, m := range found {
			for _, words := range regexp.MustCompile("…|”、“").Split(m[1], -1) {
				if words = strings.TrimSpace(words); !strings.Contains(program, words) {
					t.Errorf("%s quotes %q, which the program never says", file, words)
				}
			}
		}
	}
}

// programText is the text of the program's own files.
func programText(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, room := range []string{"etl", "cmd"} {
		err := filepath.WalkDir(filepath.Join("..", "..", room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			all.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// notYet are the commands of the page that are still being written.
var notYet = []string{}

// TestIntakePageNamesVerbsAndFlags wants every command and flag on the page to
// be one of the program.
func TestIntakePageNamesVerbsAndFlags(t *testing.T) {
	command := regexp.MustCompile("`canbao ([^`]+)`")
	missing := map[string]bool{}
	for _, file := range intakePages {
		found := command.FindAllStringSubmatch(readRepoFile(t, file), -1)
		if len(found) == 0 {
			t.Errorf("%s names no command", file)
		}
		for _, m := range found {
			wrong := noCommand(strings.Fields(m[1]))
			at := slices.IndexFunc(notYet, func(c string) bool { return strings.HasPrefix(m[1], c) })
			switch {
			case at >= 0 && wrong != "":
				missing[notYet[at]] = true
			case wrong != "":
				t.Errorf("%s: canbao %s: %s", file, m[1], wrong)
			}
		}
	}
	for _, c := range notYet {
		if !missing[c] {
			t.Errorf("canbao %s is there, or not on the page: take it off the list of what is not yet", c)
		}
	}
}

// noCommand tells what is wrong with a command line, "" for nothing.
func noCommand(words []string) string {
	cmd, rest, err := (&app{}).root().Find(words)
	if err != nil {
		return err.Error()
	}
	if len(rest) > 0 && (cmd.HasSubCommands() || cmd.Args != nil && cmd.Args(cmd, nil) == nil) && regexp.MustCompile(`^[a-z]+$`).MatchString(rest[0]) {
		return fmt.Sprintf("%s has no verb %s", cmd.Name(), rest[0])
	}
	for _, word := range words {
		name, isFlag := strings.CutPrefix(word, "--")
		if isFlag && cmd.Flags().Lookup(name) == nil && cmd.InheritedFlags().Lookup(name) == nil {
			return fmt.Sprintf("%s has no flag --%s", cmd.Name(), name)
		}
	}
	return ""
}
