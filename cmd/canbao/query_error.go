package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"canbao/etl/refuse"
	"canbao/sql/answer"
	"canbao/sql/duck"
)

// queryRefusal says what is wrong with a query and points at the place. An
// engine that broke is no fault of the query.
func (a *app) queryRefusal(err error, q asking) error {
	var e *duck.QueryError
	if !errors.As(err, &e) {
		return err
	}
	if e.Broken() {
		return fmt.Errorf("run the query: %w", err)
	}
	what, do := queryWords(e)
	out := &refuse.Error{Do: do, Err: err}
	line, column, shown := pointed(q.text, e.At)
	switch {
	case line == 0:
		out.What = what
	case q.file != "" && q.file != "-":
		out.Where = fmt.Sprintf("%s:%d:%d", filepath.ToSlash(q.file), line, column)
		out.What = what
	default:
		out.What = refuse.Text{
			ZH: fmt.Sprintf("第 %d 行第 %d 列：%s", line, column, what.ZH),
			EN: fmt.Sprintf("line %d, column %d: %s", line, column, what.EN),
		}
	}
	if shown != "" {
		out.Do.ZH += "\n" + shown
		out.Do.EN += "\n" + shown
	}
	return out
}

// pointed is the line and column, in characters, of a byte of a text, and that
// line with a caret under the place; 0 where there is none.
func pointed(query string, at int) (line, column int, shown string) {
	if at < 0 || at > len(query) {
		return 0, 0, ""
	}
	start := strings.LastIndexByte(query[:at], '\n') + 1
	end := len(query)
	if i := strings.IndexByte(query[at:], '\n'); i >= 0 {
		end = at + i
	}
	before, after := answer.Visible(query[start:at]), answer.Visible(strings.TrimRight(query[at:end], "\r"))
	line, column = 1+strings.Count(query[:at], "\n"), 1+len([]rune(before))
	// A line longer than a terminal is shown around the place.
	const most = 60
	if runes := []rune(before); len(runes) > most {
		before = "…" + string(runes[len(runes)-most:])
	}
	if runes := []rune(after); len(runes) > most {
		after = string(runes[:most]) + "…"
	}
	return line, column, "  " + before + after + "\n  " + strings.Repeat(" ", text.StringWidth(before)) + "^"
}

var nearForm = regexp.MustCompile(`(?s)^syntax error at or near "(.*)"$`)

var listTables = refuse.Text{ZH: "canbao tables 列出全部表", EN: "canbao tables lists all tables"}

// queryWords says in the person's language what DuckDB says in English.
func queryWords(e *duck.QueryError) (what, do refuse.Text) {
	switch e.Kind {
	case duck.NotReading:
		return refuse.Text{ZH: "查询只能读，不能写入、改设置或做别的事", EN: "a query reads: it cannot write, set or do anything else"},
			refuse.Text{ZH: "请写一句 SELECT", EN: "write one SELECT"}
	case duck.NotOne:
		return refuse.Text{ZH: "查询应是一句，这里有 " + e.Message + " 句", EN: "a query is one statement, this is " + e.Message},
			refuse.Text{ZH: "请写一句 SELECT", EN: "write one SELECT"}
	case duck.NoParameter:
		return noParameter(e.Message)
	case "Parser":
		return parserWords(e.FirstLine())
	case "Permission":
		return refuse.Text{ZH: "查询看不到文件、网络和设置，只能查已发布的表", EN: "a query sees no file, network or setting, only the published tables"}, listTables
	case "Conversion":
		return refuse.Text{ZH: "有的值换不成要求的类型：" + e.FirstLine(), EN: "a value is none of the type wanted: " + e.FirstLine()},
			refuse.Text{ZH: "用 try_cast(... as ...)，换不成的得空值", EN: "try_cast(... as ...) gives null where it cannot be done"}
	}
	return missingWords(e)
}

func noParameter(name string) (what, do refuse.Text) {
	what = refuse.Text{ZH: "查询里的 $" + name + " 没有值", EN: "the query asks for $" + name + ", which has no value"}
	if name == "as_of" {
		return what, refuse.Text{ZH: "加 --as-of 日期，或 --as-of latest", EN: "add --as-of DAY, or --as-of latest"}
	}
	return what, refuse.Text{ZH: "加 --param " + name + "=值", EN: "add --param " + name + "=value"}
}

func parserWords(message string) (what, do refuse.Text) {
	what = refuse.Text{ZH: "SQL 写法有误：" + message, EN: "this is no SQL: " + message}
	switch found := nearForm.FindStringSubmatch(message); {
	case found != nil:
		what = refuse.Text{ZH: "SQL 写法有误，在“" + answer.Visible(found[1]) + "”附近", EN: "this is no SQL, at or near " + fmt.Sprintf("%q", found[1])}
	case message == "syntax error at end of input":
		what = refuse.Text{ZH: "SQL 没有写完", EN: "the SQL is not finished"}
	case strings.HasPrefix(message, "unterminated quoted"):
		what = refuse.Text{ZH: "SQL 里有引号没有配对", EN: "a quote in the SQL is never closed"}
	}
	return what, refuse.Text{ZH: "请写一句 SELECT", EN: "write one SELECT"}
}

// missingWords says which name is none, and which are like it.
func missingWords(e *duck.QueryError) (what, do refuse.Text) {
	do = listTables
	if len(e.Candidates) > 0 {
		do = refuse.Text{ZH: "相近的有：" + strings.Join(e.Candidates, "、"), EN: "there are: " + strings.Join(e.Candidates, ", ")}
	}
	name := answer.Visible(e.Name)
	switch {
	case e.Subtype == "COLUMN_NOT_FOUND" && name != "":
		return refuse.Text{ZH: "没有 " + name + " 这一列", EN: "there is no column " + name}, do
	case e.Subtype == "MISSING_ENTRY" && strings.Contains(e.Type, "Function"):
		return refuse.Text{ZH: "没有 " + name + " 这个函数", EN: "there is no function " + name}, do
	case e.Subtype == "MISSING_ENTRY" && name != "":
		return refuse.Text{ZH: "没有 " + name + " 这张表", EN: "there is no table " + name}, do
	case e.Subtype == "NO_MATCHING_FUNCTION" && name != "":
		return refuse.Text{ZH: "函数 " + name + " 不接受这样的参数", EN: "the function " + name + " does not take these arguments"},
			refuse.Text{ZH: "用 cast(... as ...) 换成合适的类型", EN: "cast(... as ...) makes them of the type wanted"}
	}
	return refuse.Text{ZH: "查询执行不了：" + answer.Visible(e.FirstLine()), EN: "the query cannot be answered: " + answer.Visible(e.FirstLine())}, do
}
