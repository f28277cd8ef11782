package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl/refuse"
	"canbao/models"
	"canbao/reports/audit"
	"canbao/sql/answer"
	"canbao/sql/duck"
)

// asking is what `canbao query` was told.
type asking struct {
	text   string
	file   string // where the text came from, "" for the command line
	format string
	out    string
	force  bool
	bom    bool
	params []string // name=value
	question
}

func (a *app) queryVerb() *cobra.Command {
	var q asking
	cmd := a.verb(`query "SELECT ..."`, refuse.Text{ZH: "对已发布数据执行只读 SQL", EN: "read-only SQL over the published snapshot"},
		func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("format") {
				q.format = a.set.Format
			}
			var err error
			if q.text, err = a.queryText(q.file, args); err != nil {
				return err
			}
			return a.query(cmd.Context(), q)
		})
	cmd.Example = `  canbao query "select town, count(*) from mart.person group by town"
  canbao query --as-of latest "select area, rate from mart.standing where as_of = $as_of and item = $item" --param item=medical_hukou
  canbao query --file question.sql --format xlsx --out answer.xlsx`
	cmd.Args = arguments(0, 1, refuse.Text{})
	flags := cmd.Flags()
	flags.StringVar(&q.format, "format", "table", a.text("输出格式：", "output: ")+strings.Join(queryFormats, ", "))
	flags.Lookup("format").Annotations = map[string][]string{ownFlag: {}}
	words(cmd, "format", queryFormats)
	flags.StringVar(&q.file, "file", "", a.text("SQL 文件，- 为标准输入", "file with the SQL, - for standard input"))
	flags.StringVar(&q.out, "out", "", a.text("结果写入的文件（默认标准输出）", "file to write the answer to (default: standard output)"))
	flags.BoolVar(&q.force, "force", false, a.text("覆盖已有的文件", "replace a file that is there"))
	flags.BoolVar(&q.bom, "bom", false, a.text("CSV 以 BOM 开头，供 Excel 打开", "begin CSV with a BOM, for Excel"))
	flags.StringArrayVar(&q.params, "param", nil, a.text("参数 名=值，SQL 里写 $名；可多次", "parameter name=value, $name in the SQL; may be repeated"))
	a.asks(cmd, &q.question)
	flags.Lookup("as-of").Usage = a.text("截至哪一天，SQL 里写 $as_of：2020-11-30 这样的日期，或 latest",
		"as of which day, $as_of in the SQL: such as 2020-11-30, or latest")
	return cmd
}

// queryText is the text of a query, of the three places it may come from.
func (a *app) queryText(file string, args []string) (string, error) {
	do := refuse.Text{ZH: "用法：canbao query \"SELECT ...\"，或 --file 文件，或 - 从标准输入读",
		EN: "usage: canbao query \"SELECT ...\", or --file FILE, or - for standard input"}
	switch {
	case len(args) == 0 && file == "":
		return "", wrong(refuse.Text{ZH: "query 缺少一句 SELECT，请放在引号里", EN: "query needs one SELECT, in quotes"}, do)
	case len(args) == 1 && file != "":
		return "", wrong(refuse.Text{ZH: "SQL 只能从一处来：命令行或 --file", EN: "the SQL comes from the command line or from --file, not both"}, do)
	case len(args) == 1 && args[0] != "-":
		return args[0], nil
	}
	var text []byte
	var err error
	if file == "" || file == "-" {
		text, err = io.ReadAll(a.in)
	} else {
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return "", &refuse.Error{What: refuse.Text{ZH: "SQL 文件读不了", EN: "the SQL cannot be read"}, Where: file,
			Do: refuse.Text{ZH: "请检查文件名和权限", EN: "check its name and permissions"}, Err: err}
	}
	return strings.TrimPrefix(string(text), "\ufeff"), nil
}

// query runs one SELECT on the published snapshot, which is opened read-only
// and locked: whatever the text says, it cannot write, read files or set
// anything.
func (a *app) query(ctx context.Context, q asking) error {
	if err := a.mustBeWorkspace(); err != nil {
		return err
	}
	if err := oneOf("format", q.format, queryFormats); err != nil {
		return err
	}
	given, err := readParams(q.params)
	if err != nil {
		return err
	}
	snapshot, err := models.Current(a.publishDir())
	if err != nil {
		return err
	}
	out, err := a.answerTo(q)
	if err != nil {
		return err
	}
	defer out.drop()
	if out.deed, err = a.beginQuery(q, given, snapshot.Number); err != nil {
		return err
	}
	return out.deed.end(ctx, models.Follow(a.publishDir(), func(s models.Snapshot) error {
		out.deed.entry.Snapshot = s.Number
		elsewhere, err := a.asksElsewhere(ctx, q.text, s)
		if err != nil {
			return err
		}
		if elsewhere {
			return a.askElsewhere(ctx, q, given, s, out)
		}
		return a.askEngine(ctx, q, given, s, out)
	}))
}

