package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"canbao/etl"
	"canbao/etl/refuse"
	"canbao/etl/seal"
	"canbao/models/measure"
	"canbao/reports/audit"
)

// listAsked is what `canbao worklist` was told.
type listAsked struct {
	question
	item, area string
	reveal     bool
	reason     string
	out        string
	force      bool
}

func (a *app) worklistVerb() *cobra.Command {
	var q listAsked
	cmd := a.verb("worklist --as-of DAY --item ID --area CODE", refuse.Text{ZH: "应参未参名单：谁还没有参保、为什么（脱敏；--reveal 显示姓名和证件号码，记录在案）",
		EN: "who is missing, and why (masked; --reveal shows names and numbers, on record)"},
		func(cmd *cobra.Command, _ []string) error {
			return a.worklist(cmd.Context(), q)
		})
	cmd.Example = `  canbao worklist --as-of 2020-12-10 --item medical_hukou --area 330782102001
  canbao worklist --as-of 2020-12-10 --item medical_hukou --area 330782102001 --reveal --reason "走访 12 月第二周" --out list.xlsx`
	cmd.Args = none()
	a.asks(cmd, &q.question)
	flags := cmd.Flags()
	flags.StringVar(&q.item, "item", "", a.text("考核项的 id，如 medical_hukou", "id of the item, such as medical_hukou"))
	flags.StringVar(&q.area, "area", "", a.text("区划代码：村社、镇街或全市", "code of the area: a village, a town or the city"))
	flags.BoolVar(&q.reveal, "reveal", false, a.text("显示姓名和证件号码，记录在案", "show names and numbers, on record"))
	flags.StringVar(&q.reason, "reason", "", a.text("为什么要看（--reveal 时必填）", "why they must be seen (needed with --reveal)"))
	flags.StringVar(&q.out, "out", "", a.text("写成 XLSX 走访表", "write a workbook for the visits, XLSX"))
	flags.BoolVar(&q.force, "force", false, a.text("文件已存在时覆盖", "replace a file that is there"))
	a.takes(cmd, listed)
	cmd.AddCommand(a.worklistHistoryVerb())
	return cmd
}

var worklistColumns = []column{
	{key: "item", title: refuse.Text{ZH: "考核项", EN: "item"}},
	{key: "area_code", title: refuse.Text{ZH: "区划代码", EN: "code"}},
	{key: "area", title: refuse.Text{ZH: "区划", EN: "area"}},
	{key: "person", title: refuse.Text{ZH: "人员代码", EN: "person"}},
	{key: "name", title: refuse.Text{ZH: "姓名", EN: "name"}},
	{key: "id_no", title: refuse.Text{ZH: "证件号码", EN: "number"}},
	{key: "reason", title: refuse.Text{ZH: "原因", EN: "reason"}},
}

// worklist lists the people expected and not counted.
func (a *app) worklist(ctx context.Context, q listAsked) error {
	if err := a.mayList(&q); err != nil {
		return err
	}
	asked, err := a.ask(ctx, "worklist", q.question)
	if err != nil {
		return err
	}
	defer asked.Close()
	reader, done, err := a.nearPeople(ctx, asked, q.area)
	if err != nil {
		return err
	}
	defer done()
	list, err := reader.Worklist(ctx, measure.AskMissing{Campaign: asked.campaign, Item: q.item, Area: q.area, AsOf: asked.day})
	if err != nil {
		return err
	}
	if q.out != "" {
		if err := fitsBook(list); err != nil {
			return err
		}
	}
	shown := list.Total
	if q.out == "" && a.set.Format == "table" {
		shown = min(shown, tableRows)
	}
	d, err := a.beginList(ctx, q, asked, list, shown)
	if err != nil {
		return err
	}
	return d.end(ctx, a.showList(ctx, q, list, shown, d))
}

// beginList puts a list on record: one that names people or is taken away must
// be there before anybody sees it.
func (a *app) beginList(ctx context.Context, q listAsked, asked *asked, list *measure.Worklist, rows int64) (d *deed, err error) {
	// Words between code and day: together they would pass for somebody's number.
	what := fmt.Sprintf("worklist %s %s of %s as of %s", list.Campaign.ID, list.Item.ID, list.Area.Code, list.AsOf.Format(time.DateOnly))
	if q.out != "" {
		what += " > " + q.out
	}
	switch {
	case q.reveal:
		d, err = a.begin(audit.Reveal, what+": "+q.reason)
	case q.out != "":
		d, err = a.begin(audit.Export, what)
	default:
		d = a.beginLooking(audit.Query, what)
	}
	if err != nil {
		return nil, err
	}
	snapshot, err := asked.Snapshot(ctx)
	d.entry.Snapshot, d.entry.Rows = snapshot.Number, rows
	return d, err
}

