package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"canbao/etl"
	"canbao/etl/refuse"
	"canbao/models"
	"canbao/models/measure"
	"canbao/sql/duck"
	"canbao/sql/trino"
)

func (a *app) statusVerb() *cobra.Command {
	cmd := a.verb("status", refuse.Text{ZH: "目前进展到哪一步，下一步做什么", EN: "where things stand, and what to do next"},
		func(cmd *cobra.Command, _ []string) error {
			if err := a.mustBeWorkspace(); err != nil {
				return err
			}
			s, err := a.status(cmd.Context())
			if err != nil {
				return err
			}
			return a.printStatus(s)
		})
	cmd.Args = none()
	a.takes(cmd, listed)
	return cmd
}

// status is where a workspace stands.
type status struct {
	busy     *duck.Holder // who is at work: what is loaded cannot be seen
	datasets []loaded
	lastLoad int // number of the last load
	snapshot *measure.Snapshot
	latest   time.Time // last day the snapshot's first campaign speaks of
	seenLoad int       // last load the snapshot knows
	edited   string    // a file of the workspace changed since the build
	engine   *engineAt // where it computes elsewhere, nil for on this machine
}

// engineAt is the engine as it answers now.
type engineAt struct {
	version string
	workers int   // active ones
	err     error // why it does not answer
}

// loaded is what the warehouse holds of one dataset.
type loaded struct {
	dataset           string
	files, rows, held int64
	until             sql.NullTime // the last day it speaks of
	lastLoad          int
}

// eventDays are the columns that date the rows of a dataset. A roster and a
// levy speak of no day.
var eventDays = map[string]string{
	"registration": "registered_on", "payment": "cast(paid_at as date)", "subsidy": "granted_on",
	"statement": "date", "headcount": "as_of", "tally": "as_of", "visit": "visited_on",
}

func (a *app) status(ctx context.Context) (status, error) {
	var s status
	o := a.shared()
	o.Wait = 0 // who is at work is an answer
	db, err := a.lookAtWarehouse(ctx, o)
	var busy *duck.BusyError
	switch {
	case errors.As(err, &busy):
		s.busy = &busy.Holder
	case err != nil:
		return s, err
	case db != nil:
		defer db.Close()
		if err := s.readLoaded(ctx, db); err != nil {
			return s, err
		}
	}
	if a.onCluster() {
		s.engine = a.statusOfEngine(ctx)
	}
	return s, a.statusOfSnapshot(ctx, &s)
}

// statusOfEngine asks the engine who it is. One that does not answer is no
// reason to tell nothing else.
func (a *app) statusOfEngine(ctx context.Context) *engineAt {
	ctx, cancel := context.WithTimeout(ctx, engineWait)
	defer cancel()
	db, err := a.openEngine(ctx)
	if err != nil {
		return &engineAt{err: err}
	}
	defer db.Close()
	at := &engineAt{version: db.Version()}
	nodes, err := db.Nodes(ctx)
	for _, n := range nodes {
		if n.State == "active" && !n.Coordinator {
			at.workers++
		}
	}
	at.err = err
	return at
}

// engineWait is how long a status waits for the engine.
const engineWait = 30 * time.Second

const loadedRows = `
select l.dataset, count(*), sum(l.rows), max(l.load),
  (select count(*) from raw.quarantine q where q.dataset = l.dataset and q.released_by is null and q.dismissed is null)
from raw.load l
where l.same_as is null
group by l.dataset`

func (s *status) readLoaded(ctx context.Context, db *duck.DB) error {
	rows, err := db.QueryContext(ctx, loadedRows)
	if err != nil {
		return fmt.Errorf("read the ledger: %w", err)
	}
	defer rows.Close()
	found := map[string]loaded{}
	for rows.Next() {
		var l loaded
		if err := rows.Scan(&l.dataset, &l.files, &l.rows, &l.lastLoad, &l.held); err != nil {
			return fmt.Errorf("read the ledger: %w", err)
		}
		found[l.dataset] = l
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read the ledger: %w", err)
	}
	for _, name := range etl.Datasets() {
		l, ok := found[name]
		if !ok {
			continue
		}
		if day := eventDays[name]; day != "" {
			// Names of the program's own tables, nothing a person wrote.
			q := fmt.Sprintf("select max(%s) from raw.%s", day, name)
			if err := db.QueryRowContext(ctx, q).Scan(&l.until); err != nil {
				return fmt.Errorf("find the last day of %s: %w", name, err)
			}
		}
		s.datasets = append(s.datasets, l)
		s.lastLoad = max(s.lastLoad, l.lastLoad)
	}
	return nil
}

