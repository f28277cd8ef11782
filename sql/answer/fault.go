package answer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"canbao/etl/refuse"
	"canbao/sql/duck"
)

// Place is a place in a query.
type Place struct {
	Line, Column  int    // in characters, from 1; 0 where there is none
	Before, After string // that line, as it may be shown, up to the place and from it on
}

// PlaceOf finds the byte at of a query, as QueryError.At tells it.
func PlaceOf(query string, at int) Place {
	if at < 0 || at > len(query) {
		return Place{}
	}
	start := strings.LastIndexByte(query[:at], '\n') + 1
	end := len(query)
	if i := strings.IndexByte(query[at:], '\n'); i >= 0 {
		end = at + i
	}
	p := Place{Before: Visible(query[start:at]), After: Visible(strings.TrimRight(query[at:end], "\r"))}
	p.Line, p.Column = 1+strings.Count(query[:at], "\n"), 1+len([]rune(p.Before))
	return p
}

var nearForm = regexp.MustCompile(`(?s)^syntax error at or near "(.*)"$`)

// Advice is what to do about a query, in the words of where it was asked.
type Advice struct {
	Tables    refuse.Text                   // where the tables are listed
	Parameter func(name string) refuse.Text // how a parameter is given its value
}

// Words says in the person's language what DuckDB says in English, and what to
// do about it.
func (a Advice) Words(e *duck.QueryError) (what, do refuse.Text) {
	switch e.Kind {
	case duck.NotReading:
		return refuse.Text{ZH: "查询只能读，不能写入、改设置或做别的事", EN: "a query reads: it cannot write, set or do anything else"},
			refuse.Text{ZH: "请写一句 SELECT", EN: "write one SELECT"}
	case duck.NotOne:
		return refuse.Text{ZH: "查询应是一句，这里有 " + e.Message + " 句", EN: "a query is one statement, this is " + e.Message},
			refuse.Text{ZH: "请写一句 SELECT", EN: "write one SELECT"}
	case duck.NoParameter:
		return refuse.Text{ZH: "查询里的 $" + e.Message + " 没有值", EN: "the query asks for $" + e.Message + ", which has no value"},
			a.Parameter(e.Message)
	case duck.BadParameter:
		return refuse.Text{ZH: "参数不能用：" + e.Message, EN: "a parameter cannot be taken: " + e.Message},
			refuse.Text{ZH: "请给一行数字、文字、日期或时间", EN: "give one row of numbers, texts, days or moments"}
	case "Parser":
		return parserWords(e.FirstLine())
	case "Permission":
		return refuse.Text{ZH: "查询看不到文件、网络和设置，只能查已发布的表", EN: "a query sees no file, network or setting, only the published tables"}, a.Tables
	case "Conversion":
		return refuse.Text{ZH: "有的值换不成要求的类型：" + e.FirstLine(), EN: "a value is none of the type wanted: " + e.FirstLine()},
			refuse.Text{ZH: "用 try_cast(... as ...)，换不成的得空值", EN: "try_cast(... as ...) gives null where it cannot be done"}
	}
	return a.missing(e)
}

func parserWords(message string) (what, do refuse.Text) {
	what = refuse.Text{ZH: "SQL 写法有误：" + message, EN: "this is no SQL: " + message}
	switch found := nearForm.FindStringSubmatch(message); {
	case found != nil:
		what = refuse.Text{ZH: "SQL 写法有误，在“" + Visible(found[1]) + "”附近", EN: "this is no SQL, at or near " + fmt.Sprintf("%q", found[1])}
	case message == "syntax error at end of input":
		what = refuse.Text{ZH: "SQL 没有写完", EN: "the SQL is not finished"}
	case strings.HasPrefix(message, "unterminated quoted"):
		what = refuse.Text{ZH: "SQL 里有引号没有配对", EN: "a quote in the SQL is never closed"}
	}
	return what, refuse.Text{ZH: "请写一句 SELECT", EN: "write one SELECT"}
}

// ofPeople are the tables of mart that tell of single people, which a build on
// a cluster leaves there.
var ofPeople = []string{"person", "stretch", "obstacle", "answer"}

// missing says which name is none, and which are like it.
func (a Advice) missing(e *duck.QueryError) (what, do refuse.Text) {
	do = a.Tables
	if len(e.Candidates) > 0 {
		do = refuse.Text{ZH: "相近的有：" + strings.Join(e.Candidates, "、"), EN: "there are: " + strings.Join(e.Candidates, ", ")}
	}
	name := Visible(e.Name)
	switch {
	case e.Subtype == "COLUMN_NOT_FOUND" && name != "":
		return refuse.Text{ZH: "没有 " + name + " 这一列", EN: "there is no column " + name}, do
	case e.Subtype == "MISSING_ENTRY" && strings.Contains(e.Type, "Function"):
		return refuse.Text{ZH: "没有 " + name + " 这个函数", EN: "there is no function " + name}, do
	case e.Subtype == "MISSING_ENTRY" && slices.Contains(ofPeople, name):
		return refuse.Text{ZH: "这份快照里没有 " + name + "：它不含单个人的数据", EN: "this snapshot has no " + name + ": it holds nothing of single people"},
			refuse.Text{ZH: "如由集群计算，请用 canbao query 查询，由集群回答", EN: "if a cluster built it, ask with canbao query, which the cluster answers"}
	case e.Subtype == "MISSING_ENTRY" && name != "":
		return refuse.Text{ZH: "没有 " + name + " 这张表", EN: "there is no table " + name}, do
	case e.Subtype == "NO_MATCHING_FUNCTION" && name != "":
		return refuse.Text{ZH: "函数 " + name + " 不接受这样的参数", EN: "the function " + name + " does not take these arguments"},
			refuse.Text{ZH: "用 cast(... as ...) 换成合适的类型", EN: "cast(... as ...) makes them of the type wanted"}
	}
	return refuse.Text{ZH: "查询执行不了：" + Visible(e.FirstLine()), EN: "the query cannot be answered: " + Visible(e.FirstLine())}, do
}