func (a *app) showList(ctx context.Context, q listAsked, list *measure.Worklist, shown int64, d *deed) error {
	if q.reveal {
		if err := a.recordList(ctx, q, list, shown); err != nil {
			return err
		}
	}
	if q.reveal || q.out != "" {
		if err := d.now(ctx); err != nil {
			return err
		}
	}
	names, done, err := a.names(ctx, q.reveal)
	if err != nil {
		return err
	}
	defer done()
	if q.out != "" {
		return a.writeBook(ctx, list, names, q)
	}
	return a.writeList(ctx, list, names, shown)
}

// mayList refuses what was not told, or must not be done.
func (a *app) mayList(q *listAsked) error {
	q.reason = strings.TrimSpace(q.reason)
	switch {
	case q.item == "":
		return wrong(refuse.Text{ZH: "worklist 缺少 --item：哪一个考核项的名单", EN: "worklist needs --item: whose people are meant"},
			refuse.Text{ZH: "考核项的 id 见 " + a.command("ranking") + " --as-of latest --format csv", EN: a.command("ranking") + " --as-of latest --format csv lists the ids"})
	case q.area == "":
		return wrong(refuse.Text{ZH: "worklist 缺少 --area：哪个村社、镇街的名单", EN: "worklist needs --area: of which village or town"},
			refuse.Text{ZH: "区划代码见工作区的 areas.csv", EN: "the codes are in areas.csv of the workspace"})
	case q.reveal && q.reason == "":
		return wrong(refuse.Text{ZH: "显示姓名和证件号码要写明原因", EN: "showing names and numbers needs a reason"},
			refuse.Text{ZH: "加上 --reason 原因；它会和你的名字一起记录在案", EN: "add --reason TEXT; it goes on record with your name"})
	case !q.reveal && q.reason != "":
		return wrong(refuse.Text{ZH: "--reason 只用于 --reveal", EN: "--reason goes with --reveal"},
			refuse.Text{ZH: "脱敏的名单不需要原因", EN: "a masked list needs none"})
	case q.out != "":
		if err := a.mustBeWorkspace(); err != nil {
			return err
		}
		return a.mayWrite(q.out, q.force)
	}
	return nil
}

// recordList records who is about to see whom, before anybody is shown. Without
// the key nobody would be, so it is looked for first.
func (a *app) recordList(ctx context.Context, q listAsked, list *measure.Worklist, rows int64) error {
	if !exists(a.warehousePath()) {
		return a.noWarehouse()
	}
	db, _, err := a.openSealed(ctx)
	if err != nil {
		return err
	}
	what := ""
	if q.out != "" {
		if what, err = filepath.Abs(q.out); err != nil {
			return errors.Join(err, db.Close())
		}
	}
	err = etl.Reveal(ctx, db, etl.Revealed{
		At: time.Now().In(shanghai), By: a.who(), Verb: "worklist", What: what, Rows: rows,
		Campaign: list.Campaign.ID, Item: list.Item.ID, AreaCode: list.Area.Code, AsOf: list.AsOf, Reason: q.reason,
	})
	return errors.Join(err, db.Close())
}

func (a *app) noWarehouse() error {
	return &refuse.Error{
		What:  refuse.Text{ZH: "这里没有数据仓库，姓名和证件号码只存在那里", EN: "there is no warehouse here, which alone holds names and numbers"},
		Where: a.warehousePath(),
		Do:    refuse.Text{ZH: "请在装载数据的那台机器上运行", EN: "run this where the data were loaded"},
	}
}

// names opens the names, masked or whole. Without the key a masked list goes
// without them, and says so; a revealed one is refused.
func (a *app) names(ctx context.Context, whole bool) (*namer, func(), error) {
	n := &namer{whole: whole}
	db, err := a.readWarehouse(ctx)
	if err != nil {
		return nil, nil, err
	}
	done := func() {}
	missing := a.noWarehouse()
	if db != nil {
		done = func() { db.Close() }
		id, path := "", ""
		if id, err = etl.WarehouseKey(ctx, db); err == nil {
			path, err = a.keyPath()
		}
		if err != nil {
			done()
			return nil, nil, err
		}
		key, _, looks := findKey(path, id)
		if key != nil {
			if n.opener, err = etl.NewOpener(ctx, db, key); err != nil {
				done()
				return nil, nil, err
			}
			return n, done, nil
		}
		missing = a.missingKey(id, looks)
	}
	if whole {
		done()
		return nil, nil, missing
	}
	var why *refuse.Error
	if errors.As(missing, &why) {
		a.say("名单不含姓名和证件号码："+why.In("zh"), "the list goes without names and numbers: "+why.In("en"))
	}
	return n, done, nil
}