// statusOfSnapshot finds what is published and whether it is still the state
// of things.
func (a *app) statusOfSnapshot(ctx context.Context, s *status) error {
	current, err := models.Current(a.publishDir())
	var refused *refuse.Error
	if errors.As(err, &refused) {
		return nil // nothing is published yet
	}
	if err != nil {
		return err
	}
	r, err := measure.Open(ctx, current.Path)
	if err != nil {
		return err
	}
	defer r.Close()
	snapshot, err := r.Snapshot(ctx)
	if err != nil {
		return err
	}
	c, err := r.Campaign(ctx, "")
	if err != nil {
		return err
	}
	loads, err := r.Loads(ctx)
	if err != nil {
		return err
	}
	for _, l := range loads {
		s.seenLoad = max(s.seenLoad, l.Number)
	}
	s.snapshot, s.latest = &snapshot, c.Latest
	if info, err := os.Stat(current.Path); err == nil {
		s.edited = a.editedSince(info.ModTime())
	}
	return nil
}

// editedSince names a file of the workspace that changed after the build.
func (a *app) editedSince(built time.Time) string {
	for _, path := range append([]string{a.areasPath()}, a.set.Campaigns...) {
		if info, err := os.Stat(path); err == nil && info.ModTime().After(built) {
			return path
		}
	}
	return ""
}

// stale tells whether something happened since the snapshot was built.
func (s *status) stale() bool {
	return s.snapshot != nil && (s.lastLoad > s.seenLoad || s.edited != "")
}

// next is the verb to run next.
func (s *status) next() string {
	switch {
	case s.busy != nil:
		return "status"
	case len(s.datasets) == 0:
		return "load"
	case s.snapshot == nil || s.stale():
		return "build"
	default:
		return "bulletin"
	}
}

// nextCommand is that verb as it is typed.
func (a *app) nextCommand(s status) string {
	switch verb := s.next(); verb {
	case "load":
		return a.command(verb) + a.text(" 数据文件夹", " FOLDER")
	case "bulletin":
		return a.command(verb) + " --as-of latest"
	default:
		return a.command(verb)
	}
}

func (a *app) printStatus(s status) error {
	if a.set.Format != "table" {
		return a.print(a.statusListing(s))
	}
	_, err := fmt.Fprintln(a.out, strings.Join(a.statusLines(s), "\n"))
	return err
}

// noRoster is what a warehouse without any roster means.
var noRoster = refuse.Text{
	ZH: "没有底册，应参保人数未知：只有按统计口径人数和汇总上报数计算的指标可用",
	EN: "no roster: denominators are unknown, only indicators on headcounts and tallies work",
}

// statusLines are eleven lines at most: one per dataset (there are eight), one of
// the engine where it is elsewhere, one of the snapshot, one of what to do next.
func (a *app) statusLines(s status) []string {
	var lines []string
	var cells [][]string
	for _, l := range s.datasets {
		cells = append(cells, []string{
			datasetTitle(l.dataset, a.set.Lang),
			thousands(l.files) + a.text(" 个文件", " files"), thousands(l.rows) + a.text(" 行", " rows"),
			a.text("暂存 ", "held back ") + thousands(l.held), a.until(l),
		})
	}
	lines = append(lines, aligned(cells)...)
	switch {
	case s.busy != nil:
		who := s.busy.Text()
		lines = append(lines, a.text("暂时看不到已装载的数据，数据仓库正被使用："+who.ZH, "what is loaded cannot be seen now, the warehouse is in use: "+who.EN))
	case len(s.datasets) == 0:
		lines = append(lines, a.text("还没有装载任何数据", "nothing has been loaded yet"))
	case !s.has("roster"):
		lines = append(lines, noRoster.In(a.set.Lang))
	}
	if s.engine != nil {
		lines = append(lines, a.engineLine(s.engine))
	}
	lines = append(lines, a.snapshotLine(s))
	return append(lines, a.text("下一步：", "next: ")+a.nextCommand(s))
}