// beginQuery puts a question on record: the text, and the values of its
// parameters. An answer that goes to a file is taken away.
func (a *app) beginQuery(q asking, given map[string]string, snapshot int) (*deed, error) {
	text := q.text
	for _, name := range slices.Sorted(maps.Keys(given)) {
		text += "\n-- $" + name + " = " + given[name]
	}
	if q.out == "" {
		d := a.beginLooking(audit.Query, text)
		d.entry.Snapshot = snapshot
		return d, nil
	}
	d, err := a.begin(audit.Export, text+"\n-- > "+q.out)
	if err == nil {
		d.entry.Snapshot = snapshot
	}
	return d, err
}

// askEngine answers a question.
func (a *app) askEngine(ctx context.Context, q asking, given map[string]string, snapshot models.Snapshot, out *outlet) error {
	session, err := duck.OpenSession(snapshot.Path, out.engineFile, a.options())
	if err != nil {
		return err
	}
	defer session.Close()
	p, err := session.Prepare(ctx, q.text)
	if err != nil {
		return a.queryRefusal(err, q)
	}
	defer p.Close()
	params, err := a.queryParams(ctx, p.Params(), given, q)
	if err != nil {
		return err
	}
	if err := a.answer(ctx, p, params, out, q); err != nil {
		return a.queryRefusal(err, q)
	}
	return nil
}

// answer writes what the query comes to.
func (a *app) answer(ctx context.Context, p *duck.Prepared, params map[string]string, out *outlet, q asking) error {
	if q.format == "parquet" {
		rows, err := p.Parquet(ctx, params, out.engineFile)
		return errors.Join(err, out.finish(ctx, err, rows))
	}
	stream, err := p.Stream(ctx, params)
	if err != nil {
		return err
	}
	defer stream.Release()
	if q.format == "table" {
		return a.answerTable(ctx, out, stream)
	}
	rows, err := answer.Writing{Format: q.format, Mark: q.bom}.Write(ctx, out.writer(), stream)
	return errors.Join(err, out.finish(ctx, err, rows))
}

// readParams reads --param name=value.
func readParams(list []string) (map[string]string, error) {
	given := map[string]string{}
	for _, p := range list {
		name, value, ok := strings.Cut(p, "=")
		name = strings.TrimPrefix(strings.TrimSpace(name), "$")
		if _, twice := given[name]; !ok || name == "" || twice {
			return nil, wrong(refuse.Text{ZH: fmt.Sprintf("选项 --param 的值“%s”无效", p), EN: fmt.Sprintf("flag --param cannot be %q", p)},
				refuse.Text{ZH: "写成 名=值，每个名一次", EN: "write name=value, each name once"})
		}
		given[name] = value
	}
	return given, nil
}

// queryParams are the values of the parameters the query names: those given,
// $as_of of --as-of, checked against the campaign, and $campaign. One that was
// given and is not asked for is refused: who gives a day means it to count.
func (a *app) queryParams(ctx context.Context, names []string, given map[string]string, q asking) (map[string]string, error) {
	for name := range given {
		if !slices.Contains(names, name) {
			return nil, unasked("--param "+name, name)
		}
	}
	asks := func(name string) bool {
		_, own := given[name]
		return slices.Contains(names, name) && !own
	}
	switch {
	case q.asOf != "" && !asks("as_of"):
		return nil, unasked("--as-of", "as_of")
	case q.campaign != "" && !asks("campaign") && q.asOf == "":
		return nil, unasked("--campaign", "campaign")
	case !asks("campaign") && q.asOf == "":
		return given, nil
	}
	r, err := a.published(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	c, err := r.Campaign(ctx, q.campaign)
	if err != nil {
		return nil, err
	}
	if asks("campaign") {
		given["campaign"] = c.ID
	}
	if q.asOf != "" {
		day, err := c.AsOf(q.asOf)
		if err != nil {
			return nil, err
		}
		given["as_of"] = day.Format(time.DateOnly)
	}
	return given, nil
}

func unasked(flag, name string) error {
	return wrong(refuse.Text{ZH: fmt.Sprintf("给了 %s，查询里却没有 $%s", flag, name), EN: fmt.Sprintf("%s is given, but the query does not ask for $%s", flag, name)},
		refuse.Text{ZH: fmt.Sprintf("在 SQL 里写 $%s，如 where as_of = $as_of；或去掉这个选项", name),
			EN: fmt.Sprintf("write $%s in the SQL, such as where as_of = $as_of, or leave the flag out", name)})
}