// namer tells who people are, as far as it may.
type namer struct {
	opener        *etl.Opener // nil: nobody can be told
	whole         bool        // not masked
	asked, opened int64
	list          *measure.Worklist // whose remarks are told as well, nil for none
}

// named is a person missing with what may be told of them.
type named struct {
	measure.Missing
	name, number, phone string
	remark              etl.Remark
}

func (p named) key() string {
	h := hex.EncodeToString(p.Person[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// known is why the person is missing and, behind it, what they answered last.
func (p named) known(lang string) string {
	reason, answer := p.Reason.Text().In(lang), p.Answer.Text().In(lang)
	if answer == "" {
		return reason
	}
	return reason + refuse.Text{ZH: "；走访：", EN: "; visited: "}.In(lang) + answer
}

func (n *namer) tell(ctx context.Context, people []measure.Missing) ([]named, error) {
	all := make([]named, len(people))
	keys := make([]seal.Person, len(people))
	for i, m := range people {
		all[i].Missing, keys[i] = m, m.Person
	}
	if n.opener == nil {
		return all, nil
	}
	found, err := n.opener.Open(ctx, keys)
	if err != nil {
		return nil, err
	}
	var noted map[seal.Person]etl.Remark
	if n.whole && n.list != nil {
		if noted, err = n.opener.Remarks(ctx, keys, n.list.Item.ID, n.list.Item.Title, n.list.AsOf); err != nil {
			return nil, err
		}
	}
	n.asked += int64(len(people))
	n.opened += int64(len(found))
	for i := range all {
		one, ok := found[keys[i]]
		switch {
		case !ok:
		case n.whole:
			all[i].remark = noted[keys[i]]
			all[i].name, all[i].number, all[i].phone = one.Name, one.Number, one.Phone
		default:
			all[i].name, all[i].number = seal.MaskName(one.Name), seal.MaskNumber(one.Number)
		}
	}
	return all, nil
}

// errEnough ends a list that is long enough.
var errEnough = errors.New("enough")

// writeList writes the first rows of a list, or all, to standard output.
func (a *app) writeList(ctx context.Context, list *measure.Worklist, names *namer, rows int64) error {
	w := a.rowWriter(worklistColumns)
	item := cell{data: list.Item.ID, shown: a.itemTitle(list.Campaign, list.Item.ID)}
	written := int64(0)
	err := list.Each(ctx, func(people []measure.Missing) error {
		people = people[:min(int64(len(people)), rows-written)]
		told, err := names.tell(ctx, people)
		if err != nil {
			return err
		}
		for _, p := range told {
			row := []cell{item, plain(p.AreaCode), plain(p.Area), plain(p.key()), orNone(p.name), orNone(p.number), plain(p.known(a.set.Lang))}
			if err := w.add(row); err != nil {
				return fmt.Errorf("write the list: %w", err)
			}
		}
		if written += int64(len(told)); written >= rows {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if err := w.end(); err != nil {
		return fmt.Errorf("write the list: %w", err)
	}
	a.tellList(list, names, rows)
	return nil
}

// tellList says how many people there are, and what to know of the list.
func (a *app) tellList(list *measure.Worklist, names *namer, shown int64) {
	a.tell(fmt.Sprintf("%s %s：共 %s 人", list.Area.Name, list.AsOf.Format(time.DateOnly), thousands(list.Total)),
		fmt.Sprintf("%s, %s: %s people", list.Area.Name, list.AsOf.Format(time.DateOnly), thousands(list.Total)))
	if shown < list.Total {
		a.tell(fmt.Sprintf("只显示前 %s 人；--format csv 给出全部", thousands(shown)),
			fmt.Sprintf("only the first %s are shown; --format csv gives all", thousands(shown)))
	}
	if list.Item.Source == "headcount" {
		a.tell("应参保人数取自统计口径，名单是底册上的常住人口，两者之差不一定等于名单人数",
			"the number expected is a headcount; the list holds the roster's residents, so its length may differ from what is missing")
	}
	if lost := names.asked - names.opened; lost > 0 {
		a.say(fmt.Sprintf("%s 人在数据仓库里找不到：发布的数据早于上次更换密钥或退回文件，请运行 %s", thousands(lost), a.command("build")),
			fmt.Sprintf("%s people are not in the warehouse: the key was changed or a file taken back since the data were published; run %s", thousands(lost), a.command("build")))
	}
	if names.whole {
		a.tell("已记录在案。名单含姓名和证件号码，用完请删除", "this is on record. The list shows who people are: delete it after use")
	}
}