// engineLine names the engine, its version and its workers.
func (a *app) engineLine(at *engineAt) string {
	var refused *refuse.Error
	var fault *trino.Fault
	switch {
	case errors.As(at.err, &refused):
		return a.text("计算引擎 "+a.set.EngineURL+"："+refused.What.ZH, "engine "+a.set.EngineURL+": "+refused.What.EN)
	case errors.As(at.err, &fault):
		return a.text("计算引擎 "+fault.Where+"："+fault.What.ZH, "engine "+fault.Where+": "+fault.What.EN)
	case at.err != nil:
		return a.text("计算引擎 "+a.set.EngineURL+"："+at.err.Error(), "engine "+a.set.EngineURL+": "+at.err.Error())
	}
	return fmt.Sprintf(a.text("计算引擎 Trino %s，%d 个工作节点，%s", "engine Trino %s, %d workers, %s"), at.version, at.workers, a.set.EngineURL)
}

func (s *status) has(dataset string) bool {
	for _, l := range s.datasets {
		if l.dataset == dataset {
			return true
		}
	}
	return false
}

func (a *app) until(l loaded) string {
	if !l.until.Valid {
		return ""
	}
	return a.text("到 ", "until ") + l.until.Time.Format(time.DateOnly)
}

func (a *app) snapshotLine(s status) string {
	if s.snapshot == nil {
		return a.text("还没有发布快照", "no snapshot is published yet")
	}
	line := fmt.Sprintf(a.text("已发布快照 %d（%s），数据到 %s", "snapshot %d is published (%s), data until %s"),
		s.snapshot.Number, s.snapshot.BuiltAt.Format("2006-01-02 15:04"), s.latest.Format(time.DateOnly))
	switch {
	case s.lastLoad > s.seenLoad:
		return line + a.text("；之后又装载了数据", "; more has been loaded since")
	case s.edited != "":
		return line + a.text("；之后改动了 ", "; changed since: ") + s.edited
	}
	return line
}

// aligned puts cells one below the other: the first to the left, the others
// to the right, Chinese two columns wide.
func aligned(rows [][]string) []string {
	var widths []int
	for _, row := range rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], text.StringWidth(c))
		}
	}
	var lines []string
	for _, row := range rows {
		line := ""
		for i, c := range row {
			pad := strings.Repeat(" ", widths[i]-text.StringWidth(c))
			if i == 0 {
				line = c + pad
				continue
			}
			line += "  " + pad + c
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

// statusListing is the status for machines: a row per dataset, one of the
// snapshot, one of the verb to run next.
func (a *app) statusListing(s status) listing {
	l := listing{}
	for _, key := range []string{"part", "name", "files", "rows", "held_back", "until", "state"} {
		l.columns = append(l.columns, column{key: key})
	}
	for _, d := range s.datasets {
		until := plain(nil)
		if d.until.Valid {
			until = plain(d.until.Time.Format(time.DateOnly))
		}
		l.add(plain("dataset"), plain(d.dataset), plain(d.files), plain(d.rows), plain(d.held), until, plain(nil))
	}
	if s.engine != nil {
		name, state := "trino "+s.engine.version, plain(fmt.Sprintf("%d workers", s.engine.workers))
		if s.engine.err != nil {
			name, state = "trino", plain("unreachable")
		}
		l.add(plain("engine"), plain(name), plain(nil), plain(nil), plain(nil), plain(nil), state)
	}
	if s.snapshot != nil {
		state := "current"
		if s.stale() {
			state = "stale"
		}
		l.add(plain("snapshot"), plain(fmt.Sprint(s.snapshot.Number)), plain(s.snapshot.Files), plain(s.snapshot.Rows),
			plain(nil), plain(s.latest.Format(time.DateOnly)), plain(state))
	}
	state := plain(nil)
	if s.busy != nil {
		state = plain("busy")
	}
	l.add(plain("next"), plain(s.next()), plain(nil), plain(nil), plain(nil), plain(nil), state)
	return l
}
